"""Accounts of names and other free values: who, where, which, what.

The value is the reader's answer span. Spellings, titles and initials of one name are one value, and
so is a place with and without its country; two values that nothing joins are two accounts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.account.anchor import of_that_event
from rag.account.doers import doing
from rag.account.forms import agree, fit, words_of
from rag.account.groups import account_of
from rag.account.kinds import fits_kind
from rag.account.relations import by_day
from rag.account.said import Said, outlet_of, published_day
from rag.account.settled import by_form, shortened
from rag.account.subjects import is_about, one_subject
from rag.account.topic import stance_of
from rag.english.counts import numbers
from rag.english.metonyms import country_of
from rag.english.question import Asked
from rag.english.words import terms_held
from rag.types import Account, Candidate

NAMESAKE = "namesake"
"""The flag of an account whose sources speak of another thing of that name."""
_NEAR_BEST, _NEAR_MANY, _NEAR_NAMESAKE = 0.3, 0.2, 0.1
"""Least share of the best candidate's probability at which another one's value is told: where the
question tells one event apart, where many passages were read, and where several things may bear the
name that it gives. A reader is surer of the one whose text is plainest, which says nothing against
the others."""
HANDFUL = 12
"""Passages at most that are taken to have been chosen for a question, each with a say in it. Of the
many that a search brings from a library, most only resemble what was asked."""
_MATTER = 0.5
"""Least share of the question's words, names apart, that a passage of many must hold."""
_NAMESAKES = 3
"""Documents with a name in their titles, from which on it is no name of several things."""
_NEAR_OWN = 0.9
"""The same for a further value of one document, beside the document's best."""
_FULLEST = 0.2
"""The same for a longer form of a value to stand for the shorter one: "rugby union" for "rugby"."""
_JOINED = re.compile(r",(?! [12]\d{3}\b)| (?:and|or|&) ")  # two values in one; no "May 3, 1902"
_LONGEST = 12
"""Words of a value at most; what is longer is a sentence, and no value to be compared."""


def values(asked: Asked, candidates: Sequence[Candidate], read: int = 0) -> list[Account]:
    """Return the values that the sources give, the newest first; empty where they give one.

    Args:
        asked: The question.
        candidates: Sentences with the reader's answer spans, best first.
        read: How many passages were read.
    """
    few = read <= HANDFUL
    whole = [shortened(one, _LONGEST) for one in candidates if one.answer]
    fitting = by_form(asked, [one for one in whole if fits_kind(asked, one)], near_best(asked, few))
    if not few:
        fitting = _of_the_matter(asked, fitting)
    of_it = of_that_event(asked, fitting) if is_one_event(asked) else fitting
    of_it = doing(asked, of_it)
    said = [_said(asked, candidate) for candidate in _believable(of_it, near_best(asked, few))]
    groups = _grouped(said)
    if len(groups) < 2:
        return []
    accounts = [_fullest(account_of(group), group) for group in groups]
    found = [_related(asked, one, accounts) for one in accounts]
    # A question that tells its event apart has no namesakes: what is alone is of other matters.
    namesakes = not is_one_event(asked) and (few or not _is_topic(asked, candidates))
    about = is_about(asked)
    best = max(found, key=lambda one: max(each.probability for each in one.candidates))
    if NAMESAKE in best.flags and not namesakes:
        return []  # what is alone is of other matters: beside the best value, all the others are
    found = [
        one
        for one in found
        if NAMESAKE not in one.flags or (namesakes and any(map(about, one.candidates)))
    ]
    return by_day(found) if len(found) > 1 else []


_MOST_TERMS = 7
"""Words of a question that may be of several things of one name; with more it tells one apart."""


def is_one_event(asked: Asked) -> bool:
    """Return whether a question tells what it asks of from namesakes: by day, by much detail."""
    return asked.period is not None or len(asked.terms) > _MOST_TERMS


def near_best(asked: Asked, few: bool = True) -> float:
    """Return the least share of the best value's belief at which another one is told beside it."""
    if is_one_event(asked):
        return _NEAR_BEST
    return _NEAR_NAMESAKE if few else _NEAR_MANY


def _of_the_matter(asked: Asked, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates whose passage holds most of what was asked, names apart."""
    wanted = set(asked.terms) - asked.name_terms

    def held(one: Candidate) -> int:
        passage = one.hit.passage
        return len(
            wanted & terms_held(f"{one.hit.document.title} {passage.context} {passage.text}")
        )

    return [one for one in candidates if held(one) >= len(wanted) * _MATTER]


def _is_topic(asked: Asked, candidates: Sequence[Candidate]) -> bool:
    """Return whether the names of a question are what many of the documents are on.

    Of a collection of papers on one programme each bears its name, and none is on a namesake.
    """
    names = frozenset().union(*(terms_held(name) for name in asked.names))
    titles = {one.hit.document.id: one.hit.document.title for one in candidates}
    return sum(names <= terms_held(title) for title in titles.values()) > _NAMESAKES


def _believable(candidates: Sequence[Candidate], share: float) -> list[Candidate]:
    """Return the candidates whose span may be the answer, best first."""
    with_value = sorted(
        (one for one in candidates if one.answer and 0 < len(words_of(one.answer)) <= _LONGEST),
        key=lambda one: -one.probability,
    )
    if not with_value:
        return []
    least = with_value[0].probability * share
    best: dict[str, Candidate] = {}
    kept: list[Candidate] = []
    for candidate in with_value:
        own = best.setdefault(candidate.hit.document.id, candidate)
        fuller = own.probability >= least and says_more(candidate.answer, own.answer)
        near = own.probability * (_FULLEST if fuller else _NEAR_OWN)
        if candidate.probability >= (near if fuller else max(least, near)):
            kept.append(candidate)
    return kept


def _said(asked: Asked, candidate: Candidate) -> Said:
    owner = stance_of(candidate)
    # Who is quoted is no claimant where the question asks for that very name.
    named = owner.named and not agree(owner.claimant, candidate.answer)
    return Said(
        candidate=candidate,
        value=_told(candidate),
        claimant=owner.claimant if named else outlet_of(candidate),
        named=named,
        stance=owner.stance if named else "says",
        cited=owner.cited,
        stated=published_day(candidate),
        quantity=" ".join(asked.focus) or asked.kind.removesuffix("_said"),
    )


def _told(candidate: Candidate) -> str:
    """Return a candidate's value with what its sentence holds back: "about 1810", "1881-1882"."""
    text, start = candidate.text, candidate.answer_start - candidate.start
    for number in numbers(text):
        if number.bare_start == start:
            return text[number.start : max(number.end, candidate.answer_end - candidate.start)]
    return candidate.answer


def _grouped(said: Sequence[Said]) -> list[list[Said]]:
    """Return what is said in groups of one value each; a value joins the one it fits best."""
    groups: list[list[Said]] = []
    for one in said:
        fitting = [
            group
            for group in groups
            if _one_value(group[0], one)
            and (group[0].stance == "denies") == (one.stance == "denies")
        ]
        if fitting:
            fitting[0].append(one)
        else:
            groups.append([one])
    return groups


def _one_value(one: Said, other: Said) -> bool:
    """Return whether two values are forms of one, as a country and its capital that speaks."""
    if agree(one.value, other.value):
        return True
    country = country_of(one.value)
    return bool(country) and one.quantity == "who" and country == country_of(other.value)


def _fullest(account: Account, group: Sequence[Said]) -> Account:
    """Return an account under the form of its value that says most, and under who says that.

    A speaker's own words stay the speaker's: what others say more fully was not said by him.
    """
    least = max(one.candidate.probability for one in group) * _FULLEST
    named = any(one.named and one.claimant == account.claimant for one in group)
    forms = [
        one
        for one in group
        if one.candidate.probability >= least and (one.claimant == account.claimant or not named)
    ]
    fuller = [one for one in forms if says_more(one.value, account.value)]
    if not fuller:
        return account
    fullest = max(fuller, key=lambda one: (len(words_of(one.value)), one.candidate.probability))
    rest = tuple(one for one in account.candidates if one is not fullest.candidate)
    return replace(
        account,
        value=fullest.value,
        candidates=(fullest.candidate, *rest),
        claimant=fullest.claimant,
        stated=fullest.stated,
    )


def says_more(value: str, than: str) -> bool:
    """Return whether a value is the other one in more words, and not with another one beside it.

    >>> says_more("rugby union", "rugby"), says_more("Russia and China", "Russia")
    (True, False)
    >>> says_more("3 May, 1902", "1902"), says_more("series ) Ada Thorn", "Ada Thorn")
    (True, False)
    """
    if any(value.count(one) != value.count(other) for one, other in ("()", "[]")):
        return False  # a piece of two phrases
    return fit(than, value) == "wider" and (not _JOINED.search(value) or bool(_JOINED.search(than)))


def _related(asked: Asked, account: Account, accounts: Sequence[Account]) -> Account:
    """Return an account as a disagreement, or as one on another thing of the same name."""
    told = [one.value for one in accounts]
    alone = all(
        other is account or not one_subject(asked, account.candidates, other.candidates, told)
        for other in accounts
    )
    flags = (*account.flags, NAMESAKE) if alone else account.flags
    return replace(account, relation="disagrees", flags=flags)
