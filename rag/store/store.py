"""Connections and transactions of the ledger: WAL, one connection a thread, errors translated."""

from __future__ import annotations

import sqlite3
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from rag.errors import Busy, LibraryError, VouchError
from rag.mounts import refuse_network_folder
from rag.store.migrations import library_version, migrate

FILE_NAME = "library.db"
PAGE_BYTES = 8192  # five vectors of 384 floats to a page, where 4096 would hold two
WAIT_SECONDS = 60.0  # how long one writer waits for the others,
PURGE_SECONDS = 1800.0  # and while a purge is under way, which writes the whole file anew
PURGING = "purging"  # the meta value that is there while one is
NEW = ".new-"
"""What the names of files begin with that are half written, or in use by one process alone."""


class Connection(sqlite3.Connection):
    """A connection that can be referred to weakly, so that it ends with its thread."""


def translate(error: sqlite3.Error, directory: Path) -> VouchError:
    """Return the error for a person that fits an SQLite error."""
    name = getattr(error, "sqlite_errorname", "") or ""
    file = directory / FILE_NAME
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return Busy(
            f"Another process has kept {file} locked for over {WAIT_SECONDS:.0f} seconds.",
            "Wait until it has finished, then try again.",
        )
    if name == "SQLITE_FULL":
        return LibraryError(
            f"There is no space left for {file}; nothing was half written.",
            "Free some space on that disk, then run the command again.",
        )
    if name.startswith("SQLITE_NOTADB"):
        return LibraryError(
            f"{file} is not a Vouch library.", "Name another directory with --library."
        )
    if name.startswith("SQLITE_CORRUPT"):
        return LibraryError(
            f"{file} is damaged: {error}.",
            "Put a backup in its place (vouch backup makes them), or add the documents again to a"
            " new library with --library.",
        )
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH")):
        return LibraryError(
            f"{file} cannot be opened for writing: {error}.",
            "Give yourself the right to write in that directory, or name another with --library.",
        )
    if name.startswith("SQLITE_IOERR"):
        return LibraryError(
            f"Reading or writing {file} failed: {error} ({name}).",
            "Check the disk and its free space, then run the command again.",
        )
    return LibraryError(f"{file} could not be used: {error} ({name or type(error).__name__}).")


def _begin(db: Connection) -> None:
    """Begin to write, when the others have ended."""
    deadline = time.monotonic() + PURGE_SECONDS
    patient = False
    while True:
        try:
            db.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            busy = (getattr(error, "sqlite_errorname", "") or "").startswith("SQLITE_BUSY")
            if not busy or time.monotonic() > deadline:
                raise
            found = db.execute("SELECT 1 FROM meta WHERE key = ?", (PURGING,)).fetchone()
            if not found and not patient:
                raise
            patient = found is not None  # one more time, where it has just ended
        else:
            return


class Store:
    """An open ``library.db``: safe to share between threads, and between processes.

    Args:
        directory: the library's directory; it is made when it is missing.
        max_bytes: refuse to let the file grow beyond this size; None for no bound.

    Raises:
        LibraryError: the directory lies on a network folder, or cannot be used.
    """

    def __init__(self, directory: Path, *, max_bytes: int | None = None) -> None:
        refuse_network_folder(directory)
        self.directory = directory
        self._max_bytes = max_bytes
        self._local = threading.local()
        self._open: weakref.WeakSet[Connection] = weakref.WeakSet()
        self._open_lock = threading.Lock()
        self._closed = False
        try:
            directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LibraryError(
                f"The directory {directory} cannot be made: {error.strerror}.",
                "Name another directory with --library.",
            ) from error
        self._connection()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every thread's connection; the ledger cannot be used afterwards."""
        with self._open_lock:
            self._closed = True
            connections = list(self._open)
            self._open.clear()
        for connection in connections:
            connection.close()

    def _connection(self) -> Connection:
        existing: Connection | None = getattr(self._local, "connection", None)
        if existing is not None and not self._closed:
            return existing
        if self._closed:
            raise LibraryError(f"The library {self.directory} has been closed.")
        connection = self._connect()
        with self._open_lock:
            self._open.add(connection)
        self._local.connection = connection
        return connection

    def _connect(self) -> Connection:
        deadline = time.monotonic() + WAIT_SECONDS
        while True:
            connection: Connection | None = None
            try:
                connection = sqlite3.connect(
                    self.directory / FILE_NAME,
                    timeout=WAIT_SECONDS,
                    isolation_level=None,
                    check_same_thread=False,
                    cached_statements=256,
                    factory=Connection,
                )
                self._prepare(connection)
                return connection
            except sqlite3.Error as error:
                if connection is not None:
                    connection.close()
                # Two processes that make a library at once: the change to WAL does not wait.
                busy = (getattr(error, "sqlite_errorname", "") or "").startswith("SQLITE_BUSY")
                if not busy or time.monotonic() > deadline:
                    raise translate(error, self.directory) from error
                time.sleep(0.02)
            except BaseException:
                if connection is not None:
                    connection.close()
                raise

    def _prepare(self, db: Connection) -> None:
        db.execute(f"PRAGMA page_size = {PAGE_BYTES}")
        # Reading the version first refuses a foreign file before anything in it is changed.
        fresh = getattr(self, "_migrated", False)
        if not fresh:
            library_version(db)
        if db.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA secure_delete = ON")
        db.execute("PRAGMA temp_store = MEMORY")
        db.execute("PRAGMA cache_size = -32768")
        if self._max_bytes is not None:
            page = int(db.execute("PRAGMA page_size").fetchone()[0])
            db.execute(f"PRAGMA max_page_count = {max(1, self._max_bytes // page)}")
        if not fresh:
            migrate(db)
            self._migrated = True

    @contextmanager
    def _read(self) -> Iterator[Connection]:
        """Yield a connection inside a snapshot: everything read belongs to one moment."""
        db = self._connection()
        if db.in_transaction:
            yield db
            return
        try:
            db.execute("BEGIN")
            try:
                yield db
            finally:
                if db.in_transaction:
                    db.execute("COMMIT")
        except sqlite3.Error as error:
            raise translate(error, self.directory) from error

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        """Yield a connection inside a write transaction: all of it happens, or nothing."""
        db = self._connection()
        try:
            _begin(db)
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise translate(error, self.directory) from error

    @contextmanager
    def _settled(self) -> Iterator[Connection]:
        """Yield a connection outside any transaction."""
        try:
            yield self._connection()
        except sqlite3.Error as error:
            raise translate(error, self.directory) from error
