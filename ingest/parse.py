"""Parsing in child processes: a file that hangs, crashes or swells costs that file only.

Children are started as new programs, never forked, and serve many files each. What is plain (UTF-8
text and tables of usual size) is read in this process, which is faster and just as safe.
"""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from ingest.parse_child import LENGTH, READY
from ingest.readers import FORMATS, Format, Reading, Source, load_reader, sniff
from ingest.wire import options_to_json, reading_from_json
from rag.errors import Cancelled, UnreadableFile

_START_SECONDS = 120.0
_PLAIN_BYTES = 32_000_000
_FILES_PER_CHILD = 500
_CHUNK = 1 << 18
_INHERITED = ("PATH", "LANG", "LC_ALL", "TZ", "SYSTEMROOT", "LD_LIBRARY_PATH")


@dataclass(frozen=True, slots=True)
class Limits:
    """What parsing one file may take: seconds of waiting, memory, characters of text."""

    seconds: float = 30.0
    memory_mb: int = 1024
    characters: int = 100_000_000


class Parsers:
    """Children that parse, one for each thread that asks; close it to end them.

    Args:
        limits: what one file may take.
        formats: the reader for each suffix.
    """

    def __init__(self, limits: Limits, formats: Mapping[str, Format] = FORMATS) -> None:
        self._limits = limits
        self._formats = formats
        self._lock = threading.Lock()
        self._idle: list[_Child] = []
        self._all: set[_Child] = set()
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def parse(self, source: Source, suffix: str) -> Reading:
        """Return what the reader for ``suffix`` finds in a file.

        Raises:
            UnreadableFile: the file is damaged, or took more than the limits allow.
            Cancelled: the parsers were closed meanwhile.

        """
        check_content(source.data, suffix)
        form = self._formats[suffix]
        if is_plain(source.data, form):
            return load_reader(form.module)(source)
        child = self._take()
        try:
            reading = child.parse(source, form.module)
        except BaseException:
            self._release(child)
            if self._closed:
                raise Cancelled("The work was stopped.") from None
            raise
        self._release(child)
        return reading

    def close(self) -> None:
        """End all children at once, also those at work."""
        with self._lock:
            self._closed = True
            at_work = self._all.difference(self._idle)
            idle, self._idle = self._idle, []
            self._all.clear()
        for child in idle:
            child.kill()
        for child in at_work:
            child.interrupt()  # its own thread cleans up

    def _take(self) -> _Child:
        with self._lock:
            if self._closed:
                raise Cancelled("The work was stopped.")
            if self._idle:
                return self._idle.pop()
            child = _Child(self._limits)
            self._all.add(child)
            return child

    def _release(self, child: _Child) -> None:
        with self._lock:
            if child.usable and not self._closed:
                self._idle.append(child)
                return
            self._all.discard(child)
        child.kill()


def is_plain(data: bytes, form: Format) -> bool:
    """Say whether a file may be read in this process: plain by format, UTF-8, of usual size."""
    if not form.plain or len(data) > _PLAIN_BYTES:
        return False
    from ingest.readers.encoding import is_plain as is_utf8

    return is_utf8(data)


def check_content(data: bytes, suffix: str) -> None:
    """Refuse a file whose first bytes say that it is something else than its name says.

    Raises:
        UnreadableFile: they do.

    """
    found = sniff(data[:16])
    expected = "a zip archive" if suffix == ".docx" else suffix
    if suffix == ".docx" and found == "an old Office file":
        return  # the reader says what to do about it
    if found and found != expected:
        what = "a PDF" if found == ".pdf" else found
        raise UnreadableFile(
            f"The file is called {suffix} but is {what}.", "Give it the ending that fits it."
        )


class _Child:
    """One parsing process. ``usable`` turns False when it must not get another file."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._left = _FILES_PER_CHILD
        environment = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
        root = str(Path(__file__).resolve().parent.parent)
        environment["PYTHONPATH"] = os.pathsep.join([root, environment["PYTHONPATH"]])
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-B", "-c", "from ingest.parse_child import main; main()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,  # Ctrl-C is for the parent, which then ends its children
            bufsize=0,
        )
        assert self._process.stdin is not None and self._process.stdout is not None
        self._in, self._out = self._process.stdin, self._process.stdout
        os.set_blocking(self._in.fileno(), False)
        os.set_blocking(self._out.fileno(), False)

    @property
    def usable(self) -> bool:
        """Whether the process runs and may get another file."""
        return self._left > 0 and self._process.poll() is None

    def parse(self, source: Source, module: str) -> Reading:
        """Return what the reader of a module found in the child.

        Raises:
            UnreadableFile: it found that the file cannot be read, or did not survive it.

        """
        self._left -= 1
        request = json.dumps(
            {
                "path": source.path,
                "reader": module,
                "options": options_to_json(source.options),
                "seconds": self._limits.seconds,
                "memory_mb": self._limits.memory_mb,
                "characters": self._limits.characters,
            }
        ).encode()
        message = [LENGTH.pack(len(request)), request, LENGTH.pack(len(source.data)), source.data]
        # The time of a file counts from when the child and its libraries are ready for it.
        ready = self._exchange(message, _START_SECONDS, 64)
        if ready != READY:
            self.kill()
            raise UnreadableFile("The parser answered out of turn.")
        payload = self._exchange([], self._limits.seconds, 12 * self._limits.characters)
        answer = json.loads(payload)
        if "why" in answer:
            self._left = self._left if answer["fit"] else 0
            raise UnreadableFile(answer["why"], answer["hint"])
        return reading_from_json(answer)

    def interrupt(self) -> None:
        """End the process while another thread waits for its answer."""
        self._left = 0
        self._process.kill()

    def kill(self) -> None:
        """End the process, whatever it does."""
        self._left = 0
        self._process.kill()
        self._process.wait()
        self._in.close()
        self._out.close()

    def _exchange(self, message: list[bytes], seconds: float, limit: int) -> bytes:
        """Send a message, and return the next answer, within so many seconds and bytes."""
        waiting = [memoryview(part) for part in message if part]
        received = bytearray()
        deadline = time.monotonic() + seconds
        with selectors.DefaultSelector() as selector:
            selector.register(self._out, selectors.EVENT_READ)
            if waiting:
                selector.register(self._in, selectors.EVENT_WRITE)
            while True:
                remaining = deadline - time.monotonic()
                events = selector.select(remaining) if remaining > 0 else []
                if not events:
                    self._fail(f"It took more than {seconds:g} seconds to parse.")
                for key, _ in events:
                    if key.fileobj is self._in:
                        self._write(waiting)
                        if not waiting:
                            selector.unregister(self._in)
                    else:
                        self._read(received)
                if len(received) >= LENGTH.size:
                    (size,) = LENGTH.unpack(received[: LENGTH.size])
                    if size > limit:
                        self._fail("It gave more text than may come out of one file.")
                    # At most one answer is under way after READY: the rest is kept for the next.
                    if len(received) >= LENGTH.size + size and not waiting:
                        return bytes(received[LENGTH.size : LENGTH.size + size])

    def _write(self, waiting: list[memoryview]) -> None:
        try:
            written = os.write(self._in.fileno(), waiting[0][:_CHUNK])
        except BlockingIOError:
            return
        except OSError:
            self._died()
        waiting[0] = waiting[0][written:]
        if not waiting[0]:
            waiting.pop(0)

    def _read(self, received: bytearray) -> None:
        want = LENGTH.size - len(received)
        if want <= 0:
            (size,) = LENGTH.unpack(received[: LENGTH.size])
            want = LENGTH.size + size - len(received)
        try:
            chunk = os.read(self._out.fileno(), min(want, _CHUNK)) if want else b""
        except BlockingIOError:
            return
        if want and not chunk:
            self._died()
        received += chunk

    def _died(self) -> None:
        code = self._process.wait()
        words = "ran out of its time" if code == -24 else f"crashed (signal {-code})"
        self._fail(f"The parser {words if code < 0 else 'ended early'} on it.")

    def _fail(self, why: str) -> None:
        self.kill()
        raise UnreadableFile(why, "The file may be damaged or hostile; open and save it anew.")
