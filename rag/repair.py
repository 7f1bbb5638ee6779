"""A sentence that its citations do not hold up gets others that do, or none does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from rag.english.words import content_terms
from rag.quoting import parts_of, quote_for
from rag.support import closeness
from rag.types import Check, Citation, DraftSentence, Hit, Material, Retriever, Verifier
from rag.verify import CheckedDraft, check_each

_TRIED = 8
"""Passages that one sentence is held against, those that share most of its words."""
_LEAST_NEAR = 0.05
"""Closeness of a passage below which it is of something else: a model need not be asked."""
_HARDLY = 0.65
"""Support of a sentence below which a passage that says it better is looked for at hand."""
_BETTER = 0.2
"""What that passage must have more."""
_FIRST = 3
"""Passages that are checked first: where one of them plainly says it, no other is read."""
_PLAINLY = 0.8
"""The support from which a passage does."""
_NEARER = 2
"""Passages at hand that are looked at for that: those nearest to the sentence."""
_FOUND = 6
"""Passages of the one search that is made for a sentence."""


class Repair:
    """Finds the passages that do say what a sentence says.

    Args:
        verifier: decides whether they do.
        retriever: is asked once with the sentence itself where no passage at hand says it; None
            leaves that out.
    """

    def __init__(self, verifier: Verifier, retriever: Retriever | None = None) -> None:
        self._verifier, self._retriever = verifier, retriever

    def mend(
        self, draft: DraftSentence, material: Material
    ) -> tuple[CheckedDraft, list[Check]] | None:
        """Return the draft with a citation that supports it, and its check; None for none."""
        said_otherwise = self._contradiction(draft)
        at_hand = self._best(draft, material.hits, said_otherwise)
        if at_hand is not None or self._retriever is None:
            return at_hand
        question = material.question
        hits = self._retriever.retrieve(
            draft.text, filters=question.filters, collection=question.collection, limit=_FOUND
        )
        known = {hit.passage.id for hit in material.hits}
        further = [hit for hit in hits if hit.passage.id not in known]
        return self._best(draft, further, said_otherwise)

    def better(
        self, draft: DraftSentence, material: Material, checks: Sequence[Check]
    ) -> tuple[CheckedDraft, list[Check]] | None:
        """Return the draft with a passage at hand that says it, where its own hardly do; else None.

        A passage that shares a sentence's words and not what it says of them bears it out in part.
        """
        own = max(check.support for check in checks)
        if own >= _HARDLY:
            return None
        # What says it better shares more words with it: few passages do, and each costs a check.
        shared = max((closeness(draft.text, one) for one in draft.citations), default=0.0)
        found = self._best(draft, material.hits, shared, _NEARER)
        if found is None or found[1][0].support < own + _BETTER:
            return None
        return found

    def _best(
        self,
        draft: DraftSentence,
        hits: Sequence[Hit],
        said_otherwise: float,
        most: int | None = None,
    ) -> tuple[CheckedDraft, list[Check]] | None:
        claimed = {(one.document_id, one.start, one.end) for one in draft.citations}
        best: tuple[Citation, Check] | None = None
        cited = [quote_for(draft.text, hit) for hit in nearest(draft.text, hits)]
        near = max(said_otherwise, _LEAST_NEAR)
        cited = [
            one
            for one in cited
            if (one.document_id, one.start, one.end) not in claimed
            and closeness(draft.text, one) > near
        ][:most]
        for some in (cited[:_FIRST], cited[_FIRST:]):
            checks = check_each(self._verifier, [(draft.text, one) for one in some])
            for citation, check in zip(some, checks, strict=True):
                if check.stands and (best is None or check.support > best[1].support):
                    best = citation, check
            if best is not None and best[1].support >= _PLAINLY:
                break
        if best is None:
            return None
        return CheckedDraft(replace(draft, citations=(best[0],))), [best[1]]

    def _contradiction(self, draft: DraftSentence) -> float:
        """Return how close the closest passage is that the draft cites and that says otherwise.

        A passage that shares fewer words with the sentence must not save it: what it seems to say
        is of something else. 0 where none says otherwise.
        """
        return max(
            (
                closeness(draft.text, one)
                for one in draft.citations
                if self._verifier.check(draft.text, one).verdict == "contradicted"
            ),
            default=0.0,
        )


def nearest(sentence: str, hits: Iterable[Hit], most: int = _TRIED) -> list[Hit]:
    """Return the hits whose passages share most of a sentence's words, at least one of them."""
    own = set(content_terms(sentence))
    shared = [(len(own & _terms(hit)), hit) for hit in hits]
    shared.sort(key=lambda one: -one[0])
    return [hit for count, hit in shared[:most] if count]


def _terms(hit: Hit) -> frozenset[str]:
    return frozenset().union(*(terms for _, _, terms in parts_of(hit.passage.text)))
