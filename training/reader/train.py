"""Train the reader: ``python -m training.reader.train --data ../shared/data/train --out DIR``.

One command on CPU (about two hours for its three rounds on two cores) or on a GPU (minutes). The
same seed and the same number of threads give the same weights on one machine; the log says what was
used. Nothing of the development data is read.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch.nn import functional

from rag.networks.model_files import minilm_path
from training.loop import device, learn, vectors_of
from training.reader.examples import (
    Example,
    among_others,
    cropped,
    joined,
    names_of,
    natural_questions,
    near_passages,
    read_examples,
    sentence_pairs,
    squad,
    swapped,
    without_answer,
    write_examples,
)
from training.reader.network import ReaderNetwork

_TOKENS = 320
_SEED = 7


@dataclass(frozen=True, slots=True)
class _Round:
    """A pass over the answered questions, with negatives of its own."""

    longest: int
    """Characters of the runs of sentences that are cut out."""
    share: float
    """Share of the passages of which such a run is learnt; the others are learnt whole."""
    joined: float = 0.0
    """Share of the passages that get a neighbour of their article, as passages of files have."""


_ROUNDS = (_Round(420, 0.85), _Round(700, 0.5), _Round(800, 0.4, joined=0.3))
"""Short runs of sentences first, which cost half, then passages as long as those Vouch reads."""


def examples_of(data: Path, seed: int, first: int = 0) -> list[Example]:
    """Return all training examples in the order in which they are learnt.

    Args:
        data: the folder of training data.
        seed: of what is drawn.
        first: the round with which to begin, for weights that know the ones before it.
    """
    draw = random.Random(seed + first)
    reader = data / "reader"
    wiki = list(squad(reader / "squad1.1_du_split.json"))
    asked = [replace(one, group="nq") for one in natural_questions(sorted(reader.glob("nq_qed_*")))]
    policy = list(squad(reader / "policyqa_dev.json"))
    encode = vectors_of()
    found: list[Example] = []
    for number, one_round in enumerate(_ROUNDS[first:], first):
        answered = [*wiki, *_some(asked, 5_500, draw), *_some(policy, 900, draw)]
        names = names_of(answered)
        changed = [
            one for example in answered if (one := swapped(example, draw, names[example.group]))
        ]
        lacking = [one for example in answered if (one := without_answer(example))]
        part = [
            *answered,
            *_some(list(near_passages(wiki, encode, draw)), 4_000, draw),
            *_some(list(near_passages(asked, encode, draw)), 1_500, draw),
            *_some(changed, 5_000, draw),
            *_some(lacking, 3_000, draw),
        ]
        if number == 0:
            pairs = sentence_pairs(reader / "squad_answer_sentences.json")
            known = {one.question for one in wiki}
            left = [pair for pair in pairs if pair[0] not in known]
            part += among_others(left, encode, draw)
        part = [
            cropped(one, draw, one_round.longest) if draw.random() < one_round.share else one
            for one in part
        ]
        part = list(joined(part, draw, one_round.joined))
        draw.shuffle(part)
        found += part
    return found


def _some(examples: Sequence[Example], most: int, draw: random.Random) -> list[Example]:
    return draw.sample(examples, min(most, len(examples)))


def batches(
    tokens: Any, examples: Sequence[Example], size: int, draw: random.Random
) -> Iterator[tuple[Any, Any, Any, Any, Any, Any]]:
    """Yield tensors of examples of like length: ids, types, mask, start, end, answered."""
    for at in range(0, len(examples), size * 50):
        some = sorted(examples[at : at + size * 50], key=lambda one: len(one.passage))
        groups = [some[i : i + size] for i in range(0, len(some), size)]
        draw.shuffle(groups)
        for group in groups:
            coded = tokens(
                [one.question for one in group],
                [one.passage for one in group],
                truncation="only_second",
                max_length=_TOKENS,
                padding=True,
                return_tensors="pt",
            )
            starts = torch.zeros(coded["input_ids"].shape, dtype=torch.bool)
            ends = torch.zeros_like(starts)
            for row, one in enumerate(group):
                first = coded.char_to_token(row, one.start, 1) if one.answered else None
                last = coded.char_to_token(row, one.end - 1, 1) if one.answered else None
                if first is None or last is None:
                    starts[row, 0] = ends[row, 0] = True  # the first token says "not here"
                elif one.exact:
                    starts[row, first] = ends[row, last] = True
                else:
                    starts[row, first : last + 1] = ends[row, first : last + 1] = True
            yield (
                coded["input_ids"],
                coded["token_type_ids"],
                coded["attention_mask"],
                starts,
                ends,
                (~starts[:, 0]).float(),
            )


def losses_of(network: ReaderNetwork, batch: Sequence[Any]) -> dict[str, Any]:
    """Return the mean losses of where an answer starts and ends, and of whether there is one.

    Where the data names a sentence alone, any token of it may start and end the answer: the
    marginal likelihood of Clark and Gardner 2018.
    """
    ids, types, mask, start, end, answered = batch
    starts, ends, answers = network(ids, types, mask)
    return {
        "span": (_outside(starts, start) + _outside(ends, end)) / 2,
        "answers": functional.binary_cross_entropy_with_logits(answers, answered),
    }


def _outside(scores: Any, right: Any) -> Any:
    """Return the negative logarithm of the probability of all right tokens together, meaned."""
    inside = torch.logsumexp(scores.masked_fill(~right, -1e4), dim=1)
    return (torch.logsumexp(scores, dim=1) - inside).mean()


def main(arguments: Sequence[str] | None = None) -> None:
    """Train and write ``reader.pt`` with ``log.jsonl`` beside it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--rate", type=float, default=2e-4)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--seed", type=int, default=_SEED)
    parser.add_argument("--start", type=Path, help="weights to go on from, as reader.pt")
    parser.add_argument("--first", type=int, default=0, help="the round to begin with")
    parser.add_argument("--most", type=int, default=0, help="so many examples alone, for a try")
    given = parser.parse_args(arguments)
    given.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(given.seed)
    from transformers import AutoTokenizer

    tokens = AutoTokenizer.from_pretrained(minilm_path())
    mined = given.out / "examples.jsonl"
    if not mined.exists():
        write_examples(mined, examples_of(given.data, given.seed, given.first))
    examples = read_examples(mined)[: given.most or None]
    draw = random.Random(given.seed)
    network = ReaderNetwork(minilm_path()).to(device())
    if given.start:
        network.load_state_dict(torch.load(given.start, map_location=device(), weights_only=True))

    def all_batches() -> Iterator[tuple[Any, ...]]:
        for epoch in range(given.epochs):
            if epoch:
                draw.shuffle(examples)
            yield from batches(tokens, examples, given.batch, draw)

    about = {"examples": len(examples), "answered": sum(one.answered for one in examples)}
    learn(
        network,
        all_batches(),
        losses_of,
        steps=given.epochs * (len(examples) // given.batch + 1),
        rate=given.rate,
        out=given.out / "reader.pt",
        about={**about, **{name: str(value) for name, value in vars(given).items()}},
    )


if __name__ == "__main__":
    main()
