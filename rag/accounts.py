"""What the sources say, grouped by value: who gives which, when, and how the values relate.

Claimants are counted, not texts: five outlets that pass on one monitor's figure are one source with
five relays.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.account.blame import asks_blame, blame
from rag.account.days import days
from rag.account.figures import figures
from rag.account.forms import agree
from rag.account.kinds import fits_kind
from rag.account.relations import answering, disagreeing
from rag.account.said import surroundings
from rag.account.speakers import speakers
from rag.account.takers import asks_taker, takers
from rag.account.values import values
from rag.account.versions import updated
from rag.english.clock import asks_clock
from rag.english.counts import numbers
from rag.english.dimensions import dimension_asked
from rag.english.furniture import prose_at
from rag.english.identity import aged_asked, person_asked
from rag.english.quantities import answers, counted
from rag.english.question import Asked
from rag.english.told import told
from rag.table_rows import row_of
from rag.types import Account, Candidate

__all__ = ["answering", "disagreeing", "gather", "surroundings"]

_OF_VALUES = ("how_many", "when", "who", "where", "which", "what")
"""Kinds of questions that a value answers."""
_OUTDONE = 0.35
"""Least share of the best sentence's belief that the best account must have."""
_OUTDONE_BOTH, _OUTDONE_APART = 0.25, 0.1
"""The same of accounts that disagree, which nobody should miss; and beside a sentence that is known
to be an account of something else."""


def gather(
    asked: Asked,
    candidates: Sequence[Candidate],
    spans: Sequence[Candidate] = (),
    read: int = 0,
) -> list[Account]:
    """Return the accounts of what is asked, the newest first; empty when nothing is given twice.

    A figure, a day, who is held responsible, who said it, or any other name or value.

    Args:
        asked: The question.
        candidates: Sentences that may answer, best first.
        spans: The same with the answer spans of a trained reader, where there is one. Names and
            other free values are taken from these alone: rules find figures, days and culprits,
            but the first name of a sentence is seldom the one that was asked for.
        read: How many passages were read: of many, most are beside the question.
    """
    if candidates and row_of(candidates[0]):
        return []  # what a table holds of just this, no sentence on something near it outweighs
    candidates, spans = _measured(asked, _prose(candidates)), _measured(asked, _prose(spans))
    if asked.kind == "how_many":
        found = _counted(asked, candidates, spans, read)
    elif (
        asked.kind == "when"
        and not asks_clock(asked.text)
        and any(one.hit.document.published for one in candidates)
    ):
        found = days(asked, candidates)
    elif asks_taker(asked) and (took := takers(asked, candidates)):
        found = took
    elif asks_blame(asked):
        found = blame(asked, candidates)
    elif asked.kind == "who_said":
        found = speakers(asked, candidates)
    elif asks_identity(asked) or person_asked(asked.text):
        found = []  # what somebody is described as in two reports is no disagreement
    elif asked.kind in ("who", "where", "which", "what", "when") and not asked.described:
        found = values(asked, spans, read)
    else:
        found = []
    if asked.kind in _OF_VALUES and _outdone(asked, found, spans or candidates):
        return []
    return [replace(one, hidden=_hidden(one)) for one in updated(found)]


def _outdone(asked: Asked, accounts: Sequence[Account], candidates: Sequence[Candidate]) -> bool:
    """Return whether a sentence that is no account answers far better than all that are.

    What sets values apart goes by the words of sentences, and errs; of a value that the reader
    hardly believes in beside another one it has most likely set the wrong one apart.
    """
    told = [one for account in answering(accounts) for one in account.candidates]
    if not told:
        return False
    known = {(one.hit.document.id, one.start) for account in accounts for one in account.candidates}
    best = max(one.probability for one in told)
    for one in candidates:
        if not one.answer or one.hit.hidden or not _may_be_it(asked, one):
            continue
        if any(agree(one.answer, account.value) for account in answering(accounts)):
            continue
        share = _OUTDONE_BOTH if disagreeing(accounts) else _OUTDONE
        if (one.hit.document.id, one.start) in known:
            share = _OUTDONE_APART
        if best < share * one.probability:
            return True
    return False


def _may_be_it(asked: Asked, candidate: Candidate) -> bool:
    """Return whether a sentence's bare answer is of the kind that is asked for."""
    if asked.kind != "how_many":
        return fits_kind(asked, candidate)
    first, last = candidate.answer_start - candidate.start, candidate.answer_end - candidate.start
    return any(
        answers(asked, one) and one.number.start < last and first < one.number.end
        for one in counted(candidate.text)
    )


def _counted(
    asked: Asked, candidates: Sequence[Candidate], spans: Sequence[Candidate], read: int
) -> list[Account]:
    """Return the accounts of how many, how much or how old."""
    if aged_asked(asked.text):
        return values(asked, [one for one in spans if told(asked.text, one.text)[0]], read)
    if asked.quantity or asked.focus or asked.group:
        return figures(asked, candidates)
    # "how large was it": no rule tells what is counted
    return values(asked, spans, read) or figures(asked, candidates)


def _measured(asked: Asked, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return candidates that give an amount of what is asked for, if any: jars are no price."""
    if not dimension_asked(asked.text):
        return list(candidates)
    return [one for one in candidates if any(answers(asked, n) for n in counted(one.text))]


def asks_identity(asked: Asked) -> bool:
    """Return whether a question gives a name and asks who bears it.

    >>> from rag.english.question import analyse
    >>> asks_identity(analyse("Who is Ada Thorn?")), asks_identity(analyse("Who is the mayor?"))
    (True, False)
    """
    match = _WHO_IS.match(asked.text)
    return match is not None and len(asked.names) == 1 and match["name"] == asked.names[0]


_WHO_IS = re.compile(r"\W*[Ww]ho\s+(?:is|was)\s+(?P<name>[^?]+?)\s*\??$")


def _prose(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return candidates without what a page puts around its text; what is nothing else is left out.

    A tag or a headline that runs into a sentence is no part of what the source tells, and a value
    or a claimant would be read out of it.
    """
    found: list[Candidate] = []
    dropped: list[Candidate] = []
    for one in candidates:
        if row_of(one):
            continue  # rows tell of different things, however alike they are
        cut = prose_at(one.text, one.hit.document.title)
        if cut is None or one.text.rstrip().endswith("?"):
            dropped += [] if cut is not None else [one]
            continue  # a question gives no value: "(9) What is the largest size?"
        start = one.start + cut
        span = (one.answer_start, one.answer_end)
        if one.answer_start < start:
            # What a heading names, the sentence behind it may tell again.
            again = re.search(rf"\b{re.escape(one.answer)}\b", one.text[cut:], re.IGNORECASE)
            at = (start + again.start(), start + again.end()) if again else (start, start)
            span = at if one.answer else (start, start)
        found.append(
            replace(one, start=start, text=one.text[cut:], answer_start=span[0], answer_end=span[1])
            if cut
            else one
        )
    return _as_headlines(found, dropped)


def _as_headlines(
    candidates: Sequence[Candidate], headlines: Sequence[Candidate]
) -> list[Candidate]:
    """Return candidates, those that tell a headline's value again believed as much as it is.

    A report's sentence seldom repeats the words that its headline shares with the question.
    """
    told: dict[tuple[str, float], float] = {}
    for one in headlines:
        for number in numbers(one.answer):
            if number.value is not None:
                key = (one.hit.document.id, number.value)
                told[key] = max(told.get(key, 0.0), one.probability)
    found: list[Candidate] = []
    for one in candidates:
        values = {number.value for number in numbers(one.text)} if told else set()
        best = max((told.get((one.hit.document.id, v), 0.0) for v in values if v), default=0.0)
        found.append(replace(one, probability=best) if best > one.probability else one)
    return found


def _hidden(account: Account) -> str:
    """Return how the sources hide all that an account rests on; "" where one of them shows it."""
    ways = [candidate.hit.hidden for candidate in account.candidates]
    return ", ".join(dict.fromkeys(ways)) if all(ways) else ""
