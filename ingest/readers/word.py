"""Word files: headings, lists and tables in the order of the page, and apart what stands beside.

The XML is read as it streams in, so that a long file takes no more memory than a short one and a
file that lacks parts which its text does without is read all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ingest.readers import Reading, Source
from ingest.readers.canvas import one_line
from ingest.readers.charts import chart_words
from ingest.readers.looks import PLAIN, Look
from ingest.readers.office import (
    Page,
    Reaching,
    Rows,
    Words,
    core_properties,
    finished,
)
from ingest.readers.package import Package
from ingest.readers.word_styles import (
    VAL,
    Numbers,
    Style,
    Styles,
    W,
    is_shaded,
    numbering,
    on,
    outline,
)
from ingest.readers.word_words import CHOICES, Fields, choice, words_of

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_TO_THE_END = 1_000_000
_BLOCKS = frozenset(
    (CHOICES, *(f"{W}{name}" for name in "p tbl sdt customXml ins moveTo smartTag".split()))
)
_LONGEST_HEADING = 300
_SHORTEST_PAGE_HEADER = 4


def read(source: Source) -> Reading:
    """Return one document with the text of a Word file.

    Raises:
        UnreadableFile: it is no Word file, it is damaged, encrypted, or it unpacks to too much.

    """
    from lxml import etree  # noqa: F401  (loaded before the limits of the first file count)

    package = Package(source.data, "Word document")
    word = _Word(package)
    for block in package.blocks(word.main, {f"{W}body"}, _BLOCKS):
        word.block(block)
    word.beside()
    notes = package.notes
    return finished(source, word.page, core_properties(package), title=word.title, notes=notes)


class _Word:
    """A Word file on its way to a page."""

    def __init__(self, package: Package) -> None:
        self.page = Page()
        self.title = ""
        self.main = package.main("word/document.xml")
        self._package = package
        self._folder = self.main.rpartition("/")[0]
        self._relations = package.relations(self.main)
        self._styles = Styles(self._part("styles"))
        self._numbers = Numbers(self._part("numbering"))
        self._fields = Fields()
        self._marks: list[tuple[str, str, str]] = []

    def block(self, element: Element, look: Look = PLAIN, *, gone: bool = False) -> None:
        """Add a paragraph, a table, or what a wrapper around such holds."""
        tag = element.tag
        if tag == f"{W}p":
            self._paragraph(element, look, gone)
        elif tag == f"{W}tbl":
            self._table(element, look, gone)
        elif tag == CHOICES:
            chosen = choice(element)
            if chosen is not None:
                self._blocks(chosen, look, gone)
        elif tag == f"{W}sdt":
            content = element.find(f"{W}sdtContent")
            if content is not None:
                self._blocks(content, look, gone)
        elif tag in _BLOCKS:
            self._blocks(element, look, gone)

    def beside(self) -> None:
        """Add what stands beside the text: notes, comments, page headers and footers."""
        page = self.page
        parts = {
            "footnote": _by_id(self._part("footnotes"), f"{W}footnote"),
            "endnote": _by_id(self._part("endnotes"), f"{W}endnote"),
            "comment": _by_id(self._part("comments"), f"{W}comment"),
        }
        counts = dict.fromkeys(parts, 0)
        seen = set()
        for kind, identity, path in self._marks:
            note = parts[kind].get(identity)
            if note is None or (kind, identity) in seen:
                continue
            seen.add((kind, identity))
            counts[kind] += 1
            label = f"{kind} {counts[kind]}"
            if kind == "comment":
                label = f"comment by {one_line(note.get(f'{W}author') or '') or 'unknown'}"
            page.aside(label, self._plain(note), path)
        texts = set()
        for kind, label in (("header", "page header"), ("footer", "page footer")):
            for root in self._all_parts(kind):
                text = self._plain(root)
                if len(text) >= _SHORTEST_PAGE_HEADER and text not in texts:
                    texts.add(text)
                    page.aside(label, text, "")

    def _blocks(self, element: Element, look: Look, gone: bool) -> None:
        for child in element.iterchildren():
            self.block(child, look, gone=gone)

    def _paragraph(self, paragraph: Element, look: Look, gone: bool) -> None:
        words = words_of(paragraph, self._styles, self._fields, look, gone=gone)
        properties = paragraph.find(f"{W}pPr")
        style = self._style(properties)
        text = self._numbered(properties, style, words)
        level = outline(properties)
        level = style.level if level is None else level
        self._beside(words)
        if level is not None and len(text) <= _LONGEST_HEADING:
            if level == 0 or (level == 1 and not self.page.canvas.length):
                self.title = self.title or words.text
            self.page.heading(text, level)
        elif style.is_list or numbering(properties, style.numbering):
            self.page.item(text)
        else:
            self.page.block(text)
        for box in words.boxes:
            self._box(box)

    def _box(self, box: Element) -> None:
        # What a box is filled with is not looked for: white words in one are taken as seen.
        self._blocks(box, Look(shaded=True), False)

    def _style(self, properties: Element | None) -> Style:
        named = properties.find(f"{W}pStyle") if properties is not None else None
        return self._styles.get(named.get(VAL) if named is not None else None)

    def _numbered(self, properties: Element | None, style: Style, words: Words) -> str:
        """Return a paragraph's text with the number that Word prints before it."""
        text = words.text
        found = numbering(properties, style.numbering)
        if found is None or not text:
            return text
        return f"{self._numbers.next(*found)} {text}".strip()

    def _beside(self, words: Words) -> None:
        """Keep what a paragraph points to and what it hides for the end of the text."""
        for why, parts in words.hidden:
            if why:
                self.page.hide(why, "".join(parts))
        self._marks += [(kind, identity, self.page.path) for kind, identity in words.marks]
        for description in words.pictures:
            self.page.aside("picture description", description)
        for identity in words.charts:
            relation = self._relations.get(identity)
            if relation is not None and not relation.external:
                self.page.aside("chart", chart_words(self._package, relation.target))

    def _table(self, table: Element, look: Look, gone: bool) -> None:
        properties = table.find(f"{W}tblPr")
        style = properties.find(f"{W}tblStyle") if properties is not None else None
        if style is not None and self._styles.shades(style.get(VAL)):
            look = Look(shaded=True)
        rows = [(row, list(_children(row, f"{W}tc"))) for row in _children(table, f"{W}tr")]
        if all(len(cells) <= 1 for _, cells in rows):
            for _, cells in rows:  # a frame around text, no table
                for cell in cells:
                    self._blocks(cell, _ground(cell, look), gone)
            return
        lines = Rows(self.page)
        down = Reaching()
        for row, cells in rows:
            self._row(row, cells, lines, down, look, gone)

    def _row(
        self,
        row: Element,
        cells: list[Element],
        lines: Rows,
        down: Reaching,
        look: Look,
        gone: bool,  # noqa: FBT001
    ) -> None:
        properties = row.find(f"{W}trPr")
        is_header = False
        if properties is not None:
            gone = gone or properties.find(f"{W}del") is not None
            is_header = bool(on(properties.find(f"{W}tblHeader")))
            if on(properties.find(f"{W}hidden")):
                look = Look(hidden=True)
        texts: list[str] = []
        inner: list[Element] = []
        for cell in cells:
            parts = []
            for paragraph in _children(cell, f"{W}p"):
                words = words_of(
                    paragraph, self._styles, self._fields, _ground(cell, look), gone=gone
                )
                style_properties = paragraph.find(f"{W}pPr")
                style = self._style(style_properties)
                parts.append(self._numbered(style_properties, style, words))
                self._beside(words)
                inner += words.boxes
            span = cell.find(f"{W}tcPr/{W}gridSpan")
            width = int(span.get(VAL) or 1) if span is not None and _is_small(span) else 1
            text = " ".join(part for part in parts if part)
            merged = cell.find(f"{W}tcPr/{W}vMerge")
            if merged is None or merged.get(VAL) == "restart":
                down.end(len(texts))
            text = down.take(len(texts), text, 1 if merged is None else _TO_THE_END)
            texts += [text, *[""] * (width - 1)]
            inner += _children(cell, f"{W}tbl")
        lines.add(texts, header=is_header)
        for element in inner:
            if element.tag == f"{W}tbl":
                self._table(element, look, gone)
            else:
                self._box(element)
            lines.broken()

    def _plain(self, element: Element) -> str:
        """Return the visible text of a note, a comment or a page header in one line."""
        found = []
        for paragraph in element.iter(f"{W}p"):
            words = words_of(paragraph, self._styles, Fields())
            for why, parts in words.hidden:
                if why:
                    self.page.hide(why, "".join(parts))
            found.append(words.text)
        return one_line(" ".join(found))

    def _part(self, kind: str) -> Element | None:
        """Return the root of the part of a kind, where it is named or where it usually lies."""
        named = [each.target for each in self._relations.values() if each.kind == kind]
        usual = f"{self._folder}/{kind}.xml" if self._folder else f"{kind}.xml"
        name = next((each for each in named if each in self._package), usual)
        return self._package.optional(name)

    def _all_parts(self, kind: str) -> Iterator[Element]:
        """Yield the roots of all parts of a kind."""
        named = {each.target for each in self._relations.values() if each.kind == kind}
        if not self._relations:
            usual = f"{self._folder}/{kind}"
            named = {name for name in self._package.names() if name.startswith(usual)}
        for name in sorted(named):
            root = self._package.optional(name)
            if root is not None:
                yield root


def _children(element: Element, tag: str) -> Iterator[Element]:
    """Yield the children with a tag, those in wrappers (content controls, insertions) too."""
    for child in element.iterchildren():
        if child.tag == tag:
            yield child
        elif child.tag == CHOICES:
            chosen = choice(child)
            if chosen is not None:
                yield from _children(chosen, tag)
        elif child.tag == f"{W}sdtContent" or (
            child.tag in _BLOCKS and child.tag not in {f"{W}p", f"{W}tbl"}
        ):
            yield from _children(child, tag)


def _by_id(root: Element | None, tag: str) -> dict[str, Element]:
    """Return the notes of a part by id, without those that only part notes from the page."""
    return {
        note.get(f"{W}id") or "": note
        for note in (() if root is None else root.iter(tag))
        if note.get(f"{W}type") in {None, "normal"}
    }


def _ground(cell: Element, look: Look) -> Look:
    """Return the look of a cell's words: on a ground of its own where it is shaded."""
    if look.shaded or look.hidden:
        return look
    shaded = is_shaded(cell.find(f"{W}tcPr/{W}shd"))
    return Look(shaded=True) if shaded else look


def _is_small(span: Element) -> bool:
    words = span.get(VAL) or ""
    return words.isascii() and words.isdigit() and 0 < len(words) < 3
