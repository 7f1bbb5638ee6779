"""An answer as HTML for the chat: one turn of a conversation, with chips that open its citations.

The HTML keeps to elements and attributes that Gradio's sanitizer lets through (``class``, ``id``,
``href``, ``name``, ``value``, ``title``), and has no script, style, image or form. A chip is a link
to its card (``#t1c2``), so it works without JavaScript; ``chat.js`` opens the panel around it. A
button of class ``v-act`` asks the chat for something: its name says what, its value on which.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from rag.errors import VouchError
from rag.stale import AnswerCheck
from rag.types import (
    Answer,
    AnswerAccount,
    Citation,
    Filters,
    Place,
    Sentence,
    SentenceRemoved,
    Step,
)
from ui.render_parts import cut, removed_html, thinking_html, turn_tools, warning
from ui.render_safe import NOTHING, html, plain, together
from ui.render_state import (
    above_lines,
    checked_line,
    other_warnings,
    removed_words,
    stale_line,
    writer_line,
)
from ui.render_words import (
    REFUSALS,
    VERDICTS,
    account_notes,
    account_value,
    accounts_line,
    coverage_line,
    cut_of,
    day,
    filters_words,
    hidden_note,
    is_hidden,
    label_of,
    shown_accounts,
    source_line,
    stretches,
)

_ASIDE = ("other_quantity", "part_of")
_OTHERS = "Other figures in the sources, not of the same thing or time"
_SAID = ("unread", "embedding", "sentences_removed")
"""Codes of warnings that the coverage line, or the list of removed sentences, says already."""


@dataclass(frozen=True, slots=True)
class Partial:
    """An answer that is still on its way: what has been shown of it so far."""

    question: str
    filters: Filters = field(default_factory=Filters)
    steps: tuple[Step, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    citations: Mapping[int, Citation] = field(default_factory=dict)
    removed: tuple[SentenceRemoved, ...] = ()
    thinking: str = ""


def _turn(key: str, question: str, body: Markup, *, busy: bool = False) -> Markup:
    state = " is-busy" if busy else ""
    return html(
        '<article class="v-turn{state}" id="{key}"><h2 class="v-question" dir="auto">'
        '<span class="v-sr">Question: </span>{}</h2><div class="v-answer">{}{}</div></article>',
        question,
        body,
        NOTHING if busy else turn_tools(key, question),
        key=key,
        state=state,
    )


def _only(filters: Filters, titles: Sequence[str] = ()) -> Markup:
    if not filters:
        return NOTHING
    words = together(html("<span>{}</span>", word) for word in filters_words(filters, titles))
    return html('<p class="v-only"><b>Searched only</b> {}</p>', words)


def chip_html(key: str, n: int, citation: Citation | None, place: Place | None = None) -> Markup:
    """Return the chip of citation ``n``: a link to its card in the panel."""
    title = ""
    if citation is not None:
        about = source_line(citation.document, place.label if place else "")
        title = " · ".join(part for part in (citation.document.title, about) if part)
    return html(
        '<a class="v-chip" href="#{key}c{n}" title="{title}"><span class="v-sr">citation </span>'
        "{n}</a>",
        key=key,
        n=n,
        title=title,
    )


def _chips(key: str, numbers: Sequence[int], citations: Mapping[int, Citation]) -> Markup:
    chips = [chip_html(key, n, citations.get(n)) for n in numbers]
    return html('<span class="v-chips">{}</span>', together(chips)) if chips else NOTHING


def _sentence(key: str, sentence: Sentence, citations: Mapping[int, Citation]) -> Markup:
    numbers = [mark.n for mark in sentence.citations]
    said = together(
        html("<strong>{}</strong>", words) if strong else html("{}", words)
        for words, strong in stretches(sentence)
    )
    label = (
        html('<span class="v-label">{}</span>', label_of(sentence)) if sentence.label else NOTHING
    )
    cut = cut_of(sentence)
    text = html('<span class="v-words" dir="auto">{}{}{}</span>', label, said, cut)
    note = NOTHING
    if sentence.status == "marked" or sentence.verdict != "supported":
        why = "; ".join(sentence.problems)
        words = ": ".join(part for part in (_verdict(sentence), why) if part)
        note = html('<span class="v-doubt">{}</span>', words)
    kind = "v-lead" if sentence.kind == "lead" else "v-said"
    doubt = " has-doubt" if note else ""
    chips = NOTHING if kind == "v-lead" else _chips(key, numbers, citations)
    return html(
        '<p class="v-sentence {kind}{doubt}">{}{}{}</p>', text, chips, note, kind=kind, doubt=doubt
    )


def _verdict(sentence: Sentence) -> str:
    """Return a verdict where it is not what a reader takes for granted."""
    if sentence.verdict == "supported" and sentence.problems:
        return ""
    return VERDICTS[sentence.verdict]


def _told_in_list(sentence: Sentence) -> bool:
    """Return whether the list of accounts says all that a line of the answer does."""
    if sentence.kind not in ("lead", "account"):
        return False
    return sentence.status == "kept" or is_hidden(sentence)


def _prose(
    key: str, sentences: Sequence[Sentence], citations: Mapping[int, Citation], listed: bool
) -> Markup:
    """Return the sentences; lines of a list that the accounts show already are left out."""
    shown = [
        sentence
        for sentence in sentences
        if sentence.status != "removed" and not (listed and _told_in_list(sentence))
    ]
    return together(_sentence(key, sentence, citations) for sentence in shown)


def _account(key: str, found: AnswerAccount, answer: Answer) -> Markup:
    account = found.account
    citations = dict(enumerate(answer.citations, start=1))
    notes = together(
        html('<span class="v-note v-{relation}">{}</span>', note, relation=account.relation)
        for note in account_notes(account)
    )
    first = citations.get(found.citations[0]) if found.citations else None
    quote = (
        html('<q class="v-quote" dir="auto">{}</q>', " ".join(first.quote.split()))
        if first
        else NOTHING
    )
    stated = (
        html('<span class="v-when">{}</span>', day(account.stated)) if account.stated else NOTHING
    )
    return html(
        '<li class="v-account"><div class="v-value"><b dir="auto">{}</b>{}</div>'
        '<div class="v-who"><span class="v-claimant" dir="auto">{}</span>{}{}</div>'
        '<div class="v-why">{}</div></li>',
        account_value(account),
        _chips(key, found.citations, citations),
        account.claimant or "not attributed",
        stated,
        notes,
        quote,
    )


def accounts_html(answer: Answer, key: str = "t1") -> Markup:
    """Return the values that differ, by claimant and date; empty when nothing differs."""
    accounts = shown_accounts(answer)
    if not accounts:
        return NOTHING
    disagree = any(found.account.relation == "disagrees" for found in accounts)
    heading = "The sources disagree" if disagree else "The figure was updated"
    of_it = [one for one in accounts if one.account.relation not in _ASIDE]
    aside = [one for one in accounts if one.account.relation in _ASIDE]
    rows = together(_account(key, found, answer) for found in of_it)
    if aside:
        others = together(_account(key, found, answer) for found in aside)
        rows = together([rows, html('<li class="v-aside">{}</li>', _OTHERS), others])
    quantity = accounts[0].account.quantity
    return html(
        '<section class="v-accounts {kind}"><h3>{}</h3><p class="v-statement">{}{}</p>'
        '<ol class="v-list">{}</ol></section>',
        heading,
        accounts_line(accounts),
        html(' <span class="v-quantity">Asked for: {}</span>', quantity) if quantity else NOTHING,
        rows,
        kind="is-disputed" if disagree else "is-updated",
    )


def _refusal(key: str, answer: Answer) -> Markup:
    declined = answer.declined
    if declined is None:
        return NOTHING
    nearest = NOTHING
    if declined.nearest:
        items = together(_near(key, n, answer) for n in declined.nearest)
        nearest = html('<h4>Nearest passages</h4><ol class="v-near">{}</ol>', items)
    return html(
        '<section class="v-refusal"><h3>{}</h3><p dir="auto">{}</p>{}</section>',
        REFUSALS[declined.reason],
        declined.message,
        nearest,
    )


def _near(key: str, n: int, answer: Answer) -> Markup:
    citation = answer.citations[n - 1]
    place = answer.places[n - 1] if n <= len(answer.places) else None
    hidden = hidden_note(place)
    return html(
        '<li><p class="v-near-title" dir="auto">{}{}</p><p class="v-about">{}</p>'
        '{}<p class="v-near-text" dir="auto">{}</p></li>',
        citation.document.title or citation.document.source,
        chip_html(key, n, citation, place),
        source_line(citation.document, place.label if place else ""),
        html('<p class="v-card-note is-hidden">{}</p>', hidden) if hidden else NOTHING,
        cut(citation.quote, 280),
    )


def _notes(answer: Answer) -> Markup:
    removed = [(one.text, one.problems) for one in removed_words(answer)]
    warnings = together(warning(words) for words in other_warnings(answer, said=_SAID))
    return together([removed_html(removed), warnings])


def _foot(answer: Answer, key: str) -> Markup:
    seconds = sum(answer.timing_ms.values()) / 1000
    facts = [
        writer_line(answer),
        checked_line(answer),
        f"{seconds:.1f} s" if seconds >= 0.05 else "",
    ]
    about = together(html("<span>{}</span>", fact) for fact in facts if fact)
    return html(
        '<footer class="v-foot"><p class="v-coverage">{}</p><p class="v-facts">{}</p>'
        '<p class="v-tools"><button type="button" class="v-act" name="copy" value="{key}">Copy'
        '</button><button type="button" class="v-act" name="markdown" value="{key}">Save as'
        ' Markdown</button><button type="button" class="v-act" name="json" value="{key}">Save as'
        ' JSON</button><a class="v-open" href="#{key}src">Sources ({n})</a></p></footer>',
        coverage_line(answer.coverage),
        about,
        key=key,
        n=len(answer.citations),
    )


def answer_html(
    answer: Answer,
    key: str = "t1",
    titles: Sequence[str] = (),
    check: AnswerCheck | None = None,
) -> Markup:
    """Return one finished turn: question, answer or refusal, accounts, warnings, coverage.

    Args:
        answer: What is shown.
        key: Identifies the turn on the page: letters and digits.
        titles: Names of the documents that the question was limited to.
        check: What became of its quotations since, where that was looked up.
    """
    parts = [_only(answer.filters, titles)]
    if answer.standalone_question.strip() != answer.question.strip():
        parts.append(
            html('<p class="v-understood"><b>Understood as</b> {}</p>', answer.standalone_question)
        )
    if stale := stale_line(check):
        parts.append(html('<p class="v-warning v-stale">{}</p>', stale))
    parts += [warning(words) for words in above_lines(answer)]
    parts.append(thinking_html(answer.thinking, key))
    if answer.declined is not None:
        parts.append(_refusal(key, answer))
    else:
        accounts = accounts_html(answer, key)
        citations = dict(enumerate(answer.citations, start=1))
        parts += [accounts, _prose(key, answer.sentences, citations, bool(accounts))]
    parts += [_notes(answer), _foot(answer, key)]
    return _turn(key, answer.question, together(parts))


def partial_html(partial: Partial, key: str = "t1", titles: Sequence[str] = ()) -> Markup:
    """Return a turn while it is answered: its steps, and the sentences that are verified so far."""
    steps = together(
        html('<li class="{state}">{}</li>', step.message, state=state)
        for step, state in zip(
            partial.steps, ["is-done"] * (len(partial.steps) - 1) + ["is-now"], strict=False
        )
    )
    first = html('<li class="is-now">{}</li>', "Starting")
    body = [
        _only(partial.filters, titles),
        html('<ol class="v-steps">{}</ol>', steps or first),
        thinking_html(partial.thinking, key),
        _prose(key, partial.sentences, partial.citations, False),
        _removed_so_far(partial),
    ]
    return _turn(key, partial.question, together(body), busy=True)


def _stopped_words(partial: Partial) -> str:
    if not partial.sentences:
        return "Stopped. Nothing had been found yet."
    good = all(sentence.verdict == "supported" for sentence in partial.sentences)
    return "Stopped. What stands here was checked." if good else "Stopped."


def _removed_so_far(partial: Partial) -> Markup:
    return removed_html([(one.text, one.problems) for one in partial.removed])


def stopped_html(partial: Partial, key: str = "t1", titles: Sequence[str] = ()) -> Markup:
    """Return a turn that was stopped, with the sentences that had been verified until then."""
    body = [
        _only(partial.filters, titles),
        thinking_html(partial.thinking, key),
        _prose(key, partial.sentences, partial.citations, False),
        _removed_so_far(partial),
        warning(_stopped_words(partial)),
    ]
    return _turn(key, partial.question, together(body))


def error_html(question: str, error: VouchError, key: str = "t1") -> Markup:
    """Return a turn that ended in an error: what happened, then what to do."""
    body = html(
        '<section class="v-error" role="alert"><h3>{}</h3><p>{}</p></section>',
        error.message,
        error.hint,
    )
    return _turn(key, plain(question), body)
