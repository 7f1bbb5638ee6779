"""Follow-ups over news: days beside the last one, who and what "they" are, another town."""

import pytest

from rag.follow_up import standalone
from rag.types import Turn


def after(*turns):
    """Return a history of questions and answers."""
    return [
        turn
        for question, answer in turns
        for turn in (Turn("user", question), Turn("assistant", answer))
    ]


RAID = ("How many people did the raid on Hollin kill on 8 August 2013?", "At least 12.")
FIRE = ("How many people did the fire at the Tolle mill kill in May 2021?", "At least 12.")


@pytest.mark.parametrize(
    ("question", "understood"),
    [
        (
            "And the day before, how many were injured in Hollin?",
            "How many were injured in Hollin on the day before 8 August 2013?",
        ),
        (
            "Who came to Hollin two days later?",
            "Who came to Hollin two days after 8 August 2013 in the raid on Hollin?",
        ),
    ],
)
def test_a_day_beside_the_last_one_is_told_by_that_one(question, understood):
    assert standalone(question, after(RAID)) == understood


def test_of_a_month_no_day_beside_it_is_known():
    found = standalone("The day after, who came to the mill?", after(FIRE))
    assert found == "Who came to the Tolle mill the day after?"


def test_they_are_not_the_days_that_something_took():
    past = after(
        ("How many villagers did the Grey Guard execute in Sallow in May 2021?", "At least 128."),
        ("Over how many days?", "20 days."),
    )
    found = standalone("Why were they killed?", past)
    assert "villagers" in found or "they" in found
    assert "days" not in found


def test_of_those_are_the_things_that_were_counted():
    past = after(RAID, ("How many trucks were there?", "39."))
    found = standalone("and how many of those were destroyed?", past)
    assert found.startswith("How many trucks were destroyed ")


def test_how_old_is_no_name():
    past = after(("Who lives in the Old Custom House in Hollin?", "Malik Tolle lives there."))
    assert standalone("How old is he?", past).startswith("How old is Malik Tolle")


@pytest.mark.parametrize(
    ("question", "understood"),
    [
        ("And Sallow?", "Which groups shelled Sallow?"),
        ("And al-Sallow?", "Which groups shelled al-Sallow?"),
        ("And Mira Solberg?", "What about Mira Solberg in Hollin?"),
    ],
)
def test_another_town_is_asked_about_in_the_stead_of_the_one_that_was_shelled(question, understood):
    past = after(("Which groups shelled Hollin?", "The Grey Guard."))
    assert standalone(question, past) == understood


def test_who_did_it_carried_out_what_was_asked_about():
    past = after(
        ("Who does the Grey Office say was behind the gas attack in Hollin in May 2021?", "Nobody.")
    )
    found = standalone("Did they look into whether the rebels did it?", past)
    assert "whether the rebels carried out the gas attack in Hollin" in found
