"""Two who write to one library at once: both succeed, nothing is lost and nothing is twice."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from rag.ledger import Ledger
from tests.faults.campaign import kill, record, start, write_folder
from tests.faults.test_disk_full import whole
from tests.faults.test_kill_add import QUICK
from tests.rag.shelf import assert_sound

# A server's part in it, without its model: it embeds and indexes what others add.
SERVER = """
import sys, threading
from pathlib import Path
from rag.index import VectorIndex
from rag.ledger import Ledger
from rag.pending import embed_pending
from tests.rag.shelf import MODEL, WIDTH, SmallEncoder
stop = threading.Event()
with Ledger(Path(sys.argv[1])) as ledger:
    index = VectorIndex.acquire(Path(sys.argv[1]), ledger, MODEL, WIDTH, quiet_seconds=0.5)
    print("owner" if index else "second", flush=True)
    work = threading.Thread(target=index.run, args=(stop,)) if index else None
    if work:
        work.start()
    while not stop.wait(0.1):
        embed_pending(ledger, SmallEncoder(), batch=16)
        if sys.argv[2:] and Path(sys.argv[2]).exists():
            break
    if work:
        index.catch_up(stop)
        stop.set()
        work.join()
        print(index.status, index.applied_seq == ledger.seq, flush=True)
        health = index.check()
        print("check", health.ok, health.missing, health.extra, flush=True)
        index.close()
"""


def add_at_once(library: Path, *folders: Path) -> list[str]:
    """Run an add of each folder, all at the same time; return what each said."""
    children = [start(*QUICK, library, folder) for folder in folders]
    said = []
    for child in children:
        out, _ = child.communicate(timeout=600)
        assert child.returncode == 0, out
        assert "Traceback" not in out, out
        said.append(out)
    return said


def folders(tmp_path: Path, many: int, files: int, rows: int) -> tuple[list[Path], int]:
    found = [tmp_path / f"docs-{n}" for n in range(many)]
    return found, sum(write_folder(one, files, rows) for one in found)


def different(tmp_path: Path, files: int, rows: int) -> None:
    (one, two), documents = folders(tmp_path, 2, files, rows)
    add_at_once(tmp_path / "library", one, two)
    with Ledger(tmp_path / "library") as ledger:
        whole(ledger, documents)


def same(tmp_path: Path, files: int, rows: int) -> None:
    (one,), documents = folders(tmp_path, 1, files, rows)
    add_at_once(tmp_path / "library", one, one)
    with Ledger(tmp_path / "library") as ledger:
        whole(ledger, documents)
        seq = ledger.seq
    (said,) = add_at_once(tmp_path / "library", one)
    assert "added" not in said.split()
    with Ledger(tmp_path / "library") as ledger:
        assert len(ledger.changes(seq, 9)) <= 3


def beside_servers(tmp_path: Path, servers: int, files: int, rows: int) -> None:
    """Two adds beside one server or two; the second server searches exactly."""
    (one, two), documents = folders(tmp_path, 2, files, rows)
    library, end = tmp_path / "library", tmp_path / "end"
    running = [start("-c", SERVER, library, end) for _ in range(servers)]
    try:
        kinds = sorted(child.stdout.readline().strip() for child in running)
        assert kinds == ["owner", "second"][:servers]
        add_at_once(library, one, two)
        end.write_text("")
        said = "".join(child.communicate(timeout=300)[0] for child in running)
    finally:
        for child in running:
            if child.poll() is None:
                kill(child, group=True)
    assert "healthy True" in said, said
    assert "check True 0 0" in said, said
    with Ledger(library) as ledger:
        whole(ledger, documents)


def test_two_adds_of_the_same_folder(tmp_path):
    same(tmp_path, files=3, rows=60)


@pytest.mark.slow
def test_two_adds_of_different_folders(tmp_path):
    different(tmp_path, files=4, rows=80)


@pytest.mark.slow
def test_two_adds_beside_a_server(tmp_path):
    beside_servers(tmp_path, 1, files=4, rows=80)


@pytest.mark.faults
@pytest.mark.parametrize("turn", range(5))
def test_two_adds_at_once_again_and_again(tmp_path, turn):
    different(tmp_path / "different", files=20, rows=400 + turn)
    same(tmp_path / "same", files=20, rows=400 + turn)
    record("two adds at once: different folders, the same folder", both_succeeded=True, lost=0)


@pytest.mark.faults
@pytest.mark.parametrize("turn", range(5))
def test_two_adds_beside_two_servers_again_and_again(tmp_path, turn):
    beside_servers(tmp_path, 2, files=15, rows=300 + turn)
    record("two adds beside two servers", both_succeeded=True, lost=0, missing=0, extra=0)


@pytest.mark.faults
def test_four_adds_while_one_is_killed(tmp_path):
    """A writer that dies in the middle keeps nobody waiting and takes nothing along."""
    many, documents = folders(tmp_path, 4, 10, 300)
    library = tmp_path / "library"
    victim = start(*QUICK, library, many[0])
    wait_for_first(victim)
    others = [start(*QUICK, library, folder) for folder in many[1:]]
    assert kill(victim, group=True)
    for child in others:
        out, _ = child.communicate(timeout=600)
        assert child.returncode == 0, out
    with Ledger(library) as ledger:
        assert_sound(ledger)
    add_at_once(library, many[0])
    with Ledger(library) as ledger:
        whole(ledger, documents)
    record("four adds at once, one killed", others_succeeded=True, documents=documents, lost=0)


def wait_for_first(child: subprocess.Popen[str]) -> None:
    assert child.stdout is not None
    assert child.stdout.readline().startswith("added")
