"""What "he", "it", "there", "the second one" and "the town" refer to, put in their stead."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.follow_up_parse import parse
from rag.follow_up_past import Said, full_name, people_in
from rag.follow_up_phrases import head, is_event, is_time, names_of, reports
from rag.follow_up_topic import (
    body,
    context,
    object_place,
    places,
    preposition,
    thing,
    time_of,
    without_time,
)
from rag.follow_up_words import PEOPLE, PLACE_NOUNS, PREPOSITIONS
from rag.question import quantity_of

_PERSON = re.compile(r"\b(he|she|him|his|her|hers)\b", re.IGNORECASE)
_THING = re.compile(r"\b(it|its|they|them|their|theirs)\b", re.IGNORECASE)
_ORDINAL = re.compile(
    r",?\s*\b(?P<prep>according to |in |by |from )?the\s+"
    r"(?P<which>first|second|third|fourth|last|other|former|latter)(?:\s+(?:one|figure|account|source|value|number|claim|report|outlet|paper|side|"
    r"count)\b|(?=\s+(?:say|says|said|give|gives|gave|claim|claims|count|counts|put|puts)\b)|(?=\?|$))",
    re.IGNORECASE,
)
_NOTHING_ELSE = 6
"""Characters beside "the second one" that ask nothing: "And ...?"."""
_POSITION = {"first": 0, "former": 0, "second": 1, "other": 1, "latter": 1, "third": 2, "fourth": 3}
_POSITION |= {"last": -1}
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
_NAMED_AS = (
    r"\bthe (?:(?!(?:in|of|at|near|on|the|a)\b)[\w'\u2019-]+ ){{0,3}}"
    r"{noun}(?=$| (?:in|of|at|near|on) )"
)
_SURNAME = re.compile(r"(?<![\w-])([A-Z][a-z][\w-]+)(?:['\u2019]s)?(?![\w-])")


def put_in(text: str, start: int, end: int, words: str) -> str:
    """Return a text with a stretch of it replaced, a capital where it opens the text."""
    if start == 0:
        words = words[:1].upper() + words[1:]
    return text[:start] + words + text[end:]


def with_choice(question: str, past: Sequence[Said]) -> tuple[str, str]:
    """Return the question with "the second one" resolved, and according to whom it is asked.

    The accounts are those of the last answer that gives several, else what it cites.
    """
    match = _ORDINAL.search(question)
    chosen = _chosen(match.group("which").lower(), past) if match else ""
    if match is None or not chosen:
        return question, ""
    if len(question) - len(match.group()) < _NOTHING_ELSE:
        return past[-1].understood, chosen
    if match.group("prep"):
        rest = question[: match.start()].rstrip(" ,") + question[match.end() :]
        return rest, chosen
    start = match.start() + len(match.group()) - len(match.group().lstrip(" ,"))
    if chosen.split()[0].lower() in ("the", "a", "an"):
        chosen = chosen[:1].lower() + chosen[1:]
    return put_in(question, start, match.end(), chosen), ""


def _chosen(which: str, past: Sequence[Said]) -> str:
    place = _POSITION[which]
    for said in reversed(past[-3:]):
        for among in (said.speakers, said.publishers):
            if len(among) < 2:
                continue
            if which == "other":
                others = [one for one in among if one.lower() not in past[-1].understood.lower()]
                return (others if len(others) < len(among) else among[1:])[0]
            return among[place] if place < len(among) else ""
    return ""


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


def with_person(question: str, past: Sequence[Said]) -> tuple[str, bool]:
    """Return the question with he or she replaced by whom it means, and whether it was."""
    match = _PERSON.search(question)
    if match is None:
        return question, False
    named = names_of(question[1 : match.start()])
    name = _person(past)
    # "Did Putin say that he ...": he is Putin. "Did Putin agree with him?": somebody else.
    if not name or (named and match.group(1).lower() not in ("him", "her")):
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
    last = past[-1]
    if match := _HARM.match(question):
        around = context(last.parsed)
        if around:
            verb = _HARMED[match.group("verb").lower()]
            rest = f" {match.group('rest')}".rstrip()
            return f"{match.group('wh')} were {verb}{rest} {around}?", True
    match = _THING.search(question)
    if match is None:
        return question, False
    if is_inner(question, match):
        return question, False
    word = match.group(1).lower()
    found = _meant(word, question[match.end() :], past)
    if any(is_time(chain) for chain in parse(question).chains()):
        found = without_time(found)
    if not found or names_of(question[1 : match.start()]) and not _is_object(question, match):
        return question, False
    owned = re.match(r"\s+((?:own\s+)?[a-z]+)", question[match.end() :])
    if word in ("its", "their", "theirs") and len(found.split()) > 4 and owned:
        # "its director" of something long: "the director of ...".
        end = match.end() + owned.end()
        noun = owned.group(1).removeprefix("own ").strip()
        return put_in(question, match.start(), end, f"the {noun} of {found}"), True
    owner = f"{found}'" if found.endswith("s") else f"{found}'s"
    words = owner if word in ("its", "their", "theirs") else found
    if word in ("it", "them") and not is_event(found) and (when := _time_of(found, past)):
        question = f"{question.rstrip(' ?')} {when}?"
    return put_in(question, match.start(), match.end(), words), True


def _time_of(found: str, past: Sequence[Said]) -> str:
    """Return when the question played that spoke of a thing."""
    for said in reversed(past):
        if found in said.understood:
            return time_of(context(said.parsed))
    return ""


def _is_object(question: str, match: re.Match[str]) -> bool:
    """Return whether a pronoun is no subject: "Did Brack deny it?", not "... say it fell?"."""
    if match.group(1).lower() == "them":
        return True
    following = question[match.end() :].split()
    ends = not following or following[0].strip("?.,").lower() in ("", *PREPOSITIONS)
    return match.group(1).lower() == "it" and ends


def is_inner(question: str, match: re.Match[str]) -> bool:
    """Return whether a pronoun stands for nothing, or for something that the question itself names.

    "What does it cost to get in?", "Who gave the hall its new roof?"
    """
    around = question[max(0, match.start() - 6) : match.end() + 30].lower()
    if re.search(r"\bit (?:cost|costs|take|takes|true|possible|clear|known|rain)\b", around):
        return True
    before = question[: match.start()]
    if re.search(
        r"\b(?:the|a|an|my|your) [\w'\u2019 -]+(?:[.?!;]|,? (?:and|but|because|if|when))\s", before
    ):
        return True
    owns = match.group(1).lower() in ("its", "their", "his", "her")
    return owns and bool(re.search(r"\b(?:the|a|an) [a-z]+", question[: match.start()]))


def _meant(word: str, following: str, past: Sequence[Said]) -> str:
    """Return what it, they or them mean before the words that follow, or the empty string."""
    verb = following.split()[0].lower() if following.split() else ""
    acts = word in ("its", "their", "they") or reports(verb) or verb in ("do", "own", "pay", "give")
    if word in ("they", "them", "their", "theirs"):
        answered = _answered_by(past[-1])
        return (
            answered if answered and past[-1].asks_who else _several(word, acts, past) or answered
        )
    if acts and (found := body(past[-1].parsed)):
        return found
    if found := thing(past[-1].parsed, many=False) or _answered_by(past[-1]):
        return found
    for said in reversed(past):
        if found := thing(said.parsed, many=False):
            return found
        if said.opens:
            break
    return ""


def _answered_by(last: Said) -> str:
    """Return the body, group or thing that answers who or which, or the empty string."""
    fresh = [one for one in last.named if one.lower() not in last.understood.lower()]
    asks = last.asks_who or bool(re.match(r"(?:\w+\s+)?which\b", last.understood, re.IGNORECASE))
    return fresh[0] if asks and fresh and not people_in(fresh[0]) else ""


def _several(word: str, acts: bool, past: Sequence[Said]) -> str:
    """Return the people who were counted last, else several things, else the last body."""
    last = past[-1].parsed
    harmed = next((p.lower for p in last.rest if quantity_of(p.lower)), "")
    if last.counted and harmed and not last.counted.startswith("of "):
        if word == "they":
            return f"the {last.counted}"
        if quantity_of(harmed) == "injured":
            return f"the {harmed if harmed in ('wounded', 'hurt') else 'injured'}"
        return f"the {last.counted} {quantity_of(harmed)}"
    plural = thing(last, many=True)
    if plural and not acts:
        return plural
    return next((found for said in reversed(past) if (found := body(said.parsed))), plural)


def with_definite(question: str, past: Sequence[Said]) -> str:
    """Return the question with "the camp" as it was named before: "the camp in Hasakeh"."""
    for match in re.finditer(r"\b(?:the|that|this) ([a-z]{3,})\b(?! of\b)", question):
        noun = match.group(1)
        if is_event(noun) or names_of(question[1:]):
            continue
        # A town that was named before is not the last one: its place may have been asked for since.
        for said in reversed(past[-1:] if noun in PLACE_NOUNS else past[-3:]):
            for chain in said.parsed.chains():
                named = re.search(_NAMED_AS.format(noun=noun), chain)
                full = without_time(chain[named.start() :]) if named else ""
                if names_of(full) and match.group() != full:
                    return put_in(question, match.start(), match.end(), full)
    return question


def with_place(question: str, past: Sequence[Said]) -> str:
    """Return the question with "there" and "the town" replaced by the place they mean."""
    place = _place(past)
    if not place:
        return question
    if (match := re.search(r"\bthere\b", question)) and not re.search(
        r"\b(?:was|were|is|are|has|have|had|been|be) there\b|^\s*(?:is|are|was|were) there\b",
        question,
        re.IGNORECASE,
    ):
        return put_in(question, match.start(), match.end(), place)
    nouns = "|".join(sorted(PLACE_NOUNS - {"place"}))
    match = re.search(rf"\b(?:the|that|this) ({nouns})\b(?! of\b)", question, re.IGNORECASE)
    if match and not names_of(question):
        bare = re.sub(rf"^\w+ (?:the )?(?:[\w-]+ )?(?:(?:{nouns}) of )", "", place)
        bare = re.sub(r"^(?:in|at|near|on|inside|outside|around) ", "", bare)
        bare = re.sub(rf"\s+(?:in|{nouns})\b.*$", "", bare)
        return put_in(question, match.start(), match.end(), f"the {match.group(1)} of {bare}")
    return question


_ASKS_WHERE = re.compile(
    rf"(?:\w+\s+)?(?:where\b|which\s+(?:\w+\s+)?(?:{'|'.join(sorted(PLACE_NOUNS))}|market|square|"
    r"street|part|hospital|school|building)\b)",
    re.IGNORECASE,
)


def _place(past: Sequence[Said]) -> str:
    for said in reversed(past):
        if _ASKS_WHERE.match(said.understood) and said.named:
            return f"in {said.named[0]}"
        chain = thing(said.parsed)
        if chain and head(chain) in PLACE_NOUNS and names_of(chain):
            return f"in {without_time(chain)}"
        if chain and is_event(chain) and preposition(chain) == "at":
            return f"at {without_time(chain)}"
        if (around := object_place(said.parsed)) and names_of(around):
            return without_time(around)
        if named := places(said.parsed):
            return named[0]
    return ""


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
