"""The files of a folder: those that can be read, and the reason why each other is left out."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.readers import format_of, suffix_of
from rag.errors import NotFound
from rag.store.migrations import APPLICATION_ID

_NAMED_HIDDEN = 5
_LIBRARY_FILE = "library.db"
_OF_A_LIBRARY = frozenset(("cache", "index", "measure", "originals", "runs", "uploads"))
_SQLITE = b"SQLite format 3\x00"
_ID_AT = slice(68, 72)


@dataclass(frozen=True, slots=True)
class Found:
    """A file that can be read, with its state when the folder was walked."""

    path: str
    root: str
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that is there and not read.

    ``failed`` says that the system would not let us, ``library`` that it is part of a library.
    """

    path: str
    root: str
    why: str
    failed: bool = False
    library: bool = False


def roots(paths: Sequence[Path]) -> list[Path]:
    """Return the files and folders that were asked for, absolute, links resolved, each once.

    Raises:
        NotFound: one of them is not there.

    """
    found: dict[str, Path] = {}
    for path in paths:
        wanted = Path(os.path.expanduser(path))
        if not wanted.exists():
            raise NotFound(
                f"There is no file or folder {str(path)!r}.",
                "Nothing was added or removed. Check the path.",
            )
        real = Path(os.path.realpath(wanted))
        found.setdefault(str(real), real)
    return list(found.values())


def walk(root: Path, library: Path | None = None) -> Iterator[Found | LeftOut]:
    """Yield everything under a root, in the order of names; a file is its own root.

    What libraries consist of is left out: of the one that is written to, ``library``, and of others
    that lie there, such as copies. What lies beside it is not, nor what lies in a part of it that
    is the root.
    """
    if not root.is_dir():
        yield _file(str(root), str(root), root.stat())
        return
    yield from _folder(str(root), str(root), os.path.realpath(library) if library else "")


def _folder(folder: str, root: str, own: str) -> Iterator[Found | LeftOut]:
    waiting = [folder]
    while waiting:
        current = waiting.pop()
        try:
            with os.scandir(current) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            yield LeftOut(current, root, f"the folder cannot be opened ({error.strerror})", True)
            continue
        below = []
        library = current == own or any(map(_is_library, entries))
        hidden = [entry for entry in entries if entry.name.startswith(".")]
        if len(hidden) > _NAMED_HIDDEN:
            yield LeftOut(current, root, f"{len(hidden):,} hidden files and folders in it")
            entries = [entry for entry in entries if not entry.name.startswith(".")]
        for entry in entries:
            if library and entry.name in _OF_A_LIBRARY:
                yield LeftOut(entry.path, root, "part of a library of Vouch", library=True)
                continue
            try:
                if entry.is_dir(follow_symlinks=False) and not entry.name.startswith("."):
                    below.append(entry.path)
                else:
                    yield _entry(entry, root)
            except OSError as error:
                yield LeftOut(entry.path, root, f"it cannot be read ({error.strerror})", True)
        waiting.extend(reversed(below))


def _is_library(entry: os.DirEntry[str]) -> bool:
    """Say whether a file is the ledger of a library."""
    try:
        if entry.name != _LIBRARY_FILE or not entry.is_file(follow_symlinks=False):
            return False
        with open(entry.path, "rb") as file:
            head = file.read(_ID_AT.stop)
    except OSError:
        return False
    return head.startswith(_SQLITE) and head[_ID_AT] == APPLICATION_ID.to_bytes(4, "big")


def _entry(entry: os.DirEntry[str], root: str) -> Found | LeftOut:
    """Return what a name in a folder stands for."""
    if entry.name.startswith("."):
        what = "folder" if entry.is_dir(follow_symlinks=False) else "file"
        return LeftOut(entry.path, root, f"hidden {what}")
    if entry.is_symlink():
        target = os.path.realpath(entry.path)
        inside = target == root or target.startswith(root.rstrip(os.sep) + os.sep)
        where = (
            "to another place in the folder, which is read there" if inside else "out of the folder"
        )
        return LeftOut(entry.path, root, f"a link {where}")
    return _file(entry.path, root, entry.stat(follow_symlinks=False))


def _file(path: str, root: str, state: os.stat_result) -> Found | LeftOut:
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return LeftOut(path, root, "its name is no valid text; rename it")
    if not stat.S_ISREG(state.st_mode):
        return LeftOut(
            path, root, f"not a file but {_KINDS.get(stat.S_IFMT(state.st_mode), 'else')}"
        )
    if os.path.basename(path).startswith("~$"):
        return LeftOut(path, root, "a lock file of an office program that has the file open")
    suffix = suffix_of(path)
    if suffix and format_of(suffix) is None:
        return LeftOut(path, root, f"no reader for {suffix}")
    return Found(path, root, state.st_size, state.st_mtime_ns)


_KINDS = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
