"""The library as HTML for the chat: its documents, uploads, filters, and what to do first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from rag.store.values import Counts
from rag.types import DocumentInfo, Filters
from ui.render_safe import NOTHING, html, together
from ui.render_words import ORIGINS, copy_word, count, day, days, flag_notes, source_line
from ui.tally import in_words

KINDS = (
    "PDF, Word, PowerPoint, Excel, OpenDocument, web pages, e-books, mail, tables, text, code,"
    " and archives of these"
)
"""What can be added, in words."""
_OUTCOMES = ("added", "updated", "unchanged", "removed", "skipped", "failed")
_STATES = {
    "queued": "Waiting for its turn",
    "running": "Reading",
    "cancelling": "Stopping",
    "done": "Done",
    "cancelled": "Stopped",
    "failed": "Failed",
}
_SHOWN_OUTCOMES = 200
_FEW_OUTCOMES = 5


def library_line(counts: Counts) -> str:
    """Return what a library holds in one sentence.

    >>> library_line(Counts(13, 20, 1, 20, "2023-03-11", "2023-03-24", copies=1))
    '13 documents, 20 passages, published from 11 March 2023 to 24 March 2023; 1 copy; 1 unread.'
    """
    if not counts.documents:
        return "The library holds no documents yet."
    parts = [count(counts.documents, "document"), count(counts.passages, "passage")]
    if span := days(counts.published_from, counts.published_to):
        parts.append(f"published {span}")
    line = ", ".join(parts)
    if counts.copies:
        line += f"; {count(counts.copies, 'copy', 'copies')}"
    if counts.near_copies:
        line += f"; {count(counts.near_copies, 'near-copy', 'near-copies')}"
    if counts.unread:
        line += f"; {counts.unread:,} unread"
    if counts.embedded < counts.passages:
        line += f"; {counts.embedded_share:.0%} ready for search by meaning"
    return line + "."


def library_html(counts: Counts) -> Markup:
    """Return the library's line, with the files that could not be read."""
    failed = NOTHING
    if counts.failed:
        items = together(
            html("<li><b>{}</b> {} <i>{}</i></li>", one.path, one.why, one.hint)
            for one in counts.failed[:_SHOWN_OUTCOMES]
        )
        failed = html(
            '<details class="v-failed"><summary>{}</summary><ul>{}</ul></details>',
            f"{count(len(counts.failed), 'file')} could not be read",
            items,
        )
    return html('<div class="v-library"><p>{}</p>{}</div>', library_line(counts), failed)


def document_row_html(info: DocumentInfo, passages: int, chosen: bool = False) -> Markup:
    """Return one document of the list, as a button that opens it."""
    flags = together(
        html('<span class="v-flag" title="{note}">{}</span>', note.split(":")[0], note=note)
        for note in (_short(note) for note in flag_notes(info))
    )
    kind = copy_word(info)
    copy = html('<span class="v-flag">{}</span>', kind) if kind else NOTHING
    about = source_line(info) or "no publisher or date found"
    return html(
        '<li class="v-doc{state}"><button type="button" class="v-act" name="open" value="{id}">'
        '<span class="v-doc-title" dir="auto">{}</span><span class="v-about">{}</span>'
        '<span class="v-doc-more">{} {}{}</span></button></li>',
        info.title or info.source,
        about,
        count(passages, "passage"),
        copy,
        flags,
        id=f"{info.id}|0|0",
        state=" is-chosen" if chosen else "",
    )


def _short(note: str) -> str:
    return note.rstrip(".")


def documents_html(
    rows: Sequence[tuple[DocumentInfo, int]], *, more: bool, query: str = "", chosen: str = ""
) -> Markup:
    """Return a page of the library's documents; each comes with its number of passages."""
    if not rows:
        words = f"No document matches {query!r}." if query else "No documents yet."
        return html('<p class="v-none">{}</p>', words)
    items = together(document_row_html(info, n, info.id == chosen) for info, n in rows)
    tail = (
        html('<p class="v-none">{}</p>', "There are more: narrow the search.") if more else NOTHING
    )
    return html('<ul class="v-docs">{}</ul>{}', items, tail)


def document_html(info: DocumentInfo, passages: int, copies: Sequence[DocumentInfo] = ()) -> Markup:
    """Return what is known of one document: title, source, dates with their origin, copies."""
    rows = [
        ("File", info.source),
        ("Publisher", info.publisher or "not found"),
        ("Passages", f"{passages:,}"),
        ("Language", info.language or ""),
        ("External id", info.external_id or ""),
    ]
    rows += [(str(key), _value(value)) for key, value in list(info.metadata.items())[:20]]
    dates = [f"{day(found.value)}, from {ORIGINS[found.origin]}" for found in info.dates]
    facts = together(
        html('<dt>{}</dt><dd dir="auto">{}</dd>', name, value)
        for name, value in [("Published", "; ".join(dates) or "no date found"), *rows]
        if value
    )
    notes = together(html('<p class="v-card-note">{}</p>', note) for note in flag_notes(info))
    first = info.copy_of or info.id
    exact = [one for one in copies if first in (one.copy_of, one.id)]
    same = together(
        html('<p class="v-card-note">{}</p>', f"{words} in {', '.join(names[:8])}.")
        for words, found in (
            ("The same text as", exact),
            ("Nearly the same text as", [one for one in copies if one not in exact]),
        )
        if (names := [one.publisher or one.source for one in found])
    )
    return html(
        '<div class="v-document"><h3 dir="auto">{}</h3><dl>{}</dl>{}{}</div>',
        info.title or info.source,
        facts,
        notes,
        same,
    )


def _value(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value)[:500]
    return str(value)[:500]


def filters_html(filters: Filters, titles: Mapping[str, str]) -> Markup:
    """Return the filters of the next question as chips that can be taken off."""
    chips = [("publisher", name, name) for name in filters.publisher]
    if filters.published_from:
        chips.append(("from", "", f"from {day(filters.published_from)}"))
    if filters.published_to:
        chips.append(("to", "", f"until {day(filters.published_to)}"))
    chips += [("document", one, titles.get(one, one)) for one in filters.document_ids]
    if not chips:
        return NOTHING
    items = together(
        html(
            '<li><button type="button" class="v-act v-filter" name="drop" value="{value}"'
            ' title="Take this filter off"><span class="v-sr">Take off the filter </span>'
            '<span dir="auto">{}</span> <span class="v-x">×</span></button></li>',
            words if len(words) <= 60 else words[:59] + "…",
            value=f"{kind}|{value}",
        )
        for kind, value, words in chips
    )
    return html('<div class="v-filters"><b>Search only</b><ul>{}</ul></div>', items)


def job_html(job: Mapping[str, Any]) -> Markup:
    """Return how far an upload is, and what became of every file."""
    state = str(job.get("state", ""))
    progress = job.get("progress") or {}
    done, total = int(progress.get("done") or 0), int(progress.get("total") or 0)
    names = [str(one.get("name", "")) for one in job.get("files") or ()]
    head = _STATES.get(state, state)
    if total and state == "running":
        head += f" {done:,} of {count(total, 'file')}"
    busy = state in ("queued", "running", "cancelling")
    bar = (
        html('<progress max="{total}" value="{done}">{}</progress>', head, total=total, done=done)
        if busy and total
        else NOTHING
    )
    waiting = (
        html('<p class="v-about" dir="auto">{}</p>', ", ".join(names[:8])) if busy else NOTHING
    )
    far = job_line(job)
    error = job.get("error") or {}
    wrong = (
        html(
            '<p class="v-warning"><b>{}</b> {}</p>', error.get("message", ""), error.get("hint", "")
        )
        if error
        else NOTHING
    )
    return html(
        '<section class="v-job is-{state}"><h3>{}</h3>{}{}{}{}{}</section>',
        head if busy else f"{head}: {_summary(job)}",
        bar,
        html('<p class="v-passages" role="status">{}</p>', far) if far else NOTHING,
        waiting,
        wrong,
        _outcomes(job),
        state=state,
    )


def job_line(job: Mapping[str, Any]) -> str:
    """Return the counts of a job's passages in one line; empty where there is nothing to say.

    >>> job_line({"state": "running", "passages": 1240, "passages_per_second": 85.2,
    ...           "embedded": 320, "seconds_left": 140.0})
    '1,240 passages, 85 a second; 320 ready for search by meaning; 2 min left'
    """
    state, passages = str(job.get("state", "")), int(job.get("passages") or 0)
    embedded, rate = int(job.get("embedded") or 0), job.get("passages_per_second")
    if not passages or (state == "done" and embedded >= passages):
        return ""
    if state == "running":
        line = count(passages, "passage")
        if rate:
            line += f", {rate:,.0f} a second" if rate >= 10 else f", {rate:.1f} a second"
        line += f"; {embedded:,} ready for search by meaning"
    else:
        line = f"{embedded:,} of {count(passages, 'passage')} ready for search by meaning"
    left = job.get("seconds_left")
    return line + (f"; {in_words(left)} left" if left and left >= 1 else "")


def _summary(job: Mapping[str, Any]) -> str:
    counts = job.get("counts") or {}
    parts = [f"{int(counts[name]):,} {name}" for name in _OUTCOMES if counts.get(name)]
    if any(counts.get(name) for name in ("added", "updated")) and job.get("passages"):
        parts.append(count(int(job["passages"]), "passage"))
    return "; ".join(parts) or "nothing to do"


def _outcomes(job: Mapping[str, Any]) -> Markup:
    """Return what became of each file: what went wrong at once, the rest of a long list folded."""
    outcomes = list(job.get("outcomes") or ())
    total = max(int(job.get("outcomes_total") or 0), len(outcomes))
    wrong = [one for one in outcomes if one.get("outcome") in ("failed", "skipped")]
    fine = [one for one in outcomes if one.get("outcome") not in ("failed", "skipped")]
    if total <= _FEW_OUTCOMES:
        return _outcome_list([*wrong, *fine])
    folded = html(
        "<details><summary>{}</summary>{}</details>",
        f"{count(len(fine), 'file')} without a problem",
        _outcome_list(fine),
    )
    rest = (
        html('<p class="v-none">{}</p>', f"{total - len(outcomes):,} more are in the API's list.")
        if total > len(outcomes)
        else NOTHING
    )
    return together([_outcome_list(wrong), folded if fine else NOTHING, rest])


def _outcome_list(outcomes: Sequence[Mapping[str, Any]]) -> Markup:
    items = together(_outcome(one) for one in outcomes[:_SHOWN_OUTCOMES])
    more = len(outcomes) - _SHOWN_OUTCOMES
    rest = html('<p class="v-none">{}</p>', f"and {more:,} more") if more > 0 else NOTHING
    return html('<ul class="v-outcomes">{}</ul>{}', items, rest) if items else NOTHING


def _outcome(one: Mapping[str, Any]) -> Markup:
    outcome = str(one.get("outcome", ""))
    documents, passages = int(one.get("documents") or 0), int(one.get("passages") or 0)
    said = [str(one.get("why") or ""), str(one.get("hint") or ""), *(one.get("notes") or ())]
    if outcome in ("added", "updated"):
        said.insert(0, f"{count(documents, 'document')}, {count(passages, 'passage')}")
    return html(
        '<li class="is-{kind}"><b class="v-outcome">{}</b>'
        ' <span class="v-file" dir="auto">{}</span> <span>{}</span></li>',
        outcome,
        one.get("source", ""),
        " ".join(word for word in map(str, said) if word),
        kind=outcome if outcome in _OUTCOMES else "other",
    )


def welcome_html(counts: Counts) -> Markup:
    """Return what stands where the conversation will be: what to ask of, or what to add first."""
    if not counts.documents:
        return html(
            '<section class="v-welcome"><h2>{}</h2><p>{}</p><p>{}</p><p><button type="button"'
            ' class="v-act v-primary" name="add" value="">Add documents</button></p></section>',
            "Add documents to begin",
            "Vouch answers from your documents alone, and ties every sentence to exact words in one"
            " of them. The library is empty, so there is nothing to ask yet.",
            f"{KINDS} can be added. They stay on this machine.",
        )
    return html(
        '<section class="v-welcome"><h2>{}</h2><p>{}</p><p class="v-about">{}</p></section>',
        "Ask your documents",
        "Every sentence of an answer is tied to exact words in a source and checked before you see"
        " it. Where sources disagree you see who says what; where they are silent, you are told.",
        library_line(counts),
    )
