"""A cross-encoder from a folder serves as reranker or verifier, and an unfit one is refused."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from rag.errors import ModelError
from rag.networks.cross_encoder import VERDICTS, SentenceCrossEncoder
from rag.networks.model_files import minilm_path

WORDS = "who was there the minister stayed resigned camp left a in of".split()
PAIRS = [
    ("who was there", "the minister stayed in the camp"),
    ("who resigned", "the minister resigned"),
    ("who", "a"),
]


def saved(directory: Path, labels: Sequence[str], seed: int = 1) -> str:
    """Save a tiny cross-encoder with random weights, as one would find it on a hub."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(WORDS) + 5,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
        initializer_range=0.8,
        id2label=dict(enumerate(labels)),
        label2id={label: n for n, label in enumerate(labels)},
    )
    BertForSequenceClassification(config).save_pretrained(directory)
    vocabulary = directory / "vocab.txt"
    vocabulary.write_text("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]))
    BertTokenizerFast(str(vocabulary)).save_pretrained(directory)
    return str(directory)


@pytest.fixture(scope="module")
def ranker(tmp_path_factory: pytest.TempPathFactory) -> str:
    return saved(tmp_path_factory.mktemp("ranker"), ["LABEL_0"])


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> str:
    return saved(tmp_path_factory.mktemp("judge"), ["contradiction", "entailment", "neutral"])


def outputs(path: str, pairs: Sequence[tuple[str, str]]) -> np.ndarray:
    """Return what the model itself gives, by the library below."""
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    tokens = AutoTokenizer.from_pretrained(path)
    model = AutoModelForSequenceClassification.from_pretrained(path).eval()
    with torch.inference_mode():
        return np.stack([model(**tokens(*p, return_tensors="pt")).logits[0].numpy() for p in pairs])


def test_scores_are_the_models_own_in_the_order_of_the_pairs(ranker: str) -> None:
    found = SentenceCrossEncoder(ranker, "reranker", threads=1).score(PAIRS)
    assert found.shape == (3,)
    assert found.dtype == np.float32
    assert np.ptp(found) > 0.01
    np.testing.assert_allclose(found, outputs(ranker, PAIRS)[:, 0], atol=1e-4)


def test_probabilities_stand_under_the_verdict_that_the_label_names(judge: str) -> None:
    found = SentenceCrossEncoder(judge, "verifier", threads=1).probabilities(PAIRS)
    raised = np.exp(outputs(judge, PAIRS))
    expected = (raised / raised.sum(axis=1, keepdims=True))[:, [1, 0, 2]]
    assert VERDICTS == ("supported", "contradicted", "neither")
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_one_label_of_a_verifier_is_support(ranker: str) -> None:
    found = SentenceCrossEncoder(ranker, "verifier", threads=1).probabilities(PAIRS)
    np.testing.assert_allclose(found[:, 0], 1 / (1 + np.exp(-outputs(ranker, PAIRS)[:, 0])), 1e-4)
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-6)
    assert not found[:, 1].any()


def test_two_labels_of_a_verifier_are_support_and_neither(tmp_path: Path) -> None:
    path = saved(tmp_path, ["not_entailment", "entailment"])
    found = SentenceCrossEncoder(path, "verifier", threads=1).probabilities(PAIRS)
    raised = np.exp(outputs(path, PAIRS))
    np.testing.assert_allclose(found[:, 0], raised[:, 1] / raised.sum(axis=1), atol=1e-4)


def test_any_text_has_a_score_and_no_pair_has_none(ranker: str, judge: str) -> None:
    odd = [("", ""), ("caf\ud800", " \n"), ("who " * 900, "was " * 900), ("北京", "\x00")]
    scores = SentenceCrossEncoder(ranker, "reranker", threads=1)
    assert np.isfinite(scores.score(odd)).all()
    assert scores.score([]).shape == (0,)
    assert SentenceCrossEncoder(judge, "verifier", threads=1).probabilities([]).shape == (0, 3)


def test_threads_get_what_one_gets(ranker: str) -> None:
    scores = SentenceCrossEncoder(ranker, "reranker", threads=1)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda n: scores.score(PAIRS * (1 + n % 3)), range(12)))
    for n, one in enumerate(found):
        np.testing.assert_allclose(one, np.tile(found[0], 1 + n % 3), atol=1e-5)


def test_a_reranker_with_three_labels_is_refused(judge: str) -> None:
    with pytest.raises(ModelError, match="3 labels, and an order needs one") as error:
        SentenceCrossEncoder(judge, "reranker", threads=1).load()
    assert "VOUCH_RERANKER" in error.value.hint


def test_labels_that_say_nothing_are_refused(tmp_path: Path) -> None:
    path = saved(tmp_path, ["LABEL_0", "LABEL_1", "LABEL_2"])
    with pytest.raises(ModelError, match="LABEL_0.*do not say which") as error:
        SentenceCrossEncoder(path, "verifier", threads=1).load()
    assert "VOUCH_VERIFIER" in error.value.hint


def test_a_model_that_scores_no_pairs_is_refused() -> None:
    """Its missing layer would be filled with random numbers, whose order means nothing."""
    with pytest.raises(ModelError, match="no layer that scores pairs"):
        SentenceCrossEncoder(str(minilm_path()), "reranker", threads=1).load()


def test_a_model_that_is_not_there_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ModelError, match="no-such-model") as error:
        SentenceCrossEncoder(str(tmp_path / "no-such-model"), "verifier").load()
    assert "VOUCH_VERIFIER" in error.value.hint
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(ModelError, match="example/none") as error:
        SentenceCrossEncoder("example/none", "reranker").load()
    assert "network" in error.value.hint


def test_a_damaged_model_is_said(ranker: str, tmp_path: Path) -> None:
    shutil.copytree(ranker, tmp_path / "cut")
    weights = tmp_path / "cut" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:900])
    with pytest.raises(ModelError, match="cannot be loaded"):
        SentenceCrossEncoder(str(tmp_path / "cut"), "reranker", threads=1).load()
    shutil.copytree(ranker, tmp_path / "odd")
    config = tmp_path / "odd" / "config.json"
    config.write_text(json.dumps({**json.loads(config.read_text()), "hidden_size": 24}))
    with pytest.raises(ModelError):
        SentenceCrossEncoder(str(tmp_path / "odd"), "reranker", threads=1).load()


def test_naming_a_model_loads_nothing() -> None:
    code = (
        "import sys\nfrom rag.networks.cross_encoder import SentenceCrossEncoder\n"
        "SentenceCrossEncoder('nowhere', 'reranker')\n"
        "print([n for n in ('torch', 'transformers', 'sentence_transformers') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
