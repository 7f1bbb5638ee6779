"""The support of a sentence, fitted: what a groundedness model says and what words tell, as one.

python -m training.support --data DATA/dev --models MODELS --out FILE

A logistic model over the few features of ``rag.verify_grounded.known_of``. With so few weights the
development sets calibrate it; they train no network. Only sentences that neither exact words nor a
certain check decide are fitted: the others never get here. The figures are of rows that a fold had
not seen, folds made of whole groups (one page, one knowledge, one document); on the same rows the
thresholds are chosen from which a sentence stands.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.quoting import quote_for
from rag.support import FEATURES, SupportModel, findings, shared_words
from rag.types import Citation, DocumentInfo, Groundedness, Grounding, Hit, Passage
from rag.verify import decided
from rag.verify_grounded import Asked, Thresholds, asked_of, known_of, worst_of

Floats = NDArray[np.float64]
MODEL_FEATURES = ("model", "contradicted", "loose", "doubts", *FEATURES)
WORD_FEATURES = ("doubts", *FEATURES)
"""What is known of a sentence where there is no model."""
FOLDS = 5
RIDGE = 1.0
"""Weight of the penalty that keeps weights small: a prior of variance 1 on each."""
_BINS = 10


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence and a citation, and whether people find it supported.

    Examples of one ``group`` share a source. ``weight`` is how much one counts, so that a large set
    does not drown a small one.
    """

    sentence: str
    citation: Citation
    supported: bool
    group: str
    origin: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Fitted:
    """A fitted model with its figures on rows that were held out of the fit.

    ``unseen`` is the support of each row by a model that had not seen it.
    """

    model: SupportModel
    rows: int
    ece: float
    auc: float
    accuracy: float
    unseen: Floats = field(repr=False, compare=False)
    thresholds: Thresholds | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the model as ``SupportModel.of`` reads it, with its figures."""
        return {
            "weights": {name: round(weight, 4) for name, weight in self.model.weights.items()},
            "bias": round(self.model.bias, 4),
            "rows": self.rows,
            "held_out": {"ece": self.ece, "auc": self.auc, "balanced_accuracy": self.accuracy},
            **({"thresholds": asdict(self.thresholds)} if self.thresholds else {}),
        }


def fitted(
    known: Sequence[Mapping[str, float]],
    supported: Sequence[bool],
    groups: Sequence[str],
    *,
    names: Sequence[str] = MODEL_FEATURES,
    weights: Sequence[float] | None = None,
) -> Fitted:
    """Return the logistic model of features, and what it is worth on folds that it had not seen.

    Args:
        known: the features of each row, by name.
        supported: what people say of each row.
        groups: rows of a group are in one fold.
        names: the features that are fitted.
        weights: how much each row counts in the fit; all the same by default.
    """
    values = np.array([[row.get(name, 0.0) for name in names] for row in known], np.float64)
    truth = np.asarray(supported, np.float64)
    count = np.ones(len(truth)) if weights is None else np.asarray(weights, np.float64)
    fold = np.array([_fold(group) for group in groups])
    unseen = np.full(len(truth), np.nan)
    for number in range(FOLDS):
        out = fold == number
        if out.any() and not out.all():
            found = logistic(values[~out], truth[~out], count[~out])
            unseen[out] = _sigmoid(values[out] @ found[1:] + found[0])
    found = logistic(values, truth, count)
    model = SupportModel(dict(zip(names, map(float, found[1:]), strict=True)), float(found[0]))
    seen = ~np.isnan(unseen)
    figures = [measure(unseen[seen], truth[seen]) for measure in (ece, auc, balanced_accuracy)]
    return Fitted(model, len(truth), *figures, unseen)


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


def _sigmoid(values: Floats) -> Floats:
    result: Floats = 1 / (1 + np.exp(-np.clip(values, -60, 60)))
    return result


def logistic(values: Floats, truth: Floats, weights: Floats, ridge: float = RIDGE) -> Floats:
    """Return bias and weights of a logistic regression with a ridge penalty, by Newton's method.

    The bias is not penalised.

    >>> found = logistic(np.array([[0.0], [0.0], [1.0], [1.0]]), np.array([0.0, 1.0, 1.0, 1.0]),
    ...                  np.ones(4))
    >>> bool(found[1] > 0)
    True
    """
    design = np.column_stack([np.ones(len(values)), values])
    penalty = np.full(design.shape[1], ridge)
    penalty[0] = 1e-6
    found = np.zeros(design.shape[1])
    for _ in range(50):
        guess = _sigmoid(design @ found)
        slope = design.T @ (weights * (truth - guess)) - penalty * found
        bend = (design * (weights * guess * (1 - guess))[:, None]).T @ design + np.diag(penalty)
        step = np.linalg.solve(bend, slope)
        found = found + step
        if np.abs(step).max() < 1e-8:
            break
    return found


def ece(support: Floats, truth: Floats) -> float:
    """Return the gap between support and truth over 10 bins of equal width (Guo et al. 2017).

    >>> ece(np.array([0.75, 0.75]), np.array([1.0, 0.0]))
    0.25
    """
    place = np.minimum((support * _BINS).astype(int), _BINS - 1)
    gaps = [
        (place == n).mean() * abs(support[place == n].mean() - truth[place == n].mean())
        for n in range(_BINS)
        if (place == n).any()
    ]
    return round(float(sum(gaps)), 4)


def auc(support: Floats, truth: Floats) -> float:
    """Return the chance that a supported row has more support than another; ties count half.

    >>> auc(np.array([0.9, 0.2, 0.2]), np.array([1.0, 0.0, 1.0]))
    0.75
    """
    some, others = support[truth == 1], support[truth == 0]
    if not len(some) or not len(others):
        return float("nan")
    more = (some[:, None] > others[None, :]).mean()
    return round(float(more + (some[:, None] == others[None, :]).mean() / 2), 4)


def balanced_accuracy(support: Floats, truth: Floats) -> float:
    """Return the mean of the shares right among supported and unsupported rows, cut at a half."""
    right = (support >= 0.5) == (truth == 1)
    shares = [right[truth == side].mean() for side in (0, 1) if (truth == side).any()]
    return round(float(np.mean(shares)), 4)


def features(
    examples: Sequence[Example], groundedness: Groundedness | None
) -> tuple[list[Example], list[dict[str, float]]]:
    """Return the examples that a model must decide, with their features; all asked at once."""
    left: list[Example] = []
    pairs: list[Asked] = []
    for one in examples:
        if decided(one.sentence, one.citation) is None:
            if findings(one.sentence, one.citation).certain:
                continue
            left.append(one)
            pairs.append(asked_of(one.sentence, one.citation))
    asked = list(dict.fromkeys(pair for one in pairs for _, some in one for pair in some))
    answers = groundedness.score(asked) if groundedness else [_UNKNOWN] * len(asked)
    known = dict(zip(asked, answers, strict=True))
    rows = [
        known_of(
            findings(one.sentence, one.citation),
            shared_words(one.sentence, one.citation),
            worst_of(some, known),
            one.sentence,
        )
        for one, some in zip(left, pairs, strict=True)
    ]
    return left, rows


_UNKNOWN = Grounding(0.5, 0.0, 0.5)


def citation_of(sentence: str, text: str, name: str) -> Citation:
    """Return a text as a document of one passage, cited for a sentence."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    passage = Passage(name, 0, len(text), text, "", name)
    return quote_for(sentence, Hit(passage, DocumentInfo(name, digest, "", name), 1.0))


def published_sets(data: Path) -> Iterable[Example]:
    """Yield the claims of BEGIN and WiCE with their sources, each set counting the same."""
    from eval.suites.begin import FORMAT as BEGIN
    from eval.suites.wice import FORMAT as WICE

    for form, place in ((BEGIN, "begin"), (WICE, "wice")):
        claims = [one for one in _claims(form.load, data / place) if not one.problem]
        for one in claims:
            text = "\n".join(source.text for source in one.sources)
            cited = citation_of(one.text, text, one.id)
            weight = 400 / len(claims)
            yield Example(one.text, cited, one.supported, one.group, form.name, weight)


def _claims(load: Callable[..., Any], place: Path) -> list[Any]:
    from eval.suites.format import Options

    return list(load(place, Options()).rows)


def scripted(data: Path) -> Iterable[Example]:
    """Yield the scripted drafts of the part that is tuned on: true ones, and changed ones."""
    from eval.scripted_rows import build
    from eval.scripted_texts import read_stock

    for row in build(read_stock(data), "tune"):
        if row.cited and row.kind not in ("wrong citation", "invented citation"):
            cited = quote_for(row.text, row.hits[row.cited[0]])
            yield Example(row.text, cited, row.kind == "true", row.group, "scripted")


def adversarial() -> Iterable[Example]:
    """Yield the hand-written pairs of the dev part."""
    from eval.adversarial import hit_of, read_pairs

    for pair in read_pairs("dev"):
        hit = hit_of(pair)
        for sentence, supported in ((pair.true, True), (pair.false, False)):
            cited = quote_for(sentence, hit)
            yield Example(sentence, cited, supported, pair.id, "adversarial", 2.0)


def fit(
    data: Path, groundedness: Groundedness | None, *, drafts: bool = True, most: int = 0
) -> tuple[Fitted, list[Example]]:
    """Return the support fitted on the development sets, and the examples that it rests on.

    The thresholds are of the drafts and the hand-written pairs, which are like what is checked.

    Args:
        data: the folder of development data.
        groundedness: the model whose answers are weighed; words alone without one.
        drafts: whether the scripted drafts are among the examples.
        most: about so many examples, for a try; all of them where it is 0.
    """
    every = [*published_sets(data), *adversarial(), *(scripted(data) if drafts else ())]
    every = every[:: max(1, len(every) // most)] if most else every
    left, known = features(every, groundedness)
    names = MODEL_FEATURES if groundedness else WORD_FEATURES
    result = fitted(
        known,
        [one.supported for one in left],
        [one.group for one in left],
        names=names,
        weights=[one.weight for one in left],
    )
    alike = np.array([one.origin in ("scripted", "adversarial") for one in left])
    alike &= ~np.isnan(result.unseen)
    truth = np.array([float(one.supported) for one in left])
    return replace(result, thresholds=thresholds_of(result.unseen[alike], truth[alike])), left


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
