"""What is measured: a system takes a row and gives an output. Vouch's own ones stand here.

A system may raise: the runner makes a failed row of it, with the words of the error.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from eval.cases import Case, Claim, Row, Source
from eval.library import EvalLibrary, dates_of
from eval.records import Output
from eval.verifiers import supports
from rag.contract import answer_to_json
from rag.english.sentences import sentences
from rag.errors import BadRequest
from rag.types import (
    Answer,
    Answerer,
    Citation,
    DocumentInfo,
    Passage,
    Question,
    Reader,
    Reranker,
    Retriever,
    Verifier,
)

RANKING_DEPTH = 3
"""Passages asked for each document of a ranking: long documents fill several places."""
RANKED = 100
"""Documents that a ranking holds at most; the deepest metric is recall@100."""


class System(Protocol):
    """Anything that can be measured.

    ``version`` is a hash of what decides its outputs; where it is empty they are not kept for
    another run.
    """

    @property
    def name(self) -> str:
        """How it is called in a report."""
        ...

    @property
    def version(self) -> str:
        """A hash of what decides its outputs, or the empty string."""
        ...

    def run(self, row: Row) -> Output:
        """Return what the system gives for a row."""
        ...

    def close(self) -> None:
        """Release what it holds."""
        ...


def case_of(row: Row) -> Case:
    """Return a row that asks a question.

    Raises:
        BadRequest: it is a claim, for a verifier.
    """
    if not isinstance(row, Case):
        raise BadRequest(f"{row.id} is a claim, not a question.", "Measure a Verifier with it.")
    return row


class AnswererSystem:
    """An ``Answerer`` over a library.

    Args:
        answerer: what is asked.
        library: whose documents, and which of them a case may use.
        version: a hash of code and settings.
        name: how it is called.
        reader: gives the best guess at a bare answer where the answerer refuses; None where
            there is none to be had.
    """

    def __init__(
        self,
        answerer: Answerer,
        library: EvalLibrary,
        *,
        version: str = "",
        name: str = "vouch",
        reader: Reader | None = None,
    ) -> None:
        self._answerer, self._library, self._reader = answerer, library, reader
        self.name, self.version = name, version

    def run(self, row: Row) -> Output:
        """Ask the question, in its conversation and within its scope."""
        case = case_of(row)
        question = Question(
            case.question,
            case.history,
            self._library.filters(case),
            self._library.collection,
        )
        began = time.perf_counter()
        answer = self._answerer.ask(question)
        seconds = time.perf_counter() - began
        return Output(
            answer=self._json(case, answer), hits=hits_of(answer.hits, RANKED), seconds=seconds
        )

    def _json(self, case: Case, answer: Answer) -> Mapping[str, Any]:
        value = answer_to_json(answer)
        for one, citation in zip(value["citations"], answer.citations, strict=True):
            # Cases may name a document by a column of its table.
            one["metadata"] = dict(citation.document.metadata)
        if self._reader is not None and case.expect.answers:
            value["guess"] = self._guess(answer)
        return value

    def _guess(self, answer: Answer) -> str:
        """Return the best bare answer, whatever the refusal: what a forced answer would be."""
        if answer.answers:
            return answer.answers[0].text
        assert self._reader is not None
        reading = self._reader.read(answer.standalone_question, answer.hits)
        if not reading.candidates:
            return ""
        return reading.candidates[0].answer or reading.candidates[0].text

    def close(self) -> None:
        """Nothing is held: the library is the caller's."""


def hits_of(hits: Sequence[Any], limit: int) -> tuple[Mapping[str, Any], ...]:
    """Return hits as an output holds them, each copy of a passage after the one that stands for it.

    Args:
        hits: ``rag.types.Hit``, best first.
        limit: how many different documents at most.
    """
    found: list[Mapping[str, Any]] = []
    seen: set[str] = set()
    for hit in hits:
        for document in (hit.document, *hit.copies):
            source = document.external_id or document.id
            if source not in seen and len(seen) >= limit:
                return tuple(found)
            seen.add(source)
            whole = document.id != hit.document.id
            found.append(
                {
                    "source": source,
                    "score": round(float(hit.score), 6),
                    "start": None if whole else hit.passage.start,
                    "end": None if whole else hit.passage.end,
                }
            )
    return tuple(found)


class RetrieverSystem:
    """A ``Retriever`` over a library, as a ranking of documents by their best passages."""

    def __init__(
        self,
        retriever: Retriever,
        library: EvalLibrary,
        *,
        version: str = "",
        name: str = "vouch",
        reranker: Reranker | None = None,
    ) -> None:
        self._retriever, self._library, self._reranker = retriever, library, reranker
        self.name, self.version = name, version

    def run(self, row: Row) -> Output:
        """Search for the question within the case's scope."""
        case = case_of(row)
        began = time.perf_counter()
        hits = self._retriever.retrieve(
            case.question,
            filters=self._library.filters(case),
            collection=self._library.collection,
            limit=RANKED * RANKING_DEPTH,
        )
        if self._reranker is not None:
            hits = self._reranker.rerank(case.question, hits)
        seconds = time.perf_counter() - began
        return Output(hits=hits_of(hits, RANKED), seconds=seconds)

    def close(self) -> None:
        """Nothing is held: the library is the caller's."""


class VerifierSystem:
    """A ``Verifier`` on claims: each sentence against each passage of the sources.

    A sentence has the support of the passage that supports it best, a text that of its least
    supported sentence: Tang, Laban and Durrett 2024, MiniCheck, section 2.

    Args:
        verifier: what is measured.
        passages: cuts a source into passages.
        least: the support from which a sentence counts as supported, where the verdict is not
            asked; None to go by the verdict.
    """

    def __init__(
        self,
        verifier: Verifier,
        passages: Callable[[Source], Sequence[Passage]],
        *,
        version: str = "",
        name: str = "vouch",
        least: float | None = None,
    ) -> None:
        self._verifier, self._passages, self._least = verifier, passages, least
        self.name, self.version = name, version

    def run(self, row: Row) -> Output:
        """Check every sentence of a claim."""
        if not isinstance(row, Claim):
            raise BadRequest(f"{row.id} is a question, not a claim.", "Measure an Answerer.")
        citations = [
            citation_of(source, passage)
            for source in row.sources
            for passage in self._passages(source)
        ]
        began = time.perf_counter()
        checked = [self._sentence(row.text, *span, citations) for span in _sentences(row.text)]
        seconds = time.perf_counter() - began
        return Output(
            verdict={
                "support": min((one["support"] for one in checked), default=0.0),
                "supported": bool(checked) and all(one["supported"] for one in checked),
                "sentences": checked,
            },
            seconds=seconds,
        )

    def _sentence(
        self, text: str, start: int, end: int, citations: Sequence[Citation]
    ) -> Mapping[str, Any]:
        checks = [self._verifier.check(text[start:end], citation) for citation in citations]
        best = max(checks, key=lambda check: check.support, default=None)
        if best is None:
            found: Mapping[str, Any] = {"verdict": "unsupported", "support": 0.0, "problems": []}
            return {"start": start, "end": end, "supported": False, **found}
        return {
            "start": start,
            "end": end,
            "supported": supports(best, self._least),
            "verdict": best.verdict,
            "support": round(best.support, 4),
            "problems": list(best.problems)[:3],
        }

    def close(self) -> None:
        """Nothing is held."""


def _sentences(text: str) -> list[tuple[int, int]]:
    return [span for span in sentences(text) if text[slice(*span)].strip()]


def citation_of(source: Source, passage: Passage) -> Citation:
    """Return a whole passage of a source as a citation."""
    info = DocumentInfo(
        source.id,
        "",
        source.title,
        source.id,
        external_id=source.id,
        publisher=source.publisher,
        dates=dates_of(source),
    )
    return Citation(source.id, passage.start, passage.end, passage.text, passage, info)
