"""Days and spans of time in questions and sentences. Pure functions; days are ISO strings.

A sentence's own date is resolved against the day its document was published, never against today.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_MONTHS = {
    name.lower(): number
    for names in (calendar.month_name, calendar.month_abbr)
    for number, name in enumerate(names)
    if name
}
_MONTHS["sept"] = 9
_WEEKDAYS = {name.lower(): number for number, name in enumerate(calendar.day_name)}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_YEAR = r"(?:19|20)\d\d"
_PART = r"(?:(?P<part>early|mid|late|the beginning of|the end of|the start of)[\s-]+)?"
_DAY_FIRST = re.compile(
    rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{_MONTH})\b\.?"
    rf"(?:,?\s+(?P<year>{_YEAR}))?",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    rf"\b(?P<month>{_MONTH})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)"
    rf"(?:,?\s+(?P<year>{_YEAR}))?",
    re.IGNORECASE,
)
_MONTH_YEAR = re.compile(
    rf"\b{_PART}(?P<month>{_MONTH})\.?,?\s+(?:of\s+)?(?P<year>{_YEAR})\b", re.IGNORECASE
)
_BARE_MONTH = re.compile(
    rf"\b(?:(?:in|since|last|during|of|until|from)\s+{_PART}|(?P<bare_part>early|mid|late)[\s-]+)"
    rf"(?P<month>{_MONTH})\b(?!\.?\s*\d)",
    re.IGNORECASE,
)
_BARE_YEAR = re.compile(
    rf"\b(?:in|since|during|of|from|until|by|before|after|year)\s+{_PART}(?P<year>{_YEAR})\b",
    re.IGNORECASE,
)
_ISO = re.compile(r"\b(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)\b")
_WEEKDAY = re.compile(
    rf"\b(?:(?P<next>next)\s+|(?P<last>last)\s+)?(?P<weekday>{'|'.join(_WEEKDAYS)})\b",
    re.IGNORECASE,
)
_RELATIVE = re.compile(
    r"\b(?P<word>today|yesterday|tomorrow|last night|overnight)\b", re.IGNORECASE
)

Named = tuple[re.Match[str], date, date]
"""Where a time stands in a text, and its first and last day."""


@dataclass(frozen=True, slots=True)
class Time:
    """A stretch of days named at ``text[start:end]``, both days inclusive, as ISO strings."""

    start: int
    end: int
    first: str
    last: str

    @property
    def exact(self) -> bool:
        """Whether one single day is meant."""
        return self.first == self.last


def month_days(year: int, month: int, part: str | None = None) -> tuple[date, date]:
    """Return the first and last day of a month, or of the part of it that a word names.

    >>> [day.isoformat() for day in month_days(2017, 4, "early")]
    ['2017-04-01', '2017-04-10']
    """
    last = calendar.monthrange(year, month)[1]
    part = (part or "").lower()
    if "early" in part or "start" in part or "beginning" in part:
        return date(year, month, 1), date(year, month, 10)
    if "mid" in part:
        return date(year, month, 10), date(year, month, 20)
    if "late" in part or "end" in part:
        return date(year, month, 20), date(year, month, last)
    return date(year, month, 1), date(year, month, last)


def nearest_year(month: int, day: int, published: date | None) -> int | None:
    """Return the year that puts a day without one nearest before the publication."""
    if published is None:
        return None
    for year in (published.year, published.year - 1):
        try:
            if date(year, month, day) <= published + timedelta(days=31):
                return year
        except ValueError:
            continue
    return None


def day_of(published: str | None) -> date | None:
    """Return the day of an ISO date or time, or None."""
    if not published:
        return None
    try:
        return date.fromisoformat(published[:10])
    except ValueError:
        return None


def spoken_day(published: str) -> str:
    """Return an ISO date as people write it.

    >>> spoken_day("2023-03-05T10:00")
    '5 March 2023'
    """
    day = date.fromisoformat(published[:10])
    return f"{day.day} {day:%B %Y}"


def times(text: str, published: str | None = None) -> list[Time]:
    """Return the days and months named in a text, in order, none inside another.

    Args:
        text: A sentence or a question.
        published: ISO day of the document; weekdays and days without a year need it.

    >>> [(t.first, t.last) for t in times("in early April 2017 and on 14 May 2016")]
    [('2017-04-01', '2017-04-10'), ('2016-05-14', '2016-05-14')]
    >>> times("It fell on Saturday.", "2017-04-09")[0].first
    '2017-04-08'
    >>> times("It fell two days after 8 August 2013.")[0].first
    '2013-08-10'
    """
    anchor = day_of(published)
    days = [
        (match, *_beside_day(text[: match.start()], day)) for match, day, _ in _days(text, anchor)
    ]
    named = (*days, *_months_and_years(text, anchor))
    if anchor is not None:
        named += tuple(_days_beside(text, anchor))
    found: list[Time] = []
    for match, first, last in named:
        if not any(_joined(text, match, time) for time in found):
            found.append(Time(match.start(), match.end(), first.isoformat(), last.isoformat()))
    return sorted(found, key=lambda time: time.start)


def _joined(text: str, match: re.Match[str], time: Time) -> bool:
    """Return whether a match lies in a time that was found, or is the weekday beside it."""
    if time.start < match.end() and match.start() < time.end:
        return True
    between = text[match.end() : time.start] or text[time.end : match.start()]
    beside = match.end() <= time.start or time.end <= match.start()
    return beside and "weekday" in match.groupdict() and between.strip(" ,(") == ""


def _days(text: str, anchor: date | None) -> Iterator[Named]:
    """Yield the days that a text names by number and month, the first and last day the same."""
    for match in _ISO.finditer(text):
        if day := day_of(match.group(0)):
            yield match, day, day
    for match in (*_DAY_FIRST.finditer(text), *_MONTH_FIRST.finditer(text)):
        month, number = _MONTHS[match.group("month").lower()], int(match.group("day"))
        year = int(match.group("year") or 0) or nearest_year(month, number, anchor)
        if year and 1 <= number <= calendar.monthrange(year, month)[1]:
            day = date(year, month, number)
            yield match, day, day


_AWAY = re.compile(
    r"\b(?P<much>the|an?|one|two|three|four|five|six|seven|eight|nine|ten|\d{1,3})\s+"
    r"(?:next\s+|following\s+)?(?P<unit>day|week)s?\s+(?P<side>after|before)\s+$",
    re.IGNORECASE,
)
_NUMBERS = "one two three four five six seven eight nine ten".split()


def _beside_day(before: str, day: date) -> tuple[date, date]:
    """Return the first and last day meant by a day and the words before it: "the week after ".

    >>> [str(one) for one in _beside_day("on the day before ", date(2013, 8, 8))]
    ['2013-08-07', '2013-08-07']
    >>> [str(one) for one in _beside_day("in the week after ", date(2013, 8, 8))]
    ['2013-08-09', '2013-08-15']
    """
    match = _AWAY.search(before)
    if match is None:
        return day, day
    much, weeks = match["much"].lower(), match["unit"].lower() == "week"
    sign = 1 if match["side"].lower() == "after" else -1
    if weeks and much == "the":
        ends = sorted((day + timedelta(days=sign), day + timedelta(days=7 * sign)))
        return ends[0], ends[1]
    count = int(much) if much.isdigit() else _NUMBERS.index(much) + 1 if much in _NUMBERS else 1
    shifted = day + timedelta(days=sign * count * (7 if weeks else 1))
    return shifted, shifted


def _months_and_years(text: str, anchor: date | None) -> Iterator[Named]:
    """Yield the months and years that a text names without a day."""
    for match in _MONTH_YEAR.finditer(text):
        month, year = _MONTHS[match.group("month").lower()], int(match.group("year"))
        yield match, *month_days(year, month, match.group("part"))
    for match in _BARE_MONTH.finditer(text):
        if match.group("month")[0].islower():
            continue  # "may", "march" as verbs
        month = _MONTHS[match.group("month").lower()]
        if nearest := nearest_year(month, 1, anchor):
            part = match.group("part") or match.group("bare_part")
            yield match, *month_days(nearest, month, part)
    for match in _BARE_YEAR.finditer(text):
        year = int(match.group("year"))
        yield match, date(year, 1, 1), date(year, 12, 31)


def _days_beside(text: str, anchor: date) -> Iterator[Named]:
    """Yield the weekdays and the like that a text names, counted from the day of publication."""
    for match in _WEEKDAY.finditer(text):
        number = _WEEKDAYS[match.group("weekday").lower()]
        day = weekday_beside(anchor, number, match.group("next") or match.group("last") or "")
        yield match, day, day
    shift = {"yesterday": -1, "last night": -1, "tomorrow": 1}
    for match in _RELATIVE.finditer(text):
        day = anchor + timedelta(days=shift.get(match.group("word").lower(), 0))
        yield match, day, day


def weekday_beside(anchor: date, weekday: int, which: str = "") -> date:
    """Return the day that a weekday (0 is Monday) means in a text published on a day.

    The day itself or the last one before it; ``which`` "last" wants one before, "next" one after.

    >>> weekday_beside(date(2017, 4, 9), 6).isoformat()  # published on a Sunday
    '2017-04-09'
    """
    back = (anchor.weekday() - weekday) % 7
    if which.lower() == "next":
        return anchor + timedelta(days=(7 - back) or 7)
    return anchor - timedelta(days=back or (7 if which.lower() == "last" else 0))


def span_of(found: list[Time]) -> tuple[str, str] | None:
    """Return the first and last day that a list of times covers, or None."""
    if not found:
        return None
    return min(time.first for time in found), max(time.last for time in found)
