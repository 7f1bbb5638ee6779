"""The parts of the ingest benchmark that run in processes of their own.

``python -m eval.bench.ingest_parts NAME JSON`` prints JSON. Where a part says synthetic vectors, an
encoder that costs nothing gives random ones: what is measured there is storage and search.
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

from eval.bench.made import Composed
from eval.bench.parts import QUESTIONS, _p95
from rag.ledger import Ledger
from rag.networks.model_files import MINILM_DIMENSIONS, MINILM_ID
from rag.store.values import Origin
from rag.types import Document, Passage, Vectors

_AT_ONCE = 500
_TO_A_DOCUMENT = 4


class RandomVectors:
    """An encoder that costs nothing: unit vectors by chance."""

    model_id, dimensions = MINILM_ID, MINILM_DIMENSIONS

    def __init__(self, seed: int = 0) -> None:
        self._generator = np.random.default_rng(seed)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return as many vectors as there are texts."""
        drawn: Vectors = self._generator.standard_normal(
            (len(texts), self.dimensions), dtype=np.float32
        )
        drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
        return drawn


def peak_mb() -> float:
    """Return the most memory that this process has taken, in MB."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def read_folder(values: dict[str, Any]) -> dict[str, Any]:
    """Add a folder without vectors; return seconds, passages, and what could not be read."""
    from ingest.folder import add

    began = time.perf_counter()
    passages, documents, wrong = 0, 0, []
    with Ledger(Path(values["library"])) as ledger:
        for outcome in add(ledger, [Path(values["folder"])]):
            passages += outcome.passages
            documents += outcome.documents
            if outcome.outcome in ("failed", "skipped"):
                wrong.append(f"{Path(outcome.source).name}: {outcome.why}")
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "passages": passages, "documents": documents, "wrong": wrong[:3]}


def whole_add(values: dict[str, Any]) -> dict[str, Any]:
    """Add a folder with synthetic vectors alongside; return seconds, counts and peak memory."""
    from ingest.folder import add
    from rag.pending import EmbeddingAlong

    began = time.perf_counter()
    files = passages = 0
    with (
        Ledger(Path(values["library"])) as ledger,
        EmbeddingAlong(ledger, MINILM_ID, RandomVectors) as embedding,
    ):
        for outcome in add(ledger, [Path(values["folder"])]):
            files += 1
            passages += outcome.passages
        read = time.perf_counter() - began
        embedded = embedding.finish()
    seconds = time.perf_counter() - began
    found = {"seconds": seconds, "read_s": read, "files": files, "passages": passages}
    return {**found, "embedded": embedded, "own_peak_mb": peak_mb()}


def grow(values: dict[str, Any]) -> dict[str, Any]:
    """Fill a library up to a number of passages with synthetic vectors; return how long it took."""
    composed = Composed(json.loads(Path(values["texts"]).read_text(encoding="utf-8")))
    have, size = int(values["have"]), int(values["size"])
    encoder = RandomVectors(have)
    began, spent, after = time.perf_counter(), 0.0, 0
    with Ledger(Path(values["library"])) as ledger:
        ledger.set_meta("model_id", MINILM_ID)
        after = ledger.newest_key()
        for start in range(have, size, _AT_ONCE * _TO_A_DOCUMENT):
            rows = list(
                composed_documents(composed, start, min(size, start + _AT_ONCE * _TO_A_DOCUMENT))
            )
            ledger.put_file("default", Origin(f"/part-{start}", "/", f"{start}", 0, 0), rows)
            put = time.perf_counter()
            while pending := ledger.pending_texts(MINILM_ID, 4096, after=after):
                after = pending[-1][0]
                for at in range(0, len(pending), 64):
                    some = pending[at : at + 64]
                    vectors = encoder.encode([text for _, text in some])
                    ledger.put_vectors(MINILM_ID, [key for key, _ in some], vectors)
            spent += time.perf_counter() - put
    seconds = time.perf_counter() - began
    return {"passages": size - have, "seconds": seconds, "vectors_s": spent}


def composed_documents(texts: Composed, start: int, end: int) -> Iterator[tuple[Document, Any]]:
    """Yield documents of four passages; no two passages are the same."""
    for first in range(start, end, _TO_A_DOCUMENT):
        numbers = range(first, min(end, first + _TO_A_DOCUMENT))
        parts = [texts[n] for n in numbers]
        text, at, passages = "\n\n".join(parts), 0, []
        for part in parts:
            passages.append(Passage("", at, at + len(part), part, f"Report {first}"))
            at += len(part) + 2
        name = f"{first}"
        yield Document("", name, f"Report {first}", text, f"/part/{name}", part=name), passages


def searched(values: dict[str, Any]) -> dict[str, Any]:
    """Search a library exactly, as a command does: the first search from cold, and the next ones.

    The vectors of the questions are drawn by chance, so that no model's time or memory is in it.
    """
    from rag.retrieve import HybridRetriever
    from rag.types import Filters

    began = time.perf_counter()
    encoder = RandomVectors(7)
    times: list[float] = []
    with Ledger(Path(values["library"])) as ledger:
        opened = time.perf_counter()
        retriever = HybridRetriever(ledger, encoder)
        for turn in range(int(values["rounds"])):
            for number, question in enumerate(QUESTIONS):
                before = time.perf_counter()
                retriever.retrieve(
                    f"{question} {turn}{number}", filters=Filters(), collection="default", limit=16
                )
                times.append(time.perf_counter() - before)
        counted = time.perf_counter()
        counts = ledger.counts("default")
        counted = time.perf_counter() - counted
    first, rest = times[0], times[len(QUESTIONS) :] or times[1:]
    return {
        "open_s": opened - began,
        "first_s": first,
        "p50": statistics.median(rest),
        "p95": _p95(rest),
        "counts_s": counted,
        "passages": counts.passages,
        "own_peak_mb": peak_mb(),
    }


def indexed(values: dict[str, Any]) -> dict[str, Any]:
    """Build the vector index of a library; return the seconds and the peak memory."""
    import threading

    from rag.index import VectorIndex

    began = time.perf_counter()
    with Ledger(Path(values["library"])) as ledger:
        index = VectorIndex.acquire(Path(values["library"]), ledger, MINILM_ID, MINILM_DIMENSIONS)
        if index is None:
            raise SystemExit("The index is kept by another process.")
        built = index.rebuild(threading.Event())
        index.close()
    seconds = time.perf_counter() - began
    return {"built": bool(built), "seconds": seconds, "own_peak_mb": peak_mb()}


def unchanged(values: dict[str, Any]) -> dict[str, Any]:
    """Add a folder again that has not changed; return the seconds and the peak memory."""
    return whole_add(values)


def size_of(directory: Path) -> int:
    """Return the bytes of everything in a directory."""
    return sum(
        os.stat(os.path.join(folder, name)).st_size
        for folder, _, names in os.walk(directory)
        for name in names
    )


PARTS = {one.__name__: one for one in (read_folder, whole_add, unchanged, grow, searched, indexed)}

if __name__ == "__main__":
    print(json.dumps(PARTS[sys.argv[1]](json.loads(sys.argv[2]))))
