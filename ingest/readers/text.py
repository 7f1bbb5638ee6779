"""Plain text: the canonical text is the file's own characters, every one of them."""

from __future__ import annotations

import re

from ingest.readers import Reading, Source
from ingest.readers.encoding import decode
from ingest.readers.head import describe_file
from rag.types import Span

_BLANK = re.compile(r"\n(?:[^\S\n]*\n)+")


def read(source: Source) -> Reading:
    """Return one document whose text is the decoded file, or none for one of white space."""
    text, note = decode(source.data)
    if not text.strip():
        return Reading((), ())
    document = describe_file(
        source,
        text=text,
        spans=tuple(lines(text)),
    )
    return Reading((document,), (note,) if note else ())


def lines(text: str) -> list[Span]:
    r"""Return a span for every block of lines, labelled with the line on which it begins.

    >>> [(span.start, span.label) for span in lines("Title\n\n\nBody\nmore")]
    [(0, 'line 1'), (8, 'line 4')]
    """
    spans = []
    number, start = 1, 0
    for blank in [*_BLANK.finditer(text), None]:
        end = blank.start() if blank else len(text)
        block = text[start:end]
        if bare := block.strip():
            skipped = block.index(bare[0])
            first = start + skipped
            line = number + block.count("\n", 0, skipped)
            spans.append(Span(first, first + len(bare), "line", f"line {line}", {"line": line}))
        if blank:
            number += text.count("\n", start, blank.end())
            start = blank.end()
    return spans
