"""How much of the library stands behind an answer."""

from __future__ import annotations

from rag.also_in import AlsoIn
from rag.ledger import Ledger
from rag.retrieve import mentions
from rag.types import Coverage, Document, Filters


class Survey:
    """The library as an answer sees it: documents by id, the change number, coverage."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    @property
    def seq(self) -> int:
        """The library's change number."""
        return self._ledger.seq

    def document(self, document_id: str) -> Document | None:
        """Return a document, or None when it is gone."""
        return self._ledger.document(document_id)

    def also_in(self, filters: Filters, collection: str) -> AlsoIn:
        """Return what names the documents that hold the words of a citation too."""
        return AlsoIn(self._ledger, filters, collection)

    def mentioning(self, words: str, filters: Filters, collection: str) -> int:
        """Return how many documents hold all of some words, names in any of their spellings."""
        found = mentions(self._ledger, words, collection=collection, filters=filters or None)
        return found.documents

    def coverage(self, question: str, filters: Filters, collection: str) -> Coverage:
        """Return the counts of documents that were there, searched, and speak of the question."""
        counts = self._ledger.counts(collection)
        allowed = self._ledger.allowed(collection, filters) if filters else None
        found = mentions(self._ledger, question, collection=collection, filters=filters or None)
        return Coverage(
            documents=counts.documents,
            unread=counts.unread,
            searched=counts.documents if allowed is None else len(allowed),
            mentioning=found.documents,
            cited=0,
            published_from=counts.published_from,
            published_to=counts.published_to,
            embedded=counts.embedded_share,
        )
