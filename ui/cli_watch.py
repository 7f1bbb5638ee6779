"""``vouch watch``: folders are added, and kept in step with what happens in them."""

from __future__ import annotations

import signal
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from rag.errors import VouchError
from rag.types import FileOutcome
from ui.cli_add import outcome_line, summary_line
from ui.terminal import note, say

if TYPE_CHECKING:
    from ingest.options import AddOptions
    from rag.build import Library
    from rag.config import Settings


def watch_folders(
    settings: Settings,
    paths: Sequence[Path],
    *,
    keep_missing: bool = False,
    embed: bool = True,
    polling: bool | None = None,
    passwords: tuple[str, ...] = (),
) -> None:
    """Add files and folders, then add whatever changes in them until Ctrl-C.

    Raises:
        NotFound: one of the paths is not there.
        LibraryError: the library cannot be opened.
    """
    from ingest.folder import AddOptions
    from ingest.walk import roots
    from rag.build import open_library

    tops = roots(paths)
    options = AddOptions.of(settings, keep_missing=keep_missing, passwords=passwords)
    with open_library(settings) as library, stopped_by_signals() as stop:
        watched = _Watched(library, options, stop, embed=embed)
        watched.follow(tops, polling)
    note("Stopped watching; what was added is kept.")


class _Watched:
    """The library that follows the folders."""

    def __init__(
        self, library: Library, options: AddOptions, stop: threading.Event, *, embed: bool
    ) -> None:
        self._library = library
        self._options = options
        self._stop = stop
        self._embed = embed
        self._told: dict[str, tuple[str, str]] = {}

    def follow(self, tops: Sequence[Path], polling: bool | None) -> None:
        from ingest.watch import Watch

        watch = Watch(tops, stop=self._stop, polling=polling, told=note)
        for due in watch.rounds():
            try:
                busy = self._add(due)
            except (VouchError, OSError) as error:
                note(f"error: {_said(error)}")
                note(f"It is tried again in {watch.failed():.0f} seconds.")
                continue
            watch.done(again=busy)
            if watch.first:
                names = ", ".join(str(top) for top in tops)
                note(f"Watching {names} (Ctrl-C stops).")

    def _add(self, tops: Sequence[Path]) -> bool:
        """Add what there is under some folders; return whether something has changed."""
        from ingest.folder import add

        ledger, counted = self._library.ledger, Counter[str]()
        for outcome in add(
            ledger,
            tops,
            collection=self._library.settings.collection,
            options=self._options,
            stop=self._stop,
        ):
            if self._is_news(outcome):
                say(outcome_line(outcome))
            counted[outcome.outcome] += outcome.documents or 1
        changed = any(counted[kind] for kind in ("added", "updated", "removed"))
        if changed:
            say(summary_line(counted))
        if self._embed and not self._stop.is_set():
            embedded = self._library.embed(stop=self._stop)
            if embedded:
                note(f"{embedded:,} passages embedded")
        return changed

    def _is_news(self, outcome: FileOutcome) -> bool:
        """Whether an outcome was not told before: what is left out or fails again is told once."""
        kind, why = outcome.outcome, outcome.why
        before = self._told.pop(outcome.source, None)
        if kind in ("failed", "skipped"):
            self._told[outcome.source] = (kind, why)
            return before != (kind, why)
        return kind != "unchanged"


def _said(error: VouchError | OSError) -> str:
    if isinstance(error, VouchError):
        return error.message + (f"\nhint: {error.hint}" if error.hint else "")
    return f"{error.strerror or error}: {error.filename or 'the system refused'}."


@contextmanager
def stopped_by_signals() -> Iterator[threading.Event]:
    """Give an event that Ctrl-C or SIGTERM sets; the second Ctrl-C stops at once."""
    stop = threading.Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        del frame
        if stop.is_set() and number == signal.SIGINT:
            raise KeyboardInterrupt
        stop.set()

    before = {one: signal.signal(one, on_signal) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
