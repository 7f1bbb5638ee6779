"""Ingest jobs: uploads are kept at once and read later, one job at a time, in a child process.

The child writes only the ledger, so a parser that hangs or dies costs its job and not the server.
A job's state lies in the ledger's jobs table: while the child runs, only the child writes it, and
before and after only this module. A job that a stopped server left behind runs again at the next
start, and one that was cancelled or has failed when it is resumed: its files are kept for a week.
What was added stays, and adding the same file twice changes nothing.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
import os
import shutil
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any, BinaryIO

from rag.config import Settings
from rag.errors import BadRequest, Busy, LibraryError, NotFound, VouchError
from rag.ledger import Ledger
from rag.store.jobs import ENDED, RESUMABLE
from ui.job_counts import JobCounts
from ui.job_values import new_job, now, old_outcomes, shown_job
from ui.upload_sweep import sweep_uploads
from ui.uploads import UPLOADS, check_name, keep_files, upload_folder

_LOG = logging.getLogger("vouch.jobs")
_SWEEP_SECONDS = 24 * 3600
_MOST_WAITING = 1000
_GRACE_SECONDS = 10.0


class IngestJobs:
    """The jobs of one server: takes uploads, runs their ingest, tells how far it is.

    Args:
        ledger: the open library.
        settings: for the options of the ingest and the largest upload.
        command: what runs a job; it reads one line of JSON and stops when its input ends.
    """

    def __init__(
        self, ledger: Ledger, settings: Settings, *, command: Sequence[str] | None = None
    ) -> None:
        self._ledger = ledger
        self._settings = settings
        self._library = ledger.directory
        self._counts = JobCounts(ledger)
        self._command = list(command or [sys.executable, "-m", "ui.job_process"])
        self._waiting: deque[str] = deque()
        self._running: str | None = None
        self._stop_input: IO[bytes] | None = None
        self._cancelled: set[str] = set()
        self._passwords: dict[str, tuple[str, ...]] = {}
        self._closed = False
        self._changed = threading.Condition()
        self._lock_file: IO[str] | None = None
        self._resume()
        self._thread = threading.Thread(target=self._work, name="vouch-jobs", daemon=True)
        self._thread.start()

    def submit(
        self,
        files: Sequence[tuple[str, BinaryIO]],
        *,
        collection: str,
        options: Mapping[str, Any] | None = None,
        passwords: Sequence[str] = (),
    ) -> dict[str, Any]:
        """Keep the files and queue a job for them; return the job. What is kept is not lost.

        A file of a name that was uploaded before is a new version of that document. Passwords are
        for encrypted files; they are forgotten when the job or the server ends.

        Raises:
            BadRequest: no file, or a name that is not one.
            TooLarge: more than the setting ``max_upload_mb``.
            Busy: too many jobs wait.
            LibraryError: the files cannot be written.
        """
        names = [check_name(name) for name, _ in files]
        if not names:
            raise BadRequest("There is no file in the upload.", "Send at least one field `file`.")
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise BadRequest(f"Two files are called {twice[0]!r}.", "Give each its own name.")
        with self._changed:
            if self._closed or len(self._waiting) >= _MOST_WAITING:
                raise Busy(f"{len(self._waiting)} uploads wait already.", "Try again later.")
        job = new_job(collection, len(files), options or {})
        job_id = job["id"]
        try:
            most = self._settings.max_upload_mb
            job["files"] = keep_files(self._staging(job_id), files, most_mb=most)
            self._ledger.put_job(job_id, job)
        except BaseException:
            shutil.rmtree(self._staging(job_id), ignore_errors=True)
            raise
        with self._changed:
            if passwords:
                self._passwords[job_id] = tuple(passwords)
            self._waiting.append(job_id)
            self._changed.notify_all()
        return job

    def get(self, job_id: str) -> dict[str, Any]:
        """Return a job as it stands.

        Raises:
            NotFound: there is no such job.
        """
        job = self._known(job_id)
        return self._shown({**job, **self._counts.of(job)})

    def _known(self, job_id: str) -> dict[str, Any]:
        job = self._ledger.job(job_id)
        if job is None:
            raise NotFound(f"There is no job {job_id[:100]!r}.", "Uploads name theirs.")
        return job

    def _shown(self, job: dict[str, Any]) -> dict[str, Any]:
        there = job["state"] in RESUMABLE and bool(self._files(job))
        return shown_job(job, files_there=there, cancelling=job["id"] in self._cancelled)

    def outcomes(
        self, job_id: str, cursor: str | None, limit: int, kinds: Sequence[str] = ()
    ) -> tuple[list[dict[str, Any]], str | None]:
        """Return a page of what became of a job's files, and the cursor of the next page.

        Raises:
            NotFound: there is no such job.
        """
        job = self._known(job_id)
        if "outcomes_total" not in job:
            return old_outcomes(job, cursor, limit, tuple(kinds))
        return self._ledger.job_outcomes(job_id, cursor, limit, kinds)

    def page(self, cursor: str | None, limit: int) -> tuple[list[dict[str, Any]], str | None]:
        """Return a page of jobs, newest first, and the cursor of the next page."""
        found, following = self._ledger.jobs(cursor, limit)
        counted = ("queued", "running")
        return [
            self.get(job_id) if job["state"] in counted else self._shown(job)
            for job_id, job in found
        ], following

    def cancel(self, job_id: str) -> dict[str, Any]:
        """Stop a job at the end of the file it is reading; what was added stays. Return the job.

        Raises:
            NotFound: there is no such job.
        """
        self.get(job_id)
        with self._changed:
            if job_id in self._waiting:
                self._waiting.remove(job_id)
                self._end(job_id, "cancelled")
            elif job_id == self._running:
                self._cancelled.add(job_id)
                self._end_input()
        return self.get(job_id)

    def resume(self, job_id: str) -> dict[str, Any]:
        """Go on with a job that was cancelled or has failed; return the job.

        What it has added stays as it is. One that waits or runs is left alone.

        Raises:
            NotFound: there is no such job.
            BadRequest: it is done, is being stopped, or its files are gone.
            Busy: too many jobs wait.
        """
        with self._changed:
            job = self._known(job_id)
            if job["state"] not in RESUMABLE:
                if job["state"] == "done":
                    raise BadRequest("This job is done.", "Upload a file again to read it again.")
                if job_id in self._cancelled:
                    raise BadRequest("This job is being stopped.", "Resume it when it has stopped.")
                return self.get(job_id)
            if not self._files(job):
                raise BadRequest("The files of this job are gone.", "Upload them again.")
            if self._closed or len(self._waiting) >= _MOST_WAITING:
                raise Busy(f"{len(self._waiting)} uploads wait already.", "Try again later.")
            again = {"state": "queued", "started": None, "finished": None, "error": None}
            self._ledger.put_job(job_id, {**job, **again})
            self._waiting.append(job_id)
            self._changed.notify_all()
        return self.get(job_id)

    def _files(self, job: Mapping[str, Any]) -> list[Path]:
        """Return the files of a job that are there, whether it has begun or not."""
        folder = upload_folder(self._library, str(job["collection"]))
        names = [one["name"] for one in job["files"]]
        places = [(self._staging(job["id"]) / name, folder / name) for name in names]
        return [place for pair in places for place in pair if place.is_file()]

    def forget_file(self, collection: str, path: str) -> None:
        """Remove the uploaded file behind documents that were removed; other files are not ours."""
        folder = upload_folder(self._library, collection)
        file = Path(path)
        if file.parent == folder:
            file.unlink(missing_ok=True)

    def close(self, wait_seconds: float = 3.0) -> None:
        """Stop the running child; its job runs again at the next start."""
        with self._changed:
            self._closed = True
            self._end_input()
            self._changed.notify_all()
        self._thread.join(wait_seconds)
        if self._lock_file is not None:
            self._lock_file.close()

    # What waits on disk

    def _staging(self, job_id: str) -> Path:
        return self._library / UPLOADS / ".jobs" / job_id

    def _resume(self) -> None:
        """Queue again what another server left; when one is still running, leave it its jobs."""
        folder = self._library / UPLOADS
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock = (folder / ".lock").open("w")
        except OSError as error:
            raise LibraryError(
                f"Uploads cannot be kept in {folder}: {error.strerror}.",
                "Give yourself the right to write there, or name another --library.",
            ) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            return
        self._lock_file = lock
        cursor: str | None = None
        found: list[str] = []
        while True:
            page, cursor = self._ledger.jobs(cursor, 200)
            found += [job_id for job_id, job in page if job["state"] not in ENDED]
            if cursor is None:
                break
        self._waiting.extend(reversed(found))
        self._sweep()

    def _sweep(self) -> None:
        """Remove what jobs of long ago have left; the other server does, where there is one."""
        if self._lock_file is None:
            return
        try:
            sweep_uploads(self._ledger)
        except (VouchError, OSError):
            _LOG.warning("Old uploads could not be removed", exc_info=True)

    # Running

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(
                    lambda: self._closed or bool(self._waiting), timeout=_SWEEP_SECONDS
                )
                if self._closed:
                    return
                if not self._waiting:
                    self._sweep()
                    continue
                self._running = self._waiting.popleft()
                job_id = self._running
            try:
                self._run(job_id)
            except Exception:  # noqa: BLE001 - the boundary: the next job must still run
                _LOG.exception("The ingest job %s ended in an unexpected error", job_id)
                with contextlib.suppress(LibraryError, Busy):
                    self._end(job_id, "failed", "The job ended in an unexpected error.")
            finally:
                with self._changed:
                    self._running = None
                    self._cancelled.discard(job_id)

    def _run(self, job_id: str) -> None:
        job = self._ledger.job(job_id) or {}
        self._ledger.put_job(job_id, {**job, "state": "running", "started": now()})
        # PYTHONSAFEPATH: a file called rag.py in the working directory must not be run.
        path = os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
        child = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path.rstrip(os.pathsep), "PYTHONSAFEPATH": "1"},
            stdout=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the server, which tells the child
        )
        assert child.stdin is not None
        with self._changed:
            self._stop_input = child.stdin
            with contextlib.suppress(BrokenPipeError):
                child.stdin.write(json.dumps(self._order(job_id, job)).encode() + b"\n")
                child.stdin.flush()
            if self._closed or job_id in self._cancelled:
                self._end_input()
        code = self._wait(child)
        with self._changed:
            self._end_input()
            cancelled, closed = job_id in self._cancelled, self._closed
        if code == 0:
            self._end(job_id, "done")
        elif cancelled:
            self._end(job_id, "cancelled")
        elif closed:
            self._ledger.put_job(job_id, {**(self._ledger.job(job_id) or {}), "state": "queued"})
        else:
            self._end(job_id, "failed", f"The ingest process ended with code {code}.")

    def _wait(self, child: subprocess.Popen[bytes]) -> int:
        """Return the child's exit code; one that does not stop when told to is killed."""
        while True:
            stopping = self._stop_input is None
            try:
                return child.wait(_GRACE_SECONDS if stopping else 0.2)
            except subprocess.TimeoutExpired:
                if stopping:
                    child.kill()
                    return child.wait()

    def _order(self, job_id: str, job: Mapping[str, Any]) -> dict[str, Any]:
        s = self._settings
        options = {
            "passage_tokens": s.passage_tokens,
            "passage_overlap": s.passage_overlap,
            "date_order": s.date_order,
            "parse_seconds": s.parse_seconds,
            "parse_memory_mb": s.parse_memory_mb,
            "max_file_mb": s.max_file_mb,
            "max_members": s.max_members,
            "max_unpacked_mb": s.max_unpacked_mb,
            "ocr": s.ocr,
            "ocr_languages": s.ocr_languages,
        }
        collection = str(job.get("collection", "default"))
        return {
            "library": str(self._library),
            "job_id": job_id,
            "collection": collection,
            "staging": str(self._staging(job_id)),
            "folder": str(upload_folder(self._library, collection)),
            "options": {**options, **job.get("options", {})},
            "passwords": self._passwords.get(job_id, ()),
        }

    def _end_input(self) -> None:
        """Close the child's input, which tells it to stop."""
        if self._stop_input is not None:
            with contextlib.suppress(OSError):
                self._stop_input.close()
            self._stop_input = None

    def _end(self, job_id: str, state: str, why: str = "") -> None:
        job = self._ledger.job(job_id) or {}
        error = job.get("error")
        if why and error is None:
            error = {"code": "internal", "message": why, "hint": "The server's log says more."}
        self._ledger.put_job(job_id, {**job, "state": state, "finished": now(), "error": error})
        if state not in RESUMABLE:
            self._passwords.pop(job_id, None)
            shutil.rmtree(self._staging(job_id), ignore_errors=True)
