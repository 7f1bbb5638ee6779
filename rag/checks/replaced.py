"""A value put in the place of another in a sentence that else repeats its source. English.

Where all else stands word for word, what differs has one reading: that the value stands elsewhere
in the passage, of another thing, makes it no better. Pure functions.
"""

from __future__ import annotations

from collections.abc import Iterator

from rag.checks.beside import Beside, Gap, laid_beside
from rag.checks.facts import Fact, Words, is_content, same_value, same_word
from rag.english.metonyms import country_of, known_as

_REPEATED = 0.8
"""Least share of a sentence's words, but for those that differ, that the source has in order."""
_FEWEST = 6
"""Words that must be repeated at least: short sentences are alike by chance."""
_LONGEST = 5
"""Words of what differs, marks inside numbers among them."""
_ROUNDED = 0.06
"""Share by which a number may differ and be a rounding of the other."""


def replaced_values(sentence: Words, source: Words) -> list[str]:
    """Return the values that stand where the sentence's source, word for word, has others.

    >>> from rag.checks.facts import words_of
    >>> source = words_of("About 200000 people lived in the east of Hollin. It has 400000 in all.")
    >>> replaced_values(words_of("About 400,000 people lived in the east of Hollin."), source)
    ['The source says 200000 there, not 400,000.']
    >>> replaced_values(words_of("In all 400,000 people live in Hollin, half in the east."), source)
    []
    """
    problems: list[str] = []
    for mine, theirs in _differing(sentence, source):
        own, other = _values(sentence, mine), _values(source, theirs)
        if len(own) != 1 or len(other) != 1 or not _is_another(own[0], other[0], source):
            continue
        said = sentence.text[own[0].start : own[0].end]
        given = source.text[other[0].start : other[0].end]
        problems.append(f"The source says {given} there, not {said}.")
    return problems


def _differing(sentence: Words, source: Words) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Yield the places that differ between a sentence and the one of the source that it repeats.

    None where several are repeated as well: rows of a list are alike but for their values.
    """
    words = sum(token.text[0].isalnum() for token in sentence.tokens)
    found: list[tuple[int, list[tuple[tuple[int, ...], tuple[int, ...]]]]] = []
    for one in laid_beside(sentence, source):
        other = [
            (gap.mine, gap.theirs)
            for gap in one.gaps
            if gap.mine and gap.theirs and gap.longest <= _LONGEST and _is_held(gap, one)
        ]
        rest = words - sum(len(mine) for mine, _ in other)
        if one.same >= max(_FEWEST, _REPEATED * rest):
            found.append((one.same, other))
    most = max((same for same, _ in found), default=0)
    nearest = [other for same, other in found if same == most]
    if len(nearest) == 1:
        yield from nearest[0]


def _is_held(gap: Gap, beside: Beside) -> bool:
    """Return whether what differs stands between words that agree, or at an end beside them."""
    first, last = gap is beside.gaps[0], gap is beside.gaps[-1]
    return bool((gap.before or first) and (gap.after or last))


def _values(words: Words, place: tuple[int, ...]) -> list[Fact]:
    """Return the values of a place where there is hardly anything else."""
    first, last = place[0], place[-1]
    facts = [one for one in words.facts if one.first >= first and one.last <= last + 1]
    held = {n for one in facts for n in range(one.first, one.last)}
    rest = [n for n in place if n not in held and is_content(words.stems[n])]
    return [] if rest else facts


def _is_another(one: Fact, other: Fact, source: Words) -> bool:
    if one.kind != other.kind or same_value(one, other):
        return False
    if one.kind == "number":
        return one.key[1:] == other.key[1:] and not _rounded(one.key[0], other.key[0])
    return one.kind != "name" or not _may_be_one(one, other, source)


def _rounded(one: str, other: str) -> bool:
    """Return whether a number may be the other one, rounded; what is no number may be."""
    try:
        a, b = float(one), float(other)
    except ValueError:
        return True
    return abs(a - b) <= _ROUNDED * max(abs(a), abs(b))


def _may_be_one(one: Fact, other: Fact, source: Words) -> bool:
    """Return whether two names may be one's: of a country, an alias, or told as one elsewhere."""
    mine, theirs = " ".join(one.key), " ".join(other.key)
    lands = country_of(mine), country_of(theirs)
    if (lands[0] and lands[0] == lands[1]) or (known_as(mine) or mine) == (
        known_as(theirs) or theirs
    ):
        return True
    return any(
        fact.kind == "name"
        and any(same_word(a, b) for a in one.key for b in fact.key)
        and any(same_word(a, b) for a in other.key for b in fact.key)
        for fact in source.facts
    )
