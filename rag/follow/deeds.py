"""What was done, as a noun, and what answers it: "the capture of Hollin", "How did she react?"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.english.question import group_of, quantity_of
from rag.follow.nouns import NOUNS, ON, done_by
from rag.follow.past import Said
from rag.follow.phrases import head, is_event, names_of
from rag.follow.things import thing
from rag.follow.topic import agent, circumstances, time_of, without_according
from rag.follow.verbs import past_of
from rag.follow.words import AUXILIARIES, BODIES, PEOPLE, PREPOSITIONS

_WEAPONS = frozenset("bomb bombs mortar mortars rocket rockets missile missiles".split())
_DEAD = frozenset("killed die died dead perished kill".split())
_PARTICLE = r"(?:(?P<particle>down|up|out)\s+)?"
_VERBS = "|".join(sorted(NOUNS))
_ACTIVE = re.compile(
    rf"^(?:who|what|whose [a-z]+|which [^,?]+?) (?:has |had |have )?(?P<verb>{_VERBS}) {_PARTICLE}"
    rf"(?P<object>(?!(?:{'|'.join(sorted(PREPOSITIONS | AUXILIARIES))})\b).+?)\s*\?*$",
    re.IGNORECASE,
)
_PASSIVE = re.compile(
    r"(?:^|\bwhen )(?P<object>(?:the|an?|which|what|how many) (?:(?!\bwhen\b).)+?) "
    rf"(?:was|were|has been|had been|have been) (?P<verb>{_VERBS})"
    r"(?: (?P<particle>down|up|out))?(?P<rest>(?: .+?)?)\s*\?*$",
    re.IGNORECASE,
)
_TOLD = re.compile(
    rf"\bthe (?:{'|'.join(sorted({*NOUNS.values(), 'deaths'}))})(?: down| up| out)? "
    r"(?:of|on|at|in|near) [^?]+",
    re.IGNORECASE,
)
_HAPPENED = re.compile(r"^(what happened (?:in|at|near|on|to) [^?]*[A-Z][^?]*)\?*$", re.IGNORECASE)
_ASKED = re.compile(
    r"^(?:when|where|why|how|since when) (?:was|were) (?P<object>(?:the |an? |[A-Z]).+?) "
    rf"(?P<verb>{_VERBS})(?P<rest>(?: .+?)?)\s*\?*$",
    re.IGNORECASE,
)
_REACTS = re.compile(
    r"\b(?:(?P<to>react(?:ed|ion)?|respond(?:ed)?|response|reply|replied|answer(?:ed)?|"
    r"intervened?)|"
    r"(?P<for>apologi[sz]ed?|retaliated?|claim(?:s|ed)? responsibility|take responsibility|"
    r"took responsibility|responsible|to blame|blamed?)|"
    r"(?P<on>comment(?:ed)?)|(?P<plain>condemn(?:ed)?|criticis(?:e|ed)))"
    r"(?: (?:to|for|on|at|about) (?:it|this|that|the news))?\s*\?*$",
    re.IGNORECASE,
)
_POINTING = re.compile(
    r"\b(?P<prep>about|behind|call|called|condemn(?:ed)?|confirm(?:ed|s)?|den(?:y|ied|ies)|admit(?:ted)?|"
    r"announced?|verif(?:y|ied)) (?:this|that|it)\W*$",
    re.IGNORECASE,
)


def deed(said: Said) -> str:
    """Return what a question of the past told of as done, as a noun phrase, or the empty string.

    >>> deed(Said("", "Who captured Hollin in May 2021?", {}))
    'the capture of Hollin in May 2021'
    >>> deed(Said("", "How many died when the clinic in Tolle was bombed in May?", {}))
    'the bombing of the clinic in Tolle in May'
    >>> deed(Said("", "How many people were killed at the wedding in Tolle?", {}))
    'the deaths at the wedding in Tolle'
    """
    question = without_according(said.understood)[0]
    event = said.around.partition(" ")[2]
    if is_event(event) or (event := done_by(said.around)):
        return event
    if happened := _HAPPENED.match(question):
        return f"what{happened.group(1)[4:]}".rstrip()
    if told := _TOLD.search(question):
        return told.group().rstrip(" ?")
    words = set(re.findall(r"[a-z]+", question.lower()))
    if "many" in words and words & _DEAD:
        around = circumstances(said.parsed)
        if weapon := _weapon(said, around):
            return weapon
        if around and " when " not in f" {around} ":
            return f"the deaths {around}"
    if match := (_PASSIVE.search(question) or _ACTIVE.match(question) or _ASKED.match(question)):
        return _as_noun(match)
    parsed = said.parsed
    if parsed.inverted and parsed.aux.lower() == "did" and not parsed.counted:
        behind = " ".join(part.text for part in parsed.after_verb())
        return done_by(f"when {parsed.subject} {past_of(parsed.verb)} {behind}")
    return ""


def _as_noun(match: re.Match[str]) -> str:
    """Return "the capture of Hollin" for what was captured; "" for people taken to a place."""
    object_ = re.sub(r"^(?:which|what|how many) ", "", match.group("object"), flags=re.I)
    rest = match.groupdict().get("rest") or ""
    noun = NOUNS[match.group("verb").lower()]
    taken = noun == "capture" and (head(object_) in PEOPLE or group_of(head(object_)))
    if rest.startswith(" by ") or taken:
        return ""
    particle = f" {found}" if (found := match.groupdict().get("particle")) else ""
    return f"the {noun}{particle} {'on' if noun in ON else 'of'} {object_}{rest}"


_STATE = re.compile(
    r"(?:which|what|how many) (?P<what>[a-z]+s?) (?:was|were|had been|have been|has been) "
    r"(?P<done>(?:switched |turned )?off|[a-z]+ed|broken|stolen|taken|burnt)\b(?P<rest>[^?]*)",
    re.IGNORECASE,
)


def who_did(last: Said) -> str:
    """Return "who closed the schools" where the last question told of things as done, or "".

    >>> who_did(Said("", "Which alarms were switched off in Hollin?", {}))
    'who switched off the alarms in Hollin'
    """
    match = _STATE.match(last.understood)
    if match is None or quantity_of(match.group("done").lower()):
        return ""
    if is_event(last.around.partition(" ")[2]) and group_of(match.group("what").lower()):
        return ""
    done = match.group("done").lower()
    done = "switched off" if done == "off" else done
    done = {"broken": "broke", "stolen": "stole", "taken": "took"}.get(done, done)
    rest = re.sub(r" by .*", "", match.group("rest"))
    return f"who {done} the {match.group('what').lower()}{rest}".rstrip()


def _weapon(said: Said, around: str) -> str:
    """Return "the truck bomb in Hollin" where a question asks whom it killed, else ""."""
    found = around.partition(" ")[2]
    by = agent(said.parsed).removeprefix("by ")
    if head(found) not in _WEAPONS:
        found = by if by.startswith(("the ", "a ", "an ")) else ""
    return found if head(found) in _WEAPONS else ""


def with_deed(question: str, past: Sequence[Said]) -> str:
    """Return a question that answers something unsaid with what it answers.

    >>> past = [Said("", "Who captured Hollin in May 2021?", {})]
    >>> with_deed("How did Norland react?", past)
    'How did Norland react to the capture of Hollin in May 2021?'
    >>> with_deed("Did Oton Brack say he reacted badly?", past)
    'Did Oton Brack say he reacted badly?'
    """
    match = _REACTS.search(question) or _POINTING.search(question)
    if match is None:
        return question
    kind = next(name for name, found in match.groupdict().items() if found)
    if told := _said_before(match, past[-1]):
        around = past[-1].around if told.endswith(" this") else ""
        return f"{question[: match.start()]}{told} {around}".rstrip() + "?"
    if kind == "prep" and is_event(past[-1].around.partition(" ")[2]):
        return question  # a pronoun like any other
    topic = next((n for n, said in enumerate(reversed(past), 1) if said.opens), len(past))
    done = next((found for said in reversed(past[-topic:]) if (found := deed(said))), "")
    done = done or _thing_of(past[-1], kind)
    if not done or (match.group(kind).lower().startswith("call") and head(done) in BODIES):
        return question
    word = match.group(kind)
    before = question[: match.start()]
    prep = "" if kind in ("plain", "prep") else f" {kind}"
    return f"{before}{word}{prep} {done}?"


_CLAIM = re.compile(r"(?P<confirms>confirm|verif)|den[yi]|admit", re.IGNORECASE)
_WRITTEN = frozenset(
    "log report letter letters statement video photo photos document documents entry article book "
    "study records papers figures".split()
)


def _said_before(match: re.Match[str], last: Said) -> str:
    """Return "confirmed the harbour log" where "that" is what somebody said last, or "".

    What was said is no deed: "Does Norland deny that?" is asked of no event.
    """
    verb = match.groupdict().get("prep") or ""
    claim, speaker = _CLAIM.match(verb), last.parsed.speaker
    if claim is None or not speaker:
        return ""
    return (
        f"{verb} {speaker}"
        if claim.group("confirms") and head(speaker) in _WRITTEN
        else (f"{verb} this")
    )


def _thing_of(said: Said, kind: str) -> str:
    """Return the thing that a question was about, with its time; an event where one is needed."""
    found = thing(said.parsed)
    when = time_of(said.around)
    answered = kind in ("to", "for", "plain") and not is_event(found)
    if not found or answered or not (names_of(found) or is_event(found)):
        return ""
    return f"{found} {when}".strip() if when and when not in found else found
