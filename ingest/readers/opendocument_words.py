"""The parts of OpenDocument files: the package, what it says of itself, styles, and words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ingest.readers.canvas import one_line
from ingest.readers.looks import PLAIN, Look
from ingest.readers.office import Properties, Words, is_white
from ingest.readers.package import Package, encrypted

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_NS = "{urn:oasis:names:tc:opendocument:xmlns:"
OFFICE = _NS + "office:1.0}"
TEXT = _NS + "text:1.0}"
TABLE = _NS + "table:1.0}"
STYLE = _NS + "style:1.0}"
DRAW = _NS + "drawing:1.0}"
PRESENTATION = _NS + "presentation:1.0}"
FO = _NS + "xsl-fo-compatible:1.0}"
SVG = _NS + "svg-compatible:1.0}"
META = _NS + "meta:1.0}"
DC = "{http://purl.org/dc/elements/1.1/}"

ANNOTATION = f"{OFFICE}annotation"
BOX = f"{DRAW}text-box"
_NOTE = f"{TEXT}note"
_BLANKS = frozenset((f"{TEXT}s", f"{TEXT}tab", f"{TEXT}line-break"))
_PARAGRAPHS = frozenset((f"{TEXT}p", f"{TEXT}h"))
_HIDDEN_FIELDS = frozenset((f"{TEXT}hidden-text", f"{TEXT}hidden-paragraph"))
_BESIDE = _HIDDEN_FIELDS | {_NOTE, ANNOTATION, BOX, f"{SVG}desc", f"{SVG}title"}
_NO_WORDS = frozenset(
    (
        f"{TEXT}script",
        f"{OFFICE}event-listeners",
        f"{OFFICE}forms",
        f"{TEXT}ruby-text",
        f"{TEXT}tracked-changes",
        f"{TABLE}shapes",
    )
)
_MOST_SPACES = 100
_DEEPEST_STYLE = 20
_SMALLEST_POINTS = 1.0


class Styles:
    """The styles of a file, by the name that its elements use."""

    def __init__(self) -> None:
        self._own: dict[str, tuple[Look, str]] = {}
        self._pages: set[str] = set()
        self.white_is_seen = False
        """Whether white words may lie on a ground that is not known, as on slides."""

    def add(self, style: Element) -> None:
        """Take a style."""
        name = style.get(f"{STYLE}name") or ""
        look = PLAIN
        for part in style.iterchildren():
            look = _look(part).over(look)
            if part.get(f"{PRESENTATION}visibility") == "hidden":
                self._pages.add(name)
        self._own[name] = (look, style.get(f"{STYLE}parent-style-name") or "")

    def look(self, name: str | None) -> Look:
        """Return the look of a style with what it takes over."""
        found = PLAIN
        for _ in range(_DEEPEST_STYLE):
            if name not in self._own:
                break
            own, name = self._own[name]
            found = found.over(own)
        return replace(found, white=None) if self.white_is_seen else found

    def builds_on(self, name: str | None, wanted: str) -> bool:
        """Say whether a style is a certain one or builds on it."""
        for _ in range(_DEEPEST_STYLE):
            if not name or name == wanted:
                break
            name = self._own.get(name, (PLAIN, ""))[1]
        return name == wanted

    def hides_page(self, name: str | None) -> bool:
        """Say whether the slides of a style are not shown."""
        return name in self._pages


def _look(part: Element) -> Look:
    size = part.get(f"{FO}font-size") or ""
    points = size.removesuffix("pt")
    try:
        tiny = float(points) <= _SMALLEST_POINTS if size.endswith("pt") else None
    except ValueError:
        tiny = None
    color, ground = part.get(f"{FO}color"), part.get(f"{FO}background-color")
    display = part.get(f"{TEXT}display")
    return Look(
        hidden=None if display is None else display == "none",
        white=None if color is None else is_white(color),
        tiny=tiny,
        shaded=None if ground is None else ground != "transparent" and not is_white(ground),
    )


def open_package(data: bytes, what: str) -> Package:
    """Return the package of an OpenDocument file.

    Raises:
        UnreadableFile: it is none, or it is encrypted.

    """
    package = Package(data, what)
    manifest = "META-INF/manifest.xml"
    if "encrypted-package" in package or (
        manifest in package and b"encryption-data" in package.read(manifest)
    ):
        raise encrypted()
    return package


def properties(package: Package) -> Properties:
    """Return what a file says of itself."""
    root = package.optional("meta.xml")
    if root is None:
        return Properties()
    found: dict[str, str] = {}
    for each in root.iter():
        if isinstance(each.tag, str) and (words := one_line(each.text or "")):
            found.setdefault(each.tag, words)
    return Properties(
        title=found.get(f"{DC}title", ""),
        author=found.get(f"{META}initial-creator", "") or found.get(f"{DC}creator", ""),
        created=found.get(f"{META}creation-date", ""),
        modified=found.get(f"{DC}date", ""),
        language=found.get(f"{DC}language", ""),
        more={
            "subject": found.get(f"{DC}subject", ""),
            "keywords": found.get(f"{META}keyword", ""),
            "description": found.get(f"{DC}description", ""),
        },
    )


def words_of(paragraph: Element, styles: Styles | None = None, under: Look = PLAIN) -> Words:
    """Return the words of a paragraph, with its notes, comments, boxes and pictures apart."""
    words = Words()
    styles = styles or Styles()
    look = styles.look(paragraph.get(f"{TEXT}style-name")).over(under)
    _walk(paragraph, words, styles, look)
    return words


def _walk(element: Element, words: Words, styles: Styles, look: Look) -> None:
    why = look.hides()
    if element.text:
        words.add(element.text, why)
    for child in element.iterchildren():
        tag = child.tag
        if tag in _BLANKS:
            words.add(" " * _blanks(child), why)
        elif tag == f"{TEXT}span":
            inner = styles.look(child.get(f"{TEXT}style-name")).over(look)
            _walk(child, words, styles, inner)
        elif tag in _BESIDE:
            _beside(child, words)
        elif isinstance(tag, str) and tag not in _NO_WORDS:
            _walk(child, words, styles, look)
            if tag in _PARAGRAPHS:
                words.add(" ", why)
        if child.tail:
            words.add(child.tail, why)


def _blanks(space: Element) -> int:
    count = space.get(f"{TEXT}c") or "1"
    number = int(count) if count.isascii() and count.isdigit() and len(count) < 4 else 1
    return min(number, _MOST_SPACES)


def _beside(element: Element, words: Words) -> None:
    """Take what stands in a paragraph and is not part of its words."""
    tag = element.tag
    if tag == _NOTE:
        words.marks.append((element.get(f"{TEXT}note-class") or "footnote", element))
    elif tag == ANNOTATION:
        words.marks.append(("comment", element))
    elif tag == BOX:
        words.boxes.append(element)
    elif tag in _HIDDEN_FIELDS:
        _hidden_field(element, words)
    else:
        words.pictures.append(element.text or "")


def _hidden_field(field: Element, words: Words) -> None:
    """Take a field that hides its words, or the paragraph it stands in, while a condition holds."""
    hides = field.get(f"{TEXT}is-hidden") == "true"
    if field.tag == f"{TEXT}hidden-paragraph":
        if hides:
            words.conceal("hidden text")
        return
    said = field.get(f"{TEXT}string-value") or "".join(str(part) for part in field.itertext())
    words.add(said, "hidden text" if hides else "")


def annotation(said: Element) -> str:
    """Return the words of a comment without its author and its day."""
    paragraphs = [words_of(each).text for each in said.iter(f"{TEXT}p")]
    return one_line(" ".join(paragraphs))


def annotator(said: Element) -> str:
    """Return who made a comment."""
    return one_line(said.findtext(f"{DC}creator") or "") or "unknown"
