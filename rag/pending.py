"""Vectors for every passage that has none yet, written as they come."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Protocol

from rag.types import Encoder, Vectors

GROUP = 64  # passages whose vectors are written together
WINDOW = 4096  # passages that are sorted by length together


class _Pending(Protocol):
    """The part of the ledger that hands out texts and takes vectors."""

    def pending_texts(
        self, model_id: str, limit: int, collection: str | None = None
    ) -> list[tuple[int, str]]: ...

    def pending_count(self, model_id: str) -> int: ...

    def put_vectors(self, model_id: str, keys: Sequence[int], vectors: Vectors) -> int: ...


def embed_pending(
    ledger: _Pending,
    encoder: Encoder,
    *,
    progress: Callable[[int, int], None] | None = None,
    stop: threading.Event | None = None,
    batch: int = GROUP,
    collection: str | None = None,
) -> int:
    """Embed every passage of the ledger that has no vector yet; return how many were embedded.

    Longest first, so that batches waste nothing on padding and the estimate of the time left errs
    on the safe side. Vectors are written ``batch`` at a time: what is done stays done when ``stop``
    is set or the process ends. ``progress`` is given (done, all) after each write.
    """
    total, done = ledger.pending_count(encoder.model_id), 0
    tried: set[int] = set()
    while True:
        pending = ledger.pending_texts(encoder.model_id, WINDOW, collection)
        # A text whose vector could not be kept because it was removed meanwhile is not met again.
        window = [(key, text) for key, text in pending if key not in tried]
        if not window:
            return done
        tried.update(key for key, _ in window)
        window.sort(key=lambda pair: -len(pair[1]))
        for at in range(0, len(window), batch):
            if stop is not None and stop.is_set():
                return done
            some = window[at : at + batch]
            vectors = encoder.encode([text for _, text in some])
            ledger.put_vectors(encoder.model_id, [key for key, _ in some], vectors)
            done += len(some)
            if progress is not None:
                progress(done, max(total, done))
