"""A follow-up question stands alone with the conversation's own words, and no others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.follow.guard import guard
from rag.follow_up import FollowUp, standalone
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
        ("What about the wounded?", ["wounded", "Hollin"]),
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


RAID = "How many people did the raid on the market of Sallow kill in May 2021?"
SOLBERG = {"text": "Mira Solberg. [1]", "answers": [{"text": "Mira Solberg"}]}


@pytest.mark.parametrize(
    ("question", "understood"),
    [
        ("And injured?", "How many people were injured in the raid on {market} in May 2021?"),
        ("How many wounded?", "How many people were wounded in the raid on {market} in May 2021?"),
        ("and children?", "How many children did the raid on {market} kill in May 2021?"),
        (
            "How many of them were traders?",
            "How many of those killed in the raid on {market} in May 2021 were traders?",
        ),
        ("Why?", "Why did the raid on {market} kill people in May 2021?"),
        ("In which street?", "In which street did the raid on {market} kill people in May 2021?"),
        ("And in June 2021?", "How many people did the raid on {market} kill in June 2021?"),
        (
            "And according to Lantern Watch?",
            "How many people did the raid on {market} kill in May 2021,"
            " according to Lantern Watch?",
        ),
        ("who did it?", "Who was behind the raid on {market}?"),
        ("Who found the bodies?", "Who found the bodies in the raid on {market} in May 2021?"),
        ("Who runs the market?", "Who runs the market of Sallow?"),
        (
            "What did the mayor say?",
            "What did the mayor say about the raid on {market} in May 2021?",
        ),
    ],
)
def test_a_short_question_is_asked_as_a_person_would_write_it(question, understood):
    found = standalone(question, after((RAID, "12 people.")))
    assert found == understood.format(market="the market of Sallow")


@pytest.mark.parametrize(
    ("before", "answer", "question", "understood"),
    [
        ("Who leads the judges in Hollin?", SOLBERG, "How old is she?", "How old is Mira Solberg?"),
        (
            "Whom did Mira Solberg blame?",
            "The Ferry Board.",
            "Why did she blame them?",
            "Why did Mira Solberg blame the Ferry Board?",
        ),
        (
            "What will the Ferry Board pay?",
            "Nothing.",
            "How many of its own sailors drowned?",
            "How many of the Ferry Board's own sailors drowned?",
        ),
        (
            "Which town did the flood hit?",
            {"text": "Sallow.", "answers": [{"text": "Sallow"}]},
            "Who controls the town?",
            "Who controls the town of Sallow?",
        ),
        (
            "How many boats left the harbour in Hollin?",
            "30.",
            "How many sank there?",
            "How many sank in Hollin?",
        ),
        (
            "What did Oton Brack say about the dam?",
            "That it was old.",
            "And Mira Solberg?",
            "What did Mira Solberg say about the dam?",
        ),
        (
            "Does Hollin still have a ferry?",
            "No.",
            "Why?",
            "Why does Hollin still have a ferry?",
        ),
    ],
)
def test_what_is_meant_is_named(before, answer, question, understood):
    assert standalone(question, after((before, answer))) == understood


def test_who_said_so_asks_for_the_figure_that_was_given():
    answer = {"text": "14 people. [1]", "answers": [{"text": "14"}]}
    understood = standalone("who said so?", after((DAM, answer)))
    assert understood == "Who said that 14 people were killed when the dam burst in Hollin?"


def test_the_other_source_is_the_one_not_asked_for():
    answer = {
        "text": "They differ.",
        "accounts": [{"claimant": "Lantern Watch"}, {"claimant": "the Ferry Board"}],
    }
    asked = "How many died in Hollin, according to the Ferry Board?"
    understood = standalone("How many wounded in the other source?", after((asked, answer)))
    assert understood == "How many people were wounded in Hollin, according to Lantern Watch?"


def test_a_topic_is_called_back_by_its_words():
    history = after((DAM, "14 people."), ("Who owns the bakery in Sallow?", "Nobody."))
    understood = standalone("Back to the dam: who built it?", history)
    assert understood == "Who built the dam in Hollin?"
    assert standalone("Turning to Tolle: who lives there?", history) == "Who lives in Tolle?"


@pytest.mark.parametrize(
    ("question", "understood"),
    [
        ("The dam: who built it?", "Who built the dam in Hollin?"),
        ("Again the dam: how many were hurt?", "How many people were injured {when}?"),
        ("ok, back to the dam - why did it burst?", "Why did the dam burst in Hollin?"),
        ("To return to the dead: how many were children?", "How many children were killed {when}?"),
        ("Question: who owns the bakery?", "Question: who owns the bakery in Sallow?"),
    ],
)
def test_a_topic_is_called_back_in_many_ways(question, understood):
    history = after((DAM, "14 people."), ("Who owns the bakery in Sallow?", "Nobody."))
    assert standalone(question, history) == understood.format(when="when the dam burst in Hollin")


def test_a_topic_stays_as_it_began_however_many_questions_follow():
    history = after((DAM, "14 people."), ("What dates are on the letters?", "None."))
    understood = standalone("Who signed the papers?", history)
    assert understood == "Who signed the papers when the dam burst in Hollin?"


def test_an_unknown_topic_is_not_gone_on_from():
    unknown = {"text": "Nothing.", "declined": "nothing", "standalone_question": "Who is Zork?"}
    history = after((DAM, "14 people."), ("Who is Zork?", unknown))
    understood = standalone("And who opened the sluice gate?", history)
    assert understood == "Who opened the sluice gate when the dam burst in Hollin?"


def test_names_get_their_capitals_from_the_conversation():
    history = after(("Who is Oton Brack?", "The keeper of the lock, Oton Brack."))
    assert standalone("when did brack leave?", history) == "When did Oton Brack leave?"
    assert "Oton" in standalone("And was he seen?", history)


def test_a_body_is_named_as_the_answer_named_it():
    answer = "The monitoring group Lantern Watch counted 14."
    understood = standalone("Who founded the group?", after((DAM, answer)))
    assert understood == "Who founded the group Lantern Watch?"
    history = after((DAM, answer), ("Who founded the group?", "Fishermen."))
    assert standalone("when was that?", history) == "When was the group Lantern Watch founded?"


def test_the_first_one_is_the_first_source_that_the_question_names():
    asked = "How many died in Hollin, according to the Ferry Board and to Lantern Watch?"
    understood = standalone("How many wounded in the second one?", after((asked, "They differ.")))
    assert understood == "How many people were wounded in Hollin, according to Lantern Watch?"


def test_the_time_is_the_one_of_the_topic():
    history = after((RAID, "12 people."))
    understood = standalone("And how many were killed in Tolle that month?", history)
    assert understood == "How many were killed in Tolle in May 2021?"


@pytest.mark.parametrize(
    ("before", "question", "understood"),
    [
        (
            RAID,
            "Who carried it out?",
            "Who carried out the raid on the market of Sallow in May 2021?",
        ),
        (
            "How many deaths had Lantern Watch documented after the flood in Hollin?",
            "How many of them were sailors?",
            "How many of the deaths after the flood in Hollin were sailors,"
            " according to Lantern Watch?",
        ),
        (
            "How many people were treated at Hollin Hospital in May?",
            "How many in intensive care?",
            "How many of the injured were in intensive care at Hollin Hospital in May?",
        ),
        (
            "What did Lantern Watch say about the flood in Hollin?",
            "Who leads it?",
            "Who leads Lantern Watch?",
        ),
        (
            "What was the first toll of the flood in Hollin?",
            "and the later one?",
            "What was the later toll of the flood in Hollin?",
        ),
    ],
)
def test_what_is_taken_over_is_what_the_question_lacks(before, question, understood):
    assert standalone(question, after((before, "Some."))) == understood


STRIKES = "How many people were killed in the air strikes on the market of Sallow in May 2021?"
BOMBS = "How many civilians did mortar bombs kill in Tolle on 16 July 2021?"


@pytest.mark.parametrize(
    ("before", "question", "understood"),
    [
        (STRIKES, "Who planned the raid?", "Who planned {}?"),
        (STRIKES, "Why was the attack carried out?", "Why were {} carried out?"),
        (STRIKES, "Who carried them out?", "Who carried out {}?"),
        (STRIKES, "What did Oton Brack say about the attack?", "What did Oton Brack say about {}?"),
        (STRIKES, "Has it been rebuilt?", "Has the market of Sallow been rebuilt?"),
        (STRIKES, "When was it hit?", "When was the market of Sallow hit?"),
        (STRIKES, "Who controls the town?", "Who controls the town of Sallow?"),
        (BOMBS, "Since when?", "Since when did mortar bombs kill civilians in Tolle?"),
        (BOMBS, "And the day before?", f"{BOMBS[:-17]} on the day before 16 July 2021?"),
        (BOMBS, "Why is the town so important?", "Why is the town of Tolle so important?"),
        (BOMBS, "Is that confirmed?", BOMBS),
        (BOMBS, "Who fled that month?", "Who fled in July 2021 in Tolle?"),
        (
            BOMBS,
            "What did Oton Brack say was the aim of the raids?",
            "What did Oton Brack say was the aim of the raids in Tolle on 16 July 2021?",
        ),
    ],
)
def test_an_event_a_time_or_those_harmed_are_those_of_the_topic(before, question, understood):
    understood = understood.format("the air strikes on the market of Sallow in May 2021")
    assert standalone(question, after((before, "At least 11."))) == understood


def test_what_a_new_name_does_with_the_raids_is_the_topic_s_only_where_documents_tell_of_both():
    documents = (
        {"oton", "brack", "toll", "mortar", "bomb", "kill", "civilian"},
        {"mira", "solberg"},
    )
    resolve = FollowUp(lambda term: True, lambda terms: sum(set(terms) <= one for one in documents))
    history = after((BOMBS, "At least 11."))
    assert "Tolle" in resolve("What did Oton Brack say about the victims?", history)
    assert "Tolle" not in resolve("What did Mira Solberg say about the victims?", history)


MAYOR = (
    "Who is the mayor of Hollin?",
    {"text": "Mira Solberg.", "answers": [{"text": "Mira Solberg"}]},
)


@pytest.mark.parametrize(
    ("before", "question", "understood"),
    [
        (MAYOR, "Since when?", "Since when has Mira Solberg been the mayor of Hollin?"),
        (MAYOR, "And the deputy mayor?", "Who is the deputy mayor of Hollin?"),
        (
            ("What is the capital of Norland?", "Hollin."),
            "And of Sudland?",
            "What is the capital of Sudland?",
        ),
        (
            ("What did the union say about Oton Brack?", "That he slept."),
            "And about the sluices?",
            "What did the union say about the sluices?",
        ),
        (
            ("What did the union say about Oton Brack?", "That he slept."),
            "When?",
            "When did the union say this about Oton Brack?",
        ),
    ],
)
def test_a_short_question_is_asked_as_a_person_would_ask_it(before, question, understood):
    assert standalone(question, after(before)) == understood


def test_the_second_one_is_the_second_source_that_was_asked_for():
    asked = "What caused the fire in Hollin, according to the Ferry Board?"
    history = after((asked, "A lamp."), ("And according to Lantern Watch?", "A pipe."))
    understood = standalone("What did the second one say about the lamp?", history)
    assert understood.startswith("What did Lantern Watch say about the lamp")


def test_what_follows_who_says_so_goes_on_from_the_question_before():
    history = after((DAM, "14 people."), ("Who says so?", "Lantern Watch."))
    assert standalone("And the wounded?", history).startswith("How many people were wounded")
    assert standalone("Where exactly?", history).startswith("Where")
    assert "said" not in standalone("Where exactly?", history)


def test_they_are_those_who_were_blamed():
    history = after(("Whom did Mira Solberg blame for the fire?", "She blamed it on two bakers."))
    assert standalone("Who spoke for them?", history).startswith("Who spoke for two bakers")


def test_he_who_is_asked_for_is_not_asked_for_in_the_place_of_the_topic():
    history = after((BOMBS, {"text": "At least 11, Oton Brack said. [1]"}))
    assert standalone("Who is he?", history) == "Who is Oton Brack?"


def test_a_person_is_one_of_whom_the_documents_tell_what_is_asked():
    history = after(("Who is Mira Solberg?", "A judge."), ("Who is Oton Brack?", "A keeper."))
    told = {"solberg": {"award", "prize"}, "brack": {"lock"}}

    def together(terms):
        people = [told[term] for term in terms if term in told]
        return int(all(term in told or all(term in one for one in people) for term in terms))

    resolve = FollowUp(lambda term: True, together)
    assert "Mira Solberg" in resolve("Which prize was she awarded?", history)
    assert "Oton Brack" in resolve("Which lock does he keep?", history)


def test_words_that_never_stand_together_begin_a_topic():
    together = {"dam", "burst", "hollin", "peopl", "sluic", "keeper", "open"}
    resolve = FollowUp(lambda term: True, lambda terms: int(set(terms) <= together))
    history = after((DAM, "14 people."))
    assert "Hollin" in resolve("Did the keeper open the sluice?", history)
    assert "Hollin" not in resolve("Did the baker sell the oven?", history)


def test_a_word_of_no_document_begins_a_topic():
    resolve = FollowUp(lambda term: term != "tungsten")
    question = "What is the symbol for tungsten?"
    assert resolve(question, after((DAM, "14 people."))) == question


@pytest.mark.parametrize("question", ["Why?", "And injured?", "Who said so?", "And Brack?"])
@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"text": None, "answers": None, "accounts": 3, "citations": "x"},
        {"text": "", "answers": [{"text": None}, 4], "accounts": [{"claimant": ["x"]}]},
        {"text": "x", "standalone_question": 7},
    ],
)
def test_an_answer_of_any_shape_is_lived_with(question, answer):
    history = [Turn("user", BRACK), Turn("assistant", "It was old.", answer)]
    assert standalone(question, history).endswith("?")


@pytest.mark.parametrize("question", ["Warum?", "Und wie viele wurden verletzt?", "und in Sallow?"])
def test_another_language_is_left_as_it_is(question):
    assert standalone(question, after(("Wie viele Menschen starben gestern?", "14."))) == question


def test_a_long_question_is_left_as_it_is():
    question = "What did he say about " + "the dam and " * 330 + "the lock?"
    assert standalone(question, after((BRACK, "It was old."))) == question


def test_without_a_conversation_nothing_is_changed_but_blanks():
    assert standalone("And  how many\nwere injured? ", []) == "And how many were injured?"
    assert standalone("When?", [Turn("assistant", "Hello!")]) == "When?"


TURNS = st.builds(
    Turn, st.sampled_from(["user", "assistant"]), st.text(max_size=30), st.none() | st.just({})
)


@given(st.text(max_size=60), st.lists(TURNS, max_size=4))
def test_any_conversation_gives_a_question(question, history):
    understood = standalone(question, history)
    assert bool(understood.strip()) or not question.strip()
    assert understood == " ".join(question.split()) or guard(question, history, understood)
