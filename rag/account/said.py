"""One value in one sentence, with who gave it and when: what accounts are grouped from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.english.antecedents import is_person
from rag.english.claimants import claimant_of
from rag.english.counts import Number
from rag.english.sentences import sentences
from rag.english.speech import Claim, claims
from rag.types import Account, Candidate

_POINTING = frozenset(
    "it he she they i we you who which this that these those one its his her their our my".split()
)


@dataclass(frozen=True, slots=True)
class Said:
    """One value in one sentence.

    ``key`` is the value as it is compared; figures are compared by ``number``. ``named`` says that
    the sentence names its claimant, who is the publisher else. ``span`` holds the days that the
    sentence may speak of, ``stated`` the day of its document. ``revises`` are figures that the
    sentence itself calls overtaken ("up from 19"), ``revised`` that it calls its own figure new,
    ``added_up`` that its figure is the sum of several days, ``on_target`` that it names what the
    question says was struck, where that says so.
    """

    candidate: Candidate
    value: str
    claimant: str
    named: bool
    stance: str = "says"
    key: str = ""
    number: Number | None = None
    unit: str = ""
    cited: str = ""
    span: tuple[str, str] | None = None
    stated: str | None = None
    quantity: str = ""
    part: bool = False
    narrow: bool = False
    other_event: bool = False
    added_up: bool = False
    revises: tuple[float, ...] = ()
    revised: bool = False
    on_target: bool = True

    @property
    def event_date(self) -> str | None:
        """The one day that it speaks of, where it names one."""
        return self.span[0] if self.span and self.span[0] == self.span[1] else None

    @property
    def document_id(self) -> str:
        """The document that says it."""
        return self.candidate.hit.document.id

    @property
    def cluster(self) -> str:
        """The story that its document is a copy of; empty where that is not known."""
        return self.candidate.hit.document.cluster


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose statement a sentence is."""

    claimant: str
    named: bool
    cited: str
    stance: str


def owner_of(candidate: Candidate, claim: Claim | None = None) -> Owner:
    """Return whose statement a sentence is: the speaker in it, else the publisher."""
    if claim is not None and claim.speaker:
        speaker = _in_full(claim.speaker, candidate)
        if not names_nobody(speaker):
            return Owner(speaker, True, claim.cited, claim.stance)
        # The statement is somebody's, of whom no more is known than the document that tells of it.
        return Owner(outlet_of(candidate), False, claim.cited, claim.stance)
    return Owner(outlet_of(candidate), False, "", "says")


def outlet_of(candidate: Candidate) -> str:
    """Return who published a candidate's document, else its title, without quotation marks.

    A quotation mark in a claimant would end the quote that an account's line is checked by.
    """
    document = candidate.hit.document
    return document.publisher or re.sub(r"[\u201c\u201d\"]", "", document.title)


def names_nobody(speaker: str) -> bool:
    """Return whether a speaker is told by a word that only points: "it", "its Damascus", "group".

    >>> [names_nobody(one) for one in ("it", "its director", "group", "the rescue service")]
    [True, True, True, False]
    """
    words = speaker.split()
    if not words or words[0].lower() in _POINTING:
        return True
    return len(words) == 1 and words[0].islower() and not words[0].endswith("s")


def _in_full(speaker: str, candidate: Candidate) -> str:
    """Return "its director" as "the Board's director", where the body before it is told.

    What stands behind a full stop is of the next sentence.
    """
    speaker = re.split(r"(?<=[a-z]{4})\.\s", speaker)[0]
    if not speaker.lower().startswith(("its ", "their ")):
        return speaker
    before, _ = surroundings(candidate)
    said = (one.speaker for text in reversed(before) for one in reversed(claims(text)))
    body = next((one for one in said if not names_nobody(one) and not is_person(one)), "")
    return f"{body}'s {speaker.split(None, 1)[1]}" if body else speaker


def speaker_in(candidate: Candidate) -> Claim | None:
    """Return whom a candidate's sentence names as the speaker, by what its passage tells of him."""
    before, after = surroundings(candidate)
    return claimant_of(candidate.text, before, after)


def surroundings(candidate: Candidate) -> tuple[list[str], list[str]]:
    """Return the sentences of the passage before and after a candidate."""
    passage = candidate.hit.passage
    before: list[str] = []
    after: list[str] = []
    for start, end in sentences(passage.text):
        if passage.start + end <= candidate.start:
            before.append(passage.text[start:end])
        elif passage.start + start >= candidate.end:
            after.append(passage.text[start:end])
    return before, after


def published_day(candidate: Candidate) -> str | None:
    """Return the ISO day of a candidate's document, or None."""
    published = candidate.hit.document.published
    return published[:10] if published else None


def named_in(candidate: Candidate, start: int, end: int) -> Candidate:
    """Return a candidate whose bare answer is ``text[start:end]`` of its sentence."""
    offset = candidate.start
    return replace(candidate, answer_start=offset + start, answer_end=offset + end)


def believed(account: Account) -> float:
    """Return the reader's belief in the best sentence of an account, 0 to 1."""
    return max(candidate.probability for candidate in account.candidates)


def seen_by_all(group: Sequence[Said]) -> list[Said]:
    """Return what stands in plain sight; everything where nothing does.

    Hidden words are no further source of what somebody says for all to see.
    """
    return [one for one in group if not one.candidate.hit.hidden] or list(group)
