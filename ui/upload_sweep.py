"""Uploads that nobody has waited for in a week: what cancelled and failed jobs have left unread."""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from rag.ledger import Ledger
from rag.store.jobs import RESUMABLE
from rag.store.write import ORIGINALS
from ui.uploads import UPLOADS, upload_folder

KEPT_SECONDS = 7 * 24 * 3600
"""How long a job that was cancelled or has failed can be resumed."""


def sweep_uploads(ledger: Ledger) -> None:
    """Remove the files of jobs that ended a week ago without reading them.

    What a document came from stays, and so does a file that another job waits for.
    """
    jobs = dict(ledger.all_jobs())
    over = {
        job_id for job_id, job in jobs.items() if job["state"] in RESUMABLE and _ended_long_ago(job)
    }
    idle = {job_id for job_id, job in jobs.items() if job["state"] == "done"} | over
    waiting = {
        path for job_id in jobs.keys() - idle for path in _places(ledger, job_id, jobs[job_id])
    }
    for staged in (ledger.directory / UPLOADS / ".jobs").glob("*/"):
        forgotten = staged.name in idle or staged.name not in jobs
        if staged.name in over or (forgotten and _is_old(staged)):
            shutil.rmtree(staged, ignore_errors=True)
    known = ledger.all_paths() if over else set()
    for job_id in over:
        for path in _places(ledger, job_id, jobs[job_id]):
            if path not in waiting and str(path.resolve()) not in known:
                path.unlink(missing_ok=True)
    _forget_originals(ledger, waiting)


def _forget_originals(ledger: Ledger, waiting: Iterable[Path]) -> None:
    """Forget the kept bytes that no document came from and no job waits for."""
    folder = ledger.directory / ORIGINALS
    old = {one: size for one, size in ledger.unread_originals() if _is_old(folder / one)}
    sizes = set(old.values())
    for path in waiting if old else ():
        if path.is_file() and path.stat().st_size in sizes:
            with path.open("rb") as file:
                old.pop(hashlib.file_digest(file, "sha256").hexdigest(), None)
    for digest in ledger.forget_originals(old):
        (folder / digest).unlink(missing_ok=True)


def _places(ledger: Ledger, job_id: str, job: Mapping[str, Any]) -> list[Path]:
    """Return where the files of a job may lie: before it has begun, and after."""
    staging = ledger.directory / UPLOADS / ".jobs" / job_id
    folder = upload_folder(ledger.directory, str(job.get("collection", "default")))
    names = [str(one["name"]) for one in job.get("files", ())]
    return [place / name for name in names for place in (staging, folder)]


def _ended_long_ago(job: Mapping[str, Any]) -> bool:
    ended = job.get("finished") or job.get("created")
    if not ended:
        return False
    return time.time() - datetime.fromisoformat(ended).timestamp() > KEPT_SECONDS


def _is_old(path: Path) -> bool:
    try:
        return time.time() - path.stat().st_mtime > KEPT_SECONDS
    except FileNotFoundError:
        return True
