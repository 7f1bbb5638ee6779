"""Every value and Protocol of Vouch: plain, frozen, and free of any library.

Offsets everywhere count Unicode code points of a document's canonical text, start inclusive, end
exclusive, so that ``document.text[start:end]`` is the text a value speaks of.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias, runtime_checkable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Vectors: TypeAlias = "NDArray[np.float32]"
"""Unit-length embeddings, shape ``(n, dimensions)``, dtype float32."""

Verdict = Literal["supported", "partial", "unsupported", "contradicted"]
Status = Literal["kept", "marked", "removed"]
Reason = Literal["nothing_found", "only_related", "not_supported", "contradicted"]
Stance = Literal["says", "denies", "estimates", "accuses", "claims_responsibility"]
Relation = Literal["agrees", "update", "disagrees", "other_quantity", "part_of"]
SpanKind = Literal[
    "page", "heading", "row", "line", "slide", "sheet", "cell", "chars", "aside", "hidden", "date"
]


@dataclass(frozen=True, slots=True)
class Span:
    """A named stretch of a document's text: a page, a heading path, a row, a run of PDF boxes.

    Spans may overlap. ``data`` holds what the kind needs, for instance ``{"page": 3}`` beside the
    printed ``label`` "iii", or the boxes of a page's characters. An ``aside`` is what stands beside
    the text ("comment by A. Weber", "footnote 3", "notes"), ``hidden`` what a reader of the file
    does not see ("white text"); both are kept apart from the text around them. A ``date`` is a day
    that the words name, ISO 8601 in ``data["day"]``.
    """

    start: int
    end: int
    kind: SpanKind
    label: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DateCandidate:
    """One date on which a document may have been published, and where it was read.

    ``value`` is ISO 8601: a day, or a minute where the source gave one. ``words`` are the
    characters that gave it. Candidates stand in order of trust, the text's own dateline first.
    """

    value: str
    origin: Literal["text", "metadata", "column", "file"]
    words: str


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """What is known of a document beside its text: enough to list, filter and cite it.

    ``cluster`` is the same for copies, exact ones and near-copies such as a reprint that was cut.
    ``copy_of`` names the first of the exact copies, and is None for that one; ``near_copy_of``
    names the first document of the cluster where its text is not quite the same.
    """

    id: str
    text_sha256: str
    title: str
    source: str
    external_id: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    dates: tuple[DateCandidate, ...] = ()
    publisher: str | None = None
    language: str | None = None
    collection: str = "default"
    cluster: str = ""
    copy_of: str | None = None
    flags: tuple[str, ...] = ()
    near_copy_of: str | None = None

    @property
    def published(self) -> str | None:
        """The most trusted publication date as ISO 8601, or None when no candidate was found."""
        return self.dates[0].value if self.dates else None


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it was read: its canonical text, its places and its dates.

    ``id`` is opaque and stays the same when the document is edited. An empty ``id`` means that the
    ledger has not given one yet. ``part`` tells documents of one file apart (a row of a table).
    ``flags`` are short codes for what a reader should know, such as ``date_conflict``.
    """

    id: str
    text_sha256: str
    title: str
    text: str
    source: str
    external_id: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    dates: tuple[DateCandidate, ...] = ()
    publisher: str | None = None
    language: str | None = None
    spans: tuple[Span, ...] = ()
    part: str = ""
    flags: tuple[str, ...] = ()

    @property
    def published(self) -> str | None:
        """The most trusted publication date as ISO 8601, or None when no candidate was found."""
        return self.dates[0].value if self.dates else None


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one document: ``document.text[start:end] == text``, always.

    ``context`` (title, heading path, table header) is embedded and shown with the passage and is
    never quoted. ``id`` is given by the ledger; it is empty before, and never used twice.
    """

    document_id: str
    start: int
    end: int
    text: str
    context: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which documents may be searched. Empty fields do not restrict.

    Dates are ISO days, both inclusive; a document without a date never passes a date filter.
    ``metadata`` wants each key to equal the value, or one of the values of a list.
    """

    document_ids: tuple[str, ...] = ()
    publisher: tuple[str, ...] = ()
    published_from: str | None = None
    published_to: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(
            self.document_ids
            or self.publisher
            or self.published_from
            or self.published_to
            or self.metadata
        )


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found. ``score`` orders hits; ``dense`` is the cosine, ``lexical`` BM25.

    ``copies`` are the documents that hold the same passage, or a part of it, and were collapsed
    into this hit. ``hidden`` says how the source hides these words ("white text"), "" if it does
    not; ``place`` is where the passage stands, for those who show it.
    """

    passage: Passage
    document: DocumentInfo
    score: float
    dense: float | None = None
    lexical: float | None = None
    copies: tuple[DocumentInfo, ...] = ()
    hidden: str = ""
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """Exact words of a source: ``document.text[start:end] == quote``, always.

    ``hidden`` says how the source hides its passage from its readers, "" if it does not.
    """

    document_id: str
    start: int
    end: int
    quote: str
    passage: Passage
    document: DocumentInfo
    retrieval_score: float = 0.0
    copies: tuple[DocumentInfo, ...] = ()
    hidden: str = ""


@dataclass(frozen=True, slots=True)
class AnswerSpan:
    """A piece ``[start, end)`` of a passage's text that may answer.

    ``score`` is how much better its start and end score than "not here": above 0 it is the likelier
    of the two. Scores of different passages may be compared.
    """

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class PassageScores:
    """What a reader network makes of a question and a passage.

    ``answers`` is the logit that the passage answers the question; ``spans`` are the best pieces of
    it, best first, none inside another.
    """

    answers: float
    spans: tuple[AnswerSpan, ...]

    def within(self, start: int, end: int) -> AnswerSpan | None:
        """Return the best span that lies in ``[start, end)`` of the passage's text, if any does."""
        return next((one for one in self.spans if start <= one.start and one.end <= end), None)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a hit that may answer, and the words in it that would be the bare answer.

    ``score`` orders candidates across hits; ``probability`` is the reader's belief, 0 to 1, that
    the sentence answers the question. ``answer_start`` and ``answer_end`` are document offsets
    inside the sentence, equal when the reader names no bare answer.
    """

    hit: Hit
    start: int
    end: int
    text: str
    score: float
    probability: float
    answer_start: int = 0
    answer_end: int = 0

    @property
    def answer(self) -> str:
        """The bare answer's characters, or the empty string."""
        offset = self.start
        return self.text[self.answer_start - offset : self.answer_end - offset]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader made of the hits: candidates best first, or the reason why there is none.

    ``denied`` holds the candidates that say the opposite of what the question assumes.
    ``answerable`` is the probability, 0 to 1, that the hits answer the question. ``learnt`` says
    that a trained reader named the bare answers, and not rules alone; ``traits`` are then what
    ``answerable`` was reckoned from, by name.
    """

    candidates: tuple[Candidate, ...]
    answerable: float
    reason: Reason | None = None
    denied: tuple[Candidate, ...] = ()
    learnt: bool = False
    traits: Mapping[str, float] = field(default_factory=dict)

    @property
    def spans(self) -> tuple[Candidate, ...]:
        """The candidates, where a trained reader named their bare answers; else none."""
        return self.candidates if self.learnt else ()


@dataclass(frozen=True, slots=True)
class Account:
    """What one independent source says about the quantity that was asked for.

    ``candidates`` are the sentences it rests on, first the one that gives the value in the
    claimant's own account. ``low`` and ``high`` bound a number that was given as a range or with a
    hedge such as "at least". ``relays`` name the publishers that only pass the figure on.
    ``hidden`` says how its sources hide the words, where it rests on hidden words alone. ``flags``
    are short codes for what a reader should know: ``date_conflict`` where a document carries
    different dates, so that its place in the order is not sure, ``namesake`` where the sources
    speak of another thing of the same name, ``revised`` where they call the figure a new one,
    ``other_day`` where the figure is the toll of other days than another account's.
    """

    quantity: str
    value: str
    candidates: tuple[Candidate, ...]
    number: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str = ""
    hedge: str = ""
    claimant: str = ""
    stance: str = "says"
    event_date: str | None = None
    stated: str | None = None
    relation: Relation = "agrees"
    independent_sources: int = 1
    relays: tuple[str, ...] = ()
    hidden: str = ""
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Material:
    """All that a writer writes from.

    ``standalone`` is the question as it was understood; ``hits`` are the passages that were read,
    best first; ``accounts`` are what the sources say, grouped by value.
    """

    question: Question
    standalone: str
    hits: tuple[Hit, ...]
    reading: Reading
    accounts: tuple[Account, ...]


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """A sentence that a writer proposes, and the citations it says it rests on.

    ``text`` holds no marks. ``kind`` tells a quotation from a line that Vouch composed of checked
    values (``lead``, ``account``), and from a sentence that a model wrote. ``clauses`` are the
    stretches of such a sentence with the citations that stood behind each. ``label`` is set in
    brackets before a quotation that does not say by itself whose words it is, or of whom it
    speaks; ``emphasis`` holds the stretches of the text that are the bare answer; ``shortened``
    says that the source's sentence goes on where the quotation ends.
    """

    text: str
    citations: tuple[Citation, ...]
    kind: Literal["quote", "lead", "account", "written"] = "quote"
    clauses: tuple[tuple[str, tuple[Citation, ...]], ...] = ()
    label: str = ""
    emphasis: tuple[tuple[int, int], ...] = ()
    shortened: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """What a verifier found for one sentence against one quotation.

    ``support`` is 0 to 1. ``problems`` name what differs, in words for a person.
    """

    verdict: Verdict
    support: float
    problems: tuple[str, ...] = ()

    @property
    def stands(self) -> bool:
        """Whether the quotation holds the sentence up."""
        return self.verdict in ("supported", "partial")


@dataclass(frozen=True, slots=True)
class CitationMark:
    """A sentence's reference to citation ``n`` of its answer, with its support, 0 to 1."""

    n: int
    support: float


@dataclass(frozen=True, slots=True)
class Sentence:
    """A verified sentence of an answer; ``answer.text[start:end]`` holds it, marks included.

    ``label``, ``emphasis`` and ``shortened`` are as in ``DraftSentence``: the label stands in the
    answer's text and not in the sentence's, and ``text[first:last]`` is what is emphasised.
    """

    text: str
    start: int
    end: int
    status: Status
    verdict: Verdict
    citations: tuple[CitationMark, ...]
    kind: str = "quote"
    problems: tuple[str, ...] = ()
    label: str = ""
    emphasis: tuple[tuple[int, int], ...] = ()
    shortened: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """Where the mark of citation ``n`` stands in an answer's text."""

    start: int
    end: int
    n: int


@dataclass(frozen=True, slots=True)
class BareAnswer:
    """A short value that answers the question, with the citations (by number) that give it.

    ``items`` are the single values of an enumeration where a list was asked for; empty elsewhere.
    """

    text: str
    probability: float
    citations: tuple[int, ...]
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Declined:
    """Why there is no answer, in words for a person, and the nearest citations by number."""

    reason: Reason
    message: str
    nearest: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerAccount:
    """An account as it stands in an answer: its citations are numbers of the answer's list."""

    account: Account
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of the library stands behind an answer, in documents.

    ``mentioning`` counts documents that hold the question's own words; ``embedded`` is the share,
    0 to 1, of passages whose vectors are ready.
    """

    documents: int
    unread: int
    searched: int
    mentioning: int
    cited: int
    published_from: str | None
    published_to: str | None
    embedded: float = 1.0


@dataclass(frozen=True, slots=True)
class Warn:
    """What a reader of the answer should know; ``code`` is stable, ``message`` is for people."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier message of a conversation, with the answer's JSON where there was one."""

    role: Literal["user", "assistant"]
    content: str
    answer: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question with all that bears on it."""

    text: str
    history: tuple[Turn, ...] = ()
    filters: Filters = field(default_factory=Filters)
    collection: str = "default"
    conversation_id: str | None = None


@dataclass(frozen=True, slots=True)
class Quoted:
    """A place that an earlier answer quotes: ``[start, end)`` of a document, by its id."""

    document: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class AskedIn:
    """A follow-up in its own words, and the documents that the answers before it cite.

    ``quoted`` is what each of those answers quotes, the newest answer first.
    """

    text: str
    documents: frozenset[str]
    quoted: tuple[tuple[Quoted, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """A checked answer. ``declined`` is set when there is none; that is a value, not an error."""

    id: str
    question: str
    standalone_question: str
    filters: Filters
    text: str
    marks: tuple[Mark, ...]
    complete: bool
    declined: Declined | None
    answers: tuple[BareAnswer, ...]
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    accounts: tuple[AnswerAccount, ...]
    coverage: Coverage
    warnings: tuple[Warn, ...]
    writer: str
    timing_ms: Mapping[str, float]
    library_seq: int
    settings_hash: str
    places: tuple[Place, ...] = ()
    hits: tuple[Hit, ...] = ()
    thinking: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a citation stands, for a person: "p. 3", "Sheet1!A7", "row 12", "Methods > Sample".

    ``prefix`` and ``suffix`` are the characters around the quote, for anchors in other viewers.
    ``hidden`` says how the source hides these words from its readers ("white text"), "" if it
    does not.
    """

    label: str
    page: int | None = None
    page_label: str | None = None
    prefix: str = ""
    suffix: str = ""
    hidden: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the flow that has begun or ended, with counts that are real."""

    name: str
    message: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SentenceShown:
    """A sentence that was verified and may be shown, with the citations new to the reader."""

    sentence: Sentence
    citations: tuple[tuple[int, Citation], ...] = ()


@dataclass(frozen=True, slots=True)
class SentenceRemoved:
    """A drafted sentence that no source supports, with the reason."""

    text: str
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Thought:
    """A piece of what a model thinks before it answers: no part of the answer, and not checked."""

    text: str


Event = Step | Thought | SentenceShown | SentenceRemoved | Answer
"""What a stream yields; the last one is the Answer."""


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """What became of one file or one row of a table during an add."""

    source: str
    outcome: Literal["added", "unchanged", "updated", "removed", "skipped", "failed"]
    documents: int = 1
    passages: int = 0
    why: str = ""
    hint: str = ""
    notes: tuple[str, ...] = ()


class Encoder(Protocol):
    """Turns texts into vectors; ``model_id`` is weights hash, pooling and prompt."""

    model_id: str
    dimensions: int

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, shape ``(len(texts), dimensions)``, in the order of the texts."""
        ...


class Retriever(Protocol):
    """Finds the passages that bear on a question."""

    def retrieve(
        self, question: str, *, filters: Filters, collection: str, limit: int
    ) -> list[Hit]:
        """Return at most ``limit`` hits, best first."""
        ...


class Reranker(Protocol):
    """Orders hits by whether they answer."""

    def rerank(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        """Return the same hits, best first."""
        ...


class Reader(Protocol):
    """Finds the words that answer, or says that they are not there."""

    def read(self, question: str, hits: Sequence[Hit]) -> Reading:
        """Return the candidates over all hits, comparable with one another."""
        ...


@runtime_checkable
class FollowUpReader(Reader, Protocol):
    """A Reader that reads a follow-up better for knowing what it was asked in."""

    def going_on(self, asked_in: AskedIn) -> Reader:
        """Return the same reader for one follow-up, which it also reads in its own words."""
        ...


class AnswerScorer(Protocol):
    """Says which pieces of passages answer a question, and whether a passage does at all."""

    def score(self, question: str, passages: Sequence[str]) -> list[PassageScores]:
        """Return the scores of each passage, in their order; scores may be compared."""
        ...


class Writer(Protocol):
    """Writes a draft from what was read."""

    name: str

    def write(
        self, material: Material
    ) -> Generator[DraftSentence | Thought | Step | SentenceRemoved, None, None]:
        """Yield sentences in order, each as soon as it is complete; thoughts and steps between.

        A sentence that the writer itself holds back is told as a removed one.

        Raises:
            WriterFailed: the writer ends before its draft does.
        """
        ...


class Verifier(Protocol):
    """Says whether a quotation says what a sentence says."""

    def check(self, sentence: str, citation: Citation) -> Check:
        """Compare one sentence with one citation in its passage."""
        ...


@runtime_checkable
class BatchVerifier(Verifier, Protocol):
    """A Verifier that is quicker with many at once."""

    def check_all(self, pairs: Sequence[tuple[str, Citation]]) -> list[Check]:
        """Compare each sentence with its citation; the checks come in the order of the pairs."""
        ...


@dataclass(frozen=True, slots=True)
class Grounding:
    """How far a text bears a sentence out: three probabilities that add up to 1.

    ``unsupported`` are the stretches ``[start, end)`` of the sentence that the text does not bear
    out, in order.
    """

    supported: float
    contradicted: float
    neither: float
    unsupported: tuple[tuple[int, int], ...] = ()


class Groundedness(Protocol):
    """A model that says whether a text bears a sentence out."""

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[Grounding]:
        """Return the grounding of each pair of a passage's text and a sentence, in their order."""
        ...


@runtime_checkable
class Answerer(Protocol):
    """All that a face or a benchmark needs to know of an assistant."""

    def ask(self, question: Question) -> Answer:
        """Return the answer; a refusal is an answer."""
        ...

    def stream(self, question: Question) -> Iterator[Event]:
        """Yield the steps, the verified sentences, and at last the answer."""
        ...
