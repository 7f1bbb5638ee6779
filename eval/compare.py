"""Two runs or more against the first: what differs, how surely, and on which rows.

Rows are paired by id. What cannot be paired is listed, and what cannot be compared is refused.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from eval.cases import Task
from eval.compare_text import number, p_words, short, some
from eval.comparison import Change, Comparison, Contrast, Pair, Run
from eval.measure import Columns, Metric, mean
from eval.measures import metric as published
from eval.record_file import lines_of, record_from_json
from eval.stats import UNKNOWN, Difference, Figure, holm, paired
from eval.summary import columns_of
from rag.errors import BadRequest, NotFound, UnreadableFile

MetricOf = Callable[[Task, str], Metric]
Values = Mapping[str, tuple[float, ...]]
"""What a metric read off a run's rows, by the row's id."""

_NOT_DATA = ("tags", "draft", "label", "group", "problem")
"""Fields of a row that may differ without it being another question."""


@dataclass(frozen=True, slots=True)
class _Loaded:
    run: Run
    summary: Mapping[str, Any]
    lines: Mapping[str, Mapping[str, Any]]


def compare(
    runs: Sequence[Path],
    *,
    metrics: Sequence[str] | None = None,
    level: float = 0.95,
    metric: MetricOf | None = None,
) -> Comparison:
    """Return the first run compared with each other one.

    Args:
        runs: folders of finished runs, or the path of a ``summary.json`` or ``records.jsonl``.
        metrics: which ones, the headline first; by default all that every run has.
        level: of the intervals; a difference counts as one where p is at most 1 - level.
        metric: finds the metric of a name. It is asked only about those that are not a mean over
            rows, which have to be computed from the records again.

    Raises:
        VouchError: a path is no finished run, or the runs are not of the same suite and questions.
    """
    if len(runs) < 2:
        raise BadRequest(
            f"A comparison needs two runs, and {len(runs)} was given.",
            "Name the run to start from and then the others.",
        )
    if not 0 < level < 1:
        raise BadRequest(f"The level must be between 0 and 1, not {level}.", "Try 0.95.")
    loaded = [_load(Path(path), _letter(n)) for n, path in enumerate(runs)]
    first, *others = loaded
    names, notes = _names(loaded, metrics)
    for other in others:
        _refuse_strangers(first, other)
        notes += _verifier_note(first, other)
    values = {name: _values(loaded, name, metric) for name in names}
    pairs = [_pair(first, other, values, level) for other in others]
    return Comparison(
        suite=first.summary["name"],
        task=first.summary["task"],
        level=level,
        correction=f"Holm, {len(others)} comparisons a metric" if len(others) > 1 else "none",
        grouped_by=first.summary.get("grouped_by", ""),
        runs=tuple(one.run for one in loaded),
        pairs=tuple(_judged(pairs, level)),
        notes=tuple(notes),
    )


def _letter(n: int) -> str:
    """Return A, B, ... Z, A1, B1, ...

    >>> _letter(1), _letter(26)
    ('B', 'A1')
    """
    return chr(ord("A") + n % 26) + (str(n // 26) if n > 25 else "")


_HINT = "Name the folder of a finished run, or its summary.json."


def _load(path: Path, letter: str) -> _Loaded:
    folder = path.parent if path.name in ("summary.json", "records.jsonl") else path
    for name in ("records.jsonl", "summary.json"):
        if not (folder / name).is_file():
            raise NotFound(f"{folder} is no finished run: it has no {name}.", _HINT)
    summary, lines = _summary(folder / "summary.json"), _lines(folder / "records.jsonl")
    outcomes = Counter(line["outcome"] for line in lines.values())
    kept = {name: outcomes[name] for name in ("answered", "refused", "failed")}
    about = {name: str(summary.get(name) or "") for name in ("system", "commit", "date")}
    return _Loaded(
        Run(letter, str(folder), rows=len(lines), outcomes=kept, **about), summary, lines
    )


def _summary(file: Path) -> Mapping[str, Any]:
    try:
        summary = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise UnreadableFile(
            f"{file} is not valid JSON: {error}.", "Run the suite again."
        ) from error
    for field in ("name", "task", "metrics", "better"):
        if not isinstance(summary, dict) or field not in summary:
            raise UnreadableFile(f"{file} is no summary of a run: it has no {field!r}.", _HINT)
    return dict(summary)


def _lines(file: Path) -> Mapping[str, Mapping[str, Any]]:
    """Return the lines of a file of records by id."""
    lines: dict[str, Mapping[str, Any]] = {}
    for n_line, line in enumerate(lines_of(file), start=1):
        where = f"Line {n_line} of {file}"
        if not isinstance(line, dict) or not {"id", "outcome", "scores", "row"} <= set(line):
            raise UnreadableFile(f"{where} is no record of a run.", _HINT)
        if line["id"] in lines:
            raise UnreadableFile(
                f"{where} has the id {line['id']!r} for the second time.",
                "Rows are paired by id: give each its own and run the suite again.",
            )
        for name, score in line["scores"].items():
            if not isinstance(score, int | float) or not math.isfinite(score):
                raise UnreadableFile(
                    f"{where}: row {line['id']!r} has {score} for {name}, which is no number.",
                    "Run the suite again.",
                )
        lines[line["id"]] = line
    return lines


def _names(loaded: Sequence[_Loaded], wanted: Sequence[str] | None) -> tuple[list[str], list[str]]:
    """Return the metrics to compare, and notes on those left out."""
    by_run = {one.run.letter: one.summary["metrics"] for one in loaded}
    everything = list(dict.fromkeys(name for names in by_run.values() for name in names))
    common = [name for name in everything if all(name in names for names in by_run.values())]
    for name in wanted or ():
        if name not in common:
            lacking = " and ".join(run for run, names in by_run.items() if name not in names)
            raise BadRequest(
                f"Run {lacking} has no metric {name!r}.",
                f"All of the runs have {', '.join(common) or 'none in common'}.",
            )
    if not common:
        raise BadRequest("The runs have no metric in common.", "Compare runs of the same suite.")
    names = list(dict.fromkeys(wanted)) if wanted else common
    for name in names:
        if loaded[0].summary["better"].get(name) not in ("higher", "lower"):
            raise UnreadableFile(
                f"The summary of {loaded[0].run.path} does not say whether a higher {name} "
                "is better.",
                "Run the suite again.",
            )
    left = [] if wanted else [name for name in everything if name not in common]
    return names, [
        f"{name} is left out: only {' and '.join(r for r in by_run if name in by_run[r])} has it."
        for name in left
    ]


def _refuse_strangers(first: _Loaded, other: _Loaded) -> None:
    """Raise where two runs are not about the same questions."""
    for field, noun in (("name", "suite"), ("task", "task")):
        if first.summary[field] != other.summary[field]:
            raise BadRequest(
                f"The runs are not of the same {noun}: {first.run.path} is of "
                f"{first.summary[field]!r}, {other.run.path} of {other.summary[field]!r}.",
                "Compare runs of one suite.",
            )
    shared = [id_ for id_ in first.lines if id_ in other.lines]
    if not shared:
        raise BadRequest(
            f"{first.run.path} and {other.run.path} have no rows in common.",
            "Compare runs on the same data: rows are paired by id.",
        )
    found = [(id_, fields) for id_ in shared if (fields := _unlike(first, other, id_))]
    if found:
        id_, fields = found[0]
        rows = [one.lines[id_]["row"] for one in (first, other)]
        shown = " and ".join(
            short(json.dumps(row.get(fields[0]), ensure_ascii=False)) for row in rows
        )
        raise BadRequest(
            f"{len(found):,} of {len(shared):,} rows have the same id in {first.run.path} and "
            f"{other.run.path} and are not the same, the first of them {id_!r}: "
            f"{' and '.join(fields)} differ{'s' if len(fields) == 1 else ''} ({shown}).",
            "The data changed between the runs: run both on the same files.",
        )


def _unlike(first: _Loaded, other: _Loaded, id_: str) -> list[str]:
    a, b = first.lines[id_]["row"], other.lines[id_]["row"]
    return [f for f in dict.fromkeys((*a, *b)) if f not in _NOT_DATA and a.get(f) != b.get(f)]


def _verifier_note(first: _Loaded, other: _Loaded) -> list[str]:
    a, b = ((one.summary.get("verifier") or {}).get("name") for one in (first, other))
    if a == b:
        return []
    return [
        f"Sentences were judged by {a or 'no verifier'} in {first.run.letter} and by "
        f"{b or 'no verifier'} in {other.run.letter}: "
        "metrics that rest on those verdicts are not comparable."
    ]


def _values(
    loaded: Sequence[_Loaded], name: str, metric: MetricOf | None
) -> tuple[Figure, dict[str, Values]]:
    """Return a metric's figure, and by run what it read off the rows that have it."""
    if any(name in line["scores"] for one in loaded for line in one.lines.values()):
        return mean, {
            one.run.letter: {
                id_: (float(line["scores"][name]),)
                for id_, line in one.lines.items()
                if name in line["scores"]
            }
            for one in loaded
        }
    found = (metric or published)(loaded[0].summary["task"], name)
    return found.figure, {one.run.letter: dict(_columns(one, found)) for one in loaded}


def _columns(one: _Loaded, metric: Metric) -> Iterator[tuple[str, tuple[float, ...]]]:
    for id_, line in one.lines.items():
        columns = columns_of(metric, record_from_json(line))
        if columns is not None:
            yield id_, tuple(map(float, columns))


def _pair(
    first: _Loaded,
    other: _Loaded,
    values: Mapping[str, tuple[Figure, Mapping[str, Values]]],
    level: float,
) -> Pair:
    shared = [id_ for id_ in first.lines if id_ in other.lines]
    flips = Counter(
        f"{first.lines[id_]['outcome']} -> {other.lines[id_]['outcome']}" for id_ in shared
    )
    a, b = (one.summary.get("settings") or {} for one in (first, other))
    return Pair(
        run=other.run.letter,
        shared=len(shared),
        only_in_a=tuple(id_ for id_ in first.lines if id_ not in other.lines),
        only_in_b=tuple(id_ for id_ in other.lines if id_ not in first.lines),
        outcomes=dict(sorted(flips.items())),
        settings={s: (a.get(s), b.get(s)) for s in sorted({*a, *b}) if a.get(s) != b.get(s)},
        contrasts=tuple(
            _contrast(first, other, shared, name, *found, level) for name, found in values.items()
        ),
    )


def _contrast(
    first: _Loaded,
    other: _Loaded,
    shared: Sequence[str],
    name: str,
    figure: Figure,
    values: Mapping[str, Values],
    level: float,
) -> Contrast:
    in_a, in_b = values[first.run.letter], values[other.run.letter]
    ids = [id_ for id_ in shared if id_ in in_a and id_ in in_b]
    groups = [first.lines[id_]["row"].get("group") or id_ for id_ in ids]
    a, b = _array(in_a, ids), _array(in_b, ids)
    nothing = Difference(float("nan"), UNKNOWN, float("nan"), 0, 0, False)
    found = paired(a, b, groups, figure, level=level) if ids else nothing
    better = first.summary["better"][name]
    signs = (b - a)[:, 0] * (1 if better == "higher" else -1) if ids and figure is mean else None
    return Contrast(
        metric=name,
        a=figure(a) if ids else float("nan"),
        b=figure(b) if ids else float("nan"),
        difference=found.value,
        ci=found.ci,
        p=found.p,
        p_holm=found.p,
        exact=found.exact,
        wins=None if signs is None else int((signs > 0).sum()),
        losses=None if signs is None else int((signs < 0).sum()),
        ties=None if signs is None else int((signs == 0).sum()),
        n=len(ids),
        groups=len(set(groups)),
        only_in_a=tuple(id_ for id_ in shared if id_ in in_a and id_ not in in_b),
        only_in_b=tuple(id_ for id_ in shared if id_ in in_b and id_ not in in_a),
        changed=_changed(first, other, ids, in_a, in_b),
        better=better,
        unit=first.summary["metrics"][name].get("unit", ""),
    )


def _array(values: Values, ids: Sequence[str]) -> Columns:
    return np.array([values[id_] for id_ in ids], np.float64)


def _changed(
    first: _Loaded, other: _Loaded, ids: Sequence[str], in_a: Values, in_b: Values
) -> tuple[Change, ...]:
    found: list[tuple[float, Change]] = []
    for id_ in ids:
        a, b, line_a, line_b = in_a[id_], in_b[id_], first.lines[id_], other.lines[id_]
        if a == b and line_a["outcome"] == line_b["outcome"]:
            continue
        text = line_a["row"].get("question") or line_a["row"].get("text") or ""
        size = sum(abs(x - y) for x, y in zip(a, b, strict=True))
        one_a, one_b = (a[0], b[0]) if len(a) == 1 else (a, b)
        change = Change(id_, text, one_a, one_b, line_a["outcome"], line_b["outcome"])
        found.append((size, change))
    return tuple(change for _, change in sorted(found, key=lambda one: -one[0]))


def _judged(pairs: Sequence[Pair], level: float) -> Iterator[Pair]:
    """Yield the pairs with every metric's p corrected for their number, and a verdict on each."""
    by_metric = zip(*(pair.contrasts for pair in pairs), strict=True)
    adjusted = [holm([one.p for one in contrasts]) for contrasts in by_metric]
    for n, pair in enumerate(pairs):
        judged = (
            replace(one, p_holm=ps[n]) for one, ps in zip(pair.contrasts, adjusted, strict=True)
        )
        contrasts = (replace(one, verdict=_verdict(one, pair.run, level)) for one in judged)
        yield replace(pair, contrasts=tuple(contrasts))


def _verdict(one: Contrast, run: str, level: float) -> str:
    """Return what to make of a difference, in words."""
    if not one.n:
        return f"cannot be compared: no row has {one.metric} in both A and {run}"
    if math.isnan(one.difference):
        return f"cannot be compared: {one.metric} is not defined on these {one.n:,} rows"
    if one.p == 1 and one.difference == 0 and not any(c.a != c.b for c in one.changed):
        return f"no difference: all {one.n:,} rows score the same"
    unit = f" {one.unit}" if one.unit else ""
    less = ", less is better" if one.better == "lower" else ""
    size = f"{number(one.difference, one.unit, '+')}{unit}{less}"
    chance, smallest = 1 - level + 1e-12, 2.0 ** (1 - one.groups)
    if smallest > chance:
        return (
            f"cannot tell: {size}, but {some(one.groups, 'independent group')} "
            f"cannot show a difference (p is at least {number(smallest)})"
        )
    between = f"{number(one.ci[0], one.unit)} to {number(one.ci[1], one.unit)}{unit}"
    figures = f"{size} ({100 * level:g} % interval {between}), {p_words(one.p_holm, 'p ')}"
    apart = one.ci[0] > 0 or one.ci[1] < 0
    if one.p_holm > chance:
        return f"within noise: {figures}"
    if not apart:
        return f"not clear, the interval holds zero: {figures}"
    up = one.difference > 0
    return f"{run} is {'better' if up == (one.better == 'higher') else 'worse'}: {figures}"
