"""Embeddings in the ledger, by content and model, and the change sequence that indexes follow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from rag.store.read import LedgerRead, few, marks
from rag.store.store import Connection
from rag.store.values import Change, Op
from rag.types import Vectors

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
else:
    from rag.on_demand import numpy as np

_OPS: tuple[Op, ...] = ("put", "delete", "touch")
CHUNK = 4096  # vectors that are read at a time
_WITHOUT = (
    "NOT EXISTS (SELECT 1 FROM embeddings e WHERE e.content = t.n"
    " AND e.model = (SELECT n FROM models WHERE id = ?))"
)
# Over the index of keys, which is a tenth of the table with the texts.
_PENDING = (
    f"FROM contents t INDEXED BY sqlite_autoindex_contents_1 WHERE t.key IS NOT NULL AND {_WITHOUT}"
)
# From one key on, in their order: reads no more of the table than it gives.
_PENDING_AFTER = f"FROM contents t NOT INDEXED WHERE t.n > ? AND {_WITHOUT}"


class LedgerVectors(LedgerRead):
    """The part of the ledger that holds vectors."""

    def pending_texts(
        self, model_id: str, limit: int, collection: str | None = None, after: int = 0
    ) -> list[tuple[int, str]]:
        """Return (content key, text to embed) of passages that have no vector of the model yet.

        Keys ascend, and what is added later has greater ones: ``after``, the last key of the call
        before, makes the next call cost what it returns, however much the library holds.
        """
        pending = _PENDING if not after else _PENDING_AFTER
        values: list[str | int] = [model_id] if not after else [after, model_id]
        if collection is not None:
            pending += (
                " AND t.n IN (SELECT p.content FROM passages p JOIN documents d ON d.n = p.document"
                " JOIN collections c ON c.n = d.collection WHERE c.name = ?)"
            )
            values.append(collection)
        if after:
            select = f"SELECT t.n, t.context, t.text {pending} ORDER BY t.n LIMIT ?"
        else:
            select = (
                "SELECT n, context, text FROM contents"
                f" WHERE n IN (SELECT t.n {pending}) ORDER BY n LIMIT ?"
            )
        with self._read() as db:
            rows = db.execute(select, (*values, limit)).fetchall()
        return [(n, f"{context}\n{text}" if context else text) for n, context, text in rows]

    def still_pending(self, model_id: str, keys: Sequence[int]) -> set[int]:
        """Return those of some content keys that are there and have no vector of the model yet."""
        found: set[int] = set()
        with self._read() as db:
            for some in few(keys):
                rows = db.execute(
                    f"SELECT t.n FROM contents t WHERE t.n IN ({marks(some)}) AND {_WITHOUT}",
                    (*some, model_id),
                )
                found.update(row[0] for row in rows)
        return found

    def newest_key(self) -> int:
        """Return the greatest content key there is, 0 in an empty library."""
        with self._read() as db:
            return int(db.execute("SELECT coalesce(max(n), 0) FROM contents").fetchone()[0])

    def pending_count(self, model_id: str) -> int:
        """Return how many texts have no vector of the model yet."""
        with self._read() as db:
            row = db.execute(f"SELECT count(*) {_PENDING}", (model_id,)).fetchone()
        return int(row[0])

    def put_vectors(self, model_id: str, keys: Sequence[int], vectors: Vectors) -> int:
        """Keep the vectors of texts, shape ``(len(keys), dimensions)``; return how many were new.

        Texts that are gone meanwhile, or whose vector another process has put, are left alone.
        """
        matrix = np.ascontiguousarray(vectors, dtype="<f4")
        if matrix.ndim != 2 or len(matrix) != len(keys):
            raise ValueError(f"{len(keys)} keys do not go with vectors of shape {matrix.shape}")
        new = 0
        with self._write() as db:
            db.execute("INSERT INTO models(id) VALUES(?) ON CONFLICT DO NOTHING", (model_id,))
            model = _model(db, model_id)
            for key, vector in zip(keys, matrix, strict=True):
                put = db.execute(
                    "INSERT INTO embeddings(model, content, vector)"
                    " SELECT ?, n, ? FROM contents WHERE n = ? ON CONFLICT DO NOTHING",
                    (model, vector.tobytes(), key),
                )
                if put.rowcount == 1:
                    new += 1
                    db.execute(
                        "INSERT INTO changes(op, passage)"
                        " SELECT 0, id FROM passages WHERE content = ? ORDER BY id",
                        (key,),
                    )
        return new

    def vectors(
        self, model_id: str, after_rowid: int = 0
    ) -> Iterator[tuple[NDArray[np.int64], Vectors]]:
        """Yield (passage rowids, their vectors) of live passages, ascending, in chunks."""
        while True:
            with self._read() as db:
                rows = db.execute(
                    "SELECT p.id, e.vector FROM passages p"
                    " JOIN embeddings e ON e.content = p.content AND e.model = ?"
                    " WHERE p.id > ? ORDER BY p.id LIMIT ?",
                    (_model(db, model_id), after_rowid, CHUNK),
                ).fetchall()
            if not rows:
                return
            yield _matrix(rows)
            after_rowid = rows[-1][0]

    def vectors_of(self, model_id: str, rowids: Iterable[int]) -> tuple[NDArray[np.int64], Vectors]:
        """Return the rowids among those given that live and have a vector, ascending, and these."""
        rows: list[tuple[int, bytes]] = []
        with self._read() as db:
            model = _model(db, model_id)
            for some in few(sorted(set(rowids))):
                rows += db.execute(
                    # CROSS JOIN keeps the passages outside: the planner would read every vector of
                    # the model for each handful of passages.
                    "SELECT p.id, e.vector FROM passages p"
                    " CROSS JOIN embeddings e ON e.content = p.content AND e.model = ?"
                    f" WHERE p.id IN ({marks(some)}) ORDER BY p.id",
                    (model, *some),
                ).fetchall()
        return _matrix(rows)

    def changes(self, after_seq: int, limit: int) -> list[Change]:
        """Return the next steps of the change sequence after ``after_seq``, oldest first."""
        with self._read() as db:
            rows = db.execute(
                "SELECT seq, op, passage FROM changes WHERE seq > ? ORDER BY seq LIMIT ?",
                (after_seq, limit),
            ).fetchall()
        return [Change(seq, _OPS[op], passage) for seq, op, passage in rows]

    def embedded_rowids(self, model_id: str) -> NDArray[np.int64]:
        """Return the rowids of live passages that have a vector of the model, ascending."""
        with self._read() as db:
            row = db.execute(
                "SELECT group_concat(p.id) FROM passages p"
                " JOIN embeddings e ON e.content = p.content AND e.model = ?",
                (_model(db, model_id),),
            ).fetchone()
        return np.sort(np.fromstring(row[0] or "", dtype=np.int64, sep=","))

    def lag(self, model_id: str, after_seq: int) -> int:
        """Return how many steps since ``after_seq`` matter to an index of the model's vectors."""
        with self._read() as db:
            row = db.execute(
                "SELECT count(*) FROM changes c WHERE c.seq > ? AND (c.op = 1 OR c.op = 0"
                " AND EXISTS (SELECT 1 FROM passages p JOIN embeddings e ON e.content = p.content"
                "  AND e.model = ? WHERE p.id = c.passage))",
                (after_seq, _model(db, model_id)),
            ).fetchone()
        return int(row[0])

    def drop_model(self, model_id: str) -> None:
        """Forget every vector of a model that is no longer used."""
        with self._write() as db:
            model = _model(db, model_id)
            db.execute("DELETE FROM embeddings WHERE model = ?", (model,))
            db.execute("DELETE FROM models WHERE n = ?", (model,))


def _model(db: Connection, model_id: str) -> int:
    """Return the number of a model; 0 when the ledger holds none of its vectors."""
    row = db.execute("SELECT n FROM models WHERE id = ?", (model_id,)).fetchone()
    return 0 if row is None else int(row[0])


def _matrix(rows: Sequence[tuple[int, bytes]]) -> tuple[NDArray[np.int64], Vectors]:
    rowids = np.fromiter((row[0] for row in rows), dtype=np.int64, count=len(rows))
    joined = np.frombuffer(b"".join(row[1] for row in rows), dtype="<f4")
    return rowids, joined.reshape(len(rows), -1) if rows else joined.reshape(0, 0)
