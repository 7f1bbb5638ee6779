"""The work on a vector index: filling it from the ledger, checking it, asking it.

Chroma itself is not imported here: ``rag.index`` passes the way to open a client.
"""

from __future__ import annotations

import contextlib
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.index_files import Generation, manifest, settle
from rag.ledger import Ledger
from rag.types import Vectors

COLLECTION = "passages"
HNSW = {"space": "cosine", "ef_construction": 128, "ef_search": 256, "max_neighbors": 24}
MOST_UNSAVED = 20_000  # vectors after which Chroma writes its files; each time it writes them all
SAMPLED, RECALL = 200, 0.99
TWIN = 1e-4  # vectors whose cosine differs less from 1 are the same to a search

Job = Mapping[str, Any]
"""``kind`` (check, build, extend), ``library``, ``index``, ``url``, ``name`` of the generation,
``base`` to start from with its ``after`` and ``deleted``, ``model_id``, ``batch``."""

OpenClient = Callable[[str], Any]
"""Gives a Chroma client of a directory or of a server's address."""


class Reader:
    """An open generation, closed when the last query that uses it has ended."""

    def __init__(self, client: Any, generation: Generation, url: str | None) -> None:
        self.generation = generation
        self._client = client
        name = collection_name(generation.name, url)
        try:
            self._collection = client.get_collection(name, embedding_function=None)
        except BaseException:
            client.close()
            raise
        self._lock = threading.Lock()
        self._users = 1

    def nearest(self, vector: Vectors, limit: int) -> list[tuple[int, float]]:
        """Return (passage rowid, cosine) of about the nearest passages, best first."""
        with self._lock:
            if not self._users:
                return []
            self._users += 1
        try:
            size = self.generation.count
            return _nearest(self._collection, vector, min(limit, size)) if size else []
        finally:
            self.close()

    def close(self) -> None:
        """Let go of the generation."""
        with self._lock:
            self._users -= 1
            last = self._users == 0
        if last:
            self._client.close()


def build_job(job: Job, ledger: Ledger, open_client: OpenClient) -> dict[str, Any]:
    """Make a generation: anew, or from a copy of the one before; return what there is to know."""
    place = _place(job, job["name"])
    seq, model_id, batch = int(job["after"]), job["model_id"], int(job["batch"])
    deleted = int(job["deleted"])
    if job["base"] and not job["url"]:
        shutil.copytree(_place(job, job["base"]), place)
    with client_of(place, open_client) as client:
        name = collection_name(job["name"], job["url"])
        if job["base"]:
            collection = client.get_collection(name, embedding_function=None)
            held = set(_all_ids(collection))
            if not job["url"]:
                unsaved = _unsaved(_steps(ledger, model_id, seq, held), batch)
                collection.modify(configuration={"hnsw": {"sync_threshold": unsaved}})
        else:
            seq, held = ledger.seq, set()
            expected = ledger.embedded_rowids(model_id)
            hnsw = {**HNSW, "sync_threshold": _unsaved(len(expected), batch)}
            collection = client.create_collection(
                name, embedding_function=None, configuration={"hnsw": hnsw}
            )
            for rowids, vectors in ledger.vectors(model_id):
                _put(collection, rowids, vectors, batch)
                held.update(rowids.tolist())
        seq, gone = _apply(collection, ledger, model_id, seq, batch, held)
    health = check_job({**job, "after": seq}, ledger, open_client)
    if not health["ok"]:
        return {"reason": health["reason"]}
    if not job["url"]:
        settle(Path(place))
    return {
        "applied_seq": seq,
        "count": health.pop("count"),
        "deleted": deleted + gone,
        "files": {} if job["url"] else manifest(Path(place)),
    }


def check_job(job: Job, ledger: Ledger, open_client: OpenClient) -> dict[str, Any]:
    """Compare a generation with the ledger; return the fields of a ``Health``."""
    with client_of(_place(job, job["name"]), open_client) as client:
        name = collection_name(job["name"], job["url"])
        collection = client.get_collection(name, embedding_function=None)
        held = np.array(sorted(_all_ids(collection)), dtype=np.int64)
        expected = ledger.embedded_rowids(job["model_id"])
        put, gone = _changed(ledger, int(job["after"]))
        missing = np.setdiff1d(np.setdiff1d(expected, held), put)
        extra = np.setdiff1d(np.setdiff1d(held, expected), gone)
        both = np.intersect1d(expected, held)
        sample = both[
            np.unique(np.linspace(0, max(0, len(both) - 1), SAMPLED).astype(int))[: len(both)]
        ]
        rowids, vectors = ledger.vectors_of(job["model_id"], sample.tolist())
        recalled = sum(
            _finds_itself(collection, ledger, job["model_id"], int(rowid), vector)
            for rowid, vector in zip(rowids, vectors, strict=True)
        )
    reason = ""
    if len(missing) or len(extra):
        reason = f"{len(missing)} passages are missing from the index and {len(extra)} are too many"
    elif recalled < RECALL * len(rowids):
        reason = f"only {recalled} of {len(rowids)} vectors find themselves"
    result = {
        "ok": not reason,
        "reason": reason,
        "missing": len(missing),
        "extra": len(extra),
        "sampled": len(rowids),
        "recalled": recalled,
    }
    return result if job["kind"] == "check" else {**result, "count": len(held)}


def _apply(
    collection: Any, ledger: Ledger, model_id: str, seq: int, batch: int, held: set[int]
) -> tuple[int, int]:
    """Apply the ledger's changes since ``seq``; return what is reached, and how many were deleted.

    ``held`` are the rowids in the collection. Applying a change again does no harm: putting
    overwrites, and what is gone stays gone.
    """
    deleted = 0
    while steps := ledger.changes(seq, 5000):
        gone = {step.passage_rowid for step in steps if step.op == "delete"}
        put = {step.passage_rowid for step in steps if step.op == "put"} - gone - held
        rowids, vectors = ledger.vectors_of(model_id, put)
        _put(collection, rowids, vectors, batch)
        dead = sorted(gone & held)
        for at in range(0, len(dead), batch):
            collection.delete(ids=[str(i) for i in dead[at : at + batch]])
        deleted += len(dead)
        held.update(rowids.tolist())
        held.difference_update(dead)
        seq = steps[-1].seq
    return seq, deleted


def _steps(ledger: Ledger, model_id: str, seq: int, held: set[int]) -> int:
    """Return how many vectors will be put and deleted to apply what has changed since ``seq``."""
    put, gone = (set(rowids.tolist()) for rowids in _changed(ledger, seq))
    ready = set(ledger.embedded_rowids(model_id).tolist())
    return len((put & ready) - held) + len(gone & held)


def _put(collection: Any, rowids: NDArray[np.int64], vectors: Vectors, batch: int) -> None:
    for at in range(0, len(rowids), batch):
        ids = [str(i) for i in rowids[at : at + batch].tolist()]
        collection.upsert(ids=ids, embeddings=vectors[at : at + batch])


def _changed(ledger: Ledger, seq: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rowids that were put, and those that were deleted, since a change."""
    put: set[int] = set()
    gone: set[int] = set()
    while steps := ledger.changes(seq, 20_000):
        put.update(step.passage_rowid for step in steps if step.op == "put")
        gone.update(step.passage_rowid for step in steps if step.op == "delete")
        seq = steps[-1].seq
    return np.array(sorted(put), dtype=np.int64), np.array(sorted(gone), dtype=np.int64)


def _finds_itself(
    collection: Any, ledger: Ledger, model_id: str, rowid: int, vector: Vectors
) -> bool:
    found = _nearest(collection, vector, 1)
    if not found or found[0][0] == rowid:
        return bool(found)
    _, twin = ledger.vectors_of(model_id, [found[0][0]])
    return bool(len(twin)) and float(twin[0] @ vector) > 1 - TWIN


def _nearest(collection: Any, vector: Vectors, limit: int) -> list[tuple[int, float]]:
    result = collection.query(
        query_embeddings=np.asarray(vector, dtype=np.float32).reshape(1, -1),
        n_results=limit,
        include=["distances"],
    )
    pairs = zip(result["ids"][0], result["distances"][0], strict=True)
    return [(int(passage), 1.0 - float(distance)) for passage, distance in pairs]


def _all_ids(collection: Any) -> Iterator[int]:
    page, at = 5000, 0
    while ids := collection.get(include=[], limit=page, offset=at)["ids"]:
        yield from map(int, ids)
        at += len(ids)


def _unsaved(vectors: int, batch: int) -> int:
    """Return after how many vectors Chroma shall write its files, so that few are left unwritten.

    Each query goes through what is left one by one, and each writing writes everything. So there
    should be few writings, the last one at the very end. One happens with the batch that reaches
    the number, up to a batch late, which is why it is a batch less than an even share.

    >>> _unsaved(1000, 64), _unsaved(100_000, 64)
    (936, 19936)
    """
    times = max(1, -(-vectors // MOST_UNSAVED))
    return max(64, vectors // times - batch)


def _place(job: Job, name: str) -> str:
    return job["url"] or str(Path(job["index"]) / name)


def collection_name(name: str, url: str | None) -> str:
    """Return what a generation's collection is called in a directory or on a server."""
    return f"vouch-{name}" if url else COLLECTION


@contextlib.contextmanager
def client_of(place: str, open_client: OpenClient) -> Iterator[Any]:
    """Yield a client, and close it."""
    client = open_client(place)
    try:
        yield client
    finally:
        client.close()
