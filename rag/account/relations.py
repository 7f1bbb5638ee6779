"""How accounts of figures stand to each other: the same, an update, another quantity, a part."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.account.said import believed, outlet_of
from rag.account.spans import OTHER_DAY
from rag.english.claimants import same_claimant
from rag.english.counts import Number
from rag.english.events import overlap
from rag.english.question import QUANTITIES, Asked
from rag.types import Account

_FAR_BEHIND, _LEAST_ANEW = 0.12, 0.04
_OTHER_EVENT = 0.7
"""Least share of the best account's probability at which a further one is told."""


@dataclass(frozen=True, slots=True)
class Dated:
    """An account with what relates it to others.

    ``span`` holds the days that it may speak of, ``narrow`` says that it counts one kind of people
    only, ``revises`` are the figures that its sentences call overtaken, ``added_up`` that it is a
    sum of several days, ``since`` that these are counted from a day on, ``on_target`` that
    a sentence of it names what the question says was struck.
    """

    account: Account
    span: tuple[str, str] | None = None
    narrow: bool = False
    revises: frozenset[float] = frozenset()
    added_up: bool = False
    since: bool = False
    on_target: bool = True


def answering(accounts: Sequence[Account]) -> list[Account]:
    """Return the accounts that answer: not those of another quantity, or of a part only."""
    return [one for one in accounts if one.relation not in ("other_quantity", "part_of")]


def disagreeing(accounts: Sequence[Account]) -> bool:
    """Return whether several accounts answer, and differently: things of one name, days."""
    found = answering(accounts)
    if found and any(OTHER_DAY in one.flags for one in accounts):
        return len(accounts) > 1
    return len(found) > 1 and any(one.relation in ("disagrees", "update") for one in found)


def related(accounts: Sequence[Dated]) -> list[Account]:
    """Give each account its relation to those of the same event, newest first."""
    ordered = sorted(accounts, key=lambda one: one.account.stated or "", reverse=True)
    main = [one for one in ordered if one.account.relation == "agrees"]
    if not main:
        return [one.account for one in ordered]
    event = _day_of_event(main)
    most = max(
        (one.account.number or 0.0 for one in main if not one.narrow and overlap(one.span, event)),
        default=0.0,
    )
    found: list[Dated] = []
    for one in ordered:
        account = one.account
        if account.relation == "agrees" and not overlap(one.span, event):
            account = replace(account, relation="other_quantity")
        elif account.relation == "agrees" and one.narrow and (account.number or 0.0) < most:
            account = replace(account, relation="part_of")
        found.append(replace(one, account=account))
    same = [one for one in found if one.account.relation == "agrees"]
    return [
        against(one, same) if one.account.relation == "agrees" else one.account for one in found
    ]


def _day_of_event(main: Sequence[Dated]) -> tuple[str, str] | None:
    """Return the days of the best account's event, one day where others tell it."""
    main = [one for one in main if one.on_target] or main
    dated = [one for one in main if one.span] or main
    best = max(dated, key=lambda one: _told_of(one, dated)).span
    if best is None or best[0] == best[1]:
        return best
    told: dict[str, float] = {}
    for one in main:
        if one.span and one.span[0] == one.span[1] and best[0] <= one.span[0] <= best[1]:
            told[one.span[0]] = told.get(one.span[0], 0.0) + believed(one.account)
    if not told:
        return best
    day = max(told, key=lambda one: told[one])
    return day, day


def _told_of(dated: Dated, accounts: Sequence[Dated]) -> tuple[float, float]:
    """Return how much is believed that is told of an account's event, and how well it answers.

    The event that most is told of is meant, and not the one whose sentence reads plainest.
    """
    tolls = [one for one in accounts if one.account.quantity in QUANTITIES]
    belief = sum(believed(one.account) for one in tolls if overlap(one.span, dated.span))
    return belief, max(one.score for one in dated.account.candidates)


def differing(accounts: Sequence[Account]) -> list[Account]:
    """Return accounts of different values as such, the newest first."""
    return [replace(one, relation="disagrees") for one in by_day(accounts)]


def by_day(accounts: Sequence[Account]) -> list[Account]:
    """Return accounts in the order of their documents' days, the newest first."""
    return sorted(accounts, key=lambda account: account.stated or "", reverse=True)


def against(dated: Dated, same_event: Sequence[Dated]) -> Account:
    """Tell an update from a disagreement, never from order alone.

    A later figure of the same claimant is an update where the dates of the documents leave no doubt
    that it is later; so is a figure whose own sentence calls the other one overtaken.
    """
    account = dated.account
    others = [one for one in same_event if one is not dated and not agree(one.account, account)]
    if any(_overtakes(dated, one) for one in others):
        return replace(account, relation="update")
    if all(_overtakes(one, dated) for one in others):
        return account
    return replace(account, relation="disagrees")


def _overtakes(new: Dated, old: Dated) -> bool:
    """Return whether a figure takes the place of another one."""
    if "denies" in (new.account.stance, old.account.stance):
        return False
    if old.account.number in new.revises:
        return not surely_later(old.account, new.account)
    if not same_claimant(new.account.claimant, old.account.claimant):
        return False
    if surely_later(new.account, old.account) and not _sinks(new, old):
        return True
    first, last = old.account.candidates[0], new.account.candidates[0]
    one_text = first.hit.document.id == last.hit.document.id and first.start <= last.start
    revised = "revised" in new.account.flags and "revised" not in old.account.flags
    return revised and one_text and not surely_later(old.account, new.account)


_RISING = ("killed", "injured", "arrested", "kidnapped", "destroyed")
"""Quantities that grow as they are counted: a lower figure is no update unless it is said to be."""


def _sinks(new: Dated, old: Dated) -> bool:
    """Return whether a count that only grows would have fallen, and nobody says that it was."""
    one, two = new.account, old.account
    if one.quantity not in _RISING or one.number is None or two.number is None:
        return False
    return one.number < two.number and "revised" not in one.flags


def surely_later(new: Account, old: Account) -> bool:
    """Return whether an account was given later than another one, whichever date one believes."""
    if not new.stated or not old.stated:
        return False
    return min(_days(new)) > max(_days(old))


def _days(account: Account) -> list[str]:
    """Return the days on which an account may have been given, all that a document carries."""
    assert account.stated
    if "date_conflict" not in account.flags:
        return [account.stated]
    return [account.stated, *(one.value[:10] for one in account.candidates[0].hit.document.dates)]


def agree(first: Account, second: Account) -> bool:
    """Return whether one true figure could make both accounts true."""
    alike = _number(first).agrees_with(_number(second))
    if first.stance == "denies" or second.stance == "denies":
        # A denial leaves every other figure open.
        return first.stance == second.stance or not alike
    return alike


def _number(one: Account) -> Number:
    return Number(0, 0, 0, one.number, one.low, one.high, one.hedge, one.unit)


def kept(accounts: Sequence[Account], asked: Asked) -> list[Account]:
    """Leave out what does not answer beside what does: other events, and "dozens" beside 58."""
    main = answering(accounts)
    if not main:
        return list(accounts)
    exact = [one for one in main if one.number is not None]
    best = max(believed(one) for one in main)
    found: list[Account] = []
    for account in accounts:
        vague = account.number is None and bool(exact)
        other = account.relation == "other_quantity"
        least = _LEAST_ANEW if _refers_back(account, main) else _FAR_BEHIND
        if vague or believed(account) < best * least:
            continue
        if any(_said_twice(account, one) for one in main):
            continue
        if other and (asked.period is not None or believed(account) < best * _OTHER_EVENT):
            continue
        found.append(account)
    return found


_BACK = re.compile(
    r"\b(?:the|this|that) (?:same )?(?:incident|attack|(?:air)?strike|blast|explosion|raid|bombing|"
    r"shelling|massacre|crash|accident|fire|clash|killing|toll|death toll)\b",
    re.IGNORECASE,
)


def _refers_back(account: Account, main: Sequence[Account]) -> bool:
    """Return whether another claimant gives a figure of "the incident" that a report has told.

    Such a sentence holds few of the words that the question asks with.
    """
    told = {one.hit.document.id for each in main if each is not account for one in each.candidates}
    return not _is_unowned(account) and any(
        one.hit.document.id in told and _BACK.search(one.text) for one in account.candidates
    )


def settled(accounts: list[Account]) -> list[Account]:
    """Let an account that was left alone with its figure disagree with nobody."""
    main = answering(accounts)
    if len(main) != 1:
        return accounts
    return [replace(one, relation="agrees") if one is main[0] else one for one in accounts]


def _said_twice(account: Account, other: Account) -> bool:
    """Return whether a report or a claimant gives a number again: "at least nine", "nine"."""
    if account is other or account.number is None or account.number != other.number:
        return False
    if account.unit != other.unit:
        return False
    documents = {one.hit.document.id for one in other.candidates}
    again = all(one.hit.document.id in documents for one in account.candidates)
    if again and _is_unowned(account) != _is_unowned(other):
        # A headline, or a sentence that leaves out whose figure it is, gives none of its own.
        return _is_unowned(account)
    if account.relation != other.relation:
        return False
    if same_claimant(account.claimant, other.claimant):
        return believed(account) < believed(other)
    return again and believed(account) < believed(other)


def _is_unowned(account: Account) -> bool:
    """Return whether no text names whose figure an account is."""
    return account.claimant in {outlet_of(one) for one in account.candidates}
