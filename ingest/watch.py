"""When folders must be looked at again: after events that have settled, after errors, now and then.

What is done then is a normal add of the whole folder: it is cheap where nothing has changed, it
knows a renamed file from a deleted and a new one, and it never empties a library because a disk was
unmounted.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

SETTLED = 0.5
"""Seconds without an event after which files count as written."""

LONGEST = 10.0
"""Seconds after which files are added although more and more events come."""

EVERY = 300.0
"""Seconds after which folders are looked at without any event: some are lost under load."""

_TICK_MS, _POLL_MS = 250, 1000
_RETRY, _MOST_RETRY = 2.0, 60.0
_POLLED = frozenset(
    "nfs nfs4 cifs smb3 9p vboxsf vmhgfs prl_fs fuse.sshfs fuse.rclone fuse.vmhgfs-fuse"
    " fuse.s3fs drvfs".split()
)


class Watch:
    """Folders that are followed.

    Args:
        tops: files and folders, which are there when the watching begins.
        stop: ends it.
        polling: look for changes instead of waiting for events; None does so where the file system
            is one that gives no events, such as a network folder.
        settled: seconds without an event after which files count as written.
        every: seconds after which folders are looked at without any event.
        told: told why changes are looked for instead.
    """

    def __init__(
        self,
        tops: Sequence[Path],
        *,
        stop: threading.Event,
        polling: bool | None = None,
        settled: float = SETTLED,
        every: float = EVERY,
        told: Callable[[str], None] | None = None,
    ) -> None:
        self._tops = list(tops)
        self._stop = stop
        self._polling = any(map(needs_polling, tops)) if polling is None else polling
        self._settled = settled
        self._every = every
        self._told = told
        self._retry = 0.0
        self._rounds = 0
        self._again_at: float | None = None
        self._due: set[Path] = set(tops)

    @property
    def first(self) -> bool:
        """Whether the first round was the last that has been done."""
        return self._rounds == 1

    def done(self, *, again: bool) -> None:
        """Say that a round went well; ``again`` asks for another look when all is still.

        A file that was written while it was read has its last change seen by that look.
        """
        self._retry = 0.0
        self._rounds += 1
        self._again_at = time.monotonic() + 4 * self._settled if again else None

    def failed(self) -> float:
        """Say that a round failed; return the seconds after which it is tried again."""
        self._retry = min(_MOST_RETRY, self._retry * 2 or _RETRY)
        self._again_at = time.monotonic() + self._retry
        return self._retry

    def rounds(self) -> Iterator[list[Path]]:
        """Yield the files and folders to add, the first time all of them, until told to stop.

        Watching begins before the first round: nothing that happens during it is missed.
        """
        while not self._stop.is_set():
            there = [top for top in self._tops if os.path.exists(top)]
            if not there:
                self._stop.wait(self._settled)
                continue
            yield from self._guarded(there)

    def _guarded(self, there: Sequence[Path]) -> Iterator[list[Path]]:
        """Yield rounds as ``_watched`` does, and end when the watching itself fails."""
        try:
            yield from self._watched(there)
        except (OSError, RuntimeError) as error:  # of which the latter is the library's own
            # What has happened since was not seen.
            self._due |= set(self._tops)
            if not isinstance(error, FileNotFoundError) and not self._polling:
                self._polling = True
                if self._told is not None:
                    self._told(f"Changes are not told ({error}); they are looked for instead.")
            elif self._polling or all(map(os.path.exists, there)):
                self._stop.wait(_RETRY)

    def _watched(self, there: Sequence[Path]) -> Iterator[list[Path]]:
        """Yield rounds until a top has come, gone or been replaced."""
        from watchfiles import watch

        standing = {top: _identity(top) for top in self._tops}
        began = last = time.monotonic()
        for changes in watch(
            *there,
            watch_filter=None,
            debounce=50,
            step=20,
            rust_timeout=_TICK_MS,
            yield_on_timeout=True,
            stop_event=self._stop,
            force_polling=self._polling,
            poll_delay_ms=_POLL_MS,
            raise_interrupt=True,
            ignore_permission_denied=True,
        ):
            now = time.monotonic()
            touched = {top for _, path in changes if (top := self._top_of(path)) is not None}
            if touched:
                began = now if not self._due else began
                last = now
                self._due |= touched
            if now - last >= self._every or (self._again_at is not None and now >= self._again_at):
                self._due |= set(self._tops)
                self._again_at, last = None, min(last, now - self._settled)
            still = now - last >= self._settled or now - began >= LONGEST or not self._rounds
            waits_for_retry = self._retry and self._again_at is not None
            if self._due and still and not waits_for_retry:
                due = [top for top in self._tops if top in self._due and os.path.exists(top)]
                self._due.clear()
                last = time.monotonic()
                if due:
                    yield due
            if standing != {top: _identity(top) for top in self._tops}:
                # Another disk, or none, stands there now: its events are others.
                self._due |= set(self._tops)
                return

    def _top_of(self, path: str) -> Path | None:
        """Return the top that an event is about; None where the add would leave the file out."""
        name = os.path.basename(path)
        for top in self._tops:
            inside = path == str(top) or path.startswith(f"{str(top).rstrip(os.sep)}{os.sep}")
            if inside and (path == str(top) or not name.startswith(".")):
                return top
        return None


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        state = path.stat()
    except OSError:
        return None
    return state.st_dev, state.st_ino


def needs_polling(path: Path) -> bool:
    """Whether a folder's file system tells nobody what others change in it."""
    from rag.mounts import MOUNTINFO, mounted

    try:
        table = MOUNTINFO.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return False
    return mounted(Path(os.path.realpath(path)), table)[0] in _POLLED
