"""Which event a toll is of, whose count it is, and what is no update. Invented reports."""

import pytest

from rag.accounts import gather
from rag.english.question import analyse
from tests.rag.sources import candidates, report
from tests.rag.test_write import written

KILLED = "How many people were killed in the raid on Hollin?"


def told(question, *hits):
    return gather(analyse(question), candidates(*hits))


def test_one_claimants_figure_with_and_without_a_hedge_is_one_account():
    first = report(
        "Lantern Watch said at least 61 people were killed in the raid on Hollin on Tuesday.",
        publisher="Elva Post",
    )
    second = report(
        "The raid on Hollin on Tuesday killed 61 people, Lantern Watch said.", publisher="Radio D"
    )
    other = report(
        "The raid on Hollin on Tuesday killed 61 people, the Harbour Ministry said.",
        publisher="Radio E",
    )
    assert [one.independent_sources for one in told(KILLED, first, second)] == [1]
    assert len(told(KILLED, first, other)) == 2


def test_a_headline_gives_no_figure_of_its_own():
    text = (
        "Seventeen killed in raid on Hollin after last month of fights. The raid on Hollin on "
        "Tuesday killed 17 people, Lantern Watch said."
    )
    found = told(KILLED, report(text, publisher="Elva Post"))
    assert [(one.number, one.claimant) for one in found] == [(17.0, "Lantern Watch")]


def test_a_toll_that_is_lower_later_is_no_update_unless_it_is_said_to_be():
    old = report(
        "The raid on Hollin on Tuesday killed 72 people, Lantern Watch said.",
        publisher="Elva Post",
        day="2021-06-15",
    )
    again = report(
        "The raid on Hollin on Tuesday killed 58 people, Lantern Watch said.",
        publisher="Radio D",
        day="2021-06-17",
    )
    lowered = report(
        "The toll of the raid on Hollin on Tuesday was lowered to 58 killed, Lantern Watch said.",
        publisher="Radio D",
        day="2021-06-17",
    )
    assert {one.relation for one in told(KILLED, old, again)} == {"disagrees"}
    assert "update" in {one.relation for one in told(KILLED, old, lowered)}


@pytest.mark.parametrize(
    "question", ["How many people were killed in Hollin?", KILLED, KILLED.replace("raid", "raids")]
)
def test_where_no_time_is_asked_for_tolls_of_events_far_apart_stand_side_by_side(question):
    drafts = written(
        question,
        report("The raid on Hollin on Tuesday killed 30 people.", publisher="A", day="2021-06-16"),
        report("The raid on Hollin on Monday killed 12 people.", publisher="B", day="2019-01-08"),
    )
    assert drafts[0].text == "Sources give figures for different days, the newest first:"
    assert [draft.text[:2] for draft in drafts[1:]] == ["30", "12"]


def test_tolls_of_one_event_still_disagree():
    drafts = written(
        KILLED,
        report("The raid on Hollin on Tuesday killed 30 people.", publisher="A", day="2021-06-16"),
        report("The raid on Hollin on Tuesday killed 12 people.", publisher="B", day="2021-06-17"),
    )
    assert drafts[0].text.startswith("Sources give different figures, from 12 to 30")


def test_the_event_that_most_is_told_of_is_meant():
    asked = "How many people were killed in the raid on Hollin, and by whom was it flown?"
    hits = [
        report("The raid on Hollin on Monday killed 7 people.", publisher="A", day="2021-05-11"),
        report("The raid on Hollin on Tuesday killed 30 people.", publisher="B", day="2021-06-16"),
        report("The raid on Hollin on Tuesday killed 34 people.", publisher="C", day="2021-06-16"),
    ]
    found = {one.value: one.relation for one in told(asked, *hits)}
    assert found["30"] == found["34"] == "disagrees"
    assert found["7"] == "other_quantity"


def test_how_many_of_the_dead_were_children_counts_children():
    text = "Those killed in Hollin were six women, five children and three police officers."
    found = analyse("How many of the dead in Hollin were children?")
    assert (found.group, found.quantity) == ("children", "killed")
    drafts = written("How many of the dead in Hollin were children?", report(text))
    assert [draft.text for draft in drafts] == [text]


def test_a_toll_in_an_unnamed_village_is_not_the_towns():
    lead = "A raid on the market of Hollin killed four people on Tuesday, Lantern Watch said."
    other = "It came as troops were said to have killed 48 people in a northern village."
    asked = "How many people were killed in Hollin?"
    assert [one.number for one in told(asked, report(f"{lead} {other}"))] == [4.0]


def test_a_first_sentence_may_leave_out_the_towns_name():
    text = (
        "A raid killed 21 people in a northern village on Tuesday, Lantern Watch said. The raid "
        "hit the market of Hollin at noon."
    )
    asked = "How many people were killed in Hollin?"
    assert [one.number for one in told(asked, report(text))] == [21.0]


BOMBED = "How many people were killed in the car bombing in Hollin?"


def test_a_toll_of_other_means_elsewhere_is_no_rival():
    here = report("A car bomb killed 17 people in Hollin on Tuesday, Lantern Watch said.")
    there = report(
        "Hollin is far. Air strikes killed 45 people in Elva on Tuesday.",
        title="Air strikes kill 45 people in Elva",
    )
    assert told(BOMBED, there)[0].number == 45.0
    found = gather(analyse(BOMBED), [*candidates(here), *candidates(there, probability=0.7)])
    assert [one.number for one in found if one.relation != "other_quantity"] == [17.0]


def test_sources_may_differ_on_what_struck_one_place():
    first = report("A car bomb killed 17 people in Hollin on Tuesday, Lantern Watch said.")
    second = report("An air strike on Hollin on Tuesday killed 19 people, Osk Relief said.")
    assert {one.number for one in told(BOMBED, first, second)} == {17.0, 19.0}


def test_a_toll_of_other_means_on_another_day_is_no_rival():
    here = report(
        "A car bomb killed 17 people in Hollin on Tuesday, Lantern Watch said.", day="2021-06-16"
    )
    later = report("Air strikes killed 45 people in Hollin.", day="2021-06-25")
    asked = analyse("How many people were killed in the June 2021 car bombing in Hollin?")
    found = gather(asked, [*candidates(here), *candidates(later)])
    assert [one.number for one in found if one.relation != "other_quantity"] == [17.0]


def test_a_strike_on_no_market_of_another_day_is_not_the_one_on_the_market():
    market = report(
        "An air strike on a market in Hollin killed 17 people on Monday.", day="2021-06-07"
    )
    other = report("Air strikes on Hollin killed 58 people, Lantern Watch said.", day="2021-06-26")
    asked = analyse("How many people were killed by the strike on the Hollin market?")
    found = gather(asked, [*candidates(market), *candidates(other)])
    assert [one.number for one in found if one.relation != "other_quantity"] == [17.0]


def test_what_happened_meanwhile_in_another_town_is_another_toll():
    text = "The raid on Hollin on Tuesday killed 13 people, Lantern Watch said."
    other = "Meanwhile three people were killed on Tuesday in a raid on the town of Elva in Hollin."
    found = gather(
        analyse(KILLED),
        [*candidates(report(text)), *candidates(report(other), probability=0.7)],
    )
    assert [one.number for one in found if one.relation != "other_quantity"] == [13.0]


@pytest.mark.parametrize(
    "other",
    [
        "Raids on a place about 30 km (20 miles) off killed another six people on Tuesday.",
        "Rockets on another crowded neighbourhood killed one person on Tuesday.",
        "Lantern Watch said on Tuesday that raids killed another six people.",
        "Lantern Watch did not know who the remaining six people killed were.",
    ],
)
def test_those_who_died_besides_are_another_toll(other):
    text = f"The raid on Hollin on Tuesday killed 13 people, Lantern Watch said. {other}"
    found = told(KILLED, report(text))
    main = [one for one in found if one.relation not in ("part_of", "other_quantity")]
    assert [one.number for one in main] == [13.0]


def test_a_toll_by_kinds_of_people_does_not_contradict_the_whole():
    whole = report("The raid on Hollin on Tuesday killed 23 people, Osk Relief said.")
    kinds = report(
        "Lantern Watch said 19 fighters from the group and four civilians were killed in the raid "
        "on Hollin on Tuesday."
    )
    main = [one for one in told(KILLED, whole, kinds) if one.relation != "part_of"]
    assert [one.number for one in main] == [23.0]
    asked = KILLED.replace("people", "civilians")
    assert 4.0 in {one.number for one in told(asked, kinds)}


def test_a_number_that_has_risen_counts_who_is_named_before_it():
    first = report("Two dockers were killed in Hollin on Sunday, the harbour police said.")
    later = report(
        "The number of dockers killed in Hollin when a crane fell on the ferry pier has risen to "
        "three, the hospital said.",
        day="2021-06-17",
    )
    found = told("How many dockers were killed in Hollin?", first, later)
    assert {one.number for one in found} == {2.0, 3.0}
