"""Detection and calibration: by arithmetic, and against scikit-learn on random labels."""

from __future__ import annotations

import numpy as np
import pytest

from eval.metrics import calibration, detection

SEEDS = range(20)


def labels(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    truth = draw.integers(0, 2, 40).astype(float)
    scores = np.round(draw.random(40), 1)  # rounded, so that many tie
    return truth, scores, (scores > 0.6).astype(float)


@pytest.mark.parametrize("seed", SEEDS)
def test_as_scikit_learn(seed: int) -> None:
    from sklearn import metrics

    truth, scores, found = labels(seed)
    assert detection.f1(truth, found) == pytest.approx(metrics.f1_score(truth, found))
    assert detection.precision(truth, found) == pytest.approx(metrics.precision_score(truth, found))
    assert detection.recall(truth, found) == pytest.approx(metrics.recall_score(truth, found))
    assert detection.accuracy(truth, found) == pytest.approx(metrics.accuracy_score(truth, found))
    assert detection.balanced_accuracy(truth, found) == pytest.approx(
        metrics.balanced_accuracy_score(truth, found)
    )
    assert detection.auc(truth, scores) == pytest.approx(metrics.roc_auc_score(truth, scores))
    assert calibration.brier(scores, truth) == pytest.approx(
        metrics.brier_score_loss(truth, scores)
    )


def test_the_positive_class_is_what_precision_and_recall_are_of() -> None:
    truth, found = [1, 1, 1, 0, 0], [1, 0, 0, 1, 0]
    assert detection.precision(truth, found) == 1 / (1 + 1)
    assert detection.recall(truth, found) == 1 / (1 + 2)
    assert detection.f1(truth, found) == 2 * 1 / (2 * 1 + 1 + 2)
    assert detection.accuracy(truth, found) == (1 + 1) / 5
    assert detection.balanced_accuracy(truth, found) == (1 / 3 + 1 / 2) / 2


def test_nothing_to_find_and_nothing_found() -> None:
    for measure in (detection.precision, detection.recall, detection.f1):
        assert measure([0, 0], [0, 0]) == 0
        assert measure([], []) == 0
    assert detection.balanced_accuracy([0, 0], [0, 1]) == 1 / 2
    assert np.isnan(detection.balanced_accuracy([], []))


def test_auc_needs_both_classes_and_halves_ties() -> None:
    assert np.isnan(detection.auc([1, 1], [0.2, 0.3]))
    assert np.isnan(detection.auc([], []))
    assert detection.auc([1, 0], [0.5, 0.5]) == 1 / 2
    assert detection.auc([1, 0, 0], [0.1, 0.2, 0.0]) == 1 / 2


@pytest.mark.parametrize(
    "measure",
    [detection.f1, detection.accuracy, detection.balanced_accuracy, detection.auc],
)
def test_nan_and_rows_that_do_not_match_are_refused(measure: object) -> None:
    assert callable(measure)
    with pytest.raises(ValueError, match="finite"):
        measure([1, 0], [float("nan"), 0])
    with pytest.raises(ValueError, match="one of each"):
        measure([1, 0], [1])


def test_spans_count_characters_over_all_texts() -> None:
    one = detection.span_overlap([(0, 10), (5, 15)], [(10, 30)])
    two = detection.span_overlap([(3, 8)], [])
    assert one == (15 - 10, 30 - 10, 15)
    assert two == (0, 0, 8 - 3)
    both = np.array([one, two], float)
    assert detection.span_precision(both) == 5 / (20 + 0)
    assert detection.span_recall(both) == 5 / (15 + 5)
    assert detection.span_f1(both) == 2 * 5 / (20 + 20)


def test_no_span_anywhere_is_zero() -> None:
    none = np.zeros((2, 3))
    assert detection.span_f1(none) == detection.span_precision(none) == 0
    assert detection.span_recall(none) == 0


def test_ece_weighs_each_bin_by_its_rows() -> None:
    sure, right = [0.95, 0.91, 0.25], [1, 0, 0]
    high, low = abs((1 + 0) / 2 - (0.95 + 0.91) / 2), abs(0 - 0.25)
    assert calibration.ece(sure, right) == pytest.approx(2 / 3 * high + 1 / 3 * low)


@pytest.mark.parametrize("tenth", range(1, 11))
def test_a_confidence_on_an_edge_belongs_to_the_bin_below(tenth: int) -> None:
    [found] = calibration.reliability([tenth / 10], [1])
    assert (found.low, found.high) == ((tenth - 1) / 10, tenth / 10)


def test_bins_are_of_equal_width_and_hold_zero() -> None:
    found = calibration.reliability([0.0, 0.05, 0.55, 1.0], [0, 1, 1, 1])
    assert [(one.low, one.high, one.n) for one in found] == [
        (0.0, 0.1, 2),
        (0.5, 0.6, 1),
        (0.9, 1.0, 1),
    ]
    assert (found[0].confidence, found[0].accuracy) == ((0.0 + 0.05) / 2, 1 / 2)


def test_ece_is_what_the_reliability_curve_shows() -> None:
    _, sure, _ = labels(3)
    right, _, _ = labels(4)
    bins = calibration.reliability(sure, right)
    gap = sum(one.n / len(sure) * abs(one.accuracy - one.confidence) for one in bins)
    assert calibration.ece(sure, right) == pytest.approx(gap)


def test_probabilities_go_from_zero_to_one() -> None:
    for measure in (calibration.ece, calibration.brier, calibration.reliability):
        with pytest.raises(ValueError, match="from 0 to 1"):
            measure([1.2], [1])
        with pytest.raises(ValueError, match="finite"):
            measure([float("nan")], [1])
    assert np.isnan(calibration.ece([], []))
    assert np.isnan(calibration.brier([], []))
    assert calibration.reliability([], []) == []


def test_brier_is_the_mean_squared_difference() -> None:
    assert calibration.brier([0.9, 0.4], [1, 0]) == pytest.approx((0.1**2 + 0.4**2) / 2)
