"""What a metric is: a column or more for every row, and one figure for all rows.

A mean over rows has one column; detection, ranking by confidence and calibration need several,
because their figure is not the mean of anything that a single row has.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.cases import Row
from eval.records import Record

Columns = NDArray[np.float64]
"""What a metric read off the rows, shape ``(rows, columns)``."""


def mean(columns: Columns) -> float:
    """Return the mean of the first column; NaN when there are no rows.

    >>> mean(np.array([[1.0], [0.0]]))
    0.5
    """
    return float(columns[:, 0].mean()) if len(columns) else float("nan")


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure about records.

    Args:
        name: how it is called everywhere, such as ``ndcg@10``.
        about: formula in a few words, with its source.
        applies: whether a row counts, told from the row alone, so that a row that failed counts
            like any other.
        columns: what an output gives, one number a column. None for an output that this metric
            cannot say anything of (a system that gives no citations): it is left out of ``n``.
        failed: what a row counts that failed; None leaves failed rows out (a latency has none).
        figure: from all columns to one figure.
        unit: empty for a rate from 0 to 1.
        higher: whether more is better.
        classes: whether the first column is a class (1 or 0), both of which the figure needs.
    """

    name: str
    about: str
    applies: Callable[[Row], bool]
    columns: Callable[[Record], Sequence[float] | None]
    failed: Callable[[Row], Sequence[float]] | None
    figure: Callable[[Columns], float] = mean
    unit: str = ""
    higher: bool = True
    classes: bool = False

    @property
    def is_mean(self) -> bool:
        """Whether the figure is the mean of one column, so that every row has a score."""
        return self.figure is mean
