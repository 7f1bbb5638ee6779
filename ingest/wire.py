"""What passes between a parsing child and its parent: plain JSON and text, never objects that act.

Everything is sent in frames, a length and so many bytes. A reading is one frame that says what
comes, then two for each document, so that neither side holds all of it twice.
"""

from __future__ import annotations

import json
import re
import struct
from dataclasses import asdict
from typing import Any

from ingest.readers import Member, Reading, ReadOptions
from ingest.readers.canvas import storable
from rag.types import DateCandidate, Document, Span

LENGTH = struct.Struct(">Q")
"""How a frame begins: the number of its bytes."""

READY = b"ready"

_UNWRITABLE = re.compile(rb"\\u(?:[dD][89a-fA-F][0-9a-fA-F]{2}|0000)")


def options_to_json(options: ReadOptions) -> dict[str, Any]:
    """Return the options as JSON values."""
    return asdict(options)


def options_from_json(value: dict[str, Any]) -> ReadOptions:
    """Return the options of a value that ``options_to_json`` made."""
    return ReadOptions(**{**value, "passwords": tuple(value["passwords"])})


def to_bytes(value: dict[str, Any]) -> bytes:
    """Return a value as UTF-8 JSON."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace")


def from_bytes(payload: bytes) -> dict[str, Any]:
    r"""Return a value of UTF-8 JSON, whatever a parser made of it; no text in it is unwritable.

    Raises:
        ValueError: it is no JSON object.

    >>> from_bytes(b'{"title": "a\\u0000b\\ud800"}')
    {'title': 'a\ufffdb\ufffd'}
    """
    value = json.loads(_UNWRITABLE.sub(b"\\\\ufffd", payload))
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")
    return value


def reading_frames(reading: Reading, *, fit: bool) -> list[bytes | str]:
    """Return the frames of a reading: what comes, then for each document its facts and its text.

    Args:
        reading: what is sent.
        fit: whether the process that sends it may get another file.
    """
    frames: list[bytes | str] = [
        to_bytes({"documents": len(reading.documents), "notes": list(reading.notes), "fit": fit})
    ]
    for document in reading.documents:
        frames += [to_bytes(_document_to_json(document)), document.text]
    return frames


def document_from_frames(facts: bytes, text: bytes) -> Document:
    """Return the document of the two frames that it was sent as.

    Raises:
        ValueError, KeyError, TypeError: they are not what a child sends.

    """
    value = from_bytes(facts)
    canonical = storable(text.decode("utf-8", "replace"))
    return Document(
        id="",
        text_sha256="",
        title=str(value["title"]),
        text=canonical,
        source=value["source"],
        external_id=value["external_id"],
        metadata=value["metadata"],
        dates=tuple(DateCandidate(*date) for date in value["dates"]),
        publisher=value["publisher"],
        language=value["language"],
        spans=tuple(
            Span(int(start), min(int(end), len(canonical)), kind, str(label), dict(data))
            for start, end, kind, label, data in value["spans"]
        ),
        part=str(value["part"]),
        flags=tuple(value["flags"]),
    )


def member_to_json(member: Member) -> dict[str, Any]:
    """Return what is said of a member; its bytes are a frame of their own."""
    return {
        "name": member.name,
        "suffix": member.suffix,
        "reason": member.why,
        "hint": member.hint,
        "passed_over": member.passed_over,
    }


def member_from_json(value: dict[str, Any], data: bytes) -> Member:
    """Return the member of a value that ``member_to_json`` made."""
    return Member(
        str(value["name"]),
        data,
        suffix=str(value["suffix"]),
        why=str(value["reason"]),
        hint=str(value["hint"]),
        passed_over=bool(value["passed_over"]),
    )


def _document_to_json(document: Document) -> dict[str, Any]:
    return {
        "title": document.title,
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
