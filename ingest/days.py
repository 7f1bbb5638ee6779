"""Days that the words of a text name, as spans: "last Friday" in a report of 18 April is the 14th.

They are counted from the day of publication, never from today; without one, only dates count that
carry their year. The names of months and days are dateparser's (``ingest.day_words``), the counting
is that of ``rag.english.when``, so that a span and an answer mean the same day.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from ingest.dates import parse
from ingest.day_words import DayWords, day_words
from rag.english.when import day_of, month_days, nearest_year, weekday_beside
from rag.types import Span

_REACH = 1_000_000
"""Days are looked for in so many first characters."""

_MOST = 2_000
"""A text that names more days is a log or a calendar: the first ones are kept."""

_BACK = 400
"""How far back the day may stand that "the previous day" is counted from."""

# "version 1.10.2017", "Section 12.5.2014", "tel. 01-02-2014"
_NO_DATE_AFTER = re.compile(
    r"(?:\b(?:version|ver|v|rev|release|chapter|section|sec|art|article|clause|no|nr|tel|phone|fax"
    r"|ip|build)\b\.?:?|§|#)\s*\Z",
    re.IGNORECASE,
)

_Found = tuple[int, int, date, date]


def days_in(text: str, published: str | None = None, language: str | None = None) -> list[Span]:
    """Return a span for every day or month that a text names, in order, none inside another.

    Args:
        text: a document's canonical text.
        published: ISO day of the document; "Monday" and days without a year need it.
        language: ISO 639-1 code; None is taken for English.

    >>> [(s.label, s.data["day"]) for s in days_in("It fell last Friday.", "2017-04-18")]
    [('last Friday', '2017-04-14')]
    >>> days_in("It may fall in chapter 1.5 on Monday.")
    []
    """
    words = day_words(language or "en") or day_words("en")
    assert words is not None
    text = text[:_REACH]
    anchor = day_of(published)
    if anchor is not None and not date.min.year + 10 < anchor.year < date.max.year - 10:
        anchor = None  # no day to count from
    order = "mdy" if (language or "en") == "en" else "dmy"
    kept: dict[int, _Found] = {}  # by where each ends
    taken = bytearray(len(text))
    for kind, pattern in words.patterns:
        if anchor is None and kind in {"weekday", "near", "before", "counted"}:
            continue
        # Most texts hold none of the rarer words: to see that takes a tenth of the pattern's time.
        if not any(word in text for word in words.needs.get(kind, ("",))):
            continue
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(taken[start:end]):
                continue
            days = _resolve(kind, match, words, anchor, order, kept, language or "en")
            if days is not None:
                taken[start:end] = b"\x01" * (end - start)
                kept[end] = (start, end, *days)
    return [_span(text, found) for found in _joined(text, sorted(kept.values()))[:_MOST]]


def with_days(
    spans: tuple[Span, ...], text: str, published: str | None, language: str | None
) -> tuple[Span, ...]:
    """Return a document's spans together with those of the days that its text names."""
    found = (*spans, *days_in(text, published, language))
    return tuple(sorted(found, key=lambda span: (span.start, -span.end)))


def _span(text: str, found: _Found) -> Span:
    start, end, first, last = found
    data = {"day": first.isoformat()} | ({"day_to": last.isoformat()} if last > first else {})
    return Span(start, end, "date", text[start:end], data)


def _joined(text: str, found: list[_Found]) -> list[_Found]:
    """Return the days with those made one that stand side by side: "Tuesday (4 April)"."""
    joined: list[_Found] = []
    for start, end, first, last in found:
        gap = text[joined[-1][1] : start] if joined and joined[-1][2:] == (first, last) else "-"
        if re.fullmatch(r"[\s,(]{0,3}", gap):
            end += "(" in gap and text[end : end + 1] == ")"
            joined[-1] = (joined[-1][0], end, first, last)
        else:
            joined.append((start, end, first, last))
    return joined


def _resolve(
    kind: str,
    match: re.Match[str],
    words: DayWords,
    anchor: date | None,
    order: Any,
    before: Mapping[int, _Found],
    language: str,
) -> tuple[date, date] | None:
    """Return the first and last day that a match means, or None for no date."""
    if kind == "full":
        return _one(_numeric(match, order))
    if kind in {"day", "cjk"}:
        return _to(match, _day(match, words, anchor))
    if kind == "month":
        return _month(match, words, anchor)
    if anchor is None:
        return None
    if kind == "weekday":
        which = (match.groupdict().get("which") or "").lower()
        number = words.weekdays[_key(match["weekday"])]
        return _one(_named_beside(match, number, before) or weekday_beside(anchor, number, which))
    if kind == "near":
        return _one(anchor + timedelta(days=words.near[_key(match["near"])]))
    if kind == "before":
        start = match.start()
        last = next((before[at] for at in range(start, start - _BACK, -1) if at in before), None)
        return _one((last[2] if last else anchor) - timedelta(days=1))
    ago = _counted(match.group().casefold(), language)
    return _one(anchor - timedelta(days=ago)) if ago else None


def _named_beside(match: re.Match[str], weekday: int, before: Mapping[int, _Found]) -> date | None:
    """Return the day of that weekday which stands right before it: "4 April (Tuesday)"."""
    for end in range(match.start(), match.start() - 4, -1):
        if end in before and match.string[end : match.start()].strip(" ,(") == "":
            first, last = before[end][2:]
            if first == last and first.weekday() == weekday:
                return first
    return None


def _one(day: date | None) -> tuple[date, date] | None:
    return (day, day) if day is not None else None


def _to(match: re.Match[str], first: date | None) -> tuple[date, date] | None:
    """Return a day, or all days to the last one of a range: "3-4 April"."""
    to = int(match.groupdict().get("to") or 0)
    if first is None or not to:
        return _one(first)
    if not first.day < to <= calendar.monthrange(first.year, first.month)[1]:
        return None
    return first, first.replace(day=to)


def _key(word: str) -> str:
    return word.replace("\u0307", "").casefold()


def _numeric(match: re.Match[str], order: Any) -> date | None:
    if _NO_DATE_AFTER.search(match.string, max(0, match.start() - 12), match.start()):
        return None
    return day_of(parse(match.group(), "auto" if order == "mdy" else order))


def _day(match: re.Match[str], words: DayWords, anchor: date | None) -> date | None:
    named = match["month"]
    month = int(named) if named.isdecimal() else words.months[_key(named)]
    day = int(match["day"])
    if not 1 <= month <= 12:
        return None
    year = _year(match, month, day, anchor)
    if not year or not 1 <= day <= calendar.monthrange(year, month)[1]:
        return None
    return date(year, month, day)


def _month(match: re.Match[str], words: DayWords, anchor: date | None) -> tuple[date, date] | None:
    parts = match.groupdict()
    month = words.months[_key(match["month"])]
    year = _year(match, month, 1, anchor)
    return month_days(year, month, parts.get("part")) if year else None


def _year(match: re.Match[str], month: int, day: int, anchor: date | None) -> int | None:
    """Return the year that is written, else the one before the publication, or nearest to it."""
    parts = match.groupdict()
    if parts.get("year"):
        return int(parts["year"])
    if parts.get("earlier"):
        return anchor.year - 1 if anchor else None
    return nearest_year(month, day, anchor)


@lru_cache(maxsize=4_096)
def _counted(words: str, language: str) -> int | None:
    """Return how many days ago words such as "two days ago" say, or None."""
    import dateparser

    base = datetime(2016, 6, 15, 12)
    settings: Any = {"RELATIVE_BASE": base, "PARSERS": ["relative-time"]}
    moment = dateparser.parse(words, languages=[language], settings=settings)
    if moment is None:
        return None
    ago = (base - moment).days
    return ago if 0 < ago < 1_000 else None
