"""Tables as text: a document for every row where one column holds a story, else one document.

The canonical text of a row is exactly the cell of its text column, and that of a table without one
is the file's own characters, so that a quotation is always in the file.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ingest.dates import (
    CONFLICT,
    Order,
    conflict,
    from_text,
    from_value,
    infer_order,
    ranked,
)
from ingest.readers import Reading, ReadOptions, Source, suffix_of
from ingest.readers.canvas import one_line, storable, text_flags
from ingest.readers.encoding import decode
from ingest.readers.head import headline
from rag.errors import UnreadableFile
from rag.types import DateCandidate, Document, Span

_NAMES: dict[str, tuple[str, ...]] = {
    "text": ("text", "content", "body", "article", "story", "fulltext", "description", "abstract"),
    "title": ("title", "headline", "subject"),
    "published": (
        "published",
        "publication",
        "date",
        "pubdate",
        "datetime",
        "timestamp",
        "created",
    ),
    "publisher": ("publisher", "source", "outlet", "newspaper", "agency", "site"),
}
_STORY = 120
"""A column whose cells have so many characters on average is taken for the text of the rows."""

_OPENING = 80
_DATE_SAMPLE = 2_000
_NAMED_ROWS = 5


@dataclass(slots=True)
class _Columns:
    """The number of each column that means something, and the header's own names."""

    header: list[str]
    text: int | None = None
    title: int | None = None
    published: int | None = None
    publisher: int | None = None
    id: int | None = None
    notes: list[str] = field(default_factory=list)

    def chosen(self) -> set[int]:
        """Return the columns that are not metadata."""
        return {
            column
            for column in (self.text, self.title, self.published, self.publisher)
            if column is not None
        }


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
    rows = _parse(text, dialect)
    columns = _columns(rows, source.options)
    if columns.text is None:
        return _as_one(source, text, rows, dialect, notes)
    ragged = [
        number for number, row in enumerate(rows[1:], 2) if row and len(row) != len(columns.header)
    ]
    if ragged:
        named = ", ".join(str(number) for number in ragged[:_NAMED_ROWS])
        more = ", ..." if len(ragged) > _NAMED_ROWS else ""
        notes.append(f"{len(ragged)} rows have another number of cells (row {named}{more})")
    return _as_many(source, rows, columns, notes)


def sniff_dialect(text: str, suffix: str) -> type[csv.Dialect]:
    r"""Return how a file parts its cells: tabs for .tsv, else what its first lines agree on.

    >>> sniff_dialect("a;b;c\n1,5;2;3\n", ".csv").delimiter
    ';'
    """

    class Found(csv.excel):
        delimiter = "\t"

    if suffix == ".tsv":
        return Found
    sample = text[:65_536]
    best = (0.0, ",")
    for mark in ",;\t|":
        Found.delimiter = mark
        widths = [len(row) for row in _reader(sample, Found, 50) if row]
        # A cut sample may end inside a cell.
        widths = widths[:-1] if len(text) > len(sample) and len(widths) > 1 else widths
        if widths and widths[0] > 1:
            agree = sum(width == widths[0] for width in widths) / len(widths)
            best = max(best, (agree + min(widths[0], 50) / 1000, mark), key=lambda pair: pair[0])
    Found.delimiter = best[1]
    return Found


def _reader(text: str, dialect: type[csv.Dialect], limit: int) -> list[list[str]]:
    found: list[list[str]] = []
    for row in csv.reader(text.splitlines(keepends=True), dialect):
        found.append(row)
        if len(found) >= limit:
            break
    return found


def _parse(text: str, dialect: type[csv.Dialect]) -> list[list[str]]:
    """Return the rows of a table, its header first."""
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    try:
        # Lines are cut where the csv module expects it; str.splitlines would also cut at U+2028.
        rows = list(csv.reader(re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text), dialect))
    except csv.Error as error:
        raise UnreadableFile(
            f"The table cannot be read: {error}.", "Save it as CSV in UTF-8 and add it again."
        ) from error
    return rows


def _columns(rows: Sequence[Sequence[str]], options: ReadOptions) -> _Columns:
    """Return which column means what: what was asked for, else what names and lengths say."""
    header = [one_line(name) or f"column {number}" for number, name in enumerate(rows[0], 1)]
    columns = _Columns(header)
    columns.id = _asked(header, options.id_column)
    columns.text = _asked(header, options.text_column)
    guessed: list[str] = []
    if columns.text is None:
        columns.text = _story(header, rows)
        if columns.text is None:
            return columns
        guessed.append("text")
    taken = {columns.text}
    for kind, asked in (
        ("title", options.title_column),
        ("published", options.published_column),
        ("publisher", options.publisher_column),
    ):
        column = _asked(header, asked)
        if column is None:
            column = _named(header, kind, taken)
            guessed += [kind] if column is not None else []
        if column is not None:
            taken.add(column)
            setattr(columns, kind, column)
    if guessed:
        said = ", ".join(f"{kind} = {header[getattr(columns, kind)]}" for kind in guessed)
        columns.notes.append(f"columns guessed: {said} (--{guessed[0]}-column and its like decide)")
    return columns


def _asked(header: Sequence[str], name: str | None) -> int | None:
    """Return the column of a name that was asked for.

    Raises:
        UnreadableFile: there is no such column.

    """
    if not name:
        return None
    folded = [column.casefold() for column in header]
    if name.casefold() not in folded:
        raise UnreadableFile(
            f'The table has no column "{name}".', f"Its columns are: {', '.join(header)}."
        )
    return folded.index(name.casefold())


def _named(header: Sequence[str], kind: str, taken: set[int]) -> int | None:
    """Return the free column whose name speaks of a kind, the best name first."""
    for word in _NAMES[kind]:
        for column, name in enumerate(header):
            if column not in taken and word in re.findall(r"[a-z]+", name.lower()):
                return column
    return None


def _story(header: Sequence[str], rows: Sequence[Sequence[str]]) -> int | None:
    """Return the column of long cells, the one whose name says text where several are long."""
    length = []
    for column in range(len(header)):
        cells = [len(cell) for row in rows[1:501] if (cell := _cell(row, column).strip())]
        length.append(sum(cells) / len(cells) if cells else 0.0)
    long = [column for column, mean in enumerate(length) if mean >= _STORY]
    by_name = [
        column
        for column in long
        if set(re.findall(r"[a-z]+", header[column].lower())) & {*_NAMES["text"]}
    ]
    return max(by_name or long, key=lambda column: length[column], default=None)


def _as_many(
    source: Source, rows: Sequence[Sequence[str]], columns: _Columns, notes: list[str]
) -> Reading:
    """Return a document for every row that has a text."""
    assert columns.text is not None
    order, order_note = _column_order(rows, columns, source.options.date_order)
    seen: Counter[str] = Counter()
    documents = []
    empty = repeated = 0
    for number, row in enumerate(rows[1:], 2):
        if not row:
            continue
        text = _cell(row, columns.text)
        if not text.strip():
            empty += 1
            continue
        named = one_line(_cell(row, columns.id)) if columns.id is not None else ""
        key = named or hashlib.sha256("\x1f".join(row).encode("utf-8", "replace")).hexdigest()[:16]
        seen[key] += 1
        repeated += bool(named) and seen[key] > 1
        part = key if seen[key] == 1 else f"{key}#{seen[key]}"
        document = _row_document(source, number, row, columns, order)
        documents.append(replace(document, part=part, external_id=named or None))
    notes = [*notes, *columns.notes, *([order_note] if order_note else [])]
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


def _row_document(
    source: Source, number: int, row: Sequence[str], columns: _Columns, order: Order
) -> Document:
    text = _cell(row, columns.text)
    spoken = from_text(text)
    stated = _cell(row, columns.published)
    column = from_value(stated, "column", order) if stated.strip() else None
    dates: tuple[DateCandidate, ...] = ranked([spoken, column])
    chosen = columns.chosen()
    metadata: dict[str, object] = {
        (columns.header[at] if at < len(columns.header) else f"column {at + 1}"): one_line(cell)
        for at, cell in enumerate(row)
        if at not in chosen and cell.strip()
    }
    if stated.strip() and column is None:
        metadata[columns.header[columns.published or 0]] = one_line(stated)
    title = one_line(_cell(row, columns.title)) or headline(text[:1500])
    flags = [*text_flags(text), *([CONFLICT] if conflict(dates) else [])]
    return Document(
        id="",
        text_sha256="",
        title=title[:300] or _opening(text),
        text=text,
        source=source.path,
        metadata=metadata,
        dates=dates,
        publisher=one_line(_cell(row, columns.publisher)) or None,
        spans=(Span(0, len(text), "row", f"row {number}", {"row": number}),),
        flags=tuple(sorted(flags)),
    )


def _opening(text: str) -> str:
    """Return the first words of a text, for a title that stays when rows move."""
    words = one_line(text[:400])
    return words if len(words) <= _OPENING else words[:_OPENING].rpartition(" ")[0] + " …"


def _cell(row: Sequence[str], column: int | None) -> str:
    return row[column] if column is not None and column < len(row) else ""


def _column_order(
    rows: Sequence[Sequence[str]], columns: _Columns, asked: Order
) -> tuple[Order, str]:
    """Return how the date column is to be read, and a note that says so."""
    if columns.published is None:
        return "auto", ""
    if asked != "auto":
        return asked, ""
    values = [_cell(row, columns.published) for row in rows[1:]]
    spoken = []
    for row in rows[1 : _DATE_SAMPLE + 1]:
        found = from_text(_cell(row, columns.text))
        if found:
            spoken.append((_cell(row, columns.published), found.value))
    return infer_order(values, spoken)


def _as_one(
    source: Source,
    text: str,
    rows: Sequence[Sequence[str]],
    dialect: type[csv.Dialect],
    notes: list[str],
) -> Reading:
    """Return one document of a table without a text column: the file's characters, a span a row."""
    header = " | ".join(one_line(cell) for cell in rows[0] if cell.strip())
    spans = []
    position, number = 0, 0
    lines = re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text)
    reader = csv.reader(lines, dialect)
    used = 0
    for number, _ in enumerate(reader, 1):
        taken = "".join(lines[used : reader.line_num])
        used = reader.line_num
        end = position + len(taken.rstrip("\r\n"))
        if end > position:
            data: dict[str, object] = {"row": number} | ({"header": header} if number > 1 else {})
            spans.append(Span(position, end, "row", f"row {number}", data))
        position += len(taken)
    document = Document(
        id="",
        text_sha256="",
        title=source.stem,
        text=storable(text),
        source=source.path,
        spans=tuple(spans),
        metadata={"rows": max(0, number - 1)},
        flags=text_flags(text),
    )
    said = (
        "no column holds long texts: the table is one document (--text-column makes each row one)"
    )
    return Reading((document,), (*notes, said))
