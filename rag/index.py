"""The vector index: Chroma with HNSW, derived from the ledger and rebuilt from it at will.

Chroma writes its files in place, holds the interpreter's lock while it writes, and may crash the
process on a damaged file. So the process that answers questions never lets it write: a child
process copies the current generation, applies what has changed in the ledger, checks the result,
and only then it is swapped in. What the index does not have yet is covered by exact search.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
import threading
import time
import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from rag.errors import Busy, LibraryError, VouchError
from rag.index_child import ChildDied, end_with_parent, run_child
from rag.index_files import PREFIX, Generation, Health, IndexFiles
from rag.index_work import Reader, build_job, check_job, client_of, collection_name
from rag.ledger import Ledger
from rag.store.purge import PURGES
from rag.types import Vectors

FOLDER = "index"
POLL = 0.5  # seconds between looks at the ledger
MOST_BEHIND = 2000  # changes, or a fifth of the index, beyond which to catch up while others write
MOST_DELETED = 0.3  # share of dead vectors, which Chroma never frees, beyond which to rebuild

Status = Literal["healthy", "catching_up", "rebuilding", "unavailable"]


class VectorIndex:
    """The index of one model's vectors; one process owns it at a time.

    It opens nothing before ``catch_up``, ``rebuild`` or ``run``. Safe to share between threads.

    Args:
        directory: the library's directory; the files are in ``index`` below it.
        ledger: the record that it is derived from.
        model_id: whose vectors.
        dimensions: of these vectors.
        batch: vectors that are given to Chroma at a time.
        url: a Chroma server that holds the vectors instead of the directory.
        quiet_seconds: how long the ledger must have been still before ``run`` catches up with
            less than a fifth of the index's size.

    Raises:
        Busy: another process owns the index.
    """

    def __init__(
        self,
        directory: Path,
        ledger: Ledger,
        model_id: str,
        dimensions: int,
        *,
        batch: int = 64,
        url: str | None = None,
        quiet_seconds: float = 5.0,
    ) -> None:
        self._files = IndexFiles(directory / FOLDER)
        self._ledger = ledger
        self._model_id = model_id
        self._dimensions = dimensions
        self._batch = batch
        self._url = url
        self._quiet = quiet_seconds
        self._working = threading.Lock()
        self._open: Reader | None = None
        self._activity: Status | None = None
        self._retired = ""
        self.reason = ""
        """Why the index is unavailable or was rebuilt last, for a person."""
        if not self._files.acquire():
            raise Busy(
                f"Another process owns the vector index of {directory}.",
                "Ask through that process, or end it.",
            )
        self._wiped = self._files.wiped()

    @classmethod
    def acquire(
        cls, directory: Path, ledger: Ledger, model_id: str, dimensions: int, **options: Any
    ) -> Self | None:
        """Return the index, or None when another process owns it."""
        try:
            return cls(directory, ledger, model_id, dimensions, **options)
        except Busy:
            return None

    @property
    def applied_seq(self) -> int:
        """The change up to which ``query`` knows everything; 0 when it knows nothing.

        Read it before a query: what was put later may be found, but need not be.
        """
        reader = self._open
        return reader.generation.applied_seq if reader else 0

    @property
    def status(self) -> Status:
        """What the index is doing, or whether it can be asked."""
        return self._activity or ("healthy" if self._open else "unavailable")

    def query(self, vector: Vectors, limit: int) -> list[tuple[int, float]]:
        """Return (passage rowid, cosine) of about the nearest passages, best first.

        Deleted passages may be among them: the caller filters by the ledger. Empty when the index
        is not available.
        """
        reader = self._open
        if reader is None or limit <= 0:
            return []
        try:
            return reader.nearest(vector, limit)
        except _chroma_errors() as error:
            self._retire(reader, f"a query failed: {error}")
            return []

    def check(self, stop: threading.Event | None = None) -> Health:
        """Compare the current generation with the ledger, in a child process.

        Its ids must be those of the passages that had vectors, and of sampled vectors at least 99 %
        must find themselves, or an equally distant twin, first.
        """
        generation = self._files.current()
        fault = self._foreign(generation)
        if generation is None or fault:
            return Health(False, fault)
        try:
            result = self._do("check", generation, generation.name, stop or threading.Event())
        except ChildDied as error:
            return Health(False, f"the check died with {error}")
        return Health(**result) if result else Health(False, "the check was stopped")

    def catch_up(self, stop: threading.Event) -> int:
        """Bring the index up to the ledger; return how many changes that took.

        The first time it opens the index, after a check unless it was closed in order, and rebuilds
        it when the check says so.
        """
        with self._working:
            self._wipe_purged()
            before = self.applied_seq
            if self._open is None and self._ledger.lag(self._model_id, 0) == 0:
                return 0
            if self._open is None and not self._opened(stop):
                self._rebuilt(stop)
            while self._open is not None and not stop.is_set():
                generation = self._open.generation
                seq = self._ledger.seq
                if self._ledger.lag(self._model_id, generation.applied_seq) == 0:
                    if seq > generation.applied_seq:
                        self._open.generation = replace(generation, applied_seq=seq)
                    break
                if not self._extended(generation, stop):
                    break
            return max(0, self.applied_seq - before)

    def rebuild(self, stop: threading.Event) -> bool:
        """Build the index anew beside the old one and swap; False when that was not possible."""
        with self._working:
            self._wipe_purged()
            return self._rebuilt(stop)

    def wipe_purged(self) -> None:
        """Remove every file of the index that may hold what the ledger has purged since."""
        with self._working:
            self._wipe_purged()

    def _wipe_purged(self) -> None:
        purges = int(self._ledger.get_meta(PURGES) or 0)
        if self._wiped >= purges:
            return
        current = self._files.current()
        reader, self._open = self._open, None
        if reader is not None:
            reader.close()
        if self._url and current is not None:
            self._drop(current.name)
        self._files.wipe(purges)
        self._wiped = purges

    def run(self, stop: threading.Event) -> None:
        """Keep the index up to date until told to stop: the body of a thread."""
        seen, since, wait = -1, time.monotonic(), POLL
        while not stop.wait(0 if seen < 0 else wait):
            try:
                seq = self._ledger.seq
                if seq != seen:
                    seen, since = seq, time.monotonic()
                worth = self._worth_catching_up(seq, time.monotonic() - since)
                if worth:
                    self.catch_up(stop)
            except VouchError as error:
                self.reason, worth = str(error), True
            # What cannot be done now is tried again, ever less often.
            failed = worth and (self._open is None or bool(self.reason))
            wait = min(wait * 2, 60.0) if failed else POLL

    def _worth_catching_up(self, seq: int, still: float) -> bool:
        """Whether to work now: on what there is to open, a still ledger, or a long way behind."""
        reader = self._open
        if self._wiped < int(self._ledger.get_meta(PURGES) or 0):
            return True
        if reader is None and self._files.current() is not None:
            return True
        generation = reader.generation if reader else None
        applied = generation.applied_seq if generation else 0
        if seq <= applied:
            return False
        lag = self._ledger.lag(self._model_id, applied)
        size = generation.count if generation else 0
        return (reader is not None and lag == 0) or (
            lag > 0 and (still >= self._quiet or lag > max(MOST_BEHIND, size // 5))
        )

    def close(self) -> None:
        """Close the index in order, so that the next start need not check it."""
        with self._working:
            reader, self._open = self._open, None
            if reader is not None:
                reader.close()
                with contextlib.suppress(OSError):
                    self._files.leave_clean(reader.generation)
            self._files.release()

    def _foreign(self, generation: Generation | None) -> str:
        """Return why a generation cannot be this index; nothing when it can."""
        if generation is None:
            return "there is no index yet"
        if generation.uid != self._ledger.get_meta("uid"):
            return "the index belongs to another library"
        if (generation.model_id, generation.dimensions) != (self._model_id, self._dimensions):
            return "the index holds the vectors of another model"
        if generation.applied_seq > self._ledger.seq:
            return "the index is ahead of the ledger"
        if not self._url and not self._files.intact(generation):
            return "the index's files have changed or are missing"
        return ""

    def _opened(self, stop: threading.Event) -> bool:
        """Open the current generation if it can be trusted."""
        generation = self._files.current()
        self.reason = self._foreign(generation)
        if generation is None or self.reason:
            return False
        if generation.name == self._retired:
            # The check asks for a sample: it may well miss what a question has met.
            self.reason = "a query of it failed"
            return False
        if self._url or not self._files.was_clean(generation):
            health = self.check(stop)
            self.reason = health.reason
            if not health.ok:
                return False
        return self._swapped(generation)

    def _extended(self, generation: Generation, stop: threading.Event) -> bool:
        dead = generation.deleted / max(1, generation.deleted + generation.count)
        if dead > MOST_DELETED:
            self.reason = f"{dead:.0%} of the index is deleted"
            return self._rebuilt(stop)
        self._activity = "catching_up"
        try:
            return self._built("extend", generation, stop) or (
                not stop.is_set() and self._rebuilt(stop)
            )
        finally:
            self._activity = None

    def _rebuilt(self, stop: threading.Event) -> bool:
        self._activity = "rebuilding"
        try:
            return not stop.is_set() and self._built("build", None, stop)
        finally:
            self._activity = None

    def _built(self, kind: str, base: Generation | None, stop: threading.Event) -> bool:
        """Make the next generation and swap it in; False when it did not come out well."""
        in_place = bool(self._url and base)
        name = base.name if base and in_place else PREFIX + uuid.uuid4().hex[:16]
        try:
            result = self._do(kind, base, name, stop)
        except ChildDied as error:
            self.reason, result = f"the work on the index died with {error}", None
        if result is None or result.get("reason"):
            self.reason = result["reason"] if result else self.reason
            if not in_place:
                self._discard(name)
            return False
        generation = Generation(
            name=name,
            uid=str(self._ledger.get_meta("uid")),
            model_id=self._model_id,
            dimensions=self._dimensions,
            applied_seq=result["applied_seq"],
            count=result["count"],
            deleted=result["deleted"],
            files={path: (size, crc) for path, (size, crc) in result["files"].items()},
        )
        try:
            self._files.publish(generation)
        except OSError as error:
            self.reason = f"the index cannot be written: {error.strerror}"
            return False
        return self._swapped(generation)

    def _do(
        self, kind: str, base: Generation | None, name: str, stop: threading.Event
    ) -> dict[str, Any] | None:
        job = {
            "kind": kind,
            "library": str(self._ledger.directory),
            "index": str(self._files.directory),
            "url": self._url,
            "name": name,
            "base": base.name if base else None,
            "after": base.applied_seq if base else 0,
            "deleted": base.deleted if base else 0,
            "model_id": self._model_id,
            "batch": self._batch,
        }
        return run_child(job, stop)

    def _swapped(self, generation: Generation) -> bool:
        """Let queries go to a generation, and remove the one before."""
        try:
            reader = Reader(self._client_of(generation.name), generation, self._url)
        except _chroma_errors() as error:
            self.reason = f"the index cannot be opened: {error}"
            return False
        old, self._open = self._open, reader
        if old is not None:
            old.close()
            if old.generation.name != generation.name:
                self._discard(old.generation.name)
        self._files.sweep(None if self._url else generation.name)
        self.reason = ""
        return True

    def _retire(self, reader: Reader, reason: str) -> None:
        if self._open is reader:
            self._open, self.reason = None, reason
            if not self._url:  # of a server it may be the line that failed
                self._retired = reader.generation.name
            reader.close()

    def _discard(self, name: str) -> None:
        if self._url:
            with (
                contextlib.suppress(*_chroma_errors()),
                client_of(self._url, _new_client) as client,
            ):
                client.delete_collection(collection_name(name, self._url))
        else:
            shutil.rmtree(self._files.path(name), ignore_errors=True)

    def _drop(self, name: str) -> None:
        """Delete a generation on the server.

        Raises:
            LibraryError: the server does not answer, or refuses.
        """
        from chromadb.errors import NotFoundError

        try:
            with client_of(str(self._url), _new_client) as client:
                client.delete_collection(collection_name(name, self._url))
        except NotFoundError:
            return
        except _chroma_errors() as error:
            raise LibraryError(
                f"The vectors on the Chroma server {self._url} cannot be deleted: {error}.",
                "Start it, then run `vouch purge` again: it goes on from here.",
            ) from error

    def _client_of(self, name: str) -> Any:
        return _new_client(self._url or str(self._files.path(name)))


def child() -> None:
    """Do the job that stands on the command line: the body of the child process."""
    job = json.loads(sys.argv[1])
    end_with_parent()
    with Ledger(Path(job["library"])) as ledger:
        work = check_job if job["kind"] == "check" else build_job
        result = work(job, ledger, _new_client)
    sys.stdout.write(json.dumps(result) + "\n")
    sys.stdout.flush()
    # Not sys.exit(): Chroma's threads need not be waited for, all is on the disk.
    os._exit(0)


def _new_client(place: str) -> Any:
    """Return a client of a directory or of a server, which asks no file and nobody else."""
    import chromadb
    from chromadb.config import Settings

    # Without _env_file=None a .env in the working directory would configure Chroma.
    settings = Settings(_env_file=None, anonymized_telemetry=False)  # type: ignore[call-arg]
    if not place.startswith(("http://", "https://")):
        return chromadb.PersistentClient(place, settings=settings)
    address = urlsplit(place)
    secure = address.scheme == "https"
    port = address.port or (443 if secure else 80)
    return chromadb.HttpClient(
        host=address.hostname or "", port=port, ssl=secure, settings=settings
    )


def _chroma_errors() -> tuple[type[Exception], ...]:
    """Return what Chroma raises when a store is damaged or a server does not answer."""
    import chromadb.errors
    import httpx

    return (chromadb.errors.ChromaError, httpx.HTTPError, ValueError, RuntimeError, OSError)


__all__ = ["Health", "VectorIndex"]
