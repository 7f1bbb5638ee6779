"""A follow-up question stands alone with the conversation's own words, and no others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.follow_up import standalone
from rag.types import Turn

DAM = "How many people were killed when the dam burst in Hollin?"
BRACK = "What did Oton Brack say about the dam?"


def after(*turns):
    """Return a history of questions, each answered with a text or an answer's JSON."""
    found = []
    for question, answer in turns:
        found.append(Turn("user", question))
        if isinstance(answer, str):
            found.append(Turn("assistant", answer))
        else:
            found.append(Turn("assistant", answer.get("text", ""), answer))
    return found


@pytest.mark.parametrize(
    ("question", "holds"),
    [
        ("And how many were injured?", ["injured", "Hollin"]),
        ("And how many were injured there?", ["injured", "Hollin"]),
        ("What about the wounded?", ["injured", "Hollin"]),
        ("When?", ["When", "Hollin"]),
        ("And when was that?", ["When", "Hollin"]),
        ("Why?", ["Why", "Hollin"]),
        ("When did it happen?", ["When", "Hollin"]),
        ("Who was responsible for it?", ["responsible", "Hollin"]),
        ("And in Sallow?", ["How many", "killed", "Sallow"]),
        ("What about in Sallow?", ["How many", "killed", "Sallow"]),
        ("What about Sallow?", ["How many", "killed", "Sallow"]),
    ],
)
def test_what_is_left_out_comes_from_the_question_before(question, holds):
    understood = standalone(question, after((DAM, "14 people.")))
    assert [word for word in holds if word.lower() not in understood.lower()] == []
    assert understood.endswith("?")


@pytest.mark.parametrize("question", ["And in Sallow?", "What about Sallow?"])
def test_the_place_is_put_in_the_other_ones_stead(question):
    assert "Hollin" not in standalone(question, after((DAM, "14 people.")))


def test_the_injured_are_asked_for_instead_of_the_killed():
    understood = standalone("And how many were injured?", after((DAM, "14 people.")))
    assert "killed" not in understood


@pytest.mark.parametrize(
    "question",
    [
        "Who is the mayor of Dunmark?",
        "How many barges does the Ferry Board own?",
        "When was the Kestrel Bank founded?",
        "What did Mira Solberg say about the ferry timetable?",
        "New question: How old is the lock at Sallow?",
    ],
)
def test_a_topic_of_its_own_is_left_as_it_is(question):
    understood = standalone(question, after((DAM, "14 people.")))
    assert understood == question.removeprefix("New question: ")
    assert "Hollin" not in understood


@pytest.mark.parametrize(
    ("question", "holds"),
    [
        ("When did he say that?", "Oton Brack"),
        ("What else did he say about the lock?", "Oton Brack"),
        ("What is his job at the ministry?", "Oton Brack's"),
    ],
)
def test_he_is_the_person_that_was_asked_about(question, holds):
    understood = standalone(question, after((BRACK, "It was old.")))
    assert holds in understood
    assert " he " not in understood


def test_she_is_the_person_that_the_answer_named():
    answer = {"text": "Mira Solberg. [1]", "answers": [{"text": "Mira Solberg"}]}
    understood = standalone("What did she say?", after(("Who runs the ferry union?", answer)))
    assert "Mira Solberg" in understood


def test_the_second_one_is_the_second_account():
    answer = {
        "text": "They differ.",
        "accounts": [{"claimant": "Lantern Watch"}, {"claimant": "the Ferry Board"}],
    }
    history = after((DAM, answer))
    assert "the Ferry Board" in standalone("Why does the second one say so?", history)
    assert "Lantern Watch" in standalone("Who counted for the first one?", history)
    assert "Lantern" not in standalone("What about the fourth one?", history)


def test_a_chain_of_follow_ups_keeps_its_first_subject():
    history = after((DAM, "14 people."), ("And how many were injured?", "30 people."))
    understood = standalone("And how many are missing?", history)
    assert "missing" in understood
    assert "Hollin" in understood


def test_the_answers_own_understanding_is_taken_when_it_is_there():
    answer = {"text": "30.", "standalone_question": "How many goats were lost at Tolle?"}
    history = after((DAM, "14 people."), ("And those?", answer))
    assert "Tolle" in standalone("And when?", history)


def test_without_a_conversation_nothing_is_changed_but_blanks():
    assert standalone("And  how many\nwere injured? ", []) == "And how many were injured?"
    assert standalone("When?", [Turn("assistant", "Hello!")]) == "When?"


TURNS = st.builds(
    Turn, st.sampled_from(["user", "assistant"]), st.text(max_size=30), st.none() | st.just({})
)


@given(st.text(max_size=60), st.lists(TURNS, max_size=4))
def test_any_conversation_gives_a_question(question, history):
    understood = standalone(question, history)
    assert isinstance(understood, str)
    assert bool(understood.strip()) or not question.strip() or bool(history)
