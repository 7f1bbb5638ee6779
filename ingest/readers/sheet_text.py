"""The canonical text of sheets: a row a line with tabs, and the place of every cell.

What a reader of the sheet does not see (hidden rows and columns, white words) follows the rows that
are seen, a comment follows both, and hidden sheets follow all others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from ingest.readers.canvas import one_line
from ingest.readers.office import Page

MOST_ROWS = 250_000
"""Rows of one file that are read."""

MOST_CELLS = 2_000_000
MOST_CHARACTERS = 9_500_000
MOST_PLACES = 200_000
"""Cells of one file that get a place of their own; beyond it the row is the place."""

LONGEST_CELL = 32_767
_WIDEST_GAP = 16
_LONGEST_REPEATED = 100
"""A longer cell that reaches over several rows stands in the first of them alone."""

_HEADER_WITHIN = 30
_YEAR = re.compile(r"(?:19|20)\d\d(?:-\d\d){0,2}")
_HIDDEN_ROW = "hidden row"


class Cell(NamedTuple):
    """A cell that is not empty: its column from 1, its text in one line, and why it is not seen."""

    column: int
    text: str
    numeric: bool = False
    unseen: str = ""


class Row(NamedTuple):
    """A row by its number from 1, with its cells from left to right."""

    number: int
    cells: list[Cell]
    hidden: bool = False


@dataclass(slots=True)
class Sheet:
    """A sheet: its name, whether it is hidden, its rows, and what stands beside them.

    All but its rows may be filled while these are read.
    """

    name: str
    rows: Iterable[Row]
    hidden: bool = False
    hidden_columns: set[int] = field(default_factory=set)
    printed: Mapping[str, str] = field(default_factory=dict)
    """What is printed on every page, by its label."""

    merged: Mapping[int, Sequence[tuple[int, int]]] = field(default_factory=dict)
    """The cells that reach over rows below theirs: by row, the column of each and its last row."""

    blocks: list[str] = field(default_factory=list)
    """Words that float over the cells: text boxes, titles of charts."""

    asides: list[tuple[str, str]] = field(default_factory=list)
    comments: Mapping[str, str] = field(default_factory=dict)
    rest: Callable[[], int] = lambda: 0
    """Returns how many more rows there are, without reading them."""


@dataclass(slots=True)
class _Table:
    """The header of the rows of one sheet, once it has been seen."""

    name: str
    hidden_columns: Container[int] = ()
    header: str = ""
    whole: str = ""
    """The header with what of it is not seen, which is that of hidden cells alone."""

    settled: bool = False
    number: int = 0
    data: list[dict[str, object]] = field(default_factory=list)
    first: Row | None = None
    sure: bool = False
    guess: bool = False

    def take(self, row: Row) -> str:
        """Return the header of a row, which may be found in this very row (and is "" for it)."""
        if self.settled:
            self._confirm(row)
            if self.guess and not self.sure:
                self.header, self.first = "", None
            self.guess = False
            return self.header
        self.number += 1
        if len(row.cells) > 1 or self.number > _HEADER_WITHIN:
            self.settled = True
            if len(row.cells) > 1 and _is_header(row.cells):
                self.whole = " | ".join(cell.text for cell in row.cells)
                self.header = " | ".join(cell.text for cell in self._seen(row))
                self.first = row
                self.guess = _years(row.cells) == 1
                return ""
        return self.header

    def _seen(self, row: Row) -> list[Cell]:
        if row.hidden:
            return []
        hidden = self.hidden_columns
        return [cell for cell in row.cells if not cell.unseen and cell.column not in hidden]

    def _confirm(self, row: Row) -> None:
        """Mark the row that was taken for the header where this one below shows that it is one.

        Of two columns of words the first row may be a row as well.
        """
        if self.first is None or self.sure:
            return
        words = {cell.column for cell in self.first.cells if not cell.numeric}
        counted = any(cell.numeric and cell.column in words for cell in row.cells)
        if counted or (len(words) > 2 and len(row.cells) > 1):
            self.sure = True
            for data in self.data:
                data["is_header"] = True

    def put(self, number: int, data: dict[str, object]) -> None:
        """Take what is told of a row in the text, where it is the one taken for the header."""
        if self.first is not None and self.first.number == number:
            self.data.append(data)
            if self.sure:
                data["is_header"] = True


def _is_header(cells: Sequence[Cell]) -> bool:
    """Say whether a row may name columns: words, which may stand with years or days.

    A single year is a guess that the row below must confirm.

    >>> _is_header([Cell(1, "Town"), Cell(2, "2016", True), Cell(3, "2017", True)])
    True
    >>> _is_header([Cell(1, "Varna"), Cell(2, "9", True), Cell(3, "2017", True)])
    False
    """
    numbers = sum(cell.numeric for cell in cells)
    return not numbers or (numbers == _years(cells) < len(cells))


def _years(cells: Sequence[Cell]) -> int:
    """Return how many cells of numbers hold a year or a day."""
    return sum(cell.numeric and bool(_YEAR.fullmatch(cell.text)) for cell in cells)


@lru_cache(maxsize=20_000)
def letters(column: int) -> str:
    """Return the name of a column.

    >>> letters(1), letters(28), letters(16384)
    ('A', 'AB', 'XFD')
    """
    name = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


class SheetText:
    """Writes sheets to a page within the bounds of one file, and notes what it had to leave out."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._rows = 0
        self._cells = 0
        self._left_out = 0
        self._placeless = False
        self._table = _Table("")
        self.notes: list[str] = []

    @property
    def full(self) -> bool:
        """Whether no more rows are taken."""
        return (
            self._rows >= MOST_ROWS
            or self._cells >= MOST_CELLS
            or self._page.canvas.length >= MOST_CHARACTERS
        )

    def add(self, sheet: Sheet) -> None:
        """Write a sheet with all that belongs to it."""
        page = self._page
        before = page.canvas.length
        table = _Table(sheet.name, sheet.hidden_columns)
        self._table = table
        unseen: dict[str, list[tuple[Row, str]]] = {}
        first = True
        last = 0
        for row in _filled(sheet.rows, sheet.merged):
            if self.full:
                left = 1 + sheet.rest()
                self.notes.append(
                    f'sheet "{sheet.name}": what stands below row {last} was left out '
                    f"({left:,} rows)"
                )
                break
            last = row.number
            header = table.take(row)
            whole = "" if table.first is row else table.whole
            shown = self._seen(sheet, row, whole, unseen)
            if shown:
                self._row(sheet.name, Row(row.number, shown), header, apart=first)
                first = False
        for text in sheet.blocks:
            page.canvas.block(text)
        self._unseen(sheet.name, unseen)
        for label, text in (*sheet.asides, *sheet.printed.items()):
            page.aside(label, text)
        for place, text in sheet.comments.items():
            page.aside(f"comment on {sheet.name}!{place}", text)
        page.put_apart()
        start = before + 2 if 0 < before < page.canvas.length else before
        page.canvas.span(start, page.canvas.length, "sheet", sheet.name, {"sheet": sheet.name})
        if sheet.hidden:
            page.canvas.span(start, page.canvas.length, "hidden", "hidden sheet")
            page.hides = page.hides or start < page.canvas.length

    def _seen(
        self, sheet: Sheet, row: Row, header: str, unseen: dict[str, list[tuple[Row, str]]]
    ) -> list[Cell]:
        """Return the cells of a row that are seen, and put the others by."""
        if row.hidden:
            if row.cells:
                unseen.setdefault(_HIDDEN_ROW, []).append((row, header))
            return []
        columns = sheet.hidden_columns
        if not columns and not any(cell.unseen for cell in row.cells):
            return row.cells
        shown = []
        for cell in row.cells:
            why = "hidden column" if cell.column in columns else cell.unseen
            if why:
                unseen.setdefault(why, []).append((Row(row.number, [cell]), header))
            else:
                shown.append(cell)
        return shown

    def _unseen(self, name: str, unseen: Mapping[str, list[tuple[Row, str]]]) -> None:
        """Write what is not seen, a block for each reason, a line for each row."""
        canvas = self._page.canvas
        for why, rows in unseen.items():
            before = canvas.length
            for number, (row, header) in enumerate(rows):
                self._row(name, row, header, apart=not number)
            start = before + 2 if 0 < before < canvas.length else before
            canvas.span(start, canvas.length, "hidden", why)
            self._page.hides = self._page.hides or start < canvas.length

    def _row(self, name: str, row: Row, header: str, *, apart: bool) -> None:
        """Write a row; empty cells between others are tabs, up to a width."""
        if self.full:
            return
        self._rows += 1
        self._cells += len(row.cells)
        cells = row.cells
        # Most rows have no gaps: their cells are joined at once.
        if cells[-1].column - cells[0].column == len(cells) - 1:
            line = "\t".join([cell.text for cell in cells])
        else:
            line = _with_gaps(cells)
        start, end = self._page.canvas.raw_line(line, apart=apart)
        data: dict[str, object] = {"row": row.number}
        if header:
            data["header"] = header
        self._table.put(row.number, data)
        span = self._page.canvas.span
        span(start, end, "row", f"{name} row {row.number}", data)
        if self._cells > MOST_PLACES:
            if not self._placeless:
                self._placeless = True
                self.notes.append(
                    f"{MOST_PLACES} cells have a place of their own; further ones are placed by row"
                )
            return
        left = start
        column = cells[0].column
        for cell in cells:
            left += min(cell.column - column, _WIDEST_GAP)
            column = cell.column
            right = left + len(cell.text)
            span(left, right, "cell", f"{name}!{letters(column)}{row.number}")
            left = right


def _filled(rows: Iterable[Row], merged: Mapping[int, Sequence[tuple[int, int]]]) -> Iterator[Row]:
    """Yield rows in which a cell that reaches down from a row above says what it says there.

    >>> rows = [Row(5, [Cell(1, "South"), Cell(2, "9")]), Row(6, [Cell(2, "6")])]
    >>> [[cell.text for cell in row.cells] for row in _filled(rows, {5: [(1, 6)]})]
    [['South', '9'], ['South', '6']]
    """
    reaching: dict[int, tuple[int, Cell]] = {}
    for row in rows:
        if reaching:
            own = {cell.column for cell in row.cells}
            reaching = {at: each for at, each in reaching.items() if each[0] >= row.number}
            down = [cell for at, (_, cell) in reaching.items() if at not in own]
            if down and row.cells:
                row = row._replace(cells=sorted([*row.cells, *down]))  # noqa: PLW2901
        for column, last in merged.get(row.number, ()):
            for cell in row.cells:
                if cell.column == column and len(cell.text) <= _LONGEST_REPEATED:
                    reaching[column] = (last, cell)
        yield row


def _with_gaps(cells: Sequence[Cell]) -> str:
    parts = [cells[0].text]
    for before, cell in pairwise(cells):
        parts.append("\t" * min(cell.column - before.column, _WIDEST_GAP))
        parts.append(cell.text)
    return "".join(parts)


def cell_text(text: str) -> str:
    """Return the text of a cell in one line, cut where no spreadsheet would hold more."""
    return one_line(text[:LONGEST_CELL])
