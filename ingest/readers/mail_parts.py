"""Messages, parsed with patience: headers as people read them, bodies and attachments as bytes."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from email.errors import HeaderParseError, MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from typing import Any

from ingest.readers.canvas import one_line
from rag.errors import UnreadableFile

_MOST_PARTS = 10_000
_LONGEST_HEADER = 20_000

_NO_BASE64 = re.compile(r"[^A-Za-z0-9+/=\s]")

# The older policy never fails on a header; the newer one parses addresses and may, or take long.
_POLICY = email.policy.compat32


def parse_message(data: bytes) -> Message:
    """Return a message, whatever is wrong with it.

    Raises:
        UnreadableFile: it is nested too deeply to be parsed.

    """
    try:
        return email.message_from_bytes(data, policy=_POLICY)
    except (RecursionError, MessageError, ValueError) as error:
        raise UnreadableFile(
            f"The message cannot be read ({type(error).__name__}).",
            "Open it in a mail program and save it anew.",
        ) from error


def header(message: Message, name: str) -> str:
    """Return a header as people read it, on one line, "" for none."""
    raw = message.get(name)
    return decoded(str(raw)) if raw is not None else ""


def decoded(raw: str) -> str:
    """Return a header's value with its encoded words decoded.

    >>> decoded("=?utf-8?q?Caf=C3=A9?= at =?iso-8859-1?q?No=EBl?=")
    'Café at Noël'
    """
    raw = raw[:_LONGEST_HEADER]
    try:
        value = str(make_header(decode_header(raw)))
    except (HeaderParseError, LookupError, UnicodeError, ValueError):
        value = raw
    # Bytes beyond ASCII that no header may hold, and many do.
    value = value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return one_line(value)


def addresses(message: Message, name: str) -> str:
    """Return the people that a header names: "A. Weber <a@example.org>, b@example.org"."""
    raw = [decoded(str(value)) for value in message.get_all(name, [])]
    try:
        found = getaddresses(raw)
    except (ValueError, IndexError, RecursionError):
        return ", ".join(raw)
    people = [f"{who} <{address}>" if who else address for who, address in found if who or address]
    return ", ".join(people) or ", ".join(raw)


def sender(message: Message) -> str:
    r"""Return who wrote a message: the name in ``From``, else the address, "" where it has none.

    >>> sender(parse_message(b'From: "Mira Solberg" <m@example.org>\n\nHello.'))
    'Mira Solberg'
    """
    raw = message.get("From")
    try:
        found = getaddresses([decoded(str(raw))]) if raw is not None else []
    except (ValueError, IndexError, RecursionError):
        return ""
    who, address = found[0] if found else ("", "")
    return one_line(who) or address


def sent(message: Message) -> str:
    """Return when a message was sent as ISO 8601 to the minute, with the offset the sender gave."""
    try:
        moment = parsedate_to_datetime(header(message, "Date"))
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""
    return moment.isoformat(timespec="minutes")


def body_bytes(part: Message) -> bytes:
    """Return the bytes of a part, its transfer encoding undone as far as it can be."""
    raw = part.get_payload()
    if part.get_content_maintype() == "text" and isinstance(raw, str):
        encoding = str(part.get("Content-Transfer-Encoding") or "").strip().lower()
        if encoding == "base64" and _NO_BASE64.search(raw):
            return raw.encode("utf-8", "surrogateescape")  # plain text that says it is not
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError, UnicodeError):
        payload = None
    if isinstance(payload, bytes):
        return payload
    return raw.encode("utf-8", "surrogateescape") if isinstance(raw, str) else b""


def leaves(message: Message) -> Iterator[Message]:
    """Yield the parts that hold something, in order; a message within one is one part.

    Raises:
        UnreadableFile: there are too many.

    """
    waiting = [message]
    seen = 0
    while waiting:
        part = waiting.pop()
        seen += 1
        if seen > _MOST_PARTS:
            raise UnreadableFile(f"The message has more than {_MOST_PARTS} parts.")
        inner: Any = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inner, list):
            waiting.extend(reversed(inner))
        else:
            yield part


def is_attached(part: Message) -> bool:
    """Say whether a part is a file that goes with the message and no piece of its body."""
    if part.get_content_type() == "message/rfc822":
        return True
    kind = part.get_content_disposition()
    if kind == "attachment" or part.get_content_maintype() not in {"text", "multipart"}:
        return True
    return part.get_content_type() not in {"text/plain", "text/html", "text/x-amp-html"}


def file_name(part: Message) -> str:
    """Return the name that a part gives its file, "" for none."""
    try:
        name = part.get_filename()
    except (ValueError, LookupError, UnicodeError, TypeError):
        name = None
    return decoded(name) if name else ""
