"""Which candidates are of what a question names.

A blast at another town resembles the one asked for in all but the name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.account.said import published_day
from rag.english.counts import numbers
from rag.english.events import event_span, in_period
from rag.english.metonyms import country_of
from rag.english.places import (
    containers,
    is_adjective,
    is_elsewhere,
    name_words_of,
    places_at,
    shares_name,
    telling_words,
)
from rag.english.question import GROUPS, QUANTITIES, Asked, group_of
from rag.english.targets import words_of_target
from rag.english.words import content_terms, terms_held
from rag.types import Candidate

# What many reports of one town share: it tells no event from another.
KINDS = frozenset(
    content_terms(
        "attack attacks strike strikes airstrike airstrikes air raid raids bombing bombings bomb "
        "blast explosion shelling killing massacre bombardment incident assault missile rocket "
        "suicide people civilians killed dead city town village province"
    )
)


def anchored(
    asked: Asked,
    candidates: Sequence[Candidate],
    telling: Sequence[bool],
    *,
    placeless: bool = False,
) -> list[Candidate]:
    """Keep the candidates whose passage names most of what the question names.

    Args:
        asked: The question.
        candidates: Sentences with their passages.
        telling: Of each, whether it holds a value at all; the best of those sets the measure.
        placeless: Whether a passage that names no place at all is kept too.
    """
    names = [
        telling_words(name)
        for name in asked.names
        if not (name.isupper() or all(is_adjective(word) for word in name.split()))
    ]
    if not names:
        return list(candidates)
    places = {place.lower() for place, _ in places_at(asked.text)}
    whole = [name.lower() in places for name in asked.names]
    held = [_held(one, names, whole) for one in candidates]
    most = max((count for count, told in zip(held, telling, strict=True) if told), default=0)
    return [
        one
        for one, count in zip(candidates, held, strict=True)
        if count >= most or (placeless and not places_at(one.hit.passage.text))
    ]


def of_named_reports(asked: Asked, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Keep the candidates of reports that name most of what the question names, in any passage."""
    named = anchored(asked, candidates, [True for _ in candidates])
    reports = {one.hit.document.id for one in named}
    return [one for one in candidates if one.hit.document.id in reports]


def in_time(asked: Asked, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Keep the candidates whose sentence may speak of the time that the question names."""
    return [
        one
        for one in candidates
        if published_day(one) is None
        or in_period(
            asked, event_span(one.text, one.hit.document.published), one.hit.document.published
        )
    ]


def of_that_place(
    asked: Asked, candidates: Sequence[Candidate], *, leads: bool = False
) -> list[Candidate]:
    """Keep the candidates whose sentence does not tell of another place alone.

    A sentence that names what was asked for is of it, whatever else it names; a country is no other
    place than a town in it.

    Args:
        asked: The question.
        candidates: Sentences with their passages.
        leads: Whether those are kept too with which a report begins whose title names the place:
            the quarter of it where something happened.
    """
    wanted = name_words_of(asked)
    around = containers(asked, [one.hit.passage.text for one in candidates])

    def elsewhere(one: Candidate) -> bool:
        if not wanted or shares_name(one.text, wanted):
            return False
        if leads and one.start < LEAD and shares_name(one.hit.document.title, wanted):
            return False
        # "the hallmarks of the Islamic State group" is no place.
        located = any(
            _LOCATED.search(one.text[:at]) and not country_of(place)
            for place, at in places_at(one.text)
        )
        title = one.hit.document.title
        return located and is_elsewhere(asked, one.text, len(one.text), title, around)

    return [one for one in candidates if not elsewhere(one)]


LEAD = 800
"""Characters with which a report begins."""
_LOCATED = re.compile(
    r"\b(?:in|at|near|outside|inside|hit|struck|(?:town|city|village|province|district|suburb|area|"
    r"neighbou?rhood|outskirts) of)\s+(?:the\s+|\w+ern\s+|[\w-]+-held\s+|central\s+)*$",
    re.IGNORECASE,
)
_STRUCK = re.compile(
    r"\b(?:strikes?|raids?|attacks?|bombings?|assaults?|airstrikes?|bombardment|shelling)\s+"
    r"(?:on|against|targeting)\s+(?:the|an?)\s+(?P<what>(?:[a-z][\w'\u2019-]*\s+){0,2}?[a-z][\w-]*)"
    r"(?=\s+(?:in|of|at|near|on|and|which|that|by|was|were|has|had|as|when|where|[A-Z\d])|[.,;]|$)"
)
_ANY_TARGET = KINDS | frozenset(
    content_terms("area place site position facility building residents compound location target")
)


def of_other_target(asked: Asked, sentence: str, apart: frozenset[str]) -> bool:
    """Return whether a sentence tells of a strike on something else than the question does.

    >>> from rag.english.question import analyse
    >>> asked = analyse("Who carried out the strike on the Hollin air base?")
    >>> of_other_target(asked, "Norland denied the strikes on the market.", frozenset())
    True
    >>> of_other_target(asked, "Norland denied the strikes on the town.", frozenset())
    False
    """
    target = set(asked.terms) - asked.name_terms - apart - KINDS
    told = [set(content_terms(match["what"])) for match in _STRUCK.finditer(sentence)]
    other = [what for what in told if what - _ANY_TARGET and not what & set(asked.terms)]
    return bool(target) and bool(other) and len(other) == len(told)


def of_that_target(
    asked: Asked, candidates: Sequence[Candidate], apart: frozenset[str]
) -> list[Candidate]:
    """Keep those whose passage speaks of what was struck: a wedding, a school; all if none does.

    Of "the blast that killed the mayor" only those that speak of the mayor.

    Args:
        asked: The question.
        candidates: Sentences with their passages.
        apart: Stemmed words that say nothing of it, as those of blame.
    """
    names = asked.name_terms
    whom = _whom(asked.text)
    around = [set(content_terms(f"{one.hit.document.title} {_around(one)}")) for one in candidates]
    if whom:
        most = max((len(whom & words) for words in around), default=0) or len(whom)
        return [
            one for one, words in zip(candidates, around, strict=True) if len(whom & words) >= most
        ]
    target = set(asked.terms) - names - apart - KINDS
    of_it = [one for one in candidates if target & set(content_terms(one.hit.passage.text))]
    if not of_it and (called := words_of_target(asked)):
        # Of an embassy that no passage speaks of, nothing is told; a base may be called otherwise.
        return [one for one, words in zip(candidates, around, strict=True) if words & called]
    return of_it or list(candidates)


def _whom(text: str) -> frozenset[str]:
    """Return the words for whom or what an event befell, by which a question marks it.

    >>> sorted(_whom("Who was behind the blast that killed the deputy mayor in Hollin?"))
    ['deputi', 'mayor']
    """
    match = _BEFELL.search(text)
    # "The soldiers" are troops in another report.
    words = [word for word in match["whom"].split() if not group_of(word)] if match else []
    return frozenset(content_terms(" ".join(words))) - KINDS


_BEFELL = re.compile(
    r"\b(?:that|which)\s+(?:has\s+|had\s+)?(?:killed|wounded|injured|hit|struck|destroyed|targeted|"
    r"damaged|hurt)\s+(?:the|an?)\s+"
    r"(?P<whom>(?:(?!(?:in|on|at|near|of|and|during|last|who|when)\b)[a-z][\w-]*\s*){1,3})"
)


def names_target(asked: Asked, candidate: Candidate, before: Sequence[str] = ()) -> bool:
    """Return whether a sentence, those before it or its document's title name what was struck.

    True of every sentence where the question names nothing of the kind.
    """
    names = asked.name_terms
    quantity = {*QUANTITIES.get(asked.quantity, "").split(), *GROUPS.get("people", "").split()}
    counted = {term for word in quantity for term in content_terms(word)}
    dates = set(content_terms(_DATES))
    focus = {term for word in asked.focus for term in content_terms(word)}
    target = set(asked.terms) - names - KINDS - counted - dates - focus
    target = {term for term in target if not term.isdigit()}
    if not target:
        return True
    told = " ".join((candidate.hit.document.title, *before[-2:], candidate.text))
    return bool(target & set(content_terms(told)))


_DATES = (
    "January February March April May June July August September October November December early "
    "late mid day date year month week sources source reports reported cause caused near number "
    "toll many tolls figure figures various"
)


def of_that_event(asked: Asked, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Keep the candidates that speak of the event that a question names, by what marks it.

    Its names, its time, what was struck, its numbers ("the blast that killed 11 children") and the
    rest of its words: a passage that holds far fewer of them than the best one is of another event.
    """
    kin = anchored(asked, candidates, [True] * len(candidates))
    kin = in_time(asked, kin) or kin
    told = {one.value for one in numbers(asked.text) if one.value is not None}
    if told:
        kin = [one for one in kin if told <= _values_in(one)] or kin
    wanted = set(asked.terms)
    shares = [len(wanted & terms_held(_around(one))) for one in kin]
    least = max(shares, default=0) * _LEAST_SHARE
    return [one for one, share in zip(kin, shares, strict=True) if share + 1 >= least]


_LEAST_SHARE = 0.7
"""Least share of the most words of a question that one passage holds, to be of its event."""


def _values_in(candidate: Candidate) -> set[float]:
    return {one.value for one in numbers(candidate.hit.passage.text) if one.value is not None}


def _around(candidate: Candidate) -> str:
    return f"{candidate.hit.passage.context} {candidate.hit.passage.text}"


def _held(candidate: Candidate, names: Sequence[frozenset[str]], whole: Sequence[bool]) -> int:
    """Return how many names a candidate's passage holds; a place's counts twice where it is whole.

    "Urum al-Kubra" holds a word of Urum al-Joz, and is another town.
    """
    text = f"{candidate.hit.passage.text} {candidate.hit.passage.context}"
    held = 0
    for words, place in zip(names, whole, strict=False):
        if shares_name(text, words):
            held += 1 + (place and all(shares_name(text, (word,)) for word in words))
    return held
