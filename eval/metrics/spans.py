"""How much of the gold characters the first passages hold, and how much else.

The token-wise recall, precision and IoU of Smith & Troynikov 2024 (Chroma, Evaluating Chunking
Strategies for Retrieval), in characters. Passages that overlap count their characters once, on
both sides of every fraction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from eval.metrics.numbers import share

Span = tuple[str, int, int]
"""Source, start, end: characters of a source, end exclusive."""


class Cover(NamedTuple):
    """Characters that lie in both gold spans and passages, and those of each."""

    both: int
    gold: int
    retrieved: int


def _union(spans: Iterable[Span]) -> dict[str, list[tuple[int, int]]]:
    by_source: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for source, start, end in sorted(spans):
        joined = by_source[source]
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        elif start < end:
            joined.append((start, end))
    return by_source


def _size(spans: dict[str, list[tuple[int, int]]]) -> int:
    return sum(end - start for found in spans.values() for start, end in found)


def cover(gold: Iterable[Span], retrieved: Iterable[Span]) -> Cover:
    """Return how many characters of their sources lie in both, and in each.

    >>> cover([("a", 0, 10)], [("a", 5, 8), ("a", 7, 20), ("b", 0, 10)])
    Cover(both=5, gold=10, retrieved=25)
    """
    wanted, found = _union(gold), _union(retrieved)
    both = sum(
        max(0, min(end, to) - max(start, since))
        for source, spans in wanted.items()
        for start, end in spans
        for since, to in found.get(source, ())
    )
    return Cover(both, _size(wanted), _size(found))


def span_recall(gold: Iterable[Span], retrieved: Iterable[Span]) -> float:
    """Return the share of the gold characters that were retrieved; 0 with no gold.

    >>> span_recall([("a", 0, 10)], [("a", 5, 20)])
    0.5
    """
    found = cover(gold, retrieved)
    return share(found.both, found.gold)


def span_precision(gold: Iterable[Span], retrieved: Iterable[Span]) -> float:
    """Return the share of the retrieved characters that are gold; 0 with nothing retrieved.

    >>> span_precision([("a", 0, 10)], [("a", 5, 25)])
    0.25
    """
    found = cover(gold, retrieved)
    return share(found.both, found.retrieved)


def span_iou(gold: Iterable[Span], retrieved: Iterable[Span]) -> float:
    """Return the characters in both as a share of the characters in either.

    >>> span_iou([("a", 0, 10)], [("a", 5, 20)])
    0.25
    """
    found = cover(gold, retrieved)
    return share(found.both, found.gold + found.retrieved - found.both)
