"""Terms are the same however a word, number or code is written, and FTS5 keeps each whole."""

from __future__ import annotations

import sqlite3
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.english.counts import numbers
from rag.english.sentences import sentences
from rag.english.speech_phrases import tokens
from rag.english.words import STOP_WORDS, content_terms, index_text, query_terms, stem

ONE_TERM = [
    ("1,541", "1541"),
    ("10\u202f000", "10000"),
    ("1.541.000", "1,541,000"),
    ("S-300", "S300"),
    ("S‑300s", "s-300"),
    ("Su-22", "SU22"),
    ("A/HRC/34/CRP.3", "a/hrc/34/crp.3"),
    ("24th", "24"),
    ("1980s", "1980's"),
    ("U.S.", "US"),
    ("U.N", "UN"),
    ("Ba'ath", "Ba’ath"),
    ("Da'esh", "Daesh"),
    ("Assad's", "Assad"),
    ("Idlib", "İDLİB"),
    ("ﬁre", "fires"),
    ("Kobanê", "Kobane"),
    ("vetoed", "veto"),
    ("١٢٣", "123"),
    ("café", "cafe\u0301"),
]


@pytest.mark.parametrize(("one", "other"), ONE_TERM)
def test_spellings_of_one_word_share_a_term(one: str, other: str) -> None:
    [first], [second] = query_terms(f"x {one}")[1:], query_terms(f"x {other}")[1:]
    assert first.terms == second.terms
    # ... and a passage with either is found by it.
    for text in (one, other):
        assert set(first.terms) & set(index_text(text).split())


@pytest.mark.parametrize(
    ("one", "other"),
    [("4.5", "45"), ("4/4", "44"), ("1.541", "1541"), ("US", "us"), ("IS", "is"), ("T-4", "T-5")],
)
def test_different_things_keep_different_terms(one: str, other: str) -> None:
    assert not set(content_terms(f"x {one}")[1:]) & set(content_terms(f"x {other}")[1:])


def test_a_number_inside_a_sentence_is_found_with_and_without_separator() -> None:
    indexed = index_text("At least 1,541 people fled; see A/HRC/34/CRP.3.").split()
    assert "1541" in indexed
    assert "ahrc34crp3" in indexed
    assert "crp" in indexed


def test_hyphenated_names_are_found_joined_and_apart() -> None:
    indexed = index_text("fighting in Deir ez-Zor").split()
    assert {"ezzor", "zor", "deir"} <= set(indexed)


def test_scripts_without_spaces_are_pairs() -> None:
    assert index_text("北京大学") == "北京 京大 大学"
    assert [term.terms for term in query_terms("北京")] == [("北京",)]
    assert index_text("北") == "北"


def test_questions_lose_what_only_asks_and_keep_what_is_asked_about() -> None:
    terms = query_terms("What did the US say about 1,541 S-300s in Idlib in May?")
    assert [(t.kind, t.text) for t in terms] == [
        ("name", "US"),
        ("exact", "1,541"),
        ("exact", "S-300s"),
        ("name", "Idlib"),
        ("name", "May"),
    ]
    assert query_terms("What is it that they were?") == []


def test_a_shouted_question_loses_its_common_words_too() -> None:
    assert content_terms("WHO VETOED THE RESOLUTION IN IDLIB?") == ["veto", "resolut", "idlib"]


def test_a_missing_space_after_a_sentence_does_not_join_words() -> None:
    assert index_text("They were killed.Then he fled").split() == ["kill", "fled"]


def test_stop_words_are_not_indexed() -> None:
    assert index_text(" ".join(sorted(STOP_WORDS))) == ""


def test_stems_are_english_and_leave_other_scripts_alone() -> None:
    assert stem("bombings") == stem("bombing") == "bomb"
    assert stem("новости") == "новости"


def fts_terms(text: str) -> list[str]:
    db = sqlite3.connect(":memory:")
    db.execute(
        "CREATE VIRTUAL TABLE words USING fts5(text, tokenize='unicode61 remove_diacritics 2')"
    )
    db.execute("CREATE VIRTUAL TABLE instances USING fts5vocab(words, instance)")
    db.execute("INSERT INTO words VALUES(?)", (text,))
    return [row[0] for row in db.execute('SELECT term FROM instances ORDER BY "offset"')]


@given(
    st.text(
        st.characters(
            codec="utf-8", max_codepoint=0x2FFF, exclude_categories=("Cn", "Cc", "Cs", "Co")
        ),
        max_size=60,
    )
)
def test_fts5_keeps_every_term_whole(text: str) -> None:
    # SQLite knows the letters of Unicode 6.1; newer ones cannot be searched.
    terms = [t for t in index_text(text).split() if known_to_sqlite(t)]
    assert fts_terms(" ".join(terms)) == terms


def known_to_sqlite(term: str) -> bool:
    return all(fts_terms(c) for c in set(term))


@pytest.mark.parametrize(
    "text",
    ["हिन्दी में समाचार", "ประเทศไทย", "한국어 뉴스", "ガザの病院", "خان شيخون", "Ελλάδα", "x²½"],
)
def test_terms_of_other_scripts_survive_fts5(text: str) -> None:
    terms = index_text(text).split()
    assert terms
    assert fts_terms(" ".join(terms)) == terms


@given(st.text(max_size=200))
def test_terms_are_those_of_the_lines(text: str) -> None:
    terms = index_text(text).split()
    assert index_text(f"{text}\n{text}").split() == terms + terms


def test_a_long_hostile_text_takes_no_quadratic_time() -> None:
    import time

    began = time.perf_counter()
    for text in ("1," * 50_000, "a-" * 50_000, "." * 100_000, "é" * 100_000, "'s" * 50_000):
        index_text(text)
    assert time.perf_counter() - began < 10, sys.version


def test_what_is_kept_of_a_text_stays_as_it_is() -> None:
    text = "At least 14 people died in Homs. Six were hurt."
    for of in (content_terms, sentences, numbers, tokens):
        whole = list(of(text))
        found = of(text)
        found.pop()
        assert of(text) == whole
        long = f"{text} " * 200  # too long to be kept
        assert len(of(long)) >= len(whole)
