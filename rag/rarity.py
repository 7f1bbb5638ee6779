"""How rare a word is in the library."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rag.ledger import Ledger


class Rarity:
    """Gives a stemmed term's inverse document frequency over the library, 0 or more.

    The formula is BM25's, over documents: ``ln(1 + (N - n + 0.5) / (n + 0.5))``.
    """

    def __init__(self, ledger: Ledger, collection: str = "default") -> None:
        self._ledger, self._collection = ledger, collection
        self._known: dict[str, float] = {}
        self._seq = -1
        self._total = 0

    def __call__(self, term: str) -> float:
        """Return the rarity of one term."""
        if (seq := self._ledger.seq) != self._seq:
            self._seq, self._known = seq, {}
            self._total = self._ledger.counts(self._collection).documents
        if term not in self._known:
            n = self._ledger.documents_mentioning([[term]], self._collection, None)
            self._known[term] = math.log(1 + (self._total - n + 0.5) / (n + 0.5))
        return self._known[term]

    def knows(self, term: str) -> bool:
        """Return whether any document holds a stemmed term."""
        return self._ledger.documents_mentioning([[term]], self._collection, None) > 0

    def together(self, terms: Sequence[str]) -> int:
        """Return how many documents hold all of several stemmed terms."""
        return self._ledger.documents_mentioning([[one] for one in terms], self._collection, None)
