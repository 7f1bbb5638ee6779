"""The sentences that tell what happened, one for each event. English."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.account.anchor import in_time, of_that_place
from rag.english.events import is_open_ended
from rag.english.quantities import counted
from rag.english.question import Asked
from rag.english.words import content_terms
from rag.types import Candidate
from rag.writing.happenings import EVENT, asks_what_happened, eventfulness
from rag.writing.telling import (
    MOST,
    differs_in_copy,
    event_day,
    is_prose,
    named,
    shared,
    tells_behind,
)

_SAME_EVENT = 0.5
"""Share of the shorter sentence's words from which two of one day tell the same event."""


def happenings(asked: Asked, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the sentences that tell an event, one for each, where it is asked what happened.

    None that tells of another place, or of another time than is asked for, alone. Where enough of
    them name what was asked for, only those; where fewer than two tell an event, all come back.
    """
    if not asks_what_happened(asked.text):
        return list(candidates)
    names = asked.names
    then = _then(asked, candidates)
    eventful = [one for one in then if eventfulness(one.text, names) >= EVENT]
    told = of_that_place(asked, eventful, leads=True)
    there = [one for one in told if names and all(_holds(one.text, name) for name in names)]
    each = _one_each(there)
    events = each if len(each) >= MOST else _one_each(told)
    return events if len(events) > 1 else of_that_place(asked, then, leads=True) or then


def telling_belief(asked: Asked, candidates: Sequence[Candidate]) -> float:
    """Return the probability of the candidate that answers best, of which shares are believed.

    Where it is asked what happened, that of the best one that tells an event of that time, as long
    as it is believed at all: what stands around an event names the place as often, and is read to
    answer as well.
    """
    best = max((one.probability for one in candidates), default=0.0)
    if not asks_what_happened(asked.text):
        return best
    events = [
        one.probability
        for one in of_that_place(asked, _then(asked, candidates), leads=True)
        if eventfulness(one.text, asked.names) >= EVENT and (is_prose(one) or tells_behind(one))
    ]
    return max(max(events, default=best), _LEAST_EVENT * best)


def _then(asked: Asked, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates of the time that is asked about, as far as a question bounds it."""
    bounded = [] if is_open_ended(asked.text) else in_time(asked, candidates)
    return bounded or list(candidates)


_LEAST_EVENT = 0.3
"""Share of the best sentence's probability at which an event is believed."""


def _holds(text: str, name: str) -> bool:
    words = set(re.findall(r"[\w-]+", text))
    return all(any(named(part, word) for word in words) for part in re.findall(r"[\w-]+", name))


def _one_each(candidates: Sequence[Candidate]) -> list[Candidate]:
    kept: list[Candidate] = []
    for one in candidates:
        if not any(same_event(one, other) for other in kept):
            kept.append(one)
    return kept


def same_event(one: Candidate, other: Candidate) -> bool:
    """Return whether two sentences tell one event: of one day, with the same figures or words.

    Other figures for the same day stay: they may be a disagreement. So do those of near-copies.
    """
    day = event_day(one)
    if not day or day != event_day(other) or differs_in_copy(one, other):
        return False
    figures, others = (
        {(found.quantity, found.number.value) for found in counted(each.text)}
        for each in (one, other)
    )
    if figures and others:
        return bool(figures & others)
    words, more = (set(content_terms(each.text)) for each in (one, other))
    return shared(words, more) > _SAME_EVENT
