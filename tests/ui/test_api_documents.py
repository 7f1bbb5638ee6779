"""Documents and uploads over HTTP, with the real ingest in its child process."""

import hashlib
import io
import json
import os
import sys
import threading
import time

import httpx
import pytest

from rag.config import Settings
from rag.errors import LibraryError, VouchError
from rag.ledger import Ledger
from tests.ui.api_server import api, error_of
from ui.bodies import DocumentList, JobBody, WholeDocumentBody
from ui.jobs import IngestJobs
from ui.uploads import check_name

REPORT = "LARKHAVEN, March 20 (Northern Wire) - The inquiry heard that 23 people were killed.\n"


@pytest.fixture
def served(tmp_path):
    with api(tmp_path / "library") as (client, library):
        yield client, library


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A server for tests that change nothing."""
    with api(tmp_path_factory.mktemp("library")) as (client, library):
        yield client, library


def finished(client, job, seconds=60):
    """Return a job once it has ended."""
    until = time.monotonic() + seconds
    while True:
        body = client.get(f"/v1/jobs/{job['id']}").json()
        if body["state"] in ("done", "cancelled", "failed"):
            return body
        assert time.monotonic() < until, body
        time.sleep(0.05)


def upload(client, *files, **fields):
    return client.post("/v1/documents", files=[("file", file) for file in files], data=fields)


# Listing and reading


def test_pages_hold_every_document_once(shared):
    client, _ = shared
    seen, cursor = [], None
    while True:
        params = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        body = client.get("/v1/documents", params=params).json()
        DocumentList.model_validate(body, extra="forbid")
        assert len(body["documents"]) <= 2
        seen += [document["title"] for document in body["documents"]]
        cursor = body["next_cursor"]
        if cursor is None:
            break
    assert seen == [
        "Explosion at fertiliser works",
        "Monitor puts Larkhaven toll at 17",
        "Marmalade fair opens",
    ]


def test_list_is_filtered(shared):
    client, _ = shared

    def titles(**params):
        body = client.get("/v1/documents", params=params).json()
        return [document["title"] for document in body["documents"]]

    assert titles(publisher="northern wire") == ["Explosion at fertiliser works"]
    assert titles(publisher=["Northern Wire", "Meridian Daily"], published_from="2023-03-15") == [
        "Monitor puts Larkhaven toll at 17"
    ]
    assert titles(query="marmalade") == ["Marmalade fair opens"]
    assert titles(query="%") == []
    assert titles(collection="nobody") == []


@pytest.mark.parametrize(
    ("params", "names"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "501"}, "limit"),
        ({"limit": "ten"}, "limit"),
        ({"cursor": "abc"}, "cursor"),
        ({"cursor": "-1"}, "cursor"),
        ({"cursor": "9" * 30}, "cursor"),
        ({"cursor": "١٢"}, "cursor"),
        ({"published_from": "soon"}, "published_from"),
        ({"published_from": "2023-03-02", "published_to": "2023-03-01"}, "is after"),
        ({"query": "a" * 2000}, "query"),
    ],
)
def test_wrong_parameters_are_named(shared, params, names):
    client, _ = shared
    response = client.get("/v1/documents", params=params)
    assert response.status_code in (400, 422)
    assert names in error_of(response)["message"]


def test_document_comes_with_its_text(shared):
    client, library = shared
    (info, *_), _ = library.ledger.find_infos("default")
    body = client.get(f"/v1/documents/{info.id}").json()
    WholeDocumentBody.model_validate(body, extra="forbid")
    assert body["text"] == library.ledger.document(info.id).text
    assert "spans" not in body
    with_spans = client.get(f"/v1/documents/{info.id}", params={"spans": "true"}).json()
    assert with_spans.pop("spans") == []
    assert with_spans == body


def test_offsets_count_code_points(tmp_path):
    text = "İstanbul 🇹🇷 e\u0301te\u0301 ﬁne 日本語. The 🚒 came at once.\n"
    with api(tmp_path) as (client, _):
        job = finished(client, upload(client, ("naïve İ 日本.txt", text.encode())).json())
        assert job["counts"] == {"added": 1}, job
        found = client.get("/v1/documents", params={"query": "日本"}).json()["documents"]
        body = client.get(f"/v1/documents/{found[0]['id']}").json()
    start = body["text"].index("🚒")
    assert body["text"][start : start + 1] == "🚒"
    assert "e\u0301te\u0301 ﬁne" in body["text"]


@pytest.mark.parametrize(
    "document_id",
    ["nobody", "..", "%2e%2e%2fetc%2fpasswd", "0", "' OR 1=1 --", "a" * 199, "%00", "日本"],
)
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_unknown_document_is_404(shared, method, document_id):
    client, library = shared
    response = client.request(method, f"/v1/documents/{document_id}")
    assert response.status_code == 404
    assert error_of(response)["hint"]
    assert library.ledger.counts("default").documents == 3


def test_deleted_document_is_gone(served):
    client, library = served
    (info, *_), _ = library.ledger.find_infos("default")
    response = client.delete(f"/v1/documents/{info.id}")
    assert response.json() == {
        "id": info.id,
        "deleted": True,
        "library_seq": library.ledger.seq,
    }
    assert client.get(f"/v1/documents/{info.id}").status_code == 404
    assert client.delete(f"/v1/documents/{info.id}").status_code == 404
    assert len(client.get("/v1/documents").json()["documents"]) == 2


# Uploading


def test_upload_is_kept_read_and_found(served):
    client, library = served
    response = upload(
        client,
        ("report.txt", REPORT.encode()),
        ("page.html", b"<h1>Toll</h1><p>Officials said 19 people died in the blast.</p>"),
    )
    assert response.status_code == 202
    job = response.json()
    JobBody.model_validate(job, extra="forbid")
    assert job["state"] == "queued"
    assert [file["name"] for file in job["files"]] == ["report.txt", "page.html"]
    assert response.headers["location"] == f"/v1/jobs/{job['id']}"

    done = finished(client, job)
    JobBody.model_validate(done, extra="forbid")
    assert done["state"] == "done"
    assert done["counts"] == {"added": 2}
    assert done["progress"] == {"done": 2, "total": 2}
    assert {outcome["source"] for outcome in done["outcomes"]} == {"report.txt", "page.html"}
    assert done["error"] is None

    listed = client.get("/v1/documents", params={"query": "report.txt"}).json()["documents"]
    text = client.get(f"/v1/documents/{listed[0]['id']}").json()["text"]
    assert text == REPORT
    name, path = library.ledger.original(hashlib.sha256(REPORT.encode()).hexdigest())
    assert name == "report.txt"
    assert path.read_bytes() == REPORT.encode()
    uploaded = library.ledger.directory / "uploads" / "default" / "report.txt"
    assert uploaded.read_bytes() == REPORT.encode()
    assert not list((library.ledger.directory / "uploads" / ".jobs").iterdir())


def test_same_name_is_a_new_version_and_the_same_bytes_are_nothing_new(served):
    client, _ = served
    first = finished(client, upload(client, ("report.txt", REPORT.encode())).json())
    again = finished(client, upload(client, ("report.txt", REPORT.encode())).json())
    other = REPORT.replace("23", "31")
    changed = finished(client, upload(client, ("report.txt", other.encode())).json())
    counts = [job["counts"] for job in (first, again, changed)]
    assert counts == [{"added": 1}, {"unchanged": 1}, {"updated": 1}]
    listed = client.get("/v1/documents", params={"query": "report.txt"}).json()["documents"]
    assert [client.get(f"/v1/documents/{d['id']}").json()["text"] for d in listed] == [other]


def test_collections_keep_apart_what_has_the_same_name(served):
    client, library = served
    names = ["one", "../../zwei Wörter", ".jobs"]
    for name in names:
        text = f"A report for the collection {name}, with enough words to be read."
        job = upload(client, ("report.txt", text.encode()), collection=name).json()
        assert finished(client, job)["counts"] == {"added": 1}
    for name in names:
        body = client.get("/v1/documents", params={"collection": name}).json()
        (document,) = body["documents"]
        assert name in client.get(f"/v1/documents/{document['id']}").json()["text"]
    inside = library.ledger.directory.resolve()
    for name in names:
        for path in library.ledger.origins(name):
            assert os.path.realpath(path).startswith(f"{inside}/uploads/")


def test_table_takes_its_columns(served):
    client, _ = served
    table = "headline,body,when,paper\nBlast,Nine people were killed in the blast.,3/14/2023,Wire\n"
    job = upload(
        client,
        ("rows.csv", table.encode()),
        text_column="body",
        title_column="headline",
        published_column="when",
        publisher_column="paper",
        date_order="mdy",
    ).json()
    assert finished(client, job)["counts"] == {"added": 1}
    (document,) = client.get("/v1/documents", params={"publisher": "Wire"}).json()["documents"]
    assert (document["title"], document["published"]) == ("Blast", "2023-03-14")


def test_unreadable_file_fails_alone_and_says_why(served):
    client, _ = served
    job = upload(
        client, ("broken.pdf", b"%PDF-1.7 nothing"), ("report.txt", REPORT.encode())
    ).json()
    done = finished(client, job)
    assert done["state"] == "done"
    assert done["counts"] == {"added": 1, "failed": 1}
    (failed,) = [o for o in done["outcomes"] if o["outcome"] == "failed"]
    assert failed["source"] == "broken.pdf"
    assert failed["why"]


def test_deleting_an_uploaded_document_removes_the_file(served):
    client, library = served
    finished(client, upload(client, ("report.txt", REPORT.encode())).json())
    listed = client.get("/v1/documents", params={"query": "report.txt"}).json()["documents"]
    uploaded = library.ledger.directory / "uploads" / "default" / "report.txt"
    assert uploaded.exists()
    assert client.delete(f"/v1/documents/{listed[0]['id']}").status_code == 200
    assert not uploaded.exists()
    again = finished(client, upload(client, ("report.txt", REPORT.encode())).json())
    assert again["counts"] == {"added": 1}


@pytest.mark.parametrize(
    "name",
    [
        "../report.txt",
        "../../../../etc/cron.d/x",
        "/etc/passwd",
        "a/b.txt",
        "..\\..\\report.txt",
        "C:\\report.txt",
        "C:report.txt",
        "..",
        ".",
        ".env",
        " ",
        "a" * 300 + ".txt",
        "日" * 100 + ".txt",
        "annex\u202efdp.exe",
        "a\x00b.txt",
        "a\nb.txt",
        "a\x1b[31m.txt",
    ],
)
def test_name_that_is_no_name_is_refused(name):
    with pytest.raises(VouchError) as refused:
        check_name(name)
    assert refused.value.hint
    assert 400 <= refused.value.status < 500


@pytest.mark.parametrize("name", ["report.txt", "naïve 日本 (2).pdf", "a..b.txt", "Ⅷ’s “x”.md"])
def test_ordinary_names_are_kept(name):
    assert check_name(name) == name


def multipart(name: bytes, content: bytes = b"x") -> dict:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="' + name + b'"\r\n'
        b"Content-Type: text/plain\r\n\r\n" + content + b"\r\n--x--\r\n"
    )
    return {"content": body, "headers": {"content-type": "multipart/form-data; boundary=x"}}


def test_path_like_names_are_refused_over_http_and_nothing_is_written(served, tmp_path):
    client, library = served
    before = sorted(str(path) for path in tmp_path.rglob("*") if "library.db" not in path.name)
    for name in (b"../report.txt", b"/etc/passwd", b"..%2f..%2fx/y", b"a\\\\b.txt", b"", b"\xff/a"):
        response = client.post("/v1/documents", **multipart(name))
        assert 400 <= response.status_code < 500, name
        assert error_of(response)["hint"]
    after = sorted(str(path) for path in tmp_path.rglob("*") if "library.db" not in path.name)
    assert after == before
    assert library.ledger.jobs()[0] == []


@pytest.mark.parametrize(
    "request_",
    [
        {"data": {"a": "b"}},
        {"content": b"", "headers": {"content-type": "multipart/form-data; boundary=x"}},
        {"content": b"x", "headers": {"content-type": "multipart/form-data"}},
        {"content": b"--x", "headers": {"content-type": "multipart/form-data; boundary=x"}},
        {"content": b"--y\r\n\r\n", "headers": {"content-type": "multipart/form-data; boundary=x"}},
        {"json": {"path": "/etc/passwd"}},
        {"files": {"other": ("a.txt", b"x")}},
        {"files": [("file", ("a.txt", b"x")), ("file", ("a.txt", b"y"))]},
        {"files": [("file", ("a.txt", b"x"))], "data": {"date_order": "ymmd"}},
        {"files": [("file", ("a.txt", b"x"))], "data": {"collection": "x" * 500}},
        {"files": [("file", (f"{n}.txt", b"x")) for n in range(101)]},
        {"files": {"file": ("a.txt", b"x"), "collection": ("b.txt", b"x")}},
        multipart(b"n" * 50_000_000),
        multipart(b"a.txt", b"c" * 3_000_000),
        {
            "content": b"--x\r\n" + b"X-A: b\r\n" * 100_000 + b"\r\n",
            "headers": {"content-type": "multipart/form-data; boundary=x"},
        },
    ],
    ids=lambda r: repr(r)[:60],
)
def test_upload_that_makes_no_sense_is_refused(small, request_):
    client, library = small
    try:
        response = client.post("/v1/documents", **request_)
    except (httpx.WriteError, httpx.ReadError):
        # The server hung up on a body that is too long while it was still being sent.
        assert len(request_["content"]) > 2_000_000
    else:
        assert 400 <= response.status_code < 500
        assert error_of(response)["hint"]
    assert library.ledger.jobs()[0] == []
    assert client.get("/healthz").status_code == 200


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    with api(tmp_path_factory.mktemp("library"), max_upload_mb=2) as (client, library):
        yield client, library


def test_upload_at_the_limit_is_taken(small):
    client, library = small
    text = b"A sentence of plain words. " * 70_000  # just under 2 MB with its envelope
    response = upload(client, ("large.txt", text))
    assert response.status_code == 202
    client.delete(f"/v1/jobs/{response.json()['id']}")
    finished(client, response.json())
    library.ledger.remove_documents([i.id for i in library.ledger.find_infos("default")[0][3:]])


# Jobs

SCRIPT = """
import json, sys
order = json.loads(sys.stdin.readline())
{body}
"""


def scripted(body: str):
    """Return a maker of jobs whose child runs ``body``; ``order`` is what it was told."""
    command = [sys.executable, "-c", SCRIPT.format(body=body)]
    return lambda ledger, settings: IngestJobs(ledger, settings, command=command)


def test_unknown_job_is_404(shared):
    client, _ = shared
    for method in ("GET", "DELETE"):
        response = client.request(method, "/v1/jobs/nobody")
        assert response.status_code == 404
        assert error_of(response)["hint"]


def test_jobs_are_listed_newest_first(tmp_path):
    with api(tmp_path, jobs=scripted("")) as (client, _):
        ids = [upload(client, (f"{n}.txt", b"x")).json()["id"] for n in range(3)]
        for job_id in ids:
            finished(client, {"id": job_id})
        first = client.get("/v1/jobs", params={"limit": 2}).json()
        rest = client.get("/v1/jobs", params={"cursor": first["next_cursor"]}).json()
    assert [job["id"] for job in first["jobs"] + rest["jobs"]] == ids[::-1]
    assert rest["next_cursor"] is None


def test_child_that_dies_fails_its_job_and_the_next_one_runs(tmp_path):
    body = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    with api(tmp_path, jobs=scripted(body)) as (client, _):
        jobs = [upload(client, ("a.txt", b"x")).json() for _ in range(2)]
        ended = [finished(client, job) for job in jobs]
    for job in ended:
        JobBody.model_validate(job, extra="forbid")
        assert job["state"] == "failed"
        assert "-9" in job["error"]["message"]
        assert job["error"]["hint"]


def test_running_job_is_cancelled(tmp_path):
    # The child says that it runs by a file, and ends when its input does.
    body = (
        "import pathlib; pathlib.Path(order['library'], 'running').touch();"
        " sys.stdin.read(); sys.exit(3)"
    )
    with api(tmp_path, jobs=scripted(body)) as (client, library):
        running = upload(client, ("a.txt", b"x")).json()
        waiting = upload(client, ("b.txt", b"x")).json()
        until = time.monotonic() + 20
        while not (library.ledger.directory / "running").exists():
            assert time.monotonic() < until
            time.sleep(0.02)
        assert client.get(f"/v1/jobs/{running['id']}").json()["state"] == "running"
        # One that waits is cancelled at once, one that runs when its child has stopped.
        assert client.delete(f"/v1/jobs/{waiting['id']}").json()["state"] == "cancelled"
        body = client.delete(f"/v1/jobs/{running['id']}").json()
        assert body["state"] in ("cancelling", "cancelled")
        assert finished(client, running)["state"] == "cancelled"
        assert client.delete(f"/v1/jobs/{running['id']}").json()["state"] == "cancelled"
        staging = library.ledger.directory / "uploads" / ".jobs"
        assert len(list(staging.iterdir())) == 2  # kept, so that both can be gone on with


def test_job_of_a_stopped_server_runs_at_the_next_start(tmp_path):
    body = "sys.stdin.read(); sys.exit(3)"
    with api(tmp_path, jobs=scripted(body)) as (client, library):
        jobs = [upload(client, (f"{n}.txt", REPORT.encode() * (n + 1))).json() for n in range(2)]
        until = time.monotonic() + 20
        while library.ledger.job(jobs[0]["id"])["state"] != "running":
            assert time.monotonic() < until
            time.sleep(0.02)
    with Ledger(tmp_path) as ledger:
        assert [ledger.job(job["id"])["state"] for job in jobs] == ["queued", "queued"]
    with api(tmp_path) as (client, _):
        ended = [finished(client, job) for job in jobs]
        assert [job["state"] for job in ended] == ["done", "done"]
        assert [job["counts"] for job in ended] == [{"added": 1}, {"added": 1}]


def test_job_of_a_killed_server_is_run_again(tmp_path):
    with api(tmp_path, jobs=scripted("sys.exit(0)")) as (client, library):
        job = upload(client, ("a.txt", REPORT.encode())).json()
        finished(client, job)
        # As a server that was killed leaves it: running, its file already taken over.
        folder = library.ledger.directory / "uploads" / "default"
        folder.mkdir(parents=True)
        (folder / "a.txt").write_text(REPORT)
        library.ledger.put_job(job["id"], {**job, "state": "running"})
    with api(tmp_path) as (client, _):
        ended = finished(client, job)
    assert ended["state"] == "done"
    assert ended["counts"] == {"added": 1}


def test_second_server_leaves_the_jobs_of_the_first_alone(tmp_path):
    body = "sys.stdin.read(); sys.exit(3)"
    with api(tmp_path / "a", jobs=scripted(body)) as (client, library):
        job = upload(client, ("a.txt", b"x")).json()
        second = IngestJobs(library.ledger, library.app.state.parts.settings)
        assert list(second._waiting) == []
        second.close()
        assert client.get(f"/v1/jobs/{job['id']}").json()["state"] in ("queued", "running")


def test_child_is_told_the_settings_and_the_library(tmp_path):
    body = "open(order['library'] + '/order.json', 'w').write(json.dumps(order))"
    with api(tmp_path, jobs=scripted(body), parse_seconds=7, passage_tokens=128) as (client, _):
        job = upload(client, ("a.csv", b"x"), text_column="body").json()
        finished(client, job)
    order = json.loads((tmp_path / "order.json").read_text())
    assert order["job_id"] == job["id"]
    assert order["options"]["parse_seconds"] == 7
    assert order["options"]["passage_tokens"] == 128
    assert order["options"]["text_column"] == "body"


def test_uploads_that_cannot_be_written_are_an_error_with_a_hint(tmp_path):
    with Ledger(tmp_path) as ledger:
        settings = Settings(library=tmp_path)
        (tmp_path / "uploads").write_text("in the way")
        with pytest.raises(LibraryError) as refused:
            IngestJobs(ledger, settings)
        assert refused.value.hint
        (tmp_path / "uploads").unlink()
        jobs = IngestJobs(ledger, settings)
        (tmp_path / "uploads" / ".jobs").write_text("in the way")
        with pytest.raises(LibraryError) as refused:
            jobs.submit([("a.txt", io.BytesIO(b"x"))], collection="default")
        assert refused.value.hint
        assert ledger.jobs()[0] == []
        jobs.close()


def test_submit_takes_files_from_the_chat_as_well(tmp_path):
    with api(tmp_path) as (client, library):
        jobs = library.app.state.parts.jobs
        job = jobs.submit([("r.txt", io.BytesIO(REPORT.encode()))], collection="default")
        assert finished(client, job)["counts"] == {"added": 1}


def test_uploads_at_once_are_all_read(served):
    client, library = served
    results = []

    def send(n):
        text = f"Report {n}: in village {n} the storm damaged {n + 2} houses on Monday."
        results.append(upload(client, (f"storm-{n}.txt", text.encode())).json())

    threads = [threading.Thread(target=send, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [finished(client, job)["counts"] for job in results] == [{"added": 1}] * 4
    assert library.ledger.counts("default").documents == 7
