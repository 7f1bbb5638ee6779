"""The reader network over passages: what answers in each, and whether it does. Loaded when asked.

One forward pass serves the reader and the reranker: what was read lately is kept.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence

from rag.english.sentences import sentences
from rag.networks.answer_spans import best_spans
from rag.networks.pair_model import PairModel, PairScores
from rag.types import AnswerSpan, PassageScores

_REMEMBERED = 4_096
"""Pairs of question and passage whose scores are kept, about 1 kB each."""


class AnswerNetwork:
    """An AnswerScorer over a shipped network; several threads may use it.

    Args:
        model: gives the network, loading it at the first call.
    """

    def __init__(self, model: Callable[[], PairModel]) -> None:
        self._model = model
        self._known: OrderedDict[tuple[str, str], PassageScores] = OrderedDict()
        self._lock = threading.Lock()

    def score(self, question: str, passages: Sequence[str]) -> list[PassageScores]:
        """Return what the network makes of each passage with the question, in their order."""
        with self._lock:
            known = {text: self._known.get((question, text)) for text in passages}
        new = [text for text, one in known.items() if one is None]
        for text, windows in zip(
            new, self._model()([(question, text) for text in new]), strict=True
        ):
            known[text] = _joined(text, windows)
        with self._lock:
            for text in known:
                self._known[question, text] = known[text]  # type: ignore[assignment]
                self._known.move_to_end((question, text))
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return [one for text in passages if (one := known[text]) is not None]


def _joined(text: str, windows: Sequence[PairScores]) -> PassageScores:
    """Return the scores of a passage from those of its windows: the best of each counts."""
    parts = sentences(text)
    spans: list[AnswerSpan] = []
    logits: list[float] = []
    for window in windows:
        here = window.of(1)
        starts, ends = window.outputs["start"], window.outputs["end"]
        logits.append(float(window.outputs["answers"]))
        offsets = window.spans[here].tolist()
        spans += best_spans(
            starts[here], ends[here], offsets, text, float(starts[0] + ends[0]), parts
        )
    spans.sort(key=lambda one: -one.score)
    kept: list[AnswerSpan] = []
    for one in spans:  # windows overlap
        if not any(one.start < other.end and other.start < one.end for other in kept):
            kept.append(one)
    return PassageScores(max(logits, default=-20.0), tuple(kept))
