"""The tolls of several events that one question fits: each event's figures for themselves.

"The strike on Hollin" may be one of three. Figures of different events are no disagreement and no
update; only those of one event can be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from rag.account.anchor import names_target, targets
from rag.account.event_days import Event, events_of
from rag.account.relations import FAR_BEHIND, SEVERAL, Dated, against, is_within
from rag.account.said import believed, surroundings
from rag.account.spans import clause_at
from rag.english.metonyms import country_of, names_of
from rag.english.places import name_words_of, places_at, shares_name
from rag.english.question import Asked
from rag.types import Account, Candidate

REPORTED = "event_undated"
"""The flag beside it of an account whose sentence does not say when its event was."""
ALONE = "no_whole"
"""The flag of a part of whose whole no figure is told."""
ADDED_UP = "several_days"
"""The flag of an account that adds up what several days cost."""
_FITS, _FITS_TARGET = 0.25, 0.5
"""Least share of the best event's belief at which another one fits: where the question names but a
place and a kind of attack, and where it says what was struck."""
# What an event was done with; one that was done with something else is another one.
_MEANS = tuple(
    re.compile(rf"\b(?:{words})", re.IGNORECASE)
    for words in (
        r"air ?strikes?\b|air (?:raids?|attacks?|force)|aerial|raids?\b|war ?planes?|jets?\b|"
        r"aircraft|barrel|helicopters?",
        r"shell(?:ing|ed|s)\b|mortars?|artillery|rockets?\b",
        r"car ?bombs?|truck bombs?|suicide|bombers?\b|blasts?\b|explosions?|explosives|detonat|"
        r"motorbike|motorcycle|exploded|blew",
        r"gas\b|gases\b|gass|chemical|sarin|chlorine|toxic|nerve",
        r"clash|fighting\b|battles?\b|ambush",
    )
)
_FRIENDS = re.compile(r"\b(?:pro|anti)-\w+", re.IGNORECASE)
_GAS = 3  # gas is dropped from planes and fired in shells


def by_event(asked: Asked, accounts: Sequence[Dated]) -> list[Account]:
    """Return accounts event by event, the newest first; empty where the question fits one only.

    Args:
        asked: The question.
        accounts: What the sources say of one place, each with its days.
    """
    own = [one for one in accounts if one.account.relation != "other_quantity"]
    own = [one for one in own if _is_there(asked, one)] or own
    fitting = _fitting(asked, events_of(own))
    wholes = [event for event in fitting if any(_is_whole(one) for one in event.accounts)]
    if len(wholes) < 2:
        return []
    found: list[Account] = []
    for event in sorted(fitting, key=lambda one: one.days, reverse=True):
        found += _told(event)
    return found


def apt(asked: Asked, accounts: Sequence[Dated]) -> list[Dated]:
    """Return the accounts of attacks by the means that a question names; all if none is.

    One in which the reader has next to no belief beside the best is left out, too.
    """
    least = max((believed(one.account) for one in accounts), default=0.0) * FAR_BEHIND
    found = [one for one in accounts if believed(one.account) >= least]
    if means := _means(asked.text):
        found = [one for one in found if _any_of(one, lambda c: _by_means(means, c))] or found
    return found


def foremost(accounts: Sequence[Account], most: int) -> list[Account]:
    """Return the accounts that are most likely meant, in their order; of each event one at least.

    Args:
        accounts: All accounts, the newest first.
        most: How many to return at most.
    """
    best: dict[str, Account] = {}
    if any(SEVERAL in one.flags for one in accounts):
        for one in sorted(accounts, key=lambda one: (_is_part(one), -believed(one))):
            best.setdefault(_event_of(one), one)
    first = {id(one) for one in best.values()}
    ranked = sorted(
        accounts,
        key=lambda one: (id(one) not in first, bool(best) and _is_part(one), -believed(one)),
    )[:most]
    chosen = {id(one) for one in ranked}
    return [one for one in accounts if id(one) in chosen]


def _event_of(account: Account) -> str:
    return account.event_date or account.stated or ""


def distinct(accounts: Sequence[Account]) -> list[list[Account]]:
    """Return accounts of several events in one list for each event, in their order."""
    found: dict[str, list[Account]] = {}
    for one in accounts:
        found.setdefault(_event_of(one), []).append(one)
    return list(found.values())


def _is_part(account: Account) -> bool:
    return account.relation == "part_of"


def _is_whole(one: Dated) -> bool:
    return one.account.relation == "agrees"


def _is_there(asked: Asked, one: Dated) -> bool:
    """Return whether a sentence of an account names no other place than the question's."""
    wanted = name_words_of(asked)
    return not wanted or any(
        shares_name(_FRIENDS.sub("", candidate.text), wanted)
        or all(place in names_of(country_of(place)) for place, _ in places_at(candidate.text))
        for candidate in one.account.candidates
    )


def _fitting(asked: Asked, events: Sequence[Event]) -> list[Event]:
    """Return the events that the question fits, by belief, by what was struck and by what means."""
    target = targets(asked)
    found = list(events)
    if target:
        found = [event for event in found if _any(event, lambda c: _on_target(asked, c))] or found
    if means := _means(asked.text):
        for event in found:
            apt = [one for one in event.accounts if _any_of(one, lambda c: _by_means(means, c))]
            event.accounts = apt or event.accounts
        found = [event for event in found if _any(event, lambda c: _by_means(means, c))] or found
    least = max((event.belief for event in found), default=0.0)
    least *= _FITS_TARGET if target else _FITS
    return [event for event in found if event.belief >= least]


def _any_of(one: Dated, holds: Callable[[Candidate], bool]) -> bool:
    return any(holds(candidate) for candidate in one.account.candidates)


def _any(event: Event, holds: Callable[[Candidate], bool]) -> bool:
    return any(_any_of(one, holds) for one in event.accounts)


def _on_target(asked: Asked, candidate: Candidate) -> bool:
    return names_target(asked, candidate, surroundings(candidate)[0])


def _by_means(asked: frozenset[int], candidate: Candidate) -> bool:
    """Return whether an event may have been done with what the question says."""
    clause = clause_at(candidate.text, candidate.answer_start - candidate.start)
    told = _means(clause) or _means(candidate.text) or _means(candidate.hit.document.title)
    if asked & told or not told:
        return True
    return _GAS in asked and _GAS in _means(candidate.hit.passage.text)


def _means(text: str) -> frozenset[int]:
    return frozenset(number for number, one in enumerate(_MEANS) if one.search(text))


def _told(event: Event) -> list[Account]:
    """Return the accounts of one event with their relation to each other, the whole first."""
    if any(_is_whole(one) and one.on_target for one in event.accounts):
        event.accounts = [one for one in event.accounts if one.on_target]
    wholes = [one for one in event.accounts if _is_whole(one) and not one.narrow]
    most = max((one.account.number or 0.0 for one in wholes), default=0.0)
    placed: list[Dated] = []
    for one in event.accounts:
        account = one.account
        number = account.number or 0.0
        if account.relation == "agrees" and is_within(one, wholes):
            account = replace(account, relation="part_of")
        if account.relation == "part_of" and number >= most:
            account = replace(account, flags=(*account.flags, ALONE))
        placed.append(replace(one, account=account))
    same = [one for one in placed if _is_whole(one)]
    day = event.days[0]
    exact = event.days[0] == event.days[1]
    flags = (SEVERAL,) if event.said else (SEVERAL, REPORTED)
    if event.accounts[0].added_up:
        flags = (SEVERAL, ADDED_UP)
    found = [
        replace(account, flags=(*account.flags, *flags), event_date=day if exact else None)
        for one in placed
        for account in [against(one, same) if _is_whole(one) else one.account]
    ]
    return sorted(found, key=lambda one: (not _is_part(one), one.stated or ""), reverse=True)
