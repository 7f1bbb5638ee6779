"""``vouch chat`` and ``vouch check`` in this process: turns taken back, saved, checked again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.config import Settings
from rag.contract import answer_to_json
from rag.types import Filters, Question, SentenceRemoved, Thought, Warn
from tests.fakes import FakeAnswerer, ThinkingAnswerer, failing_answerer, written_answer
from tests.ui.api_server import FakeLibrary
from tests.ui.evil import EVIL
from tests.ui.test_api_conversations import QUOTE, cited, put_wire
from ui.cli import main
from ui.cli_ask import stream_answer
from ui.cli_chat import TerminalTalk
from ui.exchange import MOST_BYTES


@pytest.fixture
def library(tmp_path):
    opened = FakeLibrary(tmp_path / "library")
    opened.assistant = FakeAnswerer([cited(opened)])
    yield opened
    opened.close()


def talk(library, *lines, **more):
    settings = Settings(library=library.ledger.directory)
    held = TerminalTalk(library.assistant, settings, Filters(), ledger=library.ledger, **more)
    held.hold(lines)
    return held


def check(library, path, *more):
    return main(["check", str(path), "--library", str(library.ledger.directory), *more])


def asked(held):
    return [text for text, _ in held.turns]


def test_the_last_question_is_taken_back_edited_and_asked_again(library, capsys):
    held = talk(library, "One?", "Two?", "/undo", "Three?", "/edit  Three, better?", "/retry")
    assert asked(held) == ["One?", "Three, better?"]
    texts = [question.text for question in library.assistant.questions]
    assert texts == ["One?", "Two?", "Three?", "Three, better?", "Three, better?"]
    for question in library.assistant.questions[1:]:
        assert [turn.content for turn in question.history if turn.role == "user"] == ["One?"]
    assert "Taken away: Two?" in capsys.readouterr().err


def test_an_edit_that_fails_keeps_the_answer(library, capsys):
    held = talk(library, "One?")
    held.answerer = failing_answerer("Full.", "Wait.")
    held.hold(["/retry", "/edit Two?", "/edit", "/edit ?!"])
    assert asked(held) == ["One?"]
    assert capsys.readouterr().err.count("error: ") == 4


@pytest.mark.parametrize("line", ["/undo", "/retry", "/edit x", "/save x.md", "/json"])
def test_nothing_can_be_done_before_a_question(library, capsys, line):
    assert asked(talk(library, line)) == []
    assert "Nothing has been asked yet." in capsys.readouterr().err


def test_a_conversation_is_saved_and_checked_again(library, tmp_path, capsys):
    file, text = tmp_path / "talk.json", tmp_path / "talk.md"
    talk(library, "Who?", "Why?", f"/save {file}", f"/save {text}", f"/save {file}", "/save")
    said = capsys.readouterr().err
    assert said.count("Saved in") == 2
    assert f"error: {file} is there already." in said
    assert text.read_text().count("text sha256 `") == 2
    assert check(library, file) == 0
    shown = capsys.readouterr().out
    assert "The quotation stands as quoted." in shown
    put_wire(library, f"NOTE.\n\n{library.ledger.document(library_wire(library)).text}")
    assert check(library, file) == 1
    shown = " ".join(capsys.readouterr().out.split())
    assert "Stale: the source of 1 of 1 quotation has changed since." in shown
    assert "still stand in it (line 5)" in shown
    assert check(library, file, "--json") == 1
    report = json.loads(capsys.readouterr().out)
    assert report["quotations"] == {"current": 0, "stale": 2, "damaged": 0}


def library_wire(library):
    found = library.ledger.find_infos("default")[0]
    return next(one.id for one in found if one.source == "wire.txt")


def test_one_answer_can_be_checked_and_a_forged_one_is_damaged(library, tmp_path, capsys):
    value = answer_to_json(library.assistant.answers[0])
    path = tmp_path / "answer.json"
    path.write_text(json.dumps(value))
    assert check(library, path) == 0
    value["citations"][0]["quote"] = QUOTE.replace("60", "90")
    path.write_text(json.dumps(value))
    assert check(library, path) == 1
    assert "Damaged: 1 of 1 quotation does not stand" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("data", "names"),
    [
        (b"", "not JSON"),
        (b"%PDF-1.7", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'{"contract": NaN}', "NaN"),
        (b"[]", "neither"),
        (b'{"contract": 1, "citations": "<script>"}', "answer.citations"),
        (b" " * (MOST_BYTES + 1), "8 MB are the limit"),
    ],
    ids=lambda value: str(value[:12]),
)
def test_a_hostile_file_gets_a_clear_error(library, tmp_path, capsys, data, names):
    path = tmp_path / "x.json"
    path.write_bytes(data)
    assert check(library, path) == 1
    said = capsys.readouterr()
    assert said.err.startswith("error: ")
    assert names in said.err
    assert "hint: " in said.err
    assert said.out == ""


def test_a_file_that_is_not_there_is_an_error(library, tmp_path, capsys):
    for path in (tmp_path / "none.json", tmp_path):
        assert check(library, path) == 1
        assert "cannot be read" in capsys.readouterr().err


def test_hostile_words_of_a_file_reach_the_terminal_as_text(library, tmp_path, capsys):
    value = answer_to_json(library.assistant.answers[0])
    evil = "".join(EVIL) + "\x1b]0;owned\x07\x1b[2J"
    value["question"] = value["citations"][0]["title"] = evil
    path = tmp_path / "answer.json"
    path.write_text(json.dumps(value))
    check(library, path)
    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    assert "\x07" not in shown


def test_thoughts_are_shown_on_stderr_when_they_are_asked_for(capsys):
    events = [
        Thought("Sixty, "),
        Thought("I\x1b[2J think."),
        SentenceRemoved("Forty.", ("not so",)),
    ]
    for thinking in (False, True):
        answerer = ThinkingAnswerer([written_answer()], events=events)
        stream_answer(answerer, Question("Who?"), thinking=thinking)
        said = capsys.readouterr()
        assert ("Sixty, I\ufffd[2J think.\n" in said.err) is thinking
        assert "Sixty" not in said.out
        assert "(removed: Forty. (not so))" in said.err
        assert "Written by openai:gpt-5-mini, checked by Vouch." in said.out
        assert "1 sentence removed: no source says this:" in said.out
        assert "! the source does not say how badly" in said.out


def test_what_must_be_known_stands_by_the_answer(capsys):
    told = Warn("writer_incomplete", "The model stopped after 10 s.")
    stream_answer(ThinkingAnswerer([written_answer(warnings=[told])]), Question("Who?"))
    shown = " ".join(capsys.readouterr().out.split())
    assert "! This answer is incomplete. The model stopped after 10 s." in shown
    assert shown.count("stopped after 10 s") == 1


def test_the_help_names_every_command(library, capsys):
    talk(library, "/help")
    shown = capsys.readouterr().out
    for name in ("/edit", "/retry", "/undo", "/save", "/new", "/sources", "/json", "/quit"):
        assert name in shown


def test_a_folder_that_cannot_be_written_is_an_error(library, tmp_path, capsys):
    talk(library, "Who?", f"/save {tmp_path / 'none' / 'talk.md'}")
    assert "cannot be written" in capsys.readouterr().err
    assert not Path(tmp_path / "none").exists()
