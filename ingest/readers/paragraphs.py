"""Printed lines -> paragraphs: what belongs together by where it stands on the page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median

Box = tuple[float, float, float, float]

_BULLET = re.compile(r"[•▪◦‣●■–*-]\s|\(?\d{1,3}[.)]\s")
_ENDS = re.compile(r"[.!?:;。！？]['\"”’)\]]*\Z")
_FEW = 6
_PITCH = 1.3  # lines set without extra space are less than so many heights of their print apart
_FAR = 1.4
_SAME_PRINT = 0.12
LARGE = 1.12
"""Print that is so much larger than the usual is a heading."""

# A hyphen after these is part of the word; after anything else a line end that cuts a word put it.
_COMPOUNDS = frozenset(("well", "self", "ex", "non", "half", "anti", "cross", "so", "co"))


@dataclass(slots=True)
class Line:
    """A printed line: its text with single blanks, and where each character stands, in points.

    ``height`` is that of its print, whatever letters it has, in points. ``edges`` has the left edge
    of every character and, after ``close``, the last one's right edge. ``cut_word`` says that the
    line ends in the middle of a word.
    """

    text: str = ""
    edges: list[float] = field(default_factory=list)
    y0: float = 0.0
    y1: float = 0.0
    cut_word: bool = False
    height: float = 0.0
    _right: float = 0.0
    _boxed: bool = False
    _chars: list[str] = field(default_factory=list)

    def add(self, chars: str, box: Box | None) -> None:
        """Add a character, or the letters of a ligature, with its box where it has one."""
        if chars.isspace():
            if self._chars and self._chars[-1] != " ":
                self._chars.append(" ")
                self.edges.append(self._right)
            return
        left, right = (box[0], box[2]) if box else (self._right, self._right)
        step = (right - left) / len(chars)
        for number, char in enumerate(chars):
            self._chars.append(char)
            self.edges.append(left + number * step)
        if box:
            self.y0 = min(self.y0, box[1]) if self._boxed else box[1]
            self.y1 = max(self.y1, box[3]) if self._boxed else box[3]
            self._boxed = True
        self._right = right

    def close(self) -> bool:
        """Finish the line, and say whether it holds anything."""
        while self._chars and self._chars[-1] == " ":
            self._chars.pop()
            self.edges.pop()
        self.text = "".join(self._chars)
        self.edges.append(self._right)
        self._chars = []
        return bool(self.text)

    @property
    def left(self) -> float:
        """The left edge of the line."""
        return self.edges[0]

    @property
    def right(self) -> float:
        """The right edge of the line."""
        return self.edges[-1]

    def advances(self) -> tuple[int, list[int]]:
        """Return the left edge and the step from each character to the next, in points / 10."""
        marks = [round(edge * 10) for edge in self.edges]
        return marks[0], [after - before for before, after in zip(marks, marks[1:], strict=False)]


def join_pages(
    pages: Sequence[Sequence[Line]],
) -> tuple[str, list[list[tuple[int, int]]]]:
    """Return the text of all pages, and for every line of every page its ``(start, end)`` in it."""
    compounds = _compounds(pages)
    parts: list[str] = []
    length = 0
    placed: list[list[tuple[int, int]]] = []
    last: Line | None = None
    for lines in pages:
        places = []
        gaps = _Gaps(lines)
        for number, line in enumerate(lines):
            if last is not None:
                joint = gaps.joint(number, last, line)
                if last.cut_word:
                    joint = "-" if _keeps_hyphen(last, line, compounds) else ""
                parts.append(joint)
                length += len(joint)
            parts.append(line.text)
            places.append((length, length + len(line.text)))
            length += len(line.text)
            last = line
        placed.append(places)
    return "".join(parts), placed


def usual_print(pages: Sequence[Sequence[Line]]) -> float:
    """Return the height of print in which most of the text is set, 0 where there is none."""
    heights = [line.height for lines in pages for line in lines for _ in line.text[::20]]
    return median(heights) if heights else 0.0


class _Gaps:
    """Decides what stands between two lines of a page: a blank, a line break or a new paragraph."""

    def __init__(self, lines: Sequence[Line]) -> None:
        steps = [
            above.y0 - below.y0
            for above, below in zip(lines, lines[1:], strict=False)
            if above.y0 > below.y0
        ]
        self._print = median(line.height for line in lines) if lines else 0.0
        self._pitch = median(steps) if steps else 0.0
        if 0 < len(steps) < _FEW:  # too few lines to show what is usual: no line is that far apart
            self._pitch = min(self._pitch, _PITCH * self._print)
        self._right = max((line.right for line in lines), default=0.0)
        self._left = min((line.left for line in lines), default=0.0)

    def joint(self, number: int, above: Line, below: Line) -> str:
        """Return the characters between a line and the one after it, number 0 on a new page."""
        lower = below.text[:1].islower()
        ended = bool(_ENDS.search(above.text))
        step = above.y0 - below.y0
        if number == 0 or step <= 0:  # the next page, the next column
            return " " if lower or (number and not ended) else "\n\n"
        large = min(above.height, below.height) / (self._print or 1.0)
        same_print = abs(above.height - below.height) <= _SAME_PRINT * self._print
        if step > _FAR * self._pitch * max(1.0, large) or not (same_print or lower):
            return "\n\n"
        if _BULLET.match(below.text):
            return "\n"
        if large > LARGE:  # a heading of several lines
            return " "
        short = above.right < self._right - 0.15 * (self._right - self._left)
        if ended and (short or below.left > above.left + above.height):
            return "\n\n"
        return "\n" if short and not lower else " "


def _compounds(pages: Sequence[Sequence[Line]]) -> frozenset[str]:
    """Return the hyphenated words that stand inside lines, in lower case."""

    def words() -> Iterator[str]:
        for lines in pages:
            for line in lines:
                if "-" in line.text:
                    yield from re.findall(r"\w+-\w+", line.text.lower())

    return frozenset(words())


def _keeps_hyphen(above: Line, below: Line, compounds: frozenset[str]) -> bool:
    """Say whether the hyphen at a line's end belongs to the word.

    It does where the same word has it inside a line elsewhere, and before a capital or a digit.
    """
    before = re.search(r"\w*\Z", above.text)
    after = re.match(r"\w*", below.text)
    left, right = (before.group() if before else ""), (after.group() if after else "")
    whole = f"{left}-{right}".lower()
    return whole in compounds or left.lower() in _COMPOUNDS or not right[:1].islower()
