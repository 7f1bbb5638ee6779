"""The metrics of rankings, bound to graded documents and gold spans.

A document that passages were found of counts at the rank of its best passage.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from eval.cases import Case
from eval.measure import Metric
from eval.metrics import ranking, spans
from eval.metrics.rows import Hits, latency, of_hits

Measure = Callable[[Iterable[spans.Span], Iterable[spans.Span]], float]


def _graded(case: Case) -> bool:
    return any(grade > 0 for grade in case.relevance.values())


def _relevant(case: Case) -> set[str]:
    return {source for source, grade in case.relevance.items() if grade > 0}


def _sources(hits: Hits) -> list[str]:
    return ranking.unique(source for source, _, _ in hits)


def _ndcg(k: int) -> Metric:
    def score(case: Case, hits: Hits) -> float:
        gains = ranking.gains_of(_sources(hits), case.relevance)
        return ranking.ndcg_at(gains, list(case.relevance.values()), k)

    about = f"discounted gain of the first {k}, as a share of the best possible (trec_eval's)"
    return of_hits(f"ndcg@{k}", about, _graded, score)


def _recall(k: int) -> Metric:
    return of_hits(
        f"recall@{k}",
        f"relevant documents among the first {k}",
        _graded,
        lambda case, hits: ranking.recall_at(_sources(hits), _relevant(case), k),
    )


def _span(name: str, about: str, measure: Measure, k: int) -> Metric:
    def score(case: Case, hits: Hits) -> float | None:
        # Copies of a passage, and whole documents, have no characters that could be counted.
        placed = [
            (source, start, end)
            for source, start, end in dict.fromkeys(hits)
            if start is not None and end is not None
        ]
        if hits and not placed:
            return None
        return measure([(one.source, one.start, one.end) for one in case.spans], placed[:k])

    return of_hits(f"{name}@{k}", about, lambda case: bool(case.spans), score)


HITS: tuple[Metric, ...] = (
    _ndcg(10),
    _ndcg(5),
    _recall(5),
    _recall(10),
    _recall(100),
    of_hits(
        "mrr@10",
        "1 / rank of the first relevant document, 0 after the tenth",
        _graded,
        lambda case, hits: ranking.reciprocal_rank(_sources(hits), _relevant(case), 10),
    ),
    of_hits(
        "map",
        "precision at the rank of each relevant document, averaged (trec_eval's)",
        _graded,
        lambda case, hits: ranking.average_precision(_sources(hits), _relevant(case)),
    ),
    *(
        _span("span_recall", f"gold characters among the first {k} passages", spans.span_recall, k)
        for k in (5, 10)
    ),
    _span(
        "span_precision",
        "characters of the first 5 passages that are gold",
        spans.span_precision,
        5,
    ),
    _span("span_iou", "characters both gold and found, of those either", spans.span_iou, 5),
    latency(50),
    latency(95),
)
"""Every metric of the task ``retrieve``, in the order of a report."""
