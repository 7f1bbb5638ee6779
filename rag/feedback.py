"""A second look at what a search found: its best passages say what else the question is about.

A question of four words leaves out most words of its answer, and the passages that were found first
hold them. So the question's vector is moved towards theirs (Rocchio 1971, "Relevance feedback in
information retrieval", with the best passages taken as relevant), and each passage's score towards
those of the passages that are most like it (Diaz 2005, "Regularizing ad hoc retrieval scores").
Only what was found is scored anew, so that it costs two small products and no second search.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rag.types import Vectors

LOOKED = 200  # passages that are scored anew
BEST = 5  # passages that the question is moved towards
ALIKE = 10  # passages that a score is moved towards
MOVED = 0.2  # how far a score is moved
WORDS_AGAIN = 0.5  # what words weigh now: the moved vector holds what they found already
COPY = 0.97  # cosine from which a passage says nothing new about another

Floats = NDArray[np.float64]


def second_look(question: Vectors, vectors: Vectors, words: Floats, share: float) -> Floats:
    """Return new scores, 0 to 1, of passages in the order in which they were found.

    Args:
        question: the question's unit vector, shape ``(dimensions,)``.
        vectors: the passages' unit vectors, best passage first, shape ``(n, dimensions)``; zeros
            where a passage has none yet.
        words: BM25 of each passage as a share of the question's best, shape ``(n,)``.
        share: weight of the cosine against BM25 in the search, 0 to 1.
    """
    known = np.flatnonzero(vectors.any(axis=1))
    meaning = share / (share + (1 - share) * WORDS_AGAIN)
    cosines = np.zeros(len(vectors))
    if len(known):
        cosines[known] = np.maximum(0.0, vectors[known] @ moved(question, vectors[known[:BEST]]))
        # One without a vector yet is taken as the others are on the whole.
        cosines += cosines[known].mean() * ~vectors.any(axis=1)
    return smoothed(meaning * cosines + (1 - meaning) * words, vectors)


def moved(question: Vectors, best: Vectors) -> Vectors:
    """Return the unit vector half-way from the question to the mean of the best passages.

    The mean is weighted by the reciprocal of the rank.
    """
    mean = (1 / np.arange(1, len(best) + 1)).astype(np.float32) @ best
    vector: Vectors = question + mean / (np.linalg.norm(mean) or 1.0)
    return vector / (np.linalg.norm(vector) or 1.0)


def smoothed(scores: Floats, vectors: Vectors) -> Floats:
    """Return scores moved towards the mean of those of the most similar passages.

    The mean is weighted by the squared cosine. Copies do not count, or a text that stands in the
    library ten times would lift itself.

    >>> pair = np.eye(3, dtype=np.float32)[[0, 0, 1]]
    >>> smoothed(np.array([1.0, 0.0, 0.5]), pair).tolist()
    [1.0, 0.0, 0.5]
    >>> near = np.array([[1, 0], [0.8, 0.6], [0, 1]], dtype=np.float32)
    >>> smoothed(np.array([1.0, 0.0, 1.0]), near).round(2).tolist()
    [0.8, 0.2, 0.8]
    """
    alike = np.maximum(0.0, vectors @ vectors.T)
    alike[alike > COPY] = 0.0
    if len(alike) > ALIKE:
        least = np.partition(alike, -ALIKE, axis=1)[:, -ALIKE, None]
        alike[alike < least] = 0.0
    weights = alike.astype(np.float64) ** 2
    total = weights.sum(axis=1)
    around = np.divide(weights @ scores, total, out=scores.copy(), where=total > 0)
    return np.asarray((1 - MOVED) * scores + MOVED * around)
