"""A sentence that rests on several sources together: each clause on one of them. English."""

from __future__ import annotations

import re
from dataclasses import replace

from rag.english.words import content_terms
from rag.types import Check, Citation, DraftSentence, Verifier
from rag.verify import CheckedDraft

_SEAM = re.compile(
    r"\s*(?:;|,?\s+(?=(?:while|whereas|but|although|though|yet)\b)|,\s+and\s+(?=the\b|[A-Z]))\s*"
)
_LEAST = 2
"""Content words without which a stretch is no clause of its own."""

Clauses = tuple[tuple[str, tuple[Citation, ...]], ...]


def joint_checks(
    draft: DraftSentence, verifier: Verifier
) -> tuple[CheckedDraft, list[Check]] | None:
    """Return a draft whose every clause is said by one of its citations, with their checks.

    None comes back where the sentence has one clause only, or a clause is said by none.
    """
    clauses = _marked(draft) or _seamed(draft)
    if len(clauses) < 2:
        return None
    found: dict[tuple[str, int, int], tuple[Citation, Check]] = {}
    for words, citations in clauses:
        checked = [(one, verifier.check(words, one)) for one in citations]
        good = [(one, check) for one, check in checked if check.stands]
        if not good:
            return None
        for one, check in good:
            place = (one.document_id, one.start, one.end)
            if place not in found or found[place][1].support < check.support:
                found[place] = one, check
    citations = tuple(one for one, _ in found.values())
    return CheckedDraft(replace(draft, citations=citations)), [one for _, one in found.values()]


def _marked(draft: DraftSentence) -> Clauses:
    """Return the clauses that the writer's marks set apart; one without marks joins the last."""
    found: list[tuple[str, tuple[Citation, ...]]] = []
    for words, citations in draft.clauses:
        if found and (not citations or len(content_terms(words)) < _LEAST):
            before, had = found[-1]
            found[-1] = (f"{before} {words}", had + citations)
        else:
            found.append((words, citations))
    marked = [clause for clause in found if clause[1]]
    return tuple(found) if len(marked) == len(found) and len(found) > 1 else ()


def _seamed(draft: DraftSentence) -> Clauses:
    """Return the clauses that conjunctions set apart, each with all citations of the sentence."""
    if len(draft.citations) < 2:
        return ()
    parts = [part for part in _SEAM.split(draft.text) if part]
    if any(len(content_terms(part)) < _LEAST for part in parts):
        return ()
    return tuple((part, draft.citations) for part in parts)
