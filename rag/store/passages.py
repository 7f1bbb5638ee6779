"""Writing a document's passages, and what is kept per word, into an open transaction."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from rag.store.bag import bag
from rag.store.copies import LedgerCopies
from rag.store.families import Lost, drop
from rag.store.gone import GONE_MEMBER, codes, member_name
from rag.store.keys import content_key, vocabulary_words
from rag.store.read import few, marks
from rag.store.store import Connection
from rag.types import Passage

PUT, DELETE, TOUCH = 0, 1, 2
PER_TRANSACTION = 500  # documents of one file that are written or removed at a time,
CHARACTERS = 5_000_000  # or so many characters of them, whichever is less
_TURN = 0.02  # seconds; one that waits tries every 0.1 at least
# Whatever a change of the analysis is likely to change shows in one of these words.
_PROBE = (
    "The S-300s of U.S. Khān Shaykhūn vetoed 1,541.50 resolutions; see A/HRC/34/CRP.3, 北京大学, İ."
    " The fer\u200bry sa\U000e0061nk."
)


class LedgerPassages(LedgerCopies):
    """The part of the ledger that writes passages: content, words, and the change sequence."""

    _analyse: Callable[[str], str]

    @property
    def analysis(self) -> str:
        """What tells this analysis of words from another: a hash of what it makes of a sample."""
        return hashlib.sha256(self._analyse(_PROBE).encode()).hexdigest()[:16]

    def _put_passages(self, db: Connection, document: int, passages: Sequence[Passage]) -> None:
        """Replace a document's passages; those whose text and context stay keep their ids."""
        kept: dict[bytes, list[int]] = {}
        for passage, key in db.execute(
            "SELECT p.id, t.key FROM passages p JOIN contents t ON t.n = p.content"
            ' WHERE p.document = ? ORDER BY p."start" DESC',
            (document,),
        ):
            kept.setdefault(key, []).append(passage)
        for passage in passages:
            key = content_key(passage.text, passage.context)
            if kept.get(key):
                db.execute(
                    'UPDATE passages SET "start" = ?, "end" = ? WHERE id = ?',
                    (passage.start, passage.end, kept[key].pop()),
                )
                continue
            content = db.execute("SELECT n FROM contents WHERE key = ?", (key,)).fetchone()
            if content is None:
                content = db.execute(
                    "INSERT INTO contents(key, text, context) VALUES(?, ?, ?) RETURNING n",
                    (key, passage.text, passage.context),
                ).fetchone()
            words, length = bag(self._analyse(f"{passage.context}\n{passage.text}"))
            rowid = db.execute(
                'INSERT INTO passages(document, content, "start", "end", length)'
                " VALUES(?, ?, ?, ?, ?) RETURNING id",
                (document, content[0], passage.start, passage.end, length),
            ).fetchone()[0]
            db.execute("INSERT INTO words(rowid, text) VALUES(?, ?)", (rowid, words))
            db.execute("INSERT INTO changes(op, passage) VALUES(?, ?)", (PUT, rowid))
        self._remove_passages(db, [rowid for rowids in kept.values() for rowid in rowids])

    def _remove(self, db: Connection, documents: Iterable[int], words: Counter[str]) -> None:
        lost = [self._remove_one(db, n, words) for n in documents]
        drop(db, [one for one in lost if one is not None])

    def _remove_one(self, db: Connection, document: int, words: Counter[str]) -> Lost | None:
        ids = db.execute("SELECT id FROM passages WHERE document = ?", (document,)).fetchall()
        self._remove_passages(db, [row[0] for row in ids])
        lost = self._leave(db, document)
        forget_text(db, document, words)
        gone = db.execute(
            "DELETE FROM documents WHERE n = ? RETURNING id, source,"
            " (SELECT path FROM origins WHERE n = origin)",
            (document,),
        ).fetchall()
        remember_gone(db, [row[0] for row in gone])
        inside = [row for row in gone if row[1].startswith(f"{row[2]}!/")]
        remember_gone(db, [f"{GONE_MEMBER}{member_name(path, name)}" for _, name, path in inside])
        return lost

    def _remove_passages(self, db: Connection, ids: Sequence[int]) -> None:
        for some in few(ids):
            contents = db.execute(
                f"SELECT DISTINCT content FROM passages WHERE id IN ({marks(some)})", some
            ).fetchall()
            db.execute(f"DELETE FROM words WHERE rowid IN ({marks(some)})", some)
            db.execute(f"DELETE FROM passages WHERE id IN ({marks(some)})", some)
            db.executemany(
                "INSERT INTO changes(op, passage) VALUES(?, ?)", [(DELETE, i) for i in some]
            )
            for (content,) in contents:
                if not db.execute(
                    "SELECT 1 FROM passages WHERE content = ? LIMIT 1", (content,)
                ).fetchone():
                    db.execute("DELETE FROM embeddings WHERE content = ?", (content,))
                    db.execute("DELETE FROM contents WHERE n = ?", (content,))


def some_of(db: Connection, ids: Iterable[str]) -> dict[str, int | None]:
    """Return the ordinals of the first documents, as many as one transaction may remove.

    None for one that is gone already.
    """
    found: dict[str, int | None] = {}
    characters = 0
    for document_id in ids:
        row = db.execute(
            "SELECT d.n, length(t.text) FROM documents d JOIN texts t ON t.document = d.n"
            " WHERE d.id = ?",
            (document_id,),
        ).fetchone()
        characters += row[1] if row else 0
        if found and characters > CHARACTERS:
            break
        found[document_id] = row[0] if row else None
        if len(found) == PER_TRANSACTION:
            break
    return found


def give_way() -> None:
    """Let a writer that waits have its turn between two transactions of a long removal."""
    time.sleep(_TURN)


def forget_text(db: Connection, document: int, words: Counter[str]) -> None:
    """Remove a document's text and attributes, and its words from those that are counted."""
    row = db.execute("SELECT text FROM texts WHERE document = ?", (document,)).fetchone()
    if row is not None:
        words.subtract(vocabulary_words(row[0]))
        remember_gone(db, codes(row[0]))
    db.execute("DELETE FROM texts WHERE document = ?", (document,))
    db.execute("DELETE FROM attributes WHERE document = ?", (document,))


def count_words(db: Connection, words: Counter[str]) -> None:
    """Add to the number of documents that hold each word.

    A word that no document holds any more stays with the number 0 until the library is purged: a
    purge looks for such words in stored answers.
    """
    moved = sorted((word, by) for word, by in words.items() if by)
    db.executemany(
        "INSERT INTO vocabulary VALUES(?, ?) ON CONFLICT(word)"
        " DO UPDATE SET documents = documents + excluded.documents",
        moved,
    )
    db.executemany(
        "UPDATE vocabulary SET documents = 0 WHERE word = ? AND documents < 0",
        [(word,) for word, by in moved if by < 0],
    )


def remember_gone(db: Connection, words: Iterable[str]) -> None:
    """Keep ids of removed documents and codes out of their texts, until the library is purged."""
    db.executemany(
        "INSERT INTO vocabulary VALUES(?, 0) ON CONFLICT DO NOTHING",
        [(word,) for word in sorted(set(words))],
    )


def touch(db: Connection) -> None:
    """Let everybody who follows the change sequence look again."""
    db.execute("INSERT INTO changes(op, passage) VALUES(?, 0)", (TOUCH,))
