"""A folder of files -> the ledger: new and changed files are read, gone ones are removed.

Every file gets an outcome. A file whose size and time are those of the last reading is not opened,
and where nothing has changed neither parsers nor models are imported.
"""

from __future__ import annotations

import hashlib
import os
import stat
import threading
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.options import AddOptions, same_settings
from ingest.readers import FORMATS, ReadOptions, suffix_of
from ingest.walk import Found, LeftOut, roots, walk
from rag.errors import Cancelled, UnreadableFile, VouchError
from rag.ledger_values import DocumentChange, Origin, OriginRow
from rag.types import Document, FileOutcome, Passage

__all__ = ["AddOptions", "add", "load_tokenizer", "printable"]

if TYPE_CHECKING:
    from ingest.parse import Parsers
    from ingest.readers import Reading
    from ingest.split import Tokenizer
    from rag.ledger import Ledger

# A file written a moment ago may be written again within the same tick of its clock.
_SETTLED_NS = 2_000_000_000
_AHEAD = 2
_LOOK_UP_SECONDS = 0.2


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

    A table yields one outcome for each thing that became of its rows, with ``documents`` counted.
    ``progress`` gets the files done and the files there are. After ``stop`` is set no further file
    is begun; what was done stays, and the next add goes on from there. Embedding is the caller's.

    Raises:
        NotFound: one of the paths is not there; nothing was done.
        LibraryError: the ledger cannot be written.

    """
    work = _Add(ledger, collection, options or AddOptions(), stop or threading.Event(), tokenizer)
    return work.run(roots(paths), progress or _silent)


@dataclass(frozen=True, slots=True)
class _Task:
    """A file that must be opened, with what the ledger knows of it."""

    file: Found
    row: OriginRow | None
    settings: str
    options: ReadOptions


@dataclass(frozen=True, slots=True)
class _Result:
    """What opening a file gave: its origin, and a reading, or an error, or neither if unchanged."""

    task: _Task
    origin: Origin
    reading: Reading | None = None
    error: VouchError | None = None
    empty: bool = False


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
        self._tokenizer = tokenizer
        self._known: dict[str, OriginRow] = {}
        self._present: set[str] = set()
        self._moved_from: dict[str, str] = {}

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
            if isinstance(task, FileOutcome):
                yield task
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

    def _task(self, file: Found) -> _Task | FileOutcome:
        """Return what must be done for a file, or its outcome where nothing must."""
        row = self._known.get(file.path)
        options = self._options.for_file(file.path, row)
        settings = self._options.settings(options)
        same = (
            row is not None
            and (row.size, row.mtime_ns) == (file.size, file.mtime_ns)
            and same_settings(row, settings, self._options.limits())
        )
        if row is not None and same and row.state == "complete":
            return FileOutcome(file.path, "unchanged", len(row.document_ids))
        if row is not None and same and row.state == "failed":
            return FileOutcome(file.path, "failed", 0, why=row.why, hint=row.hint, notes=_kept(row))
        return _Task(file, row, settings, options)

    def _gone(self, tops: Sequence[Path], left_out: Mapping[str, LeftOut]) -> list[OriginRow]:
        """Return the known files under the folders asked for that are not there any more."""
        unseen = [f"{path}{os.sep}" for path, entry in left_out.items() if entry.failed]
        folders = [f"{str(top).rstrip(os.sep)}{os.sep}" for top in tops if top.is_dir()]
        return [
            row
            for path, row in self._known.items()
            if path not in self._present
            and any(path.startswith(folder) for folder in folders)
            and not any(path.startswith(folder) for folder in unseen)
            and not os.path.lexists(path)
        ]

    def _read_all(
        self, tasks: Sequence[_Task], gone: Sequence[OriginRow]
    ) -> Iterator[list[FileOutcome]]:
        """Yield the outcomes of each file that must be opened, in order, reading a little ahead."""
        if not tasks:
            return
        from ingest.parse import Limits, Parsers

        by_hash: dict[str, list[OriginRow]] = defaultdict(list)
        for row in gone:
            by_hash[row.file_sha256].append(row)
        limits = Limits(self._options.parse_seconds, self._options.parse_memory_mb)
        workers = min(2, len(tasks), os.cpu_count() or 1)
        with Parsers(limits) as parsers, ThreadPoolExecutor(workers) as threads:
            try:
                waiting = iter(tasks)
                ahead = deque(
                    threads.submit(self._open, task, parsers) for task in islice(waiting, _AHEAD)
                )
                while ahead and not self._stop.is_set():
                    result = self._wait(ahead.popleft())
                    for task in islice(waiting, 1):
                        ahead.append(threads.submit(self._open, task, parsers))
                    yield self._settle(result, by_hash)
            except Cancelled:
                return
            finally:
                # Before the threads are waited for: a child at work would keep its thread waiting.
                parsers.close()

    def _wait(self, future: Future[_Result]) -> _Result:
        """Return a result, or stop waiting when ``stop`` is set.

        Raises:
            Cancelled: it was.

        """
        while not future.done():
            wait([future], timeout=_LOOK_UP_SECONDS)
            if self._stop.is_set():
                raise Cancelled("The work was stopped.")
        return future.result()

    def _open(self, task: _Task, parsers: Parsers) -> _Result:
        """Read and parse one file; runs in a thread of its own."""
        file = task.file
        origin = Origin(file.path, file.root, "", file.size, file.mtime_ns, task.settings)
        if self._stop.is_set():
            raise Cancelled("The work was stopped.")
        try:
            data, state = _read_bytes(file.path, self._options.max_file_mb)
            settled = time.time_ns() - state.st_mtime_ns > _SETTLED_NS
            origin = replace(
                origin,
                file_sha256=hashlib.sha256(data).hexdigest(),
                size=state.st_size,
                mtime_ns=state.st_mtime_ns if settled else 0,
            )
            row = task.row
            if (
                row is not None
                and row.state == "complete"
                and row.file_sha256 == origin.file_sha256
                and same_settings(row, task.settings, "")
            ):
                return _Result(task, origin)
            if not data.strip():
                return _Result(task, origin, empty=True)
            from ingest.readers import Source

            suffix = suffix_of(file.path)
            reading = parsers.parse(
                Source(file.path, data, task.options), suffix if suffix in FORMATS else ".txt"
            )
            return _Result(task, origin, reading)
        except UnreadableFile as error:
            failed = replace(origin, settings=f"{origin.settings} {self._options.limits()}")
            return _Result(task, failed, error=error)

    def _settle(self, result: _Result, by_hash: Mapping[str, list[OriginRow]]) -> list[FileOutcome]:
        """Write what a file gave to the ledger, and return its outcomes."""
        path, row = result.task.file.path, result.task.row
        if result.error is None and result.reading is None and not result.empty:
            assert row is not None
            self._ledger.touch_file(self._collection, replace(result.origin, root=row.root))
            return [FileOutcome(path, "unchanged", len(row.document_ids))]
        if result.error is not None:
            return [self._fail(result, result.error.message, result.error.hint)]
        if result.reading is None or not result.reading.documents:
            why = "it is empty" if result.empty else "it holds no text"
            if row is not None and row.document_ids:
                return [self._fail(result, f"The file changed and {why} now.", "")]
            return [FileOutcome(path, "skipped", 0, why=why)]
        notes = result.reading.notes
        same = by_hash.get(result.origin.file_sha256, []) if row is None else []
        if same and self._ledger.move_file(self._collection, same[0].path, result.origin):
            notes = (f"renamed from {same[0].path}", *notes)
            self._present.add(same.pop(0).path)
        changes = self._ledger.put_file(
            self._collection, result.origin, self._split(result.reading.documents)
        )
        return _outcomes(path, changes, notes)

    def _fail(self, result: _Result, why: str, hint: str) -> FileOutcome:
        """Record that a file could not be read; an earlier version of it is kept."""
        origin = result.origin
        if result.task.row is not None and not origin.file_sha256:
            origin = replace(origin, file_sha256=result.task.row.file_sha256)
        self._ledger.fail_file(self._collection, origin, why, hint)
        return FileOutcome(
            origin.path, "failed", 0, why=why, hint=hint, notes=_kept(result.task.row)
        )

    def _split(self, documents: Sequence[Document]) -> Iterator[tuple[Document, Sequence[Passage]]]:
        """Yield each document with its passages."""
        from ingest.split import split

        if self._tokenizer is None:
            self._tokenizer = load_tokenizer()
        for document in documents:
            if self._stop.is_set():  # what is written so far stays, and the file counts as unread
                raise Cancelled("The work was stopped.")
            digest = hashlib.sha256(document.text.encode()).hexdigest()
            yield (
                replace(document, text_sha256=digest),
                split(
                    document,
                    tokens=self._options.passage_tokens,
                    overlap=self._options.passage_overlap,
                    tokenizer=self._tokenizer,
                ),
            )

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
            yield FileOutcome(row.path, "removed", len(row.document_ids))


def _silent(done: int, total: int) -> None:  # noqa: ARG001
    """Tell nobody."""


def load_tokenizer() -> Tokenizer:
    """Return the embedding model's tokenizer, loaded without the model."""
    from rag.model_files import load_tokenizer as load

    return load()


def printable(path: str) -> str:
    r"""Return a path that can be stored and shown, whatever bytes its name has.

    >>> printable("a" + chr(0xDCFF))
    'a\\udcff'
    """
    return path.encode("utf-8", "backslashreplace").decode("utf-8")


def _read_bytes(path: str, max_file_mb: int) -> tuple[bytes, os.stat_result]:
    """Return the bytes of a regular file and its state while it was read.

    Raises:
        UnreadableFile: it is too large, no regular file, or the system refuses.

    """
    try:
        # Neither follow a link nor wait for a pipe that took the file's place since the walk.
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        with open(os.open(path, flags), "rb") as file:
            state = os.fstat(file.fileno())
            if not stat.S_ISREG(state.st_mode):
                raise UnreadableFile("It is not a regular file any more.")
            limit = max_file_mb * 1_000_000
            data = b"" if state.st_size > limit else file.read(limit + 1)
            if state.st_size > limit or len(data) > limit:
                raise UnreadableFile(
                    f"It has {state.st_size / 1e6:.0f} MB; the limit is {max_file_mb} MB.",
                    "Split it, or raise the setting max_file_mb.",
                )
            return data, state
    except OSError as error:
        raise UnreadableFile(
            f"It cannot be opened ({error.strerror}).", "Check that you may read it."
        ) from error


def _kept(row: OriginRow | None) -> tuple[str, ...]:
    return ("the earlier version is kept",) if row is not None and row.document_ids else ()


def _outcomes(
    path: str, changes: Sequence[DocumentChange], notes: tuple[str, ...]
) -> list[FileOutcome]:
    """Return an outcome for each thing that became of a file's documents, notes with the first."""
    documents: Counter[str] = Counter(change.outcome for change in changes)
    passages: Counter[str] = Counter()
    for change in changes:
        passages[change.outcome] += change.passages
    found: list[FileOutcome] = []
    for kind in ("added", "updated", "unchanged", "removed"):
        if documents[kind]:
            outcome = FileOutcome(path, kind, documents[kind], passages[kind])
            found.append(outcome if found else replace(outcome, notes=notes))
    return found
