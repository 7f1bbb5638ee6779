"""What lies behind the words of a slide, and which of them nobody sees for their colour.

A colour counts only where it is said outright: the words', their own box's, that of every box and
picture that may lie behind, and the slide's, its layout's or its master's ground.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.readers.office import is_white
from ingest.readers.package import Package, Relation

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_DRAWN = (f"{_P}sp", f"{_P}pic", f"{_P}graphicFrame", f"{_P}cxnSp")
_FILLS = tuple(f"{_A}{name}" for name in "solidFill gradFill blipFill pattFill grpFill".split())
_PRESET = {"white": "ffffff", "black": "000000"}
_NEAR = 12
_MOST_BOXES = 500
"""On a slide of more shapes nobody can say what lies behind what."""

Place = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Box:
    """A shape with a ground of its own: where it lies, None for unknown, and its colour or ""."""

    shape: Element
    place: Place | None
    colour: str


@dataclass(slots=True)
class Backdrop:
    """What a slide lies on: its layout and its master."""

    scheme: Mapping[str, str] = field(default_factory=dict)
    ground: str = "ffffff"
    boxes: list[Box] = field(default_factory=list)


def backdrop(package: Package, relations: Mapping[str, Relation]) -> Backdrop:
    """Return what the slide with these relations lies on."""
    roots = []
    for kind in ("slideLayout", "slideMaster"):
        name = _target(relations, kind)
        root = package.optional(name) if name else None
        if root is None:
            return Backdrop(ground="")
        roots.append(root)
        relations = package.relations(name)
    found = Backdrop(_scheme(package.optional(_target(relations, "theme")), roots[1]))
    found.ground = next(
        (said for root in roots if (said := _page_ground(root, found.scheme)) is not None),
        "ffffff",
    )
    found.boxes = [box for root in roots for box in _boxes(root, found.scheme)]
    return found


class Colours:
    """Says which words of one slide are in the colour of what lies behind them."""

    def __init__(self, slide: Element, behind: Backdrop) -> None:
        said = _page_ground(slide, behind.scheme)
        self._scheme = behind.scheme
        self._ground = behind.ground if said is None else said
        self._boxes = [*behind.boxes, *_boxes(slide, behind.scheme)]

    def hides(self, shape: Element, run: Element | None) -> str:
        """Return why the words of a shape with these properties are not seen, "" where they are."""
        if run is None:
            return ""
        if run.find(f"{_A}noFill") is not None and run.find(f"{_A}ln") is None:
            return "transparent text"
        fill = run.find(f"{_A}solidFill")
        if fill is None:
            return ""
        alpha = fill.find(f"*/{_A}alpha")
        if alpha is not None and alpha.get("val") == "0":
            return "transparent text"
        ink = _colour(fill, self._scheme)
        if not ink or not all(_near(ink, ground) for ground in self._behind(shape)):
            return ""
        return "white text" if is_white(ink) else "text in the colour of its ground"

    def _behind(self, shape: Element) -> Iterator[str]:
        """Yield the colour of everything that may lie behind the words of a shape."""
        if len(self._boxes) > _MOST_BOXES:
            yield ""
            return
        filled, colour = _fill(shape, self._scheme)
        if filled:
            yield colour
            return
        place = _place(shape)
        yield self._ground
        for box in self._boxes:
            if box.shape is not shape and _meet(box.place, place):
                yield box.colour


def _target(relations: Mapping[str, Relation], kind: str) -> str:
    return next(
        (each.target for each in relations.values() if each.kind == kind and not each.external), ""
    )


def _scheme(theme: Element | None, master: Element) -> dict[str, str]:
    """Return the colours of a theme by the names that slides use."""
    found: dict[str, str] = {}
    scheme = None if theme is None else theme.find(f"{_A}themeElements/{_A}clrScheme")
    for each in () if scheme is None else scheme.iterchildren():
        if isinstance(each.tag, str):
            found[each.tag.rpartition("}")[2]] = _colour(each, {})
    mapped = master.find(f"{_P}clrMap")
    for name, value in () if mapped is None else mapped.attrib.items():
        found[str(name)] = found.get(str(value), "")
    return found


def _page_ground(root: Element, scheme: Mapping[str, str]) -> str | None:
    """Return the colour of a page's ground, "" for one that cannot be told, None for no own."""
    found = root.find(f"{_P}cSld/{_P}bg")
    if found is None:
        return None
    own = found.find(f"{_P}bgPr/{_A}solidFill")
    if own is not None:
        return _colour(own, scheme)
    named = found.find(f"{_P}bgRef")
    return "" if named is None or named.get("idx") != "1001" else _colour(named, scheme)


def _boxes(root: Element, scheme: Mapping[str, str]) -> list[Box]:
    """Return the shapes of a page that cover what lies behind them."""
    found = []
    for shape in root.iter(*_DRAWN):
        filled, colour = _fill(shape, scheme)
        if filled:
            found.append(Box(shape, _place(shape), colour))
    return found


def _fill(shape: Element, scheme: Mapping[str, str]) -> tuple[bool, str]:
    """Say whether a shape covers what lies behind it, and in which colour."""
    if shape.tag in {f"{_P}pic", f"{_P}graphicFrame"}:
        return True, ""
    properties = shape.find(f"{_P}spPr")
    for each in () if properties is None else properties.iterchildren():
        if each.tag == f"{_A}noFill":
            return False, ""
        if each.tag in _FILLS:
            return True, _colour(each, scheme) if each.tag == _FILLS[0] else ""
    style = shape.find(f"{_P}style/{_A}fillRef")
    return style is not None and style.get("idx") != "0", ""


def _place(shape: Element) -> Place | None:
    """Return where a shape lies on its page, None where it does not say so itself."""
    parent = shape.getparent()
    found = shape.find(f"{_P}spPr/{_A}xfrm")
    if found is None or parent is None or parent.tag == f"{_P}grpSp":
        return None  # a group has coordinates of its own
    at, size = found.find(f"{_A}off"), found.find(f"{_A}ext")
    if at is None or size is None:
        return None
    try:
        left, top = int(at.get("x") or 0), int(at.get("y") or 0)
        return left, top, left + int(size.get("cx") or 0), top + int(size.get("cy") or 0)
    except ValueError:
        return None


def _meet(one: Place | None, other: Place | None) -> bool:
    """Say whether two places may overlap."""
    if one is None or other is None:
        return True
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _colour(fill: Element, scheme: Mapping[str, str]) -> str:
    """Return the colour in an element as six hexadecimal digits, "" for one that cannot be told."""
    said = next((each for each in fill.iterchildren() if isinstance(each.tag, str)), None)
    if said is None or len(said):
        return ""  # lighter, darker or clearer than its name
    kind = str(said.tag).rpartition("}")[2]
    value = said.get("val") or ""
    if kind == "srgbClr":
        return value.lower() if len(value) == 6 else ""
    if kind == "sysClr":
        return (said.get("lastClr") or "").lower()
    return scheme.get(value, "") if kind == "schemeClr" else _PRESET.get(value, "")


def _near(ink: str, ground: str) -> bool:
    """Say whether two colours look the same.

    >>> _near("ffffff", "fdfdfd"), _near("ffffff", "000000"), _near("ffffff", "")
    (True, False, False)
    """
    try:
        pairs = zip(bytes.fromhex(ink), bytes.fromhex(ground), strict=True)
        return all(abs(one - other) <= _NEAR for one, other in pairs)
    except ValueError:
        return False
