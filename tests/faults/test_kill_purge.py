"""``kill -9`` of a purge at any write, then the next one: all of it is gone, and nothing else."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from rag.ledger import Ledger
from rag.verify_library import holding, verify_library
from tests.faults.campaign import kill, record, rounds, run, start
from tests.faults.events import Events
from tests.rag.shelf import MODEL, WIDTH, assert_sound, fill
from tests.rag.test_purge import library, needles

PURGE = """
import sys
from pathlib import Path
from rag.index import VectorIndex
from rag.ledger import Ledger
from rag.purge import Purge
from tests.rag.shelf import MODEL, WIDTH
place = Path(sys.argv[1])
with Ledger(place) as ledger:
    ledger.remove_files("default", ["/c"])
    print(Purge(ledger, lambda: VectorIndex.acquire(place, ledger, MODEL, WIDTH)).run())
"""


def watched(place: Path) -> Events:
    return Events(place, place / "index", place / "cache")


def campaign(tmp_path: Path, times: int, rows: int, seed: int) -> int:
    """Kill and purge again, each time in a fresh copy; return how many kills met a running one."""
    whole = tmp_path / "whole"
    library(whole)
    with Ledger(whole) as ledger:
        fill(ledger, "/more", rows)
        documents = ledger.counts("default", MODEL).documents - 1
    chance, met, writes = random.Random(seed), 0, 0
    shutil.copytree(whole, tmp_path / "counted")
    with watched(tmp_path / "counted") as events:
        child = start("-c", PURGE, tmp_path / "counted")
        while child.poll() is None or events.wait_for(1, 0):
            writes += events.wait_for(1, 0.2)
    for n in range(times):
        place = tmp_path / f"library-{n}"
        shutil.copytree(whole, place)
        with watched(place) as events:
            child = start("-c", PURGE, place)
            left = chance.randrange(1, writes)
            while left > 0 and child.poll() is None:
                left -= events.wait_for(1, 0.2)
            met += kill(child, group=True)
        run("-c", PURGE, place)
        assert holding(place, needles()) == {}
        with Ledger(place) as ledger:
            counts = ledger.counts("default", MODEL)
            assert (counts.documents, counts.embedded) == (documents, counts.passages)
            assert_sound(ledger)
            found = verify_library(ledger, MODEL, WIDTH)
            assert (found.faults, found.clean) == ([], True)
            assert ledger.conversation("other")["turns"]
        shutil.rmtree(place)
    record("kill -9 of a purge", rounds=times, met_running=met, writes=writes, left=0, lost=0)
    return met


@pytest.mark.slow
def test_a_purge_that_is_killed_is_finished_by_the_next(tmp_path):
    assert campaign(tmp_path, times=3, rows=50, seed=1) >= 1


@pytest.mark.faults
def test_a_purge_that_is_killed_is_finished_by_the_next_again_and_again(tmp_path):
    times = rounds(40)
    assert campaign(tmp_path, times, rows=1500, seed=2) >= times // 2
