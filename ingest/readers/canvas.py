"""The canonical text of a structured file, built block by block with the places of each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from rag.english.invisible import holds_invisible
from rag.types import Span

_UNWRITABLE = re.compile(r"[\x00\ud800-\udfff]")
_LONGEST_HEADER = 2_000
_CONTROLS = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad]")

INVISIBLE = "invisible_characters"
"""The flag of a text with characters that its readers do not see (``rag.english.invisible``)."""

HIDDEN = "hidden_text"
"""The flag of a file that holds text which a reader of it does not see; it is kept apart."""


def storable(text: str) -> str:
    r"""Return the text with U+FFFD for NUL and lone surrogates, which no database takes.

    One character for one, so that every offset stays.

    >>> storable("a\x00b")
    'a\ufffdb'
    """
    return _UNWRITABLE.sub("\ufffd", text)


def one_line(text: str) -> str:
    r"""Return the text as a reader would copy it from a page: no controls, single blanks.

    >>> one_line(" a\u00ad b\n c ")
    'a b c'
    """
    return " ".join(_CONTROLS.sub("", storable(text)).split())


def text_flags(text: str) -> tuple[str, ...]:
    r"""Return the flags that the characters of a text call for.

    >>> text_flags("1\u200b00 people")
    ('invisible_characters',)
    """
    return (INVISIBLE,) if holds_invisible(text) else ()


class Canvas:
    """Grows a canonical text; every method returns the ``(start, end)`` of what it added."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._spans: list[Span] = []
        self._open: list[tuple[int, str, int]] = []

    @property
    def length(self) -> int:
        """The number of characters so far."""
        return self._length

    def block(self, text: str, *, keep_lines: bool = False) -> tuple[int, int]:
        """Add a paragraph after a blank line; an empty one adds nothing."""
        return self._add(_lines(text) if keep_lines else one_line(text), "\n\n")

    def line(self, text: str) -> tuple[int, int]:
        """Add a line right under the last one: a list item, a row."""
        return self._add(one_line(text), "\n")

    def heading(self, text: str, level: int) -> tuple[int, int]:
        """Add a heading; its span reaches to the next heading of its level or above."""
        start, end = self.block(text)
        if start < end:
            self.open_heading(one_line(text), level, start)
        return start, end

    def open_heading(self, label: str, level: int, start: int) -> None:
        """Begin a section at ``start`` without adding text."""
        self._close(level, start)
        self._open.append((level, label, start))

    def table(
        self, rows: Sequence[Sequence[str]], *, label: str = "row", headed: bool = True
    ) -> None:
        """Add a table, cells parted by tabs; its first row is the header of the others.

        Unless it is not ``headed``: then all its rows are rows.
        """
        header = ""
        above = True
        for number, cells in enumerate(rows, 1):
            cleaned = [one_line(cell) for cell in cells]
            if not any(cleaned):
                continue
            start, end = self._add("\t".join(cleaned).rstrip(), "\n\n" if above else "\n")
            above = False
            data: dict[str, object] = {"row": number} | ({"header": header} if header else {})
            if headed and number == 1 and len(rows) > 1:
                data["is_header"] = True
                header = " | ".join(cell for cell in cleaned if cell)[:_LONGEST_HEADER]
            self.span(start, end, "row", f"{label} {number}", data)

    def raw_line(self, text: str, *, apart: bool = False) -> tuple[int, int]:
        """Add a text as it is, under the last line or ``apart`` from it."""
        return self._add(text, "\n\n" if apart else "\n")

    def end_sections(self) -> None:
        """End every open section: what comes next stands under no heading."""
        self._close(0, self._length)

    def span(
        self, start: int, end: int, kind: str, label: str, data: Mapping[str, object] | None = None
    ) -> None:
        """Name a stretch of the text; an empty stretch is left out."""
        if start < end:
            self._spans.append(Span(start, end, kind, label, data or {}))  # type: ignore[arg-type]

    def finish(self) -> tuple[str, tuple[Span, ...]]:
        """Return the text and its spans, sorted by start, the wider one first."""
        self._close(0, self._length)
        text = "".join(self._parts)
        spans = [
            span if span.end <= len(text) else replace(span, end=len(text)) for span in self._spans
        ]
        return text, tuple(sorted(spans, key=lambda span: (span.start, -span.end)))

    def _add(self, text: str, separator: str) -> tuple[int, int]:
        if not text:
            return self._length, self._length
        if self._length:
            self._parts.append(separator)
            self._length += len(separator)
        start = self._length
        self._parts.append(text)
        self._length += len(text)
        return start, self._length

    def _close(self, level: int, end: int) -> None:
        """End every open section that is not above ``level``."""
        while self._open and self._open[-1][0] >= level:
            depth, _, start = self._open[-1]
            path = " > ".join(label for _, label, _ in self._open)
            self._open.pop()
            self.span(start, end, "heading", path, {"level": depth})


def _lines(text: str) -> str:
    """Return a text of several lines with its indentation, without controls and outer blanks."""
    cleaned = _CONTROLS.sub("", storable(text.replace("\r\n", "\n")))
    return "\n".join(line.rstrip() for line in cleaned.split("\n")).strip("\n")
