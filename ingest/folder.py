"""A folder of files -> the ledger: new and changed files are read, gone ones are removed.

Every file gets an outcome. A file whose size and time are those of the last reading is not opened,
and where nothing has changed neither parsers nor models are imported.
"""

from __future__ import annotations

import os
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.opening import Opened, Task, open_file, worth_another_try
from ingest.options import AddOptions, same_settings
from ingest.outcomes import known_outcomes, printable
from ingest.record import Recorder, load_tokenizer
from ingest.walk import Found, LeftOut, roots, walk
from rag.errors import Cancelled
from rag.ledger_values import OriginRow
from rag.types import FileOutcome

__all__ = ["AddOptions", "add", "load_tokenizer", "printable"]

if TYPE_CHECKING:
    from ingest.parse import Parsers
    from ingest.split import Tokenizer
    from rag.ledger import Ledger

_AHEAD = 2


def add(
    ledger: Ledger,
    paths: Sequence[Path],
    *,
    collection: str = "default",
    options: AddOptions | None = None,
    progress: Callable[[int, int], None] | None = None,
    stop: threading.Event | None = None,
    tokenizer: Tokenizer | None = None,
) -> Iterator[FileOutcome]:
    """Bring the ledger up to date with files and folders; yield an outcome for every file.

    A table or an archive yields one outcome for each thing that became of its documents, with
    ``documents`` counted, and one more for each file inside it that could not be read or is none to
    read (``/path/a.zip!/b.pdf``). ``progress`` gets the files done and the files there are. After
    ``stop`` is set no further file is begun; what was done stays, and the next add goes on from
    there. Embedding is the caller's.

    Raises:
        NotFound: one of the paths is not there; nothing was done.
        LibraryError: the ledger cannot be written.

    """
    work = _Add(ledger, collection, options or AddOptions(), stop or threading.Event(), tokenizer)
    return work.run(roots(paths), progress or _silent)


class _Add:
    """One run of ``add``."""

    def __init__(
        self,
        ledger: Ledger,
        collection: str,
        options: AddOptions,
        stop: threading.Event,
        tokenizer: Tokenizer | None,
    ) -> None:
        self._ledger = ledger
        self._collection = collection
        self._options = options
        self._stop = stop
        self._recorder = Recorder(ledger, collection, options, stop, tokenizer)
        self._known: dict[str, OriginRow] = {}
        self._present: set[str] = set()

    def run(
        self, tops: Sequence[Path], progress: Callable[[int, int], None]
    ) -> Iterator[FileOutcome]:
        """Yield the outcome of every file, then of those that are gone."""
        self._known = self._ledger.origins(self._collection)
        found: dict[str, Found] = {}
        left_out: dict[str, LeftOut] = {}
        for top in tops:
            for entry in walk(top):
                if isinstance(entry, Found):
                    found.setdefault(entry.path, entry)
                else:
                    left_out.setdefault(entry.path, entry)
        self._present = {*found, *left_out}
        total = len(found)
        done = 0
        tasks = []
        for file in found.values():
            task = self._task(file)
            if task is None:
                yield from known_outcomes(self._known[file.path])
                done += 1
                progress(done, total)
            else:
                tasks.append(task)
        for entry in left_out.values():
            yield FileOutcome(
                printable(entry.path), "failed" if entry.failed else "skipped", 0, why=entry.why
            )
        for outcomes in self._read_all(tasks, self._gone(tops, left_out)):
            yield from outcomes
            done += 1
            progress(done, total)
        if not self._stop.is_set():
            yield from self._remove(tops, found, left_out)
        while not self._stop.is_set() and self._ledger.sign_older():
            pass  # one step a transaction, in a library that an older Vouch has made

    def _task(self, file: Found) -> Task | None:
        """Return what must be done for a file, or None where it is as it was."""
        row = self._known.get(file.path)
        options = self._options.for_file(file.path, row)
        settings = self._options.settings(file.path, options)
        same = (
            row is not None
            and row.state != "reading"
            and (row.size, row.mtime_ns) == (file.size, file.mtime_ns)
            and same_settings(row, settings, self._options.limits())
            and not (row.state == "failed" and options.passwords)
            and not worth_another_try(row, options)
        )
        return None if same else Task(file, row, settings, options)

    def _gone(self, tops: Sequence[Path], left_out: Mapping[str, LeftOut]) -> list[OriginRow]:
        """Return the known files under the folders asked for that are not there any more."""
        unseen = [f"{path}{os.sep}" for path, entry in left_out.items() if entry.failed]
        folders = [f"{str(top).rstrip(os.sep)}{os.sep}" for top in tops if top.is_dir()]
        return [
            row
            for path, row in self._known.items()
            if path not in self._present
            and path not in self._recorder.moved
            and any(path.startswith(folder) for folder in folders)
            and not any(path.startswith(folder) for folder in unseen)
            and not os.path.lexists(path)
        ]

    def _read_all(
        self, tasks: Sequence[Task], gone: Sequence[OriginRow]
    ) -> Iterator[list[FileOutcome]]:
        """Yield the outcomes of each file that must be opened, in order, reading a little ahead."""
        if not tasks:
            return
        from ingest.parse import Limits, Parsers

        by_hash: dict[str, list[OriginRow]] = defaultdict(list)
        for row in gone:
            by_hash[row.file_sha256].append(row)
        limits = Limits(self._options.parse_seconds, self._options.parse_memory_mb)
        workers = min(_AHEAD, os.cpu_count() or 1)
        with (
            Parsers(limits, stop=self._stop) as parsers,
            ThreadPoolExecutor(workers) as threads,
        ):
            try:
                waiting = iter(tasks)
                ahead = deque(
                    threads.submit(self._open, task, parsers) for task in islice(waiting, _AHEAD)
                )
                while ahead and not self._stop.is_set():
                    opened = self._recorder.wait(ahead.popleft())
                    for task in islice(waiting, 1):
                        ahead.append(threads.submit(self._open, task, parsers))
                    yield list(self._recorder.settle(opened, by_hash, parsers, threads))
            except Cancelled:
                return
            finally:
                # Before the threads are waited for: a child at work would keep its thread waiting.
                parsers.close()

    def _open(self, task: Task, parsers: Parsers) -> Opened:
        """Read and parse one file; runs in a thread of its own."""
        if self._stop.is_set():
            raise Cancelled("The work was stopped.")
        return open_file(task, parsers, self._options.limits(), self._options.max_file_mb)

    def _remove(
        self, tops: Sequence[Path], found: Mapping[str, Found], left_out: Mapping[str, LeftOut]
    ) -> Iterator[FileOutcome]:
        """Take out what is gone from folders that are still there and not empty."""
        standing = []
        for top in tops:
            inside = f"{str(top).rstrip(os.sep)}{os.sep}"
            if not top.is_dir():
                continue
            if any(path.startswith(inside) for path in found):
                standing.append(top)
                continue
            known = any(path.startswith(inside) for path in self._known)
            why = "no file in it can be read" + (": nothing was removed" if known else "")
            yield FileOutcome(str(top), "skipped", 0, why=why)
        if self._options.keep_missing:
            return
        for row in self._gone(standing, left_out):
            self._ledger.remove_files(self._collection, [row.path])
            if row.state == "complete" and not row.document_ids:
                continue  # it held nothing, and was never added
            yield FileOutcome(row.path, "removed", len(row.document_ids))


def _silent(done: int, total: int) -> None:  # noqa: ARG001
    """Tell nobody."""
