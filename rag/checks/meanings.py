"""Words that may stand for one another, and those that mean the opposite. English.

A paraphrase says "climbed" for "rose"; a false twin says "fell". The table is ``meanings.txt``,
written by hand: a line is one meaning, a stroke sets off the opposite, two
strokes the same deed seen from the other side, which is no opposite. A word may have several
meanings, and a phrase of two or three words is one of them. Pure functions, but for the table.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from rag.checks.verbs import forms_of
from rag.english.words import stem

_FILE = Path(__file__).with_name("meanings.txt")
_LONGEST = 3
"""Words of a phrase."""
_PARTICLES = frozenset(
    stem(word)
    for word in "up down out off back away over in on aside ahead through forward apart".split()
)
_GAP = 4
"""Words that may stand between a verb and its particle: "turned the offer down"."""


def _terms(word: str) -> Iterator[str]:
    """Yield a word or phrase of the table in stems, and its other forms if its verb has any."""
    first, *rest = word.split("_")
    for form in (first, *forms_of(first), *_regular(first)):
        yield " ".join(stem(part) for part in (form, *rest))


def _regular(word: str) -> Iterator[str]:
    """Yield the regular forms of a word that a stemmer does not lead back to it: "sued"."""
    bare = word.removesuffix("e")
    for form in (f"{bare}ed", f"{bare}ing", f"{bare[:-1]}ied" if word.endswith("y") else word):
        if len(word) > 2 and stem(form) != stem(word):
            yield form


@lru_cache(maxsize=1)
def _tables() -> tuple[dict[str, frozenset[int]], dict[int, int], frozenset[str]]:
    """Return the meanings of each word or phrase, which meanings are opposed, and the phrases."""
    meanings: dict[str, set[int]] = {}
    opposed: dict[int, int] = {}
    n = 0
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        sides = line.replace("||", "|").split("|")
        for side in sides:
            for word in side.split():
                for term in _terms(word):
                    meanings.setdefault(term, set()).add(n)
            n += 1
        if len(sides) == 2 and "||" not in line:
            opposed |= {n - 1: n - 2, n - 2: n - 1}
    phrases = frozenset(one for one in meanings if " " in one)
    return {one: frozenset(some) for one, some in meanings.items()}, opposed, phrases


_ENDINGS = frozenset(
    [
        "",
        *"e s es ed ing er or ers ors ion ions ation ment al ive ity ance ence ant ent ly ist ier "
        "iest est ies ial ic ous ful able ible at it ut iv ag ur ship".split(),
    ]
)
_LEAST = 5


@lru_cache(maxsize=65536)
def alike(one: str, other: str) -> bool:
    """Return whether two stems may stand for one another: one meaning, or of one family.

    >>> alike(stem("climbed"), stem("rose")), alike(stem("conductor"), stem("conducts"))
    (True, True)
    >>> alike(stem("climbed"), stem("fell")), alike("contract", "contrast")
    (False, False)
    """
    if one == other:
        return True
    meanings, _, _ = _tables()
    if meanings.get(one, frozenset()) & meanings.get(other, frozenset()):
        return True
    n = next(
        (k for k, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )
    return n >= _LEAST and one[n:] in _ENDINGS and other[n:] in _ENDINGS


def shared_meanings(some: Iterable[str], others: Collection[str]) -> int:
    """Return how many of some stems may stand for one of others.

    >>> shared_meanings([stem("climbed"), "boat"], [stem("rose"), "lamp"])
    1
    """
    return sum(any(alike(one, other) for other in others) for one in some)


@lru_cache(maxsize=65536)
def opposed(one: str, other: str) -> bool:
    """Return whether two stems, or phrases of stems, mean the opposite and never the same.

    >>> opposed(stem("climbed"), stem("fell")), opposed(stem("climbed"), stem("rose"))
    (True, False)
    """
    meanings, opposite, _ = _tables()
    mine, theirs = meanings.get(one, frozenset()), meanings.get(other, frozenset())
    return not mine & theirs and any(opposite.get(n) in theirs for n in mine)


Phrase = tuple[str, tuple[int, ...]]
"""A phrase of the table in stems, and where its words stand."""


def phrases_in(stems: Sequence[str]) -> Iterator[Phrase]:
    """Yield the phrases of the table among the stems of a text, in pieces too.

    >>> list(phrases_in(["turn", "the", "offer", "down"]))
    [('turn down', (0, 3))]
    """
    _, _, known = _tables()
    for n, one in enumerate(stems):
        for length in range(2, _LONGEST + 1):
            if (words := " ".join(stems[n : n + length])) in known and n + length <= len(stems):
                yield words, tuple(range(n, n + length))
        for k in range(n + 2, min(n + 2 + _GAP, len(stems))):
            if stems[k] in _PARTICLES and (words := f"{one} {stems[k]}") in known:
                yield words, (n, k)
                break


def phrases_of(stems: Iterable[str]) -> list[str]:
    """Return the words of a text and the phrases of the table among them.

    >>> phrases_of(["turn", "down"])
    ['turn', 'down', 'turn down']
    """
    found = list(stems)
    return found + [words for words, _ in phrases_in(found)]


def in_words_of(stem_: str, there: frozenset[str]) -> str:
    """Return the stem of a source that may stand for one that it lacks, or the stem itself.

    >>> in_words_of(stem("climbed"), frozenset([stem("rose"), "mill"]))
    'rose'
    """
    if stem_ in there or not re.fullmatch(r"[a-z-]{3,}", stem_):
        return stem_
    return min((one for one in there if alike(stem_, one)), default=stem_)


def phrases_in_words_of(mine: Sequence[str], theirs: Sequence[str]) -> dict[int, str]:
    """Return which stems of a text stand, as a phrase or for one, for a stem of another text.

    A phrase of the other text is told by its longest word.

    >>> phrases_in_words_of(["strike", "cancel"], ["call", "off", "strike"])
    {1: 'call'}
    """
    there = {words: max((theirs[n] for n in where), key=len) for words, where in phrases_in(theirs)}
    own = {words: where for words, where in phrases_in(mine)}
    words_there = frozenset(theirs)
    found: dict[int, str] = {}
    for words, where in own.items():
        if words in there:
            continue
        same = [rep for other, rep in there.items() if alike_phrases(words, other)]
        same += [one for one in words_there if alike_phrases(words, one)]
        if same:
            found |= {n: min(same) for n in where}
    for n, one in enumerate(mine):
        if n not in found and one not in words_there:
            same = [rep for other, rep in there.items() if alike_phrases(one, other)]
            if same:
                found[n] = min(same)
    return found


def alike_phrases(one: str, other: str) -> bool:
    """Return whether two words or phrases have one meaning in the table."""
    meanings, _, _ = _tables()
    return bool(meanings.get(one, frozenset()) & meanings.get(other, frozenset()))
