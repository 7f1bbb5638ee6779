"""What runs in a process of its own: ``python -m eval.bench.parts NAME JSON`` prints JSON."""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rag.types import Document, Passage, Vectors

QUESTIONS = (
    "Who vetoed the Security Council resolution on an inquiry commission?",
    "What did the UN panel conclude about who released sarin at Khan Shaykhun?",
    "How many people were killed in the attack near the refugee camp in Hasakeh?",
    "What did a Syrian military source say about chemical weapons?",
    "How many civilians died in the air strikes on Aleppo?",
    "What did Putin warn against after the Idlib attack?",
    "Which groups fought near Deir ez-Zor in October 2017?",
    "What is the boiling point of water?",
    "who took control of the road to the airport",
    "How many children were among the victims according to UNICEF?",
)


def export(values: dict[str, Any]) -> dict[str, float]:
    """Time the export of the query model, which happens once on a machine."""
    from rag.embed import export_onnx, patient_torch

    patient_torch(None)
    began = time.perf_counter()
    if export_onnx(Path(values["cache"])) is None:
        raise SystemExit("The model could not be exported.")
    return {"seconds": time.perf_counter() - began}


def passages(values: dict[str, Any]) -> dict[str, Any]:
    """Return a sample of the texts that a library has embedded, evenly spaced by length."""
    from rag.ledger import Ledger

    with Ledger(Path(values["library"])) as ledger:
        pending = ledger.pending_texts("a model that nobody has", 10**9)
    texts = sorted((text for _, text in pending), key=lambda text: -len(text))
    step = max(1, len(texts) // int(values["sample"]))
    Path(values["file"]).write_text(json.dumps(texts[::step]), encoding="utf-8")
    return {"passages": len(texts), "sample": len(texts[::step])}


def encoder(values: dict[str, Any]) -> dict[str, Any]:
    """Return passages per second of sentence-transformers by batch size, and of Vouch's encoder."""
    import torch
    from sentence_transformers import SentenceTransformer

    from rag.embed import TorchEncoder
    from rag.networks.model_files import minilm_path

    texts = json.loads(Path(values["file"]).read_text(encoding="utf-8"))
    ours = TorchEncoder()
    stock = SentenceTransformer(
        str(minilm_path()), device="cpu", model_kwargs={"dtype": getattr(torch, ours.dtype)}
    )
    stock.encode(texts[-8:])
    ours.encode(texts[-8:])
    found: dict[str, Any] = {"stock": {}, "stock_cpu": {}, "vouch": 0.0, "dtype": ours.dtype}
    # By turns, so that other work on the machine slows all of them alike.
    for _ in range(int(values["rounds"])):
        for size in (16, 32, 64):
            began, cpu = time.perf_counter(), time.process_time()
            stock.encode(texts, batch_size=size, normalize_embeddings=True)
            wall, used = time.perf_counter() - began, time.process_time() - cpu
            name = f"batch {size}"
            found["stock"][name] = max(found["stock"].get(name, 0.0), len(texts) / wall)
            found["stock_cpu"][name] = max(found["stock_cpu"].get(name, 0.0), len(texts) / used)
        began = time.perf_counter()
        ours.encode(texts)
        found["vouch"] = max(found["vouch"], len(texts) / (time.perf_counter() - began))
    return found


def stock_pipeline(values: dict[str, Any]) -> dict[str, float]:
    """Time the pipeline of the tutorials on the same texts: split, embed, and keep in Chroma."""
    from langchain_chroma import Chroma
    from langchain_huggingface import HuggingFaceEmbeddings
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    from rag.networks.model_files import minilm_path

    texts = json.loads(Path(values["file"]).read_text(encoding="utf-8"))
    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    documents = splitter.create_documents(texts)
    embeddings = HuggingFaceEmbeddings(model_name=str(minilm_path()))
    Chroma.from_documents(documents, embeddings, persist_directory=values["directory"])
    return {"passages": len(documents), "characters": sum(map(len, texts))}


def search(values: dict[str, Any]) -> dict[str, Any]:
    """Time a search and a bare question embedding in libraries of growing size."""
    from rag.embed import load_encoder
    from rag.ledger import Ledger
    from rag.retrieve import HybridRetriever
    from rag.types import Filters

    encoder = load_encoder(cache_dir=Path(values["cache"]))
    with Ledger(Path(values["library"])) as source:
        base = _read_library(source, encoder.model_id)
    found: dict[str, Any] = {}
    with Ledger(Path(values["directory"])) as ledger:
        retriever = HybridRetriever(ledger, encoder)
        have = 0
        for size in values["sizes"]:
            _grow(ledger, encoder.model_id, base, have, size)
            have = size
            times: dict[str, list[float]] = {"embed": [], "search": []}
            for turn in range(int(values["rounds"]) + 1):
                for number, question in enumerate(QUESTIONS):
                    asked = f"{question} {turn * len(QUESTIONS) + number}" if turn else question
                    began = time.perf_counter()
                    encoder.encode([asked])
                    embedded = time.perf_counter()
                    retriever.retrieve(asked, filters=Filters(), collection="default", limit=16)
                    ended = time.perf_counter()
                    if turn:  # the first turn warms caches up
                        times["embed"].append(embedded - began)
                        times["search"].append(ended - embedded)
            found[str(size)] = {
                name: {"p50": statistics.median(all_), "p95": _p95(all_)}
                for name, all_ in times.items()
            }
    return found


def _p95(values: Sequence[float]) -> float:
    return sorted(values)[max(0, round(0.95 * len(values)) - 1)]


Base = list[tuple[str, str, Vectors]]


def _read_library(ledger: Any, model_id: str) -> Base:
    base: Base = []
    for rowids, vectors in ledger.vectors(model_id):
        found = ledger.passages([str(rowid) for rowid in rowids])
        for rowid, vector in zip(rowids, vectors, strict=True):
            passage = found[str(rowid)]
            base.append((passage.text, passage.context, vector))
    return base


def _grow(ledger: Any, model_id: str, base: Base, have: int, size: int) -> None:
    """Fill a library up: the real passages, then copies of them with perturbed vectors."""
    from rag.store.values import Origin

    generator = np.random.default_rng(have)
    for start in range(have, size, 5000):
        numbers = range(start, min(size, start + 5000))
        documents = []
        for number in numbers:
            text, context, _ = base[number % len(base)]
            # A copy differs by a word, or it would share its vector with the original.
            text = text if number < len(base) else f"{text} [{number}]"
            document = Document("", f"{number}", f"{number}", text, f"{number}", part=f"{number}")
            documents.append((document, [Passage("", 0, len(text), text, context)]))
        ledger.put_file("default", Origin(f"part {start}", "", f"{start}", 0, 0), documents)
        pending = ledger.pending_texts(model_id, 10**9)
        order = {
            (f"{context}\n{text}" if context else text): vector for text, context, vector in base
        }
        vectors = []
        for _, text in pending:
            vector = order.get(text)
            if vector is None:
                vector = order[text.rsplit(" [", 1)[0]]
                vector = vector + generator.normal(0, 0.01, len(vector)).astype(np.float32)
                vector = vector / np.linalg.norm(vector)
            vectors.append(vector)
        ledger.put_vectors(model_id, [key for key, _ in pending], np.stack(vectors))


PARTS = {
    "export": export,
    "passages": passages,
    "encoder": encoder,
    "stock_pipeline": stock_pipeline,
    "search": search,
}

if __name__ == "__main__":
    print(json.dumps(PARTS[sys.argv[1]](json.loads(sys.argv[2]))))
