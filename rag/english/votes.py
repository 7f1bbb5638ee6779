"""The two figures of a vote: "voted 34 to 11 for a fund" counts 34 for it, 11 against. English."""

from __future__ import annotations

import re

_TALLY = re.compile(
    r"\b(?:vot(?:ed?|es|ing)|passed|approved|adopted|carried|rejected|defeated|backed|endorsed)\b"
    r"(?P<what>[^.;:\d]{0,60}?)\b(?:by )?(?P<won>\d{1,4})(?: votes?)?(?: ?[-\u2013] ?| to )"
    r"(?P<lost>\d{1,4})\b(?! ?(?:percent|per cent|%|million|days?|weeks?|months?|years?)|"
    r" [ap]\.m)"
    r"(?P<side> (?:in favou?r|against|for|to reject)\b)?",
    re.IGNORECASE,
)
_AGAINST = re.compile(r"\b(?:against|reject\w*|defeat\w*|down)\b", re.IGNORECASE)
FOR, AGAINST = ("for", "favour", "favor", "yes"), ("against", "opposed", "no")


def tally(sentence: str) -> dict[int, tuple[str, ...]]:
    """Return where the figures of votes begin, each with the words for its side.

    >>> tally("The board voted 34 to 11 for a fund.")
    {16: ('for', 'favour', 'favor', 'yes'), 22: ('against', 'opposed', 'no')}
    >>> tally("The bridge was rejected by 9 votes to 5.")[27]
    ('against', 'opposed', 'no')
    >>> tally("The board voted for a fund of 5 to 7 million crowns.")
    {}
    """
    found: dict[int, tuple[str, ...]] = {}
    for match in _TALLY.finditer(sentence):
        verb = sentence[match.start() : match.start("what")]
        told = f"{verb} {match.group('what')} {match.group('side') or ''}"
        sides = (AGAINST, FOR) if _AGAINST.search(told) else (FOR, AGAINST)
        found[match.start("won")], found[match.start("lost")] = sides
    return found


def side_asked(question: str) -> tuple[str, ...]:
    """Return the words of the side of a vote that a question counts; none where it tells none.

    >>> side_asked("How many were against it?")[0], side_asked("How many voted in favour?")[0]
    ('against', 'for')
    """
    words = set(re.findall(r"[a-z]+", question.lower()))
    return AGAINST if words & set(AGAINST) else FOR if words & set(FOR) else ()
