"""Files of every format, of the same texts: by real libraries, odt and epub by their standards."""

from __future__ import annotations

import csv
import html
import importlib
import io
import json
import random
import re
import zipfile
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from pathlib import Path
from typing import Any

Texts = Sequence[str]
Maker = Callable[[Texts], bytes]


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def _pdf(texts: Texts) -> bytes:
    styles = importlib.import_module("reportlab.lib.styles").getSampleStyleSheet()
    platypus = importlib.import_module("reportlab.platypus")
    made = io.BytesIO()
    story = []
    for number, text in enumerate(texts):
        story.append(platypus.Paragraph(f"Report {number}", styles["Heading1"]))
        story += [
            platypus.Paragraph(html.escape(line), styles["BodyText"]) for line in _lines(text)
        ]
        story.append(platypus.PageBreak())
    platypus.SimpleDocTemplate(made).build(story)
    return made.getvalue()


def _docx(texts: Texts) -> bytes:
    document = importlib.import_module("docx").Document()
    for number, text in enumerate(texts):
        document.add_heading(f"Report {number}")
        for line in _lines(text):
            document.add_paragraph(line)
    return _saved(document.save)


def _pptx(texts: Texts) -> bytes:
    shown = importlib.import_module("pptx").Presentation()
    for number, text in enumerate(texts):
        for line in _lines(text):
            slide = shown.slides.add_slide(shown.slide_layouts[1])
            slide.shapes.title.text = f"Report {number}"
            slide.placeholders[1].text = line
    return _saved(shown.save)


def _xlsx(texts: Texts) -> bytes:
    made = io.BytesIO()
    book = importlib.import_module("xlsxwriter").Workbook(made, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ("report", "line", "text"))
    rows = [(n, m, x) for n, text in enumerate(texts) for m, x in enumerate(_lines(text))]
    for at, row in enumerate(rows, 1):
        sheet.write_row(at, 0, row)
    book.close()
    return made.getvalue()


def _html(texts: Texts) -> bytes:
    body = "".join(
        f"<h2>Report {number}</h2>"
        + "".join(f"<p>{html.escape(line)}</p>" for line in _lines(text))
        for number, text in enumerate(texts)
    )
    menu = "".join(f'<li><a href="/{n}">Section {n}</a></li>' for n in range(20))
    page = f"<html lang='en'><head><title>Reports</title></head><body><nav><ul>{menu}</ul></nav>"
    return f"{page}<article>{body}</article><footer>About us</footer></body></html>".encode()


def _markdown(texts: Texts) -> bytes:
    parts = [f"# Report {n}\n\n" + "\n\n".join(_lines(text)) for n, text in enumerate(texts)]
    return "\n\n".join(parts).encode()


def _plain(texts: Texts) -> bytes:
    return "\n\n".join(texts).encode()


def _csv(texts: Texts) -> bytes:
    made = io.StringIO()
    writer = csv.writer(made)
    writer.writerow(("number", "text"))
    writer.writerows(enumerate(texts))
    return made.getvalue().encode()


def _jsonl(texts: Texts) -> bytes:
    rows = [json.dumps({"number": n, "text": text}) for n, text in enumerate(texts)]
    return "\n".join(rows).encode()


def _epub(texts: Texts) -> bytes:
    made = io.BytesIO()
    names = [f"c{n}.xhtml" for n in range(len(texts))]
    items = "".join(
        f'<item id="c{n}" href="{name}" media-type="application/xhtml+xml"/>'
        for n, name in enumerate(names)
    )
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(names)))
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        file.writestr(
            "META-INF/container.xml",
            '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
            '<rootfiles><rootfile full-path="o.opf" media-type="application/oebps-package+xml"/>'
            "</rootfiles></container>",
        )
        file.writestr(
            "o.opf",
            '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="i">'
            '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Reports</dc:title>'
            '<dc:identifier id="i">bench</dc:identifier><dc:language>en</dc:language></metadata>'
            f"<manifest>{items}</manifest><spine>{spine}</spine></package>",
        )
        for number, (name, text) in enumerate(zip(names, texts, strict=True)):
            body = "".join(f"<p>{html.escape(line)}</p>" for line in _lines(text))
            head = '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>c</title></head><body>'
            file.writestr(name, f"{head}<h1>Chapter {number}</h1>{body}</body></html>")
    return made.getvalue()


def _odt(texts: Texts) -> bytes:
    made = io.BytesIO()
    spaces = "urn:oasis:names:tc:opendocument:xmlns:"
    body = "".join(
        f'<text:h text:outline-level="1">Report {n}</text:h>'
        + "".join(f"<text:p>{html.escape(line)}</text:p>" for line in _lines(text))
        for n, text in enumerate(texts)
    )
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        kind = "application/vnd.oasis.opendocument.text"
        file.writestr("mimetype", kind, zipfile.ZIP_STORED)
        file.writestr(
            "content.xml",
            f'<office:document-content xmlns:office="{spaces}office:1.0"'
            f' xmlns:text="{spaces}text:1.0" office:version="1.2"><office:body><office:text>{body}'
            "</office:text></office:body></office:document-content>",
        )
        file.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest xmlns:manifest="{spaces}manifest:1.0">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
            "</manifest:manifest>",
        )
    return made.getvalue()


def _eml(texts: Texts) -> bytes:
    message = EmailMessage()
    message["From"], message["To"] = "desk@example.org", "archive@example.org"
    message["Subject"], message["Date"] = "Reports", "Mon, 04 Mar 2024 10:00:00 +0000"
    message.set_content("\n\n".join(texts))
    return message.as_bytes()


def _zip(texts: Texts) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for number, text in enumerate(texts):
            file.writestr(f"report-{number}.txt", text)
    return made.getvalue()


def _saved(save: Callable[[Any], Any]) -> bytes:
    made = io.BytesIO()
    save(made)
    return made.getvalue()


MAKERS: dict[str, Maker] = {
    "txt": _plain,
    "md": _markdown,
    "html": _html,
    "pdf": _pdf,
    "docx": _docx,
    "pptx": _pptx,
    "xlsx": _xlsx,
    "odt": _odt,
    "epub": _epub,
    "csv": _csv,
    "jsonl": _jsonl,
    "eml": _eml,
    "zip": _zip,
}


_SENTENCE = re.compile(r"[A-Z][^.!?\n]{40,300}[.!?]")
_SENTENCES_EACH = 6


class Composed:
    """Any number of texts of a passage's length, each of six sentences drawn from real texts.

    No two are near-copies of each other, as repeated texts would be: what is found to be a copy
    costs more than what is not. The same number always gives the same text.

    Args:
        texts: where the sentences come from.
        most: how many of their sentences are used, drawn by chance; None for all.
    """

    def __init__(self, texts: Texts, most: int | None = None) -> None:
        found = sorted({one for text in texts for one in _SENTENCE.findall(text)})
        if most is not None and most < len(found):
            found = random.Random(0).sample(found, most)
        self.sentences: Sequence[str] = found

    def __getitem__(self, number: int) -> str:
        """Return the text with a number."""
        drawn = random.Random(number).sample(self.sentences, _SENTENCES_EACH)
        return f"{' '.join(drawn)} Report {number} ends."

    @staticmethod
    def sentences_of(text: str) -> list[str]:
        """Return the sentences that a composed text is made of, in their order."""
        return _SENTENCE.findall(text)


def make_files(folder: Path, kind: str, texts: Texts, *, files: int, each: int) -> int:
    """Write ``files`` files of a format, ``each`` texts to a file; return their bytes together.

    Texts come round again with a number in front, so that no two files are the same.

    Raises:
        ImportError: the library that makes this format is not installed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    size = 0
    for number in range(files):
        chosen = [
            f"Part {number}-{n}. {texts[(number * each + n) % len(texts)]}" for n in range(each)
        ]
        data = MAKERS[kind](chosen)
        (folder / f"{kind}-{number:05}.{kind}").write_bytes(data)
        size += len(data)
    return size
