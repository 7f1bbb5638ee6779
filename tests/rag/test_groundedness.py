"""Models behind the grounded verifier: what a network's outputs and a cross-encoder's mean."""

import numpy as np
import pytest

from rag.networks.groundedness import CrossEncoderGroundedness, NetworkGroundedness
from rag.networks.pair_model import PairScores
from rag.types import Grounding

SENTENCE = "Moles broke the dam."


def _scores(verdict, wrong):
    """Return a network's outputs of a pair whose sentence has its words as tokens."""
    starts = [0, 6, 12, 16]
    spans = [(0, 0), *((at, at + len(SENTENCE[at:].split()[0].rstrip("."))) for at in starts)]
    outputs = {"verdict": np.array(verdict, np.float32), "tokens": np.array(wrong, np.float32)}
    sides = np.array([1, 0, 0, 0, 0], np.int8)
    return PairScores(outputs, sides, np.array(spans, np.int32), False)


def test_a_network_gives_probabilities_and_the_words_that_it_finds_nowhere():
    scores = _scores([0.0, 0.0, 2.0], [9.0, 3.0, 1.0, -2.0, -2.0])
    (found,) = NetworkGroundedness(lambda _: [[scores]]).score([("The dam broke.", SENTENCE)])
    assert found.supported + found.contradicted + found.neither == pytest.approx(1.0)
    assert found.neither > 0.7
    (span,) = found.unsupported
    assert SENTENCE[slice(*span)] == "Moles broke"


def test_the_network_is_asked_with_the_sentence_first():
    asked = []

    def model(pairs):
        asked.extend(pairs)
        return [[_scores([1.0, 0.0, 0.0], [-9.0] * 5)]]

    NetworkGroundedness(model).score([("The dam broke.", SENTENCE)])
    assert asked == [(SENTENCE, "The dam broke.")]


def test_the_stretch_that_bears_the_sentence_out_best_counts():
    poor, good = _scores([-3.0, 0.0, 0.0], [-9.0] * 5), _scores([5.0, 0.0, 0.0], [-9.0] * 5)
    (found,) = NetworkGroundedness(lambda _: [[poor, good]]).score([("Long.", SENTENCE)])
    assert found.supported > 0.9
    assert found.unsupported == ()


def test_a_cross_encoder_gives_probabilities_alone():
    class Fixed:
        def probabilities(self, pairs):
            return np.array([[0.5, 0.25, 0.25]] * len(pairs), np.float32)

    assert CrossEncoderGroundedness(Fixed()).score([("a", "b")]) == [Grounding(0.5, 0.25, 0.25)]
