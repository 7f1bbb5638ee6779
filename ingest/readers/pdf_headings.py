"""The headings of a PDF: from its outline, else from its print, as spans that nest."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from statistics import median

from ingest.readers.paragraphs import LARGE, Line, usual_print
from rag.types import Span

_PRINTED_DEPTH = 3
_LONGEST_HEADING = 160


def outline_starts(
    outline: Sequence[tuple[int, str, int]],
    placed: Sequence[Sequence[tuple[int, int]]],
    text: str,
) -> Iterator[tuple[int, int, str]]:
    """Yield the place, depth and title of every bookmark: where its words stand on its page."""
    for level, title, index in outline:
        if 0 <= index < len(placed) and placed[index]:
            first, last = placed[index][0][0], placed[index][-1][1]
            yield max(text.find(title, first, last), first), level, title


def printed_starts(
    pages: Sequence[Sequence[Line]], placed: Sequence[Sequence[tuple[int, int]]]
) -> Iterator[tuple[int, int, str]]:
    """Yield the place, depth and words of every heading, known by its larger print."""
    usual = usual_print(pages)
    large: list[tuple[int, float, str]] = []
    follows = False
    for lines, places in zip(pages, placed, strict=True):
        for line, (start, _) in zip(lines, places, strict=True):
            is_large = usual > 0 and line.height > LARGE * usual and not line.row
            if is_large and follows and abs(large[-1][1] - line.height) < 0.1 * usual:
                large[-1] = (large[-1][0], large[-1][1], f"{large[-1][2]} {line.text}")
            elif is_large:
                large.append((start, round(line.height, 1), line.text))
            follows = is_large
    sizes = sorted({height for _, height, _ in large}, reverse=True)[:_PRINTED_DEPTH]
    for start, height, words in large:
        if height in sizes and len(words) <= _LONGEST_HEADING and re.search(r"\w", words):
            yield start, sizes.index(height), words


def heading_spans(starts: Sequence[tuple[int, int, str]], length: int) -> Iterator[Span]:
    """Yield a heading span from each start to the next one that is not below it."""
    open_headings: list[tuple[int, int, str]] = []

    def close(level: int, end: int) -> Iterator[Span]:
        while open_headings and open_headings[-1][1] >= level:
            path = " > ".join(title for _, _, title in open_headings)
            start, depth, _ = open_headings.pop()
            if start < end:
                yield Span(start, end, "heading", path, {"level": depth + 1})

    for start, level, title in sorted(starts, key=lambda heading: heading[0]):
        yield from close(level, start)
        open_headings.append((start, level, title))
    yield from close(0, length)


def large_print(pages: Sequence[Sequence[Line]]) -> str:
    """Return the lines at the top of the first page that are printed larger than the rest."""
    lines = next((lines for lines in pages if lines), [])
    if len(lines) < 3:
        return ""
    usual = median(line.height for line in lines)
    largest = max(line.height for line in lines[:6])
    if largest < LARGE * usual:
        return ""
    picked = []
    for line in lines[:8]:
        if line.height >= 0.9 * largest:
            picked.append(line.text)
        elif picked:
            break
    title = " ".join(picked)
    return title if 3 <= len(title) <= 200 else ""
