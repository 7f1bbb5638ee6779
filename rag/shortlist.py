"""A list of hits without repetitions: copies collapsed, near-identical neighbours left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.same_words import said, same_days, says_the_same, sentences_said
from rag.types import Hit

MOST_SHARED = 0.6
"""Of two passages of one document that share more of the shorter one, the worse adds nothing."""


def collapsed(hits: Sequence[Hit]) -> list[Hit]:
    """Return the hits with the same passage of copied documents as one, first come first.

    Copies have the same cluster, and their passages say the same, or the better one says all that
    the other does: none in which a number, a name, a day or any other word differs is lost. Of
    equally good ones the document that came first into the library stands for all, and ``copies``
    names the others.
    """
    copied: dict[str, set[str]] = {}
    for hit in hits:
        copied.setdefault(_cluster(hit), set()).add(hit.document.id)
    groups: list[list[Hit]] = []
    of_cluster: dict[str, list[list[Hit]]] = {}
    for hit in hits:
        alike = of_cluster.setdefault(_cluster(hit), [])
        alone = len(copied[_cluster(hit)]) == 1
        group = None if alone else next((one for one in alike if _tells(one[0], hit)), None)
        if group is not None:
            group.append(hit)
        else:
            alike.append([hit])
            groups.append(alike[-1])
    return [_one(group) for group in groups]


def _tells(hit: Hit, other: Hit) -> bool:
    """Return whether a hit's passage says all that one of a copy of its document says."""
    if hit.document.id == other.document.id:
        return False
    days = hit.document.published, other.document.published
    if says_the_same(hit.passage.text, other.passage.text, *days):
        return True
    text = other.passage.text
    parts = set(sentences_said(text))
    return (
        bool(parts)
        and parts <= set(sentences_said(hit.passage.text))
        and same_days(text, days[1], text, days[0])
    )


def _cluster(hit: Hit) -> str:
    return hit.document.cluster or hit.document.id


def _one(group: Sequence[Hit]) -> Hit:
    """Return the hit that stands for a group of copies, in the best one's place."""
    if len(group) == 1:
        return group[0]
    best = group[0]
    # Only one that says all of it can stand for the best: a shorter passage of a copy does not.
    whole = [hit for hit in group if len(said(hit.passage.text)) == len(said(best.passage.text))]
    first = min(whole, key=lambda hit: hit.document.copy_of is not None)
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
