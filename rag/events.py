"""When an event was that a sentence speaks of, and whether two sentences may speak of one event."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from rag.question import Asked
from rag.speech_words import REPORTING
from rag.when import Time, day_of, times

_REPORT_LAG_DAYS = 21
"""How long before a report an event may lie that it gives no day for."""
_SAME_EVENT_DAYS = 2
"""Days that two reports of one event may lie apart; a later strike is another event."""
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
# "said on Friday", "it had counted on Wednesday", "by 22 March": the day of a statement or a count,
# not of the event.
SAID_ON = re.compile(
    rf"(?:\b(?:{'|'.join(sorted(REPORTING))})\b"
    r"(?:\s+(?:late|early|on|in a statement|in|a|statement))*|\b(?:by|as of|until|till))\s*$",
    re.IGNORECASE,
)


def event_span(
    sentence: str, before: Sequence[str], published: str | None
) -> tuple[str, str] | None:
    """Return the first and last day that a sentence may speak of; None when nothing tells.

    A day named in it or shortly before it, else a month named in it, else, because reports speak
    of what has just been, the month before the report.
    """
    for text in (sentence, *reversed(before[-2:])):
        past = [
            time
            for time in times(text, published)
            if published is None or time.first <= published[:10]
            if not SAID_ON.search(text[: time.start])
        ]
        exact = [
            time
            for time in past
            # The day of the report with its year is the dateline, not the event.
            if time.exact and not (time.first == (published or "")[:10] and _YEAR.search(text))
        ]
        if exact:
            return _last(exact).first, _last(exact).last
        if past and text is sentence:
            return _last(past).first, _last(past).last
    day = day_of(published)
    if day is None:
        return None
    return (day - timedelta(days=_REPORT_LAG_DAYS)).isoformat(), day.isoformat()


def _last(found: Sequence[Time]) -> Time:
    return max(found, key=lambda time: time.first)


def in_period(asked: Asked, span: tuple[str, str] | None, published: str | None) -> bool:
    """Return whether a value belongs to the time that the question names."""
    if asked.period is None or span is None:
        return True
    first, last = asked.period
    if span[0] == span[1]:
        return first <= span[0] <= last
    return span[0] <= last and first <= span[1] and not (published and published[:10] < first)


def overlap(one: tuple[str, str] | None, two: tuple[str, str] | None) -> bool:
    """Return whether two stretches of days come within a few days of each other."""
    if one is None or two is None:
        return True
    first, last = day_of(max(one[0], two[0])), day_of(min(one[1], two[1]))
    return first is None or last is None or (first - last).days <= _SAME_EVENT_DAYS
