"""The progress of ``vouch add`` on stderr: one line that changes, or elsewhere one now and then."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from ui.tally import Tally
from ui.terminal import note

if TYPE_CHECKING:
    from rich.live import Live

_FIRST_LINE, _LEAST_GROWTH = 2.0, 1.1
"""Seconds until the first line off a terminal, and by how much the time has grown at the next."""


class AddProgress:
    """Shows a tally until it is left; ``refresh`` brings its counts up to date first.

    On a terminal the line is written over and gone in the end. Elsewhere the pauses between lines
    grow, so that a long add does not fill a log.
    """

    def __init__(self, tally: Tally, refresh: Callable[[], None]) -> None:
        self._tally = tally
        self._refresh = refresh
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self._live: Live | None = None
        self._told = False

    def __enter__(self) -> AddProgress:
        if sys.stderr.isatty():
            self._live = _live(self._line)
            self._live.start()
        else:
            self._thread = threading.Thread(target=self._tell, name="vouch-progress", daemon=True)
            self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._ended.set()
        if self._live is not None:
            self._live.stop()
        if self._thread is not None:
            self._thread.join()

    def _line(self) -> str:
        self._refresh()
        tally = self._tally
        return tally.line() if (tally.reading and tally.files_total) or tally.known else ""

    def _tell(self) -> None:
        began, due, before = time.monotonic(), _FIRST_LINE, ""
        while not self._ended.wait(max(0.0, began + due - time.monotonic())):
            line = self._line()
            if line and line != before:
                note(line)
            due, before = max(due + _FIRST_LINE, due * _LEAST_GROWTH), line


def _live(line: Callable[[], str]) -> Live:
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    return Live(
        console=Console(stderr=True, highlight=False),
        get_renderable=lambda: Text(line(), no_wrap=True, overflow="ellipsis"),
        refresh_per_second=4,
        transient=True,
        # Lines written meanwhile stand above; a pipe gets them directly.
        redirect_stdout=sys.stdout.isatty(),
        redirect_stderr=True,
    )
