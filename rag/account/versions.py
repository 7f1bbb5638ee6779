"""Which of two documents takes the other's place: an amended contract, a correction. English.

A later text of the same title, and a later message of the same sender on the same subject, are no
second source that disagrees: what they give anew is an update.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.account.relations import answering
from rag.english.words import content_terms
from rag.senders import sender_of
from rag.types import Account, Candidate, DocumentInfo

_AMENDS = re.compile(
    r"\b(?:amend(?:ed|ment|s)?|addend(?:um|a)|supplement(?:ed)?|revis(?:ed|ion)|correct(?:ed|ion)|"
    r"corrigend(?:um|a)|errat(?:um|a)|updated?|superseded?|replac(?:es|ed|ement)|variation|"
    r"consolidated|restated|(?:new|second|third|fourth|latest|final) (?:version|edition)|"
    r"v(?:ersion|er\.?)? ?\d+(?:\.\d+)*)\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"\b(?:first|second|third|fourth|fifth|original|old|draft|final|new|no|nr|number|to|as|the|of|"
    r"and|\d+(?:\.\d+)*|january|february|march|april|may|june|july|august|september|october|"
    r"november|december)\b\.?",
    re.IGNORECASE,
)
_REPLY = re.compile(r"^(?:(?:re|aw|fwd?|wg|correction|corrected|update|reminder)\s*:\s*)+", re.I)
_ALIKE = 0.6
"""Share of the shorter sentence's words, numbers apart, from which two are one clause anew."""


def takes_place_of(new: Candidate, old: Candidate) -> bool:
    """Return whether a sentence's document takes the place of another's, or its sentence does.

    The later one by its day, of one sender on one subject, or of one title, where it says the same
    sentence with another value, or is called an amendment and speaks of the same.
    """
    one, two = new.hit.document, old.hit.document
    if one.id == two.id or not one.published or not two.published:
        return False
    if one.published <= two.published:
        return False
    if sender_of(one) or sender_of(two):
        return sender_of(one) == sender_of(two) and _subject(one) == _subject(two)
    if (one.publisher or "") != (two.publisher or "") or _core(one) != _core(two):
        return False
    return _same_clause(new.text, old.text, bool(_AMENDS.search(one.title)))


def _subject(document: DocumentInfo) -> str:
    return _REPLY.sub("", document.title.strip()).casefold()


def _core(document: DocumentInfo) -> frozenset[str]:
    """Return the words of a title that stay the same in all versions of a document."""
    title = _COUNTED.sub(" ", _AMENDS.sub(" ", document.title))
    return frozenset(content_terms(title))


def _same_clause(one: str, other: str, amends: bool) -> bool:
    """Return whether two sentences are on one thing: nearly alike, or less where one amends."""
    first, second = ({w for w in content_terms(text) if w.isalpha()} for text in (one, other))
    shared = len(first & second)
    return shared > 1 and (amends or shared >= _ALIKE * min(len(first), len(second)))


def updated(accounts: Sequence[Account]) -> list[Account]:
    """Return accounts with the values of later versions as updates of those they replace."""
    main = [one for one in answering(accounts) if one.relation == "disagrees"]
    newer = {id(one) for one in main if any(_replaces(one, other) for other in main)}
    older = {id(one) for one in main if any(_replaces(other, one) for other in main)}
    found: list[Account] = []
    for one in accounts:
        if id(one) in newer - older:
            one = replace(one, relation="update", flags=())
        elif id(one) in older:
            one = replace(one, relation="agrees", flags=())
        found.append(one)
    return found


def _replaces(new: Account, old: Account) -> bool:
    return new is not old and all(
        any(takes_place_of(one, other) for one in new.candidates) for other in old.candidates
    )
