"""The sheets of an Excel workbook, streamed so that memory stays flat."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from xml.parsers import expat

from ingest.readers.canvas import one_line
from ingest.readers.number_format import general
from ingest.readers.package import Package, refuse_entities
from ingest.readers.sheet_text import Cell, Row, cell_text
from ingest.readers.workbook_parts import CHUNK, Looks, machine, number_of, words_of
from rag.errors import UnreadableFile

_EDGE = 16
_ROW = re.compile(rb"<(?:\w+:)?row[ >/]")
_MOST_COLUMNS = 16_384
_LAST_ROW = 1_048_576
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]{0,80}?ref=[\"']([A-Z]{1,3})(\d+):[A-Z]{1,3}(\d+)")
_MERGES = b"mergeCell"
_MERGE_EDGE = 150
_MOST_MERGES = 50_000
_PRINTED = {"oddHeader": "page header", "oddFooter": "page footer"}
_TRUE = frozenset(("1", "true"))
_BOOLEANS = {"1": "TRUE", "0": "FALSE", "true": "TRUE", "false": "FALSE"}


@dataclass(slots=True)
class Found:
    """What a sheet's part holds beside its rows, filled while it is read."""

    hidden_columns: set[int] = field(default_factory=set)
    printed: dict[str, str] = field(default_factory=dict)
    """What is printed on every page: "page header" and "page footer"."""

    uncalculated: int = 0
    damaged: str = ""
    rows: int = 0
    stop: bool = False
    """Set it to have the rest of the rows counted and not read."""

    rest: int = 0


def rows(
    package: Package, name: str, shared: Sequence[str], formats: Looks, found: Found
) -> Iterator[Row]:
    """Yield the rows of a sheet that have cells, as they are read."""
    parser = _SheetParser(shared, formats, found)
    reader = parser.machine()
    with package.open(name) as file:
        try:
            chunk = file.read(CHUNK)
            refuse_entities(chunk)
            while chunk and not found.stop:
                reader.Parse(chunk, False)
                yield from parser.take()
                chunk = file.read(CHUNK)
            tail = b""
            while chunk:
                # A row's name may lie across the edge of two chunks.
                both = tail + chunk
                found.rest += sum(row.end() > len(tail) for row in _ROW.finditer(both))
                tail = both[-_EDGE:]
                chunk = file.read(CHUNK)
            if found.stop:
                found.rest += parser.in_row
                return
            reader.Parse(b"", True)
            yield from parser.take()
        except UnreadableFile:
            raise
        except Exception as error:  # noqa: BLE001  zlib, zipfile and expat share no class
            yield from parser.take()
            found.damaged = words_of(error)


def merged(package: Package, name: str) -> dict[int, list[tuple[int, int]]]:
    """Return the cells of a sheet that reach down over other rows: column and last row by row.

    They are listed behind the rows, so the part is looked through before it is read.
    """
    found: dict[int, list[tuple[int, int]]] = {}
    count = 0
    tail = b""
    with package.open(name, again=True) as file:
        try:
            while chunk := file.read(CHUNK):
                both = tail + chunk
                end = 0
                for match in _MERGED.finditer(both) if _MERGES in both else ():
                    end = match.end()
                    first, last = int(match[2][:8]), int(match[3][:8])
                    if first < last and count < _MOST_MERGES:
                        count += 1
                        found.setdefault(first, []).append((_column(match[1].decode()), last))
                tail = both[max(end, len(both) - _MERGE_EDGE) :]
        except Exception:  # noqa: BLE001  the rows are read next, and say what is wrong
            return found
    return found


class _SheetParser:
    """Takes the events of a sheet's XML and puts rows together."""

    def __init__(self, shared: Sequence[str], formats: Looks, found: Found) -> None:
        self._shared = shared
        self._formats = formats
        self._found = found
        self._ready: list[Row] = []
        self._cells: list[Cell] = []
        self._number = 0
        self._hidden = False
        self._open = False
        self._column = 0
        self._kind = "n"
        self._style = 0
        self._value: list[str] = []
        self._formula: list[str] = []
        self._has_formula = False
        self._place = ""
        self._masters: dict[str, tuple[str, str]] = {}
        self._master = ""
        self._into: list[str] | None = None
        self._aside = ""
        self._columns: dict[str, int] = {}
        self._phonetic = False

    def machine(self) -> expat.XMLParserType:
        """Return the parser whose events come here."""
        return machine(self._start, self._end, self._words)

    def take(self) -> list[Row]:
        """Return the rows that are complete, once."""
        ready, self._ready = self._ready, []
        return ready

    @property
    def in_row(self) -> bool:
        """Whether a row has begun and not ended."""
        return self._open

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c" or tag.endswith(":c"):
            self._start_cell(attributes)
        elif tag == "v" or tag.endswith(":v"):
            self._into = self._value
        elif tag == "t" or tag.endswith(":t"):
            self._into = None if self._phonetic else self._value
        elif tag == "row" or tag.endswith(":row"):
            number = attributes.get("r", "")
            self._number = int(number) if number.isdigit() else self._number + 1
            self._found.rows += 1
            self._column = 0
            self._open = True
            if len(attributes) > 1:
                flat = attributes.get("customHeight") in _TRUE and attributes.get("ht") == "0"
                self._hidden = attributes.get("hidden") in _TRUE or flat
        elif tag == "f" or tag.endswith(":f"):
            self._has_formula = True
            self._master = attributes.get("si", "") if attributes.get("t") == "shared" else ""
            self._into = self._formula
        else:
            self._start_other(tag.rpartition(":")[2], attributes)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        place = attributes.get("r", "")
        name = place.rstrip("0123456789")
        column = self._columns.get(name)
        if column is None:
            column = _column(name) or self._column + 1
            if name and len(self._columns) < _MOST_COLUMNS:
                self._columns[name] = column
        self._column = column
        self._place = place
        self._kind = attributes.get("t", "n")
        style = attributes.get("s", "0")
        self._style = int(style) if style.isdigit() else 0
        self._value.clear()
        if self._has_formula:
            self._formula.clear()
            self._has_formula = False

    def _start_other(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "col":
            narrow = attributes.get("width") == "0"
            if attributes.get("hidden") in _TRUE or narrow:
                first, last = number_of(attributes.get("min")), number_of(attributes.get("max"))
                if 0 < first <= last:
                    self._found.hidden_columns.update(range(first, min(last, _MOST_COLUMNS) + 1))
        elif tag in _PRINTED:
            self._aside = tag
            self._into = []
        elif tag == "rPh":
            self._phonetic = True

    def _end(self, tag: str) -> None:
        if tag == "v" or tag == "t":
            self._into = None
        elif tag == "c" or tag.endswith(":c"):
            self._end_cell()
        elif tag == "row" or tag.endswith(":row"):
            if self._cells:
                self._ready.append(Row(self._number, self._cells, self._hidden))
                self._cells = []
            self._hidden = self._open = False
        else:
            name = tag.rpartition(":")[2]
            if name == "rPh":
                self._phonetic = False
            elif name == self._aside and self._into is not None:
                self._found.printed[_PRINTED[name]] = header_words("".join(self._into))
                self._aside = ""
            self._into = None

    def _end_cell(self) -> None:
        raw = self._value[0] if len(self._value) == 1 else "".join(self._value)
        if self._has_formula and self._master:
            self._remember_formula()
        unseen = ""
        if raw:
            text, numeric = self._shown(raw)
            if numeric and not text:
                text, unseen = general(raw), "hidden text"
        elif self._has_formula:
            text, numeric = self._uncalculated(), False
        else:
            return
        if not text or self._number > _LAST_ROW or len(self._cells) >= _MOST_COLUMNS:
            return
        if self._style in self._formats.white:
            unseen = unseen or "white text"
        self._cells.append(Cell(self._column, text, numeric, unseen))

    def _shown(self, raw: str) -> tuple[str, bool]:
        """Return what a reader sees of a stored value, and whether it is a number."""
        kind = self._kind
        if kind == "n":
            return self._formats.show(self._style)(raw.strip()), True
        if kind == "s":
            at = int(raw) if raw.isdigit() else -1
            return (self._shared[at] if 0 <= at < len(self._shared) else ""), False
        if kind == "b":
            return _BOOLEANS.get(raw.strip(), raw), False
        if kind == "d":
            return cell_text(raw.removesuffix("T00:00:00")), True
        return cell_text(raw), False  # str, inlineStr, e

    def _remember_formula(self) -> None:
        if self._formula and self._master not in self._masters and len(self._masters) < 100_000:
            self._masters[self._master] = (self._place, "".join(self._formula))

    def _uncalculated(self) -> str:
        """Return the formula of a cell that was never calculated."""
        self._found.uncalculated += 1
        words = "".join(self._formula)
        if not words and self._master in self._masters:
            from openpyxl.formula.translate import Translator, TranslatorError

            origin, formula = self._masters[self._master]
            try:
                words = Translator(f"={formula}", origin).translate_formula(self._place)[1:]
            except (TranslatorError, ValueError, IndexError, KeyError):
                words = formula
        return cell_text(f"={words}") if words else ""

    def _words(self, text: str) -> None:
        if self._into is not None:
            self._into.append(text)


def _column(name: str) -> int:
    """Return the number of a column, 0 for what is no column.

    >>> _column("A"), _column("AB"), _column("XFD"), _column("a1")
    (1, 28, 16384, 0)
    """
    if not name.isascii() or not name.isupper() or not name.isalpha() or len(name) > 3:
        return 0
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number if number <= _MOST_COLUMNS else 0


def header_words(code: str) -> str:
    """Return the words of a printed header without its codes.

    >>> header_words('&L&"Arial,Bold"&12Annual report&C&P of &N&RJune &D')
    'Annual report of June'
    """
    words = re.sub(r'&"[^"]*"|&\d+|&K[0-9A-Fa-f+-]{6}|&[LCR]', " ", code)
    return one_line(re.sub(r"&([A-Za-z])", "", words).replace("&&", "&"))
