"""Opening one file: whether it has changed, and what its reader finds in it."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, BinaryIO

from ingest.options import same_settings
from ingest.passing import AGAIN_NS, PassingTrouble, tried_again
from ingest.readers import ReadOptions, Source, format_of, suffix_of
from ingest.walk import Found
from rag.errors import UnreadableFile, VouchError
from rag.store.values import Origin, OriginRow

if TYPE_CHECKING:
    from ingest.parse import Parsers
    from ingest.parse_process import LargeFile
    from ingest.readers import Reading

# A file written a moment ago may be written again within the same tick of its clock.
_SETTLED_NS = 2_000_000_000
_HELD_BYTES = 8_000_000
_CHUNK = 1 << 20
_HEAD_BYTES = 4096
_NO_TEXT = "its name has no ending, and it is no text in UTF-8"


@dataclass(frozen=True, slots=True)
class Task:
    """A file that must be opened, with what the ledger knows of it."""

    file: Found
    row: OriginRow | None
    settings: str
    options: ReadOptions


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of a file as it was opened: held where they are few, else in the open file.

    ``sha256`` is the hash of the first ``size`` bytes, whatever is written behind them meanwhile.
    """

    source: Source
    suffix: str
    size: int
    mtime_ns: int
    sha256: str
    large: LargeFile | None = None

    def close(self) -> None:
        """Close the file, where it was kept open."""
        if self.large is not None:
            self.large.file.close()


@dataclass(frozen=True, slots=True)
class Opened:
    """What opening a file gave: its origin, and a reading, or an error, or neither if unchanged.

    ``content`` is there where the file holds others that must be read as well.
    """

    task: Task
    origin: Origin
    reading: Reading | None = None
    error: VouchError | None = None
    why_not: str = ""
    content: Content | None = None
    vanished: bool = False


class _NothingToRead(Exception):  # noqa: N818  no error, but what there is to say of a file
    """There is no text in a file, as its first bytes show; the argument says why."""


def open_file(task: Task, parsers: Parsers, limits: str, max_file_mb: int) -> Opened:
    """Return what a file holds.

    Args:
        task: the file.
        parsers: by what it is read.
        limits: what it may take, as text that is kept with a file that fails.
        max_file_mb: the largest file that is read.

    Raises:
        Cancelled: the work was stopped.

    """
    file = task.file
    origin = Origin(file.path, file.root, "", file.size, file.mtime_ns, task.settings)
    content: Content | None = None
    handed_on = False
    try:
        content = read_content(task, max_file_mb)
        settled = time.time_ns() - content.mtime_ns > _SETTLED_NS
        origin = replace(
            origin,
            file_sha256=content.sha256,
            size=content.size,
            mtime_ns=content.mtime_ns if settled else 0,
        )
        row = task.row
        if (
            row is not None
            and row.state == "complete"
            and row.file_sha256 == origin.file_sha256
            and row.mtime_ns != AGAIN_NS
            and same_settings(row, task.settings, "")
            and not worth_another_try(row, task.options)
        ):
            return Opened(task, origin)
        if why := _nothing_to_read(content):
            return Opened(task, origin, why_not=why)
        form = parsers.formats[content.suffix]
        reading = None
        if form.reads:
            reading = parsers.parse(content.source, content.suffix, large=content.large)
        if not form.unpacks:
            return Opened(task, origin, reading)
        handed_on = True
        return Opened(task, origin, reading, content=content)
    except FileNotFoundError:
        return Opened(task, origin, vanished=True)
    except _NothingToRead as nothing:
        return Opened(task, origin, why_not=str(nothing))
    except UnreadableFile as error:
        again = tried_again(error, origin.file_sha256, task.row)
        mtime_ns = AGAIN_NS if again else origin.mtime_ns
        failed = replace(origin, settings=f"{origin.settings} {limits}", mtime_ns=mtime_ns)
        return Opened(task, failed, error=error)
    finally:
        if content is not None and not handed_on:
            content.close()


def worth_another_try(row: OriginRow, options: ReadOptions) -> bool:
    """Say whether a password was given that may open what could not be read inside a file."""
    return bool(options.passwords and row.unread)


def _nothing_to_read(content: Content) -> str:
    """Return why a file is none to read, "" where it is one."""
    if content.large is not None:
        return ""
    data = content.source.data
    if not data.strip():
        return "it is empty"
    if not suffix_of(content.source.path):
        from ingest.readers.encoding import is_plain

        if not is_plain(data):
            return _NO_TEXT
    return ""


def read_content(task: Task, max_file_mb: int) -> Content:
    """Return the content of a regular file, and its state when it was opened.

    Raises:
        UnreadableFile: it is too large, no regular file, or the system refuses.
        FileNotFoundError: it is not there any more.

    """
    from ingest.parse_process import LargeFile

    path = task.file.path
    suffix = suffix_of(path)
    suffix = suffix if format_of(suffix) else ".txt"
    try:
        # Neither follow a link nor wait for a pipe that took the file's place since the walk.
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        file = open(os.open(path, flags), "rb")  # noqa: SIM115  a large one stays open
        try:
            state = os.fstat(file.fileno())
            _check(state, max_file_mb)
            size = state.st_size
            if not suffix_of(path) and b"\x00" in file.read(_HEAD_BYTES):
                raise _NothingToRead(_NO_TEXT)
            file.seek(0)
            held = size <= _HELD_BYTES
            data = file.read(size) if held else b""
            digest = hashlib.sha256(data).hexdigest() if held else _hash(file, size)
        except BaseException:
            file.close()
            raise
        if held:
            file.close()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise PassingTrouble(
            f"It cannot be opened ({error.strerror}).", "Check that you may read it."
        ) from error
    source = Source(path, data, task.options)
    large = None if held else LargeFile(file, size)
    return Content(source, suffix, size, state.st_mtime_ns, digest, large)


def _check(state: os.stat_result, max_file_mb: int) -> None:
    if not stat.S_ISREG(state.st_mode):
        raise PassingTrouble("It is not a regular file any more.")
    if state.st_size > max_file_mb * 1_000_000:
        raise UnreadableFile(
            f"It has {state.st_size / 1e6:.0f} MB; the limit is {max_file_mb} MB.",
            "Split it, or raise the setting max_file_mb.",
        )


def _hash(file: BinaryIO, size: int) -> str:
    digest = hashlib.sha256()
    while size > 0 and (chunk := file.read(min(size, _CHUNK))):
        digest.update(chunk)
        size -= len(chunk)
    return digest.hexdigest()
