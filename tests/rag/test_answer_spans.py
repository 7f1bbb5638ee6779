"""The best spans of a passage: the ones that every pair of tokens, looked at singly, would give."""

from __future__ import annotations

import numpy as np
import pytest

from rag.english.sentences import sentences
from rag.networks.answer_spans import LONGEST, MOST, best_spans

TEXT = (
    "The mill burnt down on Friday. Anna Dale, its owner, was away in Sallow. Nobody knows who lit"
    " the fire. The watch found a can of oil behind the barn and took it to the town. It was empty."
)
OFFSETS = [
    (start, start + len(word))
    for word in TEXT.split()
    for start in [TEXT.index(word)]
    if TEXT.count(word) == 1
]


def scores(seed: int) -> tuple[np.ndarray, np.ndarray]:
    drawn = np.random.default_rng(seed).standard_normal((2, len(OFFSETS))).astype(np.float32)
    return drawn[0], drawn[1]


def singly(starts: np.ndarray, ends: np.ndarray, parts: list[tuple[int, int]]) -> list[float]:
    """Return the scores of the spans that a plain search takes: the best, then each sentence's."""

    def part_of(token: int) -> int:
        return sum(first <= OFFSETS[token][0] for first, _ in parts)

    pairs = [
        (float(starts[a] + ends[b]), a, b)
        for a in range(len(OFFSETS))
        for b in range(a, min(len(OFFSETS), a + LONGEST))
        if part_of(a) == part_of(b)
    ]
    taken: list[tuple[float, int, int]] = []

    def take(some: list[tuple[float, int, int]]) -> None:
        free = [one for one in some if not any(one[1] <= b and a <= one[2] for _, a, b in taken)]
        if free:
            taken.append(max(free))

    for _ in range(MOST):
        take(pairs)
    for part in range(1, len(parts) + 1):
        take([one for one in pairs if part_of(one[1]) == part])
    return sorted((score for score, _, _ in taken), reverse=True)


@pytest.mark.parametrize("seed", range(5))
def test_the_best_spans_are_those_of_a_plain_search(seed: int) -> None:
    starts, ends = scores(seed)
    parts = sentences(TEXT)
    found = best_spans(starts, ends, OFFSETS, TEXT, 0.0, parts)
    assert [one.score for one in found] == pytest.approx(singly(starts, ends, parts), abs=1e-5)


@pytest.mark.parametrize("seed", range(5))
def test_every_sentence_has_a_span_and_none_crosses_its_end(seed: int) -> None:
    parts = sentences(TEXT)
    found = best_spans(*scores(seed), OFFSETS, TEXT, 0.0, parts)
    inside = [[one for one in found if a <= one.start and one.end <= b] for a, b in parts]
    assert all(inside)
    assert sum(map(len, inside)) == len(found)
    spans = sorted((one.start, one.end) for one in found)
    assert all(one[1] <= other[0] for one, other in zip(spans, spans[1:], strict=False))
