"""Passages ordered by whether they answer the question, not only by how much they resemble it.

A small network that reads question and passage together knows more of whether one answers the
other, and less of what the whole library is about, than the search that found them. So its order
never stands alone: both are put on one scale and added, and hits that the network tells nothing of
stay as they were found.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rag.types import AnswerScorer, Hit, Reranker

DEPTH = 48
"""Hits that are ordered anew; the rest follow as they were found."""
WEIGHT = 0.5
"""Weight of the network against the search, 0 to 1."""
_LEAST_STANDING, _LEAST_LOGITS = 0.1, 2.0
"""Least ranges that are drawn out to 0 to 1: smaller differences among hits are no opinion."""

Floats = NDArray[np.float64]


class PairScorer(Protocol):
    """Scores pairs of a question and a passage; higher is better, on any scale."""

    def score(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """Return a score for each pair, in their order."""
        ...


class AnswerReranker:
    """Orders hits by the reader's own belief that they answer, added to their place in the search.

    The reader asks the same scorer for the same passages afterwards, so that one pass of the
    network serves both where the scorer keeps what it has computed.

    Args:
        scorer: reads question and passage.
        weight: weight of the reader against the search, 0 to 1.
        depth: hits that are ordered anew.
    """

    def __init__(self, scorer: AnswerScorer, *, weight: float = WEIGHT, depth: int = DEPTH) -> None:
        self._scorer, self._weight, self._depth = scorer, weight, depth

    def rerank(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        """Return the same hits, best first."""
        texts = [hit.passage.text for hit in hits[: self._depth]]
        if len(texts) < 2:
            return list(hits)
        answers = [one.answers for one in self._scorer.score(question, texts)]
        return reordered(hits, answers, self._weight)


class CrossEncoderReranker:
    """Orders hits by a cross-encoder's score of question and passage, added to their place.

    Args:
        scorer: a cross-encoder; the passage is given to it with its context (title, heading).
        weight: weight of the cross-encoder against the search, 0 to 1.
        depth: hits that are ordered anew.
    """

    def __init__(self, scorer: PairScorer, *, weight: float = WEIGHT, depth: int = DEPTH) -> None:
        self._scorer, self._weight, self._depth = scorer, weight, depth

    def rerank(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        """Return the same hits, best first.

        Raises:
            ModelError: the cross-encoder cannot be loaded, or is none that gives an order.
        """
        pairs = [(question, _whole(hit)) for hit in hits[: self._depth]]
        if len(pairs) < 2:
            return list(hits)
        return reordered(hits, self._scorer.score(pairs).tolist(), self._weight)


def chosen_reranker(
    setting: str, scorer: AnswerScorer | None = None, *, threads: int = 0
) -> Reranker | None:
    """Return what a setting names: "reader" Vouch's network, "off" nothing, else a cross-encoder.

    Nothing is loaded before the first hits come. Without a network "reader" is nothing, too.

    >>> chosen_reranker("off") is None, chosen_reranker("reader") is None
    (True, True)
    """
    if setting.strip().lower() in ("", "off"):
        return None
    if setting.strip().lower() == "reader":
        return None if scorer is None else AnswerReranker(scorer)
    from rag.networks.cross_encoder import SentenceCrossEncoder

    return CrossEncoderReranker(SentenceCrossEncoder(setting, "reranker", threads=threads))


def reordered(hits: Sequence[Hit], scores: Sequence[float], weight: float) -> list[Hit]:
    """Return hits, best first, by the weighted sum of their standing and of other scores.

    ``scores`` are those of the first hits, on any scale; the hits after them keep their places.
    Both are drawn out to 0 to 1 over these hits, unless they hardly differ.
    """
    count = len(scores)
    standing = standings([hit.score for hit in hits[:count]])
    sums = (1 - weight) * standing + weight * spread(np.array(scores, float), _LEAST_LOGITS)
    order = np.argsort(-np.round(sums, 9), kind="stable")
    return [*(hits[at] for at in order), *hits[count:]]


def standings(scores: Sequence[float]) -> Floats:
    """Return how good hits are that stand in this order, 0 to 1: half by score, half by place.

    No hit counts as better than any before it, whatever its score: the order says more, as when
    hits of the time that a question names stand first.

    >>> standings([0.5, 0.4, 0.9, 0.1]).round(2).tolist()
    [1.0, 0.75, 0.62, 0.12]
    """
    least = np.minimum.accumulate(np.array(scores, dtype=np.float64))
    places = 1.0 - np.arange(len(scores)) / max(1, len(scores))
    return np.asarray((spread(least, _LEAST_STANDING) + places) / 2)


def spread(values: Floats, least: float) -> Floats:
    """Return values drawn out to 0 to 1, the best being 1; a smaller range than ``least`` is not.

    >>> spread(np.array([3.0, 1.0, 2.0]), 0.1).tolist(), spread(np.array([0.5, 0.4]), 1.0).tolist()
    ([1.0, 0.0, 0.5], [1.0, 0.9])
    """
    if not len(values):
        return values
    width = max(least, float(values.max() - values.min()))
    return np.asarray(1.0 - (values.max() - values) / width)


def _whole(hit: Hit) -> str:
    passage = hit.passage
    return f"{passage.context}\n{passage.text}" if passage.context else passage.text
