"""Printed lines -> paragraphs: what belongs together by where it stands on the page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal, NamedTuple
from unicodedata import bidirectional, category

import numpy as np
from numpy.typing import NDArray

Box = tuple[float, float, float, float]

Turn = Literal["right", "left", "over", "up", "down"]
"""Which way a line is read: to the right, to the left (Arabic), upside down, sideways."""

_BULLET = re.compile(r"[•▪◦‣●■–*-]\s|\(?\d{1,3}[.)]\s")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff]")
_ENDS = re.compile(r"[.!?:;。！？]['\"”’)\]]*\Z")
# "Date of birth: 3 May 1980", "Blood type:": a line of a form.
_IN_LABEL = r"[^\s:：,;()\[\]\"“”\\@{}]+"
LABEL = re.compile(
    rf"(?![a-z])(?=[^\W_]){_IN_LABEL}(?: (?:{_IN_LABEL}|\([^\s()]*\))){{0,4}}(?::(?:\s|\Z)|：)"
)
_LABELS_NEAR = 3

_CUT_NUMBER = re.compile(r"\w[-–]\Z")
_TENS = re.compile(r"(?:twen|thir|for|fif|six|seven|eigh|nine)ty", re.IGNORECASE)
_UNITS = re.compile(
    r"(?:one|two|three|four|five|six|seven|eight|nine"
    r"|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)s?",
    re.IGNORECASE,
)
_FEW = 6
_PITCH = 1.3  # lines set without extra space are less than so many heights of their print apart
_FAR = 1.4
_SAME_PRINT = 0.12
LARGE = 1.12
"""Print that is so much larger than the usual is a heading."""

# Chinese and Japanese set no blanks between words: two lines of a paragraph need none either.
_UNSPACED = re.compile(
    "[\u2e80-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff\uff00-\uff9f\U00020000-\U0003ffff]{2}"
)

# A hyphen after these is part of the word; after anything else a line end that cuts a word put it.
_COMPOUNDS = frozenset(("well", "self", "ex", "non", "half", "anti", "cross", "so", "co"))


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its number, counted from 1, and the words of the header above it."""

    number: int
    header: str
    is_header: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line: its text with single blanks, and where each of its characters stands.

    ``boxes`` are those of the page: left, bottom, right, top in points. The other measures are
    taken as the line is read, so that lines of every direction stack alike: from ``left`` to
    ``right`` along it, from ``y0`` to ``y1`` across, the next line below. ``height`` is that of its
    print, whatever letters it has. ``cut_word`` says that it ends in the middle of a word, ``row``
    that it is one of a table, its cells parted by tabs.
    """

    text: str
    boxes: NDArray[np.float32]
    cut_word: bool
    turn: Turn
    left: float
    right: float
    y0: float
    y1: float
    height: float
    row: Row | None = None

    @classmethod
    def of(
        cls,
        text: str,
        boxes: NDArray[np.float32],
        *,
        cut_word: bool = False,
        height: float = 0.0,
        ink: Ink | None = None,
    ) -> Line:
        """Return the line of a text and its characters' boxes, shape ``(len(text), 4)``."""
        if ink is None:
            printed = boxes[:, 2] > boxes[:, 0]
            seen = boxes[printed] if printed.any() else boxes
            low, high = seen.min(axis=0).tolist(), seen.max(axis=0).tolist()
            ink = Ink((*low[:2], *high[2:]), seen[0].tolist(), seen[-1].tolist())
        x0, y0, x1, y1 = ink.extent
        turn = _turn(text, boxes, ink)
        if turn == "right":
            left, right, below, above = x0, x1, y0, y1
        elif turn == "left":
            left, right, below, above = -x1, -x0, y0, y1
        elif turn == "over":
            left, right, below, above = -x1, -x0, -y1, -y0
        elif turn == "up":
            left, right, below, above = y0, y1, -x1, -x0
        else:
            left, right, below, above = -y1, -y0, x0, x1
        if not height:
            first = ink.first
            height = first[2] - first[0] if turn in ("up", "down") else first[3] - first[1]
        return cls(text, boxes, cut_word, turn, left, right, below, above, height)


class Ink(NamedTuple):
    """The box around what is printed of a line, and those of its first and last character."""

    extent: Box
    first: Sequence[float]
    last: Sequence[float]


def _turn(text: str, boxes: NDArray[np.float32], ink: Ink) -> Turn:
    """Return in which direction a line runs."""
    if len(text) < 2:
        return "right"
    (left, low, right, high), last = ink.first, ink.last
    across = (last[0] + last[2] - left - right) / 2
    upward = (last[1] + last[3] - low - high) / 2
    if abs(upward) > 2 * abs(across):
        return "up" if upward > 0 else "down"
    if not text.isascii() and _RIGHT_TO_LEFT.search(text):
        strong = [bidirectional(char) for char in text]
        if strong.count("R") + strong.count("AL") > strong.count("L"):
            return "left"
    if across >= 0:
        return "right"
    steps = np.diff(boxes[:, 0] + boxes[:, 2])
    return "over" if len(boxes) > 3 and (steps < 0).mean() > 0.7 else "right"


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
                if joint == " " and _UNSPACED.match(last.text[-1] + line.text[0]):
                    joint = ""
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
        self._print = median(line.height for line in lines) if lines else 0.0
        by_turn: dict[Turn, list[Line]] = {}
        for line in lines:
            by_turn.setdefault(line.turn, []).append(line)
        self._measures = {turn: self._measure(alike) for turn, alike in by_turn.items()}
        self._labelled = [bool(LABEL.match(line.text)) for line in lines]

    def _measure(self, lines: Sequence[Line]) -> tuple[float, float, float]:
        """Return the usual pitch of lines of one direction, and their margins."""
        steps = [
            above.y0 - below.y0
            for above, below in zip(lines, lines[1:], strict=False)
            if above.y0 > below.y0
        ]
        pitch = median(steps) if steps else 0.0
        if 0 < len(steps) < _FEW:  # too few lines to show what is usual: no line is that far apart
            pitch = min(pitch, _PITCH * self._print)
        return pitch, min(line.left for line in lines), max(line.right for line in lines)

    def joint(self, number: int, above: Line, below: Line) -> str:
        """Return the characters between a line and the one after it, number 0 on a new page."""
        if above.row or below.row:
            return "\n" if above.row and below.row and below.row.number > 1 else "\n\n"
        joint = self._joint(number, above, below)
        if number and joint != "\n\n":
            if _CUT_NUMBER.search(above.text) and below.text[0].isdecimal():
                return ""
            if self._labelled[number] and not above.text.endswith(","):
                near = self._labelled[max(0, number - _LABELS_NEAR) : number]
                return "\n" if any(near) else joint
        return joint

    def _joint(self, number: int, above: Line, below: Line) -> str:
        lower = below.text[:1].islower()
        ended = bool(_ENDS.search(above.text))
        if number == 0:  # the next page
            return " " if _goes_on(above.text, below.text) else "\n\n"
        if above.turn != below.turn:
            return "\n\n"
        step = above.y0 - below.y0
        if step <= 0:  # the next column
            return " " if lower or not ended else "\n\n"
        pitch, left, right = self._measures[below.turn]
        large = min(above.height, below.height) / (self._print or 1.0)
        same_print = abs(above.height - below.height) <= _SAME_PRINT * self._print
        if step > _FAR * pitch * max(1.0, large) or not (same_print or lower):
            return "\n\n"
        if _BULLET.match(below.text):
            return "\n"
        if large > LARGE:  # a heading of several lines
            return " "
        short = above.right < right - 0.15 * (right - left)
        if ended and (short or below.left > above.left + above.height):
            return "\n\n"
        return "\n" if short and not lower else " "


def _goes_on(above: str, below: str) -> bool:
    """Say whether a page begins in the middle of the last one's sentence.

    >>> _goes_on("the harbour", "of the town"), _goes_on("the harbour", "The town")
    (True, False)
    """
    first = below[:1]
    return first.islower() or (category(first or " ") == "Lo" and not _ENDS.search(above))


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

    It does where the same word has it inside a line elsewhere, before a capital or a digit, and in
    a number that is spelled out.
    """
    before = re.search(r"\w*\Z", above.text)
    after = re.match(r"\w*", below.text)
    left, right = (before.group() if before else ""), (after.group() if after else "")
    if _TENS.fullmatch(left) and _UNITS.fullmatch(right):
        return True
    whole = f"{left}-{right}".lower()
    return whole in compounds or left.lower() in _COMPOUNDS or not right[:1].islower()
