"""From a reader network's scores to answers: the best spans of a passage, at the edges of words.

Pure functions over arrays; nothing is loaded here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rag.types import AnswerSpan

LONGEST = 30
"""Tokens of an answer: 99 % of the answers of Natural Questions and SQuAD are shorter."""
MOST = 8
"""Spans that are kept of a passage."""

_WORD = re.compile(r"\d+(?:[.,:/]\d+)*%?|\w+(?:['\u2019]\w+)*")
_EDGES = " \t\r\n,;:.\"\u201c\u201d\u2018'-\u2013\u2014"
_PAIRS = {")": "(", "]": "[", "\u201d": "\u201c"}


def best_spans(
    starts: NDArray[np.float32],
    ends: NDArray[np.float32],
    offsets: Sequence[tuple[int, int]],
    text: str,
    nothing: float,
    sentences: Sequence[tuple[int, int]] = (),
) -> tuple[AnswerSpan, ...]:
    """Return the best spans of a passage, best first, none of them over another.

    Args:
        starts: how well an answer starts at each of the passage's tokens, shape ``(n,)``.
        ends: how well one ends there, shape ``(n,)``.
        offsets: where each token stands in ``text``.
        text: the passage.
        nothing: the score of "not here", which is taken from each span's.
        sentences: the best span inside each of these is kept as well; a span lies in one of them.
    """
    count = len(offsets)
    if not count:
        return ()
    width = min(LONGEST, count)
    padded = np.concatenate([ends, np.full(width - 1, -np.inf, ends.dtype)])
    table = starts[:, None] + np.lib.stride_tricks.sliding_window_view(padded, width)
    part = _parts(offsets, sentences)
    if part is not None:
        last = np.minimum(np.arange(count)[:, None] + np.arange(width)[None, :], count - 1)
        table = np.where(part[:, None] == part[last], table, -np.inf)
    found = [_taken(table, width, offsets, text, nothing) for _ in range(MOST)]
    kept = [one for one in found if one is not None]
    if part is not None:
        for number in sorted(set(part.tolist())):
            rows = np.flatnonzero(part == number)
            first, last = int(rows[0]), int(rows[-1]) + 1
            one = _taken(table[first:last].copy(), width, offsets[first:last], text, nothing)
            if one is not None and not any(a.start < one.end and one.start < a.end for a in kept):
                kept.append(one)
    return tuple(sorted(kept, key=lambda one: -one.score))


def _parts(
    offsets: Sequence[tuple[int, int]], sentences: Sequence[tuple[int, int]]
) -> NDArray[np.int64] | None:
    """Return which sentence each token lies in."""
    if not sentences:
        return None
    firsts = np.array([start for start, _ in sentences])
    return np.searchsorted(firsts, [start for start, _ in offsets], side="right")


def _taken(
    table: NDArray[np.float32],
    width: int,
    offsets: Sequence[tuple[int, int]],
    text: str,
    nothing: float,
) -> AnswerSpan | None:
    """Return the best span and rule out in ``table`` all that overlap with it."""
    first, length = divmod(int(table.argmax()), width)
    score = float(table[first, length])
    if not np.isfinite(score):
        return None
    last = first + length
    for row in range(max(0, first - width + 1), last + 1):
        table[row, max(0, first - row) :] = -np.inf
    start, end = at_words(text, offsets[first][0], offsets[last][1])
    return AnswerSpan(start, end, score - nothing) if start < end else None


def at_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a span widened to whole words and numbers, without marks at its edges.

    >>> text = 'It drew 1,541 people (2017), "mostly" men.'
    >>> [text[slice(*at_words(text, *span))] for span in ((8, 9), (22, 28), (29, 37))]
    ['1,541', '2017', 'mostly']
    """
    for match in _WORD.finditer(text, max(0, start - 40)):
        if match.start() >= end:
            break
        if match.start() < start < match.end():
            start = match.start()
        if match.start() < end < match.end():
            end = match.end()
    while start < end and text[start] in _EDGES + ")]":
        start += 1
    while start < end and text[end - 1] in _EDGES + "([" and not _abbreviated(text, start, end):
        end -= 1
    closing = text[end - 1] if start < end else ""
    if closing in _PAIRS and _PAIRS[closing] not in text[start:end]:
        return at_words(text, start, end - 1)
    if start < end and text[start] in "([" and ")]"["([".index(text[start])] not in text[start:end]:
        return at_words(text, start + 1, end)
    return start, end


def _abbreviated(text: str, start: int, end: int) -> bool:
    """Return whether the full stop at the end belongs to the last word, as in "U.S."."""
    return bool(re.search(r"\b\w\.\w\.$", text[start:end]))
