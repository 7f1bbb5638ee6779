"""Fits of beliefs to outcomes, and the thresholds that are chosen from them."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from eval import calibration as fits
from eval.calibrate import AlwaysAnswering, Point, calibrated_figures, main, page, was_right
from eval.cases import Case, Expect, GoldSpan
from eval.metrics.answered import Answered
from eval.metrics.calibration import ece, ece_equal_mass
from rag.calibrated import Calibration
from rag.types import Reading


def test_equal_mass_bins_hold_equally_many():
    sure = [0.1, 0.2, 0.3, 0.9]
    right = [0, 1, 1, 1]
    # Two bins: |0.3 - 1| and |1.2 - 2|, over four rows.
    assert ece_equal_mass(sure, right, bins=2) == pytest.approx((0.7 + 0.8) / 4)
    # Equal widths put three into the lower one: |0.6 - 2| and |0.9 - 1|.
    assert ece(sure, right, bins=2) == pytest.approx((1.4 + 0.1) / 4)
    assert math.isnan(ece_equal_mass([], []))
    with pytest.raises(ValueError, match="0 to 1"):
        ece_equal_mass([1.2], [1])


def _drawn(slope, bias, n=4000, seed=3):
    made = np.random.default_rng(seed)
    sure = made.uniform(0.02, 0.98, n)
    truth = 1 / (1 + np.exp(-(slope * np.log(sure / (1 - sure)) + bias)))
    return sure, (made.random(n) < truth).astype(float)


def test_platt_finds_the_map_that_made_the_outcomes():
    sure, right = _drawn(1.7, -0.8)
    found = fits.platt(sure, right)
    assert found.slope == pytest.approx(1.7, abs=0.15)
    assert found.bias == pytest.approx(-0.8, abs=0.15)
    after = [found(float(one)) for one in sure]
    assert ece_equal_mass(after, right) < 0.03 < ece_equal_mass(sure, right)


def test_platt_smooths_outcomes_that_are_all_alike_and_never_turns_the_order():
    assert fits.platt([0.6, 0.7, 0.8], [1, 1, 1])(0.7) < 0.99
    turned = fits.platt([0.1, 0.2, 0.8, 0.9] * 20, [1, 1, 0, 0] * 20)
    assert turned(0.2) < turned(0.9)


def test_weights_let_a_small_suite_count_like_a_large_one():
    weights = fits.balanced(["a"] * 9 + ["b"])
    assert weights.sum() == pytest.approx(10)
    assert weights[-1] == pytest.approx(weights[:9].sum())
    sure, right = [0.5] * 10, [1.0] * 9 + [0.0]
    assert fits.platt(sure, right, weights)(0.5) < fits.platt(sure, right)(0.5)


def test_isotonic_pools_what_falls_and_ties():
    steps = fits.isotonic([0.3, 0.1, 0.2, 0.2, 0.4], [0, 0, 1, 1, 1])
    assert steps == [(0.1, 0.0), (0.2, pytest.approx(2 / 3)), (0.4, 1.0)]
    assert fits.stepped(steps, [0.0, 0.25, 1.0]).tolist() == pytest.approx([0, 2 / 3, 1])


def test_the_threshold_is_the_least_at_which_the_risk_is_small_enough():
    sure, errors = [0.9, 0.8, 0.7, 0.6, 0.5], [0, 1, 0, 0, 1]
    # Risks from the surest: 0, 1/2, 1/3, 1/4, 2/5.
    assert fits.threshold(sure, errors, 0.25, least=1) == 0.6
    assert fits.threshold(sure, errors, 0.4, least=1) == 0.5
    assert fits.threshold(sure, errors, 0.1, least=1) == 0.9
    assert fits.threshold(sure, errors, 0.1, least=2) == 1.0
    assert fits.threshold([0.5, 0.5], [0, 1], 0.4, least=1) == 1.0


def test_more_caution_never_answers_more():
    sure, right = _drawn(1.0, 0.0, 500)
    found = fits.thresholds(sure, 1 - right)
    assert list(found) == ["low", "normal", "high"]
    assert found["low"] <= found["normal"] <= found["high"]


def test_a_row_is_held_out_with_its_group():
    # All rows of one group are right, and its own outcome would make it surer.
    sure = [0.5] * 40
    groups = [f"g{n // 8}" for n in range(40)]
    right = [1.0] * 8 + [0.0] * 32
    found = fits.held_out(sure, right, groups)
    assert found[0] < 0.1 < found[-1]


def test_a_calibration_is_written_and_read_back():
    one = Calibration(1.25, -0.5, {"normal": 0.3})
    assert Calibration.from_json(json.loads(json.dumps(one.to_json()))) == one
    assert Calibration.from_json(None)(0.3) == pytest.approx(0.3)
    for wrong in ({"kind": "platt", "slope": 1}, {"kind": "x"}, {**one.to_json(), "slope": -1.0}):
        with pytest.raises(ValueError, match="no calibration"):
            Calibration.from_json(wrong)


def test_what_counts_as_right():
    answer = Answered({"text": "It fell to Ann.", "answers": [], "citations": [
        {"n": 1, "document_id": "d", "external_id": "s", "start": 0, "end": 9}]})  # fmt: skip
    assert was_right(Case("1", "?", expect=Expect(answers=("Ann",)), answerable=True), answer)
    assert (
        was_right(Case("1", "?", expect=Expect(answers=("Bo",)), answerable=True), answer) is False
    )
    assert was_right(Case("1", "?", answerable=False), answer) is False
    assert was_right(Case("1", "?", spans=(GoldSpan("s", 4, 6),)), answer)
    assert was_right(Case("1", "?", spans=(GoldSpan("s", 40, 60),)), answer) is False
    assert was_right(Case("1", "?", sources=("s",)), answer)
    assert was_right(Case("1", "?"), answer) is None


def test_a_reader_that_always_answers_keeps_its_belief():
    class Unsure:
        def read(self, question, hits):
            return Reading((object(),), 0.07, "only_related")

    reader = AlwaysAnswering(Unsure())
    assert reader.read("?", []).reason is None
    assert reader.answerable == 0.07


def test_figures_of_points_and_their_page():
    sure, right = _drawn(1.5, -1.0, 600)
    points = [
        Point("a" if n % 3 else "b", str(n), str(n // 2), float(p), float(y))
        for n, (p, y) in enumerate(zip(sure, right, strict=True))
    ]
    found, fitted = calibrated_figures(points)
    assert found["after"]["ece_equal_mass"] < found["before"]["ece_equal_mass"]
    assert found["after, held out"]["brier"] < found["before"]["brier"]
    assert set(found["suites"]) == {"a", "b"}
    assert found["calibration"]["thresholds"] == fitted.to_json()["thresholds"]
    for suite in found["suites"].values():
        covered = [suite["at"][name]["coverage"] for name in ("low", "normal", "high")]
        assert covered == sorted(covered, reverse=True)
    drawn = page(points, fitted)
    assert drawn.count("<svg") == 3
    assert "Reliability" in drawn


def test_a_suite_without_files_is_refused(capsys):
    assert main(["squad2"]) == 1
    assert "suite=path" in capsys.readouterr().err
