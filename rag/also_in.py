"""In which other documents the words of a citation stand too: reprints, mirrors, copies."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rag.english.same_words import same_days, sentences_said
from rag.english.sentences import sentences
from rag.types import Candidate, Citation, DocumentInfo, Filters, Passage, Reading

if TYPE_CHECKING:
    from rag.ledger import Ledger


_Copy = tuple[DocumentInfo, frozenset[tuple[str, ...]]]
"""A document and what its sentences say."""


class AlsoIn:
    """Names the outlets that carry the same words, for one question.

    Only documents of the same copy cluster are looked at, and of these only what the question's
    filters let through. A near-copy in which a number, a name or a day differs does not hold the
    same words, so it is not named.

    Args:
        ledger: where the texts are.
        filters: which documents may be named.
        collection: of the question.
    """

    def __init__(self, ledger: Ledger, filters: Filters, collection: str) -> None:
        self._ledger, self._filters, self._collection = ledger, filters, collection
        self._known: dict[str, list[_Copy]] = {}
        self._allowed: frozenset[int] | None = None
        self._asked = False

    def citation(self, citation: Citation) -> Citation:
        """Return a citation with every document that holds the sentences of its quote."""
        whole = _whole(citation.passage, citation.start, citation.end)
        copies = self._holding(citation.document, whole)
        return citation if copies == citation.copies else replace(citation, copies=copies)

    def reading(self, reading: Reading) -> Reading:
        """Return a reading whose candidates know every document that holds their sentence."""
        if not any(self._copies(one.hit.document) for one in reading.candidates):
            return reading
        return replace(
            reading,
            candidates=tuple(map(self._candidate, reading.candidates)),
            denied=tuple(map(self._candidate, reading.denied)),
        )

    def _candidate(self, candidate: Candidate) -> Candidate:
        copies = self._holding(candidate.hit.document, candidate.text)
        if copies == candidate.hit.copies:
            return candidate
        return replace(candidate, hit=replace(candidate.hit, copies=copies))

    def _holding(self, document: DocumentInfo, text: str) -> tuple[DocumentInfo, ...]:
        around = self._copies(document)
        words = sentences_said(text) if around else []
        return tuple(
            info
            for info, held in around
            if info.text_sha256 == document.text_sha256 or (words and held.issuperset(words))
            if same_days(text, document.published, text, info.published)
        )

    def _copies(self, document: DocumentInfo) -> list[_Copy]:
        if document.id not in self._known:
            if self._filters and not self._asked:
                self._allowed = self._ledger.allowed(self._collection, self._filters)
                self._asked = True
            found = self._ledger.copies_of(document.id, self._allowed)
            self._known[document.id] = [
                (info, frozenset(sentences_said(text))) for info, text in found
            ]
        return self._known[document.id]


def _whole(passage: Passage, start: int, end: int) -> str:
    """Return the sentences that a stretch of a passage is from: "14 died" of "At least 14 died"."""
    inside = [
        (first, last)
        for first, last in sentences(passage.text)
        if passage.start + first < end and start < passage.start + last
    ]
    return passage.text[inside[0][0] : inside[-1][1]] if inside else ""
