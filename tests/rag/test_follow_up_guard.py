"""A rewritten question may hold the conversation's names and numbers, and no others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.follow.guard import guard
from rag.types import Turn

ANSWER = {
    "text": "At least 1,541 people, the Ferry Board's clerk said. [1]",
    "answers": [{"text": "1,541"}],
    "accounts": [{"claimant": "Lantern Watch", "value": "nine", "event_date": "2023-03-14"}],
    "citations": [
        {"quote": "Mira Solberg of Sallow counted 30 boats.", "title": "The Tolle Courier"}
    ],
}
SAID = [
    Turn("user", "How many people were killed when the dam burst in Hollin?"),
    Turn("assistant", ANSWER["text"], ANSWER),
]


@pytest.mark.parametrize(
    "rewritten",
    [
        "How many people were injured when the dam burst in Hollin?",
        "How many were injured in hollin's dam burst, according to the Ferry Board?",
        "According to Lantern Watch, how many were injured?",
        "Were 9 people injured in Hollin?",
        "Were nine people injured on 14 March 2023?",
        "Were 1541 people killed in HOLLIN?",
        "What did Solberg count in Sallow?",
        "Mira Solberg counted how many boats?",
        "What does The Tolle Courier say of the 30 boats?",
        "Please list who was injured. Which one was in Hollin?",
        "how many were injured in the dam burst in hollin?",
    ],
)
def test_what_the_conversation_holds_may_be_filled_in(rewritten):
    assert guard("how many were injured", SAID, rewritten)


@pytest.mark.parametrize(
    "rewritten",
    [
        "How many people were injured when the dam burst in Dunmark?",
        "Dunmark: how many were injured?",
        "How many were injured in Hollin in 2019?",
        "How many were injured in Hollin in April?",
        "Were 31 people injured in Hollin?",
        "Were twelve people injured in Hollin?",
        "Were 154 people injured in Hollin?",
        "HOW MANY WERE INJURED IN DUNMARK?",
        "how many were injured in dunmark?",
        "How many were injured? Ask Oton Brack.",
        "How many were injured at the 7-Eleven in Hollin?",
        "كم عدد الجرحى في حلب؟",
        "北京有多少人受伤",
        "",
        "   ",
        "How many were injured in Hollin " + "and in Hollin " * 60,
    ],
)
def test_what_it_does_not_hold_may_not(rewritten):
    assert not guard("how many were injured", SAID, rewritten)


def test_the_question_itself_is_no_rewrite():
    assert guard("Who is Oton  Brack, 47?", [], "Who is Oton Brack, 47?")


def test_other_scripts_are_compared_by_their_words():
    said = [Turn("user", "كم عدد القتلى في حلب؟")]
    assert guard("والجرحى؟", said, "كم عدد القتلى في حلب؟")
    assert not guard("والجرحى؟", said, "كم عدد القتلى في إدلب؟")


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"text": None},
        {"accounts": "x", "citations": {}, "answers": [1, None]},
        {"sentences": 4},
    ],
)
def test_an_answer_of_any_shape_is_read(answer):
    said = [Turn("user", "Who leads Hollin?"), Turn("assistant", "", answer)]
    assert guard("Why?", said, "Why does she lead Hollin?")
    assert not guard("Why?", said, "Why does Solberg lead Hollin?")


TURNS = st.builds(
    Turn, st.sampled_from(["user", "assistant"]), st.text(max_size=40), st.none() | st.just(ANSWER)
)


@given(st.text(max_size=60), st.lists(TURNS, max_size=4), st.text(max_size=60))
def test_any_text_is_judged(question, history, rewritten):
    assert guard(question, history, rewritten) in (True, False)


@given(st.lists(TURNS, max_size=3))
def test_a_name_from_outside_is_never_let_through(history):
    assert not guard("And now?", history, "What did Zyxwer say about it?")
