"""The sentences that tell what happened, one for each event. English."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.account.anchor import of_that_place
from rag.english.quantities import counted
from rag.english.question import Asked
from rag.english.words import content_terms
from rag.types import Candidate
from rag.writing.happenings import EVENT, asks_what_happened, eventfulness
from rag.writing.telling import MOST, differs_in_copy, event_day, named, shared

_SAME_EVENT = 0.5
"""Share of the shorter sentence's words from which two of one day tell the same event."""


def happenings(asked: Asked, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the sentences that tell an event, one for each, where it is asked what happened.

    None that tells of another place alone. Where enough of them name what was asked for, only
    those; where fewer than two tell an event, all sentences come back.
    """
    if not asks_what_happened(asked.text):
        return list(candidates)
    names = asked.names
    told = [one for one in candidates if eventfulness(one.text, names) >= EVENT]
    told = of_that_place(asked, told)
    there = [one for one in told if names and all(_holds(one.text, name) for name in names)]
    each = _one_each(there)
    events = each if len(each) >= MOST else _one_each(told)
    return events if len(events) > 1 else of_that_place(asked, candidates) or list(candidates)


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
