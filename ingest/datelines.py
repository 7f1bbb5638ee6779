"""The date that opens a text, in the many shapes in which reports and pages carry it.

``rag.sentences`` knows a dateline that stands alone in English words or in figures. Here are the
others: one that runs on into small letters, one in another language, one that leaves out its year
("AMMAN, April 4 (Reuters) -"), and one that reads two ways until another date tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from ingest.dates import Order, at_time, parse, ranked
from ingest.day_words import day_words
from rag.sentences import DATELINE, DATELINE_REACH, dateline
from rag.types import DateCandidate
from rag.when import day_of

_YEAR = re.compile(r"(?:19|20)\d\d")
_GLUED_YEAR = re.compile(r"(?<=\d)((?:19|20)\d\d)\Z")
_WEEKDAY = re.compile(r"\A\W*(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)")
# Right before a dateline: nothing, the end of a line or sentence, or a name such as an agency's.
_FREE = re.compile(
    r"(?:\A|[\n.!?)\]|]|\b(?!(?:The|An?|This|That|On|In|By|Of|Since|Until|From|For|And|At|Last|Next"
    r"|Every|Each)\b)[A-Z]\w+)\s*\Z"
)
# After the date: what makes it a part of a sentence ("4 April 2017 was a Tuesday").
_GOES_ON = re.compile(
    r"\s*(?:was|is|were|are|will|would|has|had|saw|sees|marks?|marked|became|becomes|remains?"
    r"|brought|and|or|to|until|when|that)\b"
)
_CITY = (
    r"(?:\A|[\s.:)])[A-Z][A-Z.’'-]{2,30}(?: [A-Z.’'-]{2,20}){0,3}(?:, [A-Z][\w .]{1,30}?)?[, ]\s*"
)
_AGENCY = r"\s*(?:\([A-Z][\w .&/-]{1,30}\)|[-–—]{1,2}\s)"
_LINES = 8
_OWN_LINE = 80
_INSIDE = 30
_SHORT_LINE = 40
_LEAD = re.compile(r"\A[^\d:]{0,24}:\s*")


def published(
    text: str,
    stated: Iterable[DateCandidate | None],
    order: Order = "auto",
    language: str | None = None,
) -> tuple[DateCandidate, ...]:
    """Return the candidates for a text's day of publication, the text's own dateline first.

    A dateline that leaves out its year, or that reads two ways, is read as the nearest to another
    candidate; where there is none it says nothing.

    >>> column = DateCandidate("2017-04-06", "column", "4/6/2017")
    >>> [d.value for d in published("AMMAN, April 4 (Reuters) - Jets struck.", [column])]
    ['2017-04-04', '2017-04-06']
    """
    others = [candidate for candidate in stated if candidate is not None]
    spoken = from_text(text, order, language) or _nearest(text, ranked(others))
    return ranked([spoken, *others])


def from_text(
    text: str, order: Order = "auto", language: str | None = None
) -> DateCandidate | None:
    r"""Return the full date that opens a text, or None.

    >>> from_text("Sun 16 Apr 2017 Death toll rises.").value
    '2017-04-16'
    >>> from_text("Last updated at Apr 232017 An attack").value
    '2017-04-23'
    >>> from_text("Un attentat à Alep\nPublié le 14 avril 2017", language="fr").value
    '2017-04-14'
    """
    match = (dateline(text) or _loose(text)) if _has_year(text) else None
    if match is not None:
        words = _GLUED_YEAR.sub(r" \1", match["date"])
        # Written with hyphens the day stands first above a report; with slashes nobody can say.
        if order == "auto" and "-" in words:
            order = "dmy"
        return _candidate(text, match, parse(words, order))
    if language not in (None, "en"):
        return _foreign(text, language or "", order)
    return _own_line(text, order)


def _has_year(text: str) -> bool:
    """Say whether a full date may open the text, which takes far less than to look for one."""
    return _YEAR.search(text, 0, DATELINE_REACH + 12) is not None


def _loose(text: str) -> re.Match[str] | None:
    """Return a date that opens the text, or follows an agency, though small letters follow it."""
    for match in DATELINE.finditer(text, 0, DATELINE_REACH):
        opens = not text[: match.start()].strip() or bool(_WEEKDAY.match(match.group()))
        free = _FREE.search(text, max(0, match.start() - 20), match.start())
        if opens and free and not _GOES_ON.match(text, match.end()):
            return match
    return None


def _candidate(text: str, match: re.Match[str], day: str | None) -> DateCandidate | None:
    """Return the candidate of a day that was found, with the time of day that stands beside it."""
    if day is None:
        return None
    value, end = at_time(day[:10], text, match.end("date"))
    return DateCandidate(value, "text", text[match.start() : max(match.end("date"), end)])


def _foreign(text: str, language: str, order: Order) -> DateCandidate | None:
    """Return the date that opens a text in another language, or stands on a line of its own."""
    words = day_words(language)
    for line, start in _lines(text):
        for kind, pattern in words.patterns if words else ():
            match = pattern.search(text, start, start + len(line))
            if match is None or kind not in {"day", "cjk"} or not match["year"]:
                continue
            if len(line) > _OWN_LINE and match.start() - start > _INSIDE:
                continue  # part of a sentence
            month = match["month"]
            number = int(month) if month.isdecimal() else words.months.get(month.casefold(), 0)  # type: ignore[union-attr]
            iso = f"{int(match['year'])}-{number:02}-{int(match['day']):02}"
            if day_of(iso):
                value, end = at_time(iso, text, match.end())
                return DateCandidate(value, "text", text[match.start() : max(match.end(), end)])
    return _own_line(text, order, language)


def _own_line(text: str, order: Order, language: str = "en") -> DateCandidate | None:
    """Return the date that is all that a short line among the first ones says."""
    for line, _ in _lines(text):
        said = _LEAD.sub("", line.strip(" \t*_|"))
        if len(said) <= _SHORT_LINE and (value := parse(said, order, language)):
            return DateCandidate(value, "text", said)
    return None


def _lines(text: str) -> Iterator[tuple[str, int]]:
    """Yield the first lines that are not empty, and where each starts."""
    start = 0
    for line in text[: 2 * DATELINE_REACH].splitlines(keepends=True)[:_LINES]:
        if line.strip():
            yield line.rstrip("\r\n"), start
        start += len(line)


def _nearest(text: str, others: Sequence[DateCandidate]) -> DateCandidate | None:
    """Return the dateline without its year, or that reads two ways, as others make it a date."""
    near = day_of(others[0].value) if others else None
    if near is None:
        return None
    if _has_year(text) and (match := dateline(text)) is not None:
        readings = {parse(match["date"], order) for order in ("dmy", "mdy")} - {None}
        days = [day for reading in readings if (day := day_of(reading))]
        best = min(days, key=lambda day: abs((day - near).days), default=None)
        agrees = best is not None and abs((best - near).days) <= 1
        return _candidate(text, match, best.isoformat()) if agrees and best else None
    match = _without_year().search(text, 0, DATELINE_REACH)
    if match is None:
        return None
    found = [
        day
        for year in (near.year - 1, near.year, near.year + 1)
        if (day := day_of(parse(f"{match['date'].replace('.', '')} {year}")))
    ]
    day = min(found, key=lambda day: abs((day - near).days), default=None)
    return DateCandidate(day.isoformat(), "text", match["date"]) if day else None


@lru_cache(maxsize=1)
def _without_year() -> re.Pattern[str]:
    """Return the pattern of "AMMAN, April 4 (Reuters)", a city in capitals, a day, an agency."""
    words = day_words("en")
    assert words is not None
    months = "|".join(sorted((name.capitalize() for name in words.months), key=len, reverse=True))
    day = rf"(?P<date>(?:{months})\.?\s+\d{{1,2}}|\d{{1,2}}\s+(?:{months})\.?)"
    return re.compile(_CITY + day + r"(?!\d|,?\s*(?:19|20)\d\d)" + _AGENCY)
