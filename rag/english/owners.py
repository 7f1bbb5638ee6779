"""Whose a thing is that a sentence names: "the Norlandish capital" is none of Estria. English.

Pure functions.
"""

from __future__ import annotations

import re

from rag.english.metonyms import country_of, names_of
from rag.english.places import is_adjective, shares_name, telling_words

_ASKED = re.compile(
    r"^(?:what|which|who|where)(?:'s| is| was| are| were) the (?:[a-z]+ ){0,2}?(?P<thing>[a-z]{3,})"
    r" of (?:the )?(?P<whose>[A-Z][^,?]*?)\s*\??$",
    re.IGNORECASE,
)
_WORD = r"[\w.'\u2019-]+"


def thing_of(question: str) -> tuple[str, str]:
    """Return the thing that a question asks for and whose it is, or two empty strings.

    >>> thing_of("What is the capital of Estria?"), thing_of("What is the weather like?")
    (('capital', 'Estria'), ('', ''))
    """
    found = _ASKED.match(question.strip())
    whose = found["whose"] if found else ""
    return (found["thing"].lower(), whose) if found and whose[:1].isupper() else ("", "")


def is_anothers(text: str, thing: str, whose: str) -> bool:
    """Return whether a sentence names a thing, and each time says that it is somebody else's.

    >>> is_anothers("They met in the Norlandish capital.", "capital", "Estria")
    True
    >>> is_anothers("They met in the capital.", "capital", "Estria")
    False
    >>> is_anothers("Elva is the capital of Estria, not of Norland.", "capital", "Estria")
    False
    """
    named = re.compile(
        rf"(?:(?P<before>{_WORD}) )?\b{re.escape(thing)}\b(?: of (?:the )?(?P<after>[A-Z][\w-]*))?",
        re.IGNORECASE,
    )
    owners = [_owner(found) for found in named.finditer(text)]
    return bool(owners) and all(one and not _is(one, whose) for one in owners)


def _owner(found: re.Match[str]) -> str:
    """Return the name beside a thing that says whose it is, or ""."""
    after, before = found["after"] or "", found["before"] or ""
    if after[:1].isupper():
        return after
    if not before[:1].isupper():
        return ""
    owned = re.match(r"(?P<name>.+?)(?:['\u2019]s|s['\u2019])$", before)
    if owned:
        return owned["name"]
    return before if is_adjective(before) else ""


def _is(owner: str, whose: str) -> bool:
    """Return whether a name, or the adjective of a country, is that of whom is asked about."""
    words = names_of(country_of(whose))
    return owner.lower() in words or shares_name(owner, telling_words(whose))
