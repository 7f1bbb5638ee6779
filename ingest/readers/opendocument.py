"""OpenDocument texts and presentations: headings, lists, tables, and apart what stands beside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from ingest.readers import Reading, Source
from ingest.readers.canvas import one_line
from ingest.readers.looks import PLAIN, Look
from ingest.readers.office import Page, Reaching, Rows, Words, finished
from ingest.readers.opendocument_lists import LIST_STYLE, List, Lists
from ingest.readers.opendocument_words import (
    ANNOTATION,
    DRAW,
    OFFICE,
    PRESENTATION,
    STYLE,
    SVG,
    TABLE,
    TEXT,
    Styles,
    annotation,
    annotator,
    open_package,
    properties,
    words_of,
)
from ingest.readers.package import Package

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_CONTENT = "content.xml"
_HEADING, _PARAGRAPH, _LIST = f"{TEXT}h", f"{TEXT}p", f"{TEXT}list"
_TABLE = f"{TABLE}table"
_ROW_GROUPS = frozenset(
    f"{TABLE}{name}" for name in ("table-rows", "table-row-group", "table-header-rows")
)
_CHANGES = f"{TEXT}tracked-changes"
_PAGE = f"{DRAW}page"
_STYLE_TAG = f"{STYLE}style"
_INDEXES = (
    "table-of-content alphabetical-index bibliography illustration-index object-index table-index"
    " user-index"
)
_HOLDERS = frozenset(
    (
        *(f"{TEXT}{name}" for name in f"section index-body index-title {_INDEXES}".split()),
        *(f"{TEXT}{name}" for name in "numbered-paragraph list-item list-header".split()),
        *(f"{DRAW}{name}" for name in "frame custom-shape g rect ellipse a line".split()),
        *(f"{DRAW}{name}" for name in "connector polygon path text-box".split()),
    )
)
"""What is no block itself and holds some."""

_BLOCKS = _HOLDERS | {_HEADING, _PARAGRAPH, _LIST, _TABLE, _CHANGES, _PAGE, _STYLE_TAG, LIST_STYLE}
_PARENTS = frozenset(
    (f"{OFFICE}text", f"{OFFICE}presentation", f"{OFFICE}drawing", f"{OFFICE}automatic-styles")
)
_MOST_REPEATS = 200
_SHORTEST_PAGE_HEADER = 4


def read(source: Source) -> Reading:
    """Return one document with the text of an OpenDocument text or presentation.

    Raises:
        UnreadableFile: it is none, it is damaged, encrypted, or it unpacks to too much.

    """
    from lxml import etree  # noqa: F401  (loaded before the limits of the first file count)

    package = open_package(source.data, "OpenDocument file")
    text = _Text(package)
    for block in package.blocks(_CONTENT, _PARENTS, _BLOCKS):
        text.block(block)
    text.end()
    return finished(
        source,
        text.page,
        properties(package),
        title=text.title,
        notes=package.notes,
        metadata={"slides": text.slides} if text.slides else None,
    )


class _Text:
    """An OpenDocument file on its way to a page."""

    def __init__(self, package: Package) -> None:
        self.page = Page()
        self.title = ""
        self.slides = 0
        self._styles = Styles()
        self._lists = Lists()
        self._counts = {"footnote": 0, "endnote": 0}
        self._hidden_slides: list[tuple[int, Element]] = []
        self._headers: list[tuple[str, Element]] = []
        root = package.optional("styles.xml")
        for each in () if root is None else root.iter():
            if each.tag == _STYLE_TAG:
                self._styles.add(each)
            elif each.tag == LIST_STYLE:
                self._lists.add(each)
            elif each.tag == f"{STYLE}header":
                self._headers.append(("page header", each))
            elif each.tag == f"{STYLE}footer":
                self._headers.append(("page footer", each))

    def block(self, element: Element, look: Look = PLAIN) -> None:
        """Add a block of the text, or take a style."""
        tag = element.tag
        taken = _BLOCK.get(str(tag))
        if taken is not None:
            taken(self, element, look)
        elif tag in _HOLDERS:
            if element.get(f"{TEXT}display") == "none":
                look = Look(hidden=True)
            for child in element.iterchildren():
                self.block(child, look)

    def end(self) -> None:
        """Add the hidden slides, and what is printed on every page."""
        for number, root in self._hidden_slides:
            self._put_slide(number, root, hidden=True)
        seen = set()
        for label, element in self._headers:
            text = one_line(" ".join(words_of(each).text for each in element.iter(_PARAGRAPH)))
            if len(text) >= _SHORTEST_PAGE_HEADER and text not in seen:
                seen.add(text)
                self.page.aside(label, text, "")

    def _style(self, element: Element, _: Look) -> None:
        self._styles.add(element)

    def _list_style(self, element: Element, _: Look) -> None:
        self._lists.add(element)

    def _changes(self, element: Element, _: Look) -> None:
        for deleted in element.iter(f"{TEXT}deletion"):
            words = [words_of(each).text for each in deleted.iter(_PARAGRAPH, _HEADING)]
            self.page.hide("deleted text", " ".join(words))

    def _comment(self, element: Element, _: Look) -> None:
        self.page.aside(f"comment by {annotator(element)}", annotation(element))

    def _picture(self, element: Element, _: Look) -> None:
        self.page.aside("picture description", element.text or "")

    def _paragraph(
        self, element: Element, look: Look, *, item: bool = False, number: str = ""
    ) -> None:
        words = words_of(element, self._styles, look)
        text = words.text
        style = element.get(f"{TEXT}style-name")
        level = None
        if element.tag == _HEADING:
            depth = element.get(f"{TEXT}outline-level") or "1"
            level = int(depth) if depth.isascii() and depth.isdigit() and len(depth) < 3 else 1
        elif self._styles.builds_on(style, "Title"):
            level = 0
        if level is not None and text:
            if level == 0 or (level == 1 and not self.page.canvas.length):
                self.title = self.title or text
            self.page.heading(text, level)
        elif item:
            self.page.item(f"{number} {text}" if text else "")
        else:
            self.page.block(text)
        self._beside(words)

    def _beside(self, words: Words) -> None:
        """Keep the notes, the comments and the hidden words of a paragraph for the end."""
        for why, parts in words.hidden:
            if why:
                self.page.hide(why, "".join(parts))
        for kind, element in words.marks:
            if kind == "comment":
                self._comment(element, PLAIN)
                continue
            kind = kind if kind in self._counts else "footnote"
            self._counts[kind] += 1
            body = element.find(f"{TEXT}note-body")
            lines = [] if body is None else [words_of(each).text for each in body.iter(_PARAGRAPH)]
            self.page.aside(f"{kind} {self._counts[kind]}", " ".join(lines))
        for description in words.pictures:
            self.page.aside("picture description", description)
        for box in words.boxes:
            self.block(box)

    def _list(self, element: Element, look: Look, outer: List | None = None) -> None:
        inside = self._lists.enter(element, outer)
        for item in element.iterchildren():
            if any(child.tag == _PARAGRAPH for child in item.iterchildren()):
                self._lists.count(inside, item)
            for child in item.iterchildren():
                if child.tag == _PARAGRAPH:
                    self._paragraph(child, look, item=True, number=inside.number)
                    inside.number = ""
                elif child.tag == _HEADING:
                    self._paragraph(child, look)
                elif child.tag == _LIST:
                    self._list(child, look, inside)
                else:
                    self.block(child, look)

    def _table(self, table: Element, look: Look) -> None:
        rows = [(row, is_header, list(_cells(row))) for row, is_header in _rows(table)]
        if all(len(cells) <= 1 for _, _, cells in rows):
            for _, _, cells in rows:  # a frame around text, no table
                for cell, _ in cells:
                    for child in cell.iterchildren():
                        self.block(child, look)
            return
        lines = Rows(self.page)
        down = Reaching()
        for row, is_header, cells in rows:
            texts: list[str] = []
            inner: list[Element] = []
            for cell, count in cells:
                ground = self._styles.look(cell.get(f"{TABLE}style-name")).over(look)
                parts = []
                for paragraph in _paragraphs(cell):
                    words = words_of(
                        paragraph, self._styles, Look(ground.hidden, None, None, ground.shaded)
                    )
                    parts.append(words.text)
                    inner += words.boxes
                    words.boxes.clear()
                    self._beside(words)
                text = " ".join(part for part in parts if part)
                text = down.take(len(texts), text, _count(cell.get(f"{TABLE}number-rows-spanned")))
                texts += [text, *[""] * (count - 1)]
                inner += cell.iterchildren(_TABLE)
            repeats = _count(row.get(f"{TABLE}number-rows-repeated"))
            for _ in range(repeats):
                lines.add(texts, header=is_header)
            for element in inner:
                self.block(element, look)
                lines.broken()

    def _slide(self, element: Element, _: Look) -> None:
        self.slides += 1
        self._styles.white_is_seen = True
        if self._styles.hides_page(element.get(f"{DRAW}style-name")):
            # The element is emptied when the next one is read: a copy of it waits.
            from copy import deepcopy

            self._hidden_slides.append((self.slides, deepcopy(element)))
        else:
            self._put_slide(self.slides, element)

    def _put_slide(self, number: int, element: Element, *, hidden: bool = False) -> None:
        page = self.page
        page.put_apart()
        before = page.canvas.length
        frames = list(element.iterchildren())
        titles = [each for each in frames if each.get(f"{PRESENTATION}class") == "title"]
        for frame in titles[:1]:
            title = one_line(" ".join(words_of(each).text for each in frame.iter(_PARAGRAPH)))
            page.heading(title, 1)
            self.title = self.title or title
        for frame in frames:
            if frame.tag == f"{PRESENTATION}notes":
                notes = [
                    each
                    for each in frame.iter(f"{DRAW}frame")
                    if each.get(f"{PRESENTATION}class") == "notes"
                ]
                lines = [words_of(line).text for each in notes for line in each.iter(_PARAGRAPH)]
                page.aside(f"notes of slide {number}", " ".join(lines))
            elif frame not in titles[:1]:
                self.block(frame)
        page.put_apart()
        start = before + 2 if 0 < before < page.canvas.length else before
        page.canvas.span(start, page.canvas.length, "slide", f"slide {number}", {"slide": number})
        if hidden and start < page.canvas.length:
            page.hides = True
            page.canvas.span(start, page.canvas.length, "hidden", "hidden slide")


_BLOCK: dict[str, Callable[[_Text, Element, Look], None]] = {
    _STYLE_TAG: _Text._style,
    LIST_STYLE: _Text._list_style,
    _HEADING: _Text._paragraph,
    _PARAGRAPH: _Text._paragraph,
    _LIST: _Text._list,
    _TABLE: _Text._table,
    _CHANGES: _Text._changes,
    _PAGE: _Text._slide,
    ANNOTATION: _Text._comment,
    f"{SVG}desc": _Text._picture,
    f"{SVG}title": _Text._picture,
}


def _rows(table: Element) -> Iterator[tuple[Element, bool]]:
    """Yield the rows of a table, and whether each is of its header."""
    for child in table.iterchildren():
        if child.tag == f"{TABLE}table-row":
            yield child, False
        elif child.tag in _ROW_GROUPS:
            is_header = child.tag == f"{TABLE}table-header-rows"
            for row, inner in _rows(child):
                yield row, is_header or inner


def _cells(row: Element) -> Iterator[tuple[Element, int]]:
    """Yield the cells of a row, each with the number of its columns."""
    for cell in row.iterchildren(f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
        yield cell, _count(cell.get(f"{TABLE}number-columns-repeated"))


def _paragraphs(cell: Element) -> Iterator[Element]:
    """Yield the paragraphs of a cell, those of lists too, and not those of tables inside it."""
    for child in cell.iterchildren():
        if child.tag in {_PARAGRAPH, _HEADING}:
            yield child
        elif child.tag != _TABLE and isinstance(child.tag, str):
            yield from _paragraphs(child)


def _count(words: str | None) -> int:
    """Return how often a row or a cell is repeated, within bounds.

    >>> _count(None), _count("3"), _count("1048576"), _count("x")
    (1, 3, 200, 1)
    """
    if not words or not words.isascii() or not words.isdigit():
        return 1
    return max(1, min(int(words[:9]), _MOST_REPEATS))
