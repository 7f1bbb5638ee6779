"""The figures of a report: the result in a sentence, and the table of metrics and baselines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from eval.plots import NOTHING, whisker
from eval.report_text import bounds, count, figure, finite, html, some, together, words

Summary = Mapping[str, Any]
"""``summary.json``."""

_JUDGED = ("faithfulness", "citation_precision", "citation_recall")


def rates_of(summary: Summary) -> dict[str, Mapping[str, Any]]:
    """Return the metrics that are rates from 0 to 1, the headline first.

    >>> list(rates_of({"metrics": {"latency": {"value": 2, "unit": "s"}, "f1": {"value": 0.5}}}))
    ['f1']
    """
    metrics = summary.get("metrics") or {}
    return {name: one or {} for name, one in metrics.items() if not (one or {}).get("unit")}


def _lower(summary: Summary, metric: str) -> bool:
    return (summary.get("better") or {}).get(metric) == "lower"


def _beats(summary: Summary, metric: str, one: object, other: object) -> bool:
    ours, theirs = finite(one), finite(other)
    if ours is None or theirs is None:
        return False
    return theirs < ours if _lower(summary, metric) else theirs > ours


def result(summary: Summary) -> str:
    """Return the result in one sentence: the first metric, how sure, of how many, beside what.

    >>> ours = {"value": 0.61, "ci": [0.58, 0.64], "n": 1378, "failed": 0}
    >>> result({"metrics": {"f1": ours}, "baselines": {"refuse": {"f1": {"value": 0.52}}}})
    'f1 is 0.61, between 0.58 and 0.64 (95 %), on 1,378 rows; the baseline “refuse” has 0.52.'
    """
    metrics = summary.get("metrics") or {}
    if not metrics or not summary.get("rows", True):
        return "No row was measured."
    name, one = next(iter(metrics.items()))
    one = one or {}
    value, unit = finite(one.get("value")), str(one.get("unit") or "")
    if value is None:
        return f"{name} was not measured: no row gave a figure."
    text = f"{name} is {figure(value, unit, 2)}"
    if (interval := bounds(one)) is not None:
        low, high = interval
        text += f", between {figure(low, unit, 2)} and {figure(high, unit, 2)} (95 %)"
    text += f", on {some(int(one.get('n') or 0), 'row')}"
    best = _best_baseline(summary, name)
    if best is None:
        return text + "."
    other, theirs = best
    text += f"; the baseline “{words(other)}” has {figure(theirs, unit, 2)}"
    if _beats(summary, name, value, theirs):
        return text + ", which is better."
    if interval is not None and interval[0] <= theirs <= interval[1]:
        return text + ", which lies within that interval."
    return text + "."


def _best_baseline(summary: Summary, metric: str) -> tuple[str, float] | None:
    found = [
        (name, value)
        for name, metrics in (summary.get("baselines") or {}).items()
        if (value := finite((metrics.get(metric) or {}).get("value"))) is not None
    ]
    if not found:
        return None
    pick = min if _lower(summary, metric) else max
    return pick(found, key=lambda one: one[1])


def metrics_table(summary: Summary) -> Markup:
    """Return the table of metrics, rates first, with what each baseline has beside it."""
    metrics = summary.get("metrics") or {}
    if not metrics:
        return NOTHING
    baselines = list(summary.get("baselines") or {})
    head = together(html('<th class="num base">{}</th>', words(name)) for name in baselines)
    rates = rates_of(summary)
    others = [name for name in metrics if name not in rates]
    rows = together(_metric(summary, name, baselines) for name in [*rates, *others])
    grouped = summary.get("grouped_by")
    how = f"resampled by {words(str(grouped))}" if grouped else "resampled by row"
    note = (
        f"Intervals are 95 % bootstrap intervals, {how}. A failed row counts as wrong; only "
        "figures that it cannot have, such as latency, leave it out."
    )
    if baselines:
        note += " Hollow marks are the baselines; ▲ marks a baseline that is better."
    return html(
        '<section><h2>Figures</h2><div class="scroll"><table class="figures"><thead><tr>'
        '<th>metric</th><th class="num">value</th><th class="num">95 % interval</th>'
        '<th class="axis-head"><span>0</span><span>0.5</span><span>1</span></th>'
        '<th class="num">rows</th><th class="num">failed</th>{}</tr></thead>'
        '<tbody>{}</tbody></table></div><p class="note">{}</p></section>\n',
        head,
        rows,
        note,
    )


def _metric(summary: Summary, name: str, baselines: Sequence[str]) -> Markup:
    one = summary["metrics"][name] or {}
    unit, value, interval = str(one.get("unit") or ""), one.get("value"), bounds(one)
    beside = {
        other: ((summary["baselines"][other] or {}).get(name) or {}).get("value")
        for other in baselines
    }
    between = ""
    if interval is not None:
        between = " to ".join(figure(end, unit).removesuffix(f" {unit}") for end in interval)
    drawn = NOTHING if unit else whisker(value, interval, list(beside.items()))
    cells = together(
        html(
            '<td class="num base" data-label="{label}">{}{}</td>',
            number(other, unit),
            Markup('<b class="beats" title="better than this system">▲</b>')
            if _beats(summary, name, value, other)
            else NOTHING,
            label=words(label),
        )
        for label, other in beside.items()
    )
    return html(
        '<tr><th scope="row">{}</th><td class="num value" data-label="value"{exact}>{}</td>'
        '<td class="num between" data-label="95 %">{}</td><td class="drawn">{}</td>'
        '<td class="num" data-label="rows">{}</td><td class="num{bad}" data-label="failed">{}</td>'
        "{}</tr>\n",
        _metric_name(summary, name),
        number(value, unit),
        between or ("" if finite(value) is None else "no interval"),
        drawn,
        count(one.get("n")),
        count(one.get("failed")),
        cells,
        exact=html(' title="{v}"', v=repr(finite(value))) if finite(value) is not None else "",
        bad=" is-bad" if finite(one.get("failed")) else "",
    )


def number(value: object, unit: str = "") -> Markup:
    """Return a figure, or in small print that it was not measured.

    >>> number(None)
    Markup('<span class="missing">not measured</span>')
    """
    return html(
        '<span class="missing">{}</span>' if finite(value) is None else "{}", figure(value, unit)
    )


def _metric_name(summary: Summary, name: str) -> Markup:
    meaning = str((summary.get("description") or {}).get(name) or "")
    arrow = (
        Markup(
            ' <span class="lower" title="lower is better">↓<span class="sr"> lower is better'
            "</span></span>"
        )
        if _lower(summary, name)
        else NOTHING
    )
    judged = (
        html('<small class="judged">{}</small>', agreement_words(summary))
        if (summary.get("verifier") and name in _JUDGED)
        else NOTHING
    )
    if not meaning:
        return html("<span>{}</span>{}{}", name, arrow, judged)
    return html(
        '<details class="meaning"><summary title="{m}">{}{}</summary><p>{}</p></details>{}',
        name,
        arrow,
        meaning,
        judged,
        m=meaning,
    )


def agreement_words(summary: Summary, long: bool = False) -> str:
    """Return who judged the sentences, and how well that verifier agrees with people.

    >>> agreement_words({"verifier": {"name": "checks", "agreement": None}})
    'judged by checks, whose agreement with people has not been measured'
    """
    verifier = summary.get("verifier") or {}
    name, agreement = verifier.get("name") or "an unnamed verifier", verifier.get("agreement")
    if not agreement:
        return f"judged by {name}, whose agreement with people has not been measured"
    metric = words(str(agreement.get("metric", "")))
    text = f"judged by {name}, which agrees with people: {metric} {figure(agreement.get('value'))}"
    if long and (interval := bounds(agreement)) is not None:
        text += f" ({figure(interval[0])} to {figure(interval[1])})"
    text += f" on {agreement.get('suite')}"
    text = f"{text}, {count(agreement.get('n'))} rows" if long else text
    # What was measured of another version says little of this one.
    return text if agreement.get("current", True) else f"{text}, measured before it was changed"
