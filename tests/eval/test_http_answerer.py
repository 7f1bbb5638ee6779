"""Servers that speak Vouch's or OpenAI's shape, and servers that do not."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from eval.answerers import load_answerer
from eval.answerers_passages import NotAnOutput
from eval.cases import Case, Source, Suite
from eval.http_answerer import KEY_VARIABLE, HttpAnswerer
from eval.http_client import JsonClient, ServerError
from rag.config import Settings
from rag.errors import BadRequest
from rag.types import Filters, Turn
from tests.ui.api_server import KEY as OUR_KEY
from tests.ui.api_server import FakeLibrary, serving
from ui.api import create_app

SECRET = "sk-very-secret-0123456789"
SOURCES = (Source("rain", "The river rose by two metres.", "Rain"), Source("trams", "Trams stood."))
CASE = Case("1", "How far did the river rise?")
OURS = {"text": "Two metres. [1]", "declined": None, "answers": [], "citations": [{"n": 1}]}
LOGIN = b"<html><head><title>Log in</title></head><body><p>Your name</p></body></html>"


def suite(task: str = "answer", sources: tuple[Source, ...] = SOURCES) -> Suite:
    return Suite("small", task, (), (), sources)  # type: ignore[arg-type]


def chat(content: Any = "Two metres. [1]", finish: str = "stop", **message: Any) -> dict[str, Any]:
    said = {"role": "assistant", "content": content, **message}
    return {"model": "tiny-1", "choices": [{"index": 0, "message": said, "finish_reason": finish}]}


@dataclass
class Reply:
    """What the server sends; ``body`` is JSON unless it is bytes."""

    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Script = Callable[["Asked"], Reply]


@dataclass(frozen=True)
class Asked:
    """A request that the server has seen."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any


class Server:
    """A server that does what its script says, and remembers what it was asked."""

    def __init__(self, url: str, seen: list[Asked], release: threading.Event) -> None:
        self.url, self.seen, self.release = url, seen, release


@contextmanager
def playing(script: Script) -> Iterator[Server]:
    seen: list[Asked] = []
    release = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            data = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.command, self.path, headers, json.loads(data) if data else None)
            seen.append(asked)
            reply = script(asked)
            if reply.status == 0:  # never answers, until the test is over
                release.wait()
                return
            is_bytes = isinstance(reply.body, bytes)
            sent = reply.body if is_bytes else json.dumps(reply.body).encode()
            kind = "text/html" if is_bytes else "application/json"
            self.send_response(reply.status)
            for name, value in {"content-type": kind, **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        do_GET = do_POST = answer

        def log_message(self, *args: Any) -> None:
            del args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield Server(f"http://127.0.0.1:{server.server_port}", seen, release)
    finally:
        release.set()
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)


def ask(script: Script, path: str = "/v1/ask", case: Case = CASE, **more: Any) -> Any:
    """Return the output for a case of a server at a path."""
    with playing(script) as server:
        return asked(server, path, case, **more)


def asked(server: Server, path: str, case: Case = CASE, **more: Any) -> Any:
    system = HttpAnswerer(server.url + path, more.pop("suite", suite()), **more)
    try:
        return system.run(case)
    finally:
        system.close()


# Vouch's shape


def test_our_shape_passes_through_and_is_asked_like_a_client_would() -> None:
    case = Case(
        "1",
        "And then?",
        (Turn("user", "Hi"), Turn("assistant", "Yes", {"id": "7"})),
        filters=Filters(publisher=("Reuters",)),
    )
    with playing(lambda _: Reply(OURS)) as server:
        output = asked(server, "/v1/ask", case)
    assert output.answer == OURS
    assert output.seconds > 0
    assert server.seen[0].body == {
        "question": "And then?",
        "history": [
            {"role": "user", "content": "Hi"},
            {"role": "assistant", "content": "Yes", "answer": {"id": "7"}},
        ],
        "filters": {"publisher": ["Reuters"]},
        "include": ["hits"],
    }


def test_a_refusal_is_http_200_and_an_outcome() -> None:
    declined = {"reason": "nothing_found", "message": "Nothing.", "nearest": []}
    output = ask(lambda _: Reply({**OURS, "text": "Nothing.", "declined": declined}))
    assert output.outcome == "refused"
    assert output.answer["declined"]["reason"] == "nothing_found"


def test_a_ranking_comes_from_the_search_of_the_same_server() -> None:
    hits = [{"document_id": "d9", "source": "trams", "title": "x", "text": "Trams", "score": 0.5}]
    with playing(lambda _: Reply({"query": "x", "hits": hits})) as server:
        output = asked(server, "/v1/ask", suite=suite("retrieve"))
    assert output.hits == ({"source": "trams", "score": 0.5, "start": 0, "end": 5},)
    assert server.seen[0].path == "/v1/search"
    assert server.seen[0].body == {"query": CASE.question, "limit": 100}


@pytest.mark.parametrize("path", ["", "/", "/v1", "/v1/", "/v1/ask"])
def test_the_real_server_of_vouch(tmp_path: Path, path: str) -> None:
    library = FakeLibrary(tmp_path)
    app = create_app(library, Settings(library=tmp_path, key=OUR_KEY))  # type: ignore[arg-type]
    with serving(app) as url:
        system = HttpAnswerer(url + path, suite(), key=OUR_KEY)
        output = system.run(Case("1", "How many people were killed?"))
        system.close()
        assert output.answer is not None
        assert output.answer["citations"][0]["quote"]
        assert system.name == f"{url}/v1/ask"
        with pytest.raises(ServerError, match="answered 401: This server needs its key"):
            HttpAnswerer(url + "/v1/ask", suite(), key="wrong").run(CASE)
        ranking = HttpAnswerer(url + path, suite("retrieve", ()), key=OUR_KEY)
        assert ranking.run(Case("1", "explosion")).hits
        ranking.close()
    library.close()


# OpenAI's shape


def test_a_chat_model_sees_the_sources_and_its_marks_are_citations(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, SECRET)
    with playing(lambda _: Reply(chat())) as server:
        output = asked(server, "/v1/chat/completions#model=tiny")
    answer = output.answer
    assert answer["text"] == "Two metres. [1]"
    assert answer["marks"] == [{"start": 12, "end": 15, "n": 1}]
    assert [(c["n"], c["external_id"], c["quote"]) for c in answer["citations"]] == [
        (1, "rain", SOURCES[0].text)
    ]
    assert answer["writer"] == "tiny-1"
    (request,) = server.seen
    assert request.headers["authorization"] == f"Bearer {SECRET}"
    assert request.body["model"] == "tiny"
    assert request.body["temperature"] == 0
    assert request.body["messages"][-1]["content"].startswith("[1] Rain\nThe river rose")
    assert SECRET not in json.dumps(output.answer)


def test_sources_that_do_not_fit_are_not_sent() -> None:
    with playing(lambda _: Reply(chat())) as server:
        output = asked(server, "/v1/chat/completions#model=tiny", prompt_tokens=5)
    assert "citations" not in output.answer
    assert output.answer["warnings"][0]["code"] == "sources_not_shown"
    assert server.seen[0].body["messages"][-1]["content"] == CASE.question


@pytest.mark.parametrize(
    "said", [chat("UNANSWERABLE"), chat(" UNANSWERABLE.\n"), chat(None, refusal="I cannot.")]
)
def test_a_model_that_does_not_answer_refuses(said: dict[str, Any]) -> None:
    assert ask(lambda _: Reply(said), "/v1/chat/completions?model=m").outcome == "refused"


def test_content_in_parts_is_one_text() -> None:
    parts = [{"type": "text", "text": "Two "}, {"type": "text", "text": "metres."}]
    output = ask(lambda _: Reply(chat(parts)), "/v1/chat/completions#model=m")
    assert output.answer["text"] == "Two metres."


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"choices": []}, r"no choices\[0\].message; it has choices"),
        ({"answer": "x"}, r"no choices\[0\].message; it has answer"),
        (chat(None), "content is NoneType"),
        (chat("", tool_calls=[{"id": "1"}]), "not a text"),
        (chat("Two me", "length"), "stopped for 'length'"),
        (chat("", "content_filter"), "stopped for 'content_filter'"),
    ],
)
def test_a_completion_without_an_answer_fails(said: Any, words: str) -> None:
    with pytest.raises(NotAnOutput, match=words):
        ask(lambda _: Reply(said), "/v1/chat/completions#model=m")


# Finding out which


def models(*names: str) -> Script:
    def script(asked: Asked) -> Reply:
        if asked.path == "/v1/models":
            return Reply({"object": "list", "data": [{"id": name} for name in names]})
        if asked.path == "/v1/chat/completions":
            return Reply(chat())
        return Reply({"detail": "Not Found"}, 404)

    return script


@pytest.mark.parametrize("path", ["", "/v1"])
def test_a_base_url_is_asked_once_what_is_there(path: str) -> None:
    with playing(models("only")) as server:
        system = HttpAnswerer(server.url + path, suite())
        system.run(CASE)
        system.run(CASE)
        system.close()
        assert [request.path for request in server.seen] == [
            "/healthz",
            "/v1/models",
            "/v1/chat/completions",
            "/v1/chat/completions",
        ]
    assert server.seen[-1].body["model"] == "only"
    assert system.name == f"{server.url}/v1/chat/completions only"
    assert system.version == ""


def test_a_model_is_named_where_there_are_several() -> None:
    with playing(models("big", "small")) as server:
        with pytest.raises(BadRequest, match="2 models.*there: big, small"):
            HttpAnswerer(server.url, suite())
        assert HttpAnswerer(f"{server.url}#model=small", suite()).name.endswith(" small")
        with pytest.raises(BadRequest, match="No model is named"):
            HttpAnswerer(f"{server.url}/v1/chat/completions", suite())


def test_a_server_of_neither_kind_is_refused_with_what_it_said() -> None:
    with (
        playing(lambda _: Reply(LOGIN)) as server,
        pytest.raises(ServerError, match=r"neither.*text/html that is no object.*Log in") as caught,
    ):
        HttpAnswerer(server.url, suite())
    assert "/v1/ask" in caught.value.hint


def test_a_health_route_of_somebody_else_is_not_ours() -> None:
    def script(asked: Asked) -> Reply:
        return Reply({"status": "ok"}) if asked.path == "/healthz" else models("m")(asked)

    with playing(script) as server:
        assert "/v1/chat/completions m" in HttpAnswerer(server.url, suite()).name


def test_nobody_there_is_said() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        port = taken.getsockname()[1]
        with pytest.raises(ServerError, match=f"127.0.0.1:{port} cannot be reached"):
            HttpAnswerer(f"http://127.0.0.1:{port}", suite())


# Servers that are busy, slow or broken


def busy(times: int, status: int, after: str | None = "0") -> Script:
    left = [times]

    def script(asked: Asked) -> Reply:
        if left[0]:
            left[0] -= 1
            headers = {} if after is None else {"retry-after": after}
            return Reply({"error": {"message": "Too many."}}, status, headers)
        return Reply(OURS)

    return script


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_asked_again(status: int) -> None:
    with playing(busy(3, status)) as server:
        assert asked(server, "/v1/ask").answer == OURS
    assert len(server.seen) == 4


def test_it_is_not_asked_for_ever() -> None:
    with playing(busy(99, 429)) as server:
        with pytest.raises(ServerError, match="answered 429, after 4 tries: Too many"):
            asked(server, "/v1/ask")
        assert len(server.seen) == 4


def test_a_wait_that_is_too_long_is_not_waited_for() -> None:
    with playing(busy(9, 503, "120")) as server:
        with pytest.raises(ServerError, match="503, to be asked again in 120 s: Too many"):
            asked(server, "/v1/ask", longest_wait=30)
        assert len(server.seen) == 1


def test_the_wait_that_is_asked_for_is_kept_and_is_not_the_answers_time() -> None:
    import time

    with playing(busy(1, 429, "0.4")) as server:
        began = time.perf_counter()
        output = asked(server, "/v1/ask")
        wall = time.perf_counter() - began
    assert wall >= 0.4
    assert output.seconds <= wall - 0.4


class Announced(threading.Event):
    """An event that tells when somebody begins to wait for it."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting = threading.Event()

    def wait(self, timeout: float | None = None) -> bool:
        self.waiting.set()
        return super().wait(timeout)


def test_closing_wakes_whoever_waits() -> None:
    closed = Announced()
    told: list[str] = []
    with playing(lambda _: Reply({}, 503, {"retry-after": "25"})) as server:
        client = JsonClient(closed=closed)

        def wait() -> None:
            try:
                client.get(server.url)
            except ServerError as error:
                told.append(error.message)

        thread = threading.Thread(target=wait)
        thread.start()
        assert closed.waiting.wait(10)
        client.close()
        thread.join(10)
        assert not thread.is_alive()
    assert told == ["The client was closed while it waited for a busy server."]


def test_a_server_that_never_answers_costs_its_time_and_no_more() -> None:
    with pytest.raises(ServerError, match="gave no answer within 0.2 s"):
        ask(lambda _: Reply(None, 0), timeout=0.2)
    with pytest.raises(ServerError, match="gave no answer within 0.2 s"):
        ask(lambda _: Reply(None, 0), "/v1/ask#timeout=0.2")


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply({"error": {"message": "It broke.", "hint": "Look."}}, 500), "500: It broke. Look"),
        (Reply({"detail": "No key"}, 401), "401: No key. Set VOUCH_EVAL_KEY"),
        (Reply({"error": "model not found"}, 404), "404: model not found"),
        (Reply({"odd": 1}, 400), '400: {"odd": 1}'),
        (Reply(LOGIN, 500), "500: Log in Your name"),
        (Reply(b"", 502), "502: nothing more"),
        (Reply(LOGIN), "sent text/html that is no object of JSON: Log in Your name"),
        (Reply(b'{"text": "Two'), "no object of JSON"),
        (Reply(b"[" * 100_000), "no object of JSON"),
        (Reply(b"\xff\xfe"), "no object of JSON"),
        (Reply(["Two"]), "no object of JSON"),
        (Reply(OURS, 201), "answered 201"),
        (
            Reply(b"", 302, {"location": "https://login.example/in?token=1"}),
            "302.*login.example/in",
        ),
    ],
)
def test_what_is_no_answer_is_an_error_that_says_what_came(reply: Reply, words: str) -> None:
    with pytest.raises(ServerError, match=words) as caught:
        ask(lambda _: reply)
    assert "token" not in str(caught.value)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"text": "x", "answers": [{"text": "x", "probability": NaN}]}', r"answers\[0\]"),
        (b'{"text": null, "declined": null}', "a dict with text, declined, not an answer"),
        (b'{"error": {"message": "It broke."}}', "a dict with error, not an answer"),
    ],
)
def test_json_that_is_no_answer_fails(body: bytes, words: str) -> None:
    with pytest.raises(NotAnOutput, match=words):
        ask(lambda _: Reply(body))


def test_a_redirect_is_not_followed_with_the_key() -> None:
    with playing(lambda _: Reply(OURS)) as other:
        away = Reply(b"", 307, {"location": f"{other.url}/v1/ask"})
        with pytest.raises(ServerError, match="307"):
            ask(lambda _: away, key=SECRET)
        assert other.seen == []


def test_a_key_that_a_server_repeats_is_taken_out() -> None:
    with pytest.raises(ServerError, match=r"Wrong key \*\*\*") as caught:
        ask(lambda _: Reply({"error": {"message": f"Wrong key {SECRET}."}}, 401), key=SECRET)
    assert SECRET not in str(caught.value)


# URLs


@pytest.mark.parametrize("form", ["http:{0}/v1/ask", "http:http://{0}/v1/ask", "http://{0}/v1/ask"])
def test_a_url_is_an_answerer(form: str) -> None:
    with playing(lambda _: Reply(OURS)) as server:
        system = load_answerer(form.format(server.url.removeprefix("http://")), suite())
        assert system.run(CASE).answer == OURS
        assert system.name == f"{server.url}/v1/ask"
        system.close()


def test_what_a_query_holds_is_sent_and_not_recorded() -> None:
    with playing(lambda _: Reply(chat())) as server:
        system = HttpAnswerer(f"{server.url}/v1/chat/completions?api-version=2&model=m", suite())
        system.run(CASE)
    assert server.seen[0].path == "/v1/chat/completions?api-version=2"
    assert system.name == f"{server.url}/v1/chat/completions m"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://", "no URL of a server"),
        ("ftp://x/v1/ask", "no URL of a server"),
        ("http://[bad/v1/ask", "That is no URL"),
        ("http://x:99999/v1/ask", "That is no URL"),
        (f"http://ann:{SECRET}@x/v1/ask", "a name and a password"),
        ("http://x/v1/ask#timeout=soon", "#timeout=soon means nothing"),
        ("http://x/v1/ask#timeout=nan", "#timeout=nan means nothing"),
        ("http://x/v1/ask#modle=m", "#modle means nothing"),
    ],
)
def test_a_url_that_cannot_be_used_is_told(url: str, words: str) -> None:
    with pytest.raises(BadRequest, match=words) as caught:
        HttpAnswerer(url, suite())
    assert SECRET not in str(caught.value)


def test_what_a_server_cannot_do_is_told_before_any_row() -> None:
    with pytest.raises(BadRequest, match="judge claims"):
        HttpAnswerer("http://x/v1/ask", suite("verify"))
    with pytest.raises(BadRequest, match="wants passages"):
        HttpAnswerer("http://x/v1/chat/completions#model=m", suite("retrieve"))
