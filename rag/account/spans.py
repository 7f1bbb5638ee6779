"""Which days a figure is the toll of: one day, or several that a sentence adds up.

A question for a place and a stretch of days has many tolls that are all right: one for each day,
one for them together. They are parts of each other or stand side by side; they do not disagree.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from rag.english.events import RECENT_DAYS, event_span, is_loose, lag_days
from rag.english.question import Asked
from rag.english.when import day_of, times

OTHER_DAY = "other_day"
"""The flag of an account that is the toll of other days than another account's."""

_NUMBERS = "two three four five six seven eight nine ten eleven twelve".split()
_COUNT = rf"(?:(?P<count>\d+|{'|'.join(_NUMBERS)})[\s-]+)"
_WINDOW = re.compile(
    rf"\b(?:(?:in|over|during|within|for|after|of)\s+)?(?:the\s+|those\s+)?"
    rf"(?:(?P<past>past|last|previous)\s+)?{_COUNT}?(?P<unit>days?|weeks?|months?|hours?)\b"
    r"(?P<of>\s+of\s+(?!age\b))?",
    re.IGNORECASE,
)
_JOINED = re.compile(r"^(?:in|over|during|within|for|of)\s", re.IGNORECASE)
_SINCE = re.compile(r"\b[Ss]ince\s+(?:late\s+|early\s+|last\s+)?(?=yesterday|\d|[A-Z])")
_BEGUN = re.compile(
    rf"\bsince\b[^.;]*?\b{_COUNT}(?P<unit>days?|weeks?|months?)\s+ago\b", re.IGNORECASE
)
# These look back from the report, and not from the sentence before.
_EARLIER = re.compile(
    r"\b(?:earlier|last|this|previous|past)\s+(?:this\s+|last\s+)?(?:week|month|year)\b"
    r"|\b(?:days?|weeks?|months?|years?)\s+(?:ago|earlier|before)\b",
    re.IGNORECASE,
)
_DAYS = {"hour": 1, "day": 1, "week": 7, "month": 30}
_LONGEST = 62  # days that a report adds up; what is longer is a war
_ONE_EVENT = re.compile(
    r"\b(?:the|an?|this|that|which|what|by)\s+(?:[\w'\u2019-]+\s+){0,3}?(?:(?:air)?strike|raid|attack|"
    r"bomb(?:ing|er|ardment)?|blast|explosion|shelling|incident|massacre|shooting|crash|accident|"
    r"fire|flood|earthquake|quake|ambush|clash|collapse|sinking)\b(?!s)"
    r"|\b(?:when|as)\s+",
    re.IGNORECASE,
)


def asks_stretch(asked: Asked) -> bool:
    """Return whether a question asks for all of several days, and for no single event.

    >>> from rag.english.question import analyse
    >>> asks_stretch(analyse("How many people were killed in Hollin in early April 2017?"))
    True
    >>> asks_stretch(analyse("How many people were killed in the raid on Hollin in April 2017?"))
    False
    """
    if asked.period is None:
        return bool(asked.quantity and asked.names) and not names_event(asked)
    return asked.period[0] != asked.period[1] and not names_event(asked)


def names_event(asked: Asked) -> bool:
    """Return whether a question asks for one attack, blast or the like."""
    return bool(_ONE_EVENT.search(asked.text))


def window(sentence: str, published: str | None) -> tuple[str, str] | None:
    """Return the days that a sentence adds up, the first and the last; None for a single day's.

    >>> window("It brought to 49 the number killed in two days of attacks.", "2021-06-16")
    ('2021-06-15', '2021-06-16')
    >>> window("Since Monday shelling has killed 44 civilians.", "2021-06-17")
    ('2021-06-14', '2021-06-17')
    >>> window("Nine people were killed on Tuesday.", "2021-06-16")
    """
    day = day_of(published)
    if day is None:
        return None
    for match in _SINCE.finditer(sentence):
        first = [one for one in times(sentence, published) if 0 <= one.start - match.end() <= 1]
        if first and first[0].exact and 0 < _apart(first[0].first, day.isoformat()) <= lag_days():
            return first[0].first, day.isoformat()
    if begun := _BEGUN.search(sentence):
        back = _value(begun.group("count")) * _DAYS[begun.group("unit").lower().rstrip("s")]
        return (day - timedelta(days=min(back, _LONGEST))).isoformat(), day.isoformat()
    for match in _WINDOW.finditer(sentence):
        unit = match.group("unit").lower().rstrip("s")
        joined = _JOINED.match(match.group()) or match.group("past")
        counted = match.group("count")
        if not counted and not (match.group("past") and unit in ("week", "month")):
            continue
        if not (joined or match.group("of")) or match.group().lower().startswith("after"):
            continue
        count = _value(counted) if counted else 1
        long = count * _DAYS[unit] / (24 if unit == "hour" else 1)
        if 1 < long <= _LONGEST:
            return (day - timedelta(days=round(long) - 1)).isoformat(), day.isoformat()
    return None


def counts_since(sentence: str) -> bool:
    """Return whether a sentence counts from a day on: "since Tuesday"."""
    return bool(_SINCE.search(sentence))


def days_told(
    sentence: str, before: Sequence[str], published: str | None
) -> tuple[str, str] | None:
    """Return the days that a sentence speaks of, by the sentences before it where it names none."""
    span = event_span(sentence, published)
    if span is None or published is None or not is_loose(span) or _EARLIER.search(sentence):
        return span
    for other in reversed(before):
        told = event_span(other, published)
        if told and told[0] == told[1] and _apart(told[0], published) <= RECENT_DAYS:
            return told
    return span


def _apart(first: str, last: str) -> int:
    one, two = day_of(first), day_of(last)
    return (two - one).days if one and two else 0


def _value(word: str) -> int:
    return int(word) if word.isdigit() else _NUMBERS.index(word.lower()) + 2
