"""Parsing in child processes: a file that hangs, crashes or swells costs that file only.

Children are started as new programs, never forked, and serve many files each. What is plain (UTF-8
text and tables of usual size) is read in this process, which is faster and just as safe.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Generator, Mapping
from types import TracebackType
from typing import Self

from ingest.limits import Limits, check_characters, fault
from ingest.parse_process import Child, LargeFile
from ingest.readers import Format, Member, Reading, Source, load_reader, mismatch
from ingest.readers import formats as all_formats
from rag.errors import Cancelled, UnreadableFile

__all__ = ["Limits", "Parsers", "check_content", "is_plain"]

_LOG = logging.getLogger("vouch.ingest")
_PLAIN_BYTES = 1_000_000
_WORTH_WAITING = 0.8
"""Seconds for which a child that is at work is waited for: another one costs as much to start, its
libraries and its model of languages included, and most files take some hundredths."""


class Parsers:
    """Children that parse, one for each thread that asks; close it to end them.

    Args:
        limits: what one file may take.
        formats: the reader for each suffix; Vouch's own and those installed beside it by default.
        stop: when it is set, waiting ends with ``Cancelled``.
    """

    def __init__(
        self,
        limits: Limits,
        formats: Mapping[str, Format] | None = None,
        stop: threading.Event | None = None,
    ) -> None:
        self._limits = limits
        self._formats = all_formats() if formats is None else formats
        self._stop = stop or threading.Event()
        self._lock = threading.Condition()
        self._idle: list[Child] = []
        self._all: set[Child] = set()
        self._unpacking = 0
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

    @property
    def limits(self) -> Limits:
        """What one file may take."""
        return self._limits

    @property
    def formats(self) -> Mapping[str, Format]:
        """The reader for each suffix."""
        return self._formats

    def parse(
        self, source: Source, suffix: str, *, large: LargeFile | None = None, seconds: float = 0
    ) -> Reading:
        """Return what the reader for ``suffix`` finds in a file.

        Args:
            source: the file.
            suffix: how it is read.
            large: the open file, where it is too large to be held here; ``source`` has no bytes.
            seconds: a shorter time than the limits allow.

        Raises:
            UnreadableFile: the file is damaged, or took more than the limits allow.
            Cancelled: the parsers were closed meanwhile.

        """
        form = self._formats[suffix]
        check_content(source.data if large is None else large.ends(), suffix)
        if large is None and is_plain(source.data, form):
            return self._read_here(source, form)
        child = self._take()
        try:
            reading = child.parse(source, form.module, large, seconds)
        except UnreadableFile:
            self._release(child)
            if self._closed:
                raise Cancelled("The work was stopped.") from None
            raise
        except BaseException:
            self._drop(child)  # its answer may still be under way
            raise
        self._release(child)
        return reading

    def unpack(
        self,
        source: Source,
        suffix: str,
        *,
        large: LargeFile | None = None,
        patience: Callable[[], float] | None = None,
    ) -> Generator[Member]:
        """Yield the members of a container, each taken out when it is asked for.

        ``patience`` gives the seconds that the next one may take, where the limits allow more.

        Raises:
            UnreadableFile: the container is damaged, or took more than the limits allow.
            Cancelled: the parsers were closed meanwhile.

        """
        check_content(source.data if large is None else large.ends(), suffix)
        child = self._take()
        with self._lock:
            self._unpacking += 1  # it is not free before its members have been read by another
        try:
            yield from child.unpack(source, self._formats[suffix].module, large, patience)
        except UnreadableFile:
            self._release(child)
            if self._closed:
                raise Cancelled("The work was stopped.") from None
            raise
        except BaseException:  # also when the members that follow are not wanted
            self._drop(child)
            raise
        finally:
            with self._lock:
                self._unpacking -= 1
        self._release(child)

    def close(self) -> None:
        """End all children at once, also those at work."""
        with self._lock:
            self._closed = True
            at_work = self._all.difference(self._idle)
            idle, self._idle = self._idle, []
            self._all.clear()
            self._lock.notify_all()
        for child in idle:
            child.kill()
        for child in at_work:
            child.interrupt()  # its own thread cleans up

    def _read_here(self, source: Source, form: Format) -> Reading:
        """Return what the reader of a plain format finds, in this process."""
        try:
            reading = load_reader(form.module)(source)
        except UnreadableFile:
            raise
        except Exception as error:  # as in the child: a reader's fault costs this file only
            _LOG.warning("reading %s failed", source.path, exc_info=error)
            raise UnreadableFile(fault(error)) from error
        check_characters(reading, self._limits.characters, self._limits.document_characters)
        return reading

    def _take(self) -> Child:
        with self._lock:
            if not self._idle and len(self._all) > self._unpacking:
                self._lock.wait_for(lambda: self._idle or self._closed, _WORTH_WAITING)
            if self._closed:
                raise Cancelled("The work was stopped.")
            if self._idle:
                return self._idle.pop()
            child = Child(self._limits, self._stop)
            self._all.add(child)
            return child

    def _release(self, child: Child) -> None:
        with self._lock:
            if child.usable and not self._closed:
                self._idle.append(child)
                self._lock.notify()
                return
            self._all.discard(child)
        child.kill()

    def _drop(self, child: Child) -> None:
        with self._lock:
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
    why = mismatch(data, suffix)
    if why:
        raise UnreadableFile(*why)
