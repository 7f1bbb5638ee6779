"""The vector index: it follows the ledger, proves its health, and never harms its owner."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from rag.errors import Busy
from rag.index import VectorIndex
from rag.index_work import _unsaved
from rag.ledger import Ledger
from tests.rag.shelf import MODEL, WIDTH, document, embed, fill, open_ledger, origin, vector_of

ROWS = 300
NEVER = threading.Event()


class Watched(VectorIndex):
    """An index that records which work it gave to a child process."""

    def _do(self, kind, *arguments):
        self.work = [*getattr(self, "work", []), kind]
        return super()._do(kind, *arguments)


def own(library: Path, ledger: Ledger, **options) -> Watched:
    return Watched(library, ledger, MODEL, WIDTH, **options)


def texts(ledger: Ledger, index: VectorIndex, text: str, limit: int = 3) -> list[str]:
    """Return the live passages that the index finds for a text's own vector."""
    hits = index.query(vector_of(text), limit)
    passages = ledger.passages(str(rowid) for rowid, _ in hits)
    return [passages[str(rowid)].text for rowid, _ in hits if str(rowid) in passages]


def assert_finds(ledger: Ledger, index: VectorIndex, text: str) -> None:
    assert texts(ledger, index, text)[0] == text
    assert index.query(vector_of(text), 1)[0][1] == pytest.approx(1, abs=1e-5)


def wait_for(condition, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A library with an index that was closed in order."""
    library = tmp_path_factory.mktemp("built") / "library"
    with open_ledger(library) as ledger:
        fill(ledger, "/a.csv", ROWS)
        index = own(library, ledger)
        assert index.catch_up(NEVER) == ledger.seq
        index.close()
    return library


@pytest.fixture
def library(built, tmp_path):
    shutil.copytree(built, tmp_path / "library")
    return tmp_path / "library"


@pytest.fixture
def ledger(library):
    with open_ledger(library) as opened:
        yield opened


@pytest.fixture
def index(library, ledger):
    index = own(library, ledger)
    yield index
    index.close()


def generation(library: Path) -> Path:
    return library / "index" / json.loads((library / "index/current.json").read_text())["name"]


def test_an_index_that_was_closed_in_order_is_opened_without_a_check(index, ledger):
    assert (index.status, index.applied_seq, index.query(vector_of("x"), 3)) == (
        "unavailable",
        0,
        [],
    )
    assert index.catch_up(NEVER) == ledger.seq
    assert (index.status, index.applied_seq) == ("healthy", ledger.seq)
    assert not hasattr(index, "work")
    assert_finds(ledger, index, "row /a.csv 17 paragraph 1")
    assert len(index.query(vector_of("x"), 10_000)) == 2 * ROWS
    assert index.query(vector_of("x"), 0) == []


def test_an_index_follows_what_is_put_changed_and_removed(index, ledger, library):
    index.catch_up(NEVER)
    first = generation(library)
    fill(ledger, "/b.csv", 20)
    ledger.remove_files("default", ["/never"])
    assert index.catch_up(NEVER) > 0
    assert_finds(ledger, index, "row /b.csv 7 paragraph 0")
    fill(ledger, "/b.csv", 10)
    index.catch_up(NEVER)
    assert texts(ledger, index, "row /b.csv 15 paragraph 0")[0] != "row /b.csv 15 paragraph 0"
    assert_finds(ledger, index, "row /b.csv 7 paragraph 0")
    assert index.applied_seq == ledger.seq
    assert index.work == ["extend", "extend"]
    assert index.check().ok
    assert not first.exists()
    directories = [path for path in (library / "index").iterdir() if path.is_dir()]
    assert directories == [generation(library)]


@pytest.mark.parametrize("vectors", [64, 65, 1000, 19_999, 20_001, 30_000, 99_999, 250_000])
@pytest.mark.parametrize("batch", [1, 64, 100, 500])
def test_hardly_a_vector_is_left_out_of_the_files(vectors, batch):
    threshold, unsaved, writings = _unsaved(vectors, batch), 0, 0
    for at in range(0, vectors, batch):
        unsaved += min(batch, vectors - at)
        if unsaved >= threshold:
            unsaved, writings = 0, writings + 1
    assert unsaved <= 64 + batch * (1 + vectors // 20_000)
    assert writings <= 2 + vectors // 20_000


def in_files(library: Path) -> int:
    """Return how many vectors stand in the index's own files, not in Chroma's log."""
    return (segment(library) / "length.bin").stat().st_size // 4


def test_the_files_hold_the_vectors_after_a_build_and_after_an_extension(index, ledger, library):
    index.catch_up(NEVER)
    assert in_files(library) >= 2 * ROWS - 64
    fill(ledger, "/b.csv", 200)
    ledger.remove_files("default", ["/b.csv"])
    fill(ledger, "/c.csv", 200)
    index.catch_up(NEVER)
    assert in_files(library) >= 2 * ROWS + 400 - 2 * 64


def test_a_change_that_is_no_vector_needs_no_work(index, ledger):
    index.catch_up(NEVER)
    ledger.set_meta("x", "y")
    ledger.fail_file("default", origin("/broken"), "why")
    index.catch_up(NEVER)
    assert index.applied_seq == ledger.seq
    assert not hasattr(index, "work")


def test_after_an_unclean_end_the_index_is_checked_before_it_is_opened(library, ledger):
    (library / "index/clean.json").unlink()
    index = own(library, ledger)
    index.catch_up(NEVER)
    assert index.work == ["check"]
    assert index.status == "healthy"
    assert not (library / "index/clean.json").exists()
    index.close()
    assert (library / "index/clean.json").exists()


def test_one_process_owns_the_index(library, ledger, index):
    assert VectorIndex.acquire(library, ledger, MODEL, WIDTH) is None
    with pytest.raises(Busy, match="owns the vector index"):
        own(library, ledger)
    program = (
        "import sys; from pathlib import Path\n"
        "from rag.index import VectorIndex; from tests.rag.shelf import *\n"
        "library = Path(sys.argv[1])\n"
        "with open_ledger(library) as ledger:\n"
        "    owned = VectorIndex.acquire(library, ledger, MODEL, WIDTH)\n"
        "    sys.exit(3 if owned is None else 4)\n"
    )
    root = str(Path(__file__).resolve().parents[2])
    command = [sys.executable, "-c", program, str(library)]
    environment = {**os.environ, "PYTHONPATH": root}
    assert subprocess.run(command, env=environment, check=False).returncode == 3
    index.close()
    assert subprocess.run(command, env=environment, check=False).returncode == 4


def test_the_check_counts_what_is_missing_and_what_is_too_much(library, ledger, index):
    fill(ledger, "/b.csv", 20)
    ledger.put_file("default", origin("/a.csv", "less"), [])
    path = library / "index/current.json"
    current = json.loads(path.read_text())
    health = index.check()
    assert (health.ok, health.missing, health.extra) == (True, 0, 0)
    # As if what has changed since had been applied.
    path.write_text(json.dumps(current | {"applied_seq": ledger.seq}))
    health = index.check()
    assert (health.ok, health.missing, health.extra) == (False, 40, 2 * ROWS)
    assert "40 passages are missing" in health.reason


@pytest.mark.parametrize("why", ["another library", "another model", "ahead"])
def test_an_index_that_is_not_of_this_ledger_is_built_anew(library, ledger, why):
    path = library / "index/current.json"
    current = json.loads(path.read_text())
    current |= {
        "another library": {"uid": "0" * 32},
        "another model": {"model_id": "another"},
        "ahead": {"applied_seq": 10**9},
    }[why]
    path.write_text(json.dumps(current))
    index = own(library, ledger)
    index.catch_up(NEVER)
    assert index.work == ["build"]
    assert index.applied_seq == ledger.seq
    assert_finds(ledger, index, "row /a.csv 17 paragraph 1")
    index.close()


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    for at in range(0, len(data), max(1, len(data) // 200)):
        data[at] ^= 0xFF
    path.write_bytes(data)


def segment(library: Path) -> Path:
    (found,) = [path for path in generation(library).iterdir() if path.is_dir()]
    return found


# The others that are known, and random ones, are in tests/faults.
FAULTS = {
    "half of data_level0.bin": lambda lib: cut(segment(lib) / "data_level0.bin"),
    "flips in chroma.sqlite3": lambda lib: flip(generation(lib) / "chroma.sqlite3"),
    "garbage for a pointer": lambda lib: (lib / "index/current.json").write_text("[1, {}]"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_damaged_files_are_found_and_the_index_is_built_anew(library, ledger, fault):
    FAULTS[fault](library)
    index = own(library, ledger)
    index.catch_up(NEVER)
    assert index.work[-1] == "build"
    assert (index.status, index.applied_seq, index.reason) == ("healthy", ledger.seq, "")
    assert_finds(ledger, index, "row /a.csv 17 paragraph 1")
    index.close()


def children() -> list[int]:
    found: list[int] = []
    for task in Path("/proc/self/task").iterdir():
        with contextlib.suppress(
            FileNotFoundError, ProcessLookupError
        ):  # the thread has ended meanwhile
            found += map(int, (task / "children").read_text().split())
    return found


def test_an_index_of_which_a_query_failed_is_built_anew(index, ledger, library, monkeypatch):
    index.catch_up(NEVER)
    old, text = generation(library), "row /a.csv 17 paragraph 1"

    def fails(*_):
        raise RuntimeError("a link leads nowhere")

    monkeypatch.setattr("rag.index_work._nearest", fails)
    assert index.query(vector_of(text), 1) == []
    assert (index.status, index.reason) == (
        "unavailable",
        "a query failed: a link leads nowhere",
    )
    monkeypatch.undo()
    index.catch_up(NEVER)
    assert generation(library) != old, "a check asks for a sample, and would open it once more"
    assert index.status == "healthy"
    assert_finds(ledger, index, text)


def test_a_child_that_is_killed_costs_only_its_work(index, ledger, library):
    index.catch_up(NEVER)
    before = index.applied_seq
    fill(ledger, "/b.csv", 20)
    others = set(children())
    worker = threading.Thread(target=index.catch_up, args=(NEVER,))
    worker.start()
    for _ in range(2):  # the extension, and the rebuild that follows
        wait_for(lambda: set(children()) - others)
        (child,) = set(children()) - others
        os.kill(child, signal.SIGKILL)
        wait_for(lambda gone=child: gone not in children())
    worker.join()
    assert "SIGKILL" in index.reason
    assert (index.applied_seq, index.status) == (before, "healthy")
    assert_finds(ledger, index, "row /a.csv 17 paragraph 1")
    index.catch_up(NEVER)
    assert_finds(ledger, index, "row /b.csv 7 paragraph 1")
    assert len([path for path in (library / "index").iterdir() if path.is_dir()]) == 1


def test_work_ends_when_it_is_told_to_stop(index, ledger):
    index.catch_up(NEVER)
    fill(ledger, "/b.csv", 20)
    stop = threading.Event()
    worker = threading.Thread(target=index.catch_up, args=(stop,))
    worker.start()
    wait_for(lambda: index.status == "catching_up")
    stop.set()
    worker.join(timeout=5)
    assert not worker.is_alive()
    assert index.status == "healthy"
    assert index.applied_seq < ledger.seq


@pytest.mark.slow
def test_queries_go_on_and_no_thread_waits_long_while_the_index_is_replaced(index, ledger):
    index.catch_up(NEVER)
    stop, gaps, failures = threading.Event(), [], []

    def ask() -> None:
        last = time.perf_counter()
        while not stop.is_set():
            if index.query(vector_of("row /a.csv 17 paragraph 1"), 1)[0][1] < 0.999:
                failures.append("not found")
            now = time.perf_counter()
            gaps.append(now - last)
            last = now

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        for name in "bc":
            fill(ledger, f"/{name}.csv", 100)
            index.catch_up(NEVER)
        index.rebuild(NEVER)
    finally:
        stop.set()
        asking.join()
    assert failures == []
    assert len(gaps) > 100
    gaps.sort()
    # The bound is 100 ms; a busy machine may stretch a few.
    assert gaps[int(len(gaps) * 0.99)] < 0.1


@pytest.mark.slow
def test_much_that_is_deleted_leads_to_a_new_index(index, ledger, library):
    index.catch_up(NEVER)
    fill(ledger, "/b.csv", 200)
    index.catch_up(NEVER)
    ledger.remove_files("default", ["/a.csv"])
    index.catch_up(NEVER)
    assert json.loads((library / "index/current.json").read_text())["deleted"] == 2 * ROWS
    fill(ledger, "/c.csv", 5)
    index.work = []
    index.catch_up(NEVER)
    assert index.work == ["build"]
    current = json.loads((library / "index/current.json").read_text())
    assert (current["deleted"], current["count"]) == (0, 410)


def test_the_thread_keeps_the_index_up_to_date(library, ledger):
    index = own(library, ledger, quiet_seconds=0.2)
    stop = threading.Event()
    thread = threading.Thread(target=index.run, args=(stop,))
    thread.start()
    try:
        wait_for(lambda: index.status == "healthy")
        fill(ledger, "/b.csv", 20)
        wait_for(lambda: index.applied_seq == ledger.seq)
        assert_finds(ledger, index, "row /b.csv 7 paragraph 1")
    finally:
        stop.set()
        thread.join()
        index.close()


def test_an_empty_library_has_no_index_and_needs_none(tmp_path):
    with open_ledger(tmp_path) as ledger:
        index = own(tmp_path, ledger)
        assert index.catch_up(NEVER) == 0
        assert (index.status, index.query(vector_of("x"), 3)) == ("unavailable", [])
        assert not index.check().ok
        index.close()


def test_equal_vectors_count_as_each_other_in_the_check(tmp_path):
    with open_ledger(tmp_path) as ledger:
        for n in range(40):
            ledger.put_file("default", origin(f"/copy{n}"), [document("the same text")])
        embed(ledger)
        index = own(tmp_path, ledger)
        index.catch_up(NEVER)
        assert index.status == "healthy"
        assert index.check().recalled == 40
        index.close()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.mark.slow
def test_a_chroma_server_can_hold_the_index(tmp_path):
    chroma = Path(sys.executable).with_name("chroma")
    if not chroma.exists():
        pytest.skip("the program chroma is not installed")
    port = free_port()
    address = ["--host", "127.0.0.1", "--port", str(port)]
    command = [str(chroma), "run", "--path", str(tmp_path / "server"), *address]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with open_ledger(tmp_path / "library") as ledger:
            fill(ledger, "/a.csv", 40)
            index = own(tmp_path / "library", ledger, url=f"http://127.0.0.1:{port}")
            wait_for(lambda: index.catch_up(NEVER) > 0)
            assert_finds(ledger, index, "row /a.csv 17 paragraph 1")
            fill(ledger, "/b.csv", 10)
            ledger.remove_files("default", ["/a.csv"])
            index.catch_up(NEVER)
            assert_finds(ledger, index, "row /b.csv 7 paragraph 1")
            assert index.check().ok
            assert index.rebuild(NEVER)
            server.terminate()
            server.wait()
            assert index.query(vector_of("x"), 3) == []
            assert index.status == "unavailable"
            index.close()
    finally:
        server.kill()
        server.wait()
