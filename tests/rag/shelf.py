"""Small documents, files and vectors for tests of the ledger and the index."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rag.ledger import Ledger, Origin
from rag.types import DateCandidate, Document, Passage, Vectors

MODEL = "test-model"
WIDTH = 16


def origin(path: str, content: str = "", root: str = "/docs") -> Origin:
    return Origin(path, root, hashlib.sha256(content.encode()).hexdigest(), len(content), 1)


def document(
    *paragraphs: str, day: str | None = None, context: str = "", **fields: Any
) -> tuple[Document, list[Passage]]:
    """Return a document of one passage a paragraph."""
    text = "\n\n".join(paragraphs)
    passages, at = [], 0
    for paragraph in paragraphs:
        passages.append(Passage("", at, at + len(paragraph), paragraph, context))
        at += len(paragraph) + 2
    dates = (DateCandidate(day, "text", day),) if day else ()
    values = {"title": "A title", "source": "a.txt", "dates": dates, **fields}
    return Document(id="", text_sha256="", text=text, **values), passages


def words(text: str) -> str:
    return " ".join(text.lower().replace(".", " ").replace(",", " ").split())


def open_ledger(directory: Path, **options: Any) -> Ledger:
    return Ledger(directory, analyse=words, **options)


def vector_of(text: str) -> Vectors:
    """Return a unit vector that depends on the text alone, shape ``(WIDTH,)``."""
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    vector = np.random.default_rng(seed).standard_normal(WIDTH).astype(np.float32)
    return vector / np.float32(np.linalg.norm(vector))


def embed(ledger: Ledger, model: str = MODEL) -> int:
    """Give every pending text its vector."""
    done = 0
    while pending := ledger.pending_texts(model, 500):
        vectors = np.stack([vector_of(text) for _, text in pending])
        done += ledger.put_vectors(model, [key for key, _ in pending], vectors)
    return done


def fill(ledger: Ledger, path: str, rows: int, *, passages: int = 2, word: str = "row") -> None:
    """Put a table of short documents, all different, with their vectors."""
    documents = [
        document(*(f"{word} {path} {row} paragraph {p}" for p in range(passages)), part=str(row))
        for row in range(rows)
    ]
    ledger.put_file("default", origin(path, str(rows)), documents)
    embed(ledger)


class SmallEncoder:
    """An encoder without a model: the vector of a text depends on the text alone."""

    model_id = MODEL
    dimensions = WIDTH

    def encode(self, texts: Sequence[str]) -> Vectors:
        return np.stack([vector_of(text) for text in texts])


def assert_sound(ledger: Ledger) -> None:
    """Nothing is half there: words, vectors, passages and counts agree with one another."""
    with ledger._read() as db:

        def number(query: str) -> int:
            return int(db.execute(query).fetchone()[0])

        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        passages = number("SELECT count(*) FROM passages")
        assert number("SELECT count(*) FROM words") == passages
        used = number("SELECT count(DISTINCT content) FROM passages")
        assert number("SELECT count(*) FROM contents") == used
        documents = number("SELECT count(*) FROM documents")
        assert number("SELECT count(*) FROM texts") == documents
        live = "SELECT id FROM passages EXCEPT SELECT passage FROM changes WHERE op = 0"
        assert db.execute(live).fetchall() == []
    with ledger._write() as db:
        db.execute("INSERT INTO words(words) VALUES('integrity-check')")
