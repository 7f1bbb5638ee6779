"""The characters of a PDF page -> its lines, as a reader would copy them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from functools import lru_cache
from itertools import groupby, pairwise

import numpy as np
from numpy.typing import NDArray

from ingest.readers.paragraphs import Ink, Line
from ingest.readers.pdf_glyphs import CUT_WORD, END, SPACE, Boxes, Codes, Flags, Glyphs, kinds

_LIGATURES = {0xFB00 + at: word for at, word in enumerate(("ff", "fi", "fl", "ffi", "ffl"))} | {
    0xFB05: "st",
    0xFB06: "st",
}
# An accent that is a sign of its own, which TeX prints over its letter: the one that combines.
_ACCENTS = {
    0x60: "\u0300",
    0xB4: "\u0301",
    0x2C6: "\u0302",
    0x5E: "\u0302",
    0x2DC: "\u0303",
    0x7E: "\u0303",
    0xAF: "\u0304",
    0x2D8: "\u0306",
    0x2D9: "\u0307",
    0xA8: "\u0308",
    0x2DA: "\u030a",
    0x2DD: "\u030b",
    0x2C7: "\u030c",
    0xB8: "\u0327",
    0x2DB: "\u0328",
}


_PICTURED_BULLET = re.compile("^[\uf000-\uf0ff](?= )|\uf0b7")  # as Symbol and Wingdings have them
_BULLET = "•"
_STOPS_FIRST = re.compile(r'([.!?:;,…،؛؟)»"]+)')
_EITHER_END = re.compile(r'[)»"…]')
_STOPS_BEFORE_LAST = re.compile(r"(?<=\s)([.!?:;,…،؛؟]+)(?=\w[\w.,:/%-]*\Z)")
_MIRRORED = str.maketrans("()[]{}«»", ")(][}{»«")


def lines_of(glyphs: Glyphs, wanted: Flags | None = None) -> list[Line]:
    """Return the lines of a page that hold more than white space.

    Args:
        glyphs: the characters of the page.
        wanted: those of them that count; all by default.
    """
    codes, boxes = _accented(glyphs)
    kind = kinds()[np.minimum(codes, 0xFFFF)]
    ends = kinds()[np.minimum(glyphs.codes, 0xFFFF)] >= END
    keep = (kind <= SPACE) & ~ends
    if wanted is not None:
        keep &= wanted
    number = np.cumsum(ends)
    at = np.flatnonzero(keep)
    space = kind[at] == SPACE
    line = number[at]
    # Runs of white space are one blank, and none stands at the edges of a line.
    after_space = np.ones(len(at), dtype=bool)
    after_space[1:] = space[:-1] | (line[1:] != line[:-1])
    single = ~(space & after_space)
    at, space, line = at[single], space[single], line[single]
    last = np.ones(len(at), dtype=bool)
    last[:-1] = line[1:] != line[:-1]
    inner = ~(space & last)
    at, space, line = at[inner], space[inner], line[inner]
    if not len(at):
        return []
    known = glyphs.known[at] & ~space
    shown = _filled(boxes[at], known).astype(np.float32)
    codes = np.where(space, 0x20, codes[at])
    cut = set(number[(glyphs.codes == CUT_WORD[0]) | (glyphs.codes == CUT_WORD[1])].tolist())
    edges = np.flatnonzero(line[1:] != line[:-1]) + 1
    starts, stops = np.append(0, edges), np.append(edges, len(at))
    text = codes.astype("<u4").tobytes().decode("utf-32-le", "replace")
    plain = not any(chr(code) in text for code in _LIGATURES)
    inks = _inks(shown, shown[:, 2] > shown[:, 0], starts, stops)
    lines = []
    for first, stop, ink in zip(starts.tolist(), stops.tolist(), inks, strict=True):
        words, places = text[first:stop], shown[first:stop]
        if not plain:
            words, places = _spelled(words, places)
        # The end of this line has the next number.
        cut_word = int(line[first]) + 1 in cut
        words = _PICTURED_BULLET.sub(_BULLET, words)
        found = Line.of(words, places, cut_word=cut_word, ink=ink)
        lines.append(_ended_at_left(found) if found.turn == "left" else found)
    return _in_order(lines)


def _ended_at_left(line: Line) -> Line:
    """Return a line of Arabic or Hebrew with the full stop that ends it at its end.

    PDFium reads what stands at the left of such a line first, or before a number or a Latin word
    that ends it.
    """
    text = line.text
    found = _STOPS_FIRST.match(text) or _STOPS_BEFORE_LAST.search(text)
    if not found:
        return line
    start, end = found.span(1)
    others = np.delete(line.boxes, np.s_[start:end], axis=0)[:, 0]
    # In a paragraph from left to right the stop stands at the right, yet no line begins with one.
    known = start == 0 and not _EITHER_END.search(found.group(1))
    if not known and line.boxes[start:end, 0].max() >= others.min():
        return line
    stops = text[start:end][::-1].translate(_MIRRORED)
    rest = text[:start] + text[end:]
    order = [*range(start), *range(end, len(text)), *reversed(range(start, end))]
    blanks = len(rest) - len(rest.lstrip())
    return replace(line, text=rest.lstrip() + stops, boxes=line.boxes[order[blanks:]])


def _in_order(lines: list[Line]) -> list[Line]:
    """Return the lines with those that run sideways in the order in which they are read.

    PDFium gives the lines of text that runs down the page from the last to the first.
    """
    if all(line.turn not in ("up", "down") for line in lines):
        return lines
    ordered: list[Line] = []
    for turn, run in groupby(lines, key=lambda line: line.turn):
        found = list(run)
        steps = [above.y0 - below.y0 for above, below in pairwise(found)]
        backwards = turn in ("up", "down") and steps and max(steps) < 0
        ordered += reversed(found) if backwards else found
    return ordered


def _inks(
    boxes: NDArray[np.float32], printed: Flags, starts: NDArray[np.intp], stops: NDArray[np.intp]
) -> list[Ink]:
    """Return the ink of each line that begins at one of the starts."""
    place = np.arange(len(boxes))
    filled = np.logical_or.reduceat(printed, starts)
    printed = printed | ~np.repeat(filled, stops - starts)
    low = np.minimum.reduceat(np.where(printed[:, None], boxes[:, :2], np.float32(np.inf)), starts)
    high = np.maximum.reduceat(
        np.where(printed[:, None], boxes[:, 2:], np.float32(-np.inf)), starts
    )
    first = np.minimum.reduceat(np.where(printed, place, len(boxes)), starts)
    last = np.maximum.reduceat(np.where(printed, place, -1), starts)
    return [
        Ink((x0, y0, x1, y1), one, other)
        for (x0, y0), (x1, y1), one, other in zip(
            low.tolist(), high.tolist(), boxes[first].tolist(), boxes[last].tolist(), strict=True
        )
    ]


@lru_cache(maxsize=1)
def _accents() -> Flags:
    table = np.zeros(0x10000, dtype=bool)
    table[list(_ACCENTS)] = True
    return table


def _accented(glyphs: Glyphs) -> tuple[Codes, Boxes]:
    """Return codes and boxes with accents that are printed over a letter joined to it."""
    codes, boxes = glyphs.codes, glyphs.boxes
    marks = np.flatnonzero(_accents()[np.minimum(codes, 0xFFFF)])
    if not len(marks):
        return codes, boxes
    codes = codes.copy()
    for at in marks.tolist():
        for other in (at + 1, at - 1):
            if 0 <= other < len(codes) and _over(boxes[at], boxes[other]):
                letter = chr(codes[other]) if codes[other] >= 0x41 else ""
                letter = {"\u0131": "i", "\u0237": "j"}.get(letter, letter)
                whole = unicodedata.normalize("NFC", letter + _ACCENTS[int(codes[at])])
                if letter.isalpha() and len(whole) == 1:
                    codes[other], codes[at] = ord(whole), 0
                    break
    return codes, boxes


def _over(accent: NDArray[np.float64], letter: NDArray[np.float64]) -> bool:
    """Say whether an accent's box stands over a letter's for the most part."""
    shared = min(accent[2], letter[2]) - max(accent[0], letter[0])
    return bool(
        shared > 0.6 * min(accent[2] - accent[0], letter[2] - letter[0])
        and accent[3] > letter[1]
        and accent[1] < letter[3]
    )


def _filled(boxes: Boxes, known: Flags) -> Boxes:
    """Return the boxes with the right edge of the one before where none is known."""
    if known.all():
        return boxes
    before = np.maximum.accumulate(np.where(known, np.arange(len(known)), -1))
    filled = boxes.copy()
    lost = np.flatnonzero(~known)
    source = before[lost]
    has = source >= 0
    filled[lost[has]] = boxes[source[has]]
    filled[lost[has], 0] = filled[lost[has], 2]
    return filled


def _spelled(text: str, boxes: NDArray[np.float32]) -> tuple[str, NDArray[np.float32]]:
    """Return a text with its ligatures spelled out, and a box for each character."""
    words = [_LIGATURES.get(ord(char), char) for char in text]
    parts = []
    for word, (left, bottom, right, top) in zip(words, boxes, strict=True):
        marks = np.linspace(left, right, len(word) + 1)
        parts += [(marks[at], bottom, marks[at + 1], top) for at in range(len(word))]
    return "".join(words), np.array(parts, dtype=np.float32)
