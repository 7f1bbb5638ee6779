"""The bare answer in a sentence: the number, day or name that was asked for. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.english.clock import CLOCK, asks_clock
from rag.english.events import is_dateline, is_said_on
from rag.english.places import is_adjective
from rag.english.quantities import answers, counted
from rag.english.question import Asked
from rag.english.speech import claims, tokens
from rag.english.when import times
from rag.english.words import content_terms, stem
from rag.writing.bare_what import maker_in, what_in


def bare_answer(asked: Asked, text: str, published: str | None) -> tuple[int, int]:
    """Return where in a sentence the bare answer stands, ``(0, 0)`` when there is none.

    >>> from rag.english.question import analyse
    >>> asked = analyse("How many people were killed in Homs?")
    >>> text = "At least 24 people were killed in Homs."
    >>> start, end = bare_answer(asked, text, None)
    >>> text[start:end]
    'At least 24'
    """
    if asked.kind == "how_many":
        fitting = [one for one in counted(text) if answers(asked, one) and not one.previous]
        whole = [one for one in fitting if not one.part] or fitting
        return (whole[0].number.start, whole[0].number.end) if whole else (0, 0)
    if asked.kind == "when" and asks_clock(asked.text):
        clock = CLOCK.search(text)
        return clock.span() if clock else (0, 0)
    if asked.kind == "when":
        named = [
            one
            for one in times(text, published)
            if not is_dateline(text, one, published) and not is_said_on(text, one)
        ]
        if named or published:
            return (named[0].start, named[0].end) if named else (0, 0)
        year = _YEAR.search(text)  # "Built 1902": a text without a date of its own tells of years
        return year.span() if year else (0, 0)
    if asked.kind == "what":
        return what_in(asked, text, published)
    if asked.kind in ("who", "who_said"):
        made = maker_in(asked, text) if asked.kind == "who" else (0, 0)
        return made if made[1] else _who(asked, text)
    if asked.kind == "where":
        return next(_new_names(asked, text, _PLACE_BEFORE), (0, 0))
    if asked.kind == "which":
        return next(_new_names(asked, text, None), (0, 0))
    return 0, 0


_YEAR = re.compile(r"\b(?:1\d{3}|20\d\d)\b(?![\d,.]\d)")
_PLACE_BEFORE = re.compile(
    r"\b(?:in|at|near|on|from|outside|inside|around|of|towards?)\s+(?:the\s+)?(?:[a-z-]+\s+){0,4}$"
)


def _who(asked: Asked, text: str) -> tuple[int, int]:
    if asked.kind == "who_said":
        named = [claim for claim in claims(text) if claim.speaker]
        same = [claim for claim in named if stem(claim.verb) == asked.verb]
        if asked.verb == "claim":
            same = [claim for claim in named if claim.stance == "claims_responsibility"] or same
        named = same or named
        return (named[0].start, named[0].end) if named else (0, 0)
    return next(_new_names(asked, text, None), (0, 0))


def _new_names(
    asked: Asked, text: str, before: re.Pattern[str] | None
) -> Iterator[tuple[int, int]]:
    """Yield the runs of names in a text that the question does not hold itself."""
    known = set(asked.terms) | asked.name_terms
    found = tokens(text)
    here = 0
    while here < len(found):
        if not found[here].is_name:
            here += 1
            continue
        last = here
        while last + 1 < len(found) and (
            found[last + 1].is_name
            or (
                found[last + 1].lower in ("of", "for", "al", "de", "bin", "el", "the")
                and last + 2 < len(found)
                and found[last + 2].is_name
                and found[last + 1].lower != "the"
            )
        ):
            last += 1
        start, end = found[here].start, found[last].end
        new = set(content_terms(text[start:end])) - known
        if here == 0 and text[start:end].isupper():
            new = set()  # the town of a dateline
        if last == here and (is_adjective(found[here].text) or end - start < 2):
            new = set()  # "the American", "Lt. R": no name by itself
        fits = before is None or before.search(text[max(0, start - 60) : start])
        if new and fits:
            yield start, end - (text[end - 1] == "." and "." not in text[start : end - 1])
        here = last + 1
