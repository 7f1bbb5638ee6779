"""Passages that bear on a question: by meaning, by words, and both fused into one order.

Every search runs over exactly the documents that a collection and its filters allow, so a document
that is filtered out changes no score.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

import numpy as np
from numpy.typing import NDArray

from rag.citations import hidden_by
from rag.english.names import NameVariants
from rag.english.words import QueryTerm, query_terms
from rag.feedback import LOOKED, second_look
from rag.ledger import Ledger
from rag.shortlist import collapsed, without_neighbours
from rag.store.matrix import VectorMatrix
from rag.types import Encoder, Filters, Hit, Vectors

if TYPE_CHECKING:
    from rag.index import VectorIndex

Ranked = list[tuple[int, float]]  # (passage rowid, score), best first

DEPTH = 200  # passages that each side hands to the fusion
DENSE_SHARE = 0.55  # vectors alone lose on news and spans, words alone on NFCorpus and Cranfield
MOST_EXACT = 50_000  # passages up to which exact search is fast enough to need no index
MOST_CHANGES = 2_000  # changes that the index may lack before exact search is faster
KEPT_EXACT = 3  # places kept for passages with the question's numbers and codes


class DenseRetriever:
    """Finds passages by the cosine of their vectors with the question's.

    Args:
        ledger: where passages and vectors are.
        encoder: the question's encoder, or a function that gives it, called at the first search.
        index: the vector index, where this process owns it. It is asked in large libraries without
            filters; everything else is searched exactly.
        most_exact: passages up to which the index is not asked.
    """

    def __init__(
        self,
        ledger: Ledger,
        encoder: Encoder | Callable[[], Encoder],
        index: VectorIndex | None = None,
        *,
        most_exact: int = MOST_EXACT,
    ) -> None:
        self._ledger = ledger
        self._encoder = encoder
        self._index = index
        self._most_exact = most_exact
        self._matrices: dict[str, VectorMatrix] = {}

    def vector(self, question: str) -> Vectors:
        """Return the question's unit vector, shape ``(dimensions,)``."""
        vector: Vectors = self._loaded().encode([question])[0]
        return vector

    def nearest(self, vector: Vectors, *, filters: Filters, collection: str, limit: int) -> Ranked:
        """Return (passage rowid, cosine) of the nearest passages that may be searched."""
        live = self._ledger.searchable(collection, filters)
        if self._index is not None and not filters and np.count_nonzero(live) > self._most_exact:
            found = self._from_index(self._index, vector, live, limit)
            if len(found) >= limit:
                return found
        return self._matrix().nearest(vector, live, limit)

    def cosines(self, vector: Vectors, rowids: Sequence[int]) -> dict[int, float]:
        """Return the cosine of the question with each passage that has a vector."""
        found: dict[int, float] = {}
        for known, vectors in self._vectors(rowids):
            found |= _paired(known, vectors, vector)
        return found

    def vectors(self, rowids: Sequence[int]) -> Vectors:
        """Return the passages' vectors in this order; zeros for one that has none yet."""
        place = {rowid: at for at, rowid in enumerate(rowids)}
        found = np.zeros((len(rowids), self._loaded().dimensions), dtype=np.float32)
        for known, vectors in self._vectors(rowids):
            found[[place[rowid] for rowid in known.tolist()]] = vectors
        return found

    def _vectors(self, rowids: Sequence[int]) -> list[tuple[NDArray[np.int64], Vectors]]:
        """Return the vectors that some passages have, beside their rowids."""
        if not rowids:
            return []
        matrix = self._matrices.get(self._loaded().model_id)
        if matrix is None:
            known, vectors = self._ledger.vectors_of(self._loaded().model_id, rowids)
            return [(known, vectors)] if len(known) else []
        found = []
        wanted = np.array(sorted(rowids), dtype=np.int64)
        for part in matrix.parts()[1]:
            at = np.searchsorted(part.rowids, wanted)
            at = at[at < len(part.rowids)]
            at = at[np.isin(part.rowids[at], wanted)]
            found.append((part.rowids[at], part.vectors[at]))
        return found

    def retrieve(
        self, question: str, *, filters: Filters, collection: str, limit: int
    ) -> list[Hit]:
        """Return at most ``limit`` hits, best first; the score is the cosine."""
        ranked = self.nearest(
            self.vector(question), filters=filters, collection=collection, limit=DEPTH + limit
        )
        cosines = dict(ranked)
        return _hits(self._ledger, ranked, cosines, {}, limit)

    def _loaded(self) -> Encoder:
        return self._encoder() if callable(self._encoder) else self._encoder

    def _matrix(self) -> VectorMatrix:
        model_id = self._loaded().model_id
        matrix = self._matrices.get(model_id)
        if matrix is None:
            matrix = self._matrices.setdefault(model_id, VectorMatrix(self._ledger, model_id))
        return matrix

    def _from_index(
        self, index: VectorIndex, vector: Vectors, live: NDArray[np.bool_], limit: int
    ) -> Ranked:
        """Return what the index finds and what it lacks; too few if it cannot be asked."""
        if index.status == "unavailable":
            return []
        applied = index.applied_seq
        changes = self._ledger.changes(applied, MOST_CHANGES + 1)
        if len(changes) > MOST_CHANGES:
            return []
        found = dict(index.query(vector, limit + MOST_CHANGES // 20))
        lacking = [change.passage_rowid for change in changes if change.op == "put"]
        found |= self.cosines(vector, [rowid for rowid in lacking if rowid not in found])
        ranked = [
            (rowid, cosine) for rowid, cosine in found.items() if rowid < len(live) and live[rowid]
        ]
        return sorted(ranked, key=lambda pair: (-pair[1], pair[0]))[:limit]


class LexicalRetriever:
    """Finds passages by the words of the question, with other spellings of its names.

    Args:
        ledger: where passages and words are.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._names = _names_of(ledger)

    def terms(
        self, question: str, collection: str, filters: Filters | None = None
    ) -> list[QueryTerm]:
        """Return what the question asks for, its names with their other spellings."""
        return self._names.expand(query_terms(question), collection, filters)

    def ranked(
        self, terms: Sequence[QueryTerm], *, filters: Filters, collection: str, limit: int
    ) -> Ranked:
        """Return (passage rowid, BM25) of the best passages that may be searched."""
        return self._ledger.word_hits([term.terms for term in terms], collection, filters, limit)

    def retrieve(
        self, question: str, *, filters: Filters, collection: str, limit: int
    ) -> list[Hit]:
        """Return at most ``limit`` hits, best first; the score is BM25."""
        terms = self.terms(question, collection, filters)
        ranked = self.ranked(terms, filters=filters, collection=collection, limit=DEPTH + limit)
        return _hits(self._ledger, ranked, {}, dict(ranked), limit)


class HybridRetriever:
    """Finds passages by words and by meaning, and fuses both into one order.

    Args:
        ledger: where everything is.
        encoder: the question's encoder, or a function that gives it.
        index: the vector index, where this process owns it.
        dense_share: weight of the cosine against BM25, 0 to 1.
    """

    def __init__(
        self,
        ledger: Ledger,
        encoder: Encoder | Callable[[], Encoder],
        index: VectorIndex | None = None,
        *,
        dense_share: float = DENSE_SHARE,
    ) -> None:
        self._ledger, self._dense_share = ledger, dense_share
        self._dense = DenseRetriever(ledger, encoder, index)
        self._lexical = LexicalRetriever(ledger)

    def retrieve(
        self, question: str, *, filters: Filters, collection: str, limit: int
    ) -> list[Hit]:
        """Return at most ``limit`` hits, best first.

        The score is 0 to 1: a mean of the cosine and of BM25 as a share of the question's best,
        the question's vector and the scores moved as ``rag.feedback`` says.
        """
        depth = DEPTH + limit
        terms = self._lexical.terms(question, collection, filters)
        words = dict(
            self._lexical.ranked(terms, filters=filters, collection=collection, limit=depth)
        )
        vector = self._dense.vector(question)
        cosines = dict(
            self._dense.nearest(vector, filters=filters, collection=collection, limit=depth)
        )
        cosines |= self._dense.cosines(vector, [rowid for rowid in words if rowid not in cosines])
        ranked = self._again(vector, fused(cosines, words, self._dense_share), words)
        exact = self._with_exact(terms, filters, collection, limit)
        return _hits(self._ledger, ranked, cosines, words, limit, exact)

    def _again(self, vector: Vectors, ranked: Ranked, words: Mapping[int, float]) -> Ranked:
        """Return what was found in the order of a second look; what it leaves out comes after."""
        if not self._dense_share:
            return ranked  # by words alone
        rowids = [rowid for rowid, _ in ranked[:LOOKED]]
        best = max(words.values(), default=0.0) or 1.0
        shares = np.array([words.get(rowid, 0.0) / best for rowid in rowids])
        scores = second_look(vector, self._dense.vectors(rowids), shares, self._dense_share)
        pairs = zip(rowids, scores.round(6).tolist(), strict=True)
        first = sorted(pairs, key=lambda pair: (-pair[1], pair[0]))
        last = first[-1][1] if first else 0.0
        return [*first, *((rowid, min(score, last)) for rowid, score in ranked[LOOKED:])]

    def _with_exact(
        self, terms: Sequence[QueryTerm], filters: Filters, collection: str, limit: int
    ) -> frozenset[int]:
        """Return the best passages for the question's numbers and codes, where few hold any."""
        exact = [term for term in terms if term.kind == "exact"]
        if not exact:
            return frozenset()
        found = self._lexical.ranked(exact, filters=filters, collection=collection, limit=limit + 1)
        # A number that many passages hold, such as a year, tells nothing.
        return frozenset() if len(found) > limit else frozenset(r for r, _ in found[:KEPT_EXACT])


@dataclass(frozen=True, slots=True)
class Mentions:
    """How many documents mention what a question is about, and the words that were looked for."""

    documents: int
    words: tuple[str, ...]


def mentions(
    ledger: Ledger, question: str, *, collection: str, filters: Filters | None = None
) -> Mentions:
    """Return the documents that hold the question's names and numbers, or else all its words.

    Other spellings of a name count as the name.
    """
    terms = _names_of(ledger).expand(query_terms(question), collection, filters)
    telling = [term for term in terms if term.kind in ("name", "exact")]
    telling = telling or [term for term in terms if term.kind != "joined"]
    groups = [term.terms for term in telling]
    found = ledger.documents_mentioning(groups, collection, filters) if groups else 0
    return Mentions(found, tuple(term.text for term in telling))


_NAMES: WeakValueDictionary[int, NameVariants] = WeakValueDictionary()
_NAMES_LOCK = threading.Lock()


def _names_of(ledger: Ledger) -> NameVariants:
    """Return the spellings of a library's names, the same for all that search it.

    Looking a name up costs more than the search itself, and an answer asks for it more than once.
    They live as long as somebody holds them, and hold the ledger, whose ``id`` is its own so long.
    """
    with _NAMES_LOCK:
        found = _NAMES.get(id(ledger))
        if found is None:
            found = _NAMES[id(ledger)] = NameVariants(ledger)
        return found


def fused(
    cosines: Mapping[int, float], words: Mapping[int, float], share: float = DENSE_SHARE
) -> Ranked:
    """Return all passages with one score, best first: a convex combination of both sides.

    The cosine counts from 0 as it is; BM25 counts as a share of the best one. A passage that the
    words do not find has 0 there, and one without a vector yet gets the mean of the others' cosine.
    Bruch, Gai and Ingber 2023, "An analysis of fusion functions for hybrid retrieval".

    >>> fused({1: 0.6, 2: 0.4}, {2: 8.0, 3: 4.0}, 0.5)
    [(2, 0.7), (3, 0.5), (1, 0.3)]
    """
    best = max(words.values(), default=0.0) or 1.0
    unknown = sum(cosines.values()) / len(cosines) if cosines else 0.0
    scores = {
        rowid: round(
            share * max(0.0, cosines.get(rowid, unknown))
            + (1 - share) * words.get(rowid, 0) / best,
            6,
        )
        for rowid in {**cosines, **words}
    }
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))


def _hits(
    ledger: Ledger,
    ranked: Ranked,
    cosines: Mapping[int, float],
    words: Mapping[int, float],
    limit: int,
    wanted: frozenset[int] = frozenset(),
) -> list[Hit]:
    """Return the hits of the best passages: copies collapsed, near-identical neighbours left out.

    Passages of ``wanted`` are among them, at the end if their score brings them no further.
    """
    hits: list[Hit] = []
    kept: list[Hit] = []
    shown = [pair for pair in ranked if pair[0] in wanted]
    rest = ranked
    while rest and len(kept) < limit:
        some, rest = rest[: 2 * limit], rest[2 * limit :]
        hits += _read(ledger, some, cosines, words)
        kept = without_neighbours(collapsed(hits))
    top = kept[:limit]
    ids = {hit.passage.id for hit in top}
    late = [pair for pair in shown if str(pair[0]) not in ids]
    if late:
        added = _read(ledger, late, cosines, words)
        top = without_neighbours(collapsed([*top[: limit - len(added)], *added]))[:limit]
    return _marked(ledger, top)


def _marked(ledger: Ledger, hits: Sequence[Hit]) -> list[Hit]:
    """Return hits that say how their source hides them; only flagged documents are looked at."""
    flagged = {hit.document.id for hit in hits if "hidden_text" in hit.document.flags}
    documents = {one: ledger.document(one) for one in flagged}
    found: list[Hit] = []
    for hit in hits:
        document, passage = documents.get(hit.document.id), hit.passage
        how = hidden_by(document.spans, passage.start, passage.end) if document else ""
        found.append(replace(hit, hidden=how) if how else hit)
    return found


def _read(
    ledger: Ledger, ranked: Ranked, cosines: Mapping[int, float], words: Mapping[int, float]
) -> list[Hit]:
    passages = ledger.passages([str(rowid) for rowid, _ in ranked])
    infos = ledger.infos({passage.document_id for passage in passages.values()})
    hits = []
    for rowid, score in ranked:
        passage = passages.get(str(rowid))
        # Gone since the search, by another process.
        info = infos.get(passage.document_id) if passage is not None else None
        if passage is not None and info is not None:
            hits.append(
                Hit(passage, info, score, dense=cosines.get(rowid), lexical=words.get(rowid))
            )
    return hits


def _paired(rowids: NDArray[np.int64], vectors: Vectors, vector: Vectors) -> dict[int, float]:
    """Return the cosine of a vector with each of these passages' vectors."""
    if not len(rowids):
        return {}
    return dict(zip(rowids.tolist(), (vectors @ vector).tolist(), strict=True))
