"""The last question asked of another subject: "What about the wounded?", "And the police?"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from rag.english.question import group_of, quantity_of
from rag.english.speech_words import ROLES
from rag.follow.names import bodies_in, people_in
from rag.follow.parse import Parsed, parse
from rag.follow.past import Said
from rag.follow.phrases import head, is_event, is_time, names_of
from rag.follow.swaps import TO, count_of, is_things, of_country, other_group, rest_of, with_slot
from rag.follow.things import body, is_many
from rag.follow.topic import context, places, without_according, without_time
from rag.follow.words import BODIES, DETERMINERS, PEOPLE, SITES

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
_DAY = re.compile(r"day\b|\b\d{1,2}\b(?! (?:years|months))", re.IGNORECASE)


def about(subject: str, past: Sequence[Said]) -> str:
    """Return the last question asked of another subject: "What about the wounded?"."""
    last = past[-1]
    subject = subject.removeprefix("of ") if names_of(subject) else subject
    if (view := _VIEW.match(subject)) and (told := _view_of(view.group("who"), past)):
        return told
    if is_time(subject):
        return with_slot(last.understood, "on" if _DAY.search(subject) else "in", subject)
    bare = re.sub(r"^(?:the|any)\s+", "", subject)
    harmed = len(bare.split()) == 1 and subject != bare and quantity_of(bare) == bare.lower()
    counts = len(bare.split()) == 1 and bool(quantity_of(bare) or group_of(bare))
    looked = past[-5:] if harmed else past[-2:]
    asked = next((said for said in reversed(looked) if said.parsed.counted), None)
    if counts and asked and (counted := count_of(bare.lower(), asked)):
        return counted
    if _is_group(bare) and asked and (swapped := other_group(asked.parsed, bare)):
        return swapped
    if swapped := _counted_beside(subject, last):
        return swapped
    return of_another(subject, last) or _told_of(subject, past) or _about_thing(subject, past)


_VIEW = re.compile(
    r"(?P<who>(?:the )?[\w\u2019' -]*?\w)['\u2019]s? (?:own |official )?"
    r"(?:explanation|version|account|story|view|position|reaction|response|answer|claim|comment|statement|side|opinion|line|take)\b"
)


def _view_of(who: str, past: Sequence[Said]) -> str:
    """Return what somebody said of what happened, or of the last topic, or the empty string.

    >>> past = [Said("", "How many died?", {}, around="in the fire in Hollin")]
    >>> _view_of("Norland", past)
    'What did Norland say about the fire in Hollin?'
    """
    around = past[-1].around
    event = around.partition(" ")[2]
    if is_event(event):
        return f"What did {who} say about {event}?"
    return f"What did {who} say about what happened {around}?" if around else ""


def _counted_beside(subject: str, last: Said) -> str:
    """Return the last question asked of other things than it counts, or the empty string.

    >>> _counted_beside("hospitals", Said("", "How many schools were closed in Hollin?", {}))
    'How many hospitals were closed in Hollin?'
    """
    counted = last.parsed.counted
    plural = subject.islower() and is_many(subject) and not quantity_of(subject)
    if not plural or len(subject.split()) > 2 or subject.split()[0] in DETERMINERS:
        return ""
    if last.parsed.wh.lower() == "how many" and not last.parsed.inverted and last.around:
        return f"How many {subject} were there {last.around}?"
    return other_group(last.parsed, subject) if is_things(counted) else ""


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
        formal = set(subject.lower().split()) & (BODIES - SITES)
        placed = places(past[-1].parsed) and not (formal and not past[-1].parsed.counted)
        if parsed.speaker and names_of(subject) and not placed:
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
    role = subject.startswith("the ") and subject.lower().split()[-1] in ROLES
    if parsed.speaker and (speaks or formal or role or names_of(subject)):
        return previous.replace(parsed.speaker, subject, 1)
    if (formal or speaks) and (acting := body(parsed)):
        return previous.replace(acting, subject, 1)
    if is_event(parsed.subject) and is_event(subject) and parsed.inverted and parsed.verb:
        return previous.replace(parsed.subject, subject, 1)
    noun = head(_LATER.sub("", subject))
    swapped = _of_a_kind(subject, noun, previous, parsed) or of_country(previous, subject)
    if swapped := swapped or _of_somebody(subject, previous, parsed):
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
    if to := TO.search(previous):
        return previous.replace(to.group("name"), subject, 1)
    struck = _STRUCK.search(previous) if not people_in(subject) else None
    return (
        f"{previous[: struck.start('name')]}{subject}{previous[struck.end('name') :]}"
        if struck
        else ""
    )


def _of_somebody(subject: str, previous: str, parsed: Parsed) -> str:
    """Return the last question asked of another person by what they are, or the empty string.

    >>> asked = "Is Oton Brack still in Hollin?"
    >>> _of_somebody("his rival", asked, parse(asked))
    "Is Oton Brack's rival still in Hollin?"
    """
    who = parsed.subject
    role = head(subject) in PEOPLE and re.match(r"(?:the|his|her|their) ", subject)
    counts = parsed.counted and not is_things(parsed.counted)
    if not role or counts or not people_in(who) or who.lower().startswith("the "):
        return ""
    if not subject.startswith("the "):
        owner = f"{who}'" if who.endswith("s") else f"{who}'s"
        subject = f"{owner} {subject.split(' ', 1)[1]}"
    return previous.replace(who, subject, 1)


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
    if asked := _attribute(subject, _happened(past, around)):
        return asked
    if asked := _attribute(subject, around):
        return asked
    if around and head(around) != head(subject):
        return f"What about {subject} {around}?"
    return f"What about {subject}?"


def _happened(past: Sequence[Said], around: str) -> str:
    """Return "in the explosion" where the answers tell of such an event, mostly of one; else "".

    It has the place that the topic has.
    """
    if is_event(around.partition(" ")[2]):
        return around
    for said in reversed(past[-3:]):
        if is_event(said.around.partition(" ")[2]):
            return said.around
    told = " ".join(f"{said.text} {said.quoted}" for said in past)
    words = Counter(re.findall(r"[a-z]+", told.lower()))
    events = sorted((-n, word) for word, n in words.items() if word in _ONE_EVENT)
    if not events or (len(events) > 1 and events[0][0] == events[1][0]):
        return ""
    where = without_time(around) if re.match(r"(?:in|at|near) (?:the )?[A-Z]", around) else ""
    return f"in the {events[0][1]} {where}".strip()


_ONE_EVENT = frozenset(
    "explosion blast fire crash collapse earthquake flood shooting massacre attack bombing "
    "accident ambush raid strike airstrike outbreak spill".split()
)
_ATTRIBUTES = frozenset(
    "cause reason motive date day time place location price cost value size length width height "
    "weight age name address title purpose aim result outcome penalty sentence deadline duration "
    "temperature speed distance population capital amount salary budget number".split()
)
"""What a thing has one of: "And the cause?" asks which it is."""


def _attribute(subject: str, around: str) -> str:
    """Return "What was the cause of the fire in Hollin?" for "And the cause?", or "".

    >>> _attribute("the cause", "in the fire in Hollin"), _attribute("the owner", "in the mill")
    ('What was the cause of the fire in Hollin?', 'Who is the owner of the mill?')
    """
    of = around.partition(" ")[2]
    words = subject.split()
    if len(words) != 2 or words[0] not in ("the", "its", "their") or not of or is_time(around):
        return ""
    if words[1] in _ATTRIBUTES and is_event(of):
        return f"What was the {words[1]} of {of}?"
    if words[1] in _HOLDERS and not is_event(of):
        return f"Who is the {words[1]} of {of}?"
    return ""


_HOLDERS = frozenset("owner manager director founder author editor publisher chair boss".split())


def _of_the_same(subject: str, parsed: Parsed) -> str:
    """Return "Who is the treasurer of Hollin?" after "Who is the mayor of Hollin?", or ""."""
    of = re.search(r" (?:of|at) .*", rest_of(parsed))
    if not parsed.verbless or of is None:
        return ""
    if subject.startswith("of "):
        return f"{parsed.wh} {parsed.aux} {rest_of(parsed)[: of.start()]} {subject}?"
    role = head(subject) in PEOPLE or head(subject) in ROLES
    owned = parsed.wh == "What" and subject.startswith("the ") and head(subject) not in _HOLDERS
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
