"""Logistic regression, and how well probabilities are calibrated and order rows. Pure functions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
RIDGE = 1.0
"""Weight of the penalty that keeps weights small: a prior of variance 1 on each."""
_BINS = 10


def sigmoid(values: Floats) -> Floats:
    """Return the logistic function of values."""
    result: Floats = 1 / (1 + np.exp(-np.clip(values, -60, 60)))
    return result


def logistic(values: Floats, truth: Floats, weights: Floats, ridge: float = RIDGE) -> Floats:
    """Return bias and weights of a logistic regression with a ridge penalty, by Newton's method.

    The bias is not penalised.

    >>> found = logistic(np.array([[0.0], [0.0], [1.0], [1.0]]), np.array([0.0, 1.0, 1.0, 1.0]),
    ...                  np.ones(4))
    >>> bool(found[1] > 0)
    True
    """
    design = np.column_stack([np.ones(len(values)), values])
    penalty = np.full(design.shape[1], ridge)
    penalty[0] = 1e-6
    found = np.zeros(design.shape[1])
    for _ in range(50):
        guess = sigmoid(design @ found)
        slope = design.T @ (weights * (truth - guess)) - penalty * found
        bend = (design * (weights * guess * (1 - guess))[:, None]).T @ design + np.diag(penalty)
        step = np.linalg.solve(bend, slope)
        found = found + step
        if np.abs(step).max() < 1e-8:
            break
    return found


def ece(support: Floats, truth: Floats) -> float:
    """Return the gap between support and truth over 10 bins of equal width (Guo et al. 2017).

    >>> ece(np.array([0.75, 0.75]), np.array([1.0, 0.0]))
    0.25
    """
    place = np.minimum((support * _BINS).astype(int), _BINS - 1)
    gaps = [
        (place == n).mean() * abs(support[place == n].mean() - truth[place == n].mean())
        for n in range(_BINS)
        if (place == n).any()
    ]
    return round(float(sum(gaps)), 4)


def auc(support: Floats, truth: Floats) -> float:
    """Return the chance that a supported row has more support than another; ties count half.

    >>> auc(np.array([0.9, 0.2, 0.2]), np.array([1.0, 0.0, 1.0]))
    0.75
    """
    some, others = support[truth == 1], support[truth == 0]
    if not len(some) or not len(others):
        return float("nan")
    more = (some[:, None] > others[None, :]).mean()
    return round(float(more + (some[:, None] == others[None, :]).mean() / 2), 4)


def balanced_accuracy(support: Floats, truth: Floats) -> float:
    """Return the mean of the shares right among supported and unsupported rows, cut at a half."""
    right = (support >= 0.5) == (truth == 1)
    shares = [right[truth == side].mean() for side in (0, 1) if (truth == side).any()]
    return round(float(np.mean(shares)), 4)
