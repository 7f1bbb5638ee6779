"""Whether a system refuses where it should, and whether it knows when it is right."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eval.metrics.numbers import Numbers, paired, share


def _flags(refused: Sequence[bool], answerable: Sequence[bool]) -> list[tuple[bool, bool]]:
    return list(zip(refused, answerable, strict=True))


def correct_refusal_rate(refused: Sequence[bool], answerable: Sequence[bool]) -> float:
    """Return the share of the unanswerable questions that were refused.

    The recall of refusals. 0 where every question can be answered.

    Raises:
        ValueError: not one of each a question.

    >>> correct_refusal_rate([True, False, True], [False, False, True])
    0.5
    """
    rows = [no for no, can in _flags(refused, answerable) if not can]
    return share(sum(rows), len(rows))


def wrong_refusal_rate(refused: Sequence[bool], answerable: Sequence[bool]) -> float:
    """Return the share of the answerable questions that were refused. Lower is better.

    0 where no question can be answered.

    Raises:
        ValueError: not one of each a question.

    >>> wrong_refusal_rate([True, False, True, False], [True, True, False, False])
    0.5
    """
    rows = [no for no, can in _flags(refused, answerable) if can]
    return share(sum(rows), len(rows))


def abstention_accuracy(refused: Sequence[bool], answerable: Sequence[bool]) -> float:
    """Return the share of questions that were refused just when they cannot be answered.

    Raises:
        ValueError: not one of each a question.

    >>> abstention_accuracy([True, False, True, False], [False, True, True, True])
    0.75
    """
    rows = [no != can for no, can in _flags(refused, answerable)]
    return share(sum(rows), len(rows))


def selective_accuracy(right: Sequence[bool], answered: Sequence[bool]) -> float:
    """Return the share of the answers given that are right; refusals are left out.

    1 - the selective risk of El-Yaniv & Wiener 2010. 0 where nothing was answered.

    Raises:
        ValueError: not one of each a question.

    >>> selective_accuracy([True, False, False], [True, True, False])
    0.5
    """
    rows = [good for good, given in zip(right, answered, strict=True) if given]
    return share(sum(rows), len(rows))


def risk_coverage(
    confidence: Numbers, errors: Numbers, rows: int | None = None
) -> list[tuple[float, float]]:
    """Return the risk when only the surest answers are given, for every threshold.

    Geifman & El-Yaniv 2017 (arXiv:1705.08500): at a threshold the coverage is the share of the
    questions that are answered, the risk the mean error of the answers given. Answers of the same
    confidence are given together.

    Args:
        confidence: of each answer.
        errors: of each answer, from 0 (right) to 1.
        rows: how many questions there are, with those that have no answer; None for as many as
            answers, so that the last coverage is 1.

    Raises:
        ValueError: a NaN, lengths that differ, or fewer rows than answers.

    >>> risk_coverage([0.9, 0.2, 0.9, 0.5], [0, 1, 1, 0])
    [(0.5, 0.5), (0.75, 0.3333333333333333), (1.0, 0.5)]
    """
    sure, wrong = paired(confidence, errors, ("confidences", "errors"))
    whole = len(sure) if rows is None else rows
    if whole < len(sure):
        raise ValueError(f"{len(sure)} answers to {whole} questions.")
    order = np.argsort(-sure, kind="stable")
    sure, total = sure[order], np.cumsum(wrong[order])
    ends = np.flatnonzero(np.append(np.diff(sure) != 0, True)) if len(sure) else ()
    return [((int(end) + 1) / whole, float(total[end] / (int(end) + 1))) for end in ends]


def aurc(confidence: Numbers, errors: Numbers) -> float:
    """Return the area under the risk-coverage curve. Lower is better; NaN with no answers.

    AURC of Geifman, Uziel & El-Yaniv 2019 (arXiv:1805.08206): the mean, over k = 1..n, of the mean
    error of the k surest answers. Where confidences tie, the mean over every order of the tie.

    Raises:
        ValueError: a NaN, or lengths that differ.

    >>> aurc([0.9, 0.5], [0, 1]) == (0 / 1 + 1 / 2) / 2
    True
    """
    sure, wrong = paired(confidence, errors, ("confidences", "errors"))
    if not len(sure):
        return float("nan")
    _, place, sizes = np.unique(-sure, return_inverse=True, return_counts=True)
    means = np.bincount(place, weights=wrong) / sizes
    risks = np.cumsum(np.repeat(means, sizes)) / np.arange(1, len(sure) + 1)
    return float(risks.mean())
