"""Archives: what is in them, one file at a time; and those that are made to do harm."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib

import pytest

from ingest.readers import Member, ReadOptions, Source, formats, load_unpacker, suffix_of
from ingest.readers import archive as reader
from rag.errors import UnreadableFile


def members(name: str, data: bytes, passwords: tuple[str, ...] = ()) -> list[Member]:
    source = Source(f"/f/{name}", data, ReadOptions(passwords=passwords))
    return list(load_unpacker(formats()[suffix_of(name)].module)(source))


def zipped(files: dict[str, bytes | str], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def tarred(files: dict[str, bytes], mode: str = "w", **more: tarfile.TarInfo) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        for info in more.values():
            archive.addfile(info)
    return out.getvalue()


FILES = {"a.txt": b"A ferry sank.", "b/c.html": b"<p>Nine died.</p>"}


@pytest.mark.parametrize("packing", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
def test_zip(packing: int) -> None:
    found = members("a.zip", zipped({**FILES, "b/": b""}, packing))
    assert {member.name: member.data for member in found} == FILES
    assert {member.why for member in found} == {""}


@pytest.mark.parametrize("name", ["a.tar", "a.tar.gz", "a.tgz", "a.tar.bz2", "a.tar.xz"])
def test_tar(name: str) -> None:
    mode = {".tar.gz": "w:gz", ".tgz": "w:gz", ".tar.bz2": "w:bz2", ".tar.xz": "w:xz"}
    folder = tarfile.TarInfo("b")
    folder.type = tarfile.DIRTYPE
    found = members(name, tarred(FILES, mode.get(suffix_of(name), "w"), folder=folder))
    assert {member.name: member.data for member in found} == FILES


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_one_compressed_file(pack: object) -> None:
    (found,) = members("page.html.gz", pack(b"<p>Nine died.</p>"))  # type: ignore[operator]
    assert (found.name, found.data) == ("page.html", b"<p>Nine died.</p>")
    (inner,) = members("x.gz", gzip.compress(tarred({"a.txt": b"x"})))
    assert inner.name == "a.txt"


def test_a_compressed_text_is_read_whatever_its_name_ends_in() -> None:
    (found,) = members("changelog.Debian.gz", gzip.compress("9 died – é.".encode()))
    assert (found.name, found.suffix) == ("changelog.Debian", ".txt")
    for data in (b"\x00\x01\x02", b"\xff\xfe\xfd bytes", b"%!PS-Adobe-3.0", b"GIF89a"):
        (found,) = members("a.strange.gz", gzip.compress(data))
        assert found.suffix == ""


def test_members_come_one_at_a_time() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "first")
        archive.writestr("b.txt", "second")
    broken = out.getvalue().replace(b"second", b"secont")
    source = Source("/f/a.zip", broken, ReadOptions())
    stream = load_unpacker(formats()[".zip"].module)(source)
    assert next(stream).data == b"first"
    last = next(stream)
    assert "CRC" in last.why
    assert last.hint


@pytest.mark.parametrize(
    "name", ["../up.txt", "/etc/x.txt", "C:\\x.txt", "a\\..\\..\\b.txt", "a/../../b"]
)
def test_paths_out_of_the_archive_are_refused(name: str) -> None:
    for kind, data in (("a.zip", zipped({name: b"x"})), ("a.tar", tarred({name: b"x"}))):
        (found,) = members(kind, data)
        assert (found.why, found.data) == ("its path leads out of the archive", b"")


def test_the_systems_own_files_are_passed_over() -> None:
    data = zipped(
        {"__MACOSX/._a.txt": b"x", ".git/config": b"x", "b/.DS_Store": b"x", "a.txt": b"y"}
    )
    found = members("a.zip", data)
    assert [member.passed_over for member in found] == [True, True, True, False]
    assert all(member.why for member in found[:3])


def test_links_and_devices_are_refused() -> None:
    kinds = [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE]
    infos = {}
    for number, kind in enumerate(kinds):
        infos[f"k{number}"] = info = tarfile.TarInfo(f"x{number}.txt")
        info.type, info.linkname = kind, "/etc/passwd"
    found = members("a.tar", tarred({}, **infos))
    assert [member.why for member in found] == ["a link"] * 2 + ["no file but a device"] * 2
    entry = zipfile.ZipInfo("link.txt")
    entry.external_attr = 0o120777 << 16
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    assert members("a.zip", out.getvalue())[0].why == "a link"


def test_names_are_shown_without_harm_and_each_once() -> None:
    names = ["annex\u202efdp.txt", "a\nb.txt", "x" * 3000 + ".txt", "Vārna 😀.txt"]
    found = members("a.tar", tarred({name: b"x" for name in names} | {"b\udcff.txt": b"y"}))
    shown = [member.name for member in found]
    assert shown[:2] == ["annex\\u202efdp.txt", "a\\nb.txt"]
    assert len(shown[2]) < 300
    assert shown[2].endswith(".txt")
    assert shown[3] == "Vārna 😀.txt"
    shown[4].encode()
    out = io.BytesIO()
    with pytest.warns(UserWarning), zipfile.ZipFile(out, "w") as archive:
        for data in ("one", "two", "three"):
            archive.writestr("a.txt", data)
    assert [member.name for member in members("a.zip", out.getvalue())] == [
        "a.txt",
        "a (2).txt",
        "a (3).txt",
    ]


def test_names_in_utf_8_that_do_not_say_so() -> None:
    data = zipped({"Grüße.txt": b"x"})
    data = data.replace(struct.pack("<H", 0x800), b"\x00\x00")
    assert members("a.zip", data)[0].name == "Grüße.txt"


def scrambled(password: bytes, text: bytes) -> bytes:
    """A zip archive in the old encryption, which the zipfile library reads and does not write."""
    table = [0] * 256
    for number in range(256):
        crc = number
        for _ in range(8):
            crc = (crc >> 1) ^ 0xEDB88320 if crc & 1 else crc >> 1
        table[number] = crc
    keys = [0x12345678, 0x23456789, 0x34567890]

    def update(byte: int) -> None:
        keys[0] = (keys[0] >> 8) ^ table[(keys[0] ^ byte) & 0xFF]
        keys[1] = (keys[1] + (keys[0] & 0xFF)) * 134775813 + 1 & 0xFFFFFFFF
        keys[2] = (keys[2] >> 8) ^ table[(keys[2] ^ (keys[1] >> 24)) & 0xFF]

    for byte in password:
        update(byte)
    crc = zlib.crc32(text)
    sealed = bytearray()
    for byte in bytes(11) + bytes([crc >> 24]) + text:
        mask = keys[2] | 2
        sealed.append(byte ^ ((mask * (mask ^ 1)) >> 8 & 0xFF))
        update(byte)
    fixed = struct.pack("<HHHHHIIIHH", 20, 1, 0, 0, 33, crc, len(sealed), len(text), 5, 0)
    local = b"PK\x03\x04" + fixed + b"a.txt" + bytes(sealed)
    central = b"PK\x01\x02" + struct.pack("<H", 20) + fixed + struct.pack("<HHHII", 0, 0, 0, 0, 0)
    central += b"a.txt"
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)
    return local + central + end


def test_passwords_are_tried_and_their_lack_is_said() -> None:
    data = scrambled(b"secret", b"A ferry sank off Varna.")
    (closed,) = members("a.zip", data)
    assert "password" in closed.why
    (wrong,) = members("a.zip", data, ("other", "more"))
    assert "none of the passwords" in wrong.why
    (opened,) = members("a.zip", data, ("other", "secret"))
    assert (opened.data, opened.why) == (b"A ferry sank off Varna.", "")


class TestBombs:
    def test_entries_that_share_bytes_are_refused(self) -> None:
        data = bytearray(zipped({"a": b"x" * 50, "b": b"y" * 50}, zipfile.ZIP_STORED))
        second = data.rindex(b"PK\x01\x02")
        data[second + 42 : second + 46] = struct.pack("<I", 0)
        with pytest.raises(UnreadableFile, match="share their bytes"):
            members("a.zip", bytes(data))

    def test_a_member_that_swells_is_left_out_and_the_others_are_read(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(reader, "_RATIO_FLOOR", 1_000_000)
        data = zipped({"bomb.txt": b"\0" * 2_000_000, "a.txt": b"fine"})
        bomb, fine = members("a.zip", data)
        assert "times its size" in bomb.why
        assert bomb.hint
        assert fine.data == b"fine"
        (single,) = members("b.txt.gz", gzip.compress(b"\0" * 2_000_000))
        assert "times its size" in single.why

    def test_a_member_over_the_limit_is_left_out(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reader, "_MEMBER_BYTES", 10)
        for name, data in (
            ("a.zip", zipped({"a.txt": b"01234567890", "b.txt": b"0123456789"})),
            ("a.tar.gz", tarred({"a.txt": b"01234567890", "b.txt": b"0123456789"}, "w:gz")),
        ):
            over, fits = members(name, data)
            assert "the limit" in over.why
            assert fits.data == b"0123456789"
        assert "the limit" in members("a.txt.gz", gzip.compress(b"01234567890"))[0].why

    def test_the_whole_is_bounded(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reader, "_ALL_BYTES", 20_000)
        with pytest.raises(UnreadableFile, match="unpacks to more"):
            members("a.tgz", tarred({f"{n}.txt": b"x" * 4_000 for n in range(9)}, "w:gz"))
        monkeypatch.setattr(reader, "_MOST_MEMBERS", 3)
        with pytest.raises(UnreadableFile, match="more than 3 files"):
            members("a.zip", zipped({f"{n}.txt": b"x" for n in range(5)}))

    def test_a_size_that_lies_gives_no_more_than_it_says(self) -> None:
        data = zipped({"a.txt": b"0123456789" * 1000})
        size = struct.pack("<I", 10_000)
        lying = data.replace(size, struct.pack("<I", 10))
        (found,) = members("a.zip", lying)
        assert len(found.data) <= 10


class TestDamage:
    @pytest.mark.parametrize("cut", [4, 30, 60, 120])
    @pytest.mark.parametrize("name", ["a.zip", "a.tar.gz", "a.tar.xz", "a.tar.bz2", "b.txt.gz"])
    def test_what_breaks_off_is_said(self, name: str, cut: int) -> None:
        mode = {".tar.gz": "w:gz", ".tar.bz2": "w:bz2", ".tar.xz": "w:xz"}.get(suffix_of(name), "")
        data = tarred(FILES, mode) if mode else zipped(FILES)
        data = gzip.compress(bytes(range(256)) * 20) if name == "b.txt.gz" else data
        with pytest.raises(UnreadableFile, match="damaged") as caught:
            members(name, data[: min(cut, len(data) - 10)])
        assert caught.value.hint

    def test_a_tar_whose_second_head_is_broken_gives_the_first_and_says_so(self) -> None:
        data = bytearray(tarred({"a.txt": b"x", "b.txt": b"y"}))
        data[1024 + 148 : 1024 + 156] = b"99999999"
        stream = load_unpacker(formats()[".tar"].module)(Source("/f/a.tar", bytes(data)))
        assert next(stream).data == b"x"
        with pytest.raises(UnreadableFile, match="damaged"):
            next(stream)

    def test_a_wrong_check_sum_is_said(self) -> None:
        data = bytearray(gzip.compress(b"A ferry sank."))
        data[-6] ^= 1
        with pytest.raises(UnreadableFile, match="CRC"):
            members("a.txt.gz", bytes(data))
