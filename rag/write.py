"""The extractive writer: an answer made of the sources' own words, no model.

A quoted sentence is copied to the character; a long one may end at a clause. Where sources give
several values the answer is a line that says how they relate and a list, newest first, of who gives
which and when.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace

from rag.account.blame import asks_blame
from rag.account.culprits import telling
from rag.account.doers import doing
from rag.account.versions import takes_place_of
from rag.account.words import lead_of
from rag.accounts import answering, disagreeing
from rag.citations import cite
from rag.english.attribution import TextOf, stands_alone, surrounding, voice_of
from rag.english.claimants import spoken_by
from rag.english.furniture import after_headline
from rag.english.question import Asked, analyse
from rag.english.question_kind import BROAD
from rag.english.when import spoken_day, times
from rag.refusal import DENIED_LEAD, denied_beside
from rag.senders import first_person
from rag.table_rows import row_before, row_of
from rag.types import Account, Candidate, Citation, DraftSentence, Material
from rag.writing.comparing import unheard
from rag.writing.deciding import decided
from rag.writing.happenings import EVENT, asks_what_happened, eventfulness
from rag.writing.letter import message_asked
from rag.writing.narrative import narrated, picked, unmet
from rag.writing.section import section_asked
from rag.writing.shorten import clause
from rag.writing.telling import MOST, Told, event_day, is_prose, repeats, with_differing

_SURE = 0.9
_MOST_SURE, _MOST = 2, 4
"""Sentences of an answer to a question of fact: more where it is less sure which one answers."""
_MOST_ACCOUNTS = 8
_NEAR = 0.4
"""Least share of the best sentence's probability at which a further one is quoted for a fact."""
COUNTS = "no one two three four five six".split()
_LEANING = 0.9
"""What a sentence that leans on another keeps of its probability, where another says as much."""


class ExtractiveWriter:
    """A Writer that quotes.

    Args:
        text_of: Gives the canonical text of a document, in which the speaker of a sentence may
            stand before its passage; without it only the passage is looked at.
    """

    name = "extractive"

    def __init__(self, text_of: TextOf | None = None) -> None:
        self._text_of = text_of

    def write(self, material: Material) -> Generator[DraftSentence, None, None]:
        """Yield the sentences that answer, then those that deny what the question assumes."""
        shown: set[tuple[str, int]] = set()
        asked, hits = analyse(material.standalone), material.hits
        whole = section_asked(asked, hits) or message_asked(asked, hits)
        drafts = self._listed(whole) if whole else self._answer(material)
        for draft in drafts:
            shown |= {(one.document_id, one.start) for one in draft.citations}
            yield draft
        if denied := denied_beside(material.reading, shown):
            yield DraftSentence(DENIED_LEAD, tuple(_citation(one) for one in denied), "lead")
            for candidate in denied:
                yield self._quoted(candidate)

    def _listed(self, told: Sequence[Candidate]) -> Iterator[DraftSentence]:
        """Yield the sentences of a section or a message in its order, as they stand there."""
        for candidate in told:
            yield replace(self._quoted(candidate, ""), emphasis=())

    def _answer(self, material: Material) -> Iterator[DraftSentence]:
        """Yield the sentences that answer, the one that holds the answer first."""
        asked, accounts = analyse(material.standalone), material.accounts
        candidates = material.reading.candidates
        if disagreeing(accounts):
            yield from _accounts(_foremost(accounts))
        elif found := answering(accounts):
            yield from self._agreed(found)
        elif asks_blame(asked) and (found_out := telling(asked, candidates)):
            for candidate in chosen(asked, found_out):
                yield self._quoted(candidate)
        elif asked.kind == "when":
            yield from self._dated(chosen(asked, candidates))
        elif (told := decided(material.standalone, material))[1]:
            lead, deciding = told
            differing = with_differing(deciding, candidates)
            # Copies that say yes and no: what they come to together is no plain yes or no.
            yield from self._decided(lead if differing == deciding else "", differing)
        elif asked.kind in BROAD:
            yield from self._narrated(asked, candidates)
        else:
            # Who did it or holds it, before whoever stands beside.
            fitting = doing(asked, candidates) or candidates
            for candidate in chosen(asked, self._own_first(asked, fitting)):
                yield self._quoted(candidate)

    def _own_first(self, asked: Asked, candidates: Sequence[Candidate]) -> Sequence[Candidate]:
        """Return the sentences of the source that a question names, where it has some."""
        if not asked.speaker:
            return candidates
        own = [
            one
            for one in candidates
            if spoken_by(asked.speaker, one.text, *surrounding(one, self._text_of)) == 1.0
        ]
        return own or candidates

    def _quoted(self, candidate: Candidate, label: str | None = None) -> DraftSentence:
        """Return a sentence with what tells whose it is, the bare answer emphasised."""
        if label is None:
            label = voice_of(candidate, self._text_of).label
        if not label and (who := first_person(candidate.text, candidate.hit.document)):
            label = f"{who}:"
        return quoted(candidate, label)

    def _decided(self, lead: str, candidates: Sequence[Candidate]) -> Iterator[DraftSentence]:
        """Yield the sentences that decide a yes/no question, under what they say together."""
        if lead:
            yield DraftSentence(lead, tuple(_citation(one) for one in candidates), "lead")
        for candidate in candidates:
            yield replace(self._quoted(candidate), emphasis=())

    def _narrated(self, asked: Asked, candidates: Sequence[Candidate]) -> Iterator[DraftSentence]:
        told = narrated(asked, candidates, self._text_of)
        if asked.kind == "summary" and len(told) > 2:
            yield from _timeline(asked, told)
            return
        silent = unheard(asked, told)
        if told and (lead := unheard_line(silent) if silent else unmet(asked, told)):
            cited = tuple(quoted(one.candidate).citations[0] for one in told)
            yield DraftSentence(lead, cited, "lead")
        emphasised = asked.kind == "who_said"
        for one in told:
            draft = self._quoted(one.candidate, one.label)
            yield draft if emphasised else replace(draft, emphasis=())

    def _dated(self, candidates: Sequence[Candidate]) -> Iterator[DraftSentence]:
        """Yield sentences that say when; "on Monday" with the day that it was by its report."""
        for candidate in candidates:
            published = candidate.hit.document.published
            words = candidate.answer
            found = times(words, published) if words else []
            relative = found and found[0].exact and not re.search(r"\d", words)
            if relative and published:
                day = spoken_day(found[0].first)
                told = f"{day} ({words}, in a report of {spoken_day(published)}): "
                yield _line(told, candidate, emphasis=((0, len(day)),))
            else:
                yield self._quoted(candidate)

    def _agreed(self, accounts: Sequence[Account]) -> Iterator[DraftSentence]:
        """Yield the sentence that gives the value, then those of other sources that give it too."""
        candidates = [one for account in accounts for one in account.candidates]
        candidates.sort(key=lambda one: -one.score)
        kept: list[Candidate] = []
        for candidate in candidates:
            other_source = all(candidate.hit.document.id != one.hit.document.id for one in kept)
            if not kept or (other_source and not any(repeats(candidate, one) for one in kept)):
                kept.append(candidate)
            if len(kept) == 3:
                break
        for candidate in with_differing(kept, candidates):
            yield self._quoted(candidate)


def _foremost(accounts: Sequence[Account]) -> list[Account]:
    """Return the accounts that are most likely meant, in their own order."""

    def belief(account: Account) -> float:
        return max(candidate.probability for candidate in account.candidates)

    least = sorted(map(belief, accounts), reverse=True)[:_MOST_ACCOUNTS][-1]
    return [one for one in accounts if belief(one) >= least][:_MOST_ACCOUNTS]


def without_headline(candidate: Candidate) -> Candidate:
    """Return a sentence without the headline of its document, where that was glued to it."""
    cut = after_headline(candidate.text, candidate.hit.document.title)
    start = candidate.start + cut
    held = candidate.answer_start < candidate.answer_end
    if not cut or (held and candidate.answer_start < start):
        return candidate
    return replace(candidate, start=start, text=candidate.text[cut:])


def quoted(candidate: Candidate, label: str = "") -> DraftSentence:
    """Return a sentence of a source as a draft, to the character; a long one to a clause's end."""
    if row := row_of(candidate):
        return _row(candidate, row)
    candidate = without_headline(candidate)
    text = candidate.text
    first, last = candidate.answer_start - candidate.start, candidate.answer_end - candidate.start
    held = first < last
    start, end = clause(text, (first, last) if held else None)
    return DraftSentence(
        text[start:end],
        (cite(candidate.hit, candidate.start + start, candidate.start + end),),
        label=label,
        emphasis=((first - start, last - start),) if held else (),
        shortened=end < len(text),
    )


def _row(candidate: Candidate, row: str) -> DraftSentence:
    """Return a row of a table, each cell with its column's name; the asked cell emphasised."""
    first, last = candidate.answer_start - candidate.start, candidate.answer_end - candidate.start
    cell = f": {candidate.text[first:last]}" if first < last else ""
    # The same words may stand in a cell before: "Q1: 3, Q2: 3".
    at = row.find(cell, len(row_before(candidate, first))) if cell else -1
    emphasis = ((at + 2, at + len(cell)),) if at >= 0 else ()
    return DraftSentence(row, (_citation(candidate),), emphasis=emphasis)


def _line(
    before: str, candidate: Candidate, *, emphasis: tuple[tuple[int, int], ...] = ()
) -> DraftSentence:
    """Return a composed line that ends in the quoted sentence."""
    text = f"{before}\u201c{candidate.text}\u201d"
    return DraftSentence(text, (_citation(candidate),), "account", emphasis=emphasis)


def unheard_line(sides: Sequence[str]) -> str:
    """Return the line that says of whom no word was found.

    >>> unheard_line(["Norland", "the Ferry Board"])
    'No source found quotes Norland or the Ferry Board on this.'
    """
    return f"No source found quotes {' or '.join(sides)} on this."


def timeline_lead(asked: Asked, told: Sequence[Told]) -> str:
    """Return the line over a list of reports: of what, how many events, and from which years.

    Only what stands in every sentence, and the reports' own years, are said.
    """
    about = asked.names[0] if len(asked.names) == 1 else ""
    texts = [one.candidate.text for one in told]
    if not about or not all(about in text for text in texts):
        return "What the sources report, the oldest first:"
    days = {event_day(one.candidate) for one in told}
    distinct = len(days) == len(told) and "" not in days
    events = asks_what_happened(asked.text) and all(eventfulness(one) >= EVENT for one in texts)
    count = f", {COUNTS[len(told)]} events" if distinct and events and len(told) <= MOST else ""
    published = [one.candidate.hit.document.published or "" for one in told]
    years = sorted({day[:4] for day in published})
    span = ""
    if count and years[0]:
        span = f" from {years[0]} to {years[-1]}" if len(years) > 1 else f" in {years[0]}"
        span = f" in reports{span.replace(' in ', ' of ')}"
    return f"What the sources report of {about}{count}{span}, the oldest first:"


def _timeline(asked: Asked, told: Sequence[Told]) -> Iterator[DraftSentence]:
    """Yield what the sources report in the order of the events, each with outlet and day."""
    lead = timeline_lead(asked, told)
    cited = tuple(_citation(without_headline(one.candidate)) for one in told)
    yield DraftSentence(lead, cited, "lead")
    for one in told:
        document = one.candidate.hit.document
        who = document.publisher or document.title
        if one.label.endswith(":"):
            who = f"{who}: {one.label.removesuffix(':')}"
        yield _line(f"{_when(one.candidate)}{who}: ", without_headline(one.candidate))


def _when(candidate: Candidate) -> str:
    """Return the day of a report, with that of the event where the report came later."""
    published = candidate.hit.document.published
    if not published:
        return ""
    day = event_day(candidate)
    if day == published[:10]:
        return f"{spoken_day(published)}, "
    return f"{spoken_day(day)} (reported {spoken_day(published)}), "


def _citation(candidate: Candidate) -> Citation:
    return cite(candidate.hit, candidate.start, candidate.end)


def chosen(asked: Asked, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the few sentences that answer without repeating one another, best first."""
    if asked.kind in BROAD:
        return [one.candidate for one in picked(asked, candidates)]
    if not candidates:
        return []
    most = _MOST_SURE if candidates[0].probability >= _SURE else _MOST
    least = candidates[0].probability * _NEAR
    near = [one for one in candidates if one.probability >= least]
    prose = [one for one in near if is_prose(one)] or near[:1]
    kept: list[Candidate] = []
    for candidate in sorted(prose, key=_weight, reverse=True):
        if len(kept) < most and not any(repeats(candidate, other) for other in kept):
            kept.append(candidate)
    return newest_first(with_differing(kept, candidates))


def newest_first(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return sentences with that of a later version before the one whose place it takes."""
    found: list[Candidate] = []
    for one in candidates:
        older = [at for at, other in enumerate(found) if takes_place_of(one, other)]
        found.insert(older[0] if older else len(found), one)
    return found


def _weight(candidate: Candidate) -> float:
    """Return a candidate's probability, less where it cannot be understood by itself."""
    return candidate.probability * (1 - (1 - _LEANING) * (1 - stands_alone(candidate.text)))


def _accounts(accounts: Sequence[Account]) -> Iterator[DraftSentence]:
    best = [account.candidates[0] for account in accounts]
    lead = lead_of(accounts)
    yield DraftSentence(lead, tuple(_citation(one) for one in best), "lead")
    for account, candidate in zip(accounts, best, strict=True):
        # A near-copy that has another name or day there is cited beside it, however many there are.
        first = account.candidates[:4]
        copies = with_differing([candidate], account.candidates)[1:]
        cited = [*first, *(one for one in copies if one not in first)]
        citations = tuple(_citation(one) for one in cited)
        line = account_line(account, candidate)
        yield DraftSentence(line, citations, "account", emphasis=((0, len(account.value)),))


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
