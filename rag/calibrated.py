"""How sure a reading is that its bare answer is right: a probability that means what it says.

The belief in the best of many sentences is no such thing: it was set so that sentences of one
question are told apart, and on a paragraph that nearly answers it is far too high. A logistic model
over a few traits of the reading as a whole holds across kinds of questions and libraries. It is
fitted by ``python -m eval.calibrate``, which prints ``SURENESS`` anew for another network.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

NO_SPAN = -12.0
"""The score of a sentence in which a network found no span; lower ones are taken as this."""

TRAITS = ("belief", "near", "span", "broad", "read")
"""What a reading is judged by: the log-odds of its best sentence, how near it or its passage is
to the question in meaning (what a library without an answer gives is far from it), how much better
than "not here" the network scores the span in it (neither where whole sentences answer: what
somebody said is rarely near the question), whether whole sentences do, and the logarithm of how
many passages were read."""


def traits_of(
    belief: float, near: float, span: float, read: int, *, broad: bool = False
) -> dict[str, float]:
    """Return the traits of a reading.

    Args:
        belief: the log-odds that its best sentence answers.
        near: the cosine with the question, of that sentence or of its passage, the greater one.
        span: the score of the best span in that sentence.
        read: how many passages were read, at least one.
        broad: whether sentences answer the question, and no short span.

    >>> traits_of(0.5, 0.6, -20.0, 1)
    {'belief': 0.5, 'near': 0.6, 'span': -12.0, 'broad': 0.0, 'read': 0.0}
    >>> traits_of(0.5, 0.6, -20.0, 1, broad=True)
    {'belief': 0.5, 'near': 0.0, 'span': 0.0, 'broad': 1.0, 'read': 0.0}
    """
    return {
        "belief": belief,
        "near": 0.0 if broad else near,
        "span": 0.0 if broad else max(NO_SPAN, span),
        "broad": float(broad),
        "read": math.log(max(1, read)),
    }


@dataclass(frozen=True, slots=True)
class Sureness:
    """A logistic model over the traits of a reading: ``sigmoid(weights . traits + bias)``."""

    weights: Mapping[str, float]
    bias: float

    def __call__(self, traits: Mapping[str, float]) -> float:
        """Return the probability, 0 to 1, that the reading's bare answer is right.

        >>> Sureness({"belief": 1.0}, -1.0)({"belief": 1.0, "read": 9.0})
        0.5
        """
        value = self.bias + sum(weight * traits[name] for name, weight in self.weights.items())
        return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, value))))

    def to_json(self) -> dict[str, Any]:
        """Return the weights and the bias as they stand in ``SURENESS``."""
        weights = {name: round(one, 4) for name, one in self.weights.items()}
        return {"weights": weights, "bias": round(self.bias, 4)}


SURENESS = Sureness(
    {"belief": 1.1603, "near": 3.6471, "span": 0.1088, "broad": 1.5251, "read": 0.7092}, -3.6646
)
LEAST: Mapping[str, float] = {"low": 0.2, "normal": 0.32, "high": 0.5}
"""Least probability at which Vouch answers, by ``caution``, where a network has read. As the
probability is calibrated, so many of the answers nearest to the limit are right."""

GIVEN = Sureness({"sure": 0.8626, "read": 0.2527}, -0.2463)
"""What an answer that is given turns out to be worth. ``SURENESS`` decides whether to answer, and
was fitted on questions of strangers too, who ask for what no passage holds. Among the answers that
pass, those that many passages were read for are right more often than it says, those of a single
paragraph less often: a second place that says the same is there or not. It orders the answers of
one library as ``SURENESS`` does."""
_SUREST = 1e-6


def given(sure: float, traits: Mapping[str, float]) -> float:
    """Return the probability, 0 to 1, that an answer is right, once Vouch has chosen to give it.

    Args:
        sure: the probability of the reading, from ``SURENESS``.
        traits: of the reading, as ``traits_of`` returns them.

    >>> [round(given(0.6, traits_of(0.5, 0.6, -2.0, n)), 2) for n in (1, 24)]
    [0.53, 0.71]
    """
    return GIVEN(given_traits(sure, traits))


def given_traits(sure: float, traits: Mapping[str, float]) -> dict[str, float]:
    """Return what ``GIVEN`` weighs: the log-odds of ``sure``, and how many passages were read.

    >>> given_traits(0.5, traits_of(0.5, 0.6, -2.0, 1))
    {'sure': 0.0, 'read': 0.0}
    """
    inside = min(max(sure, _SUREST), 1 - _SUREST)
    return {"sure": math.log(inside / (1 - inside)), "read": traits["read"]}
