"""Turns of a conversation in a real browser: edited, asked again, taken back, reloaded."""

import json
import threading
from dataclasses import replace

import pytest

from rag.types import SentenceRemoved, Step, Thought, Warn
from tests.fakes import WIRE, FakeAnswerer, ThinkingAnswerer, sample_answer, written_answer
from tests.ui.api_server import api, wait_for_chat
from tests.ui.browser import open_page
from tests.ui.evil import EVIL
from tests.ui.test_api_conversations import cited, put_wire
from tests.ui.test_chat_browser import WIDE, Opened
from ui.chat_mount import build_chat

pytestmark = pytest.mark.browser
NARROW = {"width": 420, "height": 860}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with api(tmp_path_factory.mktemp("library"), chat=build_chat) as served:
        wait_for_chat(served[0])
        yield served


def says(library, *answers):
    library.assistant = FakeAnswerer(list(answers))
    return library.assistant


def until(page, selector):
    """Return what holds of elements soon: parts of the page are drawn one after the other."""
    from playwright.sync_api import expect

    expect.set_options(timeout=20_000)
    return expect(page.locator(selector))


def shows(page, *questions):
    until(page, ".v-question").to_have_text([f"Question: {text}" for text in questions])


def test_a_question_is_edited_asked_again_and_taken_back_from_the_keyboard(server):
    client, library = server
    with open_page(viewport=WIDE) as page:
        opened = Opened(page, str(client.base_url))
        answerer = says(library, sample_answer())
        for text in ("One?", "Two?", "Three?"):
            opened.ask(text)
        assert page.get_by_role("button", name="Ask again").count() == 1  # of the newest turn

        def press(name, n=0):
            page.get_by_role("button", name=name).nth(n).focus()
            page.keyboard.press("Enter")

        press("Edit question Two?")
        note = page.locator("#v-edit-note", has_text="replaces its answer and the 1 turn after it")
        note.wait_for()
        page.locator("#v-box textarea:focus").wait_for()
        until(page, "#v-box textarea").to_have_value("Two?")
        page.keyboard.press("Escape")
        note.wait_for(state="detached")
        until(page, "#v-box textarea").to_have_value("")
        shows(page, "One?", "Two?", "Three?")

        press("Edit question Two?")
        note.wait_for()
        opened.ask("Two, better?")
        shows(page, "One?", "Two, better?")
        assert len(answerer.questions[-1].history) == 2
        until(page, "#v-edit-note button").to_have_count(0)

        before = page.locator("#v-now .v-turn").get_attribute("id")
        press("Ask again")
        page.locator(f"#v-now .v-turn:not(#{before}) .v-foot").wait_for()
        shows(page, "One?", "Two, better?")
        assert answerer.questions[-1].text == "Two, better?"
        assert len(answerer.questions[-1].history) == 2

        press("Undo")
        opened.newest("One?").wait_for()
        shows(page, "One?")
        page.locator("#v-box textarea:focus").wait_for()
        press("Undo")
        page.locator(".v-welcome:visible").wait_for()
        until(page, ".v-turn").to_have_count(0)
        opened.ask("Fresh?")
        assert answerer.questions[-1].history == ()
        opened.check()


def test_a_conversation_survives_a_reload_and_says_what_has_become_stale(server):
    client, library = server
    with open_page(viewport=WIDE) as page:
        opened = Opened(page, str(client.base_url))
        hostile = replace(cited(library), thinking=EVIL[0] + EVIL[1])
        answerer = says(library, hostile)
        opened.ask("First?")
        opened.ask(f"Second {EVIL[1]}")
        opened.reload()
        page.locator("#v-now .v-foot").wait_for()
        shows(page, "First?", f"Second {EVIL[1]}")
        assert page.locator(".v-stale").count() == 0
        page.locator("#v-past a.v-chip").click()
        page.locator("#t1c1.is-on mark").wait_for()
        opened.ask("Third?")
        history = answerer.questions[-1].history
        assert [turn.content for turn in history if turn.role == "user"][0] == "First?"

        try:
            put_wire(library, WIRE.replace("60 people", "61 people"))
            opened.reload()
            page.locator("#v-now .v-stale").wait_for()
            until(page, ".v-stale").to_have_count(3)
            card = page.locator("#t3c1", has_text="no longer stand in it")
            card.wait_for()
            with page.expect_download() as download:
                page.locator("#v-now .v-whole summary").click()
                page.get_by_role("button", name="Save all as JSON").click()
            saved = json.loads(download.value.path().read_text())
            assert download.value.suggested_filename == "vouch-conversation.json"
            assert [turn["check"]["state"] for turn in saved["turns"]] == ["stale"] * 3
        finally:
            put_wire(library, WIRE)

        page.get_by_role("button", name="New").click()
        page.locator(".v-earlier li", has_text="3 questions").wait_for()
        opened.reload()  # the page of a new conversation stays one
        page.locator(".v-earlier li", has_text="First?").wait_for()
        until(page, ".v-turn").to_have_count(0)
        page.locator(".v-earlier-open").click()
        page.locator("#v-now .v-foot").wait_for()
        until(page, ".v-question").to_have_count(3)
        page.get_by_role("button", name="New").click()
        page.locator(".v-delete summary").click()
        page.get_by_role("button", name="Delete for good").click()
        page.locator(".v-earlier li").wait_for(state="detached")
        until(page, ".v-earlier").to_have_count(0)
        assert page.evaluate("() => localStorage.getItem('vouch-talks')") == "[]"
        rows = client.get("/v1/conversations").json()["conversations"]
        assert "First?" not in [row["title"] for row in rows]
        opened.check()


def test_thoughts_and_removed_sentences_are_folded_and_the_writer_is_named(server):
    client, library = server
    gate = threading.Event()
    events = [
        Thought("It is 60. "), Thought(EVIL[1]), Step("write", "Waiting for the model, 1 s"),
        Step("write", "Waiting for the model, 2 s"),
        SentenceRemoved("Forty died.", ("40 is not in the source",)),
    ]  # fmt: skip
    told = Warn("writer_incomplete", "The model stopped after 10 s.")
    with open_page(viewport=NARROW, color_scheme="dark") as page:
        opened = Opened(page, str(client.base_url))
        library.assistant = ThinkingAnswerer(
            [written_answer(warnings=[told])], events=events, gate=gate
        )
        page.fill("#v-box textarea", "How many?")
        page.click("#v-send")
        page.locator(".v-steps", has_text="2 s").wait_for()
        assert page.locator(".v-steps li").count() == 2
        assert page.locator(".v-removed summary").inner_text().startswith("1 sentence removed")
        assert page.locator(".v-thought").is_hidden()
        page.locator(".v-thinking summary").click()
        assert EVIL[1] in page.locator(".v-thought").inner_text()
        gate.set()
        turn = page.locator("#v-now .v-turn")
        turn.locator(".v-foot").wait_for()
        turn.locator(".v-thought", has_text="<b>I should cite it.</b>").wait_for()  # still open
        words = turn.inner_text()
        assert "This answer is incomplete. The model stopped after 10 s." in words
        assert "Written by openai:gpt-5-mini, checked by Vouch." in words
        assert "not supported: the source does not say how badly" in words
        assert turn.locator(".v-removed li").is_hidden()
        turn.locator(".v-removed summary").click()
        assert "40 is not in the source" in turn.locator(".v-removed li").inner_text()
        assert page.evaluate("() => document.documentElement.scrollWidth") <= NARROW["width"]
        opened.check()


def test_a_page_that_is_left_while_it_is_answered_shows_the_question_as_stopped(server):
    client, library = server
    gate = threading.Event()
    with open_page(viewport=WIDE) as page:
        Opened(page, str(client.base_url))
        held = library.assistant = FakeAnswerer([sample_answer()], gate=gate)
        page.fill("#v-box textarea", "Who was it?")
        page.click("#v-send")
        page.locator(".v-steps .is-now", has_text="Searching").wait_for()
        page.reload()
        try:
            page.locator("#v-now", has_text="Stopped. Nothing had been found yet.").wait_for()
        finally:
            gate.set()
        assert held.closed.wait(10)
        says(library, sample_answer())
        page.get_by_role("button", name="Ask again").click()
        page.locator("#v-now .v-foot").wait_for()
        shows(page, "Who was it?")
