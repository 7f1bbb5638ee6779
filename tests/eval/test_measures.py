"""Metrics bound to rows: which count, what a refusal counts, and that a failure always counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from eval.cases import Case, Claim, Expect, GoldAccount, GoldSpan, Source
from eval.measure import Metric
from eval.measures import METRICS, metric, names, reliability_bins, risk_coverage_points
from eval.records import Output, Record
from eval.summary import columns_of, figure
from rag.errors import VouchError

FAILED = Output(error="RuntimeError: no route to host", seconds=9.0)
CITATION = {"n": 1, "document_id": "7", "external_id": "s1", "source": "news/fire.txt"}
CASE = Case(
    "q1",
    "How many were killed at Larkhaven?",
    expect=Expect(
        values=("17", "24"),
        answers=("24", "24 people"),
        wrong=("99",),
        text="24 people were killed.",
        accounts=(
            GoldAccount("24", claimant="police", relation="disagrees", sources=("s1",)),
            GoldAccount("17", claimant="Estuary Watch", relation="agrees"),
        ),
    ),
    answerable=True,
    sources=("fire.txt",),
    relevance={"s1": 2, "s2": 1, "s3": 0},
    spans=(GoldSpan("s1", 10, 30),),
)
NO_ANSWER = Case("q2", "Who signed the treaty?", answerable=False)
GOOD = {
    "text": "The police said 24, Estuary Watch 17 [1].",
    "marks": [{"start": 37, "end": 40, "n": 1}],
    "declined": None,
    "answers": [{"text": "24", "probability": 0.8}],
    "citations": [{**CITATION, "start": 20, "end": 40}],
    "accounts": [
        {"value": "24", "number": 24, "claimant": "the police", "relation": "disagrees"},
        {"value": "17", "number": 17, "claimant": "a clerk", "relation": "agrees"},
        {"value": "5", "number": 5, "claimant": "a clerk", "relation": "update"},
    ],
}
CHECKS = {
    "sentences": [{"supported": True}, {"supported": True}, {"supported": False}],
    "citations": [
        {"n": 1, "sentence": 0, "supported": True},
        {"n": 1, "sentence": 2, "supported": 0},
    ],
    "quotes": [{"n": 1, "true": True}, {"n": 2, "true": False}],
}
REFUSAL = {
    "text": "Nothing was found about 24 or 17.",
    "declined": {"reason": "nothing_found", "message": "Nothing.", "nearest": [1]},
    "answers": [],
    "citations": [{**CITATION, "start": 10, "end": 30}],
    "accounts": [],
}
CLAIM = Claim(
    "c1", "It burned. Ten died.", (Source("s", "It burned."),), False, unsupported=((11, 20),)
)
TRUE_CLAIM = Claim("c2", "It burned.", (Source("s", "It burned."),), True, unsupported=())
VERDICT = {
    "support": 0.25,
    "supported": False,
    "sentences": [
        {"start": 0, "end": 10, "verdict": "supported"},
        {"start": 11, "end": 20, "verdict": "unsupported"},
    ],
}
HITS = (
    {"source": "s3", "start": 0, "end": 100},
    {"source": "s1", "start": 0, "end": 20},
    {"source": "s1", "start": 15, "end": 40},
    {"source": "s2", "start": 0, "end": 50},
)
LOWER = {"wrong_asserted", "wrong_refusals", "aurc", "ece", "brier", "answer_length"}
NOT_COUNTED = {"ece", "brier", "answer_length", "latency_p50", "latency_p95"}
ANSWER_NAMES = (
    "exact_match f1 f1_answerable exact_match_answerable f1_forced ramdocs_exact_match correct"
    " conflict_coverage wrong_asserted account_precision account_recall claimant_accuracy"
    " relation_accuracy source_cited span_cited rouge_l correct_refusals wrong_refusals"
    " abstention_accuracy aurc selective_accuracy ece brier citation_precision citation_recall"
    " quote_truth faithfulness answer_length latency_p50 latency_p95"
)
HIT_NAMES = (
    "ndcg@10 ndcg@5 recall@5 recall@10 recall@100 mrr@10 map span_recall@5 span_recall@10"
    " span_precision@5 span_iou@5 latency_p50 latency_p95"
)
VERDICT_NAMES = (
    "f1 precision recall balanced_accuracy auc accuracy span_f1 span_precision span_recall ece"
    " latency_p50 latency_p95"
)


def answered(
    answer: Mapping[str, Any], case: Case = CASE, checks: Mapping[str, Any] | None = None
) -> Record:
    return Record(case, Output(answer=answer, seconds=1.5), checks=checks)


def found(hits: Sequence[Mapping[str, Any]], case: Case = CASE) -> Record:
    return Record(case, Output(hits=tuple(hits), seconds=1.5))


def judged(verdict: Mapping[str, Any], claim: Claim = CLAIM) -> Record:
    return Record(claim, Output(verdict=verdict, seconds=1.5))


def score(name: str, record: Record, task: str = "answer") -> float | None:
    columns = columns_of(metric(task, name), record)
    return None if columns is None else float(columns[0])


def value(name: str, records: Sequence[Record], task: str = "answer") -> dict[str, Any]:
    result = figure(metric(task, name), records)
    assert result is not None
    return result


@pytest.mark.parametrize(
    ("task", "listed"),
    [("answer", ANSWER_NAMES), ("retrieve", HIT_NAMES), ("verify", VERDICT_NAMES)],
)
def test_the_names_are_these(task: str, listed: str) -> None:
    assert set(names(task)) == set(listed.split())


def test_a_name_that_does_not_exist_is_answered_with_the_real_ones() -> None:
    with pytest.raises(VouchError) as caught:
        metric("answer", "exactmatch")
    assert "Did you mean 'exact_match'?" in caught.value.message
    assert ", ".join(names("answer")) in caught.value.hint
    with pytest.raises(VouchError, match="no metric 'auc' of the task answer"):
        metric("answer", "auc")
    with pytest.raises(VouchError, match="answer, retrieve, verify"):
        names("answers")


def test_f1_is_of_tokens_for_answers_and_of_detection_for_claims() -> None:
    assert metric("answer", "f1").is_mean
    assert not metric("verify", "f1").is_mean


def test_what_is_better_and_what_is_no_rate() -> None:
    for task, metrics in METRICS.items():
        for one in metrics.values():
            lower = one.name in LOWER or one.name.startswith("latency")
            assert one.higher is not lower, (task, one.name)
            unit = {"answer_length": "characters", "latency_p50": "s", "latency_p95": "s"}
            assert one.unit == unit.get(one.name, "")
            assert one.about


EXPECTED = {
    "exact_match": 1.0,
    "f1": 1.0,
    "f1_answerable": 1.0,
    "exact_match_answerable": 1.0,
    "f1_forced": None,
    "ramdocs_exact_match": 0.0,  # 17 is told, not asserted
    "correct": 1.0,
    "conflict_coverage": 2 / 2,
    "wrong_asserted": 0.0,
    "account_precision": 2 / 3,
    "account_recall": 2 / 2,
    "claimant_accuracy": 1 / 2,
    "relation_accuracy": 2 / 2,
    "source_cited": 1.0,
    "span_cited": (30 - 20) / 20,
    "rouge_l": 2 * 1 / (7 + 4),
    "correct_refusals": None,
    "wrong_refusals": 0.0,
    "abstention_accuracy": 1.0,
    "aurc": 0.8,
    "selective_accuracy": 1.0,
    "ece": 0.8,
    "brier": (0.8 - 1) ** 2,
    "citation_precision": 1 / 2,
    "citation_recall": 1 / 3,
    "quote_truth": 1 / 2,
    "faithfulness": 2 / 3,
    "answer_length": len("The police said 24, Estuary Watch 17."),
    "latency_p50": 1.5,
    "latency_p95": 1.5,
}


@pytest.mark.parametrize("name", names("answer"))
def test_an_answer_scores(name: str) -> None:
    expected = EXPECTED[name]
    result = score(name, answered(GOOD, checks=CHECKS))
    assert result == (None if expected is None else pytest.approx(expected))


def rows_of(name: str, task: str) -> list[Case] | list[Claim]:
    rows = [CASE, NO_ANSWER] if task != "verify" else [CLAIM, TRUE_CLAIM]
    return [row for row in rows if metric(task, name).applies(row)]  # type: ignore[return-value]


ALL = [(task, name) for task in METRICS for name in names(task)]


@pytest.mark.parametrize(("task", "name"), ALL)
def test_a_failed_row_counts_in_the_denominator(task: str, name: str) -> None:
    rows = rows_of(name, task)
    assert rows, "no row tries this metric"
    result = figure(metric(task, name), [Record(row, FAILED) for row in rows])
    if name in NOT_COUNTED:
        assert result is None
        return
    assert result is not None
    assert (result["n"], result["failed"]) == (len(rows), len(rows))
    if not np.isnan(result["value"] or 0) and result["value"] is not None:
        assert result["value"] == (1.0 if name in LOWER else 0.0)


@pytest.mark.parametrize(("task", "name"), ALL)
def test_a_row_with_a_problem_counts_whatever_it_lacks(task: str, name: str) -> None:
    row: Case | Claim = Case("q9", "", problem="The line is cut off.")
    if task == "verify":
        row = Claim("c9", "", (), True, problem="The line is cut off.")
    one = metric(task, name)
    assert one.applies(row)
    assert (one.failed is None) is (name in NOT_COUNTED)
    if one.failed is not None:
        assert np.isfinite(one.failed(row)).all()


@pytest.mark.parametrize(("task", "name"), ALL)
def test_an_output_that_is_missing_counts_as_failed(task: str, name: str) -> None:
    one = metric(task, name)
    row = rows_of(name, task)[0]
    if name.startswith("latency"):
        return
    expected = None if one.failed is None else tuple(one.failed(row))
    columns = one.columns(Record(row, Output(seconds=1.0)))
    assert (None if columns is None else tuple(columns)) == expected


def test_a_failure_takes_its_share_of_a_mean() -> None:
    records = [answered(GOOD, checks=CHECKS), Record(CASE, FAILED)]
    for name in ("exact_match", "correct", "selective_accuracy", "source_cited"):
        assert value(name, records)["value"] == (1 + 0) / 2
    assert value("faithfulness", records)["value"] == pytest.approx((2 / 3 + 0) / 2, abs=1e-6)
    assert value("wrong_refusals", records)["value"] == (0 + 1) / 2


# What a refusal of a question that has an answer counts: it found nothing, and asserted nothing.
REFUSED = {
    **dict.fromkeys(names("answer"), 0.0),
    **dict.fromkeys(
        "f1_forced correct_refusals aurc selective_accuracy ece brier citation_precision"
        " citation_recall quote_truth faithfulness answer_length".split()
    ),
    "wrong_refusals": 1.0,
    "latency_p50": 1.5,
    "latency_p95": 1.5,
}


@pytest.mark.parametrize("name", names("answer"))
def test_a_refusal_is_no_failure(name: str) -> None:
    record = answered(REFUSAL, checks=CHECKS)
    assert record.output.outcome == "refused"
    assert score(name, record) == REFUSED[name]
    result = figure(metric("answer", name), [record])
    assert result is None or result["failed"] == 0


RIGHTLY_REFUSED = {
    **dict.fromkeys(names("answer")),
    **dict.fromkeys("exact_match f1 correct correct_refusals abstention_accuracy".split(), 1.0),
    "latency_p50": 1.5,
    "latency_p95": 1.5,
}


@pytest.mark.parametrize("name", names("answer"))
def test_a_correct_refusal_is_never_punished(name: str) -> None:
    assert score(name, answered(REFUSAL, NO_ANSWER, CHECKS)) == RIGHTLY_REFUSED[name]


def test_an_answer_where_there_is_none_is_wrong() -> None:
    record = answered(GOOD, NO_ANSWER)
    for name in ("exact_match", "f1", "correct", "correct_refusals", "abstention_accuracy"):
        assert score(name, record) == 0
    assert score("selective_accuracy", record) == 0
    assert score("wrong_refusals", record) is None
    assert columns_of(metric("answer", "aurc"), record) == (0.8, 1.0)


def test_to_refuse_always_scores_the_share_of_unanswerable_questions() -> None:
    cases = [CASE] * 4 + [NO_ANSWER] * 3
    records = [
        answered({"text": "", "declined": {"reason": "nothing_found"}}, one) for one in cases
    ]
    for name in ("f1", "exact_match"):
        assert value(name, records)["value"] == pytest.approx(3 / 7)
    assert value("f1_answerable", records) == {
        **value("f1_answerable", records),
        "value": 0,
        "n": 4,
    }


def test_what_a_system_cannot_give_is_not_held_against_it() -> None:
    plain = {"text": "24 were killed, or 17.", "declined": None}
    record = answered(plain, checks={**CHECKS, "citations": [], "quotes": []})
    for name in (
        "account_precision account_recall claimant_accuracy relation_accuracy source_cited"
        " span_cited citation_precision citation_recall quote_truth aurc ece brier f1_forced"
    ).split():
        assert score(name, record) is None, name
    assert score("faithfulness", record) == pytest.approx(2 / 3)
    assert score("correct", record) == 1
    assert score("faithfulness", answered(plain)) is None
    found_nothing = answered({**plain, "accounts": [], "citations": []}, checks=CHECKS)
    assert score("account_recall", found_nothing) == 0
    assert score("source_cited", found_nothing) == 0


def test_nothing_cited_is_no_precision_as_in_alce() -> None:
    checks = {**CHECKS, "citations": []}
    assert score("citation_precision", answered({**GOOD, "citations": []}, checks=checks)) == 0
    assert score("citation_recall", answered({**GOOD, "citations": []}, checks=checks)) == 0


def test_the_prediction_is_the_bare_answer_else_the_text_without_marks() -> None:
    text = {"text": "24 [1]", "marks": [{"start": 3, "end": 6, "n": 1}], "declined": None}
    assert score("exact_match", answered(text)) == 1
    assert score("exact_match", answered({**text, "answers": []})) == 1
    assert score("exact_match", answered({**text, "answers": [{"text": "7"}]})) == 0


def test_a_guess_is_judged_whether_or_not_it_was_given() -> None:
    assert score("f1_forced", answered({**REFUSAL, "guess": "24 people"})) == 1
    assert score("f1_forced", answered({**REFUSAL, "guess": "24 dogs"})) == 2 * 1 / (2 + 1)
    assert score("f1_forced", answered({**REFUSAL, "guess": ""})) == 0
    assert score("f1_forced", answered({**REFUSAL, "guess": "24"}, NO_ANSWER)) is None


def test_values_are_asserted_by_bare_answers_and_only_reported_by_accounts() -> None:
    both = {**GOOD, "answers": [{"text": "24"}, {"text": "17"}]}
    assert score("ramdocs_exact_match", answered(both)) == 1
    reported = {**both, "accounts": [{"value": "99", "number": 99}]}
    assert score("ramdocs_exact_match", answered(reported)) == 1
    assert score("wrong_asserted", answered(reported)) == 0
    wrong = {**both, "answers": [{"text": "24"}, {"text": "17 or 99"}]}
    assert score("ramdocs_exact_match", answered(wrong)) == 0
    assert score("wrong_asserted", answered(wrong)) == 1
    assert score("correct", answered(wrong)) == 0
    only_text = {"text": "24, 17 or 99", "declined": None}
    assert score("wrong_asserted", answered(only_text)) == 1


def test_of_spellings_of_one_answer_one_is_enough() -> None:
    case = Case(
        "q", "Where?", expect=Expect(answers=("Tampa", "Tampa, Florida"), wrong=("Glendale",))
    )
    assert (
        score("ramdocs_exact_match", answered({"text": "In Tampa.", "declined": None}, case)) == 1
    )
    fooled = {"text": "In Glendale, or Tampa.", "declined": None}
    assert score("ramdocs_exact_match", answered(fooled, case)) == 0


@pytest.mark.parametrize(
    ("expect", "text", "right"),
    [
        (Expect(all=("fire", "night")), "A FIRE at night", True),
        (Expect(all=("fire", "night")), "A fire", False),
        (Expect(any=("Friday", "8 July")), "On 8 July.", True),
        (Expect(any=("Friday", "8 July")), "On Monday.", False),
        (Expect(values=("22", "24", "43"), min_values=2), "22 or 43", True),
        (Expect(values=("22", "24", "43"), min_values=2), "22", False),
        (Expect(values=("22", "24")), "22", False),
        (Expect(answers=("Paris", "the capital")), "It is Paris.", True),
        (Expect(answers=("Paris",)), "It is Parisian.", False),
        (Expect(all=(r"re:\b1\b",)), "A fire", False),
    ],
)
def test_a_right_answer_holds_all_that_is_expected(expect: Expect, text: str, right: bool) -> None:
    answer = {
        "text": f"{text} [1]",
        "marks": [{"start": len(text) + 1, "end": len(text) + 4, "n": 1}],
        "declined": None,
    }
    assert score("correct", answered(answer, Case("q", "?", expect=expect))) == right


@pytest.mark.parametrize("name", ["7", "s1", "fire.txt", "news/fire.txt", "Fire", "u9", "copy"])
def test_a_source_is_cited_by_any_of_its_names(name: str) -> None:
    citation = {
        **CITATION,
        "title": "Fire",
        "metadata": {"unit_id": "u9"},
        "also_in": [{"document_id": "copy"}],
    }
    case = Case("q", "?", expect=Expect(all=("fire",)), sources=(name, "other"))
    answer = {"text": "A fire.", "declined": None, "citations": [citation]}
    assert (
        score("correct", answered(answer, case))
        == score("source_cited", answered(answer, case))
        == 1
    )
    answer["citations"] = [{"n": 1, "document_id": "8", "source": "xfire.txt"}]
    assert (
        score("correct", answered(answer, case))
        == score("source_cited", answered(answer, case))
        == 0
    )


def test_a_refusal_gives_the_reason_that_is_expected() -> None:
    case = Case("q", "?", answerable=False, expect=Expect(declined="nothing_found"))
    assert score("correct", answered(REFUSAL, case)) == 1
    other = {"text": "", "declined": {"reason": "only_related"}}
    assert score("correct", answered(other, case)) == 0
    assert score("correct", answered({"text": "", "declined": True}, case)) == 1


def test_right_is_exact_for_bare_answers_alone() -> None:
    bare = Case("q", "?", expect=Expect(answers=("24",)))
    longer = {**GOOD, "answers": [{"text": "24 dogs", "probability": 0.5}]}
    assert columns_of(metric("answer", "ece"), answered(longer, bare)) == (0.5, 0.0)
    assert columns_of(metric("answer", "ece"), answered(longer)) == (0.5, 1.0)


def test_a_probability_that_is_none_is_not_counted() -> None:
    for probability in (None, "high", 1.7, float("nan")):
        answer = {**GOOD, "answers": [{"text": "24", "probability": probability}]}
        for name in ("ece", "brier", "aurc"):
            assert score(name, answered(answer)) is None


def test_aurc_orders_answers_by_their_probability() -> None:
    def give(text: str, probability: float) -> Record:
        return answered({**GOOD, "answers": [{"text": text, "probability": probability}]}, bare)

    bare = Case("q", "?", expect=Expect(answers=("24",)))
    records = [give("24", 0.9), give("7", 0.6), give("24", 0.3)]
    assert value("aurc", records)["value"] == pytest.approx((0 + 1 / 2 + 1 / 3) / 3, abs=1e-6)
    failing = [*records, Record(bare, FAILED)]
    mean = (1 + 1 / 2 + 2 / 3 + 2 / 4) / 4
    assert value("aurc", failing)["value"] == pytest.approx(mean, abs=1e-6)
    refused = answered(REFUSAL, bare)
    assert risk_coverage_points([*records, refused]) == [
        (1 / 4, 0),
        (2 / 4, 1 / 2),
        (3 / 4, 1 / 3),
    ]
    assert risk_coverage_points([*records, Record(bare, FAILED)])[0] == (1 / 4, 1)
    assert risk_coverage_points([refused, Record(bare, FAILED)]) == []
    bins = reliability_bins([*records, refused, Record(bare, FAILED)])
    assert bins[-1] == {"low": 0.8, "high": 0.9, "n": 1, "confidence": 0.9, "accuracy": 1.0}
    assert [one["n"] for one in bins] == [1, 1, 1]


def test_latency_is_a_percentile_of_what_did_not_fail() -> None:
    records = [Record(CASE, Output(answer=GOOD, seconds=s)) for s in (1.0, 2.0, 3.0, 10.0)]
    records.append(Record(CASE, FAILED))
    assert value("latency_p50", records) == {
        **value("latency_p50", records),
        "value": (2 + 3) / 2,
        "n": 4,
        "failed": 1,
        "unit": "s",
    }
    assert value("latency_p95", records)["value"] == pytest.approx(3 + 0.85 * (10 - 3))


def test_a_document_counts_at_the_rank_of_its_best_passage() -> None:
    log = np.log2
    dcg, best = 2 / log(3) + 1 / log(4), 2 / log(2) + 1 / log(3)
    assert score("ndcg@10", found(HITS), "retrieve") == pytest.approx(dcg / best)
    assert score("mrr@10", found(HITS), "retrieve") == 1 / 2
    assert score("map", found(HITS), "retrieve") == (1 / 2 + 2 / 3) / 2
    assert score("recall@5", found(HITS[:3]), "retrieve") == 1 / 2
    assert score("recall@100", found(()), "retrieve") == 0


def test_spans_are_those_of_the_first_passages() -> None:
    retrieved = 100 + 40 + 50
    assert score("span_recall@5", found(HITS), "retrieve") == 20 / 20
    assert score("span_precision@5", found(HITS), "retrieve") == 20 / retrieved
    assert score("span_iou@5", found(HITS), "retrieve") == 20 / retrieved
    far = [{"source": "x", "start": n, "end": n + 1} for n in range(5)]
    assert score("span_recall@5", found([*far, *HITS]), "retrieve") == 0
    assert score("span_recall@10", found([*far, *HITS]), "retrieve") == 1


def test_passages_found_twice_and_copies_take_no_place() -> None:
    twice = [HITS[0]] * 5
    copies = [{"source": f"copy{n}", "start": None, "end": None} for n in range(5)]
    assert score("span_recall@5", found([*twice, *copies, HITS[2]]), "retrieve") == 15 / 20
    assert score("span_recall@5", found(copies), "retrieve") is None
    assert score("span_recall@5", found(()), "retrieve") == 0


def test_rows_without_relevant_documents_are_no_ranking() -> None:
    assert not metric("retrieve", "ndcg@10").applies(Case("q", "?", relevance={"a": 0}))
    assert not metric("retrieve", "span_iou@5").applies(Case("q", "?", relevance={"a": 1}))


def claims(*rows: tuple[bool, bool, float]) -> list[Record]:
    return [
        judged({"supported": called, "support": support}, Claim(f"c{n}", "x", (), truth))
        for n, (truth, called, support) in enumerate(rows)
    ]


def test_what_is_detected_is_a_claim_without_support() -> None:
    records = claims((False, False, 0.2), (False, True, 0.7), (True, False, 0.4), (True, True, 0.9))
    records += claims((True, True, 0.6))
    assert value("precision", records, "verify")["value"] == 1 / 2
    assert value("recall", records, "verify")["value"] == 1 / 2
    assert value("f1", records, "verify")["value"] == 2 * 1 / (2 + 1 + 1)
    assert value("accuracy", records, "verify")["value"] == 3 / 5
    both = (1 / 2 + 2 / 3) / 2
    assert value("balanced_accuracy", records, "verify")["value"] == pytest.approx(both)
    assert value("auc", records, "verify")["value"] == pytest.approx((3 + 1) / 6, abs=1e-6)
    gaps = [0.2 - 0, 0.7 - 0, 0.4 - 1, 0.9 - 1, 0.6 - 1]
    ece = sum(map(abs, gaps)) / 5
    assert value("ece", records, "verify")["value"] == pytest.approx(ece, abs=1e-6)


def test_a_failed_claim_is_in_the_wrong_class_as_surely_as_can_be() -> None:
    records = claims((False, False, 0.0), (True, True, 1.0))
    failing = [*records, Record(CLAIM, FAILED), Record(TRUE_CLAIM, FAILED)]
    assert value("auc", records, "verify")["value"] == 1
    assert value("auc", failing, "verify")["value"] == (1 + 0.5 + 0.5 + 0) / 4
    assert value("accuracy", failing, "verify")["value"] == 2 / 4
    assert value("f1", failing, "verify")["value"] == 2 * 1 / (2 + 1 + 1)


def test_spans_of_claims_are_counted_over_all_claims() -> None:
    whole = {**VERDICT, "sentences": [{"start": 0, "end": 20, "supported": False}]}
    records = [judged(VERDICT), judged(whole)]
    assert value("span_precision", records, "verify")["value"] == pytest.approx((9 + 9) / (9 + 20))
    assert value("span_recall", records, "verify")["value"] == 1
    assert value("span_f1", records, "verify")["value"] == pytest.approx(2 * 18 / (29 + 18))
    failing = [judged(VERDICT), Record(CLAIM, FAILED)]
    assert value("span_precision", failing, "verify")["value"] == 9 / (9 + 20 - 9)
    assert value("span_recall", failing, "verify")["value"] == 9 / (9 + 9)
    assert score("span_f1", judged({"supported": True, "support": 1.0}), "verify") is None


def test_curves_of_claims_go_by_the_class_that_was_chosen() -> None:
    records = claims((False, False, 0.1), (True, True, 0.7), (False, True, 0.6))
    assert risk_coverage_points(records) == [(1 / 3, 0), (2 / 3, 0), (1, 1 / 3)]
    assert [(one["low"], one["accuracy"]) for one in reliability_bins(records)] == [
        (0.0, 0.0),
        (0.5, 0.0),
        (0.6, 1.0),
    ]


def test_every_metric_of_a_mean_gives_one_column() -> None:
    record = answered({**GOOD, "guess": "24"}, checks=CHECKS)
    for one in METRICS["answer"].values():
        columns = one.columns(record)
        assert isinstance(one, Metric)
        assert columns is not None
        assert not one.is_mean or len(columns) == 1
        if one.failed is not None:
            assert len(one.failed(CASE)) == len(columns)


def test_answers_may_be_measured_by_their_hits_and_are_left_out_without() -> None:
    recall = metric("answer", "recall@5")
    row = Case("a", "Who?", relevance={"d": 1.0})
    found = Record(row, Output(answer={"text": "x", "declined": None}, hits=({"source": "d"},)))
    assert recall.columns(found) == (1.0,)
    assert recall.columns(Record(row, Output(answer={"text": "x", "declined": None}))) is None
    assert "recall@5" not in names("answer")
