"""Whether two sources speak of one thing, or of two that share a name. Pure functions.

A question names what it asks about, and several things may bear that name: two films, two towns,
two generals. Their documents share the name and little else; documents on one thing share much of
what stands around the value. What they share is measured apart from the question's own words and
from the values, which are what differs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from rag.english.question import Asked
from rag.english.words import terms_held
from rag.types import Candidate

ONE_SUBJECT = 0.4
"""Least share of the shorter passage's words that passages on one thing have in common.

On 100 questions over documents that conflict, anything from 0.35 to 0.6 told namesakes alike.
"""
ONE_STORY = 0.5
"""The same share of names and numbers, which tell namesakes apart better than all words do: on the
same questions every right value was given .31 times instead of .29, a wrong one .35 instead of .37.
"""
_MARKED = 5
"""Names and numbers that the shorter passage must hold to be told from another by them."""
_MARK = re.compile(r"\b(?:[A-Z]\w{2,}|\d{2,})\b")
_HEAD = 120
"""Characters of a document that may name what it is on."""
_SHORT = 8
"""Words that a passage must have beside those of question and values to be told from another."""


def one_subject(
    asked: Asked, one: Sequence[Candidate], other: Sequence[Candidate], values: Sequence[str] = ()
) -> bool:
    """Return whether two groups of candidates hold passages on one thing.

    Args:
        asked: The question, whose words tell nothing apart.
        one: Candidates that give one value.
        other: Candidates that give another.
        values: The values, which are left out of the comparison.
    """
    apart = set(asked.terms).union(*(terms_held(value) for value in values))
    told = {word.lower() for text in (asked.text, *values) for word in re.findall(r"\w+", text)}
    return any(
        _one_story(_around(first), _around(second), apart, told)
        for first in one
        for second in other
    )


def _one_story(first: str, second: str, apart: set[str], told: set[str]) -> bool:
    """Return whether two passages speak of one thing, by their names and numbers or all words."""
    here, there = _marks(first) - told, _marks(second) - told
    fewest = min(len(here), len(there))
    if fewest >= _MARKED:
        return len(here & there) / fewest >= ONE_STORY
    return shared(first, second, apart) >= ONE_SUBJECT


@lru_cache(maxsize=4_096)
def _marks(text: str) -> frozenset[str]:
    return frozenset(match.group().lower() for match in _MARK.finditer(text))


def shared(one: str, other: str, apart: set[str] | frozenset[str] = frozenset()) -> float:
    """Return the share of the shorter text's words that the other one holds, 0 to 1.

    >>> shared("The mill at Sallow burnt down", "In Sallow the mill burnt")
    1.0
    """
    first, second = terms_held(one) - apart, terms_held(other) - apart
    fewest = min(len(first), len(second))
    return len(first & second) / fewest if fewest else 0.0


def is_about(asked: Asked) -> Callable[[Candidate], bool]:
    """Return what tells whether a candidate's document is on what a question names.

    It is where its title or its first words hold the names that the question gives: a report of a
    day that only mentions a town is no document on another town of that name. What has no day is
    no report, and taken to be on what it mentions.
    """
    names = frozenset().union(*(terms_held(name) for name in asked.names))

    def about(candidate: Candidate) -> bool:
        passage, document = candidate.hit.passage, candidate.hit.document
        if not document.published:
            return True
        head = passage.text[:_HEAD] if passage.start < _HEAD else ""
        return names <= terms_held(f"{document.title} {passage.context} {head}")

    return about


def copies(one: Candidate, other: Candidate, apart: frozenset[str] = frozenset()) -> bool:
    """Return whether two passages are one text, whatever values were changed in it."""
    first, second = one.hit.document, other.hit.document
    if first.id == second.id or first.cluster == second.cluster != "":
        return True
    words = min(len(terms_held(_around(one))), len(terms_held(_around(other))))
    return words >= _SHORT and shared(_around(one), _around(other), apart) >= _COPIED


_COPIED = 0.85


def _around(candidate: Candidate) -> str:
    return candidate.hit.passage.text
