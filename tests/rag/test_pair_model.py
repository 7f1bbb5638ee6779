"""A shipped network says of a pair what the trained network says, whichever pairs come with it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rag.errors import ModelError
from rag.networks.minilm import word_embeddings
from rag.networks.model_files import minilm_path
from rag.networks.pair_files import checked_network, is_shipped, pair_file
from rag.networks.pair_model import PairModel, PairScores, load_pair_model
from tests.rag.networks import CALIBRATION, TOKENS, groundedness, models, random_network, reader

PAIRS = [
    ("Who vetoed the resolution?", "The resolution was vetoed by two members on 4 April 2017."),
    ("Who?", "Nobody."),
    ("How many people were killed?", "At least 24 people were killed near the camp. " * 3),
    ("Who vetoed the resolution?", "北京 İstanbul ﬁre 1,541 S-300"),
]
SAME = 0.05
"""16 bits in the weights move the random heads' scores by less."""


def trained(name: str, pair: tuple[str, str]) -> list[np.ndarray]:
    """Return what the trained network itself says, by transformers' tokenizer and layers."""
    import torch
    from transformers import AutoTokenizer

    coded = AutoTokenizer.from_pretrained(minilm_path())(*pair, return_tensors="pt")
    with torch.inference_mode():
        found = random_network(name)(
            coded["input_ids"], coded["token_type_ids"], coded["attention_mask"]
        )
    return [one[0].numpy() for one in found]


def same(one: PairScores, other: PairScores, most: float = 1e-3) -> None:
    assert set(one.outputs) == set(other.outputs)
    for name, value in one.outputs.items():
        np.testing.assert_allclose(value, other.outputs[name], atol=most)


def test_the_reader_gives_what_its_network_gives() -> None:
    for pair, found in zip(PAIRS, reader()(PAIRS), strict=True):
        assert len(found) == 1
        start, end, answers = trained("reader", pair)
        inside = found[0].of(1)
        assert np.ptp(start[inside]) > 4 * SAME, "the scores tell no tokens apart"
        np.testing.assert_allclose(found[0].outputs["start"], start, atol=SAME)
        np.testing.assert_allclose(found[0].outputs["end"], end, atol=SAME)
        np.testing.assert_allclose(found[0].outputs["answers"], answers, atol=SAME)
        assert found[0].outputs["start"].dtype == np.float32


def test_groundedness_gives_what_its_network_gives() -> None:
    for pair, found in zip(PAIRS, groundedness()(PAIRS), strict=True):
        verdict, tokens = trained("groundedness", pair)
        assert found[0].outputs["verdict"].shape == (3,)
        np.testing.assert_allclose(found[0].outputs["verdict"], verdict, atol=SAME)
        np.testing.assert_allclose(found[0].outputs["tokens"], tokens, atol=SAME)


def test_a_token_of_the_best_span_is_a_word_of_the_passage() -> None:
    scores = reader()(PAIRS)[0][0]
    inside = scores.of(1)
    best = inside[scores.outputs["start"][inside].argmax()]
    start, end = scores.spans[best]
    assert PAIRS[0][1][start:end].strip()
    assert len(inside) == len(scores.sides) - 3 - len(scores.of(0))


def test_a_pair_scores_the_same_alone_and_among_others_in_any_order() -> None:
    many = PAIRS * 20
    model = reader()
    alone = [model([pair])[0][0] for pair in PAIRS]
    for n, found in enumerate(model(many)):
        same(found[0], alone[n % len(PAIRS)])
    for n, found in enumerate(model(many[::-1])):
        same(found[0], alone[-1 - n % len(PAIRS)])


def test_a_long_passage_has_a_reading_for_each_window() -> None:
    text = " ".join(f"word{n}" for n in range(200))
    found = reader()([("Who?", "Nobody."), ("Who was there?", text)])
    assert len(found[0]) == 1
    assert len(found[1]) > 2
    assert found[1][0].spans[found[1][0].of(1)][0][0] == 0
    assert found[1][-1].spans.max() == len(text)
    assert all(len(one.outputs["start"]) == len(one.sides) <= TOKENS for one in found[1])


def test_any_text_is_scored_and_no_pair_is_none() -> None:
    odd = [
        ("", ""),
        (" \n", "\t "),
        ("caf\ud800", "\udfff"),
        ("who " * 900, "was " * 900),
        ("?", ""),
    ]
    for model in (reader(), groundedness()):
        assert model([]) == []
        for found in model(odd):
            for one in found:
                assert all(np.isfinite(value).all() for value in one.outputs.values())
    assert len(reader()([odd[0]])[0][0].of(1)) == 0
    assert all(one.cut for one in reader()([odd[3]])[0])


def test_threads_get_what_one_gets() -> None:
    model = reader()
    expected = model(PAIRS)
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(lambda _: model(PAIRS), range(8)):
            for one, other in zip(found, expected, strict=True):
                same(one[0], other[0], 1e-5)


def test_a_network_is_loaded_once_for_all_threads(tmp_path: Path) -> None:
    shutil.copytree(models(), tmp_path / "models")
    with ThreadPoolExecutor(4) as pool:
        found = list(
            pool.map(
                lambda _: load_pair_model("reader", threads=1, models=tmp_path / "models"), range(4)
            )
        )
    assert len({id(one) for one in found}) == 1


def test_both_networks_share_the_installed_word_embeddings() -> None:
    from safetensors.numpy import load_file

    table = word_embeddings()
    expected = load_file(minilm_path() / "model.safetensors")["embeddings.word_embeddings.weight"]
    np.testing.assert_array_equal(table, expected)
    assert table is word_embeddings()
    assert not table.flags.writeable
    # Layers alone, in 16 bits.
    assert all(19e6 < pair_file(name, models()).size < 23e6 for name in ("reader", "groundedness"))


def test_the_record_says_what_the_network_is() -> None:
    file = pair_file("groundedness", models())
    assert (file.name, file.passage, file.tokens) == ("groundedness", 1, TOKENS)
    assert file.outputs == ("verdict", "tokens")
    assert file.calibration == CALIBRATION
    assert is_shipped("reader", models())


def test_a_missing_network_is_said(tmp_path: Path) -> None:
    assert not is_shipped("reader", tmp_path)
    with pytest.raises(ModelError, match="reader network is missing") as error:
        load_pair_model("reader", models=tmp_path)
    assert "reinstall" in error.value.hint
    shutil.copytree(models() / "reader", tmp_path / "reader")
    (tmp_path / "reader" / "model.onnx").unlink()
    with pytest.raises(ModelError, match=r"model\.onnx cannot be read"):
        load_pair_model("reader", models=tmp_path)


def test_a_changed_network_is_refused(tmp_path: Path) -> None:
    shutil.copytree(models() / "reader", tmp_path / "reader")
    network = tmp_path / "reader" / "model.onnx"
    data = bytearray(network.read_bytes())
    data[len(data) // 2] ^= 1
    network.write_bytes(data)
    with pytest.raises(ModelError, match="has changed since it was made"):
        checked_network(pair_file("reader", tmp_path))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"format": 99}, "format 99"),
        ({"base_sha256": "0" * 64}, "other word embeddings"),
        ({"outputs": 7}, "not the record"),
        ({"calibration": None}, "not the record"),
    ],
)
def test_a_record_of_something_else_is_refused(
    changed: dict[str, Any], words: str, tmp_path: Path
) -> None:
    shutil.copytree(models() / "reader", tmp_path / "reader")
    record = tmp_path / "reader" / "model.json"
    record.write_text(json.dumps({**json.loads(record.read_text()), **changed}))
    with pytest.raises(ModelError, match=words):
        pair_file("reader", tmp_path)


def test_what_is_no_network_or_another_one_is_refused(tmp_path: Path) -> None:
    file = pair_file("reader", models())
    with pytest.raises(ModelError, match="other than its record says"):
        PairModel.open(replace(file, outputs=("verdict",)), threads=1)
    import hashlib

    path = tmp_path / "model.onnx"
    path.write_bytes(b"no network")
    digest = hashlib.sha256(b"no network").hexdigest()
    with pytest.raises(ModelError, match="cannot be run"):
        PairModel.open(replace(file, path=path, sha256=digest), threads=1)


def test_a_network_runs_without_torch() -> None:
    code = (
        "import sys\nfrom pathlib import Path\n"
        "from rag.networks.pair_model import load_pair_model\n"
        f"model = load_pair_model('reader', threads=1, models=Path({str(models())!r}))\n"
        "model([('Who?', 'Nobody.')])\n"
        "print([n for n in ('torch', 'transformers', 'onnx', 'pickle5') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
