"""A job that was stopped goes on; its outcomes are all kept, in pages. Real ledger and ingest."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from rag.ledger import Ledger
from rag.store.jobs import OUTCOME_PAGE
from rag.types import FileOutcome
from tests.ui.api_server import api, error_of
from tests.ui.test_api_documents import finished, scripted, upload
from ui import job_record
from ui.bodies import JobBody, OutcomeList
from ui.job_counts import JobCounts
from ui.job_record import JobRecord

STOPS_AFTER_THREE = """
import threading
from pathlib import Path
from ui import job_process
stop, real = threading.Event(), job_process.JobRecord.add
def add(self, outcome):
    real(self, outcome)
    if sum(row is not None for row in self._rows) == 3: stop.set()
job_process.JobRecord.add = add
code = job_process.run(order, stop)
Path(order['library'], 'stopped').touch()
sys.stdin.read()
sys.exit(code)
"""
FILES = [(f"{n}.txt", f"Report {n}: {n} boats lay in the harbour.\n".encode()) for n in range(8)]


def wait_for(path: Path) -> None:
    until = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.fixture
def stopped(tmp_path: Path) -> tuple[Path, str]:
    """A library whose upload of eight files was cancelled after three, and the job's id."""
    with api(tmp_path, jobs=scripted(STOPS_AFTER_THREE)) as (client, _):
        job = upload(client, *FILES).json()
        assert not job["resumable"]
        wait_for(tmp_path / "stopped")
        client.delete(f"/v1/jobs/{job['id']}")
        ended = finished(client, job)
        assert (ended["state"], ended["counts"]) == ("cancelled", {"added": 3})
        assert ended["resumable"]
        JobBody.model_validate(ended, extra="forbid")
    return tmp_path, job["id"]


def test_a_cancelled_job_goes_on_where_it_stopped(stopped: tuple[Path, str]) -> None:
    folder, job_id = stopped
    with api(folder) as (client, library):
        before = {info.id for info in library.ledger.find_infos("default", query="uploads")[0]}
        assert len(before) == 3
        job = client.post(f"/v1/jobs/{job_id}/resume").json()
        assert job["state"] in ("queued", "running")
        assert client.post(f"/v1/jobs/{job_id}/resume").status_code == 200  # once more is no harm
        done = finished(client, job)
        JobBody.model_validate(done, extra="forbid")
        assert (done["state"], done["counts"]) == ("done", {"added": 8})
        assert Counter(one["source"] for one in done["outcomes"]) == Counter(n for n, _ in FILES)
        assert (done["passages"], done["embedded"], done["resumable"]) == (8, 0, False)
        assert done["progress"] == {"done": 8, "total": 8}
        after = {info.id for info in library.ledger.find_infos("default", query="uploads")[0]}
        assert before < after
        refused = client.post(f"/v1/jobs/{job_id}/resume")
        assert "done" in error_of(refused)["message"]


def test_a_file_removed_meanwhile_fails_alone_and_without_any_nothing_is_resumed(
    stopped: tuple[Path, str],
) -> None:
    folder, job_id = stopped
    uploads = folder / "uploads" / "default"
    kept = {path.name: path.read_bytes() for path in uploads.iterdir()}
    for path in uploads.iterdir():
        path.unlink()
    with api(folder) as (client, _):
        assert not client.get(f"/v1/jobs/{job_id}").json()["resumable"]
        refused = client.post(f"/v1/jobs/{job_id}/resume")
        assert "gone" in error_of(refused)["message"]
        for name in ("0.txt", "7.txt"):
            (uploads / name).write_bytes(kept[name])
        done = finished(client, client.post(f"/v1/jobs/{job_id}/resume").json())
        assert done["counts"] == {"added": 2, "failed": 6}
        failed = [one for one in done["outcomes"] if one["outcome"] == "failed"]
        assert {one["why"] for one in failed} == {"the uploaded file is not there any more"}


def test_a_job_that_waited_when_it_was_cancelled_goes_on(tmp_path: Path) -> None:
    body = (
        "Path = __import__('pathlib').Path; Path(order['library'], 'on').touch(); sys.stdin.read()"
    )
    with api(tmp_path, jobs=scripted(body + "; sys.exit(3)")) as (client, _):
        first = upload(client, ("a.txt", b"x")).json()
        wait_for(tmp_path / "on")
        second = upload(client, FILES[0]).json()
        assert client.delete(f"/v1/jobs/{second['id']}").json()["state"] == "cancelled"
        client.delete(f"/v1/jobs/{first['id']}")
        finished(client, first)
    with api(tmp_path) as (client, _):
        done = finished(client, client.post(f"/v1/jobs/{second['id']}/resume").json())
        assert (done["state"], done["counts"]) == ("done", {"added": 1})
        for method, path in (("POST", "resume"), ("GET", "outcomes")):
            missing = client.request(method, f"/v1/jobs/nobody/{path}")
            assert missing.status_code == 404


def record(ledger: Ledger, folder: Path, outcomes: list[FileOutcome]) -> dict[str, Any]:
    kept = JobRecord(ledger, "j", folder)
    for outcome in outcomes:
        kept.add(outcome)
    kept.save()
    job = ledger.job("j")
    assert job is not None
    return job


def all_of(ledger: Ledger, limit: int, kinds: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        rows, cursor = ledger.job_outcomes("j", cursor, limit, kinds)
        assert len(rows) <= limit
        found += rows
        if cursor is None:
            return found


def test_all_outcomes_are_kept_in_pages_and_named_from_the_uploads(tmp_path: Path) -> None:
    folder = tmp_path / "uploads"
    names = ["a.txt", *(f"b.zip!/in/{n}.pdf" for n in range(2 * OUTCOME_PAGE))]
    outcomes = [
        FileOutcome(str(folder / name), "failed" if n % 3 else "added", 1 - (n % 3 > 0), 2)
        for n, name in enumerate(names)
    ]
    with Ledger(tmp_path / "library") as ledger:
        ledger.put_job("j", {"id": "j"})
        job = record(ledger, folder, outcomes)
        assert job["outcomes_total"] == 401
        assert len(job["outcomes"]) == job_record.MOST_SHOWN
        assert job["counts"] == {"added": 134, "failed": 267}
        for limit in (7, 200, 500):
            assert [one["source"] for one in all_of(ledger, limit)] == names
        failed = all_of(ledger, 50, ("failed",))
        assert [one["source"] for one in failed] == [n for i, n in enumerate(names) if i % 3]


def test_what_is_beyond_the_bound_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_record, "MOST_KEPT", 3)
    with Ledger(tmp_path) as ledger:
        ledger.put_job("j", {"id": "j"})
        job = record(ledger, tmp_path, [FileOutcome(f"{n}", "added") for n in range(5)])
        assert (job["outcomes_total"], job["counts"]) == (5, {"added": 5})
        assert len(all_of(ledger, 10)) == 3


def test_a_second_run_keeps_what_the_first_has_found(tmp_path: Path) -> None:
    first = [
        FileOutcome("a", "added", 2, 5),
        FileOutcome("a", "removed"),
        FileOutcome("b", "failed", 0),
    ]
    second = [
        FileOutcome("a", "unchanged", 2),
        FileOutcome("b", "added", 1, 1),
        FileOutcome("c", "added"),
    ]
    with Ledger(tmp_path) as ledger:
        ledger.put_job("j", {"id": "j"})
        record(ledger, tmp_path, first)
        job = record(ledger, tmp_path, second)
        found = [(one["source"], one["outcome"]) for one in all_of(ledger, 10)]
    assert found == [("a", "added"), ("a", "removed"), ("b", "added"), ("c", "added")]
    assert job["counts"] == {"added": 4, "removed": 1}


def test_outcomes_are_listed_over_http(tmp_path: Path) -> None:
    with api(tmp_path) as (client, _):
        job = upload(client, *FILES[:2], ("bad.pdf", b"%PDF-1.7 no")).json()
        finished(client, job)
        url = f"/v1/jobs/{job['id']}/outcomes"
        body = client.get(url, params={"limit": 2}).json()
        OutcomeList.model_validate(body, extra="forbid")
        rest = client.get(url, params={"cursor": body["next_cursor"]}).json()
        assert [len(body["outcomes"]), len(rest["outcomes"])] == [2, 1]
        failed = client.get(url, params={"outcome": ["failed", "skipped"]}).json()["outcomes"]
        assert [one["source"] for one in failed] == ["bad.pdf"]
        assert client.get(url, params={"outcome": "lost"}).status_code == 422


class Counted:
    """A ledger in which vectors come as they are told."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.now = (0, 0)

    def embedded_of(self, collection: str, paths: list[str]) -> tuple[int, int]:
        assert (collection, [Path(path).name for path in paths]) == ("default", ["a.txt"])
        return self.now


def test_time_left_rests_on_rates_that_were_measured(tmp_path: Path) -> None:
    ledger, now = Counted(tmp_path), [0.0]
    counts = JobCounts(ledger, lambda: now[0])  # type: ignore[arg-type]
    job: dict[str, Any] = {"id": "j", "state": "running", "collection": "default"}
    job |= {"files": [{"name": "a.txt"}], "progress": {"done": 1, "total": 2}}

    def at(seconds: float, passages: int, embedded: int, **fields: Any) -> Any:
        now[0], ledger.now = seconds, (passages, embedded)
        return counts.of({**job, **fields})["seconds_left"]

    assert at(0, 100, 0, reading_seconds_left=8.0) is None  # no vector has come yet
    assert at(5, 150, 0, reading_seconds_left=8.0) is None
    assert at(15, 200, 100) is None  # no rate of reading
    # 10 a second since the fifth second; of 400 to be expected, 300 are left.
    assert at(15.5, 200, 100, reading_seconds_left=8.0) == 30.0
    assert at(25, 400, 200, state="done") == 20.0
    assert at(35, 400, 200, state="done") == 20.0  # the next group has not come yet
    assert at(45, 400, 400, state="done") == 0.0
    assert at(50, 400, 300, state="cancelled") is None
