"""The panel beside an answer: a card for each citation, its quote highlighted inside its passage.

The words around the quote are the document's own. What is not, the passage's ``context``, stands
apart and is said not to be quoted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise

from markupsafe import Markup

from rag.stale import AnswerCheck, QuoteCheck
from rag.types import Answer, Citation, Document, Place
from ui.render_html import Partial
from ui.render_safe import NOTHING, html, together
from ui.render_words import (
    copies_line,
    count,
    dates_note,
    file_name,
    flag_notes,
    hidden_note,
    source_line,
)

_NEAR = 160
"""Characters around a quote that a card shows before it is opened."""


def _split(text: str, at: int) -> tuple[str, str]:
    """Split at the blank nearest to ``at``, so that no word is cut."""
    at = max(0, min(at, len(text)))
    blank = text.rfind(" ", 0, at) if at < len(text) else at
    at = blank if blank > 0 and at - blank < 40 else at
    return text[:at], text[at:]


def passage_html(citation: Citation) -> Markup:
    """Return a passage with the quote in ``<mark>``; far-away words carry the class ``v-far``."""
    passage = citation.passage
    start, end = citation.start - passage.start, citation.end - passage.start
    if not 0 <= start < end or passage.text[start:end] != citation.quote:
        return html('<p class="v-passage" dir="auto"><mark>{}</mark></p>', citation.quote)
    quote = _flow(citation.quote)
    far_before, before = _split(passage.text[:start], max(0, start - _NEAR))
    after, far_after = _split(passage.text[end:], _NEAR)
    return html(
        '<p class="v-passage" dir="auto">{}{}<mark>{}</mark>{}{}</p>',
        _far(far_before),
        _flow(before),
        quote,
        _flow(after),
        _far(far_after),
    )


def _far(text: str) -> Markup:
    if not text:
        return NOTHING
    return html('<span class="v-far">{}</span><span class="v-dots"> … </span>', _flow(text))


def _flow(text: str) -> Markup:
    """Return text in which an empty line is a small gap; the words stay as they are."""
    parts = re.split(r"(\n[ \t]*\n\s*)", text)
    return together(
        html('<span class="v-par"></span>') if n % 2 else html("{}", part)
        for n, part in enumerate(parts)
    )


def _supports(answer: Answer) -> dict[int, float]:
    """Return the best support that each citation gives to a shown sentence, by number."""
    found: dict[int, float] = {}
    for sentence in answer.sentences:
        if sentence.status != "removed":
            for mark in sentence.citations:
                found[mark.n] = max(mark.support, found.get(mark.n, 0.0))
    return found


def card_html(
    key: str,
    n: int,
    citation: Citation,
    place: Place,
    support: float | None = None,
    check: QuoteCheck | None = None,
) -> Markup:
    """Return the card of citation ``n``: title, source, place, passage, copies, notes.

    Where the quote was looked up again, the card says what became of it and opens it there.
    """
    document, passage = citation.document, citation.passage
    context = _context(passage.context, f"{document.title} > {place.label}")
    about = source_line(document, place.label)
    conflict = dates_note(document)
    notes = [note for note in (copies_line(citation), *flag_notes(document, place)) if note]
    hidden = hidden_note(place)
    where = f"{citation.document_id}|{citation.start}|{citation.end}"
    changed = NOTHING
    if check is not None and check.state != "current":
        changed = html(
            '<p class="v-card-note is-conflict"><b>{}</b> {}</p>',
            check.state.capitalize() + ":",
            check.message,
        )
        where = f"{check.document_id}|{check.start or 0}|{check.end or 0}"
    return html(
        '<article class="v-card" id="{key}c{n}" tabindex="-1">'
        '<header><span class="v-n">{n}</span><div><h4 dir="auto">{}</h4><p class="v-about">{}</p>'
        "</div></header>{}{}{}{}{}{}"
        '<p class="v-card-foot">{}<button type="button" class="v-act" name="open" value="{where}">'
        'Open document</button><button type="button" class="v-act" name="only" value="{document}">'
        "Ask only this</button></p></article>",
        document.title or document.source,
        about or "no publisher or date found",
        changed,
        html(
            '<p class="v-context" dir="auto"><b>Context, not quoted</b> {}</p>',
            context,
        )
        if context
        else NOTHING,
        html('<p class="v-card-note is-hidden">{}</p>', hidden) if hidden else NOTHING,
        passage_html(citation),
        html('<p class="v-file" dir="auto">{}</p>', file_name(document.source)),
        together(
            html(
                '<p class="v-card-note{kind}">{}</p>',
                note,
                kind=" is-conflict" if note == conflict else "",
            )
            for note in notes
        ),
        html(
            '<span class="v-support" title="How far the quote carries the sentence, 0 to 100 %">'
            "{} support</span>",
            f"{support:.0%}",
        )
        if support is not None
        else NOTHING,
        key=key,
        n=n,
        where=where,
        document=citation.document_id,
    )


def _context(context: str, shown: str) -> str:
    """Return the lines of a context that title and place do not show already."""
    parts = {part.strip() for part in shown.split(" > ")}
    lines = [part.strip() for line in context.splitlines() for part in line.split(" > ")]
    return " › ".join(line for line in lines if line and line not in parts)


def _panel(key: str, heading: str, cards: Markup, number: int) -> Markup:
    empty = html('<p class="v-none">{}</p>', "No passage is cited.")
    return html(
        '<section class="v-sources" id="{key}src" tabindex="-1"><header class="v-panel-head">'
        '<h3>{} <span class="v-count">{}</span></h3>'
        '<button type="button" class="v-close" name="close" value="{key}">Close</button></header>'
        "{}</section>",
        heading,
        count(number, "passage"),
        cards or empty,
        key=key,
    )


def citation_panel_html(
    answer: Answer, key: str = "t1", check: AnswerCheck | None = None
) -> Markup:
    """Return the cards of an answer's citations; of a refusal, those of the nearest passages."""
    checks = {quote.n: quote for quote in check.quotes} if check is not None else {}
    supports = {} if answer.declined else _supports(answer)
    cards = together(
        card_html(
            key,
            n,
            citation,
            answer.places[n - 1] if n <= len(answer.places) else Place(""),
            supports.get(n),
            checks.get(n),
        )
        for n, citation in enumerate(answer.citations, start=1)
    )
    heading = "Nearest passages" if answer.declined else "Sources"
    return _panel(key, heading, cards, len(answer.citations))


def partial_panel_html(partial: Partial, key: str = "t1") -> Markup:
    """Return the cards of the citations that have come so far."""
    citations: Mapping[int, Citation] = partial.citations
    cards = together(
        card_html(key, n, citations[n], Place("", hidden=citations[n].hidden))
        for n in sorted(citations)
    )
    if not citations:
        cards = html('<p class="v-none">{}</p>', "Quotes appear here as they are found.")
    return _panel(key, "Sources", cards, len(citations))


def reader_html(document: Document, start: int = 0, end: int = 0, most: int = 20_000) -> Markup:
    """Return a document's text around ``[start, end)``, which is marked; at most ``most`` long."""
    first = max(0, min(start, len(document.text)) - most // 2) if len(document.text) > most else 0
    last = min(len(document.text), first + most)
    start, end = max(first, start), min(last, max(start, end))
    text = document.text
    body = _marked(document, first, last, start, end)
    shown = (
        NOTHING
        if last - first == len(text)
        else html(
            '<p class="v-none">{}</p>',
            f"Characters {first:,} to {last:,} of {len(text):,} are shown.",
        )
    )
    return html('{}<div class="v-text" dir="auto">{}</div>', shown, body)


def _marked(document: Document, first: int, last: int, start: int, end: int) -> Markup:
    """Return ``text[first:last]``: the place marked, what the file hides in a frame that says how.

    A place that begins in visible text and ends in hidden text is two marks.
    """
    hidden = [
        (span.start, span.end, span.label)
        for span in document.spans
        if span.kind == "hidden" and span.start < last and span.end > first
    ]
    cuts = {first, last, *(cut for one in hidden for cut in one[:2])}
    if start < end:
        cuts |= {start, end}
    inside = sorted(cut for cut in cuts if first <= cut <= last)
    pieces: list[Markup] = []
    named = False
    for at, to in pairwise(inside):
        piece = html("{}", document.text[at:to])
        if start <= at < end:
            where = NOTHING if named else html(' id="v-here" tabindex="-1"')
            piece, named = html("<mark{}>{}</mark>", where, piece), True
        around = next((one for one in hidden if one[0] <= at < one[1]), None)
        if around is not None:
            how = html('<span class="v-flag">{}</span> ', f"hidden in the file: {around[2]}")
            said = how if at == max(first, around[0]) else NOTHING
            piece = html('<span class="v-hidden">{}{}</span>', said, piece)
        pieces.append(piece)
    return together(pieces)
