"""Which of two is more: a sentence that has them the other way round than its source. English.

A comparative, what stands before it and what stands behind "than" make a comparison. Only where
both texts compare the same two in the same respect is anything said. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.checks.facts import Words, is_content
from rag.checks.meanings import alike, opposed
from rag.english.words import stem

_BEFORE, _AFTER = 10, 7
"""Words before a comparative, and behind "than", among which one of the two is named."""
_PAIRS = (
    "more/less more/fewer higher/lower larger/smaller bigger/smaller greater/smaller "
    "longer/shorter older/younger earlier/later faster/slower quicker/slower heavier/lighter "
    "stronger/weaker warmer/cooler hotter/colder richer/poorer cheaper/dearer safer/riskier "
    "better/worse deeper/shallower wider/narrower quieter/louder easier/harder brighter/darker"
).split()
_WAYS: dict[str, tuple[str, int]] = {}
for _pair in _PAIRS:
    _one, _other = _pair.split("/")
    _name = _WAYS.get(_one, _WAYS.get(_other, (_pair, 1)))[0]
    _WAYS.setdefault(_one, (_name, 1))
    _WAYS.setdefault(_other, (_name, -1))
_TIMES = {
    "twice": ("more/less", 1),
    "double": ("more/less", 1),
    "thrice": ("more/less", 1),
    "half": ("more/less", -1),
}
_ALIKE = 0.5
"""Share of a sentence that the source's comparison must hold where "than what" is not said."""
_BREAKS = frozenset("but while whereas although though and by".split())


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is more (``way`` 1) or less (-1) than something in a respect.

    ``right`` is empty where the text does not say than what.
    """

    name: str
    way: int
    left: frozenset[str]
    right: frozenset[str]
    respect: frozenset[str]
    word: str
    sentence: int


def compared_otherwise(sentence: Words, source: Words) -> list[str]:
    """Return where a sentence compares two things the other way round than its source.

    >>> from rag.checks.facts import words_of
    >>> source = words_of("The new engine is quieter than the old one.")
    >>> compared_otherwise(words_of("The old engine is quieter than the new engine."), source)
    ['The source compares them the other way round (quieter).']
    >>> compared_otherwise(words_of("The old engine is louder than the new engine."), source)
    []
    """
    theirs = [one for one in comparisons(source) if one.right]
    own = frozenset().union(*sentence.terms)
    problems: list[str] = []
    for mine in comparisons(sentence):
        ways: set[bool] = set()
        for one in theirs:
            same_way = _same_way(mine, one)
            if not same_way or (mine.name in _OF_WHAT and not _overlap(mine.respect, one.respect)):
                continue
            if not mine.right and len(own & source.terms[one.sentence]) < _ALIKE * len(own):
                continue
            straight = bool(mine.left & one.left) + bool(mine.right & one.right)
            crossed = bool(mine.left & one.right) + bool(mine.right & one.left)
            if max(straight, crossed) == 1 + bool(mine.right) and straight != crossed:
                ways.add((straight > crossed) == (same_way > 0))
        if ways == {False}:
            problems.append(f"The source compares them the other way round ({mine.word}).")
    return problems


def _same_way(one: Comparison, other: Comparison) -> int:
    """Return 1 where two comparatives say the same, -1 for opposites, 0 for neither."""
    if one.name == other.name:
        return one.way * other.way
    mine, theirs = stem(one.word), stem(other.word)
    if opposed(mine, theirs):
        return -1
    return int(alike(mine, theirs))


def _overlap(some: frozenset[str], others: frozenset[str]) -> bool:
    if not some or not others:
        return not some and not others
    return any(alike(one, other) for one in some for other in others)


_OF_WHAT = frozenset(("more/less",))
_PLACES = frozenset("in at on for after of with among".split())
_POINTING = frozenset("first second old new this last next previous other".split())
_NO_COMPARATIVE = frozenset("other rather over under after whether never ever together".split())


def comparisons(words: Words) -> Iterator[Comparison]:
    """Yield the comparisons of a text, the second of "quieter than B but uses more fuel" too."""
    before: Comparison | None = None
    for n, token in enumerate(words.tokens):
        here = words.sentence[n]
        than = _than(words, n)
        way = _WAYS.get(token.lower)
        if (times := _TIMES.get(token.lower)) and (second := _as(words, n)) is not None:
            way, than = times, second
        if way is None and than is not None and re.search(r"\w{3}er$", token.lower):
            only = not any(re.search(r"\w{3}er$", one.lower) for one in words.tokens[n + 1 : than])
            way = (token.lower, 1) if only and token.lower not in _NO_COMPARATIVE else None
        if way is None:
            continue
        last = n - 1 - (n > 1 and words.tokens[n - 1].text == ",")
        left = _stems(words, range(last, max(-1, last - _BEFORE), -1), here)
        after = range(n + 1, than if than is not None else min(n + 3, len(words.tokens)))
        led = next((k for k in after if words.tokens[k].lower in _PLACES), after.stop)
        respect = _stems(words, range(after.start, led), here)
        if than is not None and led < than:  # "more maps in the desk edition than"
            left = _stems(words, range(led + 1, than), here)
        right: frozenset[str] = frozenset()
        if than is not None:
            right = _stems(words, range(than + 1, min(than + 1 + _AFTER, len(words.tokens))), here)
        elif before is not None and before.sentence == here and _goes_on(words, n):
            left, right = before.left, before.right
        both = left & right
        if left - both and (than is None or right - both):
            before = Comparison(
                way[0], way[1], left - both, right - both, respect, token.lower, here
            )
            yield before


def _than(words: Words, n: int) -> int | None:
    """Return where the "than" of a comparative stands in its sentence."""
    for k in range(n + 1, min(n + 9, len(words.tokens))):
        if words.sentence[k] == words.sentence[n] and words.tokens[k].lower == "than":
            return k
    return None


def _as(words: Words, n: int) -> int | None:
    """Return where the second "as" of "twice as much as" stands, or "what" of "half of what"."""
    following = [token.lower for token in words.tokens[n + 1 : n + 3]]
    if following[:1] in (["what"], ["that"]):
        return n + 1
    if following[:1] == ["of"] and following[1:] in (["what"], ["that"]):
        return n + 2
    if n + 1 >= len(words.tokens) or words.tokens[n + 1].lower != "as":
        return None
    for k in range(n + 2, min(n + 10, len(words.tokens))):
        if words.sentence[k] == words.sentence[n] and words.tokens[k].lower == "as":
            return k
    return None


def _goes_on(words: Words, n: int) -> bool:
    """Return whether a comparative follows a "but" with a verb between at most: same subject."""
    return any(words.tokens[k].lower in ("but", "and") for k in range(max(0, n - 2), n))


def _stems(words: Words, places: range, sentence: int) -> frozenset[str]:
    """Return the content stems at places, up to where another clause begins."""
    found: set[str] = set()
    for n in places:
        token = words.tokens[n]
        if words.sentence[n] != sentence or token.text in ";:,()" or token.lower in _BREAKS:
            break
        content = is_content(words.stems[n]) and token.lower not in ("one", "ones")
        letter = len(token.text) == 1 and token.text.isupper()
        if content or letter or token.lower in _POINTING:
            found.add(words.stems[n])
    return frozenset(found)
