"""Slides: each with its title as a heading, then its words, tables and notes in reading order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from ingest.readers import Reading, Source
from ingest.readers.canvas import one_line
from ingest.readers.charts import chart_words
from ingest.readers.office import (
    Page,
    Reaching,
    Rows,
    core_properties,
    drawing_paragraphs,
    drawing_runs,
    finished,
)
from ingest.readers.package import Package, Relation
from ingest.readers.slide_colours import Backdrop, Colours, backdrop
from rag.errors import UnreadableFile

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}chart"
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}relIds"
_TITLES = frozenset(("title", "ctrTitle"))
_FURNITURE = frozenset(("dt", "sldNum"))
_SLIDE = re.compile(r"ppt/slides/slide(\d+)\.xml")
_OFF = frozenset(("0", "false"))
_MOST_SLIDES = 20_000
_SMALLEST = 100
"""Hundredths of a point: text of one point and less is not seen."""


def read(source: Source) -> Reading:
    """Return one document with the words of all slides.

    Raises:
        UnreadableFile: it is no PowerPoint file, it is damaged, encrypted, or too big.

    """
    from lxml import etree  # noqa: F401  (loaded before the limits of the first file count)

    package = Package(source.data, "PowerPoint file")
    show = _Show(package)
    names = show.slides()
    if not names:
        raise UnreadableFile(
            "The file is no PowerPoint file: it has no slides.",
            "Open it in an office program, save it as .pptx and add it again.",
        )
    for number, name in enumerate(names[:_MOST_SLIDES], 1):
        show.add(number, name)
    show.put_hidden()
    notes = [*package.notes]
    if len(names) > _MOST_SLIDES:
        notes.append(f"{len(names) - _MOST_SLIDES} slides were left out")
    return finished(
        source,
        show.page,
        core_properties(package),
        title=show.title,
        notes=notes,
        metadata={"slides": len(names)},
    )


class _Show:
    """A presentation on its way to a page."""

    def __init__(self, package: Package) -> None:
        self.page = Page()
        self.title = ""
        self._package = package
        self._hidden: list[tuple[int, Element, Mapping[str, Relation]]] = []
        self._footers: set[str] = set()
        self._authors: dict[str, str] = {}
        self._size = (0, 0)
        self._backdrops: dict[str, Backdrop] = {}
        self._colours: Colours | None = None

    def slides(self) -> list[str]:
        """Return the names of the slides in the order of the show, else of their numbers."""
        package = self._package
        main = package.main("ppt/presentation.xml")
        root = package.optional(main)
        relations = package.relations(main)
        self._authors = self._names(relations)
        found = []
        if root is not None:
            size = root.find(f"{_P}sldSz")
            if size is not None:
                self._size = (_number(size.get("cx")), _number(size.get("cy")))
            for entry in root.iter(f"{_P}sldId"):
                relation = relations.get(entry.get(f"{_R}id") or "")
                if relation is not None and relation.target in package:
                    found.append(relation.target)
        if found:
            return found
        numbered = [
            (int(match[1]), match[0]) for match in map(_SLIDE.fullmatch, package.names()) if match
        ]
        if numbered:
            package.notes.append("the order of the slides is missing: they are read by number")
        return [name for _, name in sorted(numbered)]

    def add(self, number: int, name: str) -> None:
        """Add a slide; a hidden one is kept for the end, a damaged one is left out with a note."""
        root = self._package.optional(name)
        if root is None:
            return
        relations = self._package.relations(name)
        if (root.get("show") or "1").lower() in _OFF:
            self._hidden.append((number, root, relations))
        else:
            self._slide(number, root, relations)

    def put_hidden(self) -> None:
        """Add the hidden slides after the others."""
        for number, root, relations in self._hidden:
            start = self._slide(number, root, relations)
            self.page.hides = True
            self.page.canvas.span(start, self.page.canvas.length, "hidden", "hidden slide")

    def _slide(self, number: int, root: Element, relations: Mapping[str, Relation]) -> int:
        """Add a slide with what stands beside it, and return where it starts."""
        page = self.page
        page.put_apart()
        before = page.canvas.length
        self._colours = self._colours_of(root, relations)
        tree = root.find(f"{_P}cSld/{_P}spTree")
        shapes = [] if tree is None else list(_shapes(tree))
        titles = [shape for shape in shapes if _placeholder(shape) in _TITLES]
        for shape in titles[:1]:
            lines = [self._runs(each, "") for each in shape.iter(f"{_A}p")]
            title = one_line(" ".join(seen for seen, _ in lines))
            page.heading(title, 1)
            self.title = self.title or title
            for label, text in (each for _, unseen in lines for each in unseen.items()):
                page.hide(label, text)
        for shape in shapes:
            if shape not in titles[:1]:
                self._shape(shape, relations)
        self._beside(number, relations)
        page.put_apart()
        # The blank line that parts it from the slide before is no part of it.
        start = before + 2 if 0 < before < page.canvas.length else before
        page.canvas.span(start, page.canvas.length, "slide", f"slide {number}", {"slide": number})
        return start

    def _colours_of(self, root: Element, relations: Mapping[str, Relation]) -> Colours:
        """Return what says which words of a slide are in the colour of their ground."""
        layout = next(
            (each.target for each in relations.values() if each.kind == "slideLayout"), ""
        )
        if layout not in self._backdrops:
            self._backdrops[layout] = backdrop(self._package, relations)
        return Colours(root, self._backdrops[layout])

    def _shape(self, shape: Element, relations: Mapping[str, Relation]) -> None:
        page = self.page
        kind = _placeholder(shape)
        if kind in _FURNITURE:
            return
        drawn = shape.find(f".//{_P}cNvPr")
        if drawn is not None:
            page.aside("picture description", drawn.get("descr") or "")
        why = self._unseen(shape, drawn)
        if kind == "ftr":
            text = one_line(" ".join(drawing_paragraphs(shape)))
            if text not in self._footers:
                self._footers.add(text)
                page.aside("slide footer", text)
        elif (table := shape.find(f".//{_A}tbl")) is not None:
            self._table(table, why)
        elif (body := shape.find(f"{_P}txBody")) is not None:
            self._paragraphs(body, why)
        self._pictured(shape, relations, why)

    def _pictured(self, shape: Element, relations: Mapping[str, Relation], why: str) -> None:
        """Add the words of charts and diagrams."""
        for chart in shape.iter(_CHART):
            relation = relations.get(chart.get(f"{_R}id") or "")
            if relation is not None:
                self._put(chart_words(self._package, relation.target), why, first=True)
        for diagram in shape.iter(_DIAGRAM):
            relation = relations.get(diagram.get(f"{_R}dm") or "")
            root = self._package.optional(relation.target) if relation is not None else None
            if root is not None:
                for number, text in enumerate(drawing_paragraphs(root)):
                    self._put(text, why, first=not number)

    def _unseen(self, shape: Element, drawn: Element | None) -> str:
        """Return why a shape is not seen, "" where it is."""
        if drawn is not None and (drawn.get("hidden") or "0").lower() not in _OFF:
            return "hidden text"
        place = shape.find(f"{_P}spPr/{_A}xfrm")
        if place is None or not all(self._size):
            return ""
        at, size = place.find(f"{_A}off"), place.find(f"{_A}ext")
        if at is None or size is None or shape.getparent().tag == f"{_P}grpSp":  # type: ignore[union-attr]
            return ""  # a group has coordinates of its own
        left, top = _number(at.get("x")), _number(at.get("y"))
        right, bottom = left + _number(size.get("cx")), top + _number(size.get("cy"))
        inside = left < self._size[0] and top < self._size[1] and right > 0 and bottom > 0
        return "" if inside or not (right > left or bottom > top) else "off the page"

    def _paragraphs(self, body: Element, why: str) -> None:
        first = True
        for paragraph in body.iterchildren(f"{_A}p"):
            seen, unseen = self._runs(paragraph, why)
            self._put(seen, "", first=first)
            for label, text in unseen.items():
                self._put(text, label, first=False)
            first = first and not one_line(seen)

    def _runs(self, paragraph: Element, why: str) -> tuple[str, dict[str, str]]:
        """Return the words of a paragraph that are seen, and the others by why they are not."""
        seen = []
        unseen: dict[str, str] = {}
        body = paragraph.getparent()
        shape = None if body is None else body.getparent()
        for run, text in drawing_runs(paragraph):
            label = why
            size = "" if run is None else run.get("sz") or ""
            if not label and size.isdigit() and int(size[:9]) <= _SMALLEST:
                label = "zero-size text"
            if not label and self._colours is not None and shape is not None:
                label = self._colours.hides(shape, run)
            if label and text.strip():
                unseen[label] = unseen.get(label, "") + text
            else:
                seen.append(text)
        return "".join(seen), unseen

    def _put(self, text: str, why: str, *, first: bool) -> None:
        if why:
            self.page.hide(why, text)
        elif first:
            self.page.canvas.block(text)
        else:
            self.page.canvas.line(text)

    def _table(self, table: Element, why: str) -> None:
        rows = Rows(self.page)
        down = Reaching()
        for row in table.iterchildren(f"{_A}tr"):
            cells = [
                down.take(
                    at,
                    ""
                    if cell.get("hMerge") or cell.get("vMerge")
                    else " ".join(drawing_paragraphs(cell)),
                    _number(cell.get("rowSpan")),
                )
                for at, cell in enumerate(row.iterchildren(f"{_A}tc"))
            ]
            if why:
                self.page.hide(why, " ".join(cells))
            else:
                rows.add(cells)

    def _beside(self, number: int, relations: Mapping[str, Relation]) -> None:
        """Keep the notes of a slide and its comments."""
        for relation in relations.values():
            if relation.external:
                continue
            if relation.kind == "notesSlide":
                root = self._package.optional(relation.target)
                for shape in () if root is None else root.iter(f"{_P}sp"):
                    if _placeholder(shape) == "body":
                        text = " ".join(drawing_paragraphs(shape))
                        self.page.aside(f"notes of slide {number}", text)
            elif relation.kind == "comments":
                self._comments(self._package.optional(relation.target))

    def _comments(self, root: Element | None) -> None:
        """Keep comments of the older kind (p:text) and of the newer (txBody, with replies)."""
        for each in () if root is None else root.iter():
            name = each.tag.rpartition("}")[2] if isinstance(each.tag, str) else ""
            if name not in {"cm", "reply"}:
                continue
            old = each.find(f"{_P}text")
            if old is not None:
                text = old.text or ""
            else:
                bodies = [part for part in each if str(part.tag).endswith("}txBody")]
                text = " ".join(line for body in bodies for line in drawing_paragraphs(body))
            author = self._authors.get(each.get("authorId") or "", "")
            self.page.aside(f"comment by {author or 'unknown'}", text)

    def _names(self, relations: Mapping[str, Relation]) -> dict[str, str]:
        """Return the authors of comments by id."""
        found = {}
        for relation in relations.values():
            if relation.kind in {"commentAuthors", "authors"}:
                root = self._package.optional(relation.target)
                for author in () if root is None else root.iterchildren():
                    found[author.get("id") or ""] = one_line(author.get("name") or "")
        return found


def _shapes(tree: Element) -> Iterator[Element]:
    """Yield the shapes of a slide in reading order, those of groups one by one."""
    for child in tree.iterchildren():
        if child.tag == f"{_P}grpSp":
            yield from _shapes(child)
        elif child.tag == f"{_MC}AlternateContent":
            for name in ("Choice", "Fallback"):
                chosen = child.find(f"{_MC}{name}")
                if chosen is not None and len(chosen):
                    yield from _shapes(chosen)
                    break
        elif child.tag in {f"{_P}sp", f"{_P}graphicFrame", f"{_P}pic", f"{_P}cxnSp"}:
            yield child


def _placeholder(shape: Element) -> str:
    """Return what a shape holds the place of, "" for none; "body" where it does not say."""
    found = shape.find(f"*/{_P}nvPr/{_P}ph")
    return "" if found is None else found.get("type") or "body"


def _number(words: str | None) -> int:
    try:
        return int(words or "0")
    except ValueError:
        return 0
