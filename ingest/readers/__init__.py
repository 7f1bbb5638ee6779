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
from typing import TYPE_CHECKING, NamedTuple, cast

from ingest.passing import PassingTrouble
from ingest.readers.content import content_suffix, mismatch, sniff
from rag.errors import UnreadableFile
from rag.types import Document

if TYPE_CHECKING:
    from ingest.dates import Order

__all__ = [
    "FORMATS",
    "RECORDS",
    "TABLE",
    "Format",
    "Member",
    "ReadOptions",
    "Reader",
    "Reading",
    "Source",
    "Unpacker",
    "content_suffix",
    "format_of",
    "formats",
    "load_reader",
    "load_unpacker",
    "mismatch",
    "sniff",
    "suffix_of",
]


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
    renew: Callable[[], None] = lambda: None
    """Called before each page that is recognised: the time of the file begins anew."""
    seconds: float = 25.0
    """The time of the file; a reader may stop before and give what it has."""

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
    passed_over: bool = False
    """Whether nobody misses it, such as a system's own files; then ``why`` is no fault."""


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


TABLE = Format("ingest.readers.table", plain=True)
RECORDS = Format("ingest.readers.records")
_ARCHIVE = Format("ingest.readers.archive", reads=False, unpacks=True)
_CODE = (
    ".py .pyi .js .mjs .jsx .ts .tsx .c .h .cc .cpp .cxx .hpp .hh .cs .java .kt .scala .go .rs .rb"
    " .php .pl .pm .swift .lua .r .jl .m .f90 .hs .ml .ex .exs .erl .clj .lisp .el .vim .sh .bash"
    " .zsh .fish .ps1 .bat .sql .toml .yaml .yml .json .xml .xsd .xsl .ini .cfg .conf"
    " .properties .css .scss .less .vue .tex .bib .sty .cmake .gradle .proto .graphql .diff .patch"
)


def _table(families: Mapping[str, Format]) -> dict[str, Format]:
    return {suffix: form for suffixes, form in families.items() for suffix in suffixes.split()}


FORMATS: dict[str, Format] = _table(
    {
        ".txt .text .log .info": Format("ingest.readers.text", plain=True),
        ".md .markdown": Format("ingest.readers.markdown"),
        ".html .htm .xhtml": Format("ingest.readers.web"),
        ".mhtml .mht": Format("ingest.readers.saved_page"),
        ".pdf": Format("ingest.readers.pdf"),
        ".docx .docm": Format("ingest.readers.word"),
        ".pptx .pptm": Format("ingest.readers.slides"),
        ".xlsx .xlsm .ods": Format("ingest.readers.sheets"),
        ".odt .odp": Format("ingest.readers.opendocument"),
        ".rtf": Format("ingest.readers.rtf"),
        ".epub": Format("ingest.readers.epub"),
        ".rst": Format("ingest.readers.rst"),
        ".csv .tsv": TABLE,
        ".jsonl .ndjson": RECORDS,
        ".ipynb": Format("ingest.readers.notebook"),
        ".eml": Format("ingest.readers.mail", unpacks=True),
        ".mbox": Format("ingest.readers.mail_box", reads=False, unpacks=True),
        ".zip .tar .gz .bz2 .xz .tgz .tbz2 .txz .tar.gz .tar.bz2 .tar.xz": _ARCHIVE,
        ".doc .dot .xls .xlt .ppt .pps .msg": Format("ingest.readers.old_office"),
        _CODE: Format("ingest.readers.code"),
    }
)

_DOUBLE = frozenset((".gz", ".bz2", ".xz"))


def suffix_of(path: str) -> str:
    """Return the suffix that decides how a file is read, in lower case.

    >>> suffix_of("/a/Report.PDF"), suffix_of("/a/b.tar.gz"), suffix_of("/a/page.html.gz")
    ('.pdf', '.tar.gz', '.gz')
    """
    # A name ends like "..", or in blanks that a system took off and PurePath does not.
    pure = PurePath(path.rstrip())
    suffix = pure.suffix.lower()
    if suffix in _DOUBLE and PurePath(pure.stem).suffix.lower() == ".tar":
        return f".tar{suffix}"
    return suffix


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


def format_of(suffix: str) -> Format | None:
    """Return the format of a suffix, None where nothing reads it.

    What is installed is only looked through for a suffix that Vouch does not read itself.

    >>> format_of(".txt").plain, format_of(".nothing")
    (True, None)
    """
    return FORMATS.get(suffix) or formats().get(suffix)


def load_reader(module: str) -> Reader:
    """Return the reader of a module, the function ``read``; what it needs is imported now.

    Raises:
        UnreadableFile: the module, or what it needs, is not installed.

    """
    return cast(Reader, _function(module, "read"))


def load_unpacker(module: str) -> Unpacker:
    """Return the unpacker of a module, the function ``unpack``; what it needs is imported now.

    Raises:
        UnreadableFile: the module, or what it needs, is not installed.

    """
    return cast(Unpacker, _function(module, "unpack"))


def _function(module: str, name: str) -> object:
    try:
        return getattr(import_module(module), name)
    except ImportError as error:
        raise PassingTrouble(
            f"The reader of this format cannot be loaded ({error}).",
            "Install what it names, or take this file out of the folder.",
        ) from error
    except AttributeError as error:
        raise UnreadableFile(
            f"The reader {module} has no function {name}.", "Ask whoever made it."
        ) from error
