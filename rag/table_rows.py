"""Rows of tables as a reader of them reads: each by itself, its cells under the header's names.

A passage of a table has the header's names as the last line of its context, parted by bars.
"""

from __future__ import annotations

import re

from rag.english.sentences import sentences
from rag.types import Passage

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
