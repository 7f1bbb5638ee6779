"""Families of near-copies: the texts that hang together by links, and what becomes of them.

Texts are named by the ordinals of their signatures. A text that goes takes its links along. Whether
what is left of its family still hangs together is seen at once where a look around tells it; else
the family is *loose*: written down, and gone through once when the removal is over, even if a
thousand texts went. Until then its documents count as copies of each other.
"""

from __future__ import annotations

import json
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from rag.copies import bands, from_bytes
from rag.store.store import Connection

MOST_LINKS = 16
"""Links that a new text gets: of a thousand near-copies, each need not be joined to each."""

_LOOSE = "loose_families"
_MOST_LOOKED_AT = 256
_MOST_LINKED_AGAIN = 500


class Lost(NamedTuple):
    """The signature of a text that no document has any more, and its documents' family."""

    n: int
    collection: int
    family: int | None


def merge(db: Connection, signatures: Iterable[int]) -> None:
    """Make one family of texts and of the families that they belong to."""
    members = list(signatures)
    families: set[int] = set()
    for n in members:
        families.update(row[0] for row in _families(db, n) if row[0] is not None)
    # A family is named after one of its texts, or after one that is gone: never after another's.
    family = min(families, default=min(members))
    for other in families - {family}:
        db.execute("UPDATE documents SET family = ? WHERE family = ?", (family, other))
    if len(families) > 1:
        doubtful = set(loose(db))
        if doubtful & families:
            _keep_loose(db, doubtful - families | {family})
    for n in members:
        _put_family(db, n, family)


def drop(db: Connection, lost: Sequence[Lost]) -> None:
    """Forget texts that no document has any more; their families may be loose then."""
    gone = {one.n for one in lost}
    beside: defaultdict[int | None, set[int]] = defaultdict(set)
    for n, collection, family in lost:
        raw = db.execute("SELECT minhash FROM signatures WHERE n = ?", (n,)).fetchone()[0]
        around = _linked(db, n)
        beside[family].update(around)
        db.executemany(
            "DELETE FROM bands WHERE hash = ? AND signature = ?",
            [(band, n) for band in bands(from_bytes(raw), collection)],
        )
        db.execute("DELETE FROM links WHERE one = ?", (n,))
        db.executemany(
            "DELETE FROM links WHERE one = ? AND other = ?", [(one, n) for one in around]
        )
        db.execute("DELETE FROM signatures WHERE n = ?", (n,))
    torn: set[int] = set()
    for family, some in beside.items():
        near = some - gone
        if family is not None and near and not _hang_together(db, near):
            torn.add(family)
    if torn:
        _keep_loose(db, torn.union(loose(db)))


def loose(db: Connection) -> list[int]:
    """Return the families of which nobody knows whether they still hang together."""
    row = db.execute("SELECT value FROM meta WHERE key = ?", (_LOOSE,)).fetchone()
    found: list[int] = json.loads(row[0]) if row else []
    return found


def settle(db: Connection, link_again: Callable[[Connection, int], None]) -> list[int]:
    """Let one loose family fall apart into what still hangs together; return those left."""
    families = loose(db)
    for family in families[:1]:
        _fall_apart(db, family, link_again)
        _keep_loose(db, families[1:])
    return families[1:]


def _keep_loose(db: Connection, families: Iterable[int]) -> None:
    if kept := sorted(families):
        db.execute("INSERT OR REPLACE INTO meta VALUES(?, ?)", (_LOOSE, json.dumps(kept)))
    else:
        db.execute("DELETE FROM meta WHERE key = ?", (_LOOSE,))


def _fall_apart(db: Connection, family: int, link_again: Callable[[Connection, int], None]) -> None:
    members = [
        row[0]
        for row in db.execute(
            "SELECT DISTINCT s.n FROM documents d JOIN signatures s"
            " ON s.cluster = d.cluster AND s.collection = d.collection WHERE d.family = ?",
            (family,),
        )
    ]
    parts = _parts(db, members)
    if len(parts) > 1 and len(parts[0]) >= MOST_LINKS:
        # Not each was linked to each: those that stood beside a lost one may still be near.
        strays = [n for part in parts[1:] for n in sorted(part)[:MOST_LINKS]]
        for n in strays[:_MOST_LINKED_AGAIN]:
            link_again(db, n)
        parts = _parts(db, members)
    for part in parts:
        alone = len(part) == 1
        name = family if len(parts) == 1 and not alone else min(part)
        for n in part:
            _put_family(db, n, None if alone else name)


def _families(db: Connection, n: int) -> list[tuple[int | None]]:
    return db.execute(
        "SELECT DISTINCT d.family FROM signatures s JOIN documents d"
        " ON d.cluster = s.cluster AND d.collection = s.collection WHERE s.n = ?",
        (n,),
    ).fetchall()


def _put_family(db: Connection, n: int, family: int | None) -> None:
    db.execute(
        "UPDATE documents SET family = ?1 WHERE (cluster, collection) ="
        " (SELECT cluster, collection FROM signatures WHERE n = ?2) AND family IS NOT ?1",
        (family, n),
    )


def _linked(db: Connection, n: int) -> list[int]:
    return [row[0] for row in db.execute("SELECT other FROM links WHERE one = ?", (n,))]


def _hang_together(db: Connection, some: set[int]) -> bool:
    """Return whether a look around shows that some texts, and any one of them, are not alone."""
    if len(some) > _MOST_LOOKED_AT:
        return False
    if len(some) == 1:
        return bool(_linked(db, *some))
    groups, apart = _Groups(some), len(some)
    rest = deque(some)
    for _ in range(4 * len(some) + 64):
        if not rest:
            return False
        one = rest.popleft()
        for other in _linked(db, one):
            if other not in groups.known:
                groups.known[other] = one
                rest.append(other)
            elif groups.join(one, other):
                apart -= 1
        if apart == 1:
            return True
    return False


def _parts(db: Connection, members: Sequence[int]) -> list[set[int]]:
    """Return the sets of texts that hang together, the largest first."""
    groups = _Groups(members)
    for one in members:
        for other in _linked(db, one):
            groups.known.setdefault(other, other)
            groups.join(one, other)
    parts: defaultdict[int, set[int]] = defaultdict(set)
    for one in groups.known:
        parts[groups.root(one)].add(one)
    return sorted(parts.values(), key=lambda part: (-len(part), min(part)))


class _Groups:
    """Sets that are joined: each member leads, over others, to the root of its set."""

    def __init__(self, members: Iterable[int]) -> None:
        self.known = {one: one for one in members}

    def root(self, one: int) -> int:
        while (above := self.known[one]) != one:
            one = self.known[one] = self.known[above]
        return one

    def join(self, one: int, other: int) -> bool:
        """Join the sets of two members; return whether they were two."""
        a, b = self.root(one), self.root(other)
        self.known[max(a, b)] = min(a, b)
        return a != b
