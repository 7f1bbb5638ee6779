"""Whether a value is of the kind that a question asks for: a name for "who", a place for "where".

A reader's span may be any words; a value that names no such thing is no account. Pure functions,
English.
"""

from __future__ import annotations

import re

from rag.account.forms import words_of
from rag.english.counts import numbers
from rag.english.places import is_adjective, places_at
from rag.english.question import Asked
from rag.english.speech import tokens
from rag.english.speech_words import PERSONS, REPORTING, TITLES
from rag.english.words import content_terms
from rag.types import Candidate

_PLACES = re.compile(
    r"\b(?:cit(?:y|ies)|towns?|villages?|provinces?|countr(?:y|ies)|places?|areas?|regions?|districts?|"
    r"neighbou?rhoods?|quarters?|suburbs?|streets?|squares?|ports?|islands?|part)\b"
)
_PLACE_NOUN = re.compile(
    r"\b(?:near|outside|inside|camp|hospital|clinic|school|market|mosque|church|station|base|airport|"
    r"street|square|bridge|village|town|city|district|neighbou?rhood|suburb|border|home|house|"
    r"building|hall|field|river|sea|coast|prison|checkpoint|shop|office|park)\b"
)
_OUTLET = re.compile(r"\b(?:[Aa]gency|[Aa]gencies|AFP|Reuters|TV|[Tt]elevision|newspaper)\b")
_ASKS_OUTLET = re.compile(r"\b(?:said|say|report\w*|agency|outlet|media|told|who denied)\b")


def fits_kind(asked: Asked, candidate: Candidate) -> bool:
    """Return whether a candidate's bare answer may be the kind of thing that was asked for."""
    value = candidate.answer
    new = set(content_terms(value)) - set(asked.terms)
    if not new or not words_of(value):
        return False
    if _OUTLET.search(value) and not _ASKS_OUTLET.search(asked.text):
        return False  # who passed the words on, and not whom they are of
    if asked.kind == "how_many":
        return bool(numbers(value))
    if asks_place(asked):
        return _names_place(value)
    return not asks_person(asked) or _names_party(asked, candidate)


def asks_place(asked: Asked) -> bool:
    """Return whether a question asks where, or for a town, a village or the like."""
    return asked.kind == "where" or bool(asked.focus and _PLACES.fullmatch(asked.focus[-1]))


def asks_person(asked: Asked) -> bool:
    """Return whether a question asks who, or for a chief, a speaker or the like."""
    if asked.kind in ("who", "who_said"):
        return True
    last = asked.focus[-1] if asked.focus else ""
    return asked.kind == "which" and (last in PERSONS or last in TITLES)


def _names_place(value: str) -> bool:
    return any(one.is_name for one in tokens(value)) or bool(_PLACE_NOUN.search(value.lower()))


def _names_party(asked: Asked, candidate: Candidate) -> bool:
    """Return whether a value names people or a body, and not the place where something was."""
    value = candidate.answer
    found = tokens(value)
    if ":" in value or any(one.lower in REPORTING for one in found):
        return False  # a headline or a clause: "a monitor said helicopters" is nobody's name
    names = [one for one in found if one.is_name]
    named = [one for one in names if not is_adjective(one.text)]
    if any(char.isdigit() for char in value) and not named:
        return False
    if not named and re.search(r"\bnames?\b", asked.text):
        return False  # "Norlandic troops" name nobody
    if len(names) == len(found) == 1 and is_adjective(value) and not value.endswith("s"):
        return False
    start = candidate.answer_start - candidate.start
    return all(
        not (at <= start < at + len(place) and words_of(place) == words_of(value))
        for place, at in places_at(candidate.text)
    )
