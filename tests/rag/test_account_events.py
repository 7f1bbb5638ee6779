"""Questions that several events fit: the tolls of each event, and what is said of them."""

from rag.account.occasions import foremost
from rag.account.words import lead_of, note_of
from rag.accounts import disagreeing, gather
from rag.english.question import analyse
from tests.rag.sources import candidates, report

STRIKE = "How many people died in the Hollin air strike?"
SPRING = "An air strike on Hollin killed 16 people on Monday, Lantern Watch said."
NAMES = "Arden Boril Cavan Dorel Evran Fordil Gaval Hestin".split()
AUTUMN = "Air strikes on Hollin killed 42 people on Thursday, Lantern Watch said."


def accounts(question, *hits):
    return gather(analyse(question), candidates(*hits))


def relations(found):
    return {one.number: (one.relation, one.event_date) for one in found}


def spring(text=SPRING, **fields):
    return report(text, **{"publisher": "Elva Post", "day": "2021-04-06", **fields})


def autumn(text=AUTUMN, **fields):
    return report(text, **{"publisher": "Radio Dunmark", "day": "2018-09-14", **fields})


def test_tolls_of_two_events_neither_disagree_nor_update_each_other():
    found = accounts(STRIKE, autumn(), spring())
    assert [one.number for one in found] == [16.0, 42.0]
    assert relations(found) == {16.0: ("agrees", "2021-04-05"), 42.0: ("agrees", "2018-09-13")}
    assert disagreeing(found)  # all are listed
    assert lead_of(found) == "Several events fit the question, the newest first:"
    assert note_of(found[0]) == " (event of 5 April 2021)"


def test_an_update_is_one_of_its_own_event():
    older = "Air strikes on Hollin killed 17 people on Thursday, Lantern Watch said."
    found = accounts(STRIKE, autumn(older), autumn(day="2018-09-15"), spring())
    assert relations(found) == {
        16.0: ("agrees", "2021-04-05"),
        42.0: ("update", "2018-09-13"),
        17.0: ("agrees", "2018-09-13"),
    }
    assert lead_of(found) == (
        "Several events fit the question, the newest first; the figure was updated for that of "
        "13 September 2018:"
    )


def test_another_claimants_figure_is_a_disagreement_on_its_event_alone():
    other = "The harbour ministry said nine people died in the air strike on Hollin on Monday."
    found = accounts(STRIKE, spring(), spring(other, publisher="C", day="2021-04-07"), autumn())
    assert {number: told[0] for number, told in relations(found).items()} == {
        16.0: "disagrees",
        9.0: "disagrees",
        42.0: "agrees",
    }
    assert "sources differ on that of 5 April 2021:" in lead_of(found)


def test_a_later_smaller_figure_of_one_claimant_is_no_update():
    older = "Lantern Watch said an air strike on Hollin killed 12 people on Monday."
    found = accounts(STRIKE, spring(), spring(older, publisher="C", day="2021-04-08"))
    assert {one.number: one.relation for one in found} == {16.0: "disagrees", 12.0: "disagrees"}


def test_a_day_that_the_question_names_leaves_one_event():
    found = accounts("How many people died in the Hollin air strike on 5 April 2021?",
                     spring(), autumn())  # fmt: skip
    assert [one.number for one in found if one.relation == "agrees"] == [16.0]


def test_an_attack_by_other_means_is_another_event():
    shelling = "Shelling of Hollin killed 30 people on Tuesday, Lantern Watch said."
    found = accounts(STRIKE, spring(), autumn(), report(shelling, day="2019-03-20"))
    assert 30.0 not in relations(found)


def test_what_the_question_says_was_struck_tells_one_event_apart():
    wedding = "An air strike on a wedding in Hollin killed 16 people on Monday."
    found = accounts(
        "How many people died in the air strike on a wedding in Hollin?", spring(wedding), autumn()
    )
    assert [one.number for one in found if one.relation == "agrees"] == [16.0]


def test_a_look_back_belongs_to_the_event_that_it_names_no_day_of():
    back = "Earlier this week an air strike on Hollin killed at least 16 people."
    found = accounts(STRIKE, spring(), autumn(), spring(back, publisher="C", day="2021-04-10"))
    assert {one.event_date for one in found} == {"2021-04-05", "2018-09-13"}


def test_the_worst_of_several_tolls_is_the_whole_of_its_own_town():
    worst = "The highest toll was in Hollin in the Maren valley where air strikes killed 16 people."
    (account,) = accounts(STRIKE, spring(worst))
    assert account.relation == "agrees"


def test_figures_that_add_up_to_the_one_before_are_told_by_its_quote():
    text = "On Monday air strikes killed 21 people, 15 in Hollin and another six in Elva."
    found = accounts("How many people were killed in Hollin and Elva?", report(text))
    assert [one.number for one in found] == [21.0]


def test_a_town_east_of_the_capital_is_not_in_the_capital():
    text = "Elsewhere air strikes on Hollin, a besieged town east of Sallow, killed six people."
    assert [one.number for one in accounts(STRIKE, report(text))] == [6.0]


def test_of_eight_rows_each_event_has_one():
    many = [
        spring(f"Watcher {name} said {number} people died in the air strike on Hollin on Monday.")
        for number, name in enumerate(NAMES, 21)
    ]
    hits = candidates(*many) + candidates(autumn(), probability=0.6)
    found = foremost(gather(analyse(STRIKE), hits), 8)
    assert len(found) == 8
    assert 42.0 in relations(found)


def test_days_far_apart_may_be_of_different_events():
    asked = "When was the bridge at Hollin struck?"
    found = accounts(
        asked,
        report("The bridge at Hollin was struck on Monday.", publisher="A", day="2021-04-06"),
        report("The bridge at Hollin was struck on Thursday.", publisher="B", day="2018-09-14"),
    )
    assert lead_of(found) == (
        "Sources give different days, or tell of different events, the newest report first:"
    )


def test_who_claimed_an_attack_is_told_by_claims_alone():
    found = accounts(
        "Who claimed the bombing in Hollin?",
        report("Dawn League claimed the bombing in Hollin via its news agency.", publisher="A"),
        report("The bombing in Hollin was claimed by the Dawn League group.", publisher="B"),
        report("The harbour ministry blamed Norland for the bombing in Hollin.", publisher="C"),
    )
    assert {one.stance for one in found} == {"claims_responsibility"}
    assert all("Dawn League" in one.value for one in found)
