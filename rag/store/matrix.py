"""Every vector of a model as one matrix, for exact search; kept in a file beside the library.

The file is derived: it is checked against the ledger when it is opened, brought up to date by the
change sequence, and written anew when it is missing, foreign or far behind. Reading it takes a
twentieth of the time of reading the vectors out of the ledger.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
import threading
import zlib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.store.vectors import LedgerVectors
from rag.types import Vectors

FOLDER = "cache"
PURGES = "purges"
SAMPLED = 16  # vectors compared with the ledger when the file is opened
SLACK = (
    0.1  # share of vectors that may be missing from the file, or dead in it, before it is written
)

Rowids = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class MatrixPart:
    """Vectors of passages, shape ``(len(rowids), dimensions)``, rowids ascending.

    Some of the passages may be deleted: ``Ledger.searchable`` tells which live.
    """

    rowids: Rowids
    vectors: Vectors


_HEAD = 1024  # bytes of the file before its arrays
_EMPTY = MatrixPart(np.zeros(0, dtype=np.int64), np.zeros((0, 0), dtype=np.float32))
_NONE = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class _State:
    """What was reached: the file's vectors, those since, and the passages deleted since."""

    seq: int
    base: MatrixPart
    rest: MatrixPart = _EMPTY
    dead: Rowids = field(default_factory=lambda: _NONE)


class VectorMatrix:
    """The vectors of one model, caught up with the ledger whenever they are asked for.

    Safe to share between threads; processes share the file, which is replaced whole.

    Args:
        ledger: where the vectors are.
        model_id: whose vectors.
    """

    def __init__(self, ledger: LedgerVectors, model_id: str) -> None:
        self._ledger = ledger
        self._model_id = model_id
        self._lock = threading.Lock()
        self._state: _State | None = None
        self._purges: str | None = None
        name = hashlib.sha256(model_id.encode()).hexdigest()[:16]
        self.path = ledger.directory / FOLDER / f"vectors-{name}.bin"

    def parts(self) -> tuple[int, tuple[MatrixPart, ...]]:
        """Return the sequence number that is reached, and the vectors: the file's, and the rest."""
        with self._lock:
            self._purges = self._ledger.get_meta(PURGES)
            seq = self._ledger.seq
            state = self._state
            if state is None:
                state = self._opened()
            if state is None or state.seq > seq:
                state = self._collected()
            elif state.seq < seq:
                state = self._caught_up(state, seq)
            self._state = state
            return state.seq, tuple(part for part in (state.base, state.rest) if len(part.rowids))

    def nearest(
        self, vector: Vectors, live: NDArray[np.bool_], limit: int, *, after_rowid: int = 0
    ) -> list[tuple[int, float]]:
        """Return (passage rowid, cosine) of the nearest live passages, best first, exactly.

        ``live`` is ``Ledger.searchable(...)``. ``after_rowid`` leaves out what an index has.
        """
        found: list[tuple[Rowids, NDArray[np.float32]]] = []
        for part in self.parts()[1]:
            start = int(np.searchsorted(part.rowids, after_rowid, side="right"))
            rowids = part.rowids[start:]
            inside = rowids < len(live)
            mask = np.zeros(len(rowids), dtype=bool)
            mask[inside] = live[rowids[inside]]
            scores = part.vectors[start:] @ vector.astype(np.float32, copy=False)
            scores[~mask] = -np.inf
            best = np.arange(len(scores))
            if len(scores) > limit:
                best = np.argpartition(-scores, limit - 1)[:limit]
            best = best[scores[best] > -np.inf]
            found.append((rowids[best], scores[best]))
        if not found:
            return []
        rowids = np.concatenate([pair[0] for pair in found])
        scores = np.concatenate([pair[1] for pair in found])
        order = np.lexsort((rowids, -scores))[:limit]
        return [(int(rowids[i]), float(scores[i])) for i in order]

    def _collected(self) -> _State:
        """Read everything out of the ledger, and keep it in the file."""
        seq = self._ledger.seq
        base = self._gathered()
        if not len(base.rowids):
            return _State(seq, _EMPTY)
        self._save(seq, base)
        # From the file they take no memory that the system cannot have back.
        return self._opened() or _State(seq, base)

    def _gathered(self) -> MatrixPart:
        """Return every vector of the ledger, without ever holding two copies of them."""
        expected = len(self._ledger.embedded_rowids(self._model_id))
        rowids = np.empty(expected, dtype=np.int64)
        vectors: Vectors | None = None
        more: list[MatrixPart] = []
        done = 0
        for some, chunk in self._ledger.vectors(self._model_id):
            if vectors is None:
                vectors = np.empty((expected, chunk.shape[1]), dtype=np.float32)
            fits = max(0, min(len(some), expected - done))
            rowids[done : done + fits], vectors[done : done + fits] = some[:fits], chunk[:fits]
            done += fits
            if fits < len(some):  # embedded since they were counted
                more.append(MatrixPart(some[fits:], chunk[fits:]))
        if vectors is None:
            return _EMPTY
        base = MatrixPart(rowids[:done], vectors[:done])
        for part in more:
            base = _joined(base, part)
        return base

    def _caught_up(self, state: _State, seq: int) -> _State:
        """Add what the change sequence says is new; when that is much, join and keep it."""
        if not len(state.base.rowids):
            return self._collected()
        put: set[int] = set()
        gone: set[int] = set()
        after = state.seq
        while after < seq:
            steps = self._ledger.changes(after, 20_000)
            if not steps:
                break
            put.update(step.passage_rowid for step in steps if step.op == "put")
            gone.update(step.passage_rowid for step in steps if step.op == "delete")
            after = steps[-1].seq
        dead = np.union1d(state.dead, np.array(sorted(gone), dtype=np.int64))
        known = np.concatenate([state.base.rowids, state.rest.rowids])
        missing = np.setdiff1d(np.array(sorted(put), dtype=np.int64), known)
        if len(missing) > max(1000, SLACK * len(known)):
            return self._collected()
        rowids, vectors = self._ledger.vectors_of(self._model_id, missing.tolist())
        rest = _joined(state.rest, MatrixPart(rowids, vectors))
        if len(rest.rowids) + len(dead) <= max(1000, SLACK * len(state.base.rowids)):
            return _State(after, state.base, rest, dead)
        base = _joined(state.base, rest)
        keep = ~np.isin(base.rowids, dead)
        base = MatrixPart(base.rowids[keep], base.vectors[keep])
        self._save(after, base)
        return _State(after, base)

    def _save(self, seq: int, base: MatrixPart) -> None:
        # A full or read-only disk must not keep anybody from searching.
        with contextlib.suppress(OSError):
            self._write(seq, base)
            # What was purged while the vectors were read must not come back to the disk.
            if self._ledger.get_meta(PURGES) != self._purges:
                self.path.unlink(missing_ok=True)

    def _write(self, seq: int, base: MatrixPart) -> None:
        rowids = np.ascontiguousarray(base.rowids, dtype="<i8")
        vectors = np.ascontiguousarray(base.vectors, dtype="<f4")
        head = {
            "uid": self._ledger.get_meta("uid"),
            "model": self._model_id,
            "seq": seq,
            "count": len(rowids),
            "dimensions": vectors.shape[1],
            "crc": zlib.crc32(rowids.tobytes()),
        }
        self.path.parent.mkdir(exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self.path.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(json.dumps(head).encode().ljust(_HEAD - 1) + b"\n")
                file.write(rowids.tobytes())
                vectors.tofile(file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, self.path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def _opened(self) -> _State | None:
        """Return what the file holds; None when it is missing, foreign, or damaged."""
        try:
            with self.path.open("rb") as file:
                head = json.loads(file.read(_HEAD))
            count, width = int(head["count"]), int(head["dimensions"])
            whole = self.path.stat().st_size == _HEAD + count * (8 + 4 * width)
            ours = (head["uid"], head["model"]) == (self._ledger.get_meta("uid"), self._model_id)
            if not (whole and ours and count):
                return None
            rowids = np.fromfile(self.path, dtype="<i8", count=count, offset=_HEAD)
            if zlib.crc32(rowids.tobytes()) != head["crc"]:
                return None
            vectors = np.memmap(
                self.path, "<f4", "r", offset=_HEAD + 8 * count, shape=(count, width)
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None
        picked = np.unique(np.linspace(0, count - 1, SAMPLED).astype(int))
        known, true = self._ledger.vectors_of(self._model_id, rowids[picked].tolist())
        same = picked[np.isin(rowids[picked], known)]
        # Where none of those that were picked lives, nothing says that the file is right.
        if not len(same) or not np.array_equal(vectors[same], true.reshape(len(same), -1)):
            return None
        return _State(int(head["seq"]), MatrixPart(rowids, np.asarray(vectors)))


def _joined(first: MatrixPart, second: MatrixPart) -> MatrixPart:
    """Return the vectors of both, rowids ascending."""
    if not len(first.rowids) or not len(second.rowids):
        return first if len(first.rowids) else second
    rowids = np.concatenate([first.rowids, second.rowids])
    vectors = np.concatenate([first.vectors, second.vectors])
    if first.rowids[-1] < second.rowids[0]:
        return MatrixPart(rowids, vectors)
    order = np.argsort(rowids)
    return MatrixPart(rowids[order], vectors[order])
