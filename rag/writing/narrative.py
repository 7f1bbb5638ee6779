"""The few sentences that tell it: which ones, and in an order that a reader can follow.

Chosen by maximal marginal relevance (Carbonell and Goldstein 1998): each next one is believed to
answer, says something that those before do not, and comes if possible from another source.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rag.assumed.mentioned import speaks_of
from rag.assumption import assumption_of
from rag.english.attribution import TextOf, stands_alone, surrounding, voice
from rag.english.claimants import name_words, spoken_by
from rag.english.quantities import counted
from rag.english.question import Asked
from rag.english.sides import sides_of
from rag.english.words import content_terms
from rag.types import Candidate
from rag.writing.causes import (
    NO_CAUSE,
    NO_MANNER,
    asks_manner,
    explaining,
    explains,
    gives_cause,
    gives_manner,
)
from rag.writing.comparing import compared
from rag.writing.happened import happenings
from rag.writing.happenings import asks_what_happened, eventfulness
from rag.writing.matter import nearest
from rag.writing.own_words import ACTED, asked_for, stance_of, takes
from rag.writing.telling import (
    MOST,
    Told,
    differs_in_copy,
    event_day,
    is_prose,
    repeats,
    shared,
    tells,
    with_differing,
)

_LEAST_BELIEF = 0.5
"""Least share of the best sentence's probability at which a further one is told."""
_FEWEST, _LEAST_TOLD = 3, 0.2
"""Sentences below which a summary takes those of this share too."""
_LEAST_CAUSE = 0.1
"""The same for a sentence that gives a cause, of a report that is told from, where one is asked."""
_LEAST_OWN = 0.4
"""The same for the words of a speaker that was asked for."""
_LEAST_LATE = 0.2
"""The same where no sentence of theirs is among those that are believed as much."""
_LEAST_GAIN = 0.3
_REASONS, _MOST_REASONS = ("why", "how"), 4
"""Kinds of questions that one account answers, and sentences that are enough of it."""
_LEAST_NEW, _NEW = 3, 0.5
"""Content words of a further sentence, and their share, that none of those before has."""
_NOVELTY, _OTHER_SOURCE, _ALONE = 0.45, 0.08, 0.15
"""What repeating costs, another source gains, and leaning on a sentence before costs."""
_EVENTFUL = 0.2
"""What telling an event in full gains where it is asked what happened."""
_CAUSE = 0.25
"""What a cause gains where one is asked."""


def narrated(
    asked: Asked, candidates: Sequence[Candidate], text_of: TextOf | None = None
) -> list[Told]:
    """Return the sentences that tell what was asked, in the order in which to read them."""
    if sides := sides_of(asked):
        return compared(asked, sides, candidates, text_of)
    return _ordered(asked, picked(asked, candidates, text_of))


def picked(
    asked: Asked, candidates: Sequence[Candidate], text_of: TextOf | None = None
) -> list[Told]:
    """Return the sentences that tell what was asked, the most telling first."""
    if not candidates:
        return []
    near = nearest(asked, candidates, text_of)
    worth = happenings(asked, _worth(asked, near))
    told = [_told(asked, one, text_of) for one in worth]
    if asked.speaker and sum(one.own == 1.0 for one in told) < 2:
        there = {id(one.candidate) for one in told}
        told += [one for one in _own_words(asked, near, text_of) if id(one.candidate) not in there]
    return with_copies(select(asked, asked_for(asked, told)), candidates)


def _told(asked: Asked, candidate: Candidate, text_of: TextOf | None) -> Told:
    before, after = surrounding(candidate, text_of)
    found = voice(candidate.text, before, after)
    own = spoken_by(asked.speaker, candidate.text, before, after) if asked.speaker else 0.0
    return Told(candidate, found.speaker, found.label, own, found.stance)


def _own_words(asked: Asked, candidates: Sequence[Candidate], text_of: TextOf | None) -> list[Told]:
    """Return what a speaker says, where at most one sentence of it is believed enough.

    The passages in which they say something that is believed somewhat are told with all of it:
    "X rejected this" and the quotation after it say little without each other.
    """
    least = _LEAST_LATE * max(one.probability for one in candidates)
    prose = [_told(asked, one, text_of) for one in candidates if tells(one)]
    own = [one for one in prose if one.own == 1.0]
    passages = {one.candidate.hit.passage.id for one in own if one.candidate.probability >= least}
    return [one for one in own if one.candidate.hit.passage.id in passages]


def _worth(asked: Asked, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates that are believed enough and are sentences."""
    share = _LEAST_OWN if asked.speaker else _LEAST_BELIEF
    best = max(one.probability for one in candidates)
    enough = [one for one in candidates if one.probability >= share * best]
    if asked.kind == "why":
        told_from = {one.hit.document.id for one in enough}
        enough = [
            one
            for one in candidates
            if one.probability >= share * best
            or (
                one.probability >= _LEAST_CAUSE * best
                and gives_cause(one.text)
                and (one.hit.document.id in told_from or explains(asked, one.text))
            )
        ]
    if asked.kind == "who_said" and (wanted := stance_of(asked)) != "says":
        # Who denied it says so in a sentence that a reader of answers may believe little.
        enough += [one for one in candidates if one not in enough and takes(one, wanted)]
    if asked.kind == "summary" and sum(map(tells, enough)) < _FEWEST:
        # A headline or a caption is believed more than the report that it stands over.
        further = [one for one in candidates if one.probability >= _LEAST_TOLD * best]
        enough = [one for one in further if one in enough or tells(one)]
    told = [one for one in enough if tells(one)] or [one for one in enough if is_prose(one)]
    if asked.kind == "why":
        why = explaining(asked, [one.text for one in told])
        told = [one for one, kept in zip(told, why, strict=True) if kept]
    if asked.kind == "how" and (assumed := assumption_of(asked)) and not assumed.open:
        # How it came about is told where it is told: what else befell the place says nothing of it.
        told = [one for one in told if speaks_of(assumed, one.text)] or told
    return told or enough[:1]


def unmet(asked: Asked, told: Sequence[Told]) -> str:
    """Return the line that says that none of the sentences is what was asked for, or "".

    Without it somebody's words would be read as those of the one whose words were asked for.
    """
    if asked.kind == "said" and not sides_of(asked) and not any(one.own == 1.0 for one in told):
        return f"No source found quotes {asked.speaker} on this."
    if asked.kind == "why" and told and not any(gives_cause(one.candidate.text) for one in told):
        return NO_CAUSE
    if asks_manner(asked) and told and not any(gives_manner(one.candidate.text) for one in told):
        return NO_MANNER
    wanted = stance_of(asked) if asked.kind == "who_said" else ""
    acted = ACTED.get(wanted, "saying this")
    if wanted and not any(
        takes(one.candidate, wanted) if wanted in ACTED else one.speaker for one in told
    ):
        return f"No source found quotes anybody as {acted}."
    return ""


def select(asked: Asked, told: Sequence[Told], most: int = MOST) -> list[Told]:
    """Return at most ``most`` sentences, each adding to those before it, the best first."""
    if not told:
        return []
    common = set(asked.terms)
    words = {id(one): set(content_terms(one.candidate.text)) - common for one in told}
    best = max(one.candidate.probability for one in told) or 1.0
    chosen: list[Told] = []
    left = list(told)
    counts = asked.kind not in _REASONS
    most = min(most, _MOST_REASONS) if asked.kind in _REASONS else most
    happened = asks_what_happened(asked.text)

    def gain(one: Told) -> float:
        belief = one.candidate.probability / best
        alone = 1.0 if one.label else stands_alone(one.candidate.text)
        near = max((shared(words[id(one)], words[id(other)]) for other in chosen), default=0.0)
        other_source = bool(chosen) and all(not _same_source(one, other) for other in chosen)
        told_badly = _ALONE * (1 - alone)
        eventful = _EVENTFUL * eventfulness(one.candidate.text, asked.names) if happened else 0.0
        because = _CAUSE * (asked.kind == "why" and gives_cause(one.candidate.text))
        return (
            belief
            - _NOVELTY * near
            + _OTHER_SOURCE * other_source
            - told_badly
            + because
            + eventful
        )

    while left and len(chosen) < most:
        left = [one for one in left if not any(_repeats(one, other) for other in chosen)]
        left = [one for one in left if _adds(one, chosen, words, counts=counts)]
        if not left:
            break
        found = max(left, key=gain)
        if chosen and gain(found) < _LEAST_GAIN:
            break
        chosen.append(found)
        left.remove(found)
    return chosen


def _adds(
    one: Told, chosen: Sequence[Told], words: Mapping[int, set[str]], *, counts: bool
) -> bool:
    """Return whether a sentence says enough that those before do not say together.

    Several sentences of one fact share few words with each other, and most with all of them.
    Other figures are told all the same where what happened is asked (``counts``), and in a copy.
    """
    mine = words[id(one)]
    if any(differs_in_copy(one.candidate, other.candidate) for other in chosen):
        return True
    if counts and _figures(one) - set().union(*map(_figures, chosen)):
        return True
    known = set().union(*(words[id(other)] for other in chosen))
    fresh = len(mine - known)
    return not chosen or (fresh >= _LEAST_NEW and fresh >= _NEW * len(mine))


def _figures(one: Told) -> set[tuple[str, float | None]]:
    return {(found.quantity, found.number.value) for found in counted(one.candidate.text)}


def _same_source(one: Told, other: Told) -> bool:
    """Return whether two sentences come from one text, or one claimant."""
    first, second = one.candidate.hit.document, other.candidate.hit.document
    if first.id == second.id or first.cluster == second.cluster != "":
        return True
    return bool(one.speaker) and name_words(one.speaker) == name_words(other.speaker) != frozenset()


def _repeats(one: Told, other: Told) -> bool:
    return repeats(one.candidate, other.candidate)


def with_copies(told: Sequence[Told], candidates: Sequence[Candidate]) -> list[Told]:
    """Return the sentences with those of near-copies that differ, as ``with_differing`` does."""
    known = {id(one.candidate): one for one in told}
    found: list[Told] = []
    for candidate in with_differing([one.candidate for one in told], candidates):
        found.append(known.get(id(candidate)) or replace(found[-1], candidate=candidate, label=""))
    return found


def _ordered(asked: Asked, told: list[Told]) -> list[Told]:
    if asked.kind == "summary":
        return sorted(told, key=lambda one: (event_day(one.candidate), _stated(one)))
    if asked.kind == "why":
        return _causes_last(told)
    if asked.speaker:
        # Somebody's own words come before what others say about them, and the older before the
        # newer; sentences of one report stay in its order.
        return sorted(told, key=lambda one: (one.own != 1.0, *_place(one, told)))
    return told


def _place(one: Told, told: Sequence[Told]) -> tuple[int, int]:
    """Return where a sentence's document first stands in the answer, and the sentence in it."""
    ids = [other.candidate.hit.document.id for other in told]
    return ids.index(one.candidate.hit.document.id), one.candidate.start


def _causes_last(told: list[Told]) -> list[Told]:
    """Return what is to be explained before what explains it, where they are two sentences."""
    if not told or gives_cause(told[0].candidate.text):
        return told
    causes = [one for one in told if gives_cause(one.candidate.text)]
    return [one for one in told if one not in causes] + causes if causes else told


def _stated(one: Told) -> str:
    return one.candidate.hit.document.published or ""
