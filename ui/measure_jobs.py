"""Measuring jobs: cases are checked, drafted or run in a child process, one job at a time.

The server keeps one file of cases: the last that was uploaded or drafted. The child says how far it
is; what it finishes is a folder among the library's runs. Nothing here outlives the server but
that: a run that was stopped goes on from its kept answers when the same cases are run again.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import IO, Any, BinaryIO, Literal

from rag.config import Settings
from rag.errors import BadRequest, Busy, NotFound
from ui.uploads import check_name, keep_files

_LOG = logging.getLogger("vouch.measure")
FOLDER = "measure"
DRAFTS = "cases are drafts that nobody has confirmed."
"""How a run's description tells of its drafts, after their number."""

MOST_DRAFTS = 200
_DRAFTS_NAME = "drafts.jsonl"
_GRACE_SECONDS = 10.0
Kind = Literal["check", "draft", "run"]
State = Literal["running", "stopping", "done", "stopped", "failed"]


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A file of cases, and what the check of it found once it has been checked."""

    id: str
    path: Path
    found: Mapping[str, Any] | None = None

    @property
    def can_run(self) -> bool:
        """Whether it was checked and has no fault."""
        return self.found is not None and not self.found["faults"]


@dataclass(frozen=True, slots=True)
class MeasureJob:
    """One job as it stands: ``what`` is being done, and how much of ``total`` is.

    ``run`` is the name of the run that it has made; ``error`` has a message and a hint.
    """

    id: str
    kind: Kind
    state: State = "running"
    what: str = ""
    done: int = 0
    total: int = 0
    run: str = ""
    error: Mapping[str, str] | None = None

    @property
    def busy(self) -> bool:
        """Whether it still runs."""
        return self.state in ("running", "stopping")


@dataclass(frozen=True, slots=True)
class Measuring:
    """What a page shows: the last job, and the file of cases that is kept."""

    job: MeasureJob | None = None
    file: CaseFile | None = None

    @property
    def busy(self) -> bool:
        """Whether a job runs."""
        return self.job is not None and self.job.busy


class MeasureJobs:
    """The measuring jobs of one server.

    Args:
        settings: the library that is measured, and how it answers.
        command: what does a job; it reads one line of JSON and stops when its input ends.
        grace_seconds: after which a child that was told to stop is killed with all it started.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        command: Sequence[str] | None = None,
        grace_seconds: float = _GRACE_SECONDS,
    ) -> None:
        self._settings = settings
        self._folder = settings.library / FOLDER
        self._command = list(command or [sys.executable, "-m", "ui.measure_process"])
        self._grace = grace_seconds
        self._now = Measuring()
        self._child: subprocess.Popen[bytes] | None = None
        self._thread: threading.Thread | None = None
        self._closed = False
        self._changed = threading.Condition()

    @property
    def now(self) -> Measuring:
        """How things stand."""
        return self._now

    def check(self, name: str, source: BinaryIO) -> MeasureJob:
        """Keep an uploaded file of cases in place of the last one, and check it.

        Raises:
            BadRequest: the name is none.
            TooLarge: it is larger than the setting ``max_upload_mb``.
            Busy: another job runs.
            LibraryError: it cannot be written.
        """
        return self._new_file("check", check_name(name), source)

    def draft(self, most: int) -> MeasureJob:
        """Draft cases from the documents of the library, in place of the last file.

        Raises:
            BadRequest: ``most`` is below 1 or above ``MOST_DRAFTS``.
            Busy: another job runs.
            LibraryError: the file cannot be written.
        """
        if not 1 <= most <= MOST_DRAFTS:
            raise BadRequest(f"{most} drafts cannot be made.", f"Ask for 1 to {MOST_DRAFTS}.")
        return self._new_file("draft", _DRAFTS_NAME, BytesIO(), most=most)

    def run(self, file_id: str) -> MeasureJob:
        """Run the file of cases.

        Raises:
            NotFound: another file has taken its place.
            BadRequest: it has faults, or was not checked to the end.
            Busy: another job runs.
        """
        with self._changed:
            file = self._file(file_id)
            if not file.can_run:
                raise BadRequest("These cases cannot be run.", "Mend their faults first.")
            return self._begin("run", file)

    def file(self, file_id: str) -> CaseFile:
        """Return the file of cases, if it is still the one that is kept.

        Raises:
            NotFound: it is not.
        """
        with self._changed:
            return self._file(file_id)

    def stop(self) -> None:
        """Stop the job that runs, if one does; answers that were given are kept."""
        with self._changed:
            job = self._now.job
            if job is not None and job.busy:
                self._set(replace(job, state="stopping"))
                self._end_input()

    def wait(self, seconds: float) -> Measuring:
        """Return how things stand when no job runs any more, or after so many seconds."""
        with self._changed:
            self._changed.wait_for(lambda: not self._now.busy, seconds)
            return self._now

    def close(self, wait_seconds: float = 2.0) -> None:
        """End the child: told first, then killed with all that it has started."""
        with self._changed:
            self._closed = True
            thread = self._thread
            self._end_input()
            if not self._changed.wait_for(lambda: not self._now.busy, wait_seconds):
                self._kill()
        if thread is not None:
            thread.join(wait_seconds)
        _forget(self._now.file)

    # One job

    def _file(self, file_id: str) -> CaseFile:
        file = self._now.file
        if file is None or file.id != file_id:
            raise NotFound("These cases are not kept any more.", "Upload or draft them again.")
        return file

    def _new_file(self, kind: Kind, name: str, source: BinaryIO, **more: Any) -> MeasureJob:
        with self._changed:
            self._refuse_second()
            before, file_id = self._now.file, uuid.uuid4().hex
            folder = self._folder / file_id
            try:
                keep_files(folder, [(name, source)], most_mb=self._settings.max_upload_mb)
                job = self._begin(kind, CaseFile(file_id, folder / name), **more)
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
            _forget(before)
            return job

    def _refuse_second(self) -> None:
        if self._closed or self._now.busy:
            raise Busy("Something is being measured already.", "Wait for it, or stop it.")

    def _begin(self, kind: Kind, file: CaseFile, **more: Any) -> MeasureJob:
        self._refuse_second()
        order = {
            "kind": kind,
            # The key guards the server; what measures has no use for it.
            "settings": self._settings.model_dump(mode="json", exclude={"key"}),
            "file": str(file.path),
            **more,
        }
        # PYTHONSAFEPATH: a file called rag.py in the working directory must not be run.
        path = os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
        child = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path.rstrip(os.pathsep), "PYTHONSAFEPATH": "1"},
            start_new_session=True,  # a group of its own; Ctrl-C is for the server
        )
        assert child.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            child.stdin.write(json.dumps(order).encode() + b"\n")
            child.stdin.flush()
        job = MeasureJob(uuid.uuid4().hex, kind)
        self._child = child
        self._now = Measuring(job, file)
        self._thread = threading.Thread(
            target=self._follow, args=(child,), name="vouch-measure", daemon=True
        )
        self._thread.start()
        return job

    def _follow(self, child: subprocess.Popen[bytes]) -> None:
        """Take in what the child says until it has ended, then say what came of it."""
        assert child.stdout is not None
        try:
            for line in child.stdout:
                self._hear(line)
            code = child.wait()
        except Exception:  # noqa: BLE001 - the boundary: the next job must still run
            _LOG.exception("The measuring job could not be followed")
            self._kill()
            code = child.wait()
        with self._changed:
            self._end_input()
            self._child = None
            job = self._now.job
            assert job is not None
            self._set(_ended(job, code))

    def _hear(self, line: bytes) -> None:
        try:
            said = json.loads(line)
        except ValueError:
            said = None
        if not isinstance(said, dict):
            _LOG.warning("The measuring process said %r", line[:200])
            return
        with self._changed:
            job, file = self._now.job, self._now.file
            assert job is not None
            if isinstance(said.get("file"), dict) and file is not None:
                self._now = replace(self._now, file=replace(file, found=said["file"]))
            if "what" in said:
                done, total = int(said.get("done") or 0), int(said.get("total") or 0)
                job = replace(job, what=str(said["what"]), done=done, total=total)
            if "run" in said:
                job = replace(job, run=str(said["run"]))
            if isinstance(said.get("error"), dict):
                job = replace(job, error={k: str(v) for k, v in said["error"].items()})
            self._set(job)

    def _set(self, job: MeasureJob) -> None:
        self._now = replace(self._now, job=job)
        self._changed.notify_all()

    def _end_input(self) -> None:
        """Close the child's input, which tells it to stop, and see to it that it does."""
        child = self._child
        if child is None or child.stdin is None or child.stdin.closed:
            return
        _close(child.stdin)
        if child.poll() is None:
            timer = threading.Timer(self._grace, self._kill, [child])
            timer.daemon = True
            timer.start()

    def _kill(self, child: subprocess.Popen[bytes] | None = None) -> None:
        """Kill the child and whatever it has started, if it still runs."""
        child = child or self._child
        # Until it is waited for, its number cannot be another process's.
        if child is not None and child.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)


def _forget(file: CaseFile | None) -> None:
    if file is not None:
        shutil.rmtree(file.path.parent, ignore_errors=True)


def _close(stream: IO[bytes]) -> None:
    with contextlib.suppress(OSError):
        stream.close()


def _ended(job: MeasureJob, code: int) -> MeasureJob:
    """Return a job whose process has ended with a code; below zero it is a signal's number."""
    if code == 0:
        return replace(job, state="done")
    if job.state == "stopping":
        return replace(job, state="stopped")
    if job.error is not None:
        return replace(job, state="failed")
    why = f"ended with code {code}" if code > 0 else f"was ended by signal {-code}"
    hint = "The server's log may say more. What was answered is kept: run the cases again."
    error = {"message": f"The process that measures {why}.", "hint": hint}
    return replace(job, state="failed", error=error)
