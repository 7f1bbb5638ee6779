"""Removing near-copies: in batches, in time that grows with their number, and to a sound end."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import pairwise

import pytest

from rag.ledger import Ledger
from tests.rag.shelf import document, open_ledger, origin
from tests.rag.test_copies import (
    NAMES,
    assert_copies_sound,
    clusters,
    letters_of_one_form,
    put,
    reprint,
    story,
)


@pytest.fixture
def ledger(tmp_path):
    with open_ledger(tmp_path / "library") as opened:
        yield opened
        assert_copies_sound(opened)


def looks(ledger: Ledger, act) -> int:
    """Return how often links are looked up while something is done."""
    seen: list[str] = []
    connection = ledger._connection()
    connection.set_trace_callback(seen.append)
    act()
    connection.set_trace_callback(None)
    return sum("FROM links" in one and one.startswith("SELECT") for one in seen)


def test_removing_near_copies_looks_at_each_a_few_times(ledger):
    ledger.put_file("default", origin("/forms.csv"), letters_of_one_form(100))
    put(ledger, "/other", reprint(story(1), "Elva"), source="other")
    assert looks(ledger, lambda: ledger.remove_files("default", ["/forms.csv"])) < 300
    assert clusters(ledger) == set()


def test_removing_documents_by_id_looks_at_each_a_few_times(ledger):
    changes = ledger.put_file("default", origin("/forms.csv"), letters_of_one_form(100))
    ids = [one.document_id for one in changes]
    assert looks(ledger, lambda: ledger.remove_documents(ids[:90])) < 500
    (left,) = clusters(ledger)
    assert len(left) == 10


def sizes(ledger: Ledger, act) -> list[int]:
    """Return how many documents there were after each transaction of something that is done."""
    found = [len(ledger.find_infos("default", limit=1000)[0])]
    write = ledger._write

    @contextmanager
    def watched():
        with write() as db:
            yield db
            found.append(db.execute("SELECT count(*) FROM documents").fetchone()[0])

    ledger._write = watched
    act()
    del ledger._write
    return found


def test_a_long_file_is_removed_in_several_transactions(ledger, monkeypatch):
    for module in ("rag.store.passages", "rag.store.remove"):
        monkeypatch.setattr(f"{module}.PER_TRANSACTION", 8)
    rows = letters_of_one_form(20)
    ledger.put_file("default", origin("/forms.csv"), rows)
    seen = sizes(ledger, lambda: ledger.put_file("default", origin("/forms.csv", "one"), rows[:1]))
    assert max(one - other for one, other in pairwise(seen)) == 8
    assert ledger.origins("default")["/forms.csv"].state == "complete"
    ledger.put_file("default", origin("/forms.csv"), rows)
    seen = sizes(ledger, lambda: ledger.remove_files("default", ["/forms.csv"]))
    assert max(one - other for one, other in pairwise(seen)) == 8
    assert seen[-1] == 0
    assert ledger.origins("default") == {}
    ids = [one.document_id for one in ledger.put_file("default", origin("/forms.csv"), rows)]
    seen = sizes(ledger, lambda: ledger.remove_documents(ids))
    assert max(one - other for one, other in pairwise(seen)) == 8
    assert ledger.origins("default") == {}


def test_a_removal_that_is_interrupted_goes_on_and_leaves_sound_families(ledger, monkeypatch):
    monkeypatch.setattr("rag.store.passages.PER_TRANSACTION", 8)
    monkeypatch.setattr("rag.store.remove.PER_TRANSACTION", 8)
    one, two = story(1, 120), story(2, 120)
    middle = [document(reprint([*one, *two], name), part=name) for name in NAMES]
    more = [document(" ".join(story(n)), part=str(n)) for n in range(10, 22)]
    ledger.put_file("default", origin("/middle"), [*middle, *more])
    put(ledger, "/a", reprint(one), source="a")
    put(ledger, "/a2", reprint(one, "Elva"), source="a2")
    put(ledger, "/c", reprint(two), source="c")
    put(ledger, "/c2", reprint(two, "Elva"), source="c2")
    assert len(clusters(ledger)) == 1

    def killed():
        raise KeyboardInterrupt

    with monkeypatch.context() as stopped:
        stopped.setattr("rag.store.remove.give_way", killed)
        stopped.setattr(ledger, "settle_families", killed)
        for _ in range(3):
            with pytest.raises(KeyboardInterrupt):
                ledger.remove_files("default", ["/middle"])
            row = ledger.origins("default").get("/middle")
            assert row is None or row.state == "reading"
    assert row is None
    put(ledger, "/d", reprint(two, "Tarn"), source="d")
    assert clusters(ledger) == {frozenset(("a", "a2")), frozenset(("c", "c2", "d"))}
