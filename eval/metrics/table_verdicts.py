"""The metrics of verdicts on claims. The positive class is a claim that is NOT supported.

A failed row counts as put into the wrong class, as surely as can be.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from eval.cases import Claim
from eval.measure import Columns, Metric
from eval.metrics import calibration, detection
from eval.metrics.numbers import Numbers
from eval.metrics.rows import latency, of_verdicts
from eval.records import Record

Detection = Callable[[Numbers, Numbers], float]


def _verdict(record: Record) -> Mapping[str, Any]:
    return record.output.verdict or {}


def _classes(record: Record, claim: Claim) -> tuple[float, float]:
    return float(not claim.supported), float(not _verdict(record).get("supported"))


def _wrong_class(claim: Claim) -> tuple[float, float]:
    return float(not claim.supported), float(claim.supported)


def _support(record: Record) -> float | None:
    found = _verdict(record).get("support")
    return float(found) if isinstance(found, int | float) and 0 <= found <= 1 else None


def _scores(record: Record, claim: Claim) -> tuple[float, float] | None:
    support = _support(record)
    return None if support is None else (float(not claim.supported), 1 - support)


def support_and_truth(record: Record, claim: Claim) -> tuple[float, float] | None:
    """Return the support that a verifier gives, and 1 where people found support, else 0."""
    support = _support(record)
    return None if support is None else (support, float(claim.supported))


def confidence_and_error(record: Record, claim: Claim) -> tuple[float, float] | None:
    """Return how sure a verifier is of the class it chose, and 1 where that is wrong, else 0."""
    support = _support(record)
    if support is None:
        return None
    truth, chosen = _classes(record, claim)
    return (1 - support if chosen else support), float(truth != chosen)


def _is_fault(sentence: Mapping[str, Any]) -> bool:
    supported = sentence.get("supported")
    return sentence.get("verdict") != "supported" if supported is None else not supported


def _overlap(record: Record, claim: Claim) -> Sequence[float] | None:
    found = _verdict(record).get("sentences")
    if found is None or claim.unsupported is None:
        return None
    marked = [(int(one["start"]), int(one["end"])) for one in found if _is_fault(one)]
    return [float(count) for count in detection.span_overlap(claim.unsupported, marked)]


def _no_overlap(claim: Claim) -> Sequence[float]:
    """Return what it counts to have marked all but the characters that people marked."""
    gold = detection.span_overlap(claim.unsupported or (), ()).gold
    return 0.0, float(max(0, len(claim.text) - gold)), float(gold)


def _detection(name: str, about: str, measure: Detection) -> Metric:
    return of_verdicts(
        name,
        about,
        _classes,
        _wrong_class,
        lambda columns: measure(columns[:, 0], columns[:, 1]),
        classes=True,
    )


def _spans(name: str, about: str, measure: Callable[[Columns], float]) -> Metric:
    return of_verdicts(
        name,
        about,
        _overlap,
        _no_overlap,
        measure,
        fits=lambda claim: claim.unsupported is not None,
    )


VERDICTS: tuple[Metric, ...] = (
    _detection("f1", "F1 of finding claims that are not supported", detection.f1),
    _detection(
        "precision", "claims called unsupported that people call so too", detection.precision
    ),
    _detection("recall", "unsupported claims that were called so", detection.recall),
    _detection(
        "balanced_accuracy",
        "mean of the shares right among supported and among unsupported claims",
        detection.balanced_accuracy,
    ),
    of_verdicts(
        "auc",
        "chance that an unsupported claim has less support than a supported one; ties half",
        _scores,
        _wrong_class,
        lambda columns: detection.auc(columns[:, 0], columns[:, 1]),
        classes=True,
    ),
    _detection("accuracy", "claims put into the right class", detection.accuracy),
    _spans("span_f1", "F1 of the characters that are not supported", detection.span_f1),
    _spans(
        "span_precision",
        "characters called unsupported that people marked",
        detection.span_precision,
    ),
    _spans("span_recall", "unsupported characters that were called so", detection.span_recall),
    of_verdicts(
        "ece",
        "gap between support and truth, 10 bins of equal width (Guo et al. 2017)",
        support_and_truth,
        None,
        lambda columns: calibration.ece(columns[:, 0], columns[:, 1]),
        higher=False,
    ),
    latency(50),
    latency(95),
)
"""Every metric of the task ``verify``, in the order of a report."""
