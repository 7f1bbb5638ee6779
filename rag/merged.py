"""Whether a model's sentence, or its whole answer, passes over what the sources say differently."""

from __future__ import annotations

from collections.abc import Sequence

from rag.accounts import answering
from rag.citations import AnswerText
from rag.english.counts import numbers
from rag.english.quantities import counted
from rag.types import Account, Candidate, Citation, DraftSentence

_BELIEF, _TRIED_BELIEF = 0.7, 0.4
"""The reader's belief from which an answer that is not given is missed."""
_BEST = 3
"""Sentences of the reader of which a model's answer must give one."""


def merges(draft: DraftSentence, accounts: Sequence[Account]) -> bool:
    """Return whether a sentence that stands in no source makes one figure of several sources'.

    It does where it rests on sources that give different values, gives several of their values, or
    gives a figure of the same quantity that none of them gives.
    """
    differing = answering(accounts)
    if len({one.value for one in differing}) < 2:
        return False
    cited = {
        account.value
        for account in differing
        if any(
            _rests_on(citation, one) for citation in draft.citations for one in account.candidates
        )
    }
    if len(cited) > 1:
        return True
    given = {account.number for account in differing if account.number is not None}
    said = {one.value for one in numbers(draft.text) if one.value is not None}
    said |= {end for one in numbers(draft.text) for end in (one.low, one.high) if end is not None}
    if len(said & given) > 1:
        return True
    asked = {account.quantity for account in differing}
    return any(
        one.quantity in asked and one.number.value is not None and one.number.value not in given
        for one in counted(draft.text)
    )


def tells_any(
    grown: AnswerText, accounts: Sequence[Account], candidates: Sequence[Candidate], *, tried: bool
) -> bool:
    """Return whether the shown sentences give an answer that Vouch's own reader found.

    That is the value of one of the accounts, or a sentence that the reader believes in most, or a
    bare answer of it. Where the reader believes in none nothing is missed. ``tried`` says that a
    sentence of the model was struck: it may have meant the best of the reader's, so less belief
    is asked for, and the best must be given.
    """
    least, most = (_TRIED_BELIEF, 1) if tried else (_BELIEF, _BEST)
    found = answering(accounts)
    resting = [one for account in found for one in account.candidates] or list(candidates)
    best = sorted(resting, key=lambda one: -one.probability)[:most]
    if not best or best[0].probability < least:
        return True
    if any(_is_told(grown, account) for account in found):
        return True
    told = " ".join(one.text for one in grown.shown).casefold()
    cited = [grown.citations[mark.n - 1] for one in grown.shown for mark in one.citations]
    return not found and any(
        (one.answer and one.answer.casefold() in told)
        or any(_rests_on(citation, one) for citation in cited)
        for one in best
    )


def tells_every(grown: AnswerText, accounts: Sequence[Account]) -> bool:
    """Return whether the shown sentences give the value of every account, each from its source."""
    return all(_is_told(grown, account) for account in answering(accounts))


def _is_told(grown: AnswerText, account: Account) -> bool:
    for sentence in grown.shown:
        cited = [grown.citations[mark.n - 1] for mark in sentence.citations]
        rests = any(_rests_on(one, candidate) for one in cited for candidate in account.candidates)
        values = {one.value for one in numbers(sentence.text)}
        says = account.value.lower() in sentence.text.lower() or (
            account.number is not None and account.number in values
        )
        if rests and says:
            return True
    return False


def _rests_on(citation: Citation, candidate: Candidate) -> bool:
    same = citation.document_id == candidate.hit.document.id
    return same and citation.start < candidate.end and candidate.start < citation.end
