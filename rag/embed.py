"""Texts to unit vectors: ONNX for questions from cold, torch for many passages, any other model.

The only file that loads a model library for vectors.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np

from rag.errors import ModelError
from rag.networks.minilm import (
    ONNX_TOKENS_AT_ONCE,
    Ids,
    Mask,
    encoded,
    forward,
    padded,
    read_weights,
)
from rag.networks.model_files import (
    MINILM,
    MINILM_DIMENSIONS,
    MINILM_ID,
    MINILM_SHA256,
    MINILM_TOKENS,
    InputTokens,
    Tokenizer,
    cores,
    is_minilm,
    known_model,
    load_tokenizer,
    minilm_path,
    model_cache,
    sha256_of,
    shortened,
)
from rag.pending import embed_pending
from rag.types import Encoder, Vectors

log = logging.getLogger("vouch.embed")

Dtype = Literal["auto", "float32", "bfloat16"]
Purpose = Literal["query", "bulk"]

SAME = 0.9999  # cosine that the exported model must reach on every probe
PROBES = (
    "Who vetoed the resolution?",
    "At least 24 people were killed near the camp, a monitoring group said on 4 April 2017.",
    "北京 İstanbul 1,541 S-300 " + "a longer text that fills many more tokens than a question " * 8,
    "",
)


def load_encoder(
    model: str = MINILM,
    *,
    dtype: Dtype = "auto",
    threads: int = 0,
    cache_dir: Path | None = None,
    purpose: Purpose = "query",
) -> Encoder:
    """Return the encoder that fits a purpose; both purposes of one model share its ``model_id``.

    ``query`` starts fast: MiniLM runs in onnxruntime from a file in ``cache_dir`` (the user's cache
    when None), which is made when it is missing and can be made. ``bulk`` is for many passages, and
    leaves that to whoever asks first: it costs as much as embedding a hundred of them. Another
    model runs in sentence-transformers, with its own prompts.

    Raises:
        ModelError: the model is missing, or its weights are not the expected ones.
    """
    if not is_minilm(model):
        return SentenceEncoder(model, dtype=dtype, threads=threads, purpose=purpose)
    if purpose == "query":
        cache = model_cache(cache_dir)
        ready = OnnxEncoder.open(cache, threads=threads)
        if ready is not None:
            return ready
        if export_onnx(cache) is not None:
            ready = OnnxEncoder.open(cache, threads=threads)
        return ready or TorchEncoder(dtype="float32", threads=threads)
    return TorchEncoder(dtype=dtype, threads=threads)


def identify(model: str = MINILM) -> tuple[str, int]:
    """Return a model's ``model_id`` and its dimensions; MiniLM's are known without loading it.

    Raises:
        ModelError: the model is missing.
    """
    if known := known_model(model):
        return known
    encoder = SentenceEncoder(model, dtype="float32")
    return encoder.model_id, encoder.dimensions


def quiet_onnxruntime() -> Any:
    """Return onnxruntime, kept from sending usage data to its maker.

    Since 1.31 it does so on Linux too, from the moment it is imported: switching it off afterwards
    is too late, so nothing else may import it.
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    return onnxruntime


def supports_bfloat16() -> bool:
    """Return whether this CPU multiplies bfloat16 natively, which doubles the throughput."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags


def onnx_session(data: bytes, threads: int) -> Any:
    """Return what runs an ONNX file on this machine's cores, of its bytes.

    Raises:
        ImportError: onnxruntime is missing.
        ModelError: they are no network that it can run.
    """
    onnxruntime = quiet_onnxruntime()
    faults = onnxruntime.capi.onnxruntime_pybind11_state
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = cores(threads)
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Threads that spin while they wait would slow every other process down.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    except (
        faults.Fail,
        faults.InvalidArgument,
        faults.InvalidGraph,
        faults.InvalidProtobuf,
        faults.NotImplemented,
        faults.RuntimeException,
    ) as error:
        raise ModelError(
            f"onnxruntime cannot run the network: {shortened(error)}", "Reinstall onnxruntime."
        ) from error


class OnnxEncoder:
    """MiniLM in onnxruntime: ready within half a second, and fastest for a single question."""

    model_id = MINILM_ID
    dimensions = MINILM_DIMENSIONS

    def __init__(self, session: Any, tokens: InputTokens) -> None:
        self._session = session
        self._tokens = tokens

    @classmethod
    def open(cls, cache_dir: Path, *, threads: int = 0) -> OnnxEncoder | None:
        """Return the encoder, or None when its file is missing, changed, or cannot be used."""
        path = onnx_path(cache_dir)
        try:
            record = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
            data = path.read_bytes()
        except (OSError, ValueError):
            return None
        if record != _record(hashlib.sha256(data).hexdigest()):
            log.warning("%s has changed since it was made; it is not used.", path)
            return None
        try:
            session = onnx_session(data, threads)
        except ImportError:
            return None
        return cls(session, InputTokens(minilm_path() / "tokenizer.json", MINILM_TOKENS))

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, shape ``(len(texts), 384)``, in the order of the texts."""
        return encoded(texts, self._tokens, self._run, ONNX_TOKENS_AT_ONCE)

    def _run(self, ids: Ids, mask: Mask) -> Vectors:
        vectors: Vectors = self._session.run(["vectors"], {"ids": ids, "mask": mask})[0]
        return vectors


class TorchEncoder:
    """MiniLM in torch, for many passages: bfloat16 where the CPU has it, float32 vectors out."""

    model_id = MINILM_ID
    dimensions = MINILM_DIMENSIONS

    def __init__(self, *, dtype: Dtype = "auto", threads: int | None = 0) -> None:
        torch = patient_torch(threads)
        self.dtype: str = dtype
        if dtype == "auto":
            self.dtype = "bfloat16" if supports_bfloat16() else "float32"
        self._torch = torch
        self._weights = read_weights(torch, getattr(torch, self.dtype))
        self._tokens = InputTokens(minilm_path() / "tokenizer.json", MINILM_TOKENS)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, shape ``(len(texts), 384)``, in the order of the texts."""
        return encoded(texts, self._tokens, self._run)

    def _run(self, ids: Ids, mask: Mask) -> Vectors:
        torch = self._torch
        with torch.inference_mode():
            attended = None if mask.all() else torch.from_numpy(mask)
            vectors: Vectors = forward(
                torch, self._weights, torch.from_numpy(ids), attended
            ).numpy()
        return vectors


class SentenceEncoder:
    """Any sentence-transformers model, by name or path, with its prompts for queries and documents.

    Raises:
        ModelError: there is no such model in reach.
    """

    def __init__(
        self, model: str, *, dtype: Dtype = "auto", threads: int = 0, purpose: Purpose = "query"
    ) -> None:
        torch = patient_torch(threads)
        from sentence_transformers import SentenceTransformer

        low = dtype == "bfloat16" or (dtype == "auto" and supports_bfloat16())
        chosen = "bfloat16" if low and purpose == "bulk" else "float32"
        try:
            self._model = SentenceTransformer(model, model_kwargs={"dtype": chosen})
        except (OSError, ValueError, RuntimeError, KeyError) as error:
            raise ModelError(
                f"The embedding model {model!r} cannot be loaded: {shortened(error)}",
                f"Give the path of a sentence-transformers model, or leave the default, {MINILM}.",
            ) from error
        self._encode = (
            self._model.encode_query if purpose == "query" else self._model.encode_document
        )
        self.dimensions = int(self._model.get_embedding_dimension() or 0)
        self.model_id = _model_id(torch, model, self._model)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, shape ``(len(texts), dimensions)``, in the order of the texts."""
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        vectors = self._encode(
            list(texts), batch_size=32, normalize_embeddings=True, show_progress_bar=False
        )
        return np.ascontiguousarray(vectors, dtype=np.float32)


def onnx_path(cache_dir: Path) -> Path:
    """Return where the exported MiniLM is kept in a cache directory; its record lies beside it."""
    return cache_dir / f"{MINILM}-{MINILM_SHA256[:16]}.onnx"


def export_onnx(cache_dir: Path) -> Path | None:
    """Write MiniLM for onnxruntime, and check that it gives the same vectors; None if it cannot be.

    The file appears whole or not at all, and beside it a record of its hash.
    """
    path = onnx_path(cache_dir)
    try:
        cache_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache_dir, prefix=".new-") as made:
            new = Path(made) / path.name
            _write_onnx(new)
            lowest = _lowest_cosine(new)
            if lowest < SAME:
                log.warning("The exported model differs (cosine %.5f); it is not used.", lowest)
                return None
            record = new.with_suffix(".json")
            record.write_text(json.dumps(_record(sha256_of(new))), encoding="utf-8")
            for file in (new, record):
                with file.open("rb") as written:
                    os.fsync(written.fileno())
            os.replace(new, path)
            os.replace(record, path.with_suffix(".json"))
    except (OSError, ImportError, RuntimeError) as error:
        log.warning("The model was not exported: %s", shortened(error))
        return None
    return path


def _record(sha256: str) -> dict[str, str]:
    return {"onnx_sha256": sha256, "weights_sha256": MINILM_SHA256, "model_id": MINILM_ID}


def _write_onnx(path: Path) -> None:
    import warnings

    torch = patient_torch(None)
    weights = read_weights(torch, torch.float32)

    class Graph(torch.nn.Module):  # type: ignore[misc, name-defined]
        def forward(self, ids: Any, mask: Any) -> Any:
            return forward(torch, weights, ids, mask)

    ids, mask = padded([[101, 2040, 102], [101, 102]])
    with warnings.catch_warnings(), torch.inference_mode():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Graph(),
            (torch.from_numpy(ids), torch.from_numpy(mask)),
            str(path),
            input_names=["ids", "mask"],
            output_names=["vectors"],
            dynamic_axes={"ids": {0: "n", 1: "s"}, "mask": {0: "n", 1: "s"}, "vectors": {0: "n"}},
            opset_version=17,
            dynamo=False,
        )


def _lowest_cosine(path: Path) -> float:
    """Return the lowest cosine of the exported file's vectors with torch's, over the probes."""
    onnxruntime = quiet_onnxruntime()
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    tokens = InputTokens(minilm_path() / "tokenizer.json", MINILM_TOKENS)
    exported = OnnxEncoder(session, tokens).encode(PROBES)
    expected = TorchEncoder(dtype="float32", threads=None).encode(PROBES)
    return float((exported * expected).sum(axis=1).min())


def patient_torch(threads: int | None) -> Any:
    """Return torch, set to a number of threads; None leaves that as it is.

    Its threads sleep while they wait for one another. Those that spin burn the very core that the
    one they wait for needs, and beside the parsers of an add there is none to spare. It is said
    before torch is loaded, since afterwards is too late; who has set the variable keeps it.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    import torch

    if threads is not None:
        torch.set_num_threads(cores(threads))
    return torch


def _model_id(torch: Any, name: str, model: Any) -> str:
    """Return a name for what a model computes: its weights, its modules and its prompts.

    Weights are hashed as bfloat16, so that both precisions of a model have one name.
    """
    digest = hashlib.sha256()
    for key, tensor in sorted(model.state_dict().items()):
        digest.update(key.encode())
        if tensor.is_floating_point():
            tensor = tensor.detach().cpu().to(torch.bfloat16).contiguous().view(torch.int16)
        digest.update(tensor.cpu().numpy().tobytes())
    digest.update(repr(sorted(model.prompts.items())).encode())
    digest.update(repr([type(module).__name__ for module in model]).encode())
    return f"{Path(name).name}@{digest.hexdigest()[:16]}:{model.max_seq_length}"


__all__ = [
    "Encoder",
    "OnnxEncoder",
    "SentenceEncoder",
    "Tokenizer",
    "TorchEncoder",
    "embed_pending",
    "export_onnx",
    "identify",
    "load_encoder",
    "load_tokenizer",
]
