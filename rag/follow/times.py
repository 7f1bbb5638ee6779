"""Times that a question takes from the topic: "that day", "the month after". English."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from rag.follow.parse import parse
from rag.follow.past import Said
from rag.follow.phrases import is_time, terms_of
from rag.follow.topic import time_of
from rag.follow.words import MONTHS, WEEKDAYS

_THAT_TIME = re.compile(
    r"\b(?:(?:in|on|at|during) )?(?:that|the same) (time|day|week|month|year)\b", re.IGNORECASE
)
_SIDE_TIME = re.compile(
    r"\b(?:on |in )?(?:the (?:(?:next|following|previous) (?P<unit>day|week|month|year)|"
    r"(?P<of>day|week|month|year) (?:after|before))|(?P<much>(?:an?|one|two|three|four|five|six|"
    r"seven|ten|\d+) (?:days?|weeks?|months?|years?)) (?:later|earlier|after|before))(?=\W*$)",
    re.IGNORECASE,
)
_TIME_FIRST = re.compile(
    r"^(?P<lead>(?:and|but|so|then)\s+)?(?:what about\s+)?(?P<when>(?:on |in )?(?:"
    r"the (?:day|week|month|year) (?:before|after)|"
    r"the (?:next|following|previous|same) (?:day|week|month|year)|"
    r"(?:an?|one|two|three|four|five|six|seven|ten|\d+) (?:days?|weeks?|months?|years?) "
    r"(?:later|earlier|before|after))),\s+(?P<rest>(?:who|whom|what|when|where|why|how|which|has|"
    r"have|had|did|does|do|is|are|was|were)\b[^?]*)\??$",
    re.IGNORECASE,
)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_MONTHS = (
    "January February March April May June July August September October November December"
).split()
_LOOKED = 4
"""Earlier questions whose answers may tell the day."""


def with_time(question: str, past: Sequence[Said]) -> str:
    """Return a question with "that week" or "at the time" made the time of the last topic.

    "That month" of a day is the month in which the day is.
    """
    when = time_of(past[-1].around)
    found = _THAT_TIME.sub(
        lambda match: (
            _wider(when, match.group(1).lower()) or day_of(match.group(1), past) or match.group()
        ),
        question,
    )
    match = _SIDE_TIME.search(found) if when else None
    dated = match and (
        "day" not in match.group() or re.match(r"\d|\w+ \d{1,2}\b(?!\d)", when.partition(" ")[2])
    )
    if match and dated and terms_of(found[: match.start()] + found[match.end() :]):
        unit = match.group("unit") or match.group("of")
        side = "before" if re.search(r"previous|before|earlier", match.group()) else "after"
        prep = "on" if unit == "day" else "in"
        much = match.group("much") or f"{prep} the {unit}"
        told = f"{much} {side} {when.partition(' ')[2]}"
        found = f"{found[: match.start()]}{told}{found[match.end() :]}"
    return " ".join(found.split()) if when else question


def with_its_time(question: str, past: Sequence[Said]) -> str:
    """Return a question of another thing of the topic with the topic's time, where it has none.

    >>> past = [Said("", "How many died in Hollin in May?", {}, around="in Hollin in May 2016")]
    >>> with_its_time("How many died at the mill in Tolle?", past)
    'How many died at the mill in Tolle in May 2016?'
    """
    when = time_of(past[-1].around)
    parsed = parse(question)
    if not when or parsed.timeless or re.search(r"\d|, according to ", question):
        return question
    if any(is_time(chain) for chain in parsed.chains()) or parsed.asks_when:
        return question
    return f"{question.rstrip(' ?')} {when}?"


def time_last(question: str) -> str:
    """Return a question with a time beside the last one behind it, where it stands before.

    >>> time_last("And the day before, how many came?")
    'And how many came the day before?'
    """
    match = _TIME_FIRST.match(question)
    if match is None:
        return question
    lead = match.group("lead") or ""
    when = match.group("when")[:1].lower() + match.group("when")[1:]
    return f"{lead}{match.group('rest').rstrip(' ?')} {when}?"


def _wider(when: str, unit: str) -> str:
    """Return the month or the year of a time.

    >>> _wider("on 6 August 2013", "month"), _wider("on August 6, 2013", "year")
    ('in August 2013', 'in 2013')
    """
    months = "|".join(sorted(MONTHS - WEEKDAYS))
    month = re.search(rf"\b(?:{months})\b", when, re.IGNORECASE)
    year = re.search(r"\b(?:1\d|20)\d\d\b", when)
    if unit == "year" and year:
        return f"in {year.group()}"
    if unit == "month" and month:
        return f"in {month.group()}{f' {year.group()}' if year else ''}"
    if unit == "day" and month and not re.search(r"\b\d{1,2}\b(?!\d)", when):
        return ""  # of a month no day is known by itself
    return f"in the week of {when.partition(' ')[2]}" if unit == "week" and month else when


def day_of(unit: str, past: Sequence[Said]) -> str:
    """Return "on 27 July 2016" for "that day", where the accounts of one answer agree; else "".

    A question of July 2016 need not say the day that its answer tells.

    >>> told = {"accounts": [{"event_date": "2016-07-27"}, {"event_date": None}]}
    >>> day_of("day", [Said("", "How many died in Hollin in July 2016?", told)])
    'on 27 July 2016'
    """
    if unit.lower() != "day":
        return ""
    for said in reversed(past[-_LOOKED:]):
        days = Counter(_days(said))
        if days:
            (day, often), *_ = days.most_common(1)
            most = often * 2 > sum(days.values())
            return _told(day) if most and _within(day, time_of(said.around)) else ""
        if said.opens:
            break
    return ""


def _days(said: Said) -> Iterator[str]:
    accounts = said.answer.get("accounts")
    for one in accounts if isinstance(accounts, list | tuple) else ():
        day = one.get("event_date") if isinstance(one, Mapping) else None
        if isinstance(day, str) and _ISO.fullmatch(day):
            yield day


def _told(day: str) -> str:
    year, month, of_month = (int(part) for part in day.split("-"))
    return f"on {of_month} {_MONTHS[month - 1]} {year}" if 0 < month <= len(_MONTHS) else ""


def _within(day: str, when: str) -> bool:
    """Return whether a day lies in the month and the year of which a question says it asks."""
    told = _told(day).lower().split()
    asked = re.findall(r"[a-z]+|\d{4}", when.lower())
    named = [one for one in asked if one.isdigit() or one.capitalize() in _MONTHS]
    return all(one in told for one in named)
