"""Mailboxes (mbox): their messages one at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.readers import Member, Source
from ingest.readers.mail_parts import decoded
from ingest.readers.member_names import Names
from rag.errors import UnreadableFile

# A postmark holds the time: "From here on" at the start of a paragraph is none.
_POSTMARK = re.compile(rb"(?:\A|\n\r?\n)(From [^\r\n]{0,400}\d\d:\d\d[^\r\n]{0,100}\r?\n)")
_ANY_MARK = re.compile(rb"(?:\A|\n\r?\n)(From [^\r\n]{0,500}\r?\n)")
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)
_IDENTITY = re.compile(rb"^message-id:[ \t]*(?:\r?\n[ \t]+)?<?([^\s<>]{1,200})>?", re.I | re.M)
_HEAD = 100_000
_MOST_MESSAGES = 100_000


def unpack(source: Source) -> Iterator[Member]:
    """Yield the messages of a mailbox, named by their Message-ID or else by their number.

    Raises:
        UnreadableFile: the file is no mailbox, or holds too many.

    """
    data = source.data
    begin = len(data) - len(data.lstrip(b"\xef\xbb\xbf\r\n"))
    if not data.startswith(b"From ", begin):
        raise UnreadableFile(
            "The file is no mailbox: it does not begin with a message.",
            "A single message has the ending .eml.",
        )
    names = Names()
    mark = _POSTMARK if _POSTMARK.match(data[begin : begin + 1000]) else _ANY_MARK
    for number, raw in enumerate(_messages(data, begin, mark), 1):
        if number > _MOST_MESSAGES:
            raise UnreadableFile(
                f"It holds more than {_MOST_MESSAGES:,} messages: the others were left out.",
                "Split the mailbox into several files.",
            )
        # One ">" was put before such lines when the message was stored.
        message = _QUOTED.sub(rb"\1", raw) if b">From " in raw else raw
        name = f"message {number}"
        if found := _IDENTITY.search(_head(message)):
            name = decoded(found[1].decode("utf-8", "replace")) or name
        if message.strip():
            yield Member(names.fresh(name, has_suffix=False), message, ".eml")
        else:
            yield Member(names.fresh(name, has_suffix=False), b"", ".eml", why="it is empty")


def _messages(data: bytes, begin: int, mark: re.Pattern[bytes]) -> Iterator[bytes]:
    """Yield the bytes between the postmarks."""
    start = -1
    for match in mark.finditer(data, begin):
        if start >= 0:
            yield data[start : match.start() + 1]
        start = match.end()
    if start < 0:  # the first mark stands behind a byte order mark
        start = data.find(b"\n", begin) + 1 or len(data)
    yield data[start:]


def _head(message: bytes) -> bytes:
    head = message[:_HEAD]
    ends = [at for at in (head.find(b"\n\n"), head.find(b"\n\r\n")) if at >= 0]
    return head[: min(ends)] if ends else head
