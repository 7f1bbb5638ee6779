"""Accounts of who did it and of names: one side under many names, page furniture, other events."""

import pytest

from rag.account.parties import leaders, names_party, side_of
from rag.accounts import disagreeing, gather
from rag.english.furniture import prose_at
from rag.english.question import analyse
from rag.features import lines_of
from rag.writing.deciding import decisions, verdict
from tests.rag.sources import candidates, report

RAID = "Who was behind the raid on Hollin?"


def accounts(question, *hits):
    return gather(analyse(question), candidates(*hits))


def test_planes_and_jets_of_one_country_are_one_party():
    found = accounts(
        RAID,
        report("Lantern Watch said the raid on Hollin was carried out by Russian planes."),
        report("Lantern Watch said the raid on Hollin was carried out by Russian war jets."),
    )
    assert len(found) == 1
    assert not disagreeing(found)


def test_accusers_of_one_side_under_several_names_do_not_disagree():
    ruler = "Syrian President Hadi Oman left. "
    found = accounts(
        RAID,
        report(ruler + "The union blamed Damascus for the raid on Hollin.", publisher="A"),
        report("Ada Thorn blamed Oman for the raid on Hollin.", publisher="B"),
    )
    assert {(one.value, one.claimant) for one in found} == {
        ("Damascus", "The union"), ("Oman", "Ada Thorn"),
    }  # fmt: skip
    assert not disagreeing(found)


def test_one_side_named_more_or_less_surely_is_no_disagreement():
    either = "The Watch said the raid on Hollin was carried out by either Russian or Syrian jets."
    both = "The raid on Hollin was carried out by the Syrian regime and Russian forces."
    one = "Ada Thorn said the raid on Hollin was carried out by Russian jets."
    found = accounts(RAID, *(report(text, publisher=text[:9]) for text in (either, both, one)))
    assert [len(account.candidates) for account in found if "either" in account.value] == [2]
    assert not disagreeing(found)
    other = report("Lena Marsh said the raid on Hollin was carried out by Turkish jets.")
    assert disagreeing(accounts(RAID, report(one, publisher="B"), other))


def test_a_denial_of_a_strike_on_something_else_is_none_of_this_one():
    asked = "Who was behind the strike on the Hollin ferry office?"
    market = "Norland denied that its jets carried out the strike on the fish market."
    assert accounts(asked, report(f"{market} A ferry office in Hollin was also hit.")) == []
    town = market.replace("fish market", "town")
    (found,) = accounts(asked, report(f"{town} A ferry office in Hollin was also hit."))
    assert found.stance == "denies"


def test_a_culprit_of_a_raid_on_another_town_of_the_report_is_none_here():
    text = (
        "Raids were likely carried out by Russian jets in the village of Duval. "
        "The wounded were taken to a clinic in Hollin."
    )
    assert accounts(RAID, report(text)) == []


@pytest.mark.parametrize(
    "told",
    [
        "Monitors in Syria said the raid was carried out by Russian jets.",
        "Russian jets hit Hollin in a raid, said Otto Marn in Elva.",
        "The raid carries the marks of the Lantern group and was carried out by Russian jets.",
    ],
)
def test_a_country_a_speakers_office_and_a_group_are_no_other_place(told):
    (found,) = accounts(RAID, report(f"A raid struck Hollin on Monday. {told}"))
    assert "Russian jets" in found.value


def test_a_denial_is_the_deniers_and_the_accusation_beside_it_is_not():
    text = "Ada Thorn blamed Russia for the raid on Hollin but Moscow denied the raid on Hollin."
    found = {one.stance == "denies": one for one in accounts(RAID, report(text))}
    assert found[True].claimant == "Moscow"
    assert found[False].value == "Russia"
    assert found[False].claimant != "Moscow"


def test_who_did_it_is_read_from_an_active_verb():
    (found,) = accounts(RAID, report("Russian jets bombed the town in the raid on Hollin."))
    assert found.value == "Russian jets"


def test_machines_alone_are_nobody():
    assert accounts(RAID, report("The planes struck Hollin in a raid at night.")) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("the regime", "Syrian government forces"),
        ("Assads forces", "Damascus"),
        ("the Syrian Arab Republic", "the Assad regime"),
        ("ISIS", "the so-called Islamic State group"),
    ],
)
def test_one_side_has_many_names(one, other):
    led = leaders(["The Syrian regime of Bashar al-Assad said so.", "The Syrian army fired."])
    assert side_of(one, led) == side_of(other, led)


@pytest.mark.parametrize(
    "other", ["Syrian rebels", "the Syrian opposition", "Russia", "the rebels"]
)
def test_other_parties_of_a_country_are_not_its_government(other):
    led = leaders(["The Syrian regime of Bashar al-Assad said so."])
    assert side_of(other, led) != side_of("Damascus", led)
    assert names_party(other)


def test_tags_glued_to_a_sentence_are_no_part_of_an_account():
    text = (
        "Tags Hollin Dam Flood Norland At least 14 people were killed when the dam burst in Hollin."
    )
    question = "How many people were killed when the dam burst in Hollin?"
    (found,) = accounts(question, report(text, publisher="A"))
    assert found.candidates[0].text.startswith("At least 14 people")
    assert found.candidates[0].start == len("Tags Hollin Dam Flood Norland ")


def test_a_headline_said_again_is_cut_and_one_by_itself_is_kept():
    title = "Dam burst kills nine in Hollin town"
    assert prose_at(f"{title} AFP Nine people were killed on Tuesday.", title) == len(title) + 5
    assert prose_at(title, title) == 0


def test_a_claimant_that_only_points_is_the_publisher():
    question = "How many people were killed when the dam burst in Hollin?"
    text = "It said 14 people were killed when the dam burst in Hollin."
    (found,) = accounts(question, report(text, publisher="Elva Post"))
    assert found.claimant == "Elva Post"


def test_a_toll_of_a_war_is_none_of_a_wave():
    question = "How many people were killed in Hollin by the wave of 2011?"
    text = "More than 170000 people have been killed in the conflict which began in Hollin in 2011."
    assert accounts(question, report(text)) == []


def test_the_injured_beside_the_dead_make_these_no_part():
    question = "How many people were killed when the dam burst in Hollin?"
    text = "Nine people were killed-and scores of others injured-when the dam burst in Hollin."
    (found,) = accounts(question, report(text))
    assert (found.number, found.relation) == (9.0, "agrees")


def test_a_denial_answers_whether_it_was_denied():
    asked = analyse("Did Russia deny the raid on Hollin?")
    lines = lines_of([report("Russia denied the raid on Hollin.")])
    assert verdict(decisions(asked, lines)) == "yes"


def test_a_lead_that_stands_twice_is_told_once():
    lead = "Norland raiders held eight ferrymen of the old harbour who had given up last week"
    text = f"{lead} {lead} despite a pledge, a monitor said."
    assert text[prose_at(text, "") :] == f"{lead} despite a pledge, a monitor said."
