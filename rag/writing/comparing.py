"""What each side says: the sentences that answer "compare what A and B say". English."""

from __future__ import annotations

from collections.abc import Sequence

from rag.english.attribution import TextOf, surrounding, voice
from rag.english.claimants import spoken_by
from rag.english.quantities import counted
from rag.english.question import Asked
from rag.english.sides import compares_words, sides_of
from rag.english.words import content_terms, terms_held
from rag.types import Candidate
from rag.writing.telling import MOST, Told, is_prose, repeats

_LEAST_OWN = 0.2
"""Least share of the best sentence's probability at which one is told of a side."""
_LEAST_FIGURE = 0.1
"""The same for a sentence that gives a figure of the kind that is compared."""
Around = tuple[Candidate, list[str], list[str]]
"""A candidate with the sentences before and after it."""


def compared(
    asked: Asked, sides: Sequence[str], candidates: Sequence[Candidate], text_of: TextOf | None
) -> list[Told]:
    """Return sentences of the things compared in turn; first what each side itself says."""
    best = max((one.probability for one in candidates), default=0.0)
    worth = [
        one
        for one in candidates
        if is_prose(one)
        and one.probability
        >= best * (_LEAST_FIGURE if asked.quantity in _counts(one) else _LEAST_OWN)
    ]
    around = [(one, *surrounding(one, text_of)) for one in worth or candidates]
    if compares_words(asked):
        around += _heard_elsewhere(asked, sides, candidates, around, text_of)
    rows: list[list[Told]] = []
    for side in sides:
        found: list[Told] = []
        for one, before, after in around:
            said = spoken_by(side, one.text, before, after)
            others = any(
                spoken_by(other, one.text, before, after) == 1.0 for other in sides if other != side
            )
            if said == 1.0 or (said > 0 and not others):
                by = voice(one.text, before, after)
                found.append(Told(one, by.speaker, by.label, said, by.stance, side))
        if asked.quantity:
            # Where figures are compared, those sentences first that give one.
            found.sort(key=lambda one: asked.quantity not in _counts(one.candidate))
        own = [one for one in found if one.own == 1.0]
        # Of a side that is not heard, one sentence that names it, if it is of the matter at all.
        named = _on_topic(asked, sides, found)[:1] if compares_words(asked) else found
        rows.append(own or named)
    return _in_turn(rows)


def contrasted(sides: Sequence[str], candidates: Sequence[Candidate]) -> list[Told]:
    """Return sentences on things that are no speakers: those on several first, then each in turn.

    "Testing breaks less often than unstable" compares; where no sentence does, what each thing is
    stands beside the other.
    """
    best = max((one.probability for one in candidates), default=0.0)
    worth = [one for one in candidates if is_prose(one) and one.probability >= best * _LEAST_OWN]
    terms = {side: set(content_terms(side)) for side in sides}
    held = {
        id(one): [side for side in sides if terms[side] <= terms_held(one.text)] for one in worth
    }
    on_several = [Told(one) for one in worth if len(held[id(one)]) > 1]
    on_each = [[Told(one, side=side) for one in worth if held[id(one)] == [side]] for side in sides]
    together = _in_turn([on_several], MOST // 2)
    return [*together, *_in_turn(on_each, MOST - len(together))]


def _counts(candidate: Candidate) -> set[str]:
    return {found.quantity for found in counted(candidate.text)}


def unheard(asked: Asked, told: Sequence[Told]) -> tuple[str, ...]:
    """Return the sides whose words a question wants compared and of whom nothing told is said."""
    if not compares_words(asked):
        return ()
    heard = {one.side for one in told if one.own == 1.0}
    return tuple(side for side in sides_of(asked) if side not in heard)


def _on_topic(asked: Asked, sides: Sequence[str], told: Sequence[Told]) -> list[Told]:
    """Return the sentences that hold a word of what was asked beside the sides' names."""
    terms = set(asked.terms) - {term for side in sides for term in content_terms(side)}
    return [one for one in told if terms & set(content_terms(one.candidate.text))]


def _heard_elsewhere(
    asked: Asked,
    sides: Sequence[str],
    candidates: Sequence[Candidate],
    around: Sequence[Around],
    text_of: TextOf | None,
) -> list[Around]:
    """Return sentences in which a side speaks that is not heard in those believed in, on topic."""
    silent = [
        side
        for side in sides
        if not any(spoken_by(side, o.text, b, a) == 1.0 for o, b, a in around)
    ]
    if not silent:
        return []
    terms = set(asked.terms) - {term for side in sides for term in content_terms(side)}
    known = {id(one) for one, _, _ in around}
    found: list[Around] = []
    for one in candidates:
        if id(one) in known or not is_prose(one) or not terms & set(content_terms(one.text)):
            continue
        before, after = surrounding(one, text_of)
        if any(spoken_by(side, one.text, before, after) == 1.0 for side in silent):
            found.append((one, before, after))
    return found


def _in_turn(rows: Sequence[Sequence[Told]], most: int = MOST) -> list[Told]:
    each = max(1, most // max(1, len(rows)))
    chosen: list[list[Told]] = []
    taken: list[Told] = []
    for row in rows:
        mine: list[Told] = []
        for one in row:
            if len(mine) < each and not any(
                repeats(one.candidate, other.candidate) for other in (*mine, *taken)
            ):
                mine.append(one)
        chosen.append(mine)
        taken += mine
    return [one for n in range(each) for mine in chosen for one in mine[n : n + 1]]
