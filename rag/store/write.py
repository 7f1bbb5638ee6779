"""Writing documents into the ledger: what is new, what has changed, what is gone."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Literal

from rag.store.gone import GONE_MEMBER, member_name
from rag.store.keys import cluster_of, dates, fingerprint, spans, vocabulary_words
from rag.store.passages import (
    CHARACTERS,
    PER_TRANSACTION,
    LedgerPassages,
    count_words,
    forget_text,
    give_way,
    remember_gone,
    some_of,
    touch,
)
from rag.store.read import marks, metadata_rows, to_json
from rag.store.store import Connection
from rag.store.values import UNREAD_REST, DocumentChange, Origin, UnreadPart
from rag.types import Document, Passage

ORIGINALS = "originals"
ANALYSIS = "analysis"

Read = tuple[Document, Sequence[Passage]]


def _batches(documents: Iterable[Read]) -> Iterator[tuple[list[Read], bool]]:
    """Yield (documents, whether they are the last); one empty batch when there are none."""
    batch: list[Read] = []
    characters = 0
    for read in documents:
        characters += len(read[0].text)
        if batch and (len(batch) == PER_TRANSACTION or characters > CHARACTERS):
            yield batch, False
            batch, characters = [], len(read[0].text)
        batch.append(read)
    yield batch, True


class LedgerWrite(LedgerPassages):
    """The part of the ledger that writes documents. One transaction a file, or a part of one."""

    def put_file(
        self,
        collection: str,
        origin: Origin,
        documents: Iterable[Read],
        unread: Sequence[UnreadPart] = (),
    ) -> list[DocumentChange]:
        """Make the ledger hold exactly these documents for a file; return what that changed.

        A document is known again by its ``part`` and keeps its id; a passage whose text and context
        are unchanged keeps its id and embedding. Documents of the file that are not among these
        are removed, but for those of its ``unread`` parts: the files inside it that cannot be read
        now. Empty ids are filled in here, and a ``part`` that occurs again gets a number. A long
        table or an archive is written in several transactions, its documents and ``unread`` are
        taken as they come, and it counts as complete with the last.

        Raises:
            LibraryError: no space is left, or the library is damaged.
            Busy: another process kept the library locked.
        """
        changes: list[DocumentChange] = []
        parts: Counter[str] = Counter()
        seen: set[int] = set()
        others: list[DocumentChange] = []
        analysis = self.analysis
        for batch, last in _batches(documents):
            with self._write() as db:
                n = self._put_origin(db, collection, origin, "reading")
                db.execute("INSERT OR IGNORE INTO meta VALUES(?, ?)", (ANALYSIS, analysis))
                words: Counter[str] = Counter()
                for document, passages in batch:
                    parts[document.part] += 1
                    again = parts[document.part]
                    part = document.part if again == 1 else f"{document.part}#{again}"
                    row, change = self._put(db, collection, n, part, document, passages, words)
                    seen.add(row)
                    changes.append(change)
                if last:
                    others = _others(db, n, seen, unread)
                    changes += others
                    others = self._complete(db, collection, origin, others, unread, words)
                count_words(db, words)
        while others:
            give_way()
            words = Counter()
            with self._write() as db:
                others = self._complete(db, collection, origin, others, unread, words)
                count_words(db, words)
        self.settle_families()
        self.sign_older()
        self.drop_originals()
        return changes

    def move_file(self, collection: str, old_path: str, new_origin: Origin) -> bool:
        """Record that a file has another name; its documents keep their ids and passages.

        The documents' ``source`` becomes the new path where it was the old one, or a file inside
        it. They have not been read under the new settings yet: the file counts as not read to the
        end until it is put. False when there is no such file, or the new path has documents.
        """
        with self._write() as db:
            n = ordinal_of(db, collection, old_path)
            there = ordinal_of(db, collection, new_origin.path)
            held = "SELECT 1 FROM documents WHERE origin = ?"
            if n is None or n == there or db.execute(held, (there,)).fetchone():
                return False
            db.execute("DELETE FROM unread_parts WHERE origin = ?", (there,))
            db.execute("DELETE FROM origins WHERE n = ?", (there,))
            o = new_origin
            db.execute(
                "UPDATE origins SET path = ?, root = ?, file_sha256 = ?, size = ?, mtime_ns = ?,"
                " settings = ?, state = 'reading' WHERE n = ?",
                (o.path, o.root, o.file_sha256, o.size, o.mtime_ns, o.settings, n),
            )
            # The fingerprint holds the source: an empty one makes the next reading compare anew.
            db.execute(
                "UPDATE documents SET source = ?1 || substr(source, length(?3) + 1),"
                " fingerprint = x'' WHERE origin = ?2"
                " AND (source = ?3 OR substr(source, 1, length(?3) + 2) = ?3 || '!/')",
                (o.path, n, old_path),
            )
            touch(db)
        return True

    def fail_file(
        self,
        collection: str,
        origin: Origin,
        why: str,
        hint: str = "",
        unread: Sequence[UnreadPart] = (),
    ) -> None:
        """Record that a file could not be read; the documents of an older version are kept."""
        with self._write() as db:
            n = self._put_origin(db, collection, origin, "failed", why, hint)
            _put_unread(db, n, unread)
            touch(db)

    def skip_file(self, collection: str, origin: Origin, why: str) -> None:
        """Record that there is nothing to read in a file, which has no documents."""
        with self._write() as db:
            n = self._put_origin(db, collection, origin, "complete", why)
            _put_unread(db, n, ())
            touch(db)

    def touch_file(self, collection: str, origin: Origin) -> None:
        """Record a file's new size, time and root, whose documents have not changed."""
        with self._write() as db:
            db.execute(
                "UPDATE origins SET root = ?, size = ?, mtime_ns = ? WHERE n = ?",
                (
                    origin.root,
                    origin.size,
                    origin.mtime_ns,
                    ordinal_of(db, collection, origin.path),
                ),
            )

    def drop_originals(self) -> None:
        """Forget the kept bytes of uploads that no file of the ledger refers to any more.

        An upload that no file has referred to yet is waiting to be read.
        """
        unused = (
            "used = 1 AND NOT EXISTS (SELECT 1 FROM origins WHERE file_sha256 = originals.sha256)"
        )
        with self._read() as db:
            if db.execute(f"SELECT 1 FROM originals WHERE {unused} LIMIT 1").fetchone() is None:
                return
        with self._write() as db:
            gone = db.execute(f"DELETE FROM originals WHERE {unused} RETURNING sha256").fetchall()
        # After the commit: a crash in between leaves a file too many, never one too few.
        for (digest,) in gone:
            (self.directory / ORIGINALS / digest).unlink(missing_ok=True)

    def _put_origin(
        self,
        db: Connection,
        collection: str,
        origin: Origin,
        state: Literal["reading", "complete", "failed"],
        why: str = "",
        hint: str = "",
    ) -> int:
        row = db.execute("SELECT n FROM collections WHERE name = ?", (collection,)).fetchone()
        if row is None:
            created = datetime.now(UTC).isoformat(timespec="seconds")
            row = db.execute(
                "INSERT INTO collections(name, created) VALUES(?, ?) RETURNING n",
                (collection, created),
            ).fetchone()
        o = origin
        db.execute("UPDATE originals SET used = 1 WHERE sha256 = ?", (o.file_sha256,))
        return int(
            db.execute(
                "INSERT INTO origins(collection, path, root, file_sha256, size, mtime_ns, settings,"
                " state, why, hint) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT(collection, path) DO UPDATE SET root = excluded.root,"
                " file_sha256 = excluded.file_sha256, size = excluded.size,"
                " mtime_ns = excluded.mtime_ns, settings = excluded.settings,"
                " state = excluded.state, why = excluded.why, hint = excluded.hint RETURNING n",
                (row[0], o.path, o.root, o.file_sha256, o.size, o.mtime_ns, o.settings)
                + (state, why, hint),
            ).fetchone()[0]
        )

    def _put(
        self,
        db: Connection,
        collection: str,
        origin: int,
        part: str,
        document: Document,
        passages: Sequence[Passage],
        words: Counter[str],
    ) -> tuple[int, DocumentChange]:
        print_ = fingerprint(document, passages)
        known = db.execute(
            "SELECT n, id, fingerprint FROM documents WHERE origin = ? AND part = ?", (origin, part)
        ).fetchone()

        def changed(
            document_id: str, outcome: Literal["added", "updated", "unchanged"]
        ) -> DocumentChange:
            return DocumentChange(
                document_id, part, document.source, document.title, outcome, len(passages)
            )

        if known is not None and known[2] == print_:
            return int(known[0]), changed(known[1], "unchanged")
        columns = {
            "fingerprint": print_,
            "text_sha256": document.text_sha256
            or hashlib.sha256(document.text.encode("utf-8", "replace")).hexdigest(),
            "cluster": cluster_of(document),
            "title": document.title,
            "source": document.source,
            "external_id": document.external_id,
            "metadata": to_json(dict(document.metadata)),
            "dates": to_json(dates(document)),
            "published": document.published,
            "publisher": document.publisher,
            "language": document.language,
            "flags": to_json(list(document.flags)),
        }
        if known is None:
            document_id = _new_id(db, collection, origin, part)
            n = int(
                db.execute(
                    f"INSERT INTO documents(id, collection, origin, part, {', '.join(columns)})"
                    " SELECT ?, collection, n, ?, " + marks(tuple(columns)) + " FROM origins"
                    " WHERE n = ? RETURNING n",
                    (document_id, part, *columns.values(), origin),
                ).fetchone()[0]
            )
        else:
            n, document_id = int(known[0]), known[1]
            self._part(db, n, str(columns["cluster"]))
            forget_text(db, n, words)
            db.execute(
                f"UPDATE documents SET {', '.join(f'{c} = ?' for c in columns)} WHERE n = ?",
                (*columns.values(), n),
            )
        db.execute(
            "INSERT INTO texts VALUES(?, ?, ?)", (n, document.text, to_json(spans(document)))
        )
        rows = metadata_rows(document.metadata)
        db.executemany(
            "INSERT INTO attributes VALUES(?, ?, ?)", [(n, *pair) for pair in sorted(rows)]
        )
        self._join(db, n, document.text)
        words.update(vocabulary_words(document.text))
        self._put_passages(db, n, passages)
        return n, changed(document_id, "added" if known is None else "updated")

    def _complete(
        self,
        db: Connection,
        collection: str,
        origin: Origin,
        others: Sequence[DocumentChange],
        unread: Sequence[UnreadPart],
        words: Counter[str],
    ) -> list[DocumentChange]:
        """Remove documents that a file holds no more, so many at a time; return those left.

        With the last of them the file is complete.
        """
        some = some_of(db, (one.document_id for one in others))
        self._remove(db, (n for n in some.values() if n is not None), words)
        left = list(others[len(some) :])
        if not left:
            n = self._put_origin(db, collection, origin, "complete")
            _put_unread(db, n, unread)
            touch(db)
        return left


def _others(
    db: Connection, origin: int, seen: set[int], spared: Sequence[UnreadPart]
) -> list[DocumentChange]:
    """Return the documents of a file not among those seen, nor of a part that is spared."""
    names = {one.part for one in spared}
    return [
        DocumentChange(document_id, part, source, title, "removed", 0)
        for n, document_id, part, source, title in db.execute(
            "SELECT n, id, part, source, title FROM documents WHERE origin = ?", (origin,)
        )
        if n not in seen and not (spared and names.intersection(_wholes(part)))
    ]


def _wholes(part: str) -> Iterator[str]:
    """Yield a document's part, and every file inside a container that it may be a part of.

    >>> list(_wholes("in.zip!/t.csv#12"))
    ['in.zip!/t.csv#12', 'in.zip!/t.csv', 'in.zip', '*']
    """
    yield part
    for at in range(len(part) - 1, 0, -1):
        if part[at] in "#!":
            yield part[:at]
    yield UNREAD_REST


def _put_unread(db: Connection, origin: int, unread: Sequence[UnreadPart]) -> None:
    """Replace what is known of the files inside a container that could not be read."""
    rows = db.execute(
        "SELECT o.path, u.part FROM unread_parts u JOIN origins o ON o.n = u.origin WHERE o.n = ?",
        (origin,),
    ).fetchall()
    still = {UNREAD_REST, *(one.part for one in unread)}
    lost = [member_name(path, f"{path}!/{part}") for path, part in rows if part not in still]
    remember_gone(db, [f"{GONE_MEMBER}{name}" for name in lost])
    db.execute("DELETE FROM unread_parts WHERE origin = ?", (origin,))
    db.executemany(
        "INSERT OR REPLACE INTO unread_parts VALUES(?, ?, ?, ?)",
        [(origin, one.part, one.why, one.hint) for one in unread],
    )


def ordinal_of(db: Connection, collection: str, path: str) -> int | None:
    """Return the ordinal of a file, or None when it is not known."""
    row = db.execute(
        "SELECT o.n FROM origins o JOIN collections c ON c.n = o.collection"
        " WHERE c.name = ? AND o.path = ?",
        (collection, path),
    ).fetchone()
    return None if row is None else int(row[0])


def _new_id(db: Connection, collection: str, origin: int, part: str) -> str:
    """Return the id of a new document: a hash of where it comes from.

    A document that was renamed keeps the id of its first path, so a new one at that path may find
    its id taken and gets the next.
    """
    path = db.execute("SELECT path FROM origins WHERE n = ?", (origin,)).fetchone()[0]
    turn = 0
    while True:
        name = "\0".join((collection, path, part, *([str(turn)] if turn else [])))
        document_id = hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:20]
        if not db.execute("SELECT 1 FROM documents WHERE id = ?", (document_id,)).fetchone():
            return document_id
        turn += 1
