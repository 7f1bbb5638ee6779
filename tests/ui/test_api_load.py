"""More questions than can be answered, clients that vanish, questions that take too long."""

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx
import pytest

from tests.fakes import FakeAnswerer
from tests.ui.api_server import api, error_of, events_of


class Crowd(FakeAnswerer):
    """Answers nobody before the gate opens, and counts who came and who was let go."""

    def __init__(self):
        super().__init__(gate=threading.Event())
        self.changed = threading.Condition()
        self.inside = 0
        self.left = 0

    def stream(self, question):
        with self.changed:
            self.inside += 1
            self.changed.notify_all()
        try:
            yield from super().stream(question)
        finally:
            with self.changed:
                self.left += 1
                self.changed.notify_all()

    def wait_until(self, what):
        with self.changed:
            assert self.changed.wait_for(what, 20)


def ask(client, question="Who?", **more):
    return client.post("/v1/ask", json={"question": question, **more})


def wait_for(what, seconds=20.0):
    """Poll what has no event to wait on: the server's own counters."""
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.01)


def test_full_queue_answers_503_and_every_client_gets_an_answer(tmp_path):
    crowd = Crowd()
    with (
        api(tmp_path, answerer=crowd, workers=2, queue=3) as (client, library),
        ThreadPoolExecutor(20) as pool,
    ):
        accepted = [pool.submit(ask, client, f"Q{n}?") for n in range(5)]
        crowd.wait_until(lambda: crowd.inside == 2)
        wait_for(lambda: library.app.state.parts.work.waiting == 3)
        refused = [pool.submit(ask, client, f"R{n}?") for n in range(10)]
        for response in (future.result() for future in refused):
            assert response.status_code == 503
            error = error_of(response)
            assert error["code"] == "busy"
            assert error["hint"]
            assert int(response.headers["retry-after"]) >= 1
        # Refused streams are plain 503 too, before any event.
        assert ask(client, stream=True).status_code == 503
        assert client.post("/v1/search", json={"query": "a"}).status_code == 503
        # What needs no model still works.
        assert client.get("/healthz").status_code == 200
        assert client.get("/v1/documents").status_code == 200
        crowd.gate.set()
        assert [f.result().status_code for f in accepted] == [200] * 5
        assert ask(client).status_code == 200
    assert crowd.inside == 6


def _raw_ask(url, body):
    """Send a request by hand, so that the connection can be cut at any moment."""
    parts = urlsplit(str(url))
    connection = socket.create_connection((parts.hostname, parts.port))
    connection.sendall(
        b"POST /v1/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        + f"Content-Length: {len(body)}\r\n\r\n".encode()
        + body
    )
    return connection


@pytest.mark.parametrize("stream", [False, True])
def test_client_that_vanishes_frees_its_worker(tmp_path, stream):
    crowd = Crowd()
    body = b'{"question": "Who?", "stream": true}' if stream else b'{"question": "Who?"}'
    with api(tmp_path, answerer=crowd, workers=1, queue=1) as (client, library):
        connection = _raw_ask(client.base_url, body)
        crowd.wait_until(lambda: crowd.inside == 1)
        waiting = _raw_ask(client.base_url, body)
        wait_for(lambda: library.app.state.parts.work.waiting == 1)
        if stream:
            assert connection.recv(15) == b"HTTP/1.1 200 OK"
        # One that waits leaves at once, without ever having had a worker.
        waiting.close()
        wait_for(lambda: library.app.state.parts.work.waiting == 0)
        # One that runs leaves at its worker's next event.
        connection.close()
        wait_for(lambda: all(task._ended for task in library.app.state.parts.work._running))
        crowd.gate.set()
        crowd.wait_until(lambda: crowd.left == 1)
        wait_for(lambda: library.app.state.parts.work.running == 0)
        assert crowd.inside == 1
        assert ask(client).status_code == 200


def test_many_clients_that_vanish_mid_stream_leave_nothing_behind(tmp_path):
    crowd = Crowd()
    with api(tmp_path, answerer=crowd, workers=4, queue=200) as (client, library):
        before = threading.active_count()
        connections = [
            _raw_ask(client.base_url, b'{"question": "Who?", "stream": true}') for _ in range(100)
        ]
        crowd.wait_until(lambda: crowd.inside == 4)
        for connection in connections:
            connection.close()
        wait_for(lambda: library.app.state.parts.work.waiting == 0)
        crowd.gate.set()
        crowd.wait_until(lambda: crowd.left == crowd.inside)
        wait_for(lambda: library.app.state.parts.work.running == 0)
        assert ask(client).status_code == 200
        assert threading.active_count() <= before + 40  # the pool of the event loop, at most


def test_slow_reader_does_not_hold_the_worker(tmp_path):
    answerer = FakeAnswerer()
    with api(tmp_path, answerer=answerer, workers=1, queue=1) as (client, library):
        slow = _raw_ask(client.base_url, b'{"question": "Who?", "stream": true}')
        assert answerer.closed.wait(20)  # the worker is done, and nothing has been read
        assert ask(client).status_code == 200
        slow.close()


def test_deadline_is_504_and_the_next_question_is_answered(tmp_path):
    answerer = FakeAnswerer(gate=threading.Event())
    with api(tmp_path, answerer=answerer, deadline_seconds=0.3, workers=2) as (client, library):
        response = ask(client)
        assert response.status_code == 504
        error = error_of(response)
        assert error["code"] == "timed_out"
        assert "0.3 seconds" in error["message"]
        body = {"question": "Who?", "stream": True}
        with client.stream("POST", "/v1/ask", json=body) as streamed:
            events = list(events_of(streamed.iter_lines()))
        assert [name for name, _ in events] == ["step", "error"]
        assert events[-1][1]["error"]["code"] == "timed_out"
        answerer.gate.set()
        wait_for(lambda: library.app.state.parts.work.running == 0)
        assert ask(client).status_code == 200


def test_stopping_ends_streams_at_once(tmp_path):
    crowd = Crowd()
    with ThreadPoolExecutor(1) as pool:
        with api(tmp_path, answerer=crowd) as (client, library):
            url = client.base_url

            def read():
                body = {"question": "Who?", "stream": True}
                with httpx.stream("POST", f"{url}/v1/ask", json=body, timeout=30) as streamed:
                    return list(events_of(streamed.iter_lines()))

            reading = pool.submit(read)
            crowd.wait_until(lambda: crowd.inside == 1)
            begun = time.monotonic()
        took = time.monotonic() - begun
        name, data = reading.result()[-1]
        crowd.gate.set()
    assert (name, data["error"]["code"]) == ("error", "cancelled")
    assert took < 8
