"""A span that is a part of a value is widened to it, and no further."""

import pytest

from rag.answer_whole import whole
from rag.english.question import analyse


def widened(question, text, words):
    start = text.index(words)
    first, last = whole(analyse(question), text, start, start + len(words))
    return text[first:last]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is the genre of Big Ferry?", "Danish short film"),
        ("What nationality has Big Ferry?", "Danish"),
        ("Who made Big Ferry?", "Danish"),
    ],
)
def test_an_adjective_of_a_nation_is_no_answer_but_its_beginning(question, expected):
    text = "Big Ferry is a Danish short film, directed by A. Thorn."
    assert widened(question, text, "Danish") == expected


def test_another_span_is_left_as_it_is():
    text = "Big Ferry is a Danish short film."
    assert widened("What is the genre of Big Ferry?", text, "short") == "short"


@pytest.mark.parametrize(
    ("question", "words", "expected"),
    [
        ("When was Ada Thorn born?", "3 May 1902 \u2013 9 June 1970", "3 May 1902"),
        ("When did Ada Thorn die?", "3 May 1902 \u2013 9 June 1970", "9 June 1970"),
        (
            "When did Ada Thorn live?",
            "3 May 1902 \u2013 9 June 1970",
            "3 May 1902 \u2013 9 June 1970",
        ),
        ("When was Ada Thorn born?", "1902", "3 May 1902"),
        ("In which year was Ada Thorn born?", "1902", "1902"),
    ],
)
def test_of_a_life_the_day_is_kept_that_was_asked_for(question, words, expected):
    text = "Ada Thorn (3 May 1902 \u2013 9 June 1970) kept the mill."
    assert widened(question, text, words) == expected


def test_a_name_is_given_its_other_words_but_not_a_row_of_capitals():
    text = "She stood for the Upper Harbour Party in Sallow."
    assert widened("Which party did she stand for?", text, "Harbour") == "Upper Harbour Party"
    text = "Mill Harbour Home News Sport Weather"
    assert widened("Where is the mill?", text, "Harbour") == "Harbour"


def test_a_bare_number_is_given_its_noun_unless_the_question_tells_it():
    text = "The walk is 12 miles long and drew 40 walkers."
    assert widened("What is the length of the walk?", text, "12") == "12 miles"
    assert widened("What is the length of the walk in miles?", text, "12") == "12"
