"""Fit how the reader network joins the rules: ``python -m training.reader.blend``.

Every sentence of the hits of every question of some development suites is one row: the rules'
score, the network's, and whether the sentence holds the answer. A logistic model over four numbers
is fitted, each suite weighing the same, so that no suite's size decides; it is the ``BLEND`` of
``rag.read``. Held-out figures come from fitting on one half of the questions and scoring the other.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from eval.case_file import load_cases
from eval.cases import Case
from eval.evaluate import Plan
from eval.library import EvalLibrary, silent
from eval.metrics.text import holds, normalise
from eval.parts import SuiteParts
from eval.suites import load_suite
from rag.config import Settings
from rag.features import Line
from rag.networks.answer_network import AnswerNetwork
from rag.networks.pair_files import MODELS
from rag.networks.pair_model import load_pair_model
from rag.rarity import Rarity
from rag.read import SentenceReader

NAMES = ("rules", "answers", "span", "lead")
"""The columns of a row, as ``rag.read.blend_columns`` makes them."""
Table = NDArray[np.float64]
Group = tuple[str, int, Table, Table]
"""A question: its suite, its number in it, its sentences' columns, and which of them answer."""


def rows_of(name: str, data: str, network: Any, most: int) -> Iterator[tuple[int, Table, Table]]:
    """Yield each question's number, its sentences' columns, and 1 for each that holds an answer."""
    path, _, home = data.partition("@")
    suite = (
        load_cases(path) if name == "cases" else load_suite(name, Path(path), limit=most or None)
    )
    settings = Settings(library=Path(home)) if home else Settings()
    with SuiteParts(Plan(suite, settings, Path()), silent) as parts:
        library = parts.library
        library.embed()
        reader = SentenceReader(
            library.opened.encoder, Rarity(library.ledger, library.collection), network
        )
        for number, case in enumerate(one for one in suite.rows if isinstance(one, Case)):
            if case.problem:
                continue
            hits = library.opened.retriever.retrieve(
                case.question,
                filters=library.filters(case),
                collection=library.collection,
                limit=library.opened.settings.hits,
            )
            if not hits:
                continue
            lines, columns = reader.described(case.question, hits)
            right = [float(_answers(case, line, library)) for line in lines]
            yield number, columns, np.array(right)


def _answers(case: Case, line: Line, library: EvalLibrary) -> bool:
    """Return whether a sentence holds the answer: its gold span, where there is one, or words."""
    if case.answerable is False:
        return False
    if case.spans:
        document = line.hit.document.id
        return any(
            library.named.get(span.source) == document
            and span.start < line.end
            and line.start < span.end
            for span in case.spans
        )
    expect = case.expect
    words = (*expect.all, *expect.any, *expect.values)
    if any(holds(word, line.text) for word in words):
        return True
    return any(f" {normalise(one)} " in f" {normalise(line.text)} " for one in expect.answers)


def fitted(columns: Table, right: Table, weights: Table) -> Table:
    """Return the weights and at last the bias of a logistic model, none of them below 0.

    Every column is better when it is higher, so a weight below 0 would fit an accident.
    """

    def loss(values: Table) -> tuple[float, Table]:
        logits = columns @ values[:-1] + values[-1]
        wrong = weights * (1 / (1 + np.exp(-logits)) - right)
        value = float(weights @ (np.logaddexp(0, logits) - right * logits))
        return value + 1e-4 * float(values @ values), np.append(
            columns.T @ wrong, wrong.sum()
        ) + 2e-4 * values

    start = np.array([0.3] * columns.shape[1] + [-2.0])
    bounds = [(0, None)] * columns.shape[1] + [(None, None)]
    found: Table = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    return found


def best_first(groups: Sequence[tuple[Table, Table]], values: Table) -> dict[str, float]:
    """Return how often the best sentence answers where one does, and how calibrated it is."""
    top, truth, reachable = [], [], []
    for columns, right in groups:
        logits = columns @ values[:-1] + values[-1]
        best = int(logits.argmax())
        top.append(1 / (1 + np.exp(-logits[best])))
        truth.append(right[best])
        reachable.append(right.max())
    probability, correct = np.array(top), np.array(truth)
    bins = np.array_split(np.argsort(probability), min(10, len(top)))
    gaps = [abs(probability[one].mean() - correct[one].mean()) * len(one) for one in bins]
    return {
        "questions": len(groups),
        "first": round(float(correct.sum() / max(1.0, sum(reachable))), 4),
        "ece": round(float(sum(gaps) / len(top)), 4),
    }


def figures_of(groups: Sequence[Group]) -> dict[str, Any]:
    """Return the weights fitted on all questions, and the figures of each half by the other."""
    found: dict[str, Any] = {"weights": _named(_fit(groups)), "held_out": {}}
    halves = [[one for one in groups if one[1] % 2 == half] for half in (0, 1)]
    by_half = [_fit(half) for half in halves]
    for suite in sorted({one[0] for one in groups}):
        parts = [
            best_first([(a, b) for name, _, a, b in half if name == suite], other)
            for half, other in zip(halves, reversed(by_half), strict=True)
        ]
        rules = np.array([1.0] + [0.0] * len(NAMES))
        everything = [(a, b) for name, _, a, b in groups if name == suite]
        found["held_out"][suite] = {
            "halves": parts,
            "rules_alone": best_first(everything, rules)["first"],
        }
    return found


def _fit(groups: Sequence[Group]) -> Table:
    """Return the model, scaled so that the best sentence of a question is calibrated.

    The best of many is surer than it is right, which the fit over all sentences cannot see.
    """
    counts = {name: sum(len(b) for n, *_, b in groups if n == name) for name, *_ in groups}
    columns = np.concatenate([a for _, _, a, _ in groups])
    right = np.concatenate([b for *_, b in groups])
    weights = np.concatenate([np.full(len(b), 1 / counts[name]) for name, _, _, b in groups])
    values = fitted(columns, right, weights)
    best = [int((a @ values[:-1] + values[-1]).argmax()) for _, _, a, _ in groups]
    logits = np.array(
        [(a @ values[:-1] + values[-1])[n] for (_, _, a, _), n in zip(groups, best, strict=True)]
    )
    truth = np.array([b[n] for (*_, b), n in zip(groups, best, strict=True)])
    sizes = {name: sum(1 for n, *_ in groups if n == name) for name, *_ in groups}
    even = np.array([1 / sizes[name] for name, *_ in groups])
    slope, shift = fitted(logits[:, None], truth, even)
    return np.append(values[:-1] * slope, values[-1] * slope + shift)


def _named(values: Table) -> dict[str, float]:
    return dict(zip((*NAMES, "bias"), (round(float(one), 4) for one in values), strict=True))


def _write(path: Path, groups: Sequence[Group]) -> None:
    np.savez_compressed(
        path,
        suites=np.array([one[0] for one in groups]),
        numbers=np.array([one[1] for one in groups]),
        lengths=np.array([len(one[3]) for one in groups]),
        columns=np.concatenate([one[2] for one in groups]),
        right=np.concatenate([one[3] for one in groups]),
    )


def _read(path: Path) -> list[Group]:
    with np.load(path) as kept:
        cuts = np.cumsum(kept["lengths"])[:-1]
        columns, right = np.split(kept["columns"], cuts), np.split(kept["right"], cuts)
        return [
            (str(name), int(number), a, b)
            for name, number, a, b in zip(
                kept["suites"], kept["numbers"], columns, right, strict=True
            )
        ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the fitted weights and their figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("suites", nargs="+", help="NAME=FILE; cases=FILE@LIBRARY")
    parser.add_argument("--weights", type=Path, help="a folder with model.onnx; else the shipped")
    parser.add_argument("--most", type=int, default=0, help="questions of each suite")
    parser.add_argument("--keep", type=Path, help="keep the rows in this file, and read them")
    given = parser.parse_args(arguments)
    if given.keep and given.keep.exists():
        groups = _read(given.keep)
    else:
        models = given.weights.parent if given.weights else MODELS
        network = AnswerNetwork(lambda: load_pair_model("reader", models=models))
        groups = [
            (suite, number, columns, right)
            for suite, data in (one.split("=", 1) for one in given.suites)
            for number, columns, right in rows_of(suite, data, network, given.most)
        ]
        if given.keep:
            _write(given.keep, groups)
    sys.stdout.write(json.dumps(figures_of(groups), indent=1) + "\n")


if __name__ == "__main__":
    main()
