"""The RAG pipeline of LangChain's tutorials, with its retriever and its top passage.

``RecursiveCharacterTextSplitter`` of 1,000 characters with 200 of overlap,
``HuggingFaceEmbeddings`` of the MiniLM that Vouch brings along, and ``InMemoryVectorStore`` of
their quick start, which ranks by cosine. It is measured without a language model: the answer is the
passage that it would send first.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Any

from eval.answerers_passages import Found, SuiteSources, hits_json, passages_of
from eval.answerers_results import refusal
from eval.baseline_systems import quoted_answer, version_of
from eval.cases import Case, Row, Source, Suite
from eval.records import Output
from eval.systems import RANKED, case_of
from rag.errors import VouchError

CHUNK, OVERLAP = 1000, 200
_TOP = 4
"""What ``as_retriever()`` finds unless told otherwise."""
_DEPTH = 3
"""Passages asked for each document of a ranking, as for Vouch."""


class StockLangChain:
    """LangChain's stock retriever over a suite's sources, and its top passage as the answer.

    Args:
        suite: whose sources are cut and embedded, here and now.
        embeddings: any ``Embeddings`` of LangChain; None for MiniLM.

    Raises:
        VouchError: LangChain is not installed, or the suite has no sources.
    """

    name = "langchain"

    def __init__(self, suite: Suite, embeddings: Any = None) -> None:
        if not suite.sources:
            raise VouchError(
                f"The suite {suite.name} brings no sources for LangChain to search.",
                "Leave the baseline out.",
            )
        self._task, self._sources = suite.task, SuiteSources(suite.sources)
        own = embeddings is not None
        try:
            self._store = _store(suite.sources, embeddings)
            parts = ("langchain-core", "langchain-text-splitters", "langchain-huggingface")
            found = {part: version(part) for part in parts if not (own and "hugging" in part)}
        except ImportError as error:
            raise VouchError(
                f"LangChain is not installed: {error}.", "Install it: pip install 'vouch[bench]'."
            ) from error
        # What another model's vectors depend on cannot be told from here.
        self.version = "" if own else version_of(self.name, found, suite.sources)

    def run(self, row: Row) -> Output:
        """Return the top passage and its citation, or a ranking for a suite that wants one."""
        case = case_of(row)
        began = time.perf_counter()
        ranks = self._task == "retrieve"
        given = self._store.similarity_search_with_score(
            case.question, k=RANKED * _DEPTH if ranks else _TOP, filter=_inside(case)
        )
        seconds = time.perf_counter() - began
        found = passages_of(given, case, self._sources)
        if ranks:
            return Output(hits=hits_json(found), seconds=seconds)
        answer = self._answer(found[0]) if found else refusal("nothing_found")
        return Output(answer=answer, hits=hits_json(found), seconds=seconds)

    def _answer(self, top: Found) -> dict[str, Any]:
        source = self._sources.get(top.source)
        return quoted_answer(
            top.text,
            {
                "document_id": top.source,
                "external_id": top.source,
                "title": source.title if source else "",
                "source": top.source,
                "publisher": source.publisher if source else None,
                "published": source.published if source else None,
                "start": top.start,
                "end": top.end,
                "retrieval_score": top.score,
            },
        )

    def close(self) -> None:
        """Let go of the passages and vectors."""
        self._store = None


def _store(sources: Sequence[Source], embeddings: Any) -> Any:
    """Return the sources, cut and embedded."""
    from langchain_core.documents import Document
    from langchain_core.vectorstores import InMemoryVectorStore
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    if embeddings is None:
        from langchain_huggingface import HuggingFaceEmbeddings

        from rag.networks.model_files import minilm_path

        embeddings = HuggingFaceEmbeddings(model_name=str(minilm_path()))
    splitter = RecursiveCharacterTextSplitter(
        chunk_size=CHUNK, chunk_overlap=OVERLAP, add_start_index=True
    )
    whole = [Document(one.text, metadata={"source": one.id}) for one in sources]
    store = InMemoryVectorStore(embeddings)
    store.add_documents(splitter.split_documents(whole))
    return store


def _inside(case: Case) -> Callable[[Any], bool] | None:
    """Return the filter of a case's scope, by the metadata of passages."""
    if case.scope is None:
        return None
    scope = frozenset(case.scope)
    return lambda passage: passage.metadata["source"] in scope
