"""Every metric by task and name, and the curves that stand beside them.

The functions are in ``eval.metrics``, one a metric; the tables there say which rows each counts,
and what a failed row counts. ``f1`` is of tokens for answers and of detection for claims.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from eval.cases import Claim, Task
from eval.measure import Metric
from eval.metrics.abstention import risk_coverage
from eval.metrics.answered import Answered
from eval.metrics.calibration import reliability
from eval.metrics.score_answers import confidence_and_right, has_truth
from eval.metrics.table_answers import ANSWERS
from eval.metrics.table_hits import HITS
from eval.metrics.table_verdicts import VERDICTS, confidence_and_error, support_and_truth
from eval.records import Record
from rag.errors import BadRequest


def _beside(one: Metric) -> Metric:
    """Return a metric of rankings for answers, left out where an answer comes without its hits."""

    def columns(record: Record) -> Sequence[float] | None:
        return None if record.output.hits is None else one.columns(record)

    return replace(one, columns=columns)


METRICS: Mapping[Task, Mapping[str, Metric]] = {
    "answer": {one.name: one for one in ANSWERS},
    "retrieve": {one.name: one for one in HITS},
    "verify": {one.name: one for one in VERDICTS},
}


BESIDE: Mapping[str, Metric] = {one.name: _beside(one) for one in HITS}
"""Metrics of rankings that a suite of answers may name, for the hits that answers rest on."""


def _of_task(task: str) -> Mapping[str, Metric]:
    for known, metrics in METRICS.items():
        if known == task:
            return metrics
    raise BadRequest(f"There is no task {task!r}.", f"Tasks are: {', '.join(METRICS)}.")


def names(task: str) -> tuple[str, ...]:
    """Return the names of a task's metrics.

    Raises:
        BadRequest: there is no such task.

    >>> names("retrieve")[:2]
    ('ndcg@10', 'ndcg@5')
    """
    return tuple(_of_task(task))


def metric(task: str, name: str) -> Metric:
    """Return a metric.

    Raises:
        BadRequest: there is no such task or metric; the hint lists those that there are.

    >>> metric("answer", "exact_mach")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    rag.errors.BadRequest: There is no metric 'exact_mach' of the task answer. Did you mean \
'exact_match'? ...
    """
    known = _of_task(task)
    if name in known:
        return known[name]
    if task == "answer" and name in BESIDE:
        return BESIDE[name]
    near = difflib.get_close_matches(name, known, n=1)
    guess = f" Did you mean {near[0]!r}?" if near else ""
    raise BadRequest(
        f"There is no metric {name!r} of the task {task}.{guess}",
        f"Metrics of it are: {', '.join(known)}.",
    )


def risk_coverage_points(records: Iterable[Record]) -> list[tuple[float, float]]:
    """Return the points of risk by coverage: (share of rows answered, share of those wrong).

    Coverage is of all rows whose truth is known. A refusal, or an answer without a probability, is
    never given, so that the curve ends before 1; a failed row is given first, and is
    wrong. No points where no answer has a probability.
    """
    known = [one for one in records if _has_truth(one)]
    given = [pair for one in known if (pair := _sure_and_wrong(one)) is not None]
    if not given:
        return []
    given += [(1.0, 1.0) for one in known if _failed(one)]
    return risk_coverage([sure for sure, _ in given], [wrong for _, wrong in given], len(known))


def _has_truth(record: Record) -> bool:
    row = record.row
    return isinstance(row, Claim) or bool(row.problem) or has_truth(row)


def _failed(record: Record) -> bool:
    output = record.output
    return bool(output.error) or (output.answer is None and output.verdict is None)


def _sure_and_right(record: Record) -> tuple[float, float] | None:
    """Return a record's confidence, and 1 where that is of something right; None without."""
    if _failed(record):
        return None
    if isinstance(record.row, Claim):
        return support_and_truth(record, record.row)
    if record.output.answer is None or not has_truth(record.row):
        return None
    return confidence_and_right(record.row, Answered(record.output.answer))


def _sure_and_wrong(record: Record) -> tuple[float, float] | None:
    if isinstance(record.row, Claim):
        return None if _failed(record) else confidence_and_error(record, record.row)
    found = _sure_and_right(record)
    return None if found is None else (found[0], 1 - found[1])


def reliability_bins(records: Iterable[Record]) -> list[dict[str, Any]]:
    """Return the reliability curve: for each bin of confidence, how many rows and how many right.

    Bins are ``{"low", "high", "n", "confidence", "accuracy"}``, without those that hold nothing.
    For claims the confidence is the support, and right is what people found supported.
    """
    pairs: Sequence[tuple[float, float]] = [
        pair for record in records if (pair := _sure_and_right(record)) is not None
    ]
    bins = reliability([sure for sure, _ in pairs], [good for _, good in pairs])
    return [one._asdict() for one in bins]
