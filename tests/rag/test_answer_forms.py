"""Sentences that answer by their form, however little a reader believes them."""

import pytest

from rag.answer_forms import answers_by_form
from rag.english.question import analyse
from tests.rag.sources import candidates, report


@pytest.mark.parametrize(
    ("question", "text", "answers"),
    [
        ("What did Ada Thorn say about the dredging?",
         "The chair, Ada Thorn, said that the dredging would begin in May.", True),
        ("What did Ada Thorn say about the library?",
         "The chair, Ada Thorn, said that the dredging would begin in May.", False),
        ("What did Ada Thorn say about the dredging?",
         "Rolf Ek told Ada Thorn that the dredging would begin in May.", False),
        ("What happened in Hollin in 1944?",
         "In June 1944 Norland troops captured Hollin.", True),
        ("What happened in Hollin in 1945?",
         "In June 1944 Norland troops captured Hollin.", False),
        ("What happened in Hollin in 1944?", "Hollin was a village in 1944.", False),
        ("What happened in Hollin in 1944?", "In June 1944 Norland troops captured Elva.", False),
        ("What happened in Hollin before 1944?",
         "In June 1944 Norland troops captured Hollin.", False),
        ("What happened in Hollin?", "In June 1944 Norland troops captured Hollin.", False),
    ],
)  # fmt: skip
def test_a_form_that_answers(question, text, answers):
    assert answers_by_form(analyse(question), candidates(report(text, title=""))) is answers


def test_a_title_may_name_the_place():
    hit = report("In 1972 the cannery was closed.", title="A history of Hollin")
    asked = analyse("What happened in Hollin in 1972?")
    assert answers_by_form(asked, candidates(hit))


def test_a_day_may_stand_before_a_sentence_of_a_text_without_a_date():
    hit = report("Elva Post, 3 May 2021. A crane fell on a ferry in Hollin.", day=None)
    for question, answers in [
        ("What happened in Hollin in May 2021?", True),
        ("What happened in Hollin in June 2021?", False),
    ]:
        assert answers_by_form(analyse(question), candidates(hit)) is answers
