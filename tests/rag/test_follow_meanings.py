"""What is meant in a conversation: who they are, that day, a post, another measure, the rest."""

import time
from typing import Any

import pytest

from rag.follow_up import standalone
from rag.types import Turn

SHELLED = "How many children did the shells on Hollin kill in May 2021?"
RAID = "How many people did the raid on Hollin in May 2021 kill?"
FREED = "How many prisoners did Norland release in June 2014?"


def talk(*turns: tuple[str, Any]) -> list[Turn]:
    """Return a history of questions with the text of each answer, or its JSON."""
    history: list[Turn] = []
    for question, answer in turns:
        held = dict(answer) if isinstance(answer, dict) else {"text": answer}
        held["standalone_question"] = standalone(question, history)
        history += [Turn("user", question), Turn("assistant", held.get("text", ""), held)]
    return history


@pytest.mark.parametrize(
    ("turns", "question", "understood"),
    [
        (
            [(SHELLED, "14."), ("And in Tolle?", "Two.")],
            "Who fired them?",
            "Who fired the shells in Tolle in May 2021?",
        ),
        (
            [(RAID, "14."), ("Who fired the rockets?", "Rebels from Tolle.")],
            "Why did they do it?",
            "Why did the rebels from Tolle carry out the raid on Hollin in May 2021?",
        ),
        (
            [(FREED, "120.")],
            "Why were they freed?",
            "Why were the prisoners freed when Norland released prisoners in June 2014?",
        ),
        (
            [("How many rebels died in Hollin in May 2021?", "12.")],
            "Who commanded them?",
            "Who commanded the rebels in Hollin in May 2021?",
        ),
        (
            [("Which group took Hollin in May 2021?", "The Lantern Movement.")],
            "How long had it besieged it?",
            "How long had the Lantern Movement besieged Hollin in May 2021?",
        ),
        (
            [("Who received the families in Hollin?", "The governor.")],
            "What is his name?",
            "What is the governor's name in Hollin?",
        ),
        (
            [("Who did Norland accuse of the attack on Hollin?", "The Northern Front.")],
            "Does it have proof?",
            "Does Norland have proof?",
        ),
        (
            [("What did the council vote for in May 2021?", "For a relief fund.")],
            "How big is it?",
            "How big is the relief fund?",
        ),
    ],
)
def test_a_pronoun_means_who_does_it_or_what_is_done(turns, question, understood):
    assert standalone(question, talk(*turns)) == understood


@pytest.mark.parametrize(
    ("question", "understood"),
    [
        ("What is her post?", "Who is Mira Tull?"),
        ("What post did she hold?", "Who was Mira Tull?"),
        ("What is her plan?", "What is Mira Tull's plan?"),
    ],
)
def test_a_post_is_asked_for_as_who_somebody_is(question, understood):
    history = talk(("Who leads the Ferry Board?", "Mira Tull."))
    assert standalone(question, history) == understood


def test_that_day_is_the_day_that_the_accounts_of_the_answer_agree_on():
    told = {"text": "14.", "accounts": [{"event_date": "2021-05-03"}, {"event_date": "2021-05-03"}]}
    history = talk(("How many died in Hollin in May 2021?", told))
    understood = standalone("And in Tolle, how many died the same day?", history)
    assert understood == "How many died on 3 May 2021 in Tolle?"
    other = {"text": "14.", "accounts": [{"event_date": "2020-05-03"}]}
    history = talk(("How many died in Hollin in May 2021?", other))
    assert "2020" not in standalone("And in Tolle, how many died the same day?", history)


@pytest.mark.parametrize(
    ("before", "question", "understood"),
    [
        (
            "How many schools were closed in Hollin in 2019?",
            "And hospitals?",
            "How many hospitals were closed in Hollin in 2019?",
        ),
        (FREED, "and how many women?", "How many women did Norland release in June 2014?"),
        (
            "How many prisoners are held in Hollin?",
            "How many are still held?",
            "How many prisoners are still held in Hollin?",
        ),
        ("How long is the bridge at Hollin?", "How high?", "How high is the bridge at Hollin?"),
        (
            "How many camps are there near Hollin?",
            "Which is the biggest?",
            "Which camp is the biggest near Hollin?",
        ),
        (
            "Is Oton Brack still in Hollin?",
            "And his rival?",
            "Is Oton Brack's rival still in Hollin?",
        ),
        ("Can the ferries leave Hollin?", "Why not?", "Why can the ferries not leave Hollin?"),
        (
            "Until when is the fair open on Saturday?",
            "And Sunday?",
            "Until when is the fair open on Sunday?",
        ),
        (
            "How many died in the fire in Hollin?",
            "And Norland's explanation?",
            "What did Norland say about the fire in Hollin?",
        ),
        (RAID, "Did the mayor give another figure?", f"{RAID[:-1]}, according to the mayor?"),
        (RAID, "Which figure is right?", RAID),
        (
            RAID,
            "Which of them is from the Ferry Board?",
            f"{RAID[:-1]}, according to the Ferry Board?",
        ),
    ],
)
def test_another_of_what_was_asked_of(before, question, understood):
    assert standalone(question, talk((before, "14."))).startswith(understood)


@pytest.mark.parametrize(
    ("question", "understood"),
    [
        (
            "What about the clinic in Tolle, how many of its nurses died?",
            "How many of the nurses of the clinic in Tolle died in May 2021?",
        ),
        ("And the first raid, how many died then?", "How many died in the first raid"),
        ("and mills, how many were burnt?", "How many mills were burnt"),
    ],
)
def test_what_a_question_names_first_is_of_the_same_time(question, understood):
    assert standalone(question, talk((RAID, "14."))).startswith(understood)


def test_a_part_of_them_nobody_else_need_have_counted():
    history = talk(
        ("How many people died in Hollin?", "17."), ("How many of the 17 were drivers?", "4.")
    )
    understood = standalone("Does the ministry agree?", history)
    assert understood == "How many people died in Hollin, according to the ministry?"


def test_where_and_when_somebody_spoke_is_not_of_what_they_spoke():
    history = talk(("What did the Ferry Board say in May 2021 about clinics in Norland?", "Much."))
    understood = standalone("Which month was the worst?", history)
    assert understood == "Which month was the worst in Norland in May 2021?"


def test_a_town_is_no_province_but_lies_in_the_one_that_was_told():
    asked = "How many people died in the raid on Hollin?"
    told = "14 died in the raid in rebel-held Tarn province."
    assert standalone("Who controls the province?", talk((asked, told))) == (
        "Who controls Tarn province?"
    )
    assert "province of Hollin" not in standalone("Who controls the province?", talk((asked, "")))


def test_what_would_grow_beyond_a_question_stays_as_it_was_asked():
    told = "Ada " * 1250
    history = [Turn("user", "Which gas was used?"), Turn("assistant", told, {"text": told})]
    question, started = "Ada and " * 49, time.perf_counter()
    assert len(standalone(question, history)) <= len(question)
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize(
    ("before", "question", "understood"),
    [
        ("Is the bridge open?", "Why not?", "Why is the bridge not open?"),
        ("Is the new building open?", "Why isn't it?", "Why is the new building not open?"),
        (
            "Are the trains running in Elva?",
            "Why aren't they?",
            "Why are the trains not running in Elva?",
        ),
        ("Did the mayor resign?", "And why didn't he?", "Why did the mayor not resign?"),
    ],
)
def test_why_not_keeps_its_not(before, question, understood):
    assert standalone(question, talk((before, "No."))) == understood
