"""Questions that say where they turn: "New topic: ...", "Back to the works: ...", "And X, ...?"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.english.question import quantity_of
from rag.follow.context import SPOKEN, inherited, last_word, told_by
from rag.follow.names import people_in
from rag.follow.parse import parse
from rag.follow.past import Said
from rag.follow.phrases import head, is_event, is_time, names_of, terms_of
from rag.follow.things import is_many, thing
from rag.follow.topic import AT, preposition, time_of, without_time
from rag.follow.words import BODIES, DETERMINERS, SITES

_NEW_TOPIC = re.compile(
    r"^(?:(?:ok|okay|now|and|so|well)[,\s]+)*(?:(?:on )?(?:an? )?(?:completely )?(?:different|"
    r"another|new|other|unrelated|next)\s+(?:topic|subject|question|note|matter|thing)|chang(?:e|"
    r"ing)(?: of)?(?: the)? (?:topic|subject)|(?:on to )?something else|by the way|on another note)"
    r"(?:[\s:,.;\u2013\u2014-]+)",
    re.IGNORECASE,
)
_LEADS = r"^(?:(?:ok|okay|now|and|but|so|well|let's|let us|can we)[,\s]+)*"
_TURN = re.compile(
    rf"{_LEADS}(?:(?:turn|move on|move|switch|go|go on|come|turning|moving on|moving|"
    rf"switching|coming|on|over|going)(?:\s+now)? to|"
    r"(?:talk|speak|ask|i (?:also )?want to (?:know|ask)|i have a question) about)"
    r"\s+(?P<to>[^:,?.]{2,60}?)(?:[:,.]| [-\u2013\u2014])\s+",
    re.IGNORECASE,
)
_BACK = re.compile(
    rf"{_LEADS}(?:(?:(?:(?:to )?(?:go|going|come|coming|get|getting) )?back|"
    r"(?:to )?return(?:ing)?) (?:to|on) |again,? (?:about |on )?|once more,? (?:about |on )?)"
    r"(?P<to>[^:,?]{2,60}?)(?:[:,?.]| [-\u2013\u2014])\s+",
    re.IGNORECASE,
)
_HEADED = re.compile(
    rf"{_LEADS}(?P<to>[^:,?.\u2013\u2014]{{2,40}}?)(?:,? again)?\s*[:\u2013\u2014]\s+(?=\w)",
    re.IGNORECASE,
)
_HEADING = 7
"""Words of what a question says first to tell its topic."""
_FOLDED = re.compile(
    r"^(?:(?:and|but|so|ok|okay)\s+|(?:what|how)\s+about\s+|as for\s+|tell me about\s+)+"
    r"(?P<to>[^,?]{2,60}?)(?:,| [-\u2013\u2014])\s+"
    r"(?P<rest>(?:who|whom|what|when|where|why|how|which|has|have|had|did|does|do|is|are|was|were|"
    r"can|could|will)\b[^?]*)\??$",
    re.IGNORECASE,
)


def marked(question: str, past: Sequence[Said]) -> tuple[str, Sequence[Said]] | None:
    """Return what a question asks that says to which topic it turns, and what it goes on from.

    That is the past up to the topic to which it turns back, else nothing. None for other questions.

    >>> marked("New topic: who runs the bank?", []), marked("Who runs the bank?", [])
    (('Who runs the bank?', ()), None)
    """
    if match := _NEW_TOPIC.match(question):
        rest = question[match.end() :]
        return opened(rest), ()
    if match := _TURN.match(question):
        return _turned(question[match.end() :], match.group("to")), ()
    match = _BACK.match(question) or _HEADED.match(question)
    to = match.group("to") if match else ""
    if match and len(to.split()) < _HEADING:
        heads = (
            bool(names_of(to if match.start("to") else to[1:]))
            or to.split()[0].lower() in DETERMINERS
        )
        return _back(question[match.end() :], to, past, turns=heads or bool(_BACK.match(question)))
    return None


def opens_anew(question: str) -> bool:
    """Return whether a question says itself that it turns to something new.

    >>> opens_anew("New topic: who runs the bank?"), opens_anew("And who runs the bank?")
    (True, False)
    """
    return bool(_NEW_TOPIC.match(question) or _TURN.match(question))


_SUBJECT_FIRST = re.compile(
    r"^(?P<to>the (?:[a-z]+ ){0,2}[a-z]+),\s+(?P<rest>(?:who|what|when|where|why|how|did|does|do|"
    r"is|are|was|were|has|have|had|can|will)\b[^?]*\b(?:it|he|she|they|him|her|them)\b[^?]*)\??$",
    re.IGNORECASE,
)


def folded(question: str, past: Sequence[Said]) -> str:
    """Return a question that names its subject before it asks as one question.

    >>> folded("And the youngest entrant, how old?", [])
    'How old is the youngest entrant?'
    """
    match = _FOLDED.match(question) or _SUBJECT_FIRST.match(question)
    return _folded(match.group("to"), match.group("rest"), past) if match else question


def opened(question: str) -> str:
    """Return a question with a capital at its beginning."""
    question = " ".join(question.split())
    return question[:1].upper() + question[1:]


def _turned(rest: str, to: str) -> str:
    """Return "how many died there?" asked of the place or thing that was turned to."""
    counted = re.match(r"how many (were|are) there\b", rest, re.IGNORECASE)
    if counted and any(map(quantity_of, to.lower().split())):
        people = re.sub(r"^the ", "", to)
        return opened(f"how many {people} {counted.group(1)} there{rest[counted.end() :]}")
    there = re.search(r"(?<!was )(?<!were )(?<!is )(?<!are )\bthere\b", rest)
    if there:
        return opened(f"{rest[: there.start()]}in {to}{rest[there.end() :]}")
    if set(terms_of(to)) <= set(terms_of(rest)):
        return opened(rest)
    if pronoun := re.search(r"\b(?:it|he|she|they|him|her|them)\b", rest):
        return opened(f"{rest[: pronoun.start()]}{to}{rest[pronoun.end() :]}")
    where = preposition(to) if is_event(to) else "in" if names_of(to) else "at"
    return opened(f"{rest.rstrip(' ?')} {where} {to}?")


def _back(
    rest: str, to: str, past: Sequence[Said], *, turns: bool
) -> tuple[str, Sequence[Said]] | None:
    """Return a question asked of an earlier topic, by the words that call it back.

    Where nothing was said of it, it is one of its own, unless the words are no subject: "Question".
    """
    words = _meanings(to)
    for said in reversed(past):
        if not words & _meanings(f"{said.understood} {said.bare}"):
            continue
        chains = [one for one in said.parsed.chains() if words & set(terms_of(one))]
        about = (thing(parse(f"What is {chains[0]}?")) or chains[0]) if chains else to
        asked = opened(_of(rest, about))
        if asked == opened(rest) and head(about) in AT and not words & _meanings(rest):
            asked = f"{asked.rstrip(' ?')} at {about}?"
            return asked, past[: past.index(said) + 1]
        # What is named needs no more of the topic.
        if asked == opened(rest):
            return asked, past[: past.index(said) + 1]
        where = re.search(r"\b(?:in|at|near) [A-Z][^,]*$", without_time(said.around))
        placed = where is not None and not names_of(asked[1:])
        return (f"{asked.rstrip(' ?')} {where.group()}?" if where and placed else asked), ()
    return (_turned(rest, to), ()) if turns else None


def _meanings(text: str) -> set[str]:
    """Return the terms of a text, and the quantities that its words mean."""
    return {*terms_of(text), *(quantity_of(word) for word in text.lower().split())} - {""}


def _of(rest: str, about: str) -> str:
    owned = re.search(r"\b(?:its|their) ([a-z]+)\b", rest)
    if owned:
        return f"{rest[: owned.start()]}the {owned.group(1)} of {about}{rest[owned.end() :]}"
    if match := re.search(r"\bthe (?:[a-z]+est|first|last)(?=\W*$)", rest):
        return f"{match.string[: match.end()]} of {about}?"
    if match := re.search(r"\b(?:it|they|them)\b", rest):
        return rest[: match.start()] + about + rest[match.end() :]
    if last_word(rest.rstrip(" ?")) in SPOKEN and not re.search(r"\b(?:he|she)\b", rest):
        return f"{rest.rstrip(' ?')} about {about}?"
    return rest


_TOLLS = frozenset("casualties victims toll tolls losses figures numbers".split())
_HOW_MANY = re.compile(r"how many (?=(?:were|are|was|is|have|had|did|do)\b)", re.IGNORECASE)


def _folded(to: str, rest: str, past: Sequence[Said]) -> str:
    """Return "What about the dispensary, how many died there?" as one question."""
    to = re.sub(r"^(?:back|over|up|down|out|elsewhere) (?=(?:in|at|on|near)\b)", "", to.strip())
    placed = re.match(r"(?:in|at|near|on|from|during|after|since)\b", to, re.IGNORECASE)
    if there := re.search(r"(?<!was )(?<!were )(?<!is )(?<!are )\bthere\b", rest):
        words = to if placed else f"at {to}"
        return opened(f"{rest[: there.start()]}{words}{rest[there.end() :]}?")
    bare = re.fullmatch(r"how [a-z]+|who|what|where|when|why", rest, re.IGNORECASE)
    if owned := re.search(r"\b(?:its|their) (?:own )?([a-z]+)\b", rest):
        return opened(f"{rest[: owned.start()]}the {owned.group(1)} of {to}{rest[owned.end() :]}?")
    rest = re.sub(r" then(?=\W*$)", "", rest) if is_event(to) else rest
    pronoun = re.search(
        r"\b(?:it|he|she|they|him|her|them|(?<=was )that|(?<=is )that|(?<=did )that)\b", rest
    )
    if speaks(to, past) and not pronoun and not bare:
        return told_by(opened(rest), to)
    if placed:
        when = time_of(inherited(past))
        timed = bool(time_of(rest)) or not when or is_time(to)
        to = f"{to} {when}" if names_of(to) and not timed else to
        return opened(f"{rest} {to}?")
    if bare:
        return opened(f"{rest} is {to}?")
    if counted := _counted(to, rest):
        return opened(counted)
    if pronoun:
        return opened(f"{rest[: pronoun.start()]}{to}{rest[pronoun.end() :]}?")
    if parse(rest).inverted and not re.search(r"\bby\b", rest):
        return opened(f"{rest} by {to}?")
    return opened(f"{rest} of {to}?")


def _counted(to: str, rest: str) -> str:
    """Return how many of what a question names first there were, or the empty string.

    >>> _counted("hospitals", "how many were closed"), _counted("the first raid", "how many died")
    ('how many hospitals were closed?', 'how many died in the first raid?')
    """
    if is_event(to) and rest.lower().startswith("how many "):
        return f"{rest} {preposition(to)} {to}?"
    many = _HOW_MANY.match(rest)
    if many is None:
        return ""
    if to.lower().split()[-1] in _TOLLS or quantity_of(to.lower().split()[-1]):
        return f"{rest}?"  # "the casualties" are counted, and not some of them
    if to.islower() and is_many(to) and to.split()[0] not in DETERMINERS:
        return f"how many {to} {rest[many.end() :]}?"
    if to.lower().startswith(("the ", "their ", "these ")):
        return f"how many of {to} {rest[many.end() :]}?"
    return ""


def speaks(who: str, past: Sequence[Said]) -> bool:
    """Return whether somebody, or a body, may be one of whose account is asked.

    >>> speaks("the Observatory", []), speaks("the hospital", []), speaks("the market", [])
    (True, False, False)
    """
    words = set(who.lower().split())
    known = {one.lower() for said in past for one in said.speakers}
    return bool(words & (BODIES - SITES)) or who.lower() in known or bool(people_in(who))
