"""The encoder that both networks begin from: the installed MiniLM, its word embeddings frozen."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def frozen_minilm(path: Path) -> Any:
    """Return MiniLM as a torch module of which all but the word embeddings can be learnt.

    Args:
        path: the directory of the installed MiniLM.
    """
    from transformers import AutoModel

    # With weights of attention dropped, no fused attention can be used: 1.8 times the time.
    encoder = AutoModel.from_pretrained(
        path, attn_implementation="sdpa", attention_probs_dropout_prob=0.0
    )
    for parameter in encoder.embeddings.word_embeddings.parameters():
        parameter.requires_grad = False
    return encoder
