"""How the tolls of a stretch of days stand to each other: a sum and its days, or days side by side.

"Killed in Hollin in early April" has an answer for each day that took lives. They do not disagree:
only figures for the same days can.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.account.relations import Dated, against
from rag.account.said import believed
from rag.account.spans import OTHER_DAY
from rag.english.when import day_of
from rag.types import Account

_AS_LIKELY = 0.4
"""Least share of the best account's belief at which another event may be the one that is meant."""
_MONTHS = 60
"""Days by which two events lie so far apart that no report takes one for the other."""


def side_by_side(accounts: Sequence[Dated]) -> list[Account]:
    """Give each account its relation to those of the same days and to the sums, newest first."""
    ordered = sorted(accounts, key=lambda one: one.account.stated or "", reverse=True)
    ordered = _in_sums(_kinds_apart(ordered))
    main = [one for one in ordered if one.account.relation == "agrees"]
    days = _days(main)
    several = len(set(days.values())) > 1
    found: list[Account] = []
    for one in ordered:
        account = one.account
        if account.relation == "agrees":
            same = [other for other in main if days[id(other)] == days[id(one)]]
            account = against(one, same)
            if several:
                account = _flagged(account)
        found.append(account)
    # Of one day, the whole stands before its parts.
    return sorted(
        found, key=lambda one: (one.stated or "", one.relation != "part_of"), reverse=True
    )


def far_apart(accounts: Sequence[Dated]) -> bool:
    """Return whether the tolls that are believed are of events that lie months apart.

    "The raid on the market" may be one of two, where the question does not say when.
    """
    best = max((believed(one.account) for one in accounts), default=0.0)
    told = [
        day
        for one in accounts
        if one.on_target and one.account.relation == "agrees" and not one.added_up
        if believed(one.account) >= best * _AS_LIKELY and one.span and one.span[0] == one.span[1]
        if (day := day_of(one.span[0]))
    ]
    return bool(told) and (max(told) - min(told)).days > _MONTHS


def _kinds_apart(accounts: Sequence[Dated]) -> list[Dated]:
    """Make a figure for one kind of people a part, where a larger one of its days is for all."""
    days = _days(accounts)
    found: list[Dated] = []
    for one in accounts:
        within = (
            one.narrow
            and one.account.relation == "agrees"
            and any(
                not other.narrow
                and other.account.relation == "agrees"
                and days[id(other)] == days[id(one)]
                and (other.account.number or 0.0) > (one.account.number or 0.0)
                for other in accounts
            )
        )
        account = replace(one.account, relation="part_of") if within else one.account
        found.append(replace(one, account=account))
    return found


def _in_sums(accounts: Sequence[Dated]) -> list[Dated]:
    """Make each day's figure a part of the sum that its day is in."""
    sums = [one for one in accounts if one.added_up and one.account.relation == "agrees"]
    found: list[Dated] = []
    for one in accounts:
        account = one.account
        if account.relation == "agrees" and any(_holds(total, one) for total in sums):
            account = _flagged(replace(account, relation="part_of"))
        found.append(replace(one, account=account))
    return found


def _holds(total: Dated, one: Dated) -> bool:
    """Return whether a sum is of days among which all of another figure's are, and larger."""
    if total is one or total.span is None:
        return False
    first, last = _window(one)
    within = total.span[0] <= first and last <= total.span[1] and (first, last) != total.span
    return within and (one.account.number or 0.0) < (total.account.number or 0.0)


def _days(accounts: Sequence[Dated]) -> dict[int, tuple[str, str]]:
    """Return the days of each account, by its identity; one that names none takes its report's.

    A report that names no day and of whose day nobody else tells speaks of the day before, if
    that is told of.
    """
    named = {one.span for one in accounts if one.span and _is_told(one)}
    found: dict[int, tuple[str, str]] = {}
    for one in accounts:
        days = _window(one)
        if one.added_up:
            # Two counts of one siege, a day apart, are one count that grew.
            days = next((other for other in found.values() if _one_count(other, days)), days)
        if not _is_told(one) and days not in named:
            days = next((other for other in named if other and _eve(other, days)), days)
        found[id(one)] = days
    return found


def _one_count(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Return whether two sums of several days begin and end within a day of each other."""
    ends = [(day_of(first), day_of(last)) for first, last in zip(one, other, strict=True)]
    near = all(first and last and abs((last - first).days) <= 1 for first, last in ends)
    return near and one[0] != one[1] and other[0] != other[1]


def _is_told(one: Dated) -> bool:
    return one.added_up or (one.span is not None and one.span[0] == one.span[1])


def _window(one: Dated) -> tuple[str, str]:
    if one.span is not None and _is_told(one):
        return one.span
    day = (one.account.stated or "")[:10]
    return day, day


def _eve(days: tuple[str, str], of: tuple[str, str]) -> bool:
    """Return whether one day is the day before another."""
    first, last = day_of(days[0]), day_of(of[0])
    return (
        days[0] == days[1] and first is not None and last is not None and ((last - first).days == 1)
    )


def _flagged(account: Account) -> Account:
    return replace(account, flags=(*account.flags, OTHER_DAY))
