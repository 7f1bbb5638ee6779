"""What requests and responses look like: checked on the way in, shown in the OpenAPI page.

Requests take unknown fields and ignore them; a known field of the wrong type is refused by name.
Answers are made by ``rag.contract``: the models here document them, and a test holds the two
together.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt

EXAMPLE_QUESTION = "How many people were killed in the explosion?"


class FilterBody(BaseModel):
    """Which documents may be used. Fields that are left out do not restrict."""

    # An unknown filter must not be ignored: the answer would rest on documents that were excluded.
    model_config = ConfigDict(extra="allow")

    document_ids: list[str] | None = Field(None, description="ids of documents")
    publisher: list[str] | str | None = Field(None, description="publishers, in any case")
    published_from: str | None = Field(None, description="first day, YYYY-MM-DD, inclusive")
    published_to: str | None = Field(None, description="last day, YYYY-MM-DD, inclusive")
    metadata: dict[str, Any] | None = Field(
        None, description="each key must have the value, or one of the values of a list"
    )


class TurnBody(BaseModel):
    """One earlier message of the conversation."""

    role: Literal["user", "assistant"]
    content: str
    answer: dict[str, Any] | None = Field(
        None, description="the answer's JSON, where there was one"
    )


class AskBody(BaseModel):
    """A question."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"question": EXAMPLE_QUESTION},
                {
                    "question": "And who says so?",
                    "history": [{"role": "user", "content": EXAMPLE_QUESTION}],
                    "filters": {"publisher": ["Northern Wire"], "published_from": "2023-03-14"},
                    "include": ["hits"],
                    "stream": True,
                },
            ]
        }
    )

    question: str = Field(description="the question, in words")
    history: list[TurnBody] | None = Field(None, description="earlier messages, oldest first")
    conversation_id: str | None = Field(
        None,
        max_length=200,
        description="a name of your choice: the server then keeps the conversation,"
        " and uses it when `history` is left out",
    )
    replace_from: StrictInt | None = Field(
        None,
        ge=1,
        description="number, from 1, of the kept turn that this question replaces, with all turns"
        " after it",
    )
    collection: str | None = Field(None, description="collection to search")
    filters: FilterBody | None = None
    include: list[Literal["hits", "trace"]] | None = Field(None, description="what to add")
    stream: StrictBool | None = Field(None, description="true for Server-Sent Events")


class SearchBody(BaseModel):
    """Words or a question whose passages are wanted."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"query": "nitrate permit", "limit": 5}],
        }
    )

    query: str = Field(description="words or a question")
    limit: StrictInt = Field(10, ge=1, le=100, description="passages wanted at most")
    collection: str | None = Field(None, description="collection to search")
    filters: FilterBody | None = None


class ErrorInfo(BaseModel):
    """What went wrong and what to do about it."""

    code: str = Field(description="stable, for programs", examples=["not_found"])
    message: str = Field(description="what happened, for people")
    hint: str = Field(description="what to do about it; may be empty")
    request_id: str = Field(description="also in the header X-Request-ID and in the log")


class ErrorBody(BaseModel):
    """Every error, on every route."""

    error: ErrorInfo


class Mark(BaseModel):
    """Where the mark of citation ``n`` stands in ``text``."""

    start: int
    end: int
    n: int


class Declined(BaseModel):
    """Why there is no answer."""

    reason: Literal["nothing_found", "only_related", "not_supported", "contradicted"]
    message: str
    nearest: list[int]


class BareAnswer(BaseModel):
    """A short value that answers the question; ``items`` where a list was asked for."""

    text: str
    probability: float
    citations: list[int]
    items: list[str]


class Support(BaseModel):
    """How well citation ``n`` supports a sentence, 0 to 1."""

    n: int
    support: float


class Stretch(BaseModel):
    """Characters ``[start, end)`` of a sentence."""

    start: int
    end: int


class SentenceBody(BaseModel):
    """A sentence of the answer, verified against its citations."""

    text: str
    start: int
    end: int
    status: Literal["kept", "marked", "removed"]
    verdict: Literal["supported", "partial", "unsupported", "contradicted"]
    citations: list[Support]
    kind: str
    problems: list[str]
    label: str = Field("", description="whose words it is, in brackets before it in the answer")
    emphasis: list[Stretch] = Field([], description="the stretches of it that are the bare answer")
    shortened: bool = Field(False, description="whether its source's sentence goes on")


class CopyBody(BaseModel):
    """A document that holds the same text."""

    document_id: str
    title: str
    publisher: str | None


class CitationBody(BaseModel):
    """Exact words of a source: the document's ``text[start:end]`` is the quote.

    Offsets count Unicode code points of the text that ``GET /v1/documents/{id}`` gives.
    """

    n: int
    document_id: str
    text_sha256: str
    passage_id: str
    external_id: str | None
    title: str
    source: str
    publisher: str | None
    published: str | None
    place: str
    page: int | None
    page_label: str | None
    start: int
    end: int
    quote: str
    prefix: str
    suffix: str
    retrieval_score: float
    flags: list[str]
    hidden: str
    also_in: list[CopyBody]


class AccountBody(BaseModel):
    """What one independent source says about the quantity that was asked for."""

    quantity: str
    value: str
    number: float | None
    low: float | None
    high: float | None
    unit: str
    hedge: str
    claimant: str
    stance: str
    event_date: str | None
    stated: str | None
    relation: Literal["agrees", "update", "disagrees", "other_quantity", "part_of"]
    independent_sources: int
    relays: list[str]
    hidden: str = Field("", description="how its sources hide it, where it rests on hidden words")
    flags: list[str] = Field([], description="what to know of it: date_conflict, namesake, revised")
    citations: list[int]


class CoverageBody(BaseModel):
    """How much of the library stands behind the answer, in documents."""

    documents: int
    unread: int
    searched: int
    mentioning: int
    cited: int
    published_from: str | None
    published_to: str | None
    embedded: float


class WarningBody(BaseModel):
    """Something a reader of the answer should know."""

    code: str
    message: str


class HitBody(BaseModel):
    """A passage that was found."""

    passage_id: str
    document_id: str
    title: str
    source: str
    publisher: str | None
    published: str | None
    start: int
    end: int
    text: str
    context: str
    score: float
    dense: float | None
    lexical: float | None
    also_in: list[str]
    place: str = Field("", description="where it stands in the document")
    hidden: str = Field("", description="how the source hides these words; empty where it does not")


class AnswerBody(BaseModel):
    """A checked answer. ``declined`` is set when there is none; that is no error."""

    id: str
    contract: int
    library_seq: int
    settings_hash: str
    question: str
    standalone_question: str
    filters: FilterBody
    text: str
    marks: list[Mark]
    complete: bool
    declined: Declined | None
    answers: list[BareAnswer]
    sentences: list[SentenceBody]
    citations: list[CitationBody]
    accounts: list[AccountBody]
    coverage: CoverageBody
    warnings: list[WarningBody]
    writer: str
    thinking: str = Field("", description="what a model thought: unchecked, no part of the answer")
    timing_ms: dict[str, float]
    hits: list[HitBody] | None = Field(None, description='with include: ["hits"]')
    trace: dict[str, Any] | None = Field(None, description='with include: ["trace"]')


class SearchResult(BaseModel):
    """The passages that were found, best first."""

    query: str
    collection: str
    filters: FilterBody
    library_seq: int
    hits: list[HitBody]


class DateBody(BaseModel):
    """A date on which the document may have been published, and where it was read."""

    value: str
    origin: str
    words: str


class DocumentBody(BaseModel):
    """What is known of a document beside its text."""

    id: str
    title: str
    source: str
    external_id: str | None
    publisher: str | None
    published: str | None
    dates: list[DateBody]
    language: str | None
    text_sha256: str
    metadata: dict[str, Any]
    copy_of: str | None
    near_copy_of: str | None
    flags: list[str]


class SpanBody(BaseModel):
    """A named stretch of a document's text."""

    start: int
    end: int
    kind: str
    label: str
    data: dict[str, Any]


class WholeDocumentBody(DocumentBody):
    """A document with its canonical text, which every citation's offsets count in."""

    text: str
    spans: list[SpanBody] | None = Field(None, description="with ?spans=true")


class DocumentList(BaseModel):
    """A page of documents, in the order they were added."""

    documents: list[DocumentBody]
    next_cursor: str | None = Field(description="give it as `cursor`; null on the last page")


class Deleted(BaseModel):
    """The document is gone from every search and answer."""

    id: str
    deleted: bool
    library_seq: int


class UploadedFile(BaseModel):
    """A file of an upload."""

    name: str
    bytes: int


class Progress(BaseModel):
    """Real counts of how far a job is."""

    done: int
    total: int


OutcomeKind = Literal["added", "unchanged", "updated", "removed", "skipped", "failed"]


class Outcome(BaseModel):
    """What became of a file, or of a row of a table."""

    source: str
    outcome: OutcomeKind
    documents: int
    passages: int
    why: str
    hint: str
    notes: list[str]


class JobError(BaseModel):
    """Why a job failed."""

    code: str
    message: str
    hint: str


class JobBody(BaseModel):
    """An ingest job: words are searchable when it is done, vectors follow in the background."""

    id: str
    state: Literal["queued", "running", "cancelling", "done", "cancelled", "failed"]
    collection: str
    created: str
    started: str | None
    finished: str | None
    files: list[UploadedFile]
    progress: Progress
    counts: dict[str, int] = Field(description="documents or files by outcome")
    documents: int = Field(0, description="documents added or updated by its latest run")
    passages: int | None = Field(description="passages of its files in the library; null in lists")
    passages_per_second: float | None = Field(description="read in a second; null until known")
    embedded: int | None = Field(description="those of `passages` that have a vector")
    seconds_left: float | None = Field(
        description="until all is read and has vectors, by the rates so far; null where unknown"
    )
    resumable: bool = Field(description="whether POST /v1/jobs/{id}/resume goes on with it")
    outcomes: list[Outcome] = Field(
        description="the first 200; GET /v1/jobs/{id}/outcomes gives all of them"
    )
    outcomes_total: int = Field(description="how many outcomes there are")
    error: JobError | None
    options: dict[str, Any]


class OutcomeList(BaseModel):
    """A page of what became of a job's files, in the order they were read."""

    outcomes: list[Outcome]
    next_cursor: str | None = Field(description="give it as `cursor`; null on the last page")


class JobList(BaseModel):
    """A page of jobs, newest first."""

    jobs: list[JobBody]
    next_cursor: str | None = Field(description="give it as `cursor`; null on the last page")


class Health(BaseModel):
    """The server is up."""

    status: Literal["ok"]
    chat: Literal["ready", "starting", "failed", "off"]
