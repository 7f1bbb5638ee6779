"""What a number in a sentence counts, and whether that is what was asked."""

import pytest

from rag.english.quantities import answers, counted, is_part
from rag.english.question import analyse


def read(sentence):
    return [(one.number.value, one.quantity, one.group) for one in counted(sentence)]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The flood killed 14 people.", [(14.0, "killed")]),
        ("Fourteen people were killed by the flood.", [(14.0, "killed")]),
        ("Fourteen people died in the flood.", [(14.0, "killed")]),
        ("The death toll rose to 14.", [(14.0, "killed")]),
        ("The flood left 14 dead.", [(14.0, "killed")]),
        ("The flood injured 30 people.", [(30.0, "injured")]),
        ("The flood killed 14 people and wounded 30.", [(14.0, "killed"), (30.0, "injured")]),
        (
            "The flood killed 14 people and injured another 30.",
            [(14.0, "killed"), (30.0, "injured")],
        ),
        (
            "Fourteen people were killed and 30 were injured.",
            [(14.0, "killed"), (30.0, "injured")],
        ),
        ("Fourteen people died and 30 were hurt.", [(14.0, "killed"), (30.0, "injured")]),
        ("It left 14 dead and 30 wounded.", [(14.0, "killed"), (30.0, "injured")]),
        ("Killing 14 and injuring about 30, it swept on.", [(14.0, "killed"), (30.0, "injured")]),
        ("Nine people are missing.", [(9.0, "missing")]),
        ("Some 1,200 people fled the valley.", [(1200.0, "displaced")]),
        ("Police arrested 12 men.", [(12.0, "arrested")]),
        ("The dam holds 40 boats.", [(40.0, "")]),
    ],
)
def test_quantity_of_each_number(sentence, expected):
    assert [(value, quantity) for value, quantity, _ in read(sentence)] == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "The flood killed 87 people including 31 children.",
        "The flood killed 87 people, including 31 children.",
        "At least 87 people including 31 children died.",
        "The flood killed 87 people, among them 31 children.",
        "The flood killed 87 people, 31 of them children.",
        "Of the 87 dead, 31 were children.",
    ],
)
def test_a_part_of_a_figure_is_told_from_the_whole(sentence):
    asked = analyse("How many people were killed in the flood?")
    fitting = [one for one in counted(sentence) if answers(asked, one)]
    assert [one.number.value for one in fitting if not is_part(asked, one)] == [87.0]


def test_the_injured_are_no_part_of_the_dead():
    sentence = "The flood killed 87 people and injured 31 children."
    asked = analyse("How many people were killed in the flood?")
    fitting = [one for one in counted(sentence) if answers(asked, one)]
    assert [one.number.value for one in fitting] == [87.0]
    assert not is_part(asked, fitting[0])


@pytest.mark.parametrize(
    ("question", "sentence", "fitting"),
    [
        ("How many people were killed?", "The flood killed 14 people and injured 30.", [14.0]),
        ("How many people were injured?", "The flood killed 14 people and injured 30.", [30.0]),
        ("How many people are missing?", "The flood killed 14 people; nine are missing.", [9.0]),
        ("How many people were killed?", "Nine people are missing.", []),
        ("How many people were killed?", "The hospital treated 141 people for burns.", []),
        ("How many children were killed?", "The flood killed 14 people.", []),
        (
            "How many children were killed?",
            "The flood killed 14 people, including 5 children.",
            [5.0],
        ),
        ("How many soldiers were killed?", "The flood killed 14 civilians.", []),
        ("How many people were killed?", "About 40 percent of the dead were killed asleep.", []),
        ("How many people were killed?", "The war has killed 300,000 people since 2009.", []),
        (
            "How many people has the war killed?",
            "The war has killed 300,000 people since 2009.",
            [3e5],
        ),
        ("How many boats sank?", "Twelve boats sank in two hours.", [12.0]),
        ("How many hours did it last?", "Twelve boats sank in two hours.", [2.0]),
        ("How many houses were destroyed?", "The flood killed 14 people.", []),
        (
            "How large is the harbour fund?",
            "The council voted 34 to 11 for a harbour fund of 25 million crowns.",
            [25e6],
        ),
        ("How many people left their homes?", "The flood killed 14 people.", []),
        ("How many people left their homes?", "Nine people are missing.", []),
        (
            "How many people left their homes?",
            "About 1,200 people had to leave their homes.",
            [1200.0],
        ),
        (
            "How many tonnes of salt were stored?",
            "Five other stores of salt will be inspected.",
            [],
        ),
        ("How much salt was in the store?", "Five other stores of salt will be inspected.", []),
        ("How much salt was in the store?", "The store held 760 tonnes of salt.", [760.0]),
        ("How far off was it heard?", "It was heard 30 kilometres away by 12 people.", [30.0]),
        ("How far off was it heard?", "It held 760 tonnes of salt and burnt for 12 hours.", []),
        ("What does it cost to get in?", "Entry is two crowns; 212 jars stood there.", [2.0]),
        ("How much did they pay?", "They paid $3.5 million for 40 boats.", [3.5e6]),
        ("How fast was the train?", "It ran 80 miles at 60 miles an hour.", [60.0]),
        ("How fast was the train?", "It ran 90 km at 80 km/h.", [80.0]),
        ("How tall is the tower?", "The tower of 1,200 stones is 30 m tall.", [30.0]),
        ("How much does it weigh?", "It weighs 12 lb and is 3 ft wide.", [12.0]),
    ],
)
def test_a_number_answers_only_the_quantity_that_was_asked(question, sentence, fitting):
    asked = analyse(question)
    found = [one.number.value for one in counted(sentence) if answers(asked, one)]
    assert found == fitting


@pytest.mark.parametrize(
    ("sentence", "current"),
    [
        ("The toll rose to 23, up from 17.", 23.0),
        ("The toll rose from 17 to 23.", 23.0),
        ("Against an earlier toll of 17, the Board now says that 23 people died.", 23.0),
        ("The flood killed 23 people.", 23.0),
    ],
)
def test_a_figure_that_is_overtaken_does_not_answer(sentence, current):
    asked = analyse("How many people were killed in the flood?")
    fitting = [
        one.number.value for one in counted(sentence) if answers(asked, one) and not one.previous
    ]
    assert fitting == [current]


def test_numbers_in_a_row_share_what_they_count():
    assert [quantity for _, quantity, _ in read("The floods killed 4, 6 and 9 people.")] == (
        ["killed"] * 3
    )


@pytest.mark.parametrize(
    ("sentence", "against", "in_favour"),
    [
        ("The board voted 34 to 11 for a fund of 25 million crowns.", [11.0], [34.0]),
        ("The council approved the bridge by 9 votes to 5.", [5.0], [9.0]),
        ("Members voted 20 to 4 against the toll.", [20.0], [4.0]),
        ("The plan was rejected by 20 votes to 4.", [20.0], [4.0]),
    ],
)
def test_the_two_figures_of_a_vote_are_told_apart(sentence, against, in_favour):
    def told(question):
        asked = analyse(question)
        return [one.number.value for one in counted(sentence)[:2] if answers(asked, one)]

    assert told("How many voted against it?") == against
    assert told("How many members were in favour?") == in_favour


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "Jets killed 31 militants and eight civilians in Hollin.",
            [("killed", 31), ("killed", 8)],
        ),
        ("The Front lost 13 of its fighters in Hollin.", [("killed", 13)]),
        ("The Front lost three villages near Hollin.", [("", 3)]),
        ("The party lost 13 members last year.", [("", 13)]),
        ("The blast killed nine people and 30 children fled.", [("killed", 9), ("displaced", 30)]),
    ],
)
def test_what_befell_those_behind_and_those_who_were_lost(text, told):
    assert [(one.quantity, one.number.value) for one in counted(text)] == told
