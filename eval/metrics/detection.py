"""How well something is detected that people have marked.

The positive class is what is to be detected. For verifiers it is the fault: the text is NOT
supported (RAGTruth, Niu et al. 2024, arXiv:2401.00396: the response is hallucinated).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from eval.metrics.numbers import Numbers, finite, paired, share

_NAMES = ("labels", "predictions")


class Overlap(NamedTuple):
    """Characters that were marked by people and by a system, and those of each."""

    both: int
    predicted: int
    gold: int


def _counts(truth: Numbers, predicted: Numbers) -> tuple[float, float, float, float]:
    gold, found = (array > 0.5 for array in paired(truth, predicted, _NAMES))
    hits, marked, there = float((gold & found).sum()), float(found.sum()), float(gold.sum())
    return hits, marked - hits, there - hits, len(gold) - marked - there + hits


def precision(truth: Numbers, predicted: Numbers) -> float:
    """Return the share of the positives found that are positive: TP / (TP + FP).

    0 where none was found.

    >>> precision([1, 0, 1], [1, 1, 0])
    0.5
    """
    hits, false, _, _ = _counts(truth, predicted)
    return share(hits, hits + false)


def recall(truth: Numbers, predicted: Numbers) -> float:
    """Return the share of the positives that were found: TP / (TP + FN).

    0 where there is none.

    >>> recall([1, 1, 1, 1], [1, 0, 0, 0])
    0.25
    """
    hits, _, missed, _ = _counts(truth, predicted)
    return share(hits, hits + missed)


def f1(truth: Numbers, predicted: Numbers) -> float:
    """Return the harmonic mean of precision and recall: 2 TP / (2 TP + FP + FN).

    van Rijsbergen 1979. 0 where there is no positive and none was found.

    >>> f1([1, 0, 1], [1, 1, 1]) == 2 * 2 / (2 * 2 + 1 + 0)
    True
    """
    hits, false, missed, _ = _counts(truth, predicted)
    return share(2 * hits, 2 * hits + false + missed)


def accuracy(truth: Numbers, predicted: Numbers) -> float:
    """Return the share of rows that were put into the right class.

    >>> accuracy([1, 0, 0, 0], [1, 1, 0, 0])
    0.75
    """
    hits, _, _, right = _counts(truth, predicted)
    return share(hits + right, len(truth))


def balanced_accuracy(truth: Numbers, predicted: Numbers) -> float:
    """Return the mean of the two classes' recalls, of those classes that there are.

    Brodersen et al. 2010; what LLM-AggreFact reports (Tang et al. 2024). NaN with no rows.

    >>> balanced_accuracy([1, 0, 0], [1, 1, 0]) == (1 / 1 + 1 / 2) / 2
    True
    """
    hits, false, missed, right = _counts(truth, predicted)
    classes = [(hits, hits + missed), (right, right + false)]
    recalls = [part / whole for part, whole in classes if whole]
    return sum(recalls) / len(recalls) if recalls else float("nan")


def auc(truth: Numbers, scores: Numbers) -> float:
    """Return the chance that a positive scores over a negative, ties counting half.

    The area under the ROC curve in its rank form (Mann & Whitney 1947; Hanley & McNeil 1982):
    (sum of the positives' ranks - P (P + 1) / 2) / (P N). NaN where a class is missing.

    >>> auc([1, 0, 1, 0], [0.9, 0.5, 0.5, 0.1]) == (1 + 1 + 0.5 + 1) / 4
    True
    """
    labels, values = paired(truth, scores, ("labels", "scores"))
    positive = labels > 0.5
    there = int(positive.sum())
    absent = len(labels) - there
    if not there or not absent:
        return float("nan")
    _, place, sizes = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(sizes) - (sizes - 1) / 2)[place]
    return float((ranks[positive].sum() - there * (there + 1) / 2) / (there * absent))


def _positions(spans: Iterable[tuple[int, int]]) -> set[int]:
    return {at for start, end in spans for at in range(start, end)}


def span_overlap(gold: Sequence[tuple[int, int]], predicted: Sequence[tuple[int, int]]) -> Overlap:
    """Return how many characters of a text both mark, and each; marked twice counts once.

    >>> span_overlap([(0, 4)], [(2, 6), (5, 8)])
    Overlap(both=2, predicted=6, gold=4)
    """
    wanted, found = _positions(gold), _positions(predicted)
    return Overlap(len(wanted & found), len(found), len(wanted))


def _sums(overlaps: Numbers) -> tuple[float, float, float]:
    both, predicted, gold = finite(overlaps, "overlaps").reshape(-1, 3).sum(axis=0)
    return float(both), float(predicted), float(gold)


def span_precision(overlaps: Numbers) -> float:
    """Return the share of the characters marked by a system that people marked, over all texts.

    Character level, summed over texts before dividing (RAGTruth, section 4.2). 0 where none was
    marked.

    Args:
        overlaps: an ``Overlap`` a text, shape ``(texts, 3)``.

    >>> span_precision(np.array([[2.0, 6, 4], [0, 2, 0]]))
    0.25
    """
    both, predicted, _ = _sums(overlaps)
    return share(both, predicted)


def span_recall(overlaps: Numbers) -> float:
    """Return the share of the characters marked by people that a system marked, over all texts.

    >>> span_recall(np.array([[2.0, 6, 4], [0, 2, 4]]))
    0.25
    """
    both, _, gold = _sums(overlaps)
    return share(both, gold)


def span_f1(overlaps: Numbers) -> float:
    """Return the harmonic mean of ``span_precision`` and ``span_recall``.

    >>> span_f1(np.array([[2.0, 6, 4]])) == 2 * 2 / (6 + 4)
    True
    """
    both, predicted, gold = _sums(overlaps)
    return share(2 * both, predicted + gold)
