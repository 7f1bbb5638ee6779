"""The extractive writer: an answer made of the sources' own words, no model.

A quoted sentence is copied to the character. Where sources give several values the answer is a line
that says how they relate and a list, newest first, of who gives which and when.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence

from rag.accounts import answering, disagreeing, surroundings
from rag.citations import cite
from rag.claimants import spoken_by
from rag.question import Asked, analyse
from rag.same_words import adds_value
from rag.types import Account, Candidate, Citation, DraftSentence, Material
from rag.when import spoken_day, times
from rag.words import content_terms

_BROAD = ("summary", "compare", "said", "why", "how", "yes_no")
_SURE = 0.75
_MOST_SURE, _MOST = 2, 4
"""Sentences of an answer to a question of fact: more where it is less sure which one answers."""
_MOST_OTHERWISE = 5
_MOST_ACCOUNTS = 8
_FALL = 1.6
_FALL_WIDE = 2.6
"""How far a further sentence's score may lie behind the best one; wider where many belong."""


_LEADS = {
    "day": "Sources give different days, the newest report first:",
    "responsible": "Sources do not agree on who was responsible, the newest report first:",
}


class ExtractiveWriter:
    """A Writer that quotes."""

    name = "extractive"

    def write(self, material: Material) -> Generator[DraftSentence, None, None]:
        """Yield the sentences that answer, the one that holds the answer first."""
        asked, accounts = analyse(material.standalone), material.accounts
        if disagreeing(accounts):
            yield from _accounts(_foremost(accounts))
            return
        if found := answering(accounts):
            yield from _agreed(found)
            return
        picked = chosen(asked, material.reading.candidates)
        if asked.kind == "when":
            yield from _dated(picked)
        elif asked.kind == "summary" and len(picked) > 2:
            yield from _timeline(picked)
        else:
            for candidate in picked:
                yield quoted(candidate)


def _foremost(accounts: Sequence[Account]) -> list[Account]:
    """Return the accounts that are most likely meant, in their own order."""

    def belief(account: Account) -> float:
        return max(candidate.probability for candidate in account.candidates)

    least = sorted(map(belief, accounts), reverse=True)[:_MOST_ACCOUNTS][-1]
    return [one for one in accounts if belief(one) >= least][:_MOST_ACCOUNTS]


def quoted(candidate: Candidate) -> DraftSentence:
    """Return a sentence of a source as a draft, to the character."""
    return DraftSentence(candidate.text, (_citation(candidate),))


def _dated(candidates: Sequence[Candidate]) -> Iterator[DraftSentence]:
    """Yield sentences that say when; "on Monday" with the day that it was by the report's date."""
    for candidate in candidates:
        published = candidate.hit.document.published
        words = candidate.answer
        found = times(words, published) if words else []
        relative = found and found[0].exact and not re.search(r"\d", words)
        if relative and published:
            line = (
                f"{spoken_day(found[0].first)} ({words}, in a report of {spoken_day(published)}): "
                f"\u201c{candidate.text}\u201d"
            )
            yield DraftSentence(line, (_citation(candidate),), "account")
        else:
            yield quoted(candidate)


def _timeline(candidates: Sequence[Candidate]) -> Iterator[DraftSentence]:
    """Yield what the sources report in the order of their dates, each with outlet and day."""
    ordered = sorted(candidates, key=lambda one: one.hit.document.published or "")
    lead = "What the sources report, the oldest first:"
    yield DraftSentence(lead, tuple(_citation(one) for one in ordered), "lead")
    for candidate in ordered:
        document = candidate.hit.document
        who = document.publisher or document.title
        when = f"{spoken_day(document.published)}, " if document.published else ""
        line = f"{when}{who}: \u201c{candidate.text}\u201d"
        yield DraftSentence(line, (_citation(candidate),), "account")


def _citation(candidate: Candidate) -> Citation:
    return cite(candidate.hit, candidate.start, candidate.end)


def chosen(asked: Asked, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the few sentences that answer without repeating one another, best first."""
    most = _MOST_OTHERWISE if asked.kind in _BROAD else _MOST
    if asked.kind not in _BROAD and candidates and candidates[0].probability >= _SURE:
        most = _MOST_SURE
    fall = _FALL_WIDE if asked.kind in ("summary", "compare", "said", "yes_no") else _FALL
    kept: list[Candidate] = []

    def spoken(candidate: Candidate) -> float:
        before, after = surroundings(candidate)
        return spoken_by(asked.speaker, candidate.text, before, after) if asked.speaker else 0.0

    for candidate in candidates:
        if len(kept) == most:
            break
        if kept and candidate.score < kept[0].score - fall:
            break
        if kept and spoken(kept[0]) == 1.0 and spoken(candidate) < 0:
            continue
        if not any(_repeats(candidate, other) for other in kept):
            kept.append(candidate)
    kept = _with_differing(kept, candidates)
    # Somebody's own words come before what others say about them.
    return sorted(kept, key=lambda one: spoken(one) != 1.0) if asked.speaker else kept


def _repeats(candidate: Candidate, other: Candidate) -> bool:
    return _alike(candidate, other) and not _differs_in_copy(candidate, other)


def _alike(candidate: Candidate, other: Candidate) -> bool:
    one, two = set(content_terms(candidate.text)), set(content_terms(other.text))
    if not one or not two:
        return True
    return len(one & two) / min(len(one), len(two)) > 0.7


def _differs_in_copy(candidate: Candidate, other: Candidate) -> bool:
    """Return whether a near-copy's sentence gives a number, a name or a day that another lacks."""
    document, first = candidate.hit.document, other.hit.document
    copied = document.cluster == first.cluster != "" and document.id != first.id
    return copied and adds_value(candidate.text, other.text)


def _with_differing(kept: list[Candidate], candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the sentences, each followed by those of near-copies that give another value there."""
    found: list[Candidate] = []
    for one in kept:
        found.append(one)
        for candidate in candidates:
            if _differs_in_copy(candidate, one) and _alike(candidate, one):
                same = any(
                    other is candidate or not _differs_in_copy(candidate, other)
                    for other in (*found, *kept)
                    if _alike(candidate, other)
                )
                found += [] if same else [candidate]
    return found


def _agreed(accounts: Sequence[Account]) -> Iterator[DraftSentence]:
    """Yield the sentence that gives the value, then one of another source that gives it too."""
    candidates = [one for account in accounts for one in account.candidates]
    candidates.sort(key=lambda one: -one.score)
    kept: list[Candidate] = []
    for candidate in candidates:
        other_source = all(candidate.hit.document.id != one.hit.document.id for one in kept)
        if not kept or (other_source and not any(_repeats(candidate, one) for one in kept)):
            kept.append(candidate)
        if len(kept) == 3:
            break
    for candidate in _with_differing(kept, candidates):
        yield quoted(candidate)


def _accounts(accounts: Sequence[Account]) -> Iterator[DraftSentence]:
    best = [account.candidates[0] for account in accounts]
    relations = {account.relation for account in accounts}
    quantity = accounts[0].quantity
    if quantity in _LEADS:
        lead = _LEADS[quantity]
    elif "disagrees" in relations:
        lead = "Sources give different figures, the newest first:"
    else:
        lead = "The figure was updated, the newest first:"
    yield DraftSentence(lead, tuple(_citation(one) for one in best), "lead")
    for account, candidate in zip(accounts, best, strict=True):
        # A near-copy that has another name or day there is cited beside it, however many there are.
        first = account.candidates[:4]
        copies = _with_differing([candidate], account.candidates)[1:]
        cited = [*first, *(one for one in copies if one not in first)]
        citations = tuple(_citation(one) for one in cited)
        yield DraftSentence(account_line(account, candidate), citations, "account")


def account_line(account: Account, candidate: Candidate) -> str:
    """Return one account in words: the value, who gives it, when, and the exact quote."""
    document = candidate.hit.document
    who = account.claimant
    if document.publisher and document.publisher.lower() not in who.lower():
        who = f"{who}, in {document.publisher}"
    when = f", {spoken_day(document.published)}" if document.published else ""
    note = {
        "part_of": " (a part of the figure)",
        "other_quantity": " (another event or time)",
        "update": " (an update)",
    }.get(account.relation, "")
    return f"{account.value}{note} \u2014 {who}{when}: \u201c{candidate.text}\u201d"
