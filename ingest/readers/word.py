"""Word files: paragraphs, headings and tables in the order of the page, nothing that it hides."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ingest.dates import from_value
from ingest.readers import Reading, Source
from ingest.readers.canvas import HIDDEN, Canvas, one_line
from ingest.readers.head import Facts, describe
from rag.errors import UnreadableFile

if TYPE_CHECKING:
    from docx.document import Document as WordFile
    from docx.table import Table

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING = re.compile(r"(?:heading|überschrift|titre|título|titolo)\s*(\d)", re.IGNORECASE)
# The day that python-docx writes into every file that it makes from its own template.
_TEMPLATE_DAY = datetime(2013, 12, 23, 23, 15)
_BIGGEST_UNPACKED = 500_000_000
_BIGGEST_RATIO = 200


def read(source: Source) -> Reading:
    """Return one document with the visible text of a .docx file.

    Raises:
        UnreadableFile: it is no Word file, it is damaged, encrypted, or it unpacks to too much.

    """
    from docx.table import Table

    word = _open(source.data)
    canvas = Canvas()
    hidden = False
    title = ""
    for block in word.iter_inner_content():
        if isinstance(block, Table):
            canvas.table(list(_rows(block)))
            continue
        text, has_hidden = _visible(block._p)
        hidden = hidden or has_hidden
        level = _level(block)
        if level == 0 or (level == 1 and not canvas.length):
            title = title or one_line(text)
        if level is not None and text.strip():
            canvas.heading(text, level)
        elif _is_item(block):
            canvas.line(text)
        else:
            canvas.block(text)
    _page_headers(word, canvas)
    text, spans = canvas.finish()
    if not text.strip():
        return Reading(())
    facts = _facts(word, title)
    if hidden:
        facts = replace(facts, flags=(HIDDEN,))
    document = describe(
        source=source.path,
        stem=source.stem,
        text=text,
        spans=spans,
        facts=facts,
        order=source.options.date_order,
    )
    return Reading((document,))


def _open(data: bytes) -> WordFile:
    from docx import Document as open_word
    from docx.opc.exceptions import PackageNotFoundError
    from lxml.etree import XMLSyntaxError

    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableFile(
            "The file is encrypted or in Word's old format.",
            "Save it as .docx without a password and add it again.",
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            sizes = archive.infolist()
        unpacked = sum(entry.file_size for entry in sizes)
        if unpacked > _BIGGEST_UNPACKED or unpacked > _BIGGEST_RATIO * len(data) + 10_000_000:
            raise UnreadableFile(
                f"The file unpacks to {unpacked // 1_000_000} MB, which is too much."
            )
        return open_word(io.BytesIO(data))
    except (
        zipfile.BadZipFile,
        PackageNotFoundError,
        XMLSyntaxError,
        KeyError,
        ValueError,
        NotImplementedError,
        EOFError,
        zlib.error,
    ) as error:
        raise UnreadableFile(
            f"The file is no Word document, or it is damaged ({type(error).__name__}: {error}).",
            "Open it in a word processor, save it as .docx and add it again.",
        ) from error


def _visible(paragraph: Any) -> tuple[str, bool]:  # noqa: ANN401  (an lxml element)
    """Return the text that a paragraph shows, insertions included, and whether it hides some."""
    parts: list[str] = []
    hidden = False
    for node in paragraph.iter(
        f"{_W}t", f"{_W}tab", f"{_W}br", f"{_W}cr", f"{_W}noBreakHyphen", f"{_W}delText"
    ):
        if node.tag == f"{_W}delText":
            hidden = True
            continue
        run = node.getparent()
        vanish = run.find(f"{_W}rPr/{_W}vanish") if run is not None else None
        if vanish is not None and vanish.get(f"{_W}val") not in {"0", "false"}:
            hidden = hidden or bool(node.text)
        elif node.tag == f"{_W}t":
            parts.append(node.text or "")
        elif node.tag == f"{_W}noBreakHyphen":
            parts.append("-")
        elif run is None or run.tag == f"{_W}r":  # a tab stop of the layout has another parent
            parts.append(" ")
    return "".join(parts), hidden


def _level(paragraph: Any) -> int | None:  # noqa: ANN401  (python-docx's types are partial)
    """Return a paragraph's depth as a heading, 0 for the title, None for text."""
    style = paragraph.style
    name = style.name if style is not None and style.name else ""
    if name == "Title":
        return 0
    match = _HEADING.match(name)
    if match:
        return int(match[1])
    outline = paragraph._p.find(f"{_W}pPr/{_W}outlineLvl")
    if outline is not None and (outline.get(f"{_W}val") or "").isdigit():
        level = int(outline.get(f"{_W}val")) + 1
        return level if level < 10 else None
    return None


def _is_item(paragraph: Any) -> bool:  # noqa: ANN401
    """Say whether a paragraph is an item of a list."""
    style = paragraph.style
    named = style is not None and (style.name or "").startswith("List")
    return named or paragraph._p.find(f"{_W}pPr/{_W}numPr") is not None


def _rows(table: Table) -> Iterator[list[str]]:
    """Yield the cells of each row; a merged cell stands once."""
    for row in table._tbl.tr_lst:
        cells = []
        for cell in row.tc_lst:
            paragraphs = cell.iter(f"{_W}p")
            cells.append(" ".join(_visible(paragraph)[0] for paragraph in paragraphs))
        yield cells


def _page_headers(word: WordFile, canvas: Canvas) -> None:
    """Add the text of page headers and footers once, after the body."""
    seen = set()
    for section in word.sections:
        for label, part in (("Page header", section.header), ("Page footer", section.footer)):
            if part.is_linked_to_previous:
                continue
            text = one_line(" ".join(_visible(paragraph._p)[0] for paragraph in part.paragraphs))
            if len(text) > 3 and text not in seen:
                seen.add(text)
                start = canvas.block(text)[0]
                canvas.open_heading(label, 1, start)


def _facts(word: WordFile, title: str) -> Facts:
    core = word.core_properties
    created = core.created
    made = (
        from_value(created.isoformat(timespec="minutes")[:16], "file")
        if created and created.replace(tzinfo=None) != _TEMPLATE_DAY
        else None
    )
    metadata = {
        name: value
        for name, value in (
            ("author", core.author if core.author != "python-docx" else ""),
            ("subject", core.subject),
            ("keywords", core.keywords),
        )
        if value
    }
    return Facts(
        title=core.title or title,
        language=core.language or "",
        dates=(made,),
        metadata=metadata,
    )
