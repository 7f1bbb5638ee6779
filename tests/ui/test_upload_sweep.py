"""Uploads that were cancelled before they were read go after a week; what is needed stays."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rag.config import Settings
from rag.ledger import Ledger, Origin
from tests.rag.shelf import document
from ui.job_process import _take_over
from ui.jobs import IngestJobs

DAY = 24 * 3600


def start_and_stop(ledger: Ledger) -> None:
    """Start a server's jobs, which resumes and sweeps; nothing is left to run."""
    IngestJobs(ledger, Settings(), command=["false"]).close()


def leave(ledger: Ledger, job_id: str, state: str, names: list[str], days: int) -> None:
    """Leave a job as a child leaves it that was stopped before it read the first file."""
    ended = datetime.now(UTC) - timedelta(days=days)
    job = {"id": job_id, "state": state, "collection": "default", "outcomes": []}
    files = [{"name": name} for name in names]
    ledger.put_job(job_id, {**job, "files": files, "finished": ended.isoformat()})
    staging = ledger.directory / "uploads/.jobs" / job_id
    staging.mkdir(parents=True)
    for name in names:
        (staging / name).write_text(f"The text of {name}.")
        _take_over(ledger, staging / name, ledger.directory / "uploads/default" / name)
    for path in (ledger.directory / "originals").iterdir():
        os.utime(path, (time.time() - days * DAY,) * 2)


def contents(folder: Path) -> set[str]:
    return {path.read_text() for path in folder.iterdir()}


@pytest.fixture
def ledger(tmp_path):
    with Ledger(tmp_path / "library") as ledger:
        yield ledger


@pytest.mark.parametrize("state", ["cancelled", "failed"])
def test_what_was_never_read_goes_after_a_week_and_what_was_read_stays(ledger, state):
    uploads, originals = ledger.directory / "uploads/default", ledger.directory / "originals"
    leave(ledger, "old", state, ["read.txt", "unread.txt"], 8)
    text = (uploads / "read.txt").read_text()
    digest = next(path.name for path in originals.iterdir() if path.read_text() == text)
    row = Origin(str((uploads / "read.txt").resolve()), str(uploads), digest, len(text), 1)
    ledger.put_file("default", row, [document(text)])
    start_and_stop(ledger)
    assert contents(uploads) == contents(originals) == {text}
    assert ledger.kept_hashes() == {digest}
    assert not (ledger.directory / "uploads/.jobs/old").exists()


def test_what_can_be_resumed_stays_for_a_week(ledger):
    leave(ledger, "new", "cancelled", ["a.txt"], 6)
    start_and_stop(ledger)
    assert contents(ledger.directory / "uploads/default") == {"The text of a.txt."}
    assert contents(ledger.directory / "originals") == {"The text of a.txt."}


def test_what_another_job_waits_for_stays(ledger):
    """The same bytes under the same name again: the older job's end takes nothing from it."""
    leave(ledger, "old", "cancelled", ["a.txt", "b.txt"], 8)
    leave(ledger, "new", "failed", ["a.txt"], 1)
    for path in (ledger.directory / "originals").iterdir():
        os.utime(path, (time.time() - 8 * DAY,) * 2)
    start_and_stop(ledger)
    assert contents(ledger.directory / "uploads/default") == {"The text of a.txt."}
    assert contents(ledger.directory / "originals") == {"The text of a.txt."}
