"""What went wrong between Vouch and a chat model, in words for a person. Pure functions."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from socket import gaierror
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

_SAID = 160
_RARE, _RUN = 12, 5
"""Letters of a word, and words in a row, that a server has only from the request."""
_FIRST_WAIT = 1.0
_MOST_WAIT = 30.0


class Fault(Exception):
    """A call of a model that failed.

    Args:
        message: what happened, in one line that ends with a full stop.
        hint: what to do about it.
        passing: whether another attempt may go better.
        retry_after: seconds that the server asks to wait.
        said: what the server or the package said itself.
        silent: whether the model did not say a word.
    """

    def __init__(
        self,
        message: str,
        hint: str = "",
        passing: bool = False,
        retry_after: float | None = None,
        said: str = "",
        silent: bool = False,
    ) -> None:
        super().__init__(message)
        self.message, self.hint, self.passing = message, hint, passing
        self.retry_after, self._said, self.silent = retry_after, said, silent

    def told(self, messages: Sequence[BaseMessage]) -> str:
        """Return what happened with what the server said, unless that repeats the request."""
        said = " ".join(self._said.split())[:_SAID]
        if not said or repeats(said, "\n".join(message.text for message in messages)):
            return self.message
        return f"{self.message[:-1]}: {said.rstrip('.')}."

    def wait_before(self, attempt: int) -> float:
        """Return the seconds to wait before the next attempt, of which ``attempt`` have failed.

        >>> Fault("Busy.", retry_after=7).wait_before(1), Fault("Down.").wait_before(3)
        (7, 4.0)
        """
        if self.retry_after is not None:
            return self.retry_after
        return float(min(_MOST_WAIT, _FIRST_WAIT * 2 ** (attempt - 1)))


def fault_of(error: BaseException, name: str) -> Fault:
    """Return what an exception of a provider's package means.

    The packages have nothing in common but what HTTP gives them: a status, headers, and the error
    of the socket at the bottom of the chain.
    """
    status, headers = _answered(error)
    if status is not None:
        return _refused(status, headers, error, name)
    chain = list(_chain(error))
    words = " ".join(f"{type(one).__name__} {one}" for one in chain)
    for kinds, signs, what, hint, passing in _SOCKET:
        if any(isinstance(one, kinds) for one in chain) or any(sign in words for sign in signs):
            return Fault(f"The model {name} {what}.", hint, passing)
    return Fault(
        f"What the model {name} sent could not be read ({type(error).__name__}).",
        "Does llm_base_url point to a chat model's server? `vouch config check` tries it.",
        said=str(error),
    )


_SOCKET: tuple[tuple[tuple[type, ...], tuple[str, ...], str, str, bool], ...] = (
    (
        (ssl.SSLError,),
        ("SSLError", "CERTIFICATE_VERIFY", "WRONG_VERSION_NUMBER", "[SSL"),
        "could not be reached safely: its TLS handshake failed",
        "Check https:// or http:// in llm_base_url, and the server's certificate.",
        False,
    ),
    (
        (gaierror,),
        ("Name or service not known", "Temporary failure in name resolution", "nodename nor"),
        "could not be reached: there is no server of that name",
        "Check the host in llm_base_url.",
        False,
    ),
    (
        (ConnectionRefusedError,),
        ("Connection refused", "All connection attempts failed", "actively refused"),
        "could not be reached: the connection was refused",
        "Is its server running? Check llm_base_url.",
        True,
    ),
    (
        (TimeoutError,),
        ("Timeout", "timed out"),
        "did not answer in time",
        "Is its server busy? Raise llm_seconds and llm_stall_seconds.",
        False,
    ),
    (
        (ConnectionError, EOFError),
        ("RemoteProtocolError", "ReadError", "ConnectError", "APIConnectionError", "peer closed"),
        "broke off the connection",
        "Look at the log of its server.",
        True,
    ),
)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and all that it came from."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop(0)
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting += [one.__cause__, one.__context__]
        if isinstance(one, BaseExceptionGroup):
            waiting += list(one.exceptions)


def _answered(error: BaseException) -> tuple[int | None, Mapping[str, str]]:
    """Return the HTTP status of the server's refusal and its headers; None where there is none."""
    for one in _chain(error):
        response = getattr(one, "response", None)
        for status in (getattr(one, "status_code", None), getattr(response, "status_code", None)):
            if isinstance(status, int) and status >= 400:
                return status, getattr(response, "headers", None) or {}
    return None, {}


def _refused(status: int, headers: Mapping[str, str], error: BaseException, name: str) -> Fault:
    said = f" ({status})"
    if status in (401, 403):
        return Fault(
            f"The server of {name} refused the key{said}.",
            "Set llm_key, or the provider's own variable.",
        )
    if status == 404:
        return Fault(
            f"The server does not know the model {name}{said}.",
            "Check the model's name in llm, and llm_base_url (most end in /v1).",
        )
    if status in (408, 409, 429):
        wait = retry_after(headers.get("retry-after"))
        return Fault(
            f"The server of {name} is busy or its quota is used up{said}.",
            "Ask again later.",
            True,
            wait,
        )
    if status >= 500:
        wait = retry_after(headers.get("retry-after"))
        return Fault(
            f"The server of {name} failed{said}.", "Look at the log of its server.", True, wait
        )
    return Fault(
        f"The server of {name} refused the request{said}.",
        "Too many tokens? Lower llm_context_tokens or llm_answer_tokens.",
        said=str(getattr(error, "message", None) or error),
    )


def repeats(said: str, request: str) -> bool:
    """Return whether a server's words give away what it was asked.

    >>> repeats("maximum context is 512 tokens", "Use only what the passages say. (xkcdbqzrmtnp)")
    False
    >>> repeats("bad input: xkcdbqzrmtnp", "Use only what the passages say. (xkcdbqzrmtnp)")
    True
    """
    words, told = (re.findall(r"\w+", text.lower()) for text in (request, said))
    if {word for word in words if len(word) >= _RARE} & set(told):
        return True
    runs = {tuple(words[n : n + _RUN]) for n in range(len(words) - _RUN + 1)}
    return any(tuple(told[n : n + _RUN]) in runs for n in range(len(told) - _RUN + 1))


def retry_after(value: str | None, now: datetime | None = None) -> float | None:
    """Return the seconds that a ``Retry-After`` header asks to wait, None for none that is valid.

    >>> retry_after("7"), retry_after("soon"), retry_after(None)
    (7.0, None, None)
    >>> noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    >>> retry_after("Thu, 01 Jan 2026 12:00:05 GMT", noon)
    5.0
    """
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (at - (now or datetime.now(UTC))).total_seconds())
