"""Names of a sentence that its source has, but not so: two halves joined, one in another's place.

Pure functions, English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from rag.checks.facts import Fact, Words, is_content, same_value
from rag.checks.pairing import well_paired
from rag.english.speech_words import REPORTING
from rag.english.words import stem

_JOINED = 3
"""Words by which two words of one name may be apart in the source: "Mayor of Elva, Ines Roe"."""
_BESIDE = 4
"""Words by which a name may be apart in the source from a word that stands beside it."""
_SAYING = frozenset(stem(verb) for verb in REPORTING)
_ARTICLES = frozenset(("the", "a", "an"))
_OWNER = re.compile(r"['\u2019]s?$")
_WITHIN = 6
"""Words by which two words of one name may be apart where only names stand between them."""
_LINKS = frozenset("of the and for de la le van von der al".split())
_SIGNS = frozenset("\"'()[]\u201c\u201d\u2018\u2019")
"""What may stand between the words of one name: 'Ann "Nan" Roe', "Charter of the Nations"."""


def joined_names(sentence: Words, source: Words, about: Words) -> Iterator[str]:
    """Yield the names whose words the source has, but nowhere together.

    Words that the source also writes small are titles and the like, which may come from elsewhere.
    Of "Elva's Roe" only the owner is said to be named Elva.
    """
    there = set(source.stems)
    for fact in sentence.facts:
        if fact.kind == "name" and any(
            {one, other} <= there - source.small
            and not _owns(sentence, fact.first + n)
            and not _together(one, other, source)
            and not _together(one, other, about)
            for n, (one, other) in enumerate(pairwise(fact.key))
        ):
            yield sentence.text[fact.start : fact.end]


def _owns(words: Words, n: int) -> bool:
    return bool(_OWNER.search(words.tokens[n].text))


def _together(one: str, other: str, words: Words) -> bool:
    here = [n for n, term in enumerate(words.stems) if term == one]
    there = [n for n, term in enumerate(words.stems) if term == other]
    return any(
        words.sentence[a] == words.sentence[b]
        and (abs(a - b) <= _JOINED or (abs(a - b) <= _WITHIN and _of_one_name(words, a, b)))
        for a in here
        for b in there
    )


def _of_one_name(words: Words, one: int, other: int) -> bool:
    """Return whether nothing but names and what joins them stands between two words."""
    between = words.tokens[min(one, other) + 1 : max(one, other)]
    return all(
        token.text[0].isupper() or token.lower in _LINKS or token.text in _SIGNS
        for token in between
    )


def renamed(sentence: Words, source: Words, window: tuple[int, int]) -> list[str]:
    """Return the names beside whose neighbours the source has another name, and never them.

    "The Elva test": where the source has "the Hollin test", and Elva near no test; "the Elva of
    Deputies", where it has "the House of Deputies". The other name must stand in the window, the
    stretch of the source that bears on the sentence most. Who says something is asked elsewhere.
    """
    problems: list[str] = []
    names = [one for one in source.facts if one.kind == "name"]
    for fact in sentence.facts:
        own = [one for one in names if same_value(fact, one)]
        if fact.kind != "name" or not own:
            continue
        for step in (-1, 1):
            word = _beside(sentence, fact, step)
            if word in _SAYING:
                continue
            rival = next(
                (
                    one
                    for one in names
                    if window[0] <= one.start < window[1]
                    and word
                    and _beside(source, one, step) == word
                    and not same_value(fact, one)
                ),
                None,
            )
            if (
                rival is not None
                and not _near(word, own, source)
                and not well_paired(sentence, source, fact)
            ):
                given = source.text[rival.start : rival.end]
                said = sentence.text[fact.start : fact.end]
                problems.append(f"The source says {given} there, not {said}.")
                break
    return problems


def _beside(words: Words, fact: Fact, step: int) -> str:
    """Return the content word right before or after a value, with no sign between; or nothing."""
    n = fact.first - 1 if step < 0 else fact.last
    while 0 <= n < len(words.stems) and words.sentence[n] == words.sentence[fact.first]:
        if not words.tokens[n].text[0].isalnum():
            return ""
        if is_content(words.stems[n]):
            return words.stems[n]
        of_name = step > 0 and words.tokens[n].lower == "of" and _is_capital(words, n + 1)
        if words.tokens[n].lower not in _ARTICLES and not of_name:
            return ""
        n += step
    return ""


def _is_capital(words: Words, n: int) -> bool:
    return n < len(words.tokens) and words.tokens[n].text[0].isupper()


def _near(word: str, facts: list[Fact], source: Words) -> bool:
    return any(
        source.sentence[n] == source.sentence[one.first]
        and (abs(n - one.first) <= _BESIDE or abs(n - one.last + 1) <= _BESIDE)
        for n, term in enumerate(source.stems)
        if term == word
        for one in facts
    )
