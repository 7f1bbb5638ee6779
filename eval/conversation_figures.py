"""The figures of played conversations: by mode and tag, with intervals by conversation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from eval.cases import Case
from eval.conversation_play import Asked
from eval.measure import Metric
from eval.measures import METRICS
from eval.metrics import ranking
from eval.metrics.rows import of_hits
from eval.records import Output, Record
from eval.stats import paired
from eval.summary import columns_of, figure, group_of

ANSWERED = ("correct", "source_cited", "correct_refusals", "wrong_refusals")
DEPTHS = (1, 3, 5, 10)
Figures = dict[str, Any]


def right(asked: Asked) -> float | None:
    """Return 1 for a question answered, or refused, as its case expects; None where it is open."""
    found = columns_of(METRICS["answer"]["correct"], Record(asked.case, asked.output))
    return None if found is None else float(found[0])


def answered_figures(asked: Sequence[Asked]) -> Figures:
    """Return the figures of one mode: of all questions, and of each tag."""
    records = [Record(one.case, one.output) for one in asked]
    tags = sorted({tag for one in asked for tag in one.case.tags} - {"conversation"})
    found: Figures = {name: figure(METRICS["answer"][name], records) for name in ANSWERED}
    found["seconds_p50"] = round(float(np.median([one.output.seconds for one in asked])), 3)
    found["tags"] = {
        tag: figure(METRICS["answer"]["correct"], [r for r in records if tag in _tags(r)])
        for tag in tags
    }
    return found


def _tags(record: Record) -> tuple[str, ...]:
    return record.row.tags


def differences(asked: Mapping[Any, Sequence[Asked]], best: str = "resolved") -> Figures:
    """Return how much better one mode is than each other one, on the same questions."""
    return {
        mode: _difference(
            [Record(one.case, one.output) for one in some],
            [Record(one.case, one.output) for one in asked[best]],
            METRICS["answer"]["correct"],
        )
        for mode, some in asked.items()
        if best in asked and mode != best
    }


def found_figures(hits: Mapping[Any, Sequence[tuple[Case, Output]]]) -> Figures:
    """Return recall of the reference passages by mode, with how much better resolved ones are."""
    records = {mode: [Record(*one) for one in some] for mode, some in hits.items()}
    recalls = [_recall(k) for k in DEPTHS]
    figures: Figures = {}
    for mode, some in records.items():
        later = [one for one in some if "later turn" in _tags(one)]
        figures[mode] = {
            "all": {one.name: figure(one, some) for one in recalls},
            "later turns": {one.name: figure(one, later) for one in recalls},
        }
    if "resolved" in records:
        figures["resolved over"] = {
            mode: {one.name: _difference(some, records["resolved"], one) for one in recalls}
            for mode, some in records.items()
            if mode != "resolved"
        }
    return figures


def _recall(k: int) -> Metric:
    return of_hits(
        f"recall@{k}",
        f"reference passages among the first {k}",
        lambda case: any(grade > 0 for grade in case.relevance.values()),
        lambda case, hits: ranking.recall_at([source for source, _, _ in hits], case.relevance, k),
    )


def _difference(a: Sequence[Record], b: Sequence[Record], metric: Metric) -> Figures:
    read = [
        (columns_of(metric, one), columns_of(metric, other), group_of(one.row))
        for one, other in zip(a, b, strict=True)
    ]
    both = [(x[0], y[0], group) for x, y, group in read if x is not None and y is not None]
    before, after = (np.array([[one[n]] for one in both], np.float64) for n in (0, 1))
    found = paired(before, after, [group for _, _, group in both])
    return {"value": found.value, "ci": list(found.ci), "p": found.p, "n": len(both)}


def told(one: Mapping[str, Any] | None) -> str:
    """Return a figure in a cell: rate, interval, number.

    >>> told({"value": 0.5, "ci": [0.25, 0.75], "n": 8})
    '0.500 (0.250 to 0.750, n=8)'
    """
    if one is None:
        return ""
    low, high = one["ci"] or (float("nan"),) * 2
    return f"{one['value']:.3f} ({low:.3f} to {high:.3f}, n={one['n']})"


def answered_table(figures: Mapping[Any, Figures]) -> str:
    """Return the rate of right answers by mode and tag, in Markdown."""
    modes = list(figures)
    tags = list(dict.fromkeys(tag for one in figures.values() for tag in one["tags"]))
    rows = [("all", [figures[mode]["correct"] for mode in modes])]
    rows += [(tag, [figures[mode]["tags"].get(tag) for mode in modes]) for tag in tags]
    rows += [
        (name, [figures[mode][name] for mode in modes]) for name in ANSWERED if name != "correct"
    ]
    return _table("right", modes, rows)


def found_table(figures: Mapping[str, Figures], which: str = "all") -> str:
    """Return recall by depth and mode, in Markdown."""
    modes = [mode for mode in figures if mode != "resolved over"]
    names = [f"recall@{k}" for k in DEPTHS]
    return _table(which, modes, [(n, [figures[m][which][n] for m in modes]) for n in names])


def _table(head: str, modes: Sequence[str], rows: Sequence[tuple[str, Sequence[Any]]]) -> str:
    lines = [f"| {head} | {' | '.join(modes)} |", "|---" * (len(modes) + 1) + "|"]
    return "\n".join([*lines, *(f"| {name} | {' | '.join(map(told, c))} |" for name, c in rows)])
