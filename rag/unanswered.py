"""Whether what a reader believes in tells what was asked for at all. English, pure functions.

A sentence on the very matter may leave open just what was asked: who did it, what somebody said,
what happened in the year that the question names. It is related, and no answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from rag.account.anchor import in_time, of_named_reports
from rag.account.blame import asks_blame
from rag.account.culprits import left_open, telling
from rag.account.doers import doing
from rag.account.stances import claimed_by, stance_asked, takes
from rag.account.takers import asks_taker, points_at_taken, takers
from rag.assumption import assumption_of
from rag.english.claimants import name_words
from rag.english.deeds import knows_deed, tells_deed
from rag.english.events import is_open_ended
from rag.english.identity import aged_asked
from rag.english.languages import is_english
from rag.english.metonyms import country_of, known_as, names_of
from rag.english.named_one import noun_named
from rag.english.offices import asks_office
from rag.english.owners import is_anothers, thing_of
from rag.english.places import shares_name, telling_words
from rag.english.question import Asked
from rag.english.sides import sides_of
from rag.english.told import is_told, told
from rag.english.words import content_terms
from rag.table_rows import row_of
from rag.types import Candidate, Hit
from rag.writing.happenings import asks_what_happened
from rag.writing.narrative import picked
from rag.writing.persons import telling_who

_NEAR_BEST = 0.3
"""Least share of the best sentence's probability at which another one may answer in its place."""
_NEAR_NAMED = 0.1
"""The same for one in whose passage all names of the question stand, where the best one's lacks
some."""
_ADMITS = frozenset(("admit", "acknowledge"))
_OWN = 0.5
"""How far a sentence is a speaker's own, from which it is more than one that names them."""


def leaves_open(asked: Asked, candidates: Sequence[Candidate], hits: Sequence[Hit] = ()) -> bool:
    """Return whether no sentence that is believed tells what a question asks for.

    Args:
        asked: The question.
        candidates: What the reader found, best first.
        hits: The passages that it was found in.
    """
    if not candidates:
        return False
    if _asks_claim(asked):
        # A deed that nobody is said to have claimed: who speaks of it else has not claimed it.
        kin = of_named_reports(asked, candidates)
        return not any(one in kin for one in _claiming(asked, candidates))
    if asks_blame(asked):
        return not telling(asked, candidates)
    if not of_it(asked, candidates):
        return True
    if asks_office(asked.text) and asked.kind == "who":
        # What a body did, or who founded it, does not tell who holds an office of it.
        return not _near(doing(asked, candidates), candidates)
    if asks_taker(asked):
        return not (takers(asked, candidates) or any(map(points_at_taken, candidates)))
    if _of_another_kind(asked, candidates) or _of_another_owner(asked, candidates):
        return True
    if asked.kind == "said" and bool(name_words(f"x {asked.speaker}")) and not sides_of(asked):
        # That somebody admits a deed is told by their own words alone: "why did they admit it?"
        least = _OWN if asked.verb in _ADMITS else 0.0
        return not any(one.own > least for one in picked(asked, candidates))
    if asked.kind == "why":
        return _of_others(asked, candidates, hits)
    return _of_another_time(asked, candidates)


def of_it(asked: Asked, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the sentences that tell what a question asks for, where its form says how; else all.

    A name stands beside the noun of whom it is, an age beside a name, and who won something is
    told by a sentence that speaks of winning.
    """
    if not candidates or row_of(candidates[0]):
        return list(candidates)
    if _asks_claim(asked):
        return _claiming(asked, candidates) or list(candidates)
    if who := telling_who(asked, candidates):
        others = [one for one in candidates if one not in who]
        return who if noun_named(asked.text) else [*who, *others]
    if noun_named(asked.text):
        return _telling(candidates, lambda _: False)
    if name := aged_asked(asked.text):
        return _telling(candidates, lambda one: _tells_age(asked, name, one))
    if knows_deed(asked.text):
        telling_it = _telling(candidates, lambda one: tells_deed(asked.text, one.text))
        return _near(telling_it, candidates)
    if asked.kind == "who" and not (asks_blame(asked) or asks_taker(asked) or is_told(asked.text)):
        names = [one for one in asked.names if not country_of(one)]
        told_of = [one for one in candidates if all(_names(_around(one.hit), n) for n in names)]
        return _near(told_of, candidates, _NEAR_NAMED) or list(candidates)
    return list(candidates)


def _telling(
    candidates: Sequence[Candidate], tells: Callable[[Candidate], bool]
) -> list[Candidate]:
    """Return the sentences that tell it, by English forms and words, or are in another language."""
    return [one for one in candidates if tells(one) or not is_english(one.text)]


def _asks_claim(asked: Asked) -> bool:
    """Return whether a question asks who claimed a deed."""
    return asked.kind == "who_said" and stance_asked(asked) == "claims_responsibility"


def _claiming(asked: Asked, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the sentences in which somebody claims the deed, or that say that nobody has.

    Reports that name less of what the question names may tell of it in other words.
    """
    kin = of_named_reports(asked, candidates)
    claimed = [one for one in candidates if _claims(asked, one)]
    near = _near(claimed, candidates)
    return [
        one
        for one in candidates
        if one in near or one in kin and (one in claimed or left_open(one))
    ]


_CLAIM = frozenset(content_terms("responsibility claim claimed admit admitted attack"))


def _claims(asked: Asked, candidate: Candidate) -> bool:
    """Return whether somebody claims the deed in a sentence: it is of that one, if it names one."""
    deed = set(content_terms(asked.about)) - _CLAIM
    if claimed_by(candidate.text) and not deed & set(content_terms(candidate.text)):
        return False
    return takes(candidate, "claims_responsibility")


_AGE = re.compile(r"\b(?:aged?|years?[- ]old|born)\b", re.IGNORECASE)


def _tells_age(asked: Asked, name: str, candidate: Candidate) -> bool:
    """Return whether a sentence tells somebody's age by its form, or names them beside one."""
    if told(asked.text, candidate.text)[0]:
        return True
    return bool(_AGE.search(candidate.text)) and shares_name(candidate.text, telling_words(name))


_KINDS = tuple(
    frozenset(content_terms(row))
    for row in (
        "earthquake earthquakes quake quakes tremor aftershock seismic",
        "flood floods flooding flooded deluge inundated",
        "storm storms hurricane cyclone typhoon tornado blizzard",
        "avalanche landslide mudslide rockslide",
        "epidemic outbreak cholera plague pandemic polio measles typhoid",
        "famine starvation starved hunger",
        "ferry shipwreck capsized sank sinking drowned",
        "stampede crush trampled",
        "derailed derailment",
    )
)
"""Words of events of one kind, which no report of an attack or a battle is of."""


def _near(
    some: Sequence[Candidate], candidates: Sequence[Candidate], share: float = _NEAR_BEST
) -> list[Candidate]:
    """Return those that are believed nearly as much as the best of all candidates."""
    least = max(one.probability for one in candidates) * share
    return [one for one in some if one.probability >= least]


def _of_another_kind(asked: Asked, candidates: Sequence[Candidate]) -> bool:
    """Return whether a question is of an earthquake, say, and nothing that is believed of one."""
    of = [kind for kind in _KINDS if kind & set(asked.terms)]
    if not of or row_of(candidates[0]):
        return False
    near = [_around(one.hit) for one in _near(candidates, candidates)]
    return not any(of[0] & set(content_terms(text)) for text in near)


def _of_another_owner(asked: Asked, candidates: Sequence[Candidate]) -> bool:
    """Return whether all that is believed tells of the same thing of somebody else.

    "The Norlandish capital" answers no question for the capital of Estria.
    """
    thing, whose = thing_of(asked.text)
    if not thing or row_of(candidates[0]):
        return False
    near = _near(candidates, candidates)
    return all(is_anothers(one.text, thing, whose) for one in near)


def _of_others(asked: Asked, candidates: Sequence[Candidate], hits: Sequence[Hit]) -> bool:
    """Return whether no passage that is believed names whoever a "why" says did something.

    Why Norland did it is not told where nobody speaks of Norland.
    """
    assumed = assumption_of(asked)
    doers = [name for name in asked.names if assumed is not None and name in assumed.doer]
    if not doers or any(known_as(name) for name in doers):
        return False
    least = max(one.probability for one in candidates) * _NEAR_BEST
    near = [one.hit for one in candidates if one.probability >= least]
    others = [telling_words(name) for name in asked.names if name not in doers]
    texts = [_around(hit) for hit in near]
    # What tells of the doer and of all else that is named is on the matter, believed or not.
    texts += [text for text in map(_around, hits) if all(shares_name(text, one) for one in others)]
    return not any(_names(text, name) for text in texts for name in doers)


def _around(hit: Hit) -> str:
    return f"{hit.document.title} {hit.passage.context} {hit.passage.text}"


def _names(text: str, name: str) -> bool:
    """Return whether a text names somebody, a country by its adjective too."""
    words = frozenset(re.findall(r"[\w.]+", text.lower()))
    return shares_name(text, telling_words(name)) or bool(words & names_of(country_of(name)))


def _of_another_time(asked: Asked, candidates: Sequence[Candidate]) -> bool:
    """Return whether all that is believed is told of other days than the question names."""
    timed = asked.kind in ("how_many", "who", "where") or asks_what_happened(asked.text)
    if not timed or asked.period is None:
        return False
    if row_of(candidates[0]):
        return False  # its column or its table is of that time, which the reader has looked at
    if is_open_ended(asked.text):
        return False
    least = max(one.probability for one in candidates) * _NEAR_BEST
    near = [one for one in candidates if one.probability >= least]
    if asks_what_happened(asked.text):
        # The day that is asked for may be that of the report.
        first, last = (date.fromisoformat(day) for day in asked.period)
        wide = (first - _BESIDE).isoformat(), (last + _BESIDE).isoformat()
        asked = replace(asked, period=wide)
    return not in_time(asked, near)


_BESIDE = timedelta(days=2)
