"""The whole value that a span is a part of: a day beside its year, a name's other words. English.

A reader network is trained to mark the few words that answer; where it is unsure it marks a part
of them. A span that begins or ends inside a date or a name is widened to it, a bare number is
given the noun that it counts, and of a life's two days the one is kept that was asked for. Pure
functions.
"""

from __future__ import annotations

import re

from rag.english.places import is_adjective
from rag.english.question import Asked
from rag.english.words import content_terms
from rag.writing.bare_what import asks_date, asks_measure, phrase_end

Place = tuple[int, int]

_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
)
_DATE = re.compile(
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}|{_MONTH}(?:\s+\d{{1,2}}(?:st|nd|rd|th)?)?)"
    r",?\s+[12]\d{3}\b"
)
_SPANNED = re.compile(r"(?:\s*[\u2010-\u2015\u2212-]\s*|\s+(?:to|until)\s+)(?=\d|[A-Z]|c\.)")
_WHERE_TOO = re.compile(r",? (?:(?:in|at) )?(?:the )?[A-Z][^\d;]*")  # "3 May 1902, Hollin, Norland"
_YEAR = re.compile(r"\b[12]\d{3}\b")
_YEAR_ASKED = re.compile(r"\byear\b", re.IGNORECASE)
_BEGUN = re.compile(
    r"\b(?:born|birth(?:day|date)?|began|begin|start(?:ed)?|establish\w*|found(?:ed|ation)|formed|"
    r"created|built|constructed|opened|launched|introduced|first)\b",
    re.IGNORECASE,
)
_ENDED = re.compile(
    r"\b(?:die|died|dies|death|end|ended|closed|dissolved|abolished|disbanded|last)\b",
    re.IGNORECASE,
)
_OF_NATIONS = re.compile(
    r"\b(?:nation\w*|countr\w+|citizen\w*|languages?|ethnic\w*|origins?|peoples?|race|descent)\b",
    re.IGNORECASE,
)
_NAMED = re.compile(r"[A-Z][\w'\u2019&.-]*\w")
_NEXT = re.compile(r"(?: [A-Z][\w'\u2019-]*)+")
_BARE_NUMBER = re.compile(r"(?:\d[\d,.]*|[a-z]+(?: hundred| thousand| million| billion)?)")
_NOUN_AFTER = re.compile(r"[ -](?P<noun>[a-z]+)\b")
_MOST_ADDED = 2
"""Words by which a name is widened; a longer row of capitals is a heading or a list."""


def whole(asked: Asked, text: str, start: int, end: int) -> Place:
    """Return the whole value in a sentence that a span is a part of.

    >>> from rag.english.question import analyse
    >>> def shown(question, text, words):
    ...     start = text.index(words)
    ...     start, end = whole(analyse(question), text, start, start + len(words))
    ...     return text[start:end]
    >>> shown("When was the mill built?", "Built on 3 May 1902, it burnt down.", "1902")
    '3 May 1902'
    >>> shown("Which party won?", "The seat went to the Harbour Party.", "Harbour")
    'Harbour Party'
    >>> shown("When was Ada Thorn born?", "Ada Thorn (3 May 1902 - 1970)", "3 May 1902 - 1970")
    '3 May 1902'
    >>> shown("When was Ada born?", "Ada (3 May 1902, Hollin) sang.", "3 May 1902, Hollin")
    '3 May 1902'
    >>> shown("What is the length of the walk?", "It is 12 miles long.", "12")
    '12 miles'
    >>> shown('What is the genre of "Big Ferry"?', "It is a Danish short film of 2011.", "Danish")
    'Danish short film'
    """
    if start >= end:
        return start, end
    if asked.kind == "when" or asks_date(asked):
        return _whole_date(asked, text, *_one_of_life(asked, text, start, end))
    end = _whole_phrase(asked, text, start, end)
    start, end = _whole_name(text, start, end)
    return start, _with_noun(asked, text, start, end)


def _one_of_life(asked: Asked, text: str, start: int, end: int) -> Place:
    """Return the first day of "1902 - 1970" where a beginning is asked for, the last for an end."""
    cut = _SPANNED.search(text, start, end)
    if cut is None or not _YEAR.search(text, start, cut.start()):
        return start, end
    if _BEGUN.search(asked.text):
        return start, cut.start()
    return (cut.end(), end) if _ENDED.search(asked.text) else (start, end)


def _whole_date(asked: Asked, text: str, start: int, end: int) -> Place:
    if _YEAR_ASKED.search(asked.text):
        return start, end
    for match in _DATE.finditer(text):
        if match.start() <= start and end <= match.end():
            return match.span()
        if match.start() == start and _WHERE_TOO.fullmatch(text[match.end() : end]):
            return match.span()
    return start, end


def _whole_phrase(asked: Asked, text: str, start: int, end: int) -> int:
    """Return where the phrase ends of which a span is the adjective of a nation alone."""
    words = text[start:end].split()
    if asked.kind != "what" or not words or not all(is_adjective(one) for one in words):
        return end
    if _OF_NATIONS.search(asked.text):
        return end
    rest = re.match(r"(?:\s+[a-z][\w'\u2019-]*){1,6}", text[end:])
    return end + phrase_end(rest.group()) if rest else end


def _whole_name(text: str, start: int, end: int) -> Place:
    """Return a span with the few capitalised words beside it that are of the same name."""
    words = text[start:end].split(" ")
    if _NAMED.fullmatch(words[-1]) and not is_adjective(words[-1]):
        after = _NEXT.match(text, end)
        if after and len(after.group().split()) <= _MOST_ADDED:
            end = after.end()
    if _NAMED.fullmatch(words[0]):
        before = re.search(r"(?:[A-Z][\w'\u2019-]* )+$", text[:start])
        if before and before.start() and len(before.group().split()) <= _MOST_ADDED:
            start = before.start()
    return start, end


def _with_noun(asked: Asked, text: str, start: int, end: int) -> int:
    """Return the end of a bare number's noun, where the question does not tell it itself."""
    if asked.kind not in ("what", "how_many") or asked.focus:
        return end
    if (
        asked.kind == "what"
        and not asks_measure(asked)
        and not re.search(r"\bhow much\b", asked.text, re.IGNORECASE)
    ):
        return end
    words = text[start:end]
    if not re.search(r"\d", words) and len(words.split()) > 2 or not _BARE_NUMBER.fullmatch(words):
        return end
    after = _NOUN_AFTER.match(text, end)
    if after is None or not after.group("noun").endswith(("s", "people", "percent")):
        return end
    if set(content_terms(after.group("noun"))) & set(asked.terms):
        return end
    return after.end()
