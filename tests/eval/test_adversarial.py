"""The hand-written pairs: enough of them, each with one thing changed, and the figures of a run."""

import json
from collections import Counter
from difflib import SequenceMatcher

import pytest

from eval.adversarial import (
    FUZZY,
    KINDS,
    PARTS,
    Outcome,
    Pair,
    by_letters,
    by_verifier,
    failures,
    figures,
    main,
    read_pairs,
)
from eval.verifiers import NamedVerifier
from rag.types import Check
from rag.verify import CertainVerifier

PAIR = Pair(
    "x-day-01",
    "day",
    "The tower at Hollin collapsed on Monday during a gale.",
    "During a gale the tower at Hollin collapsed on Monday.",
    "During a gale the tower at Hollin collapsed on Tuesday.",
)


@pytest.fixture(scope="module")
def pairs():
    return {part: read_pairs(part) for part in PARTS}


def test_there_are_enough_pairs_of_every_kind_that_is_asked_for(pairs):
    both = [pair for part in PARTS for pair in pairs[part]]
    assert len(both) >= 120
    kinds = Counter(pair.kind for pair in both)
    assert all(kinds[kind] >= 10 for kind in KINDS)
    assert all(Counter(p.kind for p in pairs[part])[kind] >= 5 for part in PARTS for kind in KINDS)


def test_no_source_is_in_two_pairs_and_every_id_is_its_own(pairs):
    both = [pair for part in PARTS for pair in pairs[part]]
    assert len({pair.source for pair in both}) == len({pair.id for pair in both}) == len(both)


def test_a_twin_differs_in_little_and_neither_is_a_quotation(pairs):
    for pair in (pair for part in PARTS for pair in pairs[part]):
        mine, other = pair.true.split(), pair.false.split()
        same = SequenceMatcher(None, mine, other, autojunk=False)
        assert pair.true != pair.false
        assert same.ratio() > 0.4, pair.id  # names may change places
        assert pair.true not in pair.source, pair.id


def test_a_verifier_judges_both_sentences_of_a_pair():
    judged = by_verifier(NamedVerifier("certain", CertainVerifier(), "1"))(PAIR)
    assert (judged.accepts_true, judged.accepts_false) == (True, False)
    assert "Tuesday" in failures([Outcome(PAIR, True, True, judged.checks)])
    assert failures([judged]) == ""


def test_a_verifier_with_a_least_support_is_judged_by_it():
    class Even:
        def check(self, _sentence, _citation):
            return Check("supported", 0.5)

    for least, accepted in ((0.4, True), (0.6, False)):
        judged = by_verifier(NamedVerifier("even", Even(), "1", least))(PAIR)
        assert (judged.accepts_true, judged.accepts_false) == (accepted, accepted)


def test_pairs_are_judged_by_what_checks_drafts_and_not_by_what_judges_texts():
    class All:
        def check(self, _sentence, _citation):
            return Check("supported", 1.0)

    named = NamedVerifier("vouch", All(), "1", drafts=CertainVerifier())
    judged = by_verifier(named)(PAIR)
    assert (judged.accepts_true, judged.accepts_false) == (True, False)


def test_letters_take_a_changed_day_for_the_sources():
    judged = by_letters(FUZZY[0])(PAIR)
    assert (judged.accepts_true, judged.accepts_false) == (True, True)


def test_figures_count_what_was_rejected_and_accepted_by_kind():
    other = Pair("x-name-01", "name", "a", "b", "c")
    found = {
        one.name: (one.part, one.whole)
        for one in figures([Outcome(PAIR, True, False), Outcome(other, False, True)])
    }
    assert found["rejected"] == (1, 2)
    assert found["accepted"] == (1, 2)
    assert found["the six kinds: rejected"] == (1, 1)
    assert found["name: accepted"] == (0, 1)


def test_the_rows_of_the_test_part_are_not_shown(tmp_path, capsys):
    out = tmp_path / "figures.json"
    assert main(["--part", "test", "--out", str(out)]) == 0
    assert "source:" not in capsys.readouterr().out
    kept = json.loads(out.read_text())
    assert kept["pairs"] == len(read_pairs("test"))
    assert set(kept["figures"]) == {"certain", *(f"letters {least:g}" for least in FUZZY)}
