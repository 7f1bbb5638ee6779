"""The models that say whether a text bears a sentence out: Vouch's own network, or a cross-encoder.

Both are handed in loaded; neither file of a model is read here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from rag.networks.cross_encoder import SentenceCrossEncoder
from rag.networks.pair_model import PairScores
from rag.networks.pair_tokens import Side
from rag.types import Grounding

_SENTENCE: Side = 0
"""The side of a pair that holds the sentence."""
_GAP = 2
"""Characters between two unsupported words that are told of as one stretch."""


Model = Callable[[Sequence[tuple[str, str]]], list[list[PairScores]]]


class NetworkGroundedness:
    """A Groundedness of Vouch's own network.

    Args:
        model: gives for each pair of sentence and passage the outputs ``verdict`` (supported,
            contradicted, neither) and ``tokens`` (above 0: the passage does not say this word),
            once for each stretch of a passage that is too long to be read at once.
    """

    def __init__(self, model: Model) -> None:
        self._model = model

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[Grounding]:
        """Return the grounding of each pair in the stretch that bears the sentence out best."""
        # The network reads what is asked first, as the reader does that it was made of.
        turned = [(sentence, passage) for passage, sentence in pairs]
        return [
            max((_grounding(one, sentence) for one in windows), key=_supported)
            for (sentence, _), windows in zip(turned, self._model(turned), strict=True)
        ]


class CrossEncoderGroundedness:
    """A Groundedness of anybody's cross-encoder; it names no words."""

    def __init__(self, model: SentenceCrossEncoder) -> None:
        self._model = model

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[Grounding]:
        """Return the grounding of each pair."""
        rows = self._model.probabilities(pairs)
        return [Grounding(float(row[0]), float(row[1]), float(row[2])) for row in rows]


def _supported(grounding: Grounding) -> float:
    return grounding.supported


def _grounding(scores: PairScores, sentence: str) -> Grounding:
    raised = np.exp(scores.outputs["verdict"] - np.max(scores.outputs["verdict"]))
    shares = raised / raised.sum()
    wrong = [
        (int(scores.spans[n][0]), int(scores.spans[n][1]))
        for n in scores.of(_SENTENCE)
        if scores.outputs["tokens"][n] > 0
    ]
    held, against, neither = (float(one) for one in shares)
    return Grounding(held, against, neither, tuple(_joined(wrong, sentence)))


def _joined(spans: Iterable[tuple[int, int]], sentence: str) -> list[tuple[int, int]]:
    """Return spans widened to whole words, those side by side as one.

    >>> _joined([(4, 6), (9, 12), (24, 26)], "The mill burned down in 1962.")
    [(4, 15), (24, 28)]
    """
    found: list[tuple[int, int]] = []
    for start, end in spans:
        while start > 0 and sentence[start - 1].isalnum():
            start -= 1
        while end < len(sentence) and sentence[end].isalnum():
            end += 1
        if found and start - found[-1][1] < _GAP:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found
