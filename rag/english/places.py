"""Places that sentences name, and whether a figure belongs to another place than the one asked for.

English, no gazetteer: a place is a name after "in", "near", "city of" and the like. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from rag.english.metonyms import country_of
from rag.english.names import same_name
from rag.english.question import Asked
from rag.english.sentences import sentences

_ARTICLE = r"(?:[Aa]l|[Ee]l|[Aa]r|[Aa]s|[Aa]n|[Aa]d|[Aa]t|[Ee]z|[Aa]z|[Ee]s|[Aa]sh)-"
_NAME = rf"(?:{_ARTICLE})?[A-Z][\w'\u2019-]+"
_IN_PLACE = re.compile(
    r"\b(?:[Ii]n|[Aa]t|[Nn]ear|[Oo]n|[Oo]f|[Oo]utside|[Ii]nside|[Hh]it|[Ss]truck)\s+"
    r"(?:the\s+|rebel-held\s+|northern\s+|southern\s+|eastern\s+|western\s+|northwestern\s+"
    r"|northeastern\s+|southwestern\s+|southeastern\s+|central\s+)*"
    r"(?:(?:town|city|village|province|district|suburb|neighbou?rhood|area|camp|outskirts)\s+of\s+)?"
    rf"(?P<place>{_NAME}(?:\s+(?:(?:al|el|ar|as|ash|an|ad|at|ez|es)\s+)?{_NAME})*)"
)
_ADJECTIVE = re.compile(r"^(?:[A-Z]\w+(?:ian|ish|ese|ean|qi|can)s?|[A-Z]\w+-[a-z]+)$")
# Words that many names of places have; beside another word they tell no place from another.
_DIRECTIONS = frozenset(
    "eastern western northern southern northeastern northwestern southeastern southwestern central "
    "east west north south greater upper lower new old rural".split()
)
_CONNECTING = frozenset("al el ar as ash an ad at ez es of the de la".split())
_PARTICLES = frozenset(
    "tal tel tell kafr kfar ain jabal jebel mount mt wadi bani umm beit bayt lake river port fort "
    "abu bin ibn san santa saint st sheikh".split()
)
"""Words that many names begin with, of hills, villages, fathers: none tells a name from another."""
_NO_PLACES = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may "
    "june july august september october november december ramadan twitter telegram facebook human "
    "arabic english".split()
)


_LIES = re.compile(
    r"[\s,(]*(?:(?:a|an|the|in|of|north|south|east|west|countryside|city|town|village|"
    r"suburb|district|neighbou?rhood|area|region|province|capital|part|parts|side|"
    r"\w+ern|[\w-]+-held|[\w-]+-controlled|just|largest|main|northeast|northwest|southeast|"
    r"southwest|\w+'?s|\d+|km|kilomet\w+|miles)[\s,(]+)*"
)
_LIES_IN = re.compile(r"(?:\s+[a-z][\w-]*){0,4}?,?\s+(?:in|of|near|outside)\s+(?:the\s+)?")
_REACH = 2
"""Sentences before one that names no place in which its place is looked for."""


def places_at(text: str) -> list[tuple[str, int]]:
    """Return the places that a text names, in lower case, with their offsets.

    >>> places_at("At least six died on Monday in the town of Upper Vale, in northern Maren.")
    [('upper vale', 43), ('maren', 67)]
    """
    found: list[tuple[str, int]] = []
    for match in _IN_PLACE.finditer(text):
        place = match.group("place")
        words = place.split()
        # "in US air strikes" says whose they were.
        whose = place.isupper() and re.match(r"\s+[a-z]", text[match.end() :])
        if whose or words[0].lower() in _NO_PLACES or all(is_adjective(word) for word in words):
            continue
        found.append((place.lower(), match.start("place")))
    return found


def is_adjective(word: str) -> bool:
    """Return whether a name is one of origin or kind and no place: Russian, rebel-held."""
    return bool(_ADJECTIVE.match(word))


@lru_cache(maxsize=20_000)
def _words(text: str) -> frozenset[str]:
    bare = (re.sub(rf"^{_ARTICLE}", "", word) for word in re.findall(r"[\w-]+", text))
    return frozenset(_unjoined(word.lower()) for word in bare if len(word) > 1)


def _unjoined(word: str) -> str:
    """Return a name without the article that was written into it: "ezzor" is "ez-Zor"."""
    return word[2:] if re.match(r"[ae]([bdnrstz])\1", word) and len(word) > 4 else word


def shares_name(text: str, names: Iterable[str]) -> bool:
    """Return whether a text holds one of some words, in any of their spellings."""
    found, wanted = _words(text), frozenset(names)
    if found & wanted:
        return True
    capital = [word.lower() for word in re.findall(rf"(?:{_ARTICLE})?([A-Z][\w]+)", text)]
    capital += [word for word in found if text.islower()]
    return any(same_name(word, other) for other in wanted for word in capital)


def telling_words(name: str) -> frozenset[str]:
    """Return the words of a name that tell it from others, in lower case, articles left out.

    >>> sorted(telling_words("Eastern Ghouta")), sorted(telling_words("Urum al-Joz"))
    (['ghouta'], ['joz', 'urum'])
    """
    words = _words(name)
    return (words - _DIRECTIONS - _CONNECTING - _PARTICLES) or words


def name_words_of(asked: Asked) -> frozenset[str]:
    """Return the words of all names in a question that tell them from others, in lower case."""
    return frozenset(word for name in asked.names for word in telling_words(name))


def place_words_of(asked: Asked) -> frozenset[str]:
    """Return the words of the places in a question that texts call so.

    Countries go by other names too, as by their capitals.

    >>> from rag.english.question import analyse
    >>> sorted(place_words_of(analyse("Who shot down the Russian jet near Hollin in Syria?")))
    ['hollin']
    """
    named = [place for place, _ in places_at(asked.text) if not country_of(place)]
    return frozenset(word for place in named for word in telling_words(place))


def same_place(one: str, other: str) -> bool:
    """Return whether two names may be one place's: all that the shorter one says, the other says.

    >>> same_place("Urum al-Joz", "Orum al Joz"), same_place("Urum al-Joz", "Urum al-Kubra")
    (True, False)
    >>> same_place("Aleppo", "Aleppo city"), same_place("Maren", "Hollin")
    (True, False)
    """
    first, second = sorted((telling_words(one), telling_words(other)), key=len)
    return bool(first) and all(
        any(word == name or same_name(word, name) for name in second) for word in first
    )


def names_asked(asked: Asked, place: str) -> bool:
    """Return whether a place may be one of those that a question names."""
    return any(same_place(place, name) for name in asked.names)


def containers(asked: Asked, texts: Sequence[str]) -> frozenset[str]:
    """Return the places that stand in one sentence with the asked one: its province, its country.

    A report that says "in the province" may well speak of the asked town. Another town that a
    sentence names with it, with more between them than where it lies, is no such place.
    """
    wanted = name_words_of(asked)
    found: set[str] = set()
    for text in texts:
        for start, end in sentences(text):
            sentence = text[start:end]
            if not wanted or not shares_name(sentence, wanted):
                continue
            named = places_at(sentence)
            ends = [at + len(place) for place, at in named if names_asked(asked, place)]
            ends += [sentence.find(name) + len(name) for name in asked.names if name in sentence]
            found.update(
                place
                for place, at in named
                if any(at - end >= 0 and _LIES.fullmatch(sentence[end:at]) for end in ends)
            )
    return frozenset(found)


def is_elsewhere(
    asked: Asked,
    sentence: str,
    position: int,
    title: str,
    around: frozenset[str],
    before: Sequence[str] = (),
) -> bool:
    """Return whether the figure at a position belongs to a place that the question does not name.

    Args:
        asked: The question.
        sentence: The sentence that holds the figure.
        position: Where the figure ends in it.
        title: The document's title; a place that it names sets nothing apart.
        around: Places that contain the asked one.
        before: The sentences that come before it; where it names no place itself, the last of them
            that does says where it is.
    """
    wanted = name_words_of(asked)
    if not wanted:
        return False
    named = places_at(sentence)
    if not named and not shares_name(sentence, wanted) and _UNNAMED.search(sentence):
        # A report's first sentence may describe the very place that the next one names.
        first = all(len(one.split()) < _SENTENCE or one.strip(". ") in title for one in before)
        if not first and not _TOLD_BY_KIND.search(asked.text):
            return True
    if not named and not shares_name(sentence, wanted):
        return _told_elsewhere(asked, title, around, before)
    # A title that names the asked place and another one tells nothing of which one a figure is.
    titled = "" if shares_name(title, wanted) else title.lower()
    at_asked = [at for place, at in named if names_asked(asked, place)]
    own = [abs(at - position) for at in at_asked]
    other = [
        abs(at - position)
        for place, at in named
        if not names_asked(asked, place)
        and place not in around
        and place not in titled
        and not _is_countrys(place)
        # "at the Norbec works in Hollin" is in Hollin.
        and not any(_LIES_IN.fullmatch(sentence[at + len(place) : end]) for end in at_asked)
    ]
    if not other:
        return False
    if own:
        return min(other) < min(own)
    return not shares_name(sentence, wanted) or _names_like_it(asked, named)


def _is_countrys(place: str) -> bool:
    """Return whether a name is a country's possessive, its apostrophe maybe lost: "in Syrias"."""
    bare = re.sub(r"['\u2019]?s$", "", place)
    return bare != place and bool(country_of(bare))


# "in a northern village": another place than the one that has been told of by its name.
_UNNAMED = re.compile(
    r"\b(?:in|at|near|on)\s+(?:an?|another|some|two|three|several|other|nearby)\s+(?:[\w-]+\s+){0,2}?"
    r"(?:villages?|towns?|cit(?:y|ies)|districts?|provinces?|suburbs?|hamlets?)\b",
    re.IGNORECASE,
)
_SENTENCE = 8
"""Words of a sentence that tells something; a headline is shorter."""
_TOLD_BY_KIND = re.compile(r"\b(?:village|town|city|district|province|suburb|hamlet)s?\b", re.I)


def _names_like_it(asked: Asked, named: Sequence[tuple[str, int]]) -> bool:
    """Return whether a place has a word of the asked name and another one of its own."""
    wanted = name_words_of(asked)
    return any(shares_name(place, wanted) and not names_asked(asked, place) for place, _ in named)


def _told_elsewhere(
    asked: Asked, title: str, around: frozenset[str], before: Sequence[str]
) -> bool:
    """Return whether what was told last before a sentence was in another place."""
    wanted = name_words_of(asked)
    if shares_name(title, wanted):
        return False
    for sentence in reversed(before[-_REACH:]):
        if shares_name(sentence, wanted):
            return False
        if named := places_at(sentence):
            return all(place not in around and place not in title.lower() for place, _ in named)
    return False
