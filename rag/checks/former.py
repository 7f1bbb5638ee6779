"""The former and the latter: whether a sentence takes the one of two for the other. English.

Pure functions.
"""

from __future__ import annotations

import re

from rag.checks.facts import Words
from rag.checks.meanings import alike
from rag.english.words import content_terms

_ONE_OF_TWO = re.compile(
    r"\bthe (?P<which>former|latter)\b"
    r"|\bthe (?P<nth>first|second)\b(?= (?:until|during|in|by|for|with|to|is|was|has|had|will|at"
    r"|on|from|only|does|did|after|before)\b)",
    re.IGNORECASE,
)
_AND = re.compile(r"\b(?:and|or|nor|with|against|to)\b", re.IGNORECASE)
_BREAK = re.compile(r"[;:,.!?]|\b(?:and|but|while|whereas)\b")
_STOPS = re.compile(
    r"[;:,.!?]|\b(?:is|are|was|were|be|been|has|have|had|will|would|can|may|each|both|in|on|of|for"
    r"|by|at|from|which|who|that|\w{2,}ed)\b",
    re.IGNORECASE,
)
_LEAST = 0.5
"""Share of what a sentence says besides that the clause must hold."""


def taken_for_other(sentence: Words, source: Words) -> list[str]:
    """Return where a sentence says of the one of two what its source says of the other.

    >>> from rag.checks.facts import words_of
    >>> source = words_of("Zinc and copper were tried; the former wore off.")
    >>> taken_for_other(words_of("The copper wore off."), source)
    ['The source says that of zinc, not of copper.']
    >>> taken_for_other(words_of("The zinc wore off."), source)
    []
    """
    own = frozenset(content_terms(sentence.text))
    told = [
        (*two, _clause(source.text, *match.span()))
        for match in _ONE_OF_TWO.finditer(source.text)
        for two in _two(source.text, match)
    ]
    clauses = [clause for *_, clause in told]
    for right, other, clause in told:
        mine, theirs = _of(own, right - other), _of(own, other - right)
        if mine and theirs:
            return []
        if mine or not theirs:
            continue
        rest = own - theirs
        held = len(_of(rest, clause))
        best = max(len(_of(rest, one)) for one in clauses)
        if rest and held == best and held >= _LEAST * len(rest):
            named = " ".join(sorted(right - other)[:2])
            return [f"The source says that of {named}, not of {' '.join(sorted(theirs)[:2])}."]
    return []


def _of(some: frozenset[str], others: frozenset[str]) -> frozenset[str]:
    return frozenset(one for one in some if any(alike(one, other) for other in others))


def _clause(text: str, start: int, end: int) -> frozenset[str]:
    before, after = _BREAK.split(text[:start])[-1], _BREAK.split(text[end:])[0]
    return frozenset(content_terms(f"{before} {after}"))


def _two(text: str, match: re.Match[str]) -> list[tuple[frozenset[str], frozenset[str]]]:
    """Return the one that is meant and the other one, first by their names, then by clauses."""
    which = (match["which"] or match["nth"]).lower()
    found: list[tuple[frozenset[str], frozenset[str]]] = []
    joined = list(_AND.finditer(text[: match.start()]))
    ands = [one for one in joined if one.group().lower() == "and"]
    for conjunction in ands[::-1][:2] or joined[-1:]:
        before, after = text[: conjunction.start()], text[conjunction.end() : match.start()]
        narrow = (_near(before, last=True), _near(after, last=False))
        sentence = re.split(r"[.!?] ", before)[-1]
        wide = (
            frozenset(content_terms(sentence)),
            frozenset(content_terms(re.split(r"[.!?]", after)[0])),
        )
        for one, two in (narrow, wide):
            if one and two:
                found.append((one, two) if which in ("former", "first") else (two, one))
    return found


def _near(text: str, *, last: bool) -> frozenset[str]:
    """Return the content words of the noun at one end of a text."""
    parts = [one for one in _STOPS.split(text) if one.strip()]
    if not parts:
        return frozenset()
    terms = content_terms(parts[-1] if last else parts[0])
    return frozenset(terms[-2:] if last else terms[:2])
