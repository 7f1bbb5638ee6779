"""The ledger: the record of documents, passages, words and vectors that everything rests on.

One SQLite file in WAL mode with ``synchronous=FULL``. Several threads and processes read and write
it at once: writers wait for one another, readers see one moment and wait for nobody. Everything
else a library holds (the vector index, caches) can be built again from it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from rag.store.check import LedgerCheck
from rag.store.jobs import LedgerJobs
from rag.store.records import LedgerRecords
from rag.store.values import Change, Counts, DocumentChange, FailedFile, Origin, OriginRow
from rag.store.vectors import LedgerVectors
from rag.store.words import LedgerWords, PassageTable

__all__ = [
    "Change",
    "Counts",
    "DocumentChange",
    "FailedFile",
    "Ledger",
    "Origin",
    "OriginRow",
    "PassageTable",
]


class Ledger(LedgerWords, LedgerVectors, LedgerRecords, LedgerJobs, LedgerCheck):
    """An open library.

    Args:
        directory: the library's directory; it is made when it is missing.
        analyse: turns text into the words it is found by, separated by spaces; by default
            ``rag.english.words.index_text``.
        max_bytes: refuse to let the file grow beyond this size; None for no bound.

    Raises:
        LibraryError: not a library, from a newer version, damaged, not writable, no space.
        Busy: another process kept the library locked.
    """

    def __init__(
        self,
        directory: Path,
        *,
        analyse: Callable[[str], str] | None = None,
        max_bytes: int | None = None,
    ) -> None:
        self._analyse = analyse or _index_text
        self._postings = {}
        self._counted = {}
        self._words_lock = threading.Lock()
        super().__init__(directory, max_bytes=max_bytes)


def _index_text(text: str) -> str:
    # Loaded by the first text: an add that finds nothing changed has none.
    from rag.english.words import index_text

    return index_text(text)
