"""``kill -9`` of an add at any moment or write, then the same add: nothing lost, nothing twice.

Every other kill comes with an event: the process is killed as soon as the library's files have been
written to for the n-th time.
"""

from __future__ import annotations

import random
import shutil
import time
from collections import Counter
from pathlib import Path

import pytest

from rag.ledger import Ledger
from rag.store.matrix import VectorMatrix
from tests.faults.campaign import (
    kill,
    moments,
    record,
    rounds,
    run,
    start,
    write_containers,
    write_folder,
)
from tests.faults.events import Events
from tests.rag.shelf import MODEL, assert_sound

# The library's own add, with an encoder that needs no model: a round takes seconds.
ADD = """
import sys
from pathlib import Path
from ingest.folder import add
from rag.ledger import Ledger
from rag.pending import embed_pending
from tests.rag.shelf import SmallEncoder
with Ledger(Path(sys.argv[1])) as ledger:
    for outcome in add(ledger, [Path(sys.argv[2])]):
        print(outcome.outcome, outcome.documents, outcome.source, outcome.why, flush=True)
    embed_pending(ledger, SmallEncoder(), batch=16)
"""
QUICK = ("-c", ADD)


def cli(library: Path, folder: Path) -> tuple[object, ...]:
    return ("-m", "ui.cli", "--library", library, "add", folder)


def quick(library: Path, folder: Path) -> tuple[object, ...]:
    return (*QUICK, library, folder)


def assert_answers(ledger: Ledger, documents: int, model: str) -> None:
    """Every document is there once, is found by words, and by vectors where they are ready."""
    counts = ledger.counts("default", model)
    assert counts.documents == documents
    sources = Counter((info.source, info.title) for info in everything(ledger))
    assert max(sources.values()) == 1
    hits = ledger.word_hits([["wit", "witness", "wit"]], "default", None, 10_000)
    assert hits
    live = ledger.searchable("default", None)
    for rowids, vectors in ledger.vectors(model):
        matrix = VectorMatrix(ledger, model)
        found = matrix.nearest(vectors[0], live, 1)
        assert found[0][1] > 0.999
        assert live[rowids].all()


def everything(ledger: Ledger):
    cursor = None
    while True:
        page, cursor = ledger.find_infos("default", limit=500, cursor=cursor)
        yield from page
        if cursor is None:
            return


def writes_of(add, library: Path, folder: Path) -> tuple[float, int]:
    """Add everything; return the seconds that took, and how many writes to files there were."""
    library.mkdir()
    counted = 0
    began = time.monotonic()
    with Events(library) as events:
        child = start(*add(library, folder))
        while child.poll() is None:
            counted += events.wait_for(1, 0.2)
    said = child.stdout.read()
    assert child.returncode == 0, said
    return time.monotonic() - began, counted


def campaign(
    tmp_path: Path, add, model: str, times: int, files: int, rows: int, seed: int, *, members=0
) -> int:
    """Kill and add again, in a new library each time; return how many kills met a running one."""
    documents = write_folder(tmp_path / "docs", files, rows)
    documents += write_containers(tmp_path / "docs", members) if members else 0
    longest, writes = writes_of(add, tmp_path / "whole", tmp_path / "docs")
    chance = random.Random(seed)
    with Ledger(tmp_path / "whole") as ledger:
        whole = ledger.counts("default", model)
        assert (whole.documents, whole.embedded_share) == (documents, 1.0)
    met, slowest = 0, 0.0
    for n, moment in enumerate(moments(times, longest, seed)):
        library = tmp_path / f"library-{n}"
        library.mkdir()
        with Events(library) as events:
            child = start(*add(library, tmp_path / "docs"))
            if n % 2:
                left = chance.randrange(1, max(2, writes))
                while left > 0 and child.poll() is None:
                    left -= events.wait_for(1, 0.2)
            else:
                time.sleep(moment)
            met += kill(child, group=bool(n % 4 > 1))
        with Ledger(library) as ledger:
            assert_sound(ledger)
            part = ledger.counts("default", model)
            assert part.documents <= documents
            if part.embedded:
                assert_answers(ledger, part.documents, model)
        began = time.monotonic()
        run(*add(library, tmp_path / "docs"))
        slowest = max(slowest, time.monotonic() - began)
        with Ledger(library) as ledger:
            assert_sound(ledger)
            after = ledger.counts("default", model)
            assert (after.documents, after.passages) == (documents, whole.passages)
            assert after.embedded == after.passages
            assert after.failed == ()
            assert_answers(ledger, documents, model)
            seq = ledger.seq
        assert "added" not in run(*add(library, tmp_path / "docs")).split()
        with Ledger(library) as ledger:
            assert ledger.counts("default", model) == after
            assert len(ledger.changes(seq, 10)) <= 3
        shutil.rmtree(library)
    record(
        f"kill -9 of {add.__name__}{' with containers' if members else ''}",
        rounds=times,
        met_running=met,
        documents=documents,
        lost=0,
        duplicated=0,
        undisturbed_s=round(longest, 1),
        slowest_recovery_s=round(slowest, 1),
    )
    return met


def test_an_add_that_is_killed_is_finished_by_the_next(tmp_path):
    assert campaign(tmp_path, quick, MODEL, times=2, files=10, rows=200, seed=1) >= 1


@pytest.mark.faults
def test_an_add_that_is_killed_is_finished_by_the_next_again_and_again(tmp_path):
    times = rounds(100)
    assert campaign(tmp_path, quick, MODEL, times, files=60, rows=1000, seed=2) >= times // 2


@pytest.mark.slow
def test_an_add_of_containers_that_is_killed_is_finished_by_the_next(tmp_path):
    assert campaign(tmp_path, quick, MODEL, 4, files=5, rows=40, seed=4, members=30) >= 2


@pytest.mark.faults
def test_an_add_of_containers_that_is_killed_is_finished_by_the_next_often(tmp_path):
    times = rounds(60)
    met = campaign(tmp_path, quick, MODEL, times, files=10, rows=200, seed=5, members=200)
    assert met >= times // 2


@pytest.mark.faults
def test_vouch_add_that_is_killed_is_finished_by_the_next_again_and_again(tmp_path):
    from rag.embed import identify

    model, _ = identify()
    times = rounds(40)
    assert campaign(tmp_path, cli, model, times, files=40, rows=600, seed=3) >= times // 2
