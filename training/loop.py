"""The loop that learns: passes over batches, with a log and the weights saved on the way."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from rag.embed import load_encoder

_EVERY = 100
_SAVED_EVERY = 500


def device() -> str:
    """Return where to compute: "cuda" where there is a GPU, else "cpu"."""
    return "cuda" if torch.cuda.is_available() else "cpu"


def vectors_of(longest: int = 700) -> Callable[[Sequence[str]], Any]:
    """Return a function from texts to MiniLM's unit vectors, each text embedded once.

    Args:
        longest: how many characters of a text are read.
    """
    encoder = load_encoder(purpose="bulk")
    known: dict[str, Any] = {}

    def vectors(texts: Sequence[str]) -> Any:
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            known.update(zip(new, encoder.encode([text[:longest] for text in new]), strict=True))
        return np.stack([known[text] for text in texts])

    return vectors


def learn(
    network: Any,
    batches: Iterable[Sequence[Any]],
    losses_of: Callable[[Any, Sequence[Any]], Mapping[str, Any]],
    *,
    steps: int,
    rate: float,
    out: Path,
    about: Mapping[str, Any],
) -> None:
    """Train a network, write its weights to ``out`` and a log beside it.

    The rate rises for 6 % of the steps and falls to nothing; gradients are clipped at 1.

    Args:
        network: on its device; what needs no gradient is left as it is.
        batches: of tensors.
        losses_of: the parts of a batch's loss by name; their sum is learnt, each is logged.
        steps: how many batches there will be, or a few more.
        rate: the highest learning rate.
        out: a path for the weights; the log is ``log.jsonl`` in its folder.
        about: what the first line of the log says.
    """
    where = device()
    learnt = [one for one in network.parameters() if one.requires_grad]
    optimiser = torch.optim.AdamW(learnt, lr=rate, weight_decay=0.01, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, rate, total_steps=steps + 10, pct_start=0.06, anneal_strategy="linear"
    )
    network.train()
    with (out.parent / "log.jsonl").open("w", encoding="utf-8") as log:
        log.write(json.dumps({**about, "device": where, "threads": torch.get_num_threads()}) + "\n")
        begun, running = time.monotonic(), dict[str, float]()
        for step, batch in enumerate(batches, 1):
            with torch.autocast(where, dtype=torch.bfloat16):
                losses = losses_of(network, [one.to(where) for one in batch])
            sum(losses.values()).backward()
            torch.nn.utils.clip_grad_norm_(learnt, 1.0)
            optimiser.step()
            schedule.step()
            optimiser.zero_grad(set_to_none=True)
            for name, value in losses.items():
                running[name] = running.get(name, 0.0) + float(value.detach())
            if step % _EVERY == 0:
                row: dict[str, Any] = {"step": step, "of": steps}
                row |= {name: round(value / _EVERY, 4) for name, value in running.items()}
                row["seconds"] = round(time.monotonic() - begun)
                log.write(json.dumps(row) + "\n")
                log.flush()
                running = {}
            if step % _SAVED_EVERY == 0:
                torch.save(network.state_dict(), out)
    torch.save(network.state_dict(), out)
