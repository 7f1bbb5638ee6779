"""What stands before a sentence's first word: a dateline, an agency, a day, a heading. English.

Reports that were taken from pages keep them, often with nothing between: "BEIRUT A raid killed
six.", "(Northern Wire) Nine died.", "Norland denies involvement The two presidents met.".
"""

from __future__ import annotations

import re

from rag.english.metonyms import country_of
from rag.english.words import content_terms

_AGENCY = re.compile(
    r"^(?:[A-Z][\w.'\u2019-]*(?:[ ,]+(?:[A-Z][\w.'\u2019-]*|\d{1,4},?)){0,6})?\s*\([^()]{2,40}\)\s*"
    r"[-\u2013\u2014]{1,2}\s+(?=[A-Z\"\u201c])"
)
_CREDIT = re.compile(r"^(?:\([A-Z][\w.]*(?:[ /][\w.]+){0,3}\)\s+)+(?=[A-Z\d\"\u201c])")
_CAPITALS = re.compile(
    r"^(?P<place>[A-Z]{3,}(?:[ -][A-Z]{3,})?)(?:\s*\([A-Z][\w ]{1,30}\))?\s*"
    r"(?::|[-\u2013\u2014]+)?\s+(?=[A-Z\d\"\u201c])"
)
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}"
_WEEKDAY = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},?"
_DAY = re.compile(
    rf"^(?:(?:Date of publication|Published|Last updated at|Posted on)\s+)?(?:{_WEEKDAY}\s+)?"
    rf"(?:\d{{1,2}}\s+{_MONTH},?\s+\d{{4}}|{_MONTH}\s+\d{{1,2}},?\s*\d{{4}})(?:\s+\d{{1,2}}:\d\d)?"
    r"(?:\s+title:)?\s+(?=[A-Z\d\"\u201c])"
)
_LEAST = 5
"""Words of the sentence behind, at least."""
# "Norland denies involvement": the verb of a heading stands in the present, without an article.
_HEADING = re.compile(
    r"^(?!The\b|A\b|An\b|This\b|State\b)(?P<head>(?:[A-Z][\w.-]*\s+){1,3}?"
    r"(?:denies|rejects|dismisses|confirms|admits|claims|blames|accuses|condemns|warns|vows|urges|"
    r"demands|seeks|probes|opens|backs|welcomes|slams|vetoes|signs|closes|halts|resumes|suspends|"
    r"rules out|calls for)(?:\s+(?P<last>[a-z]{4,})){1,3})\s+(?=[A-Z][\w'\u2019-]+\s)"
)
_MAIN = re.compile(
    r"\b(?:was|were|had|has|have|[a-z]{3,}ed|said|told|met|took|held|made|gave|left)\b"
)
_JOINS = frozenset(
    "that with from into onto over under after before against about near between behind amid while "
    "when where which whose because since until than through towards toward upon without despite "
    "during along among both either former senior outside inside many late several".split()
)
_REPORTED = frozenset(
    content_terms(
        "report claim allegation accusation rumour rumor suggestion statement say tell believe fear"
    )
)


def before_sentence(text: str) -> int:
    """Return where a sentence begins behind its dateline, its agency or its day; 0 where at once.

    >>> for text in (
    ...     "BEIRUT A raid killed six people on Tuesday.",
    ...     "HOLLIN, May 3 (Elva Wire) - A raid killed six people.",
    ...     "(AFP) (AFP) Raids killed six people on Tuesday.",
    ...     "Date of publication 3 May 2017 A raid killed six people.",
    ...     "NATO Secretary General Ada Thorn left.",
    ... ):
    ...     print(text[before_sentence(text):])
    A raid killed six people on Tuesday.
    A raid killed six people.
    Raids killed six people on Tuesday.
    A raid killed six people.
    NATO Secretary General Ada Thorn left.
    """
    at = 0
    while True:
        rest = text[at:]
        found = next((end for one in _WAYS if (end := one(rest))), 0)
        if not found or len(rest[found:].split()) < _LEAST:
            return at
        at += found


def _of(pattern: re.Pattern[str], text: str) -> int:
    match = pattern.match(text)
    return match.end() if match else 0


def _place(text: str) -> int:
    """Return where a sentence begins behind a capital that its report came from."""
    match = _CAPITALS.match(text)
    return match.end() if match and country_of(match["place"]) and len(match["place"]) > 3 else 0


_WAYS = (
    lambda text: _of(_AGENCY, text),
    lambda text: _of(_CREDIT, text),
    _place,
    lambda text: _of(_DAY, text),
)


def heading_end(text: str) -> int:
    """Return where a heading ends that runs into the sentence behind it; 0 where there is none.

    >>> text = "Norland denies involvement Sudlandic President Ada Thorn met the envoy on Tuesday."
    >>> text[:heading_end(text)]
    'Norland denies involvement'
    >>> heading_end("Norland denies reports Sudlandic planes had struck the harbour of Hollin.")
    0
    """
    match = _HEADING.match(text)
    if match is None:
        return 0
    last = match["last"]
    if last in _JOINS or set(content_terms(last)) & _REPORTED or last.endswith(("ed", "ing")):
        return 0
    rest = text[match.end() :]
    if len(rest.split()) < _LEAST or _MAIN.search(rest) is None:
        return 0
    return match.end("head")
