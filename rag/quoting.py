"""The words of a passage that best bear on a sentence, as an exact quotation. Pure functions."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache

from rag.citations import cite
from rag.english.sentences import sentences
from rag.english.words import content_terms, stem
from rag.types import Citation, Hit

_MOST = 3
"""Sentences of a quotation."""
_NEXT = 0.12
"""Share of a sentence's weight that a neighbour must add to be quoted as well."""
_MOST_PLACES = 3
_LEAST_WORDS = 2
"""Words without a number or a name for which a further place is quoted."""
_TYPED = re.compile(r"\w*\d[\w.,]*|[A-Z][\w'\u2019-]+")


@lru_cache(maxsize=4096)
def parts_of(text: str) -> tuple[tuple[int, int, frozenset[str]], ...]:
    """Return the sentences of a passage with their terms; those without a letter are left out."""
    return tuple(
        (start, end, frozenset(content_terms(text[start:end])))
        for start, end in sentences(text)
        if any(char.isalnum() for char in text[start:end])
    )


def weights_of(sentence: str, parts: Sequence[frozenset[str]]) -> dict[str, float]:
    """Return what each term of a sentence weighs: more where few of the parts hold it.

    Names and numbers weigh half as much again, since they tell what a sentence is about.
    """
    typed = {stem(re.sub(r"['\u2019]s$", "", word)) for word in _TYPED.findall(sentence)}
    weights: dict[str, float] = {}
    for term in content_terms(sentence):
        holding = sum(term in part for part in parts)
        weight = math.log(1 + len(parts) / (1 + holding)) + 0.3
        telling = term in typed or any(char.isdigit() for char in term)
        weights[term] = weight * (1.5 if telling else 1.0)
    return weights


def quote_for(sentence: str, hit: Hit) -> Citation:
    """Return the one, two or three neighbouring sentences of a hit that best bear on a sentence.

    A neighbour is added only where it holds words of the sentence that its fellows lack. A passage
    that shares no word with the sentence is quoted by its first sentence.
    """
    passage = hit.passage
    first, last = window_of(sentence, passage.text)
    parts = parts_of(passage.text)
    if not parts:
        return cite(hit, passage.start, passage.end)
    start, end = parts[first][0], parts[last][1]
    return cite(hit, passage.start + start, passage.start + end)


def window_of(sentence: str, text: str) -> tuple[int, int]:
    """Return the first and last sentence, by their place in ``parts_of``, that best bear on one.

    >>> text = "It rained. The dam at Elva broke. Six died. It was old."
    >>> window_of("Six people died when the dam broke.", text)
    (1, 2)
    """
    held = [terms for _, _, terms in parts_of(text)]
    weights = weights_of(sentence, held)
    total = sum(weights.values())
    if not held or not total:
        return 0, 0

    def worth(first: int, last: int) -> float:
        there = frozenset().union(*held[first : last + 1])
        return sum(weight for term, weight in weights.items() if term in there)

    best = max(range(len(held)), key=lambda n: (worth(n, n), -len(held[n])))
    first = last = best
    while last - first + 1 < _MOST:
        now = worth(first, last)
        grown = [
            (worth(a, b) - now, -a, a, b)
            for a, b in ((first - 1, last), (first, last + 1))
            if a >= 0 and b < len(held)
        ]
        if not grown or max(grown)[0] < _NEXT * total:
            break
        first, last = max(grown)[2:]
    return first, last


def completed(sentence: str, citation: Citation) -> tuple[Citation, ...]:
    """Return a citation and, where its passage holds more of the sentence elsewhere, that as well.

    A sentence that puts together what stands in two places of a passage is quoted from both, so
    that whoever reads the quotations finds every number and name of it.
    """
    passage = citation.passage
    hit = Hit(passage, citation.document, citation.retrieval_score, copies=citation.copies)
    found, whole = [citation], frozenset(content_terms(passage.text))
    while len(found) < _MOST_PLACES:
        quoted = frozenset(term for one in found for term in content_terms(one.quote))
        words = [
            word
            for word in re.findall(r"[\w'\u2019.,-]+", sentence)
            if (terms := set(content_terms(word))) and terms <= whole and not terms & quoted
        ]
        telling = [word for word in words if _TYPED.fullmatch(word.rstrip(".,"))]
        if not telling and len(words) < _LEAST_WORDS:
            break
        further = quote_for(" ".join(words), hit)
        if any(one.start < further.end and further.start < one.end for one in found):
            break
        found.append(further)
    return tuple(found)
