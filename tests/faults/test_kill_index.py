"""``kill -9`` of the index's owner while it works, then an ordinary start: healthy and whole."""

from __future__ import annotations

import shutil
import threading
import time
from pathlib import Path

import pytest

from rag.index import VectorIndex
from rag.store.matrix import VectorMatrix
from tests.faults.campaign import kill, moments, record, rounds, start, wait_for_line
from tests.rag.shelf import MODEL, WIDTH, assert_sound, embed, fill, open_ledger, vector_of

NEVER = threading.Event()
STEADY = "row /steady.csv 17 paragraph 1"

# An owner that always has something to do: files come and go, or it builds itself anew.
OWNER = """
import sys, threading
from pathlib import Path
from rag.index import VectorIndex
from tests.rag.shelf import MODEL, WIDTH, fill, open_ledger
library, work, n = Path(sys.argv[1]), sys.argv[2], 0
never = threading.Event()
with open_ledger(library) as ledger:
    index = VectorIndex(library, ledger, MODEL, WIDTH)
    index.catch_up(never)
    print(index.status, flush=True)
    while True:
        n += 1
        if work == "rebuild":
            index.rebuild(never)
        else:
            fill(ledger, f"/{sys.argv[3]}-{n}.csv", 40)
            ledger.remove_files("default", [f"/{sys.argv[3]}-{n - 2}.csv"])
            index.catch_up(never)
"""


def steady_library(library: Path, rows: int) -> None:
    with open_ledger(library) as ledger:
        fill(ledger, "/steady.csv", rows)
        index = VectorIndex(library, ledger, MODEL, WIDTH)
        index.catch_up(NEVER)
        index.close()


def assert_starts_well(library: Path, steady: int) -> None:
    """Exact search answers at once; the index is checked or rebuilt, and holds everything once."""
    with open_ledger(library) as ledger:
        assert_sound(ledger)
        live = ledger.searchable("default", None)
        ((rowid, cosine),) = VectorMatrix(ledger, MODEL).nearest(vector_of(STEADY), live, 1)
        assert cosine > 0.999
        index = VectorIndex(library, ledger, MODEL, WIDTH)
        try:
            embed(ledger)
            index.catch_up(NEVER)
            assert (index.status, index.applied_seq) == ("healthy", ledger.seq)
            health = index.check()
            assert health.ok, health.reason
            assert (health.missing, health.extra) == (0, 0)
            assert health.recalled == health.sampled
            assert index.query(vector_of(STEADY), 1)[0][0] == rowid
            by_file: dict[str, int] = {}
            for path, row in ledger.origins("default").items():
                by_file[path] = len(row.document_ids)
            assert by_file.pop("/steady.csv") == steady
            # A file is there with all its documents, or not at all.
            assert set(by_file.values()) <= {40}
        finally:
            index.close()
        directories = [path for path in (library / "index").iterdir() if path.is_dir()]
        assert len(directories) == 1


def campaign(tmp_path: Path, times: int, rows: int, seed: int, longest: float = 8.0) -> None:
    """Kill the owner: by turns alone and with its child, catching up and rebuilding."""
    steady_library(tmp_path / "library", rows)
    for n, moment in enumerate(moments(times, longest, seed)):
        work = "rebuild" if n % 4 == 3 else "catch_up"
        child = start("-c", OWNER, tmp_path / "library", work, n)
        wait_for_line(child, "healthy")
        time.sleep(moment)
        assert kill(child, group=bool(n % 2)), "it ended before it was killed"
        if n % 3 == 0:
            # What the killed owner left is also what a fresh copy of the directory starts from.
            shutil.rmtree(tmp_path / "copy", ignore_errors=True)
            shutil.copytree(tmp_path / "library", tmp_path / "copy")
            assert_starts_well(tmp_path / "copy", rows)
        assert_starts_well(tmp_path / "library", rows)
    record("kill -9 of the index's owner", rounds=times, unreadable=0, self_recall=1.0)


@pytest.mark.slow
def test_an_owner_that_is_killed_is_followed_by_a_healthy_index(tmp_path):
    campaign(tmp_path, times=2, rows=150, seed=1, longest=5.0)


@pytest.mark.faults
def test_an_owner_that_is_killed_is_followed_by_a_healthy_index_often(tmp_path):
    campaign(tmp_path, times=rounds(20), rows=1500, seed=2)


@pytest.mark.faults
def test_an_owner_that_is_killed_while_it_starts_is_followed_by_a_healthy_index(tmp_path):
    steady_library(tmp_path / "library", 800)
    times = rounds(10)
    for moment in moments(times, 6.0, 3):
        (tmp_path / "library/index/clean.json").unlink(missing_ok=True)
        child = start("-c", OWNER, tmp_path / "library", "catch_up", f"s{moment:.2f}")
        time.sleep(moment)
        assert kill(child, group=False)
        assert_starts_well(tmp_path / "library", 800)
    record("kill -9 of the index's owner at its start", rounds=times, unreadable=0, self_recall=1.0)
