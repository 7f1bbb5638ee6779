"""Measuring as HTML for the chat: the runs of a library, what runs now, how two runs differ."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from markupsafe import Markup

from ui.chat_measure import RunRow
from ui.eval_words import between, number
from ui.measure_jobs import CaseFile, MeasureJob
from ui.render_safe import NOTHING, html, together
from ui.render_words import count

if TYPE_CHECKING:
    from eval.comparison import Change, Comparison, Contrast

_OUTCOMES = ("answered", "refused", "failed")
_BEGIN = {
    "check": "Checking the cases",
    "draft": "Drafting cases",
    "run": "Running the cases",
}
_SHOWN_CHANGES = 8


# The list of runs


def runs_html(rows: Sequence[RunRow], more: int) -> Markup:
    """Return the list of runs, or what measuring is for where there is none."""
    if not rows:
        return html(
            '<section class="v-runs-none"><h3>{}</h3><p>{}</p><p>{}</p></section>',
            "Nothing was measured yet",
            "A run asks this library every question of a file whose answers you know, and counts:"
            " how many answers hold what they must, cite the right document, or refuse where"
            " nothing is there to be found. Each figure says how sure it is.",
            "Draft cases from your documents to see how it works, or upload your own.",
        )
    items = together(run_html(row) for row in rows)
    tail = html('<p class="v-none">{}</p>', f"and {more:,} older ones") if more else NOTHING
    return html('<ol class="v-runs">{}</ol>{}', items, tail)


def run_html(row: RunRow) -> Markup:
    """Return one run: what, when, its first figure, what became of the rows, and its report."""
    if row.problem:
        return html(
            '<li class="v-run"><b>{}</b><p class="v-warning">{}</p></li>', row.name, row.problem
        )
    flag = html('<span class="v-flag">{}</span>', "drafts") if row.drafts else NOTHING
    about = " · ".join(part for part in (row.system, row.when, row.data) if part)
    return html(
        '<li class="v-run"><p class="v-run-head"><b dir="auto">{}</b>{}</p>'
        '<p class="v-about" dir="auto">{}</p>{}<p class="v-run-foot">{}'
        '<a href="{href}">Open report</a></p></li>',
        row.suite or row.name,
        flag,
        about,
        _headline(row),
        _rows(row),
        href=report_href(row.name),
    )


def report_href(name: str) -> str:
    """Return where a run's report is served.

    >>> report_href("a b")
    '/measure/runs/a%20b/report'
    """
    return f"/measure/runs/{quote(name, safe='')}/report"


def _headline(row: RunRow) -> Markup:
    if row.headline is None:
        return html('<p class="v-figure">{}</p>', "No figure was measured.")
    name, figure = row.headline
    inside = between(figure)
    return html(
        '<p class="v-figure"><span>{}</span> <b>{}</b> <small>{}</small></p>{}',
        name.replace("_", " "),
        number(figure),
        f"95 % interval {inside}" if inside else "",
        _bar(figure),
    )


def _bar(figure: Mapping[str, Any]) -> Markup:
    """Return a rate and its interval drawn on a line from 0 to 1; nothing for other quantities."""
    value, ci = _rate(figure.get("value")), figure.get("ci")
    if figure.get("unit") or value is None:
        return NOTHING
    ends = [_rate(one) for one in ci] if isinstance(ci, list) else []
    known = [one for one in ends if one is not None] or [value]
    low, high = min(known), max(known)
    return html(
        '<svg class="v-track" width="100%" height="12"><rect class="v-base" y="5" width="100%"'
        ' height="2"></rect><rect class="v-span" x="{low}" y="3" width="{wide}" height="6">'
        '</rect><circle class="v-dot" cx="{value}" cy="6" r="5"></circle></svg>',
        low=f"{low:.1%}",
        wide=f"{high - low:.1%}",
        value=f"{value:.1%}",
    )


def _rate(value: object) -> float | None:
    if not isinstance(value, int | float) or not 0 <= value <= 1:
        return None
    return float(value)


def _rows(row: RunRow) -> Markup:
    outcomes = row.outcomes or {}
    counts = together(
        (
            html(
                '<span class="is-{name}{some}">{}</span>',
                f"{outcomes[name]:,} {name}",
                name=name,
                some=" is-some" if outcomes[name] else "",
            )
            for name in _OUTCOMES
            if name in outcomes
        ),
        " ",
    )
    return html('<span class="v-counts"><span>{}</span> {}</span>', count(row.rows, "row"), counts)


# What runs now


def job_html(job: MeasureJob) -> Markup:
    """Return how far a job is, or what came of it; nothing where its file says it all."""
    if job.busy:
        head = "Stopping" if job.state == "stopping" else _BEGIN[job.kind]
        bar, what = NOTHING, _step(job.what)
        if job.total:
            what = f"{what}: {job.done:,} of {job.total:,}"
            bar = html(
                '<progress max="{total}" value="{done}">{}</progress>',
                what,
                total=job.total,
                done=job.done,
            )
        body = html('{}<p class="v-about">{}</p>', bar, what)
    elif job.state == "failed":
        head, error = f"{_BEGIN[job.kind]} failed", job.error or {}
        body = html(
            '<p class="v-warning"><b>{}</b> {}</p>', error.get("message", ""), error.get("hint", "")
        )
    elif job.state == "stopped":
        head = "Stopped"
        kept = "What was answered is kept: run the same cases again to go on from there."
        body = html('<p class="v-about">{}</p>', kept) if job.kind == "run" else NOTHING
    elif job.run:
        head = "The run is done"
        body = html(
            '<p><a href="{href}">Open its report</a></p>',
            href=report_href(job.run),
        )
    else:
        return NOTHING
    return html(
        '<section class="v-job v-measuring is-{state}"><h3>{}</h3>{}</section>',
        head,
        body,
        state=job.state,
    )


def _step(what: str) -> str:
    """Return what is being done as the page says it.

    >>> _step("Baseline refuse"), _step("Asking"), _step("")
    ('Asking the baseline refuse', 'Asking', 'Starting')
    """
    if what.startswith("Baseline "):
        return f"Asking the baseline {what.removeprefix('Baseline ')}"
    return {"Checking": "Checking the answers", "": "Starting"}.get(what, what)


def file_html(file: CaseFile, found: Mapping[str, Any]) -> Markup:
    """Return what a file of cases holds: its faults by line, or its first questions."""
    cases, drafts = int(found.get("cases") or 0), int(found.get("drafts") or 0)
    head = count(cases, "case")
    if drafts == cases:
        head = count(cases, "draft")
    elif drafts:
        head += f", {drafts:,} of them drafts"
    faults, warnings = found.get("faults") or (), found.get("warnings") or ()
    wrong = len(faults) + int(found.get("more_faults") or 0)
    doubts = len(warnings) + int(found.get("more_warnings") or 0)
    parts = [html('<h3 dir="auto">{}</h3>', f"{file.path.name}: {head}")]
    if wrong:
        words = f"{count(wrong, 'fault')}: nothing is run until the file is mended."
        parts += [html('<p class="v-warning">{}</p>', words), _issues(faults, wrong)]
    elif drafts:
        words = (
            "Drafts are made by rule from single sentences, and some are poor. Download the file,"
            ' drop what is bad, correct the rest and take out "draft", then upload it. Or run it'
            " as it is: the run is marked."
        )
        parts.append(html('<p class="v-about">{}</p>', words))
    if doubts:
        parts.append(
            html(
                "<details><summary>{}</summary>{}</details>",
                count(doubts, "warning"),
                _issues(warnings, doubts),
            )
        )
    if not wrong:
        parts.append(_questions(found.get("questions") or (), cases))
        link = '<p><a href="{href}">{}</a></p>'
        parts.append(html(link, f"Download {file.path.name}", href=f"/measure/cases/{file.id}"))
    return html(
        '<section class="v-job v-cases is-{state}">{}</section>',
        together(parts),
        state="wrong" if wrong else "ready",
    )


def _issues(issues: Sequence[Mapping[str, Any]], total: int) -> Markup:
    items = together(
        html(
            '<li><b>{}</b> <span dir="auto">{}</span> <i>{}</i></li>',
            f"Line {one.get('line')}",
            one.get("message", ""),
            one.get("hint", ""),
        )
        for one in issues
    )
    more = total - len(issues)
    rest = html('<p class="v-none">{}</p>', f"and {more:,} more") if more > 0 else NOTHING
    return html('<ul class="v-issues">{}</ul>{}', items, rest)


def _questions(questions: Sequence[str], total: int) -> Markup:
    items = together(html('<li dir="auto">{}</li>', one) for one in questions)
    more = total - len(questions)
    rest = html("<li>{}</li>", f"and {more:,} more") if more > 0 else NOTHING
    return html('<ul class="v-questions">{}{}</ul>', items, rest)


# Two runs


def comparison_html(found: Comparison) -> Markup:
    """Return how run B differs from run A: a verdict on each metric, and the rows that changed."""
    (pair,) = found.pairs
    alike = [one for one in pair.contrasts if one.verdict.startswith("no difference")]
    # The headline is shown whatever is said of it.
    told = [one for one in pair.contrasts if one not in alike or one is pair.contrasts[0]]
    folded = [one for one in alike if one not in told]
    headline = next((one for one in pair.contrasts if one.wins is not None), None)
    notes = [*found.notes]
    for run, ids in (("A", pair.only_in_a), ("B", pair.only_in_b)):
        if ids:
            notes.append(f"{count(len(ids), 'row')} only in {run}, left out.")
    return html(
        '<section class="v-compared"><p class="v-about">{}</p><ul class="v-verdicts">{}</ul>{}{}{}'
        "</section>",
        f"B against A, on {count(pair.shared, 'row')} that both have.",
        together(map(_verdict, told)),
        _alike(folded),
        _changes(headline) if headline is not None else NOTHING,
        together(html('<p class="v-none">{}</p>', note) for note in notes),
    )


def _alike(contrasts: Sequence[Contrast]) -> Markup:
    if not contrasts:
        return NOTHING
    return html(
        '<details class="v-changes"><summary>{}</summary><ul class="v-verdicts">{}</ul></details>',
        f"{count(len(contrasts), 'other metric')} without a difference",
        together(map(_verdict, contrasts)),
    )


def _verdict(one: Contrast) -> Markup:
    state = next(
        (kind for kind in ("better", "worse") if one.verdict.startswith(f"B is {kind}")), "same"
    )
    a, b = ({"value": None if math.isnan(v) else v, "unit": one.unit} for v in (one.a, one.b))
    return html(
        '<li class="is-{state}"><b>{}</b> <span class="v-values">{} → {}</span>'
        '<p class="v-about">{}</p></li>',
        one.metric.replace("_", " "),
        number(a),
        number(b),
        one.verdict,
        state=state,
    )


def _changes(one: Contrast) -> Markup:
    if not one.changed:
        return NOTHING
    items = together(_change(change) for change in one.changed[:_SHOWN_CHANGES])
    more = len(one.changed) - _SHOWN_CHANGES
    rest = html("<li>{}</li>", f"and {more:,} more") if more > 0 else NOTHING
    return html(
        '<details class="v-changes"><summary>{}</summary><ul class="v-questions">{}{}</ul>'
        "</details>",
        f"{count(len(one.changed), 'row')} changed, by {one.metric.replace('_', ' ')}",
        items,
        rest,
    )


def _change(change: Change) -> Markup:
    same = change.outcome_a == change.outcome_b
    outcome = change.outcome_a if same else f"{change.outcome_a} → {change.outcome_b}"
    scores = "" if isinstance(change.a, tuple) else f", {change.a:.3g} → {change.b:.3g}"
    return html(
        '<li><span dir="auto">{}</span> <i>{}</i></li>', change.text[:300], f"{outcome}{scores}"
    )
