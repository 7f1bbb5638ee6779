"""What came of a row: answered, refused or failed, with the output and its scores.

A refusal is an outcome of its own. A row that failed stays in every denominator and is listed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from eval.cases import Row

Outcome = Literal["answered", "refused", "failed"]


@dataclass(frozen=True, slots=True)
class Output:
    """What a system gave for one row.

    Exactly one of the three is set where it did not fail:

    ``answer`` is an answer in the shape of the JSON contract. ``text`` and ``declined`` are always
    there; ``answers``, ``sentences``, ``citations`` and ``accounts`` only where the system can give
    them, so that what it cannot give is told apart from what it did not find.
    ``hits`` are passages or documents best first: ``{"source", "score", "start", "end"}``, with
    ``start`` and ``end`` None for a whole document.
    ``verdict`` is ``{"support": 0..1, "supported": bool, "sentences": [{"start", "end", "verdict",
    "support", "problems"}]}``.
    ``seconds`` is the time that the system took. ``error`` says why it failed.
    """

    answer: Mapping[str, Any] | None = None
    hits: tuple[Mapping[str, Any], ...] | None = None
    verdict: Mapping[str, Any] | None = None
    seconds: float = 0.0
    error: str = ""

    @property
    def outcome(self) -> Outcome:
        """Whether there is an answer, a refusal, or a failure."""
        if self.error:
            return "failed"
        if self.answer is not None and self.answer.get("declined"):
            return "refused"
        return "answered"


@dataclass(frozen=True, slots=True)
class Record:
    """A row, what a system gave for it, and the row's score by metric.

    ``scores`` has the metrics that are a mean over rows and apply to this one. ``checks`` are what
    a verifier found of the answer's sentences, where one was run.
    """

    row: Row
    output: Output
    scores: Mapping[str, float] = field(default_factory=dict)
    checks: Mapping[str, Any] | None = None

    @property
    def id(self) -> str:
        """The row's id."""
        return self.row.id
