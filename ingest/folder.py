"""A folder of files -> the ledger: new and changed files are read, gone ones are removed.

Every file gets an outcome. A file whose size and time are those of the last reading is not opened,
and where nothing has changed neither parsers nor models are imported.
"""

from __future__ import annotations

import os
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ingest.opening import Opened, Task, open_file, worth_another_try
from ingest.options import AddOptions, same_settings
from ingest.outcomes import known_outcomes, printable
from ingest.passing import AGAIN_NOTE, AGAIN_NS
from ingest.readers import ReadOptions
from ingest.record import Recorder, load_tokenizer
from ingest.walk import Found, LeftOut, roots, walk
from rag.errors import Cancelled
from rag.store.values import Origin, OriginRow
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
    recorder = Recorder(
        ledger, collection, options or AddOptions(), stop or threading.Event(), tokenizer
    )
    return _Add(recorder, roots(paths)).run(progress or _silent)


class _Add:
    """One run of ``add``.

    Args:
        recorder: what writes the files, and knows where and how.
        tops: the files and folders, absolute.
    """

    def __init__(self, recorder: Recorder, tops: Sequence[Path]) -> None:
        self._recorder = recorder
        self._ledger = recorder.ledger
        self._collection = recorder.collection
        self._options = recorder.options
        self._stop = recorder.stop
        self._tops = tops
        self._folders = [top for top in tops if top.is_dir()]
        self._filled: set[Path] = set()
        self._known: dict[str, OriginRow] = {}
        self._found: dict[str, Found] = {}
        self._left_out: dict[str, LeftOut] = {}
        self._settings: dict[str, str] = {}
        self._read_options: dict[ReadOptions, ReadOptions] = {}

    def run(self, progress: Callable[[int, int], None]) -> Iterator[FileOutcome]:
        """Yield the outcome of every file, then of those that are gone."""
        self._look()
        total = len(self._found)
        done = 0
        changed = []
        for file in self._found.values():
            if self._task(file) is None:
                yield from known_outcomes(self._known[file.path])
                done += 1
                progress(done, total)
            else:
                changed.append(file)
        for entry in self._left_out.values():
            if entry.path not in self._known:
                yield _outcome(entry)
        for outcomes in self._read_all(changed):
            yield from outcomes
            done += 1
            progress(done, total)
        if not self._stop.is_set():
            yield from self._unreachable()
            yield from self._remove()
        while not self._stop.is_set() and self._ledger.sign_older():
            pass  # one step a transaction, in a library that an older Vouch has made

    def _look(self) -> None:
        """Find what is known, and what is there."""
        # Of single files nothing else is asked: a large library is not loaded for them.
        paths = None if self._folders else [str(top) for top in self._tops]
        self._known = self._ledger.origins(self._collection, paths=paths)
        for top in self._tops:
            for entry in walk(top, self._ledger.directory):
                if isinstance(entry, Found):
                    self._found.setdefault(entry.path, entry)
                    self._filled.add(top)
                else:
                    self._left_out.setdefault(entry.path, entry)

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
        if same:
            return None
        # A million files share a few of these.
        settings = self._settings.setdefault(settings, settings)
        return Task(file, row, settings, self._read_options.setdefault(options, options))

    def _missing(self, folders: Collection[Path]) -> Iterator[OriginRow]:
        """Yield the known files under some folders that the walk has not found as such."""
        wanted = {str(folder).rstrip(os.sep) for folder in folders}
        for path, row in self._known.items():
            if (
                path not in self._found
                and path not in self._recorder.moved
                and not wanted.isdisjoint(_folders_of(path))
            ):
                yield row

    def _gone(self, folders: Collection[Path]) -> list[OriginRow]:
        """Return the known files under some folders that are not there any more."""
        closed = {path for path, entry in self._left_out.items() if entry.failed}
        return [
            row
            for row in self._missing(folders)
            if row.path not in self._left_out
            and _is_gone(row.path)
            and closed.isdisjoint(_folders_of(row.path))
        ]

    def _by_hash(self) -> Mapping[str, list[OriginRow]]:
        """Return the files that may have another name now: gone, or a link has their place."""
        by_hash: dict[str, list[OriginRow]] = defaultdict(list)
        if not self._folders:
            return by_hash
        replaced = [
            self._known[path]
            for path, entry in self._barred().items()
            if os.path.islink(entry.path) or not (entry.library or os.path.isfile(entry.path))
        ]
        for row in [*self._gone(self._folders), *replaced]:
            if row.document_ids and row.file_sha256:
                by_hash[row.file_sha256].append(row)
        return by_hash

    def _barred(self) -> dict[str, LeftOut]:
        """Return the known files that are left out now, with what is: they or a folder above."""
        rows: dict[str, LeftOut] = {}
        above: dict[str, LeftOut] = {}
        for path, entry in self._left_out.items():
            if path in self._known:
                # One that is hidden is read where it is asked for by name.
                if entry.root == path or not os.path.basename(path).startswith("."):
                    rows[path] = entry
            elif entry.library or os.path.islink(path):
                above[path] = entry
        for row in self._missing(self._folders) if above else ():
            at = next((folder for folder in _folders_of(row.path) if folder in above), None)
            # What lies in a library is read where a folder in it is asked for, as uploads are.
            if at and (not above[at].library or row.root in {*_folders_of(at)}):
                rows.setdefault(row.path, above[at])
        return rows

    def _read_all(self, files: Sequence[Found]) -> Iterator[list[FileOutcome]]:
        """Yield the outcomes of each file that must be opened, in order, reading a little ahead."""
        if not files:
            return
        from ingest.parse import Limits, Parsers

        new = any(
            (row := self._known.get(file.path)) is None or not row.document_ids for file in files
        )
        by_hash = self._by_hash() if new else {}
        limits = Limits(self._options.parse_seconds, self._options.parse_memory_mb)
        workers = min(_AHEAD, os.cpu_count() or 1)
        with (
            Parsers(limits, stop=self._stop) as parsers,
            ThreadPoolExecutor(workers) as threads,
        ):
            try:
                waiting = (task for file in files if (task := self._task(file)) is not None)
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

    def _unreachable(self) -> Iterator[FileOutcome]:
        """Mark the known files that are left out now, such as one that a link has replaced."""
        barred = self._barred()
        for path, entry in self._left_out.items():
            if path in self._known and (path in self._recorder.moved or path not in barred):
                yield _outcome(entry)
        for path, entry in barred.items():
            row = self._known[path]
            if path in self._recorder.moved:
                continue
            if row.document_ids:
                yield self._fail(row, f"It is left out now: {entry.why}.")
                continue
            if not entry.failed:
                self._ledger.remove_files(self._collection, [path])
            if path == entry.path:
                yield _outcome(entry)

    def _fail(self, row: OriginRow, why: str) -> FileOutcome:
        """Record that a file is not to be had any more in the way it was."""
        if row.state == "failed" and row.why.startswith(why):
            return known_outcomes(row)[0]
        # When it is back as it was, nothing but this says that it must be read.
        origin = Origin(row.path, row.root, row.file_sha256, row.size, AGAIN_NS, row.settings)
        failed = self._recorder.fail(origin, row, why, "Put the file back, or remove it.")
        return replace(failed, notes=tuple(one for one in failed.notes if one != AGAIN_NOTE))

    def _remove(self) -> Iterator[FileOutcome]:
        """Take out what is gone from folders that are still there and not empty."""
        empty = [top for top in self._folders if top not in self._filled and top.is_dir()]
        if empty:
            held = {folder for path in self._known for folder in _folders_of(path)}
            for top in empty:
                known = str(top).rstrip(os.sep) in held
                why = "no file in it can be read" + (": nothing was removed" if known else "")
                yield FileOutcome(str(top), "skipped", 0, why=why)
        if self._options.keep_missing:
            return
        standing = {top for top in self._filled if top.is_dir()}
        for row in self._gone(standing):
            if self._may_be_unseen(row):
                why = "it is gone, or it is a file that cannot be opened now: it was not removed"
                yield FileOutcome(row.path, "skipped", 0, why=why)
                continue
            self._ledger.remove_files(self._collection, [row.path])
            if row.state == "complete" and not row.document_ids:
                continue  # it held nothing, and was never added
            yield FileOutcome(row.path, "removed", len(row.document_ids))

    def _may_be_unseen(self, row: OriginRow) -> bool:
        """Say whether a file that is gone may be a new one whose bytes nobody could see."""
        return bool(row.document_ids) and any(
            size == row.size and (mtime_ns == row.mtime_ns or row.mtime_ns <= 0)
            for size, mtime_ns in self._recorder.unseen
        )


def _outcome(entry: LeftOut) -> FileOutcome:
    """Return what is said of what the walk has left out."""
    kind: Literal["failed", "skipped"] = "failed" if entry.failed else "skipped"
    return FileOutcome(printable(entry.path), kind, 0, why=entry.why)


def _folders_of(path: str) -> Iterator[str]:
    """Yield the folders that a file lies in, from its own to the root, which is "".

    >>> list(_folders_of("/a/b/c.txt"))
    ['/a/b', '/a', '']
    """
    at = path.rfind(os.sep)
    while at >= 0:
        yield path[:at]
        at = path.rfind(os.sep, 0, at)


def _is_gone(path: str) -> bool:
    """Say whether there is no file at a path: nothing, or a folder of that name."""
    return not os.path.lexists(path) or (os.path.isdir(path) and not os.path.islink(path))


def _silent(done: int, total: int) -> None:  # noqa: ARG001
    """Tell nobody."""
