"""The files of an upload: what they may be called, where they lie, and how they are kept."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

from rag.errors import BadRequest, LibraryError, TooLarge

UPLOADS = "uploads"
_LONGEST_NAME = 200  # bytes; file systems take 255
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def check_name(name: str) -> str:
    """Return a file name that is only a name.

    >>> check_name("report 2.txt")
    'report 2.txt'

    Raises:
        BadRequest: it is empty, a path, too long, or holds characters that are not seen.
    """
    hint = "Send the bare name of the file, such as report.pdf."
    if not name.strip():
        raise BadRequest("A file has no name.", hint)
    if "/" in name or "\\" in name or name.startswith(".") or re.match(r"[A-Za-z]:", name):
        raise BadRequest(f"{name[:100]!r} is a path or a hidden file, not a file name.", hint)
    if any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") or c in _BIDI for c in name):
        raise BadRequest(f"The file name {name[:100]!r} holds invisible characters.", hint)
    if len(name.encode()) > _LONGEST_NAME:
        size = len(name.encode())
        raise BadRequest(f"A file name has {size:,} bytes; {_LONGEST_NAME} are the limit.", hint)
    return name


def upload_folder(library: Path, collection: str) -> Path:
    """Return the folder from which a collection's uploads are read."""
    if _PLAIN.fullmatch(collection):
        return library / UPLOADS / collection
    return library / UPLOADS / ("c-" + hashlib.sha256(collection.encode()).hexdigest()[:16])


def keep_files(
    folder: Path, files: Sequence[tuple[str, BinaryIO]], *, most_mb: int
) -> list[dict[str, Any]]:
    """Write files into a new folder so that a power cut does not lose them; return name and size.

    Raises:
        TooLarge: together they are larger than ``most_mb``.
        LibraryError: they cannot be written.
    """
    left = most_mb * 1024 * 1024
    kept = []
    try:
        folder.mkdir(parents=True)
        for name, source in files:
            size = 0
            with (folder / name).open("xb") as target:
                while chunk := source.read(1024 * 1024):
                    size += len(chunk)
                    left -= len(chunk)
                    if left < 0:
                        raise TooLarge(
                            f"The upload is larger than {most_mb} MB.",
                            "Send fewer files at a time, or raise the setting max_upload_mb.",
                        )
                    target.write(chunk)
                target.flush()
                os.fsync(target.fileno())
            kept.append({"name": name, "bytes": size})
        _sync_folder(folder)
    except OSError as error:
        raise LibraryError(
            f"The upload cannot be written to {folder.parent}: {error.strerror}.",
            "Free some space on that disk, then try again.",
        ) from error
    return kept


def _sync_folder(folder: Path) -> None:
    """Make the names in a folder outlast a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
