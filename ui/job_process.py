"""The child process of one ingest job: ``python -m ui.job_process``, told what to do on its input.

It writes only the ledger. It stops after the file it is reading when its input ends, which also
happens when the server is killed.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rag.errors import VouchError
from rag.ledger import Ledger
from rag.types import FileOutcome
from ui.job_record import JobRecord

STOPPED, FAILED = 3, 4


def run(order: Mapping[str, Any], stop: threading.Event) -> int:
    """Add the files of one job to the ledger; return the exit code."""
    with Ledger(Path(order["library"])) as ledger:
        record = JobRecord(ledger, order["job_id"], Path(order["folder"]))
        try:
            complete = _ingest(ledger, record, order, stop)
        except VouchError as error:
            record.save({"code": error.code, "message": error.message, "hint": error.hint})
            return FAILED
        record.save()
    return 0 if complete else STOPPED


def _ingest(
    ledger: Ledger, record: JobRecord, order: Mapping[str, Any], stop: threading.Event
) -> bool:
    """Return whether every file was done before ``stop``."""
    from ingest.folder import AddOptions, add

    passwords = tuple(order.get("passwords", ()))
    options = AddOptions(**{**order["options"], "keep_missing": True, "passwords": passwords})
    paths: list[Path] = []
    for file in (ledger.job(order["job_id"]) or {})["files"]:
        path = Path(order["folder"]) / file["name"]
        _take_over(ledger, Path(order["staging"]) / file["name"], path)
        if path.is_file():
            paths.append(path)
        else:  # removed since the job was stopped
            why, hint = "the uploaded file is not there any more", "Upload it again."
            record.add(FileOutcome(str(path), "failed", 0, why=why, hint=hint))
    for outcome in add(
        ledger,
        paths,
        collection=order["collection"],
        options=options,
        progress=record.progress,
        stop=stop,
    ):
        record.add(outcome)
    if not stop.is_set():
        record.end_reading()
    return not stop.is_set()


def _take_over(ledger: Ledger, staged: Path, path: Path) -> None:
    """Keep the bytes by their hash and put the file where it is read from."""
    if staged.exists():  # else an earlier run of this job has got as far as the ingest
        ledger.keep_original(staged.read_bytes(), path.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        os.replace(staged, path)


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
