"""Passages of a document: sentences packed up to a number of model tokens, offsets exact.

The text is tokenised once, piece by piece. A passage starts and ends at a sentence, never crosses a
heading, and shares its last sentences with the next one. Its context (title, heading path, table
header) counts against the same budget, so that what is embedded always fits the model.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from rag.english.sentences import sentences
from rag.senders import sender_of
from rag.types import Document, Passage, Span

CONTEXT_TOKENS = 48
"""A context is cut to so many tokens; a passage needs the rest."""

SPECIAL_TOKENS = 2
"""The model's own marks at both ends of what it reads."""

_APART = frozenset(("aside", "hidden"))
_SMALL_SECTION = 16
_LONGEST_WORD = 102  # the model takes a longer one as a single unknown token
_LONGEST_TOKEN = 16  # characters that count as one token at most: no passage grows without bound
_BLOCK = 500_000  # characters that are split at a time, which bounds the memory it takes
_PIECE_CHARACTERS = 50_000  # and those that are tokenised at a time
_CONTEXT_CHARACTERS = 2_000
_PARAGRAPH = ("\n\n", "\n", ". ", " ")
_SPACE = ("\n", " ")
_CLAUSE_END = re.compile(r"[,;:)\]”»]+\s+|[—–、，；：]+\s*|\s+(?=[(\[“«])|\n+")


class Tokenizer(Protocol):
    """Cuts text as the embedding model does."""

    def token_offsets(self, text: str) -> Sequence[tuple[int, int]]:
        """Return the ``(start, end)`` characters of every token, in order, no special ones."""
        ...


@dataclass(frozen=True, slots=True)
class _Piece:
    """A sentence, or a part of one that is too long, and how many tokens it has."""

    start: int
    end: int
    tokens: int


class _Counter:
    """Counts the tokens of any stretch between two places of a text, tokenised once.

    A run that the model takes as one token, or as none, counts as more where it is long, so that
    no passage has more than a few thousand characters.
    """

    def __init__(self, text: str, tokenizer: Tokenizer, first: int, last: int) -> None:
        self.starts: list[int] = []
        before = first
        for start, end in _cut(text, first, last, _PIECE_CHARACTERS, _SPACE):
            for offset, _ in tokenizer.token_offsets(text[start:end]):
                at = start + offset
                if at - before > _LONGEST_TOKEN:
                    self.starts += range(before + _LONGEST_TOKEN, at, _LONGEST_TOKEN)
                self.starts.append(at)
                before = at
        self.starts += range(before + _LONGEST_TOKEN, last, _LONGEST_TOKEN)

    def count(self, start: int, end: int) -> int:
        """Return the number of tokens that begin in ``[start, end)``."""
        return bisect_left(self.starts, end) - bisect_left(self.starts, start)

    def reach(self, start: int, tokens: int, end: int) -> int:
        """Return where the token after the next ``tokens`` ones begins, at most ``end``."""
        index = bisect_left(self.starts, start) + tokens
        return min(end, self.starts[index]) if index < len(self.starts) else end


def split(
    document: Document, *, tokens: int = 256, overlap: int = 48, tokenizer: Tokenizer
) -> list[Passage]:
    """Return the passages of a document in order; every sentence stands in at least one of them.

    A passage with its context and the model's two marks has at most ``tokens`` tokens, and shares
    at most ``overlap`` of them with the one before. ``document.text[start:end] == passage.text``.
    """
    text = document.text
    contexts = _Contexts(document, tokenizer, min(CONTEXT_TOKENS, tokens // 4))
    edges = _Edges(document)
    passages = []
    for first, last in _cut(text, 0, len(text), _BLOCK, _PARAGRAPH):
        counter = _Counter(text, tokenizer, first, last)
        found = _without(edges.headers, _sentences(document, edges.cuts, first, last))
        for section in _sections(edges, found, counter):
            cost = max(contexts.at(start)[1] for start, _ in section)
            budget = max(8, tokens - SPECIAL_TOKENS - cost)
            pieces = [
                piece
                for start, end in section
                for piece in _pieces(text, start, end, counter, budget)
            ]
            for start, end in _pack(pieces, budget, min(overlap, budget // 3)):
                context = contexts.of(start, end)
                passages.append(Passage(document.id, start, end, text[start:end], context))
    return passages


def _cut(
    text: str, first: int, last: int, longest: int, breaks: Sequence[str]
) -> Iterator[tuple[int, int]]:
    """Yield stretches of at most ``longest`` characters, each ending at the best break there is.

    >>> [("aa bb cc"[i:j]) for i, j in _cut("aa bb cc", 0, 8, 4, _SPACE)]
    ['aa ', 'bb ', 'cc']
    """
    while last - first > longest:
        for mark in breaks:
            at = text.rfind(mark, first + longest // 2, first + longest)
            if at >= 0:
                break
        else:
            at, mark = first + longest, ""
        yield first, at + len(mark)
        first = at + len(mark)
    if first < last:
        yield first, last


class _Edges:
    """Where a document's headings begin, what stands apart of its text, and both with its rows."""

    def __init__(self, document: Document) -> None:
        spans = document.spans
        both = [(edge, span.kind) for span in spans for edge in (span.start, span.end)]
        self.headings = sorted({span.start for span in spans if span.kind == "heading"})
        self.apart = sorted({edge for edge, kind in both if kind in _APART or kind == "sheet"})
        own = {"heading", "row", *_APART}
        self.cuts = sorted({edge for edge, kind in both if kind in own})
        self.headers = _headers(document)
        self.tables = sorted(end for _, end in self.headers)


def _headers(document: Document) -> list[tuple[int, int]]:
    """Return where the headers of tables stand, none where the document holds nothing else.

    A header is no statement: it is the context of its rows, and no passage.
    """
    found = sorted(
        (span.start, span.end)
        for span in document.spans
        if span.kind == "row" and span.data.get("is_header")
    )
    at = 0
    for start, end in [*found, (len(document.text), 0)]:
        if document.text[at:start].strip():
            return found
        at = end
    return []


def _without(
    headers: Sequence[tuple[int, int]], found: Sequence[tuple[int, int]]
) -> Sequence[tuple[int, int]]:
    """Return the sentences that are no header of a table."""
    if not headers:
        return found
    starts = [start for start, _ in headers]
    kept = []
    for start, end in found:
        at = bisect_right(starts, start) - 1
        if at < 0 or headers[at][1] < end:
            kept.append((start, end))
    return kept


def _sentences(
    document: Document, cuts: Sequence[int], first: int, last: int
) -> list[tuple[int, int]]:
    """Return the sentences of a stretch, cut at the edges of headings, rows and asides as well."""
    whole = first == 0 and last == len(document.text)
    text = document.text if whole else document.text[first:last]
    title = document.title if first == 0 else ""
    found = [(first + start, first + end) for start, end in sentences(text, title)]
    if not cuts:
        return found
    spans = []
    for start, end in found:
        inner = cuts[bisect_right(cuts, start) : bisect_left(cuts, end)]
        for left, right in zip([start, *inner], [*inner, end], strict=True):
            piece = document.text[left:right]
            if bare := piece.strip():
                first = left + piece.index(bare[0])
                spans.append((first, first + len(bare)))
    return spans


def _sections(
    edges: _Edges, found: Sequence[tuple[int, int]], counter: _Counter
) -> Iterator[list[tuple[int, int]]]:
    """Yield the sentences of each section; one too small to stand alone goes with the next.

    What stands apart from the text (a comment, hidden words) is never in one section with it.
    """
    starts, apart = edges.headings, edges.apart
    section: list[tuple[int, int]] = []
    size = 0
    for start, end in found:
        before = section[-1][0] if section else start
        at_heading = bisect_right(starts, start) > bisect_right(starts, before)
        at_table = bisect_right(edges.tables, start) > bisect_right(edges.tables, before)
        at_aside = bisect_right(apart, start) > bisect_right(apart, before)
        if at_aside or ((at_heading or at_table) and size >= _SMALL_SECTION):
            yield section
            section, size = [], 0
        section.append((start, end))
        size += counter.count(start, end)
    if section:
        yield section


class _Contexts:
    """The context of a passage by where it starts: title, heading path, table header."""

    def __init__(self, document: Document, tokenizer: Tokenizer, limit: int) -> None:
        self._title = " ".join(document.title.split())
        self._opening = (
            f"{self._title}, from {who}" if (who := sender_of(document)) else self._title
        )
        self._headings = [span for span in document.spans if span.kind == "heading"]
        self._rows = [
            span for span in document.spans if span.kind == "row" and span.data.get("header")
        ]
        self._heading_starts = [span.start for span in self._headings]
        self._row_starts = [span.start for span in self._rows]
        self._tokenizer = tokenizer
        self._limit = limit
        self._known: dict[str, tuple[str, int]] = {}

    def at(self, position: int) -> tuple[str, int]:
        """Return the context of a passage that starts at ``position``, and its tokens."""
        parts = [self._opening]
        heading = _innermost(self._headings, self._heading_starts, position)
        if heading and heading.label != self._title:
            parts.append(heading.label.removeprefix(f"{self._title} > "))
        row = _innermost(self._rows, self._row_starts, position)
        if row:
            parts.append(str(row.data["header"]))
        full = "\n".join(part[:_CONTEXT_CHARACTERS] for part in parts if part)
        if full not in self._known:
            self._known[full] = self._trim(full)
        return self._known[full]

    def of(self, start: int, end: int) -> str:
        """Return the context of a passage: of its first row of a table, where it has one."""
        row = _innermost(self._rows, self._row_starts, start)
        if row is None:
            at = bisect_left(self._row_starts, start)
            if at < len(self._rows) and self._row_starts[at] < end:
                start = self._row_starts[at]
        return self.at(start)[0]

    def _trim(self, context: str) -> tuple[str, int]:
        offsets = self._tokenizer.token_offsets(context)
        if len(offsets) <= self._limit:
            return context, len(offsets)
        # A token may be a part of a word: go back to the last white space that is not too far.
        cut = offsets[self._limit - 1][1]
        space = max(context.rfind(" ", 0, cut + 1), context.rfind("\n", 0, cut + 1))
        trimmed = context[: space if space > cut // 2 else cut].strip()
        return trimmed, len(self._tokenizer.token_offsets(trimmed))


def _innermost(spans: Sequence[Span], starts: Sequence[int], position: int) -> Span | None:
    """Return the last-starting span that holds a position; spans are sorted and nest."""
    for index in range(bisect_right(starts, position) - 1, -1, -1):
        if spans[index].end > position:
            return spans[index]
        if spans[index].kind == "row":
            break  # rows do not nest
    return None


def _pieces(text: str, start: int, end: int, counter: _Counter, budget: int) -> Iterator[_Piece]:
    """Yield a sentence whole, or cut at clauses, else at words, so that each part fits."""
    while (size := counter.count(start, end)) > budget:
        reach = counter.reach(start, budget, end)
        cut = _last_break(text, start, reach)
        yield _trimmed(text, start, cut, counter)
        start = cut
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        yield _Piece(start, end, size)


def _trimmed(text: str, start: int, end: int, counter: _Counter) -> _Piece:
    size = counter.count(start, end)
    return _Piece(start, start + len(text[start:end].rstrip()), size)


def _last_break(text: str, start: int, reach: int) -> int:
    """Return the last clause end in the second half of ``[start, reach)``, else the last space."""
    half = start + (reach - start) // 2
    clause = 0
    for match in _CLAUSE_END.finditer(text, half, reach):
        clause = match.end()
    if clause > start:
        return clause
    for position in range(reach - 1, start, -1):
        if text[position].isspace():
            return position + 1
    # A run without white space: cut after a mark, where the model's own words end as well.
    for position in range(reach - 1, max(start, reach - _LONGEST_WORD), -1):
        if not text[position - 1].isalnum():
            return position
    return max(reach, start + 1)


def _pack(pieces: Sequence[_Piece], budget: int, overlap: int) -> Iterator[tuple[int, int]]:
    """Yield the ``(start, end)`` of passages of even size, each within the budget.

    Even size, because a last passage of one short sentence would be found for the wrong questions.
    """
    total = sum(piece.tokens for piece in pieces)
    count = 1 if total <= budget else -(-(total - overlap) // (budget - overlap))
    target = -(-(total - overlap) // count) + overlap
    first = 0
    while first < len(pieces):
        size = 0
        last = first
        while last < len(pieces) and (
            last == first or (size < target and size + pieces[last].tokens <= budget)
        ):
            size += pieces[last].tokens
            last += 1
        yield pieces[first].start, pieces[last - 1].end
        if last == len(pieces):
            return
        first = _step_back(pieces, first, last, overlap, budget)


def _step_back(pieces: Sequence[_Piece], first: int, last: int, overlap: int, budget: int) -> int:
    """Return where the next passage begins: after this one, less the sentences that they share."""
    shared = 0
    begin = last
    while begin - 1 > first and shared + pieces[begin - 1].tokens <= overlap:
        begin -= 1
        shared += pieces[begin].tokens
    # The overlap must leave room for the sentence that is new.
    while begin < last and shared + pieces[last].tokens > budget:
        shared -= pieces[begin].tokens
        begin += 1
    return begin
