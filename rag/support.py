"""How far a passage says what a sentence says: what is certainly wrong, what is doubtful, a score.

Two kinds of rules are kept apart. *Certain* ones compare what has one reading: a number, a day, a
name, a speaker, a denial, a hedge; what they find is wrong whatever a model thinks. *Doubts* come
of where words stand beside each other; they are a guess, as is the share of words in common.
Without a model every doubt counts as wrong; with one they only weigh in its score.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from rag.checks.amounts import in_source_words, plain_amounts
from rag.checks.facts import Words, words_of
from rag.checks.meanings import in_words_of
from rag.checks.own import without_marks
from rag.checks.registry import CERTAIN_KINDS as CERTAIN_KINDS
from rag.checks.registry import CHECKS
from rag.checks.registry import DOUBT_KINDS as DOUBT_KINDS
from rag.checks.view import background, in_stems_of, view_of
from rag.english.words import content_terms
from rag.quoting import parts_of, weights_of, window_of
from rag.types import Check, Citation

_QUOTED = re.compile('["\u201c][^"\u201c\u201d]{12,}["\u201d]')
FEATURES = ("window", "passage", "share", "pairs")
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
_OTHER_WORD = 0.8
"""What a word holds for which the source has another one, of one that it has itself."""
STANDS = 0.6
"""Least support of a sentence that stands without the exact words of its source."""
_LEAST_SHARED = 2
"""Content words that a passage must share with a sentence of more than one; else chance will do."""


@dataclass(frozen=True, slots=True)
class SupportModel:
    """A logistic model from what is known of a sentence and its passage to a support, 0 to 1."""

    weights: Mapping[str, float] = field(default_factory=dict)
    bias: float = 0.0

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> SupportModel:
        """Return the model that ``training.support`` wrote as JSON.

        Raises:
            KeyError: it is no such model.
        """
        weights = {str(name): float(weight) for name, weight in value["weights"].items()}
        return cls(weights, float(value["bias"]))

    def support(self, known: Mapping[str, float]) -> float:
        """Return the support that features have; those without a weight do not count.

        >>> round(SupportModel({"share": 2.0}, -1.0).support({"share": 0.5, "other": 9.0}), 2)
        0.5
        """
        total = self.bias + sum(w * known.get(name, 0.0) for name, w in self.weights.items())
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, total))))


SHARED_WORDS = SupportModel({"window": 3.0, "passage": 4.0, "share": 3.0, "pairs": 1.0}, -5.0)
"""The support where there is no model: by the words that two texts share, set by hand."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What a sentence says otherwise than its passage, in words for a person.

    ``kinds`` are the names of the checks that found something, certain and doubtful ones.
    ``faint`` tells that it is one faint check alone (``NamedCheck``).
    """

    certain: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    faint: bool = False


def support_of(sentence: str, citation: Citation) -> Check:
    """Return the check of a sentence in other words than its source's, without a model."""
    known = shared_words(sentence, citation)
    # Where a passage is about something else, all in it differs.
    near = SHARED_WORDS.support(known) >= ENOUGH_PLAIN
    found = findings(sentence, citation) if near else Findings()
    return by_words(sentence, citation, known, found)


def by_words(
    sentence: str, citation: Citation, known: Mapping[str, float], found: Findings
) -> Check:
    """Return the check by the words that are shared, ``known``, and by what was found."""
    support = SHARED_WORDS.support(known)
    enough = ENOUGH if words_of(sentence).facts else ENOUGH_PLAIN
    problems = (*found.certain, *found.doubts)
    if support >= ENOUGH_PLAIN and problems:
        return Check("contradicted", min(support, 0.4) / 2, tuple(dict.fromkeys(problems)))
    there = _held(citation.passage.text)
    own_terms = frozenset(
        in_words_of(t, there) for t in content_terms(_as_there(sentence, citation))
    )
    shared = own_terms & there
    if support < enough or len(shared) < min(_LEAST_SHARED, len(own_terms)):
        return Check("unsupported", support * 0.9, (not_there(sentence, citation),))
    return Check("supported" if support >= SUPPORTED else "partial", max(STANDS, support))


def not_there(sentence: str, citation: Citation) -> str:
    """Return the words of a sentence that its passage does not speak of, told to a person."""
    there = _held(citation.passage.text) | _about_terms(background(citation))
    words = re.findall(r"[\w'\u2019-]+", sentence)
    named = ", ".join([word for word in words if set(content_terms(word)) - there][:5])
    return f"The source does not speak of: {named}." if named else "The source does not say so."


def shared_words(sentence: str, citation: Citation) -> dict[str, float]:
    """Return what a sentence and a passage share, by the names in ``FEATURES``."""
    own = _QUOTED.sub(" ", sentence)
    # What stands around a quotation must be said by the source as well.
    scored = own if own != sentence and len(content_terms(own)) > 2 else sentence
    scored = _as_there(scored, citation)
    found = features_of(scored, citation.passage.text, background(citation))
    return dict(zip(FEATURES, found, strict=True))


def closeness(sentence: str, citation: Citation) -> float:
    """Return how far a passage speaks of what a sentence does, 0 to 1, whatever it says of it."""
    found = features_of(sentence, citation.passage.text, background(citation), in_own_words=True)
    return SHARED_WORDS.support(dict(zip(FEATURES, found, strict=True)))


def _as_there(sentence: str, citation: Citation) -> str:
    sentence = without_marks(sentence)
    source = plain_amounts(citation.passage.text)
    return in_source_words(plain_amounts(sentence), source, citation.document.published)


def _held(text: str) -> frozenset[str]:
    return frozenset().union(*(terms for _, _, terms in parts_of(text)))


def findings(sentence: str, citation: Citation) -> Findings:
    """Return what a sentence says otherwise than the passage of a citation."""
    view = view_of(sentence, citation)
    found = [(check, tuple(check.find(view))) for check in CHECKS]
    fired = [check for check, problems in found if problems]
    return Findings(
        tuple(problem for check, problems in found if check.certain for problem in problems),
        tuple(problem for check, problems in found if not check.certain for problem in problems),
        tuple(check.name for check in fired),
        len(fired) == 1 and fired[0].faint,
    )


def features_of(
    sentence: str, text: str, about: str, *, in_own_words: bool = False
) -> tuple[float, ...]:
    """Return what two texts share: ``FEATURES``, each from 0 to 1.

    ``in_own_words`` counts the same words alone, and none that stand for one another: of several
    passages the one with the words themselves is nearer.
    """
    parts = parts_of(text)
    held = [terms for _, _, terms in parts]
    whole = frozenset().union(*held) if held else frozenset()
    said = weights_of(sentence, held).items()
    # A word that another one stands for holds a little less.
    weights: dict[str, float] = {}
    for term, weight in said:
        there = term if in_own_words else in_words_of(term, whole)
        if term not in _JOINING and there not in weights:
            weights[there] = weight if there == term else _OTHER_WORD * weight
    total = sum(weight for term, weight in said if term not in _JOINING) or 1.0
    first, last = window_of(sentence, text)
    window = frozenset().union(*held[first : last + 1]) if held else frozenset()
    told = _about_terms(about)
    own = words_of(sentence) if in_own_words else in_stems_of(words_of(sentence), words_of(text))
    return (
        sum(w for term, w in weights.items() if term in window or term in told) / total,
        sum(w for term, w in weights.items() if term in whole or term in told) / total,
        sum(term in whole or term in told for term in weights) / max(1, len(weights)),
        _pairs(own, words_of(text)),
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
