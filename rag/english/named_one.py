"""The name of somebody who is asked for by what they are: "the name of the pilot". English.

The name must stand beside the noun: a name elsewhere in the sentence is somebody else's. Pure
functions.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rag.english.places import is_adjective
from rag.english.speech_words import NO_NAME, PERSONS, TITLES

Place = tuple[int, int]

_KIN: dict[str, str] = {
    row.split()[0]: row.replace(" ", "|")
    for row in (
        "girl daughter",
        "boy son",
        "bridegroom groom",
        "groom bridegroom",
        "bride",
        "man",
        "woman wife",
        "child boy girl son daughter",
        "pilot airman",
        "driver",
        "bomber attacker assailant",
        "attacker bomber assailant gunman",
        "gunman attacker assailant",
        "victim",
        "journalist reporter correspondent",
        "hostage prisoner captive",
        "prisoner detainee hostage",
        "baker",
        "editor",
    )
}
_PEOPLE = "|".join(sorted({*_KIN, *(PERSONS - TITLES)}, key=len, reverse=True))
_ASKS = re.compile(
    r"^\W*what(?:['\u2019]s|\s+is|\s+was)\s+(?:the\s+)?name\s+of\s+(?:the|a|an)\s+"
    rf"(?:[\w'\u2019-]+\s+){{0,2}}?(?P<noun>{_PEOPLE})\b(?!['\u2019])",
    re.IGNORECASE,
)
_PART = r"(?:(?:[ae][a-z]-)?[A-Z][\w'\u2019-]*|bin|ibn|al|el|de|van|von)"
_NAME = rf"(?P<name>\b(?:[ae][a-z]-)?[A-Z][\w'\u2019-]*(?:\s+{_PART}){{0,7}})"


def noun_named(question: str) -> str:
    """Return the noun of the person whose name a question asks for, or "".

    >>> noun_named("What was the name of the young pilot who drowned?")
    'pilot'
    >>> noun_named("What is the name of the bridge?")
    ''
    """
    match = _ASKS.match(question)
    return match["noun"].lower() if match else ""


def name_of(noun: str, sentence: str) -> Place:
    """Return where a sentence names one that is told by a noun, ``(0, 0)`` for nowhere.

    >>> def told(noun, sentence):
    ...     start, end = name_of(noun, sentence)
    ...     return sentence[start:end]
    >>> told("bridegroom", "The groom Rolf Ek hails from Hollin.")
    'Rolf Ek'
    >>> told("pilot", "Ada Thorn identified the pilot as Ivar Holm.")
    'Ivar Holm'
    >>> told("girl", "A man and his daughter died in Hollin and Sallow.")
    ''
    """
    for form in _forms(noun):
        for match in form.finditer(sentence):
            name = match["name"].split()
            opens = len(name) == 1 and match.start("name") == 0  # "Both the groom and"
            if not opens and name[0].lower() not in NO_NAME and not is_adjective(name[0]):
                return match.span("name")
    return 0, 0


@lru_cache(maxsize=64)
def _forms(noun: str) -> tuple[re.Pattern[str], ...]:
    kin = rf"\b(?i:{_KIN.get(noun, noun)})"
    called = r"(?:named|called|identified\s+(?:by\s+[\w ]{1,30}\s+)?as|known\s+as|as|was|is)"
    return (
        re.compile(
            rf"{kin}(?:['\u2019]s name)?,?\s+(?:who\s+(?:was|is)\s+|was\s+|is\s+)?"
            rf"{called}\s+{_NAME}"
        ),
        re.compile(rf"{kin},?\s+{_NAME}"),
        re.compile(
            rf"{_NAME}(?:,\s*(?:aged\s+)?\d+)?(?:,\s*|\s+(?=(?:the|an?)\s))"
            rf"(?:(?:the|an?|his|her|their)\s+)?(?:[a-z][\w-]*\s+){{0,3}}?{kin}\b"
        ),
    )
