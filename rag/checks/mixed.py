"""Two statements of a source whose halves a sentence has changed round. English.

"The vendor bears the cost of export, and import duties are paid by the purchaser": a sentence that
has the two pay the other way round has all the words of both, each clause of it words of either. A
paraphrase keeps together what is told of one thing, whichever it tells first. Numbers are held
against their words elsewhere. Pure functions.
"""

from __future__ import annotations

import re
from itertools import pairwise

from rag.checks.facts import Words, is_content

_WHOLE = frozenset("but while whereas although though yet".split())
_PARTS = _WHOLE | {"and"}
_LEAST = 2
"""Content words of a clause; a shorter piece belongs to what is before it."""
_MOST = 0.5
"""Share of a sentence's words that the two clauses of the source must hold."""
_BESIDE = 2
"""Clauses on each side of a place that make one statement."""


def mixed_clauses(sentence: Words, source: Words) -> list[str]:
    """Return where each of two clauses has words that only one of two clauses of the source has.

    >>> from rag.checks.facts import words_of
    >>> source = words_of("The vendor clears the export, and the purchaser pays the duties.")
    >>> mixed_clauses(words_of("The vendor pays duties, while the purchaser clears it."), source)
    ['The source does not say duti of vendor, nor clear of purchas.']
    >>> mixed_clauses(words_of("The purchaser pays duties, while the vendor clears it."), source)
    []
    """
    mine, theirs = clauses(sentence, _WHOLE), clauses(source, _PARTS)
    if not 2 <= len(mine) <= 1 + _BESIDE or len(theirs) < 2:
        return []
    own = frozenset().union(*mine)
    for n in range(1, len(theirs)):
        one = frozenset().union(*theirs[max(0, n - _BESIDE) : n])
        other = frozenset().union(*theirs[n : n + _BESIDE])
        if len(own & (one | other)) < _MOST * len(own):
            continue
        for here, there in pairwise(mine):
            sides = [
                ((some - rest) & (one - other), (some - rest) & (other - one))
                for some, rest in ((here, there), (there, here))
            ]
            if all(a and b for a, b in sides):
                (a, b), (c, d) = (sorted(map(min, pair)) for pair in sides)
                return [f"The source does not say {a} of {b}, nor {c} of {d}."]
    return []


def clauses(words: Words, parting: frozenset[str] = _PARTS) -> list[frozenset[str]]:
    """Return the content words of each clause of a text, what is too short with the one before.

    >>> from rag.checks.facts import words_of
    >>> [sorted(one) for one in clauses(words_of("The tea is cold; the coffee is fresh."))]
    [['cold', 'tea'], ['coffe', 'fresh']]
    """
    found: list[set[str]] = []
    before = -1
    for n, term in enumerate(words.stems):
        lower = words.tokens[n].lower
        if words.sentence[n] != before or lower in parting or lower == ";":
            found.append(set())
        before = words.sentence[n]
        if is_content(term) and term.isalpha() and lower not in _PARTS:
            found[-1].add(re.sub(r"men$", "man", term))
    whole: list[set[str]] = []
    for terms in found:
        if whole and len(terms) < _LEAST:
            whole[-1] |= terms
        else:
            whole.append(terms)
    return [frozenset(terms) for terms in whole]
