"""What stands on a PDF page beside its text: annotations, and the values of form fields."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ingest.readers.canvas import one_line

if TYPE_CHECKING:
    from pypdfium2 import PdfPage  # type: ignore[import-untyped]

_LINK, _POPUP, _WIDGET = 2, 16, 20
_HIDDEN_FLAGS = 0x02 | 0x20  # hidden, not shown on the screen
_MOST = 2_000
_LONGEST = 100_000
_TEXT_FIELDS = frozenset((4, 5, 6))  # combo box, list box, text
_TICKS = frozenset((2, 3))  # check box, radio button


@dataclass(frozen=True, slots=True)
class Mark:
    """The text of an annotation or of a form's field, and the label of what it is."""

    label: str
    text: str


def marks_of(page: PdfPage) -> list[Mark]:
    """Return the annotations and filled form fields of a page that hold words."""
    import pypdfium2.raw as raw  # type: ignore[import-untyped]

    form = page.formenv.raw if page.formenv else None
    found: list[Mark] = []
    for at in range(min(max(raw.FPDFPage_GetAnnotCount(page.raw), 0), _MOST)):
        annotation = raw.FPDFPage_GetAnnot(page.raw, at)
        if annotation:
            found += _mark(raw, form, annotation)
            raw.FPDFPage_CloseAnnot(annotation)
    return found


def _mark(raw: Any, form: Any, annotation: Any) -> Iterator[Mark]:
    kind = raw.FPDFAnnot_GetSubtype(annotation)
    if kind in (_LINK, _POPUP):
        return
    if kind == _WIDGET:
        if form and (text := _field(raw, form, annotation)):
            yield Mark("form field", text)
        return
    text = _string(raw, annotation, b"Contents")
    if text:
        author = _string(raw, annotation, b"T")
        hidden = raw.FPDFAnnot_GetFlags(annotation) & _HIDDEN_FLAGS
        label = f"annotation by {author}" if author else "annotation"
        yield Mark("hidden annotation" if hidden else label, text)


def _field(raw: Any, form: Any, annotation: Any) -> str:
    """Return the name and value of a filled field: "Town: Varna"; a ticked box is its name."""

    def get(function: Callable[..., int]) -> str:
        return _text(lambda buffer, size: function(form, annotation, buffer, size))

    kind = raw.FPDFAnnot_GetFormFieldType(form, annotation)
    name = get(raw.FPDFAnnot_GetFormFieldAlternateName) or get(raw.FPDFAnnot_GetFormFieldName)
    if kind in _TEXT_FIELDS:
        value = get(raw.FPDFAnnot_GetFormFieldValue)
        return f"{name}: {value}" if name and value else value
    if kind in _TICKS and raw.FPDFAnnot_IsChecked(form, annotation):
        value = get(raw.FPDFAnnot_GetFormFieldExportValue)
        return f"{name}: {value}" if name and value else ""
    return ""


def _string(raw: Any, annotation: Any, key: bytes) -> str:
    return _text(lambda buffer, size: raw.FPDFAnnot_GetStringValue(annotation, key, buffer, size))


def _text(ask: Callable[[Any, int], int]) -> str:
    """Return a UTF-16 string that PDFium gives once its length was asked for."""
    size = ask(None, 0)
    if not 2 < size <= 2 * _LONGEST:
        return ""
    buffer = (ctypes.c_ushort * (size // 2 + 1))()
    ask(buffer, size)
    return one_line(bytes(buffer)[: size - 2].decode("utf-16-le", "replace"))
