"""The groundedness network: MiniLM's layers over its frozen token embeddings, and two small heads.

One pass over ``[CLS] sentence [SEP] passage [SEP]`` gives a verdict, and for every token of the
sentence how surely the passage does not say it. The passage stands second, as in the reader.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import nn

from training.encoder import frozen_minilm

VERDICTS = ("supported", "contradicted", "neither")
TOKENS = 384


class GroundednessNetwork(nn.Module):
    """MiniLM with heads.

    Args:
        path: the directory of the installed MiniLM.
    """

    OUTPUTS = ("verdict", "tokens")

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.encoder = frozen_minilm(path)
        width = self.encoder.config.hidden_size
        self.wrong = nn.Linear(width, 1)
        self.verdict = nn.Sequential(
            nn.Linear(3 * width, width), nn.GELU(), nn.Linear(width, len(VERDICTS))
        )

    def forward(self, ids: Any, types: Any, mask: Any) -> tuple[Any, Any]:
        """Return what ``heads`` makes of the encoder's hidden states."""
        hidden = self.encoder(
            input_ids=ids, token_type_ids=types, attention_mask=mask
        ).last_hidden_state
        return self.heads(hidden.float(), types, mask)

    def heads(self, hidden: Any, types: Any, mask: Any) -> tuple[Any, Any]:
        """Return verdict scores ``(n, 3)`` and token scores ``(n, s)``: above 0 is unsupported.

        Tokens outside the sentence (type 0 behind the first token) score -10,000.
        """
        inside = (types == 0) & (mask != 0)
        inside[:, 0] = False
        wrong = self.wrong(hidden)[..., 0].masked_fill(~inside, -1e4)
        # One changed word decides: the tokens that seem wrong speak for the sentence.
        worst = (torch.softmax(wrong, dim=1)[..., None] * hidden).sum(1)
        share = inside.float() / inside.float().sum(1, keepdim=True).clamp(min=1)
        mean = (share[..., None] * hidden).sum(1)
        return self.verdict(torch.cat([hidden[:, 0], worst, mean], 1)), wrong

    def start_from(self, state: dict[str, Any]) -> None:
        """Take a network's weights; of one of another kind, such as the reader, the encoder's."""
        if state.keys() == self.state_dict().keys():
            self.load_state_dict(state)
            return
        name = "encoder."
        own = {key[len(name) :]: value for key, value in state.items() if key.startswith(name)}
        self.encoder.load_state_dict(own)


def coded(tokens: Any, sentences: Sequence[str], passages: Sequence[str]) -> Any:
    """Return the tokens of pairs; the longer text is cut where both are too long together."""
    return tokens(
        list(sentences),
        list(passages),
        truncation="longest_first",
        max_length=TOKENS,
        padding=True,
        return_tensors="pt",
    )
