"""A local server in the shape of OpenAI's, for tests of whatever asks a chat model.

Real HTTP on 127.0.0.1, real server-sent events, and faults to the byte. A test says what the model
says (a function of the messages that it was sent) and what goes wrong on the way:

    with serving(quoting("at least nine people")) as server:
        server.fault = stalls(after=9)
        ... llm_base_url=server.url ...
        assert server.calls[0].gone.wait(5)  # the client has closed the connection
"""

from __future__ import annotations

import json
import re
import select
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Messages = list[dict[str, Any]]
Model = Callable[[Messages], "str | Iterable[str]"]
EVENTS = "text/event-stream; charset=utf-8"


class Reasoning(str):
    """A piece that goes out as ``reasoning_content``, as servers with a reasoning parser do."""

    __slots__ = ()


class Gone(Exception):
    """The client closed the connection, or the server ends."""


class Call:
    """One request: what was asked, what went out and when, and whether the client left."""

    def __init__(self, handler: Any, body: Any, ending: socket.socket) -> None:
        self.path, self.body = handler.path, body
        self.headers = {name.lower(): value for name, value in handler.headers.items()}
        self.began = time.monotonic()
        self.sent: list[tuple[float, str]] = []
        self.gone, self.done = threading.Event(), threading.Event()
        self.gone_at: float | None = None
        self._handler, self._connection, self._ending = handler, handler.connection, ending

    @property
    def messages(self) -> Messages:
        return self.body["messages"] if isinstance(self.body, dict) else []

    @property
    def streams(self) -> bool:
        return isinstance(self.body, dict) and bool(self.body.get("stream"))

    @property
    def text(self) -> str:
        """All that the model was sent, as one text."""
        return "\n".join(words_of(message) for message in self.messages)

    def wait(self, seconds: float | None) -> None:
        """Wait, but no longer than the client does; None waits for the client to leave."""
        until = None if seconds is None else time.monotonic() + seconds
        while True:
            left = None if until is None else max(0.0, until - time.monotonic())
            ready, _, _ = select.select([self._connection, self._ending], [], [], left)
            if self._ending in ready:
                raise Gone
            if self._connection not in ready:
                return
            if not _peek(self._connection):
                self._leave()
            if left == 0:
                return

    def _leave(self) -> None:
        self.gone_at = time.monotonic()
        self.gone.set()
        raise Gone

    def raw(self, data: bytes) -> None:
        """Send bytes as they are."""
        try:
            self._connection.sendall(data)
        except OSError:
            self._leave()

    def head(self, status: int = 200, kind: str = EVENTS, **headers: str) -> None:
        """Send the head of an answer whose body follows in chunks."""
        lines = [f"HTTP/1.1 {status} {'OK' if status == 200 else 'Fault'}", f"content-type: {kind}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.raw("\r\n".join([*lines, "transfer-encoding: chunked", "", ""]).encode())

    def chunk(self, data: bytes) -> None:
        self.raw(b"%x\r\n%s\r\n" % (len(data), data) if data else b"")

    def end(self) -> None:
        """End the body as it should end."""
        self.raw(b"0\r\n\r\n")

    def whole(self, body: Any, status: int = 200, kind: str = "application/json", **headers: str):
        """Send a whole answer; a body that is not bytes goes as JSON."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.head(status, kind, **headers)
        self.chunk(data)
        self.end()

    def event(self, value: Any) -> None:
        self.chunk(b"data: " + (value if isinstance(value, bytes) else json.dumps(value).encode()))
        self.chunk(b"\n\n")

    def delta(self, piece: str | None, finish: str | None = None) -> None:
        """Send a piece of the answer, and keep when it was sent."""
        name = "reasoning_content" if isinstance(piece, Reasoning) else "content"
        delta = {} if piece is None else {"role": "assistant", name: piece}
        if piece:
            self.sent.append((time.monotonic(), piece))
        self.event(completion("chat.completion.chunk", delta=delta, finish_reason=finish))


def _peek(connection: socket.socket) -> bytes:
    try:
        return connection.recv(1, socket.MSG_PEEK)
    except OSError:
        return b""


def words_of(message: Mapping[str, Any]) -> str:
    """Return a message's text, whether it came as a string or in parts."""
    content = message.get("content") or ""
    return content if isinstance(content, str) else "".join(part["text"] for part in content)


def completion(kind: str, **choice: Any) -> dict[str, Any]:
    choices = [{"index": 0, **choice}]
    return {"id": "c1", "object": kind, "created": 1, "model": "stub", "choices": choices}


def tokens_of(text: str) -> list[str]:
    """Cut a text into pieces of a few letters, as tokens are; a passage's tag is cut, too."""
    return re.findall(r"\s*\S{1,4}|\s+$", text)


class ModelServer:
    """What a test sets and reads; see the module.

    Args:
        model: what the model says.
        tokens_a_second: how fast it says it; 0 is as fast as it can.
        context: the context length that ``/v1/models`` tells.
    """

    def __init__(self, model: Model, tokens_a_second: float, context: int) -> None:
        self.model, self.tokens_a_second, self.context = model, tokens_a_second, context
        self.fault: Fault | None = None
        self.calls: list[Call] = []
        self.url = self.root = ""
        self.asked = threading.Condition()

    def pieces(self, call: Call) -> Iterable[str]:
        said = self.model(call.messages)
        return tokens_of(said) if isinstance(said, str) else said

    def answer(self, call: Call) -> None:
        if call.path.rstrip("/").endswith("/models"):
            model = {"id": "stub", "object": "model", "created": 1, "owned_by": "vouch"}
            call.whole({"object": "list", "data": [{**model, "max_model_len": self.context}]})
            return
        with self.asked:
            self.calls.append(call)
            self.asked.notify_all()
        (self.fault or speaks)(self, call)

    def wait_for_call(self, number: int = 1, seconds: float = 10) -> Call:
        """Return the numbered call, counted from 1, once it has come."""
        with self.asked:
            assert self.asked.wait_for(lambda: len(self.calls) >= number, seconds), "no call came"
        return self.calls[number - 1]


Fault = Callable[[ModelServer, Call], None]


@contextmanager
def serving(
    model: Model, *, tokens_a_second: float = 0, context: int = 8192, fault: Fault | None = None
) -> Iterator[ModelServer]:
    """Run a server for as long as the block lasts; leaving it ends every call that still runs."""
    server = ModelServer(model, tokens_a_second, context)
    server.fault = fault
    ending, end = socket.socketpair()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def handle(self) -> None:
            try:
                super().handle()
            except OSError:  # the client went away between two requests
                self.close_connection = True

        def do_GET(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            call = Call(self, json.loads(self.rfile.read(length)) if length else None, ending)
            try:
                server.answer(call)
            except Gone:
                self.close_connection = True
            finally:
                call.done.set()

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    server.root = f"http://127.0.0.1:{http.server_port}"
    server.url = f"{server.root}/v1"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        end.close()
        http.shutdown()
        thread.join()
        http.server_close()
        ending.close()


# What can go wrong, each a function of the server and the call.


def speaks(server: ModelServer, call: Call) -> None:
    """No fault: the answer as the client wants it, whole or streamed."""
    if not call.streams:
        said = "".join(piece for piece in server.pieces(call) if not isinstance(piece, Reasoning))
        message = {"role": "assistant", "content": said}
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        whole = completion("chat.completion", message=message, finish_reason="stop")
        call.whole({**whole, "usage": usage})
        return
    call.head()
    _say(server, call, server.pieces(call))
    call.delta(None, "stop")
    call.event(b"[DONE]")
    call.end()


def _say(server: ModelServer, call: Call, pieces: Iterable[str]) -> None:
    began = time.monotonic()
    for number, piece in enumerate(pieces):
        pause = number / server.tokens_a_second if server.tokens_a_second else 0
        call.wait(max(0.0, began + pause - time.monotonic()))
        call.delta(piece)


def _until(server: ModelServer, call: Call, after: int | str) -> None:
    """Say the first tokens, or all up to where these words have been said."""
    said, pieces = "", []
    for piece in server.pieces(call):
        if (len(pieces) >= after) if isinstance(after, int) else (after in said):
            break
        said += piece
        pieces.append(piece)
    call.head()
    _say(server, call, pieces)


def refuses(status: int, message: str = "no", **headers: str) -> Fault:
    """An HTTP error, in OpenAI's shape; ``retry_after="1"`` becomes the header."""

    def fault(server: ModelServer, call: Call) -> None:
        error = {"message": message, "type": "error", "param": None, "code": None}
        call.whole({"error": error}, status, **headers)

    return fault


def never_answers(server: ModelServer, call: Call) -> None:
    call.wait(None)


def one_byte_a_second(server: ModelServer, call: Call) -> None:
    """A stream that never stands still, and never gets anywhere."""
    call.head()
    for piece in server.pieces(call):
        delta = {"content": piece}
        line = json.dumps(completion("chat.completion.chunk", delta=delta, finish_reason=None))
        for byte in f"data: {line}\n\n".encode():
            call.chunk(bytes([byte]))
            call.wait(1)


def stalls(after: int | str) -> Fault:
    def fault(server: ModelServer, call: Call) -> None:
        _until(server, call, after)
        call.wait(None)

    return fault


def cut(after: int | str) -> Fault:
    """The body ends as it should, and the answer does not: no finish_reason, no [DONE]."""

    def fault(server: ModelServer, call: Call) -> None:
        _until(server, call, after)
        call.end()

    return fault


def torn(after: int | str) -> Fault:
    """The connection breaks in the middle of the body."""

    def fault(server: ModelServer, call: Call) -> None:
        _until(server, call, after)
        raise Gone

    return fault


def too_long(after: int | str) -> Fault:
    """The answer ends where the model may say no more: finish_reason is "length"."""

    def fault(server: ModelServer, call: Call) -> None:
        _until(server, call, after)
        call.delta(None, "length")
        call.event(b"[DONE]")
        call.end()

    return fault


def sends(body: bytes, kind: str = EVENTS, after: int | str = 0) -> Fault:
    """Bytes of the test's own, after some tokens where those are wanted."""

    def fault(server: ModelServer, call: Call) -> None:
        if after:
            _until(server, call, after)
        else:
            call.head(kind=kind)
        call.chunk(body)
        call.end()

    return fault


garbage = sends(b'data: {"id": "c1", "choices": [{"delta": {"content": "Nine\n\ndata: }{\n\n')
half_utf8 = sends(
    json.dumps(completion("chat.completion.chunk", delta={"content": "caf\u00e9"}), ensure_ascii=0)
    .encode()
    .split(b"\xa9")[0]
    .join([b"data: ", b"\n\n"])
)
empty_body = sends(b"")
login_page = sends(
    b"<!doctype html><html><title>Log in</title><p>Your name</p></html>", "text/html"
)
wrong_type = sends(b"\x89PNG\r\n\x1a\n\x00\x00", "image/png")


def flaps(times: int, fault: Fault) -> Fault:
    """The fault a number of times, and then none."""

    def faults(server: ModelServer, call: Call) -> None:
        (fault if len(server.calls) <= times else speaks)(server, call)

    return faults


def closed_port() -> str:
    """Return the address of a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
