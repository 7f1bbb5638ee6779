"""Fits of what a reading is judged by to what came of it, and how well they hold.

Weights let suites of different sizes count alike. Pure functions of numbers.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from eval.metrics.calibration import brier, ece, ece_equal_mass
from eval.metrics.numbers import Numbers, paired

_STEPS, _RIDGE, _EDGE = 60, 3.0, 1e-6

Array = NDArray[np.float64]


def logistic(columns: Array, right: Numbers, weights: Numbers) -> tuple[Array, float]:
    """Return the weights and the bias of the logistic model that fits outcomes best.

    By Newton's method, with a ridge of ``_RIDGE`` rows on the weights of standardised columns: few
    rows of a small suite do not make a trait certain.

    Args:
        columns: the traits of each row, shape ``(rows, traits)``.
        right: 1 where the answer was right, else 0.
        weights: how much each row counts.

    Raises:
        ValueError: a NaN, or lengths that differ.

    >>> found, bias = logistic(np.array([[1.0], [-1.0]] * 50), [1, 0] * 50, [1.0] * 100)
    >>> bool(found[0] > 1), abs(bias) < 1e-6
    (True, True)
    """
    good, share = paired(right, weights, ("outcomes", "weights"))
    middle, spread = columns.mean(axis=0), columns.std(axis=0)
    spread = np.where(spread > _EDGE, spread, 1.0)
    known = np.hstack([(columns - middle) / spread, np.ones((len(columns), 1))])
    ridge = np.diag([_RIDGE] * columns.shape[1] + [_EDGE])
    fitted: Array = np.zeros(known.shape[1])
    for _ in range(_STEPS):
        said = 1 / (1 + np.exp(-np.clip(known @ fitted, -30, 30)))
        slope = known.T @ (share * (said - good)) + ridge @ fitted
        bend = (known.T * (share * said * (1 - said))) @ known + ridge
        step = np.linalg.solve(bend, slope)
        fitted = fitted - step
        if float(np.abs(step).max()) < 1e-9:
            break
    weights_: Array = fitted[:-1] / spread
    return weights_, float(fitted[-1] - weights_ @ middle)


def balanced(groups: Sequence[str]) -> Array:
    """Return a weight for each row so that every group counts alike; their mean is 1.

    >>> balanced(["a", "a", "a", "b"]).round(3).tolist()
    [0.667, 0.667, 0.667, 2.0]
    """
    names, at, sizes = np.unique(np.array(groups), return_inverse=True, return_counts=True)
    found: Array = len(groups) / (len(names) * sizes[at])
    return found


def figures(confidence: Numbers, right: Numbers) -> dict[str, float]:
    """Return how far confidences mean what they say: ECE in both kinds of bins, and Brier's."""
    return {
        "ece": ece(confidence, right),
        "ece_equal_mass": ece_equal_mass(confidence, right),
        "brier": brier(confidence, right),
    }


def held_out(
    columns: Array, right: Numbers, groups: Sequence[str], weights: Numbers, folds: int = 10
) -> Array:
    """Return each row's probability by a fit on the other rows.

    Rows of one group (a paragraph, a conversation) are held out together.
    """
    good, share = paired(right, weights, ("outcomes", "weights"))
    names = {name: n for n, name in enumerate(dict.fromkeys(groups))}
    fold = np.array([names[one] % folds for one in groups])
    found: Array = np.full(len(good), float(good.mean()))
    for number in range(folds):
        inside = fold == number
        if inside.any() and (~inside).sum() > 1:
            fitted, bias = logistic(columns[~inside], good[~inside], share[~inside])
            logits = np.clip(columns[inside] @ fitted + bias, -30, 30)
            found[inside] = 1 / (1 + np.exp(-logits))
    return found
