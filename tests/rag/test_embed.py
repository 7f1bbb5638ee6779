"""Vectors are those of the model whichever way they are made, and arrive whole in the ledger."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.embed import (
    OnnxEncoder,
    TorchEncoder,
    embed_pending,
    export_onnx,
    identify,
    load_encoder,
    load_tokenizer,
    onnx_path,
)
from rag.errors import ModelError
from rag.ledger import Ledger
from rag.networks.minilm import ONNX_TOKENS_AT_ONCE
from rag.networks.model_files import MINILM_ID, checked_weights, minilm_path
from rag.types import Vectors
from tests.rag.models import library, model_cache, put, query_encoder
from tests.rag.shelf import document, origin

TEXTS = [
    "Who vetoed the Security Council resolution?",
    "At least 24 people were killed near the camp. " * 12,
    "北京 İstanbul ﬁre 1,541 S-300",
    "a word " * 600,
    "",
    "x",
]


@pytest.fixture(scope="module")
def expected() -> Vectors:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(minilm_path()), device="cpu")
    vectors: Vectors = model.encode(TEXTS, normalize_embeddings=True)
    return vectors


def cosines(one: Vectors, other: Vectors) -> list[float]:
    return [float(cosine) for cosine in (one * other).sum(axis=1)]


def test_onnx_gives_the_vectors_of_sentence_transformers(expected: Vectors) -> None:
    encoder = query_encoder()
    assert isinstance(encoder, OnnxEncoder)
    assert min(cosines(encoder.encode(TEXTS), expected)) > 0.9999


def test_torch_gives_them_too(expected: Vectors) -> None:
    vectors = TorchEncoder(dtype="float32", threads=1).encode(TEXTS)
    assert min(cosines(vectors, expected)) > 0.99999


def test_bfloat16_stays_close_and_comes_out_as_float32(expected: Vectors) -> None:
    vectors = TorchEncoder(dtype="bfloat16", threads=1).encode(TEXTS)
    assert vectors.dtype == np.float32
    assert 0.999 < min(cosines(vectors, expected)) < 0.9999999


def test_vectors_are_unit_length_and_in_the_order_of_the_texts() -> None:
    encoder = query_encoder()
    many = [f"{'word ' * (n % 37)}{n}" for n in range(150)]
    vectors = encoder.encode(many)
    assert vectors.shape == (150, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    alone = np.concatenate([encoder.encode([many[n]]) for n in (0, 36, 149)])
    assert min(cosines(alone, vectors[[0, 36, 149]])) > 0.99999


def test_the_number_of_threads_is_kept_to() -> None:
    import torch

    TorchEncoder(dtype="float32", threads=1)
    assert torch.get_num_threads() == 1
    encoder = query_encoder()
    assert isinstance(encoder, OnnxEncoder)
    assert encoder._session.get_session_options().intra_op_num_threads == 1


def test_texts_of_unlike_lengths_are_not_filled_up_to_the_longest() -> None:
    encoder = query_encoder()
    assert isinstance(encoder, OnnxEncoder)
    session, runs = encoder._session, []

    class Watched:
        def run(self, names: list[str], given: dict[str, np.ndarray]) -> list[Vectors]:
            runs.append(given["mask"])
            found: list[Vectors] = session.run(names, given)
            return found

    texts = [f"{'word ' * (n % 60)}{n}" for n in range(120)]
    vectors = OnnxEncoder(Watched(), encoder._tokens).encode(texts)
    assert max(mask.size for mask in runs) <= ONNX_TOKENS_AT_ONCE
    assert sum(int(mask.sum()) for mask in runs) > 0.8 * sum(mask.size for mask in runs)
    assert np.allclose(vectors[7], encoder.encode([texts[7]])[0], atol=1e-5)


def test_no_texts_give_no_vectors() -> None:
    assert query_encoder().encode([]).shape == (0, 384)


def test_a_lone_surrogate_does_not_stop_anything() -> None:
    assert np.isfinite(query_encoder().encode(["caf\ud800"])).all()


def test_both_purposes_are_one_model() -> None:
    bulk = load_encoder(cache_dir=model_cache(), purpose="bulk", threads=1)
    assert isinstance(bulk, TorchEncoder)
    assert bulk.model_id == query_encoder().model_id == MINILM_ID
    assert identify() == (MINILM_ID, 384)


def test_a_question_is_embedded_from_cold_without_torch() -> None:
    query_encoder()
    code = (
        "import sys\nfrom pathlib import Path\nfrom rag.embed import load_encoder\n"
        f"encoder = load_encoder(cache_dir=Path({str(model_cache())!r}), threads=1)\n"
        "print(encoder.encode(['Who vetoed it?']).shape, type(encoder).__name__,\n"
        "      sorted({'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["(1,", "384)", "OnnxEncoder", "[]"]


@pytest.mark.parametrize(("own", "said"), [("", 0), ("active", 30_000_000_000)])
def test_threads_of_torch_sleep_while_they_wait_unless_they_are_told_otherwise(
    own: str, said: int
) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "OMP_WAIT_POLICY"}
    environment |= {"OMP_DISPLAY_ENV": "verbose"} | ({"OMP_WAIT_POLICY": own} if own else {})
    code = "from rag.embed import TorchEncoder\nTorchEncoder(threads=2).encode(['Who vetoed it?'])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    spins = re.search(r"GOMP_SPINCOUNT = '(\d+)'", done.stderr)
    if spins is None:
        pytest.skip("this build of torch has an OpenMP that does not tell how long it spins")
    assert int(spins[1]) == said


def copied_cache(directory: Path) -> Path:
    query_encoder()
    shutil.copytree(model_cache(), directory)
    return directory


@pytest.mark.slow
def test_a_changed_export_is_refused_and_made_again(tmp_path: Path) -> None:
    cache = copied_cache(tmp_path / "models")
    data = bytearray(onnx_path(cache).read_bytes())
    data[len(data) // 2] ^= 1
    onnx_path(cache).write_bytes(data)
    assert OnnxEncoder.open(cache) is None
    assert isinstance(load_encoder(cache_dir=cache, threads=1), OnnxEncoder)
    assert OnnxEncoder.open(cache, threads=1) is not None


def test_an_export_of_other_weights_is_refused(tmp_path: Path) -> None:
    cache = copied_cache(tmp_path / "models")
    record = onnx_path(cache).with_suffix(".json")
    other = {**json.loads(record.read_text()), "weights_sha256": "0" * 64}
    record.write_text(json.dumps(other))
    assert OnnxEncoder.open(cache) is None


def test_an_export_leaves_nothing_but_the_file_and_its_record() -> None:
    query_encoder()
    names = {path.name for path in model_cache().iterdir()}
    assert names == {onnx_path(model_cache()).name, onnx_path(model_cache()).stem + ".json"}


def test_where_nothing_can_be_written_torch_answers(tmp_path: Path) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("not a directory")
    assert export_onnx(blocked / "models") is None
    assert isinstance(load_encoder(cache_dir=blocked / "models", threads=1), TorchEncoder)


def test_other_weights_than_the_expected_are_refused(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"not the weights")
    with pytest.raises(ModelError, match="other weights than expected") as error:
        checked_weights(tmp_path)
    assert "pip install" in error.value.hint


def test_a_model_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no-such-model") as error:
        load_encoder(str(tmp_path / "no-such-model"))
    assert "all-MiniLM-L6-v2" in error.value.hint


def test_another_model_comes_with_its_prompts(tmp_path: Path) -> None:
    path = tmp_path / "prompted"
    shutil.copytree(minilm_path(), path)
    settings = {"prompts": {"query": "query: ", "document": "passage: "}}
    (path / "config_sentence_transformers.json").write_text(json.dumps(settings))
    query = load_encoder(str(path), threads=1)
    bulk = load_encoder(str(path), threads=1, purpose="bulk", dtype="bfloat16")
    assert query.model_id == bulk.model_id != MINILM_ID
    assert query.dimensions == 384
    plain = query_encoder()
    expected = plain.encode(["query: a text", "passage: a text"])
    found = np.concatenate([query.encode(["a text"]), bulk.encode(["a text"])])
    assert min(cosines(found, expected)) > 0.999
    assert cosines(found[:1], expected[1:])[0] < 0.99
    assert load_tokenizer(str(path)).count_tokens("two words") == 2


@pytest.mark.parametrize("text", ["İstanbul ﬁre e\u0301te 北京 \U0001f600 a\r\nb", "", "  x  "])
def test_token_offsets_are_characters(text: str) -> None:
    offsets = load_tokenizer().token_offsets(text)
    assert len(offsets) == load_tokenizer().count_tokens(text)
    assert all(0 <= start < end <= len(text) for start, end in offsets)
    covered = {index for start, end in offsets for index in range(start, end)}
    assert {i for i, c in enumerate(text) if c.isalnum()} <= covered


@given(st.text(max_size=300))
def test_token_offsets_are_in_order_for_any_text(text: str) -> None:
    offsets = load_tokenizer().token_offsets(text)
    assert offsets == sorted(offsets)
    assert all(0 <= start <= end <= len(text) for start, end in offsets)


class Counting:
    """The real encoder, which notes what it was given."""

    def __init__(self) -> None:
        self.model_id, self.dimensions = query_encoder().model_id, 384
        self.batches: list[list[str]] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.batches.append(list(texts))
        return query_encoder().encode(texts)


def filled(directory: Path, count: int) -> Ledger:
    ledger = Ledger(directory)
    rows = [document(f"{'word ' * (n * 7 % 50)}number {n}", part=str(n)) for n in range(count)]
    ledger.put_file("default", origin("t.csv"), rows)
    return ledger


def test_every_pending_text_is_embedded_once_longest_first(tmp_path: Path) -> None:
    ledger, encoder = filled(tmp_path, 50), Counting()
    seen: list[tuple[int, int]] = []
    done = embed_pending(ledger, encoder, batch=16, progress=lambda *step: seen.append(step))
    assert done == 50
    assert seen == [(16, 50), (32, 50), (48, 50), (50, 50)]
    lengths = [len(text) for batch in encoder.batches for text in batch]
    assert lengths == sorted(lengths, reverse=True)
    assert ledger.pending_count(encoder.model_id) == 0
    assert embed_pending(ledger, encoder) == 0
    [(rowids, vectors)] = list(ledger.vectors(encoder.model_id))
    passages = ledger.passages([str(rowid) for rowid in rowids])
    texts = [passages[str(rowid)].text for rowid in rowids]
    assert min(cosines(query_encoder().encode(texts), vectors)) > 0.99999


def test_what_was_done_before_a_stop_stays_done(tmp_path: Path) -> None:
    ledger, encoder, stop = filled(tmp_path, 40), Counting(), threading.Event()
    done = embed_pending(ledger, encoder, batch=8, stop=stop, progress=lambda *_: stop.set())
    assert done == 8
    assert ledger.pending_count(encoder.model_id) == 32
    stop.clear()
    assert embed_pending(ledger, encoder) == 32


def test_an_interrupt_loses_only_the_batch_it_struck(tmp_path: Path) -> None:
    ledger = filled(tmp_path, 40)

    class Interrupted(Counting):
        def encode(self, texts: Sequence[str]) -> Vectors:
            if len(self.batches) == 3:
                raise KeyboardInterrupt
            return super().encode(texts)

    with pytest.raises(KeyboardInterrupt):
        embed_pending(ledger, Interrupted(), batch=8)
    assert ledger.pending_count(MINILM_ID) == 40 - 24


def test_context_is_embedded_with_the_text(tmp_path: Path) -> None:
    ledger, encoder = Ledger(tmp_path), Counting()
    ledger.put_file("default", origin("a"), [document("The text.", context="The title")])
    embed_pending(ledger, encoder)
    assert encoder.batches == [["The title\nThe text."]]


def test_a_text_removed_meanwhile_does_not_come_round_for_ever(tmp_path: Path) -> None:
    ledger = library(tmp_path, embedded=False)
    first = put(ledger, "a", "One text.")
    put(ledger, "b", "Another text, longer.")

    class Removing(Counting):
        def encode(self, texts: Sequence[str]) -> Vectors:
            ledger.remove_documents([first])
            return super().encode(texts)

    assert embed_pending(ledger, Removing()) == 2
    assert ledger.pending_count(MINILM_ID) == 0
