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

TRAITS = ("belief", "span", "broad", "read")
"""What a reading is judged by: the log-odds of its best sentence, how much better than "not here"
the network scores the span in it (nothing where whole sentences answer: why, how, what happened),
whether whole sentences do, and the logarithm of how many passages were read."""


def traits_of(belief: float, span: float, read: int, broad: bool = False) -> dict[str, float]:
    """Return the traits of a reading.

    Args:
        belief: the log-odds that its best sentence answers.
        span: the score of the best span in that sentence.
        read: how many passages were read, at least one.
        broad: whether sentences answer the question, and no short span.

    >>> traits_of(0.5, -20.0, 1)
    {'belief': 0.5, 'span': -12.0, 'broad': 0.0, 'read': 0.0}
    >>> traits_of(0.5, -20.0, 1, broad=True)["span"]
    0.0
    """
    return {
        "belief": belief,
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


SURENESS = Sureness({"belief": 1.505, "span": 0.0837, "broad": -0.0385, "read": 0.5649}, -1.2475)
LEAST: Mapping[str, float] = {"low": 0.2, "normal": 0.32, "high": 0.5}
"""Least probability at which Vouch answers, by ``caution``, where a network has read. As the
probability is calibrated, so many of the answers nearest to the limit are right."""
