"""The real server on a free port, over a real ledger, with a scripted answerer."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from rag.config import Settings
from rag.ledger import Ledger, Origin
from rag.types import Hit
from tests.fakes import FakeAnswerer, sample_documents, sample_passages
from ui.api import Server, bind, create_app, url_of

KEY = "correct-horse-battery-staple"


class FakeRetriever:
    """Gives the first passages of the ledger's documents, and remembers what it was asked."""

    def __init__(self, ledger):
        self.ledger = ledger
        self.asked = []

    def retrieve(self, question, *, filters, collection, limit):
        self.asked.append((question, filters, collection, limit))
        infos, _ = self.ledger.find_infos(collection, filters=filters, limit=limit)
        return [Hit(self.ledger.passages_of(i.id)[0], i, 1.0, 0.5, 2.0) for i in infos]


class FakeLibrary:
    """A library with a real ledger of three documents."""

    def __init__(self, directory: Path, answerer=None):
        self.ledger = Ledger(directory)
        self.retriever = FakeRetriever(self.ledger)
        self.assistant = answerer or FakeAnswerer()
        for n, document in enumerate(sample_documents()):
            origin = Origin(f"/reports/{document.source}", "/reports", f"{n:064}", 1, 1)
            self.ledger.put_file("default", origin, [(document, sample_passages(document))])

    def close(self):
        self.ledger.close()


@contextmanager
def serving(app) -> Iterator[str]:
    """Serve an app in a thread; yield its URL once it can be reached."""
    ready = threading.Event()
    listening = bind("127.0.0.1", 0)
    server = Server(app, ready.set)

    def run():
        with suppress(SystemExit):  # how uvicorn ends when the app refuses to start
            server.run(sockets=[listening])

    thread = threading.Thread(target=run)
    thread.start()
    try:
        while not ready.wait(0.05):
            assert thread.is_alive(), "the server did not start"
        yield url_of(listening)
    finally:
        server.should_exit = True
        thread.join(30)
        assert not thread.is_alive(), "the server did not stop"


@contextmanager
def api(directory: Path, *, answerer=None, chat=None, jobs=None, **settings):
    """Yield (client, library) of a server without the chat."""
    library = FakeLibrary(directory, answerer)
    try:
        chosen = Settings(library=directory, **settings)
        app = create_app(
            library, chosen, chat=chat, jobs=jobs(library.ledger, chosen) if jobs else None
        )
        library.app = app
        with serving(app) as url, httpx.Client(base_url=url, timeout=30) as client:
            yield client, library
    finally:
        library.close()


def wait_for_chat(client: httpx.Client, seconds: float = 60) -> None:
    """Wait until the chat has been loaded."""
    until = time.monotonic() + seconds
    while (state := client.get("/healthz").json()["chat"]) == "starting":
        assert time.monotonic() < until, "the chat did not start"
        time.sleep(0.1)
    assert state == "ready"


def error_of(response: httpx.Response) -> dict:
    """Return the error of a response, whose shape is checked."""
    assert response.headers["content-type"] == "application/json"
    body = response.json()
    assert set(body) == {"error"}, body
    error = body["error"]
    assert set(error) == {"code", "message", "hint", "request_id"}
    assert error["request_id"] == response.headers["x-request-id"]
    assert error["message"], error
    return error


def events_of(lines: Iterator[str]) -> Iterator[tuple[str, dict]]:
    """Yield (name, data) of Server-Sent Events."""
    name = ""
    for line in lines:
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))
