"""What is said alike is one account: claimants are counted, not texts.

Five outlets that pass on one monitor's figure are one source with five relays.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from rag.account.said import Said, seen_by_all
from rag.english.claimants import name_words, same_claimant
from rag.english.events import overlap
from rag.english.when import day_of
from rag.types import Account, Relation


def grouped(said: Sequence[Said], same: Callable[[Said, Said], bool]) -> list[list[Said]]:
    """Return what is said in groups, each with the first statement that it is the same as."""
    groups: list[list[Said]] = []
    for one in said:
        for group in groups:
            if same(group[0], one):
                group.append(one)
                break
        else:
            groups.append([one])
    return groups


def same_figure(first: Said, second: Said) -> bool:
    """Return whether two statements give one figure, of one event."""
    if (first.stance == "denies") != (second.stance == "denies"):
        return False
    if first.number is None or second.number is None:
        return first.value.lower() == second.value.lower()
    one, two = first.number, second.number
    same = (one.value, one.low, one.high) == (two.value, two.low, two.high)
    if one.value is not None and one.value == two.value and one.unit == two.unit:
        # "At least 61" and "61" of one claimant are one count.
        same = same or same_claimant(first.claimant, second.claimant)
    return (
        same
        and overlap(first.span, second.span)
        and first.part == second.part
        and first.other_event == second.other_event
        and first.added_up == second.added_up
    )


def account_of(group: Sequence[Said]) -> Account:
    """Return the account that one group's statements make."""
    seen = seen_by_all(group)
    owners = owners_of(seen)
    owner = owners[0]
    # The value is told in the words of the sentence in which its owner gives it, hedge and all.
    lead = max(
        (one for one in seen if one.claimant == owner.claimant),
        key=lambda one: one.candidate.probability,
    )
    number = lead.number
    relation: Relation = "agrees"
    if lead.other_event:
        relation = "other_quantity"
    elif lead.part:
        relation = "part_of"
    return Account(
        quantity=lead.quantity,
        value=lead.value,
        candidates=(lead.candidate, *(one.candidate for one in group if one is not lead)),
        number=number.value if number else None,
        low=number.low if number else None,
        high=number.high if number else None,
        unit=number.unit if number else "",
        hedge=number.hedge if number else "",
        claimant=owner.claimant,
        stance=owner.stance,
        event_date=min((one.event_date for one in group if one.event_date), default=None),
        stated=lead.stated,
        relation=relation,
        independent_sources=len(owners),
        relays=relays_of(group, owner),
        flags=_flags(group, lead),
    )


def _flags(group: Sequence[Said], lead: Said) -> tuple[str, ...]:
    """Return what a reader should know of an account's dates and of its place in a row of them."""
    found = ["date_conflict"] if "date_conflict" in lead.candidate.hit.document.flags else []
    return (*found, "revised") if any(one.revised for one in group) else tuple(found)


def owners_of(seen: Sequence[Said]) -> list[Said]:
    """Return one statement for each independent source, named sources first."""
    known = [one.claimant for one in seen]
    passing_on = [one for one in seen if one.named]
    owners: list[Said] = []
    for one in sorted(seen, key=lambda one: (not one.named, -one.candidate.probability)):
        if _cites_a_relay(one, passing_on):
            continue
        if not any(_same_owner(one, other, known) for other in owners):
            owners.append(one)
    return owners or [seen[0]]


def _cites_a_relay(one: Said, passing_on: Sequence[Said]) -> bool:
    """Return whether a statement names an outlet that itself passes on somebody's figure.

    A paper that writes "the wire reported 14 dead" knows it from whom the wire has it.
    """
    if not one.named:
        return False
    for other in passing_on:
        outlet = other.candidate.hit.document.publisher or ""
        own = same_claimant(other.claimant, one.claimant) or same_claimant(outlet, other.claimant)
        if outlet and not own and same_claimant(outlet, one.claimant):
            return True
    return False


def relays_of(group: Sequence[Said], owner: Said) -> tuple[str, ...]:
    """Return the outlets that give what is not their own: a speaker's figure, or another's text."""
    story = owner.cluster
    documents = [
        document
        for one in group
        if one.named or one.cluster == story != ""
        for document in (one.candidate.hit.document, *one.candidate.hit.copies)
    ]
    outlets = {document.publisher or "" for document in documents} - {""}
    return tuple(
        sorted(
            outlet
            for outlet in outlets
            if len(outlets) > 1
            and outlet.lower() not in owner.claimant.lower()
            and not same_claimant(outlet, owner.claimant)
        )
    )


def _same_owner(first: Said, second: Said, known: Sequence[str]) -> bool:
    if first.claimant == second.claimant or _one_claimant(first.claimant, second.claimant, known):
        return True
    if first.cluster == second.cluster != "":
        # Copies are one source, unless it is the speaker's name in which they differ.
        return not (first.named and second.named)
    # An outlet that gives a figure without a source, when a named source gives the same figure,
    # cannot be shown to know it for itself.
    return first.named != second.named


def _one_claimant(first: str, second: str, known: Sequence[str]) -> bool:
    """Return whether two names are one claimant's, if need be because a third one holds both.

    "Observatory head Ada Thorn" tells that Ada Thorn speaks for the Observatory.
    """
    if same_claimant(first, second):
        return True
    one, two = name_words(first), name_words(second)
    return any(
        one & name_words(third)
        and two & name_words(third)
        and same_claimant(first, third)
        and same_claimant(third, second)
        for third in known
    )


def common_span(group: Sequence[Said]) -> tuple[str, str] | None:
    """Return the narrowest stretch of days that one of a group's sentences speaks of."""
    spans = [one.span for one in group if one.span]
    if not spans:
        return None
    return min(
        spans, key=lambda span: (day_of(span[1]) or date.max) - (day_of(span[0]) or date.min)
    )
