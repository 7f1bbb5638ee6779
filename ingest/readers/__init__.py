"""Readers: the bytes of a file -> documents with exact places, one module per family of formats.

``FORMATS`` maps a suffix to its reader; a reader is imported when its first file comes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import PurePath
from typing import NamedTuple, cast

from ingest.dates import Order
from rag.types import Document


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What a reader may be told: the columns of tables, and the order of day and month."""

    text_column: str | None = None
    title_column: str | None = None
    published_column: str | None = None
    publisher_column: str | None = None
    id_column: str | None = None
    date_order: Order = "auto"


@dataclass(frozen=True, slots=True)
class Source:
    """A file as a reader gets it: where it lies, its bytes, and what it was told about it."""

    path: str
    data: bytes
    options: ReadOptions = field(default_factory=ReadOptions)

    @property
    def stem(self) -> str:
        """The file's name without its suffix, with blanks for underscores and hyphens."""
        stem = PurePath(self.path).stem
        return " ".join(stem.replace("_", " ").replace("-", " ").split()) or stem


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader found: documents, which may be none, and notes for the person who adds it."""

    documents: tuple[Document, ...]
    notes: tuple[str, ...] = ()


Reader = Callable[[Source], Reading]


class Format(NamedTuple):
    """The module of a format's reader, and whether it is plain enough to run in this process."""

    module: str
    plain: bool = False


_TEXT = Format("ingest.readers.text", plain=True)
_MARKDOWN = Format("ingest.readers.markdown")
_WEB = Format("ingest.readers.web")
TABLE = Format("ingest.readers.table", plain=True)

FORMATS: dict[str, Format] = {
    ".txt": _TEXT,
    ".text": _TEXT,
    ".log": _TEXT,
    ".md": _MARKDOWN,
    ".markdown": _MARKDOWN,
    ".html": _WEB,
    ".htm": _WEB,
    ".xhtml": _WEB,
    ".pdf": Format("ingest.readers.pdf"),
    ".docx": Format("ingest.readers.word"),
    ".csv": TABLE,
    ".tsv": TABLE,
}

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", ".pdf"),
    (b"PK\x03\x04", "a zip archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office file"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"\x7fELF", "a program"),
    (b"\x1f\x8b", "a compressed file"),
    (b"SQLite format 3\x00", "a database"),
)


def suffix_of(path: str) -> str:
    """Return the suffix that decides how a file is read, in lower case.

    >>> suffix_of("/a/Report.PDF")
    '.pdf'
    """
    return PurePath(path).suffix.lower()


def sniff(head: bytes) -> str:
    """Return what the first bytes of a file say it is: a suffix, words, or the empty string.

    >>> sniff(b"%PDF-1.7"), sniff(b"hello")
    ('.pdf', '')
    """
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return name
    return ""


def load_reader(module: str) -> Reader:
    """Return the reader of a module, the function ``read``; what it needs is imported now."""
    return cast(Reader, import_module(module).read)
