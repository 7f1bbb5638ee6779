"""The rows of tables that are printed without anything but their places: cells parted by tabs.

A PDF knows no tables. Lines one under the other whose wide gaps stand at the same places are rows;
a cell that a row lacks is known from the columns of its neighbours.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ingest.readers.paragraphs import LABEL, Line, Row
from ingest.readers.pdf_cells import (
    SHARED,
    Cell,
    Cells,
    agreeing,
    cells_of,
    joined,
    side_by_side,
    spread,
)
from ingest.readers.pdf_table_checks import NUMBER, is_table

_STEP = 3.5  # heights from a row to the next at most
_LOOSE = 2  # lines of one cell between two rows
_NARROW = 0.6  # such a line takes up no more of the table's width
_LONG_RUN = 40  # where so many lines are no table, their ends are none either
_DEEPEST_HEADER = 3
_LONGEST_HEADER = 2_000

_YEAR = re.compile(r"(?:1[5-9]|20)\d\d(?:[-/–]\d\d(?:\d\d)?)?")


@dataclass(frozen=True, slots=True)
class _Table:
    """Consecutive lines of a page that are rows: the columns, and each row's cells by column."""

    begin: int
    columns: list[tuple[float, float]]
    rows: list[list[tuple[int, Cell]]]


def tabulated(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Return the lines of all pages, those that are rows of tables or forms with tabs in them."""
    found = []
    before: tuple[list[tuple[float, float]], Row] | None = None
    for printed in pages:
        groups = side_by_side(printed)
        lines = [joined(group) for group in groups]
        cells = cells_of(lines)
        for at, line in enumerate(lines):
            if len(cells[at]) > 1 and _is_form(line, cells[at]):
                groups[at] = [spread(line, list(enumerate(cells[at])), len(cells[at]))]
        end = 0
        carried = None
        for table in _tables(lines, cells):
            again = before if table.begin == 0 and before and _alike(before[0], table) else None
            rows = list(_numbered(table, lines, again[1] if again else None))
            end = table.begin + len(rows)
            for at, placed, row in zip(range(table.begin, end), table.rows, rows, strict=True):
                tabbed = spread(lines[at], placed, len(table.columns))
                groups[at] = [replace(tabbed, row=row)]
            carried = (table.columns, rows[-1])
        before = carried if end == len(lines) else None
        found.append([line for group in groups for line in group])
    return found


def _alike(columns: Sequence[tuple[float, float]], table: _Table) -> bool:
    """Say whether a table has the columns of the one before, whose last row ended its page."""
    return len(columns) == len(table.columns) and all(
        min(right, high) > max(left, low)
        for (left, right), (low, high) in zip(columns, table.columns, strict=True)
    )


def _is_form(line: Line, cells: Cells) -> bool:
    """Say whether every cell of a line begins with a label: ``Number: 7781      Date: 5 June``."""
    return all(LABEL.match(line.text[cell.first : cell.last]) for cell in cells)


def _tables(lines: Sequence[Line], cells: Sequence[Cells]) -> Iterator[_Table]:
    """Yield the tables of a page from the first to the last."""
    at = end = 0
    while at < len(lines):
        run = _run(lines, cells, at) if len(cells[at]) > 1 else []
        run = _trimmed(run, cells)
        if len(run) > 1 and is_table(lines, cells, run):
            table = _table(lines, cells, run[0], run[-1] + 1)
            yield _with_header(table, lines, cells) if at > end else table
            at = end = run[-1] + 1
        else:
            at = max(run[-1], at + 1) if len(run) > _LONG_RUN else at + 1


def _run(lines: Sequence[Line], cells: Sequence[Cells], begin: int) -> list[int]:
    """Return the numbers of the lines from ``begin`` whose gaps agree, each with the one above."""
    run = [begin]
    loose = 0
    for at in range(begin + 1, len(lines)):
        above, below = lines[at - 1], lines[at]
        step = above.y0 - below.y0
        height = max(above.height, below.height)
        if below.turn != "right" or not 0 < step <= _STEP * height:
            break
        if len(cells[at]) > 1:
            if not agreeing(cells[run[-1]], cells[at], SHARED * height):
                break
            run.append(at)
            loose = 0
        else:
            loose += 1
            left, right = cells[run[-1]][0].left, cells[run[-1]][-1].right
            inside = below.left > left - height and below.right < right + height
            narrow = below.right - below.left < _NARROW * (right - left)
            if loose > _LOOSE or not (inside and narrow):
                break
    return run


def _trimmed(run: list[int], cells: Sequence[Cells]) -> list[int]:
    """Return a run without a line of two cells that others part from its rows: a running head."""
    if len(run) > 2 and run[1] - run[0] > 1 and len(cells[run[0]]) < 3:
        run = run[1:]
    if len(run) > 2 and run[-1] - run[-2] > 1 and len(cells[run[-1]]) < 3:
        run = run[:-1]
    return run


def _table(lines: Sequence[Line], cells: Sequence[Cells], begin: int, end: int) -> _Table:
    """Return the table that the lines ``[begin, end)`` are."""
    counts = Counter(len(cells[at]) for at in range(begin, end))
    most = max(count for count, rows in counts.items() if rows > 1 or len(counts) == end - begin)
    full = [cells[at] for at in range(begin, end) if len(cells[at]) == most]
    columns = [
        (min(row[at].left for row in full), max(row[at].right for row in full))
        for at in range(most)
    ]
    rows = []
    for at in range(begin, end):
        found = cells[at]
        if 1 < len(found) < most:
            parted = _parted(lines[at], found, columns)
            found = parted if len(parted) == most else found
        rows.append(_placed(found, columns))
    return _Table(begin, columns, rows)


def _with_header(table: _Table, lines: Sequence[Line], cells: Sequence[Cells]) -> _Table:
    """Return a table with the line above it, where that has a cell for each of its columns.

    Its gaps may stand elsewhere: names at the left of their columns, numbers at the right.
    """
    at = table.begin - 1
    line, first = lines[at], lines[table.begin]
    near = max(line.height, first.height)
    if len(cells[at]) < 2 or line.turn != "right" or not 0 < line.y0 - first.y0 <= _STEP * near:
        return table
    parted = _parted(line, cells[at], table.columns)
    if len(parted) != len(table.columns) or not all(
        cell.left < right + near and cell.right > left - near
        for cell, (left, right) in zip(parted, table.columns, strict=True)
    ):
        return table
    return _Table(at, table.columns, [list(enumerate(parted)), *table.rows])


def _parted(line: Line, cells: Cells, columns: Sequence[tuple[float, float]]) -> Cells:
    """Return cells parted as well where two of them nearly touch at the edge of a column.

    A header is often as wide as its column. The part behind must begin or end where its column
    does, so that words which reach over several columns stay whole.
    """
    near = 0.5 * line.height
    found: Cells = []
    for cell in cells:
        rest = cell
        for (_, before), (begins, ends) in pairwise(columns):
            if not rest.left < before < rest.right:
                continue
            for at in range(rest.first + 1, rest.last):
                x = float(line.boxes[at, 0])
                seam = line.text[at - 1 : at + 1]
                touches = seam[0].islower() and seam[1].isupper()
                if not (touches or seam[0] == " ") or not before - near < x < begins + near:
                    continue
                if (
                    abs(x - begins) < near
                    or abs(x - before) < near
                    or abs(rest.right - ends) < near
                ):
                    last = at - seam.startswith(" ")
                    right = float(line.boxes[last - 1, 2])
                    found.append(Cell(rest.first, last, rest.left, right))
                    rest = Cell(at, rest.last, x, rest.right)
                    break
        found.append(rest)
    return found


def _placed(cells: Cells, columns: Sequence[tuple[float, float]]) -> list[tuple[int, Cell]]:
    """Return each cell with the number of its column; columns only rise."""
    if len(cells) >= len(columns):
        return list(enumerate(cells))
    placed: list[tuple[int, Cell]] = []
    free = 0
    for at, cell in enumerate(cells):
        choices = range(free, len(columns) - (len(cells) - at) + 1)
        column = max(
            choices,
            key=lambda number: (
                min(cell.right, columns[number][1]) - max(cell.left, columns[number][0])
            ),
        )
        placed.append((column, cell))
        free = column + 1
    return placed


def _numbered(table: _Table, lines: Sequence[Line], before: Row | None) -> Iterator[Row]:
    """Yield what is to be known of each row: its number, the header above it."""
    words = [
        {column: lines[at].text[cell.first : cell.last] for column, cell in placed}
        for at, placed in enumerate(table.rows, table.begin)
    ]
    deep = _header_depth(words, len(table.columns))
    header = " | ".join(
        " ".join(row[column] for row in words[:deep] if column in row)
        for column in range(len(table.columns))
        if any(column in row for row in words[:deep])
    )[:_LONGEST_HEADER]
    first = 1
    if before and not (deep and header != before.header):
        header, first = header or before.header, before.number + 1
    for at in range(len(words)):
        yield Row(first + at, "" if at < deep else header, is_header=at < deep)


def _form(cell: str) -> str:
    """Return a cell with one letter for every word, one digit for every number.

    >>> _form("16 August 2015"), _form("A12")
    ('0 a 0', 'a0')
    """
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "0", cell))


def _header_depth(words: Sequence[dict[int, str]], columns: int) -> int:
    """Return how many of the first rows are the header.

    It has no numbers but years, and nothing of the form of what stands below. Several rows are one
    header where some of their cells are empty and numbers follow.

    >>> _header_depth([{0: "Region", 1: "2019"}, {0: "North", 1: "100"}], 2)
    1
    >>> _header_depth([{0: "North", 1: "100"}, {0: "South", 1: "101"}], 2)
    0
    """

    def named(row: dict[int, str]) -> bool:
        return not any(
            NUMBER.fullmatch(cell) and not _YEAR.fullmatch(cell) for cell in row.values()
        )

    def like(cell: str, column: int) -> bool:
        """Say whether a cell with a number is of the form of those below it: a day, a code."""
        others = [_form(row[column]) for row in words[1:] if column in row]
        is_value = "0" in _form(cell) and not _YEAR.fullmatch(cell)
        return is_value and 2 * others.count(_form(cell)) > len(others)

    if len(words) < 2 or not named(words[0]) or len(words[0]) < 2:
        return 0
    if any(like(cell, column) for column, cell in words[0].items()):
        return 0
    if len(words) == 2 and not any("0" in _form(cell) for row in words for cell in row.values()):
        return 0  # two lines of names
    named_rows = next((at for at, row in enumerate(words) if not named(row)), 0)
    if 1 < named_rows <= _DEEPEST_HEADER and any(len(row) < columns for row in words[:named_rows]):
        return named_rows
    return 1
