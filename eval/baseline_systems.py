"""Baselines as systems: what needs no model and no thought, for answers, rankings and claims."""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from eval.answerers_results import plain, refusal
from eval.cache import code_version
from eval.cases import Case, Claim, Row, Suite
from eval.records import Output
from eval.systems import RANKED, RANKING_DEPTH, case_of, hits_of
from rag.english.sentences import sentences
from rag.english.words import content_terms
from rag.errors import BadRequest
from rag.types import Filters, Hit, Retriever

_TOP = 10
"""Passages that are found for an answer, of which the first is it."""


class Parts(Protocol):
    """What baselines need of the library that holds a suite's sources."""

    @property
    def lexical(self) -> Retriever:
        """Finds passages by words."""
        ...

    @property
    def dense(self) -> Retriever:
        """Finds passages by meaning."""
        ...

    @property
    def collection(self) -> str:
        """The collection that is searched."""
        ...

    def filters_of(self, case: Case) -> Filters:
        """Return a case's filters, within its scope."""
        ...


class Refuse:
    """Refuses every question: what an answerer gets for silence."""

    name = "refuse"

    def __init__(self) -> None:
        self.version = version_of(self.name)

    def run(self, row: Row) -> Output:
        """Return a refusal."""
        case_of(row)
        return Output(answer=refusal("nothing_found"), hits=())

    def close(self) -> None:
        """Nothing is held."""


class TopPassage:
    """Answers with the best passage, as it stands, or with its longest sentence.

    Args:
        name: how it is called.
        retriever: finds the passages.
        parts: where it searches, and which documents a case may use.
        longest: answer with the passage's longest sentence.
    """

    def __init__(
        self, name: str, retriever: Retriever, parts: Parts, *, longest: bool = False
    ) -> None:
        self.name, self.version = name, version_of(name, longest)
        self._retriever, self._parts, self._longest = retriever, parts, longest

    def run(self, row: Row) -> Output:
        """Return the best passage with its citation; a refusal where nothing is found."""
        hits, seconds = _search(self._retriever, self._parts, case_of(row), _TOP)
        answer = self._answer(hits[0]) if hits else refusal("nothing_found")
        return Output(answer=answer, hits=hits_of(hits, RANKED), seconds=seconds)

    def _answer(self, hit: Hit) -> dict[str, Any]:
        text = hit.passage.text
        start, end = longest_sentence(text) if self._longest else (0, len(text))
        first = hit.passage.start
        document = hit.document
        return quoted_answer(
            text[start:end],
            {
                "document_id": document.id,
                "external_id": document.external_id,
                "metadata": dict(document.metadata),
                "title": document.title,
                "source": document.source,
                "publisher": document.publisher,
                "published": document.published,
                "passage_id": hit.passage.id,
                "start": first + start,
                "end": first + end,
                "retrieval_score": round(float(hit.score), 6),
            },
        )

    def close(self) -> None:
        """Nothing is held: the library is the caller's."""


class Ranking:
    """Ranks documents by their best passages.

    Args:
        name: how it is called.
        retriever: finds the passages.
        parts: where it searches, and which documents a case may use.
    """

    def __init__(self, name: str, retriever: Retriever, parts: Parts) -> None:
        self.name, self.version = name, version_of(name)
        self._retriever, self._parts = retriever, parts

    def run(self, row: Row) -> Output:
        """Return up to 100 documents, best first."""
        hits, seconds = _search(self._retriever, self._parts, case_of(row), RANKED * RANKING_DEPTH)
        return Output(hits=hits_of(hits, RANKED), seconds=seconds)

    def close(self) -> None:
        """Nothing is held: the library is the caller's."""


def _search(retriever: Retriever, parts: Parts, case: Case, limit: int) -> tuple[list[Hit], float]:
    began = time.perf_counter()
    hits = retriever.retrieve(
        case.question, filters=parts.filters_of(case), collection=parts.collection, limit=limit
    )
    return hits, time.perf_counter() - began


def quoted_answer(quote: str, citation: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer that is one quotation, each sentence with its citation.

    >>> answer = quoted_answer("It rained. It blew.", {"source": "a", "start": 0, "end": 19})
    >>> [(one["text"], one["citations"][0]["n"]) for one in answer["sentences"]]
    [('It rained.', 1), ('It blew.', 1)]
    """
    told = [
        {
            "text": quote[start:end],
            "start": start,
            "end": end,
            "status": "kept",
            "verdict": "supported",
            "citations": [{"n": 1, "support": 1.0}],
            "kind": "quote",
            "problems": [],
        }
        for start, end in sentences(quote)
        if quote[start:end].strip()
    ]
    cited = [{"n": 1, **citation, "quote": quote}]
    return {**plain(quote), "sentences": told, "citations": cited}


def longest_sentence(text: str) -> tuple[int, int]:
    """Return where the longest sentence of a text stands, the first of equally long ones.

    >>> text = "It rained. The river rose by a metre. It blew."
    >>> text[slice(*longest_sentence(text))]
    'The river rose by a metre.'
    """
    spans = sentences(text) or [(0, len(text))]
    return max(spans, key=lambda span: (span[1] - span[0], -span[0]))


class RandomOrder:
    """Ranks the sources in reach by chance, the same for a row in every run."""

    name = "random"

    def __init__(self, suite: Suite) -> None:
        self._ids = tuple(sorted(source.id for source in suite.sources))
        self.version = version_of(self.name, self._ids)

    def run(self, row: Row) -> Output:
        """Return up to 100 sources in an order that the row's id decides."""
        case = case_of(row)
        ids = self._ids if case.scope is None else tuple(sorted(case.scope))
        drawn = random.Random(case.id).sample(ids, min(RANKED, len(ids)))
        return Output(
            hits=tuple(
                {"source": one, "score": 1 / rank, "start": None, "end": None}
                for rank, one in enumerate(drawn, start=1)
            )
        )

    def close(self) -> None:
        """Nothing is held."""


class Majority:
    """Judges every text as most texts of the suite were judged; "unsupported" where it is even."""

    name = "majority"

    def __init__(self, suite: Suite) -> None:
        judged = [row.supported for row in suite.rows if isinstance(row, Claim) and not row.problem]
        self._share = sum(judged) / len(judged) if judged else 0.0
        self.version = version_of(self.name, self._share)

    def run(self, row: Row) -> Output:
        """Return the same verdict for every claim; its support is the share of supported ones."""
        claim_of(row)
        return Output(verdict={"support": self._share, "supported": self._share > 0.5})

    def close(self) -> None:
        """Nothing is held."""


class AbsentStems:
    """Judges a text by its content stems that its sources and its question do not have.

    Stems are Snowball's for English (``rag.english.words.content_terms``), common words left out,
    each counted once. A text is unsupported when more than ``share`` of its stems are absent, or,
    with ``most``, when more than so many are. The share serves texts of every length: on the files
    of development its best threshold by balanced accuracy, in steps of 0.05, is 0.2 (BEGIN) or 0.3
    (RAGTruth QA, WiCE). The count is for answers of a paragraph, as in RAGTruth, and says nothing
    of single sentences.

    Args:
        share: of stems absent, 0 to 1; the support is 1 less the text's share.
        most: stems absent; None goes by the share. The support is then ``most`` in ``most`` and the
            absent ones, so that one half is the threshold.
    """

    def __init__(self, share: float = 0.3, most: int | None = None) -> None:
        if not 0 <= share <= 1 or (most is not None and most < 1):
            raise BadRequest(
                f"Absent stems cannot be judged by share {share} and count {most}.",
                "The share is from 0 to 1, the count at least 1.",
            )
        self._share, self._most = share, most
        self.name = "absent-stems" if most is None else "absent-stems-count"
        self.version = version_of(self.name, share, most, code_version())

    def run(self, row: Row) -> Output:
        """Return the verdict on a claim, and by the share on each of its sentences."""
        claim = claim_of(row)
        began = time.perf_counter()
        known = set(content_terms(claim.question))
        for source in claim.sources:
            known.update(content_terms(source.text), content_terms(source.title))
        told: list[Mapping[str, Any]] = []
        for start, end in sentences(claim.text):
            share = _absent(claim.text[start:end], known)[1]
            supported = share <= self._share
            told.append(
                {
                    "start": start,
                    "end": end,
                    "support": 1 - share,
                    "supported": supported,
                    "verdict": "supported" if supported else "unsupported",
                    "problems": [],
                }
            )
        count, share = _absent(claim.text, known)
        support, supported = 1 - share, share <= self._share
        if self._most is not None:
            support, supported = self._most / (self._most + count), count <= self._most
        seconds = time.perf_counter() - began
        verdict = {"support": support, "supported": supported, "sentences": told}
        return Output(verdict=verdict, seconds=seconds)

    def close(self) -> None:
        """Nothing is held."""


def _absent(text: str, known: set[str]) -> tuple[int, float]:
    """Return how many content stems of a text are not known, and their share of all of them."""
    terms = content_terms(text)
    absent = sum(term not in known for term in terms)
    return absent, absent / len(terms) if terms else 0.0


def claim_of(row: Row) -> Claim:
    """Return a row that holds a claim.

    Raises:
        BadRequest: it asks a question.
    """
    if not isinstance(row, Claim):
        raise BadRequest(f"{row.id} is a question, not a claim.", "Measure an Answerer with it.")
    return row


def version_of(*values: Any) -> str:
    """Return a hash of values and of the code that decides what a baseline gives.

    What is in the library is for the caller to tell apart.
    """
    return hashlib.sha256(f"{_own_code()} {code_version()} {values!r}".encode()).hexdigest()


@lru_cache(maxsize=1)
def _own_code() -> str:
    return hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
