"""One value in one sentence, with who gave it and when: what accounts are grouped from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.claimants import claimant_of
from rag.counts import Number
from rag.sentences import sentences
from rag.speech import Claim
from rag.types import Account, Candidate


@dataclass(frozen=True, slots=True)
class Said:
    """One value in one sentence.

    ``key`` is the value as it is compared; figures are compared by ``number``. ``named`` says that
    the sentence names its claimant, who is the publisher else. ``span`` holds the days that the
    sentence may speak of, ``stated`` the day of its document. ``revises`` are figures that the
    sentence itself calls overtaken ("up from 19"), ``revised`` that it calls its own figure new,
    ``added_up`` that its figure is the sum of several days.
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
    document = candidate.hit.document
    if claim is not None and claim.speaker:
        return Owner(claim.speaker, True, claim.cited, claim.stance)
    return Owner(document.publisher or document.title, False, "", "says")


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
