"""From sentences and citations to numbered marks, and from offsets to places. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from rag.english.invisible import holds_invisible
from rag.types import (
    Answer,
    Check,
    Citation,
    CitationMark,
    Document,
    DraftSentence,
    Hit,
    Mark,
    Place,
    Sentence,
    Span,
    Status,
    Verdict,
)

_PREFIX = 40
"""Characters before and after a quote that let another viewer find it again."""
HIDDEN = "hidden in the source: "
_ORDER: dict[Verdict, int] = {"supported": 0, "partial": 1, "unsupported": 2, "contradicted": 3}


def cite(hit: Hit, start: int, end: int) -> Citation:
    """Return a citation of ``document.text[start:end]`` that lies inside a hit's passage.

    Raises:
        ValueError: the stretch is empty or leaves the passage.
    """
    passage = hit.passage
    if not passage.start <= start < end <= passage.end:
        raise ValueError(f"[{start}, {end}) is not inside [{passage.start}, {passage.end})")
    quote = passage.text[start - passage.start : end - passage.start]
    return Citation(
        passage.document_id,
        start,
        end,
        quote,
        passage,
        hit.document,
        hit.score,
        hit.copies,
        hit.hidden,
    )


def _spans_at(spans: Sequence[Span], kind: str, start: int) -> list[Span]:
    return [span for span in spans if span.kind == kind and span.start <= start < span.end]


def hidden_by(spans: Sequence[Span], start: int, end: int) -> str:
    """Return how a source hides a stretch, or a part of it, from its readers; "" if it does not."""
    labels = [span.label for span in _overlapping(spans, "hidden", start, end)]
    return ", ".join(dict.fromkeys(labels))


def hidden_words(hidden: str) -> str:
    """Return in words that, and how, a source hides what is quoted; "" where it does not.

    >>> hidden_words("white text"), hidden_words("")
    ('hidden in the source: white text', '')
    """
    return f"{HIDDEN}{hidden}" if hidden else ""


def flags_at(flags: Sequence[str], place: Place) -> list[str]:
    """Return a document's flags as far as they bear on a place: visible words are not hidden."""
    return [flag for flag in flags if flag != "hidden_text" or place.hidden]


def placed(hits: Sequence[Hit], document: Callable[[str], Document | None]) -> list[Hit]:
    """Return hits with the places of their passages; one whose document has gone has none."""
    known = {one: document(one) for one in {hit.document.id for hit in hits}}
    found: list[Hit] = []
    for hit in hits:
        there, passage = known[hit.document.id], hit.passage
        place = place_of(there, passage.start, passage.end) if there else None
        found.append(replace(hit, place=place))
    return found


def _overlapping(spans: Sequence[Span], kind: str, start: int, end: int) -> list[Span]:
    return [span for span in spans if span.kind == kind and span.start < end and start < span.end]


def place_of(document: Document, start: int, end: int) -> Place:
    """Return where ``document.text[start:end]`` stands, in words for a person.

    >>> text = "One. Two."
    >>> pages = (Span(0, 5, "page", "iii", {"page": 3}), Span(5, 9, "page", "iv", {"page": 4}))
    >>> place_of(Document("d", "", "T", text, "t.pdf", spans=pages), 5, 9).label
    'p. iv'
    """
    parts: list[str] = []
    page: int | None = None
    page_label: str | None = None
    if pages := _spans_at(document.spans, "page", start):
        page, page_label = pages[0].data.get("page"), pages[0].label
        last = _spans_at(document.spans, "page", max(start, end - 1))
        through = f"\u2013{last[0].label}" if last and last[0].label != page_label else ""
        parts.append(f"{'pp.' if through else 'p.'} {page_label}{through}")
    cells = _overlapping(document.spans, "cell", start, end)
    for kind in ("sheet", "slide", "row"):
        if not (cells and kind in ("sheet", "row")):  # "Sheet1!B7" says both
            parts += _through(_overlapping(document.spans, kind, start, end))
    if cells:
        last_cell = cells[-1].label.rpartition("!")[2]
        parts.append(cells[0].label + (f":{last_cell}" if len(cells) > 1 else ""))
    if headings := _spans_at(document.spans, "heading", start):
        innermost = min(headings, key=lambda span: span.end - span.start)
        parts.append(innermost.label)
    parts += [span.label for span in _spans_at(document.spans, "aside", start)[:1]]
    hidden = [hidden_by(document.spans, start, end)]
    if holds_invisible(document.text[start:end]):
        hidden.append("invisible characters")
    if not parts:
        parts += _through(_overlapping(document.spans, "line", start, end))
    if not parts and document.text:
        above = document.text.count(chr(10), 0, start) + 1
        below = above + document.text[start:end].rstrip().count(chr(10))
        parts.append(f"line {above}" if above == below else f"lines {above}\u2013{below}")
    return Place(
        label=", ".join(part for part in parts if part),
        page=page,
        page_label=page_label,
        prefix=document.text[max(0, start - _PREFIX) : start],
        suffix=document.text[end : end + _PREFIX],
        hidden=", ".join(filter(None, hidden)),
    )


_NUMBERED = re.compile(r"(?P<before>.*?)(?P<noun>\w+) (?P<first>\d+)(?:-(?P<last>\d+))?")


def _through(spans: Sequence[Span]) -> list[str]:
    """Return the places of a stretch as one: "rows 1\u20133"; none where there is none.

    >>> _through([Span(0, 4, "row", "Sheet1 row 1"), Span(5, 9, "row", "Sheet1 row 3")])
    ['Sheet1 rows 1\u20133']
    """
    labels = list(dict.fromkeys(span.label for span in spans))
    if len(labels) < 2:
        return labels
    first, last = _NUMBERED.fullmatch(labels[0]), _NUMBERED.fullmatch(labels[-1])
    if first and last and first["before"] == last["before"]:
        noun = first["noun"].removesuffix("s")
        return [f"{first['before']}{noun}s {first['first']}\u2013{last['last'] or last['first']}"]
    return [f"{labels[0]} \u2013 {labels[-1]}"]


@dataclass(slots=True)
class AnswerText:
    """The text of an answer while it grows: sentences, their marks, and the numbered citations.

    ``completed`` adds to each new citation what the library knows of it.
    """

    text: str = ""
    sentences: list[Sentence] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    completed: Callable[[Citation], Citation] | None = None

    def number(self, citation: Citation) -> int:
        """Return the number of a citation, giving it the next one when it is new."""
        for n, known in enumerate(self.citations, start=1):
            same_place = (known.document_id, known.start) == (citation.document_id, citation.start)
            if same_place and known.end == citation.end:
                return n
        self.citations.append(self.completed(citation) if self.completed else citation)
        return len(self.citations)

    def append(
        self,
        draft: DraftSentence,
        checks: Sequence[Check],
        status: Status = "kept",
        problems: tuple[str, ...] = (),
    ) -> Sentence:
        """Add a checked sentence with its marks and return it.

        Args:
            draft: The sentence; one check for each of its citations, in their order.
            checks: What the verifier found.
            status: "kept", or "marked" where the reader is to be warned.
            problems: What the reader is to be warned of, beside what the best check found.
        """
        separator = "" if not self.text else ("\n" if draft.kind in _OWN_LINE else " ")
        if self.shown and self.shown[-1].kind in _OWN_LINE:
            separator = "\n"
        start = len(self.text) + len(separator)
        self.text += separator + ("- " if draft.kind == "account" else "")
        self.text += labelled(draft.text, draft.label, draft.shortened)
        cited: list[CitationMark] = []
        for citation, check in zip(draft.citations, checks, strict=True):
            n = self.number(citation)
            if any(mark.n == n for mark in cited):
                continue
            if draft.kind != "lead":  # its marks stand on the lines that it leads to
                mark = f"[{n}]"
                self.text += " " + mark if not cited else mark
                self.marks.append(Mark(len(self.text) - len(mark), len(self.text), n))
            cited.append(CitationMark(n, check.support))
        hidden = _only_hidden(draft)
        if hidden:
            self.text += f" ({hidden})"
            status, problems = "marked", (hidden, *problems)
        best = min(checks, key=lambda check: _ORDER[check.verdict]) if checks else None
        sentence = Sentence(
            text=draft.text,
            start=start,
            end=len(self.text),
            status=status,
            verdict=best.verdict if best else "unsupported",
            citations=tuple(cited),
            kind=draft.kind,
            problems=tuple(dict.fromkeys((*problems, *(best.problems if best else ())))),
            label=draft.label,
            emphasis=draft.emphasis,
            shortened=draft.shortened,
        )
        self.sentences.append(sentence)
        return sentence

    def strike(self, text: str, problems: tuple[str, ...], kind: str = "written") -> None:
        """Note a sentence that is not shown, at the place where it would have stood."""
        at = len(self.text)
        self.sentences.append(Sentence(text, at, at, "removed", "unsupported", (), kind, problems))

    @property
    def shown(self) -> list[Sentence]:
        """The sentences that are shown."""
        return [one for one in self.sentences if one.status != "removed"]


def _only_hidden(draft: DraftSentence) -> str:
    """Return how the sources hide all that a sentence rests on; "" where one of them shows it."""
    ways = [citation.hidden for citation in draft.citations]
    if draft.kind == "lead" or not all(ways):
        return ""
    return hidden_words(", ".join(dict.fromkeys(ways)))


_OWN_LINE = ("lead", "account")


def labelled(text: str, label: str, shortened: bool = False) -> str:
    """Return a quotation with its label before it, and with what shows that it was cut.

    >>> labelled("It also said that nine died", "The ministry:", True)
    '[The ministry:] It also said that nine died \u2026'
    """
    return (f"[{label}] " if label else "") + text + (" \u2026" if shortened else "")


def broken_citations(answer: Answer, texts: dict[str, str]) -> list[int]:
    """Return the numbers of the citations whose quote is not at its place in the given texts."""
    return [
        n
        for n, citation in enumerate(answer.citations, start=1)
        if texts.get(citation.document_id, "")[citation.start : citation.end] != citation.quote
    ]
