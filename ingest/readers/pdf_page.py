"""What is on one page of a PDF: lines that are seen, lines that are hidden, notes and fields."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ingest.readers.canvas import one_line
from ingest.readers.paragraphs import Line
from ingest.readers.pdf_glyphs import Flags, Glyphs, frame_of, glyphs_of
from ingest.readers.pdf_hidden import Drawing, hidden_in
from ingest.readers.pdf_marks import Mark, marks_of
from ingest.readers.pdf_text import lines_of

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage  # type: ignore[import-untyped]

_LONGEST_LABEL = 40


@dataclass(slots=True)
class Page:
    """What is on one page; ``number`` counts from 0, ``size`` is that of the page as shown."""

    number: int
    label: str
    size: tuple[float, float] = (0.0, 0.0)
    lines: list[Line] = field(default_factory=list)
    hidden: dict[str, list[Line]] = field(default_factory=dict)
    marks: list[Mark] = field(default_factory=list)
    pictured: bool = False
    drawn: bool = False
    ocr_layer: bool = False
    recognised: bool = False

    @property
    def words(self) -> bool:
        """Whether anything on it can be read."""
        return bool(self.lines or self.hidden or self.marks)


def page_of(pdf: PdfDocument, number: int, drawing: Drawing, layers: bool) -> Page:
    """Return what is on one page; a broken page has nothing."""
    from pypdfium2 import PdfiumError

    found = Page(number, str(number + 1))
    with suppress(ValueError, PdfiumError):
        found.label = one_line(pdf.get_page_label(number))[:_LONGEST_LABEL] or found.label
    try:
        page = pdf[number]
    except PdfiumError:
        return found
    try:
        frame = frame_of(page)
        found.size = frame.size
        text_page = page.get_textpage()
        glyphs = glyphs_of(text_page, frame)
        seen = hidden_in(page, text_page, glyphs, frame, drawing, layers=layers)
        text_page.close()
        visible, apart = _parted(glyphs, seen.hidden)
        found.lines = lines_of(glyphs, visible)
        found.hidden = {how: lines_of(glyphs, flags) for how, flags in apart.items()}
        found.hidden = {how: lines for how, lines in found.hidden.items() if lines}
        found.ocr_layer = seen.ocr_layer
        found.marks = marks_of(page)
        if not found.lines:
            found.drawn, found.pictured = _shows(page)
    except PdfiumError:
        pass
    finally:
        page.close()
    return found


def _parted(glyphs: Glyphs, hidden: dict[str, Flags]) -> tuple[Flags | None, dict[str, Flags]]:
    """Return which characters are visible, and which are hidden, with the blanks between them."""
    if not hidden:
        return None, {}
    kinds = np.zeros(len(glyphs), dtype=np.int64)
    for kind, flags in enumerate(hidden.values(), 1):
        kinds[flags] = kind
    printed = glyphs.printed
    place = np.arange(len(kinds))
    before = np.maximum.accumulate(np.where(printed, place, -1))
    after = np.minimum.accumulate(np.where(printed, place, len(kinds))[::-1])[::-1]
    # At the edges of a page, a blank goes with its one neighbour.
    before, after = (
        np.where(before < 0, after, before),
        np.where(after >= len(kinds), before, after),
    )
    kinds = np.where(kinds[before] == kinds[after], kinds[before], kinds * printed)
    return kinds == 0, {how: kinds == kind for kind, how in enumerate(hidden, 1)}


def _shows(page: PdfPage) -> tuple[bool, bool]:
    """Say whether anything is drawn on a page, and whether a picture is."""
    import pypdfium2.raw as raw  # type: ignore[import-untyped]

    drawn = raw.FPDFPage_CountObjects(page.raw) > 0
    pictures = page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3)
    return drawn, next(iter(pictures), None) is not None
