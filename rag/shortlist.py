"""A list of hits without repetitions: copies collapsed, near-identical neighbours left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.english.same_words import outline, same_days, says_the_same, sentences_said
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
    of_cluster: dict[str, _Groups] = {}
    for hit in hits:
        cluster = _cluster(hit)
        alone = len(copied[cluster]) == 1
        alike = of_cluster.setdefault(cluster, _Groups())
        group = None if alone else alike.that_tells(hit)
        if group is not None:
            group.append(hit)
        else:
            groups.append([hit])
            if not alone:
                alike.add(groups[-1])
    return [_one(group) for group in groups]


class _Groups:
    """The groups of one cluster's hits, so kept that a hit is compared with few of them."""

    def __init__(self) -> None:
        self._groups: list[list[Hit]] = []
        self._sentences: list[frozenset[tuple[str, ...]]] = []
        self._alike: dict[tuple[str, ...], list[list[Hit]]] = {}
        self._holding: dict[tuple[str, ...], list[int]] = {}

    def add(self, group: list[Hit]) -> None:
        text = group[0].passage.text
        self._alike.setdefault(outline(text), []).append(group)
        told = frozenset(sentences_said(text))
        for sentence in told:
            self._holding.setdefault(sentence, []).append(len(self._groups))
        self._groups.append(group)
        self._sentences.append(told)

    def that_tells(self, hit: Hit) -> list[Hit] | None:
        """Return a group whose first hit says all that this one of another document says."""
        for group in self._alike.get(outline(hit.passage.text), ()):
            if _may_tell(group[0], hit) and _says_the_same(group[0], hit):
                return group
        parts = frozenset(sentences_said(hit.passage.text))
        fewest = min((self._holding.get(part, []) for part in parts), key=len, default=[])
        for at in fewest:
            group = self._groups[at]
            if _may_tell(group[0], hit) and parts <= self._sentences[at]:
                text, days = hit.passage.text, (hit.document.published, group[0].document.published)
                if same_days(text, days[0], text, days[1]):
                    return group
        return None


def _may_tell(hit: Hit, other: Hit) -> bool:
    return hit.document.id != other.document.id


def _says_the_same(hit: Hit, other: Hit) -> bool:
    days = hit.document.published, other.document.published
    return says_the_same(hit.passage.text, other.passage.text, *days)


def _cluster(hit: Hit) -> str:
    return hit.document.cluster or hit.document.id


def _one(group: Sequence[Hit]) -> Hit:
    """Return the hit that stands for a group of copies, in the best one's place."""
    if len(group) == 1:
        return group[0]
    best = group[0]
    # Only one that says all of it can stand for the best: a shorter passage of a copy does not.
    length = len(outline(best.passage.text))
    whole = [hit for hit in group if len(outline(hit.passage.text)) == length]
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
