"""When an event was that a sentence speaks of, and whether two sentences may speak of one event."""

from __future__ import annotations

import re
from datetime import timedelta

from rag.english.question import Asked
from rag.english.speech_words import REPORTING
from rag.english.when import Time, day_of, times

REPORTED_DAYS = 7
"""How long after an event its reports are looked for."""
_REPORT_LAG_DAYS = 21
"""How long before a report an event may lie that it gives no day for."""
RECENT_DAYS = 3
"""How long before a report an event lies, as a rule, of which it speaks without a day."""
_SAME_EVENT_DAYS = 2
"""Days that two reports of one event may lie apart; a later strike is another event."""
_AGENCY = re.compile(r"\s*\([^()]{2,40}\)\s*[-\u2013\u2014]")  # "(Northern Wire) -"
_DATELINE_REACH = 40  # characters at the head of a sentence
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
# "said on Friday", "it had counted on Wednesday", "by 22 March": the day of a statement or a count,
# not of the event.
SAID_ON = re.compile(
    rf"(?:\b(?:{'|'.join(sorted(REPORTING))})\b"
    r"(?:\s+(?:late|early|on|in a statement|in|a|statement))*|\b(?:by|as of|until|till))\s*$",
    re.IGNORECASE,
)


_SAYS_NEXT = re.compile(rf"\s*,?\s*(?:{'|'.join(sorted(REPORTING))})\b", re.IGNORECASE)


def is_said_on(sentence: str, time: Time) -> bool:
    """Return whether a day is that of a statement: "said on Friday", "on Friday denied".

    >>> text = "The ministry on Friday denied that nine died on Monday."
    >>> [is_said_on(text, time) for time in times(text, "2021-06-20")]
    [True, False]
    """
    before, after = sentence[: time.start], sentence[time.end :]
    return bool(SAID_ON.search(before) or _SAYS_NEXT.match(after))


def is_dateline(sentence: str, time: Time, published: str | None) -> bool:
    """Return whether a day is the report's own, at its head or with its year, not the event's."""
    if time.start < _DATELINE_REACH and _AGENCY.match(sentence, time.end):
        return True
    words = sentence[time.start : time.end]
    if time.first != (published or "")[:10] or not any(char.isdigit() for char in words):
        return False
    return bool(_YEAR.search(sentence)) or time.end < _DATELINE_REACH


_STATED = re.compile(
    rf"\b(?:{'|'.join(sorted(REPORTING))})\b"
    r"(?:\s+(?:late|early|on|in a statement|in|a|statement))*\s*$",
    re.IGNORECASE,
)


def statement_day(sentence: str, published: str | None) -> str | None:
    """Return the day on which a sentence says that it was said, else that of its document.

    >>> statement_day("The ministry said on Friday that nine died.", "2021-06-20")
    '2021-06-18'
    """
    for time in times(sentence, published):
        before, after = sentence[: time.start], sentence[time.end :]
        said = time.exact and (_STATED.search(before) or _SAYS_NEXT.match(after))
        if said and (published is None or time.first <= published[:10]):
            return time.first
    return published[:10] if published else None


def event_span(sentence: str, published: str | None) -> tuple[str, str] | None:
    """Return the first and last day that a sentence may speak of; None when nothing tells.

    A day named in it, else a month named in it, else, because reports speak of what has just been,
    the weeks before the report.
    """
    past = [
        time
        for time in times(sentence, published)
        if published is None or time.first <= published[:10]
        if not is_said_on(sentence, time) and not is_dateline(sentence, time, published)
    ]
    exact = [time for time in past if time.exact]
    if past:
        last = max(exact or past, key=lambda time: time.first)
        return last.first, last.last
    day = day_of(published)
    if day is None:
        return None
    return (day - timedelta(days=_REPORT_LAG_DAYS)).isoformat(), day.isoformat()


def is_open_ended(text: str) -> bool:
    """Return whether a question's day may be an end of the time that it asks for.

    >>> is_open_ended("What happened since May 2016?"), is_open_ended("What happened in May 2016?")
    (True, False)
    """
    return bool(_OPEN.search(text))


_OPEN = re.compile(
    r"\b(?:by|since|until|till|before|after|from|between|up to|so far|(?:week|month|year|days) to|"
    r"ending)\b",
    re.IGNORECASE,
)


def is_loose(span: tuple[str, str]) -> bool:
    """Return whether days are only those before a report that names none."""
    first, last = day_of(span[0]), day_of(span[1])
    return first is not None and last is not None and (last - first).days == _REPORT_LAG_DAYS


def lag_days() -> int:
    """Return how many days a report without a day of its own may look back."""
    return _REPORT_LAG_DAYS


def in_period(asked: Asked, span: tuple[str, str] | None, published: str | None) -> bool:
    """Return whether a value belongs to the time that the question names."""
    if asked.period is None or span is None:
        return True
    first, last = asked.period
    if span[0] == span[1]:
        return first <= span[0] <= last
    end = day_of(span[1])
    if end and is_loose(span):
        # No day is named: reports tell of what has just been.
        recent = (end - timedelta(days=RECENT_DAYS)).isoformat()
        return recent <= last and first <= span[1]
    return span[0] <= last and first <= span[1] and not (published and published[:10] < first)


def overlap(one: tuple[str, str] | None, two: tuple[str, str] | None) -> bool:
    """Return whether two stretches of days come within a few days of each other."""
    if one is None or two is None:
        return True
    first, last = day_of(max(one[0], two[0])), day_of(min(one[1], two[1]))
    slack = 0 if is_loose(one) or is_loose(two) else _SAME_EVENT_DAYS
    return first is None or last is None or (first - last).days <= slack
