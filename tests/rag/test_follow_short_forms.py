"""Everyday short questions: ones, figures, reactions, claims, shifted days and the like."""

import pytest

from rag.follow_up import standalone
from rag.types import Turn

BLAST = "How many people were killed in the car bomb in Hollin in May 2021?"
TRUCE = "When was the truce of May 2021 agreed?"
TAKEN = "Who captured Hollin in May 2021?"
TALKS = "What did Mira Solberg say about the ferry talks in May 2021?"


def after(*turns):
    """Return a history of questions with their answers' texts, or JSON."""
    found = []
    for question, answer in turns:
        held = answer if isinstance(answer, dict) else {"text": answer}
        found += [Turn("user", question), Turn("assistant", held.get("text", ""), held)]
    return found


def asked(before, question, answer="Some."):
    return standalone(question, after((before, answer)))


@pytest.mark.parametrize(
    ("before", "question", "understood"),
    [
        (TRUCE, "And the one in June?", "When was the truce in June agreed?"),
        (TRUCE, "How long did the next one last?", "How long did the next truce last?"),
        (TRUCE, "Who brokered it?", "Who brokered the truce of May 2021?"),
        (
            "What happened to the pilots?",
            "How old was the second one?",
            "How old was the second pilot?",
        ),
    ],
)
def test_one_is_the_noun_that_was_spoken_of(before, question, understood):
    assert asked(before, question) == understood


COMPARED = "What is the difference between a berth and a mooring?"


@pytest.mark.parametrize(
    ("before", "question", "understood"),
    [
        (COMPARED, "What does tarn load do?", "What does tarn load do?"),
        (COMPARED, "Which one is cheaper?", "Which one is cheaper?"),
        ("What does tarn load do?", "Can I undo it?", "Can I undo tarn load?"),
        ("What is a berth?", "Who pays for it?", "Who pays for the berth?"),
    ],
)
def test_what_a_thing_is_or_does_needs_no_topic_and_is_one(before, question, understood):
    assert asked(before, question) == understood


@pytest.mark.parametrize(
    ("question", "who"),
    [
        ("the coalition's own number?", "the coalition"),
        ("What about the ministry's count?", "the ministry"),
        ("And SANA's figure?", "SANA"),
    ],
)
def test_somebody_s_own_figure_is_the_count_according_to_them(question, who):
    assert asked(BLAST, question) == f"{BLAST[:-1]}, according to {who}?"


def test_another_figure_is_asked_for_by_the_same_question():
    before = f"{BLAST[:-1]}, according to SANA?"
    assert asked(before, "Is there another figure?") == BLAST


def test_what_somebody_gave_is_the_count_according_to_them():
    history = after((BLAST, "12."), ("Who is Oton Brack?", "A keeper."))
    understood = standalone("How many dead did he give?", history)
    assert understood == f"{BLAST[:-1]}, according to Oton Brack?"


@pytest.mark.parametrize(
    ("before", "question", "understood"),
    [
        (TAKEN, "How did Norland react?", "How did Norland react to the capture of {when}?"),
        (
            TAKEN,
            "what was Norland's response?",
            "What was Norland's response to the capture of {when}?",
        ),
        (TAKEN, "Did Solberg comment?", "Did Solberg comment on the capture of {when}?"),
        (
            BLAST,
            "Did the rebels say it was them?",
            "Did the rebels claim responsibility for {blast}?",
        ),
        (BLAST, "Has anyone claimed it?", "Has anyone claimed responsibility for {blast}?"),
        (
            "How many died at the wedding in Hollin in May 2021?",
            "Who was behind it?",
            "Who was behind the deaths at the wedding in {when}?",
        ),
        (
            "How many died when the clinic in Hollin was bombed in May 2021?",
            "What did Norland call it?",
            "What did Norland call the bombing of the clinic in {when}?",
        ),
    ],
)
def test_what_answers_something_says_what_it_answers(before, question, understood):
    blast = "the car bomb in Hollin in May 2021"
    found = asked(before, question, "Norlanders.")
    assert found == understood.format(when="Hollin in May 2021", blast=blast)


def test_a_reaction_that_says_to_what_is_left_as_it_is():
    question = "How did Norland react to the flood in Sallow?"
    assert asked(TAKEN, question) == question


@pytest.mark.parametrize(
    ("before", "question", "understood"),
    [
        (
            "How many people were killed in the blasts in Hollin on 5 May 2021?",
            "And three days later?",
            "How many people were killed in the blasts in Hollin three days after 5 May 2021?",
        ),
        (
            "How many people were killed in the blasts in Hollin in May 2021, according to SANA?",
            "And the month after?",
            "How many people were killed in the blasts in Hollin in the month after May 2021,"
            " according to SANA?",
        ),
        (
            "How many people were killed in the blasts in Hollin in May 2021?",
            "what about June?",
            "How many people were killed in the blasts in Hollin in June 2021?",
        ),
    ],
)
def test_a_time_is_told_from_that_of_the_question_before(before, question, understood):
    assert asked(before, question) == understood


@pytest.mark.parametrize(
    ("before", "question", "understood"),
    [
        (BLAST, "and soldiers?", "How many soldiers were killed in {}?"),
        (BLAST, "And Red Front fighters?", "How many Red Front fighters were killed in {}?"),
        (BLAST, "the number of wounded people?", "How many people were wounded in {}?"),
        (BLAST, "Any wounded?", "How many people were wounded in {}?"),
        (
            "How many people did the clinic treat in May?",
            "with burns?",
            "How many people with burns did the clinic treat in May?",
        ),
        (
            "Where did Norland bury the letters of the king?",
            "How many letters?",
            "How many letters of the king did Norland bury?",
        ),
        (
            "How much nitrate was in the shed?",
            "How much was allowed?",
            "How much nitrate was allowed in the shed?",
        ),
    ],
)
def test_another_group_is_counted_in_the_same_matter(before, question, understood):
    blast = "the car bomb in Hollin in May 2021"
    assert asked(before, question) == understood.format(blast)


def test_a_count_stays_with_whose_count_it_is():
    understood = asked("How many died at Hollin according to the Ferry Board?", "and missing?")
    assert understood == "How many people were missing at Hollin, according to the Ferry Board?"


@pytest.mark.parametrize(
    ("before", "question", "understood"),
    [
        (
            "Is Oton Brack still sending boats?",
            "Why is he?",
            "Why is Oton Brack still sending boats?",
        ),
        ("How did Norland react?", "And Sudland?", "How did Sudland react?"),
        (TAKEN, "When did they lose it again?", "When did the rebels lose Hollin again?"),
    ],
)
def test_the_rest_of_a_question_is_taken_over(before, question, understood):
    answer = {"text": "The rebels.", "answers": [{"text": "the rebels"}]}
    if "they" in question:
        answer = {"text": "Red Front.", "answers": [{"text": "Red Front"}]}
        understood = understood.replace("the rebels", "Red Front")
    assert asked(before, question, answer) == understood


def test_another_one_is_asked_what_the_earlier_speaker_was_asked():
    history = after((TALKS, "That they failed."), ("How long would the ferry talks be?", "Long."))
    understood = standalone("And Norland?", history)
    assert understood == TALKS.replace("Mira Solberg", "Norland")


@pytest.mark.parametrize(
    "question",
    [
        "What's the weather in Eskmouth?",
        "Who runs Lantern Watch?",
        "Who controls Sallow?",
        "What does Mira Solberg want?",
        "Which country has the longest border with Norland?",
        "How many boats are in Sallow?",
        "Who claimed responsibility for the bombing in Sallow in June 2020?",
        "How many people were killed in the fire at Tolle in July 2019?",
        "Where is the ferry to Sallow moored?",
    ],
)
@pytest.mark.parametrize("before", [BLAST, TRUCE, TALKS])
def test_a_question_that_names_all_comes_through_unchanged(before, question):
    assert asked(before, question) == question


def test_a_country_is_nobody_whom_he_could_mean():
    history = after((TALKS, "That they failed."), ("How did France react?", "With anger."))
    assert standalone("Did he apologise?", history).startswith("Did Mira Solberg apologise")


def test_what_weighs_two_figures_opens_no_topic():
    history = after((BLAST, "12 or 14."), ("Which one is right?", "Unknown."))
    assert standalone("And the wounded?", history).startswith(
        "How many people were wounded in the car"
    )


def test_a_figure_of_two_is_the_source_s_figure():
    answer = {"text": "x", "accounts": [{"claimant": "Lantern Watch"}, {"claimant": "SANA"}]}
    assert "SANA's figure" in asked(BLAST, "Why is the second one lower?", answer)


def test_going_back_to_the_dead_counts_the_dead():
    understood = asked("Who swept the hall?", "Back to the dead: how many were there in the end?")
    assert understood == "How many dead were there in the end?"


def test_they_are_no_single_person_who_answers():
    answer = {"text": "Mira Solberg.", "answers": [{"text": "Mira Solberg"}]}
    understood = asked("Who leads the Red Front Forces?", "When did they enter Hollin?", answer)
    assert understood == "When did the Red Front Forces enter Hollin?"


def test_that_is_the_group_that_was_asked_for():
    answer = {"text": "Red Front.", "answers": [{"text": "Red Front"}]}
    understood = asked("Which group does Mira Solberg belong to?", "who leads that?", answer)
    assert understood == "Who leads Red Front?"


SHELLED = "Did Norland shell the port of Hollin in May 2021?"


@pytest.mark.parametrize(
    ("before", "question", "understood"),
    [
        (BLAST, "who did Norland blame?", "Who did Norland blame for {}?"),
        (BLAST, "Who was responsible?", "Who was responsible for {}?"),
        (SHELLED, "Has Sudland confirmed it?", "Has Sudland confirmed {}?"),
        (SHELLED, "How did Sudland respond?", "How did Sudland respond to {}?"),
    ],
)
def test_who_is_blamed_and_what_is_confirmed_is_the_deed(before, question, understood):
    deed = "the car bomb in Hollin in May 2021"
    if before == SHELLED:
        deed = "the shelling of the port of Hollin in May 2021 by Norland"
    assert asked(before, question) == understood.format(deed)


@pytest.mark.parametrize(
    ("before", "question", "understood"),
    [
        (
            "When was the dam of Hollin captured?",
            "How far is that from Tolle?",
            "the dam of Hollin",
        ),
        ("Who is Mira Solberg?", "How many boats are in Sallow, in her opinion?", "Mira Solberg?"),
        ("Who is the envoy for Norland?", "And before her?", "before Mira Solberg?"),
        ("How much is the fee?", "the union, what does it say?", "What does the union say"),
        (
            "How many boats did the pirates sink?",
            "with what?",
            "With what did the pirates sink boats?",
        ),
    ],
)
def test_pointing_words_are_named(before, question, understood):
    answer = {"text": "Mira Solberg.", "answers": [{"text": "Mira Solberg"}]}
    assert understood in asked(before, question, answer)


def test_what_people_do_themselves_is_no_group():
    understood = asked("How many people were moved from Hollin in May 2021?", "how many came back?")
    assert understood == "How many came back in Hollin in May 2021?"


def test_two_pronouns_are_not_one_and_the_same():
    understood = asked("How many boats did the pirates sink?", "Where did they get them?")
    assert understood == "Where did the pirates get the boats?"


@pytest.mark.parametrize(
    ("before", "question", "answer", "understood"),
    [
        (
            "How many have fled to Norland?",
            "What about Sudland?",
            "",
            "How many have fled to Sudland?",
        ),
        ("Did Oton Brack retake Hollin?", "How long had it been held?", "", "Hollin"),
        (
            "Who attacked Tolle?",
            "How many Norlanders did they hold?",
            "Red Front",
            "did Red Front hold",
        ),
        ("Who counted the dead of Tolle?", "where is it based?", "Red Front", "is Red Front based"),
        (
            "What happened in Tolle on 5 May 2021?",
            "Who did it?",
            "",
            "behind what happened in Tolle",
        ),
        (
            "Which writers did the pirates hold?",
            "When was the second one freed?",
            "Mira Solberg|Oton Brack",
            "When was Oton Brack freed",
        ),
        (
            "How many sank at Tolle on 5 May 2021?",
            "What did the union order the next day?",
            "",
            "What did the union order on the day after 5 May 2021",
        ),
    ],
)
def test_what_was_said_or_answered_fills_what_is_left_out(before, question, answer, understood):
    held = {"text": answer, "answers": [{"text": one} for one in answer.split("|") if one]}
    assert understood in asked(before, question, held)


WARNED = "On which dates did the union warn Hollin Mill about the sprinklers?"


@pytest.mark.parametrize(
    ("before", "question", "understood"),
    [
        (
            "How many members voted against the ferry on 3 May 2021?",
            "And who were they?",
            "Which members voted against the ferry on 3 May 2021?",
        ),
        ("How many boats has Elva Watch counted?", "Which one is newer?", None),
        ("How many boats has Elva Watch counted?", "Which count is the newer one?", None),
        (WARNED, "What did the company say?", "What did Hollin Mill say about the sprinklers?"),
        ("What kind of group is Elva Watch?", "Who leads it?", "Who leads Elva Watch?"),
        (
            "What does the Ferry Board say about the boats?",
            "How did it get to its figure?",
            "How did the Ferry Board get to its figure?",
        ),
        (
            "Which alarms were switched off?",
            "Since when were they off?",
            "Since when were the alarms off?",
        ),
        (
            "When is the final report of the Ferry Board due?",
            "When was the preliminary one published?",
            "When was the preliminary report published?",
        ),
    ],
)
def test_what_was_counted_or_said_is_asked_of_again(before, question, understood):
    assert asked(before, question) == (before if understood is None else understood)


def test_somebody_with_a_name_of_their_own_is_not_taken_for_who_was_acted_on():
    assert "Hollin Mill" not in asked(WARNED, "And what did the Elva Post say?")


def test_a_count_that_is_higher_than_the_other_counts_is_no_source_of_a_list():
    history = after(
        (
            "Has the Ferry Board changed its figure?",
            {
                "text": "No.",
                "accounts": [],
                "citations": [{"publisher": "Elva Post"}, {"publisher": "Dunmark Courier"}],
            },
        ),
    )
    found = standalone("Why is it lower than the other counts?", history)
    assert found == "Why is the Ferry Board's figure lower than the other counts?"


def test_the_cause_is_that_of_what_happened():
    fire = "How many people were killed in the fire in Hollin in May 2021?"
    found = asked(fire, "What does the Ferry Board say about the cause?")
    assert found == (
        "What does the Ferry Board say about the cause of the fire in Hollin in May 2021?"
    )


def test_who_said_a_number_is_asked_of_the_number():
    before = "How many are still in hospital?"
    assert asked(before, "Says who?", "19.") == "Who said that 19 are still in hospital?"


@pytest.mark.parametrize(
    ("asked", "spoken", "understood"),
    [
        (
            "How many people were killed in the blast in Hollin?",
            "OK, and regarding the wounded?",
            "How many people were wounded in the blast in Hollin?",
        ),
        (
            "How many people were killed in the blast in Hollin?",
            "And regarding the casualties, how many were injured?",
            "How many people were injured in the blast in Hollin?",
        ),
        (
            "How many people were killed in the blast in Hollin?",
            "And the cause?",
            "What was the cause of the blast in Hollin?",
        ),
        (
            "What did the Ferry Board say about the permit?",
            "And the mayor?",
            "What did the mayor say about the permit?",
        ),
    ],
)
def test_another_lead_an_attribute_and_another_speaker(asked, spoken, understood):
    assert standalone(spoken, [Turn("user", asked)]) == understood


def test_earlier_questions_are_called_back_in_other_words():
    history = [
        Turn("user", "Who organised the vigil in Hollin?"),
        Turn("assistant", "The church."),
        Turn("user", "What is the boiling point of ethanol?"),
        Turn("assistant", "No source says."),
    ]
    found = standalone("Earlier I asked about the vigil. How many people came?", history)
    assert "vigil" in found
    assert found.startswith("How many people came")


def test_circumstances_are_told_once():
    history = [
        Turn("user", "How many civilians were killed in Hollin in October 2017?"),
        Turn("assistant", "35."),
        Turn("user", "Why were they killed?"),
        Turn("assistant", "As spies."),
    ]
    found = standalone("how many of them were found in a mine shaft?", history)
    assert found.count("October 2017") == 1
