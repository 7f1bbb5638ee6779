"""Accounts of other things than figures: the day of an event, and who is held responsible for it.

Only sentences that speak of what was asked count; a day or a name beside it is no account.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from rag.claimants import claimant_of, same_claimant
from rag.events import SAID_ON, is_dateline
from rag.places import is_adjective
from rag.question import Asked
from rag.speech import claims, named_after
from rag.types import Account, Candidate, Relation
from rag.when import Time, times
from rag.words import content_terms

_NEAR_BEST = 0.6
"""Least share of the best sentence's probability at which another one is an account."""
_NEAR_BLAME, _NEAR_ACCUSATION = 0.1, 0.12
# Whoever denies or accuses says so in other words than the question.
_BLAME_TERMS = frozenset(
    "respons behind blame carri out caus fault culprit perpetr accus guilti".split()
)
_SHARED_TERMS = 0.5
"""Least share of the question's words, names apart, that an account's sentence holds."""
_ASKS_BLAME = re.compile(
    r"\b(?:responsib\w+|behind|to blame|blamed?|carried out|caused|at fault|culprit|perpetrat\w+|"
    r"accused?|guilty)\b",
    re.IGNORECASE,
)
_BLAMED = re.compile(
    r"\b(?:blam(?:ed|es|ing)\s+(?:[\w'\u2019-]+\s+){1,5}?on|accus(?:ed|es|ing)|blam(?:ed|es|ing)|"
    r"carried out by|caused by|responsibility\s+(?:lies\s+)?(?:with|on))\s+(?P<rest>.+)",
    re.IGNORECASE | re.DOTALL,
)
_PARTY = re.compile(
    r"(?:[\w'\u2019-]+\s*?){1,5}?(?=\s+(?:for|of having|in|after|over|who)\b|[,.;]|$)"
)
_RESPONSIBLE = re.compile(
    r"\b(?:was|is|were|are|be)\s+(?:\w+\s+)?(?:responsible|to blame|behind|at fault)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Telling:
    candidate: Candidate
    value: str
    key: str
    claimant: str
    stance: str
    event_date: str | None


def days(asked: Asked, candidates: Sequence[Candidate]) -> list[Account]:
    """Return the days that the sources give for a "when" question, the newest report first."""
    told: list[_Telling] = []
    for candidate in _speaking(asked, candidates):
        found = _day_told(candidate)
        if found is None:
            continue
        day = date.fromisoformat(found.first)
        claimant, _ = _claimant(candidate)
        start = candidate.start
        named = replace(candidate, answer_start=start + found.start, answer_end=start + found.end)
        value = f"{day.day} {day:%B %Y}"
        told.append(_Telling(named, value, found.first, claimant, "says", found.first))
    return _accounts(told, "day") if len({one.key for one in told}) > 1 else []


def _day_told(candidate: Candidate) -> Time | None:
    """Return the one day that a sentence names, its dateline left out; None for none or several."""
    published = candidate.hit.document.published
    exact = [
        time
        for time in times(candidate.text, published)
        if time.exact
        and not SAID_ON.search(candidate.text[: time.start])
        and not is_dateline(candidate.text, time, published)
        and not (published and time.first > published[:10])
    ]
    return exact[0] if len({time.first for time in exact}) == 1 else None


def blame(asked: Asked, candidates: Sequence[Candidate]) -> list[Account]:
    """Return who is held responsible, by whom, with denials; empty when that is not asked."""
    if asked.kind not in ("who", "which", "who_said") or not _ASKS_BLAME.search(asked.text):
        return []
    told: list[_Telling] = []
    least = max((one.probability for one in candidates), default=0.0) * _NEAR_ACCUSATION
    for candidate in _speaking(asked, candidates, _NEAR_BLAME, _BLAME_TERMS):
        claimant, stance = _claimant(candidate)
        held = _held_responsible(candidate.text, claimant, stance)
        # A denial seldom repeats the question's words, but an accusation should.
        enough = held == "denied" or candidate.probability >= least
        if held and enough:
            told.append(_Telling(candidate, held, held.lower(), claimant, stance, None))
    values = {one.key for one in told}
    return _accounts(told, "responsible") if len(values) > 1 else []


def _held_responsible(text: str, claimant: str, stance: str) -> str:
    """Return who a sentence holds responsible, "denied" for a denial, or the empty string."""
    if stance == "claims_responsibility":
        return claimant
    if stance == "denies":
        return "denied"
    if match := _BLAMED.search(text):
        rest = match.group("rest")
        party = _PARTY.match(rest)
        named = named_after(rest)
        whole = party.group().strip() if party else ""
        return whole if not named or is_adjective(named) else named
    if match := _RESPONSIBLE.search(text):
        before = text[: match.start()].rstrip()
        subject = re.search(
            r"((?:the\s+)?(?:[A-Z][\w'\u2019-]+)(?:\s+(?:of\s+|for\s+|the\s+)*[A-Z][\w'\u2019-]+)*)$",
            before,
        )
        return subject.group(1) if subject else ""
    return ""


def _speaking(
    asked: Asked,
    candidates: Sequence[Candidate],
    near: float = _NEAR_BEST,
    apart: frozenset[str] = frozenset(),
) -> list[Candidate]:
    """Return the candidates that speak of what was asked, best first.

    Args:
        asked: The question.
        candidates: Sentences, best first.
        near: Least share of the best one's probability.
        apart: Stemmed words any of which is enough in place of the question's own.
    """
    if not candidates:
        return []
    names = {term for name in asked.names for term in content_terms(name)}
    wanted = {term for term in asked.terms if term not in names | apart}
    least = candidates[0].probability * near

    def speaks(candidate: Candidate) -> bool:
        words = set(content_terms(candidate.text))
        return bool(words & apart) or len(wanted & words) >= len(wanted) * _SHARED_TERMS

    return [one for one in candidates if one.probability >= least and speaks(one)]


def _claimant(candidate: Candidate) -> tuple[str, str]:
    passage = candidate.hit.passage
    before = passage.text[: candidate.start - passage.start]
    claim = claimant_of(candidate.text, [before[-400:]] if before else [])
    document = candidate.hit.document
    if claim is None or not claim.speaker:
        return document.publisher or document.title, "says"
    stances = {one.stance for one in claims(candidate.text)} - {"says", "estimates"}
    return claim.speaker, min(stances) if stances else claim.stance


def _accounts(told: Sequence[_Telling], quantity: str) -> list[Account]:
    groups: dict[str, list[_Telling]] = {}
    for one in told:
        same = next((key for key in groups if _same(key, one.key)), one.key)
        groups.setdefault(same, []).append(one)
    relation: Relation = "disagrees" if len(groups) > 1 else "agrees"
    found = [_account(group, quantity, relation) for group in groups.values()]
    return sorted(found, key=lambda account: account.stated or "", reverse=True)


def _same(one: str, two: str) -> bool:
    return one == two or (one != "denied" != two and same_claimant(one.title(), two.title()))


def _same_owner(one: _Telling, other: _Telling) -> bool:
    if same_claimant(one.claimant, other.claimant):
        return True
    first, second = one.candidate.hit.document, other.candidate.hit.document
    # Copies are one source, unless it is the speaker's name in which they differ.
    named = (one.claimant != (first.publisher or first.title)) and (
        other.claimant != (second.publisher or second.title)
    )
    return first.cluster == second.cluster != "" and not named


def _account(group: Sequence[_Telling], quantity: str, relation: Relation) -> Account:
    # Hidden words are no further source of what somebody says for all to see.
    seen = [one for one in group if not one.candidate.hit.hidden] or group
    first = seen[0]
    owners: list[_Telling] = []
    for one in seen:
        if not any(_same_owner(one, known) for known in owners):
            owners.append(one)
    stated = first.candidate.hit.document.published
    documents = [
        document
        for one in group
        for document in (one.candidate.hit.document, *one.candidate.hit.copies)
    ]
    publishers = {document.publisher or "" for document in documents} - {""}
    return Account(
        quantity=quantity,
        value=first.value,
        candidates=tuple(one.candidate for one in (*seen, *(g for g in group if g not in seen))),
        claimant=first.claimant,
        stance=first.stance,
        event_date=first.event_date,
        stated=stated[:10] if stated else None,
        relation=relation,
        independent_sources=len(owners),
        relays=tuple(sorted(publishers)) if len(publishers) > len(owners) else (),
    )
