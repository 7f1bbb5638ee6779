"""Rows of tables as a reader of them reads: each by itself, its cells under the header's names.

A passage of a table has the header's names as the last line of its context, parted by bars.
"""

from __future__ import annotations

import re

from rag.english.counts import numbers
from rag.english.sentences import sentences
from rag.english.when import times
from rag.types import Candidate, Passage

_NAMES = " | "
_SEPARATORS = ("\t", ";", ",", "|")
_LONGEST = 60
"""Words of a row; the cells of a longer one hold sentences, which are read as such."""
_LINE = re.compile(r"[^\n]+")


def header_of(passage: Passage, title: str) -> tuple[str, ...]:
    """Return the names of the columns of the table that a passage is from; none for other text.

    Args:
        passage: With the header in its context.
        title: Of its document, which may hold a bar itself.
    """
    last = passage.context.rpartition("\n")[2]
    if _NAMES not in last or last == " ".join(title.split()):
        return ()
    return tuple(name.strip() for name in last.split(_NAMES))


def cells_of(line: str, columns: int) -> list[str]:
    r"""Return the cells of a row of at most so many columns; none where a line is no row.

    >>> cells_of("France,Paris,67", 3), cells_of("Raku\t980", 3), cells_of("He left, and fell.", 3)
    (['France', 'Paris', '67'], ['Raku', '980'], [])
    """
    if len(line.split()) > _LONGEST:
        return []
    if "\t" in line:
        cells = line.split("\t")
        return [cell.strip() for cell in cells] if len(cells) <= columns + 1 else []
    for mark in _SEPARATORS[1:]:
        if line.count(mark) == columns - 1:
            return [cell.strip(' "') for cell in line.split(mark)]
    return []


def cells_in(line: str, columns: int) -> list[tuple[int, int]]:
    r"""Return where the cells of a row stand; none where a line is no row of so many columns.

    >>> [("Raku\t980")[start:end] for start, end in cells_in("Raku\t980", 2)]
    ['Raku', '980']
    """
    cells = cells_of(line, columns)
    found: list[tuple[int, int]] = []
    at = 0
    for cell in cells:
        start = line.index(cell, at)
        at = start + len(cell)
        found.append((start, at))
    return found


def counts(line: str, header: tuple[str, ...]) -> bool:
    r"""Return whether a row holds a number that counts: no day, and not in the cell that names it.

    >>> counts("2304\t2026-05-08\tDefence", ("Matter", "Until", "What"))
    False
    """
    cells = cells_of(line, len(header))
    return any(numbers(cell) and not times(cell, None) for cell in cells[1:])


def told(line: str, header: tuple[str, ...]) -> str:
    r"""Return a row as words: each cell with its column's name; "" where a line is no row.

    >>> told("River57\t157", ("River", "Length km"))
    'River: River57, Length km: 157'
    """
    cells = cells_of(line, len(header)) if len(header) > 1 else []
    if not cells:
        return ""
    if len(cells) > len(header):
        return f"{', '.join(header)}: {', '.join(filter(None, cells))}"
    pairs = zip(header, cells, strict=False)
    return ", ".join(f"{name}: {cell}" for name, cell in pairs if cell)


def lines_in(text: str, header: tuple[str, ...]) -> list[tuple[int, int]]:
    r"""Return the sentences of a passage; each row of its table is one, whatever stands in it.

    >>> text = "Ann. Bo\t5\nCy\t6\nThey won. All did."
    >>> [text[start:end] for start, end in lines_in(text, ("Name", "Goals"))]
    ['Ann. Bo\t5', 'Cy\t6', 'They won.', 'All did.']
    """
    if len(header) < 2:
        return sentences(text)
    found: list[tuple[int, int]] = []
    at = 0
    for match in _LINE.finditer(text):
        if not cells_of(match.group(), len(header)):
            continue
        found += [(at + start, at + end) for start, end in sentences(text[at : match.start()])]
        bare = match.group().strip()
        start = match.start() + match.group().index(bare[0]) if bare else match.start()
        if bare:
            found.append((start, start + len(bare)))
        at = match.end()
    return found + [(at + start, at + end) for start, end in sentences(text[at:])]


def is_header(line: str, header: tuple[str, ...]) -> bool:
    """Return whether a line is the header itself, which answers nothing.

    >>> is_header("country,capital", ("country", "capital"))
    True
    """
    return len(header) > 1 and tuple(filter(None, cells_of(line, len(header)))) == header


def row_of(candidate: Candidate) -> str:
    """Return a candidate that is a row of a table as words, as ``told`` does; "" for a sentence."""
    header = header_of(candidate.hit.passage, candidate.hit.document.title)
    return "" if is_header(candidate.text, header) else told(candidate.text, header)


def row_before(candidate: Candidate, at: int) -> str:
    """Return how the cells of a row read that begin before a place of its text."""
    header = header_of(candidate.hit.passage, candidate.hit.document.title)
    cells = cells_in(candidate.text, len(header))
    before = [candidate.text[start:end] if start < at else "" for start, end in cells]
    return ", ".join(f"{n}: {c}" for n, c in zip(header, before, strict=False) if c)
