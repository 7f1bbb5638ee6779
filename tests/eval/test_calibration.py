"""Fits of what readings are judged by to outcomes, and how well they hold."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from eval import calibration as fits
from eval.calibrate import AlwaysAnswering, main, sampled, was_right
from eval.calibration_figures import Point, calibrated_figures, given_figures, page
from eval.cases import Case, Expect, GoldSpan
from eval.metrics.answered import Answered
from eval.metrics.calibration import ece, ece_equal_mass
from rag.calibrated import GIVEN, LEAST, Sureness, given, given_traits, traits_of
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


def _drawn(n=4000, seed=3):
    """Return traits, and outcomes drawn from a known model over two of them; one tells nothing."""
    made = np.random.default_rng(seed)
    columns = np.stack([made.normal(0, 2, n), made.normal(-3, 4, n), made.uniform(0, 3, n)], axis=1)
    truth = 1 / (1 + np.exp(-(columns @ np.array([0.9, 0.25, 0.0]) + 0.4)))
    return columns, (made.random(n) < truth).astype(float)


def test_the_fit_finds_the_model_that_made_the_outcomes():
    columns, right = _drawn()
    found, bias = fits.logistic(columns, right, np.ones(len(right)))
    assert found == pytest.approx([0.9, 0.25, 0.0], abs=0.1)
    assert bias == pytest.approx(0.4, abs=0.2)
    apart = fits.held_out(columns, right, [str(n) for n in range(len(right))], np.ones(len(right)))
    assert ece_equal_mass(apart, right) < 0.03


def test_few_outcomes_that_are_all_alike_do_not_become_certain():
    found, bias = fits.logistic(np.array([[0.6], [0.7], [0.8]]), [1, 1, 1], [1.0] * 3)
    assert abs(float(found[0])) < 1
    same, _ = fits.logistic(np.full((40, 1), 2.0), [1, 0] * 20, [1.0] * 40)
    assert float(same[0]) == pytest.approx(0)


def test_weights_let_a_small_suite_count_like_a_large_one():
    weights = fits.balanced(["a"] * 9 + ["b"])
    assert weights.sum() == pytest.approx(10)
    assert weights[-1] == pytest.approx(weights[:9].sum())
    columns, right = np.ones((10, 1)), [1.0] * 9 + [0.0]
    even = fits.logistic(columns, right, weights)[1]
    assert even == pytest.approx(0, abs=0.01)
    assert fits.logistic(columns, right, np.ones(10))[1] > 1


def test_a_row_is_held_out_with_its_group():
    # All rows of one group are right, and its own outcome would make it surer.
    groups = [f"g{n // 8}" for n in range(40)]
    right = [1.0] * 8 + [0.0] * 32
    found = fits.held_out(np.zeros((40, 1)), right, groups, np.ones(40))
    assert found[0] < 0.1 < found[-1]


def test_a_sample_is_the_same_every_time_and_half_of_it_without_answer():
    rows = [Case(str(n), "?", answerable=n % 4 != 0) for n in range(200)]
    found = sampled(rows, 40)
    assert [one.id for one in found] == [one.id for one in sampled(rows, 40)]
    assert sum(one.answerable is False for one in found) == 20
    assert len(sampled(rows, 180)) == 180
    assert len(sampled(rows[1:4], 40)) == 3


def test_a_sureness_is_written_as_it_is_read():
    one = Sureness({"belief": 1.25, "span": 0.5}, -0.5)
    assert Sureness(**one.to_json()) == one
    assert one(traits_of(0.4, 0.0, 0.0, 3)) == pytest.approx(0.5)
    assert one(traits_of(0.0, 0.0, -30.0, 1)) == one(traits_of(0.0, 0.0, -12.0, 1)) > 0
    assert list(LEAST.values()) == sorted(LEAST.values())


def test_what_counts_as_right():
    answer = Answered({"text": "It fell to Ann.", "answers": [], "citations": [
        {"n": 1, "document_id": "d", "external_id": "s", "start": 0, "end": 9}]})  # fmt: skip
    named = Answered({**answer.json, "answers": [{"text": "Ann"}]})
    ann = Case("1", "?", expect=Expect(answers=("Ann",)), answerable=True)
    assert was_right(ann, named)
    assert was_right(ann, answer) is False  # the value itself, and not a sentence that holds it
    assert was_right(Case("1", "?", expect=Expect(all=("Ann",))), answer)
    assert (
        was_right(Case("1", "?", expect=Expect(answers=("Bo",)), answerable=True), answer) is False
    )
    assert was_right(Case("1", "?", answerable=False), answer) is False
    assert was_right(Case("1", "?", spans=(GoldSpan("s", 4, 6),)), answer)
    assert was_right(Case("1", "?", spans=(GoldSpan("s", 40, 60),)), answer) is False
    assert was_right(Case("1", "?", sources=("s",)), answer)
    assert was_right(Case("1", "?"), answer) is None
    several = Case("1", "?", expect=Expect(values=("Ann", "Bo")))
    assert was_right(several, Answered({"text": "", "answers": [{"text": "Bo Lind"}]}))
    assert not was_right(several, Answered({"text": "", "answers": [{"text": "Cy"}]}))


def test_a_reader_that_always_answers_keeps_its_belief():
    class Unsure:
        def read(self, question, hits):
            return Reading((object(),), 0.07, "only_related", traits={"read": 1.0})

    reader = AlwaysAnswering(Unsure())
    assert reader.read("?", []).reason is None
    assert (reader.answerable, reader.traits) == (0.07, {"read": 1.0})


def test_figures_of_points_and_their_page():
    columns, right = _drawn(600)
    points = [
        Point(
            "a" if n % 3 else "b",
            str(n),
            str(n // 2),
            0.5,
            float(y),
            dict(zip(("belief", "span", "read"), row.tolist(), strict=True))
            | {"near": 0.0, "broad": 0.0},
            answerable=bool(n % 2 or y),
            f1=float(y),
        )
        for n, (row, y) in enumerate(zip(columns, right, strict=True))
    ]
    found, fitted = calibrated_figures(points)
    assert found["SURENESS"] == fitted.to_json()
    for suite in ("a", "b"):
        before, after = found["before"][suite], found["held out"][suite]
        assert after["brier"] < before["brier"]
        assert after["aurc"] < found["held out without"]["belief"][suite]["aurc"]
        at = after["at"]
        covered = [at[name]["coverage"] for name in ("low", "normal", "high")]
        assert covered == sorted(covered, reverse=True)
        refused = [at[name]["right but refused"] for name in ("low", "normal", "high")]
        assert refused == sorted(refused)
    drawn = page(points, fitted)
    assert drawn.count("<svg") == 3
    assert "Reliability" in drawn


def test_what_given_answers_are_worth_is_fitted_apart_from_whether_to_answer():
    made = np.random.default_rng(5)
    points = []
    for n in range(3_000):
        sure, read = float(made.uniform(0.05, 0.95)), math.log(24) * (n % 2)
        traits = {"belief": 0.0, "near": 0.0, "span": 0.0, "broad": 0.0, "read": read}
        truth = Sureness({"sure": 0.8, "read": 0.3}, -0.4)(given_traits(sure, traits))
        right = float(made.random() < truth)
        points.append(Point("ab"[n % 2], str(n), "", sure, right, traits, published=n % 2 == 0))
    asked_of_strangers = [replace(one, suite="strangers", right=0.0) for one in points[:500]]
    found = given_figures([*points, *asked_of_strangers])
    assert found == given_figures(points)
    assert found["GIVEN"]["weights"] == pytest.approx({"sure": 0.8, "read": 0.3}, abs=0.15)
    assert found["held out"]["all"]["answers"] == sum(
        one.confidence >= LEAST["normal"] for one in points
    )
    for suite in ("a", "b"):
        assert found["held out"][suite]["ece"] < 0.05 < found["without"][suite]["ece"]
    assert given_figures([replace(one, confidence=0.1) for one in points]) == {}


def test_a_given_answer_is_worth_more_where_many_passages_were_read_and_the_order_stays():
    alone, many = (traits_of(1.0, 0.5, 0.0, read) for read in (1, 24))
    sures = [0.0, 0.33, 0.5, 0.8, 1.0]
    for traits in (alone, many):
        worth = [given(one, traits) for one in sures]
        assert worth == sorted(worth)
        assert all(0 < one < 1 for one in worth)
    assert given(0.6, alone) < 0.6 < given(0.6, many)
    assert Sureness(**GIVEN.to_json()) == GIVEN


def test_a_suite_without_files_is_refused(capsys):
    assert main(["squad2"]) == 1
    assert "suite=path" in capsys.readouterr().err
