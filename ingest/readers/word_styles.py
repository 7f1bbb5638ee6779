"""What Word's styles and numberings say of a paragraph: heading, list, number, what is not seen."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.readers.looks import PLAIN, Look
from ingest.readers.office import is_white

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
VAL = f"{W}val"
_HEADING = re.compile(r"(?:heading|überschrift|titre|título|titolo)\s*(\d)", re.IGNORECASE)
_LOOKS = frozenset(f"{W}{name}" for name in ("vanish", "color", "sz", "highlight", "shd"))
_OFF = frozenset(("0", "false", "off", "none"))
_SMALLEST = 2
"""Half points: text of one point and less is not seen."""
_MOST_LEVELS = 9
_DEEPEST_STYLE = 20


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph, character or table style with what it takes over from those it builds on."""

    name: str = ""
    look: Look = PLAIN
    level: int | None = None
    """Its depth as a heading, 0 for the title, None for text."""
    numbering: tuple[str, int] | None = None
    is_list: bool = False


NO_STYLE = Style()


def on(element: Element | None) -> bool | None:
    """Return what a switch says, None for one that is not there."""
    return None if element is None else (element.get(VAL) or "1").lower() not in _OFF


def look_of(properties: Element | None) -> Look:
    """Return what run properties say of the look of characters."""
    if properties is None:
        return PLAIN
    said = {child.tag: child for child in properties.iterchildren() if child.tag in _LOOKS}
    if not said:
        return PLAIN
    color, size = said.get(f"{W}color"), said.get(f"{W}sz")
    half_points = number(size.get(VAL), 99) if size is not None else None
    lit = on(said.get(f"{W}highlight"))
    return Look(
        hidden=on(said.get(f"{W}vanish")),
        white=is_white(color.get(VAL)) if color is not None else None,
        tiny=half_points <= _SMALLEST if half_points is not None else None,
        shaded=True if lit else is_shaded(said.get(f"{W}shd")),
    )


def is_shaded(shade: Element | None) -> bool | None:
    """Say whether a shading gives a ground on which white text is seen."""
    if shade is None:
        return None
    fill = (shade.get(f"{W}fill") or "auto").lower()
    themed = shade.get(f"{W}themeFill") not in {None, "background1", "light1"}
    pattern = shade.get(VAL) not in {None, "clear", "nil"}
    return themed or pattern or not (fill == "auto" or is_white(fill))


def number(words: str | None, default: int) -> int:
    """Return a whole number, or the default for what is none."""
    try:
        return int(words or "")
    except ValueError:
        return default


class Styles:
    """The styles of a file by id; a file without any has none."""

    def __init__(self, root: Element | None) -> None:
        self._elements: dict[str, Element] = {}
        self._known: dict[str, Style] = {}
        self._default = ""
        for style in () if root is None else root.iter(f"{W}style"):
            identity = style.get(f"{W}styleId") or ""
            self._elements[identity] = style
            if style.get(f"{W}type") == "paragraph" and on_attribute(style.get(f"{W}default")):
                self._default = identity

    def get(self, identity: str | None) -> Style:
        """Return a style, a plain one for an id that is not there."""
        key = identity or self._default
        if key not in self._known:
            self._known[key] = self._resolve(key)
        return self._known[key]

    def shades(self, identity: str | None) -> bool:
        """Say whether a table style gives any of its cells a ground."""
        element = self._elements.get(identity or "")
        for _ in range(_DEEPEST_STYLE):
            if element is None:
                return False
            if any(is_shaded(shade) for shade in element.iter(f"{W}shd")):
                return True
            based = element.find(f"{W}basedOn")
            element = self._elements.get(based.get(VAL) or "") if based is not None else None
        return False

    def _resolve(self, identity: str) -> Style:
        chain: list[Element] = []
        while (element := self._elements.get(identity)) is not None and len(chain) < _DEEPEST_STYLE:
            chain.append(element)
            based = element.find(f"{W}basedOn")
            identity = (based.get(VAL) or "") if based is not None else ""
        style = NO_STYLE
        for element in reversed(chain):
            style = _built_on(style, element)
        return style


def on_attribute(words: str | None) -> bool:
    """Say whether an attribute that is a switch is there and on."""
    return words is not None and words.lower() not in _OFF


def _built_on(under: Style, element: Element) -> Style:
    named = element.find(f"{W}name")
    name = (named.get(VAL) or "") if named is not None else ""
    paragraph = element.find(f"{W}pPr")
    look = look_of(element.find(f"{W}rPr"))
    ground = is_shaded(paragraph.find(f"{W}shd")) if paragraph is not None else None
    if ground is not None:
        look = Look(look.hidden, look.white, look.tiny, ground or look.shaded)
    match = _HEADING.match(name)
    level = outline(paragraph)
    if name.lower() == "title":
        level = 0
    elif match:
        level = int(match[1])
    return Style(
        name=name,
        look=look.over(under.look),
        level=under.level if level is None else level,
        numbering=numbering(paragraph, under.numbering),
        is_list=under.is_list or name.startswith("List"),
    )


def outline(paragraph: Element | None) -> int | None:
    """Return the depth as a heading that paragraph properties name, None where they name none."""
    found = paragraph.find(f"{W}outlineLvl") if paragraph is not None else None
    level = number(found.get(VAL), 9) + 1 if found is not None else 10
    return level if 1 <= level <= _MOST_LEVELS else None


def numbering(paragraph: Element | None, under: tuple[str, int] | None) -> tuple[str, int] | None:
    """Return the numbering and the level that paragraph properties name, or those under them."""
    found = paragraph.find(f"{W}numPr") if paragraph is not None else None
    if found is None:
        return under
    identity, level = found.find(f"{W}numId"), found.find(f"{W}ilvl")
    key = identity.get(VAL) if identity is not None else (under[0] if under else None)
    depth = number(level.get(VAL), 0) if level is not None else (under[1] if under else 0)
    return (key, depth) if key and key != "0" else None


@dataclass(slots=True)
class _Level:
    start: int = 1
    shape: str = "decimal"
    text: str = ""


@dataclass(slots=True)
class _List:
    levels: dict[int, _Level] = field(default_factory=dict)
    counts: dict[int, int] = field(default_factory=dict)


class Numbers:
    """The numbers that Word prints before paragraphs, counted as they come."""

    def __init__(self, root: Element | None) -> None:
        self._lists: dict[str, _List] = {}
        self._restarts: dict[str, dict[int, int]] = {}
        abstract: dict[str, _List] = {}
        for each in () if root is None else root.iter(f"{W}abstractNum"):
            found = _List()
            for level in each.iter(f"{W}lvl"):
                found.levels[number(level.get(f"{W}ilvl"), 0)] = _level(level)
            abstract[each.get(f"{W}abstractNumId") or ""] = found
        for each in () if root is None else root.iterchildren(f"{W}num"):
            pointer = each.find(f"{W}abstractNumId")
            identity = each.get(f"{W}numId") or ""
            key = (pointer.get(VAL) or "") if pointer is not None else ""
            self._lists[identity] = abstract.get(key, _List())
            for change in each.iter(f"{W}lvlOverride"):
                restart = change.find(f"{W}startOverride")
                if restart is not None:
                    depth = number(change.get(f"{W}ilvl"), 0)
                    at = self._restarts.setdefault(identity, {})
                    at[depth] = number(restart.get(VAL), 1)

    def next(self, identity: str, depth: int) -> str:
        """Return the number of the next paragraph of a list, "" for a bullet."""
        found = self._lists.get(identity)
        level = found.levels.get(depth) if found else None
        if found is None or level is None:
            return ""
        restart = self._restarts.get(identity, {}).pop(depth, None)
        if restart is not None:
            found.counts[depth] = restart
        else:
            found.counts[depth] = found.counts.get(depth, level.start - 1) + 1
        for deeper in [each for each in found.counts if each > depth]:
            del found.counts[deeper]
        if level.shape in {"bullet", "none"}:
            return ""

        def shown(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            other = found.levels.get(at, level)
            count = found.counts.setdefault(at, other.start)
            return SHAPES.get(other.shape, str)(count)

        return re.sub(r"%(\d)", shown, level.text)


def _level(element: Element) -> _Level:
    def value(name: str, default: str) -> str:
        found = element.find(f"{W}{name}")
        return default if found is None else found.get(VAL) or ""

    return _Level(number(value("start", "1"), 1), value("numFmt", "decimal"), value("lvlText", ""))


def _letters(count: int) -> str:
    """Return the number as Word's letters.

    >>> _letters(1), _letters(27), _letters(28)
    ('a', 'aa', 'bb')
    """
    if not 0 < count <= 780:
        return str(count)
    return "abcdefghijklmnopqrstuvwxyz"[(count - 1) % 26] * ((count - 1) // 26 + 1)


def _roman(count: int) -> str:
    """Return the number in Roman numerals.

    >>> _roman(4), _roman(1994)
    ('iv', 'mcmxciv')
    """
    if not 0 < count < 4000:
        return str(count)
    parts = []
    for value, letters in zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        "m cm d cd c xc l xl x ix v iv i".split(),
        strict=True,
    ):
        parts.append(letters * (count // value))
        count %= value
    return "".join(parts)


SHAPES: dict[str, Callable[[int], str]] = {
    "lowerLetter": _letters,
    "upperLetter": lambda count: _letters(count).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda count: _roman(count).upper(),
    "decimalZero": lambda count: f"{count:02d}",
    "ordinal": lambda count: f"{count}.",
}
