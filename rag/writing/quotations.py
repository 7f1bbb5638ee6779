"""Sentences of the sources as drafts, to the character, without what is glued to them."""

from __future__ import annotations

from dataclasses import replace

from rag.citations import cite
from rag.english.datelines import before_sentence, heading_end
from rag.english.furniture import after_headline, behind_counter, prose_at
from rag.table_rows import row_before, row_of
from rag.types import Candidate, Citation, DraftSentence
from rag.writing.shorten import clause


def without_headline(candidate: Candidate) -> Candidate:
    """Return a sentence without what is glued to it: a headline, a dateline, a heading.

    Of a heading and the sentence behind it the part stays that the answer begins in.
    """
    held = candidate.answer_start < candidate.answer_end
    text, title = candidate.text, candidate.hit.document.title
    counter = behind_counter(text)
    cut = counter or after_headline(text, title) or prose_at(text, title) or 0
    cut += before_sentence(text[cut:])
    if held and candidate.answer_start < candidate.start + cut:
        if counter:  # what stands before a button answers nothing
            place = candidate.start + cut
            candidate, held = replace(candidate, answer_start=place, answer_end=place), False
        else:
            cut = 0
    start, end = candidate.start + cut, candidate.end
    if heading := heading_end(text[cut:]):
        if held and candidate.answer_start < start + heading:
            end = start + heading
        else:
            start += heading + 1
    if (start, end) == (candidate.start, candidate.end):
        return candidate
    words = text[start - candidate.start : end - candidate.start]
    last = min(candidate.answer_end, end)
    return replace(candidate, start=start, end=end, text=words, answer_end=last)


def heading_of(candidate: Candidate) -> Candidate | None:
    """Return the heading that runs into a sentence, as a sentence; None where there is none."""
    end = heading_end(candidate.text)
    if not end:
        return None
    start = candidate.start
    return replace(
        candidate, end=start + end, text=candidate.text[:end], answer_start=start, answer_end=start
    )


def quoted(candidate: Candidate, label: str = "") -> DraftSentence:
    """Return a sentence of a source as a draft, to the character; a long one to a clause's end."""
    if row := row_of(candidate):
        return _row(candidate, row)
    candidate = without_headline(candidate)
    text = candidate.text
    first, last = candidate.answer_start - candidate.start, candidate.answer_end - candidate.start
    held = first < last
    start, end = clause(text, (first, last) if held else None)
    return DraftSentence(
        text[start:end],
        (cite(candidate.hit, candidate.start + start, candidate.start + end),),
        label=label,
        emphasis=((first - start, last - start),) if held else (),
        shortened=end < len(text),
    )


def _row(candidate: Candidate, row: str) -> DraftSentence:
    """Return a row of a table, each cell with its column's name; the asked cell emphasised."""
    first, last = candidate.answer_start - candidate.start, candidate.answer_end - candidate.start
    cell = f": {candidate.text[first:last]}" if first < last else ""
    # The same words may stand in a cell before: "Q1: 3, Q2: 3".
    at = row.find(cell, len(row_before(candidate, first))) if cell else -1
    emphasis = ((at + 2, at + len(cell)),) if at >= 0 else ()
    return DraftSentence(row, (citation_of(candidate),), emphasis=emphasis)


def line_of(
    before: str, candidate: Candidate, *, emphasis: tuple[tuple[int, int], ...] = ()
) -> DraftSentence:
    """Return a composed line that ends in the quoted sentence."""
    text = f"{before}\u201c{candidate.text}\u201d"
    return DraftSentence(text, (citation_of(candidate),), "account", emphasis=emphasis)


def citation_of(candidate: Candidate) -> Citation:
    """Return the citation of a whole sentence."""
    return cite(candidate.hit, candidate.start, candidate.end)
