"""Metrics of words: the official SQuAD definition restated, containment, patterns, ROUGE-L."""

from __future__ import annotations

import collections
import re
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.metrics.text import (
    asserts_wrong,
    check_pattern,
    contains,
    distinct_wrong,
    exact_match,
    holds,
    holds_value,
    length,
    normalise,
    ramdocs_exact_match,
    rouge_l,
    token_f1,
)
from rag.errors import BadRequest

TEXTS = st.lists(
    st.sampled_from(["the", "a", "An", "Norman", "norman's", "12", "1,200", "?!", "é—the—é"]),
    max_size=6,
).map(" ".join)


def squad_normalise(answer: str) -> str:
    lowered = "".join(ch for ch in answer.lower() if ch not in set(string.punctuation))
    return " ".join(re.sub(re.compile(r"\b(a|an|the)\b", re.UNICODE), " ", lowered).split())


def squad_f1(gold: str, predicted: str) -> float:
    gold_tokens, tokens = squad_normalise(gold).split(), squad_normalise(predicted).split()
    same = sum((collections.Counter(gold_tokens) & collections.Counter(tokens)).values())
    if not gold_tokens or not tokens:
        return int(gold_tokens == tokens)
    if same == 0:
        return 0
    precision, recall = same / len(tokens), same / len(gold_tokens)
    return 2 * precision * recall / (precision + recall)


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.lists(TEXTS, max_size=4))
def test_as_the_official_squad_evaluation(prediction: str, answers: list[str]) -> None:
    golds = [one for one in answers if squad_normalise(one)] or [""]
    exact = max(int(squad_normalise(g) == squad_normalise(prediction)) for g in golds)
    assert exact_match(prediction, answers) == exact
    best = max(squad_f1(gold, prediction) for gold in golds)
    assert token_f1(prediction, answers) == pytest.approx(best)


def test_f1_is_of_bags_and_takes_the_best_gold() -> None:
    assert token_f1("in the 11th century", ["10th century", "11th century"]) == 2 * 2 / (3 + 2)
    assert token_f1("York York", ["York"]) == pytest.approx(2 * (1 / 2) * 1 / (1 / 2 + 1))


def test_where_nothing_answers_only_the_empty_prediction_is_right() -> None:
    assert (exact_match("", []), token_f1("", [])) == (1, 1)
    assert (exact_match("Paris", []), token_f1("Paris", [])) == (0, 0)
    assert (exact_match("", ["Paris"]), token_f1("", ["Paris"])) == (0, 0)


def test_articles_go_only_as_whole_words() -> None:
    assert normalise("A theatre, an area: the ant.") == "theatre area ant"


@pytest.mark.parametrize(
    ("value", "text", "there"),
    [
        ("12", "12 people", True),
        ("12", "112 people", False),
        ("1,200", "It cost $1200.", True),
        ("1.5 million", "some 15 million", False),
        ("29", "a 29-year-old", True),
        ("Freddy", "Freddy's night", True),
        ("O'Brien", "Stephen O’Brien said", True),
        ("Brigadier General", "a Brigadier. General Seitz", True),
        ("Brigadier General", "the General and the Brigadier", False),
        ("", "anything", False),
        ("The", "the", True),
    ],
)
def test_containment_keeps_to_token_boundaries(value: str, text: str, there: bool) -> None:
    assert contains(value, text) is there


LONG = "released through Desura for Windows on August 8, 2014"


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("On August 8, 2014 it was released for Windows, through Desura.", True),
        ("On August 9, 2014 it was released for Windows, through Desura.", False),
        ("On August 8, 2014 it was written.", False),
        ("It was released on August 8, 2014. It came through Desura for Windows.", False),
    ],
)
def test_a_long_value_needs_most_tokens_and_all_numbers_in_one_sentence(
    text: str, there: bool
) -> None:
    assert len(normalise(LONG).split()) > 6
    assert holds_value(LONG, text) is there


def test_a_short_value_is_never_held_in_part() -> None:
    assert not holds_value("Talal Barazi of Homs city council", "Talal Barazi of the Homs council.")


def test_ramdocs_wants_every_gold_value_and_no_wrong_one() -> None:
    golds, wrong = ["Brigadier General", "Major"], ["Colonel"]
    assert ramdocs_exact_match(["major", "a brigadier general"], golds, wrong) == 1
    assert ramdocs_exact_match(["major, brigadier general"], golds, wrong) == 1
    assert ramdocs_exact_match(["major"], golds, wrong) == 0
    assert ramdocs_exact_match(["major", "brigadier general", "colonel"], golds, wrong) == 0
    assert ramdocs_exact_match([], golds, wrong) == 0
    assert ramdocs_exact_match([], [], []) == 0


def test_a_wrong_value_that_is_a_right_one_is_not_counted() -> None:
    assert distinct_wrong(["the Novel", "poem", "Poem!", ""], ["novel"]) == ["poem"]
    assert ramdocs_exact_match(["Novel"], ["novel"], ["The Novel."]) == 1


def test_a_wrong_value_inside_a_right_one_is_not_asserted() -> None:
    assert ramdocs_exact_match(["Brigadier General"], ["Brigadier General"], ["General"]) == 1
    assert asserts_wrong("General", "a Brigadier General, then General", ["Brigadier General"])


def test_patterns_and_strings_are_held_without_case() -> None:
    assert holds("RED cross", "the Red Cross")
    assert holds(r"re:\b(?:12|twelve)\b", "Twelve died")
    assert not holds(r"re:\b12\b", "112")
    assert not holds(r"\b12\b", "12")


def test_a_bad_pattern_is_named() -> None:
    with pytest.raises(BadRequest, match=r"re:\(12 is no regular expression"):
        check_pattern("re:(12")
    check_pattern("(12")


def test_rouge_l_is_the_f1_of_the_longest_common_subsequence() -> None:
    assert rouge_l("police killed the gunman", "police kill the gunman") == 2 * 3 / (4 + 4)
    assert rouge_l("the gunman police killed", "police killed the gunman") == 2 * 2 / (4 + 4)
    assert rouge_l("", "") == rouge_l("", "word") == rouge_l("word", "") == 0


def test_length_counts_code_points() -> None:
    assert length(" né 😀\n") == 4
