"""Removing files and documents from the ledger, so many at a time that other writers get a turn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from rag.store.gone import GONE_PATH
from rag.store.passages import (
    PER_TRANSACTION,
    count_words,
    give_way,
    remember_gone,
    some_of,
    touch,
)
from rag.store.store import Connection
from rag.store.write import LedgerWrite, ordinal_of


class LedgerRemove(LedgerWrite):
    """The part of the ledger that removes what is no longer wanted."""

    def remove_files(self, collection: str, paths: Iterable[str]) -> int:
        """Remove files with their documents; return how many documents are gone.

        A long table or an archive goes in several transactions, and counts as not read to the end
        meanwhile.
        """
        removed = 0
        for path in paths:
            more = True
            while more:
                with self._write() as db:
                    gone, more = self._remove_some(db, ordinal_of(db, collection, path))
                removed += gone
                if more:
                    give_way()
        self.settle_families()
        self.drop_originals()
        return removed

    def remove_documents(self, ids: Iterable[str]) -> int:
        """Remove documents by id; return how many there were. A file without any goes with them."""
        removed = 0
        rest = list(dict.fromkeys(ids))
        while rest:
            with self._write() as db:
                some = some_of(db, rest)
                ordinals = [n for n in some.values() if n is not None]
                words: Counter[str] = Counter()
                origins = {
                    db.execute("SELECT origin FROM documents WHERE n = ?", (n,)).fetchone()[0]
                    for n in ordinals
                }
                self._remove(db, ordinals, words)
                for origin in origins:
                    _forget_empty(db, origin)
                count_words(db, words)
                if ordinals:
                    touch(db)
            removed += len(ordinals)
            rest = rest[len(some) :]
            if rest:
                give_way()
        self.settle_families()
        self.drop_originals()
        return removed

    def _remove_some(self, db: Connection, origin: int | None) -> tuple[int, bool]:
        """Remove some documents of a file; return how many, and whether it may have more."""
        if origin is None:
            return 0, False
        rows = db.execute(
            "SELECT id FROM documents WHERE origin = ? LIMIT ?", (origin, PER_TRANSACTION)
        ).fetchall()
        some = some_of(db, (row[0] for row in rows))
        words: Counter[str] = Counter()
        self._remove(db, (n for n in some.values() if n is not None), words)
        more = len(some) < len(rows) or len(rows) == PER_TRANSACTION
        if not more:
            _forget_empty(db, origin)
        else:
            db.execute("UPDATE origins SET state = 'reading' WHERE n = ?", (origin,))
        count_words(db, words)
        touch(db)
        return len(some), more


def _forget_empty(db: Connection, origin: int) -> None:
    """Forget a file that has no documents left."""
    empty = "NOT EXISTS (SELECT 1 FROM documents WHERE origin = ?1)"
    db.execute(f"DELETE FROM unread_parts WHERE origin = ?1 AND {empty}", (origin,))
    files = db.execute(
        f"DELETE FROM origins WHERE n = ?1 AND {empty} RETURNING path", (origin,)
    ).fetchall()
    remember_gone(db, [f"{GONE_PATH}{path}" for (path,) in files])
