"""Questions that say where they turn: "New topic: ...", "Back to the works: ...", "And X, ...?"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.follow_up_context import inherited
from rag.follow_up_parse import parse
from rag.follow_up_past import Said
from rag.follow_up_phrases import is_time, names_of, terms_of
from rag.follow_up_topic import thing, time_of

_NEW_TOPIC = re.compile(
    r"^(?:(?:ok|okay|now|and|so|well)[,\s]+)*(?:(?:on )?(?:an? )?(?:completely )?(?:different|"
    r"another|new|other|unrelated|next)\s+(?:topic|subject|question|note|matter|thing)|chang(?:e|"
    r"ing)(?: of)?(?: the)? (?:topic|subject)|(?:on to )?something else|by the way|on another note)"
    r"(?:[\s:,.;\u2013\u2014-]+)",
    re.IGNORECASE,
)
_TURN = re.compile(
    r"^(?:(?:ok|okay|now|and|so|well)[,\s]+)*(?:turning|moving on|moving|switching|coming|on|over)"
    r"(?:\s+now)? to (?P<to>[^:,?]{2,60})[:,]\s+",
    re.IGNORECASE,
)
_BACK = re.compile(
    r"^(?:(?:ok|okay|now|and|so|well)[,\s]+)*(?:(?:going|coming|getting|to go|to come|let's go|"
    r"let us go|can we go) )?back to (?P<to>[^:,?]{2,60})[:,?]\s+",
    re.IGNORECASE,
)
_FOLDED = re.compile(
    r"^(?:(?:and|but|so|ok|okay)\s+|(?:what|how)\s+about\s+|as for\s+)+(?P<to>[^,?]{2,60}),\s+"
    r"(?P<rest>(?:who|whom|what|when|where|why|how|which|has|have|had|did|does|do|is|are|was|were|"
    r"can|could|will)\b[^?]*)\??$",
    re.IGNORECASE,
)


def marked(question: str, past: Sequence[Said]) -> str | None:
    """Return what a question asks that says to which topic it turns, None for one that does not.

    >>> marked("New topic: who runs the bank?", []), marked("Who runs the bank?", [])
    ('Who runs the bank?', None)
    """
    if match := _NEW_TOPIC.match(question):
        return opened(question[match.end() :])
    if match := _TURN.match(question):
        return _turned(question[match.end() :], match.group("to"))
    if match := _BACK.match(question):
        return _back(question[match.end() :], match.group("to"), past)
    return None


def folded(question: str, past: Sequence[Said]) -> str:
    """Return a question that names its subject before it asks as one question.

    >>> folded("And the youngest entrant, how old?", [])
    'How old is the youngest entrant?'
    """
    match = _FOLDED.match(question)
    return _folded(match.group("to"), match.group("rest"), past) if match else question


def opened(question: str) -> str:
    """Return a question with a capital at its beginning."""
    question = " ".join(question.split())
    return question[:1].upper() + question[1:]


def _turned(rest: str, to: str) -> str:
    """Return "how many died there?" asked of the place or thing that was turned to."""
    there = re.search(r"\bthere\b", rest)
    if there:
        return opened(f"{rest[: there.start()]}in {to}{rest[there.end() :]}")
    if set(terms_of(to)) <= set(terms_of(rest)):
        return opened(rest)
    return opened(f"{rest.rstrip(' ?')} in {to}?")


def _back(rest: str, to: str, past: Sequence[Said]) -> str:
    """Return a question asked of an earlier topic, by the words that call it back."""
    words = set(terms_of(to))
    for said in reversed(past):
        for chain in said.parsed.chains():
            if words & set(terms_of(chain)):
                about = thing(parse(f"What is {chain}?")) or chain
                return opened(_of(rest, about, to))
    return opened(_of(rest, to, to))


def _of(rest: str, about: str, to: str) -> str:
    owned = re.search(r"\b(?:its|their) ([a-z]+)\b", rest)
    if owned:
        return f"{rest[: owned.start()]}the {owned.group(1)} of {about}{rest[owned.end() :]}"
    if match := re.search(r"\b(?:it|they|them)\b", rest):
        return rest[: match.start()] + about + rest[match.end() :]
    if set(terms_of(to)) <= set(terms_of(rest)):
        return rest
    return f"{rest.rstrip(' ?')} at {about}?"


def _folded(to: str, rest: str, past: Sequence[Said]) -> str:
    """Return "What about the dispensary, how many died there?" as one question."""
    to = to.strip()
    placed = re.match(r"(?:in|at|near|on|from|during|after|since)\b", to, re.IGNORECASE)
    if there := re.search(r"\bthere\b", rest):
        words = to if placed else f"at {to}"
        return opened(f"{rest[: there.start()]}{words}{rest[there.end() :]}?")
    if placed:
        when = time_of(inherited(past))
        to = f"{to} {when}" if when and not is_time(to) and names_of(to) else to
        return opened(f"{rest} {to}?")
    if re.fullmatch(r"how [a-z]+|who|what|where|when|why", rest, re.IGNORECASE):
        return opened(f"{rest} is {to}?")
    if pronoun := re.search(r"\b(?:it|he|she|they|him|her|them)\b", rest):
        return opened(f"{rest[: pronoun.start()]}{to}{rest[pronoun.end() :]}?")
    if parse(rest).inverted and not re.search(r"\bby\b", rest):
        return opened(f"{rest} by {to}?")
    return opened(f"{rest} of {to}?")
