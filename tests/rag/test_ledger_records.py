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


def test_two_changes_of_a_conversation_at_once_are_both_kept(ledger):
    """Each reads what the one before has written: nothing is lost, whoever comes first."""
    barrier = threading.Barrier(4)

    def add(name):
        barrier.wait(10)
        for n in range(10):
            ledger.update_conversation(
                "c", lambda kept, n=n: {"turns": [*(kept or {}).get("turns", ()), f"{name}{n}"]}
            )

    threads = [threading.Thread(target=add, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    turns = ledger.conversation("c")["turns"]
    assert len(turns) == 40
    for name in "abcd":
        assert [turn for turn in turns if turn[0] == name] == [f"{name}{n}" for n in range(10)]


def test_a_change_may_leave_a_conversation_alone_or_remove_it(ledger):
    assert ledger.update_conversation("c", lambda kept: kept) is None
    assert ledger.conversation("c") is None
    assert ledger.update_conversation("c", lambda _: {"turns": [1]}) == {"turns": [1]}
    assert ledger.update_conversation("c", lambda _: None) is None
    assert ledger.conversation("c") == {"turns": [1]}
    with pytest.raises(ZeroDivisionError):
        ledger.update_conversation("c", lambda _: {"turns": 1 // 0})
    assert ledger.conversation("c") == {"turns": [1]}
    assert ledger.update_conversation("c", lambda _: {}) == {}
    assert ledger.conversation("c") is None


def test_conversations_are_listed_page_by_page_whatever_kept_them(ledger):
    ledger.put_conversation("old", {"turns": [{"role": "user", "content": "Who?"}, {"role": "a"}]})
    for n in range(4):
        value = {"title": f"Q{n}?", "created": "2026-01-01", "questions": n, "turns": []}
        ledger.put_conversation(f"c{n}", value)
    ledger.put_conversation("theirs", {"title": "Not mine?"}, owner="ann")
    ledger.put_conversation("c0", {"title": "Q0, later?"})
    page, cursor = ledger.conversation_page(limit=3)
    rest, end = ledger.conversation_page(cursor, limit=3)
    assert [row.id for row in page + rest] == ["c3", "c2", "c1", "c0", "old"]
    assert end is None
    assert [(row.title, row.questions) for row in rest] == [("Q0, later?", 0), ("Who?", 1)]
    assert page[0].created == "2026-01-01"
    assert [row.id for row in ledger.conversation_rows(["old", "nothing", "c2"])] == ["c2", "old"]
    assert [row.id for row in ledger.conversation_page(owner="ann")[0]] == ["theirs"]
    with pytest.raises(BadRequest):
        ledger.conversation_page("x")


def test_documents_are_found_by_the_hash_of_their_text(ledger):
    for path in ("/a", "/b"):
        ledger.put_file("default", origin(path), [document("The same words.")])
    first = ledger.find_infos("default")[0][0]
    found = ledger.ids_of_texts([first.text_sha256, "0" * 64])
    assert found == {first.text_sha256: first.id}
    assert ledger.ids_of_texts([]) == {}


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
