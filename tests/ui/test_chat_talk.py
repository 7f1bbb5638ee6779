"""The conversation of the chat without a browser: streams, history, stops, errors, exports."""

import asyncio
import json
import threading
from contextlib import contextmanager

from rag.contract import answer_to_json
from rag.errors import BadRequest
from rag.types import Filters
from tests.fakes import FakeAnswerer, declined_answer, failing_answerer, sample_answer
from ui.chat_talk import KEPT, REMEMBERED, Talk, answer, export, refuse, stop
from ui.work import Work


@contextmanager
def working(**settings):
    work = Work(**{"workers": 1, "queue": 4, "deadline_seconds": 20, **settings})
    try:
        yield work
    finally:
        work.close()


async def asked(talk, text, answerer, work, **more):
    """Ask, and return what the page showed one after the other."""
    options = {"filters": Filters(), "collection": "default", "max_chars": 200, **more}
    filters = options.pop("filters")
    shown = []
    async for turn in answer(talk, text, filters, answerer=answerer, work=work, **options):
        shown.append(turn.shown)
    return shown


def ask(talk, text, answerer, **more):
    with working() as work:
        return asyncio.run(asked(talk, text, answerer, work, **more))


def test_answer_grows_step_by_step():
    talk = Talk()
    shown = ask(talk, " Who? ", FakeAnswerer([sample_answer()]))
    assert "Starting" in shown[0]
    assert "Searching 3 documents" in shown[1]
    assert "v-said" not in shown[2]
    assert "v-said" in shown[3]
    assert "v-coverage" in shown[-1]
    assert "is-busy" not in shown[-1]
    assert all("is-busy" in one for one in shown[:-1])
    assert talk.newest.answer.question == "Who?"
    assert "v-card" in talk.newest.panel


def test_follow_up_carries_the_conversation_with_answers():
    talk, answerer = Talk(), FakeAnswerer([sample_answer(), declined_answer()])
    ask(talk, "Who?", answerer)
    ask(talk, "And why?", answerer)
    first, second = answerer.questions
    assert first.history == ()
    assert [turn.role for turn in second.history] == ["user", "assistant"]
    assert second.history[0].content == "Who?"
    assert second.history[1].answer == answer_to_json(talk.turns[0].answer)
    assert first.conversation_id == second.conversation_id
    assert 'id="t1"' in talk.past
    assert 'id="t2"' in talk.newest.shown


def test_history_and_page_do_not_grow_for_ever():
    talk, answerer = Talk(), FakeAnswerer()
    with working() as work:
        for n in range(KEPT + 3):
            asyncio.run(asked(talk, f"Who {n}?", answerer, work))
    assert len(talk.turns) == KEPT
    assert len(talk.history()) == 2 * REMEMBERED
    assert talk.newest.key == f"t{KEPT + 3}"


def test_filters_reach_the_answerer_and_the_page():
    answerer = FakeAnswerer()
    filters = Filters(publisher=("Northern Wire",), document_ids=("d1",))
    shown = ask(Talk(), "Who?", answerer, filters=filters, titles=("The <title>",))
    assert answerer.questions[0].filters == filters
    assert "Searched only" in shown[-1]
    assert "The &lt;title&gt;" in shown[-1]


def test_error_is_shown_with_its_hint_and_is_no_part_of_the_history():
    talk = Talk()
    (*_, last) = ask(talk, "Who?", failing_answerer("The library is damaged.", "Rebuild it."))
    assert "The library is damaged." in last
    assert "Rebuild it." in last
    assert talk.history() == ()


def test_unexpected_error_tells_nothing_of_its_inside(caplog):
    (*_, last) = ask(Talk(), "Who?", FakeAnswerer(error=ZeroDivisionError("secret")))
    assert "did not foresee" in last
    assert "secret" not in last
    assert "ZeroDivisionError" in caplog.text


def test_question_that_is_too_long_or_has_no_words_never_reaches_the_answerer():
    answerer = FakeAnswerer()
    assert "at most 200" in ask(Talk(), "x" * 201, answerer)[-1]
    assert "empty" in ask(Talk(), "???", answerer)[-1]
    assert answerer.questions == []


def test_full_queue_is_said():
    gate = threading.Event()
    answerer = FakeAnswerer(gate=gate)
    with working(queue=0) as work:
        running = work.start(lambda: answerer.stream(None))
        assert answerer.started.wait(10)
        try:
            shown = asyncio.run(asked(Talk(), "Who?", FakeAnswerer(), work))
        finally:
            gate.set()
            running.cancel()
    assert "no more can wait" in shown[-1]


def test_stopping_frees_the_worker_and_leaves_what_was_checked():
    gate = threading.Event()
    answerer, talk = FakeAnswerer(gate=gate), Talk()

    async def begin(work):
        turns = answer(
            talk, "Who?", Filters(), answerer=answerer, work=work, collection="c", max_chars=99
        )
        async for turn in turns:
            if "Searching" in turn.shown:
                break
        await turns.aclose()

    with working() as work:
        asyncio.run(begin(work))
        gate.set()
        assert answerer.closed.wait(10)
        turn = stop(talk)
        assert "Stopped" in turn.shown
        assert "is-busy" not in turn.shown
        assert talk.history() == ()
        # The worker is free: the next question is answered.
        (*_, last) = asyncio.run(asked(talk, "And now?", FakeAnswerer(), work))
        assert "v-coverage" in last


def test_stop_leaves_a_finished_answer_alone():
    talk = Talk()
    ask(talk, "Who?", FakeAnswerer())
    before = talk.newest.shown
    assert stop(talk).shown == before
    assert stop(Talk()) is None


def test_deadline_is_said():
    gate = threading.Event()
    with working(deadline_seconds=0.3) as work:
        shown = asyncio.run(asked(Talk(), "Who?", FakeAnswerer(gate=gate), work))
        gate.set()
    assert "no answer within 0.3 seconds" in shown[-1]


def test_refused_question_stands_in_the_conversation():
    talk = Talk()
    turn = refuse(talk, "Who?", BadRequest("No such day.", "Write YYYY-MM-DD."))
    assert talk.newest is turn
    assert "No such day." in turn.shown


def test_exports_are_the_contract_and_markdown():
    found = sample_answer("Who?")
    assert json.loads(export(found, "json")) == json.loads(json.dumps(answer_to_json(found)))
    assert export(found, "markdown").startswith("# Who?")
    assert export(found, "copy") == export(found, "markdown")
