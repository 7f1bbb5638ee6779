"""Answers that are lists: accounts of who says what, and events in the order of their days."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.account.relations import answering
from rag.account.words import lead_of
from rag.english.question import GROUPS, Asked
from rag.english.when import day_of, spoken_day
from rag.english.words import content_terms
from rag.types import Account, Candidate, DraftSentence
from rag.writing.happenings import EVENT, asks_what_happened, eventfulness
from rag.writing.quotations import citation_of, line_of, without_headline
from rag.writing.telling import MOST, Told, event_day, with_differing

_MONTH_LONG = 31  # days
COUNTS = "no one two three four five six".split()


def account_lines(accounts: Sequence[Account]) -> Iterator[DraftSentence]:
    """Yield how accounts stand to each other, and each with who gives it, when, and the quote."""
    best = [without_headline(account.candidates[0]) for account in accounts]
    lead = lead_of(accounts)
    yield DraftSentence(lead, tuple(citation_of(one) for one in best), "lead")
    for account, candidate in zip(accounts, best, strict=True):
        # A near-copy that has another name or day there is cited beside it, however many there are.
        first = (candidate, *account.candidates[1:4])
        copies = with_differing([account.candidates[0]], account.candidates)[1:]
        cited = [*first, *(one for one in copies if one not in first)]
        citations = tuple(citation_of(one) for one in cited)
        line = account_line(account, candidate, _part(account, candidate, accounts))
        yield DraftSentence(line, citations, "account", emphasis=((0, len(account.value)),))


def account_line(account: Account, candidate: Candidate, part: str = "a part of the figure") -> str:
    """Return one account in words: the value, who gives it, when, and the exact quote.

    Args:
        account: The account.
        candidate: The sentence that gives it.
        part: What to say of a part.
    """
    document = candidate.hit.document
    who = account.claimant
    if document.publisher and document.publisher.lower() not in who.lower():
        who = f"{who}, in {document.publisher}"
    when = f", {spoken_day(document.published)}" if document.published else ""
    note = {
        "part_of": f" ({part})",
        "other_quantity": " (another event or time)",
        "update": " (an update)",
    }.get(account.relation, "")
    return f"{account.value}{note} \u2014 {who}{when}: \u201c{candidate.text}\u201d"


def _part(account: Account, candidate: Candidate, among: Sequence[Account]) -> str:
    """Return of what a figure is a part, and who are counted in it: "children, ...".

    It is said of which of the figures where only one of those that are listed can be the whole.
    """
    start = candidate.answer_end - candidate.start
    word = re.match(r"\W*([a-z]+)\b", candidate.text[start:]) if candidate.answer else None
    who = word[1] if word and word[1] in _KINDS else ""
    answers = answering(among)
    of = "a part of the figure"
    if len(answers) == 1 and (answers[0].number or 0.0) > (account.number or 0.0):
        of += " above" if among.index(answers[0]) < among.index(account) else " below"
    return f"{who}, {of}" if who else of


_KINDS = frozenset(
    word for kind, words in GROUPS.items() if kind != "people" for word in words.split()
) - {"others", "members"}


def timeline_lead(asked: Asked, told: Sequence[Told]) -> str:
    """Return the line over a list of reports: of what, how many events, and from which years.

    Only what stands in every sentence, and the reports' own years, are said.
    """
    about = asked.names[0] if len(asked.names) == 1 else ""
    texts = [one.candidate.text for one in told]
    of = f" of {about}" if about and all(about in text for text in texts) else ""
    days = {event_day(one.candidate) for one in told}
    distinct = len(days) == len(told) and "" not in days
    events = asks_what_happened(asked.text) and all(eventfulness(one) >= EVENT for one in texts)
    told_apart = of and distinct and events and len(told) <= MOST
    count = f", {COUNTS[len(told)]} events" if told_apart else ""
    published = [one.candidate.hit.document.published or "" for one in told]
    years = sorted({day[:4] for day in published})
    span = ""
    if len(years) > 1 and years[0]:
        # Reports of years that lie apart are of different events, whether they can be counted.
        span = f"{'' if count else ','} in reports from {years[0]} to {years[-1]}"
    elif count and years[0]:
        span = f" in reports of {years[0]}"
    return f"What the sources report{of}{count}{span}, the oldest first:"


def far_apart(told: Sequence[Told]) -> bool:
    """Return whether two sentences tell of days that lie over a month apart."""
    days = [day for one in told if (day := day_of(event_day(one.candidate)))]
    return len(days) > 1 and (max(days) - min(days)).days > _MONTH_LONG


def timeline(asked: Asked, told: Sequence[Told]) -> Iterator[DraftSentence]:
    """Yield what the sources report in the order of the events, each with outlet and day."""
    lead = timeline_lead(asked, told)
    cited = tuple(citation_of(without_headline(one.candidate)) for one in told)
    yield DraftSentence(lead, cited, "lead")
    for one in told:
        document = one.candidate.hit.document
        who = document.publisher or document.title
        # A speaker who was named before the passage that is cited cannot be checked against it.
        near = _holds(one.candidate, one.label)
        if one.label.endswith(":") and near:
            who = f"{who}: {one.label.removesuffix(':')}"
        line = line_of(f"{_when(one.candidate)}{who}: ", without_headline(one.candidate))
        yield line if near else replace(line, label=one.label)


def _holds(candidate: Candidate, label: str) -> bool:
    """Return whether a passage holds the words of a label before one of its sentences."""
    passage = candidate.hit.passage
    there = set(content_terms(f"{passage.text} {passage.context} {candidate.hit.document.title}"))
    return set(content_terms(label)) <= there


def _when(candidate: Candidate) -> str:
    """Return the day of a report, with that of the event where the report came later."""
    published = candidate.hit.document.published
    if not published:
        return ""
    day = event_day(candidate)
    if day == published[:10]:
        return f"{spoken_day(published)}, "
    return f"{spoken_day(day)} (reported {spoken_day(published)}), "
