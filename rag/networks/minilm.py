"""MiniLM's forward pass, written out for torch, and how texts become its batches.

Loading neither transformers nor sentence-transformers saves more time than embedding two hundred
passages takes. The library that computes is handed in.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.networks.model_files import MINILM_DIMENSIONS, InputTokens, checked_weights
from rag.types import Vectors

LAYERS, HEADS, WIDTH = 6, 12, 384
EPSILON = 1e-12
TOKENS_AT_ONCE = 6144  # tokens of a batch, padding included: where torch's throughput levels off
ONNX_TOKENS_AT_ONCE = 1024
"""The same in onnxruntime, where larger batches are slower, and take more memory."""

Weights = dict[str, Any]
Ids = NDArray[np.int64]
Mask = NDArray[np.bool_]


@lru_cache(maxsize=1)
def word_embeddings() -> Vectors:
    """Return the row of every token number, shape ``(30522, 384)``, mapped from the weights' file.

    All networks that rest on MiniLM share it; only the rows that are looked up are read.

    Raises:
        ModelError: the weights are missing, or others than expected.
    """
    path = checked_weights()
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        about = json.loads(file.read(length))["embeddings.word_embeddings.weight"]
    offset = 8 + length + about["data_offsets"][0]
    return np.memmap(path, "<f4", mode="r", offset=offset, shape=tuple(about["shape"]))


def read_weights(torch: Any, dtype: Any) -> Weights:
    """Return MiniLM's weights by name, query, key and value of a layer joined into one matrix."""
    from safetensors.torch import load_file

    path = checked_weights()
    read = {name: tensor.to(dtype) for name, tensor in load_file(path).items()}
    return joined_weights(torch, read)


def joined_weights(torch: Any, named: Weights) -> Weights:
    """Return a BERT's weights with query, key and value of each layer joined into one matrix."""
    read = dict(named)
    for layer in range(LAYERS):
        prefix = f"encoder.layer.{layer}.attention.self."
        for kind in ("weight", "bias"):
            parts = [read.pop(f"{prefix}{name}.{kind}") for name in ("query", "key", "value")]
            read[f"{prefix}joined.{kind}"] = torch.cat(parts)
    return read


def forward(torch: Any, weights: Weights, ids: Any, mask: Any | None) -> Any:
    """Return unit vectors, shape ``(n, 384)``, of token numbers ``(n, s)``: BERT, then the mean.

    ``mask`` is true where a text has a token, None when all have one everywhere. Devlin et al.
    2019; pooled in float32 as the mean over tokens, Reimers and Gurevych 2019.
    """
    functional = torch.nn.functional
    embeds = functional.embedding(ids, weights["embeddings.word_embeddings.weight"])
    x = layers(torch, weights, embeds, None, mask).float()
    if mask is None:
        return functional.normalize(x.mean(dim=1), dim=1)
    counted = mask[:, :, None].float()
    return functional.normalize((x * counted).sum(dim=1) / counted.sum(dim=1), dim=1)


def layers(torch: Any, weights: Weights, embeds: Any, types: Any | None, mask: Any | None) -> Any:
    """Return the last hidden states ``(n, s, 384)`` of word embeddings of that shape: BERT.

    ``types`` says of each token to which text of a pair it belongs, None for one text; ``mask`` is
    true where there is a token, None when there is one everywhere. Devlin et al. 2019.
    """
    functional = torch.nn.functional

    def linear(x: Any, name: str) -> Any:
        return functional.linear(x, weights[f"{name}.weight"], weights[f"{name}.bias"])

    def norm(x: Any, name: str) -> Any:
        scale, shift = weights[f"{name}.LayerNorm.weight"], weights[f"{name}.LayerNorm.bias"]
        return functional.layer_norm(x, (WIDTH,), scale, shift, EPSILON)

    n, s, _ = embeds.shape
    x = embeds + weights["embeddings.position_embeddings.weight"][:s]
    kinds = weights["embeddings.token_type_embeddings.weight"]
    x = norm(x + (kinds[0] if types is None else functional.embedding(types, kinds)), "embeddings")
    attended = None if mask is None else mask[:, None, None, :]
    for layer in range(LAYERS):
        here = f"encoder.layer.{layer}"
        joined = linear(x, f"{here}.attention.self.joined").view(n, s, 3, HEADS, WIDTH // HEADS)
        query, key, value = joined.permute(2, 0, 3, 1, 4).unbind(0)
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=attended)
        mixed = mixed.transpose(1, 2).reshape(n, s, WIDTH)
        x = norm(x + linear(mixed, f"{here}.attention.output.dense"), f"{here}.attention.output")
        inner = functional.gelu(linear(x, f"{here}.intermediate.dense"))
        x = norm(x + linear(inner, f"{here}.output.dense"), f"{here}.output")
    return x


def encoded(
    texts: Sequence[str],
    tokens: InputTokens,
    run: Callable[[Ids, Mask], Vectors],
    tokens_at_once: int = TOKENS_AT_ONCE,
) -> Vectors:
    """Return the vectors of texts in their order, run in batches of nearly equal lengths."""
    vectors = np.zeros((len(texts), MINILM_DIMENSIONS), dtype=np.float32)
    if not texts:
        return vectors
    ids = tokens(texts)
    for batch in batches([len(one) for one in ids], tokens_at_once):
        vectors[batch] = run(*padded([ids[index] for index in batch]))
    return vectors


def batches(lengths: Sequence[int], tokens_at_once: int = TOKENS_AT_ONCE) -> Iterator[list[int]]:
    """Yield positions, longest first, as many at a time as keep to the number of tokens at once.

    >>> list(batches([2, 9, 3, 2], 6))
    [[1], [2, 0], [3]]
    """
    order = sorted(range(len(lengths)), key=lambda index: -lengths[index])
    at = 0
    while at < len(order):
        size = max(1, tokens_at_once // max(1, lengths[order[at]]))
        yield order[at : at + size]
        at += size


def padded(ids: Sequence[Sequence[int] | Ids]) -> tuple[Ids, Mask]:
    """Return token numbers of one batch filled up with zeros, and where there are tokens.

    >>> padded([[101, 7, 102], [101, 102]])[1].tolist()
    [[True, True, True], [True, True, False]]
    """
    longest = max(len(one) for one in ids)
    filled = np.zeros((len(ids), longest), dtype=np.int64)
    mask = np.zeros((len(ids), longest), dtype=np.bool_)
    for row, one in enumerate(ids):
        filled[row, : len(one)] = one
        mask[row, : len(one)] = True
    return filled, mask
