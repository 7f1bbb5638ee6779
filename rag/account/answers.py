"""Which of the values that the sources give Vouch stands behind, with what probability.

All accounts are shown; the bare answers are those that a careful reader would give who knows
nothing but the documents:

- a claimant who is named stands for his own figure, whoever gives another one;
- where sources speak of one thing, one value can be right: the one that more independent texts
  give, among equals an exact figure before a round one, and then the one that the reader believes
  in more;
- sources on different things of one name may each be right;
- a denial is no value, and hidden words are none beside those that all can see.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.account.forms import agree
from rag.account.relations import answering
from rag.account.said import believed, outlet_of
from rag.account.subjects import copies, one_subject
from rag.account.values import near_best
from rag.english.question import Asked
from rag.types import Account, Candidate

NEAR_BEST = 0.3
"""Least share of the best candidate's belief at which another one's equal value counts too."""
_ONE_FIGURE = re.compile(r"\D*(\d[\d,]*)\D*")


@dataclass(frozen=True, slots=True)
class Standing:
    """A value that Vouch stands behind, 0 to 1, and the candidates that give it, best first."""

    text: str
    probability: float
    candidates: tuple[Candidate, ...]


def standing(
    asked: Asked, accounts: Sequence[Account], candidates: Sequence[Candidate] = ()
) -> list[Standing]:
    """Return the bare answers, the most probable first, none twice.

    Args:
        asked: The question.
        accounts: What the sources say, as ``gather`` gives it.
        candidates: The reader's candidates; they answer where there are no accounts.
    """
    pool = [one for one in answering(accounts) if one.stance != "denies"]
    pool = [one for one in pool if not one.hidden] or pool
    if not accounts:
        return _of_candidates(candidates)
    if not pool:
        return []
    if asked.kind == "who_said":
        # One statement in several mouths: its words do not tell which source is right.
        return _once([Standing(one.value, believed(one), one.candidates) for one in pool])
    least = max(believed(one) for one in pool) * near_best(asked)
    pool = [one for one in pool if believed(one) >= least]
    found: list[Standing] = []
    for account in pool:
        rivals = [one for one in pool if one is not account and _rivals(asked, account, one, pool)]
        if any(_weight(one) > _weight(account) for one in rivals):
            continue
        own = support(account)
        share = own / (own + sum(support(one) for one in rivals))
        found.append(Standing(account.value, believed(account) * share, account.candidates))
    return _once(found)


def support(account: Account) -> int:
    """Return how many texts give an account, copies of one text with other values in it as one."""
    texts: list[Candidate] = []
    for candidate in account.candidates:
        if not any(copies(candidate, other) for other in texts):
            texts.append(candidate)
    return len(texts)


def _weight(account: Account) -> tuple[int, int, float]:
    """Return what an account weighs against another one of the same thing."""
    return support(account), -zeros(account.value), believed(account)


def zeros(value: str) -> int:
    """Return how round a figure is: the zeros at its end, which a rounding may have left.

    >>> [zeros(one) for one in ("5,000 people", "4,961", "1900", "3 May 1900", "Ada Thorn")]
    [3, 0, 2, 0, 0]
    """
    match = _ONE_FIGURE.fullmatch(value)
    if match is None:
        return 0
    digits = match.group(1).replace(",", "")
    return len(digits) - len(digits.rstrip("0"))


def _rivals(asked: Asked, account: Account, other: Account, pool: Sequence[Account]) -> bool:
    """Return whether only one of two accounts can be right."""
    if _is_claim(account) or _is_claim(other) or agree(account.value, other.value):
        return False
    if account.number is not None and account.number == other.number:
        return False
    told = [one.value for one in pool]
    # Several texts of which one speaks of the other's subject too are on a subject of their own.
    near = [one_subject(asked, [one], other.candidates, told) for one in account.candidates]
    return sum(near) > len(near) / 2


def _is_claim(account: Account) -> bool:
    """Return whether an account is what somebody says who is named in the text."""
    return account.claimant not in {outlet_of(one) for one in account.candidates}


def _of_candidates(candidates: Sequence[Candidate]) -> list[Standing]:
    """Return the best bare answer of the reader, with all the candidates that give it too."""
    named = [one for one in candidates if one.answer]
    if not named:
        return []
    best = max(named, key=lambda one: one.probability)
    least = best.probability * NEAR_BEST
    same = [
        one
        for one in named
        if one is not best and one.probability >= least and agree(one.answer, best.answer)
    ]
    return [Standing(best.answer, best.probability, (best, *same))]


def _once(found: Sequence[Standing]) -> list[Standing]:
    ordered = sorted(found, key=lambda one: -one.probability)
    return list({one.text.casefold(): one for one in reversed(ordered)}.values())[::-1]
