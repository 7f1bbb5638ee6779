"""Delimited text -> rows of cells, also where quotes are broken, with the place of each row."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from rag.errors import UnreadableFile

_SAMPLE = 65_536
_SAMPLE_ROWS = 50
_MOST_REPAIRS = 20
_MOST_ABOVE = 20
_AGREE = 0.7
_SAYS = re.compile(r"\Asep=(?P<mark>[,;\t|])\r?\n", re.IGNORECASE)
# Lines are cut where the csv module expects it; str.splitlines would also cut at U+2028.
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_NO_DELIMITER = "\x1f"


class Row(NamedTuple):
    """The cells of a row, and where its characters stand in the text, without its line end."""

    cells: list[str]
    start: int
    end: int


def sniff_dialect(text: str, suffix: str) -> type[csv.Dialect]:
    r"""Return how a file parts its cells: tabs for .tsv, else what its first lines agree on.

    >>> sniff_dialect("a;b;c\n1,5;2;3\n", ".csv").delimiter
    ';'
    >>> sniff_dialect("sep=|\na;b|c\n", ".csv").delimiter
    '|'
    """

    class Found(csv.excel):
        delimiter = "\t"

    if suffix == ".tsv":
        return Found
    if said := _SAYS.match(text):
        Found.delimiter = said["mark"]
        return Found
    sample = text[:_SAMPLE]
    best = (0.0, "")
    for mark in ",;\t|":
        Found.delimiter = mark
        reader = csv.reader((match.group() for match in _LINE.finditer(sample)), Found)
        try:
            widths = [len(row) for row in islice(reader, _SAMPLE_ROWS) if row]
        except csv.Error:
            continue
        # A cut sample may end inside a cell.
        widths = widths[:-1] if len(text) > len(sample) and len(widths) > 1 else widths
        widths = widths[_above(widths, text) :]
        if widths and widths[0] > 1:
            agree = sum(width == widths[0] for width in widths) / len(widths)
            best = max(best, (agree + min(widths[0], 50) / 1000, mark), key=lambda pair: pair[0])
    # No mark parts the first line: one column, and a comma in it is a comma.
    Found.delimiter = best[1] or _NO_DELIMITER
    return Found


def rows_above(rows: Sequence[Row], text: str) -> int:
    r"""Return how many rows stand above the header: the title of a report, when it was made.

    >>> text = "Sales\n2021\n\nRegion,Sum\nNorth,1\n"
    >>> rows_above(list(rows_of(text, csv.excel)), text)
    2
    >>> text = "Sales,,\n,,\nRegion,Sum,Share\nNorth,1,2\n"
    >>> rows_above(list(rows_of(text, csv.excel)), text)
    2
    """
    widths = [len(row.cells) for row in rows[:_SAMPLE_ROWS]]
    if above := _above(widths, text):
        return above
    # A spreadsheet fills the rows of a title up with empty cells.
    filled = [sum(map(bool, row.cells)) for row in rows[:_SAMPLE_ROWS]]
    above = next((at for at, count in enumerate(filled) if count > 1), 0)
    padded = 0 < above <= _MOST_ABOVE and len(set(widths)) == 1
    return above if padded and filled[above] == max(filled) > 1 else 0


def _above(widths: Sequence[int], text: str) -> int:
    """Return how many lines of one cell stand above rows that agree on their number of cells.

    Sentences with commas in a file of one column look much the same: a blank line tells the two
    apart, or three rows of three cells and more.
    """
    above = next((at for at, width in enumerate(widths) if width > 1), 0)
    below = widths[above:]
    if not 0 < above <= _MOST_ABOVE or len(below) < 2:
        return 0
    agree = below.count(below[0]) / len(below)
    head = text[:_SAMPLE].lstrip().replace("\r\n", "\n").split("\n", 2 * above + 1)
    parted = any(not line.strip() for line in head[: 2 * above + 1])
    if parted:
        return above if agree >= _AGREE else 0
    return above if agree == 1 and below[0] > 2 and len(below) > 2 else 0


def rows_of(text: str, dialect: type[csv.Dialect]) -> Iterator[Row]:
    r"""Yield the rows of a table one by one, blank lines left out.

    A quote that is never closed would swallow all rows after it: its line is then read as it
    stands, and the next line begins a new row.

    >>> [row.cells for row in rows_of('a,b\n1,"5 inch\n2,x\n', csv.excel)]
    [['a', 'b'], ['1', '"5 inch'], ['2', 'x']]

    Raises:
        UnreadableFile: the text cannot be cut into cells.

    """
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    said = _SAYS.match(text)
    position = said.end() if said else 0
    repairs = 0
    unquoted = _unquoted(dialect)
    while True:
        broken = None
        for row in _read(text, position, dialect):
            if _is_broken(text, row, dialect):
                broken = row
                break
            if row.cells:
                yield row
        if broken is None:
            return
        # To find that a quote is never closed takes a look at all that follows it.
        repairs += not text[broken.end : broken.end + 100].strip()
        for row in _read(text, broken.start, unquoted):
            position = row.end
            if row.cells:
                yield row
            if repairs <= _MOST_REPAIRS:
                break
        else:
            return


def _is_broken(text: str, row: Row, dialect: type[csv.Dialect]) -> bool:
    """Say whether a quote holds several lines together that do not belong together."""
    taken = text[row.start : row.end]
    if "\n" not in taken and "\r" not in taken:
        return False
    try:
        list(csv.reader(taken.splitlines(keepends=True), dialect, strict=True))
    except csv.Error:
        return True
    return False


def _read(text: str, position: int, dialect: type[csv.Dialect]) -> Iterator[Row]:
    """Yield the rows from a position on, as the csv module reads them."""
    while text[position : position + 1] in ("\r", "\n"):
        position += 1
    reached = position

    def lines() -> Iterator[str]:
        nonlocal reached
        for match in _LINE.finditer(text, position):
            reached = match.end()
            yield match.group()

    start = position
    try:
        for cells in csv.reader(lines(), dialect):
            end = reached
            while end > start and text[end - 1] in "\r\n":
                end -= 1
            yield Row(cells, start, end)
            start = reached
    except csv.Error as error:
        raise UnreadableFile(
            f"The table cannot be read: {error}.", "Save it as CSV in UTF-8 and add it again."
        ) from error


def _unquoted(dialect: type[csv.Dialect]) -> type[csv.Dialect]:
    class Unquoted(csv.excel):
        delimiter = dialect.delimiter
        quoting = csv.QUOTE_NONE

    return Unquoted
