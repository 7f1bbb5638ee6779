"""The server: HTTP API, its page of documentation and the chat, behind one guard.

app = create_app(library, settings)   # to run it elsewhere
serve(settings)                       # what `vouch serve` does
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn
from fastapi import Depends, FastAPI
from fastapi.security import HTTPBearer
from starlette.staticfiles import StaticFiles

from rag.config import Settings
from rag.errors import BadRequest, VouchError
from ui import ask, conversation_routes, docs_page, routes
from ui.chat_mount import ChatState, LateChat, build_chat
from ui.guard import Guard, check_routes, check_start
from ui.jobs import IngestJobs
from ui.measure_jobs import MeasureJobs
from ui.parts import Opened, Parts, add_error_handlers
from ui.work import Work

if TYPE_CHECKING:
    from rag.build import Library

ACCESS = {
    "/healthz": "open",
    "/openapi.json": "key",
    "/docs": "key",
    "/docs/{name}": "key",
    "/v1/ask": "key",
    "/v1/search": "key",
    "/v1/conversations": "key",
    "/v1/conversations/check": "key",
    "/v1/conversations/{conversation_id}": "key",
    "/v1/conversations/{conversation_id}/export": "key",
    "/v1/conversations/{conversation_id}/turns/{n}": "key",
    "/v1/documents": "key",
    "/v1/documents/{document_id}": "key",
    "/v1/jobs": "key",
    "/v1/jobs/{job_id}": "key",
    "/v1/jobs/{job_id}/outcomes": "key",
    "/v1/jobs/{job_id}/resume": "key",
    "/v1/{path:path}": "key",
    "/measure/runs/{name}/report": "key",
    "/measure/cases/{file_id}": "key",
    "/ui-static": "key",
    "": "key",  # the chat, and whatever else Gradio serves below it
}
"""Whether each route needs the key. A route without a row keeps the app from starting."""

STATIC = Path(__file__).parent / "static"
_DESCRIPTION = """Ask your documents. Every sentence of an answer quotes its source.

Offsets count Unicode code points: for every citation, `text[start:end] == quote` in the `text` that
`GET /v1/documents/{id}` gives. A refusal to answer is a 200 with `declined` set. Every error is
`{"error": {"code", "message", "hint", "request_id"}}`.
"""


def create_app(
    library: Opened,
    settings: Settings,
    *,
    chat: Callable[[Parts], FastAPI] | None = build_chat,
    jobs: IngestJobs | None = None,
    measure: MeasureJobs | None = None,
) -> FastAPI:
    """Return the whole server as an ASGI app; the library stays the caller's to close.

    Args:
        library: an open library.
        settings: host, key and limits are taken from here.
        chat: makes the chat, in a thread once the app has started; None leaves it out.
        jobs: runs the ingest; made from the library and the settings when left out.
        measure: checks and runs cases; made from the settings when left out.

    Raises:
        BadRequest: the settings would open the library to the network without a key.
        UnguardedRoute: a route does not say whether it needs the key.
    """
    check_start(settings)
    work = Work(
        workers=settings.workers,
        queue=settings.queue,
        deadline_seconds=settings.deadline_seconds,
    )
    parts = Parts(
        library,
        settings,
        work,
        jobs or IngestJobs(library.ledger, settings),
        measure or MeasureJobs(settings),
    )
    late = LateChat(lambda: chat(parts)) if chat is not None else None
    app = FastAPI(
        title="Vouch",
        version="1",
        description=_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        swagger_ui_oauth2_redirect_url=None,
        redirect_slashes=False,
        lifespan=_lifespan(parts, late),
    )
    app.state.parts = parts
    app.state.chat_state = _chat_state(late)
    # For the page alone: the guard has checked the key before.
    bearer = [Depends(HTTPBearer(auto_error=False))] if settings.key else []
    for router in (ask.router, conversation_routes.router, routes.documents, routes.jobs):
        app.include_router(router, dependencies=bearer)
    app.include_router(routes.health)
    app.include_router(docs_page.router)
    app.include_router(routes.measure)
    app.include_router(routes.rest)
    if STATIC.is_dir():
        app.mount("/ui-static", StaticFiles(directory=STATIC), name="static")
    if late is not None:
        app.mount("/", late, name="chat")
    add_error_handlers(app)
    app.add_middleware(
        Guard,
        host=settings.host,
        hosts=[name.strip() for name in settings.hosts.split(",") if name.strip()],
        key=settings.key.get_secret_value() if settings.key else None,
        upload_bytes=settings.max_upload_mb * 1024 * 1024,
    )
    check_routes(app, ACCESS)
    return app


def _chat_state(late: LateChat | None) -> Callable[[], ChatState]:
    return lambda: late.state if late is not None else "off"


def _lifespan(
    parts: Parts, late: LateChat | None
) -> Callable[[FastAPI], contextlib.AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        check_routes(app, ACCESS)  # again: routes may have been added since
        stop = asyncio.Event()
        running = asyncio.create_task(late.run(stop)) if late is not None else None
        try:
            yield
        finally:
            stop.set()
            await asyncio.to_thread(parts.work.close)
            await asyncio.to_thread(parts.jobs.close)
            await asyncio.to_thread(parts.measure.close)
            if running is not None:
                if late is not None and late.state == "starting":
                    running.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await running

    return lifespan


class Server(uvicorn.Server):
    """An app of ``create_app`` on a socket; it says when it can be reached.

    Args:
        app: what is served.
        ready: called when the socket listens.
    """

    def __init__(self, app: FastAPI, ready: Callable[[], None]) -> None:
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            server_header=False,
            ws="none",
            timeout_graceful_shutdown=1,
        )
        super().__init__(config)
        self._work: Work = app.state.parts.work
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say so."""
        await super().startup(sockets)
        if self.started:
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End all questions and streams, then stop."""
        # Streams of the chat stay open as long as its page: cutting them is no error.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        await asyncio.to_thread(self._work.close)
        await super().shutdown(sockets)


def serve(settings: Settings, *, announce: Callable[[str], None] | None = None) -> None:
    """Serve API and chat until Ctrl-C or SIGTERM.

    Args:
        settings: where to listen, and all the rest.
        announce: gets the URL as soon as it can be opened; by default it is written to stderr.

    Raises:
        BadRequest: the port is taken, the host is not ours, or there is no key where one is needed.
        LibraryError: the library cannot be opened.
    """
    check_start(settings)
    listening = bind(settings.host, settings.port)
    try:
        from rag.build import open_library

        library = open_library(settings, own_index=True)
        try:
            library.start()  # what an earlier run or another process has left is embedded now
            threading.Thread(target=_warm_up, args=(library,), name="warm-up", daemon=True).start()
            run(create_app(library, settings), listening, announce or _say)
        finally:
            library.close()
    finally:
        listening.close()


def run(app: FastAPI, listening: socket.socket, announce: Callable[[str], None]) -> None:
    """Serve an app of ``create_app`` on a bound socket until a signal says to stop."""
    server = Server(app, lambda: announce(url_of(listening)))
    # Uvicorn raises the signal again after it has shut down; the library must still be closed.
    before = signal.signal(signal.SIGTERM, lambda *_: None) if _in_main_thread() else None
    try:
        with contextlib.suppress(KeyboardInterrupt):
            server.run(sockets=[listening])
    finally:
        if before is not None:
            signal.signal(signal.SIGTERM, before)


def bind(host: str, port: int) -> socket.socket:
    """Return a socket bound to an address, before anything slow has been loaded.

    Raises:
        BadRequest: it cannot be bound.
    """
    try:
        family, kind, proto, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, proto)
    except OSError as error:
        raise BadRequest(
            f"{host!r} is no address of this machine: {error.strerror}.",
            "Use 127.0.0.1, or 0.0.0.0 with a key.",
        ) from error
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
    except OSError as error:
        listening.close()
        raise BadRequest(
            f"Port {port} of {host} cannot be used: {error.strerror}.",
            "Is Vouch running already? Else choose another port, such as --port"
            f" {port + 1 if port < 65535 else 7860}.",
        ) from error
    return listening


def url_of(listening: socket.socket) -> str:
    """Return the URL under which a bound socket is reached from this machine."""
    host, port = listening.getsockname()[:2]
    if host in ("0.0.0.0", "::"):
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _warm_up(library: Library) -> None:
    """Load what the first question would otherwise wait for."""
    try:
        library.warm_up()
    except VouchError as error:
        # A server that is stopped at once, or a model that is missing: the first question says so.
        logging.getLogger("vouch").info("Warming up ended: %s", error)


def _in_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()


def _say(url: str) -> None:
    sys.stderr.write(f"Vouch answers at {url} (Ctrl-C stops it).\n")
    sys.stderr.flush()
