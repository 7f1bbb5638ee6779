"""Who or what the question before was answered with, or is about, that does or says something."""

from __future__ import annotations

import re

from rag.english.question import group_of
from rag.follow.names import people_in
from rag.follow.past import Said
from rag.follow.phrases import is_event
from rag.follow.things import body, is_many
from rag.follow.topic import without_according
from rag.follow.words import BODIES, PEOPLE, PLACE_NOUNS, SITES

_SENTENCE = re.compile(r"(?<=[.?!])\s+(?=\S)")


def answered_by(last: Said) -> str:
    """Return the body, group or thing that answers who or which, or the empty string."""
    fresh = [one for one in last.named if one.lower() not in last.understood.lower()]
    asks = last.asks_who or bool(re.match(r"(?:\w+\s+)?which\b", last.understood, re.IGNORECASE))
    if not fresh and last.parsed.verb in ("blame", "accuse", "blamed", "accused"):
        return _blamed(last.text) if asks else ""
    whole = bool(set(last.parsed.wh.lower().split()[1:]) & (BODIES | SITES | PLACE_NOUNS))
    return fresh[0] if asks and fresh and (whole or not people_in(fresh[0])) else ""


def _blamed(text: str) -> str:
    """Return who is blamed in a text that calls them by no name, or the empty string.

    >>> _blamed("The firm blamed Tuesday's fire on welders of a contractor, it said.")
    'welders of a contractor'
    """
    who = r"((?:[\w'\u2019-]+\s){0,5}?[\w'\u2019-]+)"
    match = re.search(rf"\bblam\w+\s[^.;]*?\son\s{who}(?=[.,;])", text)
    match = match or re.search(rf"\b(?:blam\w+\s{who}\sfor|accus\w+\s{who}\sof)\b", text)
    return next((one for one in match.groups() if one), "") if match else ""


def body_of(said: Said) -> str:
    """Return the body that a question is about, or that answers who, or the empty string."""
    found = answered_by(said) if said.asks_who else ""
    return found if set(found.lower().split()) & BODIES else body(said.parsed)


def spoke(said: Said) -> str:
    """Return the body whose words a question asks for, or the empty string."""
    speaker = said.parsed.speaker or without_according(said.understood)[1]
    return speaker if set(speaker.lower().split()) & BODIES else ""


def which_of(last: Said) -> str:
    """Return what a question asks for, where its answer names nothing, or the empty string.

    After "How much money did they vote?" it is the money.

    >>> which_of(Said("", "Which clinic was bombed in Hollin in May?", {}))
    'the clinic that was bombed in Hollin in May'
    """
    parsed = last.parsed
    if parsed.wh.lower().startswith("how much ") and parsed.inverted and parsed.counted:
        return f"the {parsed.counted}"
    wh = re.fullmatch(r"(?:which|what) ([a-z]+)", parsed.wh, re.IGNORECASE)
    if wh is None or parsed.inverted or answered_by(last) or is_many(wh.group(1)):
        return ""
    if group_of(wh.group(1)) or wh.group(1) in PEOPLE or not parsed.rest:
        return ""
    return f"the {wh.group(1)} that {' '.join(part.text for part in parsed.rest)}"


_ONE_THING = re.compile(r"\b[Aa]n? (?P<thing>[a-z][a-z-]*(?: [a-z][a-z-]*){0,3})\W*$")
_SAYS_OF_IT = frozenset("say said call called think know mean want do happen".split())


def thing_told(last: Said) -> str:
    """Return the one thing that answers what somebody did: "the relief fund", or the empty string.

    >>> asked = "What did the council vote for in May?"
    >>> thing_told(Said("", asked, {"answers": [{"text": "34 to 11 for a relief fund"}]}))
    'the relief fund'
    """
    parsed = last.parsed
    if parsed.wh.lower() != "what" or not parsed.inverted or parsed.verb in _SAYS_OF_IT:
        return ""
    match = _ONE_THING.search(last.bare or _SENTENCE.split(last.text or "")[0])
    if match is None or not parsed.verb or is_event(match.group("thing")):
        return ""
    return f"the {match.group('thing')}"
