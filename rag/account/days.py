"""Accounts of days: which day the sources give for an event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rag.account.groups import account_of, grouped
from rag.account.relations import differing
from rag.account.said import Said, named_in, published_day
from rag.account.topic import speaking, stance_of
from rag.english.events import is_dateline, is_said_on
from rag.english.question import Asked
from rag.english.when import Time, times
from rag.types import Account, Candidate


def days(asked: Asked, candidates: Sequence[Candidate]) -> list[Account]:
    """Return the days that the sources give for a "when" question, the newest report first."""
    told: list[Said] = []
    for candidate in speaking(asked, candidates):
        found = _day_told(candidate)
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


def _day_told(candidate: Candidate) -> Time | None:
    """Return the one day that a sentence names, its dateline left out; None for none or several."""
    published = candidate.hit.document.published
    exact = [
        time
        for time in times(candidate.text, published)
        if time.exact
        and not is_said_on(candidate.text, time)
        and not is_dateline(candidate.text, time, published)
        and not (published and time.first > published[:10])
    ]
    return exact[0] if len({time.first for time in exact}) == 1 else None
