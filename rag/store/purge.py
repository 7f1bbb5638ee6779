"""What is left in the ledger of removed text, and wiping it out of the file for good."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from rag.errors import Busy
from rag.store.bag import bag, match
from rag.store.gone import GONE_MEMBER, GONE_PATH, member_name, tokens
from rag.store.passages import LedgerPassages
from rag.store.read import to_json
from rag.store.store import PURGING, Connection

PURGES, PURGED = "purges", "purged"
_TRUNCATE_SECONDS = 60.0
_LOOK_AGAIN = 0.05
_ANSWERS = ("conversations", "jobs", "job_outcomes")
"""Tables of what a purge redacts, but does not remove."""

Record = dict[str, Any]
Change = Callable[[Record], Record | None]
"""Gives what is to stand in a record's place, or None where it may stay as it is."""


class LedgerPurge(LedgerPassages):
    """The part of the ledger that wipes."""

    @property
    def purges(self) -> int:
        """How many purges were begun; what is derived from the ledger must be newer than each."""
        return int(self.get_meta(PURGES) or 0)

    @property
    def purging(self) -> bool:
        """Whether a purge was begun and did not come to its end."""
        return self.get_meta(PURGING) is not None

    @property
    def purged(self) -> Mapping[str, Any] | None:
        """When the last purge was finished, and up to which change; None when there was none."""
        value = self.get_meta(PURGED)
        return None if value is None else dict(json.loads(value))

    @property
    def purged_seq(self) -> int:
        """The change up to which what was removed is, or is being, purged; 0 for none."""
        running, purged = self.get_meta(PURGING), self.purged
        return max(int(running or 0), int(purged["seq"]) if purged else 0)

    def begin_purge(self) -> int:
        """Say that a purge has begun; return its number. Documents are removed before."""
        with self._write() as db:
            row = db.execute("SELECT value FROM meta WHERE key = ?", (PURGES,)).fetchone()
            number = int(row[0]) + 1 if row else 1
            seq = self._seq(db)
            db.executemany(
                "INSERT OR REPLACE INTO meta VALUES(?, ?)",
                [(PURGES, str(number)), (PURGING, str(seq))],
            )
        return number

    def gone_paths(self) -> frozenset[str]:
        """Return the files that were removed since the last purge, and are not there again."""
        with self._read() as db:
            found = _gone(db, GONE_PATH)
        return frozenset(found - self.all_paths())

    def gone_members(self) -> frozenset[str]:
        """Return the files inside containers that were removed since, by their container's name."""
        with self._read() as db:
            found = _gone(db, GONE_MEMBER)
            if not found:
                return frozenset()
            alive = db.execute(
                "SELECT o.path, d.source FROM documents d JOIN origins o ON o.n = d.origin"
                " WHERE substr(d.source, 1, length(o.path) + 2) = o.path || '!/' UNION ALL"
                " SELECT o.path, o.path || '!/' || u.part FROM unread_parts u"
                " JOIN origins o ON o.n = u.origin"
            )
            return frozenset(found.difference(member_name(*row) for row in alive))

    def gone_words(self) -> frozenset[str]:
        """Return ids of removed documents, and words and codes that only removed text held."""
        with self._read() as db:
            rows = db.execute("SELECT word FROM vocabulary WHERE documents = 0")
            found = {row[0] for row in rows if not row[0].startswith((GONE_PATH, GONE_MEMBER))}
            alive = set()
            for word in found:
                if any(c.isdigit() for c in word) and self._lives(db, word):
                    alive.add(word)
        return frozenset(found - alive)

    def gone_count(self) -> int:
        """Return how many such words, codes and ids there are at most."""
        with self._read() as db:
            row = db.execute("SELECT count(*) FROM vocabulary WHERE documents = 0").fetchone()
        return int(row[0])

    def _lives(self, db: Connection, word: str) -> bool:
        """Whether a code still stands in a document, or is the id of one."""
        if db.execute("SELECT 1 FROM documents WHERE id = ?", (word,)).fetchone():
            return True
        terms = [match(term, 1) for term in bag(self._analyse(word))[0].split()]
        query = " AND ".join(term for term in terms if term)
        if not query:
            return False
        row = db.execute("SELECT rowid FROM words WHERE words MATCH ? LIMIT 1", (query,)).fetchone()
        return row is not None

    def needles(self, ids: Iterable[str], most: int = 8) -> list[bytes]:
        """Return bytes by which documents can be found again in files: sentences and vectors.

        To be taken before the documents are removed; ``still_held`` tells afterwards which of them
        belong to what is there too.
        """
        found: list[bytes] = []
        with self._read() as db:
            for one in ids:
                rows = db.execute(
                    "SELECT t.text, (SELECT vector FROM embeddings WHERE content = t.n LIMIT 1)"
                    " FROM passages p JOIN contents t ON t.n = p.content"
                    " JOIN documents d ON d.n = p.document WHERE d.id = ? ORDER BY p.id LIMIT 2",
                    (one,),
                ).fetchall()
                for text, vector in rows:
                    found += [text[:48].encode(), *([vector] if vector else [])]
                if len(found) >= most:
                    break
        return found[:most]

    def still_held(self, needles: Iterable[bytes]) -> set[bytes]:
        """Return those of some needles that stand in what is there, also inside longer words.

        That a kept answer or job holds a needle is a reason for it to stand only inside a longer
        word: else it should have been struck.
        """
        return {needle for needle in needles if self._is_held(needle)}

    def _is_held(self, needle: bytes) -> bool:
        try:
            text = needle.decode()
        except UnicodeDecodeError:
            with self._read() as db:
                row = db.execute("SELECT 1 FROM embeddings WHERE vector = ? LIMIT 1", (needle,))
                return row.fetchone() is not None
        with self._read() as db:
            # The columns of the ledger's tables, and the analysed words, whose column has no type.
            columns = db.execute(
                "SELECT s.name, c.name FROM sqlite_schema s, pragma_table_info(s.name) c"
                " WHERE s.type = 'table' AND (s.name = 'words_content' OR c.type = 'TEXT')"
            ).fetchall()
            for table, column in columns:
                if table not in _ANSWERS:
                    alive = " AND documents > 0" if table == "vocabulary" else ""
                    where = f'instr("{column}", ?){alive} LIMIT 1'
                    if db.execute(f'SELECT 1 FROM "{table}" WHERE {where}', (text,)).fetchone():
                        return True
            if text not in tokens(text):
                return False
            answers = [
                row[0]
                for table in _ANSWERS
                for row in db.execute(f"SELECT value FROM {table} WHERE instr(value, ?)", (text,))
            ]
        return bool(answers) and not any(text in tokens(answer) for answer in answers)

    def redact_conversations(self, change: Change) -> int:
        """Put in place of each kept conversation what ``change`` makes of it; return how many."""
        return self._redact("conversations", change)

    def redact_jobs(self, change: Change) -> int:
        """Put in place of each kept job what ``change`` makes of it; return how many.

        The pages of their outcomes are changed as an ended job with these outcomes would be.
        """

        def page_changed(page: Record) -> Record | None:
            return change({**page, "state": "done", "files": []})

        self._redact("job_outcomes", page_changed)
        return self._redact("jobs", change)

    def _redact(self, table: str, change: Change) -> int:
        with self._read() as db:
            ids = [row[0] for row in db.execute(f"SELECT id FROM {table}")]
        changed = 0
        for one in ids:
            with self._write() as db:
                row = db.execute(f"SELECT value FROM {table} WHERE id = ?", (one,)).fetchone()
                if row is None:
                    continue
                value = change(json.loads(row[0]))
                if value is None:
                    continue
                db.execute(f"UPDATE {table} SET value = ? WHERE id = ?", (to_json(value), one))
                changed += 1
        return changed

    def all_jobs(self) -> Iterator[tuple[str, Record]]:
        """Yield (id, state) of every job, whoever it belongs to."""
        with self._read() as db:
            rows = db.execute("SELECT id, value FROM jobs ORDER BY n").fetchall()
        for job_id, value in rows:
            yield job_id, dict(json.loads(value))

    def all_paths(self) -> set[str]:
        """Return the path of every file of every collection."""
        with self._read() as db:
            return {row[0] for row in db.execute("SELECT path FROM origins")}

    def kept_hashes(self) -> set[str]:
        """Return the hashes of the uploads whose bytes are kept."""
        with self._read() as db:
            return {row[0] for row in db.execute("SELECT sha256 FROM originals")}

    def traces(self) -> frozenset[str]:
        """Return all that is kept of removed text until it is purged: words, codes, ids, paths."""
        with self._read() as db:
            rows = db.execute("SELECT word FROM vocabulary WHERE documents = 0").fetchall()
        return frozenset(row[0] for row in rows)

    def wipe_words(self, traces: frozenset[str]) -> int:
        """Forget traces, also in the full-text index; return how many there were.

        What others have removed since stays for the next purge, which looks for it in answers.
        """
        with self._write() as db:
            gone = db.executemany(
                "DELETE FROM vocabulary WHERE word = ? AND documents <= 0",
                [(word,) for word in sorted(traces)],
            ).rowcount
            # A deleted row's words stay in the index's segments until these are written anew.
            db.execute("INSERT INTO words(words) VALUES('rebuild')")
        return gone

    def vacuum(self) -> None:
        """Write the file anew, so that no byte of what was deleted is left in it or beside it.

        Raises:
            LibraryError: there is no space for a second copy of the file.
            Busy: others kept reading or writing it.
        """
        # In the library's own directory: a copy of a large library does not fit into memory.
        place = str(self.directory).replace("'", "''")
        with self._settled() as db:
            db.execute("PRAGMA temp_store = FILE")
            db.execute(f"PRAGMA temp_store_directory = '{place}'")
            try:
                db.execute("VACUUM")
            finally:
                db.execute("PRAGMA temp_store_directory = ''")
                db.execute("PRAGMA temp_store = MEMORY")
        self.truncate_log()

    def truncate_log(self) -> None:
        """Empty the write-ahead log into the file.

        Raises:
            Busy: somebody kept reading an older state.
        """
        deadline = time.monotonic() + _TRUNCATE_SECONDS
        while True:
            with self._settled() as db:
                busy = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            if not busy:
                return
            if time.monotonic() > deadline:
                raise Busy(
                    f"Somebody has kept reading {self.directory} for over"
                    f" {_TRUNCATE_SECONDS:.0f} seconds, so that its log cannot be emptied.",
                    "End what reads it, then run `vouch purge` again: it goes on from here.",
                )
            time.sleep(_LOOK_AGAIN)

    def end_purge(self) -> None:
        """Say that the purge has come to its end."""
        with self._write() as db:
            row = db.execute("SELECT value FROM meta WHERE key = ?", (PURGING,)).fetchone()
            at = datetime.now(UTC).isoformat(timespec="seconds")
            value = to_json({"at": at, "seq": int(row[0]) if row else self._seq(db)})
            db.execute("INSERT OR REPLACE INTO meta VALUES(?, ?)", (PURGED, value))
            db.execute("DELETE FROM meta WHERE key = ?", (PURGING,))
        self.truncate_log()


def _gone(db: Connection, prefix: str) -> set[str]:
    """Return what the vocabulary keeps under a prefix of things that were removed."""
    rows = db.execute(
        "SELECT word FROM vocabulary WHERE documents = 0 AND word GLOB ?", (f"{prefix}*",)
    )
    return {row[0].removeprefix(prefix) for row in rows}
