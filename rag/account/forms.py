"""Whether two values are forms of one: spellings, titles, initials, surnames, a place in a place.

Pure functions. "Dr. Ada Thorn", "A. Thorn" and "Thorn" are one; "Idlib" and "a hospital in Idlib"
agree, and the second says more; "Ada Thorn" and "Otto Thorn" are two.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from rag.english.names import same_name
from rag.english.words import fold

Fit = Literal["same", "wider", "narrower", "other"]
"""How a value stands to another: the same one, one that says less or more, or another one."""

_TITLES = frozenset(
    "mr mrs ms miss dr prof professor sir dame lord lady president minister chancellor premier "
    "senator governor mayor general gen lieutenant lt colonel col major maj captain capt sergeant "
    "sgt admiral commander brigadier king queen prince princess sheikh imam bishop archbishop pope "
    "cardinal father rev reverend judge justice ambassador spokesman spokeswoman secretary "
    "former late then the".split()
)
_SMALL = frozenset(
    "a an the of in at on near by and for to from with al el de du da di la le van von bin ibn abu "
    "s his her its their".split()
)
# Places and kinds of things that say where or what without naming another one.
_GENERIC = frozenset(
    "city town village province district state county country region area governorate "
    "neighbourhood neighborhood suburb outskirts centre center church group movement party band "
    "album film team club company corporation people inhabitants residents".split()
)
# What a name's page is headed by beside the name: "Big Ferry (album)".
_SORTS = frozenset("album band film movie song book novel".split())
_WORD = re.compile(r"[^\W_]+(?:[.,](?=\d)[^\W_]+)*")
_NATION = re.compile(r"(?:ian|ish|ese|ean|can|i)s?$")


@lru_cache(maxsize=20_000)
def words_of(value: str) -> tuple[str, ...]:
    """Return the words of a value that tell it from others, folded, titles and articles left out.

    >>> words_of("the late Dr. Ada Thorn"), words_of("Ministry of Defence")
    (('ada', 'thorn'), ('ministry', 'defence'))
    """
    found = [re.sub(r"(?<=\d),(?=\d{3})", "", word) for word in _WORD.findall(fold(value).lower())]
    initials = {letter.lower() for letter in re.findall(r"\b([A-Z])\.", value)}
    plain = [word for word in found if word not in _SMALL or word in initials]
    bare = [word for word in plain if word not in _TITLES]
    # "Major General" is all titles, and a value: a rank that was asked for.
    return tuple(bare or plain or found)


def fit(one: str, other: str) -> Fit:
    """Return how one value stands to another.

    >>> fit("J. K. Rowling", "Joanne Rowling"), fit("Ada Thorn", "Otto Thorn")
    ('same', 'other')
    >>> fit("Idlib", "a hospital in Idlib"), fit("Sheikhoun", "Shaykhun")
    ('wider', 'same')
    >>> fit("12 May 2017", "13 May 2017"), fit("Major General", "General")
    ('other', 'narrower')
    >>> fit("1920", "1 August 1920"), fit("1,473 people", "5,000 people")
    ('wider', 'other')
    >>> fit("the singer Ada Thorn", "Ada_Thorn_album")
    'narrower'
    """
    first, second = _told_apart(words_of(one)), _told_apart(words_of(other))
    if not first or not second:
        return "other"
    if first == second or "".join(first) == "".join(second):
        return "same"
    if _digits(first) != _digits(second):
        return _in_time(first, second)
    if _all_in(first, second) and _all_in(second, first):
        return "same"
    if _same_person(first, second):
        return "same"
    if _all_in(first, second):
        return "same" if _only_generic(second, first) else "wider"
    if _all_in(second, first):
        return "same" if _only_generic(first, second) else "narrower"
    return "other"


def _told_apart(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words without those of a sort that may stand behind any name."""
    return tuple(word for word in words if word not in _SORTS) or words


def agree(one: str, other: str) -> bool:
    """Return whether two values can both be true of one thing, as forms of one another."""
    return fit(one, other) != "other"


def _digits(words: tuple[str, ...]) -> set[str]:
    return {word for word in words if any(char.isdigit() for char in word)}


def _in_time(one: tuple[str, ...], other: tuple[str, ...]) -> Fit:
    """Return how two values fit whose digits differ: "1920" holds "1 August 1920", else not."""
    if len(one) == 1 and re.fullmatch(r"[12]\d{3}", one[0]) and one[0] in other[-1:]:
        return "wider"
    if len(other) == 1 and re.fullmatch(r"[12]\d{3}", other[0]) and other[0] in one[-1:]:
        return "narrower"
    return "other"


def _alike(one: str, other: str) -> bool:
    if one == other:
        return True
    if len(one) < 3 or len(other) < 3 or any(char.isdigit() for char in one + other):
        return False
    return _demonym(one, other) or same_name(one, other) or _plural(one, other)


def _plural(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) > 3 and long in (f"{short}s", f"{short}es")


def _demonym(one: str, other: str) -> bool:
    """Return whether one word is the other's adjective: Russia and Russian."""
    short, long = sorted((one, other), key=len)
    stem = short.rstrip("aeiouy")
    return len(stem) >= 4 and long.startswith(stem) and bool(_NATION.search(long))


def _all_in(few: tuple[str, ...], many: tuple[str, ...]) -> bool:
    return all(any(_alike(word, other) for other in many) for word in few)


def _only_generic(long: tuple[str, ...], short: tuple[str, ...]) -> bool:
    """Return whether the longer value adds only words such as "city"."""
    rest = [word for word in long if not any(_alike(word, other) for other in short)]
    return all(word in _GENERIC for word in rest)


def _same_person(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Return whether two names have the same surname and first names that do not differ.

    "J. Thorn" and "Jane Thorn" do not, nor do "Jane Anne Thorn" and "Jane Thorn".
    """
    if not _alike(one[-1], other[-1]) or len(one[-1]) < 3:
        return False
    short, long = sorted((one[:-1], other[:-1]), key=len)
    if not short or len(one) > 4 or len(other) > 4:
        return False
    first, second = short[0], long[0]
    initial = len(first) == 1 or len(second) == 1
    if not (first[0] == second[0] if initial else _alike(first, second)):
        return False
    return all(any(_fits(word, name) for name in long) for word in short)


def _fits(word: str, name: str) -> bool:
    if len(word) == 1 or len(name) == 1:
        return word[0] == name[0]
    return _alike(word, name)
