"""Whether a span can be what a question asks for at all: a number, a day, a name. English.

A reader network that is unsure of a passage takes whatever stands out in it: a county for a
population, a word of the question for its answer. What the question's own words rule out falls
behind the spans that fit; nothing is added. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from rag.account.anchor import of_that_place
from rag.english.clock import CLOCK, asks_clock
from rag.english.counts import numbers
from rag.english.metonyms import country_of
from rag.english.places import is_adjective, place_words_of, shares_name, telling_words
from rag.english.quantities import counted
from rag.english.question import Asked
from rag.english.targets import words_of_target
from rag.english.words import content_terms
from rag.types import AnswerSpan, Candidate, PassageScores
from rag.writing.bare_what import asks_date, asks_measure, noun_sought

_NEAR_BEST = 0.4
"""Least share of the best candidate's belief at which another one has a say."""
MISFIT = 6.0
"""What a span's score loses that cannot be what was asked for."""

_MONTH = "january|february|march|april|may|june|july|august|september|october|november|december"
_TIME = re.compile(
    rf"\d|\b(?:{_MONTH}|(?:mon|tues|wednes|thurs|fri|satur|sun)day|to(?:day|night|morrow)|yesterday|days?|"
    r"weeks?|months?|years?|decades?|century|centuries|morning|evening|night|noon|midnight|"
    r"spring|summer|autumn|winter|after|before|during|when|while|never|always|christmas|easter|"
    r"ramadan)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"^\D{0,4}(?:1\d|20)\d\d(?:\D{1,4}(?:1\d|20)\d\d)?\D?$")
_ISO_DAY = re.compile(r"^\D{0,4}(?:1\d|20)\d\d-\d\d-\d\d\b")
_DAY = re.compile(rf"^\D{{0,6}}\d{{1,2}}(?:st|nd|rd|th)? (?:{_MONTH})\b", re.IGNORECASE)
_ONE_OF = re.compile(r"^(?:one|two|three|some|each|many) of\b", re.IGNORECASE)
_DENSITY = re.compile(
    r"%|\bper\s?cent\b|\bper (?:square|sq|km)|/\s?(?:km|sq|mi)|\d\.\d(?!\s?m)", re.I
)
_DATELINE = re.compile(
    r"(?:^|(?<=[.!?]))\s*[A-Z][A-Z'\u2019. -]{2,40}(?:,[^()\n]{1,40})?\s*\([A-Z][^()\n]{1,40}\)"
    r"(?=\s*[-\u2013\u2014]|\s+[A-Z\"\u201c])",
    re.MULTILINE,
)
"""The town and the agency before a report: "HOLLIN, May 3 (Elva Wire) - ..."."""
_WHO_IS = re.compile(r"\W*who (?:is|was|are|were) [A-Z]", re.IGNORECASE)
_KIN = re.compile(r"(?:his|her|their|its)\b", re.IGNORECASE)
_CHOICE = re.compile(r"\b(?:or|either|which of)\b", re.IGNORECASE)

_SORTS: Mapping[str, re.Pattern[str]] = {
    "party": re.compile(
        r"\b(?:part(?:y|ies)|labou?r|conservatives?|liberals?|republicans?|democrat\w*|greens?|"
        r"whigs?|federalists?|tor(?:y|ies)|unionists?|socialists?|communists?|independents?|"
        r"progressives?|nationalists?|populists?|movement|league|front|alliance|congress|"
        r"coalition|union|(?-i:[A-Z]{2,5}))\b",
        re.IGNORECASE,
    ),
    "rank": re.compile(
        r"\b(?:general|lieutenant|lt|colonel|col|major|maj|captain|capt|sergeant|sgt|corporal|"
        r"private|admiral|commander|commodore|brigadier|brig|gen|marshal|ensign|midshipman|"
        r"lieutenant-\w+|warrant|officer|cadet|squadron leader|wing commander|first|second|third|"
        r"fourth|\d+(?:st|nd|rd|th))\b",
        re.IGNORECASE,
    ),
    "sport": re.compile(
        r"\b(?:\w*ball\w*|soccer|cricket\w*|rugby|tennis|golf\w*|hockey|athletic\w*|boxing|boxer|"
        r"wrestl\w+|swimm\w+|sailing|rowing|rower|cycl\w+|racing|skat\w+|ski\w*|fenc\w+|judo\w*|"
        r"karate|polo|lacrosse|hurling|curling|bowling|bowls|darts|chess|snooker|billiards|archery|"
        r"shooting|gymnast\w*|div\w+|surfing|triathl\w+|marathon|running|runner|sprint\w*|jump\w*|"
        r"throw\w*|weightlift\w+|badminton|squash|bobsleigh|luge|biathl\w+|canoe\w*|kayak\w*|"
        r"equestrian\w*|martial arts|motorsport\w*|motocross|nascar|speedway|sumo)\b",
        re.IGNORECASE,
    ),
}
"""What a value of a sort holds that a question asks for by this noun."""


def fitting(asked: Asked, text: str, scores: PassageScores) -> PassageScores:
    """Return a passage's scores with the spans behind that cannot be what was asked for."""
    weighed = [
        replace(one, score=one.score - MISFIT) if misfit(asked, text, one) else one
        for one in scores.spans
    ]
    return replace(scores, spans=tuple(sorted(weighed, key=lambda one: -one.score)))


def misfit(asked: Asked, text: str, span: AnswerSpan) -> bool:
    """Return whether a span cannot be what was asked for.

    >>> from rag.english.question import analyse
    >>> asked = analyse("What is the population of Hollin?")
    >>> text = "Hollin, in Elva County, had 1,240 inhabitants (16.2 per square mile)."
    >>> [misfit(asked, text, AnswerSpan(text.index(one), text.index(one) + len(one), 0.0))
    ...  for one in ("Elva County", "1,240", "16.2")]
    [True, False, True]
    """
    words = text[span.start : span.end]
    if asked.kind == "who" and _KIN.match(words) and _WHO_IS.match(asked.text):
        return True  # "his son" is another than the one who is asked about
    if _only_repeats(asked, words) or _in_dateline(asked, text, span):
        return True
    if asked.kind == "when" and asks_clock(asked.text):
        return not CLOCK.search(words)
    if asked.kind == "when" or (asked.kind == "what" and asks_date(asked)):
        return not _TIME.search(words)
    if asked.kind == "how_many":
        missed = not numbers(words) or bool(_ONE_OF.match(words))
        return missed or _of_other_people(asked, text, span)
    if asked.kind == "what" and asks_measure(asked):
        return _no_measure(asked, words, text[span.end : span.end + 12])
    sort = _sort_sought(asked)
    return bool(sort) and not _SORTS[sort].search(words)


def _sort_sought(asked: Asked) -> str:
    """Return the noun of ``_SORTS`` that a question asks for, or the empty string."""
    noun = noun_sought(asked) or (asked.focus[-1] if asked.focus else "")
    return noun if noun in _SORTS else ""


def _of_other_people(asked: Asked, text: str, span: AnswerSpan) -> bool:
    """Return whether a number counts others than was asked: people are not children alone."""
    if asked.group in ("", "people"):
        return False
    of = {
        one.group
        for one in counted(text)
        if span.start < one.number.end and one.number.start < span.end
    }
    return bool(of - {""}) and asked.group not in of


def never_counted(asked: Asked, texts: Sequence[str]) -> bool:
    """Return whether the best sentence counts others than was asked, and no sentence counts those.

    >>> from rag.english.question import analyse
    >>> asked, dead = analyse("How many children were killed?"), "It killed 12 people."
    >>> never_counted(asked, [dead]), never_counted(asked, [dead, "Three children were killed."])
    (True, False)
    """
    if asked.kind != "how_many" or asked.group in ("", "people"):
        return False
    of = [{one.group for one in counted(text)} - {""} for text in texts]
    return bool(of and of[0]) and not any(asked.group in one for one in of)


def never_placed(asked: Asked, candidates: Sequence[Candidate]) -> bool:
    """Return whether victims are asked for of what is named, and nothing near it is told of.

    A toll of another town, or of another target than the school that was struck, reads like the one
    that is asked for; of candidates, best first, those that are believed nearly as much as the best
    one have a say.
    """
    if not asked.quantity or not candidates:
        return False
    counts = asked.kind == "how_many"
    wanted = place_words_of(asked) or (_name_words(asked) if counts else frozenset())
    least = candidates[0].probability * _NEAR_BEST
    near = [one for one in candidates if one.probability >= least]
    placed = [
        one
        for one in near
        if not wanted
        or shares_name(
            f"{one.hit.document.title} {one.hit.passage.context} {one.hit.passage.text}", wanted
        )
    ]
    # Where no place is named, one event may be meant, whatever its reports call what was struck.
    called = words_of_target(asked) if counts and asked.names else frozenset()
    if not placed or not called:
        return not placed
    return not any(
        called & set(content_terms(f"{one.hit.document.title} {_led_to(one)}"))
        for one in of_that_place(asked, placed)
    )


def _led_to(candidate: Candidate) -> str:
    """Return a sentence with what its passage says just before it."""
    text, end = candidate.hit.passage.text, candidate.end - candidate.hit.passage.start
    return text[max(0, end - len(candidate.text) - _BEFORE) : end]


_BEFORE = 200
"""Characters in which a report may have named the school, whose dead the next sentence counts."""


def _name_words(asked: Asked) -> frozenset[str]:
    """Return the words of the names in a question that are no country's and no adjectives."""
    names = [
        name
        for name in asked.names
        if not (country_of(name) or name.isupper() or all(map(is_adjective, name.split())))
    ]
    return frozenset(word for name in names for word in telling_words(name))


def _in_dateline(asked: Asked, text: str, span: AnswerSpan) -> bool:
    """Return whether a span is the town or the agency before a report, of which nothing is told.

    >>> from rag.english.question import analyse
    >>> asked, text = analyse("What did he ride?"), "HOLLIN (Elva Wire) A man on a mule fell."
    >>> _in_dateline(asked, text, AnswerSpan(0, 6, 0.0))
    True
    >>> _in_dateline(asked, text, AnswerSpan(28, 34, 0.0))
    False
    """
    if asked.kind in ("where", "when"):
        return False
    return any(one.start() <= span.start < one.end() for one in _DATELINE.finditer(text))


def _only_repeats(asked: Asked, words: str) -> bool:
    """Return whether a span says nothing but words of a question that offers no choice of them."""
    terms = set(content_terms(words))
    return bool(terms) and terms <= set(asked.terms) and not _CHOICE.search(asked.text)


def _no_measure(asked: Asked, words: str, after: str) -> bool:
    if not numbers(words) and not re.search(r"\d", words):
        return True
    if _DAY.match(words) or any(one.match(words) for one in (_ONE_OF, _YEAR, _ISO_DAY)):
        return True
    # People are counted whole; what has decimals beside them is their density, and "nine" stands
    # for towns or counties: a population is told in digits.
    return noun_sought(asked) == "population" and bool(
        _DENSITY.search(words)
        or re.match(r"\s*(?:%|per\b|/)", after)
        or not re.search(r"\d", words)
    )


def kinds_fit(
    asked: Asked, texts: Sequence[str], scored: Sequence[PassageScores]
) -> list[PassageScores]:
    """Return the scores of several passages, each as ``fitting`` gives it."""
    return [fitting(asked, text, one) for text, one in zip(texts, scored, strict=True)]
