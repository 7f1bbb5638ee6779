"""Conversations, jobs, the bytes of uploads, and backups."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rag.errors import BadRequest, LibraryError
from rag.store.read import LedgerRead, few, marks, to_json
from rag.store.store import FILE_NAME, Connection, translate
from rag.store.write import ORIGINALS


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _write_whole(path: Path, data: bytes) -> None:
    """Make a file appear with all its bytes, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _conversation(db: Connection, conversation_id: str) -> dict[str, Any] | None:
    row = db.execute("SELECT value FROM conversations WHERE id = ?", (conversation_id,)).fetchone()
    return None if row is None else dict(json.loads(row[0]))


def _put_conversation(
    db: Connection, conversation_id: str, value: Mapping[str, Any], owner: str | None
) -> None:
    db.execute(
        "INSERT INTO conversations(id, owner, updated, value) VALUES(?, ?, ?, ?)"
        " ON CONFLICT(id) DO UPDATE SET updated = excluded.updated, value = excluded.value,"
        " owner = coalesce(excluded.owner, owner)",
        (conversation_id, owner, _now(), to_json(dict(value))),
    )


# Before titles were kept, a conversation held messages: a question and its answer are two.
_ROW = (
    "SELECT rowid, id,"
    " coalesce(json_extract(value, '$.title'), json_extract(value, '$.turns[0].content'), ''),"
    " coalesce(json_extract(value, '$.created'), updated), updated,"
    " coalesce(json_extract(value, '$.questions'), json_array_length(value, '$.turns') / 2, 0)"
    " FROM conversations"
)


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """What a list shows of a conversation: its first question, when, and how many questions."""

    id: str
    title: str
    created: str
    updated: str
    questions: int


class LedgerRecords(LedgerRead):
    """The part of the ledger that keeps what is not a document."""

    def put_conversation(
        self, conversation_id: str, value: Mapping[str, Any], owner: str | None = None
    ) -> None:
        """Keep a conversation, in place of the one with that id."""
        with self._write() as db:
            _put_conversation(db, conversation_id, value, owner)

    def update_conversation(
        self,
        conversation_id: str,
        change: Callable[[dict[str, Any] | None], Mapping[str, Any] | None],
        owner: str | None = None,
    ) -> dict[str, Any] | None:
        """Keep what ``change`` makes of a conversation, and return it.

        Reading and writing are one transaction: of two changes at the same time, the second gets
        what the first has made. ``change`` gets None where there is no conversation. Where it
        returns None, nothing is written; where it returns an empty one, it is removed.
        """
        with self._write() as db:
            changed = change(_conversation(db, conversation_id))
            if changed:
                _put_conversation(db, conversation_id, changed, owner)
            elif changed is not None:
                db.execute("DELETE FROM conversations WHERE id = ?", (conversation_id,))
        return None if changed is None else dict(changed)

    def conversation(self, conversation_id: str) -> dict[str, Any] | None:
        """Return a conversation, or None when there is none with that id."""
        with self._read() as db:
            return _conversation(db, conversation_id)

    def conversation_page(
        self, cursor: str | None = None, limit: int = 50, owner: str | None = None
    ) -> tuple[list[ConversationRow], str | None]:
        """Return a page of conversations, newest first, and the cursor of the next page.

        The newest is the one that was begun last: a page stays the same while one talks on.

        Raises:
            BadRequest: the cursor is not one that this method gave.
        """
        if cursor and not cursor.isdecimal():
            raise BadRequest(
                f"{cursor!r} is not a cursor.", "Take `next` of the page before, unchanged."
            )
        with self._read() as db:
            rows = db.execute(
                f"{_ROW} WHERE rowid < ? AND owner IS ? ORDER BY rowid DESC LIMIT ?",
                (int(cursor) if cursor else 2**62, owner, limit + 1),
            ).fetchall()
        page = [ConversationRow(*row[1:]) for row in rows[:limit]]
        return page, str(rows[limit - 1][0]) if len(rows) > limit else None

    def conversations(self, owner: str | None = None, limit: int = 50) -> list[str]:
        """Return the ids of an owner's conversations, newest first."""
        with self._read() as db:
            rows = db.execute(
                "SELECT id FROM conversations WHERE owner IS ? ORDER BY updated DESC, id LIMIT ?",
                (owner, limit),
            ).fetchall()
        return [row[0] for row in rows]

    def remove_conversation(self, conversation_id: str) -> bool:
        """Remove a conversation; False when there was none."""
        with self._write() as db:
            gone = db.execute("DELETE FROM conversations WHERE id = ?", (conversation_id,))
            return gone.rowcount == 1

    def conversation_rows(self, ids: Iterable[str]) -> list[ConversationRow]:
        """Return the conversations with some ids, those that there are, newest first."""
        found: list[tuple[Any, ...]] = []
        with self._read() as db:
            for some in few(ids):
                found += db.execute(f"{_ROW} WHERE id IN ({marks(some)})", some)
        return [ConversationRow(*row[1:]) for row in sorted(found, reverse=True)]

    def ids_of_texts(self, hashes: Iterable[str]) -> dict[str, str]:
        """Return the id of the oldest document with each text, by the text's hash."""
        found: dict[str, str] = {}
        with self._read() as db:
            for some in few(hashes):
                for text, document in db.execute(
                    "SELECT text_sha256, id FROM documents"
                    f" WHERE text_sha256 IN ({marks(some)}) ORDER BY n",
                    some,
                ):
                    found.setdefault(text, document)
        return found

    def put_job(self, job_id: str, value: Mapping[str, Any], owner: str | None = None) -> None:
        """Keep a job's state, in place of the one with that id."""
        with self._write() as db:
            db.execute(
                "INSERT INTO jobs(id, owner, updated, value) VALUES(?, ?, ?, ?)"
                " ON CONFLICT(id) DO UPDATE SET updated = excluded.updated, value = excluded.value,"
                " owner = coalesce(excluded.owner, owner)",
                (job_id, owner, _now(), to_json(dict(value))),
            )

    def job(self, job_id: str) -> dict[str, Any] | None:
        """Return a job's state, or None when there is none with that id."""
        with self._read() as db:
            row = db.execute("SELECT value FROM jobs WHERE id = ?", (job_id,)).fetchone()
        return None if row is None else dict(json.loads(row[0]))

    def jobs(
        self, cursor: str | None = None, limit: int = 50, owner: str | None = None
    ) -> tuple[list[tuple[str, dict[str, Any]]], str | None]:
        """Return a page of (id, state) of jobs, newest first, and the cursor of the next page.

        Raises:
            BadRequest: the cursor is not one that this method gave.
        """
        if cursor and not cursor.isdecimal():
            raise BadRequest(
                f"{cursor!r} is not a cursor.", "Take `next` of the page before, unchanged."
            )
        with self._read() as db:
            rows = db.execute(
                "SELECT n, id, value FROM jobs WHERE n < ? AND owner IS ? ORDER BY n DESC LIMIT ?",
                (int(cursor) if cursor else 2**62, owner, limit + 1),
            ).fetchall()
        page = [(row[1], dict(json.loads(row[2]))) for row in rows[:limit]]
        return page, str(rows[limit - 1][0]) if len(rows) > limit else None

    def keep_original(self, data: bytes, name: str, owner: str | None = None) -> Path:
        """Keep the bytes of an upload by their hash; return the file that holds them.

        They go when the last file with that hash is removed from the ledger.
        """
        digest = hashlib.sha256(data).hexdigest()
        path = self.directory / ORIGINALS / digest
        try:
            _write_whole(path, data)
        except OSError as error:
            raise LibraryError(
                f"{path} cannot be written: {error.strerror}.",
                "Free some space on that disk, then try again.",
            ) from error
        with self._write() as db:
            db.execute(
                "INSERT INTO originals(sha256, owner, name, size) VALUES(?, ?, ?, ?)"
                " ON CONFLICT DO NOTHING",
                (digest, owner, name, len(data)),
            )
        return path

    def original(self, sha256: str) -> tuple[str, Path] | None:
        """Return (file name it was uploaded under, file that holds its bytes), or None."""
        with self._read() as db:
            row = db.execute("SELECT name FROM originals WHERE sha256 = ?", (sha256,)).fetchone()
        return None if row is None else (row[0], self.directory / ORIGINALS / sha256)

    def backup(self, target: Path) -> None:
        """Write a consistent copy of the library, also while others write to it.

        ``target`` becomes a directory that can be used with ``--library``: the ledger and the kept
        uploads; the vector index is rebuilt from it.

        Raises:
            LibraryError: there is a library at the target already, or it cannot be written.
        """
        if (target / FILE_NAME).exists():
            raise LibraryError(
                f"There is a library in {target} already.", "Name a directory that does not exist."
            )
        try:
            target.mkdir(parents=True, exist_ok=True)
            part = target / (FILE_NAME + ".part")
            part.unlink(missing_ok=True)
            copy = sqlite3.connect(part)
            try:
                with self._read() as db:
                    db.backup(copy)
                # Caches and indexes of this library do not fit what is added to the copy.
                copy.execute("UPDATE meta SET value = lower(hex(randomblob(16))) WHERE key = 'uid'")
                copy.commit()
            finally:
                copy.close()
            kept = self.directory / ORIGINALS
            if kept.is_dir():
                shutil.copytree(kept, target / ORIGINALS, dirs_exist_ok=True)
            os.replace(part, target / FILE_NAME)
        except sqlite3.Error as error:
            raise translate(error, target) from error
        except OSError as error:
            raise LibraryError(
                f"The backup cannot be written to {target}: {error.strerror}.",
                "Name a directory on a disk with enough space.",
            ) from error
