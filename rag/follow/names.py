"""The names of a text: people, bodies, and whatever is written with capitals. English."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.follow.words import AUXILIARIES, BODIES, MONTHS, PEOPLE, WH

TEXT = 3000
"""Characters of an answer that are looked at."""
_SHORT = 25
"""Words of an answer without JSON that may be nothing but a bare answer."""
RUN = re.compile(
    r"(?:[a-z]{2,3}-)?[^\W\d_a-z][\w'\u2019-]*"
    r"(?:\s+(?:(?:al|el|bin|ibn|abu|de|van|von|of)[\s-])?(?:[a-z]{2,3}-)?[^\W\d_a-z][\w'\u2019-]*)*"
)
_BEFORE_PLACE = frozenset("in at near from on of for around the outside".split())
NO_PERSON = BODIES | MONTHS | WH | frozenset("the a an in on at and but for as".split())
_SENTENCE = re.compile(r"(?<=[.?!])\s+(?=\S)")


def counted_first(text: str) -> str:
    """Return the number that an answer without JSON begins with, with its hedge, or "".

    >>> counted_first("About 60, according to the fire service."), counted_first("Welders.")
    ('About 60', '')
    """
    match = re.match(
        r"(?:(?:at least|about|some|more than|around|nearly)\s+)?\d[\d,.]*\d|\d", text, re.I
    )
    return match.group() if match else ""


def named_in_short(text: str) -> list[str]:
    """Return the names in the first sentence of an answer without JSON, where that is short.

    >>> named_in_short("He blamed welders of a contractor, Hallam Marine. They deny it.")
    ['Hallam Marine']
    """
    first = _SENTENCE.split(text)[0] if text else ""
    if len(first.split()) > _SHORT:
        return []
    whole = first.rstrip(".").split()
    found = []
    for match in RUN.finditer(first):
        alone = match.start() == 0 and " " not in match.group() and len(whole) > 1
        if not alone or match.group().endswith(("ia", "an")):
            found.append(re.sub(r"['\u2019]s?$|\.$", "", match.group()))
    openers = {
        "The",
        "A",
        "An",
        "In",
        "He",
        "She",
        "It",
        "They",
        "By",
        "At",
        "On",
        "Yes",
        "No",
        "Its",
        "From",
        "To",
        "Near",
        "With",
        "After",
        "Over",
        "About",
        "For",
    }
    stripped = []
    for one in found:
        first, _, rest = one.partition(" ")
        if rest and first in openers:
            one = f"the {rest}" if first == "The" else rest
        stripped.append(one)
    return [one for one in stripped if one not in openers]


def runs(text: str) -> list[str]:
    """Return the runs of capitalised words in a text, in order.

    >>> runs("What did Interior Minister Aldo Brennick say about Ras al-Ain?")
    ['What', 'Interior Minister Aldo Brennick', 'Ras al-Ain']
    """
    return [re.sub(r"['\u2019]s?$", "", match.group()) for match in RUN.finditer(text)]


def named_part(speaker: str) -> str:
    """Return the name that a speaker's words end with, else the words.

    >>> named_part("a half-hour apart SANA"), named_part("the Ferry Board"), named_part("a group")
    ('SANA', 'the Ferry Board', 'a group')
    """
    last = next((one for one in reversed(list(RUN.finditer(speaker)))), None)
    if last is None or last.end() < len(speaker):
        return speaker
    return ("the " if speaker[: last.start()].lower().endswith("the ") else "") + last.group()


def people_in(text: str) -> list[str]:
    """Return the people that a text names, and those it only calls by what they do.

    Two capitalised words at least, none of a body, and no place is said before them.

    >>> people_in("What did Interior Minister Aldo Brennick accuse Corran Industries of?")
    ['Interior Minister Aldo Brennick']
    >>> people_in("How many died in Old Damascus?"), people_in("What did the attacker ride?")
    ([], ['the attacker'])
    """
    found: list[tuple[int, str]] = []
    for match in RUN.finditer(text):
        words = [re.sub(r"['\u2019]s?$", "", word) for word in match.group().split()]
        start = match.start()
        while words and words[0].lower() in WH | MONTHS | AUXILIARIES | {"the", "a", "an"}:
            start += len(words[0]) + 1
            words = words[1:]
        before = text[:start].rstrip().rsplit(" ", 1)[-1].lower()
        placed = before in _BEFORE_PLACE
        if len(words) < 2 or placed or any(w.lower() in NO_PERSON for w in words):
            continue
        following = text[match.end() :].lstrip(" ").split(" ", 1)[0].lower().strip("?.,;")
        if following in BODIES:
            continue
        found.append((start, " ".join(words)))
    for match in re.finditer(
        r"\b(?:the|an?)\s+((?:[\w'\u2019-]+\s+){0,3}?([a-z]+))\b(?!['\u2019-])", text
    ):
        if match.group(2) in PEOPLE and not any(s >= match.start() for s, _ in found[:1]):
            found.append((match.start(), f"the {match.group(1)}"))
    return [name for _, name in sorted(found)]


def bodies_in(text: str) -> list[str]:
    """Return the bodies that a text names.

    >>> bodies_in("How many of Corran Industries' own employees died at Larkhaven?")
    ['Corran Industries']
    """
    found = []
    for run in runs(text):
        words = run.split()
        while words and words[0].lower() in WH | MONTHS:
            words = words[1:]
        if len(words) > 1 and any(word.lower() in BODIES for word in words):
            found.append(" ".join(words))
    return found


def as_written(phrase: str, texts: Sequence[str]) -> str:
    """Return a phrase with the capitals that the conversation writes it with, if it has it.

    >>> as_written("deir sharqi", ["In Deir Sharqi, six died."])
    'Deir Sharqi'
    """
    if len(phrase) < 3 or phrase.istitle():
        return phrase
    if phrase.startswith("the "):
        name = as_written(phrase.removeprefix("the "), texts)
        return f"the {name}" if name.isupper() or " " in name else phrase
    pattern = re.compile(rf"(?<!\w){re.escape(phrase)}(?!\w)", re.IGNORECASE)
    for text in texts:
        for match in pattern.finditer(text[:TEXT]):
            if match.group()[0].isupper() and match.group() != phrase.capitalize() + " ":
                return match.group()
    return phrase
