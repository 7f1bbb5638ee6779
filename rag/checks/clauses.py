"""What one clause of a source says of its subject, told of another clause's subject. English.

"The teacher said the roof had leaked. The board declined to comment." A sentence that has the board
say that the roof leaked takes of the second clause its subject alone. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.checks.facts import Words, is_content
from rag.checks.meanings import alike
from rag.english.speech_words import PRONOUNS, REPORTING

_PARTS = frozenset("but while whereas and although though".split())
_STOPS_SUBJECT = frozenset(
    "is are was were be been has have had will would can could may might must shall should do does "
    "did who which that of in at on for to from with by not".split()
)
_DETERMINERS = frozenset("the a an his her its their our this that these those one".split())
_FAR = 4
_BOTH = 0.75
"""Share of a sentence's words that the two clauses must hold."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause: the words of its subject, the first of them, and all of its words."""

    subject: frozenset[str]
    head: str
    terms: frozenset[str]


def crossed_clauses(sentence: Words, source: Words) -> list[str]:
    """Return where a sentence tells of one subject what its source tells of another.

    >>> from rag.checks.facts import words_of
    >>> source = words_of("A teacher said the roof leaked. The board declined to comment.")
    >>> crossed_clauses(words_of("The board said that the roof leaked."), source)
    ['The source says that of teacher, not of board.']
    >>> crossed_clauses(words_of("A teacher said that the roof leaked."), source)
    []
    """
    clauses = list(clauses_of(source))
    own = frozenset().union(*sentence.terms)
    if len(clauses) < 2 or len(own) < 3:
        return []
    for n, giver in enumerate(clauses):
        rest = [one for one in clauses if one is not giver]
        alone = own & giver.terms - frozenset().union(*(one.terms for one in rest))
        if giver.head not in alone or not alone <= giver.subject:
            continue
        for other in clauses[max(0, n - 1) : n + 2]:
            if other is giver or len(own & (giver.terms | other.terms)) < _BOTH * len(own):
                continue
            besides = frozenset().union(*(one.terms for one in clauses if one is not other))
            told = own & other.terms - besides
            missing = other.subject and not any(alike(a, b) for a in other.subject for b in own)
            if missing and told and len(own & other.terms) >= len(own) / 2:
                said, given = sorted(alone)[0], sorted(other.subject)[0]
                return [f"The source says that of {given}, not of {said}."]
    return []


def clauses_of(words: Words) -> Iterator[Clause]:
    """Yield the clauses of a text that have a subject of their own.

    >>> from rag.checks.facts import words_of
    >>> text = words_of("The tea is cold, while the coffee is fresh.")
    >>> [sorted(one.subject) for one in clauses_of(text)]
    [['tea'], ['coffe']]
    """
    first = 0
    for n, token in enumerate(words.tokens):
        new = n and words.sentence[n] != words.sentence[n - 1]
        before = words.tokens[n - 1].text if n else ""
        joined = token.lower in _PARTS and (
            before in (",", ";") or token.lower not in ("and", "but")
        )
        if new or joined or before == ";":
            if (clause := _clause(words, first, n)) is not None:
                yield clause
            first = n
    if (clause := _clause(words, first, len(words.tokens))) is not None:
        yield clause


def _opens_with_noun(words: Words, first: int, end: int) -> bool:
    """Return whether a clause begins with one who does something: not with an order."""
    if first >= end:
        return False
    lower = words.tokens[first].lower
    named = any(one.kind == "name" and one.first <= first < one.last for one in words.facts)
    following = words.tokens[first + 1].lower if first + 1 < end else ""
    told = following in _STOPS_SUBJECT or following in REPORTING
    told = told or bool(re.search(r"\w\w(?:s|ed)$", following))
    plural = lower.endswith("s") and is_content(words.stems[first])
    return named or plural or lower in _DETERMINERS or (told and is_content(words.stems[first]))


def _clause(words: Words, first: int, end: int) -> Clause | None:
    while first < end and words.tokens[first].lower in _PARTS | {",", ";"}:
        first += 1
    if not _opens_with_noun(words, first, end):
        return None
    terms = frozenset(one for one in words.stems[first:end] if is_content(one))
    subject: list[str] = []
    for n in range(first, min(end, first + _FAR + 1)):
        lower = words.tokens[n].lower
        if lower in PRONOUNS and not subject:
            return None
        verb = lower in _STOPS_SUBJECT or lower in REPORTING or bool(re.search(r"\w{2}ed$", lower))
        if lower in ("do", "does", "did", "not") and not subject:
            return None
        if subject and (verb or words.tokens[n].text in ",;:"):
            break
        if is_content(words.stems[n]) and not verb and lower not in _PARTS:
            subject.append(words.stems[n])
    if not subject or len(terms) <= len(subject):
        return None
    return Clause(frozenset(subject), subject[0], terms)
