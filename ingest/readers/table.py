"""Tables as text: a document for every row where one column holds a story, else one document.

The canonical text of a row is exactly the cell of its text column, and that of a table without one
is the file's own characters, so that a quotation is always in the file.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice

from ingest.datelines import from_text, published
from ingest.dates import CONFLICT, Order, conflict
from ingest.days import with_days
from ingest.language import code_of, languages_of
from ingest.readers import Reading, Source, suffix_of
from ingest.readers.canvas import one_line, storable, text_flags
from ingest.readers.columns import (
    Columns,
    Rows,
    cell_of,
    column_order,
    date_cell,
    find_columns,
    has_header,
    header_line,
    names_columns,
)
from ingest.readers.delimited import Row, rows_above, rows_of, sniff_dialect
from ingest.readers.encoding import decode
from ingest.readers.head import credit, headline, host
from rag.types import Document, Span

_OPENING = 80
_HEAD = 1_500
_SAMPLE = 2_000
_NAMED_ROWS = 5
_MOST_FOR_DAYS = 20_000_000
"""In a table of more characters of text the days that the rows name are not looked for."""

_LONGEST = 5_000_000
"""A table of more characters becomes several documents, cut between rows."""

_MOST_ROW_SPANS = 200_000
"""A table with more rows gets a place for every two of them, or every four, and so on."""


def read(source: Source) -> Reading:
    """Return a document for every row that has a text, or one document of all rows.

    Raises:
        UnreadableFile: a column that was asked for is not there, or the file is no table.

    """
    text, note = decode(source.data)
    if not text.strip():
        return Reading(())
    notes = [note] if note else []
    dialect = sniff_dialect(text, suffix_of(source.path))
    reader = rows_of(text, dialect)
    sample = list(islice(reader, _SAMPLE))
    if not sample:
        return _as_one(source, text, sample, "", notes)
    above = rows_above(sample, text)
    cells = [row.cells for row in sample[above:]]
    named = bool(source.options.text_column) or has_header(cells)
    if not named:
        notes.append("the table has no header: its columns are numbered")
        cells.insert(0, [""] * max(map(len, cells)))
    columns = find_columns(cells, source.options)
    if columns.text is None:
        header = header_line(columns.header) if named else ""
        top = above + 1
        sure = named and names_columns(cells)
        return _as_one(source, text, chain(sample, reader), header, notes, top, sure=sure)
    if above:
        notes.append(f"rows above the header were left out: {above}")
    cells += [row.cells for row in reader]
    return _as_many(source, cells, columns, notes, first=above + (1 if named else 0))


def documents_of_rows(
    source: Source, rows: Sequence[Sequence[str]], notes: Sequence[str] = ()
) -> Reading | None:
    """Return a document for every row that has a text, or None where no column holds texts.

    For other records than rows of a CSV; the first row is the header.

    Raises:
        UnreadableFile: a column that was asked for is not there.

    """
    columns = find_columns(rows, source.options)
    return None if columns.text is None else _as_many(source, rows, columns, list(notes), first=1)


def _as_many(
    source: Source, rows: Rows, columns: Columns, notes: list[str], *, first: int
) -> Reading:
    """Return a document for every row that has a text; row 0 is the header.

    ``first`` is the number that a person gives to the header: 0 for one that the file has not.
    """
    notes += _ragged(rows, columns, first)
    texts = [cell_of(row, columns.text) for row in rows[1:]]
    languages = languages_of(texts, [cell_of(row, columns.language) for row in rows[1:]])
    spoken = [
        from_text(text, source.options.date_order, language)
        for text, language in zip(texts[:_SAMPLE], languages, strict=False)
    ]
    order, order_note = column_order(rows, columns, source.options.date_order, spoken)
    days = sum(map(len, texts)) <= _MOST_FOR_DAYS
    seen: Counter[str] = Counter()
    documents = []
    empty = repeated = 0
    for number, (row, language) in enumerate(zip(rows[1:], languages, strict=True), first + 1):
        if not cell_of(row, columns.text).strip():
            empty += 1
            continue
        named = one_line(cell_of(row, columns.id)) if columns.id is not None else ""
        key = named or hashlib.sha256("\x1f".join(row).encode("utf-8", "replace")).hexdigest()[:16]
        seen[key] += 1
        repeated += bool(named) and seen[key] > 1
        part = key if seen[key] == 1 else f"{key}#{seen[key]}"
        document = _row_document(source, number, row, columns, order, language)
        if days:
            document = _dated(document)
        documents.append(replace(document, part=part, external_id=named or None))
    notes += [*columns.notes, *([order_note] if order_note else [])]
    if empty:
        notes.append(f"{empty} rows have no text and were left out")
    if repeated:
        notes.append(f"{repeated} rows repeat an earlier id; they were kept and numbered")
    conflicts = sum(CONFLICT in document.flags for document in documents)
    if conflicts:
        notes.append(
            f"{conflicts} rows open with a date over a day off the column's: the text's is used"
        )
    return Reading(tuple(documents), tuple(notes))


def _ragged(rows: Rows, columns: Columns, first: int) -> list[str]:
    """Return a note that names the rows with another number of cells than the header."""
    wide = len(columns.header)
    ragged = [number for number, row in enumerate(rows[1:], first + 1) if len(row) != wide]
    if not ragged:
        return []
    named = ", ".join(str(number) for number in ragged[:_NAMED_ROWS])
    more = ", ..." if len(ragged) > _NAMED_ROWS else ""
    return [f"{len(ragged)} rows have another number of cells (row {named}{more})"]


def _row_document(
    source: Source,
    number: int,
    row: Sequence[str],
    columns: Columns,
    order: Order,
    language: str | None,
) -> Document:
    text = cell_of(row, columns.text)
    head = text[:_HEAD]
    when = cell_of(row, columns.published)
    column = date_cell(when, order)
    dates = published(text, [column], source.options.date_order, language)
    metadata = _metadata(row, columns)
    if when.strip() and column is None:
        metadata[columns.header[columns.published or 0]] = one_line(when)
    publisher = one_line(cell_of(row, columns.publisher))
    publisher = host(publisher) or publisher or credit(head)
    title = one_line(cell_of(row, columns.title)) or headline(head)
    flags = [*text_flags(text), *([CONFLICT] if conflict(dates) else [])]
    return Document(
        id="",
        text_sha256="",
        title=title[:300] or _opening(text),
        text=text,
        source=source.path,
        metadata=metadata,
        dates=dates,
        publisher=publisher or host(cell_of(row, columns.url)) or None,
        language=language,
        spans=(Span(0, len(text), "row", f"row {number}", {"row": number}),),
        flags=tuple(sorted(flags)),
    )


def _dated(document: Document) -> Document:
    """Return a document with a span for every day that its words name."""
    spans = with_days(document.spans, document.text, document.published, document.language)
    return replace(document, spans=spans)


def _metadata(row: Sequence[str], columns: Columns) -> dict[str, object]:
    """Return what a row says in all other columns, by their names; author and url by these."""
    chosen = columns.chosen()
    metadata: dict[str, object] = {
        (columns.header[at] if at < len(columns.header) else f"column {at + 1}"): one_line(cell)
        for at, cell in enumerate(row)
        if at not in chosen and cell.strip()
    }
    for kind, column in (("author", columns.author), ("url", columns.url)):
        if said := one_line(cell_of(row, column)):
            metadata[kind] = said
    if said := cell_of(row, columns.language).strip():
        metadata |= {} if code_of(said) else {columns.header[columns.language or 0]: said}
    return metadata


def _opening(text: str) -> str:
    """Return the first words of a text, for a title that stays when rows move."""
    words = one_line(text[:400])
    return words if len(words) <= _OPENING else words[:_OPENING].rpartition(" ")[0] + " …"


def _as_one(
    source: Source,
    text: str,
    rows: Iterable[Row],
    header: str,
    notes: list[str],
    top: int = 1,
    *,
    sure: bool = False,
) -> Reading:
    """Return one document of a table without a text column: the file's characters, a span a row.

    The header, where there is one, stands in row ``top``; what stands above it has none. Where it
    is ``sure`` to be no row of the table, its place says so.
    """
    places: list[tuple[int, int, int]] = []
    together = 1
    number = 0
    for number, row in enumerate(rows, 1):
        if (number - 1) % together:
            places[-1] = (places[-1][0], places[-1][1], row.end)
        else:
            places.append((number, row.start, row.end))
        if len(places) > _MOST_ROW_SPANS:
            places = [
                (one[0], one[1], two[2])
                for one, two in zip(places[::2], [*places[1::2], places[-1]], strict=False)
            ]
            together *= 2
    if together > 1:
        notes = [*notes, f"the table has {number} rows: each place names {together} of them"]
    pieces = list(_pieces(places, len(text)))
    documents = []
    for nth, (some, start, end) in enumerate(pieces, 1):
        spans = tuple(
            _row_span(place, start, together, number, header if place[0] > top else "")
            for place in some
        )
        if sure and together == 1:
            spans = tuple(
                replace(span, data={**span.data, "is_header": True})
                if span.data["row"] == top
                else span
                for span in spans
            )
        documents.append(
            Document(
                id="",
                text_sha256="",
                title=source.stem if nth == 1 else f"{source.stem} ({spans[0].label} on)",
                text=storable(text[start:end]),
                source=source.path,
                spans=spans,
                metadata={"rows": max(0, number - (top if header else top - 1))},
                part="" if nth == 1 else str(nth),
                flags=text_flags(text[start:end]),
            )
        )
    said = (
        "no column holds long texts: the table is one document (--text-column makes each row one)"
    )
    if len(pieces) > 1:
        said = said.replace("one document", f"cut into {len(pieces)} documents")
    return Reading(tuple(documents), (*notes, said))


def _pieces(
    places: Sequence[tuple[int, int, int]], length: int
) -> Iterator[tuple[Sequence[tuple[int, int, int]], int, int]]:
    """Yield the rows of each document of a long table, and where its characters begin and end."""
    first, start = 0, 0
    for at, (_, begins, ends) in enumerate(places):
        if at > first and ends - start > _LONGEST:
            yield places[first:at], start, begins
            first, start = at, begins
    yield places[first:], start, length


def _row_span(
    place: tuple[int, int, int], offset: int, together: int, last: int, header: str
) -> Span:
    number, start, end = place[0], place[1] - offset, place[2] - offset
    data: dict[str, object] = {"row": number}
    if header:
        data["header"] = header
    if together == 1:
        return Span(start, end, "row", f"row {number}", data)
    data["row_to"] = min(number + together - 1, last)
    return Span(start, end, "row", f"rows {number}-{data['row_to']}", data)
