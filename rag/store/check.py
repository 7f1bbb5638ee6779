"""Whether the ledger's file is whole: what SQLite says, and what its tables say of one another."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.store.purge import LedgerPurge
from rag.store.store import FILE_NAME, NEW, translate

if TYPE_CHECKING:
    import numpy as np
else:
    from rag.on_demand import numpy as np

_SAME = (
    # (what is wrong, a query that counts it)
    (
        "{} passages have no text of their own",
        "SELECT count(*) FROM passages p LEFT JOIN contents t ON t.n = p.content WHERE t.n IS NULL",
    ),
    (
        "{} texts of passages belong to no passage",
        "SELECT count(*) FROM contents WHERE n NOT IN (SELECT content FROM passages)",
    ),
    (
        "{} passages are missing from the full-text index",
        "SELECT count(*) FROM passages WHERE id NOT IN (SELECT id FROM words_content)",
    ),
    (
        "{} entries of the full-text index belong to no passage",
        "SELECT count(*) FROM words_content WHERE id NOT IN (SELECT id FROM passages)",
    ),
    (
        "{} documents have no text",
        "SELECT count(*) FROM documents WHERE n NOT IN (SELECT document FROM texts)",
    ),
    (
        "{} vectors belong to no text of a passage",
        "SELECT count(*) FROM embeddings WHERE content NOT IN (SELECT n FROM contents)",
    ),
    (
        "{} passages were deleted and are there",
        "SELECT count(*) FROM changes WHERE op = 1 AND passage IN (SELECT id FROM passages)",
    ),
    (
        "{} passages were never told to those who follow the changes",
        "SELECT count(*) FROM passages WHERE id NOT IN (SELECT passage FROM changes WHERE op = 0)",
    ),
)


class LedgerCheck(LedgerPurge):
    """The part of the ledger that checks itself."""

    def file_faults(self) -> list[str]:
        """Return what SQLite finds wrong with the file."""
        with self._settled() as db:
            said = [row[0] for row in db.execute("PRAGMA integrity_check(20)")]
            foreign = db.execute("PRAGMA foreign_key_check").fetchall()
        found = [] if said == ["ok"] else [str(one) for one in said]
        return found + [
            f"a row of {row[0]} refers to a row of {row[2]} that is gone" for row in foreign
        ]

    def words_faults(self) -> list[str]:
        """Return what is wrong with the full-text index.

        SQLite takes the right to write for as long as this check takes: it is done in a copy.
        """
        from rag.store.matrix import FOLDER

        cache = self.directory / FOLDER
        cache.mkdir(exist_ok=True)
        # There a purge finds what is left of it, should this process be killed.
        with tempfile.NamedTemporaryFile(prefix=NEW, dir=cache) as place:
            try:
                _copy_words(self.directory / FILE_NAME, place.name)
                with closing(_unsafe(place.name)) as copy:
                    copy.execute("INSERT INTO words(words) VALUES('integrity-check')")
            except sqlite3.DatabaseError as error:
                name = getattr(error, "sqlite_errorname", "") or ""
                if name.startswith(("SQLITE_CORRUPT", "SQLITE_ERROR")):
                    return [f"the full-text index does not fit its passages ({error})"]
                raise translate(error, self.directory) from error
        return []

    def table_faults(self) -> list[str]:
        """Return where the tables do not fit one another."""
        found = []
        with self._read() as db:
            for what, query in _SAME:
                number = int(db.execute(query).fetchone()[0])
                if number:
                    found.append(what.format(f"{number:,}"))
        return found

    def slice_faults(self) -> Iterator[str]:
        """Yield a document's id for every passage that is no slice of its document's text."""
        with self._read() as db:
            documents = [row[0] for row in db.execute("SELECT n FROM documents ORDER BY n")]
        for n in documents:
            with self._read() as db:
                row = db.execute(
                    "SELECT d.id, t.text FROM documents d JOIN texts t ON t.document = d.n"
                    " WHERE d.n = ?",
                    (n,),
                ).fetchone()
                passages = db.execute(
                    'SELECT p."start", p."end", t.text FROM passages p'
                    " JOIN contents t ON t.n = p.content WHERE p.document = ?",
                    (n,),
                ).fetchall()
            if row is None:
                continue
            for start, end, text in passages:
                if row[1][start:end] != text or not text:
                    yield str(row[0])

    def vector_faults(self, model_id: str, dimensions: int) -> list[str]:
        """Return what is wrong with a model's vectors; that some are missing is no fault."""
        wrong = 0
        with self._read() as db:
            rows = db.execute(
                "SELECT vector FROM embeddings WHERE model = (SELECT n FROM models WHERE id = ?)",
                (model_id,),
            )
            for (blob,) in rows:
                fits = len(blob) == 4 * dimensions
                wrong += not fits or not np.isfinite(np.frombuffer(blob, dtype="<f4")).all()
        return [f"{wrong:,} vectors are damaged"] if wrong else []

    def remains(self) -> dict[str, Any]:
        """Return what the file still holds of what was deleted since the last purge."""
        purged = self.purged
        with self._settled() as db:
            free = int(db.execute("PRAGMA freelist_count").fetchone()[0])
        with self._read() as db:
            since = int(purged["seq"]) if purged else 0
            row = db.execute("SELECT count(*) FROM changes WHERE op = 1 AND seq > ?", (since,))
            deleted = int(row.fetchone()[0])
        return {
            "purged": purged["at"] if purged else None,
            "deleted_passages": deleted,
            "words": self.gone_count(),
            "free_pages": free,
            "log_bytes": _size(self.directory / f"{FILE_NAME}-wal"),
            "unfinished": self.purging,
        }

    def model_ids(self) -> list[str]:
        """Return the models that the ledger holds vectors of."""
        with self._read() as db:
            return [row[0] for row in db.execute("SELECT id FROM models ORDER BY n")]

    def conversation_ids(self) -> list[str]:
        """Return the ids of all kept conversations."""
        with self._read() as db:
            return [row[0] for row in db.execute("SELECT id FROM conversations")]

    def unreadable_records(self) -> int:
        """Return how many conversations and jobs are no JSON."""
        wrong = 0
        with self._read() as db:
            for table in ("conversations", "jobs"):
                for (value,) in db.execute(f"SELECT value FROM {table}"):
                    try:
                        json.loads(value)
                    except ValueError:
                        wrong += 1
        return wrong


def _unsafe(file: str) -> sqlite3.Connection:
    """Open a file that may be lost, without a journal beside it."""
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    return connection


def _copy_words(library: Path, target: str) -> None:
    """Copy the full-text index alone, as it is at one moment, while others read and write."""
    with closing(_unsafe(target)) as copy:
        copy.execute("ATTACH ? AS library", (str(library),))
        copy.execute("BEGIN")
        rows = copy.execute(
            "SELECT name, sql FROM library.sqlite_schema WHERE name GLOB 'words*'"
            " AND type = 'table' ORDER BY name"
        ).fetchall()
        for name, sql in rows:
            if name == "words":
                copy.execute(sql)
            else:
                copy.execute(f'DELETE FROM main."{name}"')
                copy.execute(f'INSERT INTO main."{name}" SELECT * FROM library."{name}"')
        copy.execute("COMMIT")


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
