"""A value is told in full and under the name of whoever says it so."""

import pytest

from rag.account.values import values
from rag.citations import cite
from rag.english.question import analyse
from rag.types import Account
from rag.verify import CertainVerifier
from rag.writing.listing import account_line
from tests.rag.test_account_settled import read


def gathered(question: str, *found) -> list[Account]:
    return values(analyse(question), list(found))


def assert_line_stands(account: Account) -> None:
    best = account.candidates[0]
    check = CertainVerifier().check(
        account_line(account, best), cite(best.hit, best.start, best.end)
    )
    assert check.verdict == "supported", check.problems


def test_who_gives_a_value_is_who_is_quoted_for_it():
    office = read(
        "The Office for Water Safety said that chlorine had been used in Hollin.", "chlorine", 0.6
    )
    paper = read(
        "The worst case was an attack by toxic chlorine gas on a suburb of Elva.",
        "toxic chlorine gas",
        0.9,
        "Elva Post",
    )
    rival = read("Mustard gas was used in Hollin.", "Mustard gas", 0.8, "Radio Dunmark")
    found = gathered("What gas was used in Hollin?", office, paper, rival)
    account = next(one for one in found if "chlorine" in one.value)
    assert account.claimant == "The Office for Water Safety"
    assert account.value == "chlorine"
    assert account.candidates[0].text == office.text
    assert_line_stands(account)


def test_the_fuller_of_two_papers_words_is_under_its_own_name():
    short = read("The record is of rugby.", "rugby", 0.9, "Elva Post")
    full = read("The record is of rugby union.", "rugby union", 0.8, "Radio Dunmark")
    rival = read("The record is of cricket.", "cricket", 0.8, "Otto's Almanac")
    found = gathered("What sport is the record of?", short, full, rival)
    account = next(one for one in found if "rugby" in one.value)
    assert (account.value, account.claimant) == ("rugby union", "Radio Dunmark")
    assert_line_stands(account)


@pytest.mark.parametrize(
    ("question", "text", "span", "told"),
    [
        (
            "When was the Thorn house built?",
            "The Thorn house was built about 1810 for a judge.",
            "1810",
            "about 1810",
        ),
        (
            "What is the population of Hollin?",
            "Hollin has a population of around 3,000.",
            "3,000",
            "around 3,000",
        ),
        (
            "When was the Thorn house built?",
            "The Thorn house was built between 1881\u20131882 by a judge.",
            "1881",
            "1881\u20131882",
        ),
        (
            "When did the dam burst?",
            "The dam in Hollin burst on 14 March 2023.",
            "14 March 2023",
            "14 March 2023",
        ),
    ],
)
def test_a_value_keeps_its_hedge_and_its_range(question, text, span, told):
    other = read(text.replace(span, "1702"), "1702", 0.8, "Radio Dunmark")
    found = gathered(question, read(text, span, 0.9, "Elva Post"), other)
    account = next(one for one in found if one.candidates[0].text == text)
    assert account.value == told
    assert_line_stands(account)
