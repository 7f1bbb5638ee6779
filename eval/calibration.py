"""Fits of a reader's belief to what came of it, and the beliefs from which answers are given.

Weights let suites of different sizes count alike. Pure functions of numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from eval.metrics.calibration import brier, ece, ece_equal_mass
from eval.metrics.numbers import Numbers, finite, paired
from rag.calibrated import Calibration

RISKS: Mapping[str, float] = {"low": 0.5, "normal": 0.35, "high": 0.2}
"""Largest share of wrong answers among those given that each ``caution`` stands for."""
LEAST_ANSWERS = 20
"""Answers over a threshold below which its risk is not known well enough to choose it."""
_STEPS, _RIDGE, _EDGE = 100, 1e-6, 1e-6

Array = NDArray[np.float64]


def _logits(probabilities: Array) -> Array:
    held = np.clip(probabilities, _EDGE, 1 - _EDGE)
    found: Array = np.log(held / (1 - held))
    return found


def platt(confidence: Numbers, right: Numbers, weights: Numbers | None = None) -> Calibration:
    """Return the map of log-odds that fits outcomes best, by Newton's method.

    Platt 1999; targets are smoothed as there, (N+ + 1) / (N+ + 2) and 1 / (N- + 2), so that a few
    answers that are all right do not become certainties. A fit that would turn the order round
    (a slope of 0 or less) keeps the slope at 0.01.

    Raises:
        ValueError: a NaN, or lengths that differ.

    >>> platt([0.9] * 10, [1, 0] * 5)(0.9) < 0.7
    True
    """
    sure, good = paired(confidence, right, ("confidences", "outcomes"))
    share = np.ones(len(sure)) if weights is None else finite(weights, "weights")
    if len(sure) < 2:
        return Calibration()
    positive, negative = float(good.sum()), float(len(good) - good.sum())
    target = np.where(good > 0, (positive + 1) / (positive + 2), 1 / (negative + 2))
    columns = np.stack([_logits(sure), np.ones(len(sure))], axis=1)

    def loss(at: Array) -> float:
        logits = columns @ at
        wrong: Array = np.logaddexp(0, logits) - target * logits
        return float((share * wrong).sum() + _RIDGE / 2 * (at @ at))

    fitted: Array = np.array([1.0, 0.0])
    for _ in range(_STEPS):
        said = 1 / (1 + np.exp(-np.clip(columns @ fitted, -30, 30)))
        slope = columns.T @ (share * (said - target)) + _RIDGE * fitted
        bend = (columns.T * (share * said * (1 - said))) @ columns + _RIDGE * np.eye(2)
        step = np.linalg.solve(bend, slope)
        while loss(fitted - step) > loss(fitted) and float(np.abs(step).max()) > 1e-9:
            step = step / 2
        fitted = fitted - step
        if float(np.abs(step).max()) < 1e-9:
            break
    return Calibration(max(0.01, float(fitted[0])), float(fitted[1]))


def isotonic(confidence: Numbers, right: Numbers) -> list[tuple[float, float]]:
    """Return the rising steps that fit outcomes best: (least confidence, share that is right).

    Pool adjacent violators (Ayer et al. 1955; for calibration Zadrozny & Elkan 2002).

    Raises:
        ValueError: a NaN, or lengths that differ.

    >>> isotonic([0.1, 0.2, 0.3, 0.4], [0, 1, 0, 1])
    [(0.1, 0.0), (0.2, 0.5), (0.4, 1.0)]
    """
    sure, good = paired(confidence, right, ("confidences", "outcomes"))
    order = np.argsort(sure, kind="stable")
    blocks: list[list[float]] = []  # least confidence, sum, count
    for at in order:
        if blocks and blocks[-1][3] == sure[at]:
            blocks[-1][1] += float(good[at])
            blocks[-1][2] += 1
        else:
            blocks.append([float(sure[at]), float(good[at]), 1.0, float(sure[at])])
        while len(blocks) > 1 and blocks[-2][1] * blocks[-1][2] >= blocks[-1][1] * blocks[-2][2]:
            _, total, n, last = blocks.pop()
            blocks[-1][1] += total
            blocks[-1][2] += n
            blocks[-1][3] = last
    return [(low, total / n) for low, total, n, _ in blocks]


def stepped(steps: Sequence[tuple[float, float]], confidence: Numbers) -> Array:
    """Return what the steps of ``isotonic`` make of confidences.

    >>> stepped([(0.1, 0.0), (0.2, 0.5)], [0.05, 0.15, 0.9]).tolist()
    [0.0, 0.0, 0.5]
    """
    sure = finite(confidence, "confidences")
    lows = np.array([low for low, _ in steps])
    at = np.clip(np.searchsorted(lows, sure, side="right") - 1, 0, len(steps) - 1)
    found: Array = np.array([value for _, value in steps])[at]
    return found


def threshold(
    confidence: Numbers,
    errors: Numbers,
    risk: float,
    weights: Numbers | None = None,
    least: int = LEAST_ANSWERS,
) -> float:
    """Return the least confidence from which at most a share ``risk`` of the answers is wrong.

    The lowest of the confidences at which the risk of the answers at or over it is small enough
    (selection with a target risk: Geifman & El-Yaniv 2017, without their bound); 1 where none is.

    Raises:
        ValueError: a NaN, or lengths that differ.

    >>> threshold([0.9, 0.8, 0.4, 0.2], [0, 0, 1, 1], 0.34, least=1)
    0.4
    """
    sure, wrong = paired(confidence, errors, ("confidences", "errors"))
    share = np.ones(len(sure)) if weights is None else finite(weights, "weights")
    order = np.argsort(-sure, kind="stable")
    risks = np.cumsum((share * wrong)[order]) / np.cumsum(share[order])
    sorted_ = sure[order]
    ends = np.append(np.diff(sorted_) != 0, True) if len(sure) else np.array([], dtype=bool)
    fits = [n for n in np.flatnonzero(ends) if risks[n] <= risk and n + 1 >= least]
    return float(sorted_[fits[-1]]) if fits else 1.0


def thresholds(
    confidence: Numbers, errors: Numbers, weights: Numbers | None = None
) -> dict[str, float]:
    """Return the threshold of every ``caution``, those of more caution never below the others'."""
    found: dict[str, float] = {}
    floor = 0.0
    for name, risk in RISKS.items():
        floor = max(floor, threshold(confidence, errors, risk, weights))
        found[name] = floor
    return found


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
    confidence: Numbers,
    right: Numbers,
    groups: Sequence[str],
    weights: Numbers | None = None,
    folds: int = 5,
) -> Array:
    """Return each row's calibrated confidence by a fit on the other rows.

    Rows of one group (a paragraph, a conversation) are held out together.
    """
    sure, good = paired(confidence, right, ("confidences", "outcomes"))
    share = np.ones(len(sure)) if weights is None else finite(weights, "weights")
    names = {name: n for n, name in enumerate(dict.fromkeys(groups))}
    fold = np.array([names[one] % folds for one in groups])
    found = sure.copy()
    for number in range(folds):
        inside = fold == number
        if inside.any() and (~inside).sum() > 1:
            fitted = platt(sure[~inside], good[~inside], share[~inside])
            found[inside] = [fitted(float(one)) for one in sure[inside]]
    return found
