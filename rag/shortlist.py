"""A list of hits without repetitions: copies collapsed, near-identical neighbours left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.types import Hit

MOST_SHARED = 0.6
"""Of two passages of one document that share more of the shorter one, the worse adds nothing."""


def collapsed(hits: Sequence[Hit]) -> list[Hit]:
    """Return the hits with the same passage of copied documents as one, first come first.

    Copies have the same cluster and the same words in the passage; of equally good ones the
    document that came first into the library stands for all, and ``copies`` names the others.
    """
    copied: dict[str, set[str]] = {}
    for hit in hits:
        copied.setdefault(_cluster(hit), set()).add(hit.document.id)
    groups: dict[tuple[str, str], list[Hit]] = {}
    for hit in hits:
        cluster = _cluster(hit)
        alone = len(copied[cluster]) == 1
        text = hit.passage.id if alone else " ".join(hit.passage.text.lower().split())
        groups.setdefault((cluster, text), []).append(hit)
    return [_one(group) for group in groups.values()]


def _cluster(hit: Hit) -> str:
    return hit.document.cluster or hit.document.id


def _one(group: Sequence[Hit]) -> Hit:
    """Return the hit that stands for a group of copies, in the best one's place."""
    if len(group) == 1:
        return group[0]
    first = next((hit for hit in group if hit.document.copy_of is None), group[0])
    best = group[0]
    others = {
        hit.document.id: hit.document for hit in group if hit.document.id != first.document.id
    }
    return replace(
        first,
        score=best.score,
        dense=best.dense,
        lexical=best.lexical,
        copies=(*first.copies, *others.values()),
    )


def without_neighbours(hits: Sequence[Hit]) -> list[Hit]:
    """Return the hits without those whose text a better hit of the same document nearly holds."""
    kept: list[Hit] = []
    ranges: dict[str, list[tuple[int, int]]] = {}
    for hit in hits:
        start, end = hit.passage.start, hit.passage.end
        seen = ranges.setdefault(hit.passage.document_id, [])
        shared = max((min(end, e) - max(start, s) for s, e in seen), default=0)
        if shared > MOST_SHARED * max(1, end - start):
            continue
        seen.append((start, end))
        kept.append(hit)
    return kept
