"""List questions, and the items of what enumerates."""

from __future__ import annotations

import pytest

from rag.english.listing import Item, asked_number, is_list_question, items, merged
from rag.english.question import analyse


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Which countries signed the treaty?", True),
        ("Name three rivers that rise there.", True),
        ("What are the branches of the council?", True),
        ("Which of the towns were flooded?", True),
        ("Who were the two men shown in the film?", True),
        ("What kinds of rock are found in the quarry?", True),
        ("List the members of the crew.", True),
        ("Can you give me the names of the crew?", True),
        ("In which cities did people protest?", True),
        ("And which towns were flooded?", True),
        ("Which town was flooded?", False),
        ("Which bus passes here?", False),
        ("What is the name of the river?", False),
        ("Who was the captain?", False),
        ("How many towns were flooded?", False),
        ("What did the ministers say?", False),
        ("Why were the towns flooded?", False),
        ("Were the towns flooded?", False),
        ("What was the series called?", False),
        ("In what year did the yards close?", False),
    ],
)
def test_a_question_that_asks_for_several_things_is_told(question, expected):
    assert is_list_question(analyse(question)) is expected


@pytest.mark.parametrize(
    ("question", "number"),
    [("Name two rivers.", 2), ("Which three towns burned?", 3), ("Which towns burned?", None)],
)
def test_how_many_are_wanted(question, number):
    assert asked_number(analyse(question)) == number


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Corran, Selby and Tarn", ["Corran", "Selby", "Tarn"]),
        ("Corran, Selby, and Tarn.", ["Corran", "Selby", "Tarn"]),
        ("such as gold, silver and copper", ["gold", "silver", "copper"]),
        ("hospitals; schools; and roads", ["hospitals", "schools", "roads"]),
        ("Ann Corrie and Hana Weller", ["Ann Corrie", "Hana Weller"]),
        ("both the army and the police", ["the army", "the police"]),
        ("1,200 men, 30 guns and 4 ships", ["1,200 men", "30 guns", "4 ships"]),
        ("12 May 2016 and 3 June 2017", ["12 May 2016", "3 June 2017"]),
        ("Bosnia and Herzegovina, Croatia and Serbia",
         ["Bosnia and Herzegovina", "Croatia", "Serbia"]),
        ("the Union (Corran, Selby and Tarn), the League and the Front",
         ["the Union (Corran, Selby and Tarn)", "the League", "the Front"]),
        ("the U.S. and the U.K.", ["the U.S.", "the U.K."]),
        # No enumerations.
        ("May 5, 2016", ["May 5, 2016"]),
        ("Porthaven, Sarran", ["Porthaven, Sarran"]),
        ("the Ministry of Trade and Industry", ["the Ministry of Trade and Industry"]),
        ("10,000", ["10,000"]),
        ("Corrie, who died in May, and Weller", ["Corrie, who died in May, and Weller"]),
        ("\u201csalt, sand and sea\u201d", ["\u201csalt, sand and sea\u201d"]),
        ("Corran", ["Corran"]),
        ("  ", []),
    ],
)  # fmt: skip
def test_an_enumeration_falls_into_its_items(text, expected):
    assert [one.text for one in items(text)] == expected


def test_items_know_where_they_stand():
    text = "It was flown by Ann Corrie, Hana Weller and Jo Tarn."
    start = text.index("Ann")
    found = items(text[start:], start)
    assert [text[one.start : one.end] for one in found] == [one.text for one in found]
    assert found[-1].text == "Jo Tarn"


def test_merging_keeps_the_first_of_each_and_no_more_than_asked():
    found = [*items("Corran, Selby and Tarn"), *items("the Selby, Corran and Eskmouth", 50)]
    assert [one.text for one in merged(found)] == ["Corran", "Selby", "Tarn", "Eskmouth"]
    assert [one.text for one in merged(found, 2)] == ["Corran", "Selby"]


def test_different_numbers_and_names_are_different_items():
    found = [Item(text, 0, len(text)) for text in ("30 guns", "40 guns", "Selby", "Selwyn")]
    assert merged(found) == found
