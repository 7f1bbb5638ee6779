"""Writing documents into the ledger: what is new, what has changed, what is gone."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Literal

from rag.ledger_gone import GONE_PATH
from rag.ledger_keys import cluster_of, dates, fingerprint, spans, vocabulary_words
from rag.ledger_passages import (
    LedgerPassages,
    count_words,
    forget_text,
    remember_gone,
    touch,
)
from rag.ledger_read import marks, metadata_rows, to_json
from rag.ledger_store import Connection
from rag.ledger_values import UNREAD_REST, DocumentChange, Origin, UnreadPart
from rag.types import Document, Passage

PER_TRANSACTION = 500  # documents of one file that are written at a time,
CHARACTERS = 5_000_000  # or so many characters of them, whichever is less
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
        analysis = self.analysis
        for batch, last in _batches(documents):
            with self._write() as db:
                n = self._put_origin(db, collection, origin, "complete" if last else "reading")
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
                    changes += self._remove_others(db, n, seen, words, unread)
                    _put_unread(db, n, unread)
                    touch(db)
                count_words(db, words)
        self.sign_older()
        self.drop_originals()
        return changes

    def move_file(self, collection: str, old_path: str, new_origin: Origin) -> bool:
        """Record that a file has another name; its documents keep their ids and passages.

        The documents' ``source`` becomes the new path where it was the old one, or a file inside
        it. False when there is no such file, or there is one at the new path already.
        """
        with self._write() as db:
            n = _origin(db, collection, old_path)
            if n is None or _origin(db, collection, new_origin.path) is not None:
                return False
            o = new_origin
            db.execute(
                "UPDATE origins SET path = ?, root = ?, file_sha256 = ?, size = ?, mtime_ns = ?,"
                " settings = ? WHERE n = ?",
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
                (origin.root, origin.size, origin.mtime_ns, _origin(db, collection, origin.path)),
            )

    def remove_files(self, collection: str, paths: Iterable[str]) -> int:
        """Remove files with their documents; return how many documents are gone."""
        removed = 0
        for path in paths:
            with self._write() as db:
                n = _origin(db, collection, path)
                if n is None:
                    continue
                words: Counter[str] = Counter()
                removed += len(self._remove_others(db, n, set(), words))
                db.execute("DELETE FROM unread_parts WHERE origin = ?", (n,))
                db.execute("DELETE FROM origins WHERE n = ?", (n,))
                remember_gone(db, [f"{GONE_PATH}{path}"])
                count_words(db, words)
                touch(db)
        self.drop_originals()
        return removed

    def remove_documents(self, ids: Iterable[str]) -> int:
        """Remove documents by id; return how many there were. A file without any goes with them."""
        removed = 0
        for document_id in ids:
            with self._write() as db:
                row = db.execute(
                    "SELECT n, origin FROM documents WHERE id = ?", (document_id,)
                ).fetchone()
                if row is None:
                    continue
                words: Counter[str] = Counter()
                self._remove(db, row[0], words)
                empty = "NOT EXISTS (SELECT 1 FROM documents WHERE origin = ?1)"
                db.execute(f"DELETE FROM unread_parts WHERE origin = ?1 AND {empty}", (row[1],))
                files = db.execute(
                    f"DELETE FROM origins WHERE n = ?1 AND {empty} RETURNING path", (row[1],)
                ).fetchall()
                remember_gone(db, [f"{GONE_PATH}{path}" for (path,) in files])
                count_words(db, words)
                touch(db)
            removed += 1
        self.drop_originals()
        return removed

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

    def _remove_others(
        self,
        db: Connection,
        origin: int,
        seen: set[int],
        words: Counter[str],
        spared: Sequence[UnreadPart] = (),
    ) -> list[DocumentChange]:
        """Remove the documents of a file not among those seen, nor of a part that is spared."""
        names = {one.part for one in spared}
        gone = [
            row
            for row in db.execute(
                "SELECT n, id, part, source, title FROM documents WHERE origin = ?", (origin,)
            ).fetchall()
            if row[0] not in seen and not (spared and names.intersection(_wholes(row[2])))
        ]
        for n, *_ in gone:
            self._remove(db, n, words)
        return [
            DocumentChange(document_id, part, source, title, "removed", 0)
            for _, document_id, part, source, title in gone
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
    db.execute("DELETE FROM unread_parts WHERE origin = ?", (origin,))
    db.executemany(
        "INSERT OR REPLACE INTO unread_parts VALUES(?, ?, ?, ?)",
        [(origin, one.part, one.why, one.hint) for one in unread],
    )


def _origin(db: Connection, collection: str, path: str) -> int | None:
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
