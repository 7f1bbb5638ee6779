"""Where a sentence tells who somebody is, how old, or who holds an office: by its form. English.

A reader is as sure of a sentence that only names somebody. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from rag.english.holders import holder_in, office_of, seat_in
from rag.english.identity import Place, age_of, aged_asked, person_asked, told_of
from rag.english.named_one import name_of, noun_named
from rag.english.offices import office_parts

_CAPITAL = re.compile(
    r"^\W*(?:what|which(?: city| town)?)\s+is\s+the\s+(?:name\s+of\s+the\s+)?capital(?:\s+city)?"
    r"\s+of\s+(?P<body>[^?,]+?)\s*\??$",
    re.IGNORECASE,
)
_AT_A_TIME = re.compile(
    r"\b(?:before|after|until|since|during|when|while|at the time|\d{4})\b", re.IGNORECASE
)
"""Who held an office at another time is not told by whom a sentence calls so."""
_Told = Callable[[str, str], tuple[float, Place]]


def is_told(question: str) -> bool:
    """Return whether a question asks for what ``told`` finds.

    >>> is_told("Who is Ada Thorn?"), is_told("Who killed Ada Thorn?")
    (True, False)
    >>> is_told("Who was the head of the Watch in 1990?")
    False
    """
    return _teller(question) is not None


@lru_cache(maxsize=2_000)
def told(question: str, sentence: str, around: str = "") -> tuple[float, Place]:
    """Return how far a sentence tells what is asked, 0 to 1, and where it does.

    Args:
        question: Who somebody is, how old, or who holds an office.
        sentence: Where it may be told.
        around: The text that it stands in.

    >>> how, (start, end) = told("Who leads the Watch?", "Watch head Ada Thorn said so.")
    >>> how
    0.0
    >>> how, (start, end) = told("Who is the head of the Watch?", "Watch head Ada Thorn said so.")
    >>> how, "Watch head Ada Thorn said so."[start:end]
    (1.0, 'Ada Thorn')
    """
    teller = _teller(question)
    return teller(sentence, around) if teller else (0.0, (0, 0))


@lru_cache(maxsize=64)
def _teller(question: str) -> _Told | None:
    if name := person_asked(question):
        return lambda sentence, _: told_of(name, sentence)
    if name := aged_asked(question):
        return lambda sentence, _: _sure(age_of(name, sentence))
    if noun := noun_named(question):
        return lambda sentence, _: _sure(name_of(noun, sentence))
    if capital := _CAPITAL.match(question):
        seat = office_of("capital", "", capital["body"])
        return lambda sentence, _: _sure(seat_in(seat, sentence))
    if (parts := office_parts(question)) and not _AT_A_TIME.search(parts[2]):
        office = office_of(*parts)
        return lambda sentence, around: _sure(holder_in(office, sentence, around))
    return None


def _sure(place: Place) -> tuple[float, Place]:
    return float(place[1] > 0), place
