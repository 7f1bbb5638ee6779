"""The numbers that OpenDocument prints before the items of lists, counted as they come."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.readers.opendocument_words import STYLE, TEXT
from ingest.readers.word_styles import SHAPES

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

LIST_STYLE = f"{TEXT}list-style"
_NUMBERED = f"{TEXT}list-level-style-number"
_FORMS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman"} | {
    "I": "upperRoman"
}
_DEEPEST = 10


@dataclass(frozen=True, slots=True)
class _Level:
    form: str
    before: str
    after: str
    start: int
    shown: int
    """How many levels its numbers show: 2 for "1.2"."""


@dataclass(slots=True)
class List:
    """A list, or one inside another: the style of its numbers and how deep it lies."""

    style: str
    depth: int
    number: str = ""
    """The number of the item that is being read, until it is written."""

    counts: dict[int, int] = field(default_factory=dict)


class Lists:
    """The styles of lists, by name, and how far each has counted."""

    def __init__(self) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}
        self._counts: dict[str, dict[int, int]] = {}

    def add(self, style: Element) -> None:
        """Take the style of a list."""
        levels = {}
        for each in style.iterchildren(_NUMBERED):
            form = _FORMS.get(each.get(f"{STYLE}num-format") or "")
            if form:
                levels[_number(each.get(f"{TEXT}level"), 1)] = _Level(
                    form,
                    each.get(f"{STYLE}num-prefix") or "",
                    each.get(f"{STYLE}num-suffix") or "",
                    _number(each.get(f"{TEXT}start-value"), 1),
                    _number(each.get(f"{TEXT}display-levels"), 1),
                )
        self._levels[style.get(f"{STYLE}name") or ""] = levels

    def enter(self, element: Element, outer: List | None) -> List:
        """Return the list that an element begins, inside another one or none."""
        named = element.get(f"{TEXT}style-name")
        style = named or (outer.style if outer else "")
        found = List(style, outer.depth + 1 if outer else 1)
        goes_on = element.get(f"{TEXT}continue-numbering") == "true" or (
            element.get(f"{TEXT}continue-list") is not None
        )
        counts = self._counts.setdefault(style, {})
        if not goes_on:
            for depth in [each for each in counts if each >= found.depth]:
                del counts[depth]
        found.counts = counts
        return found

    def count(self, inside: List, item: Element) -> None:
        """Set the number of an item; a list's header and a bullet have none."""
        inside.number = ""
        level = self._levels.get(inside.style, {}).get(inside.depth)
        if level is None or item.tag != f"{TEXT}list-item":
            return
        counts, depth = inside.counts, inside.depth
        counts[depth] = _number(
            item.get(f"{TEXT}start-value"), counts.get(depth, level.start - 1) + 1
        )
        for deeper in [each for each in counts if each > depth]:
            del counts[deeper]
        first = max(1, depth - min(level.shown, _DEEPEST) + 1)
        shown = []
        for at in range(first, depth + 1):
            other = self._levels[inside.style].get(at, level)
            number = counts.get(at, other.start)
            shown.append(SHAPES.get(other.form, str)(number))
        inside.number = f"{level.before}{'.'.join(shown)}{level.after}"


def _number(words: str | None, default: int) -> int:
    return (
        int(words) if words and words.isascii() and words.isdigit() and len(words) < 7 else default
    )
