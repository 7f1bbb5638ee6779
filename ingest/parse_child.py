"""The process that parses files: it answers one file after another and can do nothing else.

Started by ``ingest.parse_process``. It reads a request from its standard input, writes the answer
to what was its standard output, and ends when its input does. What it may not do is said in
``ingest.confine``.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, cast

from ingest.confine import Allowance, Confinement, worn
from ingest.limits import check_characters, fault
from ingest.passing import PassingTrouble
from ingest.readers import Member, Reader, Source, Unpacker, load_reader, load_unpacker
from ingest.wire import (
    LENGTH,
    READY,
    member_to_json,
    options_from_json,
    reading_frames,
    to_bytes,
)
from rag.errors import UnreadableFile


def main() -> None:
    """Answer requests until the input ends, or until this process is fit for no other file."""
    requests, answers = _channels()
    confinement = Confinement()
    confinement.shut_in()
    functions: dict[tuple[str, str], Reader | Unpacker | UnreadableFile] = {}
    watched = False
    while (head := _receive(requests)) is not None:
        request = json.loads(head)
        key = (request["do"], request["module"])
        if key not in functions:
            functions[key] = _load(*key)
        if not watched:
            confinement.watch(ocr=request["options"]["ocr"])
            watched = True
        # Before the file is here, since its own bytes count as well.
        allowance = Allowance(request["memory_mb"])
        data = _receive(requests)
        if data is None:
            return
        _send(answers, READY)
        function = functions[key]
        if request["do"] == "read":
            fit = _read(function, request, data, answers, allowance)
        else:
            fit = _unpack(function, request, data, (requests, answers), allowance)
        del data
        if not fit:
            return


def _read(
    reader: Reader | Unpacker | UnreadableFile,
    request: dict[str, Any],
    data: bytes,
    answers: BinaryIO,
    allowance: Allowance,
) -> bool:
    """Answer with a reading; return whether this process is fit for another file."""

    def renew() -> None:
        allowance.grant(request["seconds"])
        _send(answers, to_bytes({"goes_on": True}))

    allowance.grant(request["seconds"])

    def attempt() -> list[bytes | str]:
        if isinstance(reader, UnreadableFile):
            raise reader
        options = options_from_json(request["options"])
        source = Source(request["path"], data, options, renew, request["seconds"])
        reading = cast(Reader, reader)(source)
        check_characters(reading, request["characters"], request["document_characters"])
        return reading_frames(reading, fit=not worn(request["memory_mb"]))

    frames, fit = _guarded(attempt, request)
    for frame in frames:
        _send(answers, frame)
    return fit


def _unpack(
    unpacker: Reader | Unpacker | UnreadableFile,
    request: dict[str, Any],
    data: bytes,
    channels: tuple[BinaryIO, BinaryIO],
    allowance: Allowance,
) -> bool:
    """Answer with a member whenever one is asked for; return whether it is fit for another file."""
    requests, answers = channels
    members: Iterator[Member] | None = None

    def attempt() -> list[bytes | str]:
        nonlocal members
        if isinstance(unpacker, UnreadableFile):
            raise unpacker
        if members is None:
            source = Source(request["path"], data, options_from_json(request["options"]))
            members = iter(cast(Unpacker, unpacker)(source))
        member = next(members, None)
        if member is None:
            return [to_bytes({"end": True, "fit": not worn(request["memory_mb"])})]
        if len(member.data) > request["member_bytes"]:
            said = f"It unpacks to {len(member.data) / 1e6:.0f} MB, which is too much."
            member = Member(member.name, b"", member.suffix, why=member.why or said)
        return [to_bytes(member_to_json(member)), member.data]

    while _receive(requests) is not None:
        allowance.grant(request["seconds"])
        frames, fit = _guarded(attempt, request)
        for frame in frames:
            _send(answers, frame)
        if len(frames) == 1:  # the end, or why there is no other
            return fit
        frames.clear()
    return False


def _guarded(
    attempt: Callable[[], list[bytes | str]], request: dict[str, Any]
) -> tuple[list[bytes | str], bool]:
    """Return the frames of an attempt, or one that says why it failed, and whether to go on."""
    fit = passing = False
    try:
        return attempt(), not worn(request["memory_mb"])
    except UnreadableFile as error:
        why, hint, fit = error.message, error.hint, not worn(request["memory_mb"])
        passing = isinstance(error, PassingTrouble)
    except MemoryError:
        why = f"It took more than {request['memory_mb']} MB of memory to parse."
        hint = "Split it, or raise the setting parse_memory_mb."
    except RecursionError:
        why, hint = "It is nested too deeply.", ""
    except Exception as error:  # noqa: BLE001  the process boundary: a parser's fault costs this file only
        why, hint = fault(error), ""
    return [to_bytes({"why": why, "hint": hint, "fit": fit, "passing": passing})], fit


def _load(what: str, module: str) -> Reader | Unpacker | UnreadableFile:
    """Return the function of a module, or why it cannot be loaded."""
    try:
        return load_reader(module) if what == "read" else load_unpacker(module)
    except UnreadableFile as error:
        return error


def _channels() -> tuple[BinaryIO, BinaryIO]:
    """Return the way in and the way out, out of reach of a library that prints or reads."""
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for channel in (0, 1, 2):
        os.dup2(nothing, channel)
    return requests, answers


def _receive(channel: BinaryIO) -> bytes | None:
    """Return the next frame, or None when there is no other."""
    head = channel.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (size,) = LENGTH.unpack(head)
    payload = channel.read(size)
    return payload if len(payload) == size else None


def _send(channel: BinaryIO, frame: bytes | str) -> None:
    payload = frame.encode("utf-8", "replace") if isinstance(frame, str) else frame
    channel.write(LENGTH.pack(len(payload)))
    channel.write(payload)
    channel.flush()
