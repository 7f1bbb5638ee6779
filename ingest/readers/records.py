"""Records, one JSON value a line: documents by the same rules as the rows of a table."""

from __future__ import annotations

import json
from dataclasses import replace

from ingest.readers import Reading, Source
from ingest.readers.canvas import storable, text_flags
from ingest.readers.encoding import decode
from ingest.readers.table import documents_of_rows
from rag.errors import UnreadableFile
from rag.types import Document, Span

_MOST_COLUMNS = 2_000
_NAMED = 5


def read(source: Source) -> Reading:
    """Return a document for every record that has a text, or one document of all records.

    Raises:
        UnreadableFile: a column that was asked for is not there, or the file holds no records.

    """
    text, note = decode(source.data)
    if not text.strip():
        return Reading(())
    notes = [note] if note else []
    records: list[dict[str, str]] = []
    lines: list[int] = []
    broken: list[int] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            records.append(_flat(json.loads(line)))
            lines.append(number)
        except (ValueError, RecursionError):
            broken.append(number)
    if len(broken) > len(records):
        raise UnreadableFile(
            f"The file holds no JSON line by line: {len(broken)} of {len(broken) + len(records)} "
            f"lines are none (line {broken[0]} is the first).",
            "If it is one JSON value, give it the ending .json.",
        )
    if broken:
        named = ", ".join(map(str, broken[:_NAMED])) + (", ..." if len(broken) > _NAMED else "")
        said = (
            "1 line is no JSON and was"
            if len(broken) == 1
            else f"{len(broken)} lines are no JSON and were"
        )
        notes.append(f"{said} left out (line {named})")
    header = _header(records)
    rows = [header, *([record.get(name, "") for name in header] for record in records)]
    reading = documents_of_rows(source, rows, notes)
    if reading is None:
        return _as_one(source, text, lines, notes, frozenset(broken))
    documents = tuple(_placed(document, lines) for document in reading.documents)
    return replace(reading, documents=documents)


def _flat(value: object) -> dict[str, str]:
    """Return a record's fields as text; those of an object in it are named with a dot.

    >>> _flat({"text": "A ferry sank.", "place": {"town": "Varna"}, "dead": 9, "tags": ["a", "b"]})
    {'text': 'A ferry sank.', 'place.town': 'Varna', 'dead': '9', 'tags': 'a, b'}
    """
    if not isinstance(value, dict):
        return {"value": _words(value)}
    found: dict[str, str] = {}
    for name, inner in value.items():
        if isinstance(inner, dict):
            found |= {f"{name}.{key}": _words(each) for key, each in inner.items()}
        else:
            found[name] = _words(inner)
    return {storable(name): storable(words) for name, words in found.items()}


def _words(value: object) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, list) and all(isinstance(item, str | int | float) for item in value):
        return ", ".join(_words(item) for item in value)
    return json.dumps(value, ensure_ascii=False)


def _header(records: list[dict[str, str]]) -> list[str]:
    """Return the names of all fields in the order in which they first occur."""
    names = dict.fromkeys(name for record in records for name in record)
    return list(names)[:_MOST_COLUMNS] or ["value"]


def _placed(document: Document, lines: list[int]) -> Document:
    """Return a document with the line of its record for the row of the table made of them."""
    spans = []
    for span in document.spans:
        if span.kind == "row":
            number = lines[span.data["row"] - 2]
            span = Span(span.start, span.end, "row", f"row {number}", {"row": number})
        spans.append(span)
    return replace(document, spans=tuple(spans))


def _as_one(
    source: Source, text: str, lines: list[int], notes: list[str], broken: frozenset[int]
) -> Reading:
    """Return one document of the file's own lines but the broken ones, each record with a place."""
    spans = []
    kept = []
    start = 0
    for number, line in enumerate(text.split("\n"), 1):
        if number in broken:
            continue
        end = start + len(line.rstrip("\r"))
        if start < end:
            spans.append(Span(start, end, "row", f"row {number}", {"row": number}))
        kept.append(line)
        start += len(line) + 1
    text = "\n".join(kept)
    document = Document(
        id="",
        text_sha256="",
        title=source.stem,
        text=text,
        source=source.path,
        spans=tuple(spans),
        metadata={"rows": len(lines)},
        flags=text_flags(text),
    )
    said = (
        "no field holds long texts: the file is one document (--text-column makes each record one)"
    )
    return Reading((document,), (*notes, said))
