"""Opposite words of a sentence and its source, weighed against what the two deny. English.

"Did not pass" is "failed": a negation and an opposite undo each other. An opposite alone turns a
statement round, and so does a negation alone. Pure functions.
"""

from __future__ import annotations

import re

from rag.checks.facts import Words, is_content
from rag.checks.meanings import alike, opposed, phrases_of
from rag.checks.roles import from_other_side

_DENYING = re.compile(
    r"\b(?:no|not|never|none|neither|nor|without|nobody|nothing|cannot|no longer|hardly|barely)\b"
    r"|n['\u2019]t\b"
)
_WAYS = frozenset(("up", "down"))
_COMPARES = re.compile(r"\bthan\b")
_MOST_OF_ALL = re.compile(r"\w{3}est$")
_NOUNS = frozenset("option options means".split())
"""What has a stem in common with a word that has an opposite."""


def opposed_words(sentence: Words, near: Words) -> list[tuple[str, str]]:
    """Return the words of a sentence that mean the opposite of words of its source.

    Neither of the two may have a word of the other's side as well. What compares is asked
    elsewhere, unless it says what is most of all.

    >>> from rag.checks.facts import words_of
    >>> opposed_words(words_of("Shares slid."), words_of("The shares climbed."))
    [('slid', 'climb')]
    """
    compares = bool(_COMPARES.search(sentence.text) or _COMPARES.search(near.text))
    mine, theirs = (_said(words) for words in (sentence, near))
    said = frozenset(near.stems)
    found: list[tuple[str, str]] = []
    for one in mine:
        if one in said or any(alike(one, other) for other in theirs):
            continue
        if compares and not _MOST_OF_ALL.search(one):
            continue
        for other in theirs:
            if opposed(one, other) and not any(alike(other, word) for word in mine):
                found.append((one, other))
    return [
        pair
        for pair in found
        if _of_the_same(sentence, near, *pair)
        and not from_other_side(sentence, pair[0], near, pair[1])
    ]


_SHORT = 9
"""Content words up to which a text says one thing."""
_BESIDE = 3
"""Content words beside an opposite among which both texts must have one, if both are longer."""


def _of_the_same(sentence: Words, near: Words, one: str, other: str) -> bool:
    """Return whether two opposites may be of the same: a word beside them stands in both texts."""
    mine, theirs = _beside(sentence, one), _beside(near, other)
    return not mine or not theirs or bool(mine & theirs)


def _beside(words: Words, term: str) -> frozenset[str]:
    """Return the content words beside a word or phrase; none where the text is short."""
    said = [stem for stem in words.stems if is_content(stem)]
    if len(said) <= _SHORT:
        return frozenset()
    head = max(term.split(), key=len)
    places = [n for n, stem in enumerate(said) if stem == head]
    return frozenset(
        said[k]
        for n in places
        for k in range(max(0, n - _BESIDE), min(len(said), n + _BESIDE + 1))
        if k != n
    )


def _said(words: Words) -> list[str]:
    """Return the words and phrases of a text that are no names."""
    small = [
        stem
        for token, stem in zip(words.tokens, words.stems, strict=True)
        if token.text[0].isalpha() and (token.text[0].islower() or is_content(stem))
        if token.lower not in _NOUNS
    ]
    phrases = phrases_of(small)
    joined = {part for one in phrases if " " in one for part in one.split()}
    return [
        one
        for one in phrases
        if (is_content(one) or " " in one or one in _WAYS) and one not in joined
    ]


def denies(text: str) -> bool:
    """Return whether a text denies something an odd number of times.

    >>> denies("It did not fall."), denies("It fell."), denies("Not that it never fell.")
    (True, False, False)
    """
    lower = text.lower()
    if "neither" in lower:  # "neither he nor she" denies once
        lower = re.sub(r"\bnor\b", " ", lower)
    return len(_DENYING.findall(lower)) % 2 == 1


def turned_words(sentence: Words, near: Words, pairs: list[tuple[str, str]]) -> list[str]:
    """Return the opposites that no negation makes up for.

    >>> from rag.checks.facts import words_of
    >>> one, two = words_of("The shares slid."), words_of("The shares climbed.")
    >>> turned_words(one, two, opposed_words(one, two))
    ['The source says climb, not slid.']
    """
    if not pairs or denies(sentence.text) != denies(near.text):
        return []
    return [f"The source says {other}, not {one}." for one, other in pairs[:2]]
