"""By what the ledger tells texts, passages and documents apart: pure functions."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from rag.store.read import to_json
from rag.types import Document, Passage

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_LONGEST_WORD = 40


def vocabulary_words(text: str) -> set[str]:
    """Return the distinct words of a text as the vocabulary keeps them: lower case, not stemmed.

    >>> sorted(vocabulary_words("Khan Sheikhoun, 4 April: KHAN"))
    ['april', 'khan', 'sheikhoun']
    """
    return {word for word in _WORD.findall(text.lower()) if len(word) <= _LONGEST_WORD}


def content_key(text: str, context: str) -> bytes:
    """Return the hash under which a passage's text and context share their embeddings."""
    return hashlib.sha256(f"{len(context)}\n{context}{text}".encode("utf-8", "replace")).digest()


def cluster_of(document: Document) -> str:
    """Return a short hash that texts share which differ in case and white space at most."""
    text = " ".join(document.text.lower().split())
    return hashlib.sha256((text or document.source).encode("utf-8", "replace")).hexdigest()[:16]


def fingerprint(document: Document, passages: Sequence[Passage]) -> bytes:
    """Hash everything that is kept of a document, to tell whether a new reading differs."""
    fields = (
        document.text_sha256,
        document.title,
        document.source,
        document.external_id,
        document.metadata,
        dates(document),
        document.publisher,
        document.language,
        spans(document),
        document.flags,
        [(p.start, p.end, p.context) for p in passages],
    )
    digest = hashlib.sha256(document.text.encode("utf-8", "replace"))
    digest.update(to_json(fields).encode("utf-8", "replace"))
    return digest.digest()


def dates(document: Document) -> list[list[str]]:
    """Return a document's dates as they are stored."""
    return [[date.value, date.origin, date.words] for date in document.dates]


def spans(document: Document) -> list[list[object]]:
    """Return a document's spans as they are stored."""
    return [[s.start, s.end, s.kind, s.label, dict(s.data)] for s in document.spans]
