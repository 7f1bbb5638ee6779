"""Pages of a PDF that show something but hold no text: recognised, or said to be images only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ingest import ocr_program
from ingest.readers import Source, ocr
from ingest.readers.pdf_page import Page
from rag.errors import UnreadableFile

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument  # type: ignore[import-untyped]

_MOST_RECOGNISED = 500


def recognise_pages(pdf: PdfDocument, pages: Sequence[Page], source: Source) -> str:
    """Read the pages that show something but hold no text; return why some were not read."""
    silent = [page for page in pages if not page.lines and page.drawn]
    if not silent or ocr_program.program() is None:
        return ""
    from pypdfium2 import PdfiumError

    why = ""
    for page in silent[:_MOST_RECOGNISED]:
        source.renew()
        try:
            picture = _picture(pdf, page)
            page.lines = ocr.recognise(picture, source.options.ocr_languages)
        except UnreadableFile as error:
            why = why or f"{error.message} {error.hint}".strip()
        except PdfiumError:
            continue
        page.recognised = bool(page.lines)
    source.renew()
    if len(silent) > _MOST_RECOGNISED:
        why = why or f"Only the first {_MOST_RECOGNISED} pages without text were read by OCR."
    return why


def _picture(pdf: PdfDocument, page: Page) -> ocr.Picture:
    """Return a page as it is shown, in grey, fine enough for text recognition."""
    width, height = page.size
    area = max(width * height, 1.0)
    scale = min(ocr.DOTS_PER_POINT, (ocr.MOST_PIXELS / area) ** 0.5)
    opened = pdf[page.number]
    try:
        bitmap = opened.render(scale=scale, grayscale=True)
        pixels = bitmap.to_numpy()
        picture = ocr.Picture(np.ascontiguousarray(pixels.reshape(pixels.shape[:2])), scale)
        bitmap.close()
    finally:
        opened.close()
    return picture


def nothing_to_read(
    pages: Sequence[Page], count: int, unread: str, *, asked: bool
) -> UnreadableFile:
    """Return why there is nothing to read in a file."""
    many = f"{count} page" + ("" if count == 1 else "s")
    if len(pages) < count:
        return UnreadableFile(
            f"No text on the first {len(pages)} of its {many}, and reading them took too long.",
            "Split it, and add the parts.",
        )
    if any(page.pictured for page in pages):
        if unread:
            return UnreadableFile(f"No text: image only ({many}). {unread}")
        if ocr_program.program() is None or not asked:
            return UnreadableFile(f"No text: image only ({many}).", ocr.HINT)
        return UnreadableFile(
            f"No text: image only ({many}), and text recognition found no words in it.",
            "Is it in the language of the setting ocr_languages?",
        )
    return UnreadableFile(
        f"There is no text on its {many}.",
        "Open it in a viewer; if words are seen, they are drawn: text recognition (OCR) helps.",
    )
