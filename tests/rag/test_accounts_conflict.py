"""Accounts of figures under strain: parts, two strikes, overtaken tolls, relays, dates in doubt."""

from dataclasses import replace

import pytest

from rag.account.relations import answering, disagreeing
from rag.accounts import gather
from rag.english.question import analyse
from rag.types import DateCandidate
from tests.rag.sources import candidates, report

KILLED = "How many people were killed in the strike on Hollin?"


def accounts(question, *hits):
    return gather(analyse(question), candidates(*hits))


def told(found):
    """Return number and relation of the accounts that answer, the newest first."""
    return [(one.number, one.relation) for one in answering(found)]


def numbers(found):
    return {one.number for one in answering(found)}


def hit(text, publisher="Elva Post", day="2021-06-16", **fields):
    return report(text, publisher=publisher, day=day, **fields)


def with_dates(one, *days):
    dates = tuple(DateCandidate(day, "text", day) for day in days)
    info = replace(one.document, dates=dates, flags=("date_conflict",))
    return replace(one, document=info)


# Numbers in words and digits, hedges, ranges.


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("twenty-four", "24"),
        ("more than 50", "52"),
        ("some 80", "83"),
        ("between 20 and 30", "25"),
        ("20 to 30", "between 25 and 40"),
        ("at least 14", "14"),
        ("1,200", "1200"),
        ("dozens of", "58"),
    ],
)
def test_figures_that_one_true_number_satisfies_do_not_disagree(first, second):
    found = accounts(
        KILLED,
        hit(f"The strike on Hollin killed {first} people, Lantern Watch said."),
        hit(f"The strike on Hollin killed {second} people, the harbour ministry said.", "Radio D"),
    )
    assert not disagreeing(found)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("24", "42"),
        ("more than 50", "20"),
        ("some 80", "120"),
        ("between 20 and 30", "35"),
        ("at least 14", "nine"),
        ("up to 14", "30"),
    ],
)
def test_figures_that_no_number_satisfies_disagree(first, second):
    found = accounts(
        KILLED,
        hit(f"The strike on Hollin killed {first} people, Lantern Watch said."),
        hit(f"The strike on Hollin killed {second} people, the harbour ministry said.", "Radio D"),
    )
    assert {one.relation for one in answering(found)} == {"disagrees"}


# Parts of wholes and other quantities.


@pytest.mark.parametrize(
    "text",
    [
        "Six children among 19 dead in the strike on Hollin, Lantern Watch said.",
        "The strike on Hollin killed 19 people, six of them children, Lantern Watch said.",
        "The strike on Hollin killed 19 people, including six children, Lantern Watch said.",
        "Nineteen people, among them six children, were killed in the strike on Hollin.",
        "At least 19 people were killed in the strike on Hollin and 40 were wounded.",
        "The strike on Hollin wounded 40 people and killed 19 people.",
        "The strike on Hollin killed 19 people and displaced 300 families.",
    ],
)
def test_parts_and_other_quantities_are_told_apart(text):
    assert numbers(accounts(KILLED, hit(text))) == {19.0}


def test_a_part_in_one_report_does_not_disagree_with_the_whole_in_another():
    found = accounts(
        KILLED,
        hit("The strike on Hollin killed 19 people, Lantern Watch said."),
        hit("Six children were killed in the strike on Hollin, the clinic said.", "Radio D"),
    )
    assert told(found) == [(19.0, "agrees")]


def test_those_killed_of_those_aboard_are_no_part():
    found = accounts(KILLED, hit("The strike on Hollin killed 14 of 20 people aboard a bus."))
    assert 14.0 in numbers(found)


# Another strike.


@pytest.mark.parametrize(
    "text",
    [
        "The strike on Hollin killed 12 people and a second strike killed 5 people.",
        "The strike on Hollin killed 12 people. Another strike killed 5 people later in Hollin.",
        "The strike on Hollin killed 12 people. In Sallow, 5 people were killed in a strike.",
        "The strike on Hollin killed 12 people. A separate attack in Hollin killed 5 people.",
        "The strike on Hollin killed 12 people. The war has killed 5 people since 2011.",
    ],
)
def test_two_strikes_in_one_article_are_two(text):
    found = accounts(KILLED, hit(text))
    assert not disagreeing(found)
    assert numbers(found) == {12.0}


def test_the_second_strike_answers_where_it_is_asked_for():
    text = "A second strike on Hollin killed 5 people, Lantern Watch said."
    found = accounts("How many people were killed in the second strike on Hollin?", hit(text))
    assert numbers(found) == {5.0}


# Updates.


@pytest.mark.parametrize(
    "text",
    [
        "The toll in the strike on Hollin rose to 27 killed from 19, Lantern Watch said.",
        "Lantern Watch said 27 people were killed in the strike on Hollin, up from 19.",
        "Lantern Watch now says 27 people were killed in Hollin, against an earlier count of 19.",
        "Lantern Watch said 27 people were killed in Hollin, not the 19 it had counted.",
        "Lantern Watch said 27 people were killed in Hollin. An earlier version of this report "
        "said 19 people were killed.",
        "Lantern Watch said 27 people were killed in the strike on Hollin, compared with 19.",
    ],
)
def test_a_figure_that_is_called_overtaken_is_no_account(text):
    assert numbers(accounts(KILLED, hit(text))) == {27.0}


def test_a_report_that_revises_a_figure_updates_it_whoever_gave_it():
    found = accounts(
        KILLED,
        hit("The strike on Hollin killed 19 people, rescuers said.", day="2021-06-15"),
        hit("The number killed in the strike on Hollin rose to 27 from 19, the clinic said."),
    )
    assert told(found) == [(27.0, "update"), (19.0, "agrees")]


def test_morning_and_evening_toll_of_one_claimant_in_one_article():
    text = (
        "Lantern Watch said in the morning that 12 people were killed in the strike on Hollin. "
        "Lantern Watch later said the number of people killed in Hollin had risen to 27."
    )
    assert sorted(told(accounts(KILLED, hit(text)))) == [(12.0, "agrees"), (27.0, "update")]


def test_two_figures_of_one_claimant_on_one_day_are_no_update():
    found = accounts(
        KILLED,
        hit("Lantern Watch said 14 people were killed in the strike on Hollin."),
        hit("Lantern Watch said 19 people were killed in the strike on Hollin.", "Radio D"),
    )
    assert {relation for _, relation in told(found)} == {"disagrees"}


def test_another_claimants_later_figure_is_a_disagreement():
    found = accounts(
        KILLED,
        hit("Lantern Watch said 14 people were killed in the strike on Hollin.", day="2021-06-15"),
        hit("The clinic said 19 people were killed in the strike on Hollin.", day="2021-06-18"),
    )
    assert {relation for _, relation in told(found)} == {"disagrees"}


def test_no_update_from_order_where_a_document_carries_two_dates():
    late = hit("Lantern Watch said 19 people were killed in the strike on Hollin.", "Radio D")
    found = accounts(
        KILLED,
        hit("Lantern Watch said 14 people were killed in the strike on Hollin.", day="2021-06-14"),
        with_dates(late, "2021-06-16", "2021-06-12"),
    )
    assert {relation for _, relation in told(found)} == {"disagrees"}
    assert [one.flags for one in found if one.number == 19.0] == [("date_conflict",)]


def test_dates_that_conflict_but_leave_the_order_sure_allow_an_update():
    late = hit("Lantern Watch said 19 people were killed in the strike on Hollin.", "Radio D")
    found = accounts(
        KILLED,
        hit("Lantern Watch said 14 people were killed in the strike on Hollin.", day="2021-06-14"),
        with_dates(late, "2021-06-18", "2021-06-16"),
    )
    assert (19.0, "update") in told(found)


def test_the_day_of_a_statement_is_not_the_day_of_its_document_or_of_the_event():
    text = "Lantern Watch said on Wednesday that 14 people were killed in Hollin on 14 June 2021."
    (found,) = accounts(KILLED, hit(text, day="2021-06-20"))
    assert (found.event_date, found.stated) == ("2021-06-14", "2021-06-16")


# Claimants.


def test_five_relays_are_one_source():
    outlets = ("Elva Post", "Radio D", "Dunmark Courier", "Northern Wire", "The Ferry")
    hits = [
        hit(
            f"{14} people were killed in the strike on Hollin, Lantern Watch said, no. {n}.", outlet
        )
        for n, outlet in enumerate(outlets)
    ]
    (found,) = accounts(KILLED, *hits)
    assert found.independent_sources == 1
    assert set(found.relays) == set(outlets)


def test_an_outlet_that_cites_an_outlet_that_cites_a_monitor_is_one_source():
    (found,) = accounts(
        KILLED,
        hit("Lantern Watch said 14 people were killed in the strike on Hollin.", "Northern Wire"),
        hit("Northern Wire reported that 14 people were killed in Hollin.", "Radio D"),
    )
    assert found.claimant == "Lantern Watch"
    assert found.independent_sources == 1
    assert "Radio D" in found.relays


def test_one_claimant_under_two_names_is_one_source():
    found = accounts(
        KILLED,
        hit("Lantern Watch head Ada Thorn said 14 people were killed in the strike on Hollin."),
        hit("Ada Thorn said 14 people were killed in the strike on Hollin.", "Radio D"),
        hit("Lantern Watch said 14 people were killed in the strike on Hollin.", "The Ferry"),
    )
    assert [one.independent_sources for one in found] == [1]


def test_two_monitors_are_two_sources():
    found = accounts(
        KILLED,
        hit("Lantern Watch said 14 people were killed in the strike on Hollin."),
        hit("The clinic said 14 people were killed in the strike on Hollin.", "Radio D"),
    )
    assert [one.independent_sources for one in found] == [2]


# None, and denials.


@pytest.mark.parametrize(
    "text",
    [
        "The harbour ministry said the strike on Hollin caused no casualties.",
        "The harbour ministry said there were no deaths in the strike on Hollin.",
        "The harbour ministry said nobody was killed in the strike on Hollin.",
        "The harbour ministry said no one died in the strike on Hollin.",
    ],
)
def test_none_is_a_figure_and_disagrees_with_others(text):
    found = accounts(
        KILLED,
        hit("Lantern Watch said 14 people were killed in the strike on Hollin."),
        hit(text, "Radio D"),
    )
    assert sorted(told(found)) == [(0.0, "disagrees"), (14.0, "disagrees")]
    none = next(one for one in found if one.number == 0.0)
    assert none.claimant.lower() == "the harbour ministry"


@pytest.mark.parametrize(
    "text",
    [
        "There was no immediate word on casualties in the strike on Hollin.",
        "It was not clear if any deaths were caused by the strike on Hollin.",
        "There were no injuries in the strike on Hollin, the clinic said.",
    ],
)
def test_no_word_of_any_is_not_none(text):
    found = accounts(
        KILLED,
        hit("Lantern Watch said 14 people were killed in the strike on Hollin."),
        hit(text, "Radio D"),
    )
    assert numbers(found) == {14.0}


def test_a_denied_figure_stands_beside_the_figure():
    found = accounts(
        KILLED,
        hit("Lantern Watch said 14 people were killed in the strike on Hollin."),
        hit("The harbour ministry denied that 14 people were killed in Hollin.", "Radio D"),
    )
    assert {(one.stance, one.relation) for one in found} == {
        ("says", "disagrees"), ("denies", "disagrees"),
    }  # fmt: skip


def test_a_figure_beside_a_denial_is_said_and_not_denied():
    text = "The harbour ministry denied the report and said that nine people were killed in Hollin."
    (found,) = accounts(KILLED, hit(text))
    assert (found.number, found.stance) == (9.0, "says")


# Hidden text.


def test_hidden_words_are_told_as_hidden_and_add_no_source():
    shown = hit("Lantern Watch said 14 people were killed in the strike on Hollin.")
    secret = replace(
        hit("The clinic said 90 people were killed in the strike on Hollin.", "Radio D"),
        hidden="white text",
    )
    found = {one.number: one for one in accounts(KILLED, shown, secret)}
    assert found[90.0].hidden == "white text"
    assert found[14.0].hidden == ""
