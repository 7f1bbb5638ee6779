"""The chat in a real browser: chips and cards, streams, filters, documents, hostile text."""

import json
import re
import threading
from dataclasses import replace

import pytest

from rag.ledger import Origin
from tests.fakes import (
    FakeAnswerer,
    declined_answer,
    disagreeing_answer,
    make_answer,
    make_citation,
    make_document,
    sample_answer,
    sample_passages,
)
from tests.ui.api_server import api, wait_for_chat
from tests.ui.browser import open_page
from tests.ui.evil import EVIL
from ui.chat_mount import build_chat

pytestmark = pytest.mark.browser
WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
_BROKEN_OFF = re.compile("AbortError|ERR_ABORTED|Failed to fetch|errored out|network error", re.I)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with api(tmp_path_factory.mktemp("library"), chat=build_chat) as served:
        wait_for_chat(served[0])
        yield served


class Opened:
    """A page of the chat, and everything that it asked for or complained of."""

    def __init__(self, page, url):
        self.page = page
        self.host = url.split("/")[2]
        self.requests, self.wrong, self.dialogs = [], [], []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", lambda m: self.wrong.append(m.text) if m.type == "error" else None)
        page.on("dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss()))
        page.set_default_timeout(20_000)
        page.goto(url)
        page.wait_for_selector(".v-welcome")
        page.wait_for_selector(".v-sources", state="attached")

    def ask(self, question):
        """Ask and wait for the end of the answer; return the newest turn."""
        self.page.fill("#v-box textarea", question)
        self.page.keyboard.press("Enter")
        turn = self.newest(question)
        turn.locator(".v-foot, .v-error").wait_for()
        self.page.locator("#v-send").wait_for()
        return turn

    def reload(self):
        """Load the page anew; that the old one broke off what it was still loading is no fault."""
        known = len(self.wrong)
        self.page.reload()
        self.wrong[known:] = [one for one in self.wrong[known:] if not _BROKEN_OFF.search(one)]

    def newest(self, question):
        heading = self.page.get_by_role("heading", name=question, exact=False)
        return self.page.locator("#v-now .v-turn", has=heading)

    def documents(self):
        self.page.get_by_role("tab", name="Documents").click()
        self.page.locator("#v-list").wait_for()

    def hosts(self):
        return {url.split("/")[2] for url in self.requests if url.startswith("http")}

    def check(self):
        """Nothing ran, nothing left this server, nothing was complained of."""
        assert self.dialogs == []
        assert self.hosts() == {self.host}
        assert self.page.evaluate("() => window.ran === undefined")
        assert self.wrong == []


@pytest.fixture
def chat(server):
    client, library = server
    with open_page(viewport=WIDE) as page:
        yield Opened(page, str(client.base_url)), library


def says(library, *answers, **more):
    library.assistant = FakeAnswerer(list(answers), **more)
    return library.assistant


def test_chip_opens_the_card_of_its_quote(chat):
    opened, library = chat
    says(library, disagreeing_answer())
    turn = opened.ask("How many people were killed?")
    page = opened.page
    assert page.locator(".v-card.is-on").count() == 0
    turn.locator("a.v-chip", has_text="2").first.click()
    card = page.locator(".v-card.is-on")
    card.wait_for()
    assert card.get_attribute("id") == "t1c2"
    assert card.locator("mark").inner_text() == disagreeing_answer().citations[1].quote
    assert card.locator("h4").inner_text() == "Explosion at fertiliser works"
    assert card.locator(".v-about").inner_text() == "Northern Wire · 14 March 2023 · line 2"
    turn.locator("a.v-chip", has_text="1").first.click()
    page.locator("#t1c1.is-on").wait_for()
    assert page.locator(".v-card.is-on").count() == 1
    opened.check()


def test_chip_works_from_the_keyboard_and_gives_the_focus_back(chat):
    opened, library = chat
    says(library, sample_answer())
    turn = opened.ask("Who?")
    page = opened.page
    turn.locator("a.v-chip").focus()
    page.keyboard.press("Enter")
    page.locator(".v-card:focus").wait_for()
    page.keyboard.press("Escape")
    page.locator("a.v-chip:focus").wait_for()


def test_values_that_differ_are_listed(chat):
    opened, library = chat
    says(library, disagreeing_answer())
    turn = opened.ask("How many people were killed?")
    rows = turn.locator(".v-account")
    assert rows.count() == 2
    assert "17" in rows.nth(0).locator(".v-value").inner_text()
    assert "Estuary Watch" in rows.nth(0).inner_text()
    assert turn.get_by_role("heading", name="The sources disagree").is_visible()
    assert "from 9 to 17" in turn.locator(".v-statement").inner_text()


def test_refusal_says_why_and_shows_what_is_near(chat):
    opened, library = chat
    says(library, declined_answer(reason="only_related"))
    turn = opened.ask("What is the boiling point of water?")
    assert turn.locator(".v-refusal h3").inner_text().startswith("The documents come near")
    assert "Searched 3 of 3 documents" in turn.locator(".v-coverage").inner_text()
    turn.locator(".v-near a.v-chip").click()
    mark = opened.page.locator(".v-card.is-on mark")
    assert mark.inner_text() == "Entries may be handed in until noon on Sunday."


def test_steps_are_shown_while_it_works_and_stop_stops(chat):
    opened, library = chat
    gate = threading.Event()
    answerer = says(library, sample_answer(), gate=gate)
    page = opened.page
    page.fill("#v-box textarea", "Who?")
    page.click("#v-send")
    page.locator(".v-steps .is-now", has_text="Searching 3 documents").wait_for()
    assert page.locator("#v-send").is_hidden()
    assert answerer.closed.is_set() is False
    page.click("#v-stop")
    page.locator("#v-now", has_text="Stopped.").wait_for()
    page.locator("#v-send").wait_for()
    gate.set()
    assert answerer.closed.wait(10), "the worker was not freed"
    says(library, sample_answer())
    assert "hospital" in opened.ask("And now?").inner_text()


def test_who_asks_as_soon_as_the_button_is_back_after_a_stop_is_heard(chat):
    opened, library = chat
    gate = threading.Event()
    says(library, sample_answer(), gate=gate)
    page = opened.page
    requests = []
    page.route("**/cancel*", lambda route: requests.append(route))
    page.fill("#v-box textarea", "Who?")
    page.click("#v-send")
    with page.expect_request("**/cancel*"):
        page.click("#v-stop")
    page.locator("#v-now", has_text="Stopped.").wait_for()
    assert page.locator("#v-send").is_hidden(), "the browser would drop a question now"
    requests[0].continue_()
    page.locator("#v-send").wait_for()
    gate.set()
    says(library, sample_answer())
    assert "hospital" in opened.ask("And now?").inner_text()


def test_follow_up_knows_the_first_answer_whose_chips_still_work(chat):
    opened, library = chat
    answerer = says(library, sample_answer(), declined_answer(reason="only_related"))
    opened.ask("Who spoke?")
    opened.ask("And when?")
    turns = answerer.questions[1].history
    assert [turn.content for turn in turns][0] == "Who spoke?"
    assert turns[1].answer["citations"][0]["n"] == 1
    page = opened.page
    assert page.locator(".v-sources:visible").get_attribute("id") == "t2src"
    page.locator("#v-past a.v-chip").first.click()
    page.locator("#t1c1.is-on").wait_for()
    assert page.locator(".v-sources:visible").get_attribute("id") == "t1src"
    page.get_by_role("button", name="New").click()
    page.locator(".v-welcome:visible").wait_for()
    assert page.locator(".v-turn").count() == 0
    opened.ask("Fresh?")
    assert answerer.questions[2].history == ()


def test_filter_chip_limits_the_next_question_and_can_be_taken_off(chat):
    opened, library = chat
    info = library.ledger.find_infos("default")[0][1]
    cited = sample_answer()
    citation = replace(cited.citations[0], document_id=info.id, document=info)
    answerer = says(library, replace(cited, citations=(citation,)))
    opened.ask("Who?")
    page = opened.page
    page.get_by_role("button", name="Ask only this").click()
    chip = page.locator("#v-chips button")
    chip.wait_for()
    assert info.title in chip.inner_text()
    turn = opened.ask("And here?")
    assert answerer.questions[-1].filters.document_ids == (info.id,)
    assert info.title in turn.locator(".v-only").inner_text()
    chip.click()
    chip.wait_for(state="detached")
    opened.ask("And everywhere?")
    assert not answerer.questions[-1].filters


def test_filter_on_a_document_that_was_removed_is_let_go(chat):
    opened, library = chat
    document = make_document("Soon gone.", title="Fleeting", source="fleeting.txt")
    origin = Origin("/reports/fleeting.txt", "/reports", "d" * 64, 1, 1)
    (change,) = library.ledger.put_file("default", origin, [(document, sample_passages(document))])
    page = opened.page
    opened.documents()
    page.locator(".v-docs button", has_text="Fleeting").click()
    page.get_by_role("button", name="Ask only this document").click()
    page.locator("#v-chips button", has_text="Fleeting").wait_for()
    library.ledger.remove_documents([change.document_id])
    answerer = says(library, sample_answer())
    opened.ask("Who?")
    assert not answerer.questions[0].filters


def test_day_that_is_none_is_said_and_no_question_is_asked(chat):
    opened, library = chat
    answerer = says(library, sample_answer())
    page = opened.page
    page.get_by_role("button", name="Filters").click()
    for name, value in (("from", "2023-03-16"), ("until", "2023-03-14")):
        page.locator(f"#v-{name} input").first.fill(value)
        page.keyboard.press("Enter")
    page.locator("#v-chips .v-warning", has_text="is after").wait_for()
    turn = opened.ask("Who?")
    assert "is after" in turn.locator(".v-error").inner_text()
    assert answerer.questions == []


def test_publisher_and_days_filter(chat):
    opened, library = chat
    answerer = says(library, sample_answer())
    page = opened.page
    page.get_by_role("button", name="Filters").click()
    page.locator("#v-publisher input").fill("Meri")
    page.get_by_role("option", name="Meridian Daily").click()
    page.locator("#v-chips button", has_text="Meridian Daily").wait_for()
    page.locator("#v-from input").first.fill("2023-03-15")
    page.keyboard.press("Enter")
    page.locator("#v-chips button", has_text="from 15 March 2023").wait_for()
    opened.ask("Who?")
    filters = answerer.questions[-1].filters
    assert (filters.publisher, filters.published_from) == (("Meridian Daily",), "2023-03-15")


def test_example_question_is_asked_with_one_click(chat):
    opened, library = chat
    answerer = says(library, sample_answer())
    button = opened.page.locator("#v-examples button").first
    words = button.inner_text()
    button.click()
    opened.newest(words).locator(".v-foot").wait_for()
    assert answerer.questions[0].text == words
    assert opened.page.locator("#v-examples").is_hidden()


def test_error_is_shown_with_its_hint(chat):
    opened, library = chat
    says(library)
    opened.page.fill("#v-box textarea", "x" * 4001)
    opened.page.click("#v-send")
    turn = opened.page.locator("#v-now .v-turn")
    turn.locator(".v-error").wait_for()
    assert "at most 4,000" in turn.locator(".v-error").inner_text()
    assert "shorter" in turn.locator(".v-error").inner_text()


def test_answer_is_saved_with_its_evidence(chat):
    opened, library = chat
    says(library, sample_answer())
    turn = opened.ask("Who?")
    with opened.page.expect_download() as download:
        turn.get_by_role("button", name="Save as JSON").click()
    saved = json.loads(download.value.path().read_text())
    assert saved["citations"][0]["quote"] == sample_answer().citations[0].quote
    assert download.value.suggested_filename == "vouch-t1.json"
    with opened.page.expect_download() as download:
        turn.get_by_role("button", name="Save as Markdown").click()
    assert download.value.path().read_text().startswith("# Who?")
    opened.check()


def test_card_opens_its_document_at_the_quote(chat):
    opened, library = chat
    # Long enough that the card hides words: it must not grow under the pointer.
    text = f"{'Before it. ' * 600}The quote is here.{' After it.' * 60}"
    document = make_document(text, title="A long one", source="long.txt")
    origin = Origin("/reports/long.txt", "/reports", "e" * 64, 1, 1)
    (change,) = library.ledger.put_file("default", origin, [(document, sample_passages(document))])
    cited = make_citation(document, "The quote is here.", document_id=change.document_id)
    says(library, make_answer("Who?", [("The quote is here.", [1])], [cited]))
    opened.ask("Who?")
    page = opened.page
    assert page.locator(".v-far").first.is_hidden()
    page.get_by_role("button", name="Open document").click()
    mark = page.locator("#v-here")
    mark.wait_for()
    assert mark.inner_text() == "The quote is here."
    page.locator("#v-here:focus").wait_for()  # the page has scrolled there
    top = page.evaluate("() => document.getElementById('v-here').getBoundingClientRect().top")
    assert top < 800
    assert page.locator(".v-document h3").inner_text() == "A long one"
    page.get_by_role("tab", name="Ask").click()
    page.locator("#v-now a.v-chip").click()
    page.locator(".v-card.is-on .v-far").first.wait_for()
    library.ledger.remove_documents([change.document_id])


def test_documents_are_found_opened_and_removed_after_a_question(chat):
    opened, library = chat
    document = make_document("To be removed soon.", title="Short lived", source="gone.txt")
    origin = Origin("/reports/gone.txt", "/reports", "f" * 64, 1, 1)
    library.ledger.put_file("default", origin, [(document, sample_passages(document))])
    page = opened.page
    opened.documents()
    page.locator(".v-docs li").nth(3).wait_for()
    page.locator("#v-search textarea, #v-search input").fill("short")
    page.locator(".v-docs li").nth(1).wait_for(state="detached")
    page.locator(".v-docs button").click()
    page.locator(".v-text", has_text="To be removed soon.").wait_for()
    page.get_by_role("button", name="Remove", exact=True).click()
    page.get_by_role("button", name="Keep it").click()
    page.locator("#v-confirm").wait_for(state="hidden")
    assert len(library.ledger.find_infos("default", query="Short lived")[0]) == 1
    page.get_by_role("button", name="Remove", exact=True).click()
    page.get_by_role("button", name="Remove it").click()
    page.locator("#v-about-document", has_text="Short lived was removed").wait_for()
    assert library.ledger.find_infos("default", query="Short lived")[0] == []
    opened.check()


def test_upload_shows_what_became_of_each_file(chat):
    opened, library = chat
    page = opened.page
    opened.documents()
    page.set_input_files(
        "#v-upload input[type=file]",
        [
            {"name": "note.txt", "mimeType": "text/plain", "buffer": b"Rain fell on Monday."},
            {"name": "bad.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 no"},
        ],
    )
    job = page.locator(".v-job.is-done")
    job.wait_for()
    rows = job.locator(".v-outcomes li")
    assert rows.count() == 2
    assert "1 document, 1 passage" in job.locator("li.is-added").inner_text()
    assert "bad.pdf" in job.locator("li.is-failed").inner_text()
    page.locator(".v-docs li").nth(3).wait_for()
    page.locator(".v-failed", has_text="could not be read").wait_for()
    (info,) = library.ledger.find_infos("default", query="note.txt")[0]
    library.ledger.remove_documents([info.id])
    opened.check()


def test_hostile_text_stays_text_everywhere(tmp_path):
    with api(tmp_path, chat=build_chat) as (client, library):
        answers = []
        for n, text in enumerate(EVIL):
            document = make_document(
                f"Start. {text.replace(chr(0), '')} End.",
                title=text.replace("\0", ""),
                source=f"{text}.txt".replace("\0", ""),
                publisher=text.replace("\0", ""),
                published="2023-03-14",
            )
            passages = sample_passages(document)
            origin = Origin(f"/r/{n}", "/r", f"{n:064}", 1, 1)
            (change,) = library.ledger.put_file("default", origin, [(document, passages)])
            info = library.ledger.infos([change.document_id])[change.document_id]
            quote = document.text.split("\n")[0]
            cited = replace(
                make_citation(document, quote), document_id=info.id, document=info, copies=(info,)
            )
            answers.append(make_answer(text, [(text, [1])], [cited]))
        library.assistant = FakeAnswerer(answers)
        wait_for_chat(client)
        with open_page(viewport=WIDE) as page:
            opened = Opened(page, str(client.base_url))
            for n, text in enumerate(EVIL, start=1):
                page.fill("#v-box textarea", f"Question {n}: {text}")
                page.click("#v-send")
                page.locator(f"#v-now #t{n} .v-foot").wait_for()
                page.locator("#v-send").wait_for()
                page.locator(f"#t{n} a.v-chip").first.click()
                page.locator(f"#t{n}c1.is-on").wait_for()
            page.get_by_role("button", name="Filters").click()
            page.get_by_role("button", name="Ask only this").last.click()
            page.locator("#v-chips button").wait_for()
            opened.documents()
            page.locator(".v-docs li").nth(len(EVIL) - 1).wait_for()
            for n in range(len(EVIL)):
                page.locator(".v-docs button").nth(n).click()
                page.locator(".v-docs li").nth(n).and_(page.locator(".is-chosen")).wait_for()
            page.locator("#v-search textarea, #v-search input").fill("<img src=x onerror=ran=1>")
            page.locator("#v-list .v-none").wait_for()
            made = "#v-talk .prose, #v-side .prose, #v-list, #v-about-document, #v-reader"
            for tag in ("img", "form", "iframe", "script", "svg", "input", "style", "link", "h1"):
                assert page.locator(made).locator(tag).count() == 0, tag
            links = (
                page.locator(made)
                .locator("a")
                .evaluate_all("all => all.map(one => one.getAttribute('href'))")
            )
            assert all(link.startswith("#t") for link in links)
            opened.check()


def test_empty_library_says_what_to_do(tmp_path):
    with api(tmp_path, chat=build_chat) as (client, library):
        library.ledger.remove_documents([i.id for i in library.ledger.find_infos("default")[0]])
        wait_for_chat(client)
        with open_page(viewport=WIDE) as page:
            opened = Opened(page, str(client.base_url))
            assert page.locator(".v-welcome h2").inner_text() == "Add documents to begin"
            assert page.locator("#v-examples").is_hidden()
            page.get_by_role("button", name="Add documents").click()
            page.locator("#v-list", has_text="No documents yet.").wait_for()
            opened.check()


def test_narrow_window_brings_the_sources_up_as_a_sheet(server):
    client, library = server
    says(library, disagreeing_answer())
    with open_page(viewport=PHONE) as page:
        opened = Opened(page, str(client.base_url))
        turn = opened.ask("How many people were killed?")
        assert page.locator("#v-side").is_hidden()
        turn.locator("a.v-chip").first.click()
        page.locator(".v-card.is-on").wait_for()
        assert page.locator("#v-side").is_visible()
        page.get_by_role("button", name="Close").click()
        page.locator("#v-side").wait_for(state="hidden")
        turn.get_by_role("link", name="Sources (2)").click()
        page.locator("#v-side").wait_for()
        page.keyboard.press("Escape")
        page.locator("#v-side").wait_for(state="hidden")
        opened.documents()
        for _ in range(2):
            assert page.evaluate("() => document.documentElement.scrollWidth") <= PHONE["width"]
            page.get_by_role("tab", name="Ask").click()
        opened.check()
