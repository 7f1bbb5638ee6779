"""What office files share: asides and hidden text beside the page, and who made the file when."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ingest.dates import from_value
from ingest.readers import Reading, Source
from ingest.readers.canvas import HIDDEN, Canvas, one_line
from ingest.readers.columns import names_columns
from ingest.readers.head import Facts, describe_file
from ingest.readers.package import Package
from rag.errors import UnreadableFile

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_DC = "{http://purl.org/dc/elements/1.1/}"
_DCTERMS = "{http://purl.org/dc/terms/}"
_CORE = "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"

# Days that templates carry into every file made from them: python-docx's, python-pptx's, those of
# the empty documents of Office 2007, of Excel 97, and the zeros of several clocks.
_TEMPLATE_TIMES = (
    "2013-12-23T23:15",
    "2013-01-27T09:1",
    "2006-09-16T00:00",
    "2006-08-16T00:00",
    "1996-10-14T23:33",
    "1996-10-08T23:32",
    "1601-01-01",
    "1899-12-3",
    "1900-01-0",
    "1904-01-01",
    "1970-01-01T00:00",
    "1980-01-01T00:00",
    "2000-01-01T00:00",
    "0001-01-01",
)
_NOBODY = frozenset(
    (
        *("python-docx", "openpyxl", "xlsxwriter", "apache poi", "steve canny", "un-named"),
        *("unknown", "unknown creator", "microsoft office user", "user", "admin"),
        *("administrator", "owner"),
    )
)
_NO_TITLE = re.compile(
    r"(?:microsoft (?:word|excel|powerpoint) - .*|document ?\d*|presentation ?\d*|book ?\d*"
    r"|powerpoint presentation|untitled ?\d*|slide ?\d*|title|word document"
    r"|.*\.(?:docx?|rtf|odt|pptx?|xlsx?|tmp|dotx?))",
    re.IGNORECASE,
)
_SMALLEST_WHITE = 0xFA
_LONGEST_REPEATED = 100
"""A longer cell that reaches over several rows stands in the first of them alone."""

_MOST_CHARACTERS = 12_000_000
"""A text that is longer is more than a library takes: reading it is given up."""


@dataclass(slots=True)
class Words:
    """What one paragraph holds; the mark of a note or a comment is no part of its words."""

    seen: list[str] = field(default_factory=list)
    hidden: list[tuple[str, list[str]]] = field(default_factory=list)
    marks: list[tuple[str, Any]] = field(default_factory=list)
    """The notes and comments that it points to: the kind, and which one."""

    boxes: list[Element] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    charts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The words that a reader sees."""
        return one_line("".join(self.seen))

    def add(self, text: str, why: str) -> None:
        """Add characters, hidden ones with the reason why they are not seen."""
        if not why:
            self.seen.append(text)
            if text.strip() and self.hidden:
                self.hidden.append(("", []))  # what is hidden further on stands on its own
        elif self.hidden and self.hidden[-1][0] == why:
            self.hidden[-1][1].append(text)
        else:
            self.hidden.append((why, [text]))

    def conceal(self, why: str) -> None:
        """Make all words so far hidden ones."""
        text, self.seen = "".join(self.seen), []
        self.add(text, why)


@dataclass(slots=True)
class Apart:
    """Words that stand beside the text, or that it hides, until they are written after it."""

    kind: str
    label: str
    text: str
    path: str = ""


@dataclass(slots=True)
class Page:
    """A canvas with what stands apart from its text; ``apart`` is written by ``put_apart``."""

    canvas: Canvas = field(default_factory=Canvas)
    apart: list[Apart] = field(default_factory=list)
    hides: bool = False
    _levels: list[tuple[int, str]] = field(default_factory=list)
    _under_heading: bool = False

    @property
    def path(self) -> str:
        """The path of the headings above what comes next."""
        return " > ".join(label for _, label in self._levels)

    def heading(self, text: str, level: int) -> None:
        """Add a heading."""
        label = one_line(text)
        if label:
            while self._levels and self._levels[-1][0] >= level:
                self._levels.pop()
            self._levels.append((level, label))
            self.canvas.heading(text, level)
            self._under_heading = True

    def block(self, text: str) -> None:
        """Add a paragraph.

        Raises:
            UnreadableFile: the text is longer than any that can be searched and shown.

        """
        if self.canvas.length > _MOST_CHARACTERS:
            raise UnreadableFile(
                f"It holds more than {_MOST_CHARACTERS // 1_000_000} million characters of text.",
                "Split it into several files.",
            )
        start, end = self.canvas.block(text)
        self._under_heading = self._under_heading and start == end

    def item(self, text: str) -> None:
        """Add an item of a list, right under the last line unless that is a heading."""
        start, end = self.canvas.block(text) if self._under_heading else self.canvas.line(text)
        self._under_heading = self._under_heading and start == end

    def aside(self, label: str, text: str, path: str | None = None) -> None:
        """Keep what stands beside the text: a footnote, a comment."""
        if one_line(text):
            self.apart.append(Apart("aside", label, text, self.path if path is None else path))

    def hide(self, label: str, text: str) -> None:
        """Keep words that a reader of the file does not see."""
        if one_line(text):
            self.hides = True
            self.apart.append(Apart("hidden", label, text, self.path))

    def put_apart(self) -> None:
        """Write what stands apart, each in a block of its own: asides first, hidden words last."""
        self.canvas.end_sections()
        self._levels.clear()
        for each in sorted(self.apart, key=lambda each: each.kind):
            start, end = self.canvas.block(each.text)
            self.canvas.span(start, end, each.kind, each.label)
            if each.path:  # the section that it belongs to is its passages' context
                self.canvas.span(start, end, "heading", each.path, {"level": 9})
        self.apart.clear()


_ENOUGH = 20
"""Rows of a table that tell whether its first one names the columns."""


class Reaching:
    """The cells of a table that reach down over other rows, which say there what they say.

    >>> cells = Reaching()
    >>> cells.take(0, "South", 2), cells.take(0, ""), cells.take(0, "")
    ('South', 'South', '')
    """

    def __init__(self) -> None:
        self._open: dict[int, tuple[int, str]] = {}

    def take(self, column: int, text: str, rows: int = 1) -> str:
        """Return the text of the next cell of a column; it reaches over so many ``rows``."""
        left, above = self._open.pop(column, (0, ""))
        if text:
            left, above = rows, text if len(text) <= _LONGEST_REPEATED else ""
        if left > 1:
            self._open[column] = (left - 1, above)
        return text or above

    def end(self, column: int) -> None:
        """Say that no cell reaches further down a column."""
        self._open.pop(column, None)


class Rows:
    """Writes the rows of one table, with its first row as the header of the others."""

    def __init__(self, page: Page, label: str = "row") -> None:
        self._page = page
        self._label = label
        self._header = ""
        self._number = 0
        self._below = False
        self._told = False
        self._first: list[list[str]] = []
        self._top: dict[str, object] = {}

    def add(self, cells: Sequence[str], *, header: bool = False) -> None:
        """Add a row, cells parted by tabs; a ``header`` extends the one that stands already."""
        self._number += 1
        cleaned = [one_line(cell) for cell in cells]
        named = " | ".join(cell for cell in cleaned if cell)
        if not named:
            return
        data: dict[str, object] = {"row": self._number}
        if self._header and not header:
            data["header"] = self._header
        if header:
            self._told = True
            data["is_header"] = True
        self._guess(data, cleaned)
        line = "\t".join(cleaned).rstrip()
        start, end = self._page.canvas.raw_line(line, apart=not self._below)
        self._page.canvas.span(start, end, "row", f"{self._label} {self._number}", data)
        self._below = True
        if header or not self._header:
            self._header = " | ".join(part for part in (self._header, named) if part)

    def _guess(self, data: dict[str, object], cells: list[str]) -> None:
        """Say of the first row whether it names the columns, by the rows that have come below."""
        if self._told or len(self._first) == _ENOUGH:
            return
        self._first.append(cells)
        self._top = self._top or data
        self._top.pop("is_header", None)
        if names_columns(self._first):
            self._top["is_header"] = True

    def broken(self) -> None:
        """Say that something else was written since the last row."""
        self._below = False


@dataclass(frozen=True, slots=True)
class Properties:
    """What a file says of itself; "" for what it does not say."""

    title: str = ""
    author: str = ""
    created: str = ""
    modified: str = ""
    language: str = ""
    more: Mapping[str, str] = field(default_factory=dict)

    def facts(self, title: str = "", flags: tuple[str, ...] = ()) -> Facts:
        """Return them as facts, without what templates and libraries fill in."""
        made, changed = (
            None if words.startswith(_TEMPLATE_TIMES) else from_value(words[:16], "file")
            for words in (self.created, self.modified)
        )
        author = one_line(self.author)
        metadata: dict[str, object] = {
            name: one_line(value)
            for name, value in self.more.items()
            if one_line(value) and not value.startswith("generated ")
        }
        if author and author.casefold() not in _NOBODY:
            metadata["author"] = author
        if changed is not None and changed != made:
            metadata["modified"] = changed.value
        own = one_line(self.title)
        return Facts(
            title="" if _NO_TITLE.fullmatch(own) and title else own or title,
            language=self.language,
            dates=(made, changed if made is None else None),
            metadata=metadata,
            flags=flags,
        )


def core_properties(package: Package) -> Properties:
    """Return what the core properties of an Office Open XML file say."""
    name = next(
        (each.target for each in package.relations().values() if each.kind == "core-properties"),
        "docProps/core.xml",
    )
    root = package.optional(name)
    if root is None:
        return Properties()
    found = {
        str(each.tag): each.text or "" for each in root.iterchildren() if isinstance(each.tag, str)
    }
    notes = found.get(f"{_DC}description", "")
    return Properties(
        title=found.get(f"{_DC}title", ""),
        author=found.get(f"{_DC}creator", "") or found.get(f"{_CORE}lastModifiedBy", ""),
        created=found.get(f"{_DCTERMS}created", "").strip(),
        modified=found.get(f"{_DCTERMS}modified", "").strip(),
        language=found.get(f"{_DC}language", ""),
        more={
            "subject": found.get(f"{_DC}subject", ""),
            "keywords": found.get(f"{_CORE}keywords", ""),
            "category": found.get(f"{_CORE}category", ""),
            "description": notes,
        },
    )


def finished(
    source: Source,
    page: Page,
    properties: Properties,
    *,
    title: str = "",
    notes: Sequence[str] = (),
    metadata: Mapping[str, object] | None = None,
    dateline: bool = True,
) -> Reading:
    """Return the reading of a page that is complete; no document where it has no text.

    Without ``dateline`` no day in its first words is taken for the day of publication.
    """
    page.put_apart()
    notes = list(dict.fromkeys(notes))
    text, spans = page.canvas.finish()
    if not text.strip():
        return Reading((), tuple(notes))
    facts = properties.facts(title, (HIDDEN,) if page.hides else ())
    facts = replace(facts, metadata={**facts.metadata, **(metadata or {})})
    document = describe_file(
        source,
        text=text,
        spans=spans,
        facts=facts,
    )
    if not dateline:
        dates = tuple(date for date in document.dates if date.origin != "text")
        document = replace(document, dates=dates)
    return Reading((document,), tuple(notes))


def drawing_paragraphs(element: Element) -> Iterator[str]:
    """Yield the text of each DrawingML paragraph under an element."""
    for paragraph in element.iter(f"{_A}p"):
        yield "".join(drawing_words(paragraph))


def drawing_words(paragraph: Element) -> Iterator[str]:
    """Yield the words of a DrawingML paragraph, a blank for a break or a tab."""
    for _, text in drawing_runs(paragraph):
        yield text


def drawing_runs(paragraph: Element) -> Iterator[tuple[Element | None, str]]:
    """Yield the words of a DrawingML paragraph, each with the properties of its run."""
    for node in paragraph.iter(f"{_A}t", f"{_A}br", f"{_A}tab"):
        parent = node.getparent()
        if node.tag != f"{_A}t":
            yield None, " " if node.tag == f"{_A}br" else ""
        elif parent is not None and "slidenum" not in (parent.get("type") or ""):
            yield parent.find(f"{_A}rPr"), node.text or ""


def is_white(color: str | None) -> bool:
    """Say whether a colour, six hexadecimal digits, is as white as paper.

    >>> is_white("FFFFFF"), is_white("#fefefe"), is_white("FF0000"), is_white("auto")
    (True, True, False, False)
    """
    digits = (color or "").lstrip("#")[-6:]
    try:
        channels = bytes.fromhex(digits)
    except ValueError:
        return False
    return len(channels) == 3 and min(channels) >= _SMALLEST_WHITE
