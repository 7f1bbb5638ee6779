"""The last question asked of another group, place, time, speaker or subject."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.english.question import group_of, quantity_of
from rag.english.speech_words import ROLES
from rag.follow.names import bodies_in, people_in
from rag.follow.parse import Parsed, parse
from rag.follow.past import Said
from rag.follow.phrases import head, is_event, is_time, names_of
from rag.follow.things import body, is_many
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
    BODIES,
    MONTHS,
    PEOPLE,
    PREPOSITIONS,
    SITES,
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
_TO = re.compile(r"\b(?:to|into|from) (?P<name>[A-Z][\w'\u2019-]*(?:[ -][A-Z][\w'\u2019-]*)*)\W*$")
_GOES = {
    prep: re.compile(rf"\b(?:{like}) (?:the )?[A-Z][\w'\u2019-]*(?:[ -][A-Z][\w'\u2019-]*)*")
    for likes in ("into to towards", "across", "against", "from")
    for prep in likes.split()
    for like in ("|".join(likes.split()),)
}
"""Where somebody goes, or against whom, by the words that say so."""
_STRUCK = re.compile(
    r"\b(?:hit|bombed|struck|strike|attack(?:ed)?|shell(?:ed)?|target(?:ed)?|captur(?:ed?)|"
    r"recaptured?|seized?|t[ao]ke|took|enter(?:ed)?|left|leave|control(?:s|led)?|h[eo]ld|held|"
    r"besieged?|storm(?:ed)?|liberated?|reach(?:ed)?|flee|fled|visit(?:ed)?) "
    r"(?P<name>(?:[A-Z]|[A-Za-z]{2,3}-[A-Z])[\w'\u2019-]*(?:[ -][A-Z][\w'\u2019-]*)*)"
)
"""A town, by what was done to it: another one's name takes its place."""
_LATER = re.compile(r"\s+(?:an?|one|two|the) \w+ (?:earlier|later|before|after)$")
_APART = re.compile(r"\s[A-Z]|\s(?:in|on|of|from|at|near)\s|\s(?:earlier|later|before|after)$")
"""What tells a thing from another of its kind: a name, a place, a time."""
_COUNTABLE = frozenset(
    "fighters militants rebels soldiers troops policemen officers teachers doctors nurses medics "
    "rescuers workers volunteers journalists students pupils prisoners hostages refugees kids "
    "babies foreigners drivers employees residents villagers worshippers".split()
)
_WERE = re.compile(r"how many of (?:the|those|these) [^?]+? (?:were|are) ", re.IGNORECASE)
_DAY = re.compile(r"\bday\b|\b\d{1,2}\b(?! (?:years|months))", re.IGNORECASE)
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
    if not words or len(words) > 4 or words[0] in _OPENS_NO_COUNT or words[0] in _DOINGS:
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
    if parsed.counted and quantity_of(parsed.verb) and not names_of(parsed.counted):
        return _other_group(parsed, what)
    how = "How much" if much else "How many"
    if parsed.wh.lower() in ("how much", "how many") and parsed.inverted:
        return f"{how} {what} {parsed.aux} {rest_of(parsed)}?"
    around = context(parsed) or last.around
    if quantity_of(parsed.counted):
        whose = next(iter(bodies_in(parsed.subject)), "")
        told = f"{how} of the {parsed.counted} {around} were {what}?"
        return f"{told.rstrip('?')}, according to {whose}?" if whose else told
    return f"{how} {what} {'was' if much else 'were'} there {around}?" if around else ""


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


def _other_group(parsed: Parsed, what: str) -> str:
    if not group_of(what.split()[-1]):
        # The reader counts groups that it knows; of another one it must be told whom it is part of.
        befell = participle(parsed.verb)
        return f"How many of those {befell} {agent(parsed) or context(parsed)} were {what}?"
    prefix = re.match(r"(?:\w+\s+)?how (?:many|much)\s+", parsed.wh, re.IGNORECASE)
    assert prefix is not None
    aux = f" {parsed.aux}" if parsed.inverted else ""
    return f"{prefix.group()}{what}{aux} {rest_of(parsed)}?"


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
    return f"{_placed_in(stem, prep, rest, parsed)}{tail}?"


def _placed_in(stem: str, prep: str, rest: str, parsed: Parsed) -> str:
    """Return the stem of a question with another place in the stead of its own."""
    if (to := _TO.search(stem)) and names_of(rest) and prep in ("in", "inside", "at", "outside"):
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


def about(subject: str, past: Sequence[Said]) -> str:
    """Return the last question asked of another subject: "What about the wounded?"."""
    last = past[-1]
    subject = subject.removeprefix("of ") if names_of(subject) else subject
    if is_time(subject):
        return with_slot(last.understood, "on" if _DAY.search(subject) else "in", subject)
    bare = re.sub(r"^(?:the|any)\s+", "", subject)
    harmed = len(bare.split()) == 1 and subject != bare and quantity_of(bare) == bare.lower()
    counts = len(bare.split()) == 1 and bool(quantity_of(bare) or group_of(bare))
    looked = past[-5:] if harmed else past[-2:]
    asked = next((said for said in reversed(looked) if said.parsed.counted), None)
    if counts and asked and (counted := count_of(bare.lower(), asked)):
        return counted
    if _is_group(bare) and asked and (swapped := _other_group(asked.parsed, bare)):
        return swapped
    return of_another(subject, last) or _told_of(subject, past) or _about_thing(subject, past)


def _is_group(bare: str) -> bool:
    """Return whether a phrase counts people of a kind: "Islamic State fighters"."""
    kind = bare.split()[-1]
    return kind.islower() and (bool(group_of(kind)) or kind in _COUNTABLE) and " of " not in bare


def _told_of(subject: str, past: Sequence[Said]) -> str:
    """Return what another one said of what an earlier speaker was asked about, or "".

    "And Tolle?" after "What did Hollin say about the ferry?" and a question on the ferry.
    """
    for said in reversed(past[-3:-1]):
        parsed = said.parsed
        if parsed.speaker and names_of(subject) and not places(past[-1].parsed):
            return without_according(said.understood)[0].replace(parsed.speaker, subject, 1)
    return ""


def _of_a_kind(subject: str, noun: str, previous: str, parsed: Parsed) -> str:
    """Return the question asked of another thing or group of the same kind, or ""."""
    for chain in parsed.chains():
        if head(chain) == noun and chain != subject and _APART.search(subject):
            return previous.replace(chain, subject, 1)
    groups = [one for one in (subject, parsed.subject) if one.startswith("the ") and is_many(one)]
    if len(groups) == 2 and all(map(group_of, map(head, groups))):
        return previous.replace(parsed.subject, subject, 1)
    return ""


def of_another(subject: str, last: Said) -> str:
    """Return the last question asked of another speaker, place or thing with a name, or ""."""
    previous, _ = without_according(last.understood)
    parsed = parse(previous)
    speaks = subject.lower() in (one.lower() for one in last.speakers)
    formal = bool(set(subject.lower().split()) & (BODIES - SITES))
    if parsed.speaker and (speaks or formal or names_of(subject)):
        return previous.replace(parsed.speaker, subject, 1)
    if (formal or speaks) and (acting := body(parsed)):
        return previous.replace(acting, subject, 1)
    if is_event(parsed.subject) and is_event(subject) and parsed.inverted and parsed.verb:
        return previous.replace(parsed.subject, subject, 1)
    noun = head(_LATER.sub("", subject))
    if swapped := _of_a_kind(subject, noun, previous, parsed):
        return swapped
    if not names_of(subject):
        return ""
    alone = bool(names_of(parsed.subject)) and parsed.subject[:1].isupper() and parsed.verb
    if (people_in(parsed.subject) or (alone and not places(parsed))) and not parsed.counted:
        return previous.replace(parsed.subject, subject, 1)
    speaks = (
        speaks
        or subject in last.publishers
        or any(w in BODIES or w in ROLES for w in subject.lower().split())
    )
    if speaks:
        return f"{previous.rstrip(' ?')}, according to {subject}?" if parsed.counted else ""
    if named := places(parsed):
        return previous.replace(named[-1].split(" ", 1)[1], subject, 1)
    if to := _TO.search(previous):
        return previous.replace(to.group("name"), subject, 1)
    struck = _STRUCK.search(previous) if not people_in(subject) else None
    return (
        f"{previous[: struck.start('name')]}{subject}{previous[struck.end('name') :]}"
        if struck
        else ""
    )


def _about_thing(subject: str, past: Sequence[Said]) -> str:
    """Return what was said or is known of a thing, in what the last question asked about."""
    last = past[-1]
    if asked := _of_the_same(subject, last.parsed):
        return asked
    around = context(last.parsed) or last.around
    if set(subject.lower().split()) & (BODIES - SITES) and is_event(around.partition(" ")[2]):
        return f"What did {subject} say about {around.partition(' ')[2]}?"
    speaker = _speaker(past)
    if speaker and not names_of(subject):
        return f"What did {speaker} say about {subject}?"
    if owners := bodies_in(last.understood):
        return f"What about {subject} of {owners[0]}?"
    around = context(last.parsed) or next((context(s.parsed) for s in reversed(past)), "")
    if around and head(around) != head(subject):
        return f"What about {subject} {around}?"
    return f"What about {subject}?"


def _of_the_same(subject: str, parsed: Parsed) -> str:
    """Return "Who is the treasurer of Hollin?" after "Who is the mayor of Hollin?", or ""."""
    of = re.search(r" (?:of|at) .*", rest_of(parsed))
    if not parsed.verbless or of is None:
        return ""
    if subject.startswith("of "):
        return f"{parsed.wh} {parsed.aux} {rest_of(parsed)[: of.start()]} {subject}?"
    role = head(subject) in PEOPLE or head(subject) in ROLES
    owned = parsed.wh == "What" and subject.startswith("the ")
    return f"{parsed.wh} {parsed.aux} {subject}{of.group()}?" if role or owned else ""


def _speaker(past: Sequence[Said]) -> str:
    """Return the person whose words or deeds the last question asked for."""
    for said in reversed(past[-2:]):
        if said.parsed.speaker and (said is past[-1] or not said.opens or not past[-1].opens):
            return said.parsed.speaker
    if not past[-1].parsed.counted and people_in(told := without_according(past[-1].understood)[1]):
        return told
    found = people_in(past[-1].understood)
    return found[0] if found and past[-1].parsed.subject.startswith(found[0]) else ""
