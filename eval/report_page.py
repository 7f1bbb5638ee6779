"""The parts of a report that stand still: result, outcomes, figures, failures, plots, facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from eval.plots import NOTHING, latency, reliability, risk_coverage, whisker
from eval.report_figures import (
    Summary,
    agreement_words,
    metrics_table,
    number,
    rates_of,
    result,
)
from eval.report_text import (
    NOT_MEASURED,
    bounds,
    count,
    cut,
    day,
    figure,
    finite,
    html,
    lasting,
    some,
    together,
    words,
)

OUTCOME_WORDS = {
    "answer": {"answered": "answered", "refused": "refused", "failed": "failed"},
    "retrieve": {"answered": "searched", "refused": "refused", "failed": "failed"},
    "verify": {"answered": "judged", "refused": "refused", "failed": "failed"},
}
_FAILED_SHOWN, _FAILED_LISTED, _TAGS_SHOWN = 12, 500, 24


def title(summary: Summary) -> str:
    """Return what the page is called.

    >>> title({"name": "squad2", "system": "vouch", "date": "2026-11-22"})
    'squad2, vouch, 22 November 2026'
    """
    date = day(summary["date"]) if summary.get("date") else ""
    return ", ".join(str(one) for one in (summary.get("name"), summary.get("system"), date) if one)


def about(summary: Summary) -> dict[str, Any]:
    """Return what the page's script must know beside the rows."""
    metrics = summary.get("metrics") or {}
    verifier = summary.get("verifier") or {}
    task = str(summary.get("task", "answer"))
    return {
        "task": task,
        "outcomes": list(OUTCOME_WORDS.get(task, OUTCOME_WORDS["answer"]).values()),
        "better": summary.get("better") or {},
        "units": {name: one["unit"] for name, one in metrics.items() if one and one.get("unit")},
        "verifier": verifier.get("name", ""),
    }


def body(summary: Summary) -> Markup:
    """Return everything above the rows, the empty table of rows, and the facts below."""
    return together(
        [
            html("<main>\n{}\n", _head(summary)),
            metrics_table(summary),
            _failed(summary),
            _plots(summary),
            _tags(summary),
            _ROWS,
            _facts(summary),
            Markup("</main>\n"),
        ]
    )


def _head(summary: Summary) -> Markup:
    name, system = summary.get("name") or "Unnamed suite", summary.get("system") or ""
    return html(
        '<header><p class="brand">Vouch<span>.</span> <small>Evaluation report</small></p>'
        '<h1>{}</h1><p class="by">{}</p><p class="result">{}</p>{}{}</header>',
        name,
        " · ".join(str(one) for one in (system, day(summary.get("date"))) if one),
        result(summary),
        html('<p class="suite">{}</p>', summary["about"]) if summary.get("about") else NOTHING,
        _outcomes(summary),
    )


def _outcomes(summary: Summary) -> Markup:
    counts = {name: int(finite(n) or 0) for name, n in (summary.get("outcomes") or {}).items()}
    total = sum(counts.values())
    if not total:
        return html('<p class="empty">{}</p>', "This run has no rows.")
    names = OUTCOME_WORDS.get(str(summary.get("task")), OUTCOME_WORDS["answer"])
    shown = [
        (name, word, counts.get(name, 0))
        for name, word in names.items()
        if counts.get(name) or name != "refused" or summary.get("task") == "answer"
    ]
    bar = together(
        html('<span class="part is-{name}" style="flex-grow:{n}"></span>', name=name, n=n)
        for name, _, n in shown
        if n
    )
    legend = together(
        html(
            '<li class="is-{name}"><i></i><b>{}</b> {} <small>{}</small></li>',
            count(n),
            word,
            f"{n / total:.1%}",
            name=name,
        )
        for name, word, n in shown
    )
    return html(
        '<div class="outcomes"><div class="bar" aria-hidden="true">{}</div><ul>{}</ul></div>',
        bar,
        legend,
    )


def _failed(summary: Summary) -> Markup:
    problems = list(summary.get("problems") or ())
    if not problems:
        return NOTHING
    listed = [
        html(
            '<li><a href="#row={to}">{}</a> <span>{}</span></li>',
            one.get("id", ""),
            cut(str(one.get("error") or "no reason was given"), 600),
            to=quote(str(one.get("id", "")), safe=""),
        )
        for one in problems[:_FAILED_LISTED]
    ]
    rest = NOTHING
    if len(problems) > _FAILED_SHOWN:
        more = len(problems) - len(listed)
        rest = html(
            "<details><summary>{}</summary><ul>{}</ul>{}</details>",
            f"{len(problems) - _FAILED_SHOWN:,} more",
            together(listed[_FAILED_SHOWN:]),
            html("<p>{}</p>", f"{some(more, 'row')} more are among the rows below.")
            if more
            else NOTHING,
        )
    return html(
        '<section class="failed"><h2>{}</h2><p class="note">{}</p><ul>{}</ul>{}</section>\n',
        f"{some(len(problems), 'row')} failed",
        "They count as wrong in every figure above, where they could have been right.",
        together(listed[:_FAILED_SHOWN]),
        rest,
    )


def _plots(summary: Summary) -> Markup:
    curves = summary.get("curves") or {}
    noun = "verdict" if summary.get("task") == "verify" else "answer"
    drawn = [
        risk_coverage(curves.get("risk_coverage") or (), noun),
        reliability(curves.get("reliability") or (), noun),
        latency(curves.get("latency") or ()),
    ]
    if not any(drawn):
        return NOTHING
    return html('<section><h2>Plots</h2><div class="plots">{}</div></section>\n', together(drawn))


def _tags(summary: Summary) -> Markup:
    rates, tags = rates_of(summary), summary.get("tags") or {}
    if not rates or not tags:
        return NOTHING
    headline, overall = next(iter(rates.items()))
    found = [(str(tag), (metrics or {}).get(headline) or {}) for tag, metrics in tags.items()]
    found.sort(key=lambda one: (-(finite(one[1].get("n")) or 0), one[0]))
    rows = [_tag(tag, one, overall.get("value")) for tag, one in found]
    rest = NOTHING
    if len(rows) > _TAGS_SHOWN:
        rest = html(
            '<details><summary>{}</summary><div class="tags">{}</div></details>',
            f"{len(rows) - _TAGS_SHOWN} more tags",
            together(rows[_TAGS_SHOWN:]),
        )
    return html(
        '<section><h2>{}</h2><div class="tags"><div class="tag tag-head"><span></span>'
        '<span class="axis-head"><span>0</span><span>0.5</span><span>1</span></span>'
        '<span class="num">value</span><span class="num">rows</span></div>{}</div>{}'
        '<p class="note">The dashed line is the value of all rows.</p></section>\n',
        f"{headline} by tag",
        together(rows[:_TAGS_SHOWN]),
        rest,
    )


def _tag(tag: str, one: Mapping[str, Any], overall: object) -> Markup:
    interval = bounds(one)
    between = "" if interval is None else f"{figure(interval[0])} to {figure(interval[1])}"
    return html(
        '<div class="tag"><a href="#tag={to}">{}</a>{}<span class="num" title="{b}">{}</span>'
        '<span class="num">{}</span></div>\n',
        tag,
        whisker(one.get("value"), interval, reference=overall),
        number(one.get("value")),
        count(one.get("n")),
        to=quote(tag, safe=""),
        b=between,
    )


_ROWS = Markup(
    '<section id="rows"><h2>Rows</h2><noscript><p class="note">The rows need JavaScript; they are '
    "in records.jsonl beside this file too.</p></noscript></section>\n"
)


def _facts(summary: Summary) -> Markup:
    library, machine = summary.get("library"), summary.get("machine") or {}
    settings = summary.get("settings") or {}
    facts: list[tuple[str, object]] = []
    if summary.get("verifier"):
        facts.append(("verifier", agreement_words(summary, long=True).removeprefix("judged by ")))
    facts += [
        ("command", html("<code>{}</code>", summary.get("command") or NOT_MEASURED)),
        ("date", day(summary.get("date"))),
        ("took", lasting(summary.get("seconds"))),
        ("commit", html("<code>{}</code>", summary.get("commit") or "unknown")),
        ("code", html("<code>{}</code>", summary.get("code") or "unknown")),
        ("machine", ", ".join(f"{words(str(k))} {v}" for k, v in machine.items()) or "unknown"),
    ]
    if library:
        held = f"{count(library.get('documents'))} documents, state {library.get('seq')}"
        facts.append(("library", held))
    facts.append(("settings", _settings(settings, str(summary.get("settings_hash") or ""))))
    return html(
        '<footer><h2>How these figures were made</h2><dl>{}</dl><p class="note">{}</p></footer>\n',
        together(html("<dt>{}</dt><dd>{}</dd>", name, value) for name, value in facts),
        "This page holds everything it shows and asks for nothing. The same figures are in "
        "summary.json, the same rows in records.jsonl and baselines.jsonl.",
    )


def _settings(settings: Mapping[str, Any], fingerprint: str) -> Markup:
    rows = together(
        html("<tr><th>{}</th><td>{}</td></tr>", name, "none" if value is None else value)
        for name, value in settings.items()
    )
    return html(
        "<details><summary>{} <code>{}</code></summary><table>{}</table></details>",
        some(len(settings), "setting"),
        fingerprint,
        rows,
    )
