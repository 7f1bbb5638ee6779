"""The ledger's schema, as numbered migrations that bring any older library up to date.

``PRAGMA user_version`` holds the number of migrations that a library has been through. A migration
that has been released is never edited; a change of the schema is a new one at the end.
"""

from __future__ import annotations

import sqlite3

from rag.errors import LibraryError

APPLICATION_ID = 0x566F7563
"""``PRAGMA application_id`` of a library ("Vouc"): tells it from any other SQLite file."""

_FIRST = """
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE collections(
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    owner TEXT,
    created TEXT NOT NULL
);
CREATE TABLE origins(
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    collection INTEGER NOT NULL REFERENCES collections(n),
    path TEXT NOT NULL,
    root TEXT NOT NULL,
    file_sha256 TEXT NOT NULL,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    settings TEXT NOT NULL,
    state TEXT NOT NULL CHECK(state IN ('reading', 'complete', 'failed')),
    why TEXT NOT NULL DEFAULT '',
    hint TEXT NOT NULL DEFAULT '',
    UNIQUE(collection, path)
);
CREATE INDEX origins_by_hash ON origins(file_sha256);
CREATE TABLE documents(
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    collection INTEGER NOT NULL REFERENCES collections(n),
    origin INTEGER NOT NULL REFERENCES origins(n),
    part TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    text_sha256 TEXT NOT NULL,
    cluster TEXT NOT NULL,
    title TEXT NOT NULL,
    source TEXT NOT NULL,
    external_id TEXT,
    metadata TEXT NOT NULL,
    dates TEXT NOT NULL,
    published TEXT,
    publisher TEXT COLLATE NOCASE,
    language TEXT,
    flags TEXT NOT NULL,
    UNIQUE(origin, part)
);
CREATE INDEX documents_by_cluster ON documents(cluster, collection, n);
CREATE INDEX documents_by_collection ON documents(collection, n);
CREATE TABLE texts(
    document INTEGER PRIMARY KEY REFERENCES documents(n),
    text TEXT NOT NULL,
    spans TEXT NOT NULL
);
CREATE TABLE attributes(
    document INTEGER NOT NULL REFERENCES documents(n),
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY(document, key, value)
) WITHOUT ROWID;
CREATE INDEX attributes_by_value ON attributes(key, value, document);
CREATE TABLE contents(
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    key BLOB NOT NULL UNIQUE,
    text TEXT NOT NULL,
    context TEXT NOT NULL
);
CREATE TABLE passages(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    document INTEGER NOT NULL REFERENCES documents(n),
    content INTEGER NOT NULL REFERENCES contents(n),
    "start" INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    length INTEGER NOT NULL
);
CREATE INDEX passages_by_document ON passages(document, "start");
CREATE INDEX passages_by_content ON passages(content);
CREATE VIRTUAL TABLE words USING fts5(
    text, detail = none, columnsize = 0,
    tokenize = "unicode61 remove_diacritics 2 categories 'L* M* N* P* S* Co Cf Cn'"
);
CREATE TABLE vocabulary(word TEXT PRIMARY KEY, documents INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE models(n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE);
CREATE TABLE embeddings(
    model INTEGER NOT NULL REFERENCES models(n),
    content INTEGER NOT NULL REFERENCES contents(n),
    vector BLOB NOT NULL,
    UNIQUE(model, content)
);
CREATE INDEX embeddings_by_content ON embeddings(content);
CREATE TABLE changes(
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    op INTEGER NOT NULL CHECK(op IN (0, 1, 2)),
    passage INTEGER NOT NULL
);
CREATE TABLE conversations(
    id TEXT PRIMARY KEY, owner TEXT, updated TEXT NOT NULL, value TEXT NOT NULL
);
CREATE TABLE jobs(
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE, owner TEXT, updated TEXT NOT NULL, value TEXT NOT NULL
);
CREATE TABLE originals(
    sha256 TEXT PRIMARY KEY, owner TEXT, name TEXT NOT NULL, size INTEGER NOT NULL,
    used INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
INSERT INTO meta VALUES('uid', lower(hex(randomblob(16))))
"""

# unread_parts: the members of an archive that could not be read, as an origin's own why and hint.
# signatures: one for each text of a collection that is long enough to be a near-copy of another;
# bands: by what those are found that may be; links: which are, each from both sides.
# job_outcomes: what became of each file of a job, so many to a page.
# family: which near-copies a document belongs to; none is the case of most.
_SECOND = """
CREATE TABLE unread_parts(
    origin INTEGER NOT NULL REFERENCES origins(n),
    part TEXT NOT NULL,
    why TEXT NOT NULL,
    hint TEXT NOT NULL DEFAULT '',
    PRIMARY KEY(origin, part)
) WITHOUT ROWID;
CREATE TABLE signatures(
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    collection INTEGER NOT NULL REFERENCES collections(n),
    cluster TEXT NOT NULL,
    shingles INTEGER NOT NULL,
    minhash BLOB NOT NULL,
    UNIQUE(collection, cluster)
);
CREATE TABLE bands(
    hash INTEGER NOT NULL,
    signature INTEGER NOT NULL,
    PRIMARY KEY(hash, signature)
) WITHOUT ROWID;
CREATE TABLE links(
    one INTEGER NOT NULL,
    other INTEGER NOT NULL,
    PRIMARY KEY(one, other)
) WITHOUT ROWID;
CREATE TABLE job_outcomes(
    id TEXT PRIMARY KEY,
    job TEXT NOT NULL,
    page INTEGER NOT NULL,
    value TEXT NOT NULL,
    UNIQUE(job, page)
);
ALTER TABLE documents ADD COLUMN family INTEGER;
CREATE INDEX documents_by_family ON documents(family, n) WHERE family IS NOT NULL;
INSERT INTO meta
    SELECT 'unsigned', CAST(n AS TEXT) FROM documents ORDER BY n DESC LIMIT 1
"""

MIGRATIONS: tuple[str, ...] = (_FIRST, _SECOND)
"""SQL scripts; the one at index i takes a library from version i to version i + 1."""

VERSION = len(MIGRATIONS)
"""The version of a library that this program writes."""


def library_version(db: sqlite3.Connection, newest: int = VERSION) -> int:
    """Return the version of an open library; 0 for a new, empty file.

    Raises:
        LibraryError: the file belongs to something else, or to a newer Vouch.
    """
    version = int(db.execute("PRAGMA user_version").fetchone()[0])
    if version == 0 and db.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone() is None:
        return 0
    application = int(db.execute("PRAGMA application_id").fetchone()[0])
    if application != APPLICATION_ID:
        raise LibraryError(
            "The file library.db is an SQLite database, but not a Vouch library.",
            "Name another directory with --library.",
        )
    if version > newest:
        raise LibraryError(
            f"This library has version {version}, and this Vouch knows versions up to {newest}.",
            "Update Vouch, or name another library with --library.",
        )
    return version


def migrate(db: sqlite3.Connection, migrations: tuple[str, ...] = MIGRATIONS) -> int:
    """Bring a library to the newest version in one transaction; return the version it had.

    The connection is in autocommit mode. Of two processes that migrate at once, the second finds
    nothing left to do.

    Raises:
        LibraryError: the file belongs to something else, or to a newer Vouch.
    """
    newest = len(migrations)
    before = library_version(db, newest)
    if before == newest:
        return before
    db.execute("BEGIN IMMEDIATE")
    try:
        before = library_version(db, newest)
        for script in migrations[before:]:
            # Not executescript(): it would commit the transaction first.
            for statement in script.split(";"):
                if statement.strip():
                    db.execute(statement)
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {newest}")
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    return before
