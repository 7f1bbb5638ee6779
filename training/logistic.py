"""Logistic regression with few weights. Pure functions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
RIDGE = 1.0
"""Weight of the penalty that keeps weights small: a prior of variance 1 on each."""


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
