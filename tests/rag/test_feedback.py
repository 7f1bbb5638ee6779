"""The second look: what it moves up, what it leaves, and that it works in a real search."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rag.feedback import moved, second_look, smoothed
from rag.retrieve import HybridRetriever
from rag.types import Filters
from tests.rag.models import library, query_encoder


def unit(*values: float) -> np.ndarray:
    vector = np.array(values, dtype=np.float32)
    return vector / np.linalg.norm(vector)


QUESTION = unit(1, 0, 0)


def test_a_passage_like_the_best_one_goes_before_one_as_near_to_the_question() -> None:
    # The second and the third are as near to the question; the third is on the best one's side.
    vectors = np.stack([unit(2, 1, 0), unit(1, 0, 1), unit(1, 1, 0)])
    scores = second_look(QUESTION, vectors, np.array([1.0, 0.0, 0.0]), 0.5)
    assert scores[0] > scores[2] > scores[1]


def test_scores_stay_between_0_and_1() -> None:
    drawn = np.random.default_rng(1).standard_normal((40, 8)).astype(np.float32)
    vectors = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    words = np.linspace(1, 0, 40)
    for share in (0.1, 0.55, 1.0):
        scores = second_look(vectors[0], vectors, words, share)
        assert scores.shape == (40,)
        assert 0 <= scores.min() <= scores.max() <= 1


def test_one_without_a_vector_is_taken_as_the_others_are_on_the_whole() -> None:
    vectors = np.stack([unit(1, 0, 0), np.zeros(3, np.float32), unit(0, 0, 1)])
    scores = second_look(QUESTION, vectors, np.array([0.5, 0.5, 0.5]), 0.5)
    assert scores[0] > scores[1] > scores[2]


@pytest.mark.parametrize("vectors", [np.zeros((0, 3)), np.zeros((2, 3))])
def test_nothing_fails_where_no_vector_is_known(vectors: np.ndarray) -> None:
    words = np.ones(len(vectors))
    scores = second_look(QUESTION, vectors.astype(np.float32), words, 0.55)
    assert np.isfinite(scores).all()


def test_the_moved_question_lies_half_way_to_the_best() -> None:
    vector = moved(QUESTION, np.stack([unit(0, 1, 0)]))
    np.testing.assert_allclose(vector, unit(1, 1, 0), atol=1e-6)
    np.testing.assert_allclose(moved(QUESTION, np.zeros((0, 3), np.float32)), QUESTION)


def test_copies_do_not_lift_each_other() -> None:
    # A good passage with a weak neighbour, and the same with nine copies of the good one.
    one = np.stack([unit(1, 0, 0), unit(1, 1, 0)])
    many = np.stack([unit(1, 0, 0)] * 10 + [unit(1, 1, 0)])
    alone = smoothed(np.array([0.8, 0.2]), one)
    copied = smoothed(np.array([0.8] * 10 + [0.2]), many)
    assert copied[0] == pytest.approx(alone[0])


def test_a_search_finds_what_says_the_same_in_other_words(tmp_path: Path) -> None:
    texts = [
        "The ferry sank in the storm; the crew of the ferry was rescued by fishermen.",
        "Fishermen pulled eleven sailors out of the water when their vessel went down.",
        "The crew of the theatre thanked the sponsors of the summer season.",
        "A recipe for marmalade with oranges and a little ginger.",
    ]
    ledger = library(tmp_path, *texts)
    retriever = HybridRetriever(ledger, query_encoder())
    hits = retriever.retrieve(
        "Who rescued the crew of the ferry?", filters=Filters(), collection="default", limit=4
    )
    found = [hit.passage.text for hit in hits]
    assert found[:2] == texts[:2]
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    ledger.close()
