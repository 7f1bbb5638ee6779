"""What "there", "the town", "the camp" and "the company" refer to, put in their stead."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.follow.names import bodies_in, people_in, runs
from rag.follow.parse import parse
from rag.follow.past import Said
from rag.follow.phrases import head, is_event, is_time, names_of
from rag.follow.things import is_many, thing
from rag.follow.topic import circumstances, object_place, places, preposition, time_of, without_time
from rag.follow.words import (
    AUXILIARIES,
    BODIES,
    EVENTS,
    LEADS,
    PLACE_NOUNS,
    PREPOSITIONS,
    SITES,
)

_NAMED_AS = (
    r"\bthe (?:(?!(?:in|of|at|near|on|the|a)\b)[\w'\u2019-]+ ){{0,3}}"
    r"{noun}(?=$| (?:in|of|at|near|on) )"
)
# Bodies by what they are called, with words that their names hold.
_KINDS = {
    "company": frozenset("industries company corporation marine".split()),
    "group": frozenset("watch movement front party observatory association federation".split()),
}
_NAMED_KINDS = frozenset(
    "group company union agency organisation organization firm ministry office board works plant "
    "party army council committee commission operator owner".split()
)
ASKS_WHERE = re.compile(
    rf"(?:\w+\s+)?(?:where\b|which\s+(?:\w+\s+)?(?:{'|'.join(sorted(PLACE_NOUNS))}|market|square|"
    r"street|part|hospital|school|building)\b)",
    re.IGNORECASE,
)


_ENDS = rf"{{}}(?:['\u2019]s\b|[?,.]|$|\s+(?:city|and|{'|'.join(sorted(PREPOSITIONS))})\b)"


_RECALLED = re.compile(
    r"\bthe (?:"
    + "|".join(
        sorted(
            EVENTS
            | frozenset(
                "victims wounded injured dead casualties civilians bodies survivors attacker "
                "attackers bomber bombers gunman gunmen hostages rescuers toll damage".split()
            )
        )
    )
    + rf")(?=\W*$|[,;?]|\s+(?:and|[a-z]+ed|{'|'.join(sorted(AUXILIARIES))})\b)"
)


def points_back(question: str) -> bool:
    """Return whether a question speaks of an event, or of those it befell, as known already.

    It must say neither where nor when nor which itself.

    >>> points_back("What did Ames say was the aim of the raids?")
    True
    >>> points_back("Who planned the raids on Hollin?"), points_back("Who is the wounded man?")
    (False, False)
    """
    around = circumstances(parse(question)) if _RECALLED.search(question) else question
    return not (names_of(around) or time_of(around) or around == question)


_ATTACKS = frozenset(
    "attack attacks bombing bombings strike strikes airstrike airstrikes raid raids shelling "
    "assault assaults massacre bombardment bombardments incident".split()
)
ATTACKED = _ATTACKS | frozenset("blast blasts explosion explosions".split())


def with_event(question: str, around: str) -> str:
    """Return a question with "the attack" named as its topic names it, where both are attacks.

    >>> with_event("Who planned the raid?", "in the air strikes on Hollin in May 2017")
    'Who planned the air strikes on Hollin in May 2017?'
    """
    event = around.partition(" ")[2]
    match = _RECALLED.search(question)
    if match is None or head(match.group()) not in _ATTACKS or head(event) not in ATTACKED:
        return question
    before = question[: match.start()]
    if is_many(event):
        before = re.sub(r"\bwas $", "were ", before)
    return f"{before}{event}{question[match.end() :]}" if before else question


def put_in(text: str, start: int, end: int, words: str) -> str:
    """Return a text with a stretch of it replaced, a capital where it opens the text."""
    if start == 0:
        words = words[:1].upper() + words[1:]
    return text[:start] + words + text[end:]


def with_definite(question: str, past: Sequence[Said]) -> str:
    """Return the question with "the camp" as it was named before: "the camp in Hasakeh"."""
    for match in re.finditer(r"\b(?:the|that|this) ([a-z]{3,})\b(?! (?:of\b|[A-Z]))", question):
        noun = match.group(1)
        if is_event(noun) or is_time(f"the {noun}"):
            continue
        full = _asked_as(noun, past) if not names_of(question[1:]) else ""
        full = full or _answered_as(noun, past)
        full = full or (noun in _NAMED_KINDS and _told_as(noun, past)) or ""
        owned = re.match(r"['\u2019]s? ([a-z]+)\b", question[match.end() :])
        if full and owned and len(full.split()) > 3:
            # "the doctor's name" of the doctor in Hollin is nothing in Hollin's name.
            end = match.end() + owned.end()
            return put_in(question, match.start(), end, f"the {owned.group(1)} of {full}")
        if full and full.lower() not in question.lower():
            return put_in(question, match.start(), match.end(), full)
    return question


def _asked_as(noun: str, past: Sequence[Said]) -> str:
    """Return how the questions of the past named a thing in full, or the empty string."""
    # A town that was named before is not the last one: its place may have been asked for since.
    for said in reversed(past[-1:] if noun in PLACE_NOUNS else past[-3:]):
        for chain in said.parsed.chains():
            named = re.search(_NAMED_AS.format(noun=noun), chain)
            full = without_time(chain[named.start() :]) if named else ""
            if names_of(full) and full != f"the {noun}":
                return full
    return ""


def _answered_as(noun: str, past: Sequence[Said]) -> str:
    """Return what answered which of a kind was asked for: "the Kiln hospital", or the empty string.

    >>> asked = "Which hospital was bombed in Hollin?"
    >>> _answered_as("hospital", [Said(asked, asked, {"answers": [{"text": "Kiln Hospital"}]})])
    'the Kiln Hospital'
    """
    for said in reversed(past[-6:]):
        if said.wanted != noun or not said.named:
            continue
        name = re.sub("^the ", "", said.named[0])
        if noun in PLACE_NOUNS:
            return f"the {noun} of {name}"
        return f"the {name}" if noun in name.lower().split() else f"the {name} {noun}"
    return ""


def _told_as(noun: str, past: Sequence[Said]) -> str:
    """Return the name that goes with a kind of body in what was said: "the group Lantern Watch"."""
    name = r"((?:[A-Z][\w'\u2019-]*\s)*[A-Z][\w'\u2019-]*)"
    kinds = _KINDS.get(noun, frozenset((noun,)))
    for said in reversed(past):
        for text in (said.understood, said.text, said.quoted):
            if match := re.search(rf"\b{noun} (?:of )?{name}", text):
                return f"the {noun} {match.group(1)}"
            if match := re.search(rf"\b[a-z]+ {name} {noun}\b", text):
                return f"the {match.group(1)} {noun}"
            for one in bodies_in(text):
                if kinds & set(one.lower().split()) and one not in said.publishers:
                    return one
    return ""


def with_place(question: str, past: Sequence[Said]) -> str:
    """Return the question with "there" and "the town" replaced by the place they mean."""
    place = re.sub("^(?:of|on|about) ", "in ", _place(past))
    if not place:
        return question
    if _WHERE_IS_IT.match(question):
        return f"Where is {re.sub('^(?:in|at|near|on|inside|outside|around) ', '', place)}?"
    if (match := re.search(r"\bthere\b", question)) and not re.search(
        r"\b(?:was|were|is|are|has|have|had|been|be|can|could|will|would|should|may|might|must) "
        r"there\b|\bthere (?:be|is|are|was|were|has|have|had|will|would|should|could|can|may|"
        r"might|must)\b",
        question,
        re.IGNORECASE,
    ):
        return put_in(question, match.start(), match.end(), place)
    nouns = "|".join(sorted(PLACE_NOUNS - {"place"}))
    match = re.search(rf"\b(?:the|that|this) ({nouns})\b(?! of\b)", question, re.IGNORECASE)
    if match and not names_of(question):
        if match.group(1).lower() in _WIDE and (wide := _told_wide(match.group(1), past)):
            return put_in(question, match.start(), match.end(), wide)
        if match.group(1).lower() in _WIDE and not any(
            match.group(1).lower() in said.understood for said in past[-3:]
        ):
            return question  # a town is no province
        bare = re.sub(rf"^\w+ (?:the )?(?:[\w-]+ )?(?:(?:{nouns}) of )", "", place)
        bare = re.sub(r"^(?:in|at|near|on|inside|outside|around) ", "", bare)
        bare = re.sub(rf"\s+(?:in|{nouns})\b.*$", "", bare)
        return put_in(question, match.start(), match.end(), f"the {match.group(1)} of {bare}")
    return question


_WHERE_IS_IT = re.compile(rf"^{LEADS}where is (?:it|that|this)\W*$", re.IGNORECASE)
_WIDE = frozenset("province region country area".split())
"""What a town lies in: "the province" after "Hollin" is Hollin's and not Hollin."""


def _told_wide(noun: str, past: Sequence[Said]) -> str:
    """Return "Tolle province" where the newest turns name such a one, or the empty string."""
    name = r"((?:[A-Z][\w'\u2019-]*\s)?(?:[A-Za-z]{2,3}-)?[A-Z][\w'\u2019-]*)"
    for said in reversed(past[-4:]):
        for text in (said.understood, said.text, said.quoted):
            before = r"(?:in|of|at|near|from) (?:the )?(?:[a-z]+-held |Syrias )?"
            if match := re.search(rf"\b{before}{name} {noun}s?\b", text):
                return f"{match.group(1)} {noun}"
            if match := re.search(rf"\b{noun} of {name}", text):
                return f"the {noun} of {match.group(1)}"
    return ""


def _said_where(said: Said) -> str:
    """Return the first answer that the answer's text, or what it quotes, says to be a place."""
    text = f"{said.text} {said.quoted}"
    for one in said.named:
        if re.search(rf"\b(?:at|in|near|from|of|on)\s+(?:the\s+)?{re.escape(one)}\b", text):
            return one
    return "" if said.quoted or not said.named else said.named[0]


def _place(past: Sequence[Said]) -> str:
    for said in reversed(past):
        if ASKS_WHERE.match(said.understood) and (named := _said_where(said)):
            return f"in {named}"
        chain = thing(said.parsed)
        if chain and head(chain) in PLACE_NOUNS - {"place"} and names_of(chain):
            return f"in {without_time(chain)}"
        if chain and is_event(chain) and preposition(chain) == "at":
            return f"at {without_time(chain)}"
        if (around := object_place(said.parsed)) and names_of(around):
            return without_time(around)
        if found := places(said.parsed):
            return found[0]
        if site := next((c for c in said.parsed.chains() if head(c) in SITES), ""):
            return f"at {without_time(site)}"
        if bare := _bare_place(said):
            return f"in {bare}"
    return ""


def _bare_place(said: Said) -> str:
    """Return the last name of a question that is nobody's and no body's, or the empty string."""
    text = said.understood
    others = " ".join([*people_in(text), *bodies_in(text), said.parsed.speaker])
    found = [one for one in runs(text[1:]) if names_of(one) and one not in others]
    found = [one for one in found if not set(one.lower().split()) & BODIES]
    # "an Israeli aircraft" names no place.
    found = [one for one in found if re.search(_ENDS.format(re.escape(one)), text)]
    return found[-1] if found else ""
