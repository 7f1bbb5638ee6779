"""Tells the rows of a table from their like: columns of prose, contents, code, an index."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from ingest.readers.paragraphs import Line
from ingest.readers.pdf_cells import SHARED, Cells, agreeing

_WORDY, _LONG = 4.5, 34  # words and characters in the usual cell of what are columns of prose
_USUAL_GAP = 1.2  # heights; in a table half of the gaps are wider
_EVEN = 2.0  # points by which the edges of a column of two may differ

NUMBER = re.compile(
    r"[^\w\s]{0,3}\d[\d.,'’\s]*(?:e[-+]?\d+)?[^\w\s]{0,3}|[-–—−]+|n/?a", re.IGNORECASE
)
"""What stands in a cell of numbers."""

_SECTION = re.compile(r"(?:chapter |part )?(?:[A-Z]|\d+|[IVXivx]+)(?:\.\d+)*\.?", re.IGNORECASE)
_PAGE = re.compile(r"\d{1,4}|[ivxl]+")
_CODE = re.compile(
    r"[{}]|;\s*\Z|\w\(\)|[!=+]=|(?:^|\s)=(?:\s|\Z)|->|//|/\*|^\s*(?:#|%|\$ |>>> )|\\[A-Za-z@_]{2}"
    r"|\w+\(\w*,? ?\w*\);?\Z"
)
_ENTRY = re.compile(r".*\D,\s*\d+(?:[-–,\s]*\d+)*|.*\d[,–]")  # of an index: "ferry, 12, 19–"


def is_table(lines: Sequence[Line], cells: Sequence[Cells], run: Sequence[int]) -> bool:
    """Say whether lines with gaps that agree are rows, and not columns of prose, contents, code."""
    rich = [at for at in run if len(cells[at]) > 2]
    words = [[lines[at].text[cell.first : cell.last] for cell in cells[at]] for at in run]
    if len(rich) < 2:
        return _is_pair_table(lines, cells, run, words)
    every = [cell for row in words for cell in row]
    return (
        2 * len(rich) >= len(run)
        and any(
            agreeing(cells[above], cells[below], SHARED * lines[below].height) > 1
            for above, below in pairwise(rich)
        )
        and median(len(cell.split()) for cell in every) < _WORDY
        and sum(map(len, every)) / len(every) < _LONG
        and sum(bool(_CODE.search(lines[at].text)) for at in run) < 0.3 * len(run)
        and sum(bool(_ENTRY.fullmatch(cell)) for cell in every) < 0.5 * len(every)
        and _usual_gap(lines, cells, run) > _USUAL_GAP
        and not _is_contents(words)
        and not _is_numbered(words)
    )


def _usual_gap(lines: Sequence[Line], cells: Sequence[Cells], run: Sequence[int]) -> float:
    """Return how wide the usual gap between cells is, in heights of the print."""
    return median(
        (right.left - left.right) / (lines[at].height or 1.0)
        for at in run
        for left, right in pairwise(cells[at])
    )


def _is_numbered(words: Sequence[Sequence[str]]) -> bool:
    """Say whether rows are numbered lines of words: a listing, a poem.

    >>> _is_numbered([("7", "let x", "y"), ("8", "let y", "z")])
    True
    """
    firsts = [row[0] for row in words]
    if not all(first.isdecimal() for first in firsts):
        return False
    steps = {int(other) - int(one) for one, other in pairwise(firsts)}
    rest = [cell for row in words for cell in row[1:]]
    numbers = sum(bool(NUMBER.fullmatch(cell)) for cell in rest)
    return steps <= {1, 2, 3} and numbers < 0.3 * len(rest)


def _is_pair_table(
    lines: Sequence[Line],
    cells: Sequence[Cells],
    run: Sequence[int],
    words: Sequence[Sequence[str]],
) -> bool:
    """Say whether lines of two cells are rows: few words with a column of numbers beside them."""
    pairs = [cells[at] for at in run]
    if len(run) < 3 or any(len(pair) != 2 for pair in pairs) or run[-1] - run[0] >= len(run):
        return False
    lefts = [pair[1].left for pair in pairs[1:]]
    rights = [pair[1].right for pair in pairs[1:]]
    numbers = [bool(NUMBER.fullmatch(second)) for _, second in words[1:]]
    return (
        max(pair[0].left for pair in pairs) - min(pair[0].left for pair in pairs) < _EVEN
        and min(max(lefts) - min(lefts), max(rights) - min(rights)) < _EVEN
        and all(numbers)
        and not any(NUMBER.fullmatch(first) for first, _ in words)
        and max(len(first.split()) for first, _ in words) <= _WORDY
        and not any(_CODE.search(lines[at].text) for at in run)
        and not _is_contents(words)
    )


def _is_contents(words: Sequence[Sequence[str]]) -> bool:
    """Say whether rows are those of a table of contents: titles, then pages that never go back."""
    pages = [row[-1] for row in words]
    if sum(bool(_PAGE.fullmatch(page)) for page in pages) < 0.8 * len(pages):
        return False
    numbers = [int(page) for page in pages if page.isdecimal()]
    rising = all(one <= other for one, other in pairwise(numbers))
    titled = all(len(row) == 2 or _SECTION.fullmatch(row[0]) for row in words)
    return rising and titled
