"""What goes in and out through the guard: bodies with a limit, responses with our headers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from starlette.types import Message, Receive, Scope, Send

from rag.errors import BadRequest, TooLarge, VouchError

_STRICT_POLICY = "default-src 'none'; frame-ancestors 'none'; form-action 'self'; base-uri 'none'"

HEADERS = {
    "content-security-policy": _STRICT_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # Not no-referrer: browsers would send "Origin: null" with our own login form.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
}


def error_body(error: VouchError, request_id: str) -> dict[str, Any]:
    """Return the one shape that errors have on every route."""
    return {
        "error": {
            "code": error.code,
            "message": error.message,
            "hint": error.hint,
            "request_id": request_id,
        }
    }


def unexpected() -> VouchError:
    """Return what a person is told of an error that nobody foresaw."""
    error = VouchError("Something went wrong that Vouch did not foresee.", "The log says what.")
    error.code, error.status = "internal", 500
    return error


class BodyTooLarge(Exception):
    """Ends the reading of a body without a Content-Length that turned out too long."""


class LimitedBody:
    """A body that ends with an error when it is longer than allowed."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive = receive
        self._most = most
        self._seen = 0
        self.over = False

    def error(self) -> TooLarge:
        """Return what a client is told whose body is too long."""
        return TooLarge(
            f"The request is larger than {self._most / 1024 / 1024:g} MB.",
            "Send less at a time, or raise the setting max_upload_mb.",
        )

    def check_length(self, headers: Mapping[bytes, bytes]) -> None:
        """Refuse by the announced length, before a byte of the body is read."""
        announced = headers.get(b"content-length", b"0")
        if not announced.isdigit():
            raise BadRequest("Content-Length is not a number.", "Leave it to the HTTP client.")
        if int(announced[:20]) > self._most:
            raise self.error()

    async def __call__(self) -> Message:
        """Return the next part of the body.

        Raises:
            BodyTooLarge: with this part it is longer than allowed.
        """
        message = await self._receive()
        if message["type"] == "http.request":
            self._seen += len(message.get("body", b""))
            if self._seen > self._most:
                self.over = True
                raise BodyTooLarge
        return message


class Reply:
    """The way back: adds the request id and the security headers that the app has not set."""

    def __init__(self, send: Send, receive: LimitedBody, request_id: str) -> None:
        self._send = send
        self._body = receive
        self._request_id = request_id
        self.started = False

    async def __call__(self, message: Message) -> None:
        """Send a message of the app on."""
        if self._body.over and not self.started:
            return  # whatever the app made of half a body, the answer is 413
        if message["type"] == "http.response.start":
            self.started = True
            message = {**message, "headers": self._with_ours(message.get("headers", ()))}
        await self._send(message)

    def _with_ours(self, headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        kept = [
            (name, value)
            for name, value in headers
            # Gradio lets other local origins read its answers; no page but ours may.
            if not name.lower().startswith(b"access-control-") and name.lower() != b"x-request-id"
        ]
        there = {name.lower() for name, _ in kept}
        ours = {**HEADERS, "x-request-id": self._request_id}
        return kept + [
            (name.encode(), value.encode())
            for name, value in ours.items()
            if name.encode() not in there
        ]

    async def redirect(self, path: str, cookie: str | None = None) -> None:
        """Send the browser to one of our own pages."""
        headers = {"location": path, "cache-control": "no-store"}
        await self.text(303, "", headers={**headers, **({"set-cookie": cookie} if cookie else {})})

    async def text(
        self, status: int, body: str, *, headers: Mapping[str, str] | None = None
    ) -> None:
        """Send a whole page."""
        raw = body.encode()
        sent = {"content-type": "text/html; charset=utf-8", "content-length": str(len(raw))}
        sent.update(headers or {})
        await self(
            {
                "type": "http.response.start",
                "status": status,
                "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
            }
        )
        await self({"type": "http.response.body", "body": raw})


async def refuse(scope: Scope, send: Send, error: VouchError, request_id: str) -> None:
    """Answer a request or a websocket with an error, in place of the app."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 4000 + error.status, "reason": error.code})
        return
    body = json.dumps(error_body(error, request_id)).encode()
    headers = {
        **HEADERS,
        "content-type": "application/json",
        "content-length": str(len(body)),
        "cache-control": "no-store",
        "x-request-id": request_id,
    }
    if error.status == 401:
        headers["www-authenticate"] = "Bearer"
    if error.status == 413:
        headers["connection"] = "close"  # what is left of the body is not read
    await send(
        {
            "type": "http.response.start",
            "status": error.status,
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }
    )
    await send({"type": "http.response.body", "body": body})
