"""The extractive writer: an answer made of the sources' own words, no model.

A quoted sentence is copied to the character; a long one may end at a clause. Where sources give
several values the answer is a line that says how they relate and a list, newest first, of who gives
which and when.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import replace

from rag.account.blame import asks_blame
from rag.account.culprits import telling
from rag.account.doers import doing
from rag.account.versions import takes_place_of
from rag.accounts import answering, disagreeing
from rag.english.attribution import TextOf, stands_alone, surrounding, voice_of
from rag.english.claimants import same_claimant, spoken_by
from rag.english.clock import asks_clock
from rag.english.question import Asked, analyse
from rag.english.question_kind import BROAD
from rag.english.when import spoken_day, times
from rag.refusal import DENIED_LEAD, denied_beside
from rag.senders import first_person
from rag.types import Account, Candidate, DraftSentence, Material
from rag.writing.comparing import unheard
from rag.writing.deciding import decided
from rag.writing.letter import message_asked
from rag.writing.listing import account_lines, far_apart, timeline
from rag.writing.narrative import narrated, picked, unmet
from rag.writing.persons import telling_who
from rag.writing.quotations import citation_of, heading_of, line_of, quoted, without_headline
from rag.writing.section import section_asked
from rag.writing.telling import Told, is_prose, repeats, with_differing

_SURE = 0.9
_MOST_SURE, _MOST = 2, 4
"""Sentences of an answer to a question of fact: more where it is less sure which one answers."""
_MOST_ACCOUNTS = 8
_NEAR = 0.4
"""Least share of the best sentence's probability at which a further one is quoted for a fact."""
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
            yield DraftSentence(DENIED_LEAD, tuple(citation_of(one) for one in denied), "lead")
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
            yield from account_lines(_foremost(accounts))
        elif who := telling_who(asked, candidates):
            yield from map(self._quoted, who)
        elif found := answering(accounts):
            yield from self._agreed(found)
        elif asks_blame(asked) and (found_out := telling(asked, candidates)):
            yield from map(self._quoted, chosen(asked, found_out))
        elif asked.kind == "when" and not asks_clock(asked.text):
            yield from self._dated(chosen(asked, candidates))
        elif (told := decided(material.standalone, material))[1]:
            lead, deciding = told
            differing = with_differing(deciding, candidates)
            # Copies that say yes and no: what they come to together is no plain yes or no.
            yield from self._decided(lead if differing == deciding else "", differing)
        elif asked.kind in BROAD:
            yield from self._narrated(asked, candidates)
        else:
            yield from self._chosen(asked, candidates)

    def _chosen(self, asked: Asked, candidates: Sequence[Candidate]) -> Iterator[DraftSentence]:
        """Yield the sentences of a fact: who did it or holds it, before whoever stands beside."""
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
            yield DraftSentence(lead, tuple(citation_of(one) for one in candidates), "lead")
        for candidate in candidates:
            yield replace(self._quoted(candidate), emphasis=())

    def _narrated(self, asked: Asked, candidates: Sequence[Candidate]) -> Iterator[DraftSentence]:
        told = [_as_headed(asked, one) for one in narrated(asked, candidates, self._text_of)]
        if asked.kind == "summary" and (len(told) > 2 or far_apart(told)):
            yield from timeline(asked, told)
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
                yield line_of(told, without_headline(candidate), emphasis=((0, len(day)),))
            else:
                yield self._quoted(candidate)

    def _agreed(self, accounts: Sequence[Account]) -> Iterator[DraftSentence]:
        """Yield the sentence that gives the value, then those of other sources that give it too."""
        candidates = [one for account in accounts for one in account.candidates]
        candidates.sort(key=lambda one: -one.score)
        owners = {id(one): account for account in accounts for one in account.candidates}
        kept: list[Candidate] = []
        for candidate in candidates:
            other_source = all(_of_other_source(candidate, one, owners) for one in kept)
            if not kept or (other_source and not any(repeats(candidate, one) for one in kept)):
                kept.append(candidate)
            if len(kept) == 3:
                break
        for candidate in with_differing(kept, candidates):
            yield self._quoted(candidate)


def unheard_line(sides: Sequence[str]) -> str:
    """Return the line that says of whom no word was found.

    >>> unheard_line(["Norland", "the Ferry Board"])
    'No source found quotes Norland or the Ferry Board on this.'
    """
    return f"No source found quotes {' or '.join(sides)} on this."


def _as_headed(asked: Asked, told: Told) -> Told:
    """Return what somebody says as the heading that tells it, where one runs into a sentence."""
    heading = heading_of(told.candidate) if asked.speaker else None
    if heading is None or spoken_by(asked.speaker, heading.text, (), ()) < 1.0:
        return told
    return replace(told, candidate=heading, label="")


def _of_other_source(candidate: Candidate, other: Candidate, owners: Mapping[int, Account]) -> bool:
    """Return whether another report gives a value, or somebody else in the same one another."""
    if candidate.hit.document.id != other.hit.document.id:
        return True
    one, two = owners[id(candidate)], owners[id(other)]
    return one.number != two.number and not same_claimant(one.claimant, two.claimant)


def _foremost(accounts: Sequence[Account]) -> list[Account]:
    """Return the accounts that are most likely meant, in their own order."""

    def belief(account: Account) -> float:
        return max(candidate.probability for candidate in account.candidates)

    least = sorted(map(belief, accounts), reverse=True)[:_MOST_ACCOUNTS][-1]
    return [one for one in accounts if belief(one) >= least][:_MOST_ACCOUNTS]


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
