"""The parts of the answer benchmark that run in processes of their own.

``python -m eval.bench.answer_parts NAME JSON`` prints JSON. The library holds the examples as they
are, with their real vectors, among passages that are composed of real sentences. The vector of a
composed passage is the mean of its sentences' vectors, which is near the passage's own and costs a
hundredth of it.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from eval.bench.corpus import EXAMPLES
from eval.bench.ingest_parts import composed_documents, peak_mb
from eval.bench.made import Composed
from rag.config import load_settings
from rag.networks.model_files import MINILM_ID, load_tokenizer
from rag.store.values import Origin
from rag.types import Encoder, Question, Vectors

CORES = 2
PASSES, PASS_TOKENS = 64, 190
"""What an answer is measured against: one pass of the bare encoder over so many passages."""
_SENTENCES = 4_000
"""Sentences that are embedded; passages are composed of these."""
_AT_ONCE = 2_000

QUESTIONS: tuple[tuple[str, str], ...] = (
    ("how many", "How many people were killed in the explosion at Larkhaven?"),
    ("how many", "How much ammonium nitrate was in the storage building?"),
    ("how many", "How many civilians died in the air strikes on the city?"),
    ("how many", "How many jars were on the tables of the marmalade fair?"),
    ("how many", "How many children were among the victims?"),
    ("who", "Who was responsible for the explosion?"),
    ("who", "Who is the fire chief?"),
    ("who", "Who vetoed the Security Council resolution on an inquiry commission?"),
    ("who", "Who coordinates the count of Estuary Watch?"),
    ("when", "When had the labour inspectorate last tested the sprinklers?"),
    ("when", "When did the explosion happen?"),
    ("when", "When was the refugee camp attacked?"),
    ("where", "Where did the explosion happen?"),
    ("where", "Where were the missing workers last seen?"),
    ("said", "What did the union say about the sprinklers?"),
    ("said", "What did the military say about chemical weapons?"),
    ("said", "Who said that people tell them about alarms that were switched off?"),
    ("why", "Why did the sprinklers not work?"),
    ("why", "Why was the storage building so full?"),
    ("what happened", "What happened at the Corran works?"),
    ("what happened", "What is known about the government's attack on the city?"),
    ("compare", "How do the statements of the company and the union differ?"),
    ("yes or no", "Did the company deny that it had been warned?"),
    ("yes or no", "Was the nitrate stored legally?"),
    ("not there", "What is the boiling point of mercury?"),
    ("not there", "Who won the chess tournament at the harbour?"),
    ("dated", "How many people were killed on 14 March 2023?"),
    ("careless", "who took control of the road to the airport"),
    ("careless", "corran company statment deaths"),
    ("long", "What did the officials of the government, the company and the people of the town say"
             " about the people who were killed and those who are still missing?"),
)  # fmt: skip
"""Questions with their kind; each is asked once, so that none is answered from a cache."""


def on_cores(most: int) -> int:
    """Keep this process to so many cores, where the system can; return how many it has."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:most])
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class SentenceMeans:
    """An encoder of composed passages: the mean of their sentences' vectors."""

    model_id = MINILM_ID

    def __init__(self, encoder: Encoder, sentences: Sequence[str]) -> None:
        self._at = {sentence: number for number, sentence in enumerate(sentences)}
        self._vectors = encoder.encode(list(sentences))
        self.dimensions = encoder.dimensions
        self._drawn = np.random.default_rng(0)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors; a text that holds no known sentence gets one by chance."""
        found = self._drawn.standard_normal((len(texts), self.dimensions), dtype=np.float32)
        found *= 0.002
        for row, text in enumerate(texts):
            for sentence in Composed.sentences_of(text):
                if (at := self._at.get(sentence)) is not None:
                    found[row] += self._vectors[at]
        found /= np.linalg.norm(found, axis=1, keepdims=True)
        return found


def build(values: dict[str, Any]) -> dict[str, Any]:
    """Make a library of the examples and of composed passages; return how long it took."""
    from ingest.folder import add
    from rag.build import open_library

    began = time.perf_counter()
    texts = json.loads(Path(values["texts"]).read_text(encoding="utf-8"))
    composed = Composed(texts, most=_SENTENCES)
    size = int(values["size"])
    with open_library(load_settings(library=Path(values["library"]))) as library:
        for _ in add(library.ledger, [EXAMPLES]):
            pass
        library.embed()
        real = library.ledger.counts("default").passages
        means = SentenceMeans(library.encoder("bulk"), composed.sentences)
        after = library.ledger.newest_key()
        for start in range(0, max(0, size - real), _AT_ONCE):
            rows = list(composed_documents(composed, start, min(size - real, start + _AT_ONCE)))
            origin = Origin(f"/part-{start}", "/", f"{start}", 0, 0)
            library.ledger.put_file("default", origin, rows)
            while pending := library.ledger.pending_texts(MINILM_ID, 4096, after=after):
                after = pending[-1][0]
                vectors = means.encode([text for _, text in pending])
                library.ledger.put_vectors(MINILM_ID, [key for key, _ in pending], vectors)
        passages = library.ledger.counts("default").passages
    return {"passages": passages, "real": real, "seconds": time.perf_counter() - began}


def cut_passages(texts: Composed, number: int, tokens: int) -> list[str]:
    """Return as many passages of real sentences, each of just so many tokens."""
    tokenizer = load_tokenizer()
    found: list[str] = []
    for at in range(number):
        text = f"{texts[10**6 + at]} {texts[2 * 10**6 + at]}"
        spans = tokenizer.token_offsets(text)
        # The model's two marks count as tokens.
        found.append(text[: spans[min(len(spans), tokens - 2) - 1][1]])
    return found


def passes(values: dict[str, Any]) -> dict[str, Any]:
    """Time one pass of the bare encoder, as questions and as passages are embedded."""
    from rag.embed import load_encoder

    cores = on_cores(CORES)
    texts = Composed(json.loads(Path(values["texts"]).read_text(encoding="utf-8")))
    passages = cut_passages(texts, PASSES, PASS_TOKENS)
    found: dict[str, Any] = {"cores": cores}
    for name in ("query", "bulk"):
        encoder = load_encoder(purpose=name)
        encoder.encode(passages[:8])
        taken, worked = [], []
        for _ in range(int(values["rounds"])):
            began, before = time.perf_counter(), time.process_time()
            encoder.encode(passages)
            taken.append(time.perf_counter() - began)
            worked.append(time.process_time() - before)
        found[name] = {"seconds": statistics.median(taken), "work": statistics.median(worked)}
    return found


def asked(values: dict[str, Any]) -> dict[str, Any]:
    """Ask every question once in a warm process; return seconds by question and by stage."""
    from rag.build import open_library

    cores = on_cores(CORES)
    rows: list[dict[str, Any]] = []
    with open_library(load_settings(library=Path(values["library"]))) as library:
        library.warm_up()
        library.assistant.ask(Question("Which town is this about?"))
        for kind, question in _chosen(values.get("questions")):
            began, before = time.perf_counter(), time.process_time()
            answer = library.assistant.ask(Question(question))
            seconds = time.perf_counter() - began
            work = time.process_time() - before
            stages = {name: ms / 1000 for name, ms in answer.timing_ms.items() if name != "total"}
            stages["assemble"] = seconds - sum(stages.values())
            rows.append(
                {
                    "kind": kind,
                    "question": question,
                    "seconds": seconds,
                    "work": work,
                    "declined": answer.declined.reason if answer.declined else None,
                    "stages": stages,
                }
            )
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "not known"
    return {"rows": rows, "cores": cores, "own_peak_mb": peak_mb(), "load": load}


def _chosen(most: int | None) -> Iterator[tuple[str, str]]:
    yield from QUESTIONS[: most or len(QUESTIONS)]


PARTS = {one.__name__: one for one in (build, passes, asked)}

if __name__ == "__main__":
    print(json.dumps(PARTS[sys.argv[1]](json.loads(sys.argv[2]))))
