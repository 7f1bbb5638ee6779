"""What conversations and their checks look like over HTTP; ``ui.exchange`` makes them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field


class QuoteCheckBody(BaseModel):
    """What became of citation ``n``; where its words stand now, if they stand at one place."""

    n: int
    state: Literal["current", "stale", "damaged"]
    why: Literal["", "document_gone", "moved", "quote_gone", "never_there"]
    message: str
    document_id: str
    start: int | None
    end: int | None
    place: str


class CheckBody(BaseModel):
    """What became of the quotations of an answer; ``state`` is the worst of theirs."""

    state: Literal["current", "stale", "damaged"]
    citations: list[QuoteCheckBody]


class ConversationRowBody(BaseModel):
    """A kept conversation; its title is its first question."""

    id: str
    title: str
    created: str
    updated: str
    questions: int


class ConversationList(BaseModel):
    """A page of conversations, the one begun last first."""

    conversations: list[ConversationRowBody]
    next_cursor: str | None = Field(description="give it as `cursor`; null on the last page")


class StoppedBody(BaseModel):
    """What had been shown of an answer when it was stopped."""

    sentences: list[dict[str, Any]]
    citations: list[dict[str, Any]]


class TurnErrorBody(BaseModel):
    """What went wrong with a question."""

    message: str
    hint: str


class ConversationTurnBody(BaseModel):
    """A question and what came of it: an answer, what was shown before it stopped, or an error."""

    n: int
    id: str
    question: str
    asked: str | None
    answer: dict[str, Any] | None = Field(description="as `POST /v1/ask` gave it")
    stopped: StoppedBody | None
    error: TurnErrorBody | None
    check: CheckBody | None = Field(description="of the answer, against the library as it is now")


class ConversationBody(BaseModel):
    """A kept conversation; ``state`` is the worst of its answers."""

    id: str
    title: str
    created: str | None
    state: Literal["current", "stale", "damaged"]
    turns: list[ConversationTurnBody]


class ConversationExport(ConversationBody):
    """A conversation as it is exported."""

    vouch: int = Field(description="the format's version")
    kind: Literal["conversation"]
    exported: str


class ConversationGone(BaseModel):
    """What is left of a conversation."""

    id: str
    deleted: bool = Field(description="whether the whole conversation is gone")
    questions: int = Field(description="questions that are left in it")


class CheckedAnswerBody(CheckBody):
    """What became of the quotations of one exported answer."""

    n: int
    question: str
    id: str


class CheckReport(BaseModel):
    """What a re-check has found."""

    kind: Literal["answer", "conversation"]
    state: Literal["current", "stale", "damaged"]
    library_seq: int
    quotations: dict[str, int] = Field(description="quotations by state")
    answers: list[CheckedAnswerBody]
