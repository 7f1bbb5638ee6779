"""Accounts of days: which day the sources give for an event."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from rag.account.groups import account_of, grouped
from rag.account.relations import differing
from rag.account.said import Said, named_in, published_day
from rag.account.topic import speaking, stance_of
from rag.english.events import is_dateline, is_said_on
from rag.english.question import Asked
from rag.english.when import Time, times
from rag.english.words import content_terms
from rag.types import Account, Candidate

_NEAR_BEST = 0.3
"""Least share of the best sentence's probability at which another one's day is told: a report that
gives another day than most is read as less likely for just that."""


_TO_COME = re.compile(
    r"\b(?:will|until|till|by when|when (?:is|are|must|should|can|may)|deadline|due)\b", re.I
)
"""What a question says of days that may lie ahead of the document that gives them."""
_NOT = re.compile(r"\bnot (?:on |by |until |before |after )?$", re.IGNORECASE)


def days(asked: Asked, candidates: Sequence[Candidate]) -> list[Account]:
    """Return the days that the sources give for a "when" question, the newest report first."""
    told: list[Said] = []
    for candidate in speaking(asked, candidates, _NEAR_BEST):
        found = _day_told(asked, candidate)
        if found is None:
            continue
        day = date.fromisoformat(found.first)
        owner = stance_of(candidate)
        told.append(
            Said(
                candidate=named_in(candidate, found.start, found.end),
                value=f"{day.day} {day:%B %Y}",
                claimant=owner.claimant,
                named=owner.named,
                key=found.first,
                span=(found.first, found.first),
                stated=published_day(candidate),
                quantity="day",
            )
        )
    groups = grouped(told, lambda one, other: one.key == other.key)
    return differing([account_of(group) for group in groups]) if len(groups) > 1 else []


def _day_told(asked: Asked, candidate: Candidate) -> Time | None:
    """Return the one day that a sentence names, its dateline left out; None for none or several."""
    published = candidate.hit.document.published
    exact = [
        time
        for time in times(candidate.text, published)
        if time.exact
        and not is_said_on(candidate.text, time)
        and not _is_of_other_act(asked, candidate.text, time)
        and not is_dateline(candidate.text, time, published)
        and not _NOT.search(candidate.text[: time.start])
        and not _earlier_than(asked, candidate.text)
        and (_TO_COME.search(asked.text) or not (published and time.first > published[:10]))
    ]
    return exact[0] if len({time.first for time in exact}) == 1 else None


_EARLIER = re.compile(
    r"(?P<event>(?:[\w'\u2019-]+\s+){1,6})(?:earlier (?:this|that|in the) (?:week|month|year)|"
    r"last (?:week|month|year)|(?:\w+ )?(?:days|weeks|months) (?:earlier|ago|before))\b"
)


def _earlier_than(asked: Asked, sentence: str) -> bool:
    """Return whether what is asked about is told as older than what a sentence gives the day of.

    >>> from rag.english.question import analyse
    >>> asked = analyse("When did the gas attack on Hollin happen?")
    >>> text = "A raid on Friday hit Hollin, site of a suspected gas attack earlier this week."
    >>> _earlier_than(asked, text), _earlier_than(asked, "A gas attack hit Hollin on Friday.")
    (True, False)
    """
    match = _EARLIER.search(sentence)
    if match is None:
        return False
    wanted = set(asked.terms) - asked.name_terms
    return len(wanted & set(content_terms(match["event"]))) * 2 >= len(wanted)


_ACT_NEXT = re.compile(
    r"\s*,?\s*(?:\w+ly\s+)?(?P<verb>\w+ed|met|held|began|went|left|took|gave|found|sent|set|cut|won"
    r"|led|made|put|came|paid|fled|fell|rose|saw|struck|hit|shot|broke)\b"
)


def _is_of_other_act(asked: Asked, sentence: str, time: Time) -> bool:
    """Return whether a day is that of what somebody did about the event: "on Monday voted for".

    >>> from rag.english.question import analyse
    >>> from rag.english.when import times
    >>> asked, day = analyse("When did the explosion happen?"), "2021-06-20"
    >>> vote = "The council on Friday voted a fund for the victims of the explosion."
    >>> blast = "An explosion in the harbour on Friday killed nine people."
    >>> [_is_of_other_act(asked, text, times(text, day)[0]) for text in (vote, blast)]
    [True, False]
    """
    match = _ACT_NEXT.match(sentence, time.end)
    if match is None:
        return False
    terms = frozenset(asked.terms)
    before = content_terms(sentence[: time.start])
    return terms.isdisjoint([*before, *content_terms(match["verb"])])
