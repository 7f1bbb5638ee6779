"""Which of two documents takes the other's place: an amended contract, a correction. English.

A later text of the same title, and a later message of the same sender on the same subject, are no
second source that disagrees: what they give anew is an update.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.account.relations import answering
from rag.english.speech import claims
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
_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
)
# Not any number: "4 killed in Hollin" and "7 killed in Hollin" are two reports.
_COUNTED = re.compile(
    r"\b(?:first|second|third|fourth|fifth|original|old|draft|final|new|no|nr|number|to|as|the|of|"
    rf"and|\d{{1,2}}\.? {_MONTH}|{_MONTH}(?: \d{{1,2}})?|[12]\d{{3}}|\d+(?:\.\d+)+)\b\.?",
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
    core = _core(one)
    if (one.publisher or "") != (two.publisher or "") or not core or core != _core(two):
        return False
    mine, theirs = ({each.speaker.casefold() for each in claims(text.text)} for text in (new, old))
    if mine and theirs and not mine & theirs:
        return False  # minutes of two years, in which two people speak
    return _same_clause(new.text, old.text, bool(_AMENDS.search(one.title)))


def _subject(document: DocumentInfo) -> str:
    return _REPLY.sub("", document.title.strip()).casefold()


def _core(document: DocumentInfo) -> frozenset[str]:
    """Return the words of a title that stay the same in all versions of a document.

    >>> from rag.types import DocumentInfo
    >>> titles = "Ferry lease", "Ferry lease, second draft of 3 May 2024", "Ferry lease 2"
    >>> [sorted(_core(DocumentInfo("1", "2", title, "3"))) for title in titles]
    [['ferri', 'leas'], ['ferri', 'leas'], ['2', 'ferri', 'leas']]
    """
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
