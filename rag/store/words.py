"""Finding passages by words: BM25 over exactly the documents that may be searched."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from rag.store.bag import MOST, bag, match
from rag.store.passages import touch
from rag.store.read import filter_sql
from rag.store.remove import LedgerRemove
from rag.store.store import Connection
from rag.store.write import ANALYSIS
from rag.types import Filters

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
else:
    from rag.on_demand import numpy as np

K1, B = 1.2, 0.75  # Robertson and Zaragoza 2009, the values that FTS5 and Lucene use too

MOST_CACHED = 12_000_000  # postings, of five bytes each

Ints: TypeAlias = "NDArray[np.int32]"
Counts8: TypeAlias = "NDArray[np.uint8]"
Floats: TypeAlias = "NDArray[np.float32]"


@dataclass(frozen=True, slots=True)
class PassageTable:
    """Per live passage its document's ordinal (0: none) and its length, indexed by rowid."""

    seq: int
    document: Ints
    length: Ints

    @property
    def last(self) -> int:
        """The largest passage rowid that the table knows."""
        return len(self.document) - 1


@dataclass(frozen=True, slots=True)
class Postings:
    """In which passages a term occurs, ascending, and how often; complete up to rowid ``last``."""

    last: int
    rowids: Ints
    counts: Counts8


@lru_cache(maxsize=1)
def _nowhere() -> Postings:
    return Postings(0, np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.uint8))


class LedgerWords(LedgerRemove):
    """The part of the ledger that searches words."""

    _table: PassageTable | None = None
    _postings: dict[str, Postings]
    _words_lock: threading.Lock

    def allowed(self, collection: str, filters: Filters | None) -> frozenset[int] | None:
        """Return the ordinals of the documents that may be searched; None when all may be."""
        with self._read() as db:
            mask = self._allowed(db, collection, filters)
        return None if mask is None else frozenset(np.flatnonzero(mask).tolist())

    def word_hits(
        self,
        terms: Sequence[Sequence[str]],
        collection: str,
        filters: Filters | None,
        limit: int,
    ) -> list[tuple[int, float]]:
        """Return (passage rowid, BM25 score) best first.

        ``terms`` are groups of variants as the analysis writes them; a group counts as one term.
        Document frequencies, lengths and scores are those of the allowed documents alone, so that a
        document that is filtered out changes no score.
        """
        with self._read() as db:
            table, live = self._searched(db, collection, filters)
            total = int(np.count_nonzero(live))
            if total == 0 or limit <= 0:
                return []
            average = float(table.length[live].sum()) / total or 1.0
            scores = np.zeros(len(live), dtype=np.float32)
            for group in terms:
                rowids, counts = self._group(db, group, table, live)
                if not len(rowids):
                    continue
                idf = math.log(1 + (total - len(rowids) + 0.5) / (len(rowids) + 0.5))
                norm = K1 * (1 - B + B * table.length[rowids] / average)
                scores[rowids] += (idf * (K1 + 1) * counts / (counts + norm)).astype(np.float32)
        found = np.flatnonzero(scores)
        if len(found) > limit:
            best = np.argpartition(-scores[found], limit - 1)[:limit]
            # Ties at the edge are settled by rowid, so that the same question finds the same.
            edge = scores[found[best]].min()
            found = found[scores[found] >= edge]
        order = np.lexsort((found, -scores[found]))[:limit]
        return [(int(found[i]), float(scores[found[i]])) for i in order]

    def documents_mentioning(
        self, terms: Sequence[Sequence[str]], collection: str, filters: Filters | None
    ) -> int:
        """Return how many of the allowed documents hold at least one variant of every group."""
        common: Ints | None = None
        with self._read() as db:
            table, live = self._searched(db, collection, filters)
            for group in terms:
                rowids, _ = self._group(db, group, table, live)
                documents = np.unique(table.document[rowids])
                common = documents if common is None else np.intersect1d(common, documents)
                if not len(common):
                    return 0
        return 0 if common is None else len(common)

    def vocabulary(
        self, prefix: str = "", *, shortest: int = 1, longest: int = 40
    ) -> Iterator[tuple[str, int]]:
        """Yield the library's words, lower case and not stemmed, with their document frequency."""
        where, values = "documents > 0 AND length(word) BETWEEN ? AND ?", [shortest, longest]
        with self._read() as db:
            if prefix:
                rows = db.execute(
                    f"SELECT word, documents FROM vocabulary WHERE {where}"
                    " AND word >= ? AND word < ?",
                    (*values, prefix, prefix[:-1] + chr(min(ord(prefix[-1]) + 1, 0x10FFFF))),
                ).fetchall()
            else:
                rows = db.execute(
                    f"SELECT word, documents FROM vocabulary WHERE {where}", values
                ).fetchall()
        yield from rows

    @property
    def words_outdated(self) -> bool:
        """Whether the library's words were analysed in another way than questions are now."""
        kept = self.get_meta(ANALYSIS)
        return kept is not None and kept != self.analysis

    def reindex_words(self, progress: Callable[[int, int], None] | None = None) -> int:
        """Analyse the words of every passage anew; return how many passages that were.

        A few hundred a transaction, so that others can write in between. ``progress`` gets the
        passages done and all there are. Other processes that have the library open keep old words
        in their memory until they are started again.
        """
        analysis, done, last = self.analysis, 0, 0
        with self._read() as db:
            total = int(db.execute("SELECT count(*) FROM passages").fetchone()[0])
        while True:
            with self._write() as db:
                rows = db.execute(
                    "SELECT p.id, t.context, t.text FROM passages p"
                    " JOIN contents t ON t.n = p.content WHERE p.id > ? ORDER BY p.id LIMIT 500",
                    (last,),
                ).fetchall()
                for rowid, context, text in rows:
                    bagged, length = bag(self._analyse(f"{context}\n{text}"))
                    db.execute("UPDATE words SET text = ? WHERE rowid = ?", (bagged, rowid))
                    db.execute("UPDATE passages SET length = ? WHERE id = ?", (length, rowid))
                if not rows:
                    db.execute("INSERT OR REPLACE INTO meta VALUES(?, ?)", (ANALYSIS, analysis))
                    touch(db)
                    break
                last, done = rows[-1][0], done + len(rows)
            if progress is not None:
                progress(done, max(done, total))
        with self._words_lock:
            self._postings.clear()
            self._table = None
        return done

    def passage_documents(self) -> PassageTable:
        """Return every live passage's document ordinal and length, as arrays indexed by rowid."""
        with self._read() as db:
            return self._passage_table(db)

    def searchable(self, collection: str, filters: Filters | None) -> NDArray[np.bool_]:
        """Return for each rowid whether that passage lives and may be searched (boolean array)."""
        with self._read() as db:
            return self._searched(db, collection, filters)[1]

    def _allowed(
        self, db: Connection, collection: str, filters: Filters | None
    ) -> NDArray[np.bool_] | None:
        if not filters:
            names = db.execute("SELECT name FROM collections LIMIT 2").fetchall()
            if names == [(collection,)]:
                return None
        where, values = filter_sql(collection, filters or None)
        last = db.execute("SELECT coalesce(max(n), 0) FROM documents").fetchone()[0]
        mask = np.zeros(last + 1, dtype=bool)
        rows = db.execute(f"SELECT d.n FROM documents d WHERE {where}", values).fetchall()
        mask[[row[0] for row in rows]] = True
        return mask

    def _searched(
        self, db: Connection, collection: str, filters: Filters | None
    ) -> tuple[PassageTable, NDArray[np.bool_]]:
        table = self._passage_table(db)
        mask = self._allowed(db, collection, filters)
        return table, (table.document > 0) if mask is None else mask[table.document]

    def _passage_table(self, db: Connection) -> PassageTable:
        """Return the table as of this snapshot, from the one before and the changes since."""
        seq = self._seq(db)
        with self._words_lock:
            table = self._table
            if table is not None and table.seq == seq:
                return table
            if table is not None and table.seq < seq:
                changed = _numbers(
                    db.execute(
                        "SELECT group_concat(passage) FROM (SELECT DISTINCT passage FROM changes"
                        " WHERE seq > ? AND passage > 0)",
                        (table.seq,),
                    ).fetchone()[0]
                )
                rows = _passage_rows(db, " WHERE id IN (SELECT value FROM json_each(?))", changed)
                last = max([table.last, *changed.tolist()])
                document, length = _grown(table.document, last), _grown(table.length, last)
                document[changed] = 0
            else:
                rows = _passage_rows(db)
                last = int(rows[0].max()) if len(rows[0]) else 0
                document = np.zeros(last + 1, dtype=np.int32)
                length = np.zeros(last + 1, dtype=np.int32)
            document[rows[0]] = rows[1]
            length[rows[0]] = rows[2]
            fresh = PassageTable(seq, document, length)
            if self._table is None or self._table.seq < seq:
                self._table = fresh
            return fresh

    def _group(
        self, db: Connection, variants: Sequence[str], table: PassageTable, live: NDArray[np.bool_]
    ) -> tuple[Ints, Floats]:
        """Return the live passages that hold a variant, ascending, and how often they hold any."""
        total = np.zeros(len(live), dtype=np.float32)
        for term in dict.fromkeys(variants):
            postings = self._term(db, term, table)
            known = int(np.searchsorted(postings.rowids, len(live)))
            total[postings.rowids[:known]] += postings.counts[:known]
        total[~live] = 0
        rowids = np.flatnonzero(total).astype(np.int32)
        return rowids, total[rowids]

    def _term(self, db: Connection, term: str, table: PassageTable) -> Postings:
        """Return a term's postings up to the table's last passage, from the cache and what is new.

        Passages never change their words and their rowids only grow, so that what is cached stays
        true; what has been deleted since is filtered by the caller.
        """
        with self._words_lock:
            known = self._postings.pop(term, _nowhere())
            self._postings[term] = known  # the last used stand last
        if known.last >= table.last:
            return known
        rowids, counts = _read_postings(db, term, known.last, table.last)
        fresh = Postings(
            table.last,
            np.concatenate([known.rowids, rowids]),
            np.concatenate([known.counts, counts]),
        )
        with self._words_lock:
            if self._postings.get(term, _nowhere()).last <= fresh.last:
                self._postings[term] = fresh
            size = sum(len(postings.rowids) for postings in self._postings.values())
            while size > MOST_CACHED and len(self._postings) > 1:
                size -= len(self._postings.pop(next(iter(self._postings))).rowids)
        return fresh


def _read_postings(db: Connection, term: str, after: int, last: int) -> tuple[Ints, Counts8]:
    """Return the passages after one rowid, up to another, that hold a term, and how often."""
    rowids = np.zeros(0, dtype=np.int32)
    counts = np.zeros(0, dtype=np.uint8)
    for times in range(1, MOST + 1):
        query = match(term, times)
        if query is None:
            break
        # One string of numbers comes out of SQLite ten times faster than as many rows.
        found = _numbers(
            db.execute(
                "SELECT group_concat(rowid) FROM words WHERE words MATCH ? AND rowid > ?"
                " AND rowid <= ?",
                (query, after, last),
            ).fetchone()[0]
        )
        if times == 1:
            rowids, counts = found.astype(np.int32), np.ones(len(found), dtype=np.uint8)
        else:
            counts[np.searchsorted(rowids, found)] = times
        if not len(found):
            break
    return rowids, counts


def _numbers(text: str | None) -> NDArray[np.int64]:
    """Return the numbers of an SQLite ``group_concat``; none for NULL."""
    return np.fromstring(text or "", dtype=np.int64, sep=",")


def _passage_rows(
    db: Connection, where: str = "", ids: NDArray[np.int64] | None = None
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return rowid, document and length of passages, all of them or those with the ids."""
    row = db.execute(
        "SELECT group_concat(id), group_concat(document), group_concat(length)"
        f" FROM passages{where}",
        () if ids is None else (str(ids.tolist()),),
    ).fetchone()
    return _numbers(row[0]), _numbers(row[1]), _numbers(row[2])


def _grown(array: Ints, last: int) -> Ints:
    """Return a copy that reaches to index ``last``, filled up with zeros."""
    grown = np.zeros(last + 1, dtype=array.dtype)
    grown[: len(array)] = array
    return grown
