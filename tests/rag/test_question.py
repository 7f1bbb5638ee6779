"""What a question asks for: kind, quantity, group, names, speaker, time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.english.question import QUANTITIES, analyse, group_of, names_in, quantity_of


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many boats sank?", "how_many"),
        ("How much grain was lost?", "how_many"),
        ("What was the death toll?", "how_many"),
        ("How large is the fund?", "how_many"),
        ("How long is the bridge?", "how_many"),
        ("Who vetoed the plan?", "who"),
        ("By whom was the plan vetoed?", "who"),
        ("What is the name of the mayor?", "who"),
        ("Who said that the bolts were loose?", "who_said"),
        ("Who denied the charge?", "who_said"),
        ("Who claimed responsibility for the fire?", "who_said"),
        ("What did the mayor say about the bolts?", "said"),
        ("What did Oton Brack warn against?", "said"),
        ("What was the mayor's response to the charge?", "said"),
        ("When did the bridge fall?", "when"),
        ("On what day did the bridge fall?", "when"),
        ("In which year did the bridge fall?", "when"),
        ("What was the date of the fall?", "when"),
        ("Where did the boats sink?", "where"),
        ("In which town was the fire?", "where"),
        ("Why did the bridge fall?", "why"),
        ("What caused the fire?", "why"),
        ("What was the reason for the delay?", "why"),
        ("How did the fire start?", "how"),
        ("Which company built the bridge?", "which"),
        ("Did the mayor resign?", "yes_no"),
        ("Was the bridge safe?", "yes_no"),
        ("Compare the two reports on the fire.", "compare"),
        ("How do the accounts of the fire differ?", "compare"),
        ("What happened at the bridge?", "summary"),
        ("Summarise the events of the night.", "summary"),
        ("What colour is the bridge?", "what"),
        ("bridge collapse", "what"),
        ("how many boats sank", "how_many"),
        ("WHO VETOED THE PLAN?", "who"),
        ("And who vetoed the plan?", "who"),
        ("Please tell me: who vetoed the plan?", "who"),
    ],
)
def test_kind(question, kind):
    assert analyse(question).kind == kind


@pytest.mark.parametrize(
    ("question", "quantity", "group"),
    [
        ("How many people were killed in the fire?", "killed", "people"),
        ("How many people died in the fire?", "killed", "people"),
        ("What is the death toll of the fire?", "killed", "people"),
        ("How many were wounded in the fire?", "injured", ""),
        ("How many children were injured in the fire?", "injured", "children"),
        ("How many soldiers are missing?", "missing", "soldiers"),
        ("How many families fled the valley?", "displaced", ""),
        ("How many protesters were arrested?", "arrested", ""),
        ("How many boats were built?", "", ""),
    ],
)
def test_quantity_and_group(question, quantity, group):
    asked = analyse(question)
    assert (asked.quantity, asked.group) == (quantity, group)


def test_no_word_names_two_quantities():
    words = [word for row in QUANTITIES.values() for word in set(row.split())]
    assert sorted({word for word in words if words.count(word) > 1}) == []
    assert quantity_of("Dead") == "killed" != quantity_of("wounded") == "injured"
    assert quantity_of("bread") == group_of("bread") == ""


@pytest.mark.parametrize(
    ("question", "speaker", "about"),
    [
        ("What did Oton Brack say about the bolts?", "Oton Brack", "bolts"),
        ("What did the harbour ministry claim about the leak?", "the harbour ministry", "leak"),
        ("How did the Ferry Board explain the delay?", "the Ferry Board", "delay"),
        ("What was the mayor's reaction to the veto?", "the mayor", "veto"),
    ],
)
def test_speaker_is_told_from_the_topic(question, speaker, about):
    asked = analyse(question)
    assert asked.speaker == speaker
    assert about in asked.about
    assert speaker not in asked.about


@pytest.mark.parametrize(
    "question",
    [
        "According to Lantern Watch, how many people died?",
        "How many people died according to Lantern Watch?",
    ],
)
def test_whose_figure_is_asked_for(question):
    asked = analyse(question)
    assert (asked.kind, asked.quantity) == ("how_many", "killed")
    assert asked.speaker == "Lantern Watch"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Who runs Radio Dunmark?", ("Radio Dunmark",)),
        (
            "Did Oton Brack meet Mira Solberg in Port Elva?",
            ("Oton Brack", "Mira Solberg", "Port Elva"),
        ),
        ("What is Brack's job?", ("Brack",)),
        ("Where is al-Marun?", ("al-Marun",)),
        ("How many boats sank?", ()),
        ("What will Will Tolle do?", ("Will Tolle",)),
        ("When did it rain in March?", ()),
    ],
)
def test_names_as_written(text, names):
    assert names_in(text) == names


@pytest.mark.parametrize(
    ("question", "period"),
    [
        ("How many boats sank on 4 May 2019?", ("2019-05-04", "2019-05-04")),
        ("How many boats sank in May 2019?", ("2019-05-01", "2019-05-31")),
        ("How many boats sank in 2019?", ("2019-01-01", "2019-12-31")),
        ("How many boats sank?", None),
        ("How many boats sank on Tuesday?", None),
    ],
)
def test_period(question, period):
    assert analyse(question).period == period


def test_focus_is_the_noun_that_is_counted():
    assert "boats" in analyse("How many fishing boats sank in the storm?").focus
    assert "company" in analyse("Which company built the bridge?").focus


@pytest.mark.parametrize(
    "question", ["?", "   ", "...", "\u4f55\u4eba?", "who", "a" * 5000, "\x00"]
)
def test_anything_can_be_analysed(question):
    assert analyse(question).kind


@given(st.text(max_size=120))
def test_analysis_never_fails_and_names_stand_in_the_text(text):
    asked = analyse(text)
    for name in asked.names:
        assert all(word in text for word in name.split())


@pytest.mark.parametrize(
    "question",
    [
        "What tolls were reported for the raid on Hollin?",
        "What fatality figures exist for the raid on Hollin?",
        "Which death tolls do the sources give for the raid on Hollin?",
        "What was the death toll from the raid on Hollin?",
        "What numbers of dead were given after the raid on Hollin?",
    ],
)
def test_a_question_for_tolls_asks_how_many_were_killed(question):
    asked = analyse(question)
    assert (asked.kind, asked.quantity, asked.group) == ("how_many", "killed", "people")
    assert asked.terms == analyse("How many people were killed in the raid on Hollin?").terms


def test_a_question_for_other_figures_stays_as_it_is():
    question = "What figures exist for the budget of Hollin?"
    assert analyse(question).text == question


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Roughly how large is the Sallow clan?", ("Sallow",)),
        ("Different topic: who fired on Hollin?", ("Hollin",)),
        ("Hollin: who holds it?", ("Hollin",)),
    ],
)
def test_a_first_word_that_leads_in_is_no_name(question, names):
    assert names_in(question) == names
