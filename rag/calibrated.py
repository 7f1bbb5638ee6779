"""A belief that means what it says: the map from a reader's raw belief, and when it is enough."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_EDGE = 1e-6


@dataclass(frozen=True, slots=True)
class Calibration:
    """Platt's map of a probability: ``sigmoid(slope * logit(p) + bias)``.

    Platt 1999, "Probabilistic outputs for support vector machines", over log-odds. ``thresholds``
    are the least calibrated probabilities at which an answer is given, by ``caution``.
    """

    slope: float = 1.0
    bias: float = 0.0
    thresholds: Mapping[str, float] = field(default_factory=dict)

    def __call__(self, probability: float) -> float:
        """Return the calibrated probability; order is kept.

        >>> Calibration()(0.25)
        0.25
        >>> Calibration(slope=1.0, bias=-1.0)(0.5) < 0.5
        True
        """
        value = self.slope * logit(probability) + self.bias
        return round(1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, value)))), 9)

    def to_json(self) -> dict[str, Any]:
        """Return the object that stands as ``calibration`` in a model's file."""
        return {
            "kind": "platt",
            "slope": round(self.slope, 6),
            "bias": round(self.bias, 6),
            "thresholds": {name: round(one, 4) for name, one in self.thresholds.items()},
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any] | None) -> Calibration:
        """Return what ``to_json`` wrote; of None the map that changes nothing.

        Raises:
            ValueError: it is no such object.

        >>> Calibration.from_json(Calibration(2.0, 0.5).to_json()).slope
        2.0
        """
        if value is None:
            return cls()
        slope, bias = value.get("slope"), value.get("bias")
        thresholds = value.get("thresholds", {})
        sound = all(isinstance(one, int | float) for one in (slope, bias, *thresholds.values()))
        if value.get("kind") != "platt" or not sound or not float(slope or 0) > 0:
            raise ValueError(f"{dict(value)} is no calibration: it needs kind, slope and bias.")
        return cls(float(slope or 0), float(bias or 0), dict(thresholds))


def logit(probability: float) -> float:
    """Return the log-odds of a probability, held off 0 and 1.

    >>> logit(0.5)
    0.0
    """
    held = min(1 - _EDGE, max(_EDGE, probability))
    return math.log(held / (1 - held))
