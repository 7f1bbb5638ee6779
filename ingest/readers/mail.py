"""Messages: who wrote to whom, when and about what; the text; attachments as members."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email.generator import BytesGenerator
from email.message import Message
from io import BytesIO
from typing import Any

from ingest.dates import from_value
from ingest.readers import Member, Reading, Source, content_suffix, suffix_of
from ingest.readers.canvas import HIDDEN, Canvas, one_line
from ingest.readers.dom import write
from ingest.readers.encoding import decode_named
from ingest.readers.head import Facts, describe_file
from ingest.readers.mail_parts import (
    addresses,
    body_bytes,
    file_name,
    header,
    is_attached,
    leaves,
    parse_message,
    sender,
    sent,
)
from ingest.readers.member_names import Names
from ingest.readers.unseen import take_out
from ingest.readers.web import decode_markup, parse_markup, with_hidden
from rag.errors import UnreadableFile
from rag.types import Span

_KNOWN = ("From", "To", "Subject", "Date", "Message-ID", "Received", "Return-Path", "MIME-Version")
_UNREAD = frozenset(("application/pgp-signature", "application/pkcs7-signature"))
_LOCKED = frozenset(("multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"))


@dataclass(slots=True)
class _Body:
    """The text of a message as it grows over its parts."""

    canvas: Canvas = field(default_factory=Canvas)
    hidden: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read(source: Source) -> Reading:
    """Return one document with the text of a message; what is attached comes from ``unpack``.

    Raises:
        UnreadableFile: the file is no message, or an encrypted one.

    """
    message = _message(source)
    if message.get_content_type() in _LOCKED:
        raise UnreadableFile(
            "The message is encrypted.", "Save it decrypted from a mail program and add it again."
        )
    body = _Body()
    for part in _body_parts(message):
        _write(part, body)
    text, spans = body.canvas.finish()
    text, spans, is_hidden = with_hidden(text, spans, body.hidden)
    if not text.strip():
        text, spans = _headers_alone(message)
    if not text.strip():
        return Reading((), tuple(body.notes))
    people = {name.lower(): addresses(message, name) for name in ("From", "To", "Cc")}
    metadata: dict[str, object] = {name: value for name, value in people.items() if value}
    if subject := header(message, "Subject"):
        metadata["subject"] = subject
    if identity := header(message, "Message-ID"):
        metadata["message_id"] = identity
    if people["from"]:
        metadata["author"] = people["from"]
    document = describe_file(
        source,
        text=text,
        spans=spans,
        facts=Facts(
            title=subject,
            dates=(from_value(sent(message) or header(message, "Date"), "metadata"),),
            metadata=metadata,
            flags=(HIDDEN,) if is_hidden else (),
        ),
    )
    # What is passed on in a message, such as a report with its agency's credit, names its own.
    document = replace(document, publisher=document.publisher or sender(message) or None)
    return Reading((document,), tuple(body.notes))


def unpack(source: Source) -> Iterator[Member]:
    """Yield what is attached to a message, messages too; images within its text are passed over."""
    names = Names()
    message = _message(source)
    shown = set(map(id, _body_parts(message)))
    for number, part in enumerate(leaves(message), 1):
        kind = part.get_content_type()
        if id(part) in shown or kind in _UNREAD or not is_attached(part):
            continue
        if (
            part.get_content_maintype() == "image"
            and part.get_content_disposition() != "attachment"
        ):
            continue
        if kind == "message/rfc822":
            yield _inner_message(part, names, number)
            continue
        given = file_name(part)
        suffix = suffix_of(given) or content_suffix(kind)
        name = names.fresh(given or f"part {number}{suffix}")
        if kind in {"application/ms-tnef", "application/vnd.ms-tnef"} or given == "winmail.dat":
            yield Member(
                name,
                b"",
                why="it is Outlook's own packing of attachments (winmail.dat)",
                hint="Open the message in Outlook, save what is attached and add that.",
            )
            continue
        data = body_bytes(part)
        if kind in _LOCKED or data.startswith(b"-----BEGIN PGP MESSAGE"):
            yield Member(name, b"", why="it is encrypted", hint="Save it decrypted and add that.")
        elif data:
            yield Member(name, data, "" if suffix_of(given) else suffix)
        else:
            yield Member(name, b"", why="it is empty")


def _inner_message(part: Message, names: Names, number: int) -> Member:
    """Return a message that is attached whole."""
    inner = part.get_payload()
    message = inner[0] if isinstance(inner, list) and inner else None
    if not isinstance(message, Message):
        return Member(names.fresh(f"message {number}.eml"), b"", why="it is empty")
    title = header(message, "Subject")[:80] or f"message {number}"
    name = names.fresh(f"{title}.eml")
    out = BytesIO()
    try:
        BytesGenerator(out, mangle_from_=False).flatten(message)
    except (UnicodeError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return Member(name, b"", why="the message inside is damaged")
    return Member(name, out.getvalue(), ".eml")


def _message(source: Source) -> Message:
    # An mbox's "From " line above a single message is no header.
    data = source.data
    if data.startswith((b"From ", b">From ")):
        data = data.partition(b"\n")[2]
    message = parse_message(data.lstrip(b"\r\n"))
    if not any(message.get(name) is not None for name in _KNOWN):
        raise UnreadableFile(
            "The file is no message: it has none of the headers that a message has.",
            "If it is text, give it the ending .txt.",
        )
    return message


def _body_parts(message: Message) -> list[Message]:
    """Return the parts that make up the text: of alternatives the plain one, else the page."""
    found: list[Message] = []
    waiting: list[Message] = [message]
    while waiting and len(found) < 1000:
        part = waiting.pop()
        inner: Any = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inner, list):
            if part.get_content_subtype() == "alternative":
                waiting.extend(_best(inner))
            else:
                waiting.extend(reversed(inner))
        elif part.get_content_type() in {"text/plain", "text/html"} and not is_attached(part):
            found.append(part)
        elif part is message and part.get_content_maintype() in {"text", "multipart"}:
            found.append(part)  # a body of a type that nobody knows, or parts that are not there
    return found


def _best(parts: list[Any]) -> list[Any]:
    """Return the alternative that is plain text where it says something, else the last of words."""
    plain = [part for part in parts if part.get_content_type() == "text/plain"]
    for part in plain:
        if body_bytes(part).strip():
            return [part]
    rich = [
        part
        for part in parts
        if part.get_content_type() == "text/html" or part.get_content_maintype() == "multipart"
    ]
    return rich[-1:] or parts[-1:]


def _write(part: Message, body: _Body) -> None:
    """Write one part of a message's text: lines as they stand, or a page without its layout."""
    data = body_bytes(part)
    charset = _charset(part)
    try:
        if part.get_content_type() == "text/html":
            markup = decode_named(data, charset)[0] if charset else decode_markup(data)[0]
            if not markup.strip():
                return
            page = parse_markup(markup)
            body.hidden += take_out(page)[0]
            write(page, body.canvas)
            return
        text, note = decode_named(data, charset)
    except UnreadableFile as error:
        body.notes.append(f"a part of the message cannot be read: {error.message}")
        return
    if note:
        body.notes.append(note)
    _write_plain(text.replace("\r\n", "\n").replace("\r", "\n"), body.canvas)


def _write_plain(text: str, canvas: Canvas) -> None:
    """Write paragraphs of plain text; quoted lines and the signature stay text."""
    for paragraph in text.split("\n\n"):
        canvas.block(paragraph, keep_lines=True)


def _charset(part: Message) -> str:
    try:
        return part.get_content_charset() or ""
    except (ValueError, LookupError, UnicodeError, TypeError):
        return ""


def _headers_alone(message: Message) -> tuple[str, tuple[Span, ...]]:
    """Return the subject as text for a message that holds attachments or nothing beside it."""
    canvas = Canvas()
    canvas.block(one_line(header(message, "Subject")))
    return canvas.finish()
