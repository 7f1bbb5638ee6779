"""Which spans of a network can be what a question asks for."""

import pytest

from rag.answer_kinds import MISFIT, fitting, never_placed
from rag.english.question import analyse
from rag.types import AnswerSpan, PassageScores
from tests.rag.sources import candidates, report

TOWN = (
    "Hollin is a town in Elva County. In 2010 it had 1,240 inhabitants, 16.2 per square mile, and "
    "41 % of them were over sixty; it is one of nine towns on the river (census of 2010-04-01)."
)


def spans(text, *words):
    found = [
        AnswerSpan(text.index(one), text.index(one) + len(one), 5.0 - at)
        for at, one in enumerate(words)
    ]
    return PassageScores(2.0, tuple(found))


def first(question, text, *words):
    found = fitting(analyse(question), text, spans(text, *words))
    best = found.spans[0]
    assert found.answers == 2.0
    assert {one.start for one in found.spans} == {one.start for one in spans(text, *words).spans}
    return text[best.start : best.end]


@pytest.mark.parametrize(
    "other", ["Elva County", "2010", "16.2", "41 %", "one of nine", "2010-04-01"]
)
def test_a_population_is_a_number_of_people(other):
    question = "What is the population of Hollin?"
    assert first(question, TOWN, other, "1,240 inhabitants") == "1,240 inhabitants"


def test_the_best_fitting_span_stays_first():
    assert first("What is the population of Hollin?", TOWN, "1,240", "41 %") == "1,240"
    assert first("Where is Hollin?", TOWN, "Elva County", "1,240") == "Elva County"


@pytest.mark.parametrize(
    ("question", "text", "wrong", "right"),
    [
        ("When did the mill burn?", "The mill of Ada Thorn burnt in March.", "Ada Thorn", "March"),
        ("How many ships sank?", "Off Sallow nine ships sank.", "Sallow", "nine ships"),
        (
            "What is the ideology of the Elva League?",
            "The ideology of the Elva League is agrarian.",
            "ideology",
            "agrarian",
        ),
    ],
)
def test_what_the_question_rules_out_falls_behind(question, text, wrong, right):
    assert first(question, text, wrong, right) == right


def test_a_question_that_offers_its_answers_may_have_one_of_them():
    text = "The ferry was late, and the train was on time."
    assert first("Was the ferry or the train late?", text, "ferry", "on time") == "ferry"


def test_a_misfit_alone_stays_and_counts_for_less():
    found = fitting(analyse("When did the mill burn?"), "Ada Thorn", spans("Ada Thorn", "Ada"))
    assert [one.score for one in found.spans] == [5.0 - MISFIT]


def test_a_value_is_of_the_sort_that_the_question_names():
    text = "Ada Thorn of the Assembly joined the Harbour Party and played handball in Sallow."
    assert first("Which party did Ada Thorn join?", text, "the Assembly", "Harbour Party") == (
        "Harbour Party"
    )
    assert first("What sport did Ada Thorn play?", text, "Sallow", "handball") == "handball"


def test_a_population_is_no_number_of_towns():
    assert first("What is the population of Hollin?", TOWN, "nine", "1,240") == "1,240"


@pytest.mark.parametrize(
    ("text", "dateline", "answer"),
    [
        ("HOLLIN (Elva Wire) A man on a mule fell into the dam.", "HOLLIN", "a mule"),
        ("HOLLIN, May 3 (Elva Wire) - A man on a mule fell.", "Elva Wire", "a mule"),
        ("It rained. HOLLIN (Elva Wire) A man on a mule fell.", "HOLLIN", "a mule"),
        ("Mule rider falls\nNEW HOLLIN (EW) \u2014 A man on a mule fell.", "NEW HOLLIN", "a mule"),
    ],
)
def test_a_dateline_answers_nothing_but_where_and_when(text, dateline, answer):
    assert first("What did the man ride?", text, dateline, answer) == answer
    assert first("Where did the man fall?", text, dateline, answer) == dateline


def test_a_body_with_its_name_in_brackets_is_no_dateline():
    text = "UNICOR (Union of Corran) had given the mule to a man."
    assert first("Who had given the mule to the man?", text, "UNICOR", "a man") == "UNICOR"


def test_a_day_is_no_time_of_the_day():
    text = "On Monday, 3 May, the ferry sank at 6.40 a.m. off Hollin."
    at_what_time = "At what time did the ferry sink?"
    assert first(at_what_time, text, "Monday, 3 May", "6.40 a.m.") == "6.40 a.m."
    assert first("When did the ferry sink?", text, "Monday, 3 May", "6.40 a.m.") == "Monday, 3 May"


@pytest.mark.parametrize(
    ("texts", "never"),
    [
        (["A bomber killed 25 soldiers in Elva."], True),
        (["A bomber killed 25 soldiers in Elva.", "The bomb in Hollin killed nine."], False),
        (["A bomber killed 25 soldiers there. Hollin mourned them."], False),
    ],
)
def test_victims_at_a_place_that_nothing_near_the_answer_names_are_not_told(texts, never):
    asked = analyse("How many soldiers were killed in the attack near Hollin?")
    assert never_placed(asked, candidates(*map(report, texts))) is never
    anywhere = analyse("How many soldiers were killed in the attack in Norway?")
    assert not never_placed(anywhere, candidates(*map(report, texts)))


@pytest.mark.parametrize(
    ("question", "text", "never"),
    [
        ("How many died in the prison attack in Hollin?", "Shells on Hollin killed 9.", True),
        ("How many died in the strike on the hospital in Hollin?",
         "Nine died when a clinic was struck in Hollin.", False),
        ("How many died in the strike on the hospital in Hollin?",
         "Nine died when a bus was struck in Hollin.", True),
        ("How many died in the strike on the hospital in Hollin?",
         "A hospital was struck in Hollin. Nine died.", False),
        ("How many people were killed in the Elva bus station attack?",
         "A bus blast in Hollin killed nine.", True),
        ("How many people were killed in the Elva bus station attack?",
         "A blast at the bus station of Elva killed nine.", False),
        ("How many people were killed in the night raid on Hollin?",
         "Nine were killed in Hollin.", False),
        ("How many people were injured in the explosion at the market?",
         "An explosion in the trade hall of Hollin injured 60 people.", False),
    ],
)  # fmt: skip
def test_a_toll_of_another_target_is_not_what_was_asked(question, text, never):
    found = candidates(report(text, title="A report"))
    assert never_placed(analyse(question), found) is never
