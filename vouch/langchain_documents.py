"""Passages as LangChain documents, and where they stand."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from langchain_core.documents import Document

from rag import types
from rag.citations import place_of

OTHER = "meta_"
"""What the names of a document's own metadata begin with, so that they hide none of Vouch's."""


class Texts(Protocol):
    """Whatever knows documents by id: the ledger."""

    def document(self, document_id: str) -> types.Document | None:
        """Return a document, or None when it is gone."""
        ...


class Places:
    """Says where stretches of documents stand, reading each document once.

    Args:
        texts: knows the documents.
    """

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._known: dict[str, types.Document | None] = {}

    def of(self, info: types.DocumentInfo, start: int, end: int) -> types.Place:
        """Return a place; an empty one where the document is gone or is another text by now."""
        if info.id not in self._known:
            self._known[info.id] = self._texts.document(info.id)
        document = self._known[info.id]
        if document is None or document.text_sha256 != info.text_sha256:
            return types.Place(label="")
        return place_of(document, start, end)

    def of_citation(self, citation: types.Citation) -> types.Place:
        """Return where a citation's quote stands."""
        return self.of(citation.document, citation.start, citation.end)


def flat(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document's own metadata under names of their own, each value plain.

    What is nested becomes JSON text: a vector store keeps it, and nothing takes it for an object.

    >>> flat({"labels": ["a", "b"], "page": "7", "lc": {"lc": 1, "type": "secret"}})
    {'meta_labels': ['a', 'b'], 'meta_page': '7', 'meta_lc': '{"lc": 1, "type": "secret"}'}
    """
    return {f"{OTHER}{key}": _plain(value) for key, value in metadata.items()}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, list | tuple) and all(isinstance(one, str) for one in value):
        return list(value)
    return json.dumps(value, ensure_ascii=False, default=str)


def document_of(hit: types.Hit, place: types.Place) -> Document:
    """Return a passage as LangChain's document: its exact text, and where it comes from.

    ``start`` and ``end`` are offsets in the document's text, of which the page content is that
    slice. ``page`` counts from 1; ``page_label`` is what is printed on it.
    """
    info, passage = hit.document, hit.passage
    return Document(
        id=passage.id,
        page_content=passage.text,
        metadata={
            **flat(info.metadata),
            "document_id": info.id,
            "passage_id": passage.id,
            "title": info.title,
            "source": info.source,
            "external_id": info.external_id,
            "publisher": info.publisher,
            "published": info.published,
            "language": info.language,
            "start": passage.start,
            "end": passage.end,
            "page": place.page,
            "page_label": place.page_label,
            "place": place.label,
            "context": passage.context,
            "score": round(hit.score, 6),
            "text_sha256": info.text_sha256,
            "flags": list(info.flags),
            "also_in": [copy.id for copy in hit.copies],
        },
    )


def documents_of(hits: Iterable[types.Hit], texts: Texts) -> list[Document]:
    """Return passages as LangChain's documents, in their order."""
    places = Places(texts)
    return [
        document_of(hit, places.of(hit.document, hit.passage.start, hit.passage.end))
        for hit in hits
    ]
