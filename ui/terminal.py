"""The terminal: what may reach it, where it goes, and how far a long job is.

Results go to stdout, everything about them (progress, warnings, errors) to stderr. Text that comes
from documents passes ``printable`` first, so that no file can move the cursor or repaint a line.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import TYPE_CHECKING

from rag.english.invisible import marked_invisible
from rag.errors import VouchError

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from rag.types import Step

# C0 and C1 controls but for tab and newline, and the marks that turn the direction of writing.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_UNSEEN = "\u25ab"
_LINE_EVERY = 2.0
"""Seconds between two lines of progress where there is no terminal to draw a bar on."""


def printable(text: str) -> str:
    r"""Return ``text`` with every control and every invisible character replaced: it only shows.

    >>> printable("17 dead\x1b[2J\r9 dead"), printable("1\u200b7 dead")
    ('17 dead\ufffd[2J\ufffd9 dead', '1\u25ab7 dead')
    """
    return marked_invisible(_CONTROLS.sub("\ufffd", text.replace("\r\n", "\n")), _UNSEEN)


def one_line(text: str, width: int = 0) -> str:
    """Return ``text`` on one line, cut with an ellipsis when it is longer than ``width``.

    >>> one_line("a  long  title", 7)
    'a long…'
    """
    text = " ".join(printable(text).split())
    return text if not width or len(text) <= width else text[: width - 1].rstrip() + "…"


def say(text: str = "", end: str = "\n") -> None:
    """Write to stdout; the text must be printable already or be Vouch's own.

    When the reader has gone (``vouch list | head``) the command ends there, in order.
    """
    try:
        sys.stdout.write(text + end)
        sys.stdout.flush()
    except BrokenPipeError:
        # What is left in the buffer would be tried again when the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None


def note(text: str, end: str = "\n") -> None:
    """Write a remark to stderr."""
    sys.stderr.write(printable(text) + end)
    sys.stderr.flush()


def show_error(message: str, hint: str = "") -> None:
    """Write an error as every command does."""
    note(f"error: {message}" + (f"\nhint: {hint}" if hint else ""))


class Steps:
    """The steps of the flow on stderr, where that is a terminal: one line each.

    A step of the same name as the one before is written over it.
    """

    def __init__(self) -> None:
        self._last = ""

    def __call__(self, step: Step) -> None:
        """Show a step."""
        if not sys.stderr.isatty():
            return
        if self._last and self._last != step.name:
            note("")
        over = "\r\x1b[2K" if self._last == step.name else ""
        most = max(20, shutil.get_terminal_size().columns - 1)
        sys.stderr.write(over + one_line(step.message, most))
        sys.stderr.flush()
        self._last = step.name

    def end(self) -> None:
        """Leave the line of the last step, before anything else is written."""
        if self._last:
            note("")
        self._last = ""


def has_color() -> bool:
    """Return whether stdout is a terminal on which colours are welcome."""
    return (
        sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    )


def width() -> int:
    """Return how wide text may be: as wide as the terminal, and no wider than reads well."""
    return max(40, min(shutil.get_terminal_size().columns, 96)) if sys.stdout.isatty() else 88


class Bar:
    """Progress on stderr by real counts: a bar on a terminal, elsewhere a line now and then.

        with Bar("Reading", "files") as bar:
            bar(3, 120)

    Nothing is drawn before the first count, and nothing at all when there is nothing to do.
    """

    def __init__(self, title: str, unit: str) -> None:
        self._title = title
        self._unit = unit
        self._drawn: Progress | None = None
        self._task: TaskID | None = None
        self._last = time.monotonic()
        self._told = False

    def __enter__(self) -> Bar:
        return self

    def __call__(self, done: int, total: int) -> None:
        """Show that ``done`` of ``total`` are done; the total may grow while it is found out."""
        if not total:
            return
        if not sys.stderr.isatty():
            self._line(done, total)
            return
        if self._drawn is None:
            self._drawn = _bar(self._unit)
            self._task = self._drawn.add_task(self._title, total=total)
            self._drawn.start()
        assert self._task is not None
        self._drawn.update(self._task, completed=done, total=total)

    def _line(self, done: int, total: int) -> None:
        now = time.monotonic()
        last = done >= total and self._told
        if last or now - self._last >= _LINE_EVERY:
            self._last, self._told = now, done < total
            note(f"{self._title}: {done:,} of {total:,} {self._unit}")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._drawn is not None:
            self._drawn.stop()


def _bar(unit: str) -> Progress:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(unit),
        TimeRemainingColumn(),
        console=Console(stderr=True, highlight=False),
        transient=True,
        # Lines written meanwhile stand above the bar; a pipe gets them directly.
        redirect_stdout=sys.stdout.isatty(),
        redirect_stderr=True,
    )


class Interrupted(VouchError):
    """The person at the keyboard asked to stop."""

    code = "interrupted"


@contextmanager
def interruptible() -> Iterator[threading.Event]:
    """Give an event that the first Ctrl-C or SIGTERM sets; the second one stops at once.

    Raises:
        Interrupted: on leaving, when it was set, so that the command's exit code says so.
    """
    stop = threading.Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        del number, frame
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()
        note("Stopping at the next safe point; once more to stop at once.")

    before = {one: signal.signal(one, on_signal) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
    if stop.is_set():
        raise Interrupted("Stopped.", "What was added is kept; run the same command to go on.")
