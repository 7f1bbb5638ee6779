"""What became of every file of a job, kept in pages, and how far the job's vectors are."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rag.store.read import LedgerRead, few, marks, to_json

RESUMABLE = ("cancelled", "failed")
"""The states from which a job can go on."""
ENDED = ("done", *RESUMABLE)
"""The states of a job that has come to its end."""

OUTCOME_PAGE = 200
"""Outcomes that are kept together: a running job writes a page again while it fills."""

Outcomes = list[dict[str, Any]]


class LedgerJobs(LedgerRead):
    """The part of the ledger that keeps the outcomes of jobs."""

    def put_outcomes(self, job_id: str, pages: Mapping[int, Sequence[Mapping[str, Any]]]) -> None:
        """Keep pages of a job's outcomes, in place of those with their numbers."""
        if not pages:
            return
        with self._write() as db:
            db.executemany(
                "INSERT OR REPLACE INTO job_outcomes(id, job, page, value) VALUES(?, ?, ?, ?)",
                [
                    (f"{job_id}/{page}", job_id, page, to_json({"outcomes": list(rows)}))
                    for page, rows in sorted(pages.items())
                ],
            )

    def outcome_pages(self, job_id: str, first: int = 0) -> Iterator[tuple[int, Outcomes]]:
        """Yield (number, outcomes) of a job's pages from ``first`` on, one read at a time."""
        while True:
            with self._read() as db:
                row = db.execute(
                    "SELECT page, value FROM job_outcomes WHERE job = ? AND page >= ?"
                    " ORDER BY page LIMIT 1",
                    (job_id, first),
                ).fetchone()
            if row is None:
                return
            yield row[0], list(json.loads(row[1])["outcomes"])
            first = row[0] + 1

    def job_outcomes(
        self, job_id: str, cursor: str | None, limit: int, kinds: Sequence[str] = ()
    ) -> tuple[Outcomes, str | None]:
        """Return outcomes of a job from a cursor on, of some kinds, and the next cursor."""
        after = int(cursor or 0)
        found: Outcomes = []
        for page, rows in self.outcome_pages(job_id, after // OUTCOME_PAGE):
            for at, row in enumerate(rows, page * OUTCOME_PAGE):
                if at < after or (kinds and row.get("outcome") not in kinds):
                    continue
                if len(found) == limit:
                    return found, str(at)
                found.append(row)
        return found, None

    def unread_originals(self) -> list[tuple[str, int]]:
        """Return (hash, size) of the kept uploads that no file has been read from yet."""
        with self._read() as db:
            return db.execute("SELECT sha256, size FROM originals WHERE used = 0").fetchall()

    def forget_originals(self, hashes: Iterable[str]) -> list[str]:
        """Forget kept uploads, but for those read meanwhile; return which, to remove their bytes.

        Like every upload that is dropped, they go from the ledger first: a crash in between leaves
        a file too many, never one too few.
        """
        with self._write() as db:
            return [
                row[0]
                for one in sorted(hashes)
                for row in db.execute(
                    "DELETE FROM originals WHERE sha256 = ? AND used = 0 RETURNING sha256", (one,)
                ).fetchall()
            ]

    def embedded_of(
        self, collection: str, paths: Sequence[str], model_id: str | None = None
    ) -> tuple[int, int]:
        """Return how many passages some files have, and how many of them have a vector.

        Without ``model_id`` it is the model named by the library's meta value ``model_id``.
        """
        passages = embedded = 0
        model = model_id or self.get_meta("model_id")
        with self._read() as db:
            for some in few(paths):
                row = db.execute(
                    "SELECT count(*), coalesce(sum(EXISTS(SELECT 1 FROM embeddings e"
                    "  WHERE e.content = p.content"
                    "  AND e.model = (SELECT n FROM models WHERE id = ?))), 0)"
                    " FROM origins o JOIN collections c ON c.n = o.collection AND c.name = ?"
                    " JOIN documents d ON d.origin = o.n JOIN passages p ON p.document = d.n"
                    f" WHERE o.path IN ({marks(some)})",
                    (model, collection, *some),
                ).fetchone()
                passages, embedded = passages + row[0], embedded + row[1]
        return passages, embedded
