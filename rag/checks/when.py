"""Days and years that a source gives in other words: "the following spring", "on Monday". English.

Each function yields where a day stands in a sentence, and the source's words for it. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

from rag.english.counts import numbers
from rag.english.when import day_of, times

_ONES = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty"
).split()
COUNT = rf"(?:\d[\d,]*(?:\.\d+)?|{'|'.join(_ONES)}|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
COUNT += r"(?:\s(?:hundred|thousand|million|billion))*"
Swap = tuple[int, int, str]
"""Where a value of the sentence stands, and the source's words for it."""
_YEAR = re.compile(r"(?<![\w.,$\u20ac\u00a3-])(?:1[1-9]|20)\d\d(?![\w%]|,\d|\.\d)")
_LATER = re.compile(
    rf"\b(?:(?P<n>an?|{COUNT})[\s-]years?[\s-](?P<way>before|after|earlier|later|on)"
    r"|(?P<next>the )?(?P<side>following|next|previous|preceding) (?:\w+ )?"
    r"(?:year|spring|summer|autumn|winter|january|february|march|april|may|june|july|august"
    r"|september|october|november|december))\b",
    re.IGNORECASE,
)


def value_of(words: str) -> float:
    """Return the number that words give, 0 for none."""
    found = numbers(f"{words} things")
    return found[0].value or 0.0 if found else 0.0


def years(sentence: str, source: str) -> Iterator[Swap]:
    """Yield the years that a source gives by counting from another one."""
    given = {int(match.group()) for match in _YEAR.finditer(source)}
    steps = [(step, match.group()) for match in _LATER.finditer(source) for step in _steps(match)]
    for match in _YEAR.finditer(sentence):
        year = int(match.group())
        if year in given:
            continue
        words = next((words for step, words in steps for one in given if year - one == step), "")
        if words:
            yield match.start(), match.end(), words


def _steps(match: re.Match[str]) -> tuple[int, ...]:
    """Return by how many years a phrase leads from one year to another; both ways if it may."""
    if match["side"]:
        return (1,) if match["side"].lower() in ("following", "next") else (-1,)
    years = 1 if match["n"].lower() in ("a", "an") else int(value_of(match["n"]))
    way = match["way"].lower()
    return {"later": (years,), "on": (years,), "earlier": (-years,)}.get(way, (years, -years))


def weekdays(sentence: str, source: str, published: str | None) -> Iterator[Swap]:
    """Yield the days that a source names by their weekday, before or after it was published."""
    anchor = day_of(published)
    if anchor is None:
        return
    known = {(time.first, time.last) for time in times(source, published)}
    days = {
        day.isoformat(): source[time.start : time.end]
        for time in times(source, published)
        if time.exact and source[time.start : time.end].lower().endswith("day")
        for day in (_day(time.first), _day(time.first) + timedelta(days=7))
    }
    for time in times(sentence, published):
        end = time.end - (sentence[time.end - 1] == ".")
        said, words = sentence[time.start : end], days.get(time.first, "")
        if words and time.exact and re.search(r"\d", said):
            yield time.start, end, words
        elif not words and (time.first, time.last) not in known:
            year = re.search(r"(?<= )\d{4}$", said)
            if year and int(year.group()) - anchor.year in (-1, 0, 1):
                yield from _unyeared(said, source, time.start, end)


def _unyeared(said: str, source: str, start: int, end: int) -> Iterator[Swap]:
    """Yield a month with its year that a source names without one."""
    month = re.match(r"(?:the (?:start|beginning) of )?([A-Z]\w+),? \d{4}$", said)
    if month and (found := re.search(rf"\b(?:\d{{1,2}} )?{month[1]}\b(?!,? \d{{4}})", source)):
        yield start, end, found.group()


@lru_cache(maxsize=256)
def _day(iso: str) -> date:
    return date.fromisoformat(iso)
