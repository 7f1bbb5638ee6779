"""A value put in the place of another in a sentence that else repeats its source. English.

Where all else stands word for word, what differs has one reading: that the value stands elsewhere
in the passage, of another thing, makes it no better. Pure functions.
"""

from __future__ import annotations

from rag.checks.beside import Beside, Gap, laid_beside
from rag.checks.facts import Fact, Words, is_content, same_value, same_word
from rag.checks.pairing import COUNTED
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
    every = [
        {
            mine: problem
            for mine, theirs in differing
            if (problem := _other_value(sentence, mine, source, theirs))
        }
        for differing in _differing(sentence, source)
    ]
    # Rows of a list are alike but for their values: all that are as near must have another one.
    return [
        problem
        for mine, problem in (every[0].items() if every else ())
        if all(mine in found for found in every)
    ]


def _other_value(
    sentence: Words, mine: tuple[int, ...], source: Words, theirs: tuple[int, ...]
) -> str:
    """Return what is wrong where a value stands for another one; "" where it may be the same."""
    own, other = _values(sentence, mine), _values(source, theirs)
    if not own and not other:
        return _other_part(sentence, mine, source, theirs)
    if len(other) != 1:
        return ""
    given = source.text[other[0].start : other[0].end]
    if not own and other[0].kind in ("year", "day"):
        # A year that the source only counts to from another one is written in its words.
        said = sentence.text[sentence.tokens[mine[0]].start : sentence.tokens[mine[-1]].end]
        return (
            f"The source says {given} there, not {said}."
            if COUNTED.fullmatch(said.removeprefix("the ").rstrip("."))
            else ""
        )
    if len(own) != 1 or not _is_another(own[0], other[0], source):
        return ""
    said = sentence.text[own[0].start : own[0].end]
    return f"The source says {given} there, not {said}."


def _other_part(
    sentence: Words, mine: tuple[int, ...], source: Words, theirs: tuple[int, ...]
) -> str:
    """Return what is wrong where one word of a name stands for another: "State Library"."""
    if len(mine) != 1 or len(theirs) != 1:
        return ""
    held = [
        any(one.kind == "name" and one.first <= n < one.last for one in words.facts)
        for words, n in ((sentence, mine[0]), (source, theirs[0]))
    ]
    said, given = sentence.tokens[mine[0]].text, source.tokens[theirs[0]].text
    short = {word.rstrip(".").lower()[:_SHORTENED] for word in (said, given)}
    if (
        not all(held)
        or len(short) == 1
        or same_word(sentence.stems[mine[0]], source.stems[theirs[0]])
    ):
        return ""
    return f"The source says {given} there, not {said}."


_SHORTENED = 2
"""Letters that a title shares with what it is shortened to: "Sen." and "Senator"."""
_Places = tuple[tuple[int, ...], tuple[int, ...]]
"""Words of a sentence and those of its source, by their places."""


def _differing(sentence: Words, source: Words) -> list[list[_Places]]:
    """Return where a sentence differs from each of those of the source that it repeats most."""
    words = sum(token.text[0].isalnum() for token in sentence.tokens)
    found: list[tuple[int, list[_Places]]] = []
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
    return [other for same, other in found if same == most]


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
