"""The chat inside the server: closed to the server's files, and with a policy that holds."""

import os
import threading
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from tests.ui.api_server import api, error_of, wait_for_chat
from tests.ui.browser import open_page
from ui.chat_mount import build_chat, mount, page_policy, prepare_gradio

SECRET = "root:x:0:0:canary-of-a-server-file"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with api(tmp_path_factory.mktemp("library"), chat=build_chat, max_upload_mb=1) as served:
        wait_for_chat(served[0])
        yield served


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "passwd"
    path.write_text(SECRET)
    return path


def file_data(path, **more):
    return {"path": str(path), "meta": {"_type": "gradio.FileData"}, "orig_name": "x.txt", **more}


def said_by(client: httpx.Client, fn_index: int, data: list, session: str) -> str:
    """Run one function of a Gradio page through its queue; return everything it sent."""
    body = {"data": data, "fn_index": fn_index, "session_hash": session, "event_data": None}
    joined = client.post("/gradio_api/queue/join", json=body)
    said = joined.text
    if joined.status_code != 200:
        return said
    params = {"session_hash": session}
    with client.stream("GET", "/gradio_api/queue/data", params=params, timeout=20) as stream:
        for line in stream.iter_lines():
            said += line
            if "process_completed" in line or "close_stream" in line or "unexpected" in line:
                break
    return said


def stolen(client: httpx.Client, secret: Path) -> list[str]:
    """Try to read a file of the server through every function of the page; return what worked."""
    found = []
    config = client.get("/config").json()
    for dependency in config["dependencies"]:
        inputs = len(dependency["inputs"])
        for n, value in enumerate(
            (file_data(secret), [file_data(secret)], {"text": "x", "files": [file_data(secret)]})
        ):
            session = f"s{dependency['id']}-{n}"
            said = said_by(client, dependency["id"], [value] * inputs, session)
            name = dependency.get("api_name") or dependency["id"]
            for route in (f"/gradio_api/call/{name}", f"/gradio_api/run/{name}"):
                said += client.post(route, json={"data": [value] * inputs}).text
            if SECRET in said:
                found.append(f"{name}: said")
    return found + taken_copies()


def taken_copies() -> list[str]:
    """Return the copies of the secret in the folder for uploads, which are then removed."""
    copies = [
        path
        for path in Path(os.environ["GRADIO_TEMP_DIR"]).rglob("*")
        if path.is_file() and SECRET in path.read_text(errors="replace")
    ]
    for path in copies:
        path.unlink(missing_ok=True)
    return [str(path) for path in copies]


def test_no_function_of_the_chat_reads_a_file_of_the_server(server, secret):
    client, _ = server
    assert stolen(client, secret) == []
    for path in (secret, "/etc/passwd", "../../../../etc/passwd", "/proc/self/environ"):
        for route in ("file=", "file/", "proxy=file://", "stream/x/"):
            response = client.get(f"/gradio_api/{route}{path}")
            assert SECRET not in response.text
            assert "root:x:0" not in response.text
            assert response.status_code >= 400, (route, path)


def tiny_blocks():
    prepare_gradio()
    import gradio as gr

    with gr.Blocks() as blocks:
        given, name = gr.File(), gr.Textbox()
        gr.Button().click(
            lambda path: Path(path).read_text() if path else "", given, name, api_name="read"
        )
    return blocks


def test_the_attempt_would_succeed_on_a_careless_mount(tmp_path, secret):
    """Shows that the test above can fail: plain mounting lets the file out, ours does not."""
    import gradio as gr

    def careless(parts):
        app = FastAPI()
        gr.mount_gradio_app(app, tiny_blocks(), path="/")
        return app

    def careful(parts):
        return mount(tiny_blocks(), {}, max_upload_mb=1)

    for build, leaks in ((careless, True), (careful, False)):
        with api(tmp_path / build.__name__, chat=build) as (client, _):
            wait_for_chat(client)
            assert bool(stolen(client, secret)) is leaks, build.__name__
        taken_copies()  # what the last server was still copying is not the next one's


def test_file_that_is_really_uploaded_can_be_used(tmp_path):
    def build(parts):
        return mount(tiny_blocks(), {}, max_upload_mb=1)

    with api(tmp_path, chat=build) as (client, _):
        wait_for_chat(client)
        (path,) = client.post("/gradio_api/upload", files={"files": ("a.txt", b"my words")}).json()
        assert "my words" in said_by(client, 0, [file_data(path)], "s")


def test_url_in_place_of_a_file_is_not_fetched(server):
    client, library = server
    asked = threading.Event()
    import socketserver

    class Sink(socketserver.BaseRequestHandler):
        def handle(self):
            asked.set()

    seq = library.ledger.seq
    with socketserver.TCPServer(("127.0.0.1", 0), Sink) as sink:
        thread = threading.Thread(target=sink.serve_forever, daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{sink.server_address[1]}/x.txt"
        config = client.get("/config").json()
        for dependency in config["dependencies"]:
            inputs = len(dependency["inputs"])
            for value in (file_data(url), file_data("x", url=url), [file_data(url)]):
                said_by(client, dependency["id"], [value] * inputs, f"u{dependency['id']}")
        client.get(f"/gradio_api/proxy={url}")
        client.get(f"/gradio_api/file={url}")
        sink.shutdown()
    assert not asked.is_set()
    assert library.ledger.seq == seq


def test_upload_over_the_limit_is_refused(server):
    client, _ = server
    files = {"files": ("a.txt", b"x" * 2_000_000)}
    assert client.post("/gradio_api/upload", files=files).status_code == 413


def test_page_runs_its_own_scripts_and_no_others(server):
    client, _ = server
    page = client.get("/", headers={"accept": "text/html"})
    policy = page.headers["content-security-policy"]
    scripts = policy.split("script-src ")[1].split(";")[0].split()
    assert "'self'" in scripts
    assert any(source.startswith("'sha256-") for source in scripts)
    assert all(source == "'self'" or source.startswith("'sha256-") for source in scripts)
    for part in (
        "default-src 'none'",
        "img-src 'self' data: blob:",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "connect-src 'self'",
        "object-src 'none'",
    ):
        assert part in policy
    assert "http" not in policy
    assert page_policy(page.content) == policy
    css = client.get("/theme.css")
    assert "sha256" not in css.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/nothing", "/v1", "/v1/", "/assets/nothing.js", "/a/b/c.php"])
def test_what_is_not_there_has_the_shape_of_errors(server, path):
    client, _ = server
    response = client.get(path)
    assert response.status_code == 404
    assert error_of(response)["code"] == "not_found"


def test_no_other_origin_may_read_the_chat(server):
    client, _ = server
    response = client.get("/config")
    assert not any(name.startswith("access-control-") for name in response.headers)
    assert client.get("/config", headers={"origin": "http://localhost:9"}).status_code == 403


@pytest.mark.browser
def test_page_starts_in_a_browser_without_a_complaint(server):
    client, _ = server
    asked, wrong = [], []
    with open_page() as page:
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
        page.goto(str(client.base_url))
        page.wait_for_selector("textarea >> visible=true", timeout=30_000)
        # The policy really holds: neither an attribute nor an injected script is run.
        page.evaluate(
            """() => {
                const box = document.createElement("div");
                box.innerHTML = '<img src="data:," onerror="window.ran = 1">';
                const script = document.createElement("script");
                script.textContent = "window.ran = 2";
                document.body.append(box, script);
            }"""
        )
        page.wait_for_timeout(300)
        assert page.evaluate("window.ran === undefined")
        by_itself = list(asked)
        assert page.evaluate(
            "fetch('http://example.com/x').then(() => 'sent', () => 'refused')"
        ) == ("refused")
    hosts = {url.split("/")[2] for url in by_itself if url.startswith("http")}
    assert hosts == {str(client.base_url).split("/")[2]}
    policy = [text for text in wrong if "Content Security Policy" in text]
    assert [text for text in wrong if text not in policy] == []
    # The attempts above, and nothing that the page does by itself.
    kinds = ("inline event handler", "inline script", "example.com")
    assert all(any(kind in text for text in policy) for kind in kinds)
    assert all(any(kind in text for kind in kinds) for text in policy), policy


def test_chat_that_cannot_be_loaded_leaves_the_api_working(tmp_path):
    def broken(parts):
        raise ImportError("no gradio here")

    with api(tmp_path, chat=broken) as (client, _):
        while (state := client.get("/healthz").json()["chat"]) == "starting":
            pass
        assert state == "failed"
        page = client.get("/", headers={"accept": "text/html"})
        assert page.status_code == 503
        assert "log" in page.text
        assert client.post("/v1/ask", json={"question": "Who?"}).status_code == 200


def test_place_of_the_chat_says_that_it_is_starting(tmp_path):
    gate = threading.Event()

    def slow(parts):
        gate.wait(30)
        return FastAPI()

    with api(tmp_path, chat=slow) as (client, _):
        page = client.get("/", headers={"accept": "text/html"})
        assert page.status_code == 503
        assert 'http-equiv="refresh"' in page.text
        assert client.get("/v1/documents").status_code == 200
        gate.set()
        wait_for_chat(client)
        assert client.get("/").status_code == 404  # the app that was built has no such page


def test_two_chats_that_start_at_once_are_both_whole(tmp_path):
    with (
        api(tmp_path / "one", chat=build_chat) as one,
        api(tmp_path / "two", chat=build_chat) as two,
    ):
        wait_for_chat(one[0])
        wait_for_chat(two[0])
        for client, *_ in (one, two):
            assert "Vouch" in client.get("/").text
