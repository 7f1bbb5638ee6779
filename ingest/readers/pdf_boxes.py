"""The places of a PDF's characters as a document keeps them, and rectangles for a viewer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from ingest.readers.paragraphs import Line
from rag.types import Span

Rectangle = tuple[float, float, float, float]

_PARTED = 1.0  # boxes further apart than so many heights get rectangles of their own


def chars_span(
    page: int, label: str, size: tuple[float, float], lines: Sequence[Line], places: Places
) -> Span:
    """Return the span that holds the box of every character of some lines of a page.

    In its data, ``size`` is the page's width and height as it is shown, and ``lines`` has for each
    line ``[start, end, y0, y1, x0, steps]``: all its characters stand between ``y0`` and ``y1``,
    the first one at ``x0``, and ``steps`` lead from each to the next. A line that does not run from
    left to right has ``[start, end, boxes]`` with four numbers for each character instead. All in
    tenths of a point from the lower left corner of the page as it is shown.
    """
    data = {
        "page": page,
        "size": [round(size[0], 1), round(size[1], 1)],
        "lines": list(_packed(lines, places)),
    }
    return Span(places[0][0], places[-1][1], "chars", label, data)


Places = Sequence[tuple[int, int]]
"""The ``(start, end)`` of each line in the document's text."""


def boxes(span: Span, start: int, end: int) -> list[Rectangle]:
    """Return the rectangles of ``[start, end)`` in a ``chars`` span, one for each line or run.

    Points from the lower left corner of the page as it is shown: ``(x0, y0, x1, y1)``.
    """
    found: list[Rectangle] = []
    for first, last, *rest in span.data["lines"]:
        left, right = max(first, start), min(last, end)
        if left >= right:
            continue
        if len(rest) == 1:
            quads = rest[0]
            found += _merged(
                tuple(value / 10 for value in quads[4 * at : 4 * at + 4])
                for at in range(left - first, right - first)
            )
        else:
            y0, y1, x0, steps = rest
            edge = x0 + sum(steps[: left - first])
            far = edge + sum(steps[left - first : right - first])
            found.append((edge / 10, y0 / 10, far / 10, y1 / 10))
    return found


def _packed(lines: Sequence[Line], places: Places) -> Iterator[list[Any]]:
    marks = np.rint(np.concatenate([line.boxes for line in lines]) * 10).astype(int)
    lefts, rights = marks[:, 0].tolist(), marks[:, 2].tolist()
    begin = 0
    for line, (first, last) in zip(lines, places, strict=True):
        end = begin + len(line.text)
        edges = lefts[begin:end]
        edges.append(max(rights[end - 1], edges[-1]))
        steps = [after - before for before, after in pairwise(edges)]
        if line.turn == "right" and min(steps) >= 0:
            yield [first, last, round(line.y0 * 10), round(line.y1 * 10), edges[0], steps]
        else:
            yield [first, last, marks[begin:end].ravel().tolist()]
        begin = end


def _merged(quads: Iterator[Rectangle]) -> list[Rectangle]:
    """Return rectangles around neighbours; empty boxes (blanks) have no part in it."""
    found: list[Rectangle] = []
    for x0, y0, x1, y1 in quads:
        if x1 <= x0 or y1 <= y0:
            continue
        if found:
            left, low, right, high = found[-1]
            gap = _PARTED * min(max(x1 - x0, y1 - y0), max(right - left, high - low))
            if x0 - right < gap and left - x1 < gap and y0 - high < gap and low - y1 < gap:
                found[-1] = (min(left, x0), min(low, y0), max(right, x1), max(high, y1))
                continue
        found.append((x0, y0, x1, y1))
    return found
