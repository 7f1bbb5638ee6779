"""Writing what a file gave to the ledger, and saying what became of it."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, TypeVar

from ingest.opening import Opened
from ingest.options import AddOptions
from ingest.outcomes import (
    INTERRUPTED,
    is_mixed,
    kept_notes,
    known_outcomes,
    put_outcomes,
    skipped_outcomes,
    unread_outcomes,
)
from ingest.passing import AGAIN_NOTE, AGAIN_NS
from rag.errors import Cancelled
from rag.store.values import UNREAD_REST, Origin, OriginRow, UnreadPart
from rag.types import Document, FileOutcome, Passage

if TYPE_CHECKING:
    from ingest.containers import Container
    from ingest.parse import Parsers
    from ingest.split import Tokenizer
    from rag.ledger import Ledger

_LOOK_UP_SECONDS = 0.2
_LETTER = re.compile(r"[^\W_]")

_T = TypeVar("_T")


class Recorder:
    """Writes files to one collection of a ledger.

    Args:
        ledger: where the files are written.
        collection: the collection of their documents.
        options: how they are read and cut.
        stop: when it is set, the work ends with ``Cancelled``; what is written stays.
        tokenizer: by what passages are cut; the embedding model's where there is none.
    """

    def __init__(
        self,
        ledger: Ledger,
        collection: str,
        options: AddOptions,
        stop: threading.Event,
        tokenizer: Tokenizer | None,
    ) -> None:
        self.ledger = ledger
        self.collection = collection
        self.options = options
        self.stop = stop
        self._tokenizer = tokenizer
        self.moved: set[str] = set()
        """The paths of files that turned out to have another name now."""
        self.unseen: set[tuple[int, int]] = set()
        """Sizes and times of new files whose bytes nobody has seen: which they are is unknown."""

    def wait(self, future: Future[_T]) -> _T:
        """Return a result, or stop waiting when ``stop`` is set.

        Raises:
            Cancelled: it was.

        """
        while not future.done():
            wait([future], timeout=_LOOK_UP_SECONDS)
            if self.stop.is_set():
                raise Cancelled("The work was stopped.")
        return future.result()

    def settle(
        self,
        opened: Opened,
        by_hash: Mapping[str, list[OriginRow]],
        parsers: Parsers,
        threads: ThreadPoolExecutor,
    ) -> Iterator[FileOutcome]:
        """Write what a file gave to the ledger, and yield its outcomes.

        ``by_hash`` holds the files that are gone: one of them may be this one under another name.
        """
        file, known = opened.task.file, opened.task.row
        blind = (opened.error is not None or opened.vanished) and not opened.origin.file_sha256
        if blind and not (known and known.document_ids):
            self.unseen.add((file.size, file.mtime_ns))
        # First of all: what a file held under its old name stays, whatever is found in it now.
        opened, renamed = self._renamed(opened, by_hash)
        task, origin = opened.task, opened.origin
        path, row = task.file.path, task.row
        if opened.error is not None:
            yield self._fail(opened, opened.error.message, opened.error.hint, notes=renamed)
            return
        if opened.vanished:
            yield FileOutcome(path, "skipped", 0, why="it vanished while the folder was read")
            return
        if opened.why_not:
            yield self._skip(opened, opened.why_not, renamed)
            return
        if opened.reading is None and opened.content is None:
            assert row is not None
            self.ledger.touch_file(self.collection, replace(origin, root=row.root))
            yield from known_outcomes(row)
            return
        container = self._container(opened, parsers, threads)
        try:
            own = opened.reading.documents if opened.reading else ()
            inside = container.documents() if container else ()
            texts = _Texts()
            documents = self._split(chain(own, inside), texts)
            # Before anything is written: a file without any passage is none that was added.
            first = next(documents, None)
            if first is None:
                yield from self._nothing(opened, container, texts.why(), renamed)
                return
            unread = container.findings.unread if container else []
            changes = self.ledger.put_file(
                self.collection, origin, chain((first,), documents), unread
            )
            self._keep_for_another_try(opened, container)
            notes = opened.reading.notes if opened.reading else ()
            inside_notes = container.findings.all_notes() if container else ()
            notes = (*renamed, *notes, *texts.notes(), *inside_notes)
            yield from put_outcomes(path, changes, notes)
            if container:
                yield from self._inside(path, container)
        finally:
            if opened.content is not None:
                opened.content.close()

    def _renamed(
        self, opened: Opened, by_hash: Mapping[str, list[OriginRow]]
    ) -> tuple[Opened, tuple[str, ...]]:
        """Return a file with what is known of it under its old name, and the note that says so."""
        task, origin = opened.task, opened.origin
        new = not (task.row and task.row.document_ids)
        same = by_hash.get(origin.file_sha256) if new and origin.size else None
        if not same or not self.ledger.move_file(self.collection, same[0].path, origin):
            return opened, ()
        row = same.pop(0)
        self.moved.add(row.path)
        task = replace(task, row=replace(row, path=origin.path))
        return replace(opened, task=task), (f"renamed from {row.path}",)

    def _keep_for_another_try(self, opened: Opened, container: Container | None) -> None:
        """Have the next add open a container again where what it holds may be read then."""
        if container is not None and self._again(opened, container):
            again = replace(opened.origin, mtime_ns=AGAIN_NS)
            self.ledger.touch_file(self.collection, again)

    def _again(self, opened: Opened, container: Container) -> bool:
        row = opened.task.row
        alike = row is not None and row.file_sha256 == opened.origin.file_sha256
        return container.findings.tried_again(row.unread if row is not None and alike else ())

    def _container(
        self, opened: Opened, parsers: Parsers, threads: ThreadPoolExecutor
    ) -> Container | None:
        """Return what reads the files inside a file, where it may hold any."""
        if opened.content is None:
            return None
        from ingest.containers import Container

        limits = self.options.container_limits()
        return Container(opened.content, parsers, threads, limits, self.wait)

    def _nothing(
        self, opened: Opened, container: Container | None, empty: str, notes: tuple[str, ...]
    ) -> Iterator[FileOutcome]:
        """Record that a file gave no text, and yield why."""
        path = opened.task.file.path
        if container is None:
            yield self._skip(opened, empty, notes)
            return
        findings = container.findings
        if findings.members == len(findings.skipped) == 1:
            # One file that is compressed: it and what it holds are one outcome.
            (part, why), *_ = findings.skipped
            yield self._skip(opened, f"{part}: {why}", notes)
            return
        if not findings.unread:
            many = f"none of its {findings.members:,} files is one to read"
            yield self._skip(opened, many if findings.members else "it holds no files", notes)
        else:
            whole = [one for one in findings.unread if one.part == UNREAD_REST]
            first = (whole or findings.unread)[0]
            why = "" if whole else f"Nothing in it could be read. {first.part}: "
            if self._again(opened, container):
                opened = replace(opened, origin=replace(opened.origin, mtime_ns=AGAIN_NS))
            findings.unread = [one for one in findings.unread if one not in whole]
            yield self._fail(opened, f"{why}{first.why}", first.hint, findings.unread, notes)
        yield from self._inside(path, container)

    def _inside(self, path: str, container: Container) -> Iterator[FileOutcome]:
        """Yield what became of the files inside a file that gave no documents."""
        yield from unread_outcomes(path, container.findings.unread)
        yield from skipped_outcomes(path, container.findings.skipped)

    def _skip(self, opened: Opened, why: str, notes: tuple[str, ...]) -> FileOutcome:
        """Record that there is nothing to read in a file; one that held text before has failed."""
        row, origin = opened.task.row, opened.origin
        if row is not None and row.document_ids:
            return self._fail(opened, f"The file changed and {why} now.", "", notes=notes)
        self.ledger.skip_file(self.collection, origin, why)
        return FileOutcome(origin.path, "skipped", 0, why=why)

    def _fail(
        self,
        opened: Opened,
        why: str,
        hint: str,
        unread: Sequence[UnreadPart] = (),
        notes: tuple[str, ...] = (),
    ) -> FileOutcome:
        """Record that a file could not be read; an earlier version of it is kept."""
        return self.fail(opened.origin, opened.task.row, why, hint, unread, notes)

    def fail(
        self,
        origin: Origin,
        row: OriginRow | None,
        why: str,
        hint: str = "",
        unread: Sequence[UnreadPart] = (),
        notes: tuple[str, ...] = (),
    ) -> FileOutcome:
        """Record that a file could not be read; what is known of it, ``row``, is kept."""
        limits = self.options.limits()
        if row is not None and is_mixed(row):
            why = f"{why} {INTERRUPTED}"
        if row is not None and not origin.file_sha256:
            origin = replace(origin, file_sha256=row.file_sha256)
        if not origin.settings.endswith(limits):
            origin = replace(origin, settings=f"{origin.settings} {limits}")
        self.ledger.fail_file(self.collection, origin, why, hint, unread)
        notes = (*notes, *kept_notes(row))
        if origin.mtime_ns == AGAIN_NS:
            notes = (*notes, AGAIN_NOTE)
        return FileOutcome(origin.path, "failed", 0, why=why, hint=hint, notes=notes)

    def _split(
        self, documents: Iterable[Document], texts: _Texts
    ) -> Iterator[tuple[Document, Sequence[Passage]]]:
        """Yield each document that has passages, with them."""
        from ingest.split import split

        for document in documents:
            if self.stop.is_set():  # what is written so far stays, and the file counts as unread
                raise Cancelled("The work was stopped.")
            if self._tokenizer is None:
                self._tokenizer = load_tokenizer()
            passages = split(
                document,
                tokens=self.options.passage_tokens,
                overlap=self.options.passage_overlap,
                tokenizer=self._tokenizer,
            )
            if not passages or not _LETTER.search(document.text):
                texts.empty += 1
                texts.marks += bool(passages)
                continue
            digest = hashlib.sha256(document.text.encode()).hexdigest()
            yield replace(document, text_sha256=digest), passages


@dataclass(slots=True)
class _Texts:
    """Counts the documents of a file that hold nothing to cite."""

    empty: int = 0
    marks: int = 0
    """How many of them hold punctuation and nothing else."""

    def why(self) -> str:
        """Return why a file that gave no passage is none to read."""
        return "it holds no words" if self.marks else "it holds no text"

    def notes(self) -> tuple[str, ...]:
        """Return what is to be said of them."""
        if not self.empty:
            return ()
        return (f"{self.empty:,} parts of it hold no text and were left out",)


def load_tokenizer() -> Tokenizer:
    """Return the embedding model's tokenizer, loaded without the model."""
    from rag.networks.model_files import load_tokenizer as load

    return load()
