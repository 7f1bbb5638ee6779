"""Troubles that pass: what kept a file from being read, and is not the file's own.

The time of the last change that is kept with such a file is one that no file has, so that the next
add opens it again.
"""

from __future__ import annotations

from rag.errors import UnreadableFile
from rag.store.values import OriginRow

AGAIN_NS = -1
"""The time of a file's last change that makes the next add open it, whatever its own is."""

AGAIN_NOTE = "it is tried again with the next add"


class PassingTrouble(UnreadableFile):
    """A file that cannot be read just now: the disk, the system or the installation is at fault."""


class DoubtfulTrouble(PassingTrouble):
    """A file that took too long, or whose parser was killed: the machine's fault or its own.

    It gets a second try. Where that ends alike, the file is held to be at fault.
    """


def tried_again(error: Exception, file_sha256: str, row: OriginRow | None) -> bool:
    """Say whether the next add tries a file again although it has not changed.

    Args:
        error: why it could not be read.
        file_sha256: the hash of its bytes, "" where they could not be read.
        row: what became of it the last time.

    """
    if not isinstance(error, DoubtfulTrouble):
        return isinstance(error, PassingTrouble)
    alike = row is not None and row.state == "failed" and row.why.startswith(error.message)
    return not (alike and row is not None and row.file_sha256 == file_sha256)
