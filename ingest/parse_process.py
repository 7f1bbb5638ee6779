"""One parsing child as its parent sees it: started, asked, waited for, and ended in time."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, NoReturn

from ingest.limits import Limits
from ingest.passing import DoubtfulTrouble, PassingTrouble
from ingest.readers import Member, Reading, Source
from ingest.wire import (
    LENGTH,
    READY,
    document_from_frames,
    from_bytes,
    member_from_json,
    options_to_json,
    to_bytes,
)
from rag.errors import Cancelled, UnreadableFile
from rag.types import Document

_START_SECONDS = 120.0
_FILES_PER_CHILD = 500
_CHUNK = 1 << 18
_END_BYTES = 1 << 20
_LOOK_UP_SECONDS = 0.2
_FACTS_BYTES = 300_000_000
_NO_ANSWER = "What the parser answered makes no sense."
# What numpy would set for itself where a reader loads it, and no parser may set anything; and no
# threads of it, of which each takes address space.
_FOR_NUMPY = {"OPENBLAS_MAIN_FREE": "1", "GOTOBLAS_MAIN_FREE": "1", "OPENBLAS_NUM_THREADS": "1"}
_INHERITED = ("PATH", "LANG", "LC_ALL", "TZ", "SYSTEMROOT", "LD_LIBRARY_PATH", "TESSDATA_PREFIX")


class LargeFile(NamedTuple):
    """An open file that is sent to a child piece by piece, and how many of its bytes."""

    file: BinaryIO
    size: int

    def ends(self) -> bytes:
        """Return the first and the last of its bytes, by which its kind is known."""
        return self.read(0, _END_BYTES) + self.read(max(0, self.size - _END_BYTES), _END_BYTES)

    def read(self, at: int, size: int) -> bytes:
        """Return some of its bytes.

        Raises:
            PassingTrouble: the disk does not give them.

        """
        try:
            self.file.seek(at)
            return self.file.read(size)
        except OSError as error:
            raise PassingTrouble(
                f"It cannot be read ({error.strerror}).", "Check the disk it lies on."
            ) from error


class Child:
    """One parsing process. ``usable`` turns False when it must not get another file.

    Args:
        limits: what one file may take.
        stop: when it is set, waiting ends with ``Cancelled``.

    Raises:
        PassingTrouble: the system starts no process.
    """

    def __init__(self, limits: Limits, stop: threading.Event) -> None:
        self._limits = limits
        self._stop = stop
        self._left = _FILES_PER_CHILD
        environment = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        environment |= _FOR_NUMPY
        root = str(Path(__file__).resolve().parent.parent)
        environment["PYTHONPATH"] = os.pathsep.join([root, *(path for path in sys.path if path)])
        _compile_once()
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-B", "-c", "from ingest.parse_child import main; main()"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
                cwd="/" if os.name == "posix" else None,
                start_new_session=True,  # Ctrl-C is for the parent, which then ends its children
                bufsize=0,
            )
        except OSError as error:
            raise PassingTrouble(
                f"No parser can be started ({error.strerror}).",
                "The system has too many open files or programs, or too little memory.",
            ) from error
        assert self._process.stdin is not None and self._process.stdout is not None
        self._in, self._out = self._process.stdin, self._process.stdout
        os.set_blocking(self._in.fileno(), False)
        os.set_blocking(self._out.fileno(), False)

    @property
    def usable(self) -> bool:
        """Whether the process runs and may get another file."""
        return self._left > 0 and self._process.poll() is None

    def parse(
        self, source: Source, module: str, large: LargeFile | None = None, seconds: float = 0
    ) -> Reading:
        """Return what the reader of a module found in the child.

        Raises:
            UnreadableFile: it found that the file cannot be read, or did not survive it.
            Cancelled: ``stop`` was set.

        """
        seconds = min(seconds or self._limits.seconds, self._limits.seconds)
        self._begin("read", source, module, large, seconds)
        deadline = time.monotonic() + seconds
        head = self._head(seconds, deadline)
        while "goes_on" in head:  # with the next page of those that are recognised
            deadline = time.monotonic() + seconds
            head = self._head(seconds, deadline)
        with self._understanding():
            many, notes = int(head["documents"]), tuple(str(note) for note in head["notes"])
        return Reading(tuple(self._document(seconds, deadline) for _ in range(many)), notes)

    def unpack(
        self,
        source: Source,
        module: str,
        large: LargeFile | None = None,
        patience: Callable[[], float] | None = None,
    ) -> Iterator[Member]:
        """Yield the members of a container, each taken out when it is asked for.

        Raises:
            UnreadableFile: the container is damaged, or the child did not survive it.
            Cancelled: ``stop`` was set.

        """
        seconds = self._limits.seconds
        self._begin("unpack", source, module, large, seconds)
        while True:
            seconds = min(self._limits.seconds, patience()) if patience else seconds
            deadline = time.monotonic() + seconds
            self._send([_frame(b"next")], seconds, deadline)
            head = self._head(seconds, deadline)
            if "end" in head:
                return
            data = self._receive(seconds, deadline, self._limits.member_mb * 1_000_000)
            with self._understanding():
                member = member_from_json(head, data)
            yield member

    def interrupt(self) -> None:
        """End the process while another thread waits for its answer."""
        self._left = 0
        self._end()

    def kill(self) -> None:
        """End the process, whatever it does, and all that it started."""
        self._left = 0
        self._end()
        self._process.wait()
        self._in.close()
        self._out.close()

    def _end(self) -> None:
        # The child leads a session of its own: what it may have started ends with it.
        if os.name == "posix":
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()

    def _begin(
        self, what: str, source: Source, module: str, large: LargeFile | None, seconds: float
    ) -> None:
        """Send a file, and return when the child has it and its libraries are loaded."""
        self._left -= 1
        request = {
            "do": what,
            "path": source.path,
            "module": module,
            "options": options_to_json(source.options),
            "seconds": seconds,
            "memory_mb": self._limits.memory_mb,
            "characters": self._limits.characters,
            "document_characters": self._limits.document_characters,
            "member_bytes": self._limits.member_mb * 1_000_000,
        }
        # The time of a file counts from when the child and its libraries are ready for it.
        deadline = time.monotonic() + _START_SECONDS
        self._send([_frame(to_bytes(request))], _START_SECONDS, deadline)
        if large is None:
            self._send([LENGTH.pack(len(source.data)), source.data], _START_SECONDS, deadline)
        else:
            self._send([LENGTH.pack(large.size)], _START_SECONDS, deadline)
            self._stream(large, deadline)
        if self._receive(_START_SECONDS, deadline, 64) != READY:
            self._fail(_NO_ANSWER)

    def _stream(self, large: LargeFile, deadline: float) -> None:
        """Send a file's bytes piece by piece; what it grew by meanwhile is left out."""
        sent = 0
        while sent < large.size:
            try:
                chunk = large.read(sent, min(large.size - sent, 4 * _CHUNK))
                if not chunk:
                    raise PassingTrouble("It became shorter while it was read.", "Add it again.")
            except PassingTrouble:
                self.kill()  # it waits for bytes that do not come
                raise
            self._send([chunk], _START_SECONDS, deadline)
            sent += len(chunk)

    def _head(self, seconds: float, deadline: float) -> dict[str, Any]:
        """Return the first frame of an answer.

        Raises:
            UnreadableFile: it says why there is none.

        """
        answer = self._receive(seconds, deadline, _FACTS_BYTES)
        with self._understanding():
            head = from_bytes(answer)
        if not head.get("fit", True):
            self._left = 0
        if "why" in head:
            kind = PassingTrouble if head.get("passing") else UnreadableFile
            raise kind(str(head["why"]), str(head.get("hint", "")))
        return head

    def _document(self, seconds: float, deadline: float) -> Document:
        facts = self._receive(seconds, deadline, _FACTS_BYTES)
        text = self._receive(seconds, deadline, 4 * self._limits.document_characters)
        with self._understanding():
            return document_from_frames(facts, text)

    @contextmanager
    def _understanding(self) -> Iterator[None]:
        """Give up a child whose answer is none: a parser may have got hold of its output."""
        try:
            yield
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            self._fail(_NO_ANSWER)

    def _send(self, message: Sequence[bytes], seconds: float, deadline: float) -> None:
        """Write a message, within the deadline."""
        waiting = [memoryview(part) for part in message if part]
        with selectors.DefaultSelector() as selector:
            selector.register(self._in, selectors.EVENT_WRITE)
            while waiting:
                self._await(selector, seconds, deadline)
                try:
                    written = os.write(self._in.fileno(), waiting[0][:_CHUNK])
                except BlockingIOError:
                    continue
                except OSError:
                    self._died()
                waiting[0] = waiting[0][written:]
                if not waiting[0]:
                    waiting.pop(0)

    def _receive(self, seconds: float, deadline: float, limit: int) -> bytes:
        """Return the next frame, within the deadline and so many bytes."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._out, selectors.EVENT_READ)
            head = self._read(selector, LENGTH.size, seconds, deadline)
            (size,) = LENGTH.unpack(head)
            if size > limit:
                self._fail("It gave more than may come out of one file.")
            return bytes(self._read(selector, size, seconds, deadline))

    def _read(
        self, selector: selectors.BaseSelector, size: int, seconds: float, deadline: float
    ) -> bytearray:
        received = bytearray()
        while len(received) < size:
            self._await(selector, seconds, deadline)
            try:
                chunk = os.read(self._out.fileno(), min(size - len(received), _CHUNK))
            except BlockingIOError:
                continue
            if not chunk:
                self._died()
            received += chunk
        return received

    def _await(self, selector: selectors.BaseSelector, seconds: float, deadline: float) -> None:
        """Return when the child can be read from or written to.

        Raises:
            UnreadableFile: the deadline has passed.
            Cancelled: ``stop`` was set.

        """
        while True:
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                self._fail(f"It took more than {seconds:g} seconds to parse.", DoubtfulTrouble)
            if selector.select(min(remaining, _LOOK_UP_SECONDS)):
                return
            if self._stop.is_set():
                raise Cancelled("The work was stopped.")

    def _died(self) -> NoReturn:
        code = self._process.wait()
        words = "ran out of its time" if code == -24 else f"crashed (signal {-code})"
        # A system that is out of memory kills what it likes.
        kind = DoubtfulTrouble if code == -9 else UnreadableFile
        self._fail(f"The parser {words if code < 0 else 'ended early'} on it.", kind)

    def _fail(self, why: str, kind: type[UnreadableFile] = UnreadableFile) -> NoReturn:
        self.kill()
        raise kind(why, "The file may be damaged or hostile; open and save it anew.")


@lru_cache(maxsize=1)
def _compile_once() -> None:
    """Keep the readers compiled: a child may write nothing, and would compile them each time."""
    if not sys.dont_write_bytecode:
        import compileall

        compileall.compile_dir(Path(__file__).parent, quiet=2)


def _frame(payload: bytes) -> bytes:
    return LENGTH.pack(len(payload)) + payload
