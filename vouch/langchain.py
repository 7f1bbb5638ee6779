"""Vouch in LangChain: its search as a retriever, and its answers as a runnable.

    from vouch import Library

    library = Library.open("~/library")
    retriever = library.as_retriever(k=8)
    chain = library.as_runnable() | StrOutputParser()

Nothing here sends anything anywhere. Callbacks that the caller hands over see every run.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from contextlib import aclosing
from functools import partial
from typing import Any, cast

from langchain_core.callbacks import (
    AsyncCallbackManagerForChainRun,
    AsyncCallbackManagerForRetrieverRun,
    CallbackManagerForChainRun,
    CallbackManagerForRetrieverRun,
)
from langchain_core.documents import Document
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnableConfig, RunnableSerializable
from langchain_core.runnables.config import run_in_executor
from langchain_core.tools import BaseTool
from pydantic import BaseModel, ConfigDict, Field, field_validator

from rag.contract import check_question, filters_from_json
from rag.errors import BadRequest
from rag.types import Event, Filters, Question, SentenceRemoved, Step
from vouch import Library
from vouch.langchain_documents import Places, documents_of
from vouch.langchain_input import Asked, question_of
from vouch.langchain_messages import chunks_of, message_of
from vouch.langchain_runs import Watched, in_thread, tell
from vouch.langchain_tool import answering_tool

_MOST = 200
"""As many passages as the setting ``hits`` takes."""


def filters_of(value: Any) -> Filters:
    """Return filters that were given as ``Filters``, as their JSON, or not at all.

    Raises:
        BadRequest: they are something else, or there is no such filter.
    """
    if isinstance(value, Filters):
        return value
    if value is None or isinstance(value, Mapping):
        return filters_from_json(value)
    raise BadRequest(
        f"Filters cannot be a {type(value).__name__}.", "Use vouch.Filters, or a dictionary."
    )


class VouchRetriever(BaseRetriever):
    """Finds passages by meaning and words. Each document is the exact text of one passage.

    With its metadata, ``library.text(document_id)[start:end]`` is its page content. What a document
    says of itself stands beside these under names that begin with ``meta_``.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    library: Library = Field(exclude=True, repr=False)
    """The open library; the retriever does not close it."""
    k: int = 8
    """How many passages, 1 to 200."""
    filters: Filters = Filters()
    """Which documents may be searched; a dictionary such as ``{"publisher": ["Reuters"]}`` too."""
    collection: str = ""
    """Which collection of documents; empty for the one of the library's settings."""

    _read_filters = field_validator("filters", mode="before")(filters_of)

    @field_validator("k")
    @classmethod
    def _check_k(cls, k: int) -> int:
        if not 1 <= k <= _MOST:
            raise BadRequest(f"k cannot be {k}.", f"It is 1 to {_MOST}.")
        return k

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        del run_manager  # LangChain itself tells the callbacks
        if not isinstance(query, str):
            raise BadRequest(f"A query cannot be a {type(query).__name__}.", "Send a string.")
        opened = self.library._opened
        check_question(query, opened.settings.max_question_chars)
        hits = opened.retriever.retrieve(
            query.strip(),
            filters=self.filters,
            collection=self.collection or opened.settings.collection,
            limit=self.k,
        )
        return documents_of(hits, opened.ledger)

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun
    ) -> list[Document]:
        return await run_in_executor(
            None, self._get_relevant_documents, query, run_manager=run_manager.get_sync()
        )


class VouchAssistant(RunnableSerializable[Asked, AIMessage]):
    """Answers from the library: a message of checked sentences, each with its citations.

    It takes a string, messages, or a dictionary: ``{"question", "history", "filters"}`` (``input``
    and ``chat_history`` are known too) or ``{"messages": [...]}``. It gives an ``AIMessage`` whose
    text block carries LangChain's ``Citation`` annotations; the whole answer, as
    ``vouch ask --json`` prints it, is in ``response_metadata["answer"]``. A refusal is a message
    without citations whose ``response_metadata["declined"]`` says why.

    ``stream`` gives a chunk for each sentence when it is verified. The steps and the sentences that
    were removed are custom events: ``vouch_step`` and ``vouch_removed``.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    library: Library = Field(exclude=True, repr=False)
    """The open library; the runnable does not close it."""
    filters: Filters = Filters()
    """Which documents may be used, for every question; a question's own can only add to them."""
    collection: str = ""
    """Which collection of documents; empty for the one of the library's settings."""

    _read_filters = field_validator("filters", mode="before")(filters_of)

    def invoke(
        self,
        input: Asked,  # noqa: A002 - LangChain's name
        config: RunnableConfig | None = None,
        **kwargs: Any,
    ) -> AIMessage:
        """Return the answer to one question.

        Raises:
            VouchError: there is no question in the input, or the library cannot be used.
        """
        return self._call_with_config(self._answer, input, config, run_type="chain", **kwargs)

    async def ainvoke(
        self,
        input: Asked,  # noqa: A002 - LangChain's name
        config: RunnableConfig | None = None,
        **kwargs: Any,
    ) -> AIMessage:
        """Return the answer to one question; when the task is cancelled the work ends too."""
        return await self._acall_with_config(
            self._aanswer, input, config, run_type="chain", **kwargs
        )

    def stream(
        self,
        input: Asked,  # noqa: A002 - LangChain's name
        config: RunnableConfig | None = None,
        **kwargs: Any,
    ) -> Iterator[AIMessageChunk]:
        """Yield each sentence when it is verified; the sum of the chunks is the answer."""
        chunks = self._transform_stream_with_config(
            iter([input]), self._chunks, config, run_type="chain", **kwargs
        )
        yield from cast("Iterator[AIMessageChunk]", chunks)

    async def astream(
        self,
        input: Asked,  # noqa: A002 - LangChain's name
        config: RunnableConfig | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[AIMessageChunk]:
        """Yield each sentence when it is verified; the sum of the chunks is the answer."""

        async def one() -> AsyncIterator[Asked]:
            yield input

        chunks = self._atransform_stream_with_config(
            one(), self._achunks, config, run_type="chain", **kwargs
        )
        async with aclosing(cast("AsyncGenerator[AIMessageChunk, None]", chunks)) as open_chunks:
            async for chunk in open_chunks:
                yield chunk

    def as_tool(
        self,
        args_schema: type[BaseModel] | None = None,
        *,
        name: str | None = None,
        description: str | None = None,
        arg_types: dict[str, type] | None = None,
    ) -> BaseTool:
        """Return a tool for an agent: the model reads the answer and what its marks stand for.

        The tool message's ``artifact`` is the whole answer as the JSON contract has it.

        Args:
            args_schema: what the model fills in; one ``question`` by default.
            name: the tool's name for the model.
            description: when the model is to use it.
            arg_types: the arguments and their types, in place of a schema.
        """
        return answering_tool(self, args_schema, name, description, arg_types)

    def _question(self, asked: Asked) -> Question:
        settings = self.library._opened.settings
        collection = self.collection or settings.collection
        return question_of(asked, self.filters, collection, settings.max_question_chars)

    def _events(self, asked: Asked, run: CallbackManagerForChainRun) -> Iterator[Event]:
        """Yield the events of an answer, and tell the callbacks what is none of its text."""
        question = self._question(asked)
        opened = self.library._opened
        assistant = opened.assistant.searching_with(Watched(opened, run))
        for event in assistant.stream(question):
            if isinstance(event, Step):
                tell(run, "vouch_step", {"name": event.name, "message": event.message})
            elif isinstance(event, SentenceRemoved):
                tell(run, "vouch_removed", {"text": event.text, "problems": list(event.problems)})
            yield event

    def _answer(self, asked: Asked, run_manager: CallbackManagerForChainRun) -> AIMessage:
        return message_of(self._events(asked, run_manager))

    async def _aanswer(
        self, asked: Asked, run_manager: AsyncCallbackManagerForChainRun
    ) -> AIMessage:
        run = run_manager.get_sync()
        async with aclosing(in_thread(lambda: self._events(asked, run))) as events:
            return message_of([event async for event in events])

    def _chunks(
        self, inputs: Iterator[Asked], run_manager: CallbackManagerForChainRun
    ) -> Iterator[AIMessageChunk]:
        for asked in inputs:
            places = Places(self.library._opened.ledger)
            yield from chunks_of(self._events(asked, run_manager), places.of_citation)

    async def _achunks(
        self, inputs: AsyncIterator[Asked], run_manager: AsyncCallbackManagerForChainRun
    ) -> AsyncIterator[AIMessageChunk]:
        run = run_manager.get_sync()
        async for asked in inputs:
            work = partial(self._chunks, iter([asked]), run)
            async with aclosing(in_thread(work)) as chunks:
                async for chunk in chunks:
                    yield chunk
