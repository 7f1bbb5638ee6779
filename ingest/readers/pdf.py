"""PDF files: the text as a reader would copy it, with pages, outline and the boxes of characters.

Lines are joined to paragraphs, words cut at line ends are made whole, ligatures are spelled out.
The place of every character on its page survives in the ``chars`` span of the page (``boxes``).
"""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ingest.dates import from_value
from ingest.readers import Reading, Source
from ingest.readers.canvas import one_line
from ingest.readers.head import Facts, describe
from ingest.readers.paragraphs import LARGE, Line, join_pages, usual_print
from ingest.readers.pdf_headings import (
    heading_spans,
    large_print,
    outline_starts,
    printed_starts,
)
from rag.errors import UnreadableFile
from rag.types import Span

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfTextPage  # type: ignore[import-untyped]

_LIGATURES = {
    "\ufb00": "ff",
    "\ufb01": "fi",
    "\ufb02": "fl",
    "\ufb03": "ffi",
    "\ufb04": "ffl",
    "\ufb05": "st",
    "\ufb06": "st",
}
_CUT_WORD = frozenset((0xFFFE, 0x02))  # what PDFium puts for a hyphen at the end of a line
_LINE_ENDS = _CUT_WORD | {0x0A, 0x0D}
_PLACEHOLDER = re.compile(
    r"\W*(?:untitled|unspecified|anonymous|title|document\d*|microsoft word - .*|.*\.\w{3,4})\W*",
    re.IGNORECASE,
)
_NAMED_PAGES = 5
_OUTLINE_DEPTH = 8


@dataclass(slots=True)
class _Page:
    number: int
    label: str
    width: float
    height: float
    lines: list[Line] = field(default_factory=list)


def read(source: Source) -> Reading:
    """Return one document with the text of all pages.

    Raises:
        UnreadableFile: the file is damaged, needs a password, or holds images only.

    """
    pdf = _open(source.data)
    try:
        pages = [_page(pdf, number) for number in range(len(pdf))]
        outline = list(_outline(pdf))
        pictures = not any(page.lines for page in pages) and _has_pictures(pdf)
        stated = pdf.get_metadata_dict()
    finally:
        pdf.close()
    silent = [page.number + 1 for page in pages if not page.lines]
    if len(silent) == len(pages):
        if pictures:
            raise UnreadableFile(
                f"There is no text in it: {len(pages)} page(s) of images only.",
                "Run it through text recognition (OCR) and add the result.",
            )
        raise UnreadableFile(
            f"There is no text on its {len(pages)} page(s).",
            "Open it in a viewer; if words are seen, they are drawn: text recognition (OCR) helps.",
        )
    head = _drop_running_heads(pages)
    text, placed = join_pages([page.lines for page in pages])
    lines = [page.lines for page in pages]
    starts = list(outline_starts(outline, placed, text)) or list(printed_starts(lines, placed))
    spans = [*_page_spans(pages, placed), *heading_spans(starts, len(text))]
    document = describe(
        source=source.path,
        stem=source.stem,
        text=text,
        spans=tuple(sorted(spans, key=lambda span: (span.start, -span.end))),
        facts=_facts(stated, pages, head),
        order=source.options.date_order,
    )
    notes: tuple[str, ...] = ()
    if silent:
        named = ", ".join(str(number) for number in silent[:_NAMED_PAGES])
        more = ", ..." if len(silent) > _NAMED_PAGES else ""
        notes = (f"{len(silent)} of {len(pages)} pages hold no text (page {named}{more})",)
    return Reading((document,), notes)


def boxes(span: Span, start: int, end: int) -> list[tuple[float, float, float, float]]:
    """Return a rectangle for each line of ``[start, end)`` that stands in a ``chars`` span.

    Points from the page's lower left corner: ``(x0, y0, x1, y1)``.
    """
    found = []
    for first, last, y0, y1, x0, widths in span.data["lines"]:
        left, right = max(first, start), min(last, end)
        if left < right:
            edge = x0 + sum(widths[: left - first])
            far = edge + sum(widths[left - first : right - first])
            found.append((edge / 10, y0 / 10, far / 10, y1 / 10))
    return found


def _open(data: bytes) -> PdfDocument:
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        pdf = PdfDocument(data)
        if len(pdf) == 0:
            raise UnreadableFile("The PDF has no pages.", "Save it again and add the new file.")
    except PdfiumError as error:
        if "assword" in str(error):
            raise UnreadableFile(
                "The PDF is encrypted and needs a password.",
                "Save a copy without a password and add that.",
            ) from error
        raise UnreadableFile(
            "The file is no PDF, or it is damaged.",
            "Open it in a viewer, save it again and add it.",
        ) from error
    return pdf


def _has_pictures(pdf: PdfDocument) -> bool:
    """Say whether one of the first pages shows a picture."""
    import pypdfium2.raw as raw  # type: ignore[import-untyped]
    from pypdfium2 import PdfiumError

    for number in range(min(len(pdf), _NAMED_PAGES)):
        try:
            page = pdf[number]
            pictures = page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3)
            if next(iter(pictures), None) is not None:
                return True
        except PdfiumError:
            continue
    return False


def _page(pdf: PdfDocument, number: int) -> _Page:
    """Return the lines of one page; a broken page has none."""
    from pypdfium2 import PdfiumError

    try:
        page = pdf[number]
    except PdfiumError:
        return _Page(number, str(number + 1), 0.0, 0.0)
    try:
        width, height = page.get_size()
        label = one_line(pdf.get_page_label(number)) or str(number + 1)
        text_page = page.get_textpage()
        lines = list(_lines(text_page))
        text_page.close()
    except PdfiumError:
        return _Page(number, str(number + 1), 0.0, 0.0)
    finally:
        page.close()
    return _Page(number, label, width, height, lines)


def _lines(text_page: PdfTextPage) -> Iterator[Line]:
    """Yield the lines of a page that hold more than white space."""
    import pypdfium2.raw as raw

    handle = text_page.raw
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    line = Line()
    lead = 0
    for index in range(text_page.count_chars()):
        code = raw.FPDFText_GetUnicode(handle, index)
        if 0xD800 <= code < 0xDC00:
            lead = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((lead - 0xD800) << 10) + (code - 0xDC00) if lead else 0xFFFD
        lead = 0
        if code in _LINE_ENDS:
            line.cut_word = code in _CUT_WORD
            if line.close():
                yield line
            line = Line()
        elif 0x20 <= code <= 0x10FFFF and code != 0xAD:
            known = raw.FPDFText_GetCharBox(handle, index, left, right, bottom, top)
            box = (left.value, bottom.value, right.value, top.value)
            char = chr(code)
            line.add(_LIGATURES.get(char, char), box if known and box[2] > box[0] else None)
            if not line.height and not char.isspace():
                rect = raw.FS_RECTF()  # of the font, not of the letter
                if raw.FPDFText_GetLooseCharBox(handle, index, rect):
                    line.height = abs(rect.top - rect.bottom)
    if line.close():
        yield line


def _drop_running_heads(pages: Sequence[_Page]) -> str:
    """Take out the first or last line that most pages repeat but for its numbers; return one."""

    def key(page: _Page, line: Line) -> str:
        bare = line.text.strip(" -–—|[]")
        if bare in {page.label, str(page.number + 1)}:
            return "#"
        return re.sub(r"\d+", "#", line.text)

    dropped = ""
    usual = usual_print([page.lines for page in pages])
    for at in (0, -1):
        # Larger print is a heading: "Chapter 1", "Chapter 2" are no running heads.
        full = [
            page for page in pages if len(page.lines) > 2 and page.lines[at].height <= LARGE * usual
        ]
        counts = Counter(key(page, page.lines[at]) for page in full)
        for repeated, count in counts.items():
            if count < max(3, 0.6 * len(full)):
                continue
            for page in full:
                if page.lines and key(page, page.lines[at]) == repeated:
                    line = page.lines.pop(at).text
                    dropped = dropped or (line if repeated != "#" else "")
    return dropped


def _page_spans(
    pages: Sequence[_Page], placed: Sequence[Sequence[tuple[int, int]]]
) -> Iterator[Span]:
    """Yield for every page with text its span, and the span that holds its characters' boxes."""
    for page, places in zip(pages, placed, strict=True):
        if not places:
            continue
        start, end = places[0][0], places[-1][1]
        yield Span(start, end, "page", page.label, {"page": page.number + 1})
        lines = [
            [first, last, round(line.y0 * 10), round(line.y1 * 10), *line.advances()]
            for line, (first, last) in zip(page.lines, places, strict=True)
        ]
        size = [round(page.width, 1), round(page.height, 1)]
        data = {"page": page.number + 1, "size": size, "lines": lines}
        yield Span(start, end, "chars", page.label, data)


def _outline(pdf: PdfDocument) -> Iterator[tuple[int, str, int]]:
    """Yield the depth, title and page number of every bookmark that points to a page."""
    from pypdfium2 import PdfiumError

    try:
        for bookmark in pdf.get_toc(max_depth=_OUTLINE_DEPTH):
            target: Any = bookmark.get_dest()
            index = target.get_index() if target is not None else None
            title = one_line(bookmark.get_title() or "")
            if index is not None and title:
                yield bookmark.level, title, index
    except PdfiumError:
        return  # a broken outline loses headings, not text


def _facts(stated: dict[str, str], pages: Sequence[_Page], head: str) -> Facts:
    title = one_line(stated.get("Title", ""))
    if len(title) < 4 or _PLACEHOLDER.fullmatch(title):
        title = large_print([page.lines for page in pages])
    author = one_line(stated.get("Author", ""))
    metadata: dict[str, object] = {"pages": len(pages)}
    if author and not _PLACEHOLDER.fullmatch(author):
        metadata["author"] = author
    if head:
        metadata["running_head"] = head
    made = from_value(stated.get("CreationDate", ""), "file")
    return Facts(title=title, dates=(made,), metadata=metadata)
