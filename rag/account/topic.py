"""Which candidates speak of what was asked: a day or a name beside it is no account."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rag.account.said import Owner, owner_of
from rag.english.claimants import claimant_of
from rag.english.question import Asked
from rag.english.speech import claims
from rag.english.words import content_terms
from rag.types import Candidate

NEAR_BEST = 0.4
"""Least share of the best sentence's probability at which another one is an account."""
_SHARED_TERMS = 0.5
"""Least share of the question's words, names apart, that an account's sentence holds."""
_BEFORE = 400  # characters of the passage in which a pronoun's speaker is looked for


def speaking(
    asked: Asked,
    candidates: Sequence[Candidate],
    near: float = NEAR_BEST,
    apart: frozenset[str] = frozenset(),
    words_of: Callable[[Candidate], str] = lambda one: one.text,
) -> list[Candidate]:
    """Return the candidates that speak of what was asked, best first.

    Args:
        asked: The question.
        candidates: Sentences, best first.
        near: Least share of the best one's probability.
        apart: Stemmed words any of which is enough in place of the question's own.
        words_of: The text whose words speak for a candidate.
    """
    if not candidates:
        return []
    wanted = set(asked.terms) - asked.name_terms - apart
    least = candidates[0].probability * near

    def speaks(candidate: Candidate) -> bool:
        words = set(content_terms(words_of(candidate)))
        return bool(words & apart) or len(wanted & words) >= len(wanted) * _SHARED_TERMS

    return [one for one in candidates if one.probability >= least and speaks(one)]


def stance_of(candidate: Candidate) -> Owner:
    """Return whose statement a sentence is, with the strongest stance that it tells of."""
    passage = candidate.hit.passage
    before = passage.text[: candidate.start - passage.start]
    claim = claimant_of(candidate.text, [before[-_BEFORE:]] if before else [])
    owner = owner_of(candidate, claim)
    if not owner.named:
        return owner
    stances = {one.stance for one in claims(candidate.text)} - {"says", "estimates"}
    return Owner(owner.claimant, True, owner.cited, min(stances) if stances else owner.stance)
