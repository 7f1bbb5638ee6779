"""How rare a word is in the library."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.ledger import Ledger


@dataclass(frozen=True, slots=True)
class _State:
    """The library at one sequence number: how many documents, and how rare the terms asked for."""

    seq: int
    total: int
    known: dict[str, float] = field(default_factory=dict)


class Rarity:
    """Gives a stemmed term's inverse document frequency over the library, 0 or more.

    The formula is BM25's, over documents: ``ln(1 + (N - n + 0.5) / (n + 0.5))``.
    """

    def __init__(self, ledger: Ledger, collection: str = "default") -> None:
        self._ledger, self._collection = ledger, collection
        self._state = _State(-1, 0)

    def __call__(self, term: str) -> float:
        """Return the rarity of one term. Safe to call from several threads."""
        state = self._state
        if (seq := self._ledger.seq) != state.seq:
            # One whole object takes the other's place: no thread counts with half of a new one.
            state = _State(seq, self._ledger.counts(self._collection).documents)
            self._state = state
        if term not in state.known:
            n = self._ledger.documents_mentioning([[term]], self._collection, None)
            state.known[term] = math.log(1 + max(0.0, state.total - n + 0.5) / (n + 0.5))
        return state.known[term]

    def knows(self, term: str) -> bool:
        """Return whether any document holds a stemmed term."""
        return self._ledger.documents_mentioning([[term]], self._collection, None) > 0

    def together(self, terms: Sequence[str]) -> int:
        """Return how many documents hold all of several stemmed terms."""
        return self._ledger.documents_mentioning([[one] for one in terms], self._collection, None)
