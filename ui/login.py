"""The key: sent as a header by programs, given once on a page by people and kept as a cookie."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import html
import secrets
import time
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Protocol
from urllib.parse import parse_qs

from starlette.types import Receive, Scope

LOGIN_PATHS = frozenset({"/login", "/logout"})
COOKIE = "vouch_session"
_SECONDS = 30 * 24 * 3600
_LONGEST_FORM = 8192

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Vouch</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 24rem; margin: 20vh auto; padding: 1rem }}
input, button {{ font: inherit; width: 100%; box-sizing: border-box; padding: .5rem }}
button {{ margin-top: .6rem }}
.wrong {{ color: #b00020 }}
</style></head><body>
<h1>Vouch</h1>
<form method="post" action="/login">
<label for="key">Key of this server</label>
<input id="key" name="key" type="password" autocomplete="current-password" required autofocus>
<button type="submit">Open</button>
<p class="wrong" role="alert">{message}</p>
</form></body></html>
"""


class Page(Protocol):
    """What the login page needs of a response."""

    async def redirect(self, path: str, cookie: str | None = None) -> None:
        """Send the browser elsewhere on this server."""
        ...

    async def text(
        self, status: int, body: str, *, headers: Mapping[str, str] | None = None
    ) -> None:
        """Send a whole page."""
        ...


class Login:
    """Knows the key, and the cookies that were given for it.

    A cookie holds the time at which it ends and a signature made with the key, so that it outlives
    a restart and ends when the key is changed.
    """

    def __init__(self, key: str, *, wait_seconds: float = 0.5) -> None:
        self._key = key.encode()
        self._signing = hashlib.sha256(b"vouch session\0" + self._key).digest()
        self._wait_seconds = wait_seconds

    def allows(self, headers: Mapping[bytes, bytes]) -> bool:
        """Tell whether a request carries the key or a cookie given for it."""
        scheme, _, given = headers.get(b"authorization", b"").partition(b" ")
        if scheme.lower() == b"bearer":
            return hmac.compare_digest(given.strip(), self._key)
        try:
            cookies = SimpleCookie(headers.get(b"cookie", b"").decode("latin-1"))
        except CookieError:
            return False
        return COOKIE in cookies and self._is_ours(cookies[COOKIE].value)

    async def respond(self, scope: Scope, receive: Receive, page: Page) -> None:
        """Answer the login page: show it, check the key that was typed, or forget the cookie."""
        secure = "; Secure" if scope.get("scheme") == "https" else ""
        fields = f"; Path=/; HttpOnly; SameSite=Lax{secure}"
        if scope["path"] == "/logout":
            await page.redirect("/login", f"{COOKIE}=; Max-Age=0{fields}")
            return
        if scope["method"] != "POST":
            await self._show(page, 200, "")
            return
        typed = _typed(await _body(receive))
        if hmac.compare_digest(typed.encode("utf-8", "replace"), self._key):
            await page.redirect("/", f"{COOKIE}={self._issue()}; Max-Age={_SECONDS}{fields}")
            return
        await asyncio.sleep(self._wait_seconds)  # makes guessing slow
        await self._show(page, 401, "That is not the key.")

    async def _show(self, page: Page, status: int, message: str) -> None:
        policy = (
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'self';"
            " frame-ancestors 'none'; base-uri 'none'"
        )
        headers = {"content-security-policy": policy, "cache-control": "no-store"}
        await page.text(status, _PAGE.format(message=html.escape(message)), headers=headers)

    def _issue(self) -> str:
        until = f"{int(time.time()) + _SECONDS}.{secrets.token_hex(8)}"
        return f"{until}.{self._sign(until)}"

    def _is_ours(self, cookie: str) -> bool:
        until, _, signature = cookie.rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._sign(until).encode()):
            return False
        return int(until.partition(".")[0]) > time.time()

    def _sign(self, until: str) -> str:
        return hmac.new(self._signing, until.encode(), hashlib.sha256).hexdigest()


def _typed(body: bytes) -> str:
    """Return the key in the login form, or the empty string."""
    try:
        form = parse_qs(body.decode("latin-1"), max_num_fields=10)
    except ValueError:
        return ""
    return (form.get("key") or [""])[0]


async def _body(receive: Receive) -> bytes:
    """Return a small body; a longer one counts as empty."""
    body = b""
    while len(body) <= _LONGEST_FORM:
        message = await receive()
        if message["type"] != "http.request":
            return b""
        body += bytes(message.get("body", b""))
        if not message.get("more_body", False):
            return body
    return b""
