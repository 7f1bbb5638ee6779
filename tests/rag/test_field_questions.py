"""What readers of news ask: who took it, who claimed it, who heads it, how many, and what of it."""

import pytest

from rag.account.said import named_in
from rag.account.takers import taken_by
from rag.accounts import gather
from rag.english.offices import holds
from rag.english.places import telling_words
from rag.english.question import analyse
from rag.features import lines_of
from rag.refusal import weighed
from rag.types import Reading
from rag.writing.deciding import decisions
from tests.rag.sources import candidates, report
from tests.rag.test_write import written

TAKEN = "Sudlandic rebels captured Hollin in May after a siege of nine weeks."
RETAKEN = "The Norlandic army retook Hollin at dawn after the rebels had left."
NEAR = "The Norlandic army captured three villages north of Hollin on Tuesday."


def reading(*hits, probability=0.8):
    return Reading(tuple(candidates(*hits, probability=probability)), 0.9)


def reason(question, *hits):
    return weighed(question, reading(*hits), hits).reason


def test_each_side_that_took_a_place_is_told():
    first = report(TAKEN, publisher="A", day="2021-05-20")
    last = report(RETAKEN, publisher="B", day="2022-03-01")
    lead, *lines = [one.text for one in written("Who captured Hollin?", first, last)]
    assert "More than one side" in lead
    assert [line.split(" \u2014 ")[0] for line in lines] == [
        "The Norlandic army",
        "Sudlandic rebels",
    ]


@pytest.mark.parametrize(
    "text",
    [
        NEAR,
        "If the Norlandic army captured Hollin the road would be open.",
        "The Norlandic army tried to capture Hollin on Tuesday.",
        "Hollin was shelled by the Norlandic army after it captured Dunmark.",
    ],
)
def test_what_was_near_or_planned_is_no_capture(text):
    assert taken_by(text, frozenset({"hollin"})) == []


def test_whoever_is_told_as_taking_it_took_it_and_no_namesake():
    text = (
        "Four fighters fell in those clashes with the Elva Front capturing the old Tal Hollin mill."
    )
    [(start, end)] = taken_by(text, telling_words("Tal Hollin"))
    assert text[start:end] == "the Elva Front"
    assert taken_by("The Elva Front seized Tal Sallow.", telling_words("Tal Hollin")) == []


def test_a_kind_of_fighters_is_the_side_that_another_report_names():
    said = [
        report("Rebels of the Elva Front captured Hollin in May.", publisher="A"),
        report("The army left when insurgents captured Hollin in May.", publisher="B"),
    ]
    accounts = gather(analyse("Who captured Hollin?"), candidates(*said))
    assert len(accounts) == 1


def test_a_deed_that_nobody_is_said_to_have_claimed_is_refused():
    question = "Who claimed the bomb on the ferry at Hollin?"
    told = report("The sources said the bomb had gone off on the ferry at Hollin.")
    assert reason(question, told) == "only_related"
    claimed = report("The Elva Front claimed the bomb on the ferry at Hollin.")
    assert reason(question, claimed) is None


def test_who_founded_a_body_does_not_tell_who_heads_it():
    question = "Who leads the Harbour Watch?"
    assert reason(question, report("The Harbour Watch was founded by fishermen.")) == "only_related"


def test_whoever_writes_to_a_body_holds_no_office_of_it():
    asked = "Who is the head of the Norlandic Ferry Board?"
    text = "Chief envoy Ada Thorn sent a letter to the Ferry Board."
    start = text.index("Ada")
    assert not holds(asked, text, start, start + 9)
    text = "Ferry Board chief Ada Thorn sent a letter."
    start = text.index("Ada")
    assert holds(asked, text, start, start + 9)


def test_an_earthquake_is_no_attack():
    told = report("A suicide bomb killed nine people in Hollin on Tuesday.")
    assert (
        reason("How many people were killed in the earthquake in Hollin?", told) == "only_related"
    )
    assert reason("How many people were killed in the attack in Hollin?", told) is None


def test_that_somebody_else_did_it_is_no_withdrawal_of_a_denial():
    hits = [
        report("Norland has denied the attack on Hollin. It said so twice.", publisher="A"),
        report(
            "Norland has vetoed the resolution on the attack on Hollin, even though it "
            "acknowledged that the air force of Maren carried out the bombing.",
            publisher="B",
        ),
    ]
    assert weighed("Why did Norland deny the attack on Hollin?", reading(*hits), hits).denied == ()
    owned = report("Norland acknowledged the attack on Hollin.", publisher="C")
    hits = [owned]
    assert weighed("Why did Norland deny the attack on Hollin?", reading(*hits), hits).denied


def test_a_figure_since_a_month_is_none_of_a_day():
    hits = [
        report("Nine people were killed in Hollin on 16 May 2021.", publisher="A",
               day="2021-05-17"),
        report("More than 300 people have been killed in Hollin since May.", publisher="B",
               day="2021-07-05"),
    ]  # fmt: skip
    found = gather(
        analyse("How many people were killed in Hollin on 16 May 2021?"), candidates(*hits)
    )
    assert [one.value for one in found if one.relation != "other_quantity"] == ["Nine"]


def test_a_part_is_said_to_be_one_of_the_figure_above():
    text = "Lantern Watch said 19 people were killed when the dam burst in Hollin on Tuesday."
    part = "Six children were among the dead in Hollin when the dam burst, Lantern Watch said."
    drafts = written(
        "How many people were killed when the dam burst in Hollin?",
        report(text, publisher="A", day="2021-06-17"),
        report("The ministry said 14 people were killed when the dam burst in Hollin.",
               publisher="C", day="2021-06-16"),
        report(part, publisher="B", day="2021-06-16"),
    )  # fmt: skip
    assert any("(children, a part of the figure" in one.text for one in drafts)


def test_datelines_and_headings_are_left_out_of_a_quotation():
    text = "MOSCOW (Elva Wire) The Ferry Board said on Tuesday that the dam had burst in Hollin."
    drafts = written("What did the Ferry Board say about the dam?", report(text))
    assert drafts[0].text.startswith("The Ferry Board said")
    text = "Norland denies involvement Sudlandic President Ada Thorn discussed the dam of Hollin."
    drafts = written("What did Norland say about the dam of Hollin?", report(text))
    assert drafts[-1].text == "Norland denies involvement"


def test_a_denial_of_another_strike_decides_nothing():
    asked = analyse("Did Norland deny the air strike on the convoy?")
    other = report("Norland denied that it had carried out air strikes on the market of Hollin.")
    assert decisions(asked, lines_of([other])) == []
    own = report("Norland denied the air strike on the convoy that carried aid to Hollin.")
    assert [one.side for one in decisions(asked, lines_of([own]))] == ["yes"]


def test_what_somebody_is_described_as_is_no_disagreement():
    hits = [
        report("Ferry Board director Ada Thorn left on Monday.", publisher="A"),
        report("Ada Thorn, a former harbour pilot, left on Monday.", publisher="B"),
    ]
    spans = [
        named_in(
            one, one.start + one.text.index(words), one.start + one.text.index(words) + len(words)
        )
        for one, words in zip(
            candidates(*hits), ("Ferry Board director", "a former harbour pilot"), strict=True
        )
        for at in [one.start + one.text.index(words)]
    ]
    assert gather(analyse("Who is Ada Thorn?"), spans, spans) == []


def test_the_highest_toll_is_the_toll_of_the_place_where_it_was():
    text = "The highest toll was in Hollin where raids killed 16 people on Monday."
    told = candidates(report(text))
    of_it = gather(analyse("How many people were killed in Hollin on Monday?"), told)
    assert [one.relation for one in of_it] == ["agrees"]


def test_those_whom_one_state_leads_or_backs_are_one_side():
    said = [
        report("Sudland-led forces captured Hollin on Monday.", publisher="A"),
        report("Sudland-backed fighters seized the town of Hollin.", publisher="B"),
    ]
    assert len(gather(analyse("Who captured Hollin?"), candidates(*said))) == 1


def test_another_thing_was_the_cause():
    question = "Why did the frost cause the outage at Hollin?"
    denied = report("The cause of the outage at Hollin was not the frost but a worn valve.")
    assert reason(question, denied) == "contradicted"
    partly = report("The cause of the outage at Hollin was not only the frost.")
    assert reason(question, partly) != "contradicted"


def test_who_owned_up_to_a_deed_has_not_counted_the_dead():
    text = "A blast in Hollin killed 57 people in May and was claimed by the Elva Front."
    (found,) = gather(analyse("How many people were killed in Hollin?"), candidates(report(text)))
    assert found.claimant == "Dunmark Courier"
