"""Passages of the time that a question names, before those of any other time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from rag.english.events import REPORTED_DAYS
from rag.english.question import analyse
from rag.types import Filters, Hit, Retriever


class PeriodRetriever:
    """A Retriever that looks first where the documents are of the time that a question names.

    "In early April 2017" then finds the reports of those days, however many others resemble the
    question more. The rest of the hits come from the whole library, because a later report may be
    the one that answers.
    """

    def __init__(self, inner: Retriever) -> None:
        self._inner = inner

    def retrieve(
        self, question: str, *, filters: Filters, collection: str, limit: int
    ) -> list[Hit]:
        """Return at most ``limit`` hits, those of the named time first."""
        period = analyse(question).period
        hits = self._inner.retrieve(question, filters=filters, collection=collection, limit=limit)
        if period is None:
            return hits
        first = max(filters.published_from or period[0], period[0])
        through = date.fromisoformat(period[1]) + timedelta(days=REPORTED_DAYS)
        last = min(filters.published_to or through.isoformat(), through.isoformat())
        if first > last:
            return hits
        within = replace(filters, published_from=first, published_to=last)
        dated = self._inner.retrieve(question, filters=within, collection=collection, limit=limit)
        known = {hit.passage.id for hit in dated}
        rest = [hit for hit in hits if hit.passage.id not in known]
        keep = max(limit * 3 // 4, limit - len(rest))
        return (dated[:keep] + rest)[:limit]
