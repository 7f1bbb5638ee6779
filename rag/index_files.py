"""The vector index on disk: generations in directories of their own, and which one is current.

A generation is written by one process, checked, and from then on only read: the next one is built
beside it, and a rename of one small file makes it the current one. So no crash can tear the index
that is in use, and a generation that was being written is simply left behind and swept away.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import tempfile
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from rag.errors import LibraryError

SQLITE = "chroma.sqlite3"  # Chroma writes to it even when it is only read
CURRENT = "current.json"
CLEAN = "clean.json"
WIPED = "wiped.json"
LOCK = "lock"
PREFIX = "generation-"

Manifest = Mapping[str, tuple[int, int]]
"""Size and CRC-32 of files, by their path in a generation's directory."""


@dataclass(frozen=True, slots=True)
class Generation:
    """A finished index: whose vectors, up to which change, and what its files look like.

    ``deleted`` counts vectors that were removed from it and still take space.
    """

    name: str
    uid: str
    model_id: str
    dimensions: int
    applied_seq: int
    count: int
    deleted: int
    files: Manifest


@dataclass(frozen=True, slots=True)
class Health:
    """What a check found: whether the index can be trusted, and why not.

    ``missing`` and ``extra`` count ids against the ledger; ``recalled`` of ``sampled`` vectors
    found themselves, or an equally distant twin, first.
    """

    ok: bool
    reason: str = ""
    missing: int = 0
    extra: int = 0
    sampled: int = 0
    recalled: int = 0


def manifest(directory: Path) -> dict[str, tuple[int, int]]:
    """Return the size and CRC-32 of every file of a generation that is never written again."""
    found = {}
    for path in sorted(directory.rglob("*")):
        if path.is_file() and not path.name.startswith(SQLITE):
            found[str(path.relative_to(directory))] = _print(path)
    return found


def settle(directory: Path) -> None:
    """Make sure that every file below a directory, and its names, are on the disk."""
    for path in (directory, *directory.rglob("*")):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


class IndexFiles:
    """The directory of a vector index, held by one process at a time."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._lock: IO[bytes] | None = None

    def acquire(self) -> bool:
        """Become the one owner of the index; False when another process is.

        Raises:
            LibraryError: the directory cannot be written.
        """
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            handle = (self.directory / LOCK).open("ab")
        except OSError as error:
            raise LibraryError(
                f"The index in {self.directory} cannot be written: {error.strerror}.",
                "Give yourself the right to write in that directory.",
            ) from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            handle.close()
            return False
        self._lock = handle
        return True

    def release(self) -> None:
        """Let another process own the index."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def path(self, name: str) -> Path:
        """Return the directory of a generation."""
        return self.directory / name

    def current(self) -> Generation | None:
        """Return the generation in use; None when there is none that can be made out."""
        try:
            values = json.loads((self.directory / CURRENT).read_text(encoding="utf-8"))
            values["files"] = {name: (size, crc) for name, (size, crc) in values["files"].items()}
            return Generation(**values)
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return None

    def publish(self, generation: Generation) -> None:
        """Make a generation the current one, at once and for good."""
        self._write(CURRENT, asdict(generation))

    def intact(self, generation: Generation) -> bool:
        """Whether a generation's files are, to the byte, those that were published."""
        try:
            return manifest(self.path(generation.name)) == dict(generation.files)
        except OSError:
            return False

    def leave_clean(self, generation: Generation) -> None:
        """Record that the index was closed in order, with what the database file looks like."""
        self._write(CLEAN, {"name": generation.name, "sqlite": self._database(generation)})

    def was_clean(self, generation: Generation) -> bool:
        """Whether the index was closed in order and untouched since; forgets it."""
        try:
            left = json.loads((self.directory / CLEAN).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        finally:
            (self.directory / CLEAN).unlink(missing_ok=True)
        return bool(left == {"name": generation.name, "sqlite": self._database(generation)})

    def sweep(self, keep: str | None) -> None:
        """Remove every generation but one, and what an interrupted writer left."""
        for path in self.directory.iterdir():
            if path.is_dir() and path.name.startswith(PREFIX) and path.name != keep:
                shutil.rmtree(path, ignore_errors=True)
            elif path.name.startswith(".new-"):
                path.unlink(missing_ok=True)

    def wipe(self, purges: int) -> None:
        """Remove every generation, and record that nothing here is older than so many purges."""
        for name in (CURRENT, CLEAN):
            (self.directory / name).unlink(missing_ok=True)
        self.sweep(None)
        self._write(WIPED, purges)

    def wiped(self) -> int:
        """Return the number of the purge that everything here is newer than; 0 for none."""
        try:
            return int(json.loads((self.directory / WIPED).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return 0

    def generations(self) -> list[str]:
        """Return the names of the generations on disk, also of those being made or left over."""
        if not self.directory.is_dir():
            return []
        return sorted(one.name for one in self.directory.iterdir() if one.name.startswith(PREFIX))

    def _database(self, generation: Generation) -> list[list[object]]:
        try:
            return [
                [path.name, *_print(path)]
                for path in sorted(self.path(generation.name).glob(SQLITE + "*"))
            ]
        except OSError:
            return []

    def _write(self, name: str, value: object) -> None:
        handle, part = tempfile.mkstemp(dir=self.directory, prefix=".new-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(value, file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, self.directory / name)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(part)
            raise
        settle_names(self.directory)


def settle_names(directory: Path) -> None:
    """Make sure that a directory's list of names is on the disk."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _print(path: Path) -> tuple[int, int]:
    crc = 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            crc = zlib.crc32(block, crc)
    return path.stat().st_size, crc
