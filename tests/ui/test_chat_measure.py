"""Measuring without a browser: jobs in a real child process, runs, their reports over HTTP."""

import asyncio
import io
import json
import os
import select
import sys
from pathlib import Path

import httpx
import platformdirs
import pytest

from eval.cases import Case
from eval.drafts import write_cases
from rag.config import Settings
from rag.errors import BadRequest, Busy, NotFound, TooLarge
from tests.ui.api_server import KEY, FakeLibrary, api, error_of, serving
from ui.api import create_app
from ui.chat_measure import Measures, report_of, report_policy, run_folder, run_row
from ui.measure_jobs import MeasureJobs

CASES = [
    {"id": "who", "question": "Who counted 17 dead?", "expect": {"any": ["Estuary Watch"]}},
    {"id": "moon", "question": "Who walked on the moon?", "answerable": False},
]
SCRIPT = """
import json, os, sys, time
order = json.loads(sys.stdin.readline())
def say(**value):
    print(json.dumps(value), flush=True)
found = dict(cases=2, drafts=0, faults=[], warnings=[], questions=[])
{body}
"""


def jsonl(*cases) -> io.BytesIO:
    return io.BytesIO("".join(json.dumps(one) + "\n" for one in cases).encode())


def scripted(directory, body: str, **options) -> MeasureJobs:
    """Return jobs whose child runs ``body``; ``order`` is what it was told."""
    command = [sys.executable, "-c", SCRIPT.format(body=body)]
    settings = Settings(library=directory, key=KEY, max_upload_mb=1)
    return MeasureJobs(settings, command=command, **options)


def heard(jobs, until):
    """Wait until the child has said something; return how things stand then."""
    with jobs._changed:
        assert jobs._changed.wait_for(lambda: until(jobs.now), 30), jobs.now
    return jobs.now


def gone(pid: int) -> bool:
    """Return whether a process has ended; one that was killed is waited for, as that takes time."""
    try:
        with open(os.pidfd_open(pid), "rb", closefd=True) as ended:
            select.select([ended], [], [], 10)
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0] == "Z"


def own_cache(directory: Path, monkeypatch) -> None:
    """Let runs keep what they compute in a directory, beside the model that all tests share."""
    models = Path(platformdirs.user_cache_dir("vouch", appauthor=False)) / "models"
    models.mkdir(parents=True, exist_ok=True)
    (directory / "vouch").mkdir(parents=True)
    (directory / "vouch" / "models").symlink_to(models)
    monkeypatch.setenv("XDG_CACHE_HOME", str(directory))


@pytest.fixture
def library(tmp_path, monkeypatch):
    """A library of three documents that lies on disk, and a cache of its own."""
    own_cache(tmp_path / "cache", monkeypatch)
    opened = FakeLibrary(tmp_path / "library")
    yield Settings(library=tmp_path / "library")
    opened.close()


@pytest.fixture
def jobs(library):
    made = MeasureJobs(library)
    yield made
    made.close()


# Jobs, with the child that does the work


def test_cases_are_checked_then_run_and_the_run_stands_first(library, jobs, tmp_path):
    jobs.check("mine.jsonl", jsonl(*CASES))
    checked = jobs.wait(60)
    assert (checked.job.state, checked.file.can_run) == ("done", True)
    assert checked.file.found["cases"] == 2
    job = jobs.run(checked.file.id)
    steps = []
    with jobs._changed:
        while jobs.now.busy:
            assert jobs._changed.wait(60)
            steps.append((jobs.now.job.what, jobs.now.job.done, jobs.now.job.total))
    ended = jobs.now.job
    assert (ended.id, ended.state, ended.error) == (job.id, "done", None)
    # A step may be over before anybody looks, but what is seen is real.
    assert all(done <= total for _, done, total in steps)
    assert {total for what, _, total in steps if what == "Asking"} == {2}
    rows, more = Measures(library, jobs, tmp_path).rows()
    assert ([row.name for row in rows], more) == ([ended.run], 0)
    assert (rows[0].suite, rows[0].rows, rows[0].data, rows[0].drafts) == (
        "cases", 2, "mine.jsonl", False,
    )  # fmt: skip
    assert sum(rows[0].outcomes.values()) == 2
    assert "Who walked on the moon?" in report_of(library, ended.run).read_text()
    summary = json.loads((library.library / "runs" / ended.run / "summary.json").read_text())
    assert summary["command"] == "vouch eval run cases --data mine.jsonl"


def test_faults_are_told_by_line_and_nothing_runs(library, jobs):
    broken = {"id": "b", "question": 7}
    stray = {"id": "c", "question": "Where?", "sources": ["nowhere.txt"]}
    jobs.check("mine.jsonl", jsonl(CASES[0], broken, stray))
    now = jobs.wait(60)
    assert now.job.state == "done"
    assert {one["line"] for one in now.file.found["faults"]} == {2, 3}
    assert "nowhere.txt" in now.file.found["faults"][-1]["message"]
    assert not now.file.can_run
    with pytest.raises(BadRequest):
        jobs.run(now.file.id)
    assert not (library.library / "runs").exists()


def test_file_that_is_no_text_fails_with_its_name_and_not_its_place(jobs):
    jobs.check("mine.jsonl", io.BytesIO(b"\xff\xfe{}\n{}\n"))
    job = jobs.wait(60).job
    assert job.state == "failed"
    assert "mine.jsonl" in job.error["message"]
    assert "/" not in job.error["message"]
    assert job.error["hint"]


def test_run_of_drafts_is_marked(library, jobs, tmp_path):
    write_cases(tmp_path / "d.jsonl", [Case("a", "Who is it?", answerable=False, draft=True)])
    jobs.check("d.jsonl", (tmp_path / "d.jsonl").open("rb"))
    checked = jobs.wait(60)
    assert (checked.file.found["drafts"], checked.file.found["warnings"]) == (1, [])
    jobs.run(checked.file.id)
    assert jobs.wait(60).job.state == "done"
    (row,) = Measures(library, jobs, tmp_path).rows()[0]
    assert row.drafts


def test_drafts_come_from_the_documents_of_the_library(jobs):
    jobs.draft(10)
    now = jobs.wait(60)
    assert now.job.state == "done", now.job.error
    found = now.file.found
    assert 0 < found["cases"] <= 10
    assert found["drafts"] == found["cases"]
    assert found["faults"] == []
    lines = now.file.path.read_text().splitlines()
    assert [json.loads(line)["draft"] for line in lines] == [True] * found["cases"]


def test_library_without_documents_gives_no_drafts(tmp_path):
    jobs = MeasureJobs(Settings(library=tmp_path / "library"))
    jobs.draft(10)
    job = jobs.wait(60).job
    jobs.close()
    assert job.state == "failed"
    assert "Add documents" in job.error["hint"]


@pytest.mark.parametrize("most", [0, -3, 201])
def test_number_of_drafts_has_bounds(jobs, most):
    with pytest.raises(BadRequest):
        jobs.draft(most)
    assert jobs.now.job is None


# Jobs, with a child that does what the test says


def checked(jobs) -> str:
    """Let the child take a file; return its id."""
    jobs.check("a.jsonl", jsonl(*CASES))
    return jobs.wait(30).file.id


def test_stop_ends_the_child_and_says_so(tmp_path):
    body = (
        "say(file=found)\n"
        "if order['kind'] == 'run':\n"
        "    say(what='Asking', done=1, total=2); sys.stdin.read(); sys.exit(3)"
    )
    jobs = scripted(tmp_path, body)
    jobs.run(checked(jobs))
    heard(jobs, lambda now: now.job.done == 1)
    jobs.stop()
    assert jobs.now.job.state in ("stopping", "stopped")
    assert jobs.wait(30).job.state == "stopped"
    assert jobs.now.file.can_run, "the file can be run again"
    jobs.close()


def test_child_that_does_not_stop_is_killed_with_what_it_started(tmp_path):
    body = (
        "import subprocess\n"
        "other = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "say(what=str(other.pid), done=os.getpid(), total=1)\n"
        "time.sleep(600)"
    )
    jobs = scripted(tmp_path, body, grace_seconds=0.2)
    jobs.draft(10)
    job = heard(jobs, lambda now: now.job.done).job
    jobs.stop()
    assert jobs.wait(30).job.state == "stopped"
    assert gone(job.done)
    assert gone(int(job.what))
    jobs.close()


def test_closing_ends_the_child_and_takes_the_file_away(tmp_path):
    body = "say(what='x', done=os.getpid(), total=1); time.sleep(600)"
    jobs = scripted(tmp_path, body)
    jobs.draft(10)
    job = heard(jobs, lambda now: now.job.done).job
    path = jobs.now.file.path
    assert path.exists()
    jobs.close(wait_seconds=0.2)
    assert gone(job.done)
    assert not path.exists()
    with pytest.raises(Busy):
        jobs.draft(10)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("os.kill(os.getpid(), 9)", "signal 9"),
        ("sys.exit(7)", "code 7"),
        ("say(error=dict(message='No disk.', hint='Free some.')); sys.exit(4)", "No disk."),
        ("print('not json'); print('[1]'); sys.exit(1)", "code 1"),
    ],
)
def test_failure_says_what_happened_and_the_next_job_runs(tmp_path, body, told):
    jobs = scripted(tmp_path, body)
    for _ in range(2):
        jobs.draft(10)
        job = jobs.wait(30).job
        assert job.state == "failed"
        assert told in job.error["message"]
        assert job.error["hint"]
    jobs.close()


def test_only_one_job_runs_at_a_time(tmp_path):
    jobs = scripted(tmp_path, "say(file=found)\nif order['kind'] == 'run': sys.stdin.read()")
    file_id = checked(jobs)
    jobs.run(file_id)
    for start in (
        lambda: jobs.run(file_id),
        lambda: jobs.draft(10),
        lambda: jobs.check("b.jsonl", jsonl(*CASES)),
    ):
        with pytest.raises(Busy):
            start()
    assert jobs.file(file_id).path.exists(), "the running child's file is still there"
    jobs.close()


def test_new_file_takes_the_place_of_the_last(tmp_path):
    jobs = scripted(tmp_path, "say(file=found)")
    first = checked(jobs)
    path = jobs.file(first).path
    second = checked(jobs)
    assert not path.exists()
    assert jobs.file(second).path.read_bytes() == jsonl(*CASES).getvalue()
    with pytest.raises(NotFound):
        jobs.run(first)
    jobs.close()


def test_upload_that_is_too_large_or_has_no_proper_name_is_refused(tmp_path):
    jobs = scripted(tmp_path, "say(file=found)")
    file_id = checked(jobs)
    with pytest.raises(TooLarge):
        jobs.check("b.jsonl", io.BytesIO(b"x" * (1024 * 1024 + 1)))
    with pytest.raises(BadRequest):
        jobs.check("../b.jsonl", jsonl(*CASES))
    assert [path.name for path in (tmp_path / "measure").iterdir()] == [file_id]
    jobs.close()


def test_child_is_told_the_library_and_no_key(tmp_path):
    body = "open(order['settings']['library'] + '/order.json', 'w').write(json.dumps(order))"
    jobs = scripted(tmp_path, body)
    jobs.draft(10)
    assert jobs.wait(30).job.state == "done"
    jobs.close()
    order = json.loads((tmp_path / "order.json").read_text())
    assert (order["kind"], order["most"]) == ("draft", 10)
    assert "key" not in order["settings"]


def test_whoever_looks_again_finds_the_running_job(tmp_path):
    body = (
        "say(file=found)\n"
        "if order['kind'] == 'run':\n"
        "    say(what='Asking', done=1, total=2); sys.stdin.read(); sys.exit(3)"
    )
    jobs = scripted(tmp_path, body)
    job = jobs.run(checked(jobs))
    heard(jobs, lambda now: now.job.done == 1)

    async def look() -> list:
        seen = []
        async for now in Measures(Settings(library=tmp_path), jobs, tmp_path).follow():
            seen.append(now.job)
            jobs.stop()
        return seen

    for _ in range(2):
        seen = asyncio.run(look())
        assert {one.id for one in seen} == {job.id}
        assert seen[-1].state == "stopped"
    assert (seen[0].what, seen[0].done) == ("Asking", 1)
    jobs.close()


# What the page is given


def test_file_that_no_upload_made_is_not_read(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("x")
    (tmp_path / "uploads").mkdir()
    (tmp_path / "uploads" / "link").symlink_to(secret)
    jobs = scripted(tmp_path, "say(file=found)")
    measures = Measures(Settings(library=tmp_path), jobs, tmp_path / "uploads")
    for path in (secret, "uploads/../secret", tmp_path / "uploads" / "link", tmp_path / "uploads"):
        with pytest.raises(BadRequest):
            measures.check(str(path))
    assert jobs.now.job is None
    assert secret.exists()
    jobs.close()


def put_run(library: Path, name: str, summary: str = "{}", report: str = "<p>r</p>") -> Path:
    folder = library / "runs" / name
    folder.mkdir(parents=True)
    (folder / "summary.json").write_text(summary)
    (folder / "report.html").write_text(report)
    return folder


def test_damaged_run_is_named_and_hides_no_other(tmp_path):
    put_run(tmp_path, "2026-01-01-cases", '{"name": "cases"}')
    put_run(tmp_path, "2026-01-02-cases", "{")
    put_run(tmp_path, "2026-01-03-cases", '{"metrics": [1], "outcomes": 3, "date": 5, "data": 1}')
    rows, _ = Measures(Settings(library=tmp_path), None, tmp_path).rows()
    assert [row.name[:10] for row in rows] == ["2026-01-03", "2026-01-02", "2026-01-01"]
    assert [bool(row.problem) for row in rows] == [False, True, False]


def test_comparison_needs_two_runs_of_this_library(tmp_path):
    put_run(tmp_path / "library", "a")
    put_run(tmp_path, "other")
    measures = Measures(Settings(library=tmp_path / "library"), None, tmp_path)
    for first, second, error in (
        ("", "a", BadRequest),
        ("a", "a", BadRequest),
        ("a", "../../runs/other", NotFound),
        ("a", str(tmp_path / "runs" / "other"), NotFound),
    ):
        with pytest.raises(error):
            measures.compare(first, second)


def test_row_of_the_list_says_the_date_and_the_file():
    date = "2026-11-27T11:15:56+00:00"
    row = run_row("r", {"name": "cases", "system": "vouch", "date": date, "data": ["a.jsonl"]})
    assert row.when == "27 November 2026, 11:15"
    assert row.label == "27 Nov, 11:15:56 · a.jsonl"


# The report over HTTP


POLICY = (
    '<!doctype html><html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy"'
    " content=\"default-src 'none'; script-src &#39;sha256-{hash}&#39;; connect-src *\">"
)
HASH = "A" * 43 + "="


def test_report_is_sent_with_a_policy_of_its_own(tmp_path):
    page = POLICY.replace("{hash}", HASH) + "<title>t</title><p>A question</p>"
    with api(tmp_path) as (client, _):
        put_run(tmp_path, "2026-01-01-cases", report=page)
        response = client.get("/measure/runs/2026-01-01-cases/report")
    assert response.status_code == 200
    assert response.text == page
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    (policy,) = response.headers.get_list("content-security-policy")
    assert policy == (
        f"default-src 'none'; script-src 'sha256-{HASH}'; style-src 'unsafe-inline';"
        " img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def test_policy_lets_nothing_run_that_only_stands_in_the_page(tmp_path):
    late = tmp_path / "late.html"
    late.write_text("<title>t</title>" + "x" * 5000 + POLICY.replace("{hash}", HASH))
    assert "script-src 'none'" in report_policy(late)
    loose = tmp_path / "loose.html"
    loose.write_text(POLICY.replace("&#39;sha256-{hash}&#39;", "'unsafe-inline' https://x.example"))
    assert "script-src 'none'" in report_policy(loose)
    assert "example" not in report_policy(loose)


@pytest.mark.parametrize(
    "name",
    ["..", ".", "%2e%2e", "..%2f..%2fsecret", "%2fetc", "2026-01-01-cases%2f..%2f2026-01-01-cases",
     "2026-01-01-cases%00", "2026*", "unfinished", "nothing", "x" * 5000],
)  # fmt: skip
def test_name_of_a_report_is_no_path(tmp_path, name):
    with api(tmp_path / "library") as (client, _):
        put_run(tmp_path / "library", "2026-01-01-cases")
        put_run(tmp_path / "library", "unfinished")
        (tmp_path / "library" / "runs" / "unfinished" / "summary.json").unlink()
        for folder in (tmp_path, tmp_path / "library"):
            (folder / "report.html").write_text("canary")
            (folder / "summary.json").write_text("{}")
        response = client.send(
            httpx.Request("GET", f"{client.base_url}/measure/runs/{name}/report")
        )
    assert response.status_code in (404, 405)
    assert "canary" not in response.text
    assert "<p>r</p>" not in response.text


@pytest.mark.parametrize("name", ["..", "../..", "a/../a", "a/", "./a", "", "a\0"])
def test_run_is_found_by_its_name_alone(tmp_path, name):
    put_run(tmp_path, "a")
    (tmp_path / "summary.json").write_text("{}")
    assert run_folder(Settings(library=tmp_path), "a") == tmp_path / "runs" / "a"
    for written in (name, str(tmp_path / "runs" / "a")):
        with pytest.raises(NotFound):
            run_folder(Settings(library=tmp_path), written)


def test_run_without_a_report_says_how_to_make_one(tmp_path):
    with api(tmp_path) as (client, _):
        (put_run(tmp_path, "a") / "report.html").unlink()
        response = client.get("/measure/runs/a/report")
    assert response.status_code == 404
    assert "vouch eval report a" in error_of(response)["hint"]


def test_report_and_cases_need_the_key(tmp_path):
    with api(tmp_path, key=KEY) as (client, library):
        put_run(tmp_path, "a")
        jobs = library.app.state.parts.measure
        jobs.check("mine.jsonl", jsonl(*CASES))
        jobs.wait(60)
        for path in ("/measure/runs/a/report", f"/measure/cases/{jobs.now.file.id}"):
            assert error_of(client.get(path))["code"] == "unauthorized"
            page = client.get(path, headers={"accept": "text/html"})
            assert (page.status_code, page.headers["location"]) == (303, "/login")
            key = {"authorization": f"Bearer {KEY}"}
            assert client.get(path, headers=key).status_code == 200


def test_cases_are_given_back_as_they_came(tmp_path):
    with api(tmp_path) as (client, library):
        jobs = library.app.state.parts.measure
        jobs.check("my cases.jsonl", jsonl(*CASES))
        jobs.wait(60)
        response = client.get(f"/measure/cases/{jobs.now.file.id}")
        other = client.get("/measure/cases/" + "0" * 32)
    assert response.content == jsonl(*CASES).getvalue()
    assert "attachment" in response.headers["content-disposition"]
    assert error_of(other)["code"] == "not_found"


def test_server_that_stops_ends_the_child(tmp_path):
    jobs = scripted(tmp_path, "say(what='x', done=os.getpid(), total=1); time.sleep(600)")
    library = FakeLibrary(tmp_path)
    app = create_app(library, Settings(library=tmp_path), chat=None, measure=jobs)
    with serving(app):
        jobs.draft(10)
        job = heard(jobs, lambda now: now.job.done).job
        assert not gone(job.done)
    assert gone(job.done)
    library.close()
