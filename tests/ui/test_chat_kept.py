"""Conversations of the chat that outlive their page, without a browser."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import pytest

from rag.errors import Busy, LibraryError
from rag.types import Filters, SentenceRemoved, SentenceShown, Step, Thought
from tests.fakes import FakeAnswerer, ThinkingAnswerer, failing_answerer, sample_answer
from tests.rag.shelf import open_ledger
from tests.ui.evil import EVIL
from tests.ui.test_api_conversations import QUOTE
from tests.ui.test_chat_talk import ask, asked, working
from ui.chat_kept import (
    earlier_html,
    export_talk,
    forget_turns,
    keep_turn,
    remembered,
    restored,
)
from ui.chat_talk import Talk, answer, grown, refuse, stop
from ui.conversations import conversation
from ui.render import Partial


@pytest.fixture
def ledger(tmp_path):
    with open_ledger(tmp_path / "library") as opened:
        yield opened


def talked(ledger, *questions, answerer=None):
    talk = Talk()
    for text in questions:
        ask(talk, text, answerer or FakeAnswerer(), titles=("One <b>",))
        assert keep_turn(ledger, talk, talk.newest) == ""
    return talk


def kept(ledger, talk):
    found = conversation(ledger, talk.id)
    return [turn.question for turn in found.turns] if found else None


def test_a_conversation_comes_back_as_it_was_and_says_that_its_source_is_gone(ledger):
    filters = Filters(publisher=("A",))
    talk = Talk()
    ask(talk, "Who?", FakeAnswerer([sample_answer()]), filters=filters)
    keep_turn(ledger, talk, talk.newest)
    back = restored(ledger, talk.id)
    turn = back.newest
    assert (back.id, back.is_kept, turn.id) == (talk.id, True, talk.newest.id)
    assert (turn.question, turn.filters) == ("Who?", filters)
    assert QUOTE in turn.shown
    assert "Searched only" in turn.shown
    assert "Stale: the source of 1 of 1 quotation has changed since." in turn.shown
    assert "no longer in the library" in turn.panel
    answered = [turn.answer["text"] for turn in back.history() if turn.answer]
    assert answered == [talk.newest.answer.text]
    assert restored(ledger, "nothing") is None


def test_an_edit_replaces_the_turn_and_all_after_it(ledger):
    answerer = FakeAnswerer()
    talk = talked(ledger, "One?", "Two?", "Three?", answerer=answerer)
    ask(talk, "Two, better?", answerer, instead_of="t2")
    keep_turn(ledger, talk, talk.newest)
    assert [turn.question for turn in talk.turns] == ["One?", "Two, better?"]
    assert kept(ledger, talk) == ["One?", "Two, better?"]
    history = answerer.questions[-1].history
    assert [turn.content for turn in history if turn.role == "user"] == ["One?"]
    assert talk.newest.key == "t4"  # a key is never used twice on a page


@pytest.mark.parametrize("text", ["Better?", "x" * 300, "?!"])
def test_an_edit_that_fails_brings_everything_back(ledger, text):
    talk = talked(ledger, "One?", "Two?")
    ask(talk, text, failing_answerer("Full.", "Wait."), instead_of="t1")
    keep_turn(ledger, talk, talk.newest)
    assert [turn.question for turn in talk.turns] == ["One?", "Two?", text]
    assert kept(ledger, talk) == ["One?", "Two?", text]
    assert "v-error" in talk.newest.shown
    assert "v-error" in restored(ledger, talk.id).newest.shown


def test_undo_takes_the_last_turn_away_and_an_empty_conversation_is_gone(ledger):
    talk = talked(ledger, "One?", "Two?")
    for left in (["One?"], None):
        gone = talk.cut(talk.newest.key)
        assert forget_turns(ledger, talk, gone) == ""
        assert kept(ledger, talk) == left
    ask(talk, "Three?", FakeAnswerer())
    keep_turn(ledger, talk, talk.newest)
    assert kept(ledger, talk) == ["Three?"]


def test_what_was_stopped_stays_and_is_marked(ledger):
    found = sample_answer()
    shown = SentenceShown(found.sentences[0], ((1, found.citations[0]),))
    talk = Talk()

    async def begin(work):
        turns = answer(
            talk, "Who?", Filters(), answerer=ThinkingAnswerer([found], events=[shown]),
            work=work, collection="c", max_chars=99,
        )  # fmt: skip
        async for turn in turns:
            if QUOTE in turn.shown:
                break
        await turns.aclose()

    with working() as work:
        asyncio.run(begin(work))
    turn = stop(talk)
    keep_turn(ledger, talk, turn)
    back = restored(ledger, talk.id).newest
    for one in (turn, back):
        assert QUOTE in one.shown
        assert "Stopped. What stands here was checked." in one.shown
        assert 'id="t1c1"' in one.panel
        assert one.answer is None
    assert talk.history() == ()
    shown = export_talk(talk, ledger, "markdown")
    assert "Stopped. Shown until then\\:" in shown
    assert f"{QUOTE} \\[1\\]" in shown
    assert "text sha256" in shown


def test_a_conversation_that_was_deleted_elsewhere_does_not_come_back(ledger):
    talk = talked(ledger, "One?")
    ledger.remove_conversation(talk.id)
    ask(talk, "Two?", FakeAnswerer())
    keep_turn(ledger, talk, talk.newest)
    assert conversation(ledger, talk.id) is None


def test_a_page_that_is_left_while_it_is_answered_loses_nothing(ledger):
    """The turn is kept as stopped, beside what it will replace; its late end takes its place."""
    talk = talked(ledger, "One?", "Two?")
    steps = []

    async def edit(work):
        turns = answer(
            talk, "Better?", Filters(), answerer=FakeAnswerer(), work=work, collection="c",
            max_chars=99, instead_of="t1",
        )  # fmt: skip
        async for turn in turns:
            keep_turn(ledger, talk, turn)
            steps.append(kept(ledger, talk))

    with working() as work:
        asyncio.run(edit(work))
    assert steps[0] == ["One?", "Two?", "Better?"]
    assert steps[-1] == ["Better?"]
    turn = talk.newest
    forget_turns(ledger, restored(ledger, talk.id), [turn])
    keep_turn(ledger, talk, turn)
    assert kept(ledger, talk) is None


def test_a_turn_that_cannot_be_kept_is_said_and_the_talk_goes_on(ledger, caplog):
    talk = Talk()
    ask(talk, "One?", FakeAnswerer())
    ledger.close()
    assert "This turn is not kept: The library" in keep_turn(ledger, talk, talk.newest)
    assert "still holds it" in forget_turns(ledger, talk, talk.turns)
    assert "could not be kept" in caplog.text


def test_a_kept_answer_that_cannot_be_read_is_said_with_its_words(ledger):
    turns = [{"id": "a", "question": "<b>Who?", "answer": {"text": "He <i>did</i>."}}]
    ledger.put_conversation("c", {"title": "Who?", "turns": turns})
    shown = restored(ledger, "c").newest.shown
    assert "another version" in shown
    assert "He &lt;i&gt;did&lt;/i&gt;." in shown


def test_whole_conversation_is_exported(ledger):
    talk = talked(ledger, "Who?", "Why?")
    value = json.loads(export_talk(talk, ledger, "json"))
    assert [turn["question"] for turn in value["turns"]] == ["Who?", "Why?"]
    assert value["turns"][0]["check"]["state"] == "stale"  # this library has no documents
    assert export_talk(talk, ledger, "markdown").startswith("# Who?\n")


def test_steps_of_one_name_replace_each_other_and_thoughts_add_up():
    partial = Partial("Who?")
    for event in (
        Step("write", "1 s"), Step("write", "2 s"), Thought("a"), Step("verify", "x"),
        Step("write", "3 s"), Thought("b"), SentenceRemoved("No.", ("why",)),
    ):  # fmt: skip
        partial = grown(partial, event)
    assert [step.message for step in partial.steps] == ["2 s", "x", "3 s"]
    assert partial.thinking == "ab"
    assert partial.removed[0].text == "No."


def test_a_model_that_thinks_does_not_flood_the_page():
    events = [Thought("word ")] * 500
    shown = ask(Talk(), "Who?", ThinkingAnswerer([sample_answer()], events=events))
    assert len(shown) < 60
    assert any("word word" in one for one in shown)


def test_asking_again_while_the_queue_is_full_keeps_the_answer(ledger):
    talk = talked(ledger, "Who?")
    with working(queue=0) as work:
        work.close()
        asyncio.run(asked(talk, "Who?", FakeAnswerer(), work, instead_of="t1"))
    assert isinstance(talk.newest.error, Busy)
    assert talk.turns[0].answer is not None


def test_a_question_that_was_refused_is_a_turn_too(ledger):
    talk = Talk()
    turn = refuse(talk, "Who?", LibraryError("No such day.", "Write it well."))
    keep_turn(ledger, talk, turn)
    assert "No such day." in restored(ledger, talk.id).newest.shown


@pytest.mark.parametrize(
    "value", ["", "[]", "null", "{", '{"current": 5, "ids": "abc"}', "[" * 100_000,
              '{"current": "' + "x" * 300 + '", "ids": [null, {}, "' + "y" * 300 + '"]}'],
)  # fmt: skip
def test_what_a_browser_says_is_not_trusted(value):
    said = remembered(value)
    assert (said.current, said.ids) == ("", ())


def test_earlier_conversations_are_text(ledger):
    for n, text in enumerate(EVIL):
        ledger.put_conversation(f"c{n}", {"title": text, "questions": 1, "turns": []})
    shown = str(earlier_html(ledger.conversation_page()[0]))
    assert shown.count('name="talk"') == len(EVIL)
    for part in ("<script", "<img", "<svg", "<iframe", "\n"):
        assert part not in shown
    assert str(earlier_html([])) == ""


def test_thoughts_are_text():
    found = replace(sample_answer(), thinking="<script>x</script>")
    (*_, last) = ask(Talk(), "Who?", FakeAnswerer([found]))
    assert "&lt;script&gt;x" in last
    assert "<script" not in last
