"""The question before asked with another question phrase: "Why?", "Since when?"."""

from __future__ import annotations

import re

from rag.follow.context import SPOKEN
from rag.follow.parse import Parsed
from rag.follow.past import Said
from rag.follow.phrases import is_event, names_of, reports
from rag.follow.swaps import rest_of
from rag.follow.things import is_many, thing
from rag.follow.topic import WHEN_WHERE, context, without_time
from rag.follow.words import DETERMINERS, PAST, PAST_OF, VERBS

_THERE = re.compile(r"(?:was|were|is|are) there (?:any )?(.+?)\?*$", re.IGNORECASE)


def asked_with(wh: str, last: Said) -> str:
    """Return the question before with another question phrase: "Why were people killed in X?"."""
    wh = wh[:1].upper() + wh[1:]
    if special := _of_its_own(wh, last):
        return special
    parsed = last.parsed
    rest = _left(wh, parsed)
    lost = parsed.counted or ("people" if parsed.wh.lower() == "how many" else "")
    lost = lost.removeprefix("of ")
    if parsed.inverted and lost and (embedded := _embedded(wh, parsed)):
        return embedded
    if parsed.inverted:
        return f"{wh} {parsed.aux.lower()} {_with_object(rest, parsed.verb, lost)}?"
    subject = lost or _answered(last)
    if parsed.rest and parsed.rest[0].kind == "prep" and lost:
        return f"{wh} {_swapped(parsed, lost)}?"
    if parsed.aux and parsed.rest and parsed.rest[0].lower == parsed.aux.lower():
        return f"{wh} {parsed.aux.lower()} {subject} {rest[len(parsed.aux) :].strip()}?"
    if not parsed.wh:
        return f"{wh} {rest[:1].lower()}{rest[1:]}?"
    if passive := _passive(wh, parsed):
        return passive
    return _active(wh, subject, parsed, many=bool(lost))


def _of_its_own(wh: str, last: Said) -> str:
    """Return what is asked where the question before is not asked again as it was, or ""."""
    used = re.match(r"(?:which|what) (?:kind of |type of |sort of )?([a-z]+)$", wh, re.IGNORECASE)
    if used and used.group(1) in _USED and (around := context(last.parsed) or last.around):
        return f"{wh} was used {around}?"
    known = re.match(r"Who (?:is|was) ([A-Z][^?]*?)\?*$", last.understood)
    if known and wh.lower() in ("since when", "until when"):
        role = re.sub(r"^(?:an?|the) ", "", last.bare) if len(last.bare.split()) < 7 else ""
        return f"{wh} has {known.group(1)} been {role or 'in office'}?"
    about = re.match(r"What about ((?:the|an?|its|their) [^?]+|[A-Z][^?]*)\?*$", last.understood)
    if about and wh.lower() in ("when", "where", "since when", "until when", "how long"):
        return f"{wh} {'were' if is_many(about.group(1)) else 'was'} {about.group(1)}?"
    if wh.lower() in ("how many", "how much") and (found := _how_many(wh, last)):
        return found
    told = thing(last.parsed) if " about " in last.understood else ""
    if last.parsed.speaker and wh.lower() in ("when", "where") and is_event(told):
        return f"{wh} {'were' if is_many(told) else 'was'} {told}?"
    return _who_is(wh, last)


_USED = frozenset(
    "gas weapon bomb missile rocket plane aircraft poison chemical drug explosive agent gun".split()
)
"""With what people are killed: "Which gas was it?" asks what was used."""


def _left(wh: str, parsed: Parsed) -> str:
    """Return what is left of a question, less what another question phrase cannot ask.

    What was said is "this" once it is known, and "since when" takes no time.
    """
    rest = rest_of(parsed)
    behind = parsed.after_verb()
    lost = parsed.inverted and parsed.verb in VERBS and parsed.aux.lower() in ("did", "does", "do")
    lost = lost and (not behind or behind[0].lower in WHEN_WHERE) and parsed.verb != "happen"
    spoken = parsed.speaker and parsed.verb in SPOKEN
    if (spoken or lost) and parsed.wh.lower() == "what":
        rest = _with_object(rest, parsed.verb, "this")
    return without_time(rest) if wh.lower() in ("since when", "until when") else rest


def _who_is(wh: str, last: Said) -> str:
    """Return "Since when has Mira Solberg been the mayor?" after "Who is the mayor?", or ""."""
    parsed, who = last.parsed, _answered(last)
    rest = rest_of(parsed)
    known = who not in ("somebody", "that") and rest.split(" ")[0].lower() in ("the", "a", "an")
    if not parsed.verbless or not known:
        return ""
    if wh.lower() == "since when":
        return f"{wh} has {who} been {rest}?"
    return f"{wh} {parsed.aux.lower()} {who} {rest}?"


def _how_many(wh: str, last: Said) -> str:
    """Return "How many children were there?" after "Were there children?", and the like."""
    if there := _THERE.match(last.understood):
        counted, _, behind = there.group(1).partition(" ")
        return f"{wh} {counted} were there {behind}".strip() + "?"
    parsed = last.parsed
    told = last.asks_who and not parsed.inverted
    if wh.lower() == "how much" and (told or (parsed.inverted and not parsed.wh)):
        return ""
    some = re.match(r"(?:some|any|many|most) (of (?:the|those) [^?]+)", parsed.subject)
    if some and parsed.inverted and is_many(some.group(1)[3:]):
        rest = rest_of(parsed)[len(parsed.subject) :]
        return f"{wh} {some.group(1)} {parsed.aux.lower()}{rest}?"
    if parsed.inverted and parsed.subject.startswith("the ") and is_many(parsed.subject):
        rest = rest_of(parsed)[len(parsed.subject) :]
        return f"{wh} {parsed.subject[4:]} {parsed.aux.lower()}{rest}?"
    what = re.match(r"(?:which|what)\s+(.+)", last.parsed.wh, re.IGNORECASE)
    return f"{wh} {what.group(1)} {rest_of(last.parsed)}?" if what else last.understood


def _with_object(rest: str, verb: str, lost: str) -> str:
    """Return what follows an auxiliary with what was counted put behind the verb."""
    if not lost or not verb or f" {verb}" not in f" {rest}":
        return rest
    where = f" {rest}".index(f" {verb}") + len(verb)
    return f"{rest[:where]} {lost}{rest[where:]}".strip()


def _active(wh: str, subject: str, parsed: Parsed, *, many: bool) -> str:
    """Return "When did the baker sell bread?" after "Who sold bread?"."""
    rest, base = rest_of(parsed), _base(parsed.verb)
    if not base and subject == "that":
        return f"{wh} {rest}?"
    if not base:
        return f"{wh} was it that {subject} {rest}?"
    aux = "does" if parsed.verb.endswith("s") and parsed.verb != base else "did"
    now = parsed.verb == base and base not in PAST
    aux = "do" if (aux == "does" or now) and many else aux
    return f"{wh} {aux} {subject} {base}{rest[len(parsed.verb) :]}?"


def _passive(wh: str, parsed: Parsed) -> str:
    """Return "When was the group founded?" after "Who founded the group?", or the empty string."""
    behind = parsed.after_verb()
    done = next(
        (chain for chain in parsed.chains() if behind and chain.startswith(behind[0].text)), ""
    )
    named = bool(names_of(done)) or done.split(" ")[0].lower() in DETERMINERS
    if parsed.aux or not parsed.verb.endswith("ed") or not named or reports(parsed.verb):
        return ""
    rest = " ".join(part.text for part in behind)[len(done) :].strip()
    return f"{wh} {'were' if is_many(done) else 'was'} {done} {parsed.verb} {rest}".strip() + "?"


def _embedded(wh: str, parsed: Parsed) -> str:
    """Return "By when would stores be inspected?" after what somebody said of it, or ""."""
    behind = parsed.after_verb()
    if not parsed.speaker or not behind or behind[0].kind != "aux":
        return ""
    rest = " ".join(part.text for part in behind[1:])
    return f"{wh} {behind[0].lower} {parsed.counted} {rest}?"


def _swapped(parsed: Parsed, lost: str) -> str:
    """Return "were markets in Idlib bombed": a question phrase with what is attached to it."""
    lead: list[str] = [lost]
    aux, behind = "", []
    for part in parsed.rest:
        if not aux and part.kind == "aux":
            aux = part.text
        elif aux:
            behind.append(part.text)
        else:
            lead.append(part.text)
    return " ".join([aux, *lead, *behind]).strip()


def _answered(last: Said) -> str:
    """Return who or what the answer names, to stand as the subject of the next question."""
    wh = last.parsed.wh
    fresh = [one for one in last.named if one.lower() not in last.understood.lower()]
    if fresh:
        return fresh[0]
    if match := re.match(r"(?:which|what)\s+(.+)", wh, re.IGNORECASE):
        return f"the {match.group(1)}"
    told = [one for one in last.told_people if one.lower() not in last.understood.lower()]
    if wh.lower() == "who" and told:
        return told[0]
    return "somebody" if wh.lower() == "who" else "that"


def _base(verb: str) -> str:
    """Return the base form of a verb, or the empty string.

    >>> _base("died"), _base("attacked"), _base("found"), _base("wants"), _base("stopped")
    ('die', 'attack', 'find', 'want', 'stop')
    """
    for base, past in PAST_OF.items():
        if past == verb:
            return base
    for cut, added in ((1, ""), (2, ""), (3, ""), (3, "y"), (2, "e")):
        stem = verb[:-cut] + added
        if stem in VERBS and (verb.endswith("ed") or (verb.endswith("s") and cut < 3)):
            return stem
    return verb if verb in VERBS else ""
