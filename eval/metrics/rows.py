"""How a function of the field becomes a metric of rows: which count, and what a failure counts.

A row that has a problem, or whose output is missing, counts as failed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from eval.cases import Case, Claim, Expect, GoldAccount, GoldSpan, Row
from eval.measure import Columns, Metric, mean
from eval.metrics.answered import Answered
from eval.records import Record

Scored = Callable[[Case, Answered], float | Sequence[float] | None]
"""From a case and its answer to a score, or a number a column; None where nothing can be said."""

Hits = Sequence[tuple[str, int | None, int | None]]
"""Source, start and end of what was found, best first."""


def counts(case: Case, fits: Callable[[Case], bool]) -> bool:
    """Return whether a case counts, which for a broken one is whether it would have counted.

    What is known of a broken row decides: one that is known to have no answer counts where such
    rows do. Where nothing is known it counts everywhere.

    >>> counts(Case("1", "", problem="no gold"), lambda case: case.answerable is False)
    True
    >>> broken = Case("1", "", answerable=True, problem="no gold")
    >>> counts(broken, lambda case: case.answerable is False)
    False
    """
    if not case.problem:
        return fits(case)
    if case.expect or case.relevance or case.spans:
        return fits(case)
    likely = [case.answerable] if case.answerable is not None else [True, False]
    return any(fits(replace(_WHOLE if one else case, answerable=one)) for one in likely)


_WHOLE = Case(
    "",
    "",
    expect=Expect(
        all=("x",),
        any=("x",),
        values=("x",),
        answers=("x",),
        wrong=("y",),
        text="x",
        accounts=(GoldAccount("x", "x", "x", "agrees"),),
    ),
    sources=("x",),
    relevance={"x": 1.0},
    spans=(GoldSpan("x", 0, 1),),
)
"""A case in which anything may be expected."""


def _listed(value: float | Sequence[float] | None) -> Sequence[float] | None:
    return (float(value),) if isinstance(value, int | float) else value


def of_answers(
    name: str,
    about: str,
    fits: Callable[[Case], bool],
    score: Scored,
    *,
    worst: float | Sequence[float] | None = 0.0,
    figure: Callable[[Columns], float] = mean,
    unit: str = "",
    higher: bool = True,
) -> Metric:
    """Return a metric of answers.

    Args:
        name: of the metric.
        about: its formula in a few words.
        fits: whether a case has what the metric needs.
        score: reads the answer to a case that fits.
        worst: what a failed row counts; None leaves it out.
        figure: from the columns of all rows to one number.
        unit: empty for a rate.
        higher: whether more is better.
    """
    bad = _listed(worst)

    def applies(row: Row) -> bool:
        return isinstance(row, Case) and counts(row, fits)

    def columns(record: Record) -> Sequence[float] | None:
        if not isinstance(record.row, Case):
            return None
        answer = record.output.answer
        if record.output.error or answer is None:
            return bad
        return _listed(score(record.row, Answered(answer, record.checks)))

    failed = None if bad is None else lambda _: bad
    return Metric(name, about, applies, columns, failed, figure, unit, higher)


def of_hits(
    name: str,
    about: str,
    fits: Callable[[Case], bool],
    score: Callable[[Case, Hits], float | None],
) -> Metric:
    """Return a metric of rankings, a rate of which more is better; failed rows count 0."""

    def applies(row: Row) -> bool:
        return isinstance(row, Case) and counts(row, fits)

    def columns(record: Record) -> Sequence[float] | None:
        if not isinstance(record.row, Case):
            return None
        if record.output.error or record.output.hits is None:
            return (0.0,)
        hits = [(str(o["source"]), o.get("start"), o.get("end")) for o in record.output.hits]
        return _listed(score(record.row, hits))

    return Metric(name, about, applies, columns, lambda _: (0.0,))


def of_verdicts(
    name: str,
    about: str,
    read: Callable[[Record, Claim], Sequence[float] | None],
    worst: Callable[[Claim], Sequence[float]] | None,
    figure: Callable[[Columns], float],
    *,
    fits: Callable[[Claim], bool] = lambda _: True,
    higher: bool = True,
    classes: bool = False,
) -> Metric:
    """Return a metric of verdicts on claims; a failed row counts ``worst``, or is left out."""

    def applies(row: Row) -> bool:
        return isinstance(row, Claim) and (bool(row.problem) or fits(row))

    def failed(row: Row) -> Sequence[float]:
        assert isinstance(row, Claim) and worst is not None
        return worst(row)

    def columns(record: Record) -> Sequence[float] | None:
        if not isinstance(record.row, Claim):
            return None
        if record.output.error or record.output.verdict is None:
            return None if worst is None else worst(record.row)
        return read(record, record.row)

    wrong = failed if worst else None
    return Metric(name, about, applies, columns, wrong, figure, higher=higher, classes=classes)


def latency(percent: int) -> Metric:
    """Return the time within which that many of a hundred rows were done, in seconds.

    The percentile is interpolated. Rows that failed have no latency and are left out.

    >>> latency(50).figure(np.array([[1.0], [2.0], [9.0]]))
    2.0
    """

    def columns(record: Record) -> Sequence[float] | None:
        return None if record.output.error else (record.output.seconds,)

    def figure(seconds: Columns) -> float:
        return float(np.percentile(seconds[:, 0], percent)) if len(seconds) else float("nan")

    about = f"seconds within which {percent} % of the rows were done; failed rows left out"
    return Metric(f"latency_p{percent}", about, lambda _: True, columns, None, figure, "s", False)
