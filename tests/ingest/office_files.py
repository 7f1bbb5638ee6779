"""Office files made here: sound ones of every format, and broken or hostile ones made from them."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import date

import docx
import openpyxl
import xlsxwriter
from openpyxl.comments import Comment
from pptx import Presentation
from pptx.util import Inches

ODF = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
    'xmlns:presentation="urn:oasis:names:tc:opendocument:xmlns:presentation:1.0" '
    'xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" '
    'xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" '
    'xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"'
)
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'

MAIN = {
    ".docx": "word/document.xml",
    ".xlsx": "xl/worksheets/sheet1.xml",
    ".pptx": "ppt/slides/slide1.xml",
    ".odt": "content.xml",
    ".ods": "content.xml",
    ".odp": "content.xml",
}


def zipped(parts: dict[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def saved(file: object) -> bytes:
    out = io.BytesIO()
    file.save(out)  # type: ignore[attr-defined]
    return out.getvalue()


def word() -> bytes:
    file = docx.Document()
    file.add_heading("Ferry report", 0)
    file.add_heading("Toll", 1)
    file.add_paragraph("At least nine people died when the ferry sank.")
    file.add_paragraph("The first boat came late.", style="List Number")
    table = file.add_table(2, 2)
    for row, cells in enumerate((("Town", "Dead"), ("Varna", "9"))):
        for column, value in enumerate(cells):
            table.cell(row, column).text = value
    noted = file.add_paragraph("The cause is not known.")
    file.add_comment(noted.runs, "Ask the harbour.", "A. Weber", "AW")
    file.sections[0].header.paragraphs[0].text = "Kestrel Gazette"
    return saved(file)


def bare_word(body: str, **parts: str) -> bytes:
    """Return a Word file of nothing but its document part, and what else is given."""
    xml = f"<w:document {W}><w:body>{body}</w:body></w:document>"
    return zipped({"word/document.xml": xml, **{f"word/{n}.xml": d for n, d in parts.items()}})


def slides() -> bytes:
    file = Presentation()
    slide = file.slides.add_slide(file.slide_layouts[1])
    slide.shapes.title.text = "Ferry report"
    slide.placeholders[1].text = "Nine people died\nThe cause is not known"
    slide.notes_slide.notes_text_frame.text = "Name the harbour."
    slide = file.slides.add_slide(file.slide_layouts[5])
    slide.shapes.title.text = "Toll"
    table = slide.shapes.add_table(2, 2, Inches(1), Inches(2), Inches(4), Inches(1)).table
    for row, cells in enumerate((("Town", "Dead"), ("Varna", "9"))):
        for column, value in enumerate(cells):
            table.cell(row, column).text = value
    return saved(file)


def sheets() -> bytes:
    file = openpyxl.Workbook()
    sheet = file.active
    assert sheet is not None
    sheet.append(["Town", "Dead", "Day", "Share"])
    sheet.append(["Varna", 9, date(2018, 1, 1), 0.125])
    sheet["D2"].number_format = "0.0%"
    sheet["B2"].comment = Comment("Ask the harbour.", "A. Weber")
    return saved(file)


def written_sheets(rows: int = 40) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as file:
        sheet = file.add_worksheet("Toll")
        sheet.write_row(0, 0, ["Town", "Dead"])
        for row in range(1, rows):
            sheet.write_row(row, 0, [f"Town {row}", row])
    return out.getvalue()


def open_text(body: str, styles: str = "", **parts: str) -> bytes:
    content = (
        f"<office:document-content {ODF}><office:automatic-styles>{styles}"
        f"</office:automatic-styles><office:body><office:text>{body}</office:text></office:body>"
        "</office:document-content>"
    )
    return _open_document("text", content, parts)


def open_sheets(tables: str, styles: str = "") -> bytes:
    content = (
        f"<office:document-content {ODF}><office:automatic-styles>{styles}"
        f"</office:automatic-styles><office:body><office:spreadsheet>{tables}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return _open_document("spreadsheet", content, {})


def open_slides(pages: str, styles: str = "") -> bytes:
    content = (
        f"<office:document-content {ODF}><office:automatic-styles>{styles}"
        f"</office:automatic-styles><office:body><office:presentation>{pages}"
        "</office:presentation></office:body></office:document-content>"
    )
    return _open_document("presentation", content, {})


def _open_document(kind: str, content: str, parts: dict[str, str]) -> bytes:
    named = {f"{name}.xml": data for name, data in parts.items()}
    mime = f"application/vnd.oasis.opendocument.{kind}"
    return zipped({"mimetype": mime, "content.xml": content, **named})


TEXT_BODY = (
    '<text:h text:outline-level="1">Toll</text:h><text:p>Nine people died.</text:p>'
    "<text:list><text:list-item><text:p>The first boat came late.</text:p></text:list-item>"
    "</text:list><table:table><table:table-row><table:table-cell><text:p>Town</text:p>"
    "</table:table-cell><table:table-cell><text:p>Dead</text:p></table:table-cell>"
    "</table:table-row><table:table-row><table:table-cell><text:p>Varna</text:p>"
    "</table:table-cell><table:table-cell><text:p>9</text:p></table:table-cell>"
    "</table:table-row></table:table>"
)
SHEET_BODY = (
    '<table:table table:name="Toll"><table:table-row><table:table-cell><text:p>Town</text:p>'
    "</table:table-cell><table:table-cell><text:p>Dead</text:p></table:table-cell>"
    "</table:table-row><table:table-row><table:table-cell><text:p>Varna</text:p>"
    '</table:table-cell><table:table-cell office:value-type="float" office:value="9">'
    "<text:p>9</text:p></table:table-cell></table:table-row><table:table-row "
    'table:number-rows-repeated="1048574"><table:table-cell '
    'table:number-columns-repeated="16384"/></table:table-row></table:table>'
)
SLIDE_BODY = (
    '<draw:page draw:name="one"><draw:frame presentation:class="title"><draw:text-box>'
    "<text:p>Ferry report</text:p></draw:text-box></draw:frame><draw:frame><draw:text-box>"
    "<text:p>Nine people died.</text:p></draw:text-box></draw:frame></draw:page>"
)
RICH_TEXT = (
    rb"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Arial;}}"
    rb"{\colortbl;\red255\green255\blue255;}{\stylesheet{\s1 heading 1;}}"
    rb"{\info{\title Ferry report}{\author A. Weber}{\creatim\yr2017\mo4\dy5\hr9}}"
    rb"{\pard\s1 Toll\par}\pard Nine people died in \'c9vora, not {\v ninety, }\u8220 ?ten\u8221 ?."
    rb"{\footnote\pard The harbour said so.}\par"
    rb"\trowd\intbl Town\cell Dead\cell\row\trowd\intbl Varna\cell 9\cell\row\pard"
    rb"{\f1\'cf\'f0\'e8}{\cf1 white} end.\par}"
)

MAKERS: dict[str, Callable[[], bytes]] = {
    ".docx": word,
    ".pptx": slides,
    ".xlsx": sheets,
    ".odt": lambda: open_text(TEXT_BODY),
    ".ods": lambda: open_sheets(SHEET_BODY),
    ".odp": lambda: open_slides(SLIDE_BODY),
    ".rtf": lambda: RICH_TEXT,
}


def mutants(draw: random.Random, of_each: int) -> Iterator[tuple[str, bytes]]:
    """Yield broken files by name: for each format and each way to break one, so many."""
    for suffix, make in MAKERS.items():
        sound = make()
        ways = _WAYS if suffix == ".rtf" else {**_WAYS, **_PART_WAYS}
        for name, way in ways.items():
            for number in range(of_each):
                yield f"{name}-{number}{suffix}", way(sound, suffix, draw)


def _flip(data: bytes, suffix: str, draw: random.Random) -> bytes:
    broken = bytearray(data)
    for _ in range(draw.choice((1, 3, 30))):
        broken[draw.randrange(len(broken))] = draw.randrange(256)
    return bytes(broken)


def _cut(data: bytes, suffix: str, draw: random.Random) -> bytes:
    return data[: draw.randrange(1, len(data))]


def _hole(data: bytes, suffix: str, draw: random.Random) -> bytes:
    start = draw.randrange(len(data))
    return data[:start] + data[start + draw.randrange(1, 400) :]


def _doubled(data: bytes, suffix: str, draw: random.Random) -> bytes:
    start = draw.randrange(len(data))
    piece = data[start : start + draw.randrange(1, 2000)]
    return data[:start] + piece * draw.randrange(2, 5) + data[start:]


def _rezip(change: Callable[[dict[str, bytes], str, random.Random], None]) -> Callable[..., bytes]:
    def changed(data: bytes, suffix: str, draw: random.Random) -> bytes:
        parts = parts_of(data)
        change(parts, MAIN[suffix], draw)
        return zipped(dict(parts))

    return changed


def _drop(parts: dict[str, bytes], main: str, draw: random.Random) -> None:
    del parts[draw.choice(sorted(parts))]


def _drop_main(parts: dict[str, bytes], main: str, draw: random.Random) -> None:
    del parts[main]


def _swap(parts: dict[str, bytes], main: str, draw: random.Random) -> None:
    other = draw.choice([name for name in sorted(parts) if name != main])
    parts[main], parts[other] = parts[other], parts[main]


def _break_xml(parts: dict[str, bytes], main: str, draw: random.Random) -> None:
    name = draw.choice([main, draw.choice(sorted(parts))])
    broken = bytearray(parts[name])
    for _ in range(draw.choice((1, 2, 20))):
        at = draw.randrange(len(broken) or 1)
        broken[at : at + draw.randrange(3)] = draw.choice((b"<", b">", b"&", b"</x>", b'"', b"\0"))
    parts[name] = bytes(broken)


def _cut_xml(parts: dict[str, bytes], main: str, draw: random.Random) -> None:
    parts[main] = parts[main][: draw.randrange(len(parts[main]))]


def _empty(parts: dict[str, bytes], main: str, draw: random.Random) -> None:
    parts[draw.choice([main, *sorted(parts)])] = b""


def _numbers(parts: dict[str, bytes], main: str, draw: random.Random) -> None:
    """Put absurd numbers where numbers stand."""
    import re

    absurd = draw.choice((b"-1", b"99999999999999999999", b"", b"NaN", b"1e308", b"0x7f"))
    name = draw.choice([main, draw.choice(sorted(parts))])
    parts[name] = re.sub(
        rb'(?<=")\d+(?=")', lambda m: absurd if draw.random() < 0.3 else m[0], parts[name]
    )


def _laughs(parts: dict[str, bytes], main: str, draw: random.Random) -> None:
    """Put a billion laughs, or an entity of another file, into the main part."""
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    outside = draw.choice(('SYSTEM "file:///etc/passwd"', 'SYSTEM "http://192.0.2.1/x"', '"lol"'))
    kind = f"<!DOCTYPE x [<!ENTITY l0 {outside}>{entities}]>".encode()
    body = parts[main]
    start = body.index(b"?>") + 2 if body.startswith(b"<?xml") else 0
    text = body[start:].replace(b"died", b"&l11;").replace(b"Dead", b"&l11;")
    parts[main] = body[:start] + kind + text


def _deep(parts: dict[str, bytes], main: str, draw: random.Random) -> None:
    tag = draw.choice((b"w:p", b"x", b"text:span", b"c"))
    end = parts[main].rindex(b"</")
    nested = (b"<" + tag + b">") * 100_000
    parts[main] = parts[main][:end] + nested


def _crc(data: bytes, suffix: str, draw: random.Random) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entry = draw.choice(archive.infolist())
    return data.replace(struct.pack("<L", entry.CRC), struct.pack("<L", entry.CRC ^ 1))


def _lying_sizes(data: bytes, suffix: str, draw: random.Random) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entry = archive.getinfo(MAIN[suffix])
    old = struct.pack("<LL", entry.compress_size, entry.file_size)
    size = draw.choice((0, 1, 100, 2**32 - 2))
    return data.replace(old, struct.pack("<LL", entry.compress_size, size))


_WAYS: dict[str, Callable[..., bytes]] = {
    "flip": _flip,
    "cut": _cut,
    "hole": _hole,
    "doubled": _doubled,
}
_PART_WAYS: dict[str, Callable[..., bytes]] = {
    "drop": _rezip(_drop),
    "drop-main": _rezip(_drop_main),
    "swap": _rezip(_swap),
    "broken-xml": _rezip(_break_xml),
    "cut-xml": _rezip(_cut_xml),
    "empty": _rezip(_empty),
    "numbers": _rezip(_numbers),
    "laughs": _rezip(_laughs),
    "deep": _rezip(_deep),
    "crc": _crc,
    "sizes": _lying_sizes,
}


def repeated(start: bytes, piece: bytes, times: int, end: bytes) -> bytes:
    """Return a raw deflate stream of a text that repeats, without ever holding the text."""
    machine = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = piece * 10_000
    out = [machine.compress(start)]
    out += [machine.compress(block) for _ in range(times // 10_000)]
    return b"".join([*out, machine.compress(end), machine.flush()])


def bomb(
    name: str, others: dict[str, str | bytes], start: bytes, piece: bytes, times: int
) -> bytes:
    """Return a zip archive whose part ``name`` unpacks to ``piece`` so many times."""
    times = times // 10_000 * 10_000
    packed = repeated(start, piece, times, b"")
    size = len(start) + len(piece) * times
    checksum = zlib.crc32(start)
    block = piece * 10_000
    for _ in range(times // 10_000):
        checksum = zlib.crc32(block, checksum)
    plain = zipped(others)
    fields = (20, 0, 8, 0, 0x21, checksum, len(packed), size, len(name), 0)
    local = b"PK\x03\x04" + struct.pack("<HHHHHLLLHH", *fields) + name.encode() + packed
    with zipfile.ZipFile(io.BytesIO(plain)) as archive:
        first = archive.start_dir
    directory = plain[first : plain.rindex(b"PK\x05\x06")]
    entry = (
        b"PK\x01\x02"
        + struct.pack("<H", 20)
        + struct.pack("<HHHHHLLLHH", *fields)
        + struct.pack("<HHHLL", 0, 0, 0, 0, first)
        + name.encode()
    )
    count = len(others) + 1
    whole = directory + entry
    tail = struct.pack("<HHHHLLH", 0, 0, count, count, len(whole), first + len(local), 0)
    return plain[:first] + local + whole + b"PK\x05\x06" + tail


def bombs() -> Iterator[tuple[str, bytes]]:
    """Yield small files that unpack to a lot, or promise to."""
    sheet = f'<worksheet {S}><dimension ref="A1:XFD1048576"/><sheetData>'.encode()
    rest = {name: data for name, data in parts_of(sheets()).items() if name != MAIN[".xlsx"]}
    yield "rows.xlsx", bomb(MAIN[".xlsx"], dict(rest), sheet, b"<row/>", 100_000_000)
    yield "fewer-rows.xlsx", bomb(MAIN[".xlsx"], dict(rest), sheet, b"<row/>", 20_000_000)
    row = b'<row><c t="inlineStr"><is><t>' + b"x" * 300 + b"</t></is></c></row>"
    yield "words.xlsx", bomb(MAIN[".xlsx"], dict(rest), sheet, row, 500_000)
    yield (
        "one-row.xlsx",
        bomb(MAIN[".xlsx"], dict(rest), sheet + b"<row>", b"<c><v>1</v></c>", 10_000_000),
    )
    far = b'<row><c r="A1"><v>1</v></c><c r="XFD1"><v>1</v></c></row>'
    yield "far.xlsx", bomb(MAIN[".xlsx"], dict(rest), sheet, far, 1_000_000)
    text = f"<w:document {W}><w:body>".encode()
    yield "paragraphs.docx", bomb(MAIN[".docx"], {}, text, b"<w:p/>", 60_000_000)
    words = b"<w:p><w:r><w:t>One more line of words.</w:t></w:r></w:p>"
    yield "words.docx", bomb(MAIN[".docx"], {}, text, words, 2_000_000)
    run = b"<w:r><w:t>a</w:t></w:r>"
    yield "one-paragraph.docx", bomb(MAIN[".docx"], {}, text + b"<w:p>", run, 10_000_000)
    yield (
        "strings.xlsx",
        bomb(
            "xl/sharedStrings.xml",
            dict(parts_of(sheets())),
            f"<sst {S}>".encode(),
            b"<si><t>a</t></si>",
            20_000_000,
        ),
    )
    ods = (
        f"<office:document-content {ODF}><office:body><office:spreadsheet>"
        '<table:table table:name="T">'
    ).encode()
    full = (
        b'<table:table-row table:number-rows-repeated="1048576"><table:table-cell '
        b'table:number-columns-repeated="16384"><text:p>words</text:p></table:table-cell></table:table-row>'
    )
    yield (
        "repeats.ods",
        bomb(
            "content.xml",
            {"mimetype": "application/vnd.oasis.opendocument.spreadsheet"},
            ods,
            full,
            10_000,
        ),
    )
    yield "groups.rtf", b"{\\rtf1 " + b"{" * 3_000_000
    yield "words.rtf", b"{\\rtf1 " + b"{\\b a}\\par " * 600_000 + b"}"
