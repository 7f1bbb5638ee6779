"""What "he", "it", "they" and "the second one" refer to, put in their stead."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rag.english.question import group_of
from rag.english.speech_words import ROLES
from rag.follow.answered import answered_by
from rag.follow.meant import meant
from rag.follow.names import people_in
from rag.follow.parse import parse
from rag.follow.past import Said, full_name
from rag.follow.phrases import head, is_event, is_time, names_of
from rag.follow.place import put_in
from rag.follow.topic import context, time_of, without_according, without_time
from rag.follow.words import AUXILIARIES, BODIES, PEOPLE, PREPOSITIONS

_PERSON = re.compile(r"\b(he|she|him|his|her|hers)\b", re.IGNORECASE)
_THING = re.compile(r"\b(it|its|they|them|their|theirs)\b", re.IGNORECASE)
_DID_SAY = re.compile(
    r",\s*(?:did|does)\s+(?P<who>he|she|they|it|[A-Z][\w'\u2019 -]{1,40})\s+"
    r"(?:say|claim|report|think|give)\s*\??$",
    re.IGNORECASE,
)
_THAT = re.compile(
    r"\b(?:say|says|said|claim\w*|conclude\w*|report\w*|show\w*|den(?:y|ied)|think|believe\w*|warn\w*|"
    r"reveal\w*|confirm\w*)\s+that\b",
    re.IGNORECASE,
)
_HARM = re.compile(
    r"^(?P<wh>how many .+?) did (?:it|they|that|this) (?P<verb>kill|injure|wound|hurt|destroy|"
    r"displace)\s*(?P<rest>.*?)\??$",
    re.IGNORECASE,
)
_HARMED = {"kill": "killed", "injure": "injured", "wound": "wounded", "hurt": "hurt"}
_HARMED |= {"destroy": "destroyed", "displace": "displaced"}
_BEHIND = ("out", "again", "back", "now", "first", "then", "yet", "too", "first", "anyway", "so")
_SURNAME = re.compile(r"(?<![\w-])([A-Z][a-z][\w-]+)(?:['\u2019]s)?(?![\w-])")


def with_tag(question: str, past: Sequence[Said]) -> tuple[str, str]:
    """Return a question without ", did he say?" at its end, and whom that means."""
    match = _DID_SAY.search(question)
    if match is None or not re.match(r"\W*\w+\W+\w+", question[: match.start()]):
        return question, ""
    who = match.group("who")
    name = _person(past) if who.lower() in ("he", "she") else ""
    if who.lower() not in ("he", "she", "they", "it"):
        name = who
    return question[: match.start()] + "?", name


def with_person(
    question: str, past: Sequence[Said], beside: Callable[[str, str], bool]
) -> tuple[str, bool]:
    """Return the question with he or she replaced by whom it means, and whether it was.

    ``beside`` says whether documents speak of a name and of what is asked.
    """
    match = _PERSON.search(question)
    if match is None:
        return question, False
    named = names_of(question[1 : match.start()])
    able = list(
        dict.fromkeys([_person(past), *(one for s in reversed(past) for one in s.asked_people)])
    )
    name = next((one for one in able if one and beside(one, question)), able[0] if able else "")
    # "Did Putin say that he ...": he is Putin. "Did Putin agree with him?": somebody else.
    bound = named and not _is_inverted(question, match)
    if not name or (bound and match.group(1).lower() not in ("him", "her")):
        return question, False
    following = question[match.end() :]
    word = match.group(1).lower()
    owns = word in ("his", "hers") or (word == "her" and re.match(r"\s+[a-z]+", following))
    if word == "her" and owns and re.match(r"\s+(?:say|do|in|at|on|about|to|for)\b", following):
        owns = None
    question = put_in(question, match.start(), match.end(), f"{name}'s" if owns else name)
    return question, True


def _person(past: Sequence[Said]) -> str:
    """Return whom "he" or "she" means: who was asked for, else who was asked about, the newest."""
    for said in reversed(past):
        if said.asks_who and said.people:
            return said.people[0]
        if said.asks_who and head(said.called) in PEOPLE:
            return said.called
        if said.asked_people:
            return said.asked_people[0]
        if said is past[-1] and (given := [p for s in said.speakers for p in people_in(s)]):
            return given[0]
    for said in reversed(past):
        if said.told_people:
            return said.told_people[0]
    speakers = past[-1].speakers
    return next((one for one in speakers if set(one.lower().split()) & PEOPLE), "")


def with_thing(question: str, past: Sequence[Said]) -> tuple[str, bool]:
    """Return the question with it, they or them replaced by what it means, and whether it was."""
    if harmed := _harmed(question, past[-1]):
        return harmed, True
    match = _THING.search(question)
    if match is None or is_inner(question, match):
        return question, False
    word = match.group(1).lower()
    found = meant(word, question[: match.start()], question[match.end() :], past)
    if word == "it" and re.search(r"\bthere\b", question):
        found = answered_by(past[-1])  # "there" is where the last question played
    if any(is_time(chain) for chain in parse(question).chains()):
        found = without_time(found)
    if re.search(r"\bcall(?:ed)? $", question[: match.start()]) and not is_event(found):
        return question, False  # what one calls it is what happened, or was said
    if found and f" {found.lower()}" in question.lower():
        found = ""  # one and the same is not meant twice: "Where did they get them?"
    bound = names_of(question[1 : match.start()]) and not _is_inverted(question, match)
    if not found or (bound and not _is_object(question, match)):
        return question, False
    return _put(question, match, found, past), True


def _harmed(question: str, last: Said) -> str:
    """Return "How many were killed in the raid?" for "How many did it kill?", or ""."""
    match = _HARM.match(question)
    around = context(last.parsed) if match else ""
    if match is None or not around or _is_theirs(question, last):
        return ""
    rest = f" {match.group('rest')}".rstrip()
    return f"{match.group('wh')} were {_HARMED[match.group('verb').lower()]}{rest} {around}?"


def _is_theirs(question: str, last: Said) -> bool:
    """Return whether "they" are the people who did what the last question asks of: "the rebels"."""
    subject = last.parsed.subject
    someone = head(subject) in ROLES | BODIES or group_of(head(subject))
    return " they " in question.lower() and bool(someone) and last.parsed.inverted


def _put(question: str, match: re.Match[str], found: str, past: Sequence[Said]) -> str:
    """Return the question with what a pronoun means in its stead."""
    word, following = match.group(1).lower(), question[match.end() :]
    owned = re.match(r"\s+((?:own\s+)?[a-z]+)", following)
    if word in ("its", "their", "theirs") and len(found.split()) > 4 and owned:
        # "its director" of something long: "the director of ...".
        noun = owned.group(1).removeprefix("own ").strip()
        end = match.end() + owned.end()
        return put_in(question, match.start(), end, f"the {noun} of {found}")
    owner = f"{found}'" if found.endswith("s") else f"{found}'s"
    words = owner if word in ("its", "their", "theirs") else found
    words = re.sub(r"^an? ", "the ", words)
    particle = re.match(r"\s+(?:out|up|off|down|over|back)\b", following)
    if particle and word in ("it", "them"):
        # "Who carried it out?": a long object stands behind such a word.
        words = f"{particle.group().strip()} {words}"
        question = question[: match.end()] + following[particle.end() :]
    question = put_in(question, match.start(), match.end(), words)
    timeless = parse(question).timeless
    if (
        word in ("it", "them")
        and not (timeless or is_event(found))
        and (when := _time_of(found, past))
    ):
        bare, speaker = without_according(question)
        question = f"{bare.rstrip(' ?')} {when}{f', according to {speaker}' if speaker else ''}?"
    return question


def _time_of(found: str, past: Sequence[Said]) -> str:
    """Return when the question played that spoke of a thing."""
    for said in reversed(past):
        if found in said.understood:
            return time_of(context(said.parsed))
    return ""


def _is_inverted(question: str, match: re.Match[str]) -> bool:
    """Return whether a pronoun is the subject of the question: "How many Kurds did they hold?"."""
    before = question[: match.start()].rstrip().rsplit(" ", 1)
    asks = parse(question)
    return before[-1].lower() in AUXILIARIES and bool(asks.wh) and before[-1] == asks.aux


def _is_object(question: str, match: re.Match[str]) -> bool:
    """Return whether a pronoun is no subject: "Did Brack deny it?", not "... say it fell?"."""
    if match.group(1).lower() == "them":
        return True
    following = question[match.end() :].split()
    ends = not following or following[0].strip("?.,").lower() in ("", *_BEHIND, *PREPOSITIONS)
    return match.group(1).lower() == "it" and ends


def is_inner(question: str, match: re.Match[str]) -> bool:
    """Return whether a pronoun stands for nothing, or for something that the question itself names.

    "What does it cost to get in?", "Who gave the hall its new roof?"
    """
    around = question[max(0, match.start() - 6) : match.end() + 30].lower()
    if re.search(
        r"\bit (?:(?:costs?|takes?)\b.*\bto [a-z]|(?:true|possible|clear|known|rain)\b)", around
    ):
        return True
    before = question[: match.start()]
    if re.search(
        r"\b(?:the|a|an|my|your) [\w'\u2019 -]+(?:[.?!;]|,? (?:and|but|because|if|when))\s", before
    ):
        return True
    owns = match.group(1).lower() in ("its", "their", "his", "her")
    return owns and bool(re.search(r"\b(?:the|a|an) [a-z]+", question[: match.start()]))


def with_full_names(question: str, past: Sequence[Said]) -> str:
    """Return the question with a surname that stands alone made the full name it had before."""
    for match in reversed(list(_SURNAME.finditer(question))):
        around = question[: match.start()].rstrip().rsplit(" ", 1)[-1]
        if match.start() == 0 or names_of(around) or re.match(r"\s+[A-Z]", question[match.end() :]):
            continue
        full = full_name(match.group(1), past)
        if full != match.group(1):
            question = question[: match.start(1)] + full + question[match.end(1) :]
    return question


def mentions_reference(question: str) -> bool:
    """Return whether a question refers by a pronoun to what was said before.

    >>> mentions_reference("Who said that Hollin fell?"), mentions_reference("Why did it fall?")
    (False, True)
    """
    bare = _THAT.sub("", question)
    if (match := _THING.search(bare)) and not is_inner(bare, match):
        return True
    pattern = (
        r"\b(?:that|this|these|those|then|the same|such|there)\b(?!\s+(?:is|are|was|were|be)\b)"
    )
    found = re.search(pattern, bare, re.IGNORECASE)
    existing = re.search(r"\b(?:is|are|was|were|be|been) there\b", bare, re.IGNORECASE)
    return bool(_PERSON.search(bare) or (found and not existing))
