"""Ranking metrics: by arithmetic, and against trec_eval's own code on random rankings."""

from __future__ import annotations

from math import log2

import pytest
import pytrec_eval
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.metrics.ranking import (
    average_precision,
    gains_of,
    ndcg_at,
    recall_at,
    reciprocal_rank,
    unique,
)

DOCUMENTS = [f"d{n:02}" for n in range(30)]
RANKINGS = st.lists(st.sampled_from(DOCUMENTS), max_size=25, unique=True)
JUDGED = st.dictionaries(st.sampled_from(DOCUMENTS), st.integers(0, 3), min_size=1, max_size=20)
MEASURES = {"ndcg_cut.5,10", "recall.5,10,100", "recip_rank", "map"}


def test_ndcg_is_gain_over_the_best_gain() -> None:
    ranking, grades = ["x", "a", "b"], {"a": 1, "b": 3, "c": 2}
    dcg = 0 / log2(2) + 1 / log2(3) + 3 / log2(4)
    best = 3 / log2(2) + 2 / log2(3) + 1 / log2(4)
    assert ndcg_at(gains_of(ranking, grades), [1, 3, 2], 10) == pytest.approx(dcg / best)


def test_ndcg_cuts_both_the_ranking_and_the_best_one() -> None:
    assert ndcg_at([0, 3], [3, 1], 1) == 0
    assert ndcg_at([1, 3], [3, 1], 1) == pytest.approx(1 / 3)


def test_a_repeated_document_counts_once_at_its_best_rank() -> None:
    ranking, relevant = ["x", "a", "a", "b"], {"a", "b"}
    assert unique(ranking) == ["x", "a", "b"]
    assert gains_of(ranking, {"a": 1, "b": 1}) == [0, 1, 1]
    assert recall_at(["a", "a", "b"], relevant, 2) == 2 / 2
    assert reciprocal_rank(["x", "x", "a"], relevant) == 1 / 2
    assert average_precision(ranking, relevant) == (1 / 2 + 2 / 3) / 2


def test_fewer_hits_than_k_and_none_at_all() -> None:
    assert recall_at(["a"], {"a", "b"}, 10) == 1 / 2
    assert ndcg_at([], [1], 10) == 0
    assert (
        recall_at([], {"a"}, 5) == reciprocal_rank([], {"a"}) == average_precision([], {"a"}) == 0
    )


def test_nothing_relevant_is_zero_and_not_a_division_by_zero() -> None:
    assert ndcg_at([0, 0], [0], 10) == 0
    assert recall_at(["a"], set(), 5) == 0
    assert average_precision(["a"], set()) == 0


def test_the_reciprocal_rank_is_zero_after_its_cut_off() -> None:
    assert reciprocal_rank(["x"] * 3 + ["y", "a"], {"a"}, 3) == 1 / 3
    assert reciprocal_rank(["x", "y", "a"], {"a"}, 2) == 0


@pytest.mark.parametrize("grades", [[float("nan")], [1.0, float("inf")]])
def test_a_grade_that_is_no_number_is_refused(grades: list[float]) -> None:
    with pytest.raises(ValueError, match="finite"):
        ndcg_at(grades, [1], 10)
    with pytest.raises(ValueError, match="finite"):
        ndcg_at([1], grades, 10)


def test_a_cut_off_under_one_is_refused() -> None:
    with pytest.raises(ValueError, match="k is 0"):
        recall_at(["a"], {"a"}, 0)
    with pytest.raises(ValueError, match="k is 0"):
        ndcg_at([1], [1], 0)


@settings(max_examples=200, deadline=None)
@given(RANKINGS, JUDGED)
def test_as_trec_eval(ranking: list[str], grades: dict[str, int]) -> None:
    run = {"q": {one: float(len(ranking) - rank) for rank, one in enumerate(ranking)}}
    theirs = pytrec_eval.RelevanceEvaluator({"q": grades}, MEASURES).evaluate(run).get("q")
    relevant = {one for one, grade in grades.items() if grade > 0}
    gains, ideal = gains_of(ranking, grades), list(grades.values())
    ours = {
        "ndcg_cut_5": ndcg_at(gains, ideal, 5),
        "ndcg_cut_10": ndcg_at(gains, ideal, 10),
        "recall_5": recall_at(ranking, relevant, 5),
        "recall_10": recall_at(ranking, relevant, 10),
        "recall_100": recall_at(ranking, relevant, 100),
        "recip_rank": reciprocal_rank(ranking, relevant),
        "map": average_precision(ranking, relevant),
    }
    if not ranking:
        assert set(ours.values()) == {0.0}
        return
    assert ours == pytest.approx({name: theirs[name] for name in ours}, abs=1e-9)
