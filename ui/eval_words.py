"""A run in words for the terminal: one line that says what came of it, and its table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_SHOWN_PROBLEMS = 10


def number(figure: Mapping[str, Any] | None) -> str:
    """Return a figure's value; what was not measured says so.

    >>> number({"value": 0.5}), number(None), number({"value": 0.25, "unit": "s"})
    ('0.500', 'not measured', '0.250 s')
    """
    if figure is None or figure.get("value") is None:
        return "not measured"
    unit = f" {figure['unit']}" if figure.get("unit") else ""
    value = figure["value"]
    return f"{value:,.0f}{unit}" if abs(value) >= 100 else f"{value:.3f}{unit}"


def between(figure: Mapping[str, Any] | None) -> str:
    """Return a figure's 95 % interval.

    >>> between({"value": 0.5, "ci": [0.4, 0.6]})
    '0.400 to 0.600'
    """
    if figure is None or not figure.get("ci"):
        return ""
    low, high = figure["ci"]
    large = max(abs(low), abs(high)) >= 100
    return f"{low:,.0f} to {high:,.0f}" if large else f"{low:.3f} to {high:.3f}"


def head_line(summary: Mapping[str, Any]) -> str:
    """Return what was run and its first figure."""
    outcomes = summary["outcomes"]
    counted = ", ".join(f"{outcomes[name]:,} {name}" for name in outcomes if outcomes[name])
    first = next(iter(summary["metrics"].items()), None)
    figure = ""
    if first is not None:
        inside = between(first[1])
        figure = f"{first[0]} {number(first[1])}{f' ({inside})' if inside else ''}; "
    system, rows = summary["system"], f"{summary['rows']:,} rows"
    return f"{summary['name']}, {system}: {figure}{rows}: {counted or 'none'}."


def figures_table(summary: Mapping[str, Any]) -> str:
    """Return the metrics with intervals, and each baseline's value beside."""
    baselines = summary.get("baselines") or {}
    head = ["metric", summary["system"], "95 % interval", "n", "failed", *baselines]
    rows = [head]
    for name, figure in summary["metrics"].items():
        arrow = " (lower is better)" if summary["better"].get(name) == "lower" else ""
        counts = [f"{figure['n']:,}", f"{figure['failed']:,}"]
        others = [number(some.get(name)) if name in some else "-" for some in baselines.values()]
        rows.append([f"{name}{arrow}", number(figure), between(figure), *counts, *others])
    return _aligned(rows)


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [
            cell.ljust(width) if n == 0 else cell.rjust(width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:]])


def problems_lines(summary: Mapping[str, Any]) -> list[str]:
    """Return the rows that failed, by name; all of them stand in summary.json."""
    problems = summary.get("problems") or []
    if not problems:
        return []
    shown = [f"  {one['id']}: {one['error']}" for one in problems[:_SHOWN_PROBLEMS]]
    more = len(problems) - len(shown)
    rest = [f"  and {more:,} more, in summary.json"] if more else []
    told = (
        "1 row failed, and counts"
        if len(problems) == 1
        else f"{len(problems):,} rows failed, and count"
    )
    return ["", f"{told} as wrong:", *shown, *rest]
