"""Which column of a table means what, by what was asked for, by its name, and by what it holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ingest.dates import Order, from_value, infer_order
from ingest.readers import ReadOptions
from ingest.readers.canvas import one_line
from rag.errors import UnreadableFile
from rag.types import DateCandidate

Rows = Sequence[Sequence[str]]

_NAMES: dict[str, tuple[str, ...]] = {
    "text": (
        ("text", "content", "body", "article", "story", "fulltext", "description", "abstract")
        + ("texte", "texto", "inhalt", "contenu", "contenido")
    ),
    "title": ("title", "headline", "subject", "titel", "titre", "titulo", "título", "titolo"),
    "published": (
        (
            "published",
            "publication",
            "date",
            "pubdate",
            "datetime",
            "timestamp",
            "created",
            "posted",
        )
        + ("datum", "fecha", "data")
    ),
    "publisher": (
        ("publisher", "source", "outlet", "newspaper", "agency", "site", "publication")
        + ("quelle", "fuente", "fonte")
    ),
    "author": ("author", "byline", "writer", "creator", "reporter", "autor", "auteur", "autore"),
    "language": ("language", "lang", "locale", "sprache", "langue", "idioma"),
    "url": ("url", "link", "permalink", "href", "uri"),
}
KINDS = ("title", "published", "publisher", "author", "language", "url")

_STORY = 120
"""A column whose cells have so many characters on average is taken for the text of the rows."""

_TEXT = frozenset(("text", "body", "content", "fulltext", "full_text", "full text"))
_PHRASE = 4
"""Cells of a column that is called "text" are the text of their rows from so many words on."""

_SAMPLE = 500
_MOST_HEADER = 300
_ADDRESS = re.compile(r"https?://\S+\Z")
_LANGUAGE = re.compile(r"[A-Za-z]{2}(?:[-_][A-Za-z]{2,4})?\Z|[A-Z][a-z]{3,12}\Z")
_NUMBER = re.compile(r"[-+]?\d[\d.,' ]*%?\Z")
_YEAR = re.compile(r"(?:19|20)\d\d\Z")
_SECONDS = re.compile(r"1\d{9}(?:\d{3})?(?:\.\d+)?\Z")


@dataclass(slots=True)
class Columns:
    """The number of each column that means something, and the header's names, each only once."""

    header: list[str]
    text: int | None = None
    title: int | None = None
    published: int | None = None
    publisher: int | None = None
    author: int | None = None
    language: int | None = None
    url: int | None = None
    id: int | None = None
    notes: list[str] = field(default_factory=list)

    def chosen(self) -> set[int]:
        """Return the columns that are told in other fields than the metadata."""
        columns = (self.text, *(getattr(self, kind) for kind in KINDS))
        return {column for column in columns if column is not None}

    def header_line(self) -> str:
        """Return the header as the context of the rows: its first names, as many as help."""
        return header_line(self.header)


def header_line(names: Sequence[str]) -> str:
    """Return a header as the context of its rows, cut where it would only cost memory.

    >>> header_line(["town", "", "dead"])
    'town | dead'
    """
    line = " | ".join(name for cell in names[:_MOST_HEADER] if (name := one_line(cell)))
    return (
        line
        if len(line) <= _MOST_HEADER
        else line[:_MOST_HEADER].rpartition(" | ")[0] or line[:_MOST_HEADER]
    )


def has_header(rows: Rows) -> bool:
    """Say whether the first row names the columns and is no row of the table itself.

    >>> has_header([["town", "dead"], ["Varna", "9"]])
    True
    >>> has_header([["Varna", "9"], ["Burgas", "2"]])
    False
    """
    if any(len(cell) >= _STORY for cell in rows[0]):
        return False
    speaks_for, against = _signs(rows)
    return speaks_for >= against


def surely_has_header(rows: Rows) -> bool:
    """Say whether what stands below the first row shows that it names the columns.

    >>> surely_has_header([["town", "dead"], ["Varna", "9"]])
    True
    >>> surely_has_header([["town", "land"], ["Varna", "Bulgaria"]])
    False
    """
    return has_header(rows) and _signs(rows)[0] > 0


def names_columns(rows: Rows) -> bool:
    """Say whether nobody takes the first row for a row of the table: it can be left unread.

    Three names or more of columns of words are taken for names, two may be a row as well.

    >>> names_columns([["town", "land", "river"], ["Varna", "Bulgaria", "Provadiya"]])
    True
    >>> names_columns([["captain", "A. Lee"], ["ship", "Aurora"]])
    False
    """
    if len(rows) < 2 or not has_header(rows):
        return False
    names = [name for cell in rows[0] if (name := cell.strip())]
    several = len(names) > 2 and not any(char.isdigit() for name in names for char in name)
    return several or _signs(rows)[0] > 0


def _signs(rows: Rows) -> tuple[int, int]:
    """Return how many columns say that the first row is a header, and how many that it is none."""
    first, others = rows[0], rows[1 : _SAMPLE + 1]
    signs = {True: 0, False: 0}
    for column, name in enumerate(first[:_SAMPLE]):
        cells = [cell for row in others if (cell := cell_of(row, column).strip())]
        name = name.strip()
        for told in (_is_number, _is_date, lambda cell: bool(_ADDRESS.match(cell))):
            if (
                cells
                and _share(cells[:50], told) >= 0.9
                and not (_YEAR.match(name) and told is _is_number)
            ):
                signs[not told(name)] += 1
                break
    return signs[True], signs[False]


def find_columns(rows: Rows, options: ReadOptions) -> Columns:
    """Return which column means what; the first row is the header.

    Raises:
        UnreadableFile: a column that was asked for is not there.

    """
    header = _unique([one_line(name) for name in rows[0]])
    columns = Columns(header)
    columns.id = _asked(header, options.id_column)
    columns.text = _asked(header, options.text_column)
    guessed: list[str] = []
    if columns.text is None:
        columns.text = _story(header, rows)
        if columns.text is None:
            return columns
        guessed.append("text")
    taken = {columns.text}
    for kind in KINDS:
        column = _asked(header, getattr(options, f"{kind}_column", None))
        if column is not None:
            taken.add(column)
            setattr(columns, kind, column)
    for guess in (_named, _held):
        for kind in KINDS:
            if getattr(columns, kind) is not None:
                continue
            column = guess(rows, header, kind, taken)
            if column is not None:
                guessed.append(kind)
                taken.add(column)
                setattr(columns, kind, column)
    if guessed:
        said = ", ".join(f"{kind} = {header[getattr(columns, kind)]}" for kind in guessed)
        columns.notes.append(f"columns guessed: {said} (--{guessed[0]}-column and its like decide)")
    return columns


def column_order(
    rows: Rows, columns: Columns, asked: Order, spoken: Sequence[DateCandidate | None]
) -> tuple[Order, str]:
    """Return how the date column is to be read, and a note that says so.

    ``spoken`` are the datelines of the first rows, which decide where every value reads two ways.
    """
    if columns.published is None:
        return "auto", ""
    if asked != "auto":
        return asked, ""
    values = [cell_of(row, columns.published) for row in rows[1:]]
    known = [(value, found.value) for value, found in zip(values, spoken, strict=False) if found]
    return infer_order(values, known)


def date_cell(words: str, order: Order) -> DateCandidate | None:
    """Return the date in a cell, also where it counts the seconds since 1970.

    >>> date_cell("1491350400", "auto").value
    '2017-04-05T00:00+00:00'
    """
    words = words.strip()
    if _SECONDS.match(words):
        from datetime import UTC, datetime

        seconds = float(words) / (1_000 if len(words.split(".")[0]) == 13 else 1)
        moment = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="minutes")
        return DateCandidate(moment, "column", words)
    return from_value(words, "column", order) if words else None


def cell_of(row: Sequence[str], column: int | None) -> str:
    """Return a cell, or the empty string where the row has none."""
    return row[column] if column is not None and column < len(row) else ""


def _unique(names: Sequence[str]) -> list[str]:
    """Return names that differ: "column 3" for none, "value 2" for the second "value".

    >>> _unique(["a", "a", ""])
    ['a', 'a 2', 'column 3']
    """
    seen: dict[str, int] = {}
    found: list[str] = []
    for number, name in enumerate(names, 1):
        name = name or f"column {number}"
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} {seen[name]}")
    return found


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
            f'The table has no column "{name}".', f"Its columns are: {', '.join(header[:50])}."
        )
    return folded.index(name.casefold())


def _words(name: str) -> set[str]:
    """Return the words of a column's name.

    >>> sorted(_words("articlePublished_at"))
    ['article', 'at', 'published']
    """
    return {word.lower() for word in re.findall(r"[A-Z]?[^\W\d_A-Z]+|[A-Z]+(?![a-z])", name)}


def _named(rows: Rows, header: Sequence[str], kind: str, taken: set[int]) -> int | None:
    """Return the free column whose name speaks of a kind and whose cells may be it."""
    for word in _NAMES[kind]:
        for column, name in enumerate(header):
            if column not in taken and word in _words(name):
                cells = _cells(rows, column)
                if not cells or _share(cells, _MAY_BE[kind]) >= 0.5:
                    return column
    return None


def _held(rows: Rows, header: Sequence[str], kind: str, taken: set[int]) -> int | None:
    """Return the free column that by what it holds can hardly be anything else."""
    told = {"published": _is_date, "url": lambda cell: bool(_ADDRESS.match(cell))}.get(kind)
    for column in range(len(header) if told else 0):
        cells = _cells(rows, column) if column not in taken else []
        if told and len(cells) > 1 and _share(cells, told) >= 0.9:
            return column
    return None


def _story(header: Sequence[str], rows: Rows) -> int | None:
    """Return the column of long cells, the one whose name says text where several are long."""
    length = []
    for column in range(len(header)):
        cells = [
            len(cell) for row in rows[1 : _SAMPLE + 1] if (cell := cell_of(row, column).strip())
        ]
        length.append(sum(cells) / len(cells) if cells else 0.0)
    long = [column for column, mean in enumerate(length) if mean >= _STORY]
    by_name = [column for column in long if _words(header[column]) & {*_NAMES["text"]}]
    short = (
        []
        if long
        else [column for column in range(len(header)) if _says_text(header, rows, column)]
    )
    return max(by_name or long or short, key=lambda column: length[column], default=None)


def _says_text(header: Sequence[str], rows: Rows, column: int) -> bool:
    """Say whether a column is called just "text" and its cells are phrases, however short."""
    if header[column].casefold() not in _TEXT:
        return False
    cells = _cells(rows, column)
    return bool(cells) and _share(cells, lambda cell: len(cell.split()) >= _PHRASE) >= 0.5


def _cells(rows: Rows, column: int) -> list[str]:
    """Return some of a column's cells that are not empty."""
    return [cell for row in rows[1:201] if (cell := cell_of(row, column).strip())][:50]


def _share(cells: Sequence[str], told: Callable[[str], bool]) -> float:
    return sum(map(told, cells)) / len(cells)


def _is_number(cell: str) -> bool:
    return bool(_NUMBER.match(cell))


def _is_date(cell: str) -> bool:
    """Say whether a cell holds a full date, whatever the order of its day and month."""
    if len(cell) > 40 or not any(char.isdigit() for char in cell):
        return False
    return any(from_value(cell, "column", order) for order in ("dmy", "mdy"))


_MAY_BE: dict[str, Callable[[str], bool]] = {
    "title": lambda cell: len(cell) <= 400 and not _is_number(cell),
    "published": lambda cell: _is_date(cell) or bool(_SECONDS.match(cell)),
    "publisher": lambda cell: len(cell) <= 100 and not _is_number(cell) and not _is_date(cell),
    "author": lambda cell: len(cell) <= 200 and not _is_number(cell),
    "language": lambda cell: bool(_LANGUAGE.match(cell)),
    "url": lambda cell: bool(_ADDRESS.match(cell)),
}
