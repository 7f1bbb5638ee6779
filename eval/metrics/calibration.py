"""Whether a probability means what it says: of the answers given 0.8, are 80 % right?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from eval.metrics.numbers import Numbers, paired

BINS = 10


class Bin(NamedTuple):
    """Answers whose confidence lies over ``low`` and up to ``high``.

    ``confidence`` is their mean confidence, ``accuracy`` the share that is right.
    """

    low: float
    high: float
    n: int
    confidence: float
    accuracy: float


def _checked(
    confidence: Numbers, right: Numbers
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    sure, good = paired(confidence, right, ("confidences", "outcomes"))
    if len(sure) and not (sure.min() >= 0 and sure.max() <= 1):
        raise ValueError(f"Confidences from {sure.min()} to {sure.max()}: they go from 0 to 1.")
    return sure, good


def reliability(confidence: Numbers, right: Numbers, bins: int = BINS) -> list[Bin]:
    """Return the reliability curve: accuracy beside confidence, in bins of equal width.

    Bin m of M holds the confidences in ((m - 1) / M, m / M], the first 0 as well (Guo et al. 2017,
    arXiv:1706.04599, section 2). Bins that hold nothing are left out.

    Raises:
        ValueError: a NaN, a confidence outside 0 to 1, or lengths that differ.

    >>> reliability([0.95, 0.95, 0.1], [1, 0, 0])
    [Bin(low=0.0, high=0.1, n=1, confidence=0.1, accuracy=0.0), \
Bin(low=0.9, high=1.0, n=2, confidence=0.95, accuracy=0.5)]
    """
    sure, good = _checked(confidence, right)
    place = np.digitize(sure, np.arange(1, bins) / bins, right=True)
    found: list[Bin] = []
    for at in np.unique(place):
        inside = place == at
        means = float(sure[inside].mean()), float(good[inside].mean())
        found.append(Bin(float(at / bins), float((at + 1) / bins), int(inside.sum()), *means))
    return found


def ece(confidence: Numbers, right: Numbers, bins: int = BINS) -> float:
    """Return the expected calibration error, 10 bins of equal width. Lower is better.

    sum over bins of (n_bin / n) |accuracy - confidence| (Naeini et al. 2015; Guo et al. 2017,
    equation 3). NaN with no rows.

    Raises:
        ValueError: a NaN, a confidence outside 0 to 1, or lengths that differ.

    >>> round(ece([0.8, 0.8, 0.3], [1, 1, 0]), 3) == round((2 * 0.2 + 1 * 0.3) / 3, 3)
    True
    """
    sure, good = _checked(confidence, right)
    if not len(sure):
        return float("nan")
    place = np.digitize(sure, np.arange(1, bins) / bins, right=True)
    return float(np.abs(np.bincount(place, weights=sure - good)).sum() / len(sure))


def ece_equal_mass(confidence: Numbers, right: Numbers, bins: int = BINS) -> float:
    """Return the expected calibration error, 10 bins of equally many answers. Lower is better.

    Adaptive bins (Nguyen & O'Connor 2015, arXiv:1508.05154; "ECE with equal-mass bins" of Roelofs
    et al. 2022, arXiv:2012.08668), which are less at the mercy of where confidences crowd than
    bins of equal width. Answers in order of confidence are cut into parts whose sizes differ by
    one at most; those of one confidence stay in order of their rows. NaN with no rows.

    Raises:
        ValueError: a NaN, a confidence outside 0 to 1, or lengths that differ.

    >>> round(ece_equal_mass([0.9, 0.9, 0.2, 0.2], [1, 0, 0, 0], bins=2), 3)
    0.3
    """
    sure, good = _checked(confidence, right)
    if not len(sure):
        return float("nan")
    order = np.argsort(sure, kind="stable")
    gaps = [abs(float((sure[part] - good[part]).sum())) for part in np.array_split(order, bins)]
    return float(sum(gaps) / len(sure))


def brier(confidence: Numbers, right: Numbers) -> float:
    """Return the mean squared difference of confidence and outcome. Lower is better.

    mean of (p - y)^2 (Brier 1950, in the form for two outcomes). NaN with no rows.

    Raises:
        ValueError: a NaN, a confidence outside 0 to 1, or lengths that differ.

    >>> brier([0.5, 1.0], [1, 1])
    0.125
    """
    sure, good = _checked(confidence, right)
    return float(((sure - good) ** 2).mean()) if len(sure) else float("nan")
