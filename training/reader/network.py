"""The reader's network: MiniLM's layers over its frozen token embeddings, and three small heads.

Scores of one pass over ``[CLS] question [SEP] passage [SEP]``: for every token how well an answer
starts and ends there, and one number for whether the passage answers at all.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import nn

from training.encoder import frozen_minilm


class ReaderNetwork(nn.Module):
    """MiniLM with heads.

    Args:
        path: the directory of the installed MiniLM.
    """

    OUTPUTS = ("start", "end", "answers")

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.encoder = frozen_minilm(path)
        width = self.encoder.config.hidden_size
        self.span = nn.Linear(width, 2)
        self.answers = nn.Sequential(nn.Linear(2 * width, width), nn.GELU(), nn.Linear(width, 1))

    def forward(self, ids: Any, types: Any, mask: Any) -> tuple[Any, Any, Any]:
        """Return what ``heads`` makes of the encoder's hidden states."""
        hidden = self.encoder(
            input_ids=ids, token_type_ids=types, attention_mask=mask
        ).last_hidden_state
        return self.heads(hidden.float(), types, mask)

    def heads(self, hidden: Any, types: Any, mask: Any) -> tuple[Any, Any, Any]:
        """Return start and end scores ``(n, s)`` and the answer score ``(n,)``.

        Only passage tokens (type 1) and the first token, which stands for "not here", can start or
        end an answer.
        """
        allowed = (types == 1) & (mask != 0)
        allowed[:, 0] = True
        scores = self.span(hidden).masked_fill(~allowed[..., None], -1e4)
        # The best tokens speak for the passage beside its first token.
        weights = torch.softmax(scores.sum(-1).masked_fill(~allowed, -1e4), dim=1)
        best = (weights[..., None] * hidden).sum(1)
        return (
            scores[..., 0],
            scores[..., 1],
            self.answers(torch.cat([hidden[:, 0], best], 1))[:, 0],
        )
