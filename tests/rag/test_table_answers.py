"""Questions on tables: the row that answers is quoted, and the header never is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import docx
import pytest
import xlsxwriter

from ingest.folder import add
from rag.build import Library, open_library
from rag.config import Settings
from rag.pending import embed_pending
from rag.types import Question
from ui.render import answer_terminal

CAPITALS = """country,capital,population
Peru,Lima,33000000
France,Paris,67000000
Chile,Santiago,19000000
"""
KILN = """# Kiln

Intro of the kiln and its shed behind the house, which was built by two brothers in the spring.

## Firing

| Glaze | Temp |
|---|---|
| Celadon | 1280 |
| Raku | 980 |
"""
CREW = "| | |\n|---|---|\n| Captain | Ann Lee |\n| Ship | Aurora |\n"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("tables")
    (folder / "capitals.csv").write_text(CAPITALS)
    (folder / "kiln.md").write_text(KILN)
    (folder / "crew.md").write_text(CREW)
    harbour(folder / "harbour.docx")
    rivers(folder / "rivers.docx")
    book(folder / "countries.xlsx")
    with open_library(Settings(library=tmp_path_factory.mktemp("library"), threads=1)) as made:
        assert {one.outcome for one in add(made.ledger, [folder])} == {"added"}
        embed_pending(made.ledger, made.encoder())
        yield made


def fill(table: Any, rows: Sequence[Sequence[str]]) -> None:
    for row, words in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, words, strict=True):
            cell.text = text


def harbour(path: Path) -> None:
    """A table of two columns without a header: nothing but its first row names a pilot."""
    document = docx.Document()
    fill(document.add_table(rows=2, cols=2), [("Pilot", "Mira Sol"), ("Tug", "Grampus")])
    document.save(str(path))


def rivers(path: Path) -> None:
    document = docx.Document()
    rows = [(f"River{n}", str(100 + n), f"Land{n % 7}") for n in range(1, 60)]
    fill(document.add_table(rows=60, cols=3), [("River", "Length km", "Country"), *rows])
    document.save(str(path))


def book(path: Path) -> None:
    made = xlsxwriter.Workbook(str(path))
    pay, index = made.add_worksheet("Pay"), made.add_worksheet("HDI")
    for number, row in enumerate([("Name", "Salary"), ("Bob", 90000), ("Ida", 70000)]):
        pay.write_row(number, 0, row)
    for number, row in enumerate(
        [("HDI Rank", "Country", 2005), (1, "Iceland", 968), (2, "Norway", 967)]
    ):
        index.write_row(number, 0, row)
    made.close()


@pytest.mark.parametrize(
    ("question", "quote", "place"),
    [
        ("What is the population of France?", "France,Paris,67000000", "row 3"),
        ("Which country has the capital Lima?", "Peru,Lima,33000000", "row 2"),
        ("How long is River57?", "River57\t157\tLand1", "row 58"),
        ("At what temperature is raku fired?", "Raku\t980", "row 3, Kiln > Firing"),
        ("What is the salary of Bob?", "Bob\t90000", "Pay!A2:B2"),
        ("What is the HDI of Iceland in 2005?", "1\tIceland\t968", "HDI!A2:C2"),
        ("Who is the pilot?", "Pilot\tMira Sol", "row 1"),
        ("Who is the captain?", "Captain\tAnn Lee", "row 2"),
    ],
)
def test_the_row_that_answers_is_cited_first_with_its_place(
    library: Library, question: str, quote: str, place: str
) -> None:
    answer = library.assistant.ask(Question(question))
    assert answer.declined is None
    assert (answer.citations[0].quote, answer.places[0].label) == (quote, place)
    headers = ("country,capital", "River\t", "Glaze", "Name\tSalary", "HDI Rank")
    assert not any(one.quote.startswith(headers) for one in answer.citations)


@pytest.mark.parametrize("question", ["How tall is Everest?", "How long is River99?"])
def test_a_row_that_is_not_there_is_not_made_up(library: Library, question: str) -> None:
    assert library.assistant.ask(Question(question)).declined is not None


def test_a_quoted_row_is_shown_with_the_names_of_its_columns(library: Library) -> None:
    shown = answer_terminal(library.assistant.ask(Question("What is the capital of Chile?")))
    assert "Columns: country | capital | population" in shown
