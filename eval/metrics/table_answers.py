"""The metrics of answers: which cases each counts, and what a failed row counts."""

from __future__ import annotations

from eval.cases import Case
from eval.measure import Columns, Metric
from eval.metrics import abstention, calibration, conflict, text
from eval.metrics import score_answers as scores
from eval.metrics.rows import latency, of_answers


def _aurc(columns: Columns) -> float:
    return abstention.aurc(columns[:, 0], columns[:, 1])


def _ece(columns: Columns) -> float:
    return calibration.ece(columns[:, 0], columns[:, 1])


def _always(_: Case) -> bool:
    return True


ANSWERS: tuple[Metric, ...] = (
    of_answers(
        "exact_match",
        "normalised bare answer equal to one of the golds; a refusal where nothing answers"
        " (SQuAD 2.0)",
        scores.has_bare_or_none,
        scores.exact,
    ),
    of_answers(
        "f1",
        "F1 of normalised tokens, best of the golds; a refusal where nothing answers (SQuAD 2.0)",
        scores.has_bare_or_none,
        scores.f1,
    ),
    of_answers(
        "exact_match_answerable",
        "exact match over questions that have an answer",
        scores.has_bare,
        scores.exact,
    ),
    of_answers(
        "f1_answerable", "token F1 over questions that have an answer", scores.has_bare, scores.f1
    ),
    of_answers(
        "f1_forced",
        "token F1 of the best guess, refused or not, over questions that have an answer",
        scores.has_bare,
        scores.f1_forced,
    ),
    of_answers(
        "ramdocs_exact_match",
        "every right value asserted and no wrong one (RAMDocs, Wang et al. 2025)",
        lambda case: bool(scores.rights(case)) and scores.can_answer(case),
        scores.ramdocs,
    ),
    of_answers(
        "correct",
        "holds all that the case expects and cites one of its sources; a refusal where nothing"
        " answers",
        scores.is_judged,
        lambda case, answer: float(scores.is_right(case, answer)),
    ),
    of_answers(
        "conflict_coverage",
        "values given, of those that the sources give",
        lambda case: bool(scores.values_told(case)) and scores.can_answer(case),
        lambda case, answer: conflict.conflict_coverage(scores.values_told(case), answer.told),
    ),
    of_answers(
        "wrong_asserted",
        "known wrong values that are asserted; a refusal asserts none",
        scores.has_wrong,
        scores.wrong,
        worst=1.0,
        higher=False,
    ),
    of_answers(
        "account_precision",
        "accounts given that are among the expected ones, matched by value",
        lambda case: bool(case.expect.accounts),
        scores.account_precision,
    ),
    of_answers(
        "account_recall",
        "expected accounts that are given, matched by value",
        lambda case: bool(case.expect.accounts),
        scores.account_recall,
    ),
    of_answers(
        "claimant_accuracy",
        "expected accounts that are given with their claimant",
        lambda case: any(one.claimant for one in case.expect.accounts),
        scores.claimants,
    ),
    of_answers(
        "relation_accuracy",
        "expected accounts that are given with their relation",
        lambda case: any(one.relation for one in case.expect.accounts),
        scores.relations,
    ),
    of_answers(
        "source_cited",
        "answers that cite one of the expected sources",
        lambda case: bool(case.sources) and scores.can_answer(case),
        scores.source_cited,
    ),
    of_answers(
        "span_cited",
        "characters of the gold spans that the quotations cover",
        lambda case: bool(case.spans) and scores.can_answer(case),
        scores.span_cited,
    ),
    of_answers(
        "rouge_l",
        "F1 of the longest common subsequence with the reference answer (Lin 2004)",
        lambda case: bool(case.expect.text) and scores.can_answer(case),
        lambda case, answer: text.rouge_l(answer.text, case.expect.text),
    ),
    of_answers(
        "correct_refusals",
        "questions without an answer that were refused",
        lambda case: case.answerable is False,
        lambda _, answer: abstention.correct_refusal_rate([answer.refused], [False]),
    ),
    of_answers(
        "wrong_refusals",
        "questions with an answer that were refused; failed rows count as refused",
        lambda case: case.answerable is True,
        lambda _, answer: abstention.wrong_refusal_rate([answer.refused], [True]),
        worst=1.0,
        higher=False,
    ),
    of_answers(
        "abstention_accuracy",
        "questions that were refused just when they have no answer",
        lambda case: case.answerable is not None,
        lambda case, answer: abstention.abstention_accuracy(
            [answer.refused], [case.answerable is True]
        ),
    ),
    of_answers(
        "aurc",
        "area under risk by coverage, surest answers first; refusals left out (Geifman 2019)",
        scores.has_truth,
        scores.confidence_and_error,
        worst=(1.0, 1.0),
        figure=_aurc,
        higher=False,
    ),
    of_answers(
        "selective_accuracy",
        "answers given that are right; refusals left out",
        scores.has_truth,
        scores.selective,
    ),
    of_answers(
        "ece",
        "gap between confidence and accuracy, 10 bins of equal width (Guo et al. 2017)",
        scores.has_truth,
        scores.confidence_and_right,
        worst=None,
        figure=_ece,
        higher=False,
    ),
    of_answers(
        "brier",
        "squared difference of confidence and outcome (Brier 1950)",
        scores.has_truth,
        scores.brier,
        worst=None,
        higher=False,
    ),
    of_answers(
        "citation_precision",
        "citations whose quotation supports their sentence (after ALCE, Gao et al. 2023)",
        _always,
        scores.citation_precision,
    ),
    of_answers(
        "citation_recall",
        "sentences that a citation supports (after ALCE, Gao et al. 2023)",
        _always,
        scores.citation_recall,
    ),
    of_answers(
        "quote_truth",
        "quotations that stand in their source character by character",
        _always,
        scores.quote_truth,
    ),
    of_answers(
        "faithfulness",
        "sentences that the sources support, says the verifier (after RAGAS, Es et al. 2023)",
        _always,
        scores.faithfulness,
    ),
    of_answers(
        "answer_length",
        "characters of the answers given, without marks; refusals left out",
        _always,
        lambda _, answer: None if answer.refused else text.length(answer.text),
        worst=None,
        unit="characters",
        higher=False,
    ),
    latency(50),
    latency(95),
)
"""Every metric of the task ``answer``, in the order of a report."""
