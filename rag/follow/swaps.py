"""The last question asked of another group, place or time."""

from __future__ import annotations

import re

from rag.english.metonyms import country_of
from rag.english.question import group_of, quantity_of
from rag.english.speech_words import ROLES
from rag.follow.names import bodies_in
from rag.follow.parse import Parsed, parse
from rag.follow.past import Said
from rag.follow.phrases import head, is_time, names_of
from rag.follow.things import is_many
from rag.follow.topic import (
    agent,
    circumstances,
    context,
    places,
    time_of,
    without_according,
    without_time,
)
from rag.follow.words import (
    AUXILIARIES,
    MONTHS,
    PAST,
    PREPOSITIONS,
    WEEKDAYS,
)

_NO_GROUP = (
    PREPOSITIONS
    | AUXILIARIES
    | {"there", "this", "that", "he", "she", "they", "it", "who", "them", "him", "her"}
)
_OPENS_NO_COUNT = frozenset("in at so else more a an that this it".split())
_MONTH = rf"\b(?:{'|'.join(sorted(MONTHS - WEEKDAYS))})\b"
_DOINGS = frozenset(
    "returned fled escaped survived remained stayed left came went arrived joined surrendered "
    "defected resigned voted agreed applied starved drowned lived".split()
)
"""What people do themselves: "How many returned?" counts those who did."""
TO = re.compile(r"\b(?:to|into|from) (?P<name>[A-Z][\w'\u2019-]*(?:[ -][A-Z][\w'\u2019-]*)*)\W*$")
_GOES = {
    prep: re.compile(rf"\b(?:{like}) (?:the )?[A-Z][\w'\u2019-]*(?:[ -][A-Z][\w'\u2019-]*)*")
    for likes in ("into to towards", "across", "against", "from")
    for prep in likes.split()
    for like in ("|".join(likes.split()),)
}
"""Where somebody goes, or against whom, by the words that say so."""
_WERE = re.compile(r"how many of (?:the|those|these) [^?]+? (?:were|are) ", re.IGNORECASE)
_TIMES = ("since", "until", "before", "after", "during")


def has_verb(words: str) -> bool:
    """Return whether there is a verb among words that follow a question word."""
    return any(part.kind in ("aux", "verb") for part in parse("Who " + words).rest[1:])


def rest_of(parsed: Parsed) -> str:
    """Return a question without its question phrase and the auxiliary before its subject."""
    text = " ".join(part.text for part in parsed.rest)
    return re.sub(r"\s+,", ",", text)


def participle(verb: str) -> str:
    """Return what befell those of whom a verb tells: "killed" for "die"."""
    return {"died": "killed", "die": "killed", "kill": "killed", "perished": "killed"}.get(
        verb, verb if verb.endswith("ed") else quantity_of(verb)
    )


def count_of(what: str, last: Said, *, much: bool = False) -> str:
    """Return how many of ``what`` there were in what the last question asked about, or ""."""
    what = re.sub(
        r"^(?:(?:the|of them|of those|the rest|still|already|also)\s+)+", "", what.strip()
    )
    what = re.sub(r"\s+(?:then|now|so far|already|in (?:all|total)|altogether|exactly)$", "", what)
    words = what.split()
    if not words or len(words) > 4 or words[0] in _OPENS_NO_COUNT or _is_doing(words[0]):
        return ""
    parsed = last.parsed
    quantity = quantity_of(words[0])
    if counted := _mentioned(what, parsed) or _of_those(what, last):
        return counted
    if much and len(words) == 1 and words[0].endswith("ed"):
        around = context(parsed) or last.around or _placed(parsed)
        return f"How much {parsed.counted} was {what} {around}?" if parsed.counted else ""
    if len(words) == 1 and quantity:
        # "How many dead?": killed, injured and the like are what befell people.
        if words[0] in ("died", "perished"):
            around = context(parsed) or last.around
            return f"How many people {words[0]} {around}?" if around else ""
        verb = words[0] if words[0].endswith("ed") else quantity
        around = agent(parsed) or re.sub("^from ", "in ", context(parsed) or last.around)
        found = f"How many people were {verb} {around}?".replace(" ?", "?") if around else ""
        speaker = without_according(last.understood)[1]
        return f"{found[:-1]}, according to {speaker}?" if found and speaker else found
    if has_verb(what) or set(words) & _NO_GROUP:
        return ""
    harmed = quantity_of(parsed.verb) and not names_of(parsed.counted)
    alike = is_many(parsed.counted) and (group_of(words[-1]) or is_things(parsed.counted))
    if parsed.counted and (harmed or (alike and is_many(what))):
        return other_group(parsed, what)
    how = "How much" if much else "How many"
    if parsed.wh.lower() in ("how much", "how many") and parsed.inverted:
        return f"{how} {what} {parsed.aux} {rest_of(parsed)}?"
    around = context(parsed) or last.around
    if quantity_of(parsed.counted):
        whose = next(iter(bodies_in(parsed.subject)), "")
        told = f"{how} of the {parsed.counted} {around} were {what}?"
        return f"{told.rstrip('?')}, according to {whose}?" if whose else told
    return f"{how} {what} {'was' if much else 'were'} there {around}?" if around else ""


def _is_doing(word: str) -> bool:
    """Return whether a word tells what people did themselves: "How many got out?"."""
    return word in _DOINGS or (word in PAST and not quantity_of(word))


def _of_those(what: str, last: Said) -> str:
    """Return how many of the same were something else, or were badly hurt, or "".

    >>> last = Said("", "How many of the dead were employees of the mill?", {})
    >>> _of_those("drivers", last)
    'How many of the dead were drivers?'
    """
    previous, parsed = last.understood, last.parsed
    if what.endswith("ly") and " " not in what and quantity_of(parsed.verb):
        around = context(parsed) or last.around
        told = f"How many {parsed.counted or 'people'} were {what} {quantity_of(parsed.verb)}"
        return f"{told} {around}".rstrip() + "?"
    match = _WERE.match(previous)
    if match is None or quantity_of(what.split()[0]) or has_verb(what):
        return ""
    place = circumstances(parse(previous))
    return f"{match.group()}{what} {place}".rstrip() + "?"


def _placed(parsed: Parsed) -> str:
    """Return where a question plays: "in the storage building"."""
    parts = parsed.rest
    at = next((n for n, part in enumerate(parts) if part.kind == "prep"), len(parts))
    return " ".join(part.text for part in parts[at:])


def _mentioned(what: str, parsed: Parsed) -> str:
    """Return how many there were of things that the last question spoke of, or "".

    >>> _mentioned("letters", parse("Where did Hollin bury the letters of the king?"))
    'How many letters of the king did Hollin bury?'
    """
    chain = next((one for one in parsed.chains() if head(one) == what), "")
    if not chain or not parsed.inverted or parsed.counted or chain == parsed.subject:
        return ""
    rest = rest_of(parsed)
    if f" {chain}" not in rest:
        return ""
    counted = re.sub(r"^(?:the|an?|its|their) ", "", chain)
    left = " ".join(rest.replace(chain, "", 1).split())
    return f"How many {counted} {parsed.aux.lower()} {left}?"


def other_group(parsed: Parsed, what: str) -> str:
    """Return how many of another group there were, in the words of the last question, or ""."""
    if what.split()[-1] in _MATERIEL and quantity_of(parsed.verb):
        return f"How many {what} were destroyed {agent(parsed) or context(parsed)}?"
    if is_things(parsed.counted):
        pass  # "seals" after "birds" are counted by themselves
    elif not group_of(what.split()[-1]):
        # The reader counts groups that it knows; of another one it must be told whom it is part of.
        befell = participle(parsed.verb)
        return f"How many of those {befell} {agent(parsed) or context(parsed)} were {what}?"
    prefix = re.match(r"(?:\w+\s+)?how (?:many|much)\s+", parsed.wh, re.IGNORECASE)
    assert prefix is not None
    aux = f" {parsed.aux}" if parsed.inverted else ""
    return f"{prefix.group()}{what}{aux} {rest_of(parsed)}?"


def of_country(question: str, other: str) -> str:
    """Return a question asked of another country than the one that it names, or the empty string.

    >>> of_country("How many people did Jordan take in?", "Turkey")
    'How many people did Turkey take in?'
    """
    named = {one for one in re.findall(r"\b[A-Z][a-z]+\b", question) if country_of(one)}
    if len(named) != 1 or not country_of(other) or other in named:
        return ""
    return re.sub(rf"\b{named.pop()}\b", other, question)


def is_things(counted: str) -> bool:
    """Return whether things or beings were counted that are no people: "schools", "birds"."""
    noun = head(counted)
    someone = group_of(noun) or noun in ("people", "persons") or noun in ROLES or noun in _FIGHTERS
    return is_many(counted) and counted.islower() and not (someone or quantity_of(noun))


_MATERIEL = frozenset(
    "planes tanks vehicles houses buildings trucks cars ships boats helicopters jets aircraft "
    "homes shops guns cannons launchers depots".split()
)
"""What is destroyed where people are killed."""
_FIGHTERS = frozenset(
    "fighters militants rebels soldiers troops jihadists terrorists gunmen policemen officers "
    "employees residents prisoners hostages refugees passengers workers victims members guards "
    "operatives bombers insurgents mercenaries militiamen families houses".split()
)


def with_slot(previous: str, prep: str, rest: str) -> str:
    """Return the previous question with its place, time or speaker replaced by another.

    >>> with_slot("How many people were killed in Hollin in May?", "in", "Sallow")
    'How many people were killed in Sallow in May?'
    >>> with_slot("How many died, according to the Ferry Board?", "according to", "SANA")
    'How many died, according to SANA?'
    """
    bare, speaker = without_according(previous)
    parsed = parse(bare)
    if prep == "according to":
        if parsed.speaker:
            return bare.replace(parsed.speaker, rest, 1)
        return f"{bare.rstrip(' ?')}, according to {rest}?"
    tail = f", according to {speaker}" if speaker else ""
    stem = bare.rstrip(" ?")
    if re.match(r"(?:last|next|this|that|the same|yesterday|today)\b", rest) and is_time(rest):
        return f"{without_time(stem)} {rest}{tail}?"
    if is_time(rest) and not re.search(r"\d{4}", rest) and re.search(_MONTH, rest, re.IGNORECASE):
        year = re.search(r"\b(?:1\d|20)\d\d\b", time_of(stem))
        rest = f"{rest} {year.group()}" if year else rest
    if prep in _TIMES or is_time(rest):
        return f"{without_time(stem)} {prep} {rest}{tail}?"
    if time_of(f"{prep} {rest}"):
        stem = without_time(stem)
    if other := of_country(stem, rest):
        return f"{other}{tail}?"
    return f"{_placed_in(stem, prep, rest, parsed)}{tail}?"


def _placed_in(stem: str, prep: str, rest: str, parsed: Parsed) -> str:
    """Return the stem of a question with another place in the stead of its own."""
    if (to := TO.search(stem)) and names_of(rest) and prep in ("in", "inside", "at", "outside"):
        return f"{stem[: to.start()]}{prep} {rest}"
    if (same := _GOES[prep].search(stem) if prep in _GOES else None) and names_of(rest):
        return f"{stem[: same.start()]}{prep} {rest}{stem[same.end() :]}"
    named = places(parsed)
    if named and not re.match(r"(?:the|a|an)\s", rest):
        whole = " ".join(named)
        gone = whole if whole in stem else named[-1]
        return f"{stem.replace(gone, f'{prep} {rest}', 1)}"
    names = re.findall(r"(?<=\s)[A-Z][\w'\u2019-]*(?:\s+[A-Z][\w'\u2019-]*)*", stem)
    if names and prep in ("in", "at", "near", "from") and names_of(rest):
        before, _, after = stem.rpartition(names[-1])
        if before.rstrip().rsplit(" ", 1)[-1] in ("in", "at", "near", "from", "of", "on"):
            return f"{before}{rest}{after}"
    return f"{stem} {prep} {rest}"
