"""Input that every metric refuses: a NaN must raise, never be averaged away."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Numbers = Sequence[float] | Sequence[bool] | NDArray[np.float64]
"""One number a row; booleans count as 1 and 0."""


def finite(values: Numbers, name: str) -> NDArray[np.float64]:
    """Return the values as an array, shape ``(rows,)``.

    Raises:
        ValueError: one of them is NaN or infinite.

    >>> finite([True, 0.5], "scores").tolist()
    [1.0, 0.5]
    >>> finite([0.5, float("nan")], "scores")
    Traceback (most recent call last):
    ValueError: scores[1] is nan: a metric needs finite numbers.
    """
    array = np.asarray(values, dtype=np.float64).reshape(-1)
    wrong = np.flatnonzero(~np.isfinite(array))
    if len(wrong):
        raise ValueError(f"{name}[{wrong[0]}] is {array[wrong[0]]}: a metric needs finite numbers.")
    return array


def paired(
    first: Numbers, second: Numbers, names: tuple[str, str]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return two arrays of the same length.

    Raises:
        ValueError: their lengths differ, or a number is NaN or infinite.

    >>> paired([1.0], [], ("scores", "labels"))
    Traceback (most recent call last):
    ValueError: 1 scores and 0 labels: there must be one of each a row.
    """
    one, two = finite(first, names[0]), finite(second, names[1])
    if len(one) != len(two):
        raise ValueError(
            f"{len(one)} {names[0]} and {len(two)} {names[1]}: there must be one of each a row."
        )
    return one, two


def share(part: float, whole: float) -> float:
    """Return ``part / whole``, and 0 where there is nothing to share.

    >>> share(1, 4), share(0, 0)
    (0.25, 0.0)
    """
    return float(part / whole) if whole else 0.0
