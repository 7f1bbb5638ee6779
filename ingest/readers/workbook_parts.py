"""The parts of an Excel workbook that its sheets share: strings, and the formats of cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING
from xml.parsers import expat

from ingest.readers.number_format import Show, general, shower
from ingest.readers.office import is_white
from ingest.readers.package import Package
from ingest.readers.sheet_text import cell_text
from rag.errors import UnreadableFile

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
CHUNK = 1 << 18
_MOST_STRINGS = 150_000_000
"""The table of strings may unpack to so many bytes."""

_MOST_STRING_CHARACTERS = 60_000_000
_WHITE_THEME = "0"


@dataclass(frozen=True, slots=True)
class Looks:
    """What the formats of cells say, by the number of the format: how to show, whether in white."""

    shows: Sequence[Show] = ()
    white: frozenset[int] = frozenset()

    def show(self, style: int) -> Show:
        """Return how numbers of a format are shown."""
        return self.shows[style] if 0 <= style < len(self.shows) else general


def looks(root: Element | None, *, mac: bool) -> Looks:
    """Return what the part of styles says."""
    if root is None:
        return Looks()
    from openpyxl.styles.numbers import BUILTIN_FORMATS

    codes: dict[int, str] = dict(BUILTIN_FORMATS)
    for each in root.iter(f"{S}numFmt"):
        codes[number_of(each.get("numFmtId"))] = each.get("formatCode") or ""
    fonts = [_is_white_font(font) for font in root.iterfind(f"{S}fonts/{S}font")]
    fills = [_is_filled(fill) for fill in root.iterfind(f"{S}fills/{S}fill")]
    shows: list[Show] = []
    white = set()
    for style in root.iterfind(f"{S}cellXfs/{S}xf"):
        font, fill = number_of(style.get("fontId")), number_of(style.get("fillId"))
        if font < len(fonts) and fonts[font] and not (fill < len(fills) and fills[fill]):
            white.add(len(shows))
        code = codes.get(number_of(style.get("numFmtId")), "General")
        shows.append(shower(code, mac))
    return Looks(shows, frozenset(white))


def _is_white_font(font: Element) -> bool:
    color = font.find(f"{S}color")
    if color is None:
        return False
    return is_white(color.get("rgb")) or color.get("theme") == _WHITE_THEME


def _is_filled(fill: Element) -> bool:
    pattern = fill.find(f"{S}patternFill")
    if pattern is None:
        return len(fill) > 0
    if pattern.get("patternType") in {None, "none"}:
        return False
    ground = pattern.find(f"{S}fgColor")
    return ground is None or not (
        is_white(ground.get("rgb")) or ground.get("theme") == _WHITE_THEME
    )


def strings(package: Package, name: str) -> list[str]:
    """Return the strings that cells share, each in one line; none where there is no such part."""
    if name not in package:
        return []
    table = _StringTable()
    parser = machine(table.start, table.end, table.words)
    with package.open(name, _MOST_STRINGS) as file:
        broken = _fed(parser, file)
    if broken:
        package.notes.append(f"the table of strings is damaged: some cells are empty ({broken})")
    if table.size >= _MOST_STRING_CHARACTERS:
        package.notes.append("the table of strings is too long: some cells are empty")
    return table.found


class _StringTable:
    """Takes the events of the table of strings, without readings that stand over characters."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.size = 0
        self._parts: list[str] = []
        self._wanted = False
        self._phonetic = 0

    def start(self, tag: str, _: dict[str, str]) -> None:
        """Begin an element."""
        tag = tag.rpartition(":")[2]
        if tag == "t":
            self._wanted = not self._phonetic
        elif tag == "rPh":
            self._phonetic += 1
        elif tag == "si":
            self._parts.clear()

    def end(self, tag: str) -> None:
        """End an element."""
        tag = tag.rpartition(":")[2]
        if tag == "t":
            self._wanted = False
        elif tag == "rPh":
            self._phonetic -= 1
        elif tag == "si":
            text = cell_text("".join(self._parts))
            self.size += len(text)
            self.found.append(text if self.size < _MOST_STRING_CHARACTERS else "")

    def words(self, text: str) -> None:
        """Take characters."""
        if self._wanted:
            self._parts.append(text)


def machine(
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    words: Callable[[str], None],
) -> expat.XMLParserType:
    """Return a parser with these handlers, which refuses entities."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = words
    parser.EntityDeclHandler = _refuse
    return parser


def _fed(parser: expat.XMLParserType, file: IO[bytes]) -> str:
    """Run a part through a parser; return what was wrong with it, "" if it is sound."""
    try:
        while chunk := file.read(CHUNK):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except UnreadableFile:
        raise
    except Exception as error:  # noqa: BLE001  zlib, zipfile and expat share no class
        return words_of(error)
    return ""


def words_of(error: Exception) -> str:
    """Return what an error says in one line."""
    return " ".join(str(error).split())[:120] or type(error).__name__


def _refuse(*_: object) -> None:
    raise UnreadableFile(
        "Its XML declares entities, which office files never do.",
        "It may be made to do harm; open it in an office program and save it anew.",
    )


def number_of(words: str | None) -> int:
    """Return a whole number, 0 for what is none."""
    return int(words) if words and words.isascii() and words.isdigit() and len(words) < 10 else 0
