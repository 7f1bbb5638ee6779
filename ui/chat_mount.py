"""The chat inside the server: loaded while the API answers already, with a strict page policy.

Importing Gradio takes seconds. Until the chat is there, its place shows a page that says so and
looks again by itself.
"""

from __future__ import annotations

import asyncio
import atexit
import base64
import hashlib
import logging
import os
import re
import shutil
import tempfile
import threading
from collections.abc import Callable, Mapping
from typing import Any, Literal

from fastapi import FastAPI, Request, Response
from fastapi.exception_handlers import http_exception_handler
from starlette.exceptions import HTTPException
from starlette.routing import Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.parts import Parts, http_error

_LOG = logging.getLogger("vouch.chat")
ChatState = Literal["ready", "starting", "failed", "off"]
_SCRIPT = re.compile(rb"<script(?P<attributes>[^>]*)>(?P<code>.*?)</script>", re.DOTALL)
_POLICY = (
    "default-src 'none'; script-src 'self'{hashes};"
    " style-src 'self' 'unsafe-inline'; font-src 'self' data:; img-src 'self' data: blob:;"
    " media-src 'self' blob:; connect-src 'self'; worker-src 'self' blob:; manifest-src 'self';"
    " form-action 'self'; base-uri 'self'; frame-src 'none'; object-src 'none';"
    " frame-ancestors 'none'"
)
_WAIT = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Vouch</title>
<meta http-equiv="refresh" content="{seconds}"></head>
<body><p>{message}</p></body></html>
"""


def page_policy(page: bytes) -> str:
    """Return the content security policy of a chat page: it runs its own scripts and no others.

    Gradio puts its configuration into inline scripts; each is allowed by its hash, so that no
    ``on...`` attribute and no script that came with a document is ever run. Text is never compiled
    into a program either, so the chat can use neither ``gr.HTML`` nor ``js=``.

    >>> "sha256-" in page_policy(b"<script>let a = 1</script>")
    True
    >>> "sha256-" in page_policy(b"<script src='/a.js'></script>")
    False
    """
    hashes = ""
    for script in _SCRIPT.finditer(page):
        if not re.search(rb"\bsrc\s*=", script["attributes"]):
            # Browsers hash the script after turning CRLF into LF.
            code = script["code"].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            hashes += f" 'sha256-{base64.b64encode(hashlib.sha256(code).digest()).decode()}'"
    return _POLICY.format(hashes=hashes)


class PagePolicy:
    """Middleware around the chat that sends every HTML page with its own policy."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hold back an HTML page until its scripts are known; pass everything else on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        wants_page = any(n == b"accept" and b"text/html" in v for n, v in scope["headers"])
        if wants_page:
            # A compressed page could not be read here.
            headers = [(n, v) for n, v in scope["headers"] if n != b"accept-encoding"]
            scope = {**scope, "headers": headers}
        start: Message | None = None
        page = b""

        async def hold(message: Message) -> None:
            nonlocal start, page
            if message["type"] == "http.response.start":
                headers = dict(message["headers"])
                if headers.get(b"content-type", b"").startswith(b"text/html"):
                    start = message
                    return
                if not any(n.lower() == b"content-security-policy" for n in headers):
                    policy = (b"content-security-policy", page_policy(b"").encode())
                    message = {**message, "headers": [*message["headers"], policy]}
            elif start is not None and message["type"] == "http.response.body":
                page += message.get("body", b"")
                if message.get("more_body", False):
                    return
                policy = (b"content-security-policy", page_policy(page).encode())
                await send({**start, "headers": [*start["headers"], policy]})
                start = None
                message = {"type": "http.response.body", "body": page}
            await send(message)

        await self._app(scope, receive, hold)


class LateChat:
    """An ASGI app in place of the chat: the chat itself, once it has been built.

    Args:
        build: makes the chat; it runs in a thread.
    """

    def __init__(self, build: Callable[[], FastAPI]) -> None:
        self._build = build
        self._app: ASGIApp | None = None
        self.state: ChatState = "starting"

    async def run(self, stop: asyncio.Event) -> None:
        """Build the chat and keep it running until ``stop`` is set."""
        try:
            app = await self._built()
            async with app.router.lifespan_context(app):
                self._app = PagePolicy(app)
                self.state = "ready"
                await stop.wait()
        except asyncio.CancelledError:
            raise
        except Exception:  # noqa: BLE001 - the boundary: the API goes on without the chat
            _LOG.exception("The chat could not be started; the API works without it")
            self.state = "failed"
        finally:
            self._app = None

    async def _built(self) -> FastAPI:
        loop = asyncio.get_running_loop()
        built: asyncio.Future[FastAPI] = loop.create_future()

        def tell(app: FastAPI | None, error: Exception | None) -> None:
            if built.cancelled():
                return
            if app is not None:
                built.set_result(app)
            elif error is not None:
                built.set_exception(error)

        def build() -> None:
            app, error = None, None
            try:
                app = self._build()
            except Exception as failed:  # noqa: BLE001 - run() says what it was
                error = failed
            if not loop.is_closed():
                loop.call_soon_threadsafe(tell, app, error)

        # A daemon, unlike asyncio's own threads: stopping the server need not wait for an import.
        threading.Thread(target=build, name="vouch-chat", daemon=True).start()
        return await built

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on to the chat, or say that it is not there yet."""
        if self._app is not None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1013})
        else:
            message, seconds = "The chat is starting. This page looks again by itself.", 1
            if self.state == "failed":
                message, seconds = "The chat could not be started; the server's log says why.", 60
            body = _WAIT.format(message=message, seconds=seconds).encode()
            headers = {
                "content-type": "text/html; charset=utf-8",
                "content-length": str(len(body)),
                "cache-control": "no-store",
                "retry-after": str(seconds),
            }
            raw = [(name.encode(), value.encode()) for name, value in headers.items()]
            await send({"type": "http.response.start", "status": 503, "headers": raw})
            await send({"type": "http.response.body", "body": body})


def prepare_gradio() -> None:
    """Set what Gradio reads from the environment when it is imported: nothing leaves the machine.

    Files that the browser uploads go to a folder of this process that nobody else can read.
    """
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    if "GRADIO_TEMP_DIR" not in os.environ:
        folder = tempfile.mkdtemp(prefix="vouch-chat-")
        os.environ["GRADIO_TEMP_DIR"] = folder
        atexit.register(shutil.rmtree, folder, ignore_errors=True)


def build_chat(parts: Parts) -> FastAPI:
    """Return an app with the chat at its root."""
    prepare_gradio()
    from ui.chat import create_chat, mount_options

    blocks = create_chat(parts.library, parts.settings, parts.work, parts.jobs, parts.measure)
    return mount(blocks, mount_options(), max_upload_mb=parts.settings.max_upload_mb)


def mount(blocks: Any, look: Mapping[str, Any], *, max_upload_mb: int) -> FastAPI:
    """Return an app with Gradio blocks at its root, closed to the server's own files.

    Args:
        blocks: a ``gradio.Blocks``.
        look: theme, style and other options of ``gradio.mount_gradio_app``.
        max_upload_mb: the largest file that the browser may upload.
    """
    import gradio as gr

    # Gradio skips its check of file paths in blocks that were not launched: without this line, any
    # file the server can read could be "uploaded" by its path and then fetched.
    blocks.has_launched = True
    safe = {
        "allowed_paths": [],
        "max_file_size": max_upload_mb * 1024 * 1024,
        "run_history": False,
        "show_error": False,
        "ssr_mode": False,
        "mcp_server": False,
        "enable_monitoring": False,
        "pwa": False,
    }
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    gr.mount_gradio_app(app, blocks, path="/", **{**look, **safe})
    gradio_app = next(route.app for route in app.routes if isinstance(route, Mount))
    assert isinstance(gradio_app, FastAPI)
    gradio_app.add_exception_handler(HTTPException, _chat_error)
    return app


async def _chat_error(request: Request, error: Exception) -> Response:
    """Return an error in Vouch's shape, except where Gradio's own page reads it."""
    assert isinstance(error, HTTPException)
    if request.url.path.startswith("/gradio_api/"):
        return await http_exception_handler(request, error)
    return await http_error(request, error)
