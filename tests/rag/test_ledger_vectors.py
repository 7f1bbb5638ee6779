"""Embeddings by content, the change sequence, and the matrix beside the library."""

from __future__ import annotations

import numpy as np
import pytest

from rag.ledger import Ledger
from rag.store.matrix import VectorMatrix
from tests.rag.shelf import MODEL, WIDTH, document, embed, fill, open_ledger, origin, vector_of


@pytest.fixture
def ledger(tmp_path):
    with open_ledger(tmp_path / "library") as opened:
        yield opened


def everything(ledger: Ledger) -> dict[int, np.ndarray]:
    return {
        int(rowid): vector
        for rowids, vectors in ledger.vectors(MODEL)
        for rowid, vector in zip(rowids, vectors, strict=True)
    }


def test_a_text_is_embedded_once_however_often_it_stands(ledger):
    ledger.put_file("default", origin("/a"), [document("same", "other", context="Title")])
    ledger.put_file("default", origin("/b"), [document("same", context="Title")])
    ledger.put_file("default", origin("/c"), [document("same", context="Other title")])
    pending = [text for _, text in ledger.pending_texts(MODEL, 10)]
    assert pending == ["Title\nsame", "Title\nother", "Other title\nsame"]
    assert ledger.pending_count(MODEL) == 3
    assert embed(ledger) == 3
    assert ledger.pending_texts(MODEL, 10) == []
    vectors = everything(ledger)
    assert sorted(vectors) == [1, 2, 3, 4]
    assert np.array_equal(vectors[3], vector_of("Title\nsame"))
    ledger.put_file("default", origin("/d"), [document("same", context="Title")])
    assert ledger.pending_texts(MODEL, 10) == []
    assert sorted(everything(ledger)) == [1, 2, 3, 4, 5]


def test_embeddings_go_with_the_last_passage_that_needs_them(ledger):
    for path in ("/a", "/b"):
        ledger.put_file("default", origin(path), [document("same")])
    embed(ledger)
    ledger.remove_files("default", ["/a"])
    assert sorted(everything(ledger)) == [2]
    ledger.remove_files("default", ["/b"])
    ledger.put_file("default", origin("/c"), [document("same")])
    assert len(ledger.pending_texts(MODEL, 10)) == 1


def test_models_stand_beside_each_other_until_one_is_dropped(ledger):
    ledger.put_file("default", origin("/a"), [document("x")])
    embed(ledger)
    assert len(ledger.pending_texts("new", 10)) == 1
    embed(ledger, "new")
    ledger.drop_model(MODEL)
    assert everything(ledger) == {}
    assert ledger.pending_texts("new", 10) == []
    assert len(ledger.pending_texts(MODEL, 10)) == 1


def test_vectors_of_texts_that_are_gone_or_done_are_left_alone(ledger):
    ledger.put_file("default", origin("/a"), [document("x", "y")])
    (gone, _), (kept, _) = ledger.pending_texts(MODEL, 10)
    ledger.put_file("default", origin("/a"), [document("y")])
    seq = ledger.seq
    two = np.stack([vector_of("x"), vector_of("y")])
    assert ledger.put_vectors(MODEL, [gone, kept], two) == 1
    assert ledger.put_vectors(MODEL, [gone, kept], -two) == 0
    assert [(c.op, c.passage_rowid) for c in ledger.changes(seq, 10)] == [("put", 2)]
    assert np.array_equal(everything(ledger)[2], vector_of("y"))
    with pytest.raises(ValueError, match="do not go with"):
        ledger.put_vectors(MODEL, [kept], two)


def test_pending_texts_can_be_those_of_one_collection(ledger):
    ledger.put_file("default", origin("/a"), [document("x")])
    ledger.put_file("other", origin("/a"), [document("y")])
    assert [t for _, t in ledger.pending_texts(MODEL, 10, "other")] == ["y"]
    assert len(ledger.pending_texts(MODEL, 1)) == 1


def test_changes_tell_all_in_order_and_lag_counts_what_an_index_needs(ledger):
    ledger.put_file("default", origin("/a"), [document("x", "y")])
    assert ledger.lag(MODEL, 0) == 0
    embed(ledger)
    assert ledger.lag(MODEL, ledger.seq) == 0
    ledger.remove_files("default", ["/a"])
    ops = [(c.op, c.passage_rowid) for c in ledger.changes(0, 100)]
    assert ops == [("put", 1), ("put", 2), ("touch", 0), ("put", 1), ("put", 2)] + [
        ("delete", 1),
        ("delete", 2),
        ("touch", 0),
    ]
    assert [c.seq for c in ledger.changes(0, 100)] == list(range(1, 9))
    assert [c.seq for c in ledger.changes(3, 2)] == [4, 5]
    assert ledger.seq == 8
    assert ledger.embedded_rowids(MODEL).tolist() == []


def nearest(ledger: Ledger, matrix: VectorMatrix, text: str) -> str:
    live = ledger.searchable("default", None)
    ((rowid, cosine),) = matrix.nearest(vector_of(text), live, 1)
    found = ledger.passages([str(rowid)])[str(rowid)].text
    assert (cosine > 0.999) == (found == text)
    return found


def assert_complete(ledger: Ledger, matrix: VectorMatrix) -> None:
    """The matrix holds every live vector, once, and each is right."""
    seq, parts = matrix.parts()
    held: dict[int, np.ndarray] = {}
    for part in parts:
        assert np.all(np.diff(part.rowids) > 0)
        for rowid, vector in zip(part.rowids.tolist(), part.vectors, strict=True):
            assert rowid not in held
            held[rowid] = vector
    expected = everything(ledger)
    assert seq == ledger.seq
    assert set(expected) <= set(held)
    assert all(np.array_equal(held[rowid], vector) for rowid, vector in expected.items())


def test_the_matrix_follows_every_change(ledger):
    matrix = VectorMatrix(ledger, MODEL)
    assert matrix.nearest(vector_of("x"), ledger.searchable("default", None), 3) == []
    fill(ledger, "/a.csv", 30)
    assert_complete(ledger, matrix)
    for step in range(40):
        fill(ledger, f"/{step}.csv", 20)
        if step % 3 == 0:
            ledger.remove_files("default", [f"/{step - 1}.csv"])
        assert_complete(ledger, matrix)
    assert_complete(ledger, VectorMatrix(ledger, MODEL))
    text = "row /37.csv 7 paragraph 1"
    assert nearest(ledger, matrix, text) == text
    ledger.remove_files("default", ["/37.csv"])
    assert nearest(ledger, matrix, text) != text


def test_the_matrix_sees_vectors_that_come_later_than_their_passages(ledger):
    fill(ledger, "/a.csv", 3)
    ledger.put_file("default", origin("/late"), [document("late words")])
    fill_late = ledger.pending_texts(MODEL, 1)
    matrix = VectorMatrix(ledger, MODEL)
    matrix.parts()
    ledger.put_file("default", origin("/b"), [document("row early")])
    key = [k for k, text in ledger.pending_texts(MODEL, 9) if text == "row early"]
    ledger.put_vectors(MODEL, key, vector_of("row early")[None])
    assert_complete(ledger, matrix)
    ledger.put_vectors(MODEL, [fill_late[0][0]], vector_of("late words")[None])
    assert_complete(ledger, matrix)
    assert nearest(ledger, matrix, "late words") == "late words"


def test_the_matrix_is_opened_from_its_file(ledger):
    fill(ledger, "/a.csv", 50)
    first = VectorMatrix(ledger, MODEL)
    first.parts()
    stamp = first.path.stat().st_mtime_ns
    fill(ledger, "/b.csv", 5)
    second = VectorMatrix(ledger, MODEL)
    assert isinstance(second.parts()[1][0].vectors.base, np.memmap)
    assert second.path.stat().st_mtime_ns == stamp
    assert_complete(ledger, second)


@pytest.mark.parametrize("fault", ["cut", "empty", "head", "rowids", "vectors", "gone", "garbage"])
def test_a_damaged_matrix_file_is_made_anew(ledger, fault):
    fill(ledger, "/a.csv", 50)
    path = VectorMatrix(ledger, MODEL).path
    VectorMatrix(ledger, MODEL).parts()
    data = bytearray(path.read_bytes())
    if fault == "cut":
        data = data[: len(data) // 2]
    elif fault == "empty":
        data = bytearray()
    elif fault == "head":
        data[5] ^= 255
    elif fault == "rowids":
        data[1024 + 3] ^= 255
    elif fault == "vectors":
        data[1024 + 800 : 1024 + 800 + 4 * WIDTH] = bytes(4 * WIDTH)
    elif fault == "garbage":
        data = bytearray(b"[1]" * 5000)
    path.write_bytes(data)
    if fault == "gone":
        path.unlink()
    assert_complete(ledger, VectorMatrix(ledger, MODEL))
    assert_complete(ledger, VectorMatrix(ledger, MODEL))


def test_a_matrix_of_another_library_is_not_used(ledger, tmp_path):
    fill(ledger, "/a.csv", 50)
    path = VectorMatrix(ledger, MODEL).path
    VectorMatrix(ledger, MODEL).parts()
    with open_ledger(tmp_path / "other") as other:
        fill(other, "/other.csv", 50)
        theirs = VectorMatrix(other, MODEL)
        theirs.path.parent.mkdir()
        theirs.path.write_bytes(path.read_bytes())
        assert_complete(other, theirs)
