"""When a document was published: candidates, each with where it was read, never today's date.

The text's own dateline (``ingest.datelines``) comes first, then what the file or its table says.
What figures and words mean is left to dateutil and, for other languages, to dateparser.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from ingest.day_words import languages_of_month
from rag.english.date_labels import is_modified
from rag.types import DateCandidate

if TYPE_CHECKING:
    from dateutil.tz import tzoffset

Order = Literal["auto", "dmy", "mdy", "ymd"]
Origin = Literal["text", "metadata", "column", "file"]

CONFLICT = "date_conflict"
"""The flag of a document whose candidates lie more than a day apart."""

_NUMERIC = re.compile(r"\s*(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,4})(?!\d)")
_PACKED = re.compile(r"\s*((?:19|20)\d\d)(\d\d)(\d\d)(?:[T ]?(\d\d):?(\d\d)(?::?\d\d)?)?Z?\s*\Z")
_IN_NAME = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_. ]?(\d\d)[-_. ]?(\d\d)(?!\d)")
_SPOKEN_IN_NAME = re.compile(
    r"(?<![^\W_])(?:\d{1,2}[-_. ]?[A-Za-z]{3,9}[-_., ]{0,2}(?:19|20)\d\d"
    r"|[A-Za-z]{3,9}[-_. ]?\d{1,2}(?:st|nd|rd|th)?[-_., ]{1,2}(?:19|20)\d\d"
    r"|\d{1,2}[-_.]\d{1,2}[-_.](?:19|20)\d\d)(?!\d)"
)
_CLOCK = re.compile(
    r"(?P<lead>[T\s]*(?:[,|–-]\s*)?(?P<at>at\s+)?)(?P<hour>[01]?\d|2[0-3])(?P<mark>[:.h])?(?P<minute>[0-5]\d)"
    r"(?::[0-5]\d(?:[.,]\d+)?)?(?!\d|[./]\d\d|-\d\d(?![:']?\d\d))\s*(?P<half>[AaPp]\.?[Mm]\b\.?)?"
    r"(?P<zone>\s*(?:Z\b|(?:UTC|GMT)\b(?:\s?[+-]\d{1,2}(?::?\d\d)?)?|[+-]\d\d[:']?\d\d\b))?"
)
_TIME = re.compile(r"\d{1,2}:\d\d")
_HAS_YEAR = re.compile(r"(?:1[5-9]|20|21)\d\d|(?:\d{1,2}[-/.]){2}\d\d\b")
_FULL_DATE = re.compile(r"\d{1,2}\D+\d{2,4}|\d{4}\D+\d{1,2}\D+\d{1,2}")
_YEARS = range(1500, 2200)


def from_name(stem: str) -> DateCandidate | None:
    """Return the date that a file's name carries in the order year, month, day, or None.

    >>> from_name("2017-04-04_report").value
    '2017-04-04'
    """
    match = _IN_NAME.search(stem)
    value = _iso(int(match[1]), int(match[2]), int(match[3])) if match else None
    if match is None and (match := _SPOKEN_IN_NAME.search(stem)):
        value = parse(_spaced(match.group()), language="en")
    return DateCandidate(value, "file", match.group()) if match and value else None


def _spaced(words: str) -> str:
    """Return a date of a file's name with blanks where it has other marks or none."""
    if not re.search("[A-Za-z]", words):
        return words
    words = re.sub(r"[-_., ]+", " ", words)
    return re.sub(r"(?<=[a-z])(?=\d)|(?<=\d)(?=[A-Z][a-z])", " ", words)


def from_value(words: str, origin: Origin, order: Order = "auto") -> DateCandidate | None:
    """Return the candidate that a metadata field or a cell holds, or None for no full date."""
    value = parse(words, order)
    return DateCandidate(value, origin, words.strip()) if value else None


@lru_cache(maxsize=16_384)
def parse(words: str, order: Order = "auto", language: str = "") -> str | None:
    """Return a full date as ISO 8601, with the minute where there is one; None for anything less.

    A time keeps the offset from UTC that stands with it. ``auto`` leaves a date alone that reads
    differently in different countries (``4/5/2017``). ``language`` is the only one tried, if given.

    >>> parse("4/16/2017"), parse("4/5/2017"), parse("4/5/2017", "mdy"), parse("April 2017")
    ('2017-04-16', None, '2017-04-05', None)
    """
    words = words.strip().removeprefix("D:")
    if not 6 <= len(words) <= 80 or not words.isprintable():
        return None
    if match := _PACKED.match(words[:14]):
        year, month, day, hour, minute = (int(part or 0) for part in match.groups())
        zone = _offset(words[14:]) if match[4] else ""
        return _iso(year, month, day, (hour, minute) if match[4] else None, zone)
    if match := _NUMERIC.match(words):
        return _parse_numeric(words, match, order)
    if not _HAS_YEAR.search(words) or not _FULL_DATE.search(words):
        return None
    return _parse_words(words, order, language)


def at_time(day: str, text: str, position: int) -> tuple[str, int]:
    """Return an ISO day with the time of day that stands at a position, and where that ends.

    Four figures without a mark are a time only after "at", or before "PM" or a time zone.

    >>> at_time("2013-08-22", "August 22 2013 1849 UTC+3 A total", 14)
    ('2013-08-22T18:49+03:00', 25)
    >>> at_time("2013-08-22", "August 22 2013 1500 people", 14)
    ('2013-08-22', 14)
    """
    found = _CLOCK.match(text, position)
    if found is None:
        return day, position
    named = found["at"] or found["half"] or (found["zone"] and found["lead"])
    if not found["mark"] and not named:
        return day, position
    hour = int(found["hour"])
    if found["half"]:
        hour = hour % 12 + 12 * (found["half"][0] in "pP")
    end = max(found.end("minute"), found.end("half"), found.end("zone"))
    return f"{day}T{hour:02}:{found['minute']}{_offset(found['zone'] or '')}", end


def infer_order(values: Iterable[str], known: Sequence[tuple[str, str]] = ()) -> tuple[Order, str]:
    """Return the order of day and month in a whole column, and a note that says why.

    ``known`` pairs a value of the column with a date that the row's own text gives; it decides
    where every value would read both ways.

    >>> infer_order(["4/5/2017", "4/16/2017"])
    ('mdy', 'dates read as month/day/year: "4/16/2017" can be read in no other way')
    """
    witness: dict[Order, str] = {}
    ambiguous = False
    for value in values:
        found = _NUMERIC.match(value)
        if not found:
            continue
        first, second, third = (int(part) for part in found.groups())
        if len(found[1]) == 4:
            witness.setdefault("ymd", value.strip())
        elif first > 12 and second <= 12 and third:
            witness.setdefault("dmy", value.strip())
        elif second > 12 and first <= 12 and third:
            witness.setdefault("mdy", value.strip())
        else:
            ambiguous = ambiguous or first != second
    spoken = [order for order in ("dmy", "mdy") if order in witness]
    if len(spoken) == 1:
        order: Order = "mdy" if spoken[0] == "mdy" else "dmy"
        return (
            order,
            f'dates read as {_ORDER_NAMES[order]}: "{witness[order]}" can be read in no other way',
        )
    if len(spoken) == 2:
        return "auto", (
            f'the column mixes orders of day and month ("{witness["dmy"]}", "{witness["mdy"]}"): '
            "dates that read both ways are left out"
        )
    if ambiguous:
        return _order_by_text(known)
    return "auto", ""


def ranked(candidates: Iterable[DateCandidate | None]) -> tuple[DateCandidate, ...]:
    """Return the candidates in order of trust, equal ones of one origin once.

    The day of a change comes after what speaks of publication. A change that the text itself states
    still comes before a table's column, which may be of any kind, and before the file's own day.
    """
    kept = {(found.value, found.origin): found for found in candidates if found is not None}
    return tuple(sorted(kept.values(), key=_rank))


def _rank(found: DateCandidate) -> int:
    ranks = {"text": 0, "metadata": 1, "column": 3, "file": 4}
    if is_modified(found.words):
        return 2 if found.origin == "text" else 5
    return ranks[found.origin]


def conflict(candidates: Sequence[DateCandidate]) -> bool:
    """Say whether the first candidate and another one are more than a day apart.

    The day on which a file was made is no claim about the day of publication, so it contradicts
    nothing; nor does a change that came after it.
    """
    claims = [found for found in candidates if found.origin != "file"]
    days = [date.fromisoformat(found.value[:10]) for found in claims]
    return any(
        abs((day - days[0]).days) > 1 and not (day > days[0] and is_modified(found.words))
        for found, day in zip(claims[1:], days[1:], strict=True)
    )


_ORDER_NAMES = {"dmy": "day/month/year", "mdy": "month/day/year", "ymd": "year/month/day"}


def _order_by_text(known: Sequence[tuple[str, str]]) -> tuple[Order, str]:
    """Return the order in which a column agrees best with the dates that the texts give."""
    agree = {
        order: sum((parse(value, order) or "")[:10] == stated[:10] for value, stated in known)
        for order in ("dmy", "mdy")
    }
    if agree["dmy"] == agree["mdy"]:
        return "auto", (
            "the column's dates read both as day/month and as month/day; they are left out "
            "(--date-order decides)"
        )
    order: Order = "dmy" if agree["dmy"] > agree["mdy"] else "mdy"
    return order, (
        f"dates read as {_ORDER_NAMES[order]}: {agree[order]} agree with the dates in the texts"
    )


def _parse_numeric(words: str, match: re.Match[str], order: Order) -> str | None:
    first, second, third = (int(part) for part in match.groups())
    if len(match[1]) == 4:
        year, month, day = first, second, third
    else:
        year = third if len(match[3]) == 4 else third + (2000 if third < 70 else 1900)
        if first > 12 or (second <= 12 and (order == "dmy" or "." in match.group())):
            day, month = first, second
        elif second > 12 or order == "mdy" or first == second:
            month, day = first, second
        else:
            return None
        if len(match[3]) not in {2, 4}:
            return None
    iso = _iso(year, month, day)
    return at_time(iso, words, match.end())[0] if iso else None


def _offset(zone: str) -> str:
    """Return the offset from UTC that a zone names ("+03:00"), or "" for none that is certain.

    >>> _offset("UTC+3"), _offset("Z"), _offset("+0530"), _offset("EST")
    ('+03:00', '+00:00', '+05:30', '')
    """
    found = re.search(r"([+-])(\d{1,2})[:']?(\d\d)?", zone)
    if found and int(found[2]) <= 14:
        return f"{found[1]}{int(found[2]):02}:{found[3] or '00'}"
    return "+00:00" if re.match(r"\s*(?:Z|UTC|GMT)\b", zone) else ""


def _iso(
    year: int, month: int, day: int, time: tuple[int, int] | None = None, zone: str = ""
) -> str | None:
    try:
        moment = datetime(year, month, day, *(time or (0, 0)))
    except ValueError:
        return None
    if moment.year not in _YEARS:
        return None
    return moment.isoformat(timespec="minutes") + zone if time else moment.date().isoformat()


def _parse_words(words: str, order: Order, language: str) -> str | None:
    """Return the ISO date of a date with words in it, by dateutil, else by dateparser."""
    from dateutil import parser

    has_time = bool(_TIME.search(words))
    # A part that is missing is filled from the default; two defaults show which parts are there.
    moments = []
    for default in (datetime(1904, 1, 1), datetime(2008, 12, 30)):
        try:
            moments.append(
                parser.parse(words, dayfirst=order != "mdy", default=default, tzinfos=_zone)
            )
        except (ValueError, OverflowError, TypeError):
            return _parse_foreign(words, order, language)
    if moments[0].date() != moments[1].date():
        return None
    moment = moments[0]
    time = (moment.hour, moment.minute) if has_time else None
    zone = moment.isoformat()[19:] if moment.tzinfo else ""
    return _iso(moment.year, moment.month, moment.day, time, zone)


def _zone(name: str | None, offset: int | None) -> tzoffset | None:  # noqa: ARG001
    """Return the zone of a known offset; a bare name such as EST is several zones."""
    from dateutil.tz import tzoffset

    return None if offset is None else tzoffset(None, offset)


def _parse_foreign(words: str, order: Order, language: str) -> str | None:
    """Return the ISO date of a date in words of another language, or None."""
    languages = [language] if language else languages_of_month(words)
    if not languages:
        return None  # to try all 200 languages would take seconds
    import dateparser
    from dateparser.data.languages_info import language_order

    languages = [name for name in languages if name in language_order]  # Latin is not
    if not languages:
        return None
    settings: Any = {
        "PARSERS": ["absolute-time"],  # "yesterday" would be counted from today
        "REQUIRE_PARTS": ["day", "month", "year"],
        "DATE_ORDER": "DMY" if order == "auto" else order.upper(),
    }
    moment = dateparser.parse(words, languages=languages, settings=settings)
    if moment is None:
        return None
    time = (moment.hour, moment.minute) if _TIME.search(words) else None
    return _iso(moment.year, moment.month, moment.day, time)
