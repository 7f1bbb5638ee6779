"""Conversations, jobs, the bytes of uploads, and backups."""

from __future__ import annotations

import hashlib
import threading

import pytest

from rag.errors import BadRequest, LibraryError
from rag.ledger import Origin
from tests.rag.shelf import MODEL, document, fill, open_ledger, origin


@pytest.fixture
def ledger(tmp_path):
    with open_ledger(tmp_path / "library") as opened:
        yield opened


def test_conversations_are_kept_by_owner(ledger):
    ledger.put_conversation("c1", {"turns": [{"role": "user", "content": "é"}]}, owner="ann")
    ledger.put_conversation("c2", {"turns": []})
    assert ledger.conversation("c1") == {"turns": [{"role": "user", "content": "é"}]}
    assert (ledger.conversations("ann"), ledger.conversations()) == (["c1"], ["c2"])
    ledger.put_conversation("c1", {"turns": [1]})
    assert ledger.conversations("ann") == ["c1"]
    assert ledger.remove_conversation("c1")
    assert not ledger.remove_conversation("c1")
    assert ledger.conversation("c1") is None


def test_jobs_are_listed_newest_first_page_by_page(ledger):
    for n in range(5):
        ledger.put_job(f"j{n}", {"state": "queued"})
    ledger.put_job("j1", {"state": "done"})
    page, cursor = ledger.jobs(limit=3)
    rest, end = ledger.jobs(cursor, limit=3)
    assert [job for job, _ in page + rest] == ["j4", "j3", "j2", "j1", "j0"]
    assert end is None
    assert ledger.job("j1") == {"state": "done"}
    assert ledger.job("nothing") is None
    with pytest.raises(BadRequest):
        ledger.jobs("x")


def test_an_upload_is_kept_until_its_last_file_is_removed(ledger):
    data = b"%PDF the very bytes"
    digest = hashlib.sha256(data).hexdigest()
    path = ledger.keep_original(data, "../../etc/passwd")
    assert ledger.keep_original(data, "again.pdf") == path
    assert path.parent == ledger.directory / "originals"
    assert ledger.original(digest) == ("../../etc/passwd", path)
    for name in ("/up/a", "/up/b"):
        put = Origin(name, "/up", digest, len(data), 1)
        ledger.put_file("default", put, [document("x")])
    ledger.remove_files("default", ["/up/a"])
    assert path.read_bytes() == data
    ledger.put_file("default", Origin("/up/b", "/up", "another", 1, 1), [document("x")])
    assert ledger.original(digest) is None
    assert not path.exists()


def test_an_upload_that_waits_to_be_read_is_not_swept(ledger):
    path = ledger.keep_original(b"x", "x.txt")
    fill(ledger, "/a", 1)
    ledger.remove_files("default", ["/a"])
    assert path.exists()


def test_a_backup_is_a_library_also_while_others_write(ledger, tmp_path):
    fill(ledger, "/a", 200)
    path = ledger.keep_original(b"bytes", "x.txt")
    stop = threading.Event()

    def write() -> None:
        n = 0
        while not stop.is_set():
            fill(ledger, f"/w{n}", 5)
            n += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        ledger.backup(tmp_path / "copy")
    finally:
        stop.set()
        writer.join()
    with open_ledger(tmp_path / "copy") as copy:
        counts = copy.counts("default", MODEL)
        assert counts.documents >= 200
        assert (counts.documents - 200) % 5 == 0
        assert counts.passages == 2 * counts.documents
        assert copy.get_meta("uid") != ledger.get_meta("uid")
        assert copy.original(hashlib.sha256(b"bytes").hexdigest())[1].read_bytes() == b"bytes"
        assert len(copy.word_hits([["row"]], "default", None, 9999)) == counts.passages
    assert path.exists()
    with pytest.raises(LibraryError, match="already"):
        ledger.backup(tmp_path / "copy")


def test_a_backup_to_where_nothing_can_be_written_is_an_error_with_a_hint(ledger, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(LibraryError, match="cannot be written") as caught:
        ledger.backup(tmp_path / "file" / "copy")
    assert caught.value.hint


def test_small_facts_are_kept_and_forgotten(ledger):
    assert ledger.get_meta("model_id") is None
    ledger.set_meta("model_id", "a")
    ledger.set_meta("model_id", "b")
    assert ledger.get_meta("model_id") == "b"
    ledger.set_meta("model_id", None)
    assert ledger.get_meta("model_id") is None
    assert len(ledger.get_meta("uid")) == 32
    ledger.touch_file("default", origin("/never"))


def test_compacting_wipes_the_bytes_of_deleted_text(ledger):
    for n in range(30):
        ledger.put_file("default", origin(f"/{n}"), [document(f"unspeakable{n} secret{n}")])
    files = [ledger.directory / name for name in ("library.db", "library.db-wal")]
    ledger.remove_files("default", [f"/{n}" for n in range(29)])
    ledger.compact()
    left = b"".join(path.read_bytes() for path in files)
    # FTS5 stores words by what they share with the one before: the whole word is the last one's.
    assert b"unspeakable29" in left
    for n in range(29):
        assert f"unspeakable{n} secret{n}".encode() not in left
        assert f"secret{n}".encode() not in left or n == 2
    assert len(ledger.word_hits([["secret29"]], "default", None, 5)) == 1
