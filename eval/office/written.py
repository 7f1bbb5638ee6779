"""Writes a text in the markup as the file that its ending asks for, with the library people use."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Callable
from datetime import datetime, time
from email.message import EmailMessage

from eval.office.markup import Block, blocks, dated, value

_TYPES = {"xlsx": "vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def written(suffix: str, text: str) -> bytes:
    """Return a file's bytes.

    Args:
        suffix: the ending of its name, such as ``.docx``.
        text: in the markup.

    Raises:
        KeyError: no writer is known for that ending.
    """
    return _WRITERS[suffix](text)


def _word(text: str) -> bytes:
    import docx

    day, body = dated(text)
    made = docx.Document()
    made.core_properties.created = made.core_properties.modified = datetime.combine(day, time(9))
    styles = {"item": "List Bullet", "step": "List Number"}
    for block in blocks(body):
        if block.kind in ("title", "heading"):
            made.add_heading(block.text, 0 if block.kind == "title" else 1)
        elif block.kind == "table":
            table = made.add_table(rows=0, cols=len(block.rows[0]))
            for row in block.rows:
                for cell, words in zip(table.add_row().cells, row, strict=True):
                    cell.text = words
        else:
            made.add_paragraph(block.text, style=styles.get(block.kind))
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def _slides(text: str) -> bytes:
    import pptx

    day, body = dated(text)
    made = pptx.Presentation()
    made.core_properties.created = made.core_properties.modified = datetime.combine(day, time(9))
    slide = None
    for block in blocks(body):
        if block.kind == "title":
            slide = made.slides.add_slide(made.slide_layouts[1])
            slide.shapes.title.text = block.text
        elif slide is not None and block.kind == "note":
            slide.notes_slide.notes_text_frame.text = block.text
        elif slide is not None:
            frame = slide.placeholders[1].text_frame
            frame.text = f"{frame.text}\n{block.text}".strip()
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def _pdf(text: str) -> bytes:
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

    day, body = dated(text)
    styles = getSampleStyleSheet()
    names = {"title": "Title", "heading": "Heading2"}
    story: list[object] = []
    for block in blocks(body):
        if block.kind == "table":
            rows = [
                [Paragraph(html.escape(cell), styles["Normal"]) for cell in row]
                for row in block.rows
            ]
            table = Table(rows)
            table.setStyle(TableStyle([("GRID", (0, 0), (-1, -1), 0.5, "black")]))
            story.append(table)
        else:
            style = styles[names.get(block.kind, "Normal")]
            story.append(Paragraph(html.escape(block.text), style))
        story.append(Spacer(1, 6))
    buffer = io.BytesIO()
    title = next(block.text for block in blocks(body) if block.kind == "title")
    made = SimpleDocTemplate(buffer, title=title, invariant=1)

    def date_it(canvas: object, _: object) -> None:
        stamp = f"D:{day:%Y%m%d}090000+00'00'"
        canvas.setDateFormatter(lambda *_: stamp)  # type: ignore[attr-defined]

    made.build(story, onFirstPage=date_it)
    return buffer.getvalue()


def _page(text: str) -> bytes:
    def part(block: Block) -> str:
        if block.kind == "table":
            rows = [
                "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in row)
                for tag, row in zip(["th", *["td"] * len(block.rows)], block.rows, strict=False)
            ]
            return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"
        tag = {"title": "h1", "heading": "h2", "item": "li", "step": "li"}.get(block.kind, "p")
        return f"<{tag}>{html.escape(block.text)}</{tag}>"

    made: list[str] = []
    around = ""
    for block in blocks(text.strip()):
        wanted = {"item": "ul", "step": "ol"}.get(block.kind, "")
        if around != wanted:
            made += [f"</{around}>"] * bool(around) + [f"<{wanted}>"] * bool(wanted)
            around = wanted
        made.append(part(block))
    made += [f"</{around}>"] * bool(around)
    title = next(block.text for block in blocks(text.strip()) if block.kind == "title")
    head = f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
    return f"{head}</head><body>{''.join(made)}</body></html>".encode()


def _sheets(text: str) -> bytes:
    """Return a workbook: each heading begins a sheet; an empty row stands before a paragraph."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for block in blocks(text.strip()):
        if block.kind == "heading":
            sheet = book.create_sheet(block.text)
        elif block.kind == "table":
            for row in block.rows:
                sheet.append([value(cell) for cell in row])
        else:
            if sheet.max_row > 1:
                sheet.append([])
            sheet.append([block.text])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _table(text: str) -> bytes:
    buffer = io.StringIO()
    rows = next(block.rows for block in blocks(text.strip()))
    csv.writer(buffer).writerows(row + ("",) * (len(rows[0]) - len(row)) for row in rows)
    return buffer.getvalue().encode()


def _mail(text: str) -> bytes:
    message, _, attached = text.strip().partition("\n=== ")
    head, _, body = message.partition("\n\n")
    made = EmailMessage()
    for line in head.splitlines():
        name, _, words = line.partition(": ")
        if name != "Attach":
            made[name] = words
    made.set_content(body.strip() + "\n")
    if attached:
        name, _, content = attached.partition("\n")
        ending = name.rpartition(".")[2]
        made.add_attachment(
            written(f".{ending}", content),
            maintype="application",
            subtype=_TYPES[ending],
            filename=name,
        )
        made.set_boundary(f"=={len(text)}==")
    return made.as_bytes()


def _box(text: str) -> bytes:
    start = b"From mail@office.example Thu Jan  1 00:00:00 2026\n"
    return b"".join(start + _mail(one) + b"\n" for one in text.split("=====\n"))


def _plain(text: str) -> bytes:
    return text.lstrip("\n").encode()


_WRITERS: dict[str, Callable[[str], bytes]] = {
    ".docx": _word,
    ".pptx": _slides,
    ".pdf": _pdf,
    ".html": _page,
    ".xlsx": _sheets,
    ".csv": _table,
    ".eml": _mail,
    ".mbox": _box,
    ".md": _plain,
    ".txt": _plain,
}
