"""What passes between a parsing child and its parent: plain JSON, never objects that can act."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from ingest.readers import Reading, ReadOptions
from rag.types import DateCandidate, Document, Span


def options_to_json(options: ReadOptions) -> dict[str, Any]:
    """Return the options as JSON values."""
    return asdict(options)


def reading_to_bytes(reading: Reading) -> bytes:
    """Return a reading as UTF-8 JSON."""
    value = {
        "documents": [_document_to_json(document) for document in reading.documents],
        "notes": list(reading.notes),
    }
    return json.dumps(value, separators=(",", ":")).encode()


def reading_from_json(value: dict[str, Any]) -> Reading:
    """Return the reading of a value that ``reading_to_bytes`` made."""
    documents = tuple(_document_from_json(document) for document in value["documents"])
    return Reading(documents, tuple(str(note) for note in value["notes"]))


def _document_to_json(document: Document) -> dict[str, Any]:
    return {
        "title": document.title,
        "text": document.text,
        "source": document.source,
        "external_id": document.external_id,
        "metadata": dict(document.metadata),
        "dates": [[date.value, date.origin, date.words] for date in document.dates],
        "publisher": document.publisher,
        "language": document.language,
        "spans": [
            [span.start, span.end, span.kind, span.label, dict(span.data)]
            for span in document.spans
        ],
        "part": document.part,
        "flags": list(document.flags),
    }


def _document_from_json(value: dict[str, Any]) -> Document:
    return Document(
        id="",
        text_sha256="",
        title=value["title"],
        text=value["text"],
        source=value["source"],
        external_id=value["external_id"],
        metadata=value["metadata"],
        dates=tuple(DateCandidate(*date) for date in value["dates"]),
        publisher=value["publisher"],
        language=value["language"],
        spans=tuple(Span(*span) for span in value["spans"]),
        part=value["part"],
        flags=tuple(value["flags"]),
    )
