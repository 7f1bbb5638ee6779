"""What the sources say, grouped by value: who gives which, when, and how the values relate.

Claimants are counted, not texts: five outlets that pass on one monitor's figure are one source with
five relays.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from rag import told
from rag.claimants import claimant_of, same_claimant
from rag.counts import Number
from rag.events import event_span, in_period, overlap
from rag.places import containers, is_adjective, is_elsewhere, shares_name
from rag.quantities import Counted, answers, counted, is_narrow, is_part
from rag.question import Asked
from rag.sentences import sentences
from rag.speech import Claim
from rag.types import Account, Candidate
from rag.when import day_of

_FAR_BEHIND = 0.15
_OTHER_EVENT = 0.7
"""Least share of the best account's probability at which a further one is told."""


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
    span: tuple[str, str] | None
    stated: str | None
    part: bool
    quantity: str
    other_event: bool
    narrow: bool = False

    @property
    def event_date(self) -> str | None:
        """The one day that it speaks of, where it names one."""
        return self.span[0] if self.span and self.span[0] == self.span[1] else None


_Dated = tuple[Account, tuple[str, str] | None, bool]
"""An account, the days that it may speak of, and whether it counts one kind of people only."""


def answering(accounts: Sequence[Account]) -> list[Account]:
    """Return the accounts that answer: not those of another quantity, or of a part only."""
    return [one for one in accounts if one.relation not in ("other_quantity", "part_of")]


def disagreeing(accounts: Sequence[Account]) -> bool:
    """Return whether several accounts answer, and differently."""
    found = answering(accounts)
    return len(found) > 1 and any(one.relation in ("disagrees", "update") for one in found)


def gather(asked: Asked, candidates: Sequence[Candidate]) -> list[Account]:
    """Return the accounts of what is asked, the newest first; empty when nothing is given twice.

    A figure, a day, or who is held responsible.

    Args:
        asked: The question.
        candidates: Sentences that may answer, best first.
    """
    if asked.kind == "when":
        found = told.days(asked, candidates)
    elif asked.kind != "how_many":
        found = told.blame(asked, candidates)
    else:
        found = _of_figures(asked, candidates)
    return [replace(one, hidden=_hidden(one)) for one in found]


def _hidden(account: Account) -> str:
    """Return how the sources hide all that an account rests on; "" where one of them shows it."""
    ways = [candidate.hit.hidden for candidate in account.candidates]
    return ", ".join(dict.fromkeys(ways)) if all(ways) else ""


def _of_figures(asked: Asked, candidates: Sequence[Candidate]) -> list[Account]:
    around = containers(asked, [one.hit.passage.text for one in candidates])
    candidates = _anchored(asked, candidates)
    said = [one for candidate in candidates for one in _figures(asked, candidate, around)]
    if not said:
        return []
    return _settled(_kept(_relate(_merge(said)), asked))


def _kept(accounts: Sequence[Account], asked: Asked) -> list[Account]:
    """Leave out what does not answer beside what does: other events, and "dozens" beside 58."""
    main = answering(accounts)
    if not main:
        return list(accounts)
    exact = [one for one in main if one.number is not None]
    best = max(_belief(one) for one in main)
    kept: list[Account] = []
    for account in accounts:
        vague = account.number is None and bool(exact)
        other = account.relation == "other_quantity"
        if vague or _belief(account) < best * _FAR_BEHIND:
            continue
        if any(_said_twice(account, one) for one in main):
            continue
        if other and (asked.period is not None or _belief(account) < best * _OTHER_EVENT):
            continue
        kept.append(account)
    return kept


def _settled(accounts: list[Account]) -> list[Account]:
    """Let an account that was left alone with its figure disagree with nobody."""
    main = answering(accounts)
    if len(main) != 1:
        return accounts
    return [replace(one, relation="agrees") if one is main[0] else one for one in accounts]


def _said_twice(account: Account, other: Account) -> bool:
    """Return whether a report gives the same number again, "nine" after "at least nine"."""
    if account is other or account.number is None or account.number != other.number:
        return False
    documents = {one.hit.document.id for one in other.candidates}
    again = all(one.hit.document.id in documents for one in account.candidates)
    return again and _belief(account) < _belief(other)


def _belief(account: Account) -> float:
    return max(candidate.probability for candidate in account.candidates)


def _anchored(asked: Asked, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Keep the candidates whose passage names most of what the question names.

    A blast at another border crossing resembles the one at Atme in all but the name.
    """
    if not asked.names:
        return list(candidates)
    names = [
        frozenset(re.findall(r"\w+", name.lower()))
        for name in asked.names
        if not (name.isupper() or all(is_adjective(word) for word in name.split()))
    ]
    held = [
        sum(
            shares_name(f"{one.hit.passage.text} {one.hit.passage.context}", words)
            for words in names
        )
        for one in candidates
    ]
    figures = [
        count
        for one, count in zip(candidates, held, strict=True)
        if any(answers(asked, number) for number in counted(one.text))
    ]
    most = max(figures, default=0)
    return [one for one, count in zip(candidates, held, strict=True) if count >= most]


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


def _figures(asked: Asked, candidate: Candidate, around: frozenset[str]) -> list[_Said]:
    found = [
        one
        for one in counted(candidate.text)
        if answers(asked, one)
        and not one.previous
        and not is_elsewhere(
            asked, candidate.text, one.number.end, candidate.hit.document.title, around
        )
    ]
    if not found:
        return []
    # A whole and its parts in one sentence: the whole answers, the parts are told by the quote.
    wholes = [one for one in found if not is_part(asked, one)]
    before, after = surroundings(candidate)
    claim = claimant_of(candidate.text, before, after)
    document = candidate.hit.document
    span = event_span(candidate.text, document.published)
    elsewhen = not in_period(asked, span, document.published)
    return [
        _said(asked, candidate, one, claim_of(candidate, claim), span, elsewhen)
        for one in (wholes or found)
    ]


@dataclass(frozen=True, slots=True)
class _Owner:
    claimant: str
    named: bool
    cited: str
    stance: str


def claim_of(candidate: Candidate, claim: Claim | None) -> _Owner:
    """Return whose statement a sentence is: the speaker in it, else the publisher."""
    document = candidate.hit.document
    if claim is not None and claim.speaker:
        return _Owner(claim.speaker, True, claim.cited, claim.stance)
    return _Owner(document.publisher or document.title, False, "", "says")


def _said(
    asked: Asked,
    candidate: Candidate,
    one: Counted,
    owner: _Owner,
    span: tuple[str, str] | None,
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
        span=span,
        stated=document.published[:10] if document.published else None,
        part=is_part(asked, one),
        quantity=one.quantity or " ".join(asked.focus),
        other_event=other_event,
        narrow=is_narrow(asked, one),
    )


def _merge(said: Sequence[_Said]) -> list[_Dated]:
    """Join what one claimant says alike, count claimants, and keep relays apart from sources."""
    groups: list[list[_Said]] = []
    for one in said:
        for group in groups:
            if _same_statement(group[0], one):
                group.append(one)
                break
        else:
            groups.append([one])
    return [
        (_account(group), _common_span(group), all(one.narrow for one in group)) for group in groups
    ]


def _same_statement(first: _Said, second: _Said) -> bool:
    if first.number is None or second.number is None:
        return first.value.lower() == second.value.lower()
    one, two = first.number, second.number
    same = (one.value, one.low, one.high) == (two.value, two.low, two.high)
    return (
        same
        and overlap(first.span, second.span)
        and first.part == second.part
        and first.other_event == second.other_event
    )


def _account(group: Sequence[_Said]) -> Account:
    owners: list[_Said] = []
    # Hidden words are no further source of what somebody says for all to see.
    seen = [one for one in group if not one.candidate.hit.hidden] or group
    for one in sorted(seen, key=lambda one: (not one.named, -one.candidate.probability)):
        if not any(_same_owner(one, known) for known in owners):
            owners.append(one)
    owner = owners[0]
    # The value is told in the words of the sentence in which its owner gives it, hedge and all.
    lead = max(
        (one for one in seen if one.claimant == owner.claimant),
        key=lambda one: one.candidate.probability,
    )
    outlets = _relaying(group, owner)
    relays = sorted(
        outlet
        for outlet in outlets
        if len(outlets) > 1
        and outlet.lower() not in owner.claimant.lower()
        and not same_claimant(outlet, owner.claimant)
    )
    number = lead.number
    earliest = min((one.event_date for one in group if one.event_date), default=None)
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
        event_date=earliest,
        stated=lead.stated,
        relation="part_of" if lead.part else ("other_quantity" if lead.other_event else "agrees"),
        independent_sources=len(owners),
        relays=tuple(relays),
    )


def _relaying(group: Sequence[_Said], owner: _Said) -> set[str]:
    """Return the outlets that give what is not their own: a speaker's figure, or another's text."""
    story = owner.candidate.hit.document.cluster
    documents = [
        document
        for one in group
        if one.named or one.candidate.hit.document.cluster == story != ""
        for document in (one.candidate.hit.document, *one.candidate.hit.copies)
    ]
    return {document.publisher or "" for document in documents} - {""}


def _same_owner(first: _Said, second: _Said) -> bool:
    if first.claimant == second.claimant or same_claimant(first.claimant, second.claimant):
        return True
    if first.candidate.hit.document.cluster == second.candidate.hit.document.cluster != "":
        # Copies are one source, unless it is the speaker's name in which they differ.
        return not (first.named and second.named)
    # An outlet that gives a figure without a source, when a named source gives the same figure,
    # cannot be shown to know it for itself.
    return first.named != second.named


def _common_span(group: Sequence[_Said]) -> tuple[str, str] | None:
    """Return the narrowest stretch of days that one of a group's sentences speaks of."""
    spans = [one.span for one in group if one.span]
    if not spans:
        return None
    return min(
        spans, key=lambda span: (day_of(span[1]) or date.max) - (day_of(span[0]) or date.min)
    )


def _relate(accounts: Sequence[_Dated]) -> list[Account]:
    """Give each account its relation to those of the same event, newest first."""
    ordered = sorted(accounts, key=lambda one: one[0].stated or "", reverse=True)
    main = [one for one in ordered if one[0].relation == "agrees"]
    if not main:
        return [account for account, _, _ in ordered]
    dated = [one for one in main if one[1]] or main
    event = max(dated, key=lambda one: max(c.score for c in one[0].candidates))[1]
    most = max(
        (one[0].number or 0.0 for one in main if not one[2] and overlap(one[1], event)), default=0.0
    )
    related: list[Account] = []
    for account, span, narrow in ordered:
        if account.relation == "agrees" and not overlap(span, event):
            account = replace(account, relation="other_quantity")
        elif account.relation == "agrees" and narrow and (account.number or 0.0) < most:
            account = replace(account, relation="part_of")
        related.append(account)
    same = [one for one in related if one.relation == "agrees"]
    return [_against(one, same) if one.relation == "agrees" else one for one in related]


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
