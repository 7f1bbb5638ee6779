"""Accounts of who said something, where sources put one statement into different mouths."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from rag.account.forms import agree
from rag.account.groups import account_of, grouped
from rag.account.relations import differing
from rag.account.said import Said, named_in, outlet_of, published_day, speaker_in
from rag.account.stances import stance_asked
from rag.account.topic import speaking
from rag.english.claimants import same_claimant
from rag.english.question import Asked
from rag.english.quoted_words import quotations, with_same_words
from rag.english.speech import claims
from rag.english.words import content_terms
from rag.types import Account, Candidate

_ONE_STATEMENT = 0.6
"""Least share of the shorter statement's words, speakers apart, that both wordings have."""
_FEWEST = 4
"""Words that a statement must have to be known again."""


def speakers(asked: Asked, candidates: Sequence[Candidate]) -> list[Account]:
    """Return whom the sources name as the speaker; empty where they do not differ on one statement.

    Two people who say different things on one matter are no dispute.
    """
    wanted = stance_asked(asked)
    if wanted == "claims_responsibility":
        return []  # who claims a deed, and who tells of it, put no statement into two mouths
    told = with_same_words(speaking(asked, candidates), candidates)
    said = [one for candidate in told for one in _said(candidate)]
    disputed = [
        pair
        for pair in combinations(said, 2)
        if pair[0].document_id != pair[1].document_id
        and not _same_speaker(*pair)
        and _one_statement(*pair)
    ]
    of_it = [one for one in said if any(one in pair for pair in disputed)]
    groups = grouped(of_it, _same_speaker)
    return differing([account_of(group) for group in groups]) if len(groups) > 1 else []


def _said(candidate: Candidate) -> list[Said]:
    claim = speaker_in(candidate)
    if claim is None or not claim.speaker or claim.is_pronoun:
        return []
    own = [one for one in claims(candidate.text) if one.verb_start == claim.verb_start]
    start, end = (own[0].start, own[0].end) if own else (claim.start, claim.end)
    return [
        Said(
            candidate=named_in(candidate, start, end),
            value=claim.speaker,
            claimant=outlet_of(candidate),
            named=False,
            stance="denies" if claim.stance == "denies" else "says",
            stated=published_day(candidate),
            quantity="speaker",
        )
    ]


def _same_speaker(one: Said, other: Said) -> bool:
    return agree(one.value, other.value) or same_claimant(one.value, other.value)


def _one_statement(one: Said, other: Said) -> bool:
    if quotations(one.candidate.text) & quotations(other.candidate.text):
        return True
    apart = {*content_terms(one.value), *content_terms(other.value)}
    first, second = (set(content_terms(said.candidate.text)) - apart for said in (one, other))
    fewest = min(len(first), len(second))
    return fewest >= _FEWEST and len(first & second) / fewest >= _ONE_STATEMENT
