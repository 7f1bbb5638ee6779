"""Abstention, citations, conflicts and spans, by arithmetic; and every docstring's example."""

from __future__ import annotations

import doctest
import importlib
import itertools
import pkgutil
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

import eval.metrics
from eval.cases import GoldAccount
from eval.metrics import abstention, citations, conflict, spans

MODULES = [one.name for one in pkgutil.iter_modules(eval.metrics.__path__)]


@pytest.mark.parametrize("name", [*(f"eval.metrics.{one}" for one in MODULES), "eval.measures"])
def test_examples_of_docstrings(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_refusals_are_counted_by_whether_there_was_an_answer() -> None:
    refused = [True, True, False, False, False]
    answerable = [False, True, False, True, True]
    assert abstention.correct_refusal_rate(refused, answerable) == 1 / 2
    assert abstention.wrong_refusal_rate(refused, answerable) == 1 / 3
    assert abstention.abstention_accuracy(refused, answerable) == (1 + 2) / 5


def test_refusal_rates_of_nothing_are_zero() -> None:
    assert abstention.correct_refusal_rate([True], [True]) == 0
    assert abstention.wrong_refusal_rate([True], [False]) == 0
    assert abstention.abstention_accuracy([], []) == 0
    with pytest.raises(ValueError, match="zip"):
        abstention.abstention_accuracy([True], [])


def test_selective_accuracy_leaves_refusals_out() -> None:
    assert abstention.selective_accuracy([True, False, False], [True, True, False]) == 1 / 2
    assert abstention.selective_accuracy([False], [False]) == 0


def test_risk_by_coverage_gives_tied_answers_together() -> None:
    points = abstention.risk_coverage([0.5, 0.9, 0.5, 0.1], [1, 0, 0, 1])
    assert points == [(1 / 4, 0 / 1), (3 / 4, 1 / 3), (4 / 4, 2 / 4)]


def test_refusals_end_the_curve_before_full_coverage() -> None:
    assert abstention.risk_coverage([0.9], [0], rows=4) == [(1 / 4, 0)]
    assert abstention.risk_coverage([], [], rows=4) == []
    with pytest.raises(ValueError, match="2 answers to 1"):
        abstention.risk_coverage([0.9, 0.8], [0, 0], rows=1)


def test_aurc_is_the_mean_risk_over_coverages() -> None:
    assert abstention.aurc([0.9, 0.7, 0.3], [0, 1, 1]) == pytest.approx((0 + 1 / 2 + 2 / 3) / 3)
    assert abstention.aurc([0.3, 0.7, 0.9], [0, 1, 1]) == pytest.approx((1 + 2 / 2 + 2 / 3) / 3)
    assert np.isnan(abstention.aurc([], []))


def test_aurc_of_ties_is_the_mean_over_every_order() -> None:
    errors, sure = [0, 1, 1, 0], [0.9, 0.5, 0.5, 0.5]
    orders = [
        abstention.aurc([4, 3, 2, 1], [errors[0], *(errors[i] for i in order)])
        for order in itertools.permutations((1, 2, 3))
    ]
    assert abstention.aurc(sure, errors) == pytest.approx(sum(orders) / len(orders))


def test_confidence_must_be_a_number() -> None:
    with pytest.raises(ValueError, match="finite"):
        abstention.aurc([float("nan")], [0])
    with pytest.raises(ValueError, match="finite"):
        abstention.risk_coverage([float("nan")], [0])


def test_citations_and_sentences_are_counted_apart() -> None:
    assert citations.citation_precision([True, True, False]) == 2 / 3
    assert citations.citation_recall(3, [0, 0, 2]) == 2 / 3
    assert citations.quote_truth([True, False]) == 1 / 2
    assert citations.faithfulness([True, False, False, False]) == 1 / 4


def test_nothing_cited_is_zero() -> None:
    assert citations.citation_precision([]) == citations.quote_truth([]) == 0
    assert citations.citation_recall(2, []) == citations.citation_recall(0, []) == 0
    assert citations.faithfulness([]) == 0
    with pytest.raises(ValueError, match="there are 1"):
        citations.citation_recall(1, [1])


def test_conflict_coverage_counts_values_found() -> None:
    text = "Estuary Watch said 17, the police at least 24."
    assert conflict.conflict_coverage(["17", "24", "4", r"re:\b2\b"], text) == 2 / 4
    assert conflict.conflict_coverage([], text) == 0


def test_wrong_values_are_a_share_of_those_that_are_known() -> None:
    assert conflict.wrong_asserted(["12", "13", "14"], ["12 or 14", "20"], ["20"]) == 2 / 3
    assert conflict.wrong_asserted(["the 20"], ["20"], ["20"]) == 0
    assert conflict.wrong_asserted(["12"], [], ["20"]) == 0


@pytest.mark.parametrize(
    ("gold", "account", "same"),
    [
        ("24", {"value": "at least 24", "number": 24.0}, True),
        ("twenty-four", {"value": "24", "number": 24}, True),
        ("24", {"value": "240", "number": 240}, False),
        ("The mayor", {"value": "mayor", "number": None}, True),
        ("mayor", {"value": "the deputy mayor"}, False),
        ("24", {}, False),
    ],
)
def test_accounts_are_the_same_by_number_or_words(
    gold: str, account: Mapping[str, Any], same: bool
) -> None:
    assert conflict.same_value(gold, account) is same


def test_accounts_match_one_to_one_and_the_claimant_decides() -> None:
    golds = [
        GoldAccount("24", claimant="the police", relation="disagrees"),
        GoldAccount("24", claimant="Estuary Watch", relation="agrees"),
        GoldAccount("17", claimant="Estuary Watch", relation="update"),
    ]
    accounts = [
        {"value": "24", "number": 24, "claimant": "Estuary Watch", "relation": "agrees"},
        {"value": "24", "number": 24, "claimant": "Larkhaven police", "relation": "agrees"},
        {"value": "24", "number": 24, "claimant": "nobody"},
    ]
    assert conflict.match_accounts(golds, accounts) == [(0, 1), (1, 0)]
    matches = [(golds[i], accounts[j]) for i, j in conflict.match_accounts(golds, accounts)]
    assert conflict.account_precision(len(matches), len(accounts)) == 2 / 3
    assert conflict.account_recall(len(matches), len(golds)) == 2 / 3
    assert conflict.claimant_accuracy(golds, matches) == 2 / 3
    assert conflict.relation_accuracy(golds, matches) == 1 / 3


def test_an_account_that_cites_the_gold_source_is_preferred() -> None:
    golds = [GoldAccount("24", sources=("b",)), GoldAccount("24", sources=("a",))]
    accounts = [{"value": "24", "id": "a"}, {"value": "24", "id": "b"}]
    assert conflict.match_accounts(golds, accounts, lambda one: [one["id"]]) == [(0, 1), (1, 0)]


def test_metrics_of_accounts_with_nothing_are_zero() -> None:
    assert conflict.account_precision(0, 0) == conflict.account_recall(0, 0) == 0
    assert conflict.claimant_accuracy([], []) == conflict.relation_accuracy([], []) == 0


def test_spans_are_joined_by_source_before_they_are_counted() -> None:
    gold = [("a", 0, 10), ("a", 8, 20), ("b", 5, 5)]
    found = [("a", 15, 30), ("a", 10, 16), ("b", 0, 20), ("c", 0, 10)]
    assert spans.span_recall(gold, found) == (20 - 10) / 20
    assert spans.span_precision(gold, found) == (20 - 10) / (20 + 20 + 10)
    assert spans.span_iou(gold, found) == 10 / (20 + 50 - 10)


def test_spans_of_nothing_are_zero() -> None:
    assert spans.span_recall([], [("a", 0, 5)]) == spans.span_recall([("a", 0, 5)], []) == 0
    assert spans.span_precision([("a", 0, 5)], []) == spans.span_iou([], []) == 0
