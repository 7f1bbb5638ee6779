"""From settings to an open library with everything wired: the only place that knows every part."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal

from rag.assistant import Assistant
from rag.build_chat import ChatParts, chat_parts
from rag.build_networks import answer_scorer, chosen_verifier, uses_network
from rag.chat.model import provider_of
from rag.compose import Composer
from rag.config import Settings
from rag.english.attribution import texts_of
from rag.errors import VouchError
from rag.follow_up import FollowUp
from rag.ledger import Ledger
from rag.networks.pair_model import load_pair_model
from rag.period import PeriodRetriever
from rag.rarity import Rarity
from rag.read import SentenceReader
from rag.repair import Repair
from rag.rerank import chosen_reranker
from rag.survey import Survey
from rag.types import Encoder, Filters, Reader, Reranker, Retriever, Writer
from rag.verify import CertainVerifier
from rag.write import ExtractiveWriter

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from rag.index import VectorIndex
    from rag.pending import EmbeddingAlong

log = logging.getLogger(__name__)

_EMBED_EVERY_SECONDS = 1.0
"""How often a server looks for passages that another process has added."""


class Library:
    """An open library: the ledger, the retriever and the assistant over it.

    Close it, or use it as a context manager.

    Args:
        settings: how it answers.
        ledger: the record; it is closed with the library.
        index: the vector index, where this process owns it.
        reranker: orders the hits by whether they answer; None for the one of the settings.
        writer: writes the answers; None for the model of the settings, or, where they name none,
            for the one made of the sources' own words.
        model: a chat model of LangChain that writes the answers, in place of the settings' one.
        callbacks: LangChain callbacks that see each call of the model.
    """

    def __init__(
        self,
        settings: Settings,
        ledger: Ledger,
        index: VectorIndex | None,
        *,
        reranker: Reranker | None = None,
        writer: Writer | None = None,
        model: BaseChatModel | None = None,
        callbacks: Sequence[Any] = (),
    ) -> None:
        from rag.retrieve import HybridRetriever

        self.settings = settings
        self.ledger = ledger
        self.index = index
        scorer = answer_scorer(settings)
        self.reranker = reranker or chosen_reranker(
            settings.reranker, scorer, threads=settings.threads
        )
        self._encoders: dict[str, Encoder] = {}
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        rarity = Rarity(ledger, settings.collection)
        hybrid = HybridRetriever(ledger, self.encoder, index, dense_share=settings.dense_share)
        self.retriever: Retriever = PeriodRetriever(hybrid)
        self.reader: Reader = SentenceReader(self.encoder, rarity, scorer, caution=settings.caution)
        by_rule = FollowUp(rarity.knows, rarity.together)
        chat = None if writer is not None else chat_parts(settings, model, callbacks)
        self._chat = chat
        self.assistant = Assistant(
            retriever=self.retriever,
            reader=self.reader,
            composer=self._composer(writer, chat),
            library=Survey(ledger),
            hits=settings.hits,
            settings_hash=settings.answer_hash,
            reranker=self.reranker,
            rewrite=chat.rewrite(by_rule) if chat is not None else by_rule,
        )

    def _composer(self, writer: Writer | None, chat: ChatParts | None) -> Composer:
        quotes = ExtractiveWriter(texts_of(self.ledger.document))
        if chat is None and writer is None:
            # Its sentences are the sources' own words: there is nothing to ask a model about.
            return Composer(quotes, CertainVerifier())
        verifier = chosen_verifier(self.settings)
        if chat is None:
            return Composer(writer or quotes, verifier)
        return Composer(
            chat.writer,
            verifier,
            repair=Repair(verifier, self.retriever),
            fallback=quotes,
            checks=self.settings.checks,
        )

    def encoder(self, purpose: Literal["query", "bulk"] = "query") -> Encoder:
        """Return the embedding model, loaded at first use: "query" starts, "bulk" runs fast."""
        with self._lock:
            if purpose not in self._encoders:
                encoder = _encoder(self.ledger, self.settings, purpose)
                self._encoders[purpose] = encoder
            return self._encoders[purpose]

    def embed(
        self,
        *,
        progress: Callable[[int, int], None] | None = None,
        stop: threading.Event | None = None,
    ) -> int:
        """Embed every passage that has no vector yet; return how many there were.

        Nothing of the model is loaded when nothing is pending. ``progress`` gets (done, all).
        """
        from rag.embed import embed_pending, identify

        model_id, _ = identify(self.settings.embedding_model)
        if not self.ledger.pending_count(model_id):
            return 0
        return embed_pending(self.ledger, self.encoder("bulk"), progress=progress, stop=stop)

    def embedding_along(self, *, stop: threading.Event | None = None) -> EmbeddingAlong:
        """Return what embeds in the background while documents are added: a context manager."""
        from rag.embed import identify
        from rag.pending import EmbeddingAlong

        model_id, _ = identify(self.settings.embedding_model)
        return EmbeddingAlong(self.ledger, model_id, lambda: self.encoder("bulk"), stop=stop)

    def warm_up(self) -> None:
        """Load what the first question would wait for. The chat model is loaded and not asked.

        Raises:
            VouchError: a model is missing.
        """
        question = "Who was there?"
        collection = self.settings.collection
        hits = self.retriever.retrieve(
            question, filters=Filters(), collection=collection, limit=self.settings.hits
        )
        self.reader.read(question, hits)
        if self._chat is not None:
            if uses_network(self.settings):
                load_pair_model("groundedness", threads=self.settings.threads)
            self._chat.load()

    def start(self) -> None:
        """Keep vectors and index up to date in the background, until ``close``."""
        work = [self._embed_pending]
        if self.index is not None:
            work.append(self._run_index)
        for target in work:
            thread = threading.Thread(target=target, name=target.__name__.strip("_"), daemon=True)
            thread.start()
            self._threads.append(thread)

    def _run_index(self) -> None:
        assert self.index is not None
        self.index.run(self._stop)

    def _embed_pending(self) -> None:
        from rag.pending import embed_pending

        seen = -1
        while not self._stop.is_set():
            try:
                seq = self.ledger.seq
                if seq != seen and self.ledger.pending_count(self.encoder().model_id):
                    # From the other end than an add, which embeds as well: they meet half-way.
                    embed_pending(
                        self.ledger, self.encoder("bulk"), stop=self._stop, shortest_first=True
                    )
                seen = seq
            except VouchError as error:
                log.error("Embedding stopped: %s", error)
            self._stop.wait(_EMBED_EVERY_SECONDS)

    def close(self) -> None:
        """Stop the background work and close the index and the ledger."""
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=30)
        if self.index is not None:
            self.index.close()
        self.ledger.close()

    def __enter__(self) -> Library:
        """Return the library itself."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Close the library."""
        self.close()


def bulk_encoder(ledger: Ledger, settings: Settings) -> Encoder:
    """Return the embedding model for many passages, without opening the rest of a library."""
    return _encoder(ledger, settings, "bulk")


def _encoder(ledger: Ledger, settings: Settings, purpose: Literal["query", "bulk"]) -> Encoder:
    from rag.embed import load_encoder

    encoder = load_encoder(
        settings.embedding_model,
        dtype=settings.embedding_dtype,
        threads=settings.threads,
        purpose=purpose,
    )
    # From now on this model's vectors are the ones that coverage speaks of.
    if ledger.get_meta("model_id") != encoder.model_id:
        ledger.set_meta("model_id", encoder.model_id)
    return encoder


def open_library(
    settings: Settings,
    *,
    own_index: bool = False,
    reranker: Reranker | None = None,
    writer: Writer | None = None,
    model: BaseChatModel | None = None,
    callbacks: Sequence[Any] = (),
) -> Library:
    """Return the library that the settings name, made when it is missing.

    Args:
        settings: Where it is and how it answers.
        own_index: Whether this process keeps the vector index, as a server does. One process can;
            the others search exactly.
        reranker: orders the hits by whether they answer.
        writer: writes the answers, instead of the one made of the sources' own words.
        model: a chat model of LangChain that writes the answers, in place of the settings' one.
        callbacks: LangChain callbacks that see each call of the model.

    Raises:
        LibraryError: it cannot be opened; the hint says why.
        UnknownSetting: the chat model's name, its package or its prompts are not as they must be.
    """
    if model is None and settings.llm:
        provider_of(settings.llm)  # before the library is locked and loaded
    ledger = Ledger(settings.library)
    if ledger.words_outdated:
        log.warning("This library's words were indexed by an older version: run `vouch rebuild`.")
    index = None
    if own_index:
        from rag.embed import identify
        from rag.index import VectorIndex

        model_id, dimensions = identify(settings.embedding_model)
        index = VectorIndex.acquire(
            settings.library, ledger, model_id, dimensions, url=settings.chroma_url
        )
        if index is None:
            log.warning("Another process keeps the vector index; this one searches exactly.")
    return Library(
        settings,
        ledger,
        index,
        reranker=reranker,
        writer=writer,
        model=model,
        callbacks=callbacks,
    )
