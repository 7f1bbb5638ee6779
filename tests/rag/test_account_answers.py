"""Free values: which are one, which differ, and which of them Vouch stands behind."""

from dataclasses import replace

import pytest

from rag.account.answers import standing
from rag.account.forms import fit
from rag.accounts import disagreeing, gather
from rag.english.question import analyse
from rag.types import Candidate
from tests.rag.sources import report

MAKER = "Who is the architect of Hollin Hall?"
ONE = (
    "Hollin Hall is a house of red brick above the river Elva, finished by the architect {} for a "
    "family of salt traders; its long gallery burnt in 1911 and was rebuilt with a flat roof."
)
OTHER = (
    "The concert building called Hollin Hall stands in the port of Sallow. Designed by {}, it "
    "seats nine hundred and opened with a choir of children under Otto Marn."
)


def span(hit, value, probability=0.8):
    text, start = hit.passage.text, hit.passage.start
    at = start + text.index(value)
    return Candidate(hit, start, start + len(text), text, 5.0, probability, at, at + len(value))


def told(text, value, publisher, probability=0.8, **fields):
    hit = report(text.format(value), publisher=publisher, day=None, **fields)
    return span(hit, value, probability)


def answers(*found, question=MAKER):
    asked = analyse(question)
    accounts = gather(asked, found, found)
    return [one.text for one in standing(asked, accounts, found)], accounts


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Dr. Ada Thorn", "Ada Thorn", "same"),
        ("A. Thorn", "Ada Thorn", "same"),
        ("Ada M. Thorn", "Ada Thorn", "same"),
        ("Zoltán Korda", "Zoltan Korda", "same"),
        ("the city of Hollin", "Hollin", "same"),
        ("Thorn", "Ada Thorn", "wider"),
        ("a hospital in Idlib", "Idlib", "narrower"),
        ("Russia", "the Russian air force", "wider"),
        ("Ada Thorn", "Otto Thorn", "other"),
        ("Ada Thorn", "Ada Marn", "other"),
        ("24 people", "42 people", "other"),
        ("1,200", "1200", "same"),
        ("the Northern Bank", "the Southern Bank", "other"),
    ],
)
def test_forms_of_one_value(one, other, expected):
    assert fit(one, other) == expected


def test_two_values_on_one_thing_disagree_and_the_better_supported_one_is_stood_behind():
    third = "An old guide says that Hollin Hall above the river Elva was finished by {}."
    texts, accounts = answers(
        told(ONE, "Ada Thorn", "A"),
        told(ONE, "Lena Marsh", "B", 0.9),
        told(third, "A. Thorn", "C", 0.6),
    )
    assert disagreeing(accounts)
    assert texts == ["Ada Thorn"]


def test_among_equals_the_value_that_the_reader_believes_in_is_stood_behind():
    texts, accounts = answers(told(ONE, "Ada Thorn", "A", 0.8), told(ONE, "Lena Marsh", "B", 0.6))
    assert len(accounts) == 2
    assert texts == ["Ada Thorn"]


def test_a_text_and_its_changed_copies_count_once():
    texts, _ = answers(
        told(ONE, "Ada Thorn", "A", 0.8),
        told(ONE, "Lena Marsh", "B", 0.7),
        told(ONE + " ", "Lena Marsh", "C", 0.7),
    )
    assert texts == ["Ada Thorn"]


def test_two_things_of_one_name_each_have_their_answer():
    texts, accounts = answers(told(ONE, "Ada Thorn", "A"), told(OTHER, "Bo Lind", "B"))
    assert set(texts) == {"Ada Thorn", "Bo Lind"}
    assert all("namesake" in one.flags for one in accounts)


def test_an_unlikely_value_takes_no_part():
    texts, accounts = answers(told(ONE, "Ada Thorn", "A", 0.9), told(OTHER, "Bo Lind", "B", 0.05))
    assert accounts == []
    assert texts == ["Ada Thorn"]


def test_one_value_in_several_forms_needs_no_list():
    found, accounts = answers(told(ONE, "Thorn", "A", 0.9), told(OTHER, "Ada Thorn", "B", 0.8))
    assert accounts == []
    assert found == ["Thorn"]


def test_named_claimants_each_stand_for_their_figure():
    question = "How many people were killed in Hollin?"
    hits = [
        report("Lantern Watch said 14 people were killed in Hollin.", publisher="A"),
        report("The harbour ministry said nine people were killed in Hollin.", publisher="B"),
    ]
    found = [span(hit, hit.passage.text) for hit in hits]
    texts, _ = answers(*found, question=question)
    assert set(texts) == {"14", "nine"}


def test_a_denial_is_no_bare_answer():
    question = "Who was responsible for the burst dam in Hollin?"
    hits = [
        report("Ada Thorn accused Corvane Works of neglecting the dam in Hollin.", publisher="A"),
        report("Corvane Works denied that it was responsible for the dam.", publisher="B"),
    ]
    texts, accounts = answers(*[span(hit, hit.passage.text) for hit in hits], question=question)
    assert len(accounts) == 2
    assert texts == ["Corvane Works"]


def test_hidden_words_are_no_answer_beside_those_that_all_see():
    secret = told(OTHER, "Bo Lind", "B", 0.9)
    secret = replace(secret, hit=replace(secret.hit, hidden="white text"))
    texts, _ = answers(told(ONE, "Ada Thorn", "A", 0.8), secret)
    assert texts == ["Ada Thorn"]


def test_names_that_no_trained_reader_found_make_no_accounts():
    found = [told(ONE, "Ada Thorn", "A"), told(OTHER, "Bo Lind", "B")]
    assert gather(analyse(MAKER), found) == []


def test_one_statement_in_two_mouths_is_a_dispute():
    question = "Who said that the gate of the dam had been left open?"
    first = "Ada Thorn said that the gate of the dam in Hollin had been left open all night."
    second = "Otto Marn said that the gate of the dam in Hollin had been left open all night."
    found = [
        span(report(text, publisher=outlet), text) for text, outlet in ((first, "A"), (second, "B"))
    ]
    accounts = gather(analyse(question), found)
    assert {one.value for one in accounts} == {"Ada Thorn", "Otto Marn"}
    assert {one.relation for one in accounts} == {"disagrees"}


def test_two_who_say_different_things_are_no_dispute():
    question = "Who said what of the dam in Hollin?"
    first = "Ada Thorn said that the gate of the dam in Hollin had been left open all night."
    second = "Otto Marn said that the dam in Hollin was older than its owners had told the council."
    found = [
        span(report(text, publisher=outlet), text) for text, outlet in ((first, "A"), (second, "B"))
    ]
    assert gather(analyse(question), found) == []
