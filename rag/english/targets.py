"""What was attacked, of the kinds that reports call by few words: a hospital is a clinic. English.

Pure functions.
"""

from __future__ import annotations

import re

from rag.english.question import Asked
from rag.english.words import content_terms

_CALLED: tuple[frozenset[str], ...] = tuple(
    frozenset(content_terms(row))
    for row in (
        "hospital clinic medical medic surgery patient ward health doctor",
        "school student pupil classroom kindergarten teacher education schoolchildren",
        "mosque prayer worshipper imam",
        "church worshipper priest cathedral",
        "market marketplace souk bazaar shopper stall vegetable shop",
        "wedding bride groom marriage party",
        "funeral mourner burial mourning wake tent",
        "bakery bread",
        "prison jail prisoner inmate detainee",
        "court courthouse justice judicial judge lawyer",
        "bus convoy evacuee passenger coach lorry truck vehicle",
        "airport airfield airbase runway",
        "hotel guest",
        "embassy diplomat consulate diplomatic",
        "stadium match",
    )
)
"""Targets of attacks, each with the words by which reports call it or tell of it."""
_ATTACK = (
    r"(?:strike|raid|attack|bombing|assault|airstrike|bombardment|shelling|shooting|blast|explosion|"
    r"massacre)s?"
)
_WHAT = (
    r"(?:(?!(?:in|of|at|near|on|and|by|that|which|during|when|outside|from)\b)"
    r"[\w'\u2019-]+\s*){1,4}"
)
_TARGET = re.compile(
    rf"\b{_ATTACK}\s+(?:on|against|at|of|targeting|in)\s+(?:the|an?)\s+(?P<on>{_WHAT})"
    r"|\b(?:bombed|struck|attacked|shelled|raided|targeted|gassed|hit|blew up)\s+(?:the|an?)\s+"
    rf"(?P<done>{_WHAT})"
)
_TARGET_BEFORE = re.compile(rf"\b(?P<before>(?:[\w-]+\s+){{1,3}})(?={_ATTACK}\b)")


def words_of_target(asked: Asked) -> frozenset[str]:
    """Return the stemmed words by which a report may call what a question says was attacked.

    Empty where it names nothing of the kinds that have few names.

    >>> from rag.english.question import analyse
    >>> "clinic" in words_of_target(analyse("Who bombed the field hospital in Hollin?"))
    True
    >>> words_of_target(analyse("Who bombed the old town of Hollin?"))
    frozenset()
    """
    found = {
        word
        for pattern in (_TARGET, _TARGET_BEFORE)
        for match in pattern.finditer(asked.text)
        for group in match.groups()
        for word in content_terms(group or "")
    }
    rows = [row for row in _CALLED if row & found]
    return frozenset[str]().union(*rows)
