"""Whom a pronoun or a description means: the nearest earlier speaker or body that fits it. English.

"He" is no ministry, "it" no minister, "the ministry" the nearest one that was named. Where nothing
before fits, nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from rag.english.speech_phrases import tokens
from rag.english.speech_words import BODIES, DETERMINERS, PERSONS, ROLES, TITLES

_BACK = 6
"""Sentences before a pronoun in which its speaker is looked for."""
_BACK_NAMED = 14
"""Sentences before a description such as "the ministry" in which the named one is looked for."""
_ODD = 3
"""Speakers that a pronoun passes over for one that fits it better."""
_HEAD = re.compile(
    r"^(?:the|this|that|its|his|her|their)\s+(?:[\w-]+\s+){0,2}(?P<head>[\w-]+)$", re.IGNORECASE
)
_ANY_BODY = frozenset(
    "group monitor watchdog organisation organization body network agency source sources statement "
    "report".split()
)
_ALIKE = {"organisation": "organization", "programme": "program", "spokeswoman": "spokesman"}
_FULL_NAME = r"[A-Z][\w'\u2019-]+(?:\s+(?:al-|el-|de\s|bin\s)?[A-Z][\w'\u2019-]+){1,3}"
_SUBJECT = re.compile(
    rf"^(?:[\"\u201c]?(?:[Aa]t|[Oo]n|[Ii]n)\s[^,]+,\s)?(?P<name>{_FULL_NAME})\b(?=[\s,])"
)
_DESCRIBES = re.compile(r"^\s*(?:,\s*(?:aged\s+)?\d{1,3}\b|,\s*(?:an?|the|his|her)\s|,?\s*who\b)")
_CAPITAL_WORDS = frozenset("The A An In On At It He She They But And This That".split())


# What ends the noun of a phrase, and what shows that a phrase is no one's name.
_OF = frozenset("of for".split())
_NO_SPEAKER = frozenset(
    "on in at near from by with against over after before during however but that which when as "
    "into under around toward towards between".split()
)
_LONGEST_NAME = 5


def may_speak(speaker: str) -> bool:
    """Return whether words name one who can say something: no event, no thing, no run of names.

    >>> may_speak("the Ferry Board"), may_speak("the strike on Hollin"), may_speak("the old dam")
    (True, False, False)
    >>> may_speak("an official at the harbour office")
    True
    """
    found = [token for token in tokens(speaker) if token.text[0].isalpha()]
    lower = [token.lower for token in found]
    at = next((n for n, word in enumerate(lower) if n and word in _NO_SPEAKER), 0)
    if at and lower[at - 1] in PERSONS:
        found, lower = found[:at], lower[:at]
    if not found or any(word in _NO_SPEAKER for word in lower[1:]):
        return False
    ends = [at for at, word in enumerate(lower) if word in _OF and at]
    head = found[ends[0] - 1] if ends else found[-1]
    if not (head.is_name or head.lower in ROLES | BODIES | PERSONS | TITLES):
        return False
    run = longest = 0
    for token in found:
        named = token.is_name and token.lower not in ROLES | TITLES
        run = run + 1 if named else 0
        longest = max(longest, run)
    return longest <= _LONGEST_NAME


def is_person(speaker: str) -> bool:
    """Return whether words show a speaker to be a person: a title or a person's office.

    >>> is_person("harbour minister Oton Brack"), is_person("the Ferry Board")
    (True, False)
    """
    words = [token.lower for token in tokens(speaker)]
    return any(word in PERSONS or word in TITLES for word in words) and not is_body(speaker)


def is_body(speaker: str) -> bool:
    """Return whether words show a speaker to be a body: a ministry, an army, an agency.

    >>> is_body("the Ferry Board"), is_body("SANA"), is_body("the ministry's spokesman")
    (True, True, False)
    """
    found = tokens(speaker)
    if not found:
        return False
    if found[-1].lower in PERSONS or any(one.lower in TITLES for one in found):
        return False
    if any(one.lower in PERSONS and not one.is_name for one in found):
        return False
    last = found[-1]
    return (
        any(one.lower in BODIES for one in found)
        or (last.text.isupper() and len(last.text) > 1)
        or (found[0].lower in ("the", "its") and last.is_name)
    )


def antecedent(
    described: str, before: Sequence[str], speakers: Sequence[Sequence[str]]
) -> str | None:
    """Return the named speaker that a pronoun or a description means, or None.

    Args:
        described: "he", "it", "the ministry", "the Paris-based group".
        before: The sentences before, in order.
        speakers: Of each of them, the speakers that it names, in order.

    >>> antecedent("the group", ["..."] * 2, [["Lantern Watch"], ["minister Oton Brack"]])
    'Lantern Watch'
    """
    head = _head_of(described)
    if head and head not in _ANY_BODY:
        named = _named(head, before[-_BACK_NAMED:])
        if named or head not in PERSONS:
            return named or _fitting(_fits_head(head), speakers[-_BACK:])
    kind = described.lower()
    if kind in ("he", "she", "who") or head in PERSONS:
        return _fitting(_fits_person, speakers[-_BACK:]) or person_before(before)
    people = _people(before, speakers)

    def fits(speaker: str) -> int:
        return 99 if speaker in people else _fits_body(speaker)

    return _fitting(fits, speakers[-_BACK:])


def _people(before: Sequence[str], speakers: Sequence[Sequence[str]]) -> set[str]:
    """Return the speakers whose surname the text gives with an office or a first name before it."""
    text = " ".join(before)
    found: set[str] = set()
    for one in {name for said in speakers for name in said}:
        words = tokens(one)
        if not words or is_body(one) or not words[-1].is_name:
            continue
        last = re.escape(words[-1].text)
        for match in re.finditer(rf"(\w+)\.?\s+(?:[A-Z][\w-]+\s+){{0,2}}{last}\b", text):
            if match[1].lower() in PERSONS | TITLES:
                found.add(one)
    return found


def _head_of(described: str) -> str:
    match = _HEAD.match(described.strip())
    head = match["head"].lower() if match else ""
    return _ALIKE.get(head, head)


def _fits_person(speaker: str) -> int:
    if is_person(speaker):
        return 0
    return 99 if is_body(speaker) or speaker.lower() == speaker else 1


def _fits_body(speaker: str) -> int:
    if is_body(speaker):
        return 0
    return 99 if is_person(speaker) else _ODD if len(speaker.split()) > 1 else 1


def _fits_head(head: str) -> Callable[[str], int]:
    def fits(speaker: str) -> int:
        words = {_ALIKE.get(token.lower, token.lower) for token in tokens(speaker)}
        return 0 if head in words or head.rstrip("s") in words else 99

    return fits


def _fitting(fits: Callable[[str], int], speakers: Sequence[Sequence[str]]) -> str | None:
    """Return the nearest speaker, those that fit badly as if they stood further back."""
    nearest = [one for said in reversed(speakers) for one in reversed(said) if may_speak(one)]
    ranked = [(fits(one) + place, place, one) for place, one in enumerate(nearest)]
    ranked = [one for one in ranked if fits(one[2]) < 99]
    return min(ranked)[2] if ranked else None


@lru_cache(maxsize=256)
def _naming(head: str) -> re.Pattern[str]:
    """Return what finds "the harbour ministry", "Ministry of Harbours", "minister Oton Brack"."""
    word = re.escape(head).replace("organization", "organi[sz]ation")
    of = (
        rf"{word}\s+(?:of|for)\s+(?:the\s+)?[A-Z][\w'\u2019-]+(?:\s+(?:and\s+)?[A-Z][\w'\u2019-]+)*"
    )
    person = rf"(?:[\w-]+\s+)?{word}\s+{_FULL_NAME}"
    lead = r"(?:[A-Za-z][\w'\u2019-]*\s+){1,3}"
    return re.compile(
        rf"(?P<of>(?i:\b(?:the\s+)?){_either(of, head)})"
        rf"|(?P<person>\b{_either(person, head)})"
        rf"|(?P<body>\b{lead}{_either(word, head)}\b)"
    )


def _either(pattern: str, head: str) -> str:
    first = head[0]
    return pattern.replace(head, f"[{first.upper()}{first}]{head[1:]}", 1)


def _named(head: str, before: Sequence[str]) -> str | None:
    """Return the nearest phrase that names which ministry, minister or council is meant."""
    for text in reversed(before):
        for match in reversed(list(_naming(head).finditer(text))):
            named = _trimmed(match.group())
            if named and _head_of(named) != named.lower() and not _is_bare(named, head):
                return named
    return None


def _trimmed(phrase: str) -> str:
    """Return a phrase without the words before its determiner or its first modifier."""
    found = tokens(phrase)
    for at in range(len(found) - 1, -1, -1):
        word = found[at].lower
        if word in ("the", "a", "an") or word in DETERMINERS:
            return phrase[found[at].start :]
        if not found[at].text[0].isalpha() or word in _SMALL:
            return phrase[found[at + 1].start :] if at + 1 < len(found) else ""
    return phrase


_SMALL = frozenset(
    "in at by from with that and but as on to was were is said says told while when after before "
    "near where who which has had have been be".split()
)


def _is_bare(phrase: str, head: str) -> bool:
    words = [token.lower for token in tokens(phrase)]
    return [word for word in words if word not in ("the", "a", "an", "its", "his")] == [head]


def person_before(before: Sequence[str]) -> str | None:
    """Return the person with whose name one of the two sentences before begins, or None.

    >>> person_before(["Mira Solberg, a nurse, ran to the bridge.", "It was dark."])
    'Mira Solberg'
    """
    for text in reversed(before[-2:]):
        match = _SUBJECT.match(text)
        if match is None or match["name"].split()[0] in _CAPITAL_WORDS or is_body(match["name"]):
            continue
        # A town is named like a person: its age, trade or "who" shows who is one.
        first = tokens(match["name"])[0].lower
        if first in TITLES | PERSONS or _DESCRIBES.match(text[match.end() :]):
            return match["name"]
    return None
