"""The candidates that may tell what was asked: of reports on the matter, none older than it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from rag.english.attribution import TextOf
from rag.english.question import Asked
from rag.types import Candidate
from rag.writing.telling import nearly_named

_NAMES = 0.65
"""Share of the names of a question, of those in the report with most of them, in one told from."""
_DOTTED = re.compile(r"\b(?:[A-Z]\.){2,}")
"""Initials that other texts write without stops: "U.N.", "U.S."."""
_MISDATED = 3
"""Days by which the date of a report may be too early."""


def nearest(
    asked: Asked, candidates: Sequence[Candidate], text_of: TextOf | None
) -> list[Candidate]:
    """Return the candidates that may tell it: of reports on what was asked, none older than it."""
    since = _since(asked)
    dated = [one for one in candidates if (one.hit.document.published or "9")[:10] >= since]
    return anchored(asked, dated or candidates, text_of)


def _since(asked: Asked) -> str:
    """Return the day before which no report can tell of the time that was asked about, or ""."""
    if asked.period is None:
        return ""
    first = date.fromisoformat(asked.period[0]) - timedelta(days=_MISDATED)
    return first.isoformat()


def anchored(
    asked: Asked, candidates: Sequence[Candidate], text_of: TextOf | None = None
) -> list[Candidate]:
    """Return the candidates whose report names most of what the question does, speaker apart.

    What the same speaker said of another town resembles what was asked in all but the name. Only
    where somebody's words are asked for: a report on one town need not repeat its name.
    """
    if not asked.speaker and asked.kind != "who_said":
        return list(candidates)
    whose = {part.strip(",.") for part in asked.speaker.lower().split()}
    parts = (word for name in asked.names for word in re.findall(r"\w+", name))
    wanted = {word for word in parts if word.lower() not in whose}
    held: dict[str, int] = {}
    for one in candidates:
        document, passage = one.hit.document, one.hit.passage
        if document.id not in held:
            held[document.id] = 0
        whole = (text_of(document.id) if text_of is not None else None) or passage.text
        text = _DOTTED.sub(lambda match: match.group().replace(".", ""), whole)
        there = set(re.findall(r"\w+", f"{document.title} {text}"))
        large = {word for word in there if word[0].isupper()}
        found = sum(any(nearly_named(word, other) for other in large) for word in wanted)
        held[document.id] = max(held[document.id], found)
    least = _NAMES * max(held.values(), default=0)
    return [one for one in candidates if held[one.hit.document.id] >= least]
