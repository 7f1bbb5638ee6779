"""OpenDocument spreadsheets: rows as they stream in, repeated ones written out within bounds."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from ingest.readers import Reading, Source
from ingest.readers.canvas import one_line
from ingest.readers.number_format import general
from ingest.readers.office import Page, finished
from ingest.readers.opendocument_words import (
    OFFICE,
    STYLE,
    TABLE,
    TEXT,
    Styles,
    annotation,
    open_package,
    properties,
    words_of,
)
from ingest.readers.package import Package, forget
from ingest.readers.sheet_text import Cell, Row, Sheet, SheetText, cell_text, letters

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_CONTENT = "content.xml"
_ROW, _COLUMN, _TABLE = f"{TABLE}table-row", f"{TABLE}table-column", f"{TABLE}table"
_STYLE = f"{STYLE}style"
_COVERED = f"{TABLE}covered-table-cell"
_CELLS = frozenset((f"{TABLE}table-cell", _COVERED))
_NUMBERS = frozenset(("float", "currency", "percentage", "date", "time", "boolean"))
_UNSEEN = frozenset(("collapse", "filter"))
_MOST_COLUMNS = 16_384
_MOST_REPEATS = 200
"""A row or a cell with words that is repeated stands so many times at most."""


def read(source: Source) -> Reading:
    """Return one document with the rows of all sheets.

    Raises:
        UnreadableFile: it is no spreadsheet, it is damaged, encrypted, or too big.

    """
    package = open_package(source.data, "OpenDocument spreadsheet")
    page = Page()
    text = SheetText(page)
    book = _Book(package, text)
    book.add(hidden=False)
    if book.hidden:
        book.add(hidden=True)
    notes = [*dict.fromkeys(package.notes), *text.notes]
    if book.left_out:
        notes.append(f"{book.left_out} repeated rows or cells were left out")
    return finished(
        source,
        page,
        properties(package),
        title=source.stem,
        notes=notes,
        metadata={"sheets": book.count},
        dateline=False,
    )


class _Book:
    """The sheets of a file, of which the hidden ones are read in a second pass."""

    def __init__(self, package: Package, text: SheetText) -> None:
        self.count = 0
        self.hidden = 0
        self.left_out = 0
        self._package = package
        self._text = text
        self._unseen_styles: set[str] = set()
        self._styles = Styles()
        self._looks: dict[str | None, str] = {}
        self._comments: dict[str, str] = {}
        self._columns: set[int] = set()
        self._merged: dict[int, list[tuple[int, int]]] = {}
        self._column = 0
        self._rest = 0

    def add(self, *, hidden: bool) -> None:
        """Write the sheets that are hidden, or those that are not."""
        tags = (_TABLE, _ROW, _COLUMN, _STYLE)
        events = self._package.events(_CONTENT, tags, ("start", "end"))
        for event, element in events:
            if element.tag == _STYLE and event == "end":
                self._styles.add(element)
                shown = element.find(f"{STYLE}table-properties")
                if shown is not None and shown.get(f"{TABLE}display") == "false":
                    self._unseen_styles.add(element.get(f"{STYLE}name") or "")
            elif element.tag == _TABLE and event == "start":
                name = one_line(element.get(f"{TABLE}name") or "") or f"Sheet{self.count + 1}"
                is_hidden = element.get(f"{TABLE}style-name") in self._unseen_styles
                self._comments, self._columns, self._column = {}, set(), 0
                self._merged = {}
                rows = self._rows(events)
                if is_hidden == hidden and not self._text.full:
                    self.count += 1
                    sheet = Sheet(name, rows, is_hidden, self._columns)
                    sheet.comments = self._comments
                    sheet.merged = self._merged
                    sheet.rest = partial(self._count_rest, rows)
                    self._text.add(sheet)
                elif is_hidden:
                    self.hidden += 1
                for _ in rows:  # to the end of the sheet
                    pass

    def _count_rest(self, rows: Iterator[Row]) -> int:
        """Return how many more rows a sheet has."""
        self._rest = 0
        return sum(1 for _ in rows) + self._rest

    def _rows(self, events: Iterator[tuple[str, Element]]) -> Iterator[Row]:
        """Yield the rows of a sheet up to its end."""
        number = 1
        depth = 1
        for event, element in events:
            if element.tag == _TABLE:
                depth += 1 if event == "start" else -1
                if not depth:
                    forget(element)
                    return
            elif event == "end" and depth == 1 and element.tag == _COLUMN:
                count = _count(element.get(f"{TABLE}number-columns-repeated"))
                if element.get(f"{TABLE}visibility") in _UNSEEN:
                    last = min(self._column + count, _MOST_COLUMNS)
                    self._columns.update(range(self._column + 1, last + 1))
                self._column += count
            elif event == "end" and depth == 1 and element.tag == _ROW:
                count = _count(element.get(f"{TABLE}number-rows-repeated"))
                if self._text.full:
                    self._rest += 1 if len(element) else 0
                    forget(element)
                    continue
                cells = self._cells(element, number)
                unseen = element.get(f"{TABLE}visibility") in _UNSEEN
                if cells:
                    self.left_out += max(0, count - _MOST_REPEATS)
                    for at in range(min(count, _MOST_REPEATS)):
                        yield Row(number + at, cells, unseen)
                number += count
                forget(element)

    def _unseen(self, style: str | None) -> str:
        """Return why the words of a cell with a style are not seen, "" where they are."""
        if style not in self._looks:
            self._looks[style] = self._styles.look(style).hides()
        return self._looks[style]

    def _cells(self, row: Element, number: int) -> list[Cell]:
        """Return the cells of a row that hold words; a covered one is not seen."""
        cells: list[Cell] = []
        column = 1
        for element in row.iterchildren():
            if element.tag not in _CELLS:
                continue
            count = _count(element.get(f"{TABLE}number-columns-repeated"))
            text, numeric = (
                _shown(element) if len(element) or len(element.attrib) > 1 else ("", False)
            )
            said = element.find(f"{OFFICE}annotation")
            if said is not None:
                self._comments[f"{letters(column)}{number}"] = annotation(said)
            reach = _count(element.get(f"{TABLE}number-rows-spanned"))
            if text and reach > 1:
                self._merged.setdefault(number, []).append((column, number + reach - 1))
            if text:
                unseen = self._unseen(element.get(f"{TABLE}style-name"))
                if element.tag == _COVERED:
                    unseen = "covered cell"
                room = min(count, _MOST_REPEATS, max(0, _MOST_COLUMNS + 1 - column))
                self.left_out += count - room
                cells += [Cell(column + at, text, numeric, unseen) for at in range(room)]
            column += count
        return cells


def _shown(cell: Element) -> tuple[str, bool]:
    """Return the text of a cell as it is shown, days as ISO 8601, and whether it is a number."""
    kind = cell.get(f"{OFFICE}value-type") or ""
    numeric = kind in _NUMBERS
    day = cell.get(f"{OFFICE}date-value")
    if kind == "date" and day:
        moment = day[:16].replace("T", " ").removesuffix(" 00:00")
        return one_line(moment), True
    paragraphs = [
        words_of(each).text if len(each) else each.text or ""
        for each in cell.iterchildren(f"{TEXT}p")
    ]
    text = cell_text(" ".join(paragraphs))
    if not text:
        value = cell.get(f"{OFFICE}value") or cell.get(f"{OFFICE}string-value") or ""
        text = general(value) if numeric else cell_text(value)
    if not text:
        formula = (cell.get(f"{TABLE}formula") or "").partition("=")[2]
        text = cell_text(f"={formula}") if formula else ""
    return text, numeric


def _count(words: str | None) -> int:
    """Return how often something is repeated, at least once.

    >>> _count(None), _count("1048576"), _count("-3"), _count("9" * 30)
    (1, 1048576, 1, 1)
    """
    number = int(words) if words and words.isascii() and words.isdigit() and len(words) < 10 else 1
    return max(1, number)
