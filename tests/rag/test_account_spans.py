"""Figures of days, sums of days, parts by place, and places and parties that are not asked for."""

import pytest

from rag.account.words import lead_of
from rag.accounts import answering, disagreeing, gather
from rag.english.events import event_span, in_period
from rag.english.quantities import counted
from rag.english.question import analyse
from tests.rag.sources import candidates, report

STRETCH = "How many people were killed in Eastern Maren in early June 2021?"
MONDAY = (
    "Shelling of Eastern Maren killed at least 22 people on Monday, Lantern Watch said. The "
    "highest toll was in Douvre, in Eastern Maren, where 16 people were killed including a child."
)
TUESDAY = "Shelling of Eastern Maren killed at least 19 people on Tuesday, Lantern Watch said."
SUM = (
    "Lantern Watch said the shelling brought to 49 the number killed in Eastern Maren in two days."
)


def accounts(question, *hits):
    return gather(analyse(question), candidates(*hits))


def relations(found):
    return {account.number: account.relation for account in found}


def test_the_days_of_a_sum_are_parts_of_it_and_the_sum_is_what_answers():
    found = accounts(STRETCH, report(TUESDAY + " " + SUM, day="2021-06-08"),
                     report(MONDAY, day="2021-06-07"))  # fmt: skip
    assert relations(found) == {
        49.0: "agrees", 19.0: "part_of", 22.0: "part_of", 16.0: "part_of",
    }  # fmt: skip
    assert [one.number for one in answering(found)] == [49.0]
    assert found[0].number == 49.0
    assert disagreeing(found)  # all are listed
    assert lead_of(found) == (
        "Sources give a total for several days, and figures for parts of it, the newest first:"
    )


def test_tolls_of_different_days_stand_side_by_side():
    found = accounts(STRETCH, report(TUESDAY, day="2021-06-08"), report(MONDAY, day="2021-06-07"))
    assert relations(found) == {19.0: "agrees", 22.0: "agrees", 16.0: "part_of"}
    assert lead_of(found) == "Sources give figures for different days, the newest first:"


def test_tolls_of_one_day_still_disagree():
    other = "The harbour ministry said nine people were killed in Eastern Maren on Tuesday."
    found = accounts(
        STRETCH, report(TUESDAY, publisher="A", day="2021-06-08"),
        report(other, publisher="B", day="2021-06-09"),
    )  # fmt: skip
    assert relations(found) == {19.0: "disagrees", 9.0: "disagrees"}
    assert "different figures" in lead_of(found)


def test_a_question_for_one_attack_keeps_its_disagreement_and_no_sum_answers_it():
    question = "How many people were killed in the attack on Eastern Maren in June 2021?"
    found = accounts(
        question, report(TUESDAY, day="2021-06-08"), report(SUM, publisher="B", day="2021-06-09")
    )
    assert {one.number for one in answering(found)} == {19.0}


@pytest.mark.parametrize(
    "sentence",
    [
        "Nine people were killed in Eastern Maren in the past three days.",
        "Since Monday nine people have been killed in Eastern Maren.",
        "Nine people were killed in Eastern Maren over the past week.",
        "Nine have been killed in Eastern Maren since the siege began nearly two weeks ago.",
    ],
)
def test_a_sum_is_known_by_its_words(sentence):
    found = accounts(STRETCH, report(sentence, day="2021-06-10"),
                     report("Four people were killed in Eastern Maren on Wednesday.",
                            publisher="B", day="2021-06-10"))  # fmt: skip
    assert relations(found) == {9.0: "agrees", 4.0: "part_of"}


def test_a_report_from_long_after_the_period_does_not_answer():
    late = "Lantern Watch said two people were killed in Eastern Maren."
    found = accounts(STRETCH, report(TUESDAY, day="2021-06-08"), report(late, day="2021-06-21"))
    assert relations(found) == {19.0: "agrees"}


@pytest.mark.parametrize(("published", "within"), [("2021-06-13", True), ("2021-06-21", False)])
def test_early_means_the_first_ten_days_and_a_report_looks_back_some_days(published, within):
    asked = analyse(STRETCH)
    assert asked.period == ("2021-06-01", "2021-06-10")
    assert in_period(asked, event_span("Nine died.", published), published) is within


def test_a_day_is_taken_from_the_sentence_before():
    text = "Shells fell on Hollin on Tuesday. At least 19 people were killed in Hollin."
    other = "Nine people were killed in Hollin on Thursday."
    question = "How many people were killed in Hollin in June 2021?"
    found = accounts(question, report(text, day="2021-06-10"), report(other, day="2021-06-10"))
    assert {one.number: one.event_date for one in found} == {
        19.0: "2021-06-08", 9.0: "2021-06-10",
    }  # fmt: skip


def test_a_direction_is_no_name_of_a_place():
    other = "Raiders killed 33 people in the eastern desert close to the border."
    found = accounts(STRETCH, report(TUESDAY, day="2021-06-08"), report(other, day="2021-06-09"))
    assert relations(found) == {19.0: "agrees"}


def test_a_town_that_shares_one_word_of_its_name_is_another_town():
    question = "How many people were killed in Urum al-Joz?"
    found = accounts(
        question,
        report("A raid killed 15 people in Urum al-Joz, Lantern Watch said."),
        report("Jets struck the town of Urum al Kubra, where five people were killed."),
    )
    assert {one.number for one in answering(found)} == {15.0}


def test_a_sentence_without_a_place_is_where_the_one_before_it_was():
    text = "Jets struck the town of Kessin. At least 32 people were killed. {}"
    text = text.format("Hollin was quiet, where nine people were killed in Hollin on Monday.")
    found = accounts("How many people were killed in Hollin?", report(text))
    assert {one.number for one in answering(found)} == {9.0}


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Seven killed 37 others injured in attacks.", [(7, "killed"), (37, "injured")]),
        ("A bomber killed 30 people injured 90.", [(30, "killed"), (90, "injured")]),
        ("14 people were killed 25 were wounded.", [(14, "killed"), (25, "injured")]),
        ("100 were killed and 500 others have been affected.", [(100, "killed"), (500, "")]),
        ("Besides those killed 160 people were injured.", [(160, "injured")]),
        ("12 people were believed to have been killed.", [(12, "killed")]),
        ("The five-year conflict killed 26.", [(26, "killed")]),
        ("Short link 215 The toll of the attack is 130 dead.", [(130, "killed")]),
        ("11 children were among the 26 killed.", [(11, "killed"), (26, "killed")]),
    ],
)
def test_what_befell_those_who_are_counted(sentence, expected):
    assert [(one.number.value, one.quantity) for one in counted(sentence)] == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "The highest toll was in Hollin, where raids killed 16 people.",
        "Most of the deaths were in Hollin, where 16 people were killed.",
        "Sixteen more people were killed in Hollin.",
        "The wounded were taken away, 16 of which died.",
    ],
)
def test_a_part_by_place_or_added_to_others_is_a_part(sentence):
    assert [one.part for one in counted(sentence)] == [True]


def test_those_added_to_an_addition_are_a_part_too():
    found = counted("Five more were killed in the town of Hollin and one in the town of Kessin.")
    assert [one.part for one in found] == [True, True]


def test_what_is_counted_beside_people_is_no_toll():
    text = "Evacuation of 4 Dunmark towns resumes after raids killed six people in Hollin."
    found = accounts("How many people were killed in Hollin?", report(text))
    assert [one.number for one in found] == [6.0]


BLAME = "Who was responsible for the raid on Hollin?"
ACCUSED = "Ada Thorn blamed Corvane Works for the raid on Hollin."


@pytest.mark.parametrize(
    ("sentence", "party"),
    [
        ("The raid on Hollin was blamed on the harbour guard.", ""),
        ("The raid on Hollin was blamed on the Harbour Guard.", "the Harbour Guard"),
        ("The raid on Hollin was carried out by either Maren or Dunmark warplanes according to B.",
         "either Maren or Dunmark warplanes"),
        ("The raid on Hollin was carried out by Dunmark planes which operate from Kessin.",
         "Dunmark planes"),
        ("Films show the destruction caused by the raids in Hollin.", ""),
        ("Films show the destruction caused by Dunmark raids on Hollin.", ""),
        ("It was not clear whether the raid on Hollin had been carried out by Dunmark.", ""),
        ("The envoy accused the Joint Panel of errors after the raid on Hollin.", ""),
        ("The envoy accused Dunmark of carrying out the raid on Hollin.", "Dunmark"),
        ("Jets struck the town of Kessin, a raid for which the envoy blamed Dunmark.", ""),
    ],
)  # fmt: skip
def test_who_is_held_responsible(sentence, party):
    found = accounts(BLAME, report(ACCUSED, publisher="A"), report(sentence, publisher="B"))
    others = {one.value for one in found} - {"Corvane Works"}
    assert others == ({party} if party else set())


def test_a_claim_of_another_attack_on_the_town_is_left_out():
    question = "Who was responsible for the attack on the wedding in Hollin?"
    one = "Ada Thorn blamed Corvane Works for the attack on the wedding in Hollin."
    other = "Hallow Freight claimed responsibility for the attack on a police post in Hollin."
    found = accounts(question, report(one, publisher="A"), report(other, publisher="B"))
    assert [one.value for one in found] == ["Corvane Works"]


def test_nobody_is_no_party():
    nobody = "No individual or group claimed responsibility for the raid on Hollin."
    found = accounts(BLAME, report(ACCUSED, publisher="A"), report(nobody, publisher="B"))
    assert "group" not in {one.value for one in found}


def test_two_counts_of_one_siege_are_one_that_grew():
    text = "Lantern Watch said {} people were killed in Hollin since the siege began two weeks ago"
    found = accounts(
        "How many people were killed in Hollin in June 2021?",
        report(text.format(150) + ".", day="2021-06-17"),
        report(text.format(100) + ".", publisher="B", day="2021-06-16"),
    )
    assert relations(found) == {150.0: "update", 100.0: "agrees"}


def test_a_toll_told_by_place_in_one_sentence_is_no_disagreement():
    text = "Raids killed 15 people in the north of Hollin while six others died in Hollin port."
    found = accounts("How many people were killed in Hollin?", report(text))
    assert relations(found) == {15.0: "part_of", 6.0: "part_of"}


def test_an_accusation_over_another_time_is_left_out():
    question = "Who was responsible for the raid on Hollin in June 2021?"
    old = "Otto Vance blamed Hallow Freight for the raid on Hollin."
    found = accounts(question, report(ACCUSED, publisher="A"), report(old, day="2014-09-12"))
    assert [one.value for one in found] == ["Corvane Works"]
