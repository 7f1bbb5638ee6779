"""What the sources say, grouped by value: who gives which, when, and how the values relate.

Claimants are counted, not texts: five outlets that pass on one monitor's figure are one source with
five relays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from rag.claimants import claimant_of, same_claimant
from rag.counts import Number
from rag.quantities import Counted, answers, counted, is_part
from rag.question import Asked
from rag.sentences import sentences
from rag.types import Account, Candidate, Relation
from rag.when import Time, day_of, times

_SAME_EVENT_DAYS = 2
"""Days that two reports of one event may lie apart; a later strike is another event."""


@dataclass(frozen=True, slots=True)
class _Said:
    """One value in one sentence, with who gave it and when."""

    candidate: Candidate
    value: str
    number: Number | None
    claimant: str
    named: bool
    cited: str
    stance: str
    event_date: str | None
    stated: str | None
    part: bool
    quantity: str
    other_event: bool


def gather(asked: Asked, candidates: Sequence[Candidate]) -> list[Account]:
    """Return the accounts of a quantity, the newest first; empty when the question asks for none.

    Args:
        asked: The question.
        candidates: Sentences that may answer, best first.
    """
    if asked.kind != "how_many":
        return []
    said = [one for candidate in candidates for one in _figures(asked, candidate)]
    if not said:
        return []
    return _relate(_merge(said), asked)


def surroundings(candidate: Candidate) -> tuple[list[str], list[str]]:
    """Return the sentences of the passage before and after a candidate."""
    passage = candidate.hit.passage
    before: list[str] = []
    after: list[str] = []
    for start, end in sentences(passage.text):
        if passage.start + end <= candidate.start:
            before.append(passage.text[start:end])
        elif passage.start + start >= candidate.end:
            after.append(passage.text[start:end])
    return before, after


def _figures(asked: Asked, candidate: Candidate) -> list[_Said]:
    found = [
        one
        for one in counted(candidate.text)
        if answers(asked, one, candidate.text) and not one.previous
    ]
    if not found:
        return []
    # A whole and its parts in one sentence: the whole answers, the parts are told by the quote.
    wholes = [one for one in found if not is_part(asked, one)]
    before, after = surroundings(candidate)
    claim = claimant_of(candidate.text, before, after)
    document = candidate.hit.document
    event = _event_date(candidate, before, document.published)
    in_period = _in_period(asked, event, document.published)
    return [
        _said(asked, candidate, one, claim_of(candidate, claim), event, not in_period)
        for one in (wholes or found)
    ]


@dataclass(frozen=True, slots=True)
class _Owner:
    claimant: str
    named: bool
    cited: str
    stance: str


def claim_of(candidate: Candidate, claim: object) -> _Owner:
    """Return whose statement a sentence is: the speaker in it, else the publisher."""
    from rag.speech import Claim

    document = candidate.hit.document
    if isinstance(claim, Claim) and claim.speaker:
        return _Owner(claim.speaker, True, claim.cited, claim.stance)
    return _Owner(document.publisher or document.title, False, "", "says")


def _said(
    asked: Asked,
    candidate: Candidate,
    one: Counted,
    owner: _Owner,
    event: str | None,
    other_event: bool,
) -> _Said:
    number = one.number
    document = candidate.hit.document
    return _Said(
        candidate=replace(
            candidate,
            answer_start=candidate.start + number.start,
            answer_end=candidate.start + number.end,
        ),
        value=candidate.text[number.start : number.end],
        number=number,
        claimant=owner.claimant,
        named=owner.named,
        cited=owner.cited,
        stance="estimates" if number.hedge and owner.stance == "estimates" else owner.stance,
        event_date=event,
        stated=document.published[:10] if document.published else None,
        part=is_part(asked, one),
        quantity=" ".join(part for part in (one.quantity, "") if part) or " ".join(asked.focus),
        other_event=other_event,
    )


def _event_date(candidate: Candidate, before: Sequence[str], published: str | None) -> str | None:
    """Return the day that a sentence speaks of: named in it, else shortly before it, else None."""
    for text in (candidate.text, *reversed(before[-2:])):
        past = [
            time
            for time in times(text, published)
            if time.exact and (published is None or time.first <= published[:10])
        ]
        if past:
            return _last(past).first
    return None


def _last(found: Sequence[Time]) -> Time:
    return max(found, key=lambda time: time.first)


def _in_period(asked: Asked, event: str | None, published: str | None) -> bool:
    """Return whether a value belongs to the time that the question names."""
    if asked.period is None:
        return True
    first, last = asked.period
    day = event or (published[:10] if published else None)
    if day is None:
        return True
    if first <= day <= last:
        return True
    # A report may appear a few days after the event that it dates only by weekday.
    start, end = day_of(last), day_of(day)
    return event is None and start is not None and end is not None and 0 <= (end - start).days <= 3


def _merge(said: Sequence[_Said]) -> list[Account]:
    """Join what one claimant says alike, count claimants, and keep relays apart from sources."""
    groups: list[list[_Said]] = []
    for one in said:
        for group in groups:
            if _same_statement(group[0], one):
                group.append(one)
                break
        else:
            groups.append([one])
    return [_account(group) for group in groups]


def _same_statement(first: _Said, second: _Said) -> bool:
    if first.number is None or second.number is None:
        return first.value.lower() == second.value.lower()
    same = first.number.value == second.number.value and first.number.low == second.number.low
    apart = _days_apart(first, second)
    near = apart is None or apart <= _SAME_EVENT_DAYS
    return same and near and first.part == second.part and first.other_event == second.other_event


def _days_apart(first: _Said, second: _Said) -> int | None:
    one = day_of(first.event_date or first.stated)
    two = day_of(second.event_date or second.stated)
    return abs((one - two).days) if one and two else None


def _account(group: Sequence[_Said]) -> Account:
    owners: list[_Said] = []
    for one in sorted(group, key=lambda one: not one.named):
        if not any(_same_owner(one, known) for known in owners):
            owners.append(one)
    lead = owners[0]
    relays = {
        one.candidate.hit.document.publisher
        for one in group
        if one.named and one.candidate.hit.document.publisher
    }
    number = lead.number
    earliest = min((one.event_date for one in group if one.event_date), default=None)
    return Account(
        quantity=lead.quantity,
        value=lead.value,
        candidates=tuple(one.candidate for one in group),
        number=number.value if number else None,
        low=number.low if number else None,
        high=number.high if number else None,
        unit=number.unit if number else "",
        hedge=number.hedge if number else "",
        claimant=lead.claimant,
        stance=lead.stance,
        event_date=earliest,
        stated=max((one.stated for one in group if one.stated), default=None),
        relation="part_of" if lead.part else ("other_quantity" if lead.other_event else "agrees"),
        independent_sources=len(owners),
        relays=tuple(sorted(relays)) if len(relays) > 1 else (),
    )


def _same_owner(first: _Said, second: _Said) -> bool:
    if first.claimant == second.claimant or same_claimant(first.claimant, second.claimant):
        return True
    if first.candidate.hit.document.cluster == second.candidate.hit.document.cluster != "":
        return True
    # An outlet that gives a figure without a source, when a named source gives the same figure,
    # cannot be shown to know it for itself.
    return first.named != second.named


def _relate(accounts: Sequence[Account], asked: Asked) -> list[Account]:
    """Give each account its relation to the first of its kind, newest first."""
    ordered = sorted(accounts, key=lambda one: one.stated or "", reverse=True)
    main = [one for one in ordered if one.relation == "agrees"]
    if not main:
        return list(ordered)
    event = _main_event(main, asked)
    related: list[Account] = []
    for account in ordered:
        if account.relation != "agrees":
            related.append(account)
            continue
        same_event = _near(account.event_date or account.stated, event)
        relation: Relation = "agrees" if same_event else "other_quantity"
        related.append(replace(account, relation=relation))
    same = [one for one in related if one.relation == "agrees"]
    return [_against(one, same) if one.relation == "agrees" else one for one in related]


def _main_event(accounts: Sequence[Account], asked: Asked) -> date | None:
    """Return the day of the event that the best candidate speaks of."""
    del asked
    best = max(accounts, key=lambda one: max(c.score for c in one.candidates))
    return day_of(best.event_date or best.stated)


def _near(day: str | None, event: date | None) -> bool:
    other = day_of(day)
    return event is None or other is None or abs((other - event).days) <= _SAME_EVENT_DAYS + 1


def _against(account: Account, same_event: Sequence[Account]) -> Account:
    """Tell an update (same claimant, later) from a disagreement; never from order alone."""
    others = [one for one in same_event if one is not account and not _agree(one, account)]
    if not others:
        return account
    for other in others:
        later = (account.stated or "") > (other.stated or "")
        if same_claimant(account.claimant, other.claimant) and later:
            return replace(account, relation="update")
    if all(same_claimant(account.claimant, other.claimant) for other in others):
        return account
    return replace(account, relation="disagrees")


def _agree(first: Account, second: Account) -> bool:
    def number(account: Account) -> Number:
        return Number(
            0,
            0,
            0,
            account.number,
            account.low,
            account.high,
            account.hedge,
            account.unit,
        )

    return number(first).agrees_with(number(second))
