"""Spellings of a name find each other in a real library, and nothing else does."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.english.names import NameVariants, same_name
from rag.english.words import query_terms
from rag.ledger import Ledger
from rag.types import Filters
from tests.rag.models import library, put

SPELLINGS = [
    "Sheikhoun Sheikoun Shaykhun Shaikhoun Sheikhun Cheikhoun",
    "Hasakeh Hasaka Hasakah Hassakeh Hasake",
    "Zor Zour Zawr",
    "Deir Dayr Dair",
    "Idlib Idleb Edlib",
    "Daesh Daish Da'esh Da’ish",
    "Hezbollah Hizbullah Hizballah",
    "Mohammed Muhammad Mohamed",
    "Raqqa Rakka Raqqah",
    "Douma Duma",
    "Manbij Menbij",
    "Suwayda Sweida",
    "Moadamiya Mouadamiyeh",
    "Latakia Lattakia",
    "Kobani Kobanê",
]
DIFFERENT = [
    ("killed", "called"), ("Iran", "Iraq"), ("Jamal", "Jamil"), ("Hassan", "Hussein"),
    ("Syria", "Syrian"), ("Turkey", "Turk"), ("Putin", "Patten"), ("Bashar", "Bashir"),
    ("Aleppo", "Alep"), ("Israel", "Israeli"), ("Homs", "Hamas"), ("Trump", "Tramp"),
    ("Paris", "Peres"), ("London", "Linden"), ("Ali", "Ola"), ("Salma", "Salim"),
]  # fmt: skip
KHAN = [
    "Warplanes struck Khan Sheikhoun at dawn.",
    "The town of Khan Shaykhun was hit by sarin.",
    "Doctors in Khan Shaikhoun treated the wounded.",
    "Rebels hold Khan Sheikoun.",
    "The attack on Khan Cheikhoun was condemned.",
    "An inquiry into Khan Sheikhun followed.",
]


@pytest.mark.parametrize("names", SPELLINGS)
def test_spellings_of_one_name_are_the_same_name(names: str) -> None:
    all_of_them = names.split()
    for one in all_of_them:
        assert [name for name in all_of_them if not same_name(one, name)] == []


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_words_are_not(one: str, other: str) -> None:
    assert not same_name(one, other)
    assert not same_name(other, one)


def found(ledger: Ledger, question: str) -> set[str]:
    """Return the passages that hold every name of the question, in any spelling."""
    names = NameVariants(ledger).expand(query_terms(question), "default")
    hits = ledger.word_hits([t.terms for t in names], "default", Filters(), 50)
    return {ledger.passages([str(rowid)])[str(rowid)].text for rowid, _ in hits}


@pytest.fixture
def khan(tmp_path: Path) -> Ledger:
    return library(
        tmp_path,
        *KHAN,
        "The khan of the bazaar sold sheets and a chicken.",
        "Putin called for calm after they were killed.",
        embedded=False,
    )


@pytest.mark.parametrize(
    "spelling", ["Sheikhoun", "Sheikoun", "Shaykhun", "Shaikhoun", "Sheikhun", "Cheikhoun"]
)
def test_every_spelling_finds_all_six(khan: Ledger, spelling: str) -> None:
    assert found(khan, f"Which aid reached {spelling}?") == set(KHAN)


def test_a_spelling_the_library_does_not_have_finds_them_too(khan: Ledger) -> None:
    assert found(khan, "Which aid reached Shaykhoon?") == set(KHAN)
    assert found(khan, "which aid reached shaykhoon?") == set(KHAN)


def test_variants_count_as_one_term(khan: Ledger) -> None:
    [expanded] = NameVariants(khan).expand(query_terms("x Sheikhoun")[1:], "default")
    hits = dict(khan.word_hits([expanded.terms], "default", Filters(), 50))
    assert len(hits) == len(KHAN)
    # Six passages of eight hold the name, so it tells little; as six rare words it would tell much.
    alone = dict(khan.word_hits([["sheikhoun"]], "default", Filters(), 50))
    assert max(hits.values()) < max(alone.values())


def test_ordinary_words_are_never_expanded(tmp_path: Path) -> None:
    ledger = library(
        tmp_path,
        "Nine were killed. He called it a crime. The camp was calm; a comb lay there.",
        "The dish was cold. A dash to the border.",
        embedded=False,
    )
    for question in ("who was killed", "who called the camp", "What of Daesh in the camp?"):
        for term in NameVariants(ledger).expand(query_terms(question), "default"):
            assert len(term.terms) == 1, term


def test_two_part_names_with_an_article(tmp_path: Path) -> None:
    texts = [
        "Fighting resumed in Deir ez-Zor.",
        "Fighting resumed in Deir Ezzor.",
        "Fighting resumed in Deir al-Zour.",
        "Fighting resumed in Dayr az-Zawr.",
    ]
    ledger = library(tmp_path, *texts, "A sorry zero in the desert.", embedded=False)
    for name in ("Deir ez-Zor", "Deir Ezzor", "Deir al-Zour"):
        assert found(ledger, f"x {name}") == set(texts), name


def test_an_article_before_the_name_does_not_matter(tmp_path: Path) -> None:
    texts = ["A blast in Hasakeh.", "A blast in al-Hasakah.", "A blast in Hasaka."]
    ledger = library(tmp_path, *texts, embedded=False)
    for name in ("Hasakeh", "al-Hasakah", "al-Hasaka", "Hassaké"):
        assert found(ledger, f"x {name}") == set(texts), name


def test_a_slip_in_an_unknown_name_is_mended(tmp_path: Path) -> None:
    ledger = library(
        tmp_path, "The monitor in Qamishli spoke.", "Guterres was alarmed.", embedded=False
    )
    assert found(ledger, "x Gutteres") == {"Guterres was alarmed."}
    assert found(ledger, "x Gutrres") == {"Guterres was alarmed."}


def test_new_spellings_are_seen_and_removed_ones_forgotten(khan: Ledger) -> None:
    names = NameVariants(khan)
    assert "sheykhun" not in names.variants("Sheikhoun")
    document_id = put(khan, "new.txt", "Aid reached Khan Sheykhun on Friday.")
    assert "sheykhun" in names.variants("Sheikhoun")
    khan.remove_documents([document_id])
    assert "sheykhun" not in names.variants("Sheikhoun")


def test_only_the_documents_that_may_be_searched_lend_their_spellings(tmp_path: Path) -> None:
    ledger = library(tmp_path, embedded=False)
    put(ledger, "a", "Aid reached Khan Sheikhoun.", publisher="Herald")
    put(ledger, "b", "Aid reached Khan Shaykhun.", publisher="Tribune")
    names, asked = NameVariants(ledger), query_terms("x Sheikhoun")[1:]
    [free] = names.expand(asked, "default")
    [bound] = names.expand(asked, "default", Filters(publisher=("Herald",)))
    assert (free.terms, bound.terms) == (("sheikhoun", "shaykhun"), ("sheikhoun",))
