"""Train the groundedness network.

``python -m training.groundedness.train --data ../shared/data/train --out DIR --start reader.pt``

One command on CPU (about an hour on two cores) or on a GPU (minutes). It starts best from the
trained reader (``--start reader.pt``), whose layers have learnt to look across two texts. The same
seed and number of threads give the same weights on one machine; the log says what was used. Nothing
of the development data is read. ``--mine`` makes the pairs alone, and trains nothing.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import torch
from torch.nn import functional

from rag.networks.model_files import minilm_path
from training.groundedness.mixture import LONGEST, SIZE, counts_of, mixture
from training.groundedness.network import VERDICTS, GroundednessNetwork, coded
from training.groundedness.pairs import Pair, read_pairs, write_pairs
from training.loop import device, learn, vectors_of

_SEED = 7
_TOKEN_SHARE = 0.5
"""What the loss of the marked tokens weighs beside that of the verdict."""
_ALLOWED = {
    "supported": (True, False, False),
    "contradicted": (False, True, False),
    "neither": (False, False, True),
    "unsupported": (False, True, True),
}
"""Which verdicts are right for a label."""


def batches(tokens: Any, pairs: Sequence[Pair], size: int, draw: Random) -> Iterator[list[Any]]:
    """Yield tensors of pairs of like length.

    These are ids, types and mask ``(n, s)``, right verdicts ``(n, 3)``, wrong tokens ``(n, s)`` and
    where it is known which tokens are wrong ``(n, s)``.
    """
    for at in range(0, len(pairs), size * 50):
        some = sorted(
            pairs[at : at + size * 50], key=lambda one: len(one.passage) + len(one.sentence)
        )
        groups = [some[i : i + size] for i in range(0, len(some), size)]
        draw.shuffle(groups)
        for group in groups:
            yield _tensors(tokens, group)


def _tensors(tokens: Any, group: Sequence[Pair]) -> list[Any]:
    made = coded(tokens, [one.sentence for one in group], [one.passage for one in group])
    wrong = torch.zeros(made["input_ids"].shape)
    known = torch.zeros(made["input_ids"].shape, dtype=torch.bool)
    for row, one in enumerate(group):
        if one.wrong is None:
            continue
        for n, part in enumerate(made.sequence_ids(row)):
            if part != 0:
                continue  # the passage, and the marks, which are no words of the sentence
            known[row, n] = True
            span = made.token_to_chars(row, n)
            if any(a < span.end and span.start < b for a, b in one.wrong):
                wrong[row, n] = 1.0
    right = torch.tensor([_ALLOWED[one.label] for one in group])
    return [
        made["input_ids"],
        made["token_type_ids"],
        made["attention_mask"],
        right,
        wrong,
        known,
    ]


def losses_of(network: GroundednessNetwork, batch: Sequence[Any]) -> dict[str, Any]:
    """Return the mean losses of verdict and tokens.

    A label that allows two verdicts is learnt as the probability of both together.
    """
    ids, types, mask, right, wrong, known = batch
    verdicts, tokens = network(ids, types, mask)
    inside = torch.logsumexp(verdicts.masked_fill(~right, -1e4), dim=1)
    verdict = (torch.logsumexp(verdicts, dim=1) - inside).mean()
    each = functional.binary_cross_entropy_with_logits(tokens, wrong, reduction="none")
    # Few tokens are wrong: each counts more, so that they are found.
    weights = known.float() * (1.0 + 2.0 * wrong)
    marked = (each * weights).sum() / weights.sum().clamp(min=1)
    return {"verdict": verdict, "tokens": _TOKEN_SHARE * marked}


def main(arguments: Sequence[str] | None = None) -> None:
    """Train and write ``groundedness.pt`` with ``log.jsonl`` beside it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument(
        "--start", type=Path, help="weights to go on from; of another network, its encoder's alone"
    )
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--rate", type=float, default=2e-4)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--seed", type=int, default=_SEED)
    parser.add_argument("--most", type=int, default=0, help="so many pairs alone, for a try")
    parser.add_argument("--size", type=int, default=SIZE, help="how many pairs are made")
    parser.add_argument("--longest", type=int, default=LONGEST, help="characters of a pair")
    parser.add_argument("--mine", action="store_true", help="make the pairs and stop")
    given = parser.parse_args(arguments)
    given.out.mkdir(parents=True, exist_ok=True)
    mined = given.out / "examples.jsonl"
    if not mined.exists():
        write_pairs(
            mined, mixture(given.data, given.seed, vectors_of(400), given.size, given.longest)
        )
    pairs = read_pairs(mined)[: given.most or None]
    counts = counts_of(pairs)
    (given.out / "counts.json").write_text(json.dumps(counts, indent=1), encoding="utf-8")
    if given.mine:
        return
    torch.manual_seed(given.seed)
    from transformers import AutoTokenizer

    tokens = AutoTokenizer.from_pretrained(minilm_path())
    network = GroundednessNetwork(minilm_path()).to(device())
    if given.start:
        network.start_from(torch.load(given.start, map_location=device(), weights_only=True))
    draw = Random(given.seed)

    def all_batches() -> Iterator[list[Any]]:
        for epoch in range(given.epochs):
            some = draw.sample(pairs, len(pairs)) if epoch else pairs
            yield from batches(tokens, some, given.batch, draw)

    about = {"examples": len(pairs), "verdicts": VERDICTS}
    learn(
        network,
        all_batches(),
        losses_of,
        steps=given.epochs * -(-len(pairs) // given.batch),
        rate=given.rate,
        out=given.out / "groundedness.pt",
        about={**about, **{name: str(value) for name, value in vars(given).items()}},
    )


if __name__ == "__main__":
    main()
