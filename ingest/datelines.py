"""The date that opens a text, in the many shapes in which reports and pages carry it.

``rag.english.sentences`` knows a dateline that stands alone in English words or in figures. Here
are the others: one that runs on into small letters, one in another language, one that leaves out
its year ("AMMAN, April 4 (Reuters) -"), and one that reads two ways until another date tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from ingest.dates import Order, at_time, parse, ranked
from ingest.day_words import day_words, languages_of_month
from ingest.days import days_in
from rag.english.date_labels import Kind, is_modified, label_before, label_of, speaks_of_other
from rag.english.sentences import DATELINE, DATELINE_REACH, dateline, datelines
from rag.english.when import day_of
from rag.types import DateCandidate

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
# A city in capitals anywhere, or in small letters where a line opens: "Moscow, April 14 (AP) -".
_CITY = (
    r"(?:(?:\A|[\s.:)])[A-Z][A-Z.’'-]{2,30}(?: [A-Z.’'-]{2,20}){0,3}"
    r"(?:, [A-Z][\w .]{1,30}?)?[, ]\s*"
    r"|(?:\A|\n)\(?(?!(?:On|In|By|From|Since|Until|The|At|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b)"
    r"[A-Z][\w.’'-]{1,30}(?:[ ,]+[A-Z][\w.’'-]{1,20}){0,3}, )"
)
_AGENCY = r"\s*(?:\([A-Z][\w .&/-]{1,30}\)|[-–—]{1,2}\s(?!\s*(?:\d|[A-Z][a-z]+ \d)))"
# Before a date in any language: nothing, or names and a mark, and then perhaps an article.
_OPENS_LINE = re.compile(
    r"\W{0,4}(?:[^\W\d_a-zß-öø-ÿ][\w.’'-]*+(?:[\s,.&-]+(?:(?:d[aeiou]l?|von|van|der|den|and|und|et|y|la|le)\s)?"
    r"[^\W\d_a-zß-öø-ÿ][\w.’'-]*+){0,7}\s?[,|–—/·•-]\s*)?(?:[^\W\d_A-Z]{1,3}\s+)?"
)
# After a date in another language: anything but words that go on in small letters, unless they lead
# to the time of day ("à 10:30", "um 9 Uhr") or say "year" again ("г.").
_SENTENCE_GOES_ON = re.compile(
    r"[^\S\n]*(?!(?:\w{1,3}[^\S\n]+){1,2}\d|(?:г|года|р|року|р|m|r)\b)[a-zß-öø-ÿа-яё]{2}"
)
_LINES = 8
_OWN_LINE = 80
_INSIDE = 30
_SHORT_LINE = 40
_NEAR = 60
_LEAD = re.compile(r"\A[^\d:：]{0,40}[:：]\s*")


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
    spoken = from_text(text, order, language)
    if spoken is None or is_modified(spoken.words):
        spoken = _nearest(text, ranked(others)) or spoken
    return ranked([spoken, *others])


def from_text(
    text: str, order: Order = "auto", language: str | None = None
) -> DateCandidate | None:
    r"""Return the full date that opens a text, or None; a day of change only where it has no other.

    >>> from_text("Sun 16 Apr 2017 Death toll rises.").value
    '2017-04-16'
    >>> from_text("Last updated at Apr 232017 An attack").value
    '2017-04-23'
    >>> from_text("Un attentat à Alep\nPublié le 14 avril 2017", language="fr").value
    '2017-04-14'
    """
    changed: DateCandidate | None = None
    for match in _opening(text):
        words = _GLUED_YEAR.sub(r" \1", match["date"])
        # Written with hyphens the day stands first above a report; with slashes nobody can say.
        dated: Order = "dmy" if order == "auto" and "-" in words else order
        found = _candidate(text, match, parse(words, dated))
        if found is None:
            return changed
        if not is_modified(found.words):
            return found
        changed = changed or found
    for tongue in _tongues(text, language):
        found = _foreign(text, tongue, order)
        if found is not None and not is_modified(found.words):
            return found
        changed = changed or found
    if language in (None, "en"):
        found = _own_line(text, order)
        changed = found if found is not None and not is_modified(found.words) else changed or found
    return changed


def label_of_day(text: str, day: str, language: str) -> tuple[Kind, str] | None:
    """Return what a text says that a day in it is, and the words; None if it names no such day.

    A day that stands in several places is what the most telling of them says.

    >>> label_of_day("Rain fell. Last updated on 17. Nov 2026", "2026-11-17", "en")
    ('modified', 'Last updated on 17. Nov 2026')
    """
    found: list[tuple[Kind, str]] = []
    for span in days_in(text, language=language):
        if span.data["day"] == day:
            kind, start = label_before(text, span.start)
            found.append((kind, text[start : span.end]))
    telling = ("published", "", "modified", "other")
    return min(found, key=lambda one: telling.index(one[0]), default=None)


def _opening(text: str) -> Iterator[re.Match[str]]:
    """Yield the dates that may be a text's own: the first, and those beside a day of change."""
    if not _has_year(text):
        return
    found = list(datelines(text))
    if not found and (loose := _loose(text)):
        yield loose
    for number, match in enumerate(found):
        near = match.start() - found[0].end() <= _NEAR
        if number == 0 or (near and _is_stated(text, match)):
            yield match


def _is_stated(text: str, match: re.Match[str]) -> bool:
    """Say whether a date has a label, or a line of its own."""
    start, end = text.rfind("\n", 0, match.start()) + 1, text.find("\n", match.end())
    around = text[start : match.start()] + text[match.end() : end if end >= 0 else len(text)]
    return bool(_label(text, match)[0]) or not any(char.isalnum() for char in around)


def _label(text: str, match: re.Match[str]) -> tuple[Kind, int]:
    return label_before(text, match.end("lead") if match["lead"] else match.start())


def _tongues(text: str, language: str | None) -> Iterator[str]:
    """Yield the languages in which a date may stand: the text's, else those of the months named."""
    if language == "en":
        return
    if language:
        yield language
    head = "\n".join(line for line, _ in _lines(text) if _YEAR.search(line))
    for tongue in languages_of_month(head[:DATELINE_REACH]) if head else ():
        if tongue not in {"en", language}:
            yield tongue


def _has_year(text: str) -> bool:
    """Say whether a full date may open the text, which takes far less than to look for one."""
    return _YEAR.search(text, 0, DATELINE_REACH + 12) is not None


def _loose(text: str) -> re.Match[str] | None:
    """Return a date that opens the text, or follows an agency, though small letters follow it."""
    for match in DATELINE.finditer(text, 0, DATELINE_REACH):
        opens = not text[: match.start()].strip() or bool(_WEEKDAY.match(match.group()))
        free = _FREE.search(text, max(0, match.start() - 20), match.start())
        other = _label(text, match)[0] == "other"
        if opens and free and not other and not _GOES_ON.match(text, match.end()):
            return match
    return None


def _candidate(text: str, match: re.Match[str], day: str | None) -> DateCandidate | None:
    """Return the candidate of a day that was found, with the time of day that stands beside it."""
    if day is None:
        return None
    value, end = at_time(day[:10], text, match.end("date"))
    kind, label = _label(text, match)
    start = label if kind == "modified" else match.start()
    return DateCandidate(value, "text", text[start : max(match.end("date"), end)])


def _foreign(text: str, language: str, order: Order) -> DateCandidate | None:
    """Return the date that opens a text in another language, or stands on a line of its own."""
    words = day_words(language)
    changed: DateCandidate | None = None
    for line, start in _lines(text):
        for kind, pattern in words.patterns if words else ():
            if kind not in {"day", "cjk"}:
                continue
            match = pattern.search(text, start, start + len(line))
            if match is None or not match["year"]:
                continue
            said, label = label_before(text, match.start())
            if said == "other" or (not said and not _opens_line(text, line, start, match)):
                continue
            month = match["month"]
            number = int(month) if month.isdecimal() else words.months.get(month.casefold(), 0)  # type: ignore[union-attr]
            iso = f"{int(match['year'])}-{number:02}-{int(match['day']):02}"
            if not day_of(iso):
                continue
            value, end = at_time(iso, text, match.end())
            first = label if said == "modified" else match.start()
            found = DateCandidate(value, "text", text[first : max(match.end(), end)])
            if said != "modified":
                return found
            changed = changed or found
    return changed or _own_line(text, order, language)


def _opens_line(text: str, line: str, start: int, match: re.Match[str]) -> bool:
    """Say whether a date without a label is shaped as a dateline and is no part of a sentence."""
    before = text[start : match.start()]
    if not any(char.islower() or char.isupper() for char in line):  # a script without capitals
        return len(line) <= _OWN_LINE or len(before) <= _INSIDE
    return bool(_OPENS_LINE.fullmatch(before)) and not _SENTENCE_GOES_ON.match(text, match.end())


def _own_line(text: str, order: Order, language: str = "en") -> DateCandidate | None:
    """Return the date that is all that a short line among the first ones says."""
    changed: DateCandidate | None = None
    for line, start in _lines(text):
        bare = line.strip(" \t*_|")
        said = _LEAD.sub("", bare)
        if len(said) > _SHORT_LINE or not (value := parse(said, order, language)):
            continue
        label = bare[: len(bare) - len(said)]
        kind = label_of(label)[0] if label else label_before(text, start)[0]
        if kind == "other" or speaks_of_other(said):
            continue
        if kind != "modified":
            return DateCandidate(value, "text", said)
        changed = changed or DateCandidate(value, "text", bare)
    return changed


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
