"""Intervals, paired tests and Holm's correction: by hand, by simulation, and against scipy."""

import itertools
import math

import numpy as np
import pytest
from scipy import stats as scipy_stats

from eval.measure import mean
from eval.stats import holm, interval, paired


def column(*values):
    return np.array(values, float)[:, None]


def own(count):
    return [f"row {i}" for i in range(count)]


def plain_mean(columns):
    """The mean, by the road that any other figure takes."""
    return float(columns[:, 0].mean())


def recall(columns):
    """Found of those that are there: (there, found)."""
    there = columns[:, 0] == 1
    return float(columns[there, 1].mean()) if there.any() else math.nan


def f1(columns):
    right = (columns[:, 0] * columns[:, 1]).sum()
    return float(2 * right / (columns[:, 0].sum() + columns[:, 1].sum()))


# ---- intervals


def test_an_interval_of_two_groups_is_their_means():
    # Of the four equally likely draws one is (0, 0), two mix, one is (1, 1).
    assert interval(column(0, 1), own(2)) == (0.0, 1.0)
    # Half of the draws mix, so that half the level lies on the mixture of 3 rows and 1.
    low, high = interval(column(0, 0, 0, 1), ["a", "a", "a", "b"], level=0.4)
    assert (low, high) == (0.25, 0.25)


def test_no_rows_and_one_group_have_no_interval():
    assert all(map(math.isnan, interval(np.empty((0, 1)), [])))
    assert all(map(math.isnan, interval(column(0, 1, 1), ["same"] * 3)))
    assert all(map(math.isnan, interval(column(0, 1, 1), ["same"] * 3, plain_mean)))


def test_the_interval_agrees_with_scipy():
    values = np.random.default_rng(5).gamma(2.0, size=80)
    theirs = scipy_stats.bootstrap(
        (values,), np.mean, method="percentile", n_resamples=20_000, rng=1
    ).confidence_interval
    for figure in (mean, plain_mean):
        ours = interval(values[:, None], own(80), figure, resamples=20_000)
        assert ours == pytest.approx(tuple(theirs), abs=0.02)


def test_other_levels_and_figures_agree_with_scipy():
    values = np.random.default_rng(6).normal(size=101)
    theirs = scipy_stats.bootstrap(
        (values,), np.std, method="percentile", n_resamples=10_000, rng=1, confidence_level=0.8
    ).confidence_interval
    ours = interval(
        values[:, None], own(101), lambda c: float(np.std(c)), level=0.8, resamples=10_000
    )
    assert ours == pytest.approx(tuple(theirs), abs=0.01)


def test_the_interval_covers_the_truth_as_often_as_it_says():
    random = np.random.default_rng(7)
    names, covered = own(60), 0
    for trial in range(400):
        rows = (random.random((60, 1)) < 0.7).astype(float)
        low, high = interval(rows, names, resamples=500, seed=trial)
        covered += low <= 0.7 <= high
    assert 0.91 <= covered / 400 <= 0.98


def test_the_interval_covers_the_truth_where_rows_share_documents():
    random = np.random.default_rng(8)
    names = [f"document {i // 5}" for i in range(300)]
    covered = naive = 0
    for trial in range(300):
        rows = (random.normal(size=60).repeat(5) + random.normal(size=300))[:, None]
        low, high = interval(rows, names, resamples=500, seed=trial)
        covered += low <= 0 <= high
        low, high = interval(rows, own(300), resamples=500, seed=trial)
        naive += low <= 0 <= high
    assert 0.90 <= covered / 300 <= 0.98
    assert naive / 300 < 0.85


def test_sharing_widens_the_interval_by_what_is_shared():
    # Ten rows of a document that always agree are worth one: the width grows by the root of ten.
    values = np.random.default_rng(9).normal(size=100)
    rows = values.repeat(10)[:, None]
    names = [f"document {i // 10:03}" for i in range(1000)]
    low, high = interval(rows, names, resamples=20_000)
    naive_low, naive_high = interval(rows, own(1000), resamples=20_000)
    assert high - low == pytest.approx(2 * 1.96 * values.std() / math.sqrt(100), rel=0.03)
    assert (high - low) / (naive_high - naive_low) == pytest.approx(math.sqrt(10), rel=0.05)


def test_both_roads_to_a_mean_agree_with_groups_of_different_sizes():
    random = np.random.default_rng(10)
    names = [f"g{i}" for i in random.integers(0, 30, 200)]
    a, b = random.normal(size=(2, 200, 1))
    fast, slow = (interval(a, names, figure, resamples=500) for figure in (mean, plain_mean))
    assert fast == pytest.approx(slow, abs=1e-12)
    fast, slow = (paired(a, b, names, figure, resamples=500) for figure in (mean, plain_mean))
    assert fast.ci == pytest.approx(slow.ci, abs=1e-12)
    assert fast.p == pytest.approx(slow.p, abs=0.05)


def test_the_seed_decides_and_the_order_of_rows_does_not():
    rows = column(*(i % 7 for i in range(90)))
    names = [f"g{i // 4}" for i in range(90)]
    for figure in (mean, plain_mean):
        first = interval(rows, names, figure)
        assert first == interval(rows, names, figure)
        assert first == pytest.approx(interval(rows[::-1], names[::-1], figure), abs=1e-12)
        assert first != interval(rows, names, figure, seed=1)


def test_resamples_that_do_not_define_the_figure_are_left_out():
    rows = np.array([[1, 1], [0, 1], [0, 0], [0, 1]], float)
    # Three draws of four have no positive somewhere; whatever is left has a recall of 1.
    assert interval(rows, own(4), recall) == (1.0, 1.0)
    never = np.array([[0, 1], [0, 0]], float)
    assert all(map(math.isnan, interval(never, own(2), recall)))


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_number_that_is_none_is_named(bad):
    rows = np.array([[1, 1], [0, bad], [bad, 0]])
    with pytest.raises(ValueError, match=r"columns\[1, 1\] is (nan|inf) \(group 'y'\), and 1 more"):
        interval(rows, ["x", "y", "z"])
    with pytest.raises(ValueError, match=r"columns\[1, 1\]"):
        paired(np.ones((3, 2)), rows, ["x", "y", "z"])


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="2 groups were given for columns of the shape"):
        interval(column(1, 2, 3), ["x", "y"])
    with pytest.raises(ValueError, match="must match"):
        paired(np.ones((2, 1)), np.ones((2, 2)), own(2))
    with pytest.raises(ValueError, match=r"level must be between 0 and 1, not 95"):
        interval(column(1, 2), own(2), level=95)


# ---- paired differences


def test_the_permutations_of_three_rows_by_hand():
    # b - a is 1, 2, 3: the sums of +-1 +-2 +-3 are 6 4 2 0 0 -2 -4 -6.
    a, b = column(0, 0, 0), column(1, 2, 3)
    found = paired(a, b, own(3))
    assert (found.value, found.p, found.permutations, found.exact) == (2.0, 2 / 8, 4, True)
    # b - a is 1, 2, -3: no sum is nearer to zero than the one that was seen.
    assert paired(a, column(1, 2, -3), own(3)).p == 1.0
    # b - a is 3, 2, -1 = 4: 6, 4, 4 ... of 6 4 2 0 0 -2 -4 -6 four are as far from zero.
    assert paired(a, column(3, 2, -1), own(3)).p == 4 / 8
    assert paired(column(3, 2, -1), a, own(3)).value == pytest.approx(-4 / 3)


def test_groups_are_swapped_whole():
    # By document: +2, +3 of two rows each. Both signs alike: 2 of 4.
    a, b = column(0, 0, 0, 0), column(1, 1, 1, 2)
    assert paired(a, b, ["x", "x", "y", "y"]).p == 2 / 4
    assert paired(a, b, own(4)).p == 2 / 16


def test_groups_in_which_the_runs_agree_do_not_count():
    agree = [1.0] * 500
    a, b = column(*agree, 0, 0, 0, 0, 0), column(*agree, 1, 1, 1, 1, 1)
    found = paired(a, b, own(505))
    assert (found.p, found.exact) == (2 / 32, True)
    same = paired(a, a, own(505))
    assert (same.value, same.p, same.ci) == (0.0, 1.0, (0.0, 0.0))


def test_other_figures_are_permuted_one_by_one():
    random = np.random.default_rng(11)
    gold = random.integers(0, 2, 8)
    gold[0] = 1
    a = np.column_stack([gold, random.integers(0, 2, 8)]).astype(float)
    b = np.column_stack([gold, gold]).astype(float)
    b[0, 1] = 0
    observed, hits = f1(b) - f1(a), 0
    for swaps in itertools.product([False, True], repeat=8):
        mask = np.array(swaps)[:, None]
        swapped = f1(np.where(mask, a, b)) - f1(np.where(mask, b, a))
        hits += abs(swapped) >= abs(observed) - 1e-12
    found = paired(a, b, own(8), f1)
    assert found.exact
    assert found.value == pytest.approx(observed)
    assert found.p == pytest.approx(hits / 256)
    assert 0 < found.p < 1


def test_exact_p_agrees_with_scipy():
    random = np.random.default_rng(12)
    for _ in range(5):
        a, b = random.normal(size=10), random.normal(0.4, size=10)
        theirs = scipy_stats.permutation_test(
            (b, a), lambda x, y: np.mean(x - y), permutation_type="samples", n_resamples=np.inf
        ).pvalue
        for figure in (mean, plain_mean):
            assert paired(a[:, None], b[:, None], own(10), figure).p == pytest.approx(theirs)


def test_random_p_agrees_with_scipy_and_is_never_zero():
    random = np.random.default_rng(13)
    a = random.normal(size=60)
    b = a + random.normal(0.15, 0.7, size=60)
    theirs = scipy_stats.permutation_test(
        (b, a),
        lambda x, y, axis: np.mean(x - y, axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=20_000,
        rng=1,
    ).pvalue
    found = paired(a[:, None], b[:, None], own(60))
    assert (found.exact, found.permutations) == (False, 9_999)
    assert found.p == pytest.approx(theirs, abs=0.015)
    assert paired(a[:, None], b[:, None], own(60), plain_mean).p == pytest.approx(theirs, abs=0.03)
    assert paired(a[:, None], a[:, None] + 1, own(60)).p == 1 / 10_000


def test_the_interval_of_a_difference_is_that_of_the_rows_differences():
    random = np.random.default_rng(14)
    names = [f"g{i // 3}" for i in range(90)]
    a, b = random.normal(size=(90, 1)), random.normal(size=(90, 1))
    found = paired(a, b, names)
    assert found.ci == interval(b - a, names)
    assert found.resamples == 2_000
    slow = paired(a, b, names, plain_mean)
    assert slow.ci == pytest.approx(found.ci, abs=0.05)
    assert slow.resamples == 1_000


def test_pairing_sees_what_two_intervals_hide():
    random = np.random.default_rng(15)
    a = random.normal(size=(100, 1))
    b = a + 0.1 + random.normal(scale=0.1, size=(100, 1))
    assert interval(a, own(100))[1] > interval(b, own(100))[0]
    found = paired(a, b, own(100))
    assert found.ci[0] > 0
    assert found.p < 0.001


def test_p_is_small_as_often_as_it_says_where_there_is_no_difference():
    random = np.random.default_rng(16)
    small = 0
    for trial in range(400):
        a, b = (random.random((2, 40, 1)) < 0.5).astype(float)
        small += paired(a, b, own(40), permutations=499, resamples=2, seed=trial).p <= 0.05
    assert small / 400 <= 0.08


def test_what_is_not_defined_has_no_difference():
    nothing = paired(np.empty((0, 1)), np.empty((0, 1)), [])
    assert math.isnan(nothing.value)
    assert math.isnan(nothing.p)
    rows = np.array([[0, 1], [0, 0]], float)
    assert math.isnan(paired(rows, rows, own(2), recall).value)
    alone = paired(column(0, 0), column(1, 1), ["same", "same"])
    assert (alone.value, alone.p, alone.resamples) == (1.0, 1.0, 0)
    assert all(map(math.isnan, alone.ci))


def test_the_interval_counts_the_resamples_that_it_rests_on():
    a = np.array([[1, 0], [0, 1], [0, 1], [0, 1]], float)
    b = np.array([[1, 1], [0, 1], [0, 1], [0, 1]], float)
    found = paired(a, b, own(4), recall)
    # One row of four is positive; (3 / 4) ** 4 of the draws miss it.
    assert found.resamples / 1_000 == pytest.approx(1 - (3 / 4) ** 4, abs=0.05)
    assert found.ci == (1.0, 1.0)


# ---- Holm


def test_holm_by_hand():
    # Sorted .005 .01 .03 .04, times 4 3 2 1: .02 .03 .06 .04, and the last must not fall below.
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.6, 0.7]) == [1.0, 1.0]
    assert holm([0.2]) == [0.2]
    assert holm([]) == []


def test_holm_leaves_out_what_has_no_p():
    adjusted = holm([math.nan, 0.01, 0.02])
    assert math.isnan(adjusted[0])
    assert adjusted[1:] == [0.02, 0.02]
