"""What a line is weighed by: the rules' score of its features, and what a network makes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.calibrated import NO_SPAN
from rag.features import FEATURES, Line
from rag.types import AnswerSpan

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
    "defines": 6.0,
}
UNSEEN = 1.5
"""What words lose that their source hides: visible ones that answer as well go before them."""
HEADS = 0.5
"""What the first row of a table loses where it may be a header; after a row that answers better
it is no candidate at all."""


@dataclass(frozen=True, slots=True)
class Read:
    """What the network makes of a line: its passage's logit, its best span, the passage's best."""

    answers: float
    span: AnswerSpan | None
    best: float


def is_row(line: Line) -> bool:
    """Return whether a line is a row of a table."""
    return bool(line.told) or line.heads or "\t" in line.text


def ruled(lines: Sequence[Line], matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the rules' score of each line, shape ``(lines,)``."""
    rules: NDArray[np.float64] = matrix @ np.array([WEIGHTS[name] for name in FEATURES])
    rules -= UNSEEN * np.array([bool(line.hit.hidden) for line in lines])
    rules -= HEADS * np.array([line.heads for line in lines])
    return rules


def columns(rules: NDArray[np.float64], reads: Sequence[Read]) -> NDArray[np.float64]:
    """Return what the blend weighs of each line, shape ``(lines, len(BLEND))``."""
    spans = np.array([max(NO_SPAN, one.span.score) if one.span else NO_SPAN for one in reads])
    best = np.array([max(NO_SPAN, one.best) for one in reads])
    answers = np.array([one.answers for one in reads])
    return np.stack([rules, answers, spans, np.minimum(0.0, spans - best)], axis=1)
