"""What the sources' accounts come to, in one plain sentence: agreement, update or disagreement.

Pure functions over accounts; the sentence holds nothing that the accounts do not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.account.relations import answering
from rag.account.spans import OTHER_DAY
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
            are = "are" if _is_many(name) else "is"
            return (
                f"{_capital(name)} {are} held responsible, which is denied, "
                "the newest report first:"
            )
        return "Sources do not agree on who was responsible, the newest report first:"
    if kind == "taker":
        return "More than one side is said to have taken it, the newest report first:"
    if kind == "day":
        return "Sources give different days, the newest report first:"
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


def _is_many(name: str) -> bool:
    """Return whether a party's name takes a plural verb.

    >>> [_is_many(one) for one in ("Norland jets", "Maren and Norland", "the Front", "Hollis")]
    [True, True, False, False]
    """
    last = name.split()[-1]
    return " and " in name or (last.islower() and last.endswith("s") and not last.endswith("ss"))


def _update(found: Sequence[Account]) -> str:
    new = next(one for one in found if one.relation == "update")
    old = [one for one in found if one.relation == "agrees"]
    # A title's own number is none that the sources give.
    by = f" by {new.claimant}" if new.claimant and not re.search(r"\d", new.claimant) else ""
    if old and (new.number is None or old[0].number is None):
        return f"This was changed, from {old[-1].value} to {new.value}{by}, the newest first:"
    if not old or new.number is None or old[0].number is None:
        return "The figure was updated, the newest first:"
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
