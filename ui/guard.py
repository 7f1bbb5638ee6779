"""What stands between the network and the app: who may ask, from where, and how much at once.

One ASGI middleware, outermost, so that nothing is parsed before it has agreed: the ``Host`` and
``Origin`` of a request (DNS rebinding, cross-site requests), the key, the size of the body. It puts
a request id and the security headers on every response.
"""

from __future__ import annotations

import ipaddress
import logging
import re
import secrets
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.types import ASGIApp, Receive, Scope, Send

from rag.config import Settings
from rag.errors import BadRequest, VouchError
from ui.login import LOGIN_PATHS, Login
from ui.wire import BodyTooLarge, LimitedBody, Reply, refuse, unexpected

OPEN_PATHS = frozenset({"/healthz", *LOGIN_PATHS})
"""The only paths that are answered without the key."""

SHORTEST_KEY = 16
BODY_BYTES = 8 * 1024 * 1024
_UPLOADS = ("/v1/documents", "/gradio_api/upload")
_LOG = logging.getLogger("vouch.http")
_LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class Forbidden(VouchError):
    """The request comes from where no request may come from."""

    code = "forbidden"
    status = 403


class Unauthorized(VouchError):
    """The request carries no key, or a wrong one."""

    code = "unauthorized"
    status = 401


class UnguardedRoute(VouchError):
    """A route of the app for which nobody has said whether it needs the key."""

    code = "unguarded_route"
    status = 500


def is_loopback(host: str) -> bool:
    """Tell whether an address to bind is reached from this machine alone.

    >>> [is_loopback(h) for h in ("127.0.0.1", "::1", "localhost", "0.0.0.0", "10.0.0.5", "")]
    [True, True, True, False, False, False]
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def check_start(settings: Settings) -> None:
    """Refuse settings that would open a library to the network without a key.

    Raises:
        BadRequest: no key, or a weak one, on an address that other machines reach.
    """
    key = settings.key.get_secret_value() if settings.key else ""
    make = 'Make one with: python3 -c "import secrets; print(secrets.token_urlsafe(24))"'
    if settings.key is not None and not key.strip():
        raise BadRequest("The key is empty.", f"Unset VOUCH_KEY, or set a real one. {make}")
    if is_loopback(settings.host):
        return
    if not key:
        raise BadRequest(
            f"Without a key, {settings.host} would open the library to the network.",
            f"Set VOUCH_KEY, or bind 127.0.0.1. {make}",
        )
    if len(key) < SHORTEST_KEY:
        raise BadRequest(
            f"The key has {len(key)} characters; beyond this machine it needs {SHORTEST_KEY}.", make
        )


def check_routes(app: FastAPI, access: Mapping[str, str]) -> None:
    """Refuse an app with a route that has no row in ``access``, or without its guard.

    Args:
        app: the finished app.
        access: for each path, "key" or "open".

    Raises:
        UnguardedRoute: naming the route.
    """
    outermost: object = app.user_middleware[0].cls if app.user_middleware else None
    if outermost is not Guard:
        raise UnguardedRoute("The app has no guard around it.", "Add Guard last, so it is first.")
    for route in iter_route_contexts(app.routes):
        path = route.path
        if path is None or path not in access:
            raise UnguardedRoute(
                f"The route {path!r} says nowhere whether it needs the key.",
                "Give it a row in ACCESS.",
            )
        if (access[path] == "open") != (path in OPEN_PATHS):
            raise UnguardedRoute(
                f"The route {path!r} is {access[path]!r} in ACCESS and not so for the guard.",
                "Make ACCESS and OPEN_PATHS agree.",
            )


def _host_name(netloc: str) -> str:
    """Return the name in a ``Host`` header, without port, brackets or a last dot."""
    try:
        name = urlsplit(f"//{netloc}").hostname or ""
    except ValueError:
        return ""
    return name.rstrip(".").lower()


def _netloc(value: str) -> str:
    """Return host and port in one spelling; the usual ports are left out."""
    return re.sub(r":(80|443)$", "", value.strip().lower())


class Guard:
    """Middleware that lets a request through, or answers it with an error.

    Args:
        app: what it guards.
        host: the address that is bound; on a loopback address only loopback names may be asked for.
        hosts: other names under which the server is reached, for instance through a proxy.
        key: the key that API and chat need; None for none.
        upload_bytes: the largest body of an upload.
        body_bytes: the largest body of any other request.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        host: str = "127.0.0.1",
        hosts: Sequence[str] = (),
        key: str | None = None,
        upload_bytes: int = 100 * 1024 * 1024,
        body_bytes: int = BODY_BYTES,
    ) -> None:
        self._app = app
        self._any_host = not is_loopback(host) and not hosts
        names = [*hosts, host] + (list(_LOOPBACK_NAMES) if is_loopback(host) else [])
        self._names = frozenset(name.strip("[]").rstrip(".").lower() for name in names if name)
        self._login = Login(key) if key else None
        self._upload_bytes = upload_bytes
        self._body_bytes = body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check one request or websocket, then pass it on or answer it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = {name.lower(): value for name, value in scope["headers"]}
        request_id = _request_id(headers)
        scope.setdefault("state", {})["request_id"] = request_id
        try:
            self._check_source(scope, headers)
            limited = await self._check_key(scope, headers, receive, send, request_id)
        except VouchError as error:
            await refuse(scope, send, error, request_id)
            return
        if limited is None:
            return
        await self._pass_on(scope, limited, send, request_id)

    def _check_source(self, scope: Scope, headers: Mapping[bytes, bytes]) -> None:
        hosts = [value for name, value in scope["headers"] if name.lower() == b"host"]
        host = hosts[0].decode("latin-1") if len(hosts) == 1 else ""
        name = _host_name(host)
        if not name or (not self._any_host and name not in self._names):
            raise Forbidden(
                f"This server is not called {host[:100]!r}.",
                "Ask for it as http://127.0.0.1 or localhost, or list the name in the setting"
                " `hosts`.",
            )
        origin = headers.get(b"origin")
        if origin is not None:
            # "null" has no host: sandboxed frames and files of other people.
            from_host = urlsplit(origin.decode("latin-1")).netloc if b"://" in origin else ""
            if not from_host or _netloc(from_host) != _netloc(host):
                raise Forbidden(
                    "Another site's page may not use this server.", "Open the server's own page."
                )
        site, mode = headers.get(b"sec-fetch-site"), headers.get(b"sec-fetch-mode")
        opened = mode == b"navigate" and scope.get("method") in ("GET", "HEAD")
        if site in (b"cross-site", b"same-site") and not opened:
            raise Forbidden(
                "Another site's page may not use this server.", "Open the server's own page."
            )

    async def _check_key(
        self,
        scope: Scope,
        headers: Mapping[bytes, bytes],
        receive: Receive,
        send: Send,
        request_id: str,
    ) -> LimitedBody | None:
        """Return the body to pass on, or None when the login page has answered already."""
        path = scope["path"]
        upload = path.rstrip("/").endswith(_UPLOADS) and scope.get("method") == "POST"
        limited = LimitedBody(receive, self._upload_bytes if upload else self._body_bytes)
        login = self._login
        if path in LOGIN_PATHS and scope["type"] == "http":
            answer = Reply(send, limited, request_id)
            if login is None:
                await answer.redirect("/")
            else:
                limited.check_length(headers)
                await login.respond(scope, limited, answer)
            return None
        if login is not None and path not in OPEN_PATHS and not login.allows(headers):
            if _wants_page(scope, headers):
                await Reply(send, limited, request_id).redirect("/login")
                return None
            raise Unauthorized(
                "This server needs its key.", "Send the header `Authorization: Bearer <key>`."
            )
        limited.check_length(headers)
        return limited

    async def _pass_on(
        self, scope: Scope, receive: LimitedBody, send: Send, request_id: str
    ) -> None:
        answer = Reply(send, receive, request_id)
        try:
            await self._app(scope, receive, answer)
        except BodyTooLarge:
            pass  # said below, also where the app has made something else of it
        except Exception:
            _LOG.exception("Request %s ended in an unexpected error", request_id)
            if answer.started:
                raise  # the server cuts the connection: half an answer must not look whole
            if not receive.over:
                await refuse(scope, send, unexpected(), request_id)
        if receive.over and not answer.started:
            await refuse(scope, send, receive.error(), request_id)


def _request_id(headers: Mapping[bytes, bytes]) -> str:
    given = headers.get(b"x-request-id", b"").decode("latin-1")
    return given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)


def _wants_page(scope: Scope, headers: Mapping[bytes, bytes]) -> bool:
    """Tell whether a person's browser opens a page, rather than a program calling the API."""
    return (
        scope["type"] == "http"
        and scope["method"] == "GET"
        and not scope["path"].startswith(("/v1/", "/gradio_api/"))
        and b"text/html" in headers.get(b"accept", b"")
    )
