"""The words of one Word paragraph: what a reader sees, what the file hides, what it points to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.readers.looks import PLAIN, Look
from ingest.readers.office import Words
from ingest.readers.word_styles import VAL, Styles, W, is_shaded, look_of

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"

BOX = f"{W}txbxContent"
CHOICES = f"{_MC}AlternateContent"
DELETED = "deleted text"
_GONE = frozenset((f"{W}del", f"{W}moveFrom"))
_WRAPPERS = frozenset(
    f"{W}{name}"
    for name in "hyperlink smartTag sdt sdtContent customXml ins moveTo fldSimple bdo dir".split()
)
_MARKS = {
    f"{W}footnoteReference": "footnote",
    f"{W}endnoteReference": "endnote",
    f"{W}commentReference": "comment",
}
_DRAWINGS = frozenset((f"{W}drawing", f"{W}pict", f"{W}object"))
_BREAKS = frozenset((f"{W}tab", f"{W}br", f"{W}cr", f"{W}ptab"))
_PRIVATE_USE = range(0xE000, 0xF900)


@dataclass(slots=True)
class Fields:
    """The fields that are open: True for one whose result is being read, False for its code."""

    open: list[bool] = field(default_factory=list)

    def step(self, kind: str) -> None:
        """Take a mark that begins, parts or ends a field."""
        if kind == "begin":
            self.open.append(False)
        elif kind == "separate" and self.open:
            self.open[-1] = True
        elif kind == "end" and self.open:
            self.open.pop()

    @property
    def in_code(self) -> bool:
        """Whether what stands here is code, which a reader does not see."""
        return not all(self.open)

    def end_paragraph(self) -> None:
        """Give up a field without a result: a broken one would swallow the rest of the file."""
        while self.open and not self.open[-1]:
            self.open.pop()


def words_of(
    paragraph: Element, styles: Styles, fields: Fields, under: Look = PLAIN, *, gone: bool = False
) -> Words:
    """Return the words of a paragraph.

    Args:
        paragraph: the element w:p.
        styles: the file's styles.
        fields: those that an earlier paragraph opened.
        under: the look of the cell or box around it.
        gone: whether all of it is deleted.
    """
    words = Words()
    properties = paragraph.find(f"{W}pPr")
    look = under
    identity = None
    if properties is not None:
        style = properties.find(f"{W}pStyle")
        identity = style.get(VAL) if style is not None else None
        ground = is_shaded(properties.find(f"{W}shd"))
        if ground is not None:
            look = Look(shaded=ground or under.shaded)
    look = styles.get(identity).look.over(look)
    _walk(paragraph, words, styles, fields, look, gone)
    fields.end_paragraph()
    return words


def _walk(
    element: Element, words: Words, styles: Styles, fields: Fields, look: Look, gone: bool
) -> None:
    for child in element.iterchildren():
        tag = child.tag
        if tag == f"{W}r":
            _run(child, words, styles, fields, look, gone)
        elif tag in _WRAPPERS:
            _walk(child, words, styles, fields, look, gone)
        elif tag in _GONE:
            _walk(child, words, styles, fields, look, True)
        elif tag == CHOICES:
            chosen = choice(child)
            if chosen is not None:
                _walk(chosen, words, styles, fields, look, gone)
        elif isinstance(tag, str) and tag.startswith(_M):
            formula = "".join(each.text or "" for each in child.iter(f"{_M}t"))
            words.add(f" {formula} ", DELETED if gone else look.hides())


def _run(
    run: Element, words: Words, styles: Styles, fields: Fields, look: Look, gone: bool
) -> None:
    why = ""
    for child in run.iterchildren():
        if child.tag == f"{W}rPr":
            style = child.find(f"{W}rStyle")
            look = look if style is None else styles.get(style.get(VAL)).look.over(look)
            look = look_of(child).over(look)
            why = look.hides()
            continue
        text = _characters(child)
        if text is None:
            if not _mark(child, words, fields):
                _inside(child, words, styles, fields, look, gone)
        elif not fields.in_code:
            words.add(text, DELETED if gone or child.tag == f"{W}delText" else why)


def _characters(node: Element) -> str | None:
    """Return the characters that a part of a run stands for, None where it is something else."""
    tag = node.tag
    if tag == f"{W}t" or tag == f"{W}delText":
        return node.text or ""
    if tag in _BREAKS:
        return " "
    if tag == f"{W}noBreakHyphen":
        return "-"
    return _symbol(node) if tag == f"{W}sym" else None


def _mark(node: Element, words: Words, fields: Fields) -> bool:
    """Take the mark of a field, a note or a comment; say whether it is one."""
    if node.tag == f"{W}fldChar":
        fields.step(node.get(f"{W}fldCharType") or "")
    elif node.tag in _MARKS:
        words.marks.append((_MARKS[node.tag], node.get(f"{W}id") or ""))
    else:
        return False
    return True


def _inside(
    node: Element, words: Words, styles: Styles, fields: Fields, look: Look, gone: bool
) -> None:
    """Take what a part of a run holds: other versions of it, a drawing, a text with its reading."""
    inner = node.find(f"{W}rubyBase") if node.tag == f"{W}ruby" else None
    if inner is not None:
        _walk(inner, words, styles, fields, look, gone)
    elif node.tag == CHOICES:
        chosen = choice(node)
        if chosen is not None:
            _run(chosen, words, styles, fields, look, gone)
    elif node.tag in _DRAWINGS and not gone:
        _drawing(node, words)


def choice(element: Element) -> Element | None:
    """Return the version of alternate content that is read: the newest, else the fallback."""
    for name in ("Choice", "Fallback"):
        found = element.find(f"{_MC}{name}")
        if found is not None and len(found):
            return found
    return None


def _drawing(drawing: Element, words: Words) -> None:
    """Take the outermost text boxes, descriptions of pictures and charts of a drawing."""
    for node in _outside_boxes(drawing):
        if node.tag == BOX:
            words.boxes.append(node)
        elif node.tag == f"{_WP}docPr":
            words.pictures.append(node.get("descr") or "")
        elif node.tag == f"{_C}chart":
            words.charts.append(node.get(f"{_R}id") or "")
        elif node.tag == "{urn:schemas-microsoft-com:vml}shape":
            words.pictures.append(node.get("alt") or "")


def _outside_boxes(element: Element) -> Iterator[Element]:
    """Yield all elements under one, a text box itself but not what it holds."""
    waiting = [element]
    while waiting:
        node = waiting.pop()
        yield node
        if node.tag == BOX:
            continue
        if node.tag == CHOICES:
            chosen = choice(node)
            waiting += [] if chosen is None else [chosen]
        else:
            waiting += reversed(node)


def _symbol(symbol: Element) -> str:
    try:
        code = int(symbol.get(f"{W}char") or "", 16)
    except ValueError:
        return ""
    return chr(code) if 0x20 <= code < 0x110000 and code not in _PRIVATE_USE else ""
