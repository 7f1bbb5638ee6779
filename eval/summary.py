"""From records to the figures of a run: each with its interval, how many rows, how many failed."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from eval.cases import Row
from eval.measure import Columns, Metric
from eval.measures import metric, reliability_bins, risk_coverage_points
from eval.records import Record
from eval.stats import interval

_PER_TAG = 3
"""Metrics that are told tag by tag."""
_FEWEST = 5
"""Rows that a tag needs for figures of its own."""


JUDGED = frozenset({"citation_precision", "citation_recall", "faithfulness", "quote_truth"})
"""Metrics that rest on checks of an answer."""


def check_error(record: Record) -> str:
    """Return why an answer could not be checked, or the empty string."""
    return str((record.checks or {}).get("error") or "")


def columns_of(metric: Metric, record: Record) -> Sequence[float] | None:
    """Return what a metric reads off a record; None where the record does not count.

    A row that could not be asked counts as failed wherever it could have counted: leaving it out
    would make a figure better than it is. So does an answer that the verifier failed to check.

    Raises:
        ValueError: the metric gave NaN for a row, which is a fault of the metric.
    """
    row = record.row
    if not metric.applies(row):
        return None
    if record.output.error or (metric.name in JUDGED and check_error(record)):
        return None if metric.failed is None else metric.failed(row)
    found = metric.columns(record)
    if found is not None and not all(math.isfinite(one) for one in found):
        raise ValueError(f"{metric.name} of {record.id} is not a number: {found}")
    return found


def scores_of(metrics: Sequence[Metric], record: Record) -> dict[str, float]:
    """Return a record's score by each metric that is a mean over rows."""
    found = {one.name: columns_of(one, record) for one in metrics if one.is_mean}
    return {name: float(columns[0]) for name, columns in found.items() if columns is not None}


def figure(metric: Metric, records: Sequence[Record]) -> dict[str, Any] | None:
    """Return a metric's value with its interval; None where no record says anything of it."""
    read = [(one, columns_of(metric, one)) for one in records]
    counted = [(one, columns) for one, columns in read if columns is not None]
    if not counted or (
        all(one.output.error for one, _ in counted)
        and any(not one.output.error for one in records if metric.applies(one.row))
    ):
        # Rows were answered, and the system gives nothing that this could be told from.
        return None
    failed = sum(
        bool(one.output.error or (metric.name in JUDGED and check_error(one)))
        for one in records
        if metric.applies(one.row)
    )
    columns = np.array([list(columns) for _, columns in counted], dtype=np.float64)
    value = metric.figure(columns)
    groups = [group_of(one.row) for one, _ in counted]
    if len(set(groups)) == 1:
        # One document or conversation cannot be resampled; its rows are the best there is.
        groups = [one.id for one, _ in counted]
    low, high = interval(columns, groups, lacking(metric, columns))
    if not metric.unit and value in (0.0, 1.0) and (low == high or math.isnan(low)):
        low, high = exact_ends(value, len(set(groups)))
    found = {
        "value": _number(value),
        "ci": None if math.isnan(low) else [_number(low), _number(high)],
        "n": len(counted),
        "failed": failed,
    }
    return {**found, "unit": metric.unit} if metric.unit else found


def lacking(metric: Metric, columns: Columns) -> Callable[[Columns], float]:
    """Return a metric's figure for resamples: NaN for one that lacks a class which the rows have.

    A recall without positives is no recall of 0; such resamples are left out of the interval.
    """
    if metric.is_mean or not metric.classes or len(set(columns[:, 0])) < 2:
        return metric.figure

    def figure(some: Columns) -> float:
        return metric.figure(some) if len(set(some[:, 0])) > 1 else float("nan")

    return figure


def exact_ends(value: float, groups: int, level: float = 0.95) -> tuple[float, float]:
    """Return the exact interval of a rate that is 0 or 1 in every one of so many groups.

    Resampling rows that are all alike would give an interval of no width. Clopper and Pearson 1934.

    >>> [round(end, 3) for end in exact_ends(0.0, 10)]
    [0.0, 0.308]
    """
    far = 1 - ((1 - level) / 2) ** (1 / groups)
    return (0.0, far) if value == 0.0 else (1 - far, 1.0)


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def group_of(row: Row) -> str:
    """Return what a row is resampled with."""
    return row.group or row.id


def figures(metrics: Sequence[Metric], records: Sequence[Record]) -> dict[str, Any]:
    """Return every metric's value, leaving out those that nothing is known of."""
    found = {one.name: figure(one, records) for one in metrics}
    return {name: value for name, value in found.items() if value is not None}


def by_tag(metrics: Sequence[Metric], records: Sequence[Record]) -> dict[str, Any]:
    """Return the first few metrics for each tag that enough rows have."""
    tagged: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        for tag in dict.fromkeys(record.row.tags):
            tagged[tag].append(record)
    kept = [(tag, some) for tag, some in sorted(tagged.items()) if len(some) >= _FEWEST]
    return {tag: figures(metrics[:_PER_TAG], some) for tag, some in kept}


def metrics_of(task: str, names: Sequence[str]) -> list[Metric]:
    """Return the metrics of a suite by name.

    Raises:
        VouchError: one of them does not exist; the error lists the real ones.
    """
    return [metric(task, name) for name in names]


def summarise(
    task: str,
    names: Sequence[str],
    records: Sequence[Record],
    baselines: Mapping[str, Sequence[Record]],
) -> dict[str, Any]:
    """Return the part of ``summary.json`` that is computed from records."""
    metrics = metrics_of(task, names)
    outcomes = Counter(record.output.outcome for record in records)
    found: dict[str, Any] = {
        "rows": len(records),
        "outcomes": {name: outcomes[name] for name in ("answered", "refused", "failed")},
        "metrics": figures(metrics, records),
        "baselines": {name: figures(metrics, some) for name, some in baselines.items()},
        "tags": by_tag(metrics, records),
        "curves": curves(task, records),
        "problems": [
            {"id": record.id, "error": record.output.error}
            for record in records
            if record.output.error
        ]
        + [
            {"id": record.id, "error": f"The verifier failed: {check_error(record)}"}
            for record in records
            if check_error(record)
        ],
        "better": {one.name: "higher" if one.higher else "lower" for one in metrics},
        "description": {one.name: one.about for one in metrics},
    }
    return found


def curves(task: str, records: Sequence[Record]) -> dict[str, Any]:
    """Return the points of the plots: risk by coverage, reliability, and every row's latency."""
    found: dict[str, Any] = {}
    if task in ("answer", "verify"):
        points, bins = risk_coverage_points(records), reliability_bins(records)
        if points:
            found["risk_coverage"] = [list(point) for point in points]
        if bins:
            found["reliability"] = list(bins)
    seconds = [round(one.output.seconds, 7) for one in records if not one.output.error]
    if seconds:
        found["latency"] = seconds
    return found
