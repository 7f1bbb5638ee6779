"""How a clause is joined: a cause, a condition, or what did not hinder. English.

"Although it rained" is no "because it rained", and what is granted on a condition is not granted
in spite of it. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from rag.checks.facts import Words
from rag.checks.meanings import alike, shared_meanings
from rag.english.words import content_terms

_WAYS = {
    "cause": r"because(?: of)?|owing to|due to|thanks to|on account of|as a result of|caused by"
    r"|for want of|as a consequence of",
    "concession": r"although|(?:even |, )though|despite|in spite of|notwithstanding",
    "condition": r"(?<!as )(?<!even )if|provided(?: that)?|providing|on condition(?: that)?"
    r"|(?:as|so) long as",
}
_PATTERN = re.compile("|".join(rf"(?P<{way}>\b(?:{words})\b)" for way, words in _WAYS.items()))
_ENDS = re.compile(r"[,;.]|:(?!\d)")
_LEAST = 0.4
"""Share of the words behind such a word that the other text must have behind its own."""


def joined_otherwise(sentence: Words, source: Words) -> list[str]:
    """Return where a sentence makes a cause of what did not hinder, and the like.

    >>> from rag.checks.facts import words_of
    >>> source = words_of("Fewer were sold although it rained for days.")
    >>> joined_otherwise(words_of("Fewer were sold owing to days of rain."), source)
    ['The source says although, not owing to.']
    >>> joined_otherwise(words_of("Fewer were sold despite the days of rain."), source)
    []
    """
    theirs = list(_joined(source.text))
    problems: list[str] = []
    for way, word, terms in _joined(sentence.text):
        same = [
            (other, given)
            for other, given, behind in theirs
            if shared_meanings(terms, behind) >= _LEAST * min(len(terms), len(behind))
        ]
        if same and all(other != way for other, _ in same):
            problems.append(f"The source says {same[0][1]}, not {word}.")
    return problems


_CASE = re.compile(
    r"(?:^|[;.] )(?:but |and |while )?"
    r"(?P<by>if|when|where|in|for|with|at|on|under|among|during)"
    r" (?P<case>[^,;.]+),? (?P<then>[^;.]+)"
)


def exchanged_cases(sentence: Words, source: Words) -> list[str]:
    """Return where a sentence says of one case what its source says of another.

    >>> from rag.checks.facts import words_of
    >>> source = words_of("If the lamp flashes, stop at once; if it is steady, drive to a garage.")
    >>> exchanged_cases(words_of("With a flashing lamp you may drive to a garage."), source)
    ['The source says that of steadi, not of flash, lamp.']
    >>> exchanged_cases(words_of("With a steady lamp you may drive to a garage."), source)
    []
    """
    own = frozenset(content_terms(sentence.text))
    cases = [match for match in _CASE.finditer(source.text.lower()) if "," in match.group()]
    for match, following in pairwise(cases):
        # Cases that are set against each other stand side by side and begin alike.
        if match["by"] != following["by"] or following.start() > match.end():
            continue
        for one, other in ((match, following), (following, match)):
            case, then = _terms(one["case"]), _terms(one["then"])
            against, later = _terms(other["case"]), _terms(other["then"])
            named = [word for word in own if any(alike(word, two) for two in case - against)]
            if not named or not against - case or shared_meanings(own, against - case):
                continue
            if shared_meanings(own, later - then) > shared_meanings(own, then - later):
                given = ", ".join(sorted(against - case)[:2])
                return [f"The source says that of {given}, not of {', '.join(sorted(named)[:2])}."]
    return []


def _terms(text: str) -> frozenset[str]:
    return frozenset(content_terms(text))


def _joined(text: str) -> Iterator[tuple[str, str, frozenset[str]]]:
    """Yield each joining word with its way and the content words behind it."""
    lower = text.lower()
    for match in _PATTERN.finditer(lower):
        way = next(one for one in _WAYS if match[one])
        terms = frozenset(content_terms(_ENDS.split(lower[match.end() :])[0]))
        if terms:
            yield way, match.group().strip(" ,"), terms
