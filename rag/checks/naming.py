"""A name that its source has, but that can be no name where the sentence has it. English.

Which names take an article, what a name in brackets stands behind, and what is a name at all are
the source's to say; whoever puts one name into another's place gets them wrong. Pure functions.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from rag.checks.facts import Fact, Words, is_content
from rag.english.words import STOP_WORDS

_BARE = frozenset("in of from with by to for near at than".split())
"""Words after which a name without an article takes none."""
_JOINING = frozenset(("and", "or", "+", "&", "than", "versus"))
_AFTER_ORDERS = frozenset("the a an your this that these those all any sure each every".split())
"""Words that follow a verb that opens a sentence and no name."""
_NEAR = 4
"""Words by which a name in brackets may be apart in its source from what it stands behind."""
_SIGNS = frozenset(",.;:()?!\u201d\"'")


def unlike_names(sentence: Words, source: Words) -> list[str]:
    """Return what is wrong with the names of a sentence by the way in which they are told.

    >>> from rag.checks.facts import words_of
    >>> source = words_of("Keep the pump dry. Elva sent it to Hollin (HLN), not to Tolle (TLE).")
    >>> def wrong(text): return unlike_names(words_of(text), source)
    >>> wrong("It was sent to the Hollin."), wrong("It was sent to Hollin.")
    (['The source speaks of Hollin, not of the Hollin.'], [])
    >>> wrong("Elva sent the Keep."), wrong("It was Tolle and Tolle.")
    (['The source has no name Keep.'], ['The source has no two of Tolle.'])
    >>> wrong("It was sent to Hollin (TLE)."), wrong("It was sent to Tolle (TLE).")
    (['The source does not give TLE for Hollin.'], [])
    """
    names = [one for one in sentence.facts if one.kind == "name"]
    theirs = [one for one in source.facts if one.kind == "name"]
    return [
        *_twice(sentence, source, names),
        *_with_article(sentence, source, names, theirs),
        *_in_brackets(sentence, source, names),
        *_no_name(sentence, source, names, theirs),
    ]


def _twice(sentence: Words, source: Words, names: list[Fact]) -> Iterator[str]:
    """Yield the names that a sentence joins with themselves: "Elva and Elva", "Ann D. Ann"."""
    told = " ".join(source.stems)
    for one, other in pairwise(names):
        between = sentence.tokens[one.last : other.first]
        if one.key == other.key and len(between) == 1 and between[0].lower in _JOINING:
            yield f"The source has no two of {_written(sentence, one)}."
    for one in names:
        again = len(one.key) in (2, 3) and one.key[0] == one.key[-1] and len(one.key[0]) > 2
        if again and " ".join(one.key) not in told:
            yield f"The source does not name {_written(sentence, one)}."


def _with_article(
    sentence: Words, source: Words, names: list[Fact], theirs: list[Fact]
) -> Iterator[str]:
    """Yield the names behind a "the" that the source has alone, behind a preposition even."""
    for one in names:
        if not one.first or sentence.tokens[one.first - 1].lower != "the":
            continue
        if not _ends(sentence, one) or sentence.text[one.start : one.end].isupper():
            continue
        same = [other for other in theirs if other.key == one.key]
        before = [source.tokens[other.first - 1].lower if other.first else "" for other in same]
        alone = [
            word in _BARE and _ends(source, other) for word, other in zip(before, same, strict=True)
        ]
        if any(alone) and "the" not in before:
            name = _written(sentence, one)
            yield f"The source speaks of {name}, not of the {name}."


def _in_brackets(sentence: Words, source: Words, names: list[Fact]) -> Iterator[str]:
    """Yield the names in brackets behind a word that the source has nowhere near them."""
    for one in names:
        if len(one.key) != 1 or one.first < 2 or one.last >= len(sentence.tokens):
            continue
        if sentence.tokens[one.first - 1].text != "(" or sentence.tokens[one.last].text != ")":
            continue
        word, letters = sentence.stems[one.first - 2], one.key[0]
        here = [n for n, term in enumerate(source.stems) if term == word]
        there = [n for n, term in enumerate(source.stems) if term == letters]
        initials = "".join(
            token.lower[0] for token in sentence.tokens[max(0, one.first - 7) : one.first - 1]
        )
        if not is_content(word) or not here or not there or initials.endswith(letters):
            continue
        if not any(
            abs(a - b) <= _NEAR and source.sentence[a] == source.sentence[b]
            for a in here
            for b in there
        ):
            behind = sentence.tokens[one.first - 2].text
            yield f"The source does not give {_written(sentence, one)} for {behind}."


def _no_name(
    sentence: Words, source: Words, names: list[Fact], theirs: list[Fact]
) -> Iterator[str]:
    """Yield the names that are a verb in the source, by which its sentences open: "Keep the"."""
    known = {key for one in theirs for key in one.key}
    for one in names:
        if len(one.key) != 1 or one.key[0] in known or _opens(sentence, one.first):
            continue
        places = [n for n, term in enumerate(source.stems) if term == one.key[0]]
        if places and all(
            source.tokens[n].text[0].isupper()
            and _opens(source, n)
            and n + 1 < len(source.tokens)
            and source.tokens[n + 1].lower in _AFTER_ORDERS
            for n in places
        ):
            yield f"The source has no name {_written(sentence, one)}."


def _opens(words: Words, n: int) -> bool:
    return n == 0 or words.sentence[n] != words.sentence[n - 1] or words.tokens[n - 1].text == ":"


def _ends(words: Words, fact: Fact) -> bool:
    """Return whether a name closes its phrase: no noun follows that it may belong to."""
    if fact.last >= len(words.tokens) or words.sentence[fact.last] != words.sentence[fact.first]:
        return True
    after = words.tokens[fact.last]
    return after.text[0] in _SIGNS or after.lower in STOP_WORDS or after.lower in _VERBS


_VERBS = frozenset("later also then now said says told has had was is are were would will".split())


def _written(words: Words, fact: Fact) -> str:
    return words.text[fact.start : fact.end].rstrip(".")
