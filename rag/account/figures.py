"""Accounts of figures: how many, how much, by claimant and day."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from rag.account.anchor import anchored, names_target
from rag.account.counts import none_counted, of_other_event, overtaken, says_revised
from rag.account.groups import account_of, common_span, grouped, same_figure
from rag.account.means import beside_it, by_other_means, means_of
from rag.account.relations import Dated, kept, related, settled
from rag.account.said import (
    Said,
    named_in,
    owner_of,
    published_day,
    speaker_in,
    surroundings,
)
from rag.account.spans import asks_stretch, counts_since, days_told, names_event, window
from rag.account.stretch import far_apart, side_by_side
from rag.english.counts import Number
from rag.english.events import in_period, statement_day
from rag.english.places import (
    containers,
    is_elsewhere,
    place_words_of,
    same_place,
    shares_name,
)
from rag.english.quantities import Counted, answers, counted, is_narrow, is_part
from rag.english.question import Asked
from rag.english.speech import claims
from rag.english.speech_words import REPORTING, STANCE
from rag.english.targets import words_of_target
from rag.english.when import day_of
from rag.senders import sender_of
from rag.types import Account, Candidate

_BESIDE = re.compile(r"\b(?:others|another|elsewhere|in each)\b", re.IGNORECASE)
_LEAST_SHARE = 0.1
"""Least share of the best sentence's belief that the best of those with a figure must have."""
_BESIDE_REACH = 12  # characters behind a number: "six others"


def figures(asked: Asked, candidates: Sequence[Candidate]) -> list[Account]:
    """Return the figures that the sources give for a "how many" question, the newest first."""
    around = containers(asked, [one.hit.passage.text for one in candidates])
    telling = [any(answers(asked, number) for number in counted(one.text)) for one in candidates]
    kin = anchored(asked, candidates, telling)
    said = [one for candidate in kin for one in _said(asked, candidate, around)]
    # A number that is far from answering is no account of what a sentence tells in other words.
    least = _LEAST_SHARE * max((one.probability for one in candidates), default=0.0)
    said = _of_other_events_apart(asked, said)
    if max((one.candidate.probability for one in said), default=0.0) <= least:
        return []
    groups = grouped(said, same_figure)
    dated = [
        Dated(
            account_of(group),
            common_span(group),
            all(one.narrow for one in group),
            frozenset(value for one in group for value in one.revises),
            all(one.added_up for one in group),
            all(counts_since(one.candidate.text) for one in group),
            any(one.on_target for one in group),
        )
        for group in groups
    ]
    if asks_stretch(asked) and sum(one.on_target for one in dated) > 1:
        dated = [one for one in dated if one.on_target]
    several = asked.period is None and bool(asked.quantity) and far_apart(dated)
    stand = side_by_side if asks_stretch(asked) or several else related
    if names_event(asked):
        days = {one.span[0] for one in dated if one.span and not one.added_up}
        dated = [_apart(one, days) for one in dated]
    return settled(kept(stand(dated), asked))


def _of_other_events_apart(asked: Asked, said: Sequence[Said]) -> list[Said]:
    """Return figures with those that are told of other harm as another event's.

    By other means at another place or on another day: of one place and day, sources may differ on
    what struck it. Where the market that was struck is asked for, what is told of another day and
    of no market is of another strike.
    """
    best = max((one.candidate.probability for one in said), default=0.0)
    otherwise = [by_other_means(asked, one.candidate.text) for one in said]
    days = {
        day
        for one, other in zip(said, otherwise, strict=True)
        if not other and means_of(one.candidate.text) and (day := day_of(_day(one)))
    }
    places = place_words_of(asked)
    on = [one for one in said if one.on_target]
    targeted = bool(words_of_target(asked)) and names_event(asked)
    on_days = {day for one in on if targeted and (day := day_of(_day(one)))}

    def apart(one: Said, other: bool) -> bool:
        day, sure = day_of(_day(one)), one.candidate.probability == best
        if (other and _is_far(day, days)) or (not one.on_target and _is_far(day, on_days)):
            return True
        # What answers best was meant, whatever a question calls it.
        there = shares_name(one.candidate.text, places)
        return not sure and ((other and not there) or _turns_away(asked, one))

    return [
        replace(one, other_event=one.other_event or apart(one, other))
        for one, other in zip(said, otherwise, strict=True)
    ]


_ONE_TALE = 3
"""Days within which sources may tell one event as the work of other means."""


def _is_far(day: date | None, days: Collection[date]) -> bool:
    """Return whether a day is known and lies apart from all of some, of which there are any."""
    return day is not None and bool(days) and min(abs(day - one).days for one in days) > _ONE_TALE


def _day(one: Said) -> str | None:
    """Return the day of what a figure is told of, that of its report where it names none."""
    return one.span[0] if one.span and one.span[0] == one.span[1] else published_day(one.candidate)


def _turns_away(asked: Asked, one: Said) -> bool:
    return names_event(asked) and beside_it(asked, one.candidate.text)


def _apart(one: Dated, days: Collection[str]) -> Dated:
    """Return what several days together cost as another quantity than what one event did.

    What was counted since the event's own day, one of ``days``, is its toll.
    """
    if not one.added_up or (one.since and one.span and one.span[0] in days):
        return one
    return replace(one, account=replace(one.account, relation="other_quantity"))


def _said(asked: Asked, candidate: Candidate, around: frozenset[str]) -> list[Said]:
    """Return the figures of one sentence that answer, with who gives them."""
    text, document = candidate.text, candidate.hit.document
    every = counted(text)
    before, _ = surroundings(candidate)
    found = [
        one
        for one in (*(_of_the_place(asked, text, one) for one in every), *none_counted(asked, text))
        if answers(asked, one)
        and not one.previous
        and not is_elsewhere(asked, text, one.number.end, document.title, around, before)
    ]
    if not found:
        return []
    # A whole and its parts in one sentence: the whole answers, the parts are told by the quote.
    wholes = [one for one in found if not is_part(asked, one)]
    wholes = [one for one in wholes if not _said_again(one, wholes)]
    claim = speaker_in(candidate)
    # "A blast that killed nine and was claimed by the Front": who did it has not counted the dead.
    owned_up = claim is not None and claim.stance == "claims_responsibility"
    owner = owner_of(candidate, None if owned_up else claim)
    sum_of = window(text, document.published)
    span = sum_of or days_told(text, before, document.published)
    elsewhen = not in_period(asked, span, document.published)
    elsewhen = elsewhen or _counted_on(asked, text, span, document.published)
    told = Said(
        candidate=candidate,
        value="",
        claimant=owner.claimant,
        named=owner.named,
        stance=owner.stance,
        cited=owner.cited,
        span=span,
        stated=_stated(candidate),
        other_event=elsewhen,
        added_up=sum_of is not None,
        revises=overtaken(asked, every),
        on_target=names_target(asked, candidate, before),
    )
    wholes = wholes or _widest(asked, found)
    if _told_by_place(wholes, text):
        wholes = [replace(one, part=True) for one in wholes]
    return [_figure(asked, told, one) for one in wholes]


def _counted_on(
    asked: Asked, text: str, span: tuple[str, str] | None, published: str | None
) -> bool:
    """Return whether "since April" counts on to a report that is later than what is asked about."""
    if asked.period is None or span is None or published is None or span[0] == span[1]:
        return False
    first, last = asked.period
    return counts_since(text) and span[0] <= first and published[:10] > last


def _of_the_place(asked: Asked, text: str, one: Counted) -> Counted:
    """Return "the highest toll was in Elva" as a whole where it is asked about Elva, else as is."""
    match = _HIGHEST_IN.search(text[: one.number.start]) if one.part else None
    if match is None or not any(same_place(match["place"], name) for name in asked.names):
        return one
    return replace(one, part=False)


_HIGHEST_IN = re.compile(
    r"\b[Tt]he (?:highest|heaviest|biggest|largest|worst) (?:\w+ )?(?:toll|number|losses|count) "
    r"(?:was|were) in (?:the (?:town|city|village) of )?(?P<place>[A-Z][\w-]+(?:\s+[A-Z][\w-]+)*)"
)


def _widest(asked: Asked, parts: Sequence[Counted]) -> list[Counted]:
    """Return parts without the parts of them: the child among 16 who died in one town."""
    wide = [one for one in parts if not is_part(asked, replace(one, part=False))]
    return wide or list(parts)


def _told_by_place(wholes: Sequence[Counted], text: str) -> bool:
    """Return whether a sentence tells a toll in parts: "15 in one town and six others in it"."""
    if len({one.number.value for one in wholes}) < 2:
        return False
    first, last = wholes[0].number, wholes[-1].number
    return bool(_BESIDE.search(text[first.end : last.end + _BESIDE_REACH]))


def _said_again(one: Counted, others: Sequence[Counted]) -> bool:
    """Return whether a sentence gives a number again with its hedge: a headline run into it."""
    return not one.number.hedge and any(
        other.number.value == one.number.value and other.number.hedge for other in others
    )


def _stated(candidate: Candidate) -> str | None:
    """Return the day on which a sentence was said; its document's where the dates conflict."""
    document = candidate.hit.document
    if "date_conflict" in document.flags or sender_of(document):
        return published_day(candidate)
    return statement_day(candidate.text, document.published)


def _figure(asked: Asked, told: Said, one: Counted) -> Said:
    """Return one figure of a sentence, of which the rest is known."""
    number, text = one.number, told.candidate.text
    stance = told.stance
    if stance == "denies" and not _is_denied(text, number):
        stance = "says"
    return replace(
        told,
        candidate=named_in(told.candidate, number.start, number.end),
        value=text[number.start : number.end],
        number=number,
        stance=stance,
        quantity=one.quantity or " ".join(asked.focus),
        part=is_part(asked, one),
        narrow=is_narrow(asked, one) or (one.kind and not set(asked.focus) & set(one.nouns[:3])),
        other_event=told.other_event or of_other_event(asked, text, number),
        revised=says_revised(text, number),
    )


def _is_denied(text: str, number: Number) -> bool:
    """Return whether a figure is what is denied: not "denied it and said that nine died"."""
    denials = [
        claim.verb_start
        for claim in claims(text)
        if claim.stance == "denies" and claim.verb_start < number.start
    ]
    if not denials:
        return False
    between = re.findall(r"[a-z]+", text[denials[-1] : number.start].lower())[1:]
    return not any(word in REPORTING and STANCE.get(word) != "denies" for word in between)
