"""Questions on the pages of a handbook: what a thing is, what it does, may one, how does one.

Unlike reports they do not tell of one event each, and hold no rival values: what stands in many
pages about one thing is no disagreement.
"""

from __future__ import annotations

import pytest

from ingest.folder import add
from rag.build import open_library
from rag.config import Settings
from rag.pending import embed_pending
from rag.types import Question

PAGES = {
    "load": """# tarn-load manual page

## DESCRIPTION

Puts crates on a ferry in the order in which they leave it, heaviest first. Each crate must have a
label. The order can be changed with a plan.

## OPTIONS

tarn-load [--plan <file>] [-n | --dry-run] [<crate>...]

With --dry-run, nothing is moved and the order is printed.
""",
    "stow": """# tarn-stow manual page

## DESCRIPTION

Ties the crates of a ferry down once they are aboard. It may be run again when the sea is rough.

Unlike tarn load, tarn stow moves no crate from one deck to another.
""",
    "terms": """# Chapter 5. Words of the harbour

## 5.1. Berths

A berth is a place at the quay where one ferry can lie. Every berth has a number.

A ferry may wait in the roads for a berth. Whoever keeps a berth free for more than nine hours pays
a fee.

## 5.2. Waybills

Every crate must be accompanied by a waybill that names its owner. A copy of the waybill stays in
the harbour office.
""",
    "questions": """# Frequently asked questions

(9) What is the largest number of crates on a waybill?

A waybill lists at most 40 crates.

(11) How do I find the crate that was lost?

Run tarn trace with the number of its waybill, and it prints the last quay where the crate was seen.
""",
    "advice": """# Chapter 7. Choosing a ferry

Use a relay boat when the crates come from many small quays at once. A relay boat is slower than a
ferry.

When the ferry is full, the crates wait in the shed.
""",
}
MORE = "anchors ropes lamps sheds tides fees winds crews decks maps".split()
"""Further pages of the handbook, so that only a part of it is read for a question."""


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    root = tmp_path_factory.mktemp("handbook")
    folder = root / "pages"
    folder.mkdir()
    for name, text in PAGES.items():
        (folder / f"{name}.md").write_text(text)
    for number, name in enumerate(MORE, start=8):
        (folder / f"{name}.md").write_text(
            f"# Chapter {number}. {name.capitalize()} of the Tarn ferry\n\n"
            f"The Tarn ferry has rules for {name}. Whoever works with {name} reads this chapter of"
            f" the Tarn handbook first, and asks the harbour office about {name} and crates.\n\n"
            f"## {number}.1. Care of {name}\n\n"
            f"The crew looks after the {name} of the Tarn ferry each week, and writes it down.\n"
        )
    with open_library(Settings(library=root / "library")) as opened:
        assert all(one.outcome == "added" for one in add(opened.ledger, [folder]))
        embed_pending(opened.ledger, opened.encoder())
        yield opened


def ask(library, question):
    return library.assistant.ask(Question(question))


def told(answer):
    return [one.text for one in answer.sentences if one.kind != "lead"]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("What is a berth?", "A berth is a place at the quay where one ferry can lie."),
        (
            "What does tarn load do?",
            "Puts crates on a ferry in the order in which they leave it, heaviest first.",
        ),
        ("What does tarn stow do?", "Ties the crates of a ferry down once they are aboard."),
    ],
)
def test_what_says_what_a_thing_is_stands_first(library, question, first):
    assert told(ask(library, question))[0] == first


def test_pages_on_one_thing_are_not_said_to_be_of_different_things(library):
    for question in ("What is a waybill?", "What does the harbour office do?"):
        assert not [one for one in ask(library, question).sentences if one.kind == "account"]


def test_a_question_of_the_source_is_no_answer(library):
    answer = ask(library, "What is the largest number of crates on a waybill?")
    assert not any(text.endswith("?") for text in told(answer))
    assert "40" in answer.text


def test_must_one_is_a_question_for_yes_or_no(library):
    answer = ask(library, "Must every crate have a waybill?")
    texts = told(answer)
    assert texts[0].startswith("Every crate must be accompanied by a waybill")
    assert len(texts) <= 3 and not answer.accounts


def test_how_do_i_find_asks_for_nobodys_words(library):
    answer = ask(library, "How do I find the crate that was lost?")
    assert "No source found quotes" not in answer.text
    assert any("tarn trace" in text for text in told(answer))


def test_when_should_i_asks_for_no_day(library):
    answer = ask(library, "When should I use a relay boat?")
    assert told(answer)[0].startswith("Use a relay boat when the crates come from many small quays")


def test_two_things_that_nobody_speaks_for_are_compared(library):
    answer = ask(library, "What is the difference between tarn load and tarn stow?")
    assert answer.declined is None
    assert "Unlike tarn load, tarn stow moves no crate" in told(answer)[0]


def test_a_synopsis_is_no_sentence(library):
    for question in ("What does tarn load do?", "How do I load a ferry?"):
        assert not any("[--plan" in text for text in told(ask(library, question)))
