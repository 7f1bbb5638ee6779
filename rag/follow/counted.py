"""Short questions on what was counted or said: "Who were they?", "Which is newer?". English."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.english.question import quantity_of
from rag.english.speech_words import ROLES
from rag.follow.parse import Parsed, parse
from rag.follow.past import Said
from rag.follow.phrases import head, is_event, names_of
from rag.follow.swaps import rest_of
from rag.follow.things import body, thing
from rag.follow.topic import without_according
from rag.follow.words import BODIES, LEADS, SITES

_WHO_THEY = re.compile(
    rf"^{LEADS}who (?:are|were|was) (?:they|those|these)\s*\?*$",
    re.IGNORECASE,
)
_NEWER = re.compile(
    rf"^{LEADS}(?:which|what) (?:(?:one|figure|number|count|toll|report|source|of (?:them|these|"
    r"those))s? )?(?:is|was|came) (?:the )?(?:newer|newest|later|latest|last|more recent|"
    r"most recent)(?: (?:one|figure|number|count|report))?\s*\?*$",
    re.IGNORECASE,
)
_BARE_SAY = re.compile(
    rf"^{LEADS}what (?P<aux>does|did|do) (?P<who>(?-i:the [a-z]+(?: [a-z]+)?)) (?P<verb>say|answer|"
    r"claim|reply)(?: to (?:that|this|it))?\s*\?*$",
    re.IGNORECASE,
)
_OF_CAUSE = re.compile(r"^what (?:does|did|do)\b.* about the cause\W*$", re.IGNORECASE)
_HIGHER = re.compile(
    r"\s+(?:(?:so|that|too|much|even) )?(?:much )?(?:lower|higher|smaller|bigger|larger)\b"
)


def on_counted(question: str, past: Sequence[Said]) -> str:
    """Return what a short question on what was counted or said asks, or the empty string.

    >>> past = [Said("", "How many members voted against the ferry in May?", {})]
    >>> on_counted("And who were they?", past)
    'Which members voted against the ferry in May?'
    >>> on_counted("Which one is newer?", past)
    'How many members voted against the ferry in May?'
    >>> past = [Said("", "When did the union of Hollin write about the cranes?", {})]
    >>> on_counted("What did the company say?", past)
    'What did the company say about the cranes?'
    """
    last = past[-1]
    if _WHO_THEY.match(question):
        return _who_did(last)
    if _NEWER.match(question):
        asked = (said for said in reversed(past[-3:]) if counts(said.parsed))
        return next((said.understood for said in asked), "")
    if match := _BARE_SAY.match(question):
        return _said_of(match, last)
    return ""


def counts(parsed: Parsed) -> bool:
    """Return whether a question asks how many or how much."""
    return bool(parsed.counted) or parsed.wh.lower() in ("how many", "how much")


def _who_did(last: Said) -> str:
    """Return who did what so many did; of the dead and injured nothing: they are asked for else."""
    asked, _ = without_according(last.understood)
    parsed = last.parsed
    if not counts(parsed) or parsed.inverted or parsed.aux or quantity_of(parsed.verb):
        return ""
    if not parsed.verb or not parsed.rest or parsed.rest[0].text != parsed.verb:
        return ""
    who = f"Which {parsed.counted}" if parsed.counted else "Who"
    return f"{who} {rest_of(parsed)}?" if asked else ""


def _said_of(match: re.Match[str], last: Said) -> str:
    """Return what somebody who is called by what they are said of the last question's matter."""
    who = match.group("who")
    words = set(who.lower().split())
    said = re.search(r"\babout ((?:the |an? )?[a-z][^?,]*)", last.understood)
    matter = said.group(1) if said else thing(last.parsed, many=True) or thing(last.parsed)
    speaks = bool(words & (BODIES - SITES)) or head(who) in ROLES
    told = is_event(last.around.partition(" ")[2])  # then it is what happened that is told of
    if not speaks or told or not matter or head(matter) == head(who):
        return ""
    if head(who) in _FIRMS and head(who) not in last.understood.lower().split():
        who = _one_named(last) or who
    return f"What {match.group('aux')} {who} {match.group('verb')} about {matter}?"


_FIRMS = frozenset(
    "company firm group operator owner manufacturer maker organisation organization agency".split()
)
"""What one calls a body whose name was said: the government and the army are none of them."""


def _one_named(last: Said) -> str:
    """Return the one name of a question that does what it tells to nobody: "Hollin Mill", or "".

    >>> _one_named(Said("", "When did the union warn Hollin Mill about the cranes?", {}))
    'Hollin Mill'
    """
    parsed = last.parsed
    at = re.search(r"\b(?:about|in|at|near|on|after|before|of) ", rest_of(parsed))
    acted_on = rest_of(parsed)[: at.start() if at else None].replace(parsed.subject, "", 1)
    found = re.findall(r"(?:[A-Z][\w\u2019'-]*)(?: [A-Z][\w\u2019'-]*)*", acted_on)
    return str(found[0]) if len(found) == 1 and not names_of(parsed.subject) else ""


def with_cause_of(question: str, last: Said) -> str:
    """Return a question for what is said of "the cause" with what happened last.

    >>> last = Said("", "How many died in the fire in Hollin?", {}, around="in the fire in Hollin")
    >>> with_cause_of("What does the Ferry Board say about the cause?", last)
    'What does the Ferry Board say about the cause of the fire in Hollin?'
    """
    event = last.around.partition(" ")[2]
    if not _OF_CAUSE.search(question) or not is_event(event):
        return question
    return f"{question.rstrip(' ?')} of {event}?"


def whose_figure_is(following: str, last: Said) -> str:
    """Return "the ministry's figure" where "it" is called higher than another, or "".

    >>> last = Said("", "Has the Ferry Board changed its figure?", {})
    >>> whose_figure_is(" lower than the others?", last)
    "the Ferry Board's figure"
    """
    if not _HIGHER.match(following):
        return ""
    owner = without_according(last.understood)[1] or last.parsed.speaker or body(last.parsed)
    figured = counts(last.parsed) or re.search(r"\b(?:figure|count|toll|number)s?\b", last.asked)
    if not owner or not (figured or re.search(r"\bfigures?\b", last.understood)):
        return ""
    return f"{owner}'{'' if owner.endswith('s') else 's'} figure"


def with_counted(question: str, past: Sequence[Said]) -> str:
    """Return "How many did Hollin take?" with what was counted with the same verb before.

    >>> past = [Said("", "How many refugees did Tolle take in 2014?", {})]
    >>> with_counted("How many did Hollin take?", past)
    'How many refugees did Hollin take?'
    """
    parsed = parse(question)
    if parsed.wh.lower() != "how many" or not parsed.inverted or not parsed.verb:
        return question
    for said in reversed(past[-4:]):
        counted = said.parsed.counted
        if said.parsed.verb == parsed.verb and re.fullmatch(r"[a-z]+(?: [a-z]+)?", counted):
            return f"{parsed.wh} {counted} {question[len(parsed.wh) + 1 :]}"
    return question
