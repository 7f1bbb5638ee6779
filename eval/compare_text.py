"""A comparison in words: a table, the verdicts, and the rows that changed."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from eval.comparison import Change, Comparison, Contrast, Pair, Run


def plain(value: Any) -> Any:
    """Return a value as JSON holds it: what is not a number is None."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {name: plain(one) for name, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list | tuple) else value


def number(value: float, unit: str = "", sign: str = "") -> str:
    """Return a rate with three decimals, anything else with four digits.

    >>> number(0.5), number(-0.0001), number(1234.5678, "ms", "+"), number(float("nan"))
    ('0.500', '0.000', '+1235', '-')
    """
    if math.isnan(value):
        return "-"
    return f"{value:{sign}.4g}" if unit else f"{round(value, 3) + 0.0:{sign}.3f}"


def p_words(p: float, name: str = "") -> str:
    """Return a p value, small ones as such."""
    if math.isnan(p):
        return "-"
    equals = "= " if name else ""
    return f"{name}< 0.001" if p < 0.001 else f"{name}{equals}{p:.3f}"


def some(n: int, noun: str) -> str:
    """Return a number with its noun."""
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def short(text: str, width: int = 60) -> str:
    """Return a text on one line, cut where it is too long."""
    text = " ".join(text.split())
    return text if len(text) <= width else text[: max(1, width - 3)].rstrip() + "..."


def _listed(ids: Sequence[str], limit: int) -> str:
    more = f" and {len(ids) - limit:,} more" if len(ids) > limit else ""
    return ", ".join(ids[:limit]) + more


def _table(comparison: Comparison) -> list[list[str]]:
    """Return the cells of the table, its head first."""
    interval = f"{100 * comparison.level:g} % interval"
    head = ["metric", "run", "A", "run's", "difference", interval, "p", "W/L/T", "n"]
    rows = [head]
    for contrasts in zip(*(pair.contrasts for pair in comparison.pairs), strict=True):
        for pair, one in zip(comparison.pairs, contrasts, strict=True):
            counts = (one.wins, one.losses, one.ties)
            rows.append(
                [
                    f"{one.metric} ({one.unit})" if one.unit else one.metric,
                    pair.run,
                    number(one.a, one.unit),
                    number(one.b, one.unit),
                    number(one.difference, one.unit, "+"),
                    " to ".join(number(end, one.unit) for end in one.ci),
                    p_words(one.p_holm),
                    "-" if one.wins is None else "/".join(map(str, counts)),
                    f"{one.n:,}",
                ]
            )
    if len(comparison.pairs) == 1:
        head[3] = comparison.pairs[0].run
        rows = [row[:1] + row[2:] for row in rows]
    return rows


def _verdicts(comparison: Comparison) -> Iterator[str]:
    several = len(comparison.pairs) > 1
    for contrasts in zip(*(pair.contrasts for pair in comparison.pairs), strict=True):
        for pair, one in zip(comparison.pairs, contrasts, strict=True):
            yield f"{one.metric}{f', {pair.run} against A' if several else ''}: {one.verdict}"


def _about(run: Run) -> str:
    outcomes = ", ".join(f"{n:,} {name}" for name, n in run.outcomes.items())
    parts = (run.system, f"{some(run.rows, 'row')} ({outcomes})", run.commit[:10], run.date)
    return f"{run.letter} = {run.path}: " + ", ".join(part for part in parts if part)


def _remarks(comparison: Comparison, limit: int) -> Iterator[str]:
    """Yield what was left out and why, what else differs, and how to read the figures."""
    for pair in comparison.pairs:
        for run, ids in (("A", pair.only_in_a), (pair.run, pair.only_in_b)):
            other = pair.run if run == "A" else "A"
            if ids:
                what = f"{some(len(ids), 'row')} of {run} {'is' if len(ids) == 1 else 'are'}"
                yield f"{what} not in {other} and left out: {_listed(ids, limit)}."
        for one in pair.contrasts:
            for run, ids in (("A", one.only_in_a), (pair.run, one.only_in_b)):
                if ids:
                    rows = f"{some(len(ids), 'row')} of A and {pair.run}"
                    has = "has" if len(ids) == 1 else "have"
                    listed = _listed(ids, limit)
                    yield f"{rows} {has} {one.metric} in {run} alone, left out of it: {listed}."
        flips = [
            f"{n:,} {name}"
            for name, n in pair.outcomes.items()
            if len(set(name.split(" -> "))) == 2
        ]
        if flips:
            yield f"Outcomes that changed from A to {pair.run}: {', '.join(flips)}."
        if pair.settings:
            differ = (f"{name} {short(f'{a} -> {b}')}" for name, (a, b) in pair.settings.items())
            yield f"Settings that differ from A to {pair.run}: {', '.join(differ)}."
    yield from comparison.notes
    several = len(comparison.pairs) > 1
    yield (
        f"Differences are run - A on the same rows. Intervals: percentile bootstrap"
        f"{f' of whole groups ({comparison.grouped_by})' if comparison.grouped_by else ''}"
        f"{', not corrected' if several else ''}. p: two-sided permutation test, "
        + (f"corrected ({comparison.correction})" if several else "one comparison, not corrected")
        + ". Several metrics are not corrected for one another. W/L/T: rows on which the run is "
        "better, worse, equal."
    )


def _headline(pair: Pair) -> Contrast:
    """Return the metric whose changed rows are shown: the first with scores by row."""
    return next((one for one in pair.contrasts if one.wins is not None), pair.contrasts[0])


def _change(change: Change, unit: str) -> tuple[str, str]:
    """Return a change's scores, and its outcomes where those changed."""
    sides = (change.a, change.b)
    shown = [
        ", ".join(number(x, unit) for x in (side if isinstance(side, tuple) else (side,)))
        for side in sides
    ]
    flip = f"{change.outcome_a} -> {change.outcome_b}"
    return " -> ".join(shown), flip if change.outcome_a != change.outcome_b else change.outcome_a


def text_lines(comparison: Comparison, width: int, limit: int) -> Iterator[str]:
    """Yield the lines for a terminal."""
    yield f"{comparison.suite} ({comparison.task})"
    for run in comparison.runs:
        yield from textwrap.wrap(
            _about(run), width, initial_indent="  ", subsequent_indent="      "
        )
    yield ""
    yield from _aligned(_table(comparison), width)
    yield ""
    for verdict in _verdicts(comparison):
        yield from textwrap.wrap(verdict, width, subsequent_indent="  ", break_on_hyphens=False)
    for pair in comparison.pairs:
        one = _headline(pair)
        if not one.changed or not limit:
            continue
        yield f"\nRows that changed from A to {pair.run}, by {one.metric}:"
        cells = [[c.id, *_change(c, one.unit)] for c in one.changed[:limit]]
        sizes = [max(map(len, column)) for column in zip(*cells, strict=True)]
        for change, row in zip(one.changed, cells, strict=False):
            start = "  " + "  ".join(c.ljust(n) for c, n in zip(row, sizes, strict=True))
            room = width - len(start) - 2
            yield (
                f"{start}  {short(change.text, room)}"
                if room >= 20
                else (f"{start}\n      {short(change.text, max(20, width - 6))}")
            )
        if len(one.changed) > limit:
            yield f"  and {len(one.changed) - limit:,} more"
    yield ""
    for remark in _remarks(comparison, limit):
        yield from textwrap.wrap(remark, width, subsequent_indent="  ", break_on_hyphens=False)


def _aligned(rows: Sequence[Sequence[str]], width: int) -> Iterator[str]:
    """Yield a table's lines; where it is too wide each metric stands on a line of its own."""
    sizes = [max(map(len, column)) for column in zip(*rows, strict=True)]
    own = sum(sizes) + 2 * (len(sizes) - 1) > width
    for row in rows:
        cells = [cell.rjust(size) for cell, size in zip(row[1:], sizes[1:], strict=True)]
        yield (row[0] + "\n  " if own else row[0].ljust(sizes[0]) + "  ") + "  ".join(cells)


def markdown_lines(comparison: Comparison, limit: int) -> Iterator[str]:
    """Yield the lines of Markdown."""
    yield f"# {comparison.suite} ({comparison.task})\n"
    for run in comparison.runs:
        yield f"- {_about(run)}"
    yield ""
    yield from _piped(_table(comparison), right=True)
    yield ""
    for verdict in _verdicts(comparison):
        yield f"- {verdict}"
    for pair in comparison.pairs:
        one = _headline(pair)
        if not one.changed or not limit:
            continue
        yield f"\n## Rows that changed from A to {pair.run}, by {one.metric}\n"
        cells = [[c.id, *_change(c, one.unit), short(c.text, 160)] for c in one.changed[:limit]]
        yield from _piped([["row", "score", "outcome", "question"], *cells], right=False)
        if len(one.changed) > limit:
            yield f"\nand {len(one.changed) - limit:,} more"
    yield ""
    for remark in _remarks(comparison, limit):
        yield f"- {remark}"


def _piped(rows: Sequence[Sequence[str]], *, right: bool) -> Iterator[str]:
    for n, row in enumerate(rows):
        cells = (" ".join(c.replace("\\", "\\\\").replace("|", "\\|").split()) for c in row)
        yield "| " + " | ".join(cells) + " |"
        if n == 0:
            yield "|" + "---|" + ("---:|" if right else "---|") * (len(row) - 1)
