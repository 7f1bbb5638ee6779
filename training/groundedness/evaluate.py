"""Score a trained network on development data.

``python -m training.groundedness.evaluate DIR/groundedness.pt --data ../shared/data/dev``

A Verifier's use of it: a sentence against the windows of its sources that share most with it, the
best one counts; a response is as good as its worst sentence. Thresholds are chosen and judged on
the halves of each set in turn, so that the figures are not of what they were tuned on.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from eval.cases import Claim
from eval.metrics.calibration import ece
from eval.metrics.detection import auc, balanced_accuracy, f1
from eval.suites import begin, ragtruth, wice
from eval.suites.format import Options
from rag.english.sentences import sentences
from rag.networks.model_files import minilm_path
from training.groundedness.network import VERDICTS, GroundednessNetwork, coded
from training.groundedness.pairs import Pair, read_pairs, window_for, windows_for
from training.loop import device

_SETS = {
    "ragtruth": (ragtruth.FORMAT, "ragtruth"),
    "wice": (wice.FORMAT, "wice"),
    "begin": (begin.FORMAT, "begin"),
}
_WINDOWS = 4
_SURE = 10.0
_JOINED = 1_100
"""Characters of the best parts of all sources, for a sentence that puts several together."""
_NO_CLAIM = re.compile(r"^\W*(?:[\w ,'-]{0,60}:|\d+\.?|unable to answer based on .*)\W*$", re.I)
"""A heading, a list's number, and the sentence with which RAGTruth's models refuse."""


class Scorer:
    """Scores pairs with trained weights.

    Args:
        weights: the file that training wrote.
    """

    def __init__(self, weights: Path) -> None:
        from transformers import AutoTokenizer

        self._tokens = AutoTokenizer.from_pretrained(minilm_path())
        self._network = GroundednessNetwork(minilm_path())
        self._network.load_state_dict(torch.load(weights, map_location="cpu", weights_only=True))
        self._network.eval().to(device())

    def scores(self, pairs: Sequence[tuple[str, str]], size: int = 32) -> tuple[Any, list[Any]]:
        """Return verdict scores ``(n, 3)`` and, of each pair, its tokens' ``(start, end, score)``.

        Args:
            pairs: sentence and passage of each.
            size: how many are computed together.
        """
        verdicts = np.zeros((len(pairs), len(VERDICTS)), dtype=np.float32)
        marks: list[Any] = [()] * len(pairs)
        order = sorted(range(len(pairs)), key=lambda n: len(pairs[n][0]) + len(pairs[n][1]))
        for at in range(0, len(order), size):
            some = order[at : at + size]
            made = coded(self._tokens, [pairs[n][0] for n in some], [pairs[n][1] for n in some])
            inputs = [
                made[name].to(device())
                for name in ("input_ids", "token_type_ids", "attention_mask")
            ]
            with torch.inference_mode(), torch.autocast(device(), dtype=torch.bfloat16):
                found, wrong = self._network(*inputs)
            for row, n in enumerate(some):
                verdicts[n] = found[row].float().cpu().numpy()
                marks[n] = [
                    (*made.token_to_chars(row, i), float(wrong[row, i]))
                    for i, part in enumerate(made.sequence_ids(row))
                    if part == 0
                ]
        return verdicts, marks


def support_of(verdicts: Any) -> Any:
    """Return the logit of support ``(n,)``: supported against both others together.

    >>> round(float(support_of(np.array([[2.0, 0.0, 0.0]]))[0]), 3)
    1.307
    """
    return verdicts[:, 0] - np.logaddexp(verdicts[:, 1], verdicts[:, 2])


@dataclass(frozen=True, slots=True)
class Scored:
    """The support of each claim of a set, whether it is supported, and which claims go together."""

    support: Any
    right: Any
    groups: Sequence[str]


def scored(scorer: Scorer, claims: Sequence[Claim]) -> Scored:
    """Return the support of claims: of the worst sentence, against its best window."""
    pairs: list[tuple[str, str]] = []
    places: list[list[list[int]]] = []
    for claim in claims:
        each: list[list[int]] = []
        for sentence in _asserted(claim.text):
            found = list(_windows(sentence, claim))
            each.append(list(range(len(pairs), len(pairs) + len(found))))
            pairs += [(sentence, window) for window in found]
        places.append(each)
    support = support_of(scorer.scores(pairs)[0])
    worst = [
        # Who says nothing says nothing wrong.
        min((max(support[n] for n in at) for at in each if at), default=_SURE)
        for each in places
    ]
    right = np.array([claim.supported for claim in claims])
    return Scored(np.array(worst), right, [claim.group for claim in claims])


def _asserted(text: str) -> list[str]:
    """Return the sentences of a text that claim something, or the whole where none does."""
    parts = [text[a:b] for a, b in sentences(text)]
    kept = [one for one in parts if len(one.split()) > 2 and not _NO_CLAIM.match(one)]
    return kept or ([text] if not parts or not _NO_CLAIM.match(parts[0]) else [])


def _windows(sentence: str, claim: Claim) -> Iterator[str]:
    long = [one for one in claim.sources if len(one.text) > 900]
    for source in claim.sources:
        if source in long:
            yield from windows_for(sentence, source.text, _WINDOWS if len(long) == 1 else 2)
        else:
            yield source.text
    if len(claim.sources) > 1:
        share = _JOINED // len(claim.sources)
        yield " ".join(window_for(sentence, source.text, share) for source in claim.sources)


def halves(one: Scored, metric: Any) -> tuple[float, float]:
    """Return a metric at the threshold that is best for it: on all, and on halves in turn.

    Claims of one group stay in one half.
    """
    names = sorted(set(one.groups))
    side = np.array([names.index(group) % 2 == 0 for group in one.groups])

    def best(part: Any) -> float:
        cuts = np.unique(one.support[part])
        return float(max(cuts, key=lambda cut: metric(~one.right[part], one.support[part] < cut)))

    fault = np.where(side, one.support < best(~side), one.support < best(side))
    whole = one.support < best(np.ones_like(side))
    return float(metric(~one.right, whole)), float(metric(~one.right, fault))


def platt(support: Any, right: Any) -> tuple[float, float]:
    """Return slope and offset that make the support's logistic a probability (Platt 1999).

    Found by Newton's method, with a slight pull towards 1 and 0.
    """
    slope, offset = 1.0, 0.0
    features = np.stack([support, np.ones_like(support)], 1).astype(float)
    for _ in range(50):
        chance = 1 / (1 + np.exp(-(slope * support + offset)))
        slack = np.array([slope - 1.0, offset]) * 0.1
        gradient = features.T @ (chance - right) + slack
        curve = (features * (chance * (1 - chance))[:, None]).T @ features + 0.1 * np.eye(2)
        step = np.linalg.solve(curve, gradient)
        slope, offset = slope - step[0], offset - step[1]
    return float(slope), float(offset)


def figures(one: Scored) -> dict[str, float]:
    """Return the figures of a set; ``*_crossed`` are of thresholds chosen on the other half."""
    all_, crossed = halves(one, balanced_accuracy)
    found, found_crossed = halves(one, f1)
    names = sorted(set(one.groups))
    side = np.array([names.index(group) % 2 == 0 for group in one.groups])
    chance = np.zeros(len(one.support))
    for part in (side, ~side):
        slope, offset = platt(one.support[~part], one.right[~part])
        chance[part] = 1 / (1 + np.exp(-(slope * one.support[part] + offset)))
    slope, offset = platt(one.support, one.right)
    return {
        "claims": len(one.right),
        "supported": int(one.right.sum()),
        "auc": auc(one.right, one.support),
        "balanced_accuracy": all_,
        "balanced_accuracy_crossed": crossed,
        "f1_unsupported": found,
        "f1_unsupported_crossed": found_crossed,
        "balanced_accuracy_at_0": balanced_accuracy(~one.right, one.support < 0),
        "ece_crossed": ece(chance, one.right),
        "platt_slope": slope,
        "platt_offset": offset,
    }


def by_kind(scorer: Scorer, pairs: Iterable[Pair]) -> dict[str, dict[str, float]]:
    """Return of each kind of pairs how many there are, and the share that is told rightly at 0.

    ``marked`` is the share of the wrong ones whose surest token is one of the wrong characters.
    """
    some = list(pairs)
    verdicts, marks = scorer.scores([(one.sentence, one.passage) for one in some])
    support = support_of(verdicts)
    found: dict[str, list[tuple[bool, bool | None]]] = {}
    for one, value, tokens in zip(some, support, marks, strict=True):
        right = bool(value >= 0) == one.supported
        start, end, _ = max(tokens, key=lambda token: token[2])
        hit = any(a < end and start < b for a, b in one.wrong) if one.wrong else None
        name = f"{one.kind}: {'true' if one.supported else 'wrong'}"
        found.setdefault(name, []).append((right, hit))
    rows: dict[str, dict[str, float]] = {}
    for kind, values in sorted(found.items()):
        hits = [hit for _, hit in values if hit is not None]
        rows[kind] = {"pairs": len(values), "right": sum(a for a, _ in values) / len(values)}
        rows[kind] |= {"marked": sum(hits) / len(hits)} if hits else {}
    return rows


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures of each set as JSON, and write them beside the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/dev"))
    parser.add_argument("--sets", nargs="*", default=list(_SETS))
    parser.add_argument("--limit", type=int, default=0, help="so many claims of a set, for a try")
    parser.add_argument("--pairs", type=Path, help="pairs (JSON lines) to tell by kind as well")
    parser.add_argument("--last", type=int, default=3_000, help="so many of their last ones")
    given = parser.parse_args(arguments)
    scorer = Scorer(given.weights)
    report: dict[str, Any] = {}
    for name in given.sets:
        suite, folder = _SETS[name]
        loaded = suite.load(given.data / folder, Options())
        claims = [one for one in loaded.rows if isinstance(one, Claim) and not one.problem]
        report[name] = figures(scored(scorer, claims[: given.limit or None]))
        print(name, json.dumps({k: round(v, 4) for k, v in report[name].items()}))  # noqa: T201
    if given.pairs:
        report["kinds"] = by_kind(scorer, read_pairs(given.pairs)[-given.last :])
        for kind, row in report["kinds"].items():
            print(kind, json.dumps({k: round(v, 3) for k, v in row.items()}))  # noqa: T201
    written = given.weights.with_name("figures.json")
    written.write_text(json.dumps(report, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
