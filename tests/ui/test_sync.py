"""Documents that are added, changed, renamed, deleted and purged beside a running server."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from ingest.folder import add
from rag.index import VectorIndex
from rag.ledger import Ledger
from rag.pending import embed_pending
from rag.purge import Purge
from rag.verify_library import holding
from tests.rag.shelf import MODEL, WIDTH, SmallEncoder, fill
from tests.ui.cli import Vouch, failed, worked
from ui.conversations import Begun, KeptTurn, conversation, keep

PATIENCE = 90.0
CANARY = "Quillhaven-77b3a9"
REPORT = "The {0} ferry sank off Cape Morrow. Captain Brandt said that {1} passengers were saved."


@contextmanager
def serving(vouch: Vouch) -> Iterator[httpx.Client]:
    """Run the real server; yield a client of it."""
    server = vouch.start("serve", "--port", "0")
    timer = threading.Timer(4 * PATIENCE, server.kill)
    timer.start()
    try:
        said = server.stderr.readline()
        while "Vouch answers at" not in said:
            assert said, "the server ended"
            said = server.stderr.readline()
        threading.Thread(target=server.stderr.read, daemon=True).start()
        url = said.split(" at ")[1].split()[0]
        with httpx.Client(base_url=url, timeout=PATIENCE) as client:
            yield client
    finally:
        timer.cancel()
        server.terminate()
        server.wait(30)
        server.stdin.close()


def ask(client: httpx.Client, question: str, **more: str) -> dict:
    response = client.post("/v1/ask", json={"question": question, **more})
    assert response.status_code == 200, response.text
    return response.json()


def everything_said(answer: dict) -> str:
    return json.dumps({**answer, "question": "", "standalone_question": ""})


@pytest.fixture
def vouch(tmp_path):
    return Vouch(tmp_path / "vouch")


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "ferry.txt").write_text(REPORT.format(CANARY, 212))
    (folder / "fair.txt").write_text("The marmalade fair in Larkhaven opened on Saturday morning.")
    return folder


@pytest.mark.slow
def test_what_a_real_add_changes_is_in_the_running_servers_next_answer(vouch, folder):
    question = "How many passengers were saved when the ferry sank off Cape Morrow?"
    worked(vouch("add", "--no-embed", folder))
    with serving(vouch) as client:
        first = ask(client, question)
        assert "212 passengers" in first["text"]
        document_id = first["citations"][0]["document_id"]
        # Changed: the next question is answered out of the new text.
        (folder / "ferry.txt").write_text(REPORT.format(CANARY, 305))
        assert "updated" in worked(vouch("add", "--no-embed", folder))
        second = ask(client, question)
        assert "305 passengers" in second["text"]
        assert "212" not in everything_said(second)
        # Renamed: the same document, with its new name.
        (folder / "ferry.txt").rename(folder / "accident.txt")
        assert "renamed from" in worked(vouch("add", "--no-embed", folder))
        third = ask(client, question)
        assert third["citations"][0]["document_id"] == document_id
        assert third["citations"][0]["source"].endswith("accident.txt")
        # Deleted: in no answer, no search and no list from the next question on.
        (folder / "accident.txt").unlink()
        assert "removed" in worked(vouch("add", "--no-embed", folder))
        fourth = ask(client, question)
        assert document_id not in everything_said(fourth)
        assert "305" not in everything_said(fourth)
        found = client.post("/v1/search", json={"query": question}).json()
        assert document_id not in json.dumps(found)
        assert client.get(f"/v1/documents/{document_id}").status_code == 404
        # Added again: it is found at once, whatever its vectors do.
        (folder / "ferry.txt").write_text(REPORT.format(CANARY, 400))
        worked(vouch("add", "--no-embed", folder))
        assert "400 passengers" in ask(client, question)["text"]


@pytest.mark.slow
def test_a_purge_beside_a_running_server_leaves_nothing(vouch, folder):
    question = f"How many passengers of the {CANARY} ferry were saved?"
    for n in range(60):
        (folder / f"more-{n}.txt").write_text(f"Report {n} on tariffs of matter {n * n}.")
    worked(vouch("add", folder))
    with serving(vouch) as client:
        first = ask(client, question, conversation_id="talk")
        assert "212" in first["text"]
        ask(client, "When did the marmalade fair open?", conversation_id="fair")
        uploaded = client.post("/v1/documents", files={"file": ("note.txt", f"{CANARY} sank.")})
        wait_for_job(client, uploaded.json()["id"])
        current = vouch.library / "index/current.json"
        wait_until(current.exists)
        needles = [
            text.encode(code)
            for text in (CANARY, CANARY.lower(), "quillhaven", "77b3a9")
            for code in ("utf-8", "utf-16-le", "utf-16-be")
        ]
        vector = vector_bytes(vouch.library, first["citations"][0]["document_id"])
        needles += [vector, vector[64:128]]
        assert holding(vouch.library, needles)
        (folder / "ferry.txt").unlink()
        said = worked(vouch("purge", folder / "ferry.txt", vouch.library / "uploads"))
        assert "proof:" in said
        assert holding(vouch.library, needles) == {}
        # The server goes on, without it, and builds its index again.
        assert "212" not in everything_said(ask(client, question))
        kept = client.get("/v1/conversations/talk").json()
        assert CANARY not in json.dumps(kept)
        assert "marmalade" in json.dumps(client.get("/v1/conversations/fair").json())
        wait_until(current.exists)
        (vouch.library / "library.db-wal").stat()
        said = worked(vouch("status", "--verify"))
        assert "sound            yes" in said
    # In order, and still nothing.
    assert holding(vouch.library, needles) == {}
    worked(vouch("purge"))
    said = json.loads(worked(vouch("status", "--verify", "--json")))
    assert (said["verified"]["sound"], said["verified"]["clean"]) == (True, True)


def wait_until(true) -> None:
    until = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < until
        time.sleep(0.05)


def wait_for_job(client: httpx.Client, job_id: str) -> None:
    wait_until(lambda: client.get(f"/v1/jobs/{job_id}").json()["state"] == "done")


def vector_bytes(library: Path, document_id: str) -> bytes:
    from rag.embed import identify

    with Ledger(library) as ledger:
        rowid = int(ledger.passages_of(document_id)[0].id)
        return ledger.vectors_of(identify()[0], [rowid])[1][0].tobytes()


def test_purge_and_verify_say_what_they_do(vouch, folder):
    worked(vouch("add", "--no-embed", folder))
    asked = vouch("purge", "--query", "ferry")
    assert (asked.returncode, "Add --yes" in asked.stderr) == (1, True)
    said = worked(vouch("purge", "--query", "ferry", "--yes"))
    assert said.startswith("purged: 1 document removed")
    assert "stand in no file" in said
    (vouch.library / "index/generation-old").mkdir(parents=True)
    said = worked(vouch("status", "--verify"))
    assert "leftover         index/generation-old" in said
    assert "some may be left in files (1 files belong to nothing)" in said
    assert "no document, file or folder" in failed(vouch("purge", "nothing"))


def test_an_answer_that_was_being_written_during_a_purge_is_not_kept(tmp_path):
    with Ledger(tmp_path / "library") as ledger:
        fill(ledger, "/a", 2)
        gone, stays = ledger.origins("default")["/a"].document_ids
        seq = ledger.seq
        ledger.remove_documents([gone])
        Purge(ledger, lambda: VectorIndex.acquire(ledger.directory, ledger, MODEL, WIDTH)).run()
        for name, cited, at in (("late", gone, seq), ("other", stays, seq), ("new", gone, 10**6)):
            answer = {"text": CANARY, "library_seq": at, "citations": [{"document_id": cited}]}
            keep(ledger, Begun(name), KeptTurn("Who?", answer=answer))
        (late,) = conversation(ledger, "late").turns
        assert late.answer is None
        assert "purged" in late.error["message"]
        assert conversation(ledger, "other").turns[0].answer["text"] == CANARY
        assert conversation(ledger, "new").turns[0].answer is not None


class Counting(SmallEncoder):
    """Remembers every text that it was given."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def encode(self, texts):
        self.texts += texts
        return super().encode(texts)


def test_a_change_embeds_only_the_passages_whose_words_changed(tmp_path):
    folder = tmp_path / "docs"
    folder.mkdir()
    parts = [f"# Part {n}\n\n" + f"Witness {n} spoke of matter {n}. " * 12 for n in range(30)]
    file = folder / "report.md"
    file.write_text("\n\n".join(parts))
    with Ledger(tmp_path / "library") as ledger:

        def embedded() -> list[str]:
            encoder = Counting()
            list(add(ledger, [folder]))
            embed_pending(ledger, encoder)
            return encoder.texts

        passages = len(embedded())
        assert passages >= 30
        assert embedded() == []
        parts[14] = parts[14].replace("matter 14. ", "another matter. ", 1)
        file.write_text("\n\n".join(parts))
        changed = embedded()
        assert len(changed) == 1
        assert "another matter" in changed[0]
        # Added text moves what stands behind it, and changes none of its words.
        file.write_text("\n\n".join([*parts[:3], "# New\n\n" + "A new part. " * 20, *parts[3:]]))
        assert len(embedded()) == 1
        file.rename(folder / "renamed.md")
        assert embedded() == []
        assert ledger.counts("default", MODEL).embedded == passages + 1
