"""Damaged index files: the owner lives, the fault is found, the index is rebuilt, all is found."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from rag.index import VectorIndex
from rag.index_files import manifest
from tests.faults.campaign import ROOT
from tests.rag.shelf import MODEL, WIDTH, fill, open_ledger, vector_of

NEVER = threading.Event()
ROWS = 1200

# A second writer to the same files, as an embedded Chroma lets one happen.
INTRUDER = """
import sys, numpy as np, chromadb
collection = chromadb.PersistentClient(sys.argv[1]).get_collection("passages")
vectors = np.random.default_rng(0).standard_normal((300, int(sys.argv[2]))).astype("float32")
collection.upsert(ids=[str(10**6 + n) for n in range(300)], embeddings=vectors)
"""


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip(path: Path, share: float = 0.005, seed: int = 0) -> None:
    data, chance = bytearray(path.read_bytes()), random.Random(seed)
    for _ in range(max(1, int(len(data) * share))):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    path.write_bytes(data)


def intrude(path: Path) -> None:
    command = [sys.executable, "-c", INTRUDER, str(path), str(WIDTH)]
    subprocess.run(command, check=True, cwd=ROOT)


# segment directory, generation directory -> damage. The first eleven are those that were met.
FAULTS: dict[str, Callable[[Path, Path], object]] = {
    "data_level0.bin cut": lambda seg, _: cut(seg / "data_level0.bin"),
    "data_level0.bin flipped": lambda seg, _: flip(seg / "data_level0.bin"),
    "index_metadata.pickle deleted": lambda seg, _: (seg / "index_metadata.pickle").unlink(),
    "index_metadata.pickle cut": lambda seg, _: cut(seg / "index_metadata.pickle"),
    "segment directory deleted": lambda seg, _: shutil.rmtree(seg),
    "chroma.sqlite3 flipped": lambda _, gen: flip(gen / "chroma.sqlite3"),
    "chroma.sqlite3 cut": lambda _, gen: cut(gen / "chroma.sqlite3"),
    "header.bin flipped": lambda seg, _: flip(seg / "header.bin"),
    "link_lists.bin cut": lambda seg, _: cut(seg / "link_lists.bin"),
    "link_lists.bin emptied": lambda seg, _: (seg / "link_lists.bin").write_bytes(b""),
    "length.bin cut": lambda seg, _: cut(seg / "length.bin"),
    "two writers": lambda _, gen: intrude(gen),
    "chroma.sqlite3 deleted": lambda _, gen: (gen / "chroma.sqlite3").unlink(),
    "chroma.sqlite3 emptied": lambda _, gen: (gen / "chroma.sqlite3").write_bytes(b""),
}
for seed in range(12):
    FAULTS[f"one bit of data_level0.bin ({seed})"] = lambda seg, _, seed=seed: flip(
        seg / "data_level0.bin", 0, seed
    )
    FAULTS[f"bits of header.bin ({seed})"] = lambda seg, _, seed=seed: flip(
        seg / "header.bin", 0.03, seed
    )
    FAULTS[f"bits of chroma.sqlite3 ({seed})"] = lambda _, gen, seed=seed: flip(
        gen / "chroma.sqlite3", 0.0005, seed
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    library = tmp_path_factory.mktemp("built") / "library"
    with open_ledger(library) as ledger:
        fill(ledger, "/a.csv", ROWS)
        index = VectorIndex(library, ledger, MODEL, WIDTH)
        index.catch_up(NEVER)
        index.close()
    return library


def pointed_to(library: Path) -> tuple[Path, Path]:
    name = json.loads((library / "index/current.json").read_text())["name"]
    place = library / "index" / name
    (segment,) = [path for path in place.iterdir() if path.is_dir()]
    return segment, place


def asked(index: VectorIndex, text: str) -> list[tuple[int, float]]:
    """Ask for a text's own vector; where that meets a fault, as the owner does, build anew first.

    Until it has done so searches are exact.
    """
    hit = index.query(vector_of(text), 1)
    if not hit and index.status == "unavailable":
        index.catch_up(NEVER)
        hit = index.query(vector_of(text), 1)
    return hit


def self_recall(library: Path) -> float:
    """Open the index as its owner does; return the share of vectors that find themselves."""
    with open_ledger(library) as ledger:
        index = VectorIndex(library, ledger, MODEL, WIDTH)
        index.catch_up(NEVER)
        assert (index.status, index.applied_seq) == ("healthy", ledger.seq)
        texts = [f"row /a.csv {row} paragraph 1" for row in range(0, ROWS, 5)]
        hits = [asked(index, text) for text in texts]
        found = ledger.passages(str(hit[0][0]) for hit in hits if hit)
        index.close()
    right = [
        bool(hit) and found[str(hit[0][0])].text == text
        for hit, text in zip(hits, texts, strict=True)
    ]
    return sum(right) / len(right)


@pytest.mark.faults
@pytest.mark.parametrize("fault", FAULTS)
def test_a_damaged_index_is_found_out_and_rebuilt(built, tmp_path, fault):
    library = tmp_path / "library"
    shutil.copytree(built, library)
    before = pointed_to(library)[1]
    FAULTS[fault](*pointed_to(library))
    assert self_recall(library) == 1
    # Whatever was changed in files that are only read is found out, however little it was.
    assert pointed_to(library)[1] != before


@pytest.mark.faults
@pytest.mark.parametrize("fault", FAULTS)
def test_damage_that_the_files_checksums_do_not_show_is_survived(built, tmp_path, fault):
    """As if the damage had been there when the generation was published."""
    library = tmp_path / "library"
    shutil.copytree(built, library)
    segment, place = pointed_to(library)
    FAULTS[fault](segment, place)
    pointer = library / "index/current.json"
    pointer.write_text(json.dumps(json.loads(pointer.read_text()) | {"files": manifest(place)}))
    (library / "index/clean.json").unlink()
    assert self_recall(library) >= 0.99
