"""What "it", "they" and "them" mean in a conversation: a thing, a body, an event, those harmed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.english.defining import thing_named
from rag.english.question import group_of, quantity_of
from rag.follow.counted import whose_figure_is
from rag.follow.names import people_in
from rag.follow.past import Said
from rag.follow.phrases import is_event, reports
from rag.follow.place import ASKS_WHERE
from rag.follow.things import body, is_many, thing
from rag.follow.topic import places, without_time
from rag.follow.words import AUXILIARIES, BODIES, PEOPLE, PLACE_NOUNS, SITES

_OF_A_BODY = re.compile(r" (?:been )?(?:based|founded|headquartered|funded|established)\b")
_OF_A_THING = re.compile(r" (?:carry|carrying|going|flying|made|contain|weigh|last|collapse)\b")
"""What is done by things and not by places."""
_LED = re.compile(
    r"\b(?:leads?|led|runs?|ran|heads?|headed|owns?|owned|found(?:ed)?|chairs?|chaired|directs?|"
    r"manages?|commands?|commanded|funds?|pays? for|belongs? to|works? for|sp[eo]aks?e? for)\s*$"
)


_LASTED = re.compile(r"\b(?:seconds|minutes|hours|days|nights|weeks|months|years)\b", re.IGNORECASE)
"""What is counted and done by nobody: "they" are not the days that something took."""
_ITS_FIGURE = re.compile(
    r"\b(?:its|their) (?:own )?(?:figure|number|count|estimate|toll|total|conclusion|finding)s?\b"
)
"""What only somebody has who says something."""
_TOLD = re.compile(r"what (?:is|are|does|do)\b", re.IGNORECASE)
_KIND_OF = re.compile(
    r"what (?:kind|sort|type) of [a-z ]+ (?:is|are|was|were) "
    r"(?P<thing>(?:the )?[A-Z][^?,]*?)\s*\?*$",
    re.IGNORECASE,
)
_POINTING = re.compile(r"(?:it|its|he|she|they|this|that|these|those|there)\b", re.IGNORECASE)
_HIT = frozenset(
    "hit bombed struck attacked shelled targeted destroyed damaged rebuilt repaired reopened "
    "captured recaptured seized retaken liberated".split()
)


def meant(word: str, before: str, following: str, past: Sequence[Said]) -> str:
    """Return what it, they or them mean before the words that follow, or the empty string."""
    words = re.findall(r"\w+", following.lower())
    verb = next(iter(words), "")
    if word == "it" and (figure := whose_figure_is(following, past[-1])):
        return figure
    if word in ("it", "them") and (done := _done(words, word == "them", past[-1])):
        return done
    suffers = bool(re.search(r"\b(?:was|were|are|been|be) $", before))
    acts = (
        word in ("its", "their")
        or (word == "they" and not suffers)
        or reports(verb)
        or verb in ("do", "own", "pay", "give")
    )
    acts = acts or bool(_LED.search(before)) or bool(_ITS_FIGURE.search(following))
    says = word == "they" and (reports(verb) or verb in ("give", "speak", "count"))
    if word in ("they", "them", "their", "theirs"):
        answered = answered_by(past[-1])
        if answered and past[-1].asks_who:
            return answered
        return _several(word, acts, says, past) or answered or _told_of(word, past)
    if kept := _still(before, past):
        return kept
    acts = acts or bool(_OF_A_BODY.match(following))
    if acts and (found := body(past[-1].parsed) or answered_by(past[-1])):
        return found
    return _one_thing(before, following, past)


_SUBJECT = re.compile(
    r"\b(?:is|was|does|did|do|has|had|will|would|can|could|should|may|might|must) (?P<it>it)\b|"
    r"\b(?P<its>its) [a-z]",
    re.IGNORECASE,
)
"""Where "it" is that of which a question asks something."""


def _still(before: str, past: Sequence[Said]) -> str:
    """Return what "it" was in the question before, where both ask something of it; else "".

    "When was it founded?" and then "How many members does it have?" ask of one and the same.
    """
    if len(past) < 2 or not _SUBJECT.search(f"{before}it "):
        return ""
    match = _SUBJECT.search(past[-1].asked)
    if match is None or match.group("its") or _speaks(match, past[-1]):
        return ""
    found = meant(
        "it", past[-1].asked[: match.start("it")], past[-1].asked[match.end() :], past[:-1]
    )
    return found if found and found in past[-1].understood else ""


def _one_thing(before: str, following: str, past: Sequence[Said]) -> str:
    """Return what "it" means: the last thing, what was answered, an event, an earlier thing."""
    if kind := _KIND_OF.match(past[-1].understood):
        return kind.group("thing")
    told = thing_named(past[-1].understood) if _TOLD.match(past[-1].understood) else ""
    if told and not _POINTING.match(told) and not people_in(told):
        return told
    if which := _which_of(past[-1]):
        return which
    weak = ""
    answered = answered_by(past[-1])
    if ASKS_WHERE.match(past[-1].understood):
        answered = ""
    if found := thing(past[-1].parsed, many=False):
        someone = found in people_in(past[-1].understood)
        someone = someone and bool(answered or found == past[-1].parsed.subject)
        someone = someone or _is_doer(found, before, past[-1])
        where = _is_where(found, past[-1]) and (answered or _OF_A_THING.match(following))
        if not (someone or where):
            return found
        weak = "" if someone else found
    event = past[-1].around.partition(" ")[2]
    if answered or is_event(event):
        return answered or event
    return _before_last(past, weak) or weak or _doing(before, following, past[-1])


def _before_last(past: Sequence[Said], weak: str) -> str:
    """Return the newest thing of the topic that is more than a place, or the empty string."""
    for said in reversed(past):
        found = thing(said.parsed, many=False)
        passed = bool(weak and _is_where(found, said)) or found == said.parsed.subject
        if found and not passed:
            return found
        if said.opens:
            break
    return ""


def _doing(before: str, following: str, last: Said) -> str:
    """Return the body that a question was about, where "it" does something, or ""."""
    does = re.search(r"\b(?:does|did|do|has|have|had|will|would)\s+$", before)
    passive = re.match(r"\s+(?:be|been)\b", following)
    return body(last.parsed) if does and not passive else ""


def _told_of(word: str, past: Sequence[Said]) -> str:
    """Return what "them" may be a number of: "git stash" after "What does git stash do?"."""
    if word != "them":
        return ""
    told = (thing_named(said.understood) for said in reversed(past[-3:]))
    return next((one for one in told if one and not _POINTING.match(one) and one.islower()), "")


def _is_doer(found: str, before: str, last: Said) -> bool:
    """Return whether a thing is who did what was asked, so that "it" is what was done.

    "What did the assembly decide?" and then "Who voted against it?".
    """
    parsed = last.parsed
    did = parsed.inverted and parsed.wh.lower() == "what" and bool(parsed.verb)
    asks_it = (before.split() or [""])[-1].lower() in AUXILIARIES
    return did and found == parsed.subject and not asks_it


def _speaks(match: re.Match[str], said: Said) -> bool:
    """Return whether "it" of an earlier question is who said something, and no matter of it."""
    verb = re.match(r"\s+(\w+)", said.asked[match.end() :])
    return bool(verb and reports(verb.group(1).lower()))


def _which_of(last: Said) -> str:
    """Return what a question asks for, where its answer names nothing, or the empty string.

    After "How much money did they vote?" it is the money.

    >>> _which_of(Said("", "Which clinic was bombed in Hollin in May?", {}))
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


def _is_where(found: str, said: Said) -> bool:
    """Return whether a bare name is nothing but the place in which a question played."""
    return found[:1].isupper() and any(one.endswith(f" {found}") for one in places(said.parsed))


def _done(words: Sequence[str], many: bool, last: Said) -> str:
    """Return the event that is carried out, or what an event befell that is hit; else "".

    "Who carried them out?", "When was it hit?" after a question on air strikes on a market.
    """
    event = last.around.partition(" ")[2]
    verb = next((one for one in words if one not in AUXILIARIES), "")
    if not is_event(event):
        return ""
    if verb == "out" and is_many(event) == many:
        return event
    hit = re.search(r"\s(?:on|at|of)\s+((?:the|an?)\s.+|[A-Z].+)$", event) if verb in _HIT else None
    return without_time(hit.group(1)) if hit else ""


def _which_several(said: Said) -> str:
    """Return the several things of which a question asks which they are: "the alarms"."""
    wh = re.fullmatch(r"which ([a-z]+)", said.parsed.wh, re.IGNORECASE)
    return f"the {wh.group(1)}" if wh and is_many(wh.group(1)) else ""


def _doers(last: Said) -> str:
    """Return the people who are said to do something, called by no name: "welders of a firm"."""
    subject = last.parsed.subject
    return subject if subject[:1].islower() and is_many(subject) and last.parsed.verb else ""


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


def _several(word: str, acts: bool, speaks: bool, past: Sequence[Said]) -> str:
    """Return the people who were counted last, else several things, else the last body."""
    counting = (s.parsed for s in reversed(past[-3:]) if s.parsed.counted)
    last = next((one for one in counting if not _LASTED.search(one.counted)), past[-1].parsed)
    harmed = next((p.lower for p in last.rest if quantity_of(p.lower)), "")
    harmed = "" if speaks else harmed  # the dead say nothing
    if last.counted and harmed and not last.counted.startswith("of "):
        if word == "they" and last.counted == "people" and quantity_of(harmed) == "injured":
            return "the injured"
        if word == "they":
            return f"the {last.counted}"
        if quantity_of(harmed) == "injured":
            return f"the {harmed if harmed in ('wounded', 'hurt') else 'injured'}"
        return f"the {last.counted} {quantity_of(harmed)}"
    if last.counted and word != "its" and group_of(last.counted.split()[0]):
        return f"the {last.counted}"
    owner = body(last) if acts else ""
    several = is_many(last.counted) and not (owner or harmed or last.inverted)
    if several and re.fullmatch(r"[a-z]+(?: [a-z]+)?", last.counted):
        return f"the {last.counted}"
    plural = thing(past[-1].parsed, many=True) or _doers(past[-1])
    if not plural and not acts:
        plural = next(
            (found for said in reversed(past[-3:]) if (found := _which_several(said))), ""
        )
    if plural and not acts:
        return plural
    return next((found for said in reversed(past) if (found := body(said.parsed))), plural)
