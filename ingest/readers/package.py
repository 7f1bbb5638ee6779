"""The package of an office file: a zip archive of XML parts, opened within bounds.

What a part unpacks to is bounded before it is opened, names are only ever looked up, and XML is
parsed without a network, without entities and to a bounded depth.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from rag.errors import UnreadableFile

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_MOST_ENTRIES = 50_000
_MOST_UNPACKED = 400_000_000
"""All parts that are read of one file may unpack to so many bytes."""

TREE_BYTES = 40_000_000
"""A part that is held in memory as a tree may have so many bytes; the tree takes about five times
that."""

_BOMB_RATIO = 500
_BOMB_BYTES = 50_000_000
_CENTRAL = b"PK\x01\x02"
_LOCAL_HEAD = 30
_CHUNK = 1 << 16
_ENTITIES = re.compile(rb"<!ENTITY|<\x00?!\x00E\x00N\x00T\x00I\x00T\x00Y")
_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/(\w+)")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD = (
    ("WordDocument", "Word", ".docx"),
    ("Workbook", "Excel", ".xlsx"),
    ("PowerPoint Document", "PowerPoint", ".pptx"),
    ("Book", "Excel", ".xlsx"),
)

DAMAGED = "Open it in an office program, save it again and add it anew."
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
)


class MissingPart(UnreadableFile):
    """A part that the file needs is not in it."""


@dataclass(frozen=True, slots=True)
class Relation:
    """What one part of a package says of another: its kind, its name, whether it lies outside."""

    kind: str
    target: str
    external: bool = False


class Package:
    """The parts of an office file by name, whatever the case and the slashes of the names.

    Args:
        data: the file.
        what: what the file should be, for messages ("Word document").

    Raises:
        UnreadableFile: it is no zip archive, it is encrypted, or it is made to do harm.
    """

    def __init__(self, data: bytes, what: str) -> None:
        self.what = what
        self.notes: list[str] = []
        self._left = _MOST_UNPACKED
        if data.startswith(_OLE):
            raise _not_a_package(data)
        if data.count(_CENTRAL) > _MOST_ENTRIES:
            raise UnreadableFile(
                f"The file has more than {_MOST_ENTRIES} parts.", "No office program writes that."
            )
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
            entries = self._archive.infolist()
        except _FAULTS as error:
            if data.startswith(b"PK") and "not a zip" in str(error):
                raise self.damaged(ValueError("it breaks off before its end")) from error
            raise self.damaged(error) from error
        self._entries: dict[str, zipfile.ZipInfo] = {}
        for entry in entries:
            self._entries[_folded(entry.filename)] = entry
        self._refuse_overlaps(entries)

    def __contains__(self, name: str) -> bool:
        return _folded(name) in self._entries

    def names(self) -> list[str]:
        """Return the names of all parts in lower case, with "/" between folders, sorted."""
        return sorted(self._entries)

    def size(self, name: str) -> int:
        """Return the number of bytes that a part says it unpacks to, 0 where it is not there."""
        entry = self._entries.get(_folded(name))
        return entry.file_size if entry else 0

    def damaged(self, error: Exception) -> UnreadableFile:
        """Return the error that says that the file, or a part that it needs, is damaged."""
        words = " ".join(str(error).split())[:160] or type(error).__name__
        if words.startswith("unknown error"):  # libxml2 had no memory left
            return UnreadableFile(
                "Its XML takes too much memory to read.", "Split the file into several ones."
            )
        return UnreadableFile(f"The file is no {self.what}, or it is damaged ({words}).", DAMAGED)

    def read(self, name: str, limit: int = TREE_BYTES) -> bytes:
        """Return the bytes of a part.

        Raises:
            MissingPart: it is not there.
            UnreadableFile: it is damaged, encrypted or too big.

        """
        with self.open(name, limit) as file:
            try:
                return file.read()
            except _FAULTS as error:
                raise self.damaged(error) from error

    def open(self, name: str, limit: int = _MOST_UNPACKED, *, again: bool = False) -> IO[bytes]:
        """Return a part as a file that gives at most the bytes that it says it has.

        A part that is opened ``again`` does not count twice against what the file may unpack to.

        Raises:
            MissingPart: it is not there.
            UnreadableFile: it is encrypted or too big.

        """
        entry = self._entries.get(_folded(name))
        if entry is None:
            raise MissingPart(f"The file is no {self.what}: its part {name} is missing.", DAMAGED)
        if entry.flag_bits & 0x1:
            raise encrypted()
        size = entry.file_size
        bomb = size > _BOMB_BYTES and size > _BOMB_RATIO * max(1, entry.compress_size)
        if size > min(limit, self._left) or bomb:
            raise UnreadableFile(
                f"Its part {name} unpacks to {size // 1_000_000} MB, which is too much.",
                "Split the file, or take its largest part out.",
            )
        self._left -= 0 if again else size
        try:
            return self._archive.open(entry)
        except _FAULTS as error:
            raise self.damaged(error) from error

    def xml(self, name: str) -> Element:
        """Return the root of an XML part; a damaged one as far as it can be read, with a note.

        Raises:
            UnreadableFile: the part is missing, or nothing of it can be read.

        """
        return self.parse(self.read(name), name)

    def optional(self, name: str) -> Element | None:
        """Return the root of an XML part that the text does without, None with a note if broken."""
        if name not in self:
            return None
        try:
            return self.xml(name)
        except UnreadableFile as error:
            self.notes.append(f"{name} was left out: {error.message}")
            return None

    def parse(self, data: bytes, name: str) -> Element:
        """Return the root of XML; see ``xml``."""
        from lxml import etree

        refuse_entities(data)
        data = _transitional(data)
        root: Element | None
        try:
            root = etree.fromstring(data, _parser())
        except etree.XMLSyntaxError as error:
            root = etree.fromstring(data, _parser(recover=True)) if data.strip() else None
            if root is None:
                raise self.damaged(error) from error
            self.notes.append(f"{name} is damaged: what could be read of it was read")
        return root

    def blocks(
        self, name: str, parents: Collection[str], tags: Collection[str]
    ) -> Iterator[Element]:
        """Yield the children of the parents with one of the tags, each as soon as it is read.

        A child is emptied when the next one is asked for, so that memory does not grow with the
        part. A part that breaks off ends the stream with a note.

        Raises:
            UnreadableFile: the part is missing, or broken before its first block.

        """
        for _, element in self.events(name, tags, ("end",)):
            above = element.getparent()
            if above is not None and above.tag in parents:
                yield element
                forget(element)

    def events(
        self, name: str, tags: Collection[str], kinds: Sequence[str]
    ) -> Iterator[tuple[str, Element]]:
        """Yield the starts and ends of elements with one of the tags as a part is read.

        A part that breaks off ends the stream with a note.

        Raises:
            UnreadableFile: the part is missing, or broken before its first event.

        """
        from lxml import etree

        found = False
        with self.open(name) as file:
            try:
                for event in etree.iterparse(
                    _Transitional(file),
                    events=tuple(kinds),
                    tag=[*tags],
                    resolve_entities=False,
                    no_network=True,
                    load_dtd=False,
                    huge_tree=False,
                    remove_comments=True,
                    remove_pis=True,
                ):
                    found = True
                    yield event
            except (etree.XMLSyntaxError, *_FAULTS) as error:
                if not found:
                    raise self.damaged(error) from error
                self.notes.append(
                    f"{name} is damaged: what stands after the damage was not read "
                    f"({' '.join(str(error).split())[:120]})"
                )

    def relations(self, name: str = "") -> Mapping[str, Relation]:
        """Return what a part relates to by id; the package's own relations for no name."""
        folder, _, base = name.rpartition("/")
        path = f"{folder}/_rels/{base}.rels" if folder else f"_rels/{base}.rels"
        root = self.optional(path)
        found: dict[str, Relation] = {}
        for each in () if root is None else root.iter(_RELATION):
            target = each.get("Target") or ""
            outside = each.get("TargetMode") == "External"
            kind = (each.get("Type") or "").rpartition("/")[2]
            found[each.get("Id") or ""] = Relation(
                kind, target if outside else _joined(folder, target), outside
            )
        return found

    def main(self, default: str) -> str:
        """Return the name of the part that the package names as its document, else ``default``."""
        for relation in self.relations().values():
            if relation.kind == "officeDocument" and relation.target in self:
                return relation.target
        return default

    def _refuse_overlaps(self, entries: list[zipfile.ZipInfo]) -> None:
        """Refuse an archive whose entries share bytes: a small one could unpack without end.

        Raises:
            UnreadableFile: two entries overlap.

        """
        ordered = sorted(entries, key=lambda entry: entry.header_offset)
        for entry, after in zip(ordered, ordered[1:], strict=False):
            end = entry.header_offset + _LOCAL_HEAD + entry.compress_size
            if end > after.header_offset:
                raise UnreadableFile(
                    f"The parts {entry.filename!r} and {after.filename!r} share bytes of the file.",
                    DAMAGED,
                )


def forget(element: Element) -> None:
    """Empty an element that has been read, and take away what stood before it."""
    above = element.getparent()
    element.clear()
    while above is not None and element.getprevious() is not None:
        del above[0]


class _Transitional:
    """A part whose names of the strict standard are replaced by the usual ones as it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._first = True

    def read(self, size: int = _CHUNK) -> bytes:
        chunk = self._file.read(max(size, _CHUNK) if self._first else size)
        if self._first:
            self._first = False
            refuse_entities(chunk)
            return _transitional(chunk)
        return chunk


def encrypted() -> UnreadableFile:
    """Return the error that says that a file is protected by a password."""
    return UnreadableFile(
        "The file is protected by a password.",
        "Open it with the password, save it without one and add it again.",
    )


def refuse_entities(data: bytes) -> None:
    """Refuse XML that declares entities, which no office program writes.

    Raises:
        UnreadableFile: it does.

    """
    if _ENTITIES.search(data[:_CHUNK]):
        raise UnreadableFile(
            "Its XML declares entities, which office files never do.",
            "It may be made to do harm; open it in an office program and save it anew.",
        )


def _transitional(data: bytes) -> bytes:
    if b"purl.oclc.org" not in data:
        return data
    return _STRICT.sub(rb"http://schemas.openxmlformats.org/\1/2006/\2", data)


def _parser(*, recover: bool = False) -> Any:
    from lxml import etree

    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=recover,
        remove_comments=True,
        remove_pis=True,
    )


def _folded(name: str) -> str:
    r"""Return a part's name as it is looked up.

    >>> _folded("Word\\Document.xml"), _folded("/word/./document.xml")
    ('word/document.xml', 'word/document.xml')
    """
    parts: list[str] = []
    for part in name.replace("\\", "/").split("/"):
        if part == "..":
            parts[-1:] = []
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(parts).lower()


def _joined(folder: str, target: str) -> str:
    """Return the name of a part that another one in ``folder`` points to.

    >>> _joined("ppt/slides", "../notesSlides/n1.xml"), _joined("xl", "/xl/worksheets/s.xml")
    ('ppt/notesslides/n1.xml', 'xl/worksheets/s.xml')
    """
    target = target.partition("#")[0]
    return _folded(target if target[:1] in {"/", "\\"} else f"{folder}/{target}")


def _not_a_package(data: bytes) -> UnreadableFile:
    """Return the error for a compound file: an encrypted document, or one of the old formats."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return encrypted()
    for stream, program, suffix in _OLD:
        if stream.encode("utf-16-le") in data:
            return UnreadableFile(
                f"The file is in {program}'s old format, which is not read.",
                f"Open it in an office program, save it as {suffix} and add it again.",
            )
    return UnreadableFile(
        "The file is encrypted or in an old office format.",
        "Save it in the present format without a password and add it again.",
    )
