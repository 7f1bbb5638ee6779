"""``vouch search``, ``ask``, ``chat``, ``serve``, ``rebuild``: on the examples, with the model."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from rag.config import Settings
from rag.ledger import Ledger
from rag.types import Filters
from tests.fakes import FakeAnswerer, declined_answer, disagreeing_answer, failing_answerer
from tests.ui.cli import EXAMPLES, Vouch, failed, worked
from ui.cli_chat import converse

CONTRACT = {
    "id", "contract", "library_seq", "settings_hash", "question", "standalone_question", "filters",
    "text", "marks", "complete", "declined", "answers", "sentences", "citations", "accounts",
    "coverage", "warnings", "writer", "timing_ms",
}  # fmt: skip
ESCAPE = "\x1b"


@pytest.fixture(scope="module")
def vouch(tmp_path_factory: pytest.TempPathFactory) -> Vouch:
    """The examples, added once with their vectors."""
    made = Vouch(tmp_path_factory.mktemp("asked"))
    worked(made("add", EXAMPLES, "--quiet"))
    return made


def asked(vouch: Vouch, *arguments: str) -> dict[str, Any]:
    found = json.loads(worked(vouch("ask", "--json", *arguments)))
    assert isinstance(found, dict)
    return found


def test_the_vectors_come_with_the_add_and_a_second_add_embeds_nothing(vouch: Vouch) -> None:
    status = json.loads(worked(vouch("status", "--json")))
    assert status["vectors"] == f"{status['passages']} of {status['passages']} (100%)"
    again = vouch("add", EXAMPLES)
    assert "13 unchanged" in worked(again)
    assert again.stderr == ""


def test_search_finds_the_passage_and_its_source(vouch: Vouch) -> None:
    shown = worked(vouch("search", "permit", "for", "ammonium", "nitrate", "--limit", "3"))
    assert "ammonium nitrate" in shown
    found = json.loads(worked(vouch("search", "marmalade jars", "--json", "--limit", "1")))
    assert found["hits"][0]["publisher"] == "Larkhaven Courier"
    with Ledger(vouch.library) as ledger:
        for hit in found["hits"]:
            document = ledger.document(hit["document_id"])
            assert document is not None
            assert document.text[hit["start"] : hit["end"]] == hit["text"]


def test_search_loads_neither_torch_nor_chroma_nor_gradio(vouch: Vouch) -> None:
    done = vouch("search", "sprinklers", python=("-X", "importtime"))
    assert "sprinklers" in worked(done)
    imported = {line.rsplit("|", 1)[-1].strip() for line in done.stderr.splitlines()}
    assert "onnxruntime" in imported
    assert imported.isdisjoint({"torch", "chromadb", "gradio", "transformers", "fastapi"})


def test_json_is_the_contract_and_every_quote_is_a_slice(vouch: Vouch) -> None:
    answer = asked(vouch, "How many people were killed in the explosion at Larkhaven?")
    assert CONTRACT - set(answer) == set()
    assert answer["declined"] is None
    assert answer["citations"]
    with Ledger(vouch.library) as ledger:
        for citation in answer["citations"]:
            document = ledger.document(citation["document_id"])
            assert document is not None
            assert document.text[citation["start"] : citation["end"]] == citation["quote"]
    for mark in answer["marks"]:
        assert answer["text"][mark["start"] : mark["end"]] == f"[{mark['n']}]"


def test_an_answer_in_a_pipe_is_plain_text_with_its_sources(vouch: Vouch) -> None:
    done = vouch("ask", "How large is the relief fund?")
    shown = worked(done)
    assert "25 million crowns" in shown
    assert "Tarn Business Daily" in shown
    assert ESCAPE not in shown
    assert done.stderr == ""


def on_a_terminal(vouch: Vouch, *arguments: str, **environment: str) -> str:
    """Return what a command writes when stdout is a terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        vouch.command(*arguments),
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=subprocess.DEVNULL,
        cwd=Path(__file__).parents[2],
        env=vouch.environment(TERM="xterm", **environment),
    )
    os.close(theirs)
    pieces = []
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # the other end has been closed
            break
        if not piece:
            break
        pieces.append(piece)
    os.close(ours)
    assert process.wait(60) == 0
    return b"".join(pieces).decode()


def test_colours_are_for_terminals_that_want_them(vouch: Vouch) -> None:
    question = "How large is the relief fund?"
    assert ESCAPE in on_a_terminal(vouch, "ask", question)
    assert ESCAPE not in on_a_terminal(vouch, "ask", question, NO_COLOR="1")


def test_a_refusal_is_an_answer_with_its_reason(vouch: Vouch) -> None:
    assert worked(vouch("ask", "What is the boiling point of water?"))
    answer = asked(vouch, "What is the boiling point of water?")
    assert answer["declined"]["reason"] in ("nothing_found", "only_related")
    assert answer["coverage"]["documents"] == 13


def test_the_question_may_come_from_stdin(vouch: Vouch) -> None:
    done = vouch("ask", "--json", typed="How large is the relief fund?\n")
    assert json.loads(worked(done))["question"] == "How large is the relief fund?"


def test_filters_restrict_what_is_read(vouch: Vouch) -> None:
    answer = asked(vouch, "How many people were killed?", "--publisher", "Estuary Watch")
    assert {citation["publisher"] for citation in answer["citations"]} == {"Estuary Watch"}
    assert answer["coverage"]["searched"] == 1
    early = asked(vouch, "How many people were killed?", "--to", "2023-03-14")
    assert {citation["published"][:10] for citation in early["citations"]} == {"2023-03-14"}
    rows = [json.loads(line) for line in worked(vouch("list", "--json", "relief")).splitlines()]
    one = asked(vouch, "How large is the fund?", "--document", rows[0]["id"])
    assert {citation["document_id"] for citation in one["citations"]} == {rows[0]["id"]}


@pytest.mark.parametrize("typed", ["", "   \n", "?!"])
def test_an_empty_question_is_an_error(vouch: Vouch, typed: str) -> None:
    assert "empty" in failed(vouch("ask", typed=typed))
    assert "empty" in failed(vouch("search", typed or " "))


def test_a_question_that_is_too_long_is_an_error_with_its_length(vouch: Vouch) -> None:
    assert "100,000 characters" in failed(vouch("ask", typed="why " * 25_000))


def test_chat_follows_up_and_survives_wrong_input(vouch: Vouch) -> None:
    typed = "\n".join(
        [
            "/help",
            "/sources",
            "/nonsense",
            "?",
            "How large is the relief fund?",
            "/json",
            "/new",
            "/quit",
            "never asked",
        ]
    )
    done = vouch("chat", typed=typed)
    shown = worked(done)
    assert "25 million crowns" in shown
    assert '"contract": 1' in shown
    assert "never asked" not in shown
    assert "There is no /nonsense" in done.stderr
    assert "error: The question is empty" in done.stderr


def test_a_follow_up_carries_the_turns_before_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answerer = FakeAnswerer([disagreeing_answer(), declined_answer()])
    lines = ["How many people were killed?", "And injured?", "/new", "Who said so?"]
    converse(answerer, Settings(library=tmp_path), Filters(publisher=("Northern Wire",)), lines)
    first, second, third = answerer.questions
    assert first.history == ()
    assert [turn.role for turn in second.history] == ["user", "assistant"]
    assert second.history[0].content == "How many people were killed?"
    answer = second.history[1].answer
    assert answer is not None
    assert len(answer["accounts"]) == 2
    assert third.history == ()
    assert third.filters.publisher == ("Northern Wire",)
    assert "17" in capsys.readouterr().out


def test_an_error_ends_one_question_and_not_the_conversation(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answerer = failing_answerer("The disk is full.", "Make room.")
    converse(answerer, Settings(library=tmp_path), Filters(), ["Why?", "And how?"])
    assert len(answerer.questions) == 2
    assert answerer.questions[1].history == ()
    said = capsys.readouterr().err
    assert said.count("error: The disk is full.\nhint: Make room.") == 2


@pytest.fixture
def served(vouch: Vouch) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    process = vouch.start("serve", "--port", "0")
    assert process.stderr is not None
    try:
        seen = ""
        for line in process.stderr:
            seen += line
            if found := re.search(r"http://127\.0\.0\.1:\d+", line):
                yield found.group(), process
                break
        else:
            raise AssertionError(f"no address was announced:\n{seen}")
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def test_serve_answers_until_ctrl_c(
    vouch: Vouch, served: tuple[str, subprocess.Popen[str]], tmp_path: Path
) -> None:
    url, process = served
    assert httpx.get(f"{url}/healthz", timeout=60).status_code == 200
    question = {"question": "How large is the relief fund?"}
    answer = httpx.post(f"{url}/v1/ask", json=question, timeout=60).json()
    assert any("25 million crowns" in citation["quote"] for citation in answer["citations"])

    # What another process adds is found at once, by its words.
    note = tmp_path / "note.txt"
    note.write_text("The lighthouse at Tarn Head was painted yellow in spring.\n", encoding="utf-8")
    worked(vouch("add", note, "--no-embed"))
    found = httpx.post(f"{url}/v1/search", json={"query": "lighthouse yellow"}, timeout=60).json()
    assert "painted yellow" in json.dumps(found)
    worked(vouch("remove", note))

    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Traceback" not in said


def test_serve_refuses_the_network_without_a_key(vouch: Vouch) -> None:
    assert "key" in failed(vouch("serve", "--host", "0.0.0.0", "--port", "0"))


def test_rebuild_makes_the_index_again(vouch: Vouch) -> None:
    assert "rebuilt the index" in worked(vouch("rebuild"))
    status = json.loads(worked(vouch("status", "--json")))
    assert status["index"] == f"{status['passages']} vectors"
