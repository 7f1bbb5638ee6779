"""Files that mean harm or are broken, made on the spot: bombs, traps, odd names, damaged copies.

Everything is written under one folder. Nothing here unpacks, and no file is larger than a few MB.
"""

from __future__ import annotations

import gzip
import io
import os
import random
import socket
import tarfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

_LAUGHS = '<!ENTITY l0 "ha">' + "".join(
    f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12)
)
_BOMB = f"<?xml version='1.0'?><!DOCTYPE x [{_LAUGHS}]>"
_OUTSIDE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
_WORD = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
_WORD_END = "<w:body><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:body></w:document>"
_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    'content-types"><Default Extension="xml" ContentType="application/xml"/><Override PartName='
    '"/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
    'relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/'
    '2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>'
)


def write_hostile(folder: Path, suffixes: Sequence[str], real: Sequence[Path], seed: int) -> int:
    """Write the files and return how many.

    Args:
        folder: where they go; it is made.
        suffixes: the endings under which random bytes, nothing and one byte are written.
        real: real files of which damaged copies are made: cut, with flipped bytes, spliced.
        seed: of everything that is drawn.
    """
    folder.mkdir(parents=True, exist_ok=True)
    draw = random.Random(seed)
    before = len(list(folder.rglob("*")))
    for name, data in _made(draw):
        (folder / name).write_bytes(data)
    for suffix in suffixes:
        for what, data in (
            ("random", draw.randbytes(3_000)),
            ("empty", b""),
            ("one-byte", b"\x00"),
            ("nul", b"\x00" * 5_000),
            ("text", b"Plain words under another name. They say that nothing happened.\n"),
        ):
            (folder / f"{what}{suffix}").write_bytes(data)
    for number, file in enumerate(real):
        for kind, data in _damaged(file.read_bytes(), draw):
            (folder / f"{number}-{kind}-{file.name[-60:]}").write_bytes(data)
    _names_and_kinds(folder)
    return len(list(folder.rglob("*"))) - before


def _made(draw: random.Random) -> Iterator[tuple[str, bytes]]:
    """Yield the bombs and traps by name."""
    yield "laughs.xml", f"{_BOMB}<x>&l11;</x>".encode()
    yield "laughs.html", f"{_BOMB}<html><body><p>&l11;</p></body></html>".encode()
    yield "laughs.docx", _docx(_BOMB + _WORD + _WORD_END.format("&l11;"))
    yield "outside.docx", _docx(_OUTSIDE + _WORD + _WORD_END.format("Words &e; end"))
    yield "outside.xhtml", f"{_OUTSIDE}<html><body><p>Words &e;</p></body></html>".encode()
    yield "deep.html", b"<div>" * 100_000 + b"Deep words." + b"</div>" * 100_000
    yield "deep.xml", b"<a>" * 100_000 + b"Deep words." + b"</a>" * 100_000
    yield "deep.json", b"[" * 100_000 + b"1" + b"]" * 100_000
    yield "deep.ipynb", b'{"cells":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    yield "deep.rtf", b"{\\rtf1 " + b"{" * 100_000 + b"Deep words" + b"}" * 100_000 + b"}"
    yield "deep.md", b"> " * 5_000 + b"Deep words.\n"
    yield "brackets.md", b"[" * 20_000 + b"words" + b"](" * 20_000
    zeros = _zip({"zeros.txt": b"\x00" * 60_000_000})
    yield "zeros.zip", zeros
    nested = zeros
    for _ in range(6):
        nested = _zip({f"{n}.zip": nested for n in range(10)})
    yield "nested.zip", nested
    yield "zeros.docx", _zip({"[Content_Types].xml": b" " * 60_000_000})
    yield "blanks.gz", gzip.compress(b" " * 200_000_000, 9)
    yield "slip.zip", _zip({"../../outside.txt": b"Outside words.", "/abs.txt": b"More words."})
    yield "same.zip", _zip_twice("twice.txt", b"First words here.", b"Second words here.")
    yield "many.zip", _zip({f"{n}.txt": b"" for n in range(20_000)})
    yield "links.tar", _tar_of_links()
    yield "cut.tar.gz", gzip.compress(_tar_of_links())[:-40]
    yield "pages.pdf", _many_pages(1_000_000)
    yield "loop.pdf", _loop_of_pages()
    yield "junk-before.pdf", b"junk\n" * 100 + _one_page("Words after junk.")
    yield "bomb.pdf", _flate_bomb(60_000_000)
    yield "page-and-program.pdf", b"\x7fELF" + _one_page("Both at once.")
    yield "page-and-zip.pdf", _one_page("Page and archive.") + _zip({"in.txt": b"Inner words."})
    yield "wide.csv", b",".join(b"c%d" % n for n in range(20_000)) + b"\n" + b"x," * 20_000
    yield "quote.csv", b'a,b\n"never closed, ' + b"words " * 200_000
    yield "line.txt", b"word " * 2_000_000
    yield "unbroken.txt", b"x" * 5_000_000
    yield "controls.txt", bytes(range(1, 32)) * 200 + b"Some words at last."
    yield "escape.txt", b"\x1b]0;owned\x07\x1b[31mred words\x1b[0m of no colour."
    yield "random.jsonl", b"".join(b'{"text": "row %d"}\n' % n for n in range(500)) + b"{broken\n"
    mail = (
        b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\nContent-Type: text/plain\n\nx\n"
    )
    yield "parts.eml", b"Subject: Parts\nFrom: a@example.org\n" + mail * 2_000
    nest = b"Subject: in\n\nInner words."
    for _ in range(40):
        nest = b"Subject: out\nContent-Type: message/rfc822\n\n" + nest
    yield "nested.eml", nest
    yield "cells.xlsx", _wide_sheet(draw)


def _damaged(data: bytes, draw: random.Random) -> Iterator[tuple[str, bytes]]:
    if not data:
        return
    yield "cut", data[: draw.randrange(1, len(data) + 1)]
    flipped = bytearray(data)
    for _ in range(max(3, len(data) // 2_000)):
        flipped[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
    yield "flipped", bytes(flipped)
    at, other = draw.randrange(len(data)), draw.randrange(len(data))
    yield "spliced", data[:at] + data[other:]


def _names_and_kinds(folder: Path) -> None:
    """Write names that break lists and screens, and things that are no files."""
    text = b"Words under an odd name. They say that the bridge was closed on Monday.\n"
    names = ("line\nbreak.txt", "annex\u202efdp.txt", "\x1b[31mred.txt", "a" * 200 + ".txt")
    for name in (*names, " .txt", "-rf.txt", "%2e%2e.txt", "$(id).txt", "'; DROP TABLE x;.txt"):
        (folder / name).write_bytes(text)
    with open(os.fsencode(folder) + b"/bytes-\xff\xfe.txt", "wb") as file:
        file.write(text)
    (folder / "outside-link.txt").symlink_to("/etc/passwd")
    (folder / "loop").symlink_to(folder)
    (folder / "nowhere.txt").symlink_to(folder / "missing.txt")
    os.mkfifo(folder / "pipe.txt")
    here = os.getcwd()
    os.chdir(folder)  # a socket's path must be short
    try:
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind("socket.txt")
    finally:
        os.chdir(here)
    deep = folder
    for _ in range(40):
        deep = deep / "deeper"
    deep.mkdir(parents=True)
    (deep / "down.txt").write_bytes(text)


def _zip(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def _zip_twice(name: str, first: bytes, second: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, first)
        archive.writestr(name + "x", second)
    return buffer.getvalue().replace(name.encode() + b"x", name.encode() + b"t")


def _docx(document: str) -> bytes:
    return _zip(
        {
            "[Content_Types].xml": _TYPES.encode(),
            "_rels/.rels": _RELATIONS.encode(),
            "word/document.xml": document.encode(),
        }
    )


def _wide_sheet(draw: random.Random) -> bytes:
    """Return a sheet that claims to be as large as sheets can be and holds three cells."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet["A1"], sheet["B2"], sheet["XFD1048576"] = "first", draw.random(), "the last cell"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _tar_of_links() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, kind, target in (
            ("link.txt", tarfile.SYMTYPE, "/etc/passwd"),
            ("hard.txt", tarfile.LNKTYPE, "../outside.txt"),
            ("device.txt", tarfile.CHRTYPE, ""),
        ):
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = kind, target
            archive.addfile(entry)
        words = b"Words in an archive beside links."
        entry = tarfile.TarInfo("../../up.txt")
        entry.size = len(words)
        archive.addfile(entry, io.BytesIO(words))
    return buffer.getvalue()


def _one_page(words: str) -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    page = Canvas(buffer)
    page.drawString(72, 720, words)
    page.save()
    return buffer.getvalue()


def _pdf(objects: Sequence[bytes]) -> bytes:
    """Return a PDF of the objects given, numbered from 1; the first is the catalogue."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d/Root 1 0 R>>\n" % (len(objects) + 1)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def _many_pages(count: int) -> bytes:
    """Return a small file whose page tree names one page so many times."""
    tree, objects, leaf = 3, [b"<</Type/Catalog/Pages 3 0 R>>"], 2
    objects.append(b"<</Type/Page/MediaBox[0 0 9 9]>>")
    while count > 1:
        below = 100
        child = leaf if count <= below else tree + 1
        each = max(1, count // below)
        kids = b" ".join(b"%d 0 R" % child for _ in range(min(count, below)))
        objects.append(b"<</Type/Pages/Count %d/Kids[%s]>>" % (count, kids))
        count, tree = each, tree + 1
    return _pdf(objects)


def _loop_of_pages() -> bytes:
    return _pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Count 2/Kids[3 0 R]>>",
            b"<</Type/Pages/Count 2/Kids[2 0 R]/Parent 2 0 R>>",
        ]
    )


def _flate_bomb(size: int) -> bytes:
    import zlib

    packed = zlib.compress(b" " * size, 9)
    stream = b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed)
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R>>"
    return _pdf(
        [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[3 0 R]>>", page, stream]
    )
