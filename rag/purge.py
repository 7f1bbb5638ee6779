"""Wiping what was removed from a library for good: out of its file, its indexes and its answers.

Each step can be done again without harm, so that a purge that was cut off at any point is finished
by the next one. The order matters: what tells stored answers apart (words that only removed text
held) is wiped after the answers, and the file is written anew when nothing in it is left to wipe.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import Busy, Cancelled
from rag.index_files import IndexFiles
from rag.purge_files import RunFiles, drop_cached, drop_files, upload_leftovers
from rag.redact import Gone, conversation_without, job_without
from rag.store.jobs import ENDED
from rag.store.matrix import FOLDER as CACHE
from rag.store.write import ORIGINALS

if TYPE_CHECKING:
    from rag.index import VectorIndex
    from rag.ledger import Ledger

INDEX = "index"
OWNER_SECONDS = 120.0
_LOOK_AGAIN = 0.1

Progress = Callable[[str], None]


@dataclass(slots=True)
class Purged:
    """What a purge did, and what it could not do."""

    words: int = 0
    conversations: int = 0
    jobs: int = 0
    runs: int = 0
    files: int = 0
    left: list[str] = field(default_factory=list)


def _always(path: Path) -> bool:
    del path
    return True


def _silent(what: str) -> None:
    del what


def gone_from(ledger: Ledger, ordinary: Callable[[str], bool] | None) -> Gone:
    """Return what is gone from a library since it was last purged."""

    @lru_cache(maxsize=64)
    def text_of(document_id: str) -> str | None:
        document = ledger.document(document_id)
        return None if document is None else document.text

    return Gone(ledger.gone_words(), text_of, ordinary)


class Purge:
    """One purge of a library, whose documents have been removed before.

    Args:
        ledger: the library.
        open_index: gives the vector index, or None while another process owns it.
        ordinary: whether a word is one that anybody may write, and proves nothing by itself.
        runs: rewrites the report of a run's folder from its records.
        caches: folders of answers that are kept outside the library.
        progress: told what is being done.
        stop: ends the purge after the step at hand; the next one goes on.
    """

    def __init__(
        self,
        ledger: Ledger,
        open_index: Callable[[], VectorIndex | None],
        *,
        ordinary: Callable[[str], bool] | None = None,
        runs: Callable[[Path], None] | None = None,
        caches: Sequence[Path] = (),
        progress: Progress | None = None,
        stop: threading.Event | None = None,
        owner_seconds: float = OWNER_SECONDS,
    ) -> None:
        self._ledger = ledger
        self._open_index = open_index
        self._ordinary = ordinary
        self._report = runs
        self._caches = caches
        self._progress = progress or _silent
        self._stop = stop or threading.Event()
        self._owner_seconds = owner_seconds

    def run(self) -> Purged:
        """Do it all; return what was done.

        Raises:
            Cancelled: ``stop`` was set; the next purge goes on from there.
            Busy: the process that owns the index does not give it up, or others keep reading.
            LibraryError: no space is left to write the file anew.
        """
        done = Purged()
        number = self._ledger.begin_purge()
        traces = self._ledger.traces()
        gone = gone_from(self._ledger, self._ordinary)
        steps: tuple[tuple[str, Callable[[], None]], ...] = (
            ("Wiping the vector index", lambda: self.wipe_index(number)),
            ("Redacting kept answers", lambda: self._answers(gone, done)),
            ("Removing files", lambda: self._files(gone, done)),
            ("Writing the word index anew", lambda: self._words(traces, done)),
            ("Writing the library anew", self._ledger.vacuum),
        )
        for what, step in steps:
            if self._stop.is_set():
                raise Cancelled("The purge was stopped.", "Run `vouch purge`: it goes on.")
            self._progress(what)
            step()
        if not done.left:
            self._ledger.end_purge()
        return done

    def wipe_index(self, number: int) -> None:
        """Remove the index's files, or wait until the process that owns the index has.

        Raises:
            Busy: it did not within two minutes.
            Cancelled: ``stop`` was set.
        """
        files = IndexFiles(self._ledger.directory / INDEX)
        deadline = time.monotonic() + self._owner_seconds
        while files.wiped() < number:
            index = self._open_index()
            if index is not None:
                try:
                    index.wipe_purged()
                finally:
                    index.close()
                return
            if time.monotonic() > deadline:
                raise Busy(
                    "The process that keeps the vector index has not wiped it.",
                    "Stop that server, then run `vouch purge` again: it goes on from here.",
                )
            if self._stop.wait(_LOOK_AGAIN):
                raise Cancelled("The purge was stopped.", "Run `vouch purge`: it goes on.")

    def _answers(self, gone: Gone, done: Purged) -> None:
        ledger = self._ledger
        done.conversations = ledger.redact_conversations(
            lambda kept: conversation_without(kept, gone)
        )
        names = {Path(path).name for path in ledger.gone_paths()}
        names -= {Path(path).name for path in ledger.all_paths()}
        names |= ledger.gone_members()
        done.jobs = ledger.redact_jobs(
            lambda job: job_without(job, gone, names) if job.get("state") in ENDED else None
        )

    def _files(self, gone: Gone, done: Purged) -> None:
        directory = self._ledger.directory
        self._ledger.drop_originals()
        known = self._ledger.kept_hashes()
        done.files += drop_files(directory / ORIGINALS, lambda path: path.name not in known)
        done.files += drop_files(directory / CACHE, _always)
        for path in upload_leftovers(self._ledger):
            done.files += 1
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
        runs = RunFiles(gone, self._report)
        for folder in sorted((directory / "runs").glob("*/")):
            left = runs.redact(folder)
            if left:
                done.left.append(left)
        done.runs = runs.redacted
        done.files += runs.drop_cases(directory / "measure")
        for cache in self._caches:
            done.files += drop_cached(cache, gone)

    def _words(self, traces: frozenset[str], done: Purged) -> None:
        # While something is left, the words that tell it apart must stay for the next purge.
        if not done.left:
            done.words = self._ledger.wipe_words(traces)
