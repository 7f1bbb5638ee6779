"""The copies that code makes of articles, and the figures made of them."""

from __future__ import annotations

import random

from eval.cases import Source
from eval.copies import Rate, articles, changes, clustering
from eval.copies_made import KINDS, apart, changed_value, parts_of, put_in, runs_of, variants
from rag.checks.facts import words_of


def test_every_kind_of_copy_is_made_and_put_with_its_article(tmp_path):
    sources = articles(None)
    found = clustering(sources, 8, tmp_path)
    assert found["articles"] >= 4
    assert set(found["recall_by_kind"]) == set(KINDS)
    assert found["precision"].value == 1.0
    assert found["recall"].value == 1.0


def test_an_update_shares_four_fifths_and_changes_a_figure():
    base, *others = articles(None)
    made = {one.kind: one.source.text for one in variants(base, others, random.Random(1))}
    common = runs_of(base.text) & runs_of(made["update"])
    assert 0.5 < len(common) / len(runs_of(base.text)) < 0.95
    assert len(parts_of(made["cut by half"])) < len(parts_of(base.text))
    numbers = [fact.key for fact in words_of(base.text).facts if fact.kind == "number"]
    later = [fact.key for fact in words_of(made["update"]).facts if fact.kind == "number"]
    assert set(later) - set(numbers)


def test_articles_that_share_their_text_are_not_both_taken():
    text = " ".join(
        f"The {word} report names place{word} and day{word} here." for word in "abcdefg"
    )
    twice = [Source("1", text), Source("2", text + " One more sentence stands here.")]
    assert len(apart(twice, 5)) == 1


def test_a_value_is_changed_into_another_of_its_kind():
    sentence = "At least 14 people died in Hollin on Tuesday."
    for fact in words_of(sentence).facts:
        value = changed_value(sentence, fact, random.Random(1))
        assert value != sentence[fact.start : fact.end]
        assert value in put_in(sentence, fact, value)
    assert all(one.old_value != one.new_value for one in changes(articles(None), 40))


def test_a_share_has_an_interval_over_articles():
    rate = Rate.of_rows([("a", True), ("b", True), ("c", False), ("d", True)])
    assert (rate.value, rate.of) == (0.75, 4)
    assert rate.low <= 0.75 <= rate.high
    assert str(rate).startswith("0.750 (")
