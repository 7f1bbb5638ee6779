"""Reading documents and passages from the ledger, and which of them a filter lets through."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rag.errors import BadRequest
from rag.store.store import Connection, Store
from rag.store.values import Counts, FailedFile, OriginRow, UnreadPart
from rag.types import DateCandidate, Document, DocumentInfo, Filters, Passage, Span

_INTERRUPTED = ("Its reading was interrupted.", "Add it again.")
FEW = 500  # values bound to one statement at a time

_INFO = (
    "SELECT d.id, d.text_sha256, d.title, d.source, d.external_id, d.metadata, d.dates,"
    " d.publisher, d.language, c.name, coalesce('near:' || d.family, d.cluster), d.flags,"
    " (SELECT e.id FROM documents e WHERE e.cluster = d.cluster AND e.collection = d.collection"
    "  ORDER BY e.n LIMIT 1), d.n,"
    " (SELECT e.id FROM documents e WHERE e.family = d.family ORDER BY e.n LIMIT 1),"
    " (SELECT e.cluster = d.cluster FROM documents e WHERE e.family = d.family"
    "  ORDER BY e.n LIMIT 1)"
    " FROM documents d JOIN collections c ON c.n = d.collection"
)
_PASSAGE = (
    'SELECT p.id, d.id, p."start", p."end", t.text, t.context'
    " FROM passages p JOIN documents d ON d.n = p.document JOIN contents t ON t.n = p.content"
)


def to_json(value: object) -> str:
    """Return compact JSON with sorted keys, so that equal values have equal text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def attribute_values(value: object) -> list[str]:
    """Return the texts under which a metadata value can be filtered; one for each list element.

    >>> attribute_values("Idlib"), attribute_values(3.0), attribute_values([True, 2])
    (['Idlib'], ['3'], ['true', '2'])
    """
    if isinstance(value, (list, tuple, set, frozenset)):
        return [text for element in value for text in attribute_values(element)]
    if isinstance(value, str):
        return [value]
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return [to_json(value)]


def few(values: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield the values in lists short enough to be bound to one statement."""
    rest = list(values)
    for at in range(0, len(rest), FEW):
        yield rest[at : at + FEW]


def marks(values: Sequence[Any]) -> str:
    """Return the placeholders for a list of bound values: ``?,?,?``."""
    return ",".join("?" * len(values))


def _info(row: Sequence[Any]) -> DocumentInfo:
    return DocumentInfo(
        id=row[0],
        text_sha256=row[1],
        title=row[2],
        source=row[3],
        external_id=row[4],
        metadata=json.loads(row[5]),
        dates=tuple(DateCandidate(*date) for date in json.loads(row[6])),
        publisher=row[7],
        language=row[8],
        collection=row[9],
        cluster=row[10],
        copy_of=None if row[12] == row[0] else row[12],
        near_copy_of=None if row[15] else row[14],
        flags=tuple(json.loads(row[11])),
    )


def info_of(db: Connection, n: int) -> DocumentInfo:
    """Return what is known of the document with an ordinal."""
    return _info(db.execute(f"{_INFO} WHERE d.n = ?", (n,)).fetchone())


def _passage(row: Sequence[Any]) -> Passage:
    return Passage(row[1], row[2], row[3], row[4], row[5], str(row[0]))


def filter_sql(collection: str, filters: Filters | None) -> tuple[str, list[Any]]:
    """Return the condition on ``documents d`` that filters stand for, and its values."""
    terms = ["d.collection = (SELECT n FROM collections WHERE name = ?)"]
    values: list[Any] = [collection]
    if filters is None:
        return terms[0], values
    for column, wanted in (("d.id", filters.document_ids), ("d.publisher", filters.publisher)):
        if wanted:
            # json_each() takes a list of any length as one bound value.
            nocase = " COLLATE NOCASE" if column == "d.publisher" else ""
            terms.append(f"{column} IN (SELECT value{nocase} FROM json_each(?))")
            values.append(to_json(list(wanted)))
    if filters.published_from:
        terms.append("substr(d.published, 1, 10) >= ?")
        values.append(filters.published_from[:10])
    if filters.published_to:
        terms.append("substr(d.published, 1, 10) <= ?")
        values.append(filters.published_to[:10])
    for key, value in filters.metadata.items():
        terms.append(
            "d.n IN (SELECT document FROM attributes WHERE key = ?"
            " AND value IN (SELECT value FROM json_each(?)))"
        )
        values += [key, to_json(attribute_values(value))]
    return " AND ".join(terms), values


class LedgerRead(Store):
    """The part of the ledger that reads documents, passages and counts."""

    _counted: dict[tuple[str, str | None], tuple[int, Counts]]

    @property
    def seq(self) -> int:
        """The newest number of the change sequence; 0 in a new library."""
        with self._read() as db:
            return self._seq(db)

    @staticmethod
    def _seq(db: Connection) -> int:
        return int(db.execute("SELECT coalesce(max(seq), 0) FROM changes").fetchone()[0])

    def origins(
        self, collection: str, root: str | None = None, paths: Sequence[str] | None = None
    ) -> dict[str, OriginRow]:
        """Return the files of a collection by path.

        With ``root``, only those found under it; with ``paths``, only those.
        """
        where, values = "c.name = ?", [collection]
        if root is not None:
            where, values = where + " AND o.root = ?", [*values, root]
        if paths is not None:
            where += " AND o.path IN (SELECT value FROM json_each(?))"
            values.append(to_json(list(paths)))
        with self._read() as db:
            ids: dict[int, list[str]] = {}
            for n, document in db.execute(
                "SELECT d.origin, d.id FROM documents d JOIN origins o ON o.n = d.origin"
                f" JOIN collections c ON c.n = o.collection WHERE {where} ORDER BY d.n",
                values,
            ):
                ids.setdefault(n, []).append(document)
            unread: dict[int, list[UnreadPart]] = {}
            for n, *part in db.execute(
                "SELECT u.origin, u.part, u.why, u.hint FROM unread_parts u"
                " JOIN origins o ON o.n = u.origin JOIN collections c ON c.n = o.collection"
                f" WHERE {where} ORDER BY u.origin, u.part",
                values,
            ):
                unread.setdefault(n, []).append(UnreadPart(*part))
            rows = db.execute(
                "SELECT o.n, o.path, o.root, o.file_sha256, o.size, o.mtime_ns, o.settings,"
                " o.state, o.why, o.hint FROM origins o JOIN collections c ON c.n = o.collection"
                f" WHERE {where} ORDER BY o.path",
                values,
            ).fetchall()
        shared: dict[str, str] = {}  # most of a million files have the same root and settings
        return {
            row[1]: OriginRow(
                path=row[1],
                root=shared.setdefault(row[2], row[2]),
                file_sha256=row[3],
                size=row[4],
                mtime_ns=row[5],
                settings=shared.setdefault(row[6], row[6]),
                state=row[7],
                why=row[8],
                hint=row[9],
                document_ids=tuple(ids.get(row[0], ())),
                unread=tuple(unread.get(row[0], ())),
            )
            for row in rows
        }

    def document(self, document_id: str) -> Document | None:
        """Return a document with its text and spans, or None when there is none with that id."""
        with self._read() as db:
            row = db.execute(
                "SELECT d.id, d.text_sha256, d.title, t.text, d.source, d.external_id, d.metadata,"
                " d.dates, d.publisher, d.language, t.spans, d.part, d.flags"
                " FROM documents d JOIN texts t ON t.document = d.n WHERE d.id = ?",
                (document_id,),
            ).fetchone()
        if row is None:
            return None
        return Document(
            id=row[0],
            text_sha256=row[1],
            title=row[2],
            text=row[3],
            source=row[4],
            external_id=row[5],
            metadata=json.loads(row[6]),
            dates=tuple(DateCandidate(*date) for date in json.loads(row[7])),
            publisher=row[8],
            language=row[9],
            spans=tuple(Span(*span) for span in json.loads(row[10])),
            part=row[11],
            flags=tuple(json.loads(row[12])),
        )

    def infos(self, ids: Iterable[str]) -> dict[str, DocumentInfo]:
        """Return what is known of each document, by id; ids that do not exist are left out."""
        found: dict[str, DocumentInfo] = {}
        with self._read() as db:
            for some in few(ids):
                for row in db.execute(f"{_INFO} WHERE d.id IN ({marks(some)})", some):
                    found[row[0]] = _info(row)
        return found

    def find_infos(
        self,
        collection: str,
        *,
        filters: Filters | None = None,
        limit: int = 50,
        cursor: str | None = None,
        query: str | None = None,
    ) -> tuple[list[DocumentInfo], str | None]:
        """Return a page of documents in the order they were added, and the cursor of the next page.

        ``query`` keeps those whose title, source, publisher or external id contains it.

        Raises:
            BadRequest: the cursor is not one that this method gave.
        """
        where, values = filter_sql(collection, filters)
        if query:
            like = "%" + query.translate({ord(c): "\\" + c for c in "\\%_"}) + "%"
            columns = ("d.title", "d.source", "d.publisher", "d.external_id")
            where += " AND (" + " OR ".join(f"{c} LIKE ? ESCAPE '\\'" for c in columns) + ")"
            values += [like] * len(columns)
        if cursor:
            if not cursor.isdecimal():
                raise BadRequest(
                    f"{cursor!r} is not a cursor.", "Take `next` of the page before, unchanged."
                )
            where += " AND d.n > ?"
            values.append(int(cursor))
        with self._read() as db:
            rows = db.execute(
                f"{_INFO} WHERE {where} ORDER BY d.n LIMIT ?", [*values, limit + 1]
            ).fetchall()
        more = len(rows) > limit
        rows = rows[:limit]
        return [_info(row) for row in rows], str(rows[-1][13]) if more and rows else None

    def passages(self, ids: Iterable[str]) -> dict[str, Passage]:
        """Return passages by id; ids that do not exist (any more) are left out."""
        found: dict[str, Passage] = {}
        with self._read() as db:
            for some in few(int(i) for i in ids if i.isdecimal()):
                for row in db.execute(f"{_PASSAGE} WHERE p.id IN ({marks(some)})", some):
                    found[str(row[0])] = _passage(row)
        return found

    def passages_of(self, document_id: str) -> list[Passage]:
        """Return a document's passages in the order of its text."""
        with self._read() as db:
            rows = db.execute(f'{_PASSAGE} WHERE d.id = ? ORDER BY p."start", p.id', (document_id,))
            return [_passage(row) for row in rows]

    def counts(self, collection: str, model_id: str | None = None) -> Counts:
        """Return how much a collection holds; ``embedded`` counts vectors of the model.

        Without ``model_id`` it is the model named by the library's meta value ``model_id``.
        """
        with self._read() as db:
            model = model_id or _meta(db, "model_id")
            seq, known = self._seq(db), self._counted.get((collection, model))
            if known is None or known[0] != seq:
                known = (seq, _count(db, collection, model))
                self._counted[collection, model] = known
        return known[1]

    def collections(self) -> list[str]:
        """Return the names of the collections, oldest first."""
        with self._read() as db:
            return [row[0] for row in db.execute("SELECT name FROM collections ORDER BY n")]

    def get_meta(self, key: str) -> str | None:
        """Return a small fact about the library, or None."""
        with self._read() as db:
            return _meta(db, key)

    def set_meta(self, key: str, value: str | None) -> None:
        """Keep a small fact about the library; None forgets it."""
        with self._write() as db:
            if value is None:
                db.execute("DELETE FROM meta WHERE key = ?", (key,))
            else:
                db.execute("INSERT OR REPLACE INTO meta VALUES(?, ?)", (key, value))


def metadata_rows(metadata: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Return the (key, value) pairs under which a document can be filtered."""
    return {(key, text) for key, value in metadata.items() for text in attribute_values(value)}


def _count(db: Connection, collection: str, model: str | None) -> Counts:
    row = db.execute("SELECT n FROM collections WHERE name = ?", (collection,)).fetchone()
    if row is None:
        return Counts(0, 0, 0, 0, None, None)
    n = row[0]
    documents, clusters, stories, first, last = db.execute(
        "SELECT count(*), count(DISTINCT cluster), count(DISTINCT coalesce(family, cluster)),"
        " substr(min(published), 1, 10), substr(max(published), 1, 10)"
        " FROM documents WHERE collection = ?",
        (n,),
    ).fetchone()
    of_collection = " FROM passages p JOIN documents d ON d.n = p.document"
    passages = db.execute(
        f"SELECT count(*){of_collection} WHERE d.collection = ?", (n,)
    ).fetchone()[0]
    embedded = db.execute(
        f"SELECT count(*){of_collection} JOIN embeddings e ON e.content = p.content"
        " AND e.model = (SELECT n FROM models WHERE id = ?) WHERE d.collection = ?",
        (model, n),
    ).fetchone()[0]
    failed = tuple(
        FailedFile(*row)
        for row in db.execute(
            "SELECT path, why, hint FROM origins WHERE collection = ?1 AND state = 'failed'"
            " UNION ALL SELECT path, ?2, ?3 FROM origins"
            " WHERE collection = ?1 AND state = 'reading'"
            " UNION ALL SELECT o.path || '!/' || u.part, u.why, u.hint FROM unread_parts u"
            " JOIN origins o ON o.n = u.origin WHERE o.collection = ?1 AND o.state <> 'failed'"
            " ORDER BY 1",
            (n, *_INTERRUPTED),
        )
    )
    return Counts(
        documents,
        passages,
        len(failed),
        embedded,
        first,
        last,
        failed,
        documents - clusters,
        clusters - stories,
    )


def _meta(db: Connection, key: str) -> str | None:
    row = db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return None if row is None else str(row[0])
