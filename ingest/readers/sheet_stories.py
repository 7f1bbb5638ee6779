"""A sheet whose rows are texts: a document for every row, by the rule of all tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from ingest.readers import Reading, Source
from ingest.readers.canvas import HIDDEN
from ingest.readers.columns import find_columns
from ingest.readers.sheet_text import Row, Sheet, letters
from ingest.readers.table import documents_of_rows
from rag.types import Document, Span

_SAMPLE = 500
_FEWEST = 5
"""A sheet of fewer rows is read as one document, whatever its cells hold."""


def story_rows(source: Source, sheet: Sheet) -> Iterator[Row] | None:
    """Return the rows of a sheet if they are texts; else None, and the sheet still has them all.

    Raises:
        UnreadableFile: a column that was asked for is not there.

    """
    rows = iter(sheet.rows)
    sample = list(islice(rows, _SAMPLE))
    sheet.rows = _both(sample, rows)
    if len(sample) <= _FEWEST or sheet.comments or sheet.blocks or sheet.hidden_columns:
        return None
    header = sample[0]
    if header.hidden or len(header.cells) < 2 or any(cell.numeric for cell in header.cells):
        return None
    grid = _grid(sample)
    return sheet.rows if find_columns(grid, source.options).text is not None else None


def documents_of(source: Source, sheet: Sheet, most: int, notes: Sequence[str]) -> Reading | None:
    """Return a document for every row of a sheet whose rows are texts.

    Args:
        source: the file.
        sheet: the sheet; its rows are read.
        most: so many rows are read.
        notes: what is known already.
    """
    rows = list(islice(sheet.rows, most))
    grid = _grid(rows)
    column = find_columns(grid, source.options).text
    reading = documents_of_rows(source, grid, notes)
    if reading is None or column is None:
        return None
    documents = tuple(_placed(document, sheet.name, rows, column) for document in reading.documents)
    left = sheet.rest() if len(rows) == most else 0
    more = (f"{left:,} more rows of the sheet were left out",) if left else ()
    return Reading(documents, (*reading.notes, *more))


def _both(sample: Sequence[Row], rows: Iterator[Row]) -> Iterator[Row]:
    yield from sample
    yield from rows


def _grid(rows: Sequence[Row]) -> list[list[str]]:
    """Return rows as lists of texts, all as wide as the header at least."""
    width = rows[0].cells[-1].column
    grid = []
    for row in rows:
        cells = [""] * max(width, row.cells[-1].column if row.cells else 0)
        for cell in row.cells:
            cells[cell.column - 1] = cell.text
        grid.append(cells)
    return grid


def _placed(document: Document, name: str, rows: Sequence[Row], column: int) -> Document:
    """Return a document of a row with its places: the row, and the cell of the text."""
    spans = []
    flags = document.flags
    for span in document.spans:
        at = span.data.get("row")
        if span.kind != "row" or not isinstance(at, int) or not 0 < at <= len(rows):
            spans.append(span)
            continue
        row = rows[at - 1]
        end = len(document.text)
        data = {**span.data, "row": row.number}
        spans.append(Span(0, end, "row", f"{name} row {row.number}", data))
        spans.append(Span(0, end, "cell", f"{name}!{letters(column + 1)}{row.number}"))
        if row.hidden:
            spans.append(Span(0, end, "hidden", "hidden row"))
            flags = tuple(sorted({*flags, HIDDEN}))
    return replace(document, spans=tuple(spans), flags=flags)
