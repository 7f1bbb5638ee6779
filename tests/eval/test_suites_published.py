"""The published files themselves, where they lie beside a checkout: counts and offsets."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from eval.cases import Case
from eval.suites import SUITES, load_suite

DEV = Path(__file__).parents[3] / "shared" / "data" / "dev"
DATA = {
    "squad2": "squad2",
    "ramdocs": "ramdocs",
    "rgb-fact": "rgb",
    "conflictnq": "conflictnq",
    "ragtruth-qa": "ragtruth",
    "wice": "wice",
    "begin": "begin",
    "beir": "nfcorpus/nfcorpus.zip",
    "smart": "cranfield",
    "exact-spans": "exact_spans",
    "mtrag": "mtrag",
    "clapnq": "clapnq",
}
ROWS = {
    "squad2": (1378, 148),
    "ramdocs": (100, 577),
    "rgb-fact": (40, 283),
    "conflictnq": (225, 1350),
    "ragtruth-qa": (184, 0),
    "wice": (349, 0),
    "begin": (430, 0),
    "beir": (323, 3633),
    "smart": (225, 1400),
    "exact-spans": (173, 2),
    "mtrag": (136, 325),
    "clapnq": (200, 200),
}

pytestmark = pytest.mark.skipif(not DEV.exists(), reason=f"the data is not there: {DEV}")


def load(name, **options):
    return load_suite(name, DEV / DATA[name], **options)


@pytest.mark.parametrize("name", SUITES)
def test_every_row_and_source_is_there_and_none_has_a_problem(name):
    suite = load(name)
    assert (len(suite.rows), len(suite.sources)) == ROWS[name]
    assert [row.problem for row in suite.rows if row.problem] == []
    assert len({row.id for row in suite.rows}) == len(suite.rows)
    assert len({source.id for source in suite.sources}) == len(suite.sources)


@pytest.mark.parametrize("name", SUITES)
def test_every_name_and_offset_of_a_case_holds(name):
    suite = load(name)
    texts = {source.id: source.text for source in suite.sources}
    for row in suite.rows:
        if not isinstance(row, Case):
            assert row.sources and all(source.text.strip() for source in row.sources)
            assert all(0 <= a < b <= len(row.text) for a, b in row.unsupported or ())
            continue
        assert set(row.scope or ()) <= texts.keys()
        assert set(row.relevance) <= texts.keys()
        assert all(0 <= one.start < one.end <= len(texts[one.source]) for one in row.spans)


def test_squad_counts_and_spans():
    suite = load("squad2")
    texts = {source.id: source.text for source in suite.sources}
    tags = Counter(tag for row in suite.rows for tag in row.tags)
    assert tags == {"unanswerable": 724, "answerable": 654}
    assert len({row.group for row in suite.rows}) == 148
    for row in suite.rows:
        assert {texts[one.source][one.start : one.end] for one in row.spans} == set(
            row.expect.answers
        )


def test_claims_are_judged_as_published():
    assert sum(row.supported for row in load("wice").rows) == 115
    assert sum(row.supported for row in load("begin").rows) == 180
    suite = load("ragtruth-qa")
    assert sum(not row.supported for row in suite.rows) == 43
    assert sum(len(row.unsupported) for row in suite.rows) == 64
    assert all(len(row.sources) == 3 for row in suite.rows)


def test_judgements_are_graded_as_published():
    grades = Counter(grade for row in load("beir").rows for grade in row.relevance.values())
    assert grades == {1.0: 11758, 2.0: 576}
    assert len(load("beir", split="dev").rows) == 324
    grades = Counter(grade for row in load("smart").rows for grade in row.relevance.values())
    assert grades == {4.0: 128, 3.0: 387, 2.0: 734, 1.0: 363, 0.0: 225}


def test_spans_of_passages_are_found():
    assert sum(len(row.spans) for row in load("exact-spans").rows) == 238
    rows = load("clapnq").rows
    assert Counter(row.answerable for row in rows) == {True: 100, False: 100}
    assert all(bool(row.spans) == row.answerable for row in rows)
    assert not any("span not found" in row.tags for row in rows)


def test_conversations_are_answerable_as_published():
    answerable = Counter(row.answerable for row in load("mtrag").rows)
    assert answerable == {True: 87, False: 29, None: 20}


def test_a_limit_needs_few_sources():
    suite = load("squad2", limit=3)
    assert len(suite.rows) == 3 and len(suite.sources) == 1
