"""Test doubles that are real implementations of the Protocols, and sample values to feed them.

Nothing here patches anything: a ``FakeAnswerer`` is an ``Answerer`` that was told its answers, a
``FakeEncoder`` is an ``Encoder`` of a few dimensions that needs no weights.

    answerer = FakeAnswerer([sample_answer()])
    answerer.ask(Question("How many died?")).text
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from rag.errors import Cancelled, VouchError
from rag.types import (
    Account,
    Answer,
    AnswerAccount,
    BareAnswer,
    Candidate,
    Citation,
    CitationMark,
    Coverage,
    DateCandidate,
    Declined,
    Document,
    DocumentInfo,
    Event,
    Filters,
    Hit,
    Mark,
    Passage,
    Place,
    Question,
    Reason,
    Sentence,
    SentenceRemoved,
    SentenceShown,
    Span,
    Step,
    Vectors,
    Warn,
)


def text_hash(text: str) -> str:
    """Return the hash that exact copies share: of the text with one blank for any, lower-cased."""
    return hashlib.sha256(" ".join(text.split()).lower().encode()).hexdigest()


def make_document(
    text: str,
    *,
    title: str = "",
    source: str = "report.txt",
    published: str | None = None,
    publisher: str | None = None,
    spans: tuple[Span, ...] = (),
    **fields: object,
) -> Document:
    """Return a document of ``text`` as a reader would give it, without an id."""
    dates = (DateCandidate(published, "text", published),) if published else ()
    made = Document(
        id="",
        text_sha256=text_hash(text),
        title=title or text.split("\n", 1)[0][:60],
        text=text,
        source=source,
        dates=dates,
        publisher=publisher,
        spans=spans,
    )
    return replace(made, **fields)  # type: ignore[arg-type]


WIRE = (
    "LARKHAVEN, March 14 (Northern Wire) - An explosion tore through the Corran fertiliser works "
    "on Tuesday, killing at least nine people, the fire service said.\n\n"
    "Fire chief Ilse Maron told reporters that 60 people had been taken to hospital. "
    '"We are still searching the packing hall," she said.\n'
)
MONITOR = (
    "LARKHAVEN, March 15 (Meridian Daily) - The monitoring group Estuary Watch said on Wednesday "
    "that 17 people were killed in the explosion at the Corran works.\n\n"
    "Corran Industries denied that it had stored more nitrate than its permit allowed.\n"
)
FESTIVAL = (
    "LARKHAVEN, March 11 (Larkhaven Courier) - The spring marmalade fair opened on Saturday in the "
    "market hall. Entries may be handed in until noon on Sunday.\n"
)


def sample_documents() -> list[Document]:
    """Return three short reports: two that differ on a number, one on something else."""
    return [
        make_document(
            WIRE,
            title="Explosion at fertiliser works",
            source="wire.txt",
            published="2023-03-14",
            publisher="Northern Wire",
        ),
        make_document(
            MONITOR,
            title="Monitor puts Larkhaven toll at 17",
            source="monitor.html",
            published="2023-03-15",
            publisher="Meridian Daily",
        ),
        make_document(
            FESTIVAL,
            title="Marmalade fair opens",
            source="fair.md",
            published="2023-03-11",
            publisher="Larkhaven Courier",
        ),
    ]


def sample_passages(document: Document) -> list[Passage]:
    """Return one passage a paragraph, with exact offsets and the title as context."""
    return [
        Passage(document.id, found.start(), found.end(), found.group(), context=document.title)
        for found in re.finditer(r"[^\n]+", document.text)
    ]


def make_info(document: Document, document_id: str) -> DocumentInfo:
    """Return the facts of a document as the ledger lists them."""
    return DocumentInfo(
        id=document_id,
        text_sha256=document.text_sha256,
        title=document.title,
        source=document.source,
        external_id=document.external_id,
        metadata=document.metadata,
        dates=document.dates,
        publisher=document.publisher,
        cluster=document.text_sha256,
        flags=document.flags,
    )


def make_citation(document: Document, quote: str, *, document_id: str = "d1") -> Citation:
    """Return a citation of ``quote``, which must stand in the document."""
    start = document.text.index(quote)
    for passage in sample_passages(replace(document, id=document_id)):
        if passage.start <= start and start + len(quote) <= passage.end:
            info = make_info(document, document_id)
            number = str(passage.start + 1)
            return Citation(
                document_id,
                start,
                start + len(quote),
                quote,
                replace(passage, id=number),
                info,
                0.9,
            )
    raise AssertionError(f"{quote!r} crosses a paragraph")


def make_hit(citation: Citation) -> Hit:
    """Return the hit that a citation came from."""
    return Hit(citation.passage, citation.document, citation.retrieval_score, 0.8, 3.0)


def make_answer(
    question: str,
    sentences: Sequence[tuple[str, Sequence[int]]],
    citations: Sequence[Citation],
    *,
    accounts: Sequence[AnswerAccount] = (),
    answers: Sequence[BareAnswer] = (),
    declined: Declined | None = None,
    warnings: Sequence[Warn] = (),
) -> Answer:
    """Return an answer of ``(sentence, citation numbers)`` pairs, with marks where they belong.

    ``Sentence.text`` holds the words alone; ``answer.text[start:end]`` holds them and their marks.
    """
    text = ""
    marks: list[Mark] = []
    made: list[Sentence] = []
    for words, numbers in sentences:
        text += " " if text else ""
        start = len(text)
        text += words
        for n in numbers:
            text += " "
            marks.append(Mark(len(text), len(text) + len(f"[{n}]"), n))
            text += f"[{n}]"
        cited = tuple(CitationMark(n, 0.97) for n in numbers)
        kind = "quote" if numbers else "lead"
        made.append(Sentence(words, start, len(text), "kept", "supported", cited, kind))
    return Answer(
        id="a1",
        question=question,
        standalone_question=question,
        filters=Filters(),
        text=declined.message if declined else text,
        marks=tuple(marks),
        complete=True,
        declined=declined,
        answers=tuple(answers),
        sentences=tuple(made),
        citations=tuple(citations),
        accounts=tuple(accounts),
        coverage=Coverage(3, 0, 3, 2, len(citations), "2023-03-11", "2023-03-15"),
        warnings=tuple(warnings),
        writer="extractive",
        timing_ms={"retrieve": 1.5, "read": 2.5},
        library_seq=3,
        settings_hash="0" * 12,
        places=tuple(Place(f"line {n}") for n in range(1, len(citations) + 1)),
        hits=tuple(make_hit(citation) for citation in citations),
    )


def sample_answer(question: str = "Who was still being searched for?") -> Answer:
    """Return an answer of one quoted sentence."""
    wire = sample_documents()[0]
    quote = "Fire chief Ilse Maron told reporters that 60 people had been taken to hospital."
    return make_answer(
        question,
        [(quote, [1])],
        [make_citation(wire, quote)],
        answers=[BareAnswer("60 people", 0.91, (1,))],
    )


def _account(citation: Citation, value: str, number: float, claimant: str, hedge: str) -> Account:
    start = citation.start + citation.quote.index(value)
    candidate = Candidate(
        hit=make_hit(citation),
        start=citation.start,
        end=citation.end,
        text=citation.quote,
        score=0.9,
        probability=0.9,
        answer_start=start,
        answer_end=start + len(value),
    )
    return Account(
        quantity="killed",
        value=f"{hedge} {value}".strip(),
        candidates=(candidate,),
        number=number,
        low=number,
        high=None if hedge else number,
        unit="people",
        hedge=hedge,
        claimant=claimant,
        event_date="2023-03-14",
        stated=citation.document.published,
        relation="disagrees",
    )


def disagreeing_answer(question: str = "How many people were killed?") -> Answer:
    """Return an answer whose two sources give different numbers."""
    wire, monitor = sample_documents()[:2]
    first = make_citation(wire, wire.text.split("\n", 1)[0], document_id="d1")
    second = make_citation(monitor, monitor.text.split("\n", 1)[0], document_id="d2")
    return make_answer(
        question,
        [("The sources disagree.", []), (second.quote, [1]), (first.quote, [2])],
        [second, first],
        accounts=[
            AnswerAccount(_account(second, "17", 17, "Estuary Watch", ""), (1,)),
            AnswerAccount(_account(first, "nine", 9, "the fire service", "at least"), (2,)),
        ],
        answers=[BareAnswer("17", 0.6, (1,)), BareAnswer("at least nine", 0.5, (2,))],
    )


def declined_answer(
    question: str = "What is the boiling point of water?", reason: Reason = "nothing_found"
) -> Answer:
    """Return a refusal, with the nearest passage unless nothing at all was found."""
    if reason == "nothing_found":
        message = "No document says anything about this."
        return make_answer(question, [], [], declined=Declined(reason, message))
    nearest = make_citation(sample_documents()[2], "Entries may be handed in until noon on Sunday.")
    message = "The documents speak of this and do not answer it."
    return make_answer(question, [], [nearest], declined=Declined(reason, message, (1,)))


class FakeAnswerer:
    """An ``Answerer`` that gives the answers it was told, one after the other, the last for ever.

    ``questions`` records what was asked. With ``gate``, a stream stops after its first step until
    the event is set, and closing the generator meanwhile sets ``closed``: tests wait on events,
    not on time. ``error`` is raised instead of answering.
    """

    def __init__(
        self,
        answers: Sequence[Answer] = (),
        *,
        error: Exception | None = None,
        removed: SentenceRemoved | None = None,
        gate: threading.Event | None = None,
    ) -> None:
        self.answers = list(answers) or [sample_answer()]
        self.questions: list[Question] = []
        self.error = error
        self.removed = removed
        self.gate = gate
        self.started = threading.Event()
        self.closed = threading.Event()

    def _next(self, question: Question) -> Answer:
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return replace(
            answer,
            question=question.text,
            standalone_question=question.text,
            filters=question.filters,
        )

    def ask(self, question: Question) -> Answer:
        """Return the last step of the stream."""
        for event in self.stream(question):
            if isinstance(event, Answer):
                return event
        raise AssertionError("a stream ends with its answer")

    def stream(self, question: Question) -> Iterator[Event]:
        """Yield two steps, every sentence with the citations it is the first to use, the answer."""
        self.questions.append(question)
        self.started.set()
        try:
            yield Step("retrieve", "Searching 3 documents", {"documents": 3})
            if self.gate is not None and not self.gate.wait(timeout=30):
                raise Cancelled("The gate of the fake was never opened.")
            if self.error is not None:
                raise self.error
            answer = self._next(question)
            yield Step("read", f"Reading {len(answer.hits)} passages", {"hits": len(answer.hits)})
            shown: set[int] = set()
            for sentence in answer.sentences:
                new = [mark.n for mark in sentence.citations if mark.n not in shown]
                shown.update(new)
                yield SentenceShown(sentence, tuple((n, answer.citations[n - 1]) for n in new))
            if self.removed is not None:
                yield self.removed
            yield answer
        finally:
            self.closed.set()


def failing_answerer(message: str = "The library is damaged.", hint: str = "") -> FakeAnswerer:
    """Return an answerer that raises a ``VouchError`` at every question."""
    return FakeAnswerer(error=VouchError(message, hint))


class FakeEncoder:
    """An ``Encoder`` of hashed words: texts that share words are near, and no weights are needed.

    ``encoded`` counts the texts, so that a test can prove that nothing was embedded twice.
    """

    def __init__(self, dimensions: int = 32, model_id: str = "fake-words") -> None:
        self.dimensions = dimensions
        self.model_id = model_id
        self.encoded = 0

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, shape ``(len(texts), dimensions)``."""
        self.encoded += len(texts)
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row, 0] = 0.01  # a text without words still has a direction
            for word in re.findall(r"\w+", text.lower()):
                digest = hashlib.blake2b(word.encode(), digest_size=8).digest()
                column = int.from_bytes(digest[:4], "little") % self.dimensions
                vectors[row, column] += 1.0 if digest[4] % 2 else -1.0
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return (vectors / np.maximum(norms, 1e-6)).astype(np.float32)


def written_answer(
    question: str = "How many people were killed?", *, warnings: Sequence[Warn] = ()
) -> Answer:
    """Return an answer as a model writes it: it thought, one sentence was struck, one is marked."""
    found = sample_answer(question)
    text, end = found.text, len(found.text)
    marked = Sentence(
        "Most of them were badly hurt.",
        end + 1,
        end + 1 + len("Most of them were badly hurt. [1]"),
        "marked",
        "unsupported",
        (CitationMark(1, 0.2),),
        "written",
        ("the source does not say how badly",),
    )
    removed = Sentence(
        "Forty people died.",
        end,
        end,
        "removed",
        "contradicted",
        (),
        "written",
        ("40 is not in the source",),
    )
    text += " Most of them were badly hurt. [1]"
    mark = Mark(len(text) - len("[1]"), len(text), 1)
    return replace(
        found,
        text=text,
        marks=(*found.marks, mark),
        sentences=(*found.sentences, removed, marked),
        writer="openai:gpt-5-mini",
        thinking="The wire speaks of 60 people.\n<b>I should cite it.</b>",
        warnings=tuple(warnings),
        complete=not any(warning.code == "writer_incomplete" for warning in warnings),
    )


class ThinkingAnswerer(FakeAnswerer):
    """A ``FakeAnswerer`` that gives other events too, right after the first step.

    With a gate they come before it, so that a test can look at what stands there meanwhile.
    """

    def __init__(
        self,
        answers: Sequence[Answer] = (),
        *,
        events: Sequence[Event] = (),
        gate: threading.Event | None = None,
    ) -> None:
        super().__init__(answers, gate=gate)
        self.events = list(events)

    def stream(self, question: Question) -> Iterator[Event]:
        """Yield the first step, the other events, then what a ``FakeAnswerer`` yields."""
        rest = super().stream(question)
        yield next(rest)
        yield from self.events
        yield from rest
