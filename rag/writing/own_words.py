"""The words of somebody that a question asks for, and who said what it asks about. English."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.english.question import Asked
from rag.english.speech import claims
from rag.english.speech_words import STANCE
from rag.english.words import content_terms
from rag.types import Candidate
from rag.writing.telling import Told

_SAYS_IT = 0.75
"""Least share of the asked statement's words, as the best sentence holds them."""
_FEW = 2
"""Sentences that hold a word of what was asked, from which on those of other reports must."""
_BELIEVED = 0.5
"""Probability from which a speaker's sentence is taken to be of what was asked, in any words."""
_NAMED = 0.3
"""How far a sentence is a speaker's own that only names them, as ``spoken_by`` tells it."""
_BESIDE = 3
"""Sentences that are told where none is what was asked for."""
_AS_SURE = 0.85
"""Share of the surest of a speaker's sentences at which one needs no word of what was asked."""
_DEED = re.compile(r"\b(?:bomb|attack|blast|kill|blow|shoot|shell|raid|assassinat|explo|be behind)")
ACTED = {
    "denies": "denying this",
    "claims_responsibility": "claiming this",
    "accuses": "making this accusation",
}
"""What nobody is quoted as doing, by the stance that a question asks for."""


def asked_for(asked: Asked, told: list[Told]) -> list[Told]:
    """Return the sentences of the speaker, or of the kind of statement, that was asked for."""
    if asked.speaker:
        if own := _on_topic(asked, [one for one in told if one.own == 1.0]):
            return own
        # What they say of other matters is no more theirs on this than a sentence that names them.
        theirs = sorted((one for one in told if one.own > 0), key=lambda one: -one.own)
        named = [replace(one, own=min(one.own, _NAMED)) for one in theirs]
        return (named or [one for one in told if one.own == 0] or told)[:_BESIDE]
    if asked.kind == "who_said":
        wanted = stance_of(asked)
        spoken = [one for one in told if one.speaker]
        exact = [one for one in spoken if wanted != "says" and takes(one.candidate, wanted)]
        return _saying_it(asked, exact) or _saying_it(asked, spoken) or spoken or told
    return told


def takes(candidate: Candidate, stance: str) -> bool:
    """Return whether somebody says a sentence with a stance, such as "denies"."""
    return any(claim.stance == stance for claim in claims(candidate.text))


def _on_topic(asked: Asked, own: list[Told]) -> list[Told]:
    """Return a speaker's sentences without those that are of another matter.

    "Wray said that he had smelled smoke" opens a new one: where his report gives his words about
    the sprinklers, it is none of them, unless it is believed to be as much.
    """
    topic = _topic(asked) - _REFERRING
    if not topic:
        return own
    of_it = [one for one in own if topic & set(content_terms(one.candidate.text))]
    reports = {one.candidate.hit.document.id for one in of_it}
    best = max((one.candidate.probability for one in own), default=0.0)

    def belongs(one: Told) -> bool:
        around = set(content_terms(one.candidate.hit.passage.text))
        if not of_it:
            return one.candidate.probability >= _BELIEVED or topic <= around
        if one in of_it or one.candidate.probability >= _AS_SURE * best:
            return True
        if one.candidate.hit.document.id not in reports:
            return len(of_it) < _FEW and len(topic & around) > len(topic) / 2
        said = claims(one.candidate.text)
        named_anew = bool(said) and not said[0].is_pronoun and said[0].start == 0
        return not (named_anew and any(_apart(one.candidate, other.candidate) for other in of_it))

    return [one for one in own if belongs(one)]


_REFERRING = frozenset(
    content_terms(
        "cause incident matter issue event affair case situation accusation question carry carrying"
    )
)
"""What only points at a matter: sentences on it need not hold the word."""


def _topic(asked: Asked) -> set[str]:
    """Return the content words of what is asked about, without the speaker's."""
    about = set(content_terms(re.sub(r"^about\s", "", asked.about)))
    return about - set(content_terms(asked.speaker)) - {asked.verb}


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
    names = {term for name in asked.names for term in content_terms(name)}
    wanted = _topic(asked) - names - _REFERRING
    held = {id(one): len(wanted & set(content_terms(one.candidate.text))) for one in spoken}
    most = max(held.values(), default=0)
    sure = _AS_SURE * max((one.candidate.probability for one in spoken), default=0.0)
    return [
        one
        for one in spoken
        if most and (held[id(one)] >= most * _SAYS_IT or one.candidate.probability >= sure)
    ]


def stance_of(asked: Asked) -> str:
    """Return the stance of the verb that a question asks with, such as "denies".

    ``asked.verb`` is a stem.
    """
    if re.search(r"\bnothing to do with\b|\bnot (?:responsible|behind)\b", asked.about):
        return "denies"
    if asked.verb.startswith("claim"):
        return "claims_responsibility" if "responsib" in asked.text.lower() else "says"
    if asked.verb.startswith("admit") and _DEED.search(asked.about):
        return "claims_responsibility"
    same = (stance for verb, stance in STANCE.items() if asked.verb and verb.startswith(asked.verb))
    return next(same, "says")
