"""A purge: afterwards no file holds what was removed, and everything else is as it was."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import numpy as np
import pytest

from rag.english.words import index_text
from rag.index import VectorIndex
from rag.ledger import Ledger
from rag.purge import Purge
from rag.store.matrix import VectorMatrix
from rag.store.values import UnreadPart
from rag.verify_library import holding, verify_library
from tests.faults.campaign import start
from tests.rag.shelf import (
    MODEL,
    WIDTH,
    assert_sound,
    document,
    embed,
    fill,
    origin,
    vector_of,
)

NEVER = threading.Event()
SECRET = "The courier Zebrafaxx carried file QX-77b3a9 over the bridge"
CANARIES = ("Zebrafaxx", "zebrafaxx", "77b3a9", "carried file")


def needles() -> list[bytes]:
    """Return everything by which the secret could be found again."""
    words = [word for word in index_text(SECRET).split() if len(word) > 6]
    texts = {*CANARIES, *words}
    found = [text.encode(code) for text in texts for code in ("utf-8", "utf-16-le", "utf-16-be")]
    vector = vector_of(SECRET)
    # A stretch of the vector: whatever keeps it may keep a head before it, or less precision.
    return [*found, vector.tobytes(), vector[4:12].tobytes(), vector.astype("<f8").tobytes()]


def answer(document_id: str, quote: str, **more: object) -> dict[str, object]:
    citation = {"n": 1, "document_id": document_id, "quote": quote, "start": 0, "title": "A title"}
    return {"text": f"It says “{quote}” [1]", "citations": [citation], "library_seq": 1, **more}


def library(place: Path, index: bool = True) -> tuple[str, str]:
    """Make a library of a secret and of other documents, with answers; return both ids."""
    with Ledger(place) as ledger:
        fill(ledger, "/a", 20)
        ledger.put_file("default", origin("/c"), [document(SECRET, "row /a 1 paragraph 1")])
        embed(ledger)
        if index:
            owner = VectorIndex(place, ledger, MODEL, WIDTH)
            owner.catch_up(NEVER)
            owner.close()
        VectorMatrix(ledger, MODEL).parts()
        rows = ledger.origins("default")
        secret, kept = rows["/c"].document_ids[0], rows["/a"].document_ids[0]
        turns = [
            {"question": "Who is zebrafaxx?", "id": "1", "answer": answer(secret, SECRET)},
            {"question": "And the rows?", "id": "2", "answer": answer(kept, "row /a 0")},
            {"question": "What is in the rows?", "id": "3", "answer": answer(secret, "carried")},
        ]
        talk = {"title": "Who is zebrafaxx?", "questions": 3, "turns": turns}
        ledger.put_conversation("talk", talk)
        ledger.put_conversation("other", {"title": "Rows?", "turns": turns[1:2]})
        old = [{"role": "user", "content": "Zebrafaxx?"}, {"role": "assistant", "content": SECRET}]
        ledger.put_conversation("old", {"turns": old})
        outcome = {"source": "c", "outcome": "added", "why": "", "notes": ["from /c"]}
        other = {"source": "a", "outcome": "added", "why": "", "notes": []}
        files = [{"name": "c", "bytes": 3}, {"name": "a", "bytes": 3}]
        ledger.put_job("j1", {"state": "done", "files": files, "outcomes": [outcome, other]})
    return secret, kept


def purge(ledger: Ledger, **options: object):
    return Purge(
        ledger,
        lambda: VectorIndex.acquire(ledger.directory, ledger, MODEL, WIDTH),
        ordinary=lambda word: word in "the file courier carried over bridge".split(),
        **options,
    ).run()


def gone(place: Path) -> None:
    assert holding(place, needles()) == {}


@pytest.fixture
def place(tmp_path):
    return tmp_path / "library"


@pytest.mark.slow
def test_the_canaries_are_found_where_they_are(place):
    library(place)
    files = {name for names in holding(place, needles()).values() for name in names}
    kinds = {Path(name).parts[0] for name in files}
    assert {"cache", "index"} <= kinds
    assert kinds & {"library.db", "library.db-wal"}


def test_what_was_removed_is_in_no_file_after_a_purge(place):
    secret, other = library(place)
    with Ledger(place) as ledger:
        ledger.remove_documents([secret])
        before = ledger.counts("default", MODEL)
        done = purge(ledger)
        gone(place)
        assert (done.conversations, done.jobs, done.left) == (2, 1, [])
        assert ledger.counts("default", MODEL) == before
        assert len(ledger.word_hits([["paragraph"]], "default", None, 100)) == 40
        assert_sound(ledger)
        found = verify_library(ledger, MODEL, WIDTH)
        assert (found.faults, found.clean, found.remains["log_bytes"]) == ([], True, 0)
        # The index and the matrix come back without it.
        owner = VectorIndex(place, ledger, MODEL, WIDTH)
        owner.catch_up(NEVER)
        assert (owner.status, owner.check().ok) == ("healthy", True)
        owner.close()
        VectorMatrix(ledger, MODEL).parts()
        gone(place)


def test_answers_that_quote_it_are_redacted_and_no_others(place):
    secret, other = library(place, index=False)
    with Ledger(place) as ledger:
        ledger.remove_documents([secret])
        purge(ledger)
        first, second, third = ledger.conversation("talk")["turns"]
        assert first["question"] == "[purged]"
        assert "answer" not in first
        assert "purged" in first["error"]["message"]
        assert second["answer"]["citations"][0]["document_id"] == other
        # Its question holds no word of the secret that is not left elsewhere.
        assert third["question"] == "What is in the rows?"
        assert "answer" not in third
        assert ledger.conversation("talk")["title"] == "[purged]"
        assert ledger.conversation("other")["turns"] == [second]
        assert ledger.conversation("old")["turns"] == [
            {"role": "user", "content": "[purged]"},
            {"role": "assistant", "content": "[purged]"},
        ]
        job = ledger.job("j1")
        assert [one["name"] for one in job["files"]] == ["[purged]", "a"]
        assert [one["source"] for one in job["outcomes"]] == ["[purged]", "a"]
        assert job["outcomes"][0]["notes"] == []


def test_words_of_an_older_version_of_a_document_are_purged_too(place):
    secret, _ = library(place, index=False)
    with Ledger(place) as ledger:
        ledger.put_file("default", origin("/c", "new"), [document("row /a 1 paragraph 1")])
        embed(ledger)
        purge(ledger)
        gone(place)
        assert ledger.document(secret).text == "row /a 1 paragraph 1"
        assert [len(ledger.conversation("talk")["turns"]), len(ledger.passages_of(secret))] == [
            3,
            1,
        ]


def test_what_a_copy_still_holds_stays(place):
    secret, _ = library(place, index=False)
    with Ledger(place) as ledger:
        ledger.put_file("default", origin("/copy"), [document(SECRET)])
        ledger.remove_documents([secret])
        purge(ledger)
        assert len(ledger.word_hits([["zebrafaxx"]], "default", None, 9)) == 1
        assert ledger.counts("default", MODEL).embedded == 41
        assert ledger.gone_words() == frozenset()


def test_uploads_runs_and_cases_that_hold_it_are_wiped(place, tmp_path):
    secret, other = library(place, index=False)
    with Ledger(place) as ledger:
        folder = place / "uploads" / "default"
        folder.mkdir(parents=True)
        for name, text in (("s.txt", SECRET), ("kept.txt", "row"), ("waiting.txt", "later")):
            (folder / name).write_text(text, encoding="utf-16")
            kept = ledger.keep_original((folder / name).read_bytes(), name)
            if name != "waiting.txt":
                row = origin(str(folder / name), "")
                row = type(row)(row.path, str(folder), kept.name, 1, 1)
                ledger.put_file("default", row, [document(text)])
        waiting = {"state": "queued", "files": [{"name": "waiting.txt"}], "outcomes": []}
        ledger.put_job("j2", waiting)
        (place / "uploads/.jobs/j2").mkdir(parents=True)
        (place / "uploads/.jobs/j2/waiting.txt").write_text("later")
        run_folder = place / "runs/one"
        run_folder.mkdir(parents=True)
        lines = [
            {
                "id": "1",
                "outcome": "answered",
                "answer": answer(secret, SECRET),
                "scores": {"f": 1.0},
            }
            | {"row": {"id": "1", "question": "Who is zebrafaxx?", "expect": {"any": [SECRET]}}},
            {"id": "2", "outcome": "answered", "answer": answer(other, "row /a 0"), "scores": {}},
        ]
        (run_folder / "records.jsonl").write_text("".join(json.dumps(one) + "\n" for one in lines))
        (run_folder / "report.html").write_text(SECRET)
        (run_folder / "summary.json").write_text(json.dumps({"rows": 2, "problems": [SECRET]}))
        (place / "measure/m").mkdir(parents=True)
        (place / "measure/m/cases.jsonl").write_text(json.dumps({"question": SECRET}) + "\n")
        cache = tmp_path / "cache"
        cache.mkdir()
        kept = [{"key": "a", "output": lines[0]["answer"]}, {"key": "b", "output": {"text": "x"}}]
        (cache / "k.jsonl").write_text("".join(json.dumps(one) + "\n" for one in kept))
        ledger.remove_files("default", ["/c", str(folder / "s.txt")])
        reports: list[Path] = []
        done = purge(ledger, runs=reports.append, caches=[cache])
        gone(place)
        gone(cache)
        assert (done.runs, reports) == (1, [run_folder])
        first, second = map(json.loads, (run_folder / "records.jsonl").read_text().splitlines())
        assert (first["scores"], first["row"]["question"]) == ({"f": 1.0}, "[purged]")
        assert second == lines[1]
        assert sorted(path.name for path in folder.iterdir()) == ["kept.txt", "waiting.txt"]
        assert (place / "uploads/.jobs/j2/waiting.txt").exists()
        assert len(list((place / "originals").iterdir())) == 2
        assert json.loads((cache / "k.jsonl").read_text())["key"] == "b"
        assert not (place / "measure/m").exists()


def test_a_run_that_is_being_written_is_said_and_done_the_next_time(place):
    from eval.runs import RunFolder, RunLock

    secret, _ = library(place, index=False)
    folder = place / "runs/one"
    folder.mkdir(parents=True)
    line = json.dumps({"id": "1", "answer": answer(secret, SECRET)}) + "\n"
    with Ledger(place) as ledger:
        ledger.remove_documents([secret])
        lock = RunLock.take(RunFolder(folder))
        (folder / "records.jsonl").write_text(line)
        done = purge(ledger)
        assert "is being measured" in done.left[0]
        assert ledger.purging
        lock.close()
        assert purge(ledger).left == []
        gone(place)


def test_a_file_is_not_kept_by_who_read_before_the_purge(place):
    """A matrix that was read out of the ledger just before must not be written after."""
    secret, _ = library(place, index=False)
    with Ledger(place) as ledger, Ledger(place) as other:
        matrix = VectorMatrix(other, MODEL)
        matrix._purges = other.get_meta("purges")
        rowids, vectors = other.vectors_of(MODEL, range(1, 100))
        from rag.store.matrix import MatrixPart

        ledger.remove_documents([secret])
        purge(ledger)
        matrix._save(other.seq, MatrixPart(rowids, vectors))
        gone(place)


@pytest.mark.slow
def test_the_owner_of_the_index_wipes_it_when_it_is_asked(place):
    secret, _ = library(place)
    with Ledger(place) as ledger, Ledger(place) as servers:
        stop = threading.Event()
        owner = VectorIndex(place, servers, MODEL, WIDTH, quiet_seconds=0)
        thread = threading.Thread(target=owner.run, args=(stop,))
        thread.start()
        try:
            ledger.remove_documents([secret])
            done = purge(ledger)
            assert done.left == []
            gone(place)
        finally:
            stop.set()
            thread.join(60)
            owner.close()
        owner = VectorIndex(place, servers, MODEL, WIDTH)
        owner.catch_up(NEVER)
        assert owner.check().ok
        owner.close()
        gone(place)


@pytest.mark.slow
def test_an_owner_that_does_not_listen_is_an_error_and_the_next_purge_goes_on(place):
    from rag.errors import Busy

    secret, _ = library(place)
    with Ledger(place) as ledger:
        owner = VectorIndex(place, ledger, MODEL, WIDTH)
        ledger.remove_documents([secret])
        with pytest.raises(Busy, match="has not wiped it"):
            purge(ledger, owner_seconds=0.3)
        found = verify_library(ledger, MODEL, WIDTH)
        assert not found.clean
        assert found.remains["unfinished"]
        owner.close()
        purge(ledger)
        gone(place)


STEPS = ("index", "answers", "files", "words", "vacuum", "end")
KILLED = """
import os, signal, sys
from pathlib import Path
from rag.index import VectorIndex
from rag.ledger import Ledger
from rag.purge import Purge
from tests.rag.shelf import MODEL, WIDTH
place, step, document_id = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
names = {"index": "wipe_index", "answers": "_answers", "files": "_files", "words": "_words"}
def die(*_): os.kill(os.getpid(), signal.SIGKILL)
with Ledger(place) as ledger:
    ledger.remove_documents([document_id])
    if step in names:
        setattr(Purge, names[step], die)
    else:
        setattr(Ledger, {"vacuum": "vacuum", "end": "end_purge"}[step], die)
    Purge(
        ledger,
        lambda: VectorIndex.acquire(place, ledger, MODEL, WIDTH),
        ordinary=lambda word: word in ("the", "over"),
    ).run()
"""


@pytest.mark.parametrize("step", ["words"])
def test_a_purge_that_was_killed_is_finished_by_the_next(place, step):
    killed_at(place, step)


@pytest.mark.slow
@pytest.mark.parametrize("step", [step for step in STEPS if step != "words"])
def test_a_purge_that_was_killed_elsewhere_is_finished_by_the_next(place, step):
    killed_at(place, step)


def killed_at(place: Path, step: str) -> None:
    secret, _ = library(place, index=step == "index")
    child = start("-c", KILLED, place, step, secret)
    child.communicate(timeout=60)
    assert child.returncode == -9
    with Ledger(place) as ledger:
        assert ledger.purging
        before = ledger.counts("default", MODEL)
        assert purge(ledger).left == []
        assert not ledger.purging
        gone(place)
        assert ledger.counts("default", MODEL) == before
        assert ledger.conversation("other")["turns"][0]["answer"]["citations"]
        assert_sound(ledger)


@pytest.mark.slow
def test_verifying_finds_what_is_wrong(place):
    library(place)
    with Ledger(place) as ledger:
        assert verify_library(ledger, MODEL, WIDTH).faults == []
        with ledger._write() as db:
            db.execute("UPDATE texts SET text = 'x' || text WHERE document = 1")
            db.execute("DELETE FROM words WHERE rowid = 5")
            db.execute("UPDATE embeddings SET vector = x'00' WHERE content = 3")
            db.execute("INSERT INTO changes(op, passage) VALUES(1, 7)")
        (place / "index/generation-0000").mkdir()
        (place / "library.db.old").write_text("x")
        said = verify_library(ledger, MODEL, WIDTH)
        told = " ".join(said.faults)
        for words in (
            "are not in its text",
            "missing from the full-text index",
            "vectors are damaged",
            "were deleted and are there",
        ):
            assert words in told, words
        assert set(said.leftovers) == {"index/generation-0000", "library.db.old"}
        assert not said.sound


@pytest.mark.slow
def test_verifying_finds_a_damaged_index(place):
    library(place)
    with Ledger(place) as ledger:
        with ledger._write() as db:
            db.execute("INSERT INTO contents(key, text, context) VALUES(x'01', 'new', '')")
            db.execute(
                'INSERT INTO passages(document, content, "start", "end", length)'
                " SELECT 1, max(n), 0, 3, 1 FROM contents"
            )
            vector = np.ones(WIDTH, dtype="<f4").tobytes()
            db.execute("INSERT INTO embeddings SELECT 1, max(n), ? FROM contents", (vector,))
        told = " ".join(verify_library(ledger, MODEL, WIDTH).faults)
        assert "1 passages are missing from the index" in told


def test_a_purge_is_no_slower_for_what_is_left_open(place):
    """A reader of an old state keeps the log from being emptied: it is waited for, then said."""
    secret, _ = library(place, index=False)
    with Ledger(place) as ledger, Ledger(place) as reader:
        held = reader._connection()
        held.execute("BEGIN")
        held.execute("SELECT count(*) FROM documents").fetchone()
        ledger.remove_documents([secret])
        timer = threading.Timer(0.4, lambda: held.execute("COMMIT"))
        timer.start()
        purge(ledger)
        timer.join()
        gone(place)


def test_what_is_removed_during_a_purge_is_left_for_the_next(place, monkeypatch):
    secret, other = library(place, index=False)
    with Ledger(place) as ledger:
        ledger.remove_documents([other])
        redact = ledger.redact_jobs
        # After the answers were looked through, and before the words are wiped.
        monkeypatch.setattr(
            ledger,
            "redact_jobs",
            lambda change: (redact(change), ledger.remove_files("default", ["/c"]))[0],
        )
        purge(ledger)
        monkeypatch.undo()
        assert "answer" in ledger.conversation("talk")["turns"][0]
        assert ledger.remains()["deleted_passages"] == 2
        purge(ledger)
        assert "answer" not in ledger.conversation("talk")["turns"][0]
        gone(place)


def test_a_matrix_whose_vectors_are_all_gone_is_read_anew(place):
    """None of those that are compared with the ledger lives: a search must not end in an error."""
    with Ledger(place) as ledger:
        fill(ledger, "/a", 3)
        VectorMatrix(ledger, MODEL).parts()
        ledger.remove_files("default", ["/a"])
        fill(ledger, "/b", 2, word="other")
    with Ledger(place) as ledger:
        live = ledger.searchable("default", None)
        found = VectorMatrix(ledger, MODEL).nearest(vector_of("other /b 1 paragraph 0"), live, 1)
        assert found[0][1] > 0.999


def test_names_of_files_inside_purged_containers_are_in_no_file(place):
    box, other = "/uploads/box.zip", "/uploads/other.zip"
    with Ledger(place) as ledger:
        rows = [document(f"Text {n}.", source=f"{box}!/Acmezilla-{n}.txt") for n in range(2)]
        ledger.put_file("default", origin(box), rows)
        kept = document("Stays.", source=f"{other}!/in/Stayzilla.txt")
        gone_member = document("Goes.", source=f"{other}!/in/Goezilla.txt", part="2")
        unread = [UnreadPart(f"{name}.pdf", "broken") for name in ("Unreadzilla", "Brokenzilla")]
        ledger.put_file("default", origin(other, "1"), [kept, gone_member], unread)
        ledger.put_file("default", origin(other, "2"), [kept], unread[:1])
        names = ["box.zip!/Acmezilla-0.txt", "box.zip!/in/Doezilla.pdf"]
        names += ["other.zip!/in/Stayzilla.txt", "other.zip!/in/Goezilla.txt"]
        names += ["other.zip!/Unreadzilla.pdf", "other.zip!/Brokenzilla.pdf"]
        outcomes = [{"source": name, "outcome": "failed", "why": name} for name in names]
        files = [{"name": "box.zip"}, {"name": "other.zip"}]
        ledger.put_job("j", {"state": "done", "files": files, "outcomes": outcomes})
        ledger.put_outcomes("j", {0: outcomes})
        ledger.remove_files("default", [box])
        purge(ledger)
        canaries = [b"Acmezilla", b"Doezilla", b"Goezilla", b"Stayzilla"]
        canaries += [b"Unreadzilla", b"Brokenzilla"]
        assert set(holding(place, canaries)) == {b"Stayzilla", b"Unreadzilla"}
        shown = [one["source"] for one in ledger.job_outcomes("j", None, 9)[0]]
        assert shown == [*["[purged]"] * 2, names[2], "[purged]", names[4], "[purged]"]
        assert [one["source"] for one in ledger.job("j")["outcomes"]] == shown


def test_the_full_text_index_is_checked_beside_a_writer(place, monkeypatch):
    monkeypatch.setattr("rag.store.store.WAIT_SECONDS", 0.05)
    with Ledger(place) as ledger, Ledger(place) as writer:
        fill(ledger, "/a", 5)
        with writer._write():
            found = verify_library(ledger, MODEL, WIDTH)
        assert (found.faults, found.leftovers) == ([], [])
        with ledger._write() as db:
            db.execute("UPDATE words_content SET c0 = 'other' WHERE id = 3")
        (fault,) = ledger.words_faults()
        assert "does not fit its passages" in fault
        assert list((place / "cache").iterdir()) == []


def test_who_writes_waits_for_a_purge_longer_than_for_others(place, monkeypatch):
    from rag.errors import Busy

    monkeypatch.setattr("rag.store.store.WAIT_SECONDS", 0.05)
    with Ledger(place) as ledger, Ledger(place) as other:
        with other._write(), pytest.raises(Busy):
            ledger.put_conversation("a", {})
        ledger.begin_purge()
        held = other._connection()
        held.execute("BEGIN IMMEDIATE")
        timer = threading.Timer(0.3, lambda: held.execute("COMMIT"))
        timer.start()
        ledger.put_conversation("a", {})
        timer.join()
        monkeypatch.setattr("rag.store.store.PURGE_SECONDS", 0.1)
        with other._write(), pytest.raises(Busy):
            ledger.put_conversation("a", {})
