"""Which of a document's values its form settles: a birth's day, what its heading tells. English.

A document on one of several namesakes holds many values; the one that is told in the form in which
such a thing is told is its answer, however plain another sentence reads. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.account.forms import agree, words_of
from rag.english.question import Asked
from rag.english.words import content_terms, terms_held
from rag.types import Candidate
from rag.writing.bare_what import phrase_end

_BIRTH = re.compile(r"\b(?:born|birth\w*)\b", re.IGNORECASE)
# "Ada Thorn (3 May 1902 - 9 June 1970)", "(born 3 May 1902)", "was born in Hollin on 3 May 1902"
_BORN = re.compile(
    r"\b[Bb]orn:?(?:[\s,]+(?:in|at|near|on|the|of|around|about|[A-Z][\w.'\u2019-]*))*[\s,]*$"
    r"|\(\s*(?:[^()\d]{0,60}[;,:]\s*)?$"
)
_HEADING = re.compile(r"^(?P<name>[^().]{2,80}?)\s*\(\s*(?P<what>[^()]{2,40}?)\s*\)")
_CLOSED = re.compile(r"(?P<inside>[^()]*[^()\s])\s*\)")
_SORT = re.compile(
    r"\s+(?:album|song|single|EP|film|novel|book|play|series|video game|game|band|opera|poem)$"
)


def by_form(asked: Asked, candidates: Sequence[Candidate], share: float) -> list[Candidate]:
    """Return candidates without those of a document that a value of another form sets aside.

    Args:
        asked: The question.
        candidates: Sentences with answer spans.
        share: Least share of the best candidate's belief at which a value sets others aside.
    """
    if not candidates:
        return []
    least = share * max(one.probability for one in candidates)
    headings = _headings(asked, candidates)
    settling: dict[str, list[Candidate]] = {}
    for one in candidates:
        if one.probability >= least and (_tells_birth(asked, one) or _is_headed(one, headings)):
            settling.setdefault(one.hit.document.id, []).append(one)
    return [
        one
        for one in candidates
        if one.hit.document.id not in settling
        or any(one is other for other in settling[one.hit.document.id])
    ]


def shortened(candidate: Candidate, most: int) -> Candidate:
    """Return a candidate whose value ends where its first phrase does; most are so already.

    Args:
        candidate: A sentence with an answer span.
        most: Words of a value at most; a longer one holds more than the value.
    """
    value = candidate.answer
    if match := _CLOSED.match(value):
        value = match["inside"]  # "Ada Thorn album) Big Ferry is": the end of a heading's bracket
    if len(words_of(value)) > most:
        value = value[: phrase_end(value)]
    return replace(candidate, answer_end=candidate.answer_start + len(value))


def _tells_birth(asked: Asked, candidate: Candidate) -> bool:
    """Return whether a value is told as the day of a birth, where one is asked for."""
    if not _BIRTH.search(asked.text) or not re.search(r"\d", candidate.answer):
        return False
    return bool(_BORN.search(candidate.text[: candidate.answer_start - candidate.start]))


def _headings(asked: Asked, candidates: Sequence[Candidate]) -> dict[str, str]:
    """Return what the headings of documents say beside the name that was asked for, by document.

    "Big Ferry (Ada Thorn album)" says whose it is, "Ada Thorn (rower)" what she is.
    """
    found: dict[str, str] = {}
    for one in candidates:
        document, passage = one.hit.document, one.hit.passage
        for head in (document.title, passage.text if passage.start == 0 else ""):
            match = _HEADING.match(head)
            if match and terms_held(match["name"]) <= terms_held(asked.text):
                found[document.id] = match["what"]
    return found


def _is_headed(candidate: Candidate, headings: dict[str, str]) -> bool:
    """Return whether a value is what the heading of its document says beside the name."""
    what = headings.get(candidate.hit.document.id, "")
    if not what or re.search(r"\d", what):
        return False
    maker = _SORT.sub("", what)
    if maker != what:
        return maker[:1].isupper() and agree(maker, candidate.answer)
    terms = set(content_terms(what))
    return bool(terms) and terms <= set(content_terms(candidate.answer))
