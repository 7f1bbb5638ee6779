"""Which characters of a PDF page its reader does not see, and how they are hidden.

What the page's objects say (render mode, colour, what lies above) only raises a suspicion: white
letters on a dark ground are seen. The page is drawn with and without the suspects, and where
nothing changes nothing is seen.
"""

from __future__ import annotations

import ctypes
import time
from dataclasses import dataclass
from itertools import repeat
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ingest.readers.pdf_glyphs import Boxes, Flags, Frame, Glyphs, call, pointer_to
from ingest.readers.pdf_objects import COVERED, INVISIBLE, WHITE, Objects

if TYPE_CHECKING:
    from pypdfium2 import PdfPage, PdfTextPage  # type: ignore[import-untyped]

TINY, OUTSIDE = "zero-size text", "off the page"

_SMALLEST = 1.0
_SEEN = 24  # a difference of so many shades is seen
_PIXELS = 1_200_000
_SCAN = 0.5  # pictures on so much of a page make it the picture of a page
_LAYER = 0.8  # of a scan's letters, where they are the text that recognition laid over it


@dataclass(slots=True)
class Drawing:
    """How long pages may still be drawn for one file, in seconds."""

    left: float = 8.0


@dataclass(frozen=True, slots=True)
class Seen:
    """The characters of a page that are hidden, by how; and whether its text lies on a scan."""

    hidden: dict[str, Flags]
    ocr_layer: bool = False


def hidden_in(
    page: PdfPage,
    text_page: PdfTextPage,
    glyphs: Glyphs,
    frame: Frame,
    drawing: Drawing,
    *,
    layers: bool = False,
) -> Seen:
    """Return which characters of a page are hidden.

    Args:
        page: the page.
        text_page: its text.
        glyphs: its characters.
        frame: its visible box.
        drawing: the time that drawing pages may still take.
        layers: whether the file has layers that may be switched off.
    """
    printed = glyphs.printed & glyphs.known
    if not printed.any():
        return Seen({})
    width, height = frame.size
    x0, y0, x1, y1 = glyphs.boxes.T
    outside = printed & ((x1 <= 0) | (y1 <= 0) | (x0 >= width) | (y0 >= height))
    tiny = printed & ~outside & (np.maximum(x1 - x0, y1 - y0) < _SMALLEST)
    hidden = {OUTSIDE: outside, TINY: tiny}
    rest = printed & ~outside & ~tiny
    objects = Objects(page, layers=layers)
    covers = _shown_covers(objects, frame)
    ocr_layer = False
    last_cover = max((order for order, _, _ in objects.covers), default=-1)
    first_text = min(objects.order.values(), default=0)
    if rest.any() and (objects.suspect or last_cover > first_text):
        owner = _owners(text_page, len(glyphs))
        how, covered = _suspicions(objects, covers, owner, glyphs.boxes, rest)
        if _is_scan(covers, objects, frame) and _on_scan(how, covered, rest) >= _LAYER:
            ocr_layer = True
            how = {name: flags for name, flags in how.items() if name not in (INVISIBLE, COVERED)}
        hidden |= _judged(page, frame, glyphs.boxes, owner, how, covered, covers, drawing)
    return Seen({name: flags for name, flags in hidden.items() if flags.any()}, ocr_layer)


def _shown_covers(objects: Objects, frame: Frame) -> Boxes:
    if not objects.covers:
        return np.empty((0, 4))
    return frame.shown(np.array([box for _, box, _ in objects.covers], dtype=float))


def _owners(text_page: PdfTextPage, count: int) -> NDArray[np.uint64]:
    """Return the address of the text object of each character, 0 for what PDFium put in."""
    get = call("FPDFText_GetTextObject", ctypes.c_void_p)
    found = map(get, repeat(pointer_to(text_page.raw)), range(count))
    return np.fromiter((address or 0 for address in found), np.uint64, count)


def _suspicions(
    objects: Objects, covers: Boxes, owner: NDArray[np.uint64], boxes: Boxes, rest: Flags
) -> tuple[dict[str, Flags], Flags]:
    """Return the suspect characters by how they may be hidden, and which lie under something."""
    how: dict[str, Flags] = {}
    addresses, place = np.unique(owner, return_inverse=True)
    reasons = [objects.suspect.get(int(address), "") for address in addresses]
    for name in set(reasons) - {""}:
        flags = np.array([reason == name for reason in reasons])[place] & rest
        if flags.any():
            how[name] = flags
    orders = np.array([objects.order.get(int(address), 1 << 40) for address in addresses])[place]
    x0, y0, x1, y1 = boxes.T
    middle = (y0 + y1) / 2
    covered = np.zeros(len(boxes), dtype=bool)
    for (order, _, _), (left, low, right, high) in zip(objects.covers, covers, strict=True):
        covered |= (
            (orders < order)
            & ((x0 + x1) / 2 > left)
            & ((x0 + x1) / 2 < right)
            & (middle > low)
            & (middle < high)
        )
    covered &= rest
    taken = np.zeros(len(boxes), dtype=bool)
    for flags in how.values():
        taken |= flags
    if (covered & ~taken).any():
        how[COVERED] = covered & ~taken
    return how, covered


def _is_scan(covers: Boxes, objects: Objects, frame: Frame) -> bool:
    """Say whether pictures fill so much of a page that it is one."""
    width, height = frame.size
    pictures = [box for box, (_, _, image) in zip(covers, objects.covers, strict=True) if image]
    area = sum(
        max(min(x1, width) - max(x0, 0), 0) * max(min(y1, height) - max(y0, 0), 0)
        for x0, y0, x1, y1 in pictures
    )
    return bool(area >= _SCAN * width * height > 0)


def _on_scan(how: dict[str, Flags], covered: Flags, rest: Flags) -> float:
    """Return the share of the letters that are not drawn, or lie under a picture."""
    unseen = covered | how.get(INVISIBLE, np.zeros(len(rest), dtype=bool))
    return float((unseen & rest).sum() / max(rest.sum(), 1))


def _judged(
    page: PdfPage,
    frame: Frame,
    boxes: Boxes,
    owner: NDArray[np.uint64],
    how: dict[str, Flags],
    covered: Flags,
    covers: Boxes,
    drawing: Drawing,
) -> dict[str, Flags]:
    """Return of the suspect characters those that change nothing on the drawn page."""
    found = {name: flags for name, flags in how.items() if name == INVISIBLE}
    doubtful = {name: flags for name, flags in how.items() if name != INVISIBLE}
    if not doubtful:
        return found
    every = np.any(np.stack(list(doubtful.values())), axis=0)
    unseen = _unseen(page, frame, boxes, owner, every, drawing)
    if unseen is None:
        grounded = _within(boxes, covers)
        pale = {name: flags & ~grounded for name, flags in doubtful.items() if name == WHITE}
        return found | pale
    _, place = np.unique(owner, return_inverse=True)
    letters = np.bincount(place, weights=every)
    gone = np.bincount(place, weights=every & unseen)
    whole = (gone >= 0.9 * np.maximum(letters, 1))[place]
    for name, flags in doubtful.items():
        found[name] = flags & (whole | (unseen & covered))
    return found


def _unseen(
    page: PdfPage,
    frame: Frame,
    boxes: Boxes,
    owner: NDArray[np.uint64],
    suspects: Flags,
    drawing: Drawing,
) -> Flags | None:
    """Return the suspects without which the drawn page looks the same; None if it was not drawn."""
    width, height = frame.size
    around = boxes[suspects]
    left, low = np.maximum(np.floor(around[:, :2].min(axis=0)) - 1, 0).tolist()
    right, high = np.minimum(np.ceil(around[:, 2:].max(axis=0)) + 1, (width, height)).tolist()
    area = (right - left) * (high - low)
    scale = min(2.0, (_PIXELS / max(area, 1.0)) ** 0.5)
    size = np.median(around[:, 3] - around[:, 1]) * scale
    if drawing.left <= 0 or size < 3 or min(right - left, high - low) * scale < 1:
        return None
    began = time.monotonic()
    crop = (left, low, width - right, height - high)
    before = _drawn(page, scale, crop)
    set_active = call("FPDFPageObj_SetIsActive")
    for address in np.unique(owner[suspects]).tolist():
        if address:
            set_active(ctypes.c_void_p(address), 0)
    after = _drawn(page, scale, crop)
    drawing.left -= time.monotonic() - began
    changed = _changed(before, after)
    down, across = changed.shape
    from_left, from_top = np.ceil(left * scale), np.ceil((height - high) * scale)
    x0 = np.clip(np.floor(around[:, 0] * scale - from_left), 0, across).astype(int)
    x1 = np.clip(np.ceil(around[:, 2] * scale - from_left), 0, across).astype(int)
    y0 = np.clip(np.floor((height - around[:, 3]) * scale - from_top), 0, down).astype(int)
    y1 = np.clip(np.ceil((height - around[:, 1]) * scale - from_top), 0, down).astype(int)
    unseen = suspects.copy()
    unseen[suspects] = [
        not changed[top:bottom, first:last].any()
        for top, bottom, first, last in zip(
            y0.tolist(), y1.tolist(), x0.tolist(), x1.tolist(), strict=True
        )
    ]
    return unseen


def _changed(before: NDArray[np.uint8], after: NDArray[np.uint8]) -> Flags:
    """Return which pixels of two pictures differ so much that it is seen."""
    differ: Flags = before.view(np.uint32)[:, :, 0] != after.view(np.uint32)[:, :, 0]
    y, x = np.nonzero(differ)
    shades = np.abs(before[y, x, :3].astype(np.int16) - after[y, x, :3])
    differ[y, x] = shades.max(axis=1, initial=0) > _SEEN
    return differ


def _drawn(
    page: PdfPage, scale: float, crop: tuple[float, float, float, float]
) -> NDArray[np.uint8]:
    """Return a part of a page as it is shown, shape ``(height, width, 4)``."""
    bitmap = page.render(
        scale=scale, crop=crop, draw_annots=False, may_draw_forms=False, prefer_bgrx=True
    )
    pixels: NDArray[np.uint8] = bitmap.to_numpy().copy()
    bitmap.close()
    return pixels


def _within(boxes: Boxes, covers: Boxes) -> Flags:
    """Return which boxes have their middle in one of the covers."""
    inside = np.zeros(len(boxes), dtype=bool)
    x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    for left, low, right, high in covers:
        inside |= (x > left) & (x < right) & (y > low) & (y < high)
    return inside
