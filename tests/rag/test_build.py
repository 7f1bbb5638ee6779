"""From settings to an open library: wired, embedded, deleted from, closed."""

import threading
import time

import pytest

from ingest.folder import add
from rag.build import open_library
from rag.config import Settings
from rag.errors import LibraryError
from rag.types import Filters, Question

REPORTS = {
    "dam.txt": "Dam bursts\n\nLantern Watch said that the burst dam killed 14 people.\n",
    "veto.md": "# Veto\n\nNorland vetoed the resolution on an inquiry commission.\n",
}


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "reports"
    path.mkdir()
    for name, text in REPORTS.items():
        (path / name).write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def settings(tmp_path):
    return Settings(library=tmp_path / "library", threads=1, hits=3, caution="low")


def fill(library, folder):
    assert [outcome.outcome for outcome in add(library.ledger, [folder])] == ["added", "added"]


def quotes(answer):
    return [citation.quote for citation in answer.citations]


def test_an_empty_library_refuses_and_says_that_it_is_empty(settings):
    with open_library(settings) as library:
        answer = library.assistant.ask(Question("Who vetoed the resolution?"))
    assert answer.declined.reason == "nothing_found"
    assert (answer.citations, answer.coverage.documents) == ((), 0)


def test_words_answer_before_vectors_and_the_answer_says_so(settings, folder):
    with open_library(settings) as library:
        fill(library, folder)
        answer = library.assistant.ask(Question("Who vetoed the resolution?"))
        assert answer.declined is None
        assert any("Norland vetoed" in quote for quote in quotes(answer))
        assert [warning.code for warning in answer.warnings] == ["embedding"]
        assert answer.coverage.embedded == 0.0


def test_embedding_counts_what_it_did_and_does_nothing_twice(settings, folder):
    with open_library(settings) as library:
        fill(library, folder)
        seen = []
        done = library.embed(progress=lambda *counts: seen.append(counts))
        assert done == library.ledger.counts("default").passages
        assert seen[-1] == (done, done)
        assert library.embed() == 0
        answer = library.assistant.ask(Question("Who vetoed the resolution?"))
        assert (answer.warnings, answer.coverage.embedded) == ((), 1.0)


def test_settings_reach_the_answer(settings, folder):
    with open_library(settings) as library:
        fill(library, folder)
        answer = library.assistant.ask(Question("Who vetoed the resolution?"))
        assert answer.settings_hash == settings.answer_hash
        assert len(answer.hits) <= settings.hits
        assert answer.library_seq == library.ledger.seq
        assert answer.writer == "extractive"


def test_the_model_is_loaded_once(settings):
    with open_library(settings) as library:
        assert library.encoder() is library.encoder()
        assert library.ledger.get_meta("model_id") == library.encoder().model_id


def test_what_is_deleted_is_never_quoted_again(settings, folder):
    question = Question("Who vetoed the resolution on an inquiry commission?")
    with open_library(settings) as library:
        fill(library, folder)
        before = library.assistant.ask(question)
        assert any("Norland" in quote for quote in quotes(before))
        library.ledger.remove_documents(
            {c.document_id for c in before.citations if "Norland" in c.quote}
        )
        after = library.assistant.ask(question)
        assert not any("Norland" in quote for quote in quotes(after))
        assert after.declined is not None
        assert after.library_seq > before.library_seq
        assert after.coverage.documents == 1


def test_a_changed_file_is_quoted_as_it_is_now(settings, folder):
    question = Question("Who vetoed the resolution on an inquiry commission?")
    with open_library(settings) as library:
        fill(library, folder)
        (folder / "veto.md").write_text(REPORTS["veto.md"].replace("Norland", "Osterland"))
        assert {o.outcome for o in add(library.ledger, [folder])} == {"updated", "unchanged"}
        answer = library.assistant.ask(question)
        assert any("Osterland vetoed" in quote for quote in quotes(answer))
        assert not any("Norland" in quote for quote in quotes(answer))


def test_another_process_finds_the_same_library(settings, folder):
    with open_library(settings) as writer:
        fill(writer, folder)
        with open_library(settings) as other:
            hits = other.retriever.retrieve(
                "vetoed", filters=Filters(), collection="default", limit=2
            )
            assert hits[0].document.source.endswith("veto.md")


def test_one_process_owns_the_index_and_embeds_in_the_background(settings, folder):
    with open_library(settings, own_index=True) as server:
        assert server.index is not None
        with open_library(settings, own_index=True) as second:
            assert second.index is None
        server.start()
        fill(server, folder)
        deadline = time.monotonic() + 60
        waiting = threading.Event()
        while server.index.applied_seq < server.ledger.seq or (
            server.ledger.counts("default").embedded_share < 1.0
        ):
            assert time.monotonic() < deadline, "the vectors never arrived"
            waiting.wait(0.05)
        answer = server.assistant.ask(Question("Who vetoed the resolution?"))
        assert answer.warnings == ()
    with open_library(settings, own_index=True) as next_owner:
        assert next_owner.index is not None


def test_a_file_in_place_of_the_library_is_said(tmp_path):
    (tmp_path / "library").write_text("not a folder")
    with pytest.raises(LibraryError) as raised:
        open_library(Settings(library=tmp_path / "library"))
    assert str(tmp_path / "library") in raised.value.message
    assert raised.value.hint
