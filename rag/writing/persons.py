"""The sentences of an answer that tell by their form who somebody is, or who holds an office."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rag.english.identity import person_asked
from rag.english.question import Asked
from rag.english.told import is_told, told
from rag.english.words import content_terms
from rag.types import Candidate
from rag.writing.telling import is_prose

_NEAR = 0.4
"""Least share of the best sentence's probability at which another one adds to it."""
_AS_SURE = 0.85
"""The same at which a shorter sentence is told in its place."""
_FULL = 4
"""Words of an office that say enough: "director of the Harbour Watch"."""
_PLAIN = 0.9
"""How far a sentence tells it, from which on it is told plainly."""


def telling_who(asked: Asked, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the sentence that tells it, and of a person one that tells more; none for others.

    A fact needs one sentence: what else names somebody tells nothing of who that is.
    """
    if not is_told(asked.text):
        return []
    found = [(how, one) for one in candidates if (how := _how(asked, one))]
    found = [pair for pair in found if is_prose(pair[1])] or found
    if not found:
        return []
    best = max(one.probability for _, one in found)
    value = Counter(one.answer for _, one in found)
    person = bool(person_asked(asked.text))
    found.sort(key=lambda it: _order(it[0], it[1], best, 0 if person else value[it[1].answer]))
    kept = [one for _, one in found[:1]]
    if not person:
        return kept
    known = set(content_terms(kept[0].answer))
    near = [one for _, one in found[1:] if one.probability >= kept[0].probability * _NEAR]
    more = [one for one in near if len(set(content_terms(one.answer)) - known) > 1]
    return [*kept, *more[:1]]


def _order(
    how: float, one: Candidate, best: float, given: int
) -> tuple[bool, bool, bool, int, int]:
    """Return a key: first what is told plainly, in full, is believed, is told in few words.

    Args:
        how: How far the sentence tells it.
        one: The sentence.
        best: The greatest probability of one that tells it.
        given: How many sentences name the same holder, 0 where somebody is described.
    """
    believed = one.probability >= best * _AS_SURE
    full = given or min(_FULL, len(set(content_terms(one.answer))))
    return how < _PLAIN, " " not in one.answer and not given, not believed, -full, len(one.text)


def _how(asked: Asked, candidate: Candidate) -> float:
    return told(asked.text, candidate.text, candidate.hit.passage.text)[0]
