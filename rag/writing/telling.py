"""What answers are told in: sentences with their speakers, and which of them say the same. English.

Near-copies of a text that give another number, name or day are kept beside the one that they copy.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from rag.account.versions import takes_place_of
from rag.english.events import event_span
from rag.english.furniture import behind_counter, is_code, is_furniture, prose_at
from rag.english.names import same_name
from rag.english.same_words import adds_value
from rag.english.words import content_terms
from rag.types import Candidate

MOST = 6
"""Sentences of an answer to a question that one sentence does not answer."""
_ALIKE = 0.7
"""Share of the shorter sentence's words from which two sentences say the same."""
_SHORTEST = 6
_SHORTEST_QUOTED = 4
"""Words of a sentence that tells something."""
_SPELLED = 0.7
"""Share of the letters that two spellings of a name have in common, in order."""
_DAY_ONLY = re.compile(
    r"\b(?:published|posted|updated|modified|print|tweet|views|share|email|tags|topic|related|"
    r"mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence of an answer, with whose words it is and what is to stand before it."""

    candidate: Candidate
    speaker: str = ""
    label: str = ""
    own: float = 0.0
    stance: str = "says"
    side: str = ""


def is_prose(candidate: Candidate) -> bool:
    """Return whether a candidate tells something: no dateline, no row of links, no question.

    A row of a table is left as it is.
    """
    text = candidate.text.strip()
    text = text[behind_counter(text) :]
    if is_code(text):
        return False
    if "\t" in text or "|" in text or ";" in text[:40]:
        return True
    if is_furniture(text):
        return False
    words = [word for word in re.findall(r"[^\W\d_]+", _DAY_ONLY.sub(" ", text)) if len(word) > 1]
    small = [word for word in words if word[0].islower()]
    # What somebody is quoted with may be short: "It is false."
    least = _SHORTEST_QUOTED if text[:1] in ('"', "\u201c") else _SHORTEST
    return len(text.split()) >= least and len(small) >= 3 and not text.endswith("?")


def tells_behind(candidate: Candidate) -> bool:
    """Return whether a sentence tells something behind links or headlines that are glued to it."""
    text = candidate.text.strip()
    return is_furniture(text) and bool(prose_at(text, candidate.hit.document.title))


def repeats(candidate: Candidate, other: Candidate) -> bool:
    """Return whether a sentence says what another says, and no other value in a near-copy."""
    return alike(candidate, other) and not differs_in_copy(candidate, other)


def alike(candidate: Candidate, other: Candidate) -> bool:
    """Return whether two sentences share most of the shorter one's words."""
    one, two = set(content_terms(candidate.text)), set(content_terms(other.text))
    if not one or not two:
        return True
    return len(one & two) / min(len(one), len(two)) > _ALIKE


def differs_in_copy(candidate: Candidate, other: Candidate) -> bool:
    """Return whether a near-copy's sentence gives a number, a name or a day that another lacks."""
    document, first = candidate.hit.document, other.hit.document
    copied = document.cluster == first.cluster != "" and document.id != first.id
    anew = takes_place_of(candidate, other) or takes_place_of(other, candidate)
    return (copied or anew) and adds_value(candidate.text, other.text)


def with_differing(kept: Sequence[Candidate], candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the sentences, each followed by those of near-copies that give another value there."""
    found: list[Candidate] = []
    for one in kept:
        found.append(one)
        for candidate in candidates:
            if differs_in_copy(candidate, one) and alike(candidate, one):
                same = any(
                    other is candidate or not differs_in_copy(candidate, other)
                    for other in (*found, *kept)
                    if alike(candidate, other)
                )
                found += [] if same else [candidate]
    return found


def event_day(candidate: Candidate) -> str:
    """Return the day of what a sentence tells, else that of its report; "" where none is known."""
    published = candidate.hit.document.published or ""
    span = event_span(candidate.text, published or None)
    if span and span[0] == span[1]:
        return span[0]
    return published[:10]


def shared(one: set[str], two: set[str]) -> float:
    """Return the share of the smaller set that the other holds too."""
    return len(one & two) / min(len(one), len(two)) if one and two else 0.0


def named(word: str, other: str) -> bool:
    """Return whether two words are one name, in any spelling."""
    return word.lower() == other.lower() or same_name(word, other)


def nearly_named(word: str, other: str) -> bool:
    """Return whether two words may be one name, in spellings that no rule knows.

    Good for telling what a report is about, not for telling two names apart.

    >>> nearly_named("Kefraya", "Kafarya"), nearly_named("Hollin", "Sallow")
    (True, False)
    """
    if named(word, other):
        return True
    one, two = word.lower(), other.lower()
    if one[:1] != two[:1] or abs(len(one) - len(two)) > 1 or _consonants(one) != _consonants(two):
        return False
    return SequenceMatcher(None, one, two).ratio() >= _SPELLED


def _consonants(word: str) -> str:
    return re.sub("[aeiouy]", "", word)
