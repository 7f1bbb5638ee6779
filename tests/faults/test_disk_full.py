"""Disk full at the ledger, the index, the uploads and the parser: said, nothing lost, gone on.

Each place lies on a small tmpfs of its own. Where none can be mounted, the tests say so and skip.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest

from ingest.folder import add
from rag.errors import VouchError
from rag.index import VectorIndex
from rag.ledger import Ledger
from rag.pending import embed_pending
from rag.store.matrix import VectorMatrix
from tests.faults.campaign import ROOT, record, write_folder
from tests.rag.shelf import MODEL, WIDTH, SmallEncoder, assert_sound, embed, vector_of
from ui.uploads import keep_files

NEVER = threading.Event()
SIZES = (5, 20, 40)  # MiB
Disk = Callable[[int], "Full"]


class Full:
    """A small disk that can be filled, and freed again."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self._ballast = place / ".ballast"

    def fill(self, leave: int = 0) -> None:
        """Take all the space there is but for so many bytes."""
        free = os.statvfs(self.place)
        size = free.f_bavail * free.f_frsize - leave
        with self._ballast.open("ab") as file, contextlib.suppress(OSError):
            file.write(b"\0" * max(0, size))

    def free(self) -> None:
        self._ballast.unlink(missing_ok=True)


@pytest.fixture
def disk(tmp_path) -> Iterator[Disk]:
    """Give small disks."""
    made: list[Path] = []

    def make(mebibytes: int) -> Full:
        place = tmp_path / f"disk-{len(made)}"
        place.mkdir()
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m", "tmpfs", str(place)],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            pytest.skip(f"no disk can be mounted here: {done.stderr.strip() or 'not root'}")
        made.append(place)
        return Full(place)

    yield make
    for place in made:
        subprocess.run(["umount", "--lazy", str(place)], check=False)


def added(ledger: Ledger, folder: Path) -> list[str]:
    """Add a folder and make its vectors; return what was said of failures."""
    failed = [one.why for one in add(ledger, [folder]) if one.outcome == "failed"]
    embed_pending(ledger, SmallEncoder(), batch=64)
    return failed


def whole(ledger: Ledger, documents: int) -> None:
    """Everything is there once, and every vector finds itself."""
    assert_sound(ledger)
    counts = ledger.counts("default", MODEL)
    assert (counts.documents, counts.embedded, counts.failed) == (documents, counts.passages, ())
    live = ledger.searchable("default", None)
    matrix = VectorMatrix(ledger, MODEL)
    for rowids, vectors in ledger.vectors(MODEL):
        for rowid, vector in list(zip(rowids, vectors, strict=True))[::97]:
            assert matrix.nearest(vector, live, 1)[0][1] > 0.999, rowid


def ledger_round(disk: Disk, docs: Path, documents: int, mebibytes: int, leave: int) -> None:
    full = disk(mebibytes)
    library = full.place / "library"
    with Ledger(library) as ledger:
        first = docs / "report-0.txt"
        list(add(ledger, [first]))
        before = ledger.counts("default", MODEL).documents
        full.fill(leave)
        try:
            said = added(ledger, docs)
        except VouchError as error:
            assert "space" in str(error), error
            assert error.hint
        else:
            assert said, "the disk was not full"
        # What is there can be read all the while.
        assert ledger.counts("default", MODEL).documents >= before
        assert ledger.document(ledger.origins("default")[str(first)].document_ids[0])
        full.free()
        # The same ledger goes on, and so does one that is opened anew.
        assert_sound(ledger)
    with Ledger(library) as ledger:
        assert added(ledger, docs) == []
        whole(ledger, documents)


def test_a_full_disk_under_the_ledger_is_said_and_the_next_add_goes_on(disk, tmp_path):
    documents = write_folder(tmp_path / "docs", 3, 80)
    ledger_round(disk, tmp_path / "docs", documents, 5, 200_000)


@pytest.mark.faults
@pytest.mark.parametrize("mebibytes", SIZES)
def test_a_full_disk_under_the_ledger_wherever_it_fills(disk, tmp_path, mebibytes):
    documents = write_folder(tmp_path / "docs", 12, 60 * mebibytes)
    for leave in (0, 20_000, 100_000, 400_000, 900_000):
        ledger_round(disk, tmp_path / "docs", documents, mebibytes, leave)
    record("full disk: ledger", mebibytes=mebibytes, rounds=5, documents=documents, lost=0)


def index_round(disk: Disk, mebibytes: int, leave: int, rows: int) -> None:
    """The index on a full disk: exact search goes on, and the index comes when there is space."""
    from tests.rag.shelf import fill

    full = disk(mebibytes)
    library = full.place.parent / f"library-{full.place.name}-{leave}"
    with Ledger(library) as ledger:
        fill(ledger, "/a.csv", rows)
        (full.place / "index").mkdir()
        (library / "index").symlink_to(full.place / "index")
        full.fill(leave)
        index = VectorIndex(library, ledger, MODEL, WIDTH)
        index.catch_up(NEVER)
        assert index.status == "unavailable"
        assert index.reason
        live = ledger.searchable("default", None)
        text = "row /a.csv 3 paragraph 1"
        found = VectorMatrix(ledger, MODEL).nearest(vector_of(text), live, 1)
        assert found[0][1] > 0.999
        full.free()
        index.catch_up(NEVER)
        assert (index.status, index.applied_seq) == ("healthy", ledger.seq)
        health = index.check()
        assert (health.ok, health.missing, health.extra) == (True, 0, 0)
        assert health.recalled == health.sampled
        index.close()
    assert len([one for one in (full.place / "index").iterdir() if one.is_dir()]) == 1


@pytest.mark.slow
def test_a_full_disk_under_the_index_leaves_exact_search(disk):
    index_round(disk, 5, 100_000, 300)


@pytest.mark.faults
@pytest.mark.parametrize("mebibytes", SIZES)
def test_a_full_disk_under_the_index_wherever_it_fills(disk, mebibytes):
    for leave in (0, 60_000, 250_000):
        index_round(disk, mebibytes, leave, 1500)
    record("full disk: index", mebibytes=mebibytes, rounds=3, self_recall=1.0)


def uploads_round(disk: Disk, mebibytes: int) -> None:
    full = disk(mebibytes)
    library = full.place / "library"
    with Ledger(library) as ledger:
        kept = ledger.keep_original(b"kept", "kept.txt")
        full.fill(300_000)
        big = b"x" * 2_000_000
        with pytest.raises(VouchError) as caught:
            keep_files(library / "uploads" / "job", [("big.txt", BytesIO(big))], most_mb=100)
        assert "space" in caught.value.hint
        shutil.rmtree(library / "uploads")
        with pytest.raises(VouchError) as caught:
            ledger.keep_original(big, "big.txt")
        assert "space" in caught.value.hint
        assert [one.name for one in kept.parent.iterdir()] == [kept.name]
        full.free()
        keep_files(library / "uploads" / "job", [("big.txt", BytesIO(big))], most_mb=100)
        assert ledger.keep_original(big, "big.txt").read_bytes() == big
        assert_sound(ledger)


def test_a_full_disk_under_uploads_keeps_no_half_of_one(disk):
    uploads_round(disk, 5)


@pytest.mark.faults
@pytest.mark.parametrize("mebibytes", SIZES)
def test_a_full_disk_under_uploads_of_any_size(disk, mebibytes):
    uploads_round(disk, mebibytes)
    record("full disk: uploads", mebibytes=mebibytes, rounds=1, half_files=0)


ADD = """
import sys
from pathlib import Path
from tests.faults.test_disk_full import added
from rag.ledger import Ledger
with Ledger(Path(sys.argv[1])) as ledger:
    print(added(ledger, Path(sys.argv[2])))
"""


def temporary_round(disk: Disk, tmp_path: Path, mebibytes: int) -> None:
    full = disk(mebibytes)
    documents = write_folder(tmp_path / "docs", 4, 60)
    full.fill()

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", ADD, str(tmp_path / "library"), str(tmp_path / "docs")],
            env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(full.place)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    first = run()
    assert "Traceback" not in first.stderr or "space" in first.stderr, first.stderr
    full.free()
    assert run().returncode == 0
    with Ledger(tmp_path / "library") as ledger:
        whole(ledger, documents)


@pytest.mark.slow
def test_a_full_disk_of_temporary_files_keeps_no_text_from_being_added(disk, tmp_path):
    temporary_round(disk, tmp_path, 5)


@pytest.mark.faults
@pytest.mark.parametrize("mebibytes", SIZES)
def test_a_full_disk_of_temporary_files_of_any_size(disk, tmp_path, mebibytes):
    temporary_round(disk, tmp_path, mebibytes)
    record("full disk: temporary files", mebibytes=mebibytes, rounds=1, lost=0)


@pytest.mark.slow
def test_a_purge_on_a_full_disk_is_said_and_goes_on(disk):
    purge_round(disk, 20)


@pytest.mark.faults
@pytest.mark.parametrize("mebibytes", SIZES)
def test_a_purge_on_a_full_disk_of_any_size(disk, mebibytes):
    purge_round(disk, mebibytes)
    record("full disk: purge", mebibytes=mebibytes, rounds=1, left=0, lost=0)


def purge_round(disk: Disk, mebibytes: int) -> None:
    from rag.purge import Purge
    from rag.verify_library import holding
    from tests.rag.shelf import document, fill, origin

    full = disk(mebibytes)
    library = full.place / "library"
    with Ledger(library) as ledger:
        fill(ledger, "/a.csv", 40 * mebibytes)
        ledger.put_file("default", origin("/c"), [document("Zebrafaxx carried the file")])
        embed(ledger)
        before = ledger.counts("default", MODEL)
        ledger.remove_files("default", ["/c"])
        full.fill(100_000)

        def purge() -> None:
            Purge(ledger, lambda: VectorIndex.acquire(library, ledger, MODEL, WIDTH)).run()

        with pytest.raises(VouchError, match="space"):
            purge()
        assert ledger.purging
        full.free()
        purge()
        assert holding(library, [b"Zebrafaxx", b"zebrafaxx"]) == {}
        assert ledger.counts("default", MODEL).documents == before.documents - 1
        assert_sound(ledger)
