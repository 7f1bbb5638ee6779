"""What the chat knows of the library: lists, filters, uploads, removals. Real ledger, real jobs."""

import asyncio
import io
import sys

import pytest

from rag.config import Settings
from rag.errors import BadRequest, NotFound
from rag.ledger import Ledger, Origin
from rag.types import FileOutcome, Filters
from tests.fakes import make_document, sample_documents, sample_passages
from tests.ui.evil import EVIL
from ui.chat_library import PAGE, Shelves, filters_of, without
from ui.job_record import JobRecord
from ui.jobs import IngestJobs


def put(ledger, document, path=""):
    origin = Origin(path or f"/reports/{document.source}", "/reports", document.text_sha256, 1, 1)
    (change,) = ledger.put_file("default", origin, [(document, sample_passages(document))])
    return change.document_id


@pytest.fixture
def ledger(tmp_path):
    with Ledger(tmp_path / "library") as opened:
        for document in sample_documents():
            put(opened, document)
        yield opened


@pytest.fixture
def shelves(ledger):
    return Shelves(ledger, "default", None)


def ids(ledger):
    return [info.id for info in ledger.find_infos("default")[0]]


def test_publishers_follow_the_library(shelves, ledger):
    assert shelves.publishers() == ["Larkhaven Courier", "Meridian Daily", "Northern Wire"]
    put(ledger, make_document("More.", source="b.txt", publisher="Another"))
    put(ledger, make_document("And more.", source="c.txt", publisher="another"))
    assert shelves.publishers()[0] == "Another"
    assert len(shelves.publishers()) == 4


def test_list_is_searched_and_says_when_there_is_more(shelves, ledger):
    rows, more = shelves.rows()
    assert ([info.title for info, _ in rows][0], [n for _, n in rows], more) == (
        "Explosion at fertiliser works", [2, 2, 1], False,
    )  # fmt: skip
    assert [info.publisher for info, _ in shelves.rows("meridian")[0]] == ["Meridian Daily"]
    assert shelves.rows("%")[0] == []
    for n in range(PAGE):
        put(ledger, make_document(f"Text {n}.", source=f"{n}.txt"))
    rows, more = shelves.rows()
    assert (len(rows), more) == (PAGE, True)


def test_document_is_opened_at_its_quote_with_its_copies(shelves, ledger):
    wire = sample_documents()[0]
    copy = put(ledger, wire, "/reports/copy.txt")
    first = ids(ledger)[0]
    opened = shelves.open(f"{first}|10|20")
    assert opened.document.text == wire.text
    assert (opened.start, opened.end, opened.passages) == (10, 20, 2)
    assert [info.id for info in opened.copies] == [copy]


@pytest.mark.parametrize("where", ["", "|", "nobody|1|2", "x|x|x|x", *EVIL])
def test_document_that_is_not_there_is_said(shelves, where):
    with pytest.raises(NotFound):
        shelves.open(where)


def test_place_that_is_no_number_opens_the_document_at_its_start(shelves, ledger):
    opened = shelves.open(f"{ids(ledger)[0]}|-5|{'9' * 40}")
    assert opened.start == 0


def test_document_of_another_collection_is_not_shown(shelves, ledger):
    document = make_document("Secret.", source="s.txt")
    origin = Origin("/other/s.txt", "/other", "0", 1, 1)
    (change,) = ledger.put_file("other", origin, [(document, sample_passages(document))])
    with pytest.raises(NotFound):
        shelves.open(change.document_id)
    with pytest.raises(NotFound):
        shelves.remove(change.document_id)


def test_removed_document_is_gone(shelves, ledger):
    first = ids(ledger)[0]
    assert shelves.remove(first) == "Explosion at fertiliser works"
    assert first not in ids(ledger)
    with pytest.raises(NotFound):
        shelves.remove(first)


def test_examples_come_from_the_titles(shelves, ledger, tmp_path):
    assert shelves.examples()[0] == "What is said about “Explosion at fertiliser works”?"
    for n in range(3):
        title = f"Larkhaven, part {n}"
        put(ledger, make_document(f"Text {n}", source=f"l{n}.txt", title=title))
    assert shelves.examples()[0] == "How many people were killed in the explosion at Larkhaven?"
    with Ledger(tmp_path / "empty") as empty:
        assert Shelves(empty, "default", None).examples() == []


def test_filters_of_the_fields():
    assert filters_of(None, None, "", []) == Filters()
    found = filters_of(["A"], "2017-04-05", "2017-04-06 00:00:00", ["d1"])
    assert found == Filters(("d1",), ("A",), "2017-04-05", "2017-04-06")
    with pytest.raises(BadRequest, match="is after"):
        filters_of([], "2017-04-06", "2017-04-05", [])
    with pytest.raises(BadRequest, match="cannot be"):
        filters_of([], "yesterday", None, [])


def test_chip_takes_off_its_own_filter_and_no_other():
    filters = Filters(("d|1", "d2"), ("A", "B"), "2017-04-05", "2017-04-06")
    assert without(filters, "publisher|A").publisher == ("B",)
    assert without(filters, "document|d|1").document_ids == ("d2",)
    assert without(filters, "from|").published_from is None
    assert without(filters, "to|").published_to is None
    assert without(filters, "nothing|x") == filters


async def uploaded(shelves, paths):
    return [job async for job in shelves.upload([str(path) for path in paths])]


def test_upload_ends_with_an_outcome_for_each_file(ledger, tmp_path):
    folder = tmp_path / "arrived"
    folder.mkdir()
    good, bad = folder / "note.txt", folder / "broken.pdf"
    good.write_text("Nine people were killed, the fire service said.\n")
    bad.write_bytes(b"%PDF-1.7 nothing of the kind")
    jobs = IngestJobs(ledger, Settings(library=ledger.directory))
    try:
        shelves = Shelves(ledger, "default", jobs, folder)
        seen = asyncio.run(uploaded(shelves, [good, bad]))
    finally:
        jobs.close()
    last = seen[-1]
    assert seen[0]["state"] == "queued"
    assert last["state"] == "done"
    outcomes = {one["source"].rpartition("/")[2]: one for one in last["outcomes"]}
    assert outcomes["note.txt"]["outcome"] == "added"
    assert outcomes["broken.pdf"]["outcome"] == "failed"
    assert outcomes["broken.pdf"]["why"]
    assert not good.exists()  # the browser's copy; the library has its own
    assert "note.txt" in {info.source.rpartition("/")[2] for info, _ in shelves.rows()[0]}


def test_file_that_was_not_uploaded_is_neither_read_nor_deleted(ledger, tmp_path):
    folder = tmp_path / "arrived"
    folder.mkdir()
    secret = tmp_path / "secret.txt"
    secret.write_text("mine")
    (folder / "link.txt").symlink_to(secret)
    jobs = IngestJobs(ledger, Settings(library=ledger.directory))
    try:
        shelves = Shelves(ledger, "default", jobs, folder)
        for path in (secret, folder / ".." / "secret.txt", folder / "link.txt"):
            with pytest.raises(BadRequest, match="not uploaded"):
                asyncio.run(uploaded(shelves, [path]))
    finally:
        jobs.close()
    assert secret.read_text() == "mine"
    with pytest.raises(BadRequest, match="Nothing can be uploaded"):
        asyncio.run(uploaded(Shelves(ledger, "default", None, folder), [secret]))


def test_upload_that_was_stopped_is_found_again_and_goes_on(ledger, tmp_path):
    folder = tmp_path / "arrived"
    folder.mkdir()
    note = folder / "note.txt"
    note.write_text("Nine people were killed, the fire service said.\n")
    waits = [sys.executable, "-c", "import sys; sys.stdin.read(); sys.exit(3)"]
    settings = Settings(library=ledger.directory)
    jobs = IngestJobs(ledger, settings, command=waits)

    async def stopped():
        shelves = Shelves(ledger, "default", jobs, folder)
        states = []
        async for job in shelves.upload([str(note)]):
            states.append(job["state"])
            assert shelves.unfinished() == job["id"]
            shelves.cancel(job["id"])
        return states

    try:
        assert asyncio.run(stopped())[-1] == "cancelled"
    finally:
        jobs.close()

    async def gone_on(shelves):
        return [job async for job in shelves.resume(shelves.unfinished())]

    jobs = IngestJobs(ledger, settings)
    try:
        shelves = Shelves(ledger, "default", jobs, folder)
        last = asyncio.run(gone_on(shelves))[-1]
        assert (last["state"], last["counts"]) == ("done", {"added": 1})
        assert shelves.unfinished() == ""
        with pytest.raises(BadRequest):
            asyncio.run(gone_on(shelves))
    finally:
        jobs.close()


def test_of_a_long_upload_what_went_wrong_is_shown_before_the_rest(ledger, tmp_path):
    jobs = IngestJobs(ledger, Settings(library=ledger.directory))
    try:
        job = jobs.submit([("a.txt", io.BytesIO(b"A text of some words."))], collection="default")

        async def ended():
            shelves = Shelves(ledger, "default", jobs)
            return [one async for one in shelves.follow(job["id"])][-1]

        asyncio.run(ended())
        record = JobRecord(ledger, job["id"], tmp_path)
        for n in range(500):
            record.add(FileOutcome(f"{n}.txt", "failed" if n == 450 else "added"))
        record.save()
        shown = asyncio.run(ended())["outcomes"]
        assert (shown[0]["source"], len(shown)) == ("450.txt", 201)
    finally:
        jobs.close()
