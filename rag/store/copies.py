"""Near-copies in the ledger: which texts are so much alike that they are one story's reprints.

Texts are what is compared, not documents: exact copies share one signature. Texts that are
near-copies of each other are joined by links, and all that hang together are a *family*: its
documents have the same ``cluster``. A text that goes takes its links along, and what only it held
together falls apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from rag.copies import (
    Shingles,
    Signature,
    alikeness,
    are_near,
    bands,
    from_bytes,
    is_short,
    may_be_near,
    shared,
    shingles,
    signature,
    to_bytes,
)
from rag.store.families import MOST_LINKS, Lost, drop, loose, merge, settle
from rag.store.read import LedgerRead, info_of, marks
from rag.store.store import Connection
from rag.types import DocumentInfo

UNSIGNED = "unsigned"
"""Meta value: documents up to this ordinal were added before near-copies were looked for."""
_MOST_OF_BAND = 32
_MOST_COMPARED = 32
_OLDER_AT_A_TIME = 100
_MOST_NAMED = 50


class LedgerCopies(LedgerRead):
    """The part of the ledger that keeps near-copies together."""

    def copies_of(
        self, document_id: str, allowed: frozenset[int] | None = None
    ) -> list[tuple[DocumentInfo, str]]:
        """Return the other documents of a document's cluster with their texts, the oldest first.

        ``allowed`` are the ordinals of those that may be named; None where all may be. Of a very
        large cluster the oldest come back.
        """
        with self._read() as db:
            row = db.execute(
                "SELECT n, collection, cluster, family FROM documents WHERE id = ?", (document_id,)
            ).fetchone()
            if row is None:
                return []
            n, collection, cluster, family = row
            rows = db.execute(
                "SELECT n FROM (SELECT n FROM documents WHERE cluster = ? AND collection = ?"
                " UNION SELECT n FROM documents WHERE family = ?) WHERE n <> ? ORDER BY n",
                (cluster, collection, family, n),
            ).fetchall()
            others = [row[0] for row in rows if allowed is None or row[0] in allowed]
            found = []
            for other in others[:_MOST_NAMED]:
                text = db.execute("SELECT text FROM texts WHERE document = ?", (other,)).fetchone()
                found.append((info_of(db, other), text[0]))
        return found

    def sign_older(self, limit: int = _OLDER_AT_A_TIME) -> int:
        """Look for near-copies among documents of a library that an older Vouch has made.

        Returns:
            How many documents were looked at: 0 when there is none left.
        """
        if self.get_meta(UNSIGNED) is None:
            return 0
        with self._write() as db:
            last = db.execute("SELECT value FROM meta WHERE key = ?", (UNSIGNED,)).fetchone()
            rows = db.execute(
                "SELECT d.n, t.text FROM documents d JOIN texts t ON t.document = d.n"
                " WHERE d.n <= ? ORDER BY d.n DESC LIMIT ?",
                (int(last[0]) if last else 0, limit),
            ).fetchall()
            for n, text in rows:
                self._join(db, n, text)
            if len(rows) < limit:
                db.execute("DELETE FROM meta WHERE key = ?", (UNSIGNED,))
            else:
                db.execute(
                    "UPDATE meta SET value = ? WHERE key = ?", (str(rows[-1][0] - 1), UNSIGNED)
                )
        return len(rows)

    def _join(self, db: Connection, document: int, text: str) -> None:
        """Find the near-copies of a document whose text has just been written."""
        if is_short(text):
            return
        collection, cluster = db.execute(
            "SELECT collection, cluster FROM documents WHERE n = ?", (document,)
        ).fetchone()
        if _signature_of(db, collection, cluster) is not None:
            db.execute(
                "UPDATE documents SET family = (SELECT family FROM documents WHERE cluster = ?1"
                " AND collection = ?2 AND n <> ?3 LIMIT 1) WHERE n = ?3 AND EXISTS"
                " (SELECT 1 FROM documents WHERE cluster = ?1 AND collection = ?2 AND n <> ?3)",
                (cluster, collection, document),
            )
            return
        found = shingles(text)
        if not len(found):
            return
        values = signature(found)
        n = db.execute(
            "INSERT INTO signatures(collection, cluster, shingles, minhash) VALUES(?, ?, ?, ?)"
            " RETURNING n",
            (collection, cluster, len(found), to_bytes(values)),
        ).fetchone()[0]
        own = bands(values, collection)
        linked = _link(db, n, collection, found, values, own)
        db.executemany("INSERT OR IGNORE INTO bands VALUES(?, ?)", [(band, n) for band in own])
        if linked:
            merge(db, [*linked, n])

    def _part(self, db: Connection, document: int, cluster: str | None = None) -> None:
        """Take a document out of its copies, unless its text stays that of ``cluster``."""
        lost = self._leave(db, document, cluster)
        if lost is not None:
            drop(db, [lost])

    def _leave(self, db: Connection, document: int, cluster: str | None = None) -> Lost | None:
        """Take a document out of its copies; return its text's signature if it was the last."""
        collection, own, family = db.execute(
            "SELECT collection, cluster, family FROM documents WHERE n = ?", (document,)
        ).fetchone()
        if own == cluster:
            return None
        db.execute("UPDATE documents SET family = NULL WHERE n = ?", (document,))
        again = db.execute(
            "SELECT 1 FROM documents WHERE cluster = ? AND collection = ? AND n <> ?",
            (own, collection, document),
        ).fetchone()
        n = _signature_of(db, collection, own)
        return None if again is not None or n is None else Lost(n, collection, family)

    def settle_families(self) -> None:
        """Let fall apart what removed texts have held together, one family a transaction."""
        with self._read() as db:
            left = loose(db)
        while left:
            with self._write() as db:
                left = settle(db, _link_again)


def _signature_of(db: Connection, collection: int, cluster: str) -> int | None:
    row = db.execute(
        "SELECT n FROM signatures WHERE collection = ? AND cluster = ?", (collection, cluster)
    ).fetchone()
    return None if row is None else int(row[0])


def _link(
    db: Connection,
    n: int,
    collection: int,
    found: Shingles,
    values: Signature,
    own: Sequence[int],
) -> list[int]:
    """Link a text to its near-copies; return their signatures' ordinals."""
    linked: list[int] = []
    for other, cluster, size in _candidates(db, n, len(found), values, own):
        theirs = _shingles_of(db, collection, cluster)
        if theirs is not None and are_near(len(found), size, shared(found, theirs)):
            linked.append(other)
            if len(linked) == MOST_LINKS:
                break
    db.executemany(
        "INSERT OR IGNORE INTO links VALUES(?, ?)",
        [pair for other in linked for pair in ((n, other), (other, n))],
    )
    return linked


def _candidates(
    db: Connection, n: int, size: int, values: Signature, own: Sequence[int]
) -> list[tuple[int, str, int]]:
    """Return texts that may be near-copies, the likeliest first: (ordinal, cluster, shingles)."""
    counts: Counter[int] = Counter()
    for band in own:
        # Of a band that a whole library shares, the newest will do.
        counts.update(
            row[0]
            for row in db.execute(
                "SELECT signature FROM bands WHERE hash = ? ORDER BY signature DESC LIMIT ?",
                (band, _MOST_OF_BAND),
            )
        )
    counts.pop(n, None)
    some = [other for other, _ in counts.most_common(4 * _MOST_COMPARED)]
    rows = db.execute(
        f"SELECT n, cluster, shingles, minhash FROM signatures WHERE n IN ({marks(some)})", some
    ).fetchall()
    likely = [
        (alike, other, cluster, theirs)
        for (other, cluster, theirs, _), alike in zip(
            rows, alikeness(values, [row[3] for row in rows]), strict=True
        )
        if may_be_near(size, theirs, alike)
    ]
    likely.sort(key=lambda one: (-one[0], one[1]))
    return [one[1:] for one in likely[:_MOST_COMPARED]]


@lru_cache(maxsize=256)
def _remembered(text: str) -> Shingles:
    return shingles(text)


def _shingles_of(db: Connection, collection: int, cluster: str) -> Shingles | None:
    row = db.execute(
        "SELECT t.text FROM documents d JOIN texts t ON t.document = d.n"
        " WHERE d.cluster = ? AND d.collection = ? ORDER BY d.n LIMIT 1",
        (cluster, collection),
    ).fetchone()
    if row is None:
        return None
    return _remembered(row[0]) if len(row[0]) < 20_000 else shingles(row[0])


def _link_again(db: Connection, n: int) -> None:
    """Look for near-copies of a text among those that it was not linked to when it came."""
    collection, cluster, raw = db.execute(
        "SELECT collection, cluster, minhash FROM signatures WHERE n = ?", (n,)
    ).fetchone()
    found = _shingles_of(db, collection, cluster)
    if found is not None:
        values = from_bytes(raw)
        _link(db, n, collection, found, values, bands(values, collection))
