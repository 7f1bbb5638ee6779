"""What the objects of a PDF page say that may hide its letters: mode, colour, what lies above."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ingest.readers.pdf_glyphs import call, pointer_to

if TYPE_CHECKING:
    from pypdfium2 import PdfPage  # type: ignore[import-untyped]

INVISIBLE, WHITE, CLEAR, GROUND, LAYER, COVERED = (
    "invisible text",
    "white text",
    "transparent text",
    "text in the colour of its ground",
    "text on a layer that is switched off",
    "covered text",
)

_TEXT, _PATH, _IMAGE, _FORM = 1, 2, 3, 5
_PALE = 232
_CLEAR = 26
_LIKE = 20
_MOST_OBJECTS = 100_000
_MOST_COVERS = 300
_DEEPEST = 6
_LEAST_COVER = 6.0


class Objects:
    """What the objects of a page say: for each text object its depth and what is suspect in it."""

    def __init__(self, page: PdfPage, *, layers: bool) -> None:
        self.order: dict[int, int] = {}
        self.suspect: dict[int, str] = {}
        self.covers: list[tuple[int, tuple[float, ...], bool]] = []
        self._grounds: set[tuple[int, ...]] = set()
        self._layers = layers
        self._colour_values = (ctypes.c_uint * 4)()
        self._colour_out = [ctypes.byref(self._colour_values, 4 * at) for at in range(4)]
        self._fill_colour = call("FPDFPageObj_GetFillColor")
        self._stroke_colour = call("FPDFPageObj_GetStrokeColor")
        self._count_marks = call("FPDFPageObj_CountMarks")
        mode_of = call("FPDFTextObj_GetTextRenderMode")
        for order, kind, item, top in _walk(page):
            if kind == _TEXT:
                self._note_text(order, item, mode_of(item))
            elif kind in (_IMAGE, _PATH) and len(self.covers) < _MOST_COVERS:
                self._note_cover(order, kind, item, top)

    def _note_text(self, order: int, item: ctypes.c_void_p, mode: int) -> None:
        address = item.value or 0
        self.order[address] = order
        if mode in (3, 7):
            self.suspect[address] = INVISIBLE
        elif self._layers or (self._count_marks(item) > 0 and _on_layer(item)):
            self.suspect[address] = LAYER
        else:
            why = self._colour_says(self._colour(item, stroke=mode in (1, 5)))
            if why:
                self.suspect[address] = why

    def _note_cover(
        self, order: int, kind: int, item: ctypes.c_void_p, top: ctypes.c_void_p
    ) -> None:
        """Keep the box of a picture or of a filled shape that letters could lie under or on."""
        if kind == _PATH:
            fill, stroke = ctypes.c_int(), ctypes.c_int()
            known = call("FPDFPath_GetDrawMode")(item, ctypes.byref(fill), ctypes.byref(stroke))
            if not known or not fill.value:
                return
        box = (ctypes.c_float * 4)()
        at = [ctypes.byref(box, 4 * edge) for edge in range(4)]
        # The box of an object in a form is in the form's own coordinates: the form's must do.
        if not call("FPDFPageObj_GetBounds")(top, *at):
            return
        if box[2] - box[0] < _LEAST_COVER or box[3] - box[1] < _LEAST_COVER:
            return
        self.covers.append((order, tuple(box), kind == _IMAGE))
        if kind == _PATH and (colour := self._colour(item, stroke=False)):
            self._grounds.add(colour[:3])

    def _colour(self, item: ctypes.c_void_p, *, stroke: bool) -> tuple[int, ...] | None:
        """Return red, green, blue and alpha, None for a pattern."""
        ask = self._stroke_colour if stroke else self._fill_colour
        return tuple(self._colour_values) if ask(item, *self._colour_out) else None

    def _colour_says(self, colour: tuple[int, ...] | None) -> str:
        """Return how a colour may hide letters, the empty string where it does not."""
        if colour is None:
            return ""
        if colour[3] < _CLEAR:
            return CLEAR
        if min(colour[:3]) >= _PALE:
            return WHITE
        for ground in self._grounds:
            if all(abs(one - other) < _LIKE for one, other in zip(colour, ground, strict=False)):
                return GROUND
        return ""


def _walk(page: PdfPage) -> Iterator[tuple[int, int, ctypes.c_void_p, ctypes.c_void_p]]:
    """Yield the place in the drawing order, kind and handle of all objects, and the topmost form.

    The objects of a form follow it, as far as forms are not nested too deeply.
    """
    kind_of = call("FPDFPageObj_GetType")
    levels: list[tuple[Any, ctypes.c_void_p, int, int]] = []

    def level(of: ctypes.c_void_p, kind: str) -> None:
        name = "FPDFPage" if kind == "page" else "FPDFFormObj"
        get = call(f"{name}_GetObject", ctypes.c_void_p)
        levels.append((get, of, max(call(f"{name}_CountObjects")(of), 0), 0))

    level(pointer_to(page.raw), "page")
    order = 0
    top = ctypes.c_void_p()
    while levels and order < _MOST_OBJECTS:
        get, of, count, at = levels.pop()
        if at >= count:
            continue
        levels.append((get, of, count, at + 1))
        address = get(of, ctypes.c_ulong(at))
        if not address:
            continue
        order += 1
        item = ctypes.c_void_p(address)
        if len(levels) == 1:
            top = item
        kind = kind_of(item)
        yield order, kind, item, top
        if kind == _FORM and len(levels) < _DEEPEST:
            level(item, "form")


def _on_layer(item: ctypes.c_void_p) -> bool:
    """Say whether an object belongs to optional content."""
    import pypdfium2.raw as raw  # type: ignore[import-untyped]

    count = call("FPDFPageObj_CountMarks")(item)
    for at in range(min(max(count, 0), 8)):
        mark = call("FPDFPageObj_GetMark", ctypes.c_void_p)(item, ctypes.c_ulong(at))
        buffer, length = (ctypes.c_ushort * 8)(), ctypes.c_ulong()
        handle = ctypes.cast(mark, raw.FPDF_PAGEOBJECTMARK) if mark else None
        known = handle and raw.FPDFPageObjMark_GetName(handle, buffer, 16, length)
        if known and bytes(buffer)[: length.value] == "OC\0".encode("utf-16-le"):
            return True
    return False
