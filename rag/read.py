"""The reader: the sentences of the hits that answer, with a calibrated belief, or "not here".

Every sentence is described by a few features: how near it is to the question in meaning, how much
of what was asked it holds, whether it holds the kind of thing that was asked for. A logistic model
over those features gives the probability that a sentence answers. Its weights were set by hand; a
fit on 1,200 SQuAD training questions and one on 138 questions on news articles ranked no better on
held-out questions of either kind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from rag.bare import bare_answer
from rag.features import FEATURES, Description, Line, lines_of
from rag.question import Asked, analyse
from rag.types import Candidate, Encoder, Hit, Reading, Reason, Vectors

WEIGHTS: Mapping[str, float] = {
    "cosine": 4.4,
    "cosine_near": 2.1,
    "cover": 2.6,
    "cover_near": 2.3,
    "names": -0.4,
    "names_near": 2.5,
    "kind": 1.4,
    "verb": 1.3,
    "speaker": 2.0,
    "period": 1.2,
    "rank": 1.7,
    "short": -1.5,
    "first": 0.2,
}
SLOPE, BIAS = 0.4, -4.6
THRESHOLDS = {"low": 0.15, "normal": 0.25, "high": 0.5}
"""Least probability of the best sentence at which Vouch answers, by ``caution``."""

_UNSEEN = 1.5
"""What words lose that their source hides: visible ones that answer as well go before them."""
_HEADS = 0.5
"""What the first row of a table loses where it may be a header; after a row that answers better
it is no candidate at all."""
_EMBEDDED = 56
"""Sentences that are compared with the question in meaning."""
_REMEMBERED = 20_000
"""Sentence vectors that are kept, 1.5 kB each."""


class SentenceReader:
    """A Reader over sentence features.

    Args:
        encoder: Embeds the question and the sentences.
        rarity: Gives a stemmed term's inverse document frequency, 0 or more.
        caution: "low", "normal" or "high".
        candidates: How many sentences are given back at most.
    """

    def __init__(
        self,
        encoder: Callable[[], Encoder],
        rarity: Callable[[str], float],
        *,
        caution: str = "normal",
        candidates: int = 24,
    ) -> None:
        self._encoder, self._rarity = encoder, rarity
        self._least, self._limit = THRESHOLDS[caution], candidates
        self._known: dict[str, NDArray[np.float32]] = {}

    def read(self, question: str, hits: Sequence[Hit]) -> Reading:
        """Return the sentences most likely to answer, and a reason when none is likely enough."""
        asked = analyse(question)
        lines = lines_of(hits)
        if not lines:
            return Reading((), 0.0, "nothing_found")
        lines, matrix = self.features(asked, lines)
        weights = np.array([WEIGHTS[name] for name in FEATURES])
        logits = matrix @ weights
        logits -= _UNSEEN * np.array([bool(line.hit.hidden) for line in lines])
        logits -= _HEADS * np.array([line.heads for line in lines])
        limit = len(lines) if asked.kind in ("how_many", "who") else self._limit
        order = np.argsort(-logits, kind="stable")
        if not lines[order[0]].heads:
            order = np.array([i for i in order if not lines[i].heads], dtype=np.intp)
        order = order[:limit]
        found = tuple(self._candidate(asked, lines[i], float(logits[i])) for i in order)
        reason = self._reason(asked, matrix[order[0]], found[0])
        return Reading(found, found[0].probability, reason)

    def _candidate(self, asked: Asked, line: Line, logit: float) -> Candidate:
        probability = 1.0 / (1.0 + float(np.exp(-(SLOPE * logit + BIAS))))
        start, end = bare_answer(asked, line.text, line.hit.document.published)
        return Candidate(
            line.hit,
            line.start,
            line.end,
            line.text,
            logit,
            probability,
            line.start + start,
            line.start + end,
        )

    def _reason(self, asked: Asked, best: NDArray[np.float64], first: Candidate) -> Reason | None:
        values = dict(zip(FEATURES, best, strict=True))
        if first.probability >= self._least:
            return None
        nothing = values["cover_near"] < 0.34 or (asked.names and values["names_near"] < 0.5)
        return "nothing_found" if nothing else "only_related"

    def features(
        self, asked: Asked, lines: Sequence[Line]
    ) -> tuple[list[Line], NDArray[np.float64]]:
        """Return the lines worth a look and their features, shape ``(lines, len(FEATURES))``.

        Only the most promising by words alone are embedded, which is where the time goes.
        """
        terms = {term: self._rarity(term) for term in asked.terms}
        described = Description(asked, terms)
        matrix = np.array([described.row(line) for line in lines], dtype=np.float64)
        weights = np.array([WEIGHTS[name] for name in FEATURES])
        best = np.argsort(-(matrix @ weights), kind="stable")[:_EMBEDDED]
        kept = [lines[i] for i in best]
        vectors = self._vectors([asked.text, *(line.words for line in kept)])
        matrix = matrix[best]
        matrix[:, FEATURES.index("cosine")] = vectors[1:] @ vectors[0]
        return kept, matrix

    def _vectors(self, texts: Sequence[str]) -> Vectors:
        """Return the texts' vectors; those of sentences that were read lately are kept."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            found = self._encoder().encode(new)
            if len(self._known) + len(new) > _REMEMBERED:
                self._known = {text: self._known[text] for text in texts if text in self._known}
            self._known = {**self._known, **dict(zip(new, found, strict=True))}
        known = self._known
        return np.stack([known[text] for text in texts])
