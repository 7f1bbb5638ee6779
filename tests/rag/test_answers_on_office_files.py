"""Questions on a firm's files: rows, steps, mails that correct one another, an amended contract."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from email.message import EmailMessage

import pytest

from ingest.folder import add
from rag.build import open_library
from rag.config import Settings
from rag.pending import embed_pending
from rag.types import Answer, Question

PRICES = """article,wood,thickness mm,price EUR
T-1,Oak,18,74.50
T-2,Oak,25,92.00
T-3,Ash,25,79.80
"""
HANDBOOK = """# Handbook of the pump house

The pump house stands at the north end of the quay, and its keeper is Ilse Brandt.

## Change the filter

1. Close the valve.
2. Run pumpctl drain --all.
3. Turn the filter to the left.

## Fees

Ships pay a fee at the quay. The fee depends on the length of the ship and on the season.
"""
HIRE = """# Hire Agreement{more}

Date: {day}

This agreement is made between Lomen Cranes and the Ferry Board on the hire of one crane.

## Notice

Either party may end this agreement by giving {notice} months' written notice.

## Use

The crane may be used on the quay of Lomen only, and by trained people.
"""


def mail(who: str, day: str, subject: str, text: str) -> bytes:
    made = EmailMessage()
    made["From"], made["To"] = who, "Board <board@ferry.example>"
    made["Date"], made["Subject"] = day, subject
    made.set_content(text)
    return made.as_bytes()


FILES: dict[str, bytes] = {
    "minutes.txt": b"Minutes of 4 May 2026\n\n"
    b"The proposal to open the yard on Sundays was rejected.\n\n"
    b"The board decided to paint the crane.\n",
    "prices.csv": PRICES.encode(),
    "fees.csv": b"person,role,rate per hour EUR\nElin Marsh,Trainee,120\nOle Ferrar,Partner,310\n",
    "handbook.md": HANDBOOK.encode(),
    "hire.md": HIRE.format(more="", day="2024-01-12", notice="three").encode(),
    "amended.md": HIRE.format(more=", as amended", day="2026-03-02", notice="six").encode(),
    "one.eml": mail(
        "Tove Lind <t@crane.example>",
        "Mon, 04 May 2026 09:00:00 +0000",
        "Repair of the crane",
        "Dear Board,\n\nthe repair of the crane will cost EUR 900.\n\nTove Lind\n",
    ),
    "two.eml": mail(
        "Odd Berg <o@ferry.example>",
        "Wed, 06 May 2026 09:00:00 +0000",
        "Re: Repair of the crane",
        "Dear Tove,\n\nI cannot accept that price for such a small repair. We will ask Norlund"
        " instead.\n\nOdd Berg\n\n> the repair of the crane will cost EUR 900.\n",
    ),
}


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Answer]]:
    folder = tmp_path_factory.mktemp("office")
    for name, data in FILES.items():
        (folder / name).write_bytes(data)
    with open_library(Settings(library=tmp_path_factory.mktemp("library"), threads=1)) as made:
        assert {one.outcome for one in add(made.ledger, [folder])} == {"added"}
        embed_pending(made.ledger, made.encoder())
        yield lambda question: made.assistant.ask(Question(question))


def test_a_row_is_told_under_its_columns_names_alone_and_its_cell_is_the_answer(
    ask: Callable[[str], Answer],
) -> None:
    answer = ask("What does an oak board of 25 mm cost?")
    assert [one.text for one in answer.sentences] == [
        "article: T-2, wood: Oak, thickness mm: 25, price EUR: 92.00"
    ]
    (sentence,) = answer.sentences
    assert [sentence.text[start:end] for start, end in sentence.emphasis] == ["92.00"]
    assert sentence.verdict == "supported"
    assert answer.citations[0].quote == "T-2,Oak,25,92.00"


def test_a_row_of_another_person_of_that_name_is_no_answer(ask: Callable[[str], Answer]) -> None:
    assert "120" in ask("What is the hourly rate of Elin Marsh?").text
    assert "120" not in ask("What is the hourly rate of Desmond Marsh?").text


def test_steps_are_told_whole_and_in_order_with_their_commands(
    ask: Callable[[str], Answer],
) -> None:
    told = [one.text for one in ask("How do I change the filter?").sentences]
    assert [text.split()[-1] for text in told] == ["valve.", "--all.", "left."]


def test_what_somebody_wrote_is_what_their_message_says_and_not_what_it_quotes(
    ask: Callable[[str], Answer],
) -> None:
    answer = ask("What did Odd Berg write on 6 May?")
    assert answer.declined is None
    assert "cannot accept" in answer.text and "Norlund" in answer.text
    assert "[Odd Berg:]" in answer.text and "900" not in answer.text
    assert "No source" not in answer.text


def test_a_later_version_of_a_document_is_an_update(ask: Callable[[str], Answer]) -> None:
    answer = ask("How long is the notice period of the hire agreement?")
    assert [(one.account.value, one.account.relation) for one in answer.accounts] == [
        ("six months", "update"),
        ("three months", "agrees"),
    ]


def test_what_was_proposed_and_rejected_was_not_done(ask: Callable[[str], Answer]) -> None:
    answer = ask("Why was the yard opened on Sundays?")
    assert answer.declined is not None
    assert answer.declined.reason == "contradicted"
    assert "was rejected" in answer.text
