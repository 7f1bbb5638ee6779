"""How well a value of a sentence fits where it stands in the source, and where others stand.

The words around it must be those around it in the source, rather than those around a value that
the sentence leaves out. Pure functions, English.
"""

from __future__ import annotations

from dataclasses import dataclass

from rag.checks.facts import Fact, Words, alike_kind, is_content, same_value

_REACH = 7
"""Words on each side of a value that tell what it is of."""


@dataclass(frozen=True, slots=True)
class Bound:
    """How well a value of a sentence fits where it stands in the source, and its best rival."""

    fact: Fact
    own: float
    rival: float
    other: str
    place: Fact | None = None
    rival_place: Fact | None = None


def bound(sentence: Words, source: Words, about: str) -> list[Bound]:
    """Return every value of a sentence that the source gives, with how well it fits there.

    The rival is a value of the same kind that the sentence does not give: where the words around it
    are more alike, the sentence puts one thing in another's place.
    """
    found: list[Bound] = []
    for fact in sentence.facts:
        mine = [one for one in source.facts if same_value(fact, one)]
        others = [
            one
            for one in source.facts
            if one.kind == fact.kind
            and not any(same_value(mentioned, one) for mentioned in sentence.facts)
            and alike_kind(fact, one, sentence, source)
            and not (one.kind == "name" and all(word in about for word in one.key))
        ]
        best = max(
            ((fits(sentence, fact, source, one), one) for one in others), key=_first, default=None
        )
        there = max(
            ((fits(sentence, fact, source, one), one) for one in mine), key=_first, default=None
        )
        own, place = there or (0.0, None)
        if best is not None:
            other = source.text[best[1].start : best[1].end]
            found.append(Bound(fact, own if mine else -1.0, best[0], other, place, best[1]))
        else:
            found.append(Bound(fact, own if mine else -1.0, 0.0, ""))
    return found


def _first(pair: tuple[float, Fact]) -> float:
    return pair[0]


def fits(sentence: Words, fact: Fact, source: Words, place: Fact) -> float:
    """Return how alike the words around two values are, 0 to 1.

    Words on the same side and as near count most. A third of it is how much of the whole sentence
    stands in the sentence of the source.
    """
    before = _around(sentence, fact.first, -1)
    after = _around(sentence, fact.last - 1, 1)
    there_before = dict(reversed(_around(source, place.first, -1)))
    there_after = dict(reversed(_around(source, place.last - 1, 1)))
    got = total = 0.0
    for side, same, other in (
        (before, there_before, there_after),
        (after, there_after, there_before),
    ):
        for term, distance in side:
            weight = 1.0 / (1.0 + 0.35 * (distance - 1))
            if not is_content(term):
                if distance == 1 and term[0].isalpha():
                    total += 0.3
                    got += 0.3 * (same.get(term) == 1)
                continue
            total += weight
            if term in same:
                got += weight * (1.0 - 0.07 * abs(distance - same[term]))
            elif term in other:
                got += weight * 0.5
    own = frozenset().union(*sentence.terms) - set(sentence.stems[fact.first : fact.last])
    share = len(own & source.terms[source.sentence[place.first]]) / len(own) if own else 0.0
    local = got / total if total else share
    return 0.65 * local + 0.35 * share


def _around(words: Words, at: int, step: int) -> list[tuple[str, int]]:
    """Return the stems on one side of a word in its sentence, with their distances."""
    found: list[tuple[str, int]] = []
    here, distance = at + step, 1
    while 0 <= here < len(words.stems) and distance <= _REACH:
        if words.sentence[here] != words.sentence[at]:
            break
        term = words.stems[here]
        if term and term[0].isalnum():
            found.append((term, distance))
            if is_content(term) or distance == 1:
                distance += 1
        here += step
    return found
