"""The flow: follow-up, retrieve, read, accounts, write, verify. One engine, synchronous."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Iterator
from dataclasses import replace

from rag.accounts import gather
from rag.answering import Ledgered, assemble
from rag.citations import AnswerText
from rag.compose import Composer
from rag.english.question import analyse
from rag.follow_up import standalone
from rag.going_on import asked_in, with_cited
from rag.refusal import weighed
from rag.rewrite import Rewrite
from rag.steps import Laps, found_step, read_step, understood_step, waited
from rag.types import (
    Answer,
    AskedIn,
    Event,
    FollowUpReader,
    Material,
    Question,
    Reader,
    Reranker,
    Retriever,
)


class Assistant:
    """An Answerer over one library.

    Args:
        retriever: Finds passages.
        reader: Finds the sentences that answer in them.
        composer: Writes a draft from those, and checks every sentence of it.
        library: Documents, coverage and the change number that an answer states.
        hits: How many passages are read.
        settings_hash: Names the settings in the answer.
        reranker: Orders the hits by whether they answer, where there is one.
        rewrite: Makes a follow-up question stand alone.
    """

    def __init__(
        self,
        *,
        retriever: Retriever,
        reader: Reader,
        composer: Composer,
        library: Ledgered,
        hits: int = 16,
        settings_hash: str = "",
        reranker: Reranker | None = None,
        rewrite: Rewrite = standalone,
    ) -> None:
        self._retriever, self._reranker, self._reader = retriever, reranker, reader
        self._composer, self._library = composer, library
        self._hits, self._settings_hash, self._rewrite = hits, settings_hash, rewrite

    def searching_with(self, retriever: Retriever) -> Assistant:
        """Return the same assistant over another retriever, such as one that is watched."""
        other = copy.copy(self)
        other._retriever = retriever
        return other

    def ask(self, question: Question) -> Answer:
        """Return the answer: the last event of the stream."""
        *_, answer = self.stream(question)
        assert isinstance(answer, Answer)
        return answer

    def stream(self, question: Question) -> Iterator[Event]:
        """Yield each step, each sentence once it is verified, and at last the answer."""
        timing = Laps()
        text = yield from waited(self._rewrite(question.text, question.history))
        if text != question.text:
            yield understood_step(text)
        timing.lap("follow_up")
        hits = self._retriever.retrieve(
            text, filters=question.filters, collection=question.collection, limit=self._hits
        )
        asked = asked_in(question)
        if asked is not None:
            hits = with_cited(self._retriever, asked, question, text, hits)
        hits = self._reranker.rerank(text, hits) if self._reranker else hits
        timing.lap("retrieve")
        yield found_step(hits)
        also_in = self._library.also_in(question.filters, question.collection)
        found = self._reader_of(asked).read(text, hits)
        reading = also_in.reading(weighed(text, found, hits))
        timing.lap("read")
        read = () if reading.reason else reading.candidates
        accounts = gather(analyse(text), read, reading.spans, len(hits)) if read else []
        timing.lap("accounts")
        yield read_step(hits, reading, accounts)
        grown = AnswerText(completed=also_in.citation)
        material = Material(question, text, tuple(hits), reading, tuple(accounts))
        composed = yield from self._composer.compose(material, grown)
        timing.lap("write")
        answer = assemble(question, text, grown, reading, accounts, hits, self._library, composed)
        yield replace(
            answer,
            id=uuid.uuid4().hex,
            timing_ms=timing.total(),
            settings_hash=self._settings_hash,
        )

    def _reader_of(self, asked: AskedIn | None) -> Reader:
        """Return the reader, which knows in what a follow-up was asked where it can use that."""
        if asked is not None and isinstance(self._reader, FollowUpReader):
            return self._reader.going_on(asked)
        return self._reader
