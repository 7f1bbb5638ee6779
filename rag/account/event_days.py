"""Figures put together by the event that they are the toll of, as far as days and figures tell.

A report that names the day of its event is sure of it; one that names none tells of what was just
before, or of what another report gives the same figure for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from rag.account.relations import Dated, agree
from rag.account.said import believed
from rag.account.spans import looks_back
from rag.english.events import RECENT_DAYS, is_loose, lag_days
from rag.english.when import day_of
from rag.types import Candidate

_ONE_EVENT_DAYS = 1
"""Days that two reports may give for one event, where no report tells of both days."""
_TELLING = 20
"""Least figure by which an event is known again; smaller ones are those of many events."""
_RECENT = 7
"""Days between two reports that tell of one event as of news and give no day for it."""
_LONGEST = 31  # days of a month that a sentence gives for an event


@dataclass(slots=True)
class Event:
    """Accounts of one event with its days; ``said`` tells that a sentence names them."""

    days: tuple[str, str]
    said: bool
    accounts: list[Dated]

    @property
    def belief(self) -> float:
        """The reader's belief in its best account."""
        return max(believed(one.account) for one in self.accounts)

    def candidates(self) -> Iterator[Candidate]:
        """Yield the sentences of all its accounts."""
        for one in self.accounts:
            yield from one.account.candidates


def events_of(accounts: Sequence[Dated]) -> list[Event]:
    """Return accounts in events: those that name a day first, then those that tell less of it."""
    events: list[Event] = []
    told = [one for one in accounts if one.span and not is_loose(one.span)]
    for one in sorted(told, key=lambda one: (_length(one), -believed(one.account))):
        assert one.span
        if _length(one) > _LONGEST and not one.added_up:
            continue
        event = _same_day(one, events) or (not _length(one) and _same_figure(one, events)) or None
        if event is None:
            events.append(Event(one.span, True, [one]))
        else:
            event.accounts.append(one)
    dated = {id(one) for one in told}
    for one in sorted(accounts, key=lambda one: one.account.stated or ""):
        if id(one) in dated or not one.account.stated:
            continue
        event = _agreeing(one, events) or _just_before(one, events) or _same_figure(one, events)
        if event is not None:
            event.accounts.append(one)
        elif not _looks_back(one):
            day = one.account.stated[:10]
            events.append(Event((day, day), False, [one]))
    return _joined(events)


def _same_day(one: Dated, events: Sequence[Event]) -> Event | None:
    """Return the event on the days that an account names, or in them; the most believed one."""
    assert one.span
    first, last = one.span
    if one.added_up:
        return next((event for event in events if event.days == one.span), None)
    within = [
        event
        for event in events
        if first <= event.days[1] and event.days[0] <= last and _length_of(event.days) <= _LONGEST
    ]
    within = [event for event in within if not event.accounts[0].added_up]
    return max(within, key=lambda event: event.belief, default=None)


def _same_figure(one: Dated, events: Sequence[Event]) -> Event | None:
    """Return the event with the same figure in whose days a doubtful report may have been given."""
    if (one.account.number or 0.0) < _TELLING:
        return None
    for event in events:
        for other in event.accounts:
            doubtful = any("date_conflict" in each.account.flags for each in (one, other))
            if doubtful and other.account.number == one.account.number and _near(one, event):
                return event
    return None


def _agreeing(one: Dated, events: Sequence[Event]) -> Event | None:
    """Return the most believed event of the weeks before a report with which its figure agrees."""
    if (one.account.number or 0.0) < _TELLING:
        return None
    near = [
        event
        for event in events
        if _near(one, event) and any(agree(one.account, other.account) for other in event.accounts)
    ]
    return max(near, key=lambda event: event.belief, default=None)


def _near(one: Dated, event: Event) -> bool:
    """Return whether one of the days that a report carries lies soon after an event."""
    days = {each.value[:10] for c in one.account.candidates for each in c.hit.document.dates}
    days.add((one.account.stated or "")[:10])
    apart = [_apart(event.days[1], day) for day in days if day]
    return any(gap is not None and -1 <= gap <= lag_days() for gap in apart)


def _just_before(one: Dated, events: Sequence[Event]) -> Event | None:
    """Return the event of which a report without a day of its own speaks, if any is told."""
    stated = (one.account.stated or "")[:10]
    least = 1 if _looks_back(one) else 0
    documents = {c.hit.document.id for c in one.account.candidates}
    near = [
        (event.days[1], event)
        for event in events
        if (gap := _apart(event.days[1], stated)) is not None
        and least <= gap <= _reach(one, event)
        and not event.accounts[0].added_up
    ]
    own = [
        (day, event)
        for day, event in near
        if documents & {c.hit.document.id for c in event.candidates()}
    ]
    return max(own or near, key=lambda pair: pair[0], default=("", None))[1]


def _reach(one: Dated, event: Event) -> int:
    """Return how many days before a report an event may lie of which it names no day."""
    if _looks_back(one):
        return lag_days()
    return RECENT_DAYS if event.said else _RECENT


def _looks_back(one: Dated) -> bool:
    return all(looks_back(candidate.text) for candidate in one.account.candidates)


def _joined(events: list[Event]) -> list[Event]:
    """Join events a day apart of which no report tells both: one, dated in two ways."""
    events = sorted(events, key=lambda one: one.days)
    found: list[Event] = []
    for event in events:
        last = found[-1] if found else None
        gap = _apart(last.days[1], event.days[0]) if last else None
        if last and gap is not None and gap <= _ONE_EVENT_DAYS and not _told_apart(last, event):
            last.accounts += event.accounts
            if event.said and (not last.said or event.belief > last.belief):
                last.days, last.said = event.days, True
        else:
            found.append(event)
    return found


def _told_apart(one: Event, other: Event) -> bool:
    """Return whether two events a day apart are two: a report tells of both, or sums are held."""
    if one.accounts[0].added_up or other.accounts[0].added_up:
        return True
    documents = {c.hit.document.id for c in one.candidates()}
    if any(c.hit.document.id in documents for c in other.candidates()):
        return True
    numbers = [{each.account.number for each in event.accounts} for event in (one, other)]
    return one.said and other.said and not numbers[0] & numbers[1]


def _length(one: Dated) -> int:
    return _length_of(one.span) if one.span else 0


def _length_of(span: tuple[str, str]) -> int:
    return _apart(*span) or 0


def _apart(first: str, last: str) -> int | None:
    one, two = day_of(first), day_of(last)
    return (two - one) // timedelta(days=1) if one and two else None
