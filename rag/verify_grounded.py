"""A judge of texts that asks a groundedness model where no exact words and no certain check decide.

The order is fixed. Exact words stand with full support. What a certain check finds wrong is wrong
(``rag.support.findings``), where it is one of those that may veto: over long sources some checks
compare with the wrong sentence, and those only weigh in. Only then is the model asked, many
sentences at once; its answer, what the checks found and what words alone tell make one support,
which thresholds turn into a verdict. What Vouch itself is about to show is held to more, by
``rag.verify_drafts``.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from threading import Lock
from typing import Any

from rag.english.sentences import sentences
from rag.english.when import spoken_day, times
from rag.english.words import content_terms
from rag.quoting import parts_of
from rag.support import (
    ENOUGH_PLAIN,
    SHARED_WORDS,
    Findings,
    SupportModel,
    findings,
    not_there,
    shared_words,
)
from rag.types import Check, Citation, Groundedness, Grounding, Verdict
from rag.verify import decided

_LONGEST = 1_500
"""Characters of a passage that a model reads at once; a longer one is read in stretches."""
_MOST_STRETCHES = 4
_KEPT = 4_096
_LEAST_WORDS = 3
"""Words without which a piece of a text is no sentence of its own."""
_MOST_NAMED = 4
"""Stretches of a sentence that a problem names."""
_LIMIT = 1e-4
"""The nearest to 0 or 1 that a model's probability is taken for."""

SAYS_OTHERWISE = "The source says otherwise."

MODEL_ALONE = SupportModel({"model": 1.0, "doubts": -0.7}, 0.0)
"""The support where no weights were fitted: the model's own, less for each doubt."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Support from which a sentence is supported, or partly so; below it does not stand."""

    supported: float = 0.75
    partial: float = 0.5

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> Thresholds:
        """Return the thresholds that ``training.support`` wrote as JSON, where there are any.

        >>> Thresholds.of({"thresholds": {"supported": 0.8, "partial": 0.6}}).partial
        0.6
        """
        return cls(**{name: float(one) for name, one in value.get("thresholds", {}).items()})


def vetoes_of(value: Mapping[str, Any]) -> frozenset[str] | None:
    """Return the checks that may veto, by name, as ``training.support`` wrote them; None for all.

    >>> vetoes_of({"vetoes": ["number"]}), vetoes_of({})
    (frozenset({'number'}), None)
    """
    return frozenset(map(str, value["vetoes"])) if "vetoes" in value else None


@dataclass(frozen=True, slots=True)
class Open:
    """A pair that a model must decide, what words alone tell of it, and what the model is asked.

    ``asked`` has for each sentence of the text where it stands, and its pairs.
    """

    sentence: str
    citation: Citation
    found: Findings
    shared: dict[str, float]
    asked: tuple[tuple[int, tuple[tuple[str, str], ...]], ...]


class Groundings:
    """The answers of a model about pairs of passage and sentence; the latest are kept.

    A repair asks again for what a check has asked for.
    """

    def __init__(self, groundedness: Groundedness) -> None:
        self._groundedness = groundedness
        self._known: OrderedDict[tuple[str, str], Grounding] = OrderedDict()
        self._lock = Lock()

    def __call__(self, pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Grounding]:
        """Return the grounding of each pair; the model is asked once, for those not known."""
        wanted = list(dict.fromkeys(pairs))
        found = {pair: one for pair in wanted if (one := self._known.get(pair)) is not None}
        asked = [pair for pair in wanted if pair not in found]
        if asked:
            found |= dict(zip(asked, self._groundedness.score(asked), strict=True))
            with self._lock:
                self._known.update(found)
                while len(self._known) > _KEPT:
                    self._known.popitem(last=False)
        return found


class GroundedVerifier:
    """A BatchVerifier of certain checks, then of a model.

    Args:
        groundedness: is asked for what the certain checks leave open.
        support: makes one support of the model's answer and what words tell (``training.support``).
        thresholds: what verdict a support means.
        vetoes: the checks whose findings decide, by the names of ``Findings.kinds``; what others
            find weighs in the support alone. None for every certain check.
    """

    def __init__(
        self,
        groundedness: Groundedness,
        *,
        support: SupportModel = MODEL_ALONE,
        thresholds: Thresholds | None = None,
        vetoes: frozenset[str] | None = None,
    ) -> None:
        self._groundings, self._support = Groundings(groundedness), support
        self._vetoes = vetoes
        self._thresholds = thresholds or Thresholds()

    def check(self, sentence: str, citation: Citation) -> Check:
        """Compare one sentence with one citation in its passage."""
        return self.check_all([(sentence, citation)])[0]

    def check_all(self, pairs: Sequence[tuple[str, Citation]]) -> list[Check]:
        """Compare each sentence with its citation; the model is asked once for all of them."""
        first = [_without_model(*pair, self._vetoes) for pair in pairs]
        left = [one for one in first if isinstance(one, Open)]
        known = self._groundings([pair for one in left for _, some in one.asked for pair in some])
        return [
            self._judged(one, worst_of(one.asked, known)) if isinstance(one, Open) else one
            for one in first
        ]

    def _judged(self, one: Open, grounding: Grounding) -> Check:
        support = self._support.support(known_of(one.found, one.shared, grounding, one.sentence))
        if support >= self._thresholds.partial:
            whole = support >= self._thresholds.supported
            return Check("supported" if whole else "partial", support)
        if one.found.certain:
            return _found_wrong(one.found, one.shared, support)
        if grounding.contradicted > max(grounding.supported, grounding.neither):
            problems = (SAYS_OTHERWISE, *one.found.doubts)
            return Check("contradicted", support, tuple(dict.fromkeys(problems)))
        why = borne_out_by_none(one.sentence, grounding.unsupported)
        problems = (why or not_there(one.sentence, one.citation), *one.found.doubts)
        return Check("unsupported", support, tuple(dict.fromkeys(problems)))


Asked = Sequence[tuple[int, Sequence[tuple[str, str]]]]


def worst_of(asked: Asked, known: Mapping[tuple[str, str], Grounding]) -> Grounding:
    """Return the grounding of a text: that of its worst sentence, each in its best stretch."""
    best = [(start, max((known[pair] for pair in some), key=_supported)) for start, some in asked]
    loose = tuple((start + a, start + b) for start, one in best for a, b in one.unsupported)
    worst = min((one for _, one in best), key=_supported)
    return replace(worst, unsupported=loose)


def _supported(grounding: Grounding) -> float:
    return grounding.supported


def settled(sentence: str, citation: Citation) -> Check | None:
    """Return the check that exact words decide, or that there is nothing to compare; else None."""
    if check := decided(sentence, citation):
        return check
    if not content_terms(sentence) or not parts_of(citation.passage.text):
        return Check("unsupported", 0.0, (not_there(sentence, citation),))
    return None


def _without_model(
    sentence: str, citation: Citation, vetoes: frozenset[str] | None
) -> Check | Open:
    """Return the check that words and certain rules decide, or what a model must decide."""
    if check := settled(sentence, citation):
        return check
    found, shared = findings(sentence, citation), shared_words(sentence, citation)
    if not vetoed(found, vetoes):
        return Open(sentence, citation, found, shared, asked_of(sentence, citation))
    return _found_wrong(found, shared, min(SHARED_WORDS.support(shared), 0.4) / 2)


def vetoed(found: Findings, vetoes: frozenset[str] | None) -> bool:
    """Return whether something was found that no model can save, by the checks that may veto."""
    return bool(found.certain) and (vetoes is None or not vetoes.isdisjoint(found.kinds))


def _found_wrong(found: Findings, shared: Mapping[str, float], support: float) -> Check:
    # A passage about something else does not contradict: it says nothing of the matter.
    near = SHARED_WORDS.support(shared) >= ENOUGH_PLAIN
    verdict: Verdict = "contradicted" if near else "unsupported"
    return Check(verdict, support, tuple(dict.fromkeys(found.certain)))


def asked_of(
    sentence: str, citation: Citation
) -> tuple[tuple[int, tuple[tuple[str, str], ...]], ...]:
    """Return what a model is asked about a citation: each sentence's place, and its pairs."""
    text, published = citation.passage.text, citation.document.published
    if times(sentence, published):
        text = with_days(text, published)
    parts = [(a, b) for a, b in sentences(sentence) if len(sentence[a:b].split()) >= _LEAST_WORDS]
    if len(parts) < 2:
        parts = [(0, len(sentence))]
    return tuple(
        (a, tuple((stretch, sentence[a:b]) for stretch in stretches(sentence[a:b], text)))
        for a, b in parts
    )


def known_of(
    found: Findings, shared: dict[str, float], grounding: Grounding, sentence: str
) -> dict[str, float]:
    """Return the features of a ``SupportModel``: the model's answer, and what words tell."""
    held = min(1 - _LIMIT, max(_LIMIT, grounding.supported))
    loose = sum(end - start for start, end in grounding.unsupported)
    return {
        "model": math.log(held / (1 - held)),
        "contradicted": grounding.contradicted,
        "loose": loose / max(1, len(sentence)),
        "doubts": float(min(3, len(found.doubts))),
        "certain": float(min(3, len(found.certain))),
        **dict.fromkeys(found.kinds, 1.0),
        **shared,
    }


def borne_out_by_none(sentence: str, unsupported: Sequence[tuple[int, int]]) -> str:
    """Return which words of a sentence a model finds in no source, told to a person; "" for none.

    >>> borne_out_by_none("The mill burned down in 1962.", [(4, 8), (24, 28)])
    'No words of the source bear out \u201cmill\u201d, \u201c1962\u201d.'
    """
    words = [sentence[start:end].strip(" ,;:.") for start, end in unsupported]
    named = ", ".join(f"\u201c{one}\u201d" for one in [one for one in words if one][:_MOST_NAMED])
    return f"No words of the source bear out {named}." if named else ""


def with_days(text: str, published: str | None) -> str:
    """Return a text with the day in brackets behind each weekday: a model knows no calendar.

    >>> with_days("It fell on Saturday.", "2017-04-09")
    'It fell on Saturday (8 April 2017).'
    """
    if not published:
        return text
    for time in reversed(times(text, published)):
        written = text[time.start : time.end].lower()
        if time.exact and written.endswith("day") and "to" not in written.split():
            day = spoken_day(date.fromisoformat(time.first).isoformat())
            text = f"{text[: time.end]} ({day}){text[time.end :]}"
    return text


def stretches(sentence: str, text: str) -> list[str]:
    """Return the text, or where it is too long for a model the stretches nearest to a sentence.

    Stretches are whole sentences of the text; each begins in the middle of the one before.
    """
    if len(text) <= _LONGEST:
        return [text]
    parts = parts_of(text)
    own = frozenset(content_terms(sentence))
    found: list[tuple[int, int, int]] = []
    n = 0
    while n < len(parts):
        last = n
        while last + 1 < len(parts) and parts[last + 1][1] - parts[n][0] <= _LONGEST:
            last += 1
        held = frozenset().union(*(terms for _, _, terms in parts[n : last + 1]))
        found.append((-len(own & held), parts[n][0], parts[last][1]))
        if last + 1 == len(parts):
            break
        n = max(n + 1, (n + last + 1) // 2)
    return [text[start:end] for _, start, end in sorted(found)[:_MOST_STRETCHES]]
