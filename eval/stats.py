"""How sure a figure is: bootstrap intervals, paired differences, and Holm's correction.

Rows that share a document or a conversation are not independent of each other. All resampling here
is of whole groups, drawn with replacement (the cluster bootstrap of Davison & Hinkley 1997, section
3.8, and Field & Welsh 2007) or swapped together (permutation); with one row a group both are the
ordinary methods. Everything is determined by the rows and the seed, whatever order rows stand in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.measure import Columns, mean

Figure = Callable[[Columns], float]
"""From the columns of all rows to one figure; NaN where it is not defined (no positives)."""

Floats = NDArray[np.float64]

SEED = 0
MEAN_RESAMPLES, FIGURE_RESAMPLES = 2_000, 1_000
MEAN_PERMUTATIONS, FIGURE_PERMUTATIONS = 9_999, 999
EXACT_GROUPS = 12
"""Up to so many groups that differ, every swap is tried rather than a sample of them."""

UNKNOWN = (float("nan"), float("nan"))
_CELLS = 2_000_000  # numbers in memory at a time, for runs with a hundred thousand rows


@dataclass(frozen=True, slots=True)
class Difference:
    """How much higher the second of two runs is, on the same rows.

    ``value`` is b - a. ``ci`` is NaN twice where there are fewer than two groups. ``p`` is
    two-sided; NaN where the figure is not defined. ``resamples`` is how many the interval rests on,
    ``permutations`` how many swaps the test rests on; ``exact`` says that those are all there are.
    """

    value: float
    ci: tuple[float, float]
    p: float
    resamples: int
    permutations: int
    exact: bool


@dataclass(frozen=True, slots=True)
class _Groups:
    """Rows in the order of their groups: group g is ``order[starts[g] : starts[g] + sizes[g]]``."""

    codes: NDArray[np.intp]
    order: NDArray[np.intp]
    starts: NDArray[np.intp]
    sizes: NDArray[np.intp]

    @classmethod
    def of(cls, names: Sequence[str]) -> _Groups:
        _, codes, sizes = np.unique(np.asarray(names, str), return_inverse=True, return_counts=True)
        starts = np.cumsum(sizes) - sizes
        return cls(codes, np.argsort(codes, kind="stable"), starts, sizes)

    def __len__(self) -> int:
        return len(self.sizes)

    def rows(self, draw: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return the rows of the groups drawn, those of a group drawn twice twice."""
        sizes = self.sizes[draw]
        ends = np.cumsum(sizes)
        within = np.arange(ends[-1]) - np.repeat(ends - sizes, sizes)
        rows: NDArray[np.intp] = self.order[np.repeat(self.starts[draw], sizes) + within]
        return rows

    def sums(self, values: Floats) -> Floats:
        """Return the sum of the rows' values by group."""
        return np.bincount(self.codes, values, len(self)).astype(np.float64)


def interval(
    columns: Columns,
    groups: Sequence[str],
    figure: Figure = mean,
    *,
    level: float = 0.95,
    resamples: int | None = None,
    seed: int = SEED,
) -> tuple[float, float]:
    """Return the percentile bootstrap interval of a figure.

    One number a column and row; ``groups`` names for every row what it shares with others. A mean
    is resampled 2,000 times, all at once, any other figure 1,000 times.

    With no rows, or one group, nothing is known of how the figure varies: the interval is NaN twice
    (``null`` in JSON). Resamples on which the figure is not defined (NaN: without positives there
    is no recall) are left out, so the interval is of samples that define it. Where all rows are
    equal the interval has no width: so few rows, or so easy ones, show no variation to resample.

    Raises:
        ValueError: a number that is NaN or infinite, or not one group a row.

    >>> interval(np.array([[0.0], [1.0], [1.0], [1.0]]), ["a", "b", "c", "d"])
    (0.25, 1.0)
    >>> interval(np.array([[0.0], [1.0]]), ["a", "a"])
    (nan, nan)
    """
    columns = _checked(columns, groups, level)
    members = _Groups.of(groups)
    if len(members) < 2:
        return UNKNOWN
    if figure is mean:
        drawn = _means(members, columns[:, 0], resamples or MEAN_RESAMPLES, seed)
    else:
        draws = _draws(members, resamples or FIGURE_RESAMPLES, seed)
        drawn = np.array([figure(columns[rows]) for rows in draws])
    return _percentiles(drawn, level)


def paired(
    a: Columns,
    b: Columns,
    groups: Sequence[str],
    figure: Figure = mean,
    *,
    level: float = 0.95,
    resamples: int | None = None,
    permutations: int | None = None,
    seed: int = SEED,
) -> Difference:
    """Return the difference of a figure between two runs on the same rows, and how sure it is.

    The interval is the percentile bootstrap of the difference; each group drawn brings its rows of
    both runs. The test asks how often a difference as far from zero comes about when, group by
    group, chance decides which run's rows are called a and which b. Groups in which the runs agree
    cannot change it; up to 12 others are swapped in every combination, and p is exact. More are
    swapped at random, and p is (1 + hits) / (1 + permutations), which is never zero (Phipson &
    Smyth 2010). What is not defined is left out, as in ``interval``.

    Raises:
        ValueError: a number that is NaN or infinite, or rows that do not match.

    >>> paired(np.array([[0.0], [0.0], [1.0]]), np.ones((3, 1)), ["x", "y", "z"]).p
    0.5
    """
    a, b = _checked(a, groups, level), _checked(b, groups, level)
    if a.shape != b.shape:
        raise ValueError(f"a has the shape {a.shape} and b {b.shape}: they must match.")
    members = _Groups.of(groups)
    value = figure(b) - figure(a) if len(a) else float("nan")
    if not np.isfinite(value):
        return Difference(float("nan"), UNKNOWN, float("nan"), 0, 0, False)
    drawn: Floats = np.empty(0)
    if len(members) > 1 and figure is mean:
        drawn = _means(members, b[:, 0] - a[:, 0], resamples or MEAN_RESAMPLES, seed)
    elif len(members) > 1:
        draws = _draws(members, resamples or FIGURE_RESAMPLES, seed)
        drawn = np.array([figure(b[rows]) - figure(a[rows]) for rows in draws])
    p, swaps, exact = _permuted(a, b, members, figure, permutations, seed)
    kept = int(np.isfinite(drawn).sum())
    return Difference(float(value), _percentiles(drawn, level), p, kept, swaps, exact)


def holm(ps: Sequence[float]) -> list[float]:
    """Return p values adjusted for being one of several, in the order given (Holm 1979).

    The smallest is multiplied by their number, the next by one less, and so on; none ends below a
    smaller one, or above 1. NaN stays NaN and does not count.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    adjusted = [float("nan")] * len(ps)
    ranked = sorted((p, i) for i, p in enumerate(ps) if p == p)
    highest = 0.0
    for rank, (p, i) in enumerate(ranked):
        highest = max(highest, min(1.0, p * (len(ranked) - rank)))
        adjusted[i] = highest
    return adjusted


def _checked(columns: Columns, groups: Sequence[str], level: float) -> Columns:
    columns = np.asarray(columns, np.float64)
    if not 0 < level < 1:
        raise ValueError(f"level must be between 0 and 1, not {level}.")
    if columns.ndim != 2 or len(columns) != len(groups):
        raise ValueError(
            f"{len(groups)} groups were given for columns of the shape {columns.shape}: "
            "there must be one for each row."
        )
    wrong = np.argwhere(~np.isfinite(columns))
    if len(wrong):
        row, column = wrong[0]
        more = f", and {len(wrong) - 1} more" if len(wrong) > 1 else ""
        raise ValueError(
            f"columns[{row}, {column}] is {columns[row, column]} (group {groups[row]!r}){more}: "
            "a figure of it would say nothing."
        )
    return columns


def _means(groups: _Groups, values: Floats, resamples: int, seed: int) -> Floats:
    """Return the means of resamples: how often each group was drawn, times its sum and size."""
    random = np.random.default_rng(seed)
    count = len(groups)
    sums_and_sizes = np.column_stack([groups.sums(values), groups.sizes])
    means: list[Floats] = []
    for some in _batches(resamples, count):
        drawn = random.integers(0, count, (some, count)) + np.arange(some)[:, None] * count
        times = np.bincount(drawn.ravel(), minlength=some * count).reshape(some, count)
        totals = times @ sums_and_sizes
        means.append(totals[:, 0] / totals[:, 1])
    return np.concatenate(means)


def _draws(groups: _Groups, resamples: int, seed: int) -> Iterator[NDArray[np.intp]]:
    random = np.random.default_rng(seed)
    for _ in range(resamples):
        yield groups.rows(random.integers(0, len(groups), len(groups)))


def _percentiles(drawn: Floats, level: float) -> tuple[float, float]:
    drawn = drawn[np.isfinite(drawn)]
    if not len(drawn):
        return UNKNOWN
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _permuted(
    a: Columns, b: Columns, groups: _Groups, figure: Figure, permutations: int | None, seed: int
) -> tuple[float, int, bool]:
    """Return p, on how many swaps it rests, and whether those are all there are."""
    differing = np.unique(groups.codes[(a != b).any(axis=1)])
    if not len(differing):
        return 1.0, 1, True
    exact = len(differing) <= EXACT_GROUPS
    chosen = permutations or (MEAN_PERMUTATIONS if figure is mean else FIGURE_PERMUTATIONS)
    patterns = _every_swap(len(differing)) if exact else _some_swaps(len(differing), chosen, seed)
    if figure is mean:
        sums = groups.sums(b[:, 0] - a[:, 0])[differing]
        observed, scale = sums.sum() + 0.0, np.abs(sums).sum()
        parts = [sums.sum() - 2 * (swapped @ sums) for swapped in patterns]
    else:
        figures = figure(a), figure(b)
        observed, scale = figures[1] - figures[0], max(map(abs, figures))
        place = np.full(len(groups), -1)
        place[differing] = np.arange(len(differing))
        parts = [_swapped(a, b, place[groups.codes], swapped, figure) for swapped in patterns]
    found = np.concatenate(parts)
    found = found[np.isfinite(found)]
    # Sums in another order differ in their last digits, and a tie must count as one.
    hits = int((np.abs(found) >= abs(observed) - 1e-9 * scale).sum())
    return (hits / len(found) if exact else (1 + hits) / (1 + len(found))), len(found), exact


def _swapped(
    a: Columns, b: Columns, place: NDArray[np.intp], patterns: NDArray[np.bool_], figure: Figure
) -> Floats:
    """Return the difference under each pattern; ``place`` is a row's group in it, or -1."""
    found = np.empty(len(patterns))
    for i, pattern in enumerate(patterns):
        swap = np.append(pattern, False)[place][:, None]
        found[i] = figure(np.where(swap, a, b)) - figure(np.where(swap, b, a))
    return found


def _every_swap(groups: int) -> Iterator[NDArray[np.bool_]]:
    """Yield all patterns that leave the first group alone: the others mirror them, sign by sign."""
    numbers = np.arange(2 ** (groups - 1))[:, None]
    rest = (numbers >> np.arange(groups - 1)) & 1
    yield np.column_stack([np.zeros(len(rest)), rest]).astype(bool)


def _some_swaps(groups: int, permutations: int, seed: int) -> Iterator[NDArray[np.bool_]]:
    random = np.random.default_rng(seed)
    for some in _batches(permutations, groups):
        yield random.integers(0, 2, (some, groups), dtype=np.int8).astype(bool)


def _batches(total: int, width: int) -> Iterator[int]:
    """Yield how many rows of a width to make at a time, until there are as many as wanted.

    >>> list(_batches(5, 1_000_000))
    [2, 2, 1]
    """
    step = max(1, _CELLS // width)
    for start in range(0, total, step):
        yield min(step, total - start)
