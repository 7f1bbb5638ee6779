"""How far a passage says what a sentence says: certain checks that can veto, then a score.

The score is a logistic regression over what the two texts share. It knows no synonyms: it cannot
tell a true paraphrase in other words from an invention, and calls both unsupported.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache

from rag.quoting import parts_of, weights_of, window_of
from rag.types import Check, Citation, DocumentInfo
from rag.verify_facts import Words, words_of
from rag.verify_names import joined_names, renamed
from rag.verify_numbers import other_counts, other_days, other_numbers, other_units
from rag.verify_speakers import other_speakers
from rag.verify_words import (
    absent_values,
    exchanged_values,
    misplaced_values,
    misquoted,
    turned_round,
)
from rag.words import content_terms

_QUOTED = re.compile('["\u201c][^"\u201c\u201d]{12,}["\u201d]')
FEATURES = ("window", "passage", "share", "pairs", "names")
WEIGHTS = (3.0, 4.0, 3.0, 1.0, 0.0)
BIAS = -5.0
# Words that join a sentence to the one before, and say nothing of the source.
_JOINING = frozenset(
    "howev furthermor addit moreov therefor thus overal general indeed final instead similar "
    "meanwhil yes exampl word case fact sever includ various".split()
)
SUPPORTED = 0.75
ENOUGH, ENOUGH_PLAIN = 0.5, 0.3
"""Support from which a sentence counts as partly supported; the lower for one without values.

A sentence that gives numbers, days, names or speakers is held to more: with few shared words there
is nothing to tell whether they are of the same thing.
"""
_LEAST_SHARED = 2
"""Content words that a passage must share with a sentence of more than one; else chance will do."""


def support_of(sentence: str, citation: Citation) -> Check:
    """Return the check of a sentence in other words than its source's."""
    about = _about(citation)
    text = citation.passage.text
    own = _QUOTED.sub(" ", sentence)
    # What stands around a quotation must be said by the source as well.
    scored = own if own != sentence and len(content_terms(own)) > 2 else sentence
    support = _score(features_of(scored, text, about))
    enough = ENOUGH if words_of(sentence).facts else ENOUGH_PLAIN
    if support >= ENOUGH_PLAIN:  # where a passage is about something else, all in it differs
        problems = problems_of(sentence, text, about, citation.document)
        if problems:
            return Check("contradicted", min(support, 0.4) / 2, tuple(dict.fromkeys(problems)))
    held = frozenset().union(*(terms for _, _, terms in parts_of(text)))
    own_terms = frozenset(content_terms(sentence))
    if support < enough or len(own_terms & held) < min(_LEAST_SHARED, len(own_terms)):
        there = held | _about_terms(about)
        words = re.findall(r"[\w'\u2019-]+", sentence)
        named = ", ".join([word for word in words if set(content_terms(word)) - there][:5])
        why = f"The source does not speak of: {named}." if named else "The source does not say so."
        return Check("unsupported", support * 0.9, (why,))
    return Check("supported" if support >= SUPPORTED else "partial", max(0.6, support))


def closeness(sentence: str, citation: Citation) -> float:
    """Return how far a passage speaks of what a sentence does, 0 to 1, whatever it says of it."""
    return _score(features_of(sentence, citation.passage.text, _about(citation)))


def _score(features: tuple[float, ...]) -> float:
    return 1 / (1 + math.exp(-BIAS - sum(w * f for w, f in zip(WEIGHTS, features, strict=True))))


def _about(citation: Citation) -> str:
    document = citation.document
    published = document.published or ""
    return f"{document.title} {document.publisher or ''} {published} {citation.passage.context}"


def problems_of(sentence: str, text: str, about: str, document: DocumentInfo) -> list[str]:
    """Return what a sentence says otherwise than a passage, in words for a person."""
    mine, source = words_of(sentence), words_of(text)
    first, last = window_of(sentence, text)
    parts = parts_of(text)
    start, end = (parts[first][0], parts[last][1]) if parts else (0, len(text))
    window = words_of(text[start:end])
    absent = absent_values(mine, source, about)
    # Words that the source lacks are told of as such.
    joined = [] if absent else joined_names(mine, source, words_of(about))
    return [
        *misquoted(sentence, text),
        *absent,
        *(f"The source does not name {name} together." for name in joined),
        *other_numbers(sentence, text, strict=False),
        *other_units(sentence, text),
        *other_counts(sentence, window.text),
        *_days(sentence, f"{text} {about}", document.published),
        *misplaced_values(mine, source, about),
        *exchanged_values(mine, source),
        *renamed(mine, source, (start, end)),
        *turned_round(mine, window),
        *other_speakers(mine, source, about, document.publisher or ""),
    ]


def _days(sentence: str, text: str, published: str | None) -> list[str]:
    """Return the days that a source does not speak of; a day is not asked which year it was in."""
    problems = other_days(sentence, text, published)
    if not problems:
        return []
    known = {fact.key for fact in words_of(text).facts if fact.kind == "day"}
    days = [fact for fact in words_of(sentence).facts if fact.kind == "day"]
    written = [sentence[fact.start : fact.end] for fact in days if fact.key in known]
    return [one for one in problems if not any(day in one for day in written)]


def features_of(sentence: str, text: str, about: str) -> tuple[float, ...]:
    """Return what two texts share: ``FEATURES``, each from 0 to 1."""
    parts = parts_of(text)
    held = [terms for _, _, terms in parts]
    weights = {t: w for t, w in weights_of(sentence, held).items() if t not in _JOINING}
    total = sum(weights.values()) or 1.0
    first, last = window_of(sentence, text)
    window = frozenset().union(*held[first : last + 1]) if held else frozenset()
    whole = frozenset().union(*held) if held else frozenset()
    told = _about_terms(about)
    mine = words_of(sentence)
    return (
        sum(w for term, w in weights.items() if term in window or term in told) / total,
        sum(w for term, w in weights.items() if term in whole or term in told) / total,
        sum(term in whole or term in told for term in weights) / max(1, len(weights)),
        _pairs(mine, words_of(text)),
        1.0 if any(fact.kind == "name" for fact in mine.facts) else 0.0,
    )


@lru_cache(maxsize=256)
def _about_terms(about: str) -> frozenset[str]:
    return frozenset(content_terms(about))


def _pairs(sentence: Words, source: Words) -> float:
    """Return the share of neighbouring content words that stand in one sentence of the source."""
    found = [term for term in sentence.stems if term[:1].isalnum() and len(term) > 2]
    pairs = list(zip(found, found[1:], strict=False))
    if not pairs:
        return 0.0
    return sum(any(a in t and b in t for t in source.terms) for a, b in pairs) / len(pairs)
