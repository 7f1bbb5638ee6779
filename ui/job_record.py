"""A job's row in the ledger while its child works: counts now and then, outcomes in pages."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rag.ledger import Ledger
from rag.store.jobs import OUTCOME_PAGE
from rag.types import FileOutcome
from ui.tally import Tally

MOST_SHOWN = 200
"""Outcomes in the job itself; all of them lie in pages."""
MOST_KEPT = 100_000
"""Outcomes that are kept of one job; all of them are counted."""
_SAVE_SECONDS = 0.5  # a table of 100,000 rows must not be written into the job 100,000 times


class JobRecord:
    """What is known of a running job, written now and then.

    A job that goes on after a stop takes up what its earlier runs have found: a file that was added
    then and is as it was keeps that outcome, any other outcome takes the earlier one's place.

    Args:
        ledger: where the job lies.
        job_id: the job.
        folder: where its files are read from; outcomes are named from there.
    """

    def __init__(self, ledger: Ledger, job_id: str, folder: Path) -> None:
        self._ledger = ledger
        self._job_id = job_id
        self._folder = folder.resolve()
        self._job = ledger.job(job_id) or {}
        self._tally = Tally()
        self._rows: list[dict[str, Any] | None] = []
        self._beyond: Counter[str] = Counter()
        self._earlier: dict[str, list[int]] = defaultdict(list)
        self._changed: set[int] = set()
        self._saved = 0.0
        for page, rows in ledger.outcome_pages(job_id):
            self._rows += [None] * (page * OUTCOME_PAGE - len(self._rows))
            for row in rows:
                self._earlier[str(row["source"])].append(len(self._rows))
                self._rows.append(row)

    def progress(self, done: int, total: int) -> None:
        """Note how many of the files are done."""
        self._tally.files(done, total)
        self._save_sometimes()

    def add(self, outcome: FileOutcome) -> None:
        """Keep what became of a file."""
        self._tally.add(outcome)
        source = self._name(outcome.source)
        row = {**asdict(outcome), "source": source, "notes": list(outcome.notes)}
        places = self._earlier.pop(source, [])
        if places and outcome.outcome == "unchanged":
            return
        for place in places:
            self._put(place, None)
        if places:
            self._put(places[0], row)
        elif len(self._rows) < MOST_KEPT:
            self._rows.append(None)
            self._put(len(self._rows) - 1, row)
        else:
            self._beyond[outcome.outcome] += max(1, outcome.documents)
        self._save_sometimes()

    def end_reading(self) -> None:
        """Note that every file has been read."""
        self._tally.end_reading()

    def save(self, error: Mapping[str, Any] | None = None) -> None:
        """Write everything into the ledger."""
        counts = Counter(self._beyond)
        for row in self._rows:
            if row is not None:
                # A file that failed or was skipped has given no document, and counts as one file.
                counts[row["outcome"]] += max(1, int(row["documents"]))
        tally = self._tally
        kept = [row for row in self._rows if row is not None]
        self._ledger.put_outcomes(
            self._job_id,
            {
                page: [
                    row
                    for row in self._rows[page * OUTCOME_PAGE : (page + 1) * OUTCOME_PAGE]
                    if row is not None
                ]
                for page in self._changed
            },
        )
        self._changed.clear()
        self._job |= {
            "progress": {"done": tally.files_done, "total": tally.files_total},
            "counts": dict(counts),
            "outcomes": kept[:MOST_SHOWN],
            "outcomes_total": len(kept) + self._beyond.total(),
            "documents": tally.documents,
            "passages_per_second": tally.passages_per_second,
            "reading_seconds_left": tally.seconds_left,
            "error": error,
        }
        self._ledger.put_job(self._job_id, self._job)
        self._saved = time.monotonic()

    def _put(self, place: int, row: dict[str, Any] | None) -> None:
        self._rows[place] = row
        self._changed.add(place // OUTCOME_PAGE)

    def _name(self, source: str) -> str:
        path = Path(source)
        if path.is_relative_to(self._folder) and path != self._folder:
            return str(path.relative_to(self._folder))
        return path.name or source

    def _save_sometimes(self) -> None:
        if time.monotonic() - self._saved > _SAVE_SECONDS:
            self.save()
