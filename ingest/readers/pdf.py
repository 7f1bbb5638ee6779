"""PDF files: the text as a reader would copy it, with pages, outline and the boxes of characters.

Lines are joined to paragraphs, words cut at line ends are made whole, ligatures are spelled out.
Rows of tables stay lines of their own, their cells parted by tabs.
The place of every character on its page survives in the ``chars`` span of the page (``boxes``).
What is hidden, annotations and form fields stand after the visible text, each marked as what it is.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ingest import ocr_program
from ingest.dates import from_value
from ingest.readers import Reading, Source, ocr
from ingest.readers.canvas import HIDDEN, one_line
from ingest.readers.head import Facts, describe_file
from ingest.readers.paragraphs import LARGE, Line, join_pages, usual_print
from ingest.readers.pdf_boxes import boxes, chars_span
from ingest.readers.pdf_headings import (
    heading_spans,
    large_print,
    outline_starts,
    printed_starts,
)
from ingest.readers.pdf_hidden import Drawing
from ingest.readers.pdf_open import may_have_layers, open_pdf, outline_of, stated_in
from ingest.readers.pdf_page import Page, page_of
from ingest.readers.pdf_scans import nothing_to_read, recognise_pages
from ingest.readers.pdf_tables import tabulated
from rag.types import Span, SpanKind

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument  # type: ignore[import-untyped]

__all__ = ["boxes", "read"]

OCR, OCR_LAYER, CUT = "ocr", "ocr_layer", "not_read_to_the_end"
"""The flags of a text that was recognised, that lies under a scan, that is not all of the file."""

_PLACEHOLDER = re.compile(
    r"\W*(?:untitled|unspecified|anonymous|title|document\d*|microsoft word - .*|.*\.\w{3,4})\W*",
    re.IGNORECASE,
)
_NAMED_PAGES = 5
_MOST_PAGES = 20_000
_TIME = 0.55  # of the time a file may take, for its pages; the rest is for what follows
_DRAWING = 0.25  # of the time of the file; later pages are judged by what their objects say
_LONGEST = 500


def read(source: Source) -> Reading:
    """Return one document with the text of all pages.

    Raises:
        UnreadableFile: the file is damaged, needs a password, or holds images only and text
            recognition is not installed.

    """
    pdf = open_pdf(source.data, source.options.passwords)
    try:
        count = len(pdf)
        pages = list(_pages(pdf, source))
        unread = recognise_pages(pdf, pages, source) if source.options.ocr else ""
        outline = outline_of(pdf)
        stated = stated_in(pdf)
    finally:
        pdf.close()
    if not any(page.words for page in pages):
        raise nothing_to_read(pages, count, unread, asked=source.options.ocr)
    head = _drop_running_heads(pages)
    for page, lines in zip(pages, tabulated([page.lines for page in pages]), strict=True):
        page.lines = lines
    text, spans = _assembled(pages, outline)
    flags = [
        *([OCR] if any(page.recognised for page in pages) else []),
        *([OCR_LAYER] if any(page.ocr_layer for page in pages) else []),
        *([HIDDEN] if any(span.kind == "hidden" for span in spans) else []),
        *([CUT] if len(pages) < count else []),
    ]
    document = describe_file(
        source,
        text=text,
        spans=tuple(sorted(spans, key=lambda span: (span.start, -span.end))),
        facts=_facts(stated, pages, count, head, tuple(flags)),
    )
    return Reading((document,), tuple(_notes(pages, count, unread)))


def _pages(pdf: PdfDocument, source: Source) -> Iterator[Page]:
    """Yield the pages, as many as the time of a file allows."""
    layers = may_have_layers(source.data)
    drawing = Drawing(_DRAWING * source.seconds)
    deadline = time.monotonic() + _TIME * source.seconds
    for number in range(min(len(pdf), _MOST_PAGES)):
        if time.monotonic() > deadline:
            return
        yield page_of(pdf, number, drawing, layers)


def _notes(pages: Sequence[Page], count: int, unread: str) -> Iterator[str]:
    """Yield what the person who adds the file should know."""
    recognised = sum(page.recognised for page in pages)
    if recognised:
        yield f"{recognised} page{'' if recognised == 1 else 's'} read by OCR"
    if unread:
        yield unread
    silent = [page for page in pages if not page.lines and not page.hidden]
    if silent:
        named = ", ".join(str(page.number + 1) for page in silent[:_NAMED_PAGES])
        more = ", ..." if len(silent) > _NAMED_PAGES else ""
        yield f"{len(silent)} of {len(pages)} pages hold no text (page {named}{more})"
    if any(page.pictured for page in silent) and ocr_program.program() is None:
        yield f"pages that are images only were not read. {ocr.HINT}"
    if len(pages) < count:
        yield (
            f"only the first {len(pages)} of {count} pages were read: split the file, or raise the"
            " setting parse_seconds"
        )


def _assembled(
    pages: Sequence[Page], outline: Sequence[tuple[int, str, int]]
) -> tuple[str, list[Span]]:
    """Return the text of all pages and its spans: what is seen first, then what stands apart."""
    lines = [page.lines for page in pages]
    text, placed = join_pages(lines)
    starts = list(outline_starts(outline, placed, text)) or list(printed_starts(lines, placed))
    spans = list(heading_spans(starts, len(text)))
    for page, places in zip(pages, placed, strict=True):
        if places:
            spans += _page_spans(page, page.lines, places)
    parts = [text] if text else []
    length = len(text)

    def append(block: str, kind: SpanKind, label: str) -> int:
        nonlocal length
        if parts:
            parts.append("\n\n")
            length += 2
        start = length
        parts.append(block)
        length += len(block)
        spans.append(Span(start, length, kind, label))
        return start

    for page in pages:
        for how, hidden in page.hidden.items():
            block, (places,) = join_pages([hidden])
            start = append(block, "hidden", how)
            moved = [(start + first, start + last) for first, last in places]
            spans += _page_spans(page, hidden, moved)
        labels = dict.fromkeys(mark.label for mark in page.marks)
        for label in labels:
            block = "\n".join(mark.text for mark in page.marks if mark.label == label)
            kind: SpanKind = "hidden" if label.startswith("hidden") else "aside"
            start = append(block, kind, label)
            spans.append(Span(start, length, "page", page.label, {"page": page.number + 1}))
    return "".join(parts), spans


def _page_spans(
    page: Page, lines: Sequence[Line], places: Sequence[tuple[int, int]]
) -> Iterator[Span]:
    """Yield the spans of a page's text and of its tables' rows, and that of its boxes."""
    yield Span(places[0][0], places[-1][1], "page", page.label, {"page": page.number + 1})
    for line, (start, end) in zip(lines, places, strict=True):
        if row := line.row:
            data: dict[str, object] = {"row": row.number}
            if row.is_header:
                data["is_header"] = True
            elif row.header:
                data["header"] = row.header
            yield Span(start, end, "row", f"table row {row.number}", data)
    yield chars_span(page.number + 1, page.label, page.size, lines, places)


def _drop_running_heads(pages: Sequence[Page]) -> str:
    """Take out the first or last line that most pages repeat but for its numbers; return one."""

    def key(page: Page, line: Line) -> str:
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


def _facts(
    stated: dict[str, str],
    pages: Sequence[Page],
    count: int,
    head: str,
    flags: tuple[str, ...],
) -> Facts:
    title = one_line(stated.get("Title", ""))[:_LONGEST]
    if len(title) < 4 or _PLACEHOLDER.fullmatch(title):
        title = large_print([page.lines for page in pages])
    author = one_line(stated.get("Author", ""))[:_LONGEST]
    metadata: dict[str, object] = {"pages": count}
    if author and not _PLACEHOLDER.fullmatch(author):
        metadata["author"] = author
    if head:
        metadata["running_head"] = head
    made = from_value(stated.get("CreationDate", ""), "file")
    return Facts(title=title, dates=(made,), metadata=metadata, flags=flags)
