"""Word search: the scores are BM25's over what may be searched, and caches never show."""

from __future__ import annotations

import math
import random
from collections import Counter

import pytest

from rag.ledger import Ledger
from rag.store.bag import MOST, bag, match
from rag.types import Filters
from tests.rag.shelf import assert_sound, document, embed, open_ledger, origin

WORDS = [f"w{i}" for i in range(30)]


def bm25(passages: dict[int, str], groups: list[list[str]]) -> dict[int, float]:
    """Return the scores by the formula of Robertson and Zaragoza 2009, k1 = 1.2, b = 0.75."""
    texts = {rowid: text.split() for rowid, text in passages.items()}
    average = sum(map(len, texts.values())) / len(texts)
    scores: Counter[int] = Counter()
    for group in groups:
        counts = {rowid: sum(word in group for word in text) for rowid, text in texts.items()}
        holding = sum(count > 0 for count in counts.values())
        idf = math.log(1 + (len(texts) - holding + 0.5) / (holding + 0.5))
        for rowid, count in counts.items():
            norm = 1.2 * (1 - 0.75 + 0.75 * len(texts[rowid]) / average)
            if count:
                scores[rowid] += idf * count * 2.2 / (count + norm)
    return dict(scores)


def random_text(chance: random.Random) -> str:
    return " ".join(chance.choice(WORDS) for _ in range(chance.randint(1, 25)))


def add(ledger: Ledger, chance: random.Random, path: str, publisher: str, n: int) -> dict[int, str]:
    """Put documents of two passages; return the text of each passage by rowid."""
    documents = [
        document(random_text(chance), random_text(chance), part=str(i), publisher=publisher)
        for i in range(n)
    ]
    put = ledger.put_file("default", origin(path), documents)
    passages = [p for change in put for p in ledger.passages_of(change.document_id)]
    return {int(p.id): p.text for p in passages}


def assert_same(ledger: Ledger, passages: dict[int, str], groups, filters=None) -> None:
    expected = bm25(passages, groups)
    hits = ledger.word_hits(groups, "default", filters, 10_000)
    assert dict(hits) == pytest.approx(expected, rel=1e-4)
    assert [score for _, score in hits] == sorted((s for _, s in hits), reverse=True)
    best = ledger.word_hits(groups, "default", filters, 5)
    assert best == hits[:5]


def test_scores_are_those_of_the_formula_also_after_changes(tmp_path):
    chance = random.Random(1)
    groups = [["w1"], ["w2", "w3"], ["w4", "nowhere"]]
    with open_ledger(tmp_path) as ledger:
        passages = add(ledger, chance, "/a.csv", "A", 40)
        assert_same(ledger, passages, groups)
        passages |= add(ledger, chance, "/b.csv", "B", 40)
        assert_same(ledger, passages, groups)
        ledger.remove_files("default", ["/a.csv"])
        passages = {r: t for r, t in passages.items() if ledger.passages([str(r)])}
        assert len(passages) == 80
        assert_same(ledger, passages, groups)
    with open_ledger(tmp_path) as ledger:
        assert_same(ledger, passages, groups)


def test_a_document_that_is_filtered_out_changes_no_score(tmp_path):
    groups = [["w1"], ["w2", "w3"]]
    with open_ledger(tmp_path / "both") as both, open_ledger(tmp_path / "one") as one:
        kept = add(both, random.Random(1), "/a.csv", "A", 30)
        add(both, random.Random(2), "/b.csv", "B", 50)
        both.put_file("other", origin("/c.csv"), [document("w1 w1 w1 w2")])
        add(one, random.Random(1), "/a.csv", "A", 30)
        filters = Filters(publisher=("A",))
        assert_same(both, kept, groups, filters)
        assert both.word_hits(groups, "default", filters, 50) == one.word_hits(
            groups, "default", None, 50
        )


def test_words_are_found_as_soon_as_another_writer_has_committed(tmp_path):
    with open_ledger(tmp_path) as reader, open_ledger(tmp_path) as writer:
        assert reader.word_hits([["sarin"]], "default", None, 5) == []
        writer.put_file("default", origin("/a"), [document("sarin gas")])
        assert len(reader.word_hits([["sarin"]], "default", None, 5)) == 1
        writer.put_file("default", origin("/b"), [document("more sarin")])
        assert len(reader.word_hits([["sarin"]], "default", None, 5)) == 2
        writer.remove_files("default", ["/a", "/b"])
        assert reader.word_hits([["sarin"]], "default", None, 5) == []


@pytest.mark.parametrize(
    "word",
    ["s/2017/123", "3.14", "a-b", 'quo"te', "*", "NEAR", "AND", "col:x", "é", "北京", "\ue000x"],
)
def test_a_term_is_one_word_whatever_it_is_made_of(tmp_path, word):
    with Ledger(tmp_path, analyse=str) as ledger:
        ledger.put_file("default", origin("/a"), [document(f"before {word} after")])
        ledger.put_file("default", origin("/b"), [document("s 2017 123 3 14 a b quo te col x")])
        assert len(ledger.word_hits([[word]], "default", None, 5)) == 1


@pytest.mark.parametrize("word", ["", " ", "two words", "\x00", "nul\x00nul"])
def test_what_is_no_word_finds_nothing_and_harms_nothing(tmp_path, word):
    with open_ledger(tmp_path) as ledger:
        ledger.put_file("default", origin("/a"), [document("two words nul\x00nul")])
        assert ledger.word_hits([[word]], "default", None, 5) == []
        assert ledger.word_hits([], "default", None, 5) == []
        assert ledger.word_hits([["two"]], "default", None, 0) == []


def test_counts_beyond_the_most_are_cut_and_marks_cannot_be_forged():
    text, length = bag("x " * 20)
    assert (len(text.split()), length) == (MOST, 20)
    forged, _ = bag("x\uf8f2")
    assert forged == "x"
    assert match("x\uf8f2", 1) == '"x"'


def test_documents_that_mention_everything_are_counted(tmp_path):
    with open_ledger(tmp_path) as ledger:
        ledger.put_file("default", origin("/a"), [document("russia", "vetoed it", publisher="A")])
        ledger.put_file("default", origin("/b"), [document("russia and china")])
        ledger.put_file("default", origin("/c"), [document("china blocked it")])
        groups = [["russia", "china"], ["vetoed", "blocked"]]
        assert ledger.documents_mentioning(groups, "default", None) == 2
        assert ledger.documents_mentioning(groups, "default", Filters(publisher=("A",))) == 1
        assert ledger.documents_mentioning([["russia"], ["nowhere"]], "default", None) == 0
        assert ledger.documents_mentioning([], "default", None) == 0


def test_the_vocabulary_counts_documents_and_forgets(tmp_path):
    with open_ledger(tmp_path) as ledger:
        ledger.put_file("default", origin("/a"), [document("Khan Sheikhoun khan", "Khan")])
        ledger.put_file("default", origin("/b"), [document("KHAN Shaykhun 4.")])
        assert dict(ledger.vocabulary()) == {"khan": 2, "sheikhoun": 1, "shaykhun": 1}
        assert dict(ledger.vocabulary("sh", shortest=9)) == {"sheikhoun": 1}
        ledger.put_file("default", origin("/a"), [document("Khan Sheikhun")])
        assert dict(ledger.vocabulary()) == {"khan": 2, "sheikhun": 1, "shaykhun": 1}
        ledger.remove_files("default", ["/a"])
        assert dict(ledger.vocabulary()) == {"khan": 1, "shaykhun": 1}


def test_touching_a_library_keeps_what_is_cached_right(tmp_path):
    with open_ledger(tmp_path) as ledger:
        ledger.put_file("default", origin("/a"), [document("w1 w2", "w2 w3")])
        before = ledger.word_hits([["w2"]], "default", None, 5)
        embed(ledger)
        ledger.fail_file("default", origin("/b"), "why")
        assert ledger.word_hits([["w2"]], "default", None, 5) == before
        assert ledger.passage_documents().seq == ledger.seq


def test_words_can_be_analysed_anew_when_the_analysis_has_changed(tmp_path):
    with Ledger(tmp_path, analyse=str.lower) as old:
        old.put_file("default", origin("/a"), [document("Vetoed twice", part=str(n)) for n in "ab"])
        assert not old.words_outdated
    with Ledger(tmp_path, analyse=lambda text: text.lower().replace("vetoed", "veto")) as new:
        assert new.words_outdated
        assert new.word_hits([["veto"]], "default", None, 5) == []
        assert len(new.word_hits([["vetoed"]], "default", None, 5)) == 2
        seen: list[tuple[int, int]] = []
        assert new.reindex_words(lambda done, total: seen.append((done, total))) == 2
        assert seen == [(2, 2)]
        assert not new.words_outdated
        assert len(new.word_hits([["veto"]], "default", None, 5)) == 2
        assert new.word_hits([["vetoed"]], "default", None, 5) == []
        assert_sound(new)
