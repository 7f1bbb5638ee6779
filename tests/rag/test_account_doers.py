"""Who did what was asked: the act's own subject, and nobody who is only named near it."""

from dataclasses import replace

import pytest

from rag.account.doers import doing
from rag.english.question import analyse
from rag.types import Candidate
from tests.rag.sources import candidates, report

VETO = "Who vetoed the draft on an inquiry?"


def read(text: str, value: str, probability: float = 0.5) -> Candidate:
    (one,) = candidates(report(text), probability=probability)
    at = one.start + text.index(value)
    return replace(one, answer_start=at, answer_end=at + len(value))


def values(question: str, *found: Candidate) -> list[str]:
    return [one.answer for one in doing(analyse(question), found)]


def test_who_proposed_is_not_who_vetoed():
    put = read("Norland and Estland put the draft forward in May.", "Norland and Estland", 0.9)
    veto = read("Sudland has vetoed the draft on an inquiry.", "Sudland")
    assert values(VETO, put, veto) == ["Sudland"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("The draft was vetoed by Sudland on Friday.", "Sudland"),
        ("Sudland, as it had said it would, vetoed the draft.", "Sudland"),
    ],
)
def test_the_doer_of_either_voice_is_kept(text, value):
    assert values(VETO, read(text, value)) == [value]


def test_a_name_beside_the_noun_of_the_doer_is_kept():
    film = read("The film by director Ada Thorn ran for a year.", "Ada Thorn")
    assert values("Who directed Big Ferry?", film) == ["Ada Thorn"]


def test_where_nobody_does_it_there_is_no_account():
    near = read("Norland spoke of earlier vetoes of such drafts.", "Norland")
    assert values(VETO, near) == []


def test_a_question_of_no_act_keeps_all():
    one = read("Mira Solberg was the mayor in May.", "Mira Solberg")
    assert values("Who was the mayor?", one) == ["Mira Solberg"]
