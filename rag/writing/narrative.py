"""The few sentences that tell it: which ones, and in an order that a reader can follow.

Chosen by maximal marginal relevance (Carbonell and Goldstein 1998): each next one is believed to
answer, says something that those before do not, and comes if possible from another source.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.account.anchor import KINDS
from rag.account.stances import stance_asked, takes
from rag.english.attribution import TextOf, stands_alone, surrounding, voice
from rag.english.claimants import name_words, published_by, spoken_by
from rag.english.demands import asks_demand, demands
from rag.english.question import Asked
from rag.english.sides import compares_words, sides_of
from rag.english.speech import claims
from rag.english.words import content_terms
from rag.senders import day_terms, is_quoted_reply, sender_of, wrote
from rag.types import Candidate
from rag.writing.comparing import compared, contrasted
from rag.writing.happened import happenings, telling_belief
from rag.writing.happenings import EVENT, asks_what_happened, eventfulness
from rag.writing.matter import nearest
from rag.writing.telling import (
    MOST,
    Told,
    event_day,
    is_prose,
    repeats,
    shared,
    tells_behind,
    with_differing,
)

_LEAST_BELIEF = 0.5
"""Least share of the best sentence's probability at which a further one is told."""
_LEAST_CAUSE = 0.1
"""The same for a sentence that gives a cause, of a report that is told from, where one is asked."""
_LEAST_OWN = 0.4
"""The same for the words of a speaker that was asked for."""
_LEAST_LATE = 0.2
"""The same where no sentence of theirs is among those that are believed as much."""
_SAYS_IT = 0.75
"""Least share of the asked statement's words, as the best sentence holds them."""
_LEAST_GAIN = 0.3
_SURER = 1.5
"""How many times surer a sentence with furniture before it must be to be told."""
_NOVELTY, _OTHER_SOURCE, _ALONE = 0.45, 0.08, 0.15
"""What repeating costs, another source gains, and leaning on a sentence before costs."""
_EVENTFUL = 0.2
"""What telling an event in full gains where it is asked what happened."""
_CAUSE = 0.25
"""What a cause gains where one is asked."""
_BECAUSE = re.compile(
    r"\b(?:because|due to|owing to|as a result|in response|in retaliation|retaliat\w+|in revenge|"
    r"in order to|so that|to (?:prevent|protect|avoid|force|stop|punish)|aim\w* (?:to|at)|caused|"
    r"sparked|prompted|triggered|led to|blam\w+|since|for fear|reason|forced|response to|"
    r"(?:attacks?|assault|offensive|operation|campaign|raids?|strikes?|bombings?|siege)\s+to\s+[a-z]+|"
    r"purpose|goal|revenge|accus\w+ of|on charges of|owing|so as to|after (?:a|the|their|its))\b",
    re.IGNORECASE,
)


_FEW = 2
"""Sentences that hold a word of what was asked, from which on those of other reports must."""
_BELIEVED = 0.5
"""Probability from which a speaker's sentence is taken to be of what was asked, in any words."""
_NAMED = 0.3
"""How far a sentence is a speaker's own that only names them, as ``spoken_by`` tells it."""
_FEWEST = 3
"""Words of a statement by which it is known again wherever they all stand."""
_BESIDE = 3
"""Sentences that are told where none is what was asked for."""
_AS_SURE = 0.85
"""Share of the surest of a speaker's sentences at which one needs no word of what was asked."""


_MOST_DECIDING = 3
"""Sentences of the answer to a yes/no question that none of them is known to decide."""

_ACTED = {"denies": "denying", "claims_responsibility": "claiming"}


def narrated(
    asked: Asked, candidates: Sequence[Candidate], text_of: TextOf | None = None
) -> list[Told]:
    """Return the sentences that tell what was asked, in the order in which to read them."""
    if sides := sides_of(asked):
        told = compared(asked, sides, candidates, text_of)
        return told if told or compares_words(asked) else contrasted(sides, candidates)
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
        least = _LEAST_LATE * max(one.probability for one in near)
        every = [_told(asked, one, text_of) for one in near]
        told += [one for one in _own_words(every, least) if id(one.candidate) not in there]
        if not any(one.own > 0 for one in told):
            told += _naming(every, least)
    most = {"yes_no": 3, "how": 4}.get(asked.kind, MOST)
    return with_copies(select(asked, _asked_for(asked, told), most), candidates)


def _told(asked: Asked, candidate: Candidate, text_of: TextOf | None) -> Told:
    before, after = surrounding(candidate, text_of)
    found = voice(candidate.text, before, after)
    own = spoken_by(asked.speaker, candidate.text, before, after) if asked.speaker else 0.0
    if is_publisher(asked.speaker, candidate) or _is_theirs(asked.speaker, candidate):
        own = 1.0  # what a paper reports is what it says, whoever it quotes
    return Told(candidate, found.speaker, found.label, own, found.stance)


def _is_theirs(speaker: str, candidate: Candidate) -> bool:
    """Return whether a sentence is a speaker's own in a message that they wrote."""
    passage = candidate.hit.passage
    replied = is_quoted_reply(passage.text, candidate.start - passage.start)
    return not replied and wrote(speaker, candidate.hit.document)


def is_publisher(speaker: str, candidate: Candidate) -> bool:
    """Return whether a speaker is who published the document of a sentence."""
    return published_by(speaker, candidate.hit.document.publisher)


def _own_words(every: Sequence[Told], least: float) -> list[Told]:
    """Return what a speaker says, where at most one sentence of it is believed enough.

    The passages in which they say something that is believed somewhat are told with all of it:
    "X rejected this" and the quotation after it say little without each other.
    """
    own = [one for one in every if one.own == 1.0]
    passages = {one.candidate.hit.passage.id for one in own if one.candidate.probability >= least}
    return [
        one for one in own if one.candidate.hit.passage.id in passages and is_prose(one.candidate)
    ]


def _naming(every: Sequence[Told], least: float) -> list[Told]:
    """Return the sentences that name a speaker, where none that is believed as much does."""
    return [
        one
        for one in every
        if one.own > 0 and one.candidate.probability >= least and is_prose(one.candidate)
    ]


def _worth(asked: Asked, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates that are believed enough and are sentences."""
    share = _LEAST_OWN if asked.speaker else _LEAST_BELIEF
    best = telling_belief(asked, candidates)
    enough = [one for one in candidates if one.probability >= share * best]
    if asked.kind == "why":
        told_from = {one.hit.document.id for one in enough}
        enough = [
            one
            for one in candidates
            if one.probability >= share * best
            or (
                one.probability >= _LEAST_CAUSE * best
                and one.hit.document.id in told_from
                and _BECAUSE.search(one.text)
            )
        ]
    if asked.kind == "who_said" and (wanted := stance_asked(asked)) != "says":
        # Who denied it says so in a sentence that a reader of answers may believe little.
        enough += [one for one in candidates if one not in enough and takes(one, wanted)]
    elif asked.kind == "who_said":
        # Nor is a quotation believed much that says just what was asked for, its speaker behind it.
        enough += [one for one in candidates if one not in enough and _holds_all(asked, one)]
    prose = [one for one in enough if is_prose(one)]
    if not prose:
        # What a headline tells, its report tells in sentences that a reader believes less.
        headed = {one.hit.document.id for one in enough}
        least = _LEAST_LATE * best
        prose = [
            one
            for one in candidates
            if one.hit.document.id in headed and one.probability >= least and is_prose(one)
        ]
    sure = max((one.probability for one in prose), default=0.0) * _SURER
    glued = [one for one in enough if tells_behind(one)]
    if asks_what_happened(asked.text):
        # A report's lead is often glued to its tags, and what stands around events is not.
        return [*prose, *_events_behind(asked, glued, prose)] or enough[:1]
    glued = [one for one in glued if one.probability >= sure]
    return [*glued[:1], *prose] or enough[:1]


def _events_behind(
    asked: Asked, glued: Sequence[Candidate], prose: Sequence[Candidate]
) -> list[Candidate]:
    """Return the sentences with furniture before them that tell an event as no other one does."""
    return [
        one
        for one in glued
        if eventfulness(one.text, asked.names) >= EVENT
        and not any(repeats(one, other) for other in prose)
    ]


def _holds_all(asked: Asked, candidate: Candidate) -> bool:
    """Return whether a sentence holds every word of what somebody is asked to have said."""
    wanted = asked.topic
    return len(wanted) >= _FEWEST and wanted <= set(content_terms(candidate.text))


def _asked_for(asked: Asked, told: list[Told]) -> list[Told]:
    """Return the sentences of the speaker, or of the kind of statement, that was asked for."""
    if asked.speaker:
        if own := _on_topic(asked, [one for one in told if one.own == 1.0]):
            demand = asks_demand(asked.text, asked.verb, asked.about)
            return [one for one in own if demand and demands(one.candidate.text)] or own
        # What they say of other matters is no more theirs on this than a sentence that names them.
        theirs = sorted((one for one in told if one.own > 0), key=lambda one: -one.own)
        named = [replace(one, own=min(one.own, _NAMED)) for one in theirs]
        return (named or [one for one in told if one.own == 0] or told)[:_BESIDE]
    if asked.kind == "who_said":
        wanted = stance_asked(asked)
        spoken = [one for one in told if one.speaker]
        if wanted == "says" and (
            whole := [one for one in spoken if _holds_all(asked, one.candidate)]
        ):
            return whole
        exact = [one for one in spoken if wanted != "says" and takes(one.candidate, wanted)]
        return _saying_it(asked, exact) or _saying_it(asked, spoken) or spoken or told
    return told


def _on_topic(asked: Asked, own: list[Told]) -> list[Told]:
    """Return a speaker's sentences without those that are of another matter.

    "Wray said that he had smelled smoke" opens a new one: where his report gives his words about
    the sprinklers, it is none of them, unless it is believed to be as much.
    """
    topic = asked.topic - _POINTING
    if all(sender_of(one.candidate.hit.document) for one in own):
        topic -= day_terms(asked.text)  # on which day a message was written, it need not say
    if not topic:
        return own
    # "The chemical attack": that a sentence speaks of some attack does not make it of that one.
    telling = topic - KINDS - asked.name_terms or topic

    def speaks(one: Told) -> bool:
        words = set(content_terms(one.candidate.text))
        hit = one.candidate.hit
        around = set(content_terms(f"{hit.document.title} {hit.passage.text}"))
        return bool(topic & words and telling & (words | around))

    of_it = [one for one in own if speaks(one)]
    reports = {one.candidate.hit.document.id for one in of_it}
    best = max((one.candidate.probability for one in own), default=0.0)

    def belongs(one: Told) -> bool:
        around = set(content_terms(one.candidate.hit.passage.text))
        if not of_it:
            other = topic & set(content_terms(one.candidate.text))
            return (one.candidate.probability >= _BELIEVED and not other) or topic <= around
        if one in of_it or one.candidate.probability >= _AS_SURE * best:
            return True
        if one.candidate.hit.document.id not in reports:
            return len(of_it) < _FEW and len(topic & around) > len(topic) / 2
        said = claims(one.candidate.text)
        named_anew = bool(said) and not said[0].is_pronoun and said[0].start == 0
        return not (named_anew and any(_apart(one.candidate, other.candidate) for other in of_it))

    return [one for one in own if belongs(one)]


_POINTING = frozenset(
    content_terms("cause incident matter issue event affair case situation accusation question")
)
"""What only points at a matter: sentences on it need not hold the word."""


def _apart(one: Candidate, other: Candidate) -> bool:
    """Return whether two sentences of one report stand in different paragraphs."""
    if one.hit.document.id != other.hit.document.id:
        return False
    passage = one.hit.passage
    first, last = sorted((one.start, other.start))
    within = passage.start <= first and last < passage.end
    return not within or "\n" in passage.text[first - passage.start : last - passage.start]


def _saying_it(asked: Asked, spoken: Sequence[Told]) -> list[Told]:
    """Return the sentences in which what was asked for is said, and not something else."""
    wanted = asked.topic - asked.name_terms
    held = {id(one): len(wanted & set(content_terms(one.candidate.text))) for one in spoken}
    most = max(held.values(), default=0)
    sure = _AS_SURE * max((one.candidate.probability for one in spoken), default=0.0)
    return [
        one
        for one in spoken
        if most and (held[id(one)] >= most * _SAYS_IT or one.candidate.probability >= sure)
    ]


def unmet(asked: Asked, told: Sequence[Told]) -> str:
    """Return the line that says that none of the sentences is what was asked for, or "".

    Without it somebody's words would be read as those of the one whose words were asked for.
    """
    if asked.kind == "said" and not sides_of(asked) and not any(one.own == 1.0 for one in told):
        return f"No source found quotes {asked.speaker} on this."
    wanted = stance_asked(asked) if asked.kind == "who_said" else ""
    acted = _ACTED.get(wanted, "")
    if acted and not any(takes(one.candidate, wanted) for one in told):
        return f"No source found quotes anybody as {acted} this."
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
    happened = asks_what_happened(asked.text)

    def gain(one: Told) -> float:
        belief = one.candidate.probability / best
        alone = 1.0 if one.label else stands_alone(one.candidate.text)
        near = max((shared(words[id(one)], words[id(other)]) for other in chosen), default=0.0)
        other_source = bool(chosen) and all(not _same_source(one, other) for other in chosen)
        told_badly = _ALONE * (1 - alone)
        eventful = _EVENTFUL * eventfulness(one.candidate.text, asked.names) if happened else 0.0
        because = _CAUSE * (asked.kind == "why" and bool(_BECAUSE.search(one.candidate.text)))
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
        if not left:
            break
        found = max(left, key=gain)
        if chosen and gain(found) < _LEAST_GAIN:
            break
        chosen.append(found)
        left.remove(found)
    return chosen


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
    if not told or _BECAUSE.search(told[0].candidate.text):
        return told
    causes = [one for one in told if _BECAUSE.search(one.candidate.text)]
    return [one for one in told if one not in causes] + causes if causes else told


def _stated(one: Told) -> str:
    return one.candidate.hit.document.published or ""
