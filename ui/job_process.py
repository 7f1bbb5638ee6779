"""The child process of one ingest job: ``python -m ui.job_process``, told what to do on its input.

It writes only the ledger. It stops after the file it is reading when its input ends, which also
happens when the server is killed.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rag.errors import VouchError
from rag.ledger import Ledger
from rag.types import FileOutcome

MOST_OUTCOMES = 200
_SAVE_SECONDS = 0.5  # a table of 100,000 rows must not be written into the job 100,000 times
STOPPED, FAILED = 3, 4


class _Record:
    """The job's row in the ledger, written now and then."""

    def __init__(self, ledger: Ledger, job_id: str) -> None:
        self._ledger = ledger
        self._job_id = job_id
        self._job = ledger.job(job_id) or {}
        self._counts: Counter[str] = Counter()
        self._outcomes: list[dict[str, Any]] = []
        self._saved = 0.0

    def progress(self, done: int, total: int) -> None:
        self._job["progress"] = {"done": done, "total": total}
        self._save_sometimes()

    def add(self, outcome: FileOutcome) -> None:
        # A file that failed or was skipped has given no document, and still counts as one file.
        self._counts[outcome.outcome] += max(1, outcome.documents)
        row = {**asdict(outcome), "source": Path(outcome.source).name or outcome.source}
        if len(self._outcomes) < MOST_OUTCOMES:
            self._outcomes.append(row)
        self._save_sometimes()

    def save(self, error: Mapping[str, Any] | None = None) -> None:
        self._job["counts"] = dict(self._counts)
        self._job["outcomes"] = self._outcomes
        self._job["error"] = error
        self._ledger.put_job(self._job_id, self._job)
        self._saved = time.monotonic()

    def _save_sometimes(self) -> None:
        if time.monotonic() - self._saved > _SAVE_SECONDS:
            self.save()


def run(order: Mapping[str, Any], stop: threading.Event) -> int:
    """Add the files of one job to the ledger; return the exit code."""
    with Ledger(Path(order["library"])) as ledger:
        record = _Record(ledger, order["job_id"])
        try:
            complete = _ingest(ledger, record, order, stop)
        except VouchError as error:
            record.save({"code": error.code, "message": error.message, "hint": error.hint})
            return FAILED
        record.save()
    return 0 if complete else STOPPED


def _ingest(
    ledger: Ledger, record: _Record, order: Mapping[str, Any], stop: threading.Event
) -> bool:
    """Return whether every file was done before ``stop``."""
    from ingest.folder import AddOptions, add

    options = AddOptions(**{**order["options"], "keep_missing": True})
    names = [file["name"] for file in (ledger.job(order["job_id"]) or {})["files"]]
    paths = [
        _take_over(ledger, Path(order["staging"]) / name, Path(order["folder"]) / name)
        for name in names
    ]
    for outcome in add(
        ledger,
        paths,
        collection=order["collection"],
        options=options,
        progress=record.progress,
        stop=stop,
    ):
        record.add(outcome)
    return not stop.is_set()


def _take_over(ledger: Ledger, staged: Path, path: Path) -> Path:
    """Keep the bytes by their hash and put the file where it is read from; return that path."""
    if staged.exists():  # else an earlier run of this job has got as far as the ingest
        ledger.keep_original(staged.read_bytes(), path.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        os.replace(staged, path)
    return path


def main() -> int:
    """Read the order, then work until it is done or the input ends."""
    order = json.loads(sys.stdin.buffer.readline())
    stop = threading.Event()

    def wait_for_the_end() -> None:
        sys.stdin.buffer.read()
        stop.set()

    threading.Thread(target=wait_for_the_end, daemon=True).start()
    os.nice(5)  # questions come first
    return run(order, stop)


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    # The watching thread still reads the input; the interpreter would wait for its lock.
    os._exit(code)
