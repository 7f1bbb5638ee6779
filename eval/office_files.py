"""Office files, mails, books and archives of given texts, with what people put into them.

Tables, footers, notes, formulas, hidden sheets and attachments, each written by the library that
people use for it; the plain ones are the benchmark's (``eval.bench.made``).
"""

from __future__ import annotations

import io
import json
import random
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from pathlib import Path

from eval.bench.made import MAKERS as PLAIN

_OF_EACH = 12


def write_office(folder: Path, texts: Sequence[Path], draw: random.Random) -> list[Path]:
    """Write ``_OF_EACH`` files of every kind and return their paths.

    Args:
        folder: where they go; it is made.
        texts: plain files whose paragraphs are used; none gives nothing.
        draw: chooses the paragraphs.
    """
    if not texts:
        return []
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for number in range(_OF_EACH):
        source = draw.choice(texts)
        words = source.read_text(encoding="utf-8", errors="replace").replace("\x00", "")
        found = ["".join(c for c in part if c.isprintable()) for part in words.split("\n\n")]
        paragraphs = [" ".join(part.split()) for part in found if len(part.split()) > 3][:40]
        if not paragraphs:
            paragraphs = ["The file had no paragraph of more than three words."]
        made = {suffix: make(source.stem, paragraphs) for suffix, make in MAKERS.items()}
        made |= {f".{kind}": PLAIN[kind](paragraphs) for kind in ("pdf", "epub", "odt", "jsonl")}
        for suffix, data in made.items():
            file = folder / f"{number}-{source.stem[:30]}{suffix}"
            file.write_bytes(data)
            written.append(file)
    return written


def word(title: str, paragraphs: Sequence[str]) -> bytes:
    """Return a .docx with a title, headings, a table, and a page footer."""
    import docx

    made = docx.Document()
    made.add_heading(title, 0)
    for number, text in enumerate(paragraphs):
        if number % 6 == 0:
            made.add_heading(f"Part {number // 6 + 1}", 1)
        made.add_paragraph(text)
    table = made.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Part", "Words"
    for number, text in enumerate(paragraphs[:5]):
        cells = table.add_row().cells
        cells[0].text, cells[1].text = str(number), str(len(text.split()))
    made.sections[0].footer.paragraphs[0].text = f"{title}, for internal use"
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def slides(title: str, paragraphs: Sequence[str]) -> bytes:
    """Return a .pptx with a slide for every three paragraphs and notes under each."""
    import pptx

    made = pptx.Presentation()
    for number in range(0, len(paragraphs), 3):
        slide = made.slides.add_slide(made.slide_layouts[1])
        slide.shapes.title.text = f"{title} {number // 3 + 1}"
        slide.placeholders[1].text = "\n".join(paragraphs[number : number + 3])
        slide.notes_slide.notes_text_frame.text = f"Say this about slide {number // 3 + 1}."
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def sheets(title: str, paragraphs: Sequence[str]) -> bytes:
    """Return an .xlsx of openpyxl: a header, numbers, a formula, a hidden sheet."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Parts"
    sheet.append(["Number", "Text", "Words", "Share"])
    for number, text in enumerate(paragraphs, 1):
        sheet.append([number, text, len(text.split()), 1 / (number + 1)])
        sheet.cell(number + 1, 4).number_format = "0.0%"
    sheet.append(["", "Sum", f"=SUM(C2:C{len(paragraphs) + 1})"])
    hidden = book.create_sheet("Draft")
    hidden["A1"] = f"Not for readers of {title}"
    hidden.sheet_state = "hidden"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def other_sheets(title: str, paragraphs: Sequence[str]) -> bytes:
    """Return an .xlsx of XlsxWriter, with dates."""
    from datetime import date

    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet("Log")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, ["Day", "Entry", title[:30]])
    for number, text in enumerate(paragraphs, 1):
        sheet.write_datetime(number, 0, date(2024, 1, 1 + number % 28), day)
        sheet.write_string(number, 1, text)
        sheet.write_number(number, 2, number * 1_000.5)
    book.close()
    return buffer.getvalue()


def message(title: str, paragraphs: Sequence[str]) -> bytes:
    """Return an .eml with an attached text and an attached sheet."""
    made = EmailMessage()
    made["Subject"], made["From"], made["To"] = title, "desk@example.org", "all@example.org"
    made["Date"] = "Tue, 04 Apr 2017 09:30:00 +0000"
    made["Message-ID"] = f"<{zlib.crc32(title.encode())}@example.org>"
    made.set_content("\n\n".join(paragraphs[:10]))
    made.add_attachment("\n\n".join(paragraphs[10:20]) or "Nothing more.", filename="more.txt")
    made.add_attachment(
        sheets(title, paragraphs[:5]),
        maintype="application",
        subtype="vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        filename="figures.xlsx",
    )
    return made.as_bytes()


def mailbox(title: str, paragraphs: Sequence[str]) -> bytes:
    """Return an .mbox of three messages."""
    return b"".join(
        b"From desk@example.org Tue Apr  4 09:30:00 2017\n"
        + message(f"{title} {number}", paragraphs[number * 5 : number * 5 + 5] or ["Empty."])
        + b"\n\n"
        for number in range(3)
    )


def notebook(title: str, paragraphs: Sequence[str]) -> bytes:
    """Return an .ipynb with text, code and an output."""
    cells: list[dict[str, object]] = [
        {"cell_type": "markdown", "metadata": {}, "source": [f"# {title}\n", text]}
        for text in paragraphs[:5]
    ]
    output = {"output_type": "stream", "name": "stdout", "text": ["5\n"]}
    cells.append(
        {
            "cell_type": "code",
            "execution_count": 1,
            "metadata": {},
            "source": ["print(2 + 3)"],
            "outputs": [output],
        }
    )
    value = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(value).encode()


def rich_text(title: str, paragraphs: Sequence[str]) -> bytes:
    """Return an .rtf; letters beyond ASCII as the format wants them."""

    def escaped(text: str) -> str:
        plain = text.replace("\\", "\\\\").replace("{", "\\{").replace("}", "\\}")
        units = plain.encode("utf-16-le")
        found = (int.from_bytes(units[i : i + 2], "little") for i in range(0, len(units), 2))
        return "".join(
            chr(unit) if unit < 128 else f"\\u{unit - 65536 if unit > 32767 else unit}?"
            for unit in found
        )

    body = "\\par\n".join(escaped(text) for text in paragraphs)
    info = f"{{\\info{{\\title {escaped(title)}}}}}"
    return f"{{\\rtf1\\ansi\\deff0{{\\fonttbl{{\\f0 Times;}}}}{info}\n{body}\\par}}".encode()


def archive(title: str, paragraphs: Sequence[str]) -> bytes:
    """Return a .zip of a text, a Word file and a page."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("notes/first.txt", "\n\n".join(paragraphs[:8]))
        packed.writestr("notes/second.docx", word(title, paragraphs[:10]))
        packed.writestr("page.pdf", PLAIN["pdf"](paragraphs[:6]))
    return buffer.getvalue()


def tarball(title: str, paragraphs: Sequence[str]) -> bytes:
    """Return a .tar.gz of two texts."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as packed:
        for name, part in (("a.txt", paragraphs[:5]), (f"{title[:20]}.md", paragraphs[5:10])):
            data = ("\n\n".join(part) or "Nothing.").encode()
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            packed.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()


MAKERS: dict[str, Callable[[str, Sequence[str]], bytes]] = {
    ".docx": word,
    ".pptx": slides,
    ".xlsx": sheets,
    ".log.xlsx": other_sheets,
    ".eml": message,
    ".mbox": mailbox,
    ".ipynb": notebook,
    ".rtf": rich_text,
    ".zip": archive,
    ".tar.gz": tarball,
}
