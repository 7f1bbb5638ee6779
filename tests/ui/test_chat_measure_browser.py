"""The page of measuring in a real browser, over real documents, with the real child process."""

import json
import re
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from ingest.folder import AddOptions, add
from rag.build import open_library
from rag.config import Settings
from tests.ui.api_server import serving, wait_for_chat
from tests.ui.browser import open_page
from tests.ui.evil import EVIL
from tests.ui.test_chat_measure import own_cache
from ui.api import create_app
from ui.chat_mount import build_chat

pytestmark = pytest.mark.browser
EXAMPLES = Path(__file__).parents[2] / "examples" / "larkhaven"
WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 420, "height": 900}
QUESTION = "How many people were killed in the explosion at Larkhaven?"
CASES = [
    {
        "id": "killed",
        "question": QUESTION,
        "answerable": True,
        "sources": ["01-northern-wire-explosion.txt"],
    },
    {"id": "fair", "question": "Where is marmalade judged?", "expect": {"any": ["Stowford"]}},
    {"id": "moon", "question": "Who was the first person on the moon?", "answerable": False},
]


@pytest.fixture
def cache(tmp_path, monkeypatch):
    own_cache(tmp_path / "cache", monkeypatch)


@contextmanager
def opened(directory, files=("01-northern-wire-explosion.txt", "09-marmalade-fair.md")):
    """Yield (page, settings, complaints) of the page of measuring over some of the examples."""
    settings = Settings(library=directory)
    library = open_library(settings)
    try:
        paths = [EXAMPLES / name for name in files]
        if paths:
            list(add(library.ledger, paths, options=AddOptions.of(settings)))
        app = create_app(library, settings, chat=build_chat)
        with serving(app) as url, open_page(viewport=WIDE) as page:
            with httpx.Client(base_url=url, timeout=30) as client:
                wait_for_chat(client)
            page.set_default_timeout(60_000)
            wrong, dialogs, hosts = watch(page.context)
            page.goto(url)
            measure(page)
            yield page, settings, wrong
            assert wrong == []
            assert dialogs == []
            assert hosts <= {url.split("/")[2]}
            assert page.evaluate("() => window.ran === undefined")
    finally:
        library.close()


def watch(context):
    """Return what pages complain of, ask, and which hosts they turn to, as it happens."""
    wrong, dialogs, hosts = [], [], set()
    context.on("weberror", lambda error: wrong.append(str(error.error)))
    context.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
    context.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    context.on(
        "request",
        lambda r: hosts.add(r.url.split("/")[2]) if r.url.startswith("http") else None,
    )
    return wrong, dialogs, hosts


def measure(page):
    """Turn to the page of measuring."""
    page.get_by_role("tab", name="Measure").click()
    page.locator("#v-run-list .v-runs, #v-run-list .v-runs-none").first.wait_for()


def upload(page, *cases, name="mine.jsonl"):
    """Upload cases and wait until they have been checked; return what is said of them."""
    lines = "".join(json.dumps(one) + "\n" for one in cases)
    page.set_input_files(
        "#v-cases-upload input[type=file]",
        [{"name": name, "mimeType": "application/jsonl", "buffer": lines.encode()}],
    )
    said = page.locator(".v-cases", has_text=name)
    said.wait_for()
    return said


def run(page, runs: int):
    """Press the button that runs the cases and wait until so many runs are listed."""
    page.locator("#v-run").click()
    page.locator(".v-run").nth(runs - 1).wait_for()
    page.locator(".v-measuring.is-done").wait_for()


def test_cases_are_run_and_the_report_is_opened(tmp_path, cache):
    with opened(tmp_path / "library") as (page, settings, _):
        assert "Nothing was measured yet" in page.locator(".v-runs-none").inner_text()
        said = upload(page, *CASES)
        assert "3 cases" in said.inner_text()
        assert QUESTION in said.inner_text()
        assert page.locator("#v-run").inner_text() == "Run 3 cases"
        run(page, 1)
        row = page.locator(".v-run")
        assert "3 rows" in row.inner_text()
        assert re.search(r"correct\s*[01]\.\d{3}", row.inner_text())
        assert row.locator("svg circle").count() == 1
        assert page.locator("#v-run-stop").is_hidden()
        link = row.get_by_role("link", name="Open report")
        with page.context.expect_page() as popup:
            link.click()
        report = popup.value
        report.get_by_text(QUESTION).first.wait_for()
        assert report.title().startswith("cases")
        name = link.get_attribute("href").split("/")[3]
        assert (settings.library / "runs" / name / "report.html").is_file()


@pytest.mark.slow
def test_running_job_is_found_again_and_stopped(tmp_path, cache):
    asked = [{**CASES[0], "id": f"q{n}", "question": f"{QUESTION} {n}"} for n in range(400)]
    with opened(tmp_path / "library") as (page, _, wrong):
        upload(page, *asked)
        page.locator("#v-run").click()
        page.locator(".v-measuring progress").wait_for()
        assert page.locator("#v-draft").is_disabled()
        page.reload()
        wrong.clear()  # a page that is left while it listens says so
        measure(page)
        now = page.locator(".v-measuring.is-running")
        now.locator("p", has_text=re.compile(r"Asking: \d+ of 400")).wait_for()
        page.locator("#v-run-stop").click()
        page.locator(".v-measuring.is-stopped").wait_for()
        assert page.locator("#v-run-stop").is_hidden()
        assert page.locator("#v-run").inner_text() == "Run 400 cases"
        assert page.locator(".v-run").count() == 0


def test_faults_are_shown_by_line_and_hostile_text_stays_text(tmp_path, cache):
    with opened(tmp_path / "library") as (page, *_):
        wrong = [
            {"id": f"e{n}", "question": text, "sources": [text]} for n, text in enumerate(EVIL)
        ]
        said = upload(page, *wrong, name="evil.jsonl")
        assert "nothing is run until the file is mended" in said.inner_text()
        lines = said.locator(".v-issues b").all_inner_texts()
        assert {f"Line {n}" for n in range(1, len(EVIL) + 1)} >= set(lines) > set()
        assert page.locator("#v-run").is_hidden()
        fine = [
            {"id": f"e{n}", "question": text, "answerable": False, "tags": [text]}
            for n, text in enumerate(EVIL)
            if text.strip() and not re.search("[\ud800-\udfff]", text)
        ]
        said = upload(page, *fine, name="fine.jsonl")
        for tag in ("img", "form", "iframe", "script", "input", "style", "link", "h1"):
            assert page.locator("#v-measure .prose").locator(tag).count() == 0, tag


@pytest.mark.slow
def test_drafts_are_downloaded_and_run_as_drafts(tmp_path, cache):
    with opened(tmp_path / "library") as (page, *_):
        page.locator("#v-draft").click()
        said = page.locator(".v-cases", has_text="drafts.jsonl")
        said.wait_for()
        with page.expect_download() as download:
            said.get_by_role("link", name="Download").click()
        assert download.value.suggested_filename == "drafts.jsonl"
        lines = download.value.path().read_text().splitlines()
        assert all(json.loads(line)["draft"] for line in lines)
        assert f"{len(lines)} drafts" in said.inner_text()
        run(page, 1)
        assert page.locator(".v-run .v-flag").inner_text() == "drafts"


@pytest.mark.slow
def test_two_runs_are_compared(tmp_path, cache):
    with opened(tmp_path / "library") as (page, *_):
        upload(page, *CASES)
        assert page.locator("#v-compare").is_hidden()
        run(page, 1)
        upload(page, *CASES[:2], name="other.jsonl")
        run(page, 2)
        assert "other.jsonl" in page.locator(".v-run").first.inner_text()
        page.locator("#v-compare-go").click()
        found = page.locator(".v-compared")
        found.wait_for()
        assert "on 2 rows that both have" in found.inner_text()
        assert "no difference: all 2 rows score the same" in found.inner_text()
        assert "1 row only in A, left out." in found.inner_text()
        page.locator("#v-first input").fill("nothing of the kind")
        page.keyboard.press("Enter")
        page.locator("#v-compare-go").click()
        page.locator("#v-compared .v-warning", has_text="There is no run").wait_for()


def test_library_without_documents_says_what_to_do(tmp_path, cache):
    with opened(tmp_path / "library", files=()) as (page, *_):
        page.locator("#v-draft").click()
        failed = page.locator(".v-measuring.is-failed")
        failed.wait_for()
        assert "Add documents first" in failed.inner_text()
        assert page.locator("#v-draft").is_enabled()


@pytest.mark.slow
def test_page_fits_a_narrow_window(tmp_path, cache):
    with opened(tmp_path / "library") as (page, *_):
        page.set_viewport_size(PHONE)
        upload(page, *CASES)
        run(page, 1)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= PHONE["width"]
        buttons = page.locator("#v-measure button:visible, #v-measure .v-run a")
        for box in [button.bounding_box() for button in buttons.all()]:
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= PHONE["width"]
