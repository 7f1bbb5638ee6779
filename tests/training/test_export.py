"""What is shipped of a network is the network, or it is not written."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import numpy as np
import pytest

from rag.networks.model_files import MINILM_SHA256, sha256_of
from tests.rag.networks import CALIBRATION, models, random_network
from training.export import export


def test_the_record_stands_beside_the_network() -> None:
    record = json.loads((models() / "reader" / "model.json").read_text())
    network = models() / "reader" / "model.onnx"
    assert record["sha256"] == sha256_of(network)
    assert record["size"] == network.stat().st_size
    assert record["inputs"] == ["embeds", "types", "mask"]
    assert record["outputs"] == ["start", "end", "answers"]
    assert record["base_sha256"] == MINILM_SHA256
    assert record["calibration"] == CALIBRATION
    assert 0 < record["furthest"] < 0.1


def test_a_file_with_other_scores_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="differ by"):
        export(
            random_network("reader"),
            tmp_path / "reader",
            name="reader",
            tokens=64,
            passage=1,
            most=1e-9,
        )
    assert list((tmp_path / "reader").iterdir()) == []


def test_a_network_with_word_embeddings_of_its_own_is_refused(tmp_path: Path) -> None:
    import torch

    network = copy.deepcopy(random_network("reader"))
    with torch.no_grad():
        network.encoder.embeddings.word_embeddings.weight[7] += 0.01
    with pytest.raises(ValueError, match="not those of the installed"):
        export(network, tmp_path, name="reader", tokens=64, passage=1)


def test_large_weights_have_16_bits_and_no_word_embeddings_are_there() -> None:
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(str(models() / "groundedness" / "model.onnx")).graph
    arrays = [numpy_helper.to_array(one) for one in graph.initializer]
    large = [one for one in arrays if one.size >= 1000]
    assert sum(one.size for one in large) > 10e6
    assert {one.dtype for one in large if one.dtype.kind == "f"} == {np.dtype(np.float16)}
    assert all(30522 not in one.shape for one in arrays)
