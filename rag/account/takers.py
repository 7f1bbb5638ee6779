"""Accounts of who took a place: "Who captured Hollin?". English.

A town may change hands; each side that took it is an account, whatever verb tells it. What was
planned, tried or is only possible is no capture.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from rag.account.anchor import in_time
from rag.account.groups import account_of, grouped
from rag.account.parties import leaders, side_of
from rag.account.relations import by_day
from rag.account.said import Said, named_in, outlet_of, published_day
from rag.assumed.words import UNREAL
from rag.english.events import event_span
from rag.english.places import shares_name, telling_words
from rag.english.question import Asked
from rag.types import Account, Candidate

_PAST = (
    r"(?:re-?)?(?:captured|seized|conquered|occupied|overran|took|liberated|freed)(?:\s+(?:back|over|"
    r"(?:full\s+|complete\s+)?(?:control|hold|possession)\s+(?:of|over)))?|(?:regained|gained|wrested|"
    r"established)\s+(?:full\s+)?control\s+(?:of|over)|retook|stormed into"
)
_DOING = (
    r"(?:re-?)?(?:capturing|seizing|conquering|overrunning|retaking|liberating)|"
    r"taking\s+(?:full\s+)?control\s+(?:of|over)"
)
_DONE = r"(?:re-?)?(?:captured|seized|conquered|occupied|taken|liberated|freed|overrun)(?:\s+back)?"
_ASKS = re.compile(
    rf"^\W*[Ww]ho\s+(?:has\s+|have\s+|had\s+|first\s+|then\s+|last\s+)*(?:{_PAST}|{_DONE})\s+"
    r"(?:the\s+)?(?:(?:town|city|village|port|district|base|airport)\s+(?:of\s+)?)?(?=(?:al-|el-)?[A-Z])"
)
_NOUNS = (
    r"forces|army|troops|militants|fighters|rebels|jihadists|terrorists|insurgents|groups?|militias?|"
    r"extremists|gunmen|soldiers|coalition|alliance|factions?"
)
_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_PARTY = (
    r"(?P<party>(?!On\b|In\b|At\b|of\b|for\b|and\b|[A-Z]{4,}\s+(?:[A-Z][a-z]|The\b))(?:[Tt]he\s+)?"
    rf"(?:(?!{_WEEKDAY})(?:[A-Z][\w.'\u2019-]*|[a-z]+-(?:led|backed|allied|linked|held)|"
    r"government|rebel|regime|opposition|allied|militant|jihadist|extremist|terrorist|of|for|and|the)"
    rf"\s+){{0,7}}(?!{_WEEKDAY})(?:[A-Z][\w'\u2019-]*|{_NOUNS}))"
)
_ACTIVE = re.compile(
    rf"\b{_PARTY}\s+(?:(?:has|have|had|also|then|later|quickly|recently|reportedly)\s+|"
    rf"\w+ly\s+|(?:on\s+)?{_WEEKDAY}\s+)*(?P<verb>{_PAST}|{_DOING})\b"
)
_PASSIVE = re.compile(
    rf"\b(?P<verb>{_DONE}|fell)\s+(?:(?:in|on|last|earlier)\s+[\w ]{{1,20}}?\s+)?(?:by|to)\s+"
    rf"{_PARTY}"
)
_CAPTURE = re.compile(
    r"\b(?P<verb>(?:re-?)?capture|seizure|takeover|liberation|occupation|fall)\s+of\s+"
    rf"(?P<what>[^.;,]{{2,40}}?)\s+(?:by|to)\s+{_PARTY}"
)
_REACH = 9
"""Words between a verb and the place that was taken, at most."""
_BREAKS = re.compile(
    r"[;:.]\s|\b(?:after|before|when|while|but|because|since|near|towards?|from|to|in|at|outside|"
    r"inside|around|between|including|linking|that|which|(?:north|south|east|west)\w*\s+(?:of|and))\b"
)
_WEAK = re.compile(r"\b(?:and|of|for|the)$", re.IGNORECASE)
_NO_PARTY = frozenset("The It They He She We This That Who And But On In".split())


def asks_taker(asked: Asked) -> bool:
    """Return whether a question asks who took a named place.

    >>> from rag.english.question import analyse
    >>> asks_taker(analyse("Who captured Hollin?")), asks_taker(analyse("Who took the boat?"))
    (True, False)
    """
    return bool(asked.names) and _ASKS.match(asked.text) is not None


def takers(asked: Asked, candidates: Sequence[Candidate]) -> list[Account]:
    """Return each side that the sources say took the place, the newest report first.

    Args:
        asked: A question that ``asks_taker``.
        candidates: Sentences, whether the reader believes in them or not.
    """
    names = telling_words(asked.names[0])
    led = leaders(list(dict.fromkeys(one.hit.passage.text for one in candidates)))
    told: list[Said] = []
    for candidate in in_time(asked, candidates):
        for start, end in taken_by(candidate.text, names):
            party = candidate.text[start:end]
            told.append(
                Said(
                    candidate=named_in(candidate, start, end),
                    value=party,
                    claimant=outlet_of(candidate),
                    named=False,
                    key=_side(party, led),
                    span=event_span(candidate.text, candidate.hit.document.published),
                    stated=published_day(candidate),
                    quantity="taker",
                )
            )
    groups = grouped(_named_sides(told), lambda one, other: one.key == other.key)
    accounts = by_day([account_of(group) for group in groups])
    if len(accounts) < 2:
        return accounts
    return [replace(one, relation="disagrees") for one in accounts]


_BACKED = re.compile(
    r"^(?:the\s+)?(?P<by>[A-Z][\w.]*)-(?:led|backed|allied|supported)\b", re.IGNORECASE
)


def _side(party: str, led: Mapping[str, str]) -> str:
    """Return the side of a party: those whom one state leads or backs are one."""
    backed = _BACKED.match(party)
    return f"{backed['by'].lower()}-backed" if backed else side_of(party, led)


_POINTS = re.compile(
    rf"\b(?:{_PAST}|{_DONE})\s+(?:it|them|(?:that|those|these|the)\s+(?:town|cit|village|area|district)\w*)\b"
)


def points_at_taken(candidate: Candidate) -> bool:
    """Return whether a sentence tells that somebody took "it" or "those villages"."""
    return bool(_POINTS.search(candidate.text)) and not UNREAL.search(candidate.text)


def _named_sides(told: Sequence[Said]) -> list[Said]:
    """Return what is told, "insurgents" as the side of those that another sentence names."""
    named = [one.key for one in told if not _is_kind(one.value) and not _RULING.search(one.value)]
    return [replace(one, key=named[0]) if named and _is_kind(one.value) else one for one in told]


def _is_kind(party: str) -> bool:
    """Return whether a party is told by its kind alone, which no army of a state is called by."""
    return party == party.lower() and _RULING.search(party) is None


_RULING = re.compile(r"\b(?:government|regime|army|troops|soldiers|state)\b", re.IGNORECASE)


def taken_by(sentence: str, place: frozenset[str]) -> list[tuple[int, int]]:
    """Return where a sentence names who took a place.

    >>> def told(sentence):
    ...     return [sentence[a:b] for a, b in taken_by(sentence, frozenset({"hollin"}))]
    >>> told("The Norlandic army retook the old town of Hollin in March.")
    ['The Norlandic army']
    >>> told("Hollin was captured in May by Sudlandic rebels.")
    ['Sudlandic rebels']
    >>> told("The army shells Hollin, which Sudlandic rebels had captured in May.")
    ['Sudlandic rebels']
    >>> told("If the army captured Hollin, the road would open."), told("The army hit Hollin.")
    ([], [])
    """
    if UNREAL.search(sentence):
        return []
    found: list[tuple[int, int]] = []
    for match in _ACTIVE.finditer(sentence):
        behind, before = sentence[match.end() :], sentence[: match.start()]
        near = " ".join(behind.split()[:_REACH])
        object_ = _BREAKS.split(near)[0]
        relative = re.search(r"([^.;,]{2,40}?)[ ,]+(?:which|that)?\s*$", before)
        taken = shares_name(object_, place) or (
            relative is not None
            and not re.match(r"\s+(?:the|a|an)\b|\s+(?:al-)?[A-Z]", behind)
            and shares_name(" ".join(relative[1].split()[-3:]), place)
        )
        if taken:
            found.append(match.span("party"))
    for match in _PASSIVE.finditer(sentence):
        subject = " ".join(re.split(r"[;:,]\s", sentence[: match.start()])[-1].split()[-_REACH:])
        if shares_name(subject, place):
            found.append(match.span("party"))
    for match in _CAPTURE.finditer(sentence):
        if shares_name(match["what"], place):
            found.append(match.span("party"))
    return [
        (start, end)
        for start, end in dict.fromkeys(found)
        if sentence[start:end] not in _NO_PARTY
        and not _WEAK.search(sentence[start:end])
        and not shares_name(sentence[start:end], place)
    ]
