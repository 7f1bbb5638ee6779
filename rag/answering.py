"""From verified sentences to the answer: accounts by number, refusal in words, coverage, places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from rag.account.answers import standing
from rag.also_in import AlsoIn
from rag.calibrated import given
from rag.citations import AnswerText, cite, hidden_by, place_of
from rag.compose import Composed
from rag.english.attribution import TextOf, resolved_answer, texts_of
from rag.english.listing import is_list_question, items
from rag.english.question import Asked, analyse
from rag.refusal import message
from rag.types import (
    Account,
    Answer,
    AnswerAccount,
    BareAnswer,
    Candidate,
    Citation,
    Coverage,
    Declined,
    Document,
    Filters,
    Hit,
    Place,
    Question,
    Reading,
    Sentence,
    Warn,
)

_NEAREST = 3


class Ledgered(Protocol):
    """What an answer needs to know of the library."""

    @property
    def seq(self) -> int:
        """The library's change number."""
        ...

    def document(self, document_id: str) -> Document | None:
        """Return a document, or None when it is gone."""
        ...

    def also_in(self, filters: Filters, collection: str) -> AlsoIn:
        """Return what names the documents that hold the words of a citation too."""
        ...

    def coverage(self, question: str, filters: Filters, collection: str) -> Coverage:
        """Return how much of the library stands behind an answer, with ``cited`` 0."""
        ...

    def mentioning(self, words: str, filters: Filters, collection: str) -> int:
        """Return how many documents hold all of some words, names in any of their spellings."""
        ...


def assemble(
    question: Question,
    standalone: str,
    grown: AnswerText,
    reading: Reading,
    accounts: Sequence[Account],
    hits: Sequence[Hit],
    library: Ledgered,
    composed: Composed,
) -> Answer:
    """Return the answer that the verified sentences make; declined when there are none.

    The caller fills in the id, the timing and the hash of the settings.
    """
    reason = composed.reason or (None if grown.shown else "not_supported")
    text = grown.text
    declined: Declined | None = None
    if reason is not None:
        nearest = reading.denied or reading.candidates
        numbers = _cite_nearest(grown, nearest, hits)
        words = message(
            reason,
            standalone,
            reading.denied,
            lambda name: library.mentioning(name, question.filters, question.collection),
            hits,
        )
        declined = Declined(reason, words, numbers)
        text = declined.message
    documents = {
        citation.document_id: library.document(citation.document_id) for citation in grown.citations
    }
    # In the words that it is read in: "tolls" stand in few reports of the dead.
    asked = analyse(standalone)
    coverage = library.coverage(asked.text, question.filters, question.collection)
    cited = {citation.document_id for citation in grown.citations} if declined is None else set()
    places = tuple(
        place_of(document, citation.start, citation.end) if document else Place(label="")
        for citation in grown.citations
        for document in [documents[citation.document_id]]
    )
    hidden = [] if declined else _hidden_source(grown, documents)
    answers: tuple[BareAnswer, ...] = ()
    if declined is None:
        text_of = texts_of(library.document)
        answers = _bare_answers(grown, asked, reading, accounts, text_of)
    return Answer(
        id="",
        question=question.text,
        standalone_question=standalone,
        filters=question.filters,
        text=text,
        marks=() if declined else tuple(grown.marks),
        complete=composed.complete,
        declined=declined,
        answers=answers,
        sentences=tuple(_struck(grown) if declined else grown.sentences),
        citations=tuple(grown.citations),
        accounts=() if declined else _accounts(grown, accounts),
        coverage=replace(coverage, cited=len(cited)),
        warnings=(*composed.warnings, *hidden, *_warnings(grown.citations, coverage)),
        writer=composed.writer,
        timing_ms={},
        library_seq=library.seq,
        settings_hash="",
        places=places,
        hits=tuple(hits),
        thinking=composed.thinking,
    )


def _struck(grown: AnswerText) -> list[Sentence]:
    """Return the removed sentences of an answer that is a refusal: they stand at its start."""
    return [replace(one, start=0, end=0) for one in grown.sentences if one.status == "removed"]


def _cite_nearest(
    grown: AnswerText, candidates: Sequence[Candidate], hits: Sequence[Hit]
) -> tuple[int, ...]:
    """Number the nearest passages of a refusal, at most three of different stories."""
    numbers: list[int] = []
    seen: set[str] = set()
    for candidate in candidates:
        document = candidate.hit.document
        story = document.cluster or document.id
        if story not in seen and len(numbers) < _NEAREST:
            seen.add(story)
            numbers.append(grown.number(cite(candidate.hit, candidate.start, candidate.end)))
    if not numbers:
        for hit in hits[:_NEAREST]:
            numbers.append(grown.number(cite(hit, hit.passage.start, hit.passage.end)))
    return tuple(numbers)


def _numbers_of(grown: AnswerText, candidate: Candidate) -> list[int]:
    return [
        n
        for n, citation in enumerate(grown.citations, start=1)
        if citation.document_id == candidate.hit.document.id
        and citation.start < candidate.end
        and candidate.start < citation.end
    ]


def _accounts(grown: AnswerText, accounts: Sequence[Account]) -> tuple[AnswerAccount, ...]:
    found: list[AnswerAccount] = []
    for account in accounts:
        numbers = [n for one in account.candidates for n in _numbers_of(grown, one)]
        if numbers:
            found.append(AnswerAccount(account, tuple(dict.fromkeys(numbers))))
    return tuple(found)


def _bare_answers(
    grown: AnswerText,
    asked: Asked,
    reading: Reading,
    accounts: Sequence[Account],
    text_of: TextOf,
) -> tuple[BareAnswer, ...]:
    """Return the short values that Vouch stands behind and shows, best first, none twice."""
    found: list[BareAnswer] = []
    several = is_list_question(asked)
    values = standing(asked, accounts, reading.candidates)
    most = max((one.probability for one in values), default=0.0)
    for one in values:
        numbers = [n for candidate in one.candidates for n in _numbers_of(grown, candidate)]
        if numbers:
            first = one.candidates[0]
            named = resolved_answer(first, text_of) if one.text == first.answer else one.text
            parts = tuple(item.text for item in items(named)) if several else ()
            cited = tuple(dict.fromkeys(numbers))
            sure = one.probability
            if reading.traits:  # the best is worth what the reading is, the others in proportion
                sure = given(reading.answerable, reading.traits) * one.probability / most
            found.append(BareAnswer(named, sure, cited, parts))
    return tuple(found)


def _hidden_source(grown: AnswerText, documents: Mapping[str, Document | None]) -> list[Warn]:
    """Return a warning where all that an answer rests on is hidden from its sources' readers."""
    ways: list[str] = []
    for citation in grown.citations:
        document = documents[citation.document_id]
        way = hidden_by(document.spans, citation.start, citation.end) if document else ""
        if not way:
            return []
        ways.append(way)
    how = ", ".join(dict.fromkeys(ways))
    message = f"All that this answer rests on is hidden from the readers of its source: {how}."
    return [Warn("hidden_source", message)] if ways else []


def _unread(files: int) -> str:
    if files == 1:
        return "1 file could not be read and was not searched."
    return f"{files} files could not be read and were not searched."


def _warnings(citations: Sequence[Citation], coverage: Coverage) -> list[Warn]:
    found: list[Warn] = []
    if coverage.unread:
        found.append(Warn("unread", _unread(coverage.unread)))
    if coverage.embedded < 1.0:
        share = f"{coverage.embedded:.0%}"
        found.append(
            Warn(
                "embedding", f"{share} of the passages have vectors yet; words are searched in all."
            )
        )
    conflicts = [one.document for one in citations if "date_conflict" in one.document.flags]
    for info in {info.id: info for info in conflicts}.values():
        stated = ", ".join(f"{date.value[:10]} ({date.origin})" for date in info.dates)
        found.append(Warn("date_conflict", f"{info.title!r} carries different dates: {stated}."))
    return found
