"""Readers: the bytes of a file -> documents with exact places, one module per family of formats.

``FORMATS`` maps a suffix to its reader; a reader is imported when its first file comes. Others may
add formats: an installed package that declares the entry point ``.xyz = "its.module"`` in the group
``vouch.readers`` has its module read files with that suffix (``formats``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
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
    passwords: tuple[str, ...] = ()
    ocr: bool = True
    ocr_languages: str = "eng"


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


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside another one: of an archive, a mailbox, or attached to a message.

    ``name`` is its path there, with "/" between folders; it says where the member stands and is
    never used to open anything. A member that cannot be taken out has no data and says ``why``.
    """

    name: str
    data: bytes
    suffix: str = ""
    """How it is read; "" for what its name says."""
    why: str = ""
    hint: str = ""


Unpacker = Callable[[Source], Iterator[Member]]


class Format(NamedTuple):
    """The module of a format's reader, and how it is used.

    The module has a function ``read`` (a ``Reader``) where it ``reads``, and a function ``unpack``
    (an ``Unpacker``) where it ``unpacks``; a message does both. A ``plain`` one may run in this
    process when the file is UTF-8 and of usual size.
    """

    module: str
    plain: bool = False
    reads: bool = True
    unpacks: bool = False


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


@lru_cache(maxsize=1)
def formats() -> Mapping[str, Format]:
    """Return the format for each suffix: Vouch's own, and those that installed packages add."""
    from importlib.metadata import entry_points

    added = {
        point.name.lower(): Format(point.value)
        for point in entry_points(group="vouch.readers")
        if point.name.startswith(".")
    }
    return {**added, **FORMATS}


def load_reader(module: str) -> Reader:
    """Return the reader of a module, the function ``read``; what it needs is imported now."""
    return cast(Reader, import_module(module).read)
