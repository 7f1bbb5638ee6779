"""Who did what was asked: the act's own subject, and nobody who is only named near it."""

from dataclasses import replace

import pytest

from rag.account.doers import doing
from rag.account.values import values as accounts_of
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


def test_an_act_that_is_only_named_or_tried_was_done_by_nobody_beside_it():
    asked = "Who captured Hollin?"
    named = read("The capture of Hollin worried Norland.", "Norland", 0.9)
    tried = read("Norland failed to capture Hollin.", "Norland", 0.9)
    taken = read("The capture of Hollin by Estland was told.", "Estland")
    assert values(asked, named, tried) == []
    assert values(asked, named, tried, taken) == ["Estland"]


def test_a_question_of_no_act_keeps_all():
    one = read("Mira Solberg was the mayor in May.", "Mira Solberg")
    assert values("Who was the mayor?", one) == ["Mira Solberg"]


@pytest.mark.parametrize(("day", "kept"), [("2021-06-16", []), ("", ["Ada Thorn", "Otto Lind"])])
def test_reports_that_only_mention_a_name_are_on_no_namesakes_of_it(day, kept):
    texts = {
        "Ada Thorn": "The bridge over the Ouzel fell in May, on the day of the spring fair, "
        "and the ferry took over its traffic until October. Ada Thorn ran the mill at Hollin.",
        "Otto Lind": "Shares of Pellam Bank rose on Friday, as traders had hoped after a year in "
        "which they lost a third of their worth. Otto Lind, born at Hollin, sold his own.",
    }
    found = []
    for n, (name, text) in enumerate(texts.items()):
        one = candidates(report(text, day=day, publisher=f"Paper {n}", title=f"Of {n}"))[-1]
        at = one.start + one.text.index(name)
        found.append(replace(one, answer_start=at, answer_end=at + len(name)))
    told = accounts_of(analyse("Who is the baker of Hollin?"), found)
    assert [one.value for one in told] == kept


def test_of_values_on_different_matters_the_best_one_is_not_the_one_that_is_left_out():
    """A list without the value that is believed most would answer with what stands beside it."""
    texts = (
        (
            "South Harbour",
            "Of all parts of Hollin hit by the shelling South Harbour lies worst.",
            0.9,
        ),
        (
            "Corn Street",
            "A source at the Tolle police command said that raiders hit Corn Street",
            0.6,
        ),
        ("Mill Street", "Raiders hit Mill Street, a source at the Tolle police command said", 0.6),
    )
    found = []
    for n, (value, text, belief) in enumerate(texts):
        text = text if n == 0 else f"{text} in a part of Hollin with shells in the worst shelling."
        one = candidates(report(text, day="2021-06-16", publisher=f"Paper {n}", title=f"Of {n}"))[
            -1
        ]
        at = one.start + one.text.index(value)
        end = at + len(value)
        found.append(replace(one, answer_start=at, answer_end=end, probability=belief))
    asked = analyse("Which part of Hollin was hit worst by the shelling in June 2021?")
    told = [one.value for one in accounts_of(asked, found, read=20)]
    assert not told or "South Harbour" in told
