"""The rows that the ledger takes and gives beside the values of ``rag.types``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Op = Literal["put", "delete", "touch"]

UNREAD_REST = "*"
"""The part that stands for whatever else a container holds, where it could not be read on."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The file that documents come from, as it was when it was read.

    ``path`` identifies it within a collection, ``root`` is the folder whose walk found it, and
    ``settings`` are the options that shaped the reading: another value means reading again.
    """

    path: str
    root: str
    file_sha256: str
    size: int
    mtime_ns: int
    settings: str = ""


@dataclass(frozen=True, slots=True)
class UnreadPart:
    """A file inside another one that could not be read, by its path there, why, and what to do."""

    part: str
    why: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class OriginRow:
    """What the ledger knows of a file.

    ``state`` is ``complete``, ``failed`` (an older version may be kept: see ``document_ids``), or
    ``reading`` when writing its documents was interrupted, so that it must be added again. A
    complete one without documents says in ``why`` what makes it none to read. ``unread`` are the
    files inside it that could not be read.
    """

    path: str
    root: str
    file_sha256: str
    size: int
    mtime_ns: int
    settings: str
    state: Literal["reading", "complete", "failed"]
    why: str
    hint: str
    document_ids: tuple[str, ...]
    unread: tuple[UnreadPart, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """What became of one document when its file was put."""

    document_id: str
    part: str
    source: str
    title: str
    outcome: Literal["added", "updated", "unchanged", "removed"]
    passages: int


@dataclass(frozen=True, slots=True)
class Change:
    """A step of the change sequence.

    ``put``: the passage is new, or its vector has become ready. ``delete``: it is gone. ``touch``:
    something else has changed (fields of a document, a failed file), and ``passage_rowid`` is 0.
    """

    seq: int
    op: Op
    passage_rowid: int


@dataclass(frozen=True, slots=True)
class FailedFile:
    """A file that could not be read, why, and what to do."""

    path: str
    why: str
    hint: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a collection holds.

    ``unread`` counts files that could not be read (``failed`` names them; one inside an archive as
    ``/path/a.zip!/b.pdf``), ``embedded`` the
    passages whose vectors are ready, ``copies`` the documents that repeat another one's text,
    ``near_copies`` the texts that repeat most of another one.
    """

    documents: int
    passages: int
    unread: int
    embedded: int
    published_from: str | None
    published_to: str | None
    failed: tuple[FailedFile, ...] = ()
    copies: int = 0
    near_copies: int = 0

    @property
    def embedded_share(self) -> float:
        """The share of passages whose vectors are ready, 0 to 1; 1 when there are none."""
        return self.embedded / self.passages if self.passages else 1.0
