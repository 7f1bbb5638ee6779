"""When a page says that it was published: its metadata, its time elements, what htmldate finds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ingest.datelines import label_of_day
from ingest.dates import from_value
from ingest.language import code_of
from ingest.readers.canvas import one_line
from ingest.readers.dom import words
from rag.english.date_labels import label_of
from rag.types import DateCandidate

_KEYS = (
    ("article:published_time", "datepublished", "citation_publication_date", "citation_date")
    + ("dc.date.issued", "dc.date", "dcterms.created", "date", "pubdate", "publish-date")
    + ("publication_date", "parsely-pub-date", "sailthru.date", "og:published_time")
)
_TIMES = 5
"""A later time element is that of another story to which the page links."""

_BIGGEST = 1_000_000
"""In larger markup nobody looks for the words that stand before a date."""


def stated_date(
    page: Any, markup: str, meta: Mapping[str, str], linked: Mapping[str, Any]
) -> DateCandidate | None:
    """Return the day on which a page was published, else the day of its last change, else None.

    Args:
        page: the tree of the page.
        markup: what it was made of.
        meta: its ``meta`` elements, by name in small letters.
        linked: the linked data that states ``datePublished``, or an empty mapping.

    """
    stated = [linked.get("datePublished"), *(meta[key] for key in _KEYS if key in meta)]
    for value in stated:
        if isinstance(value, str) and (found := from_value(value, "metadata")):
            return found
    times = [timed for element in list(page.iter("time"))[:_TIMES] if (timed := _time(element))]
    published = next((day for kind, day in times if kind != "modified"), None)
    changed = next((day for _, day in times), None)
    return published or changed or _by_htmldate(page, markup)


def _time(element: Any) -> tuple[str, DateCandidate] | None:
    """Return what a time element holds, and "modified" for a change; None for another day."""
    value = element.get("datetime") or ""
    found = from_value(value, "metadata")
    before = element.getprevious()
    parent = element.getparent()
    lead = (parent.text if before is None and parent is not None else None) or ""
    if before is not None:
        lead = f"{before.text_content() if isinstance(before.tag, str) else ''}{before.tail or ''}"
    kind, _ = label_of(one_line(lead)[-60:] + " ")
    marks = " ".join(element.get(key) or "" for key in ("class", "itemprop", "property"))
    if found is None or (kind == "other" and "publish" not in marks.lower()):
        return None
    if kind == "modified" or re.search("modified|updated", marks, re.IGNORECASE):
        return "modified", DateCandidate(found.value, "metadata", f"modified {value.strip()}")
    return kind, found


def _by_htmldate(page: Any, markup: str) -> DateCandidate | None:
    """Return the date that htmldate finds in the markup, which knows many sites; never a guess.

    It takes any day that a page states, so the words before the day say what it is.
    """
    from htmldate import find_date

    day = find_date(markup, original_date=True, extensive_search=False)
    if not day:
        return None
    if re.search(
        rf"(?:modified|updated)[^<>]{{0,60}}{day}|{day}[^<>,{{}}]{{0,60}}(?:modified|updated)",
        markup[:_BIGGEST],
        re.IGNORECASE,
    ):
        return from_value(day, "metadata") and DateCandidate(day, "metadata", f"modified {day}")
    if len(markup) <= _BIGGEST:
        body = page.find("body")
        text = words(page if body is None else body)
        label = label_of_day(text, day, code_of(page.get("lang") or "") or "en")
        if label is not None and label[0] == "other":
            return None
        if label is not None and label[0] == "modified":
            return DateCandidate(day, "metadata", label[1])
    return from_value(day, "metadata")
