"""Archives: their files one at a time, never written anywhere and never more than fits.

A name only says where a member stands; nothing is opened by it. What a member unpacks to is
bounded before it is read, and so is the whole.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePath
from typing import IO, Any, BinaryIO, Self, cast

from ingest.readers import Member, Source, formats, sniff, suffix_of
from ingest.readers.encoding import is_plain
from ingest.readers.member_names import Names, refused
from rag.errors import UnreadableFile

_MEMBER_BYTES = 100_000_000
_ALL_BYTES = 2_000_000_000
_MOST_MEMBERS = 100_000
_RATIO = 1_000
_RATIO_FLOOR = 20_000_000
_CHUNK = 1 << 20
_CENTRAL = b"PK\x01\x02"
_LOCAL_HEAD = 30
_AES = 99
_UTF8_NAMES = 0x800
_LOCKED = 0x1
_TAR_HEAD = 512
_READ_ERROR = tarfile.ReadError
_BrokenHead: type[Exception] = vars(tarfile)["InvalidHeaderError"]
_CutHead: type[Exception] = vars(tarfile)["TruncatedHeaderError"]
_FAULTS = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    ValueError,
    KeyError,
    IndexError,
    OverflowError,
)
_DAMAGED = "Unpack it with a program of your own and add the folder."
_TOO_LARGE = "Unpack it and add the file itself."


def unpack(source: Source) -> Iterator[Member]:
    """Yield the files of an archive in their order, each once, without folders.

    A file that cannot be taken out is yielded with the reason.

    Raises:
        UnreadableFile: the archive is damaged, or made to do harm.

    """
    data = source.data
    if data[:2] == b"PK":
        members = _zip(data, source.options.passwords)
    else:
        file = _opened(data)
        members = _compressed(file, source) if file else _tar(_Bounded(io.BytesIO(data)))
    for number, member in enumerate(members):
        if number >= _MOST_MEMBERS:
            raise UnreadableFile(
                f"It holds more than {_MOST_MEMBERS:,} files: the others were left out.",
                "Unpack it and add the folder.",
            )
        yield member


def _zip(data: bytes, passwords: tuple[str, ...]) -> Iterator[Member]:
    if data.count(_CENTRAL) > 2 * _MOST_MEMBERS:
        raise UnreadableFile(f"It holds more than {_MOST_MEMBERS:,} files.", _DAMAGED)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = archive.infolist()
    except (*_FAULTS, NotImplementedError) as error:
        raise _damaged(error) from error
    _refuse_overlaps(entries)
    names = Names()
    for entry in entries:
        raw = _zip_name(entry)
        if entry.is_dir():
            continue
        yield _zip_member(archive, entry, raw, names, passwords)


def _zip_member(
    archive: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
    raw: str,
    names: Names,
    passwords: tuple[str, ...],
) -> Member:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind and kind not in {stat.S_IFREG, stat.S_IFDIR}:
        return _left(raw, names, "a link" if kind == stat.S_IFLNK else "no file but a device")
    if out := _refused(raw, names):
        return out
    size = entry.file_size
    if size > _MEMBER_BYTES:
        return _too_large(raw, names, size)
    if size > _RATIO_FLOOR and size > _RATIO * max(1, entry.compress_size):
        return _left(raw, names, f"it unpacks to over {_RATIO:,} times its size", _TOO_LARGE)
    if entry.compress_type == _AES:
        return _left(
            raw,
            names,
            "it is encrypted with AES, which cannot be undone here",
            "Unpack the archive with its password and add the folder.",
        )
    if entry.flag_bits & _LOCKED:
        return _unlocked(archive, entry, raw, names, passwords)
    try:
        with archive.open(entry) as file:
            return _member(raw, names, _read(file, size))
    except NotImplementedError as error:
        return _left(raw, names, f"it is packed in a way that is not known ({error})", _DAMAGED)
    except _FAULTS as error:
        return _left(raw, names, f"it is damaged ({_words(error)})", _DAMAGED)


def _unlocked(
    archive: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
    raw: str,
    names: Names,
    passwords: tuple[str, ...],
) -> Member:
    """Return a member that is encrypted, where one of the passwords opens it."""
    for password in passwords:
        try:
            with archive.open(entry, pwd=password.encode()) as file:
                return _member(raw, names, _read(file, entry.file_size))
        except (RuntimeError, *_FAULTS):  # a wrong password shows itself in many ways
            continue
    why = "none of the passwords opens it" if passwords else "it is protected by a password"
    return _left(raw, names, why, "Give the password, or unpack the archive and add the folder.")


def _zip_name(entry: zipfile.ZipInfo) -> str:
    """Return an entry's name; many programs write UTF-8 and do not say so."""
    if entry.flag_bits & _UTF8_NAMES or entry.filename.isascii():
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return entry.filename


def _refuse_overlaps(entries: list[zipfile.ZipInfo]) -> None:
    """Refuse an archive whose entries share bytes: a small one could unpack without end.

    Raises:
        UnreadableFile: two entries overlap.

    """
    ordered = sorted(entries, key=lambda entry: entry.header_offset)
    for entry, after in zip(ordered, ordered[1:], strict=False):
        if entry.header_offset + _LOCAL_HEAD + entry.compress_size > after.header_offset:
            raise UnreadableFile(
                "Files in the archive share their bytes, as in archives made to fill a disk.",
                "If you trust it, unpack it and add the folder.",
            )


class _Bounded(io.RawIOBase):
    """A stream that gives so many bytes in all and then refuses."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._left = _ALL_BYTES

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(_CHUNK if size < 0 else min(size, self._left + 1))
        self._left -= len(data)
        if self._left < 0:
            raise UnreadableFile(
                f"It unpacks to more than {_ALL_BYTES // 1_000_000:,} MB: the rest was left out.",
                "Unpack it and add the folder.",
            )
        return data


def _opened(data: bytes) -> BinaryIO | None:
    """Return the unpacked stream of a compressed file, None for one that is not compressed."""
    file = io.BytesIO(data)
    if data[:2] == b"\x1f\x8b":
        return cast(BinaryIO, gzip.GzipFile(fileobj=file))
    if data[:3] == b"BZh":
        return cast(BinaryIO, bz2.BZ2File(file))
    if data[:6] == b"\xfd7zXZ\x00" or data[:3] == b"\x5d\x00\x00":
        return cast(BinaryIO, lzma.LZMAFile(file))
    return None


def _compressed(file: BinaryIO, source: Source) -> Iterator[Member]:
    """Yield the files of a compressed tar archive, or the one file that is compressed."""
    try:
        head = file.read(_TAR_HEAD)
        file.seek(0)
    except _FAULTS as error:
        raise _damaged(error) from error
    named_tar = suffix_of(source.path) in {".tgz", ".tbz2", ".txz"} or ".tar." in source.path[-10:]
    if head[257:262] == b"ustar" or (named_tar and len(head) == _TAR_HEAD):
        yield from _tar(_Bounded(file))
        return
    name = PurePath(source.path).name
    inner = name[: -len(PurePath(name).suffix) or None] or name
    names = Names()
    try:
        content = _read(file, _MEMBER_BYTES + 1)
    except _FAULTS as error:
        raise _damaged(error) from error
    if len(content) > _MEMBER_BYTES:
        yield _too_large(inner, names, len(content))
    elif len(content) > _RATIO_FLOOR and len(content) > _RATIO * len(source.data):
        yield _left(inner, names, f"it unpacks to over {_RATIO:,} times its size", _TOO_LARGE)
    else:
        member = _member(inner, names, content)
        if suffix_of(inner) not in formats() and _is_text(content):
            member = replace(member, suffix=".txt")  # "changelog.Debian.gz"
        yield member


def _is_text(content: bytes) -> bool:
    """Say whether content is text in UTF-8 and no program for a printer."""
    return not content.startswith(b"%!") and not sniff(content) and is_plain(content)


class _Info(tarfile.TarInfo):
    """A head whose damage is an error: by itself tarfile takes it for the archive's end."""

    @classmethod
    def fromtarfile(cls, tarfile: Any) -> Self:
        """Return the next head.

        Raises:
            ReadError: it is damaged, or the archive breaks off in it.

        """
        try:
            return super().fromtarfile(tarfile)
        except (_BrokenHead, _CutHead) as error:
            raise _READ_ERROR(str(error) or "a file's head is damaged") from error


def _tar(stream: _Bounded) -> Iterator[Member]:
    names = Names()
    given = False
    try:
        opened = tarfile.open(fileobj=cast(IO[bytes], stream), mode="r|", tarinfo=_Info)  # noqa: SIM115
        with opened as archive:
            for info in archive:
                cast(Any, archive).members.clear()  # it keeps every one that it has seen
                if info.isdir():
                    continue
                given = True
                yield _tar_member(archive, info, names)
    except _FAULTS as error:
        raise _damaged(error, given) from error


def _tar_member(archive: tarfile.TarFile, info: tarfile.TarInfo, names: Names) -> Member:
    if not info.isreg():
        what = "a link" if info.issym() or info.islnk() else "no file but a device"
        return _left(info.name, names, what)
    if out := _refused(info.name, names):
        return out
    if info.size > _MEMBER_BYTES:
        return _too_large(info.name, names, info.size)
    file = archive.extractfile(info)
    return _member(info.name, names, _read(file, info.size) if file else b"")


def _read(file: IO[bytes], most: int) -> bytes:
    """Return at most so many bytes, taken piece by piece so that few are held twice."""
    parts = []
    while most > 0 and (part := file.read(min(_CHUNK, most))):
        parts.append(part)
        most -= len(part)
    return b"".join(parts)


def _member(raw: str, names: Names, data: bytes) -> Member:
    shown = names.fresh(raw.replace("\\", "/").removeprefix("./"))
    suffix = suffix_of(raw)
    return Member(shown, data, "" if suffix == suffix_of(shown) else suffix)


def _refused(raw: str, names: Names) -> Member | None:
    why, of_the_system = refused(raw)
    return Member(names.fresh(raw), b"", why=why, passed_over=of_the_system) if why else None


def _left(raw: str, names: Names, why: str, hint: str = "") -> Member:
    return Member(names.fresh(raw), b"", why=why, hint=hint)


def _too_large(raw: str, names: Names, size: int) -> Member:
    limit = _MEMBER_BYTES // 1_000_000
    said = f"it unpacks to {size // 1_000_000:,} MB or more; the limit is {limit} MB"
    return _left(raw, names, said, _TOO_LARGE)


def _damaged(error: BaseException, partly: bool = False) -> UnreadableFile:
    rest = ": what comes after was left out" if partly else ""
    return UnreadableFile(f"The archive is damaged ({_words(error)}){rest}.", _DAMAGED)


def _words(error: BaseException) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__
