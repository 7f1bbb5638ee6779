"""How well a ranking puts what is relevant first.

All are as trec_eval computes them, and so as BEIR and pytrec_eval do. A document is relevant when
its grade is over 0. A document that stands twice in a ranking counts where it stands first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np

from eval.metrics.numbers import Numbers, finite, share


def unique(ranking: Iterable[str]) -> list[str]:
    """Return a ranking in which everything stands once, at its best rank.

    >>> unique(["a", "b", "a"])
    ['a', 'b']
    """
    return list(dict.fromkeys(ranking))


def gains_of(ranking: Iterable[str], relevance: Mapping[str, float]) -> list[float]:
    """Return the grade of everything in a ranking, repeats left out; 0 for what nobody judged.

    >>> gains_of(["a", "x", "a", "b"], {"a": 2, "b": 1})
    [2.0, 0.0, 1.0]
    """
    return [float(relevance.get(one, 0.0)) for one in unique(ranking)]


def _at(k: int) -> int:
    if k < 1:
        raise ValueError(f"k is {k}: a cut-off is at least 1.")
    return k


def _dcg(gains: Numbers, k: int) -> float:
    top = np.maximum(finite(gains, "gains")[:k], 0.0)
    return float((top / np.log2(np.arange(2, len(top) + 2))).sum())


def ndcg_at(gains: Numbers, ideal: Numbers, k: int) -> float:
    """Return the discounted gain of the first k, as a share of the best that was possible.

    DCG@k = sum over rank i of gain_i / log2(1 + i), divided by that of the gains in falling order
    (Järvelin & Kekäläinen 2002, with the linear gain of trec_eval's ``ndcg_cut``). Grades under 0
    gain nothing. 0 where nothing is relevant.

    Args:
        gains: the grades of the ranking, best rank first.
        ideal: the grades of all judged documents, in any order.
        k: how many ranks count.

    Raises:
        ValueError: a grade is NaN, or k is under 1.

    >>> ndcg_at([0, 1], [1], 10) == float(1 / np.log2(3))
    True
    >>> ndcg_at([], [1], 10)
    0.0
    """
    best = np.sort(finite(ideal, "ideal"))[::-1]
    return share(_dcg(gains, _at(k)), _dcg(best, k))


def recall_at(ranking: Iterable[str], relevant: Collection[str], k: int) -> float:
    """Return the share of what is relevant that stands among the first k.

    trec_eval's ``recall``: |relevant in the first k| / |relevant|. 0 where nothing is relevant.

    Raises:
        ValueError: k is under 1.

    >>> recall_at(["a", "x", "b"], {"a", "b"}, 2)
    0.5
    """
    wanted = set(relevant)
    return share(len(wanted.intersection(unique(ranking)[: _at(k)])), len(wanted))


def reciprocal_rank(
    ranking: Iterable[str], relevant: Collection[str], k: int | None = None
) -> float:
    """Return 1 / the rank of the first relevant one; 0 when it is not among the first k.

    trec_eval's ``recip_rank``; its mean is MRR (Voorhees 1999), with a cut-off MRR@k.

    Raises:
        ValueError: k is under 1.

    >>> reciprocal_rank(["x", "a"], {"a"})
    0.5
    >>> reciprocal_rank(["x", "a"], {"a"}, k=1)
    0.0
    """
    found = unique(ranking)[: None if k is None else _at(k)]
    return next((1 / rank for rank, one in enumerate(found, 1) if one in relevant), 0.0)


def average_precision(ranking: Sequence[str], relevant: Collection[str]) -> float:
    """Return the mean, over what is relevant, of the precision at its rank; 0 for what is missing.

    trec_eval's ``map`` for one query: sum over relevant ranks i of (relevant in the first i) / i,
    divided by |relevant|. 0 where nothing is relevant.

    >>> average_precision(["a", "x", "b"], {"a", "b"}) == (1 / 1 + 2 / 3) / 2
    True
    """
    wanted = set(relevant)
    ranks = [rank for rank, one in enumerate(unique(ranking), 1) if one in wanted]
    return share(sum(nth / rank for nth, rank in enumerate(ranks, 1)), len(wanted))
