"""Which candidates are of what a question names.

A blast at another town resembles the one asked for in all but the name.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.account_said import published_day
from rag.events import event_span, in_period
from rag.places import is_adjective, places_at, shares_name, telling_words
from rag.question import Asked
from rag.types import Candidate
from rag.words import content_terms

# What many reports of one town share: it tells no event from another.
_KINDS = frozenset(
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


def of_that_target(
    asked: Asked, candidates: Sequence[Candidate], apart: frozenset[str]
) -> list[Candidate]:
    """Keep those whose passage speaks of what was struck: a wedding, a school; all if none does.

    Args:
        asked: The question.
        candidates: Sentences with their passages.
        apart: Stemmed words that say nothing of it, as those of blame.
    """
    names = {term for name in asked.names for term in content_terms(name)}
    target = set(asked.terms) - names - apart - _KINDS
    of_it = [one for one in candidates if target & set(content_terms(one.hit.passage.text))]
    return of_it or list(candidates)


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
