"""The characters of a PDF page with the boxes that they fill on the shown page.

One call for each character is the only way PDFium gives boxes, so the calls are made from C loops
(``map``) through prototypes that convert nothing, and all that follows works on whole pages.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import repeat
from typing import TYPE_CHECKING, Any
from unicodedata import bidirectional

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from pypdfium2 import PdfPage, PdfTextPage  # type: ignore[import-untyped]

CUT_WORD = (0xFFFE, 0x02)  # what PDFium puts for a hyphen at the end of a line
_LINE_ENDS = (*CUT_WORD, 0x0A, 0x0D)
_SOFT_HYPHEN = 0xAD
_TALLEST = 4.0  # fonts that claim to be so much taller than their letters say nothing of use
PRINTS, SPACE, NOTHING, END = range(4)

Codes = NDArray[np.int32]
Flags = NDArray[np.bool_]
Boxes = NDArray[np.float64]
"""Shape ``(n, 4)``: left, bottom, right, top, in points from the shown page's lower left corner."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A page's visible box in its own coordinates, and its rotation in degrees, clockwise."""

    left: float
    bottom: float
    right: float
    top: float
    rotation: int

    @property
    def size(self) -> tuple[float, float]:
        """Width and height as the page is shown."""
        width, height = self.right - self.left, self.top - self.bottom
        return (height, width) if self.rotation in (90, 270) else (width, height)

    def shown(self, boxes: Boxes) -> Boxes:
        """Return boxes of the page's own coordinates as they stand on the shown page."""
        x0, y0, x1, y1 = boxes.T
        if self.rotation == 90:
            turned = (y0 - self.bottom, self.right - x1, y1 - self.bottom, self.right - x0)
        elif self.rotation == 180:
            turned = (self.right - x1, self.top - y1, self.right - x0, self.top - y0)
        elif self.rotation == 270:
            turned = (self.top - y1, x0 - self.left, self.top - y0, x1 - self.left)
        else:
            turned = (x0 - self.left, y0 - self.bottom, x1 - self.left, y1 - self.bottom)
        return np.stack(turned, axis=1)


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The characters of a page in reading order: codes, boxes, and which boxes are known."""

    codes: Codes
    boxes: Boxes
    known: Flags

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def printed(self) -> Flags:
        """Which of them are neither white space nor line ends."""
        printed: Flags = kinds()[np.minimum(self.codes, 0xFFFF)] == PRINTS
        return printed


def frame_of(page: PdfPage) -> Frame:
    """Return the visible box of a page and how it is turned."""
    import pypdfium2.raw as raw  # type: ignore[import-untyped]

    rect = raw.FS_RECTF()
    width, height = page.get_size()
    if raw.FPDF_GetPageBoundingBox(page.raw, rect) and rect.right > rect.left:
        box = (rect.left, rect.bottom, rect.right, rect.top)
    else:
        box = (0.0, 0.0, width, height)
    return Frame(*box, rotation=page.get_rotation())


def glyphs_of(text_page: PdfTextPage, frame: Frame) -> Glyphs:
    """Return the characters of a page."""
    count = max(text_page.count_chars(), 0)
    handle = pointer_to(text_page.raw)
    codes = _codes(text_page, handle, count)
    rects = (ctypes.c_float * (4 * count))()
    found = map(
        call("FPDFText_GetLooseCharBox"),
        repeat(handle),
        range(count),
        map(ctypes.byref, repeat(rects), range(0, 16 * count, 16)),
    )
    known = np.fromiter(found, dtype=np.int32, count=count).astype(bool)
    left, top, right, bottom = np.frombuffer(rects, dtype=np.float32).reshape(-1, 4).T.astype(float)
    boxes = np.stack((left, np.minimum(bottom, top), right, np.maximum(bottom, top)), axis=1)
    boxes = np.nan_to_num(boxes, posinf=0.0, neginf=0.0)
    _measure_odd_fonts(handle, boxes, known & (codes > 0x20))
    known &= (boxes[:, 2] > boxes[:, 0]) | (boxes[:, 3] > boxes[:, 1])
    shown = frame.shown(boxes)
    _share(shown, codes, known)
    return Glyphs(codes, shown, known)


def call(name: str, result: Any = ctypes.c_int) -> Callable[..., Any]:
    """Return a function of PDFium that takes ``c_void_p``, ``int`` and ``byref`` as they are."""
    return _prototype(name, result)


def pointer_to(handle: Any) -> ctypes.c_void_p:
    """Return the handle that PDFium's own prototypes give as one for ``call``."""
    return ctypes.cast(handle, ctypes.c_void_p)


@lru_cache(maxsize=64)
def _prototype(name: str, result: Any) -> Callable[..., Any]:
    import pypdfium2.raw as raw

    address = ctypes.cast(getattr(raw, name), ctypes.c_void_p).value
    assert address is not None
    function: Callable[..., Any] = ctypes.PYFUNCTYPE(result)(address)
    return function


def _codes(text_page: PdfTextPage, handle: ctypes.c_void_p, count: int) -> Codes:
    """Return the code points of all characters, half pairs joined or replaced."""
    import pypdfium2.raw as raw

    buffer = (ctypes.c_ushort * (count + 1))()
    written = raw.FPDFText_GetText(text_page.raw, 0, count, buffer) - 1 if count else 0
    codes = np.frombuffer(memoryview(buffer), dtype=np.uint16)[:count].astype(np.int32)
    if written != count:  # PDFium leaves characters out, or writes one as a pair
        function = call("FPDFText_GetUnicode", ctypes.c_uint)
        codes = np.fromiter(map(function, repeat(handle), range(count)), np.uint32, count).astype(
            np.int32
        )
    high = (codes >= 0xD800) & (codes < 0xDC00)
    low = (codes >= 0xDC00) & (codes < 0xE000)
    if high.any() or low.any():
        pair = np.flatnonzero(high[:-1] & low[1:])
        joined = 0x10000 + ((codes[pair] - 0xD800) << 10) + codes[pair + 1] - 0xDC00
        codes[high | low] = 0xFFFD
        codes[pair], codes[pair + 1] = joined, 0
    return np.where((codes > 0x10FFFF) | (codes < 0), 0xFFFD, codes)


def _measure_odd_fonts(handle: ctypes.c_void_p, boxes: Boxes, asked: Flags) -> None:
    """Give letters of fonts without a usable height the box of their ink, in place."""
    width, height = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    odd = (width <= 0) | (height <= 0) | (height > _TALLEST * np.maximum(width, 8.0) * 2)
    values = (ctypes.c_double * 4)()
    outs = [ctypes.byref(values, 8 * at) for at in range(4)]
    ink = call("FPDFText_GetCharBox")
    for index in np.flatnonzero(asked & odd).tolist():
        if ink(handle, index, *outs):
            left, right, bottom, top = values
            if np.isfinite(values).all():
                boxes[index] = (left, bottom, right, top)


def _share(boxes: Boxes, codes: Codes, known: Flags) -> None:
    """Give each of the letters that PDFium made of one sign a part of its box, in place."""
    alike = (boxes[1:] == boxes[:-1]).all(axis=1) & known[1:] & known[:-1] & (codes[1:] > 0x20)
    if not alike.any():
        return
    first = -1
    for at in np.flatnonzero(alike).tolist():
        if at < first:
            continue
        last = first = at
        while last < len(alike) and alike[last]:
            last += 1
        left, _, right, _ = boxes[at].tolist()
        marks = np.linspace(left, right, last - at + 2)
        if bidirectional(chr(codes[at])) in ("R", "AL"):
            marks = marks[::-1]
        boxes[at : last + 1, 0] = np.minimum(marks[:-1], marks[1:])
        boxes[at : last + 1, 2] = np.maximum(marks[:-1], marks[1:])
        first = last


@lru_cache(maxsize=1)
def kinds() -> NDArray[np.int8]:
    """Return for each code point up to 0xFFFF whether it prints, parts words, ends a line."""
    kinds = np.fromiter((chr(code).isspace() for code in range(0x10000)), np.int8, 0x10000)
    kinds[:0x20] = kinds[_SOFT_HYPHEN] = NOTHING
    kinds[list(_LINE_ENDS)] = END
    return kinds
