"""Near-copies: which texts hang together in the ledger, and what an answer makes of them."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import pytest

from rag.copies import are_near, bands, shared, shingles, signature
from rag.ledger import Ledger
from rag.store.migrations import MIGRATIONS, migrate
from tests.rag.shelf import assert_sound, document, open_ledger, origin
from tests.rag.test_ledger_processes import finish, start

NAMES = "Hollin Dunmark Elva Corran Sorrel Tarn Ebbing Marl".split()
WORDS = [
    f"{first}{second}"
    for first in "ba ce di fo gu la me ni po ru sa te vi wo".split()
    for second in "bel den fir gan lot mus nor pil rad sen tor vam".split()
]


def story(seed: int, words: int = 160) -> list[str]:
    """Return the sentences of an invented report: another seed gives another one."""
    pick = random.Random(seed)
    found = []
    while words > 0:
        length = pick.randint(9, 15)
        one = " ".join(pick.choice(WORDS) for _ in range(length))
        found.append(f"{one.capitalize()} in {pick.choice(NAMES)}.")
        words -= length + 2
    return found


def reprint(sentences: list[str], outlet: str = "", cut: int = 0) -> str:
    """Return a story with another first line and without its last sentences."""
    kept = sentences[: len(sentences) - cut]
    return f"{outlet.upper()} ({outlet}) - " * bool(outlet) + " ".join(kept)


def put(ledger: Ledger, path: str, *paragraphs: str, collection: str = "default", **fields) -> str:
    (change,) = [
        one
        for one in ledger.put_file(collection, origin(path), [document(*paragraphs, **fields)])
        if one.outcome != "removed"
    ]
    return change.document_id


def clusters(ledger: Ledger, collection: str = "default") -> set[frozenset[str]]:
    """Return the sources of each cluster with more than one document."""
    found: dict[str, set[str]] = {}
    for info in ledger.find_infos(collection, limit=1000)[0]:
        found.setdefault(info.cluster, set()).add(info.source)
    return {frozenset(one) for one in found.values() if len(one) > 1}


def assert_copies_sound(ledger: Ledger) -> None:
    """Families are exactly what hangs together by texts that are near-copies."""
    with ledger._read() as db:
        texts = {
            n: shingles(text)
            for n, text in db.execute(
                "SELECT s.n, (SELECT t.text FROM documents d JOIN texts t ON t.document = d.n"
                " WHERE d.cluster = s.cluster AND d.collection = s.collection LIMIT 1)"
                " FROM signatures s"
            )
        }
        links = set(db.execute("SELECT one, other FROM links"))
        families = {
            n: family
            for n, family in db.execute(
                "SELECT s.n, d.family FROM documents d JOIN signatures s"
                " ON s.cluster = d.cluster AND s.collection = d.collection"
            )
        }
        bands_kept = set(db.execute("SELECT hash, signature FROM bands"))
        own = {
            (band, n)
            for n, collection in db.execute("SELECT n, collection FROM signatures").fetchall()
            for band in bands(signature(texts[n]), collection)
        }
        unequal = db.execute(
            "SELECT count(*) FROM (SELECT 1 FROM documents GROUP BY cluster, collection"
            " HAVING count(DISTINCT coalesce(family, 0)) > 1)"
        ).fetchone()[0]
    assert unequal == 0
    assert bands_kept == own
    assert links == {(b, a) for a, b in links}
    assert all(a in texts and b in texts for a, b in links)
    for a, b in links:
        assert are_near(len(texts[a]), len(texts[b]), shared(texts[a], texts[b]))
    parts = {n: n for n in texts}
    for _ in texts:
        for a, b in links:
            parts[a] = parts[b] = min(parts[a], parts[b])
    for a, b in combinations(texts, 2):
        together = families[a] is not None and families[a] == families[b]
        assert together == (parts[a] == parts[b]), (a, b)
    for n in texts:
        assert (families[n] is None) == all(parts[n] != parts[m] for m in texts if m != n)
    assert_sound(ledger)


@pytest.fixture
def ledger(tmp_path):
    with open_ledger(tmp_path / "library") as opened:
        yield opened
        assert_copies_sound(opened)


def test_a_reprint_with_other_first_line_and_cut_end_is_a_near_copy(ledger):
    text = story(1)
    put(ledger, "/a", reprint(text), source="a")
    put(ledger, "/b", reprint(text, "Elva", cut=3), source="b")
    put(ledger, "/c", reprint(text, cut=len(text) // 2), source="c")
    put(ledger, "/d", reprint(story(2)), source="d")
    assert clusters(ledger) == {frozenset("abc")}
    infos = {one.source: one for one in ledger.find_infos("default")[0]}
    assert [infos[s].near_copy_of for s in "abcd"] == [None, infos["a"].id, infos["a"].id, None]
    assert {one.copy_of for one in infos.values()} == {None}
    counts = ledger.counts("default")
    assert (counts.copies, counts.near_copies) == (0, 2)


def test_exact_copies_and_near_copies_are_one_cluster(ledger):
    text = story(1)
    put(ledger, "/a", reprint(text), source="a")
    put(ledger, "/b", reprint(text, "Elva"), source="b")
    put(ledger, "/c", reprint(text).upper(), source="c")
    put(ledger, "/d", reprint(text, "Elva"), source="d")
    assert clusters(ledger) == {frozenset("abcd")}
    infos = {one.source: one for one in ledger.find_infos("default")[0]}
    assert [infos[s].copy_of for s in "abcd"] == [None, None, infos["a"].id, infos["b"].id]
    assert [infos[s].near_copy_of for s in "abcd"] == [None, infos["a"].id, None, infos["a"].id]


def test_a_quotation_in_a_long_text_makes_no_copy(ledger):
    put(ledger, "/a", reprint(story(1, 60)), source="a")
    put(ledger, "/b", reprint(story(1, 60)) + " " + reprint(story(2, 600)), source="b")
    assert clusters(ledger) == set()


def test_short_texts_are_exact_copies_only(ledger):
    put(ledger, "/a", "At least 14 people died in Hollin.", source="a")
    put(ledger, "/b", "At least 14 people died in Hollin today.", source="b")
    put(ledger, "/c", "at least 14 people  died in Hollin.", source="c")
    assert clusters(ledger) == {frozenset("ac")}
    with ledger._read() as db:
        assert db.execute("SELECT count(*) FROM signatures").fetchone()[0] == 0


def test_a_chain_falls_apart_when_its_middle_goes(ledger):
    one, two = story(1, 120), story(2, 120)
    middle = put(ledger, "/b", reprint([*one, *two]), source="b")
    put(ledger, "/a", reprint(one), source="a")
    put(ledger, "/c", reprint(two), source="c")
    assert clusters(ledger) == {frozenset("abc")}
    ledger.remove_documents([middle])
    assert clusters(ledger) == set()


def test_a_chain_falls_apart_into_what_still_hangs_together(ledger):
    one, two = story(1, 120), story(2, 120)
    put(ledger, "/a", reprint(one), source="a")
    put(ledger, "/a2", reprint(one, "Elva"), source="a2")
    put(ledger, "/c", reprint(two), source="c")
    put(ledger, "/c2", reprint(two, "Tarn"), source="c2")
    put(ledger, "/b", reprint([*one, *two]), source="b")
    assert clusters(ledger) == {frozenset(("a", "a2", "b", "c", "c2"))}
    put(ledger, "/b", reprint(story(3)), source="b")  # the middle is changed into another story
    assert clusters(ledger) == {frozenset(("a", "a2")), frozenset(("c", "c2"))}


def test_a_member_goes_and_the_others_stay_together(ledger):
    text = story(1)
    for name in "abcd":
        put(ledger, f"/{name}", reprint(text, name), source=name)
    ledger.remove_files("default", ["/b"])
    assert clusters(ledger) == {frozenset("acd")}
    ledger.remove_files("default", ["/a"])
    ledger.remove_files("default", ["/c"])
    assert clusters(ledger) == set()
    (left,), _ = ledger.find_infos("default")
    assert left.near_copy_of is None


def test_an_exact_copy_keeps_the_place_of_one_that_goes(ledger):
    text = story(1)
    put(ledger, "/a", reprint(text), source="a")
    put(ledger, "/a2", reprint(text), source="a2")
    put(ledger, "/b", reprint(text, "Elva"), source="b")
    ledger.remove_files("default", ["/a"])
    assert clusters(ledger) == {frozenset(("a2", "b"))}


def test_a_changed_document_leaves_its_copies_and_finds_others(ledger):
    one, two = story(1), story(2)
    put(ledger, "/a", reprint(one), source="a")
    put(ledger, "/b", reprint(two), source="b")
    put(ledger, "/c", reprint(one, "Elva"), source="c")
    assert clusters(ledger) == {frozenset("ac")}
    put(ledger, "/c", reprint(two, "Elva"), source="c")
    assert clusters(ledger) == {frozenset("bc")}
    put(ledger, "/c", reprint(two, "Elva"), source="c", title="Another title")
    assert clusters(ledger) == {frozenset("bc")}


def test_copies_do_not_reach_into_another_collection(ledger):
    text = story(1)
    put(ledger, "/a", reprint(text), source="a")
    put(ledger, "/b", reprint(text, "Elva"), source="b", collection="other")
    assert clusters(ledger) == clusters(ledger, "other") == set()


def test_a_thousand_letters_of_one_form_hang_together_and_come_apart(ledger):
    rows = letters_of_one_form(80)
    ledger.put_file("default", origin("/forms.csv"), rows)
    (whole,) = clusters(ledger)
    assert len(whole) == 80
    ledger.put_file("default", origin("/forms.csv", "less"), rows[::2])
    (half,) = clusters(ledger)
    assert len(half) == 40


def test_any_order_of_adding_and_removing_gives_the_same_clusters(tmp_path):
    pick = random.Random(5)
    made = [
        (f"{seed}{kind}", reprint(story(seed), kind, cut=pick.randint(0, 4)))
        for seed in range(4)
        for kind in ("", "Elva", "Tarn")
    ] + [("mix", reprint([*story(0, 120), *story(1, 120)]))]
    found = []
    for turn in range(4):
        order = list(made)
        random.Random(turn).shuffle(order)
        with open_ledger(tmp_path / str(turn)) as ledger:
            for name, text in order:
                put(ledger, f"/{name}", text, source=name)
            whole = clusters(ledger)
            for name, _ in random.Random(turn).sample(made, 6):
                ledger.remove_files("default", [f"/{name}"])
                assert_copies_sound(ledger)
            for name, text in order:
                put(ledger, f"/{name}", text, source=name)
            assert clusters(ledger) == whole
            assert_copies_sound(ledger)
            found.append(whole)
    assert found[0]
    assert all(one == found[0] for one in found)


def letters_of_one_form(many: int, changed: int = 3) -> list:
    form = " ".join(story(1)).split()
    pick = random.Random(7)
    rows = []
    for n in range(many):
        words = list(form)
        for _ in range(changed):
            words[pick.randrange(len(words))] = f"value{n}"
        rows.append(document(" ".join(words), part=str(n), source=str(n)))
    return rows


WRITER = """
import sys
from pathlib import Path
from tests.rag.shelf import open_ledger
from tests.rag.test_copies import put, reprint, story
with open_ledger(Path(sys.argv[1])) as ledger:
    for n in range(8):
        put(ledger, f"/{sys.argv[2]}{n}", reprint(story(n % 3), sys.argv[2]), source=sys.argv[2])
        if n % 4 == 3:
            ledger.remove_files("default", [f"/{sys.argv[2]}{n}"])
"""


def test_several_processes_that_add_copies_at_once_agree(tmp_path):
    children = [start(WRITER, tmp_path / "library", name) for name in ("Elva", "Tarn", "Marl")]
    assert [finish(child) for child in children] == ["", "", ""]
    with open_ledger(tmp_path / "library") as ledger:
        assert_copies_sound(ledger)
        infos, _ = ledger.find_infos("default", limit=100)
        assert len({info.cluster for info in infos}) == 3
        assert len(infos) == 18


def test_an_older_library_finds_its_near_copies_while_more_is_added(tmp_path):
    text = story(1)
    with open_ledger(tmp_path) as ledger:
        put(ledger, "/a", reprint(text), source="a")
        put(ledger, "/b", reprint(text, "Elva"), source="b")
    as_version_one(tmp_path / "library.db")
    with open_ledger(tmp_path) as ledger:
        assert clusters(ledger) == set()
        put(ledger, "/c", reprint(story(2)), source="c")
        assert clusters(ledger) == {frozenset("ab")}
        assert ledger.sign_older() == 0
        assert_copies_sound(ledger)


def test_an_older_library_is_gone_through_in_steps(tmp_path):
    with open_ledger(tmp_path) as ledger:
        for n in range(7):
            put(ledger, f"/{n}", reprint(story(n % 3), NAMES[n]), source=str(n))
    as_version_one(tmp_path / "library.db")
    with open_ledger(tmp_path) as ledger:
        assert [ledger.sign_older(3) for _ in range(4)] == [3, 3, 1, 0]
        assert clusters(ledger) == {frozenset("036"), frozenset("14"), frozenset("25")}
        assert_copies_sound(ledger)


def as_version_one(file: Path) -> None:
    """Take from a library what its second version has added."""
    first = sqlite3.connect(":memory:", isolation_level=None)
    migrate(first, MIGRATIONS[:1])
    names = "SELECT type, name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY type"
    with sqlite3.connect(file) as db:
        for kind, name in set(db.execute(names)) - set(first.execute(names)):
            if kind == "table":
                db.execute(f"DROP TABLE {name}")
        db.execute("DROP INDEX documents_by_family")
        db.execute("ALTER TABLE documents DROP COLUMN family")
        db.execute("DELETE FROM meta WHERE key = 'unsigned'")
        db.execute("PRAGMA user_version = 1")
    db.close()


def test_signatures_are_those_of_other_versions():
    # What is stored must be found again by a later datasketch.
    values = signature(shingles(reprint(story(1))))
    assert values[:3].tolist() == [6645381, 8884437, 29091201]


def test_threads_that_are_first_at_once_all_have_their_signature():
    script = """
import sys, threading
import numpy as np
from rag.copies import signature

sys.setswitchinterval(1e-5)
together, found = threading.Barrier(8), []

def first():
    together.wait()
    found.append(signature(np.arange(10, dtype=np.uint64)).tolist())

threads = [threading.Thread(target=first) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert len(found) == 8 and all(one == found[0] for one in found)
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
