"""The small markup of the office files: headings, paragraphs, lists, steps, tables, notes.

``# title``, ``## heading``, ``- item``, ``1. step``, ``| cell | cell |`` with the header first,
``> note``; a first line ``@date 2026-03-02`` dates the file. Anything else is a paragraph, whose
lines are joined until an empty line or another block.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Kind = Literal["title", "heading", "item", "step", "table", "note", "text"]

_MARKS: tuple[tuple[str, Kind], ...] = (
    ("# ", "title"),
    ("## ", "heading"),
    ("- ", "item"),
    ("> ", "note"),
)


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a text; a table has its rows, with the header first."""

    kind: Kind
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()


def dated(text: str) -> tuple[date, str]:
    """Return the day of a file, 1 January 2026 where none is given, and its text."""
    found = re.match(r"\s*@date (\S+)\n", text)
    if not found:
        return date(2026, 1, 1), text.strip()
    return date.fromisoformat(found.group(1)), text[found.end() :].strip()


def blocks(text: str) -> Iterator[Block]:
    """Yield the blocks of a text.

    >>> [one.kind for one in blocks("# A" + chr(10) + "b" + chr(10) + "c" + chr(10) + "1. d")]
    ['title', 'text', 'step']
    """
    words: list[str] = []
    kind: Kind = "text"
    rows: list[tuple[str, ...]] = []
    for line in [*text.splitlines(), ""]:
        if rows and not line.startswith("|"):
            yield Block("table", rows=tuple(rows))
            rows = []
        begun = _begun(line)
        if words and (begun or not line or line.startswith("|") or kind in ("title", "heading")):
            yield Block(kind, " ".join(words))
            words = []
        if line.startswith("|"):
            if not set(line) <= set("|-"):
                rows.append(tuple(cell.strip() for cell in line.strip("| ").split("|")))
        elif begun:
            kind, words = begun[0], [begun[1]]
        elif line:
            kind = kind if words else "text"
            words.append(line.strip())


def _begun(line: str) -> tuple[Kind, str] | None:
    for mark, kind in _MARKS:
        if line.startswith(mark):
            return kind, line[len(mark) :]
    if re.match(r"\d+\. ", line):
        return "step", line.partition(" ")[2]
    return None


def value(cell: str) -> str | int | float | datetime:
    """Return a cell as a sheet holds it: a number, a day, or its words.

    >>> value("1,200"), value("4.80"), value("TD-7")
    (1200, 4.8, 'TD-7')
    """
    if re.fullmatch(r"\d{4}-\d\d-\d\d", cell):
        return datetime.fromisoformat(cell)
    if re.fullmatch(r"\d{1,3}(,\d{3})+|\d+", cell):
        return int(cell.replace(",", ""))
    return float(cell) if re.fullmatch(r"\d+\.\d+", cell) else cell
