"""Accounts: figures by claimant and day; updates, relays, copies, parts and other events apart."""

from dataclasses import replace

import pytest

from rag.accounts import gather
from rag.english.counts import numbers
from rag.english.question import analyse
from tests.rag.sources import candidates, report

KILLED = "How many people were killed when the dam burst in Hollin?"
WATCH = "Lantern Watch said 14 people were killed when the dam burst in Hollin on Tuesday."
MINISTRY = (
    "The harbour ministry said nine people were killed when the dam burst in Hollin on Tuesday."
)


def accounts(question, *hits):
    return gather(analyse(question), candidates(*hits))


def by_number(found):
    assert len({account.number for account in found}) == len(found)
    return {account.number: account for account in found}


def test_two_claimants_with_two_figures_disagree():
    found = by_number(
        accounts(
            KILLED,
            report(WATCH, publisher="Elva Post", day="2021-06-16"),
            report(MINISTRY, publisher="Radio Dunmark", day="2021-06-17"),
        )
    )
    assert set(found) == {14.0, 9.0}
    assert found[14.0].claimant == "Lantern Watch"
    assert found[9.0].claimant.lower() == "the harbour ministry"
    assert {account.relation for account in found.values()} == {"disagrees"}
    assert {account.independent_sources for account in found.values()} == {1}
    assert {account.quantity for account in found.values()} == {"killed"}
    assert [found[n].stated for n in (14.0, 9.0)] == ["2021-06-16", "2021-06-17"]
    assert [found[n].event_date for n in (14.0, 9.0)] == ["2021-06-15", "2021-06-15"]


def test_the_newest_account_stands_first():
    found = accounts(
        KILLED,
        report(WATCH, publisher="Elva Post", day="2021-06-16"),
        report(MINISTRY, publisher="Radio Dunmark", day="2021-06-17"),
    )
    assert [account.stated for account in found] == ["2021-06-17", "2021-06-16"]


def test_the_same_figure_of_two_claimants_is_one_account_of_two_sources():
    other = MINISTRY.replace("nine", "14")
    (account,) = accounts(
        KILLED, report(WATCH, publisher="Elva Post"), report(other, publisher="Radio Dunmark")
    )
    assert (account.number, account.independent_sources, account.relation) == (14.0, 2, "agrees")


def test_a_later_figure_of_the_same_claimant_is_an_update():
    later = "Lantern Watch said 19 people were killed when the dam burst in Hollin on Tuesday."
    found = accounts(
        KILLED,
        report(WATCH, publisher="Elva Post", day="2021-06-16"),
        report(later, publisher="Elva Post", day="2021-06-18"),
    )
    assert [(account.number, account.relation) for account in found] == [
        (19.0, "update"), (14.0, "agrees"),
    ]  # fmt: skip


def test_an_update_that_names_the_old_figure_gives_only_the_new_one():
    later = (
        "Lantern Watch said on Friday that 19 people were killed when the dam burst in Hollin, up "
        "from the 14 it had counted on Wednesday."
    )
    found = accounts(KILLED, report(later, day="2021-06-18"))
    assert [account.number for account in found] == [19.0]


def test_an_update_without_a_day_of_its_own_is_one_of_the_same_event():
    later = (
        "The monitoring group Lantern Watch said on Friday that 19 people were killed when the dam "
        "burst in Hollin, up from the 14 it had counted on Wednesday."
    )
    found = by_number(
        accounts(
            KILLED,
            report(WATCH, publisher="Elva Post", day="2021-06-16"),
            report(MINISTRY, publisher="Radio Dunmark", day="2021-06-16"),
            report(later, publisher="Elva Post", day="2021-06-18"),
        )
    )
    assert found[19.0].relation == "update"


def test_a_day_on_which_something_was_said_is_not_the_day_of_the_event():
    said = "Lantern Watch said on Friday that 19 people were killed when the dam burst in Hollin."
    (account,) = accounts(KILLED, report(said, day="2021-06-18"))
    assert account.event_date != "2021-06-18"


def test_a_smaller_later_figure_of_another_claimant_is_no_update():
    found = by_number(
        accounts(
            KILLED,
            report(WATCH, publisher="Elva Post", day="2021-06-16"),
            report(MINISTRY, publisher="Elva Post", day="2021-06-18"),
        )
    )
    assert found[9.0].relation == "disagrees"


RELAY = "According to Lantern Watch, 14 people were killed when the dam burst in Hollin on Tuesday."


def test_a_relay_is_no_independent_source_and_is_named():
    (account,) = accounts(
        KILLED,
        report(WATCH, publisher="Lantern Watch"),
        report(RELAY, publisher="Radio Dunmark"),
        report(RELAY.replace("burst", "broke"), publisher="Elva Post"),
    )
    assert account.claimant == "Lantern Watch"
    assert account.independent_sources == 1
    assert {"Radio Dunmark", "Elva Post"} <= set(account.relays)


def test_the_claimant_is_no_relay_of_its_own():
    found = accounts(
        KILLED,
        report(WATCH, publisher="Lantern Watch"),
        report(RELAY, publisher="Radio Dunmark"),
    )
    assert [account.relays for account in found] == [("Radio Dunmark",)]


def test_an_outlet_without_a_source_is_not_independent_of_the_one_that_is_named():
    found = accounts(
        KILLED,
        report(WATCH, publisher="Elva Post"),
        report("Fourteen people were killed when the dam burst in Hollin.", publisher="Radio D"),
    )
    assert [(account.claimant, account.independent_sources) for account in found] == [
        ("Lantern Watch", 1)
    ]
    assert "Radio D" not in found[0].relays


def test_an_earlier_count_that_is_named_as_such_is_no_account():
    text = (
        "Lantern Watch now says 19 people were killed when the dam burst in Hollin, against an "
        "earlier count of 14 killed."
    )
    assert [account.number for account in accounts(KILLED, report(text))] == [19.0]


def test_a_figure_keeps_the_day_on_which_its_claimant_gave_it():
    later = "The harbour ministry has not changed its figure: nine people were killed in Hollin."
    (account,) = accounts(
        KILLED,
        report(MINISTRY, publisher="Radio Dunmark", day="2021-06-16"),
        report(later, publisher="Elva Post", day="2021-06-19"),
    )
    assert account.stated == "2021-06-16"


def test_an_exact_copy_counts_once():
    plain = "Fourteen people were killed when the dam burst in Hollin on Tuesday."
    found = accounts(
        KILLED,
        report(plain, publisher="Elva Wire", cluster="same"),
        report(plain, publisher="Dunmark Courier", cluster="same"),
    )
    assert [account.independent_sources for account in found] == [1]


def test_two_outlets_that_count_for_themselves_are_two_sources():
    found = accounts(
        KILLED,
        report("Fourteen people were killed when the dam burst in Hollin.", publisher="Elva Wire"),
        report("The burst dam in Hollin killed 14 people.", publisher="Dunmark Courier"),
    )
    assert [(account.number, account.independent_sources) for account in found] == [(14.0, 2)]


@pytest.mark.parametrize(
    ("question", "number"),
    [
        (KILLED, 14.0),
        ("How many people were injured when the dam burst in Hollin?", 30.0),
        ("How many people are missing after the dam burst in Hollin?", 6.0),
    ],
)
def test_killed_is_not_injured_and_not_missing(question, number):
    text = (
        "The burst dam in Hollin killed 14 people and injured 30, the fire service said. Six "
        "people are missing in Hollin, it said."
    )
    assert [account.number for account in accounts(question, report(text))] == [number]


PARTS = "The dam that burst in Hollin killed 14 people, including 5 children, Lantern Watch said."


def test_the_whole_answers_and_a_part_does_not_contradict_it():
    (account,) = accounts(KILLED, report(PARTS))
    assert account.number == 14.0


def test_the_part_answers_a_question_about_the_part():
    (account,) = accounts(
        "How many children were killed when the dam burst in Hollin?", report(PARTS)
    )
    assert account.number == 5.0
    assert account.relation == "agrees"


def test_a_part_told_elsewhere_is_part_of_the_whole():
    found = by_number(
        accounts(
            KILLED,
            report(WATCH, publisher="Elva Post"),
            report("Five of the people killed in Hollin were children.", publisher="Radio Dunmark"),
        )
    )
    assert found[14.0].relation == "agrees"
    assert 5.0 not in found or found[5.0].relation == "part_of"


def test_employees_among_the_dead_do_not_contradict_the_number_of_dead():
    found = by_number(
        accounts(
            KILLED,
            report(WATCH, publisher="Elva Post"),
            report(
                "The operator said that 6 employees were killed when the dam burst in Hollin.",
                publisher="Radio Dunmark",
            ),
        )
    )
    assert found[14.0].relation == "agrees"
    assert 6.0 not in found or found[6.0].relation in ("part_of", "other_quantity")


@pytest.mark.parametrize(
    "other",
    [
        "A landslide killed 50 people in Sallow on Tuesday, the fire service said.",
        "In Sallow, 50 people were killed when a dam burst on Tuesday.",
        "The dam in Hollin also burst in 1998, when 50 people were killed.",
        "The war has killed 50,000 people since 2009, among them many in Hollin.",
    ],
)
def test_the_figure_of_another_event_is_not_mixed_in(other):
    found = accounts(
        KILLED, report(WATCH, publisher="Elva Post"), report(other, publisher="Radio Dunmark")
    )
    told = {account.number: account.relation for account in found}
    assert told.pop(14.0) == "agrees"
    assert set(told.values()) <= {"other_quantity"}


def test_the_period_that_is_asked_for_chooses_the_event():
    old = "The dam in Hollin burst on 3 May 1998, killing 50 people."
    new = "The dam in Hollin burst on 15 June 2021, killing 14 people."
    hits = [
        report(old, publisher="Elva Post", day="1998-05-04"),
        report(new, publisher="Elva Post", day="2021-06-16"),
    ]
    for year, number in (("1998", 50.0), ("2021", 14.0)):
        found = accounts(f"How many people were killed in Hollin in {year}?", *hits)
        told = [account.number for account in found if account.relation != "other_quantity"]
        assert told == [number]


@pytest.mark.parametrize(
    ("words", "hedge", "low", "high"),
    [
        ("at least 14", "at least", 14.0, None),
        ("up to 14", "up to", None, 14.0),
        ("14", "", 14.0, 14.0),
    ],
)
def test_hedges_and_bounds_are_kept(words, hedge, low, high):
    (account,) = accounts(KILLED, report(WATCH.replace("14", words)))
    assert (account.hedge, account.number, account.low, account.high) == (hedge, 14.0, low, high)
    assert account.value == words


def test_at_least_nine_and_nine_are_not_made_one_value():
    text = (
        "At least nine people were killed when the dam burst in Hollin, the fire service said. "
        '"Nine people were killed in Hollin," fire chief Ada Thorn said.'
    )
    for account in accounts(KILLED, report(text)):
        for candidate in account.candidates:
            held = [(n.value, n.low, n.high) for n in numbers(candidate.text)]
            assert (account.number, account.low, account.high) in held, candidate.text


def test_a_vague_figure_stands_back_beside_an_exact_one():
    found = accounts(
        KILLED,
        report(WATCH, publisher="Elva Post"),
        report("Dozens of people were killed when the dam burst in Hollin.", publisher="Radio D"),
    )
    assert [account.number for account in found] == [14.0]


def test_a_vague_figure_alone_is_told_as_it_is():
    (account,) = accounts(KILLED, report("Dozens of people were killed in Hollin by the dam."))
    assert (account.number, account.low, account.value.lower()) == (None, 24.0, "dozens")


@pytest.mark.parametrize(
    ("sentence", "stance"),
    [
        ("The harbour ministry denied that 14 people were killed when the dam burst.", "denies"),
        ("The harbour ministry estimated that 14 people were killed in Hollin.", "estimates"),
        ("The harbour ministry said that 14 people were killed in Hollin.", "says"),
    ],
)
def test_stance(sentence, stance):
    (account,) = accounts("How many people were killed?", report(sentence))
    assert account.stance == stance


def test_every_account_rests_on_sentences_that_hold_its_value():
    for account in accounts(KILLED, report(WATCH), report(MINISTRY), report(PARTS)):
        assert account.candidates
        for candidate in account.candidates:
            assert candidate.answer
            assert candidate.answer in candidate.text


@pytest.mark.parametrize(
    "question", ["Who runs the dam in Hollin?", "When did the dam burst?", "Why did it burst?"]
)
def test_only_questions_for_a_quantity_have_accounts(question):
    assert accounts(question, report(WATCH)) == []


def test_no_candidates_give_no_accounts():
    assert gather(analyse(KILLED), []) == []


def test_an_amount_of_another_kind_is_no_account():
    fee = report("Entry to the fair at Hollin is two crowns.", publisher="Elva Post")
    jars = report("The fair at Hollin opened with 212 jars.", publisher="Radio Dunmark")
    asked = analyse("What does it cost to get into the fair at Hollin?")
    read = [
        replace(one, answer_start=one.start + one.text.index(value), answer_end=one.end - 1)
        for one, value in zip(candidates(fee, jars), ("two", "212"), strict=True)
    ]
    assert [one.value for one in gather(asked, read, read)] == ["two"]
    asked = analyse("What is it like to get into the fair at Hollin?")
    assert len(gather(asked, read, read)) == 2


@pytest.mark.parametrize(("other", "told"), [(0.7, [22.0]), (0.2, [])])
def test_a_figure_that_is_hardly_believed_beside_another_one_is_no_account(other, told):
    question = "How many did the second bomb wound in the car bomb in Sallow?"
    text = "A second car bomb exploded in another district of Hollin wounding three people."
    first = "A car bomb in Sallow wounded 22 people, the harbour police said."
    (best,) = candidates(report(text), probability=0.9)
    (beside,) = candidates(report(first, publisher="Elva Post"), probability=other)
    at = best.start + text.index("three")
    best = replace(best, answer_start=at, answer_end=at + 5)
    assert [one.number for one in gather(analyse(question), [best, beside])] == told
