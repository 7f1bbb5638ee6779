"""Whether a sentence is English, and whether one in another language repeats its source. Pure."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W\d_]+")
_TOKEN = re.compile(r"\w+")
_ENGLISH = frozenset(
    "the of to in and a is was were for on that by with at from as it he she they not are be has"
    " have had an or but his her their its this which who said after been about into over".split()
)
_OTHERS = frozenset(
    "der die das und ist nicht ein eine einen einem einer von im den dem des mit auf sind wurde"
    " wurden sich auch nach bei aus zu zum zur le la les du une est dans pour pas qui que au aux"
    " sur par ont el los las una es en por para con se del fue il gli che non di per sono della"
    " nel da os um uma em dos mais foi het een van niet op te zijn och att som inte var av til og"
    " ikke na w nie jest bir ve bu".split()
)
_SHARED = frozenset("in as on an was a at or is me for to so no".split())
"""Words of English and of others, which tell nothing."""
_FOREIGN_SHARE = 0.3
_SAME_PAIRS = 0.8


def is_english(sentence: str) -> bool:
    """Return whether checks that know English may be used on a sentence.

    >>> is_english("Nine people died at Elva."), is_english("Neun Menschen starben in der Stadt.")
    (True, False)
    >>> is_english("\u4e03\u4eba\u6b7b\u4ea1\u3002")
    False
    """
    words = _WORD.findall(sentence.lower())
    letters = "".join(words)
    other = sum(1 for letter in letters if ord(letter) > 0x24F)
    if letters and other / len(letters) > _FOREIGN_SHARE:
        return False
    # Written small, as "La Paz" and "El-Sisi" are not.
    small = [word for word in _WORD.findall(sentence) if word.islower() and word not in _SHARED]
    foreign = sum(word in _OTHERS and word not in _ENGLISH for word in small)
    return foreign <= sum(word in _ENGLISH for word in small)


def repeats_source(sentence: str, source: str) -> bool:
    """Return whether a sentence is its source's own words, but for their order in places.

    Every word must stand in the source, and most neighbours must be neighbours there. Scripts
    without blanks are held to this letter by letter.

    >>> repeats_source("Vier Menschen starben in Elva.", "In Elva starben vier Menschen.")
    False
    >>> repeats_source("Vier Menschen starben.", "Am Montag: Vier Menschen starben.")
    True
    """
    mine, theirs = _units(sentence), _units(source)
    if not mine or not set(mine) <= set(theirs):
        return False
    there = set(zip(theirs, theirs[1:], strict=False))
    pairs = list(zip(mine, mine[1:], strict=False))
    return not pairs or sum(pair in there for pair in pairs) >= _SAME_PAIRS * len(pairs)


def _units(text: str) -> list[str]:
    """Return the words of a text; each letter of a script without blanks is one."""
    found: list[str] = []
    for token in _TOKEN.findall(text.casefold()):
        found += list(token) if any(0x2E80 <= ord(one) <= 0x9FFF for one in token) else [token]
    return found
