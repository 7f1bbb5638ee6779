"""Opening a PDF: damaged heads mended, passwords tried, and what is known before a page is read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Any

from ingest.readers.canvas import one_line
from rag.errors import UnreadableFile

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument  # type: ignore[import-untyped]

_OUTLINE_DEPTH = 8
_MOST_BOOKMARKS = 20_000
_LONGEST_TITLE = 500
_OBJECT = re.compile(rb"(\d{1,10})\s+(\d{1,5})\s+obj\b")
_PAGE = re.compile(rb"/Type\s*/Page\b")
_FORM_OF_LAYER = re.compile(rb"/OC\s+\d{1,10}\s+\d{1,5}\s+R")
_REACH = 2_000
# The highest numbers that PDFium takes: no object of the file has them.
_NEW_PAGES = (
    b"\n8388601 0 obj << /Type /Catalog /Pages 8388602 0 R >> endobj"
    b"\n8388602 0 obj << /Type /Pages /Kids [%s] /Count %d >> endobj"
    b"\ntrailer << /Root 8388601 0 R >>\n%%%%EOF\n"
)
_HOW_TO_GIVE = (
    "Add it with its password: vouch add --password-file FILE, one password a line"
    ' (in Python: passwords=("...",)).'
)


def open_pdf(data: bytes, passwords: Sequence[str] = ()) -> PdfDocument:
    """Return an open PDF; the caller closes it.

    Raises:
        UnreadableFile: it is no PDF, too damaged, has no pages, or none of the passwords fits.
    """
    from pypdfium2 import PdfiumError

    error: PdfiumError | None = None
    for attempt in _attempts(data):
        try:
            pdf = _with_passwords(attempt, passwords)
        except PdfiumError as failed:
            error = error or failed
            continue
        if len(pdf):
            with suppress(PdfiumError):  # broken forms lose the fields' values, not the text
                pdf.init_forms()
            return pdf
        pdf.close()
    if error is None:
        raise UnreadableFile("The PDF has no pages.", "Save it again and add the new file.")
    if "ecurity" in str(error):
        raise UnreadableFile(
            "The PDF is locked in a way that no password opens here.",
            "Open it in the program that it is meant for, print it to a PDF, and add that.",
        ) from error
    raise UnreadableFile(
        "The file is no PDF, or it is damaged.", "Open it in a viewer, save it again and add it."
    ) from error


def may_have_layers(data: bytes) -> bool:
    """Say whether the file's bytes speak of layers that may be switched off.

    What says that one is off may be packed; a form that belongs to one never is.
    """
    if b"/OCProperties" in data:
        return b"/OFF" in data
    return b"/ObjStm" in data and _FORM_OF_LAYER.search(data) is not None


def outline_of(pdf: PdfDocument) -> list[tuple[int, str, int]]:
    """Return the depth, title and page number of every bookmark that points to a page."""
    return list(islice(_bookmarks(pdf), _MOST_BOOKMARKS))


def stated_in(pdf: PdfDocument) -> dict[str, str]:
    """Return what the file states of itself: Title, Author, CreationDate."""
    from pypdfium2 import PdfiumError

    stated: dict[str, str] = {}
    for key in ("Title", "Author", "CreationDate"):
        with suppress(PdfiumError, ValueError):
            stated[key] = pdf.get_metadata_value(key)
    return stated


def _attempts(data: bytes) -> Iterator[bytes]:
    """Yield the file as it is, then with its head mended where that may help."""
    yield data
    start = data.find(b"%PDF-")
    if start > 0:
        yield data[start:]
    elif start < 0 and b" obj" in data:
        yield b"%PDF-1.7\n" + data
    # Without its end a file does not say which object is the first; PDFium finds the rest itself.
    at = data.rfind(b"/Catalog")
    catalog = _object_before(data, at)
    if catalog:
        yield data[max(start, 0) :] + b"\ntrailer << /Root %s R >>\n%%%%EOF\n" % catalog
    # Where the list of pages is lost as well, those that are there make a new one.
    pages = [_object_before(data, match.start()) for match in islice(_PAGE.finditer(data), 5_000)]
    kids = list(dict.fromkeys(page for page in pages if page))
    if kids:
        new = _NEW_PAGES % (b" ".join(b"%s R" % kid for kid in kids), len(kids))
        yield data[max(start, 0) :] + new


def _object_before(data: bytes, at: int) -> bytes:
    """Return the number of the object that holds a place, empty where there is none near."""
    objects = _OBJECT.findall(data, max(at - _REACH, 0), at) if at > 0 else []
    return b"%s %s" % objects[-1] if objects else b""


def _with_passwords(data: bytes, passwords: Sequence[str]) -> PdfDocument:
    from pypdfium2 import PdfDocument, PdfiumError

    for password in (None, *passwords):
        try:
            return PdfDocument(data, password=password)
        except PdfiumError as error:
            if "assword" not in str(error):
                raise
    if passwords:
        raise UnreadableFile(
            f"The PDF needs a password, and none of the {len(passwords)} given fits.", _HOW_TO_GIVE
        )
    raise UnreadableFile("The PDF is encrypted and needs a password.", _HOW_TO_GIVE)


def _bookmarks(pdf: PdfDocument) -> Iterator[tuple[int, str, int]]:
    from pypdfium2 import PdfiumError

    try:
        for bookmark in pdf.get_toc(max_depth=_OUTLINE_DEPTH):
            target: Any = bookmark.get_dest()
            index = target.get_index() if target is not None else None
            title = one_line(bookmark.get_title() or "")[:_LONGEST_TITLE]
            if index is not None and title:
                yield bookmark.level, title, index
    except (PdfiumError, ValueError):
        return  # a broken outline loses headings, not text
