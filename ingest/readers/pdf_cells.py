"""The cells of a printed line: what wide gaps part, and the line with tabs between them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby, pairwise
from operator import itemgetter
from typing import NamedTuple

import numpy as np

from ingest.readers.paragraphs import Line

_WIDE = 0.85  # a gap of so many heights of the print is none between words
SHARED = 0.25  # and two of them agree where they have so many heights in common
_LEVEL = 0.2  # heights by which lines that stand side by side may differ
_MOST = 60  # cells of a line; more are letters set apart
_LEADER = re.compile(r"(?:[.·…_‧]\s?){4,}|(?:[.·]\s){2,}")


class Cell(NamedTuple):
    """Characters ``[first, last)`` of a line, which stand from ``left`` to ``right``."""

    first: int
    last: int
    left: float
    right: float


Cells = list[Cell]


def side_by_side(lines: Sequence[Line]) -> list[list[Line]]:
    """Return lines in groups, those together that PDFium parts though they are one printed line.

    It does so where a cell has a single character.
    """
    groups: list[list[Line]] = []
    for line in lines:
        last = groups[-1][-1] if groups else None
        if (
            last
            and line.turn == last.turn == "right"
            and abs(line.y0 - last.y0) < _LEVEL * line.height
            and abs(line.height - last.height) < _LEVEL * line.height
            and line.left - last.right > _WIDE * line.height
        ):
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def joined(group: Sequence[Line]) -> Line:
    """Return lines that stand side by side as one."""
    if len(group) == 1:
        return group[0]
    texts, boxes = [], []
    for line in group:
        edge = line.boxes[-1:].copy()
        edge[:, 0] = edge[:, 2]
        dash = line.cut_word and line is not group[-1]
        texts.append(f"{line.text}-" if dash else line.text)
        boxes += [line.boxes, edge, edge] if dash else [line.boxes, edge]
    return replace(
        group[0],
        text=" ".join(texts),
        boxes=np.concatenate(boxes[:-1]),
        cut_word=group[-1].cut_word,
        right=group[-1].right,
        y0=min(line.y0 for line in group),
        y1=max(line.y1 for line in group),
    )


def cells_of(lines: Sequence[Line]) -> list[Cells]:
    """Return what wide gaps part of each line."""
    found = [[Cell(0, len(line.text), line.left, line.right)] for line in lines]
    if not lines:
        return found
    # A blank is a place without width at the end of the letter before it: gaps follow blanks.
    boxes = np.concatenate([line.boxes for line in lines])
    sizes = [len(line.text) for line in lines]
    heights = [line.height if line.turn == "right" else np.inf for line in lines]
    number = np.repeat(np.arange(len(lines)), sizes)
    gaps = boxes[1:, 0] - boxes[:-1, 2]
    wide = (gaps > _WIDE * np.repeat(heights, sizes)[1:]) & (number[1:] == number[:-1])
    at = np.flatnonzero(wide)
    places = (at + 1 - (np.cumsum(sizes) - sizes)[number[at]]).tolist()
    edges = zip(
        number[at].tolist(), places, boxes[at, 2].tolist(), boxes[at + 1, 0].tolist(), strict=True
    )
    for which, parts in groupby(edges, key=itemgetter(0)):
        line, inner = lines[which], list(parts)
        if len(inner) >= _MOST or line.height <= 0 or _LEADER.search(line.text):
            continue
        starts = [0, *(place for _, place, _, _ in inner), len(line.text)]
        lefts = [line.left, *(left for *_, left in inner)]
        rights = [*(right for _, _, right, _ in inner), line.right]
        found[which] = [
            Cell(first, first + len(line.text[first:after].rstrip()), left, right)
            for (first, after), left, right in zip(pairwise(starts), lefts, rights, strict=True)
        ]
    return found


def agreeing(one: Cells, other: Cells, shared: float) -> int:
    """Return how many gaps two lines have in common, 0 where one stands against the other."""
    few, many = sorted((one, other), key=len)
    gaps = [(left.right, right.left) for left, right in pairwise(many)]
    count = 0
    for left, right in pairwise(few):
        if all(min(right.left, high) - max(left.right, low) < shared for low, high in gaps):
            return 0
        count += 1
    return count


def spread(line: Line, placed: Sequence[tuple[int, Cell]], columns: int) -> Line:
    """Return a line with its cells parted by tabs, as many as there are columns between them."""
    parts: list[str] = []
    boxes: list[np.ndarray] = []

    def put(text: str, box: np.ndarray) -> None:
        """Add characters without a width of their own."""
        parts.append(text)
        boxes.extend([box] * len(text))

    edge = line.boxes[placed[0][1].first].copy()
    edge[2] = edge[0]
    column = 0
    for number, cell in placed:
        put("\t" * (number - column), edge)
        parts.append(line.text[cell.first : cell.last])
        boxes.extend(line.boxes[cell.first : cell.last])
        edge = boxes[-1].copy()
        edge[0] = edge[2]
        column = number
    if line.cut_word:  # no word of a table is cut; a dash stands for nothing
        put("\t-" if column + 1 < columns else "-", edge)
    return replace(line, text="".join(parts), boxes=np.array(boxes), cut_word=False)
