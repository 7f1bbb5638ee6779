"""Which parties are one side: a country's army, planes, leader and capital act for one government.

"Russian planes" and "Russian war jets" are one party, and so are "Damascus", "the regime", "the
Syrian army" and the president's name. The names of leaders are read from the texts themselves. Pure
functions, English.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from functools import lru_cache

from rag.english.metonyms import country_of, speaks_for

_RULE = "regime government army military forces troops planes jets warplanes".split()
_ACTS = frozenset(
    "regime government army military force forces troops plane planes jet jets warplane warplanes "
    "aircraft helicopter helicopters fighter war air ground navy artillery soldiers authorities "
    "president ministry leadership militia state republic arab federation kingdom side".split()
)
_SMALL = frozenset("the a an of and its their his al s mainly either s'".split())
_ALLIANCE = re.compile(r"\b(?:coalition|alliance)\b", re.IGNORECASE)
_REBELS = re.compile(r"\b(?:rebels?|opposition|insurgents?)\b", re.IGNORECASE)
# One group under its names, as its friends, its enemies and the agencies write them.
_GROUPS = {
    "islamic state": r"(?:so-called )?islamic state(?: in iraq and (?:syria|the levant))?|isis|"
    r"isil|is|da\W?esh|daish",
    "nusra": r"(?:al[- ])?nusra(?: front)?|jabhat (?:al[- ])?nusra|"
    r"(?:jabhat )?fat(?:e|a)h al[- ]sham",
}
_LED = re.compile(
    r"\b(?P<nation>[A-Z][a-z]+(?:ian|ish|ese|ean|can|i|h))s?\s+(?:President|Prime Minister|leader|"
    r"dictator|King|ruler)\s+(?:[A-Z][\w'\u2019-]+\s+){0,2}?(?:al-|el-)?(?P<name>[A-Z][a-z]+)\b"
    r"(?!\s+(?:[A-Z]|[ae]l-))"
)
_RULER = re.compile(
    r"\b(?:regime|government) of (?:[Pp]resident )?(?:[A-Z][\w-]+\s+){0,2}?(?:al-|el-)?"
    r"(?P<of>[A-Z][a-z]+)\b(?!\s+(?:[A-Z]|[ae]l-))|"
    r"\b(?P<own>[A-Z][a-z]{2,}?)(?:['\u2019]s|s)?(?=\s+regime\b)"
)
_NATION_RULE = re.compile(rf"\b(?P<nation>[A-Z][a-z]+)s?\s+(?:{'|'.join(_RULE)})\b")


def leaders(texts: Collection[str]) -> dict[str, str]:
    """Return the countries that leaders stand for, by surname in lower case; "" is "the regime"'s.

    >>> found = leaders(["Norlandic President Ada Thorn met Russian President Ivan Vassin."])
    >>> found["vassin"]
    'russia'
    """
    found: dict[str, str] = {}
    ruling: Counter[str] = Counter()
    for text in texts:
        for match in _LED.finditer(text):
            if country := country_of(match.group("nation")):
                found.setdefault(match.group("name").lower(), country)
        ruling.update(country_of(one) for one in re.findall(r"\b([A-Z][a-z]+) regime\b", text))
        ruling.update(country_of(one.group("nation")) for one in _NATION_RULE.finditer(text))
    ruling.pop("", None)
    if not ruling:
        return found
    found[""] = ruling.most_common(1)[0][0]
    for text in texts:
        for match in _RULER.finditer(text):
            name = (match.group("of") or match.group("own")).lower()
            if not _country(name):
                found.setdefault(name, found[""])
    return found


def side_of(party: str, led: Mapping[str, str] | None = None) -> str:
    """Return the side that a party acts for, in lower case; its own words where none is known.

    Args:
        party: Who is accused, or accuses, as the text has it.
        led: Which country a leader's name stands for, as ``leaders`` gives it.

    >>> side_of("Russian planes") == side_of("the Russian war jets") == side_of("Moscow")
    True
    >>> side_of("the Assad regime", {"assad": "syria"}), side_of("the regime", {"": "syria"})
    ('syria', 'syria')
    >>> side_of("either Russian or Syrian warplanes"), side_of("the US-led coalition")
    ('russia or syria', 'coalition')
    >>> side_of("the Islamic State group") == side_of("Daesh") == side_of("IS militants")
    True
    """
    led = led or {}
    for group, names in _GROUPS.items():
        if re.search(rf"(?<![\w-])(?:{names})(?![\w])", party.lower()) and "is " not in party:
            return group
    if _ALLIANCE.search(party) and not re.search(r"\bopposition coalition\b", party.lower()):
        return "coalition"
    words = [re.sub(r"['\u2019]s?$", "", one) for one in re.findall(r"[\w'\u2019]+", party)]
    lower = [one.lower() for one in words if one.lower() not in _SMALL]
    nations = list(dict.fromkeys(c for one in lower if (c := _country(one))))
    if len(nations) > 1:
        return " or ".join(sorted(nations))
    rest = [one for one in lower if one not in _ACTS and not _country(one)]
    known = [led[name] for one in rest for name in (one, one.removesuffix("s")) if name in led]
    if nations and (not rest or known) and not _REBELS.search(party):
        return nations[0]
    if known:
        return known[0]
    if country := speaks_for(party):
        return country
    if not rest and led.get("") and {"regime", "government", "army", "military"} & set(lower):
        return led[""]
    return " ".join(lower) or party.lower()


@lru_cache(maxsize=4_000)
def _country(word: str) -> str:
    """Return the country that a word names: its name, capital or adjective, its plural "s" off."""
    return country_of(word) or (country_of(word[:-1]) if word.endswith("s") else "")


def names_party(party: str) -> bool:
    """Return whether words name a party, and not only what it flies or who it sends.

    >>> names_party("The planes"), names_party("regime helicopters"), names_party("Norland")
    (False, True, True)
    """
    words = {one.lower() for one in re.findall(r"[\w'\u2019-]+", party)} - _SMALL
    return bool(words - _ACTS | words & {"regime", "government", "army", "state", "militia"})
