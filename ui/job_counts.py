"""How far a job's passages are, counted in the ledger, and how long the rest takes."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.ledger import Ledger
from ui.uploads import upload_folder

_STALE_SECONDS = 1.0
_ENOUGH_SECONDS, _ENOUGH_PASSAGES = 2.0, 64
_MOST_WATCHED = 256


@dataclass(slots=True)
class _Seen:
    """What was counted of one job: when, how much, and where its vectors began to come."""

    at: float
    passages: int
    embedded: int
    first_at: float
    first: int
    last_at: float
    state: str


class JobCounts:
    """Counts passages and vectors of jobs, at most once a second for each.

    Args:
        ledger: where they are counted.
        clock: the time in seconds.
    """

    def __init__(self, ledger: Ledger, clock: Callable[[], float] = time.monotonic) -> None:
        self._ledger = ledger
        self._clock = clock
        self._seen: dict[str, _Seen] = {}

    def of(self, job: Mapping[str, Any]) -> dict[str, Any]:
        """Return the fields of a job that are counted: passages, embedded, seconds_left."""
        seen = self._counted(job)
        return {
            "passages": seen.passages,
            "embedded": seen.embedded,
            "seconds_left": self._left(job, seen),
        }

    def _counted(self, job: Mapping[str, Any]) -> _Seen:
        now, seen = self._clock(), self._seen.get(job["id"])
        # A job that has just ended is counted at once: its counts are final.
        if seen and seen.state == job["state"] and now - seen.at < _STALE_SECONDS:
            return seen
        collection = str(job["collection"])
        folder = upload_folder(self._ledger.directory, collection)
        paths = [str(Path(folder, one["name"]).resolve()) for one in job["files"]]
        passages, embedded = self._ledger.embedded_of(collection, paths)
        if seen is None or embedded < seen.first:
            while len(self._seen) >= _MOST_WATCHED:
                self._seen.pop(next(iter(self._seen)))
            seen = self._seen[job["id"]] = _Seen(now, passages, embedded, now, embedded, now, "")
        elif embedded == seen.first:
            seen.first_at = seen.last_at = now
        elif embedded != seen.embedded:  # they come many at a time: between, nothing is known
            seen.last_at = now
        seen.at, seen.passages, seen.embedded = now, passages, embedded
        seen.state = str(job["state"])
        return seen

    def _left(self, job: Mapping[str, Any], seen: _Seen) -> float | None:
        """Return the seconds until all is read and has vectors; None where no rate is known."""
        state, progress = job["state"], job.get("progress") or {}
        reading, share = 0.0, 1.0
        if state == "running":
            known = job.get("reading_seconds_left")
            if known is None:
                return None
            reading = float(known)
            share = max(1, progress.get("done", 0)) / max(1, progress.get("total", 0))
        elif state != "done":
            return None
        waiting = seen.passages / share - seen.embedded
        if waiting <= 0:
            return reading
        came, took = seen.embedded - seen.first, seen.last_at - seen.first_at
        if came < _ENOUGH_PASSAGES or took < _ENOUGH_SECONDS:
            return None
        return round(max(reading, waiting * took / came), 1)
