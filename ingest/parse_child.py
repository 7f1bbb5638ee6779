"""The process that parses files: it answers one file after another and can do nothing else.

Started by ``ingest.parse``. It reads a request from its standard input, writes the answer to what
was its standard output, and ends when its input does. It may not reach the network, start programs
or write files, and it asks the system to stop it when a file takes too much memory or time.
"""

from __future__ import annotations

import json
import os
import struct
import sys
from typing import Any, BinaryIO

from ingest.readers import Reader, Reading, ReadOptions, Source, load_reader
from ingest.wire import reading_to_bytes
from rag.errors import UnreadableFile

LENGTH = struct.Struct(">Q")
READY = b"ready"

_FORBIDDEN = (
    ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto", "subprocess.Popen")
    + (
        "os.system",
        "os.exec",
        "os.fork",
        "os.forkpty",
        "os.posix_spawn",
        "os.spawn",
    )
    + ("os.remove", "os.rename", "os.rmdir", "shutil.rmtree")
)


class Forbidden(RuntimeError):
    """A parser tried something that no parser needs."""


def main() -> None:
    """Answer requests until the input ends."""
    requests, answers = _channels()
    readers: dict[str, Reader] = {}
    guarded = False
    while head := requests.read(LENGTH.size):
        (size,) = LENGTH.unpack(head)
        request = json.loads(requests.read(size))
        (size,) = LENGTH.unpack(requests.read(LENGTH.size))
        data = requests.read(size)
        module = request["reader"]
        if module not in readers:
            readers[module] = load_reader(module)
        if not guarded:
            _warm_up()
            sys.addaudithook(_refuse)
            guarded = True
        _send(answers, READY)
        _limit(request["memory_mb"], request["seconds"])
        answer, healthy = _answer(readers[module], request, data)
        _send(answers, answer)
        if not healthy:
            return


def _answer(reader: Reader, request: dict[str, Any], data: bytes) -> tuple[bytes, bool]:
    """Return the answer to one request, and whether this process is fit for another."""
    source = Source(request["path"], data, ReadOptions(**request["options"]))
    try:
        reading: Reading = reader(source)
        characters = sum(len(document.text) for document in reading.documents)
        if characters > request["characters"]:
            return _failure(f"It holds {characters} characters of text, which is too much."), True
        return reading_to_bytes(reading), True
    except UnreadableFile as error:
        return _failure(error.message, error.hint), True
    except MemoryError:
        return _failure(
            f"It took more than {request['memory_mb']} MB of memory to parse.", fit=False
        ), False
    except RecursionError:
        return _failure("It is nested too deeply.", fit=False), False
    except Exception as error:  # noqa: BLE001  the process boundary: a parser's fault costs this file only
        words = " ".join(str(error).split())[:200]
        return _failure(
            f"It could not be parsed ({type(error).__name__}: {words}).", fit=False
        ), False


def _failure(why: str, hint: str = "", *, fit: bool = True) -> bytes:
    return json.dumps({"why": why, "hint": hint, "fit": fit}).encode()


def _channels() -> tuple[BinaryIO, BinaryIO]:
    """Return the way in and the way out, out of reach of a library that prints."""
    answers = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    return sys.stdin.buffer, answers


def _send(channel: BinaryIO, payload: bytes) -> None:
    channel.write(LENGTH.pack(len(payload)))
    channel.write(payload)
    channel.flush()


def _refuse(event: str, arguments: tuple[object, ...]) -> None:  # noqa: ARG001
    if event in _FORBIDDEN:
        raise Forbidden(f"{event} is not for parsers")


def _warm_up() -> None:
    """Load what Python itself loads late and through means that are refused afterwards."""
    import ctypes.util  # noqa: F401
    import encodings.idna  # noqa: F401


def _limit(memory_mb: int, seconds: float) -> None:
    """Ask the system to refuse more memory, files and processor time than one file may take."""
    try:
        import resource
    except ImportError:  # no such limits on Windows; the parent still counts the time
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime)
    # Beyond what is loaded by now, so that the size of the libraries does not count.
    address_space = _address_space() + memory_mb * 1_000_000
    for what, amount in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CPU, spent + int(seconds) + 5),
        (resource.RLIMIT_AS, address_space),
    ):
        hard = resource.getrlimit(what)[1]
        bounded = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
        resource.setrlimit(what, (bounded, hard))


def _address_space() -> int:
    """Return the bytes of address space in use, 0 where the system does not say."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 2_000_000_000
