"""Waiting for what happens to files, by inotify: a test acts at the event, not some time later."""

from __future__ import annotations

import ctypes
import os
import select
from pathlib import Path

MODIFY, MOVED_TO, CREATE, DELETE, OPEN = 0x2, 0x80, 0x100, 0x200, 0x20
WRITES = MODIFY | MOVED_TO | CREATE | DELETE

_libc = ctypes.CDLL(None, use_errno=True)


class Events:
    """The events of some directories, from the moment this is made.

    Args:
        directories: they must be there.
        mask: which events; by default everything that writes.
    """

    def __init__(self, *directories: Path, mask: int = WRITES) -> None:
        self._handle = _libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        self._come = 0
        if self._handle < 0:
            raise OSError(ctypes.get_errno(), "inotify")
        for directory in directories:
            if _libc.inotify_add_watch(self._handle, os.fsencode(directory), mask) < 0:
                raise OSError(ctypes.get_errno(), f"inotify of {directory}")

    def wait_for(self, number: int, seconds: float) -> bool:
        """Wait until so many events have come; False when they did not in so many seconds."""
        poll = select.poll()
        poll.register(self._handle, select.POLLIN)
        while self._come < number:
            if not poll.poll(seconds * 1000):
                return False
            # One at a time would be many calls; what comes with it counts for the next wait.
            data, at = os.read(self._handle, 1 << 16), 0
            while at < len(data):
                at += 16 + int.from_bytes(data[at + 12 : at + 16], "little")
                self._come += 1
        self._come -= number
        return True

    def close(self) -> None:
        os.close(self._handle)

    def __enter__(self) -> Events:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()
