"""The library file itself: several processes, versions, foreign files, full and closed disks."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rag.errors import LibraryError
from rag.ledger import Ledger
from rag.store import migrations
from tests.rag.shelf import MODEL, assert_sound, document, embed, fill, open_ledger, origin, words

ROOT = Path(__file__).resolve().parents[2]

WRITER = """
import sys
from pathlib import Path
from tests.rag.shelf import fill, open_ledger
with open_ledger(Path(sys.argv[1])) as ledger:
    for n in range(int(sys.argv[3])):
        fill(ledger, f"/{sys.argv[2]}-{n}.csv", 5, word=sys.argv[2])
"""


def start(program: str, *arguments: object, **options: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        **options,
    )


def finish(child: subprocess.Popen[bytes]) -> str:
    _, errors = child.communicate(timeout=120)
    return errors.decode()


def test_several_processes_make_and_write_one_library_at_once(tmp_path):
    children = [start(WRITER, tmp_path / "library", name, 8) for name in "abcd"]
    assert [finish(child) for child in children] == [""] * 4
    assert [child.returncode for child in children] == [0] * 4
    with open_ledger(tmp_path / "library") as ledger:
        counts = ledger.counts("default", MODEL)
        assert (counts.documents, counts.passages, counts.embedded) == (160, 320, 320)
        assert [c.seq for c in ledger.changes(0, 10_000)] == list(range(1, ledger.seq + 1))
        assert len(ledger.word_hits([["c"]], "default", None, 1000)) == 80
        assert_sound(ledger)


def test_threads_share_a_ledger(tmp_path):
    def work(name: str) -> list[int]:
        found = []
        for n in range(6):
            fill(ledger, f"/{name}-{n}", 3, word=name)
            found.append(len(ledger.word_hits([[name]], "default", None, 100)))
        return found

    with open_ledger(tmp_path) as ledger, ThreadPoolExecutor(3) as pool:
        assert list(pool.map(work, "abc")) == [[6, 12, 18, 24, 30, 36]] * 3
        assert ledger.counts("default").documents == 54
        assert_sound(ledger)


def test_a_reader_is_not_kept_waiting_by_a_writer(tmp_path):
    with open_ledger(tmp_path) as ledger, open_ledger(tmp_path) as other:
        fill(ledger, "/a", 3)
        with other._write() as db:
            db.execute("DELETE FROM words")
            assert len(ledger.word_hits([["row"]], "default", None, 10)) == 6


def test_a_closed_ledger_says_so(tmp_path):
    ledger = open_ledger(tmp_path)
    ledger.close()
    with pytest.raises(LibraryError, match="has been closed"):
        ledger.counts("default")


def test_a_library_of_a_newer_version_is_refused_and_left_alone(tmp_path):
    open_ledger(tmp_path).close()
    with sqlite3.connect(tmp_path / "library.db") as db:
        db.execute("PRAGMA user_version = 999")
    before = (tmp_path / "library.db").read_bytes()
    with pytest.raises(LibraryError, match="version 999") as caught:
        open_ledger(tmp_path)
    assert "Update Vouch" in caught.value.hint
    assert (tmp_path / "library.db").read_bytes() == before


@pytest.mark.parametrize("content", [b"this is not a database" * 300, b"\x89PNG" * 4000])
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path, content):
    (tmp_path / "library.db").write_bytes(content)
    with pytest.raises(LibraryError, match="not a Vouch library") as caught:
        open_ledger(tmp_path)
    assert "--library" in caught.value.hint
    assert (tmp_path / "library.db").read_bytes() == content


def test_another_programs_database_is_refused_and_left_alone(tmp_path):
    with sqlite3.connect(tmp_path / "library.db") as db:
        db.execute("CREATE TABLE bookmarks(url)")
    before = (tmp_path / "library.db").read_bytes()
    with pytest.raises(LibraryError, match="not a Vouch library"):
        open_ledger(tmp_path)
    assert (tmp_path / "library.db").read_bytes() == before


def test_a_damaged_library_is_an_error_with_a_hint(tmp_path):
    with open_ledger(tmp_path) as ledger:
        fill(ledger, "/a", 200)
    data = bytearray((tmp_path / "library.db").read_bytes())
    data[8192:] = os.urandom(len(data) - 8192)
    (tmp_path / "library.db").write_bytes(data)
    with pytest.raises(LibraryError) as caught, open_ledger(tmp_path) as ledger:
        ledger.counts("default")
    assert "backup" in caught.value.hint


def test_a_full_disk_leaves_nothing_half_written(tmp_path):
    with open_ledger(tmp_path) as ledger:
        fill(ledger, "/a", 20)
        size = ledger._connection().execute("PRAGMA page_count").fetchone()[0] * 8192
    with open_ledger(tmp_path, max_bytes=size + 100_000) as ledger:
        before = (ledger.seq, ledger.counts("default", MODEL))
        big = [document(f"{n} " + "text " * 2000, part=str(n)) for n in range(400)]
        with pytest.raises(LibraryError, match="no space left") as caught:
            ledger.put_file("default", origin("/big"), big)
        assert "Free some space" in caught.value.hint
        assert (ledger.seq, ledger.counts("default", MODEL)) == before
        assert_sound(ledger)
    with open_ledger(tmp_path) as ledger:
        ledger.put_file("default", origin("/big"), big)
        assert ledger.counts("default").documents == 420
        assert_sound(ledger)


def test_a_write_that_the_system_refuses_leaves_nothing_half_written(tmp_path):
    program = (
        "import sys; from pathlib import Path; from tests.rag.shelf import *\n"
        "from rag.errors import LibraryError\n"
        "big = [document(f'{n} ' + 'text ' * 2000, part=str(n)) for n in range(400)]\n"
        "try:\n"
        "    with open_ledger(Path(sys.argv[1])) as ledger:\n"
        "        fill(ledger, '/a', 20)\n"
        "        ledger.put_file('default', origin('/big'), big)\n"
        "except LibraryError as error:\n"
        "    sys.exit(7 if error.hint else 8)\n"
    )

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))

    child = start(program, tmp_path, preexec_fn=limit)
    assert finish(child) == ""
    assert child.returncode == 7
    with open_ledger(tmp_path) as ledger:
        assert ledger.counts("default").documents == 20
        assert_sound(ledger)


def test_a_directory_that_cannot_be_written_is_an_error_with_a_hint(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(LibraryError, match="cannot be made") as caught:
        open_ledger(tmp_path / "file")
    assert "--library" in caught.value.hint


def test_a_library_of_somebody_else_is_an_error_with_a_hint(tmp_path):
    if os.geteuid() != 0:
        pytest.skip("needs to be root, to become somebody else")
    place = Path("/tmp") / f"vouch-test-{os.getpid()}"
    try:
        with open_ledger(place) as ledger:
            fill(ledger, "/a", 1)
        place.chmod(0o755)
        program = (
            "import sys; from pathlib import Path; from rag.errors import LibraryError\n"
            "from rag.store.store import Store\n"
            "import os; os.setgid(65534); os.setuid(65534)\n"
            "try:\n"
            "    with Store(Path(sys.argv[1])) as store, store._write() as db:\n"
            "        db.execute('DELETE FROM meta')\n"
            "except LibraryError as error:\n"
            "    sys.exit(7 if 'right to write' in error.hint else str(error))\n"
        )
        child = start(program, place)
        assert (finish(child), child.returncode) == ("", 7)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def make_library(directory: Path, version: int) -> None:
    """Write the file that the version of Vouch with so many migrations would have made."""
    directory.mkdir()
    db = sqlite3.connect(directory / "library.db", isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    migrations.migrate(db, migrations.MIGRATIONS[:version])
    db.executescript((ROOT / "tests/rag/library_v1.sql").read_text(encoding="utf-8"))
    db.close()


@pytest.mark.parametrize("version", range(1, migrations.VERSION + 1))
def test_a_library_of_every_older_version_is_opened_and_used(tmp_path, version):
    make_library(tmp_path / "old", version)
    with open_ledger(tmp_path / "old") as ledger:
        assert ledger.counts("default").documents == 1
        (info,) = ledger.find_infos("default")[0]
        assert (info.title, info.published) == ("Old report", "2017-04-04")
        assert len(ledger.word_hits([["sarin"]], "default", None, 5)) == 1
        assert [len(ids) for ids, _ in ledger.vectors("old-model")] == [1]
        fill(ledger, "/new", 3)
        assert ledger.remove_documents([info.id]) == 1
        assert_sound(ledger)
    with sqlite3.connect(tmp_path / "old" / "library.db") as db:
        assert db.execute("PRAGMA user_version").fetchone() == (migrations.VERSION,)


def test_migrations_run_once_in_order_and_all_or_none(tmp_path):
    db = sqlite3.connect(tmp_path / "library.db", isolation_level=None)
    one, two = "CREATE TABLE a(x)", "ALTER TABLE a ADD COLUMN y; INSERT INTO a VALUES(1, 2)"
    assert migrations.migrate(db, (one,)) == 0
    assert migrations.migrate(db, (one, two)) == 1
    assert migrations.migrate(db, (one, two)) == 2
    assert db.execute("SELECT * FROM a").fetchall() == [(1, 2)]
    with pytest.raises(sqlite3.OperationalError):
        migrations.migrate(db, (one, two, "DELETE FROM a; CREATE TABLE a(x)"))
    assert db.execute("SELECT * FROM a").fetchall() == [(1, 2)]
    assert db.execute("PRAGMA user_version").fetchone() == (2,)
    with pytest.raises(LibraryError, match="version 2"):
        migrations.migrate(db, (one,))
    db.close()


def test_the_file_is_in_wal_mode_and_written_through(tmp_path):
    with open_ledger(tmp_path) as ledger:
        db = ledger._connection()
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert db.execute("PRAGMA synchronous").fetchone() == (2,)
        assert db.execute("PRAGMA foreign_keys").fetchone() == (1,)


def test_the_default_analysis_is_that_of_the_questions(tmp_path):
    from rag.english.words import index_text

    with Ledger(tmp_path) as ledger:
        ledger.put_file("default", origin("/a"), [document("They vetoed 1,541 resolutions")])
        for term in index_text("vetoes 1541").split():
            assert len(ledger.word_hits([[term]], "default", None, 5)) == 1, term
    assert words("A b.") == "a b"
    with open_ledger(tmp_path) as ledger:
        assert embed(ledger) == 1
