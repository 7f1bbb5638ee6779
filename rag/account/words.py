"""What the sources' accounts come to, in one plain sentence: agreement, update or disagreement.

Pure functions over accounts; the sentence holds nothing that the accounts do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rag.account.occasions import ADDED_UP, ALONE, REPORTED, distinct
from rag.account.relations import SEVERAL, answering
from rag.account.spans import OTHER_DAY
from rag.english.when import spoken_day
from rag.types import Account

_NOUNS = {"day": "days", "responsible": "culprits"}
_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def lead_of(accounts: Sequence[Account]) -> str:
    """Return the sentence that says how accounts stand to each other, a list to follow it.

    >>> from rag.types import Account
    >>> def given(value, relation="disagrees", **more):
    ...     return Account("killed", value, (), number=float(value), relation=relation, **more)
    >>> lead_of([given("14"), given("9")])
    'Sources give different figures, from 9 to 14, the newest first:'
    >>> lead_of([given("27", "update", claimant="The Watch"), given("19", "agrees")])
    'The figure was updated, from 19 to 27 by The Watch, the newest first:'
    >>> lead_of([given("14", "agrees", independent_sources=2)])
    'Two sources independent of each other give the same figure:'
    """
    found = answering(accounts)
    if any(SEVERAL in one.flags for one in accounts):
        return _by_event(accounts)
    relations = {one.relation for one in found}
    if any(OTHER_DAY in one.flags for one in accounts):
        return _by_days(found)
    if len({one.value.lower() for one in found}) < 2:
        return _agreement(found)
    if all("namesake" in one.flags for one in found):
        return "The documents speak of different things of that name, each with its own answer:"
    if "disagrees" in relations:
        return _disagreement(found)
    if "update" in relations:
        return _update(found)
    return f"Sources give {_plural(found)} that agree with each other, the newest first:"


def _by_event(accounts: Sequence[Account]) -> str:
    """Return what to say of tolls of several events, and on which of them sources differ."""
    differ: list[str] = []
    updated: list[str] = []
    for event in distinct(accounts):
        relations = [one.relation for one in answering(event)]
        if len(relations) > 1 and "disagrees" in relations:
            differ.append(_told_day(event[0]))
        elif "update" in relations:
            updated.append(_told_day(event[0]))
    notes = f"; sources differ on {_those_of(differ)}" if differ else ""
    if updated:
        notes += f"; the figure was updated for {_those_of(updated)}"
    return f"Several events fit the question, the newest first{notes}:"


def _told_day(account: Account) -> str:
    day = account.event_date or account.stated
    return spoken_day(day) if day else "unknown date"


def _those_of(days: Sequence[str]) -> str:
    if len(days) == 1:
        return f"that of {days[0]}"
    return f"those of {', '.join(days[:-1])} and {days[-1]}"


def note_of(account: Account) -> str:
    """Return what stands in brackets behind an account's value: its event, how it stands to others.

    >>> from rag.types import Account
    >>> note_of(Account("5", "killed", (), relation="update"))
    ' (an update)'
    """
    notes = []
    if ADDED_UP in account.flags:
        notes.append("several days together")
    elif SEVERAL in account.flags and REPORTED not in account.flags and account.event_date:
        notes.append(f"event of {spoken_day(account.event_date)}")
    part = "a part only" if ALONE in account.flags else "a part of the figure"
    relation = {"part_of": part, "other_quantity": "another event or time", "update": "an update"}
    notes.append(relation.get(account.relation, ""))
    told = "; ".join(note for note in notes if note)
    return f" ({told})" if told else ""


def _by_days(found: Sequence[Account]) -> str:
    """Return what to say of tolls of different days, which are no disagreement."""
    differ = any(one.relation == "disagrees" for one in found)
    order = f"the newest first{_doubt(found)}:"
    if not any(OTHER_DAY in one.flags for one in found):
        sums = "different totals" if differ else "a total"
        return f"Sources give {sums} for several days, and figures for parts of it, {order}"
    if differ:
        return f"Sources give figures for different days, and differ on some of them, {order}"
    return f"Sources give figures for different days, {order}"


def _agreement(found: Sequence[Account]) -> str:
    sources = max((one.independent_sources for one in found), default=0)
    relays = sorted({relay for one in found for relay in one.relays})
    what = _singular(found)
    if sources > 1:
        return f"{_count(sources)} sources independent of each other give the same {what}:"
    if relays and found[0].claimant:
        others = f"{len(relays)} outlet{'' if len(relays) == 1 else 's'}"
        return f"One source gives the {what}, {found[0].claimant}, passed on by {others}:"
    return f"One source gives the {what}:"


def _disagreement(found: Sequence[Account]) -> str:
    kind = found[0].quantity
    if kind == "responsible":
        denied = any(one.stance == "denies" for one in found)
        accused = {one.value.lower() for one in found if one.stance != "denies"}
        if denied and (len(accused) == 1 or any("one_side" in one.flags for one in found)):
            name = next(one.value for one in found if one.stance != "denies")
            return (
                f"{_capital(name)} is held responsible, which is denied, the newest report first:"
            )
        return "Sources do not agree on who was responsible, the newest report first:"
    if kind == "day":
        days = sorted(one.event_date or "" for one in found)
        apart = days[0] and _days_between(days[0], days[-1]) > _ONE_EVENT
        events = ", or tell of different events" if apart else ""
        return f"Sources give different days{events}, the newest report first:"
    if kind == "where":
        # A village and its province are no two places: no gazetteer tells which lies in which.
        return "Sources name different places, or one place more exactly, the newest first:"
    if kind == "speaker":
        return "Sources do not agree on who said it, the newest report first:"
    if any(one.stance == "denies" for one in found) and len(_values(found)) == 1:
        return "The figure is denied, the newest first:"
    numbers = [one.number for one in found if one.number is not None]
    if numbers and len(numbers) == len(found) and found[0].unit == "":
        low, high = _shown(min(numbers)), _shown(max(numbers))
        between = f", from {low} to {high}" if low != high else ""
        return f"Sources give different figures{between}, the newest first{_doubt(found)}:"
    return f"Sources give different {_plural(found)}, the newest first{_doubt(found)}:"


_ONE_EVENT = 3
"""Days that sources may be apart on one event's date, at most."""


def _days_between(first: str, last: str) -> int:
    return (date.fromisoformat(last) - date.fromisoformat(first)).days


def _update(found: Sequence[Account]) -> str:
    new = next(one for one in found if one.relation == "update")
    old = [one for one in found if one.relation == "agrees"]
    if not old or new.number is None or old[0].number is None:
        return "The figure was updated, the newest first:"
    by = f" by {new.claimant}" if new.claimant else ""
    step = f"from {_shown(old[0].number)} to {_shown(new.number)}"
    return f"The figure was updated, {step}{by}, the newest first:"


def _doubt(found: Sequence[Account]) -> str:
    """Return what is to be said where the order of the list is not sure."""
    if any("date_conflict" in one.flags for one in found):
        return " (a document carries different dates, so the order is not sure)"
    return ""


def _values(found: Sequence[Account]) -> set[str]:
    return {one.value.lower() for one in found}


def _singular(found: Sequence[Account]) -> str:
    if found and found[0].number is not None:
        return "figure"
    return "day" if found and found[0].quantity == "day" else "answer"


def _plural(found: Sequence[Account]) -> str:
    if any(one.number is not None for one in found):
        return "figures"
    return _NOUNS.get(found[0].quantity, "answers")


def _shown(number: float) -> str:
    return f"{number:,.0f}" if number == int(number) else f"{number:,g}"


def _count(number: int) -> str:
    return _capital(_COUNTS[number]) if number < len(_COUNTS) else str(number)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
