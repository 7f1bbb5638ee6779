"""JSON over HTTP to servers that may be slow, busy, broken, or something else altogether."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from rag.errors import VouchError

CONNECT_SECONDS = 5.0
RETRIES = 3
"""How often a request is sent again after 429 or 503."""
_MOST_BYTES = 16 * 1024 * 1024
_BUSY = (429, 503)


class ServerError(VouchError):
    """A server did not answer, or answered with something that is no answer.

    ``answered`` is the HTTP status, None where there was none.
    """

    code = "server"
    status = 502

    def __init__(self, message: str, hint: str = "", answered: int | None = None) -> None:
        super().__init__(message, hint)
        self.answered = answered


class JsonClient:
    """Sends and receives JSON objects; safe to use from several threads.

    Redirects are not followed: a page to log in is not an answer, and a key goes nowhere else.

    Args:
        key: the bearer token; empty for none. It is taken out of every message.
        timeout: seconds that a request may take in all, beyond connecting.
        longest_wait: the longest ``Retry-After`` that is waited for.
        closed: ends every wait when it is set, as closing does.
    """

    def __init__(
        self,
        key: str = "",
        *,
        timeout: float = 60.0,
        longest_wait: float = 30.0,
        closed: threading.Event | None = None,
    ) -> None:
        self._key, self._timeout, self._longest_wait = key, timeout, longest_wait
        self._closed = closed or threading.Event()
        headers = {"accept": "application/json"}
        if key:
            headers["authorization"] = f"Bearer {key}"
        try:
            self._client = httpx.Client(
                headers=headers,
                follow_redirects=False,
                timeout=httpx.Timeout(timeout, connect=min(CONNECT_SECONDS, timeout)),
            )
        except (UnicodeEncodeError, ValueError) as error:
            raise ServerError("The key or a proxy's URL cannot be sent in a header.") from error

    def get(self, url: str) -> tuple[dict[str, Any], float]:
        """Return the object at a URL and the seconds it took."""
        return self._asked("GET", url, None)

    def post(self, url: str, body: Mapping[str, Any]) -> tuple[dict[str, Any], float]:
        """Return what the server answers to an object, and the seconds that it took.

        Raises:
            ServerError: no answer in time, a status other than 200, or no object of JSON.
        """
        return self._asked("POST", url, body)

    def close(self) -> None:
        """Close the connections and end every wait."""
        self._closed.set()
        self._client.close()

    def _asked(
        self, method: str, url: str, body: Mapping[str, Any] | None
    ) -> tuple[dict[str, Any], float]:
        for turn in range(RETRIES + 1):
            began = time.perf_counter()
            response, data = self._sent(method, url, body)
            seconds = time.perf_counter() - began
            if response.status_code not in _BUSY or turn == RETRIES:
                break
            self._wait(response, data, turn)
        tried = f", after {turn + 1} tries" if turn else ""
        return self._object(response, data, tried), seconds

    def _sent(
        self, method: str, url: str, body: Mapping[str, Any] | None
    ) -> tuple[httpx.Response, bytes]:
        """Return a response and its whole body, within the time that a request has."""
        place = f"{urlsplit(url).netloc}"
        ends = time.perf_counter() + self._timeout
        try:
            with self._client.stream(method, url, json=body) as response:
                data = bytearray()
                for chunk in response.iter_bytes():
                    data += chunk
                    if time.perf_counter() > ends:
                        raise httpx.ReadTimeout("the body came too slowly")
                    if len(data) > _MOST_BYTES:
                        raise ServerError(
                            f"{place} sent more than {_MOST_BYTES // 2**20} MiB.",
                            "That is no answer: check the URL.",
                            response.status_code,
                        )
                return response, bytes(data)
        except httpx.ConnectTimeout as error:
            raise ServerError(
                f"{place} cannot be reached: no connection within {CONNECT_SECONDS:g} s.",
                "Check the address, and that the server runs.",
            ) from error
        except httpx.TimeoutException as error:
            raise ServerError(
                f"{place} gave no answer within {self._timeout:g} s.", "Allow more time."
            ) from error
        except httpx.ConnectError as error:
            raise ServerError(
                f"{place} cannot be reached: {self._safe(str(error))}.",
                "Check the address, and that the server runs.",
            ) from error
        # A client that was closed while it sent raises RuntimeError.
        except (httpx.HTTPError, httpx.InvalidURL, RuntimeError) as error:
            raise ServerError(
                f"{place} broke off: {self._safe(str(error)) or type(error).__name__}.",
                "See the server's log.",
            ) from error

    def _wait(self, response: httpx.Response, data: bytes, turn: int) -> None:
        """Wait as long as a busy server asks for, or 1, 2, 4 seconds."""
        asked = retry_after(response.headers.get("retry-after", ""))
        if asked is not None and asked > self._longest_wait:
            self._object(response, data, f", to be asked again in {asked:g} s")
        # Closing wakes everybody who waits.
        if self._closed.wait(min(self._longest_wait, 2.0**turn if asked is None else asked)):
            raise ServerError("The client was closed while it waited for a busy server.")

    def _object(self, response: httpx.Response, data: bytes, tried: str) -> dict[str, Any]:
        status, place = response.status_code, response.url.netloc.decode("ascii", "replace")
        if response.is_redirect:
            target = urlsplit(response.headers.get("location", ""))
            raise ServerError(
                f"{place} answered {status} and sends elsewhere:"
                f" {target.netloc or place}{target.path[:80]}.",
                "Give the URL of the endpoint itself, and the key where it asks for one.",
                status,
            )
        try:
            found = json.loads(data)
        except (ValueError, RecursionError):
            found = None
        if status != httpx.codes.OK:
            raise ServerError(
                f"{place} answered {status}{tried}: {self._safe(_message(found, data))}.",
                _HINTS.get(status, "See the server's log."),
                status,
            )
        if not isinstance(found, dict):
            kind = response.headers.get("content-type", "").partition(";")[0] or "something"
            raise ServerError(
                f"{place} sent {kind} that is no object of JSON: {self._safe(_excerpt(data))}.",
                "Check the URL: it has to be an endpoint, not a page.",
                status,
            )
        return found

    def _safe(self, text: str) -> str:
        """Return words of a server in a line, without the key, which some servers repeat."""
        if self._key:
            text = text.replace(self._key, "***")
        return " ".join(text.split())[:300].rstrip(".")


_HINTS = {
    401: "Set VOUCH_EVAL_KEY to the server's key.",
    403: "Set VOUCH_EVAL_KEY to a key that may ask.",
    404: "Check the path of the URL, and the name of the model.",
    405: "Check the path of the URL.",
    429: "Ask fewer rows at a time, or later.",
    503: "Ask fewer rows at a time, or later.",
}


def retry_after(value: str) -> float | None:
    """Return the seconds of a ``Retry-After`` header, a number or a date; None without one.

    >>> retry_after("7"), retry_after(""), retry_after("soon")
    (7.0, None, None)
    >>> retry_after("Wed, 21 Oct 2015 07:28:00 GMT")
    0.0
    """
    if re.fullmatch(r"\d{1,9}(\.\d+)?", value.strip()):
        return float(value)
    try:
        when = parsedate_to_datetime(value)
    except ValueError:
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())


def _message(found: Any, data: bytes) -> str:
    """Return what an error says: Vouch's and OpenAI's shape, FastAPI's, or the text itself."""
    if not isinstance(found, Mapping):
        return _excerpt(data) or "nothing more"
    error = found.get("error", found.get("detail", found.get("message")))
    if isinstance(error, Mapping):
        words = [error.get("message"), error.get("hint")]
        error = " ".join(word for word in words if isinstance(word, str) and word)
    return error if isinstance(error, str) and error else json.dumps(found, ensure_ascii=False)


def _excerpt(data: bytes) -> str:
    """Return the beginning of a page in words.

    >>> _excerpt(b"<html><title>Log in</title><p>Your name</p></html>")
    'Log in Your name'
    """
    text = data[:20_000].decode("utf-8", "replace")
    text = re.sub(r"(?is)<(script|style)\b.*?</\1>|<[^>]*>", " ", text)
    return " ".join(text.split())[:120]
