"""Measure a trained reader on a SQuAD file: ``python -m training.reader.evaluate --weights ...``.

The network alone, one paragraph a question, before anything of Vouch is around it: F1 over all
questions at the best threshold, F1 of the answerable ones with an answer forced, and how well its
belief tells answerable questions from others. The best threshold is chosen on the same file, which
flatters it a little; what Vouch reaches is measured by ``vouch eval run squad2``.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from eval.metrics.text import token_f1
from rag.networks.answer_spans import best_spans
from rag.networks.model_files import minilm_path
from training.reader.network import ReaderNetwork

_TOKENS = 384


def questions_of(path: Path) -> list[tuple[str, str, list[str]]]:
    """Return each question with its paragraph and its gold answers, none where it has no answer."""
    found = []
    for article in json.loads(path.read_text(encoding="utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            for qa in paragraph["qas"]:
                golds = [] if qa.get("is_impossible") else [a["text"] for a in qa["answers"]]
                found.append((qa["question"], paragraph["context"], golds))
    return found


def predictions(
    network: Any, tokens: Any, rows: Sequence[tuple[str, str, list[str]]], size: int = 32
) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Return the best answer of each row, its score over "not here", and the answer logit."""
    order = sorted(range(len(rows)), key=lambda n: len(rows[n][1]))
    answers = [""] * len(rows)
    spans, logits = np.zeros(len(rows)), np.zeros(len(rows))
    for at in range(0, len(order), size):
        part = order[at : at + size]
        coded = tokens(
            [rows[n][0] for n in part],
            [rows[n][1] for n in part],
            truncation="only_second",
            max_length=_TOKENS,
            padding=True,
            return_tensors="pt",
            return_offsets_mapping=True,
        )
        with torch.inference_mode():
            starts, ends, answer = network(
                coded["input_ids"], coded["token_type_ids"], coded["attention_mask"]
            )
        for row, n in enumerate(part):
            inside = [i for i, kind in enumerate(coded.sequence_ids(row)) if kind == 1]
            offsets = [tuple(coded["offset_mapping"][row][i].tolist()) for i in inside]
            nothing = float(starts[row, 0] + ends[row, 0])
            found = best_spans(
                starts[row, inside].numpy(), ends[row, inside].numpy(), offsets, rows[n][1], nothing
            )
            if found:
                answers[n] = rows[n][1][found[0].start : found[0].end]
                spans[n] = found[0].score
            logits[n] = float(answer[row])
    return answers, spans, logits


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--most", type=int, default=0)
    given = parser.parse_args(arguments)
    from transformers import AutoTokenizer

    network = ReaderNetwork(minilm_path())
    network.load_state_dict(torch.load(given.weights, weights_only=True))
    network.eval()
    rows = questions_of(given.data)
    rows = rows[:: max(1, len(rows) // given.most)] if given.most else rows
    answers, spans, logits = predictions(
        network, AutoTokenizer.from_pretrained(minilm_path()), rows
    )
    forced = np.array(
        [token_f1(a, golds) if golds else 0.0 for a, (*_, golds) in zip(answers, rows, strict=True)]
    )
    has = np.array([bool(golds) for *_, golds in rows])
    sys.stdout.write(json.dumps(figures(forced, has, spans, logits), indent=1) + "\n")


def figures(
    forced: np.ndarray, has: np.ndarray, spans: np.ndarray, logits: np.ndarray
) -> dict[str, Any]:
    """Return the figures of forced answers' F1, by three ways to decide whether to answer."""
    found: dict[str, Any] = {
        "rows": len(has),
        "f1_forced": round(float(forced[has].mean()), 4),
        "always_refuse": round(float((~has).mean()), 4),
    }
    for name, score in (("span", spans), ("answers", logits), ("both", spans / 2 + logits)):
        order = np.argsort(-score)
        given = np.cumsum(np.where(has, forced, -1.0)[order])  # against refusing every question
        best = int(given.argmax())
        found[name] = {
            "f1_best": round(float((~has).mean() + given[best] / len(has)), 4),
            "threshold": round(float(score[order][best]), 3),
            "answered": best + 1,
            "auc": round(_auc(score, has), 4),
        }
    return found


def _auc(score: np.ndarray, right: np.ndarray) -> float:
    ranks = np.empty(len(score))
    ranks[np.argsort(score)] = np.arange(1, len(score) + 1)
    yes = int(right.sum())
    no = len(right) - yes
    return float((ranks[right].sum() - yes * (yes + 1) / 2) / max(1, yes * no))


if __name__ == "__main__":
    main()
