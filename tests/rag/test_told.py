"""Accounts of days and of responsibility: who gives which day, who is accused, who denies."""

import pytest

from rag.accounts import disagreeing, gather
from rag.english.question import analyse
from tests.rag.sources import candidates, report

WHEN = "When did the dam burst in Hollin?"
BLAME = "Who was responsible for the burst dam in Hollin?"


def accounts(question, *hits):
    return gather(analyse(question), candidates(*hits))


def told(found):
    return {account.value: account for account in found}


def test_two_days_are_two_accounts_with_their_outlets_newest_report_first():
    found = accounts(
        WHEN,
        report("The dam in Hollin burst on 15 June 2021.", publisher="Elva Post", day="2021-06-16"),
        report("The dam in Hollin burst on Monday.", publisher="Radio D", day="2021-06-17"),
    )
    assert [(one.value, one.claimant, one.relation) for one in found] == [
        ("14 June 2021", "Radio D", "disagrees"),
        ("15 June 2021", "Elva Post", "disagrees"),
    ]
    assert [one.event_date for one in found] == ["2021-06-14", "2021-06-15"]


def test_one_day_in_several_words_needs_no_list():
    assert (
        accounts(
            WHEN,
            report("The dam in Hollin burst on 15 June 2021.", publisher="A", day="2021-06-16"),
            report("The dam in Hollin burst on Tuesday.", publisher="B", day="2021-06-17"),
            report("The dam in Hollin burst yesterday.", publisher="C", day="2021-06-16"),
        )
        == []
    )


def test_a_weekday_beside_its_date_is_one_day():
    found = accounts(
        WHEN,
        report(
            "The dam in Hollin burst on Tuesday, 15 June 2021.", publisher="A", day="2021-06-24"
        ),
        report("The dam in Hollin burst on 14 June 2021.", publisher="B", day="2021-06-24"),
    )
    assert set(told(found)) == {"15 June 2021", "14 June 2021"}


@pytest.mark.parametrize(
    "other",
    [
        "The dam in Hollin burst at dawn, Lantern Watch said on Friday.",
        "The water board met in Sallow on Friday.",
        "HOLLIN, June 18, 2021 (Radio D) - The dam burst at dawn.",
    ],
)
def test_days_of_statements_datelines_and_other_matters_are_no_days_of_the_event(other):
    found = accounts(
        WHEN,
        report("The dam in Hollin burst on 15 June 2021.", publisher="A", day="2021-06-16"),
        report(other, publisher="Radio D", day="2021-06-19"),
    )
    assert set(told(found)) <= {"15 June 2021"}


def test_accusation_and_denial_are_accounts_side_by_side():
    found = told(
        accounts(
            BLAME,
            report(
                "Ada Thorn accused Corvane Works of neglecting the dam in Hollin.", publisher="A"
            ),
            report("Corvane Works denied that it was responsible for the dam.", publisher="B"),
        )
    )
    assert found["Corvane Works"].claimant == "Ada Thorn"
    assert found["Corvane Works"].stance == "accuses"
    assert found["denied"].claimant == "Corvane Works"
    assert found["denied"].stance == "denies"


def test_two_accused_parties_are_two_accounts():
    found = told(
        accounts(
            BLAME,
            report("Ada Thorn blamed Corvane Works for the burst dam in Hollin.", publisher="A"),
            report("Corvane Works blamed Hallow Freight for the burst dam.", publisher="B"),
        )
    )
    assert set(found) == {"Corvane Works", "Hallow Freight"}
    assert {one.relation for one in found.values()} == {"disagrees"}


def test_one_accused_party_needs_no_list():
    found = accounts(
        BLAME,
        report("Ada Thorn blamed Corvane Works for the burst dam in Hollin.", publisher="A"),
        report("The union accused Corvane Works of neglecting the dam in Hollin.", publisher="B"),
    )
    assert {one.value for one in found} == {"Corvane Works"}
    assert not disagreeing(found)


def test_every_account_rests_on_its_sentences():
    found = accounts(
        WHEN,
        report("The dam in Hollin burst on 15 June 2021.", publisher="A"),
        report("The dam in Hollin burst on 13 June 2021.", publisher="B"),
    )
    for account in found:
        assert account.candidates
        assert account.candidates[0].answer in account.candidates[0].text
        assert account.independent_sources == 1


@pytest.mark.parametrize("question", ["Who runs the dam in Hollin?", "Who said it was old?"])
def test_who_without_blame_has_no_accounts(question):
    hit = report("Ada Thorn blamed Corvane Works for the dam, and Corvane Works denied it.")
    assert accounts(question, hit) == []
