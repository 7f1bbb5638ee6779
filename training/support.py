"""The support of a sentence, fitted: what a groundedness model says and what checks and words tell.

python -m training.support --data DATA/dev --models MODELS --out FILE

A logistic model over the few features of ``rag.verify_grounded.known_of``. With so few weights the
development sets calibrate it; they train no network. A text counts as the evaluation counts it: a
sentence has the support of the passage that supports it best, a text that of its least supported
sentence (Tang, Laban and Durrett 2024, MiniCheck). Which passage and sentence those are hangs on
the weights, so they are fitted in turns. Certain checks that were right in nine of ten texts that
they spoke against may veto; the others weigh in. The figures are of rows that a fold had not seen,
folds made of whole groups (one page, one knowledge, one document); on the same rows the threshold
is chosen from which a text counts as supported. How far the model may overrule the rules where a
draft is checked (``rag.verify_drafts``) was chosen by hand, and is written along.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from eval.metrics.calibration import ece
from eval.metrics.detection import auc, balanced_accuracy
from rag.support import (
    CERTAIN_KINDS,
    DOUBT_KINDS,
    FEATURES,
    SupportModel,
    findings,
    shared_words,
)
from rag.types import Citation, Groundedness, Grounding
from rag.verify_drafts import DraftLimits
from rag.verify_grounded import Asked, Thresholds, asked_of, known_of, settled, worst_of
from training.logistic import Floats, logistic
from training.support_examples import Example, adversarial, published_sets, scripted

_CHECKED = ("certain", "doubts")
MODEL_FEATURES = ("model", "contradicted", "loose", *_CHECKED, *FEATURES)
WORD_FEATURES = (*_CHECKED, *FEATURES)
"""What is known of a sentence where there is no model."""
FOLDS = 5


Known = Mapping[str, float]
Weighed = tuple[tuple[Known | float, ...], ...]
"""A text's sentences: for each citation its features, or a support that words alone decide."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A fitted model with its figures on rows that were held out of the fit.

    ``unseen`` is the support of each row by a model that had not seen it; ``vetoes`` are the checks
    that may veto.
    """

    model: SupportModel
    rows: int
    ece: float
    auc: float
    accuracy: float
    unseen: Floats = field(repr=False, compare=False)
    thresholds: Thresholds | None = None
    vetoes: tuple[str, ...] | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the model as ``SupportModel.of`` reads it, with its figures."""
        held_out = {"ece": self.ece, "auc": self.auc, "balanced_accuracy": self.accuracy}
        return {
            "weights": {name: round(weight, 4) for name, weight in self.model.weights.items()},
            "bias": round(self.model.bias, 4),
            "rows": self.rows,
            "held_out": {name: round(value, 4) for name, value in held_out.items()},
            **({"thresholds": asdict(self.thresholds)} if self.thresholds else {}),
            **({"drafts": asdict(self.drafts)} if self.drafts else {}),
            **({"vetoes": list(self.vetoes)} if self.vetoes is not None else {}),
        }

    @property
    def drafts(self) -> DraftLimits | None:
        """How sure the model must be against the rules, where thresholds were chosen."""
        return DraftLimits(agrees=self.thresholds.supported) if self.thresholds else None


def fitted(
    known: Sequence[Weighed],
    supported: Sequence[bool],
    groups: Sequence[str],
    *,
    names: Sequence[str] = MODEL_FEATURES,
    weights: Sequence[float] | None = None,
) -> Fitted:
    """Return the logistic model of features, and what it is worth on folds that it had not seen.

    Args:
        known: the features of each text's sentences with each of its citations.
        supported: what people say of each text.
        groups: texts of a group are in one fold.
        names: the features that are fitted.
        weights: how much each text counts in the fit; all the same by default.
    """
    truth = np.asarray(supported, np.float64)
    count = np.ones(len(truth)) if weights is None else np.asarray(weights, np.float64)
    fold = np.array([_fold(group) for group in groups])
    unseen = np.full(len(truth), np.nan)
    for number in range(FOLDS):
        out = np.flatnonzero(fold == number)
        rest = np.flatnonzero(fold != number)
        if len(out) and len(rest):
            found = _in_turns([known[int(n)] for n in rest], truth[rest], count[rest], names)
            unseen[out] = [deciding(known[int(n)], found)[0] for n in out]
    model = _in_turns(known, truth, count, names)
    seen = ~np.isnan(unseen)
    some, right = unseen[seen], truth[seen]
    figures = ece(some, right), auc(right, some), balanced_accuracy(right, some >= 0.5)
    return Fitted(model, len(truth), *figures, unseen)


_FIRST = SupportModel({"model": 0.3, "passage": 2.0, "share": 1.0, "certain": -1.0}, -1.5)
"""The support by which passages and sentences are chosen before any weights are fitted."""
_TURNS = 8


def _in_turns(
    known: Sequence[Weighed], truth: Floats, count: Floats, names: Sequence[str]
) -> SupportModel:
    """Return the model fitted to what decides each text, which the model itself chooses."""
    model = _FIRST
    for _ in range(_TURNS):
        chosen = [deciding(one, model)[1] for one in known]
        open_ = [n for n, one in enumerate(chosen) if one is not None]
        values = np.array(
            [[(chosen[n] or {}).get(name, 0.0) for name in names] for n in open_], np.float64
        )
        found = logistic(values, truth[open_], count[open_])
        model = SupportModel(dict(zip(names, map(float, found[1:]), strict=True)), float(found[0]))
    return model


def deciding(sentences: Weighed, model: SupportModel) -> tuple[float, Known | None]:
    """Return a text's support, and the features behind it; None where words alone decided.

    >>> model = SupportModel({"share": 1.0})
    >>> deciding((({"share": 0.0}, {"share": 2.0}), (0.6,)), model)
    (0.6, None)
    """
    best = []
    for some in sentences:
        scored = [
            (one, None) if isinstance(one, float) else (model.support(one), one) for one in some
        ]
        best.append(max(scored, key=_first_of))
    return min(best, key=_first_of)


def _first_of(scored: tuple[float, Known | None]) -> float:
    return scored[0]


_STANDING, _STRUCK = 0.05, 0.03
"""Most shares of the wrong sentences that may stand, and of the true ones that may fall."""
_PRECISE = 0.9
"""Share of the sentences called supported that are to be."""


def thresholds_of(support: Floats, truth: Floats) -> Thresholds:
    """Return the thresholds with the least of both faults, each counted by what is allowed of it.

    >>> thresholds_of(np.array([0.1, 0.2, 0.7, 0.9]), np.array([0.0, 0.0, 1.0, 1.0]))
    Thresholds(supported=0.7, partial=0.7)
    """
    cuts = np.unique(np.round(support, 2))
    some, others = support[truth == 1], support[truth == 0]
    if not len(some) or not len(others):
        return Thresholds()

    def faults(cut: float) -> float:
        return float((others >= cut).mean() / _STANDING + (some < cut).mean() / _STRUCK)

    stands = float(min(cuts, key=faults))
    sure = [float(c) for c in cuts if c >= stands and truth[support >= c].mean() >= _PRECISE]
    return Thresholds(sure[0] if sure else max(stands, 0.75), stands)


def _fold(group: str) -> int:
    return hashlib.sha256(group.encode()).digest()[0] % FOLDS


def features(examples: Sequence[Example], groundedness: Groundedness | None) -> list[Weighed]:
    """Return the features of every example; all that a model must decide is asked at once.

    Args:
        examples: what is weighed.
        groundedness: the model; without one it is taken not to know.
    """
    asked = [
        [[_asked(sentence, citation) for sentence, citation in some] for some in one.sentences]
        for one in examples
    ]
    wanted = dict.fromkeys(
        pair
        for one in asked
        for some in one
        for each in some
        if not isinstance(each, float)
        for _, pairs in each
        for pair in pairs
    )
    answers = groundedness.score(list(wanted)) if groundedness else [_UNKNOWN] * len(wanted)
    scored = dict(zip(wanted, answers, strict=True))

    def weighed(sentence: str, citation: Citation, each: Asked | float) -> Known | float:
        if isinstance(each, float):
            return each
        found, shared = findings(sentence, citation), shared_words(sentence, citation)
        return known_of(found, shared, worst_of(each, scored), sentence)

    return [
        tuple(
            tuple(weighed(*pair, each) for pair, each in zip(pairs, some, strict=True))
            for pairs, some in zip(one.sentences, answered, strict=True)
        )
        for one, answered in zip(examples, asked, strict=True)
    ]


def _asked(sentence: str, citation: Citation) -> Asked | float:
    """Return what a model is asked of a pair, or the support that words alone decide."""
    check = settled(sentence, citation)
    if check is not None:
        return check.support if check.stands else min(_STRUCK_SUPPORT, check.support)
    return asked_of(sentence, citation)


def struck(known: Sequence[Weighed], vetoes: Sequence[str]) -> list[Weighed]:
    """Return the features with a low support in place of those that a check vetoes.

    >>> struck([(({"day": 1.0}, {"number": 1.0}),)], ["day"])
    [((0.1, {'number': 1.0}),)]
    """

    def one(value: Known | float) -> Known | float:
        wrong = not isinstance(value, float) and any(value.get(name) for name in vetoes)
        return _STRUCK_SUPPORT if wrong else value

    return [tuple(tuple(one(value) for value in some) for some in text) for text in known]


_STRUCK_SUPPORT = 0.1
"""Support of what is certainly wrong."""
_RIGHT, _TAKEN = 0.9, 5
"""Share of the texts with a finding that must be unsupported for the check to veto.

Each check is taken to have been right so often in some texts before any was seen.
"""


def vetoes_of(
    examples: Sequence[Example], known: Sequence[Weighed], model: SupportModel
) -> tuple[str, ...]:
    """Return the checks that may veto: what they speak against is unsupported in nine of ten.

    Only texts that count in the fit count.
    """
    spoken: dict[str, list[bool]] = {name: [] for name in CERTAIN_KINDS}
    for one, parts in zip(examples, known, strict=True):
        if not one.weight:
            continue
        of_text: set[str] = set()
        for some in parts:
            found = deciding((some,), model)[1]
            of_text |= {kind for kind in CERTAIN_KINDS if found and found.get(kind)}
        for kind in of_text:
            spoken[kind].append(not one.supported)
    return tuple(
        kind
        for kind, right in spoken.items()
        if (sum(right) + _RIGHT * _TAKEN) / (len(right) + _TAKEN) >= _RIGHT
    )


_UNKNOWN = Grounding(0.5, 0.0, 0.5)


_WHOLE = ("begin", "wice", "ragtruth-qa")
"""The sets of whole texts on which the threshold of a judge is chosen."""


def fit(
    data: Path, groundedness: Groundedness | None, *, drafts: bool = True, most: int = 0
) -> tuple[Fitted, list[Example]]:
    """Return the support fitted on the development sets, and the examples that it rests on.

    From what support a sentence counts as partly supported is chosen on the drafts and the
    hand-written pairs, from what support a text is supported on the published sets: the best mean
    of their balanced accuracies.

    Args:
        data: the folder of development data.
        groundedness: the model whose answers are weighed; words alone without one.
        drafts: whether the scripted drafts are among the examples.
        most: about so many examples, for a try; all of them where it is 0.
    """
    every = [*published_sets(data), *adversarial(), *(scripted(data) if drafts else ())]
    every = every[:: max(1, len(every) // most)] if most else every
    names = (*(MODEL_FEATURES if groundedness else WORD_FEATURES), *CERTAIN_KINDS, *DOUBT_KINDS)
    about = [one.supported for one in every], [one.group for one in every]
    counts = [one.weight for one in every]
    known = features(every, groundedness)
    first = fitted(known, *about, names=names, weights=counts)
    vetoes = vetoes_of(every, known, first.model)
    known = struck(known, vetoes)
    names = tuple(name for name in names if name not in vetoes)
    result = fitted(known, *about, names=names, weights=counts)
    truth = np.array([float(one.supported) for one in every])
    seen = ~np.isnan(result.unseen)
    alike = np.array([one.origin in ("scripted", "adversarial") for one in every])
    stands = thresholds_of(result.unseen[seen & alike], truth[seen & alike]).partial
    sets = [np.array([one.origin == name for one in every]) & seen for name in _WHOLE]
    whole = _best_cut([(result.unseen[some], truth[some]) for some in sets if some.any()])
    chosen = Thresholds(max(whole, stands), stands)
    return replace(result, thresholds=chosen, vetoes=vetoes), every


def _best_cut(sets: Sequence[tuple[Floats, Floats]]) -> float:
    """Return the support with the best mean balanced accuracy over sets of support and truth.

    >>> _best_cut([(np.array([0.2, 0.3, 0.79]), np.array([0.0, 0.0, 1.0]))])
    0.55
    """
    cuts = np.round(np.arange(0.1, 0.91, 0.01), 2)

    def worth(cut: float) -> float:
        return float(
            np.mean(
                [
                    balanced_accuracy(truth, (support >= cut).astype(np.float64))
                    for support, truth in sets
                ]
            )
        )

    worths = [worth(float(cut)) for cut in cuts]
    # In the middle of the best: the edges are where chance put them.
    best = cuts[np.flatnonzero(np.array(worths) >= max(worths) - 1e-9)]
    return round(float(np.median(best)), 2)


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit the support of an exported network; without one, of words alone, as a baseline."""
    parser = argparse.ArgumentParser(prog="python -m training.support", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder of development data")
    parser.add_argument("--out", type=Path, help="where the weights are written, as JSON")
    parser.add_argument("--no-drafts", action="store_true", help="leave the scripted drafts out")
    parser.add_argument("--models", type=Path, help="the folder that holds `groundedness/`")
    parser.add_argument("--most", type=int, default=0, help="so many examples, for a try")
    given = parser.parse_args(arguments)
    model = _network(given.models) if given.models else None
    result, _ = fit(given.data, model, drafts=not given.no_drafts, most=given.most)
    text = json.dumps(result.as_json(), indent=1)
    sys.stdout.write(text + "\n")
    if given.out:
        given.out.write_text(text + "\n", encoding="utf-8")
    return 0


def _network(models: Path) -> Groundedness:
    from rag.networks.groundedness import NetworkGroundedness
    from rag.networks.pair_model import load_pair_model

    return NetworkGroundedness(load_pair_model("groundedness", models=models))


if __name__ == "__main__":
    raise SystemExit(main())
