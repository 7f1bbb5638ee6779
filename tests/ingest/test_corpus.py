"""The corpus of news reports, where it lies beside this checkout: dates, publishers, exactness."""

from __future__ import annotations

import csv
import time
from collections import Counter
from pathlib import Path

import pytest

from eval.dates import READ, opening_day
from ingest.folder import add
from ingest.readers import ReadOptions, Source
from ingest.readers.table import read
from ingest.split import Tokenizer, split
from rag.ledger import Ledger

CORPUS = Path(__file__).parents[3] / "shared" / "data" / "corpus"
ARTICLES = CORPUS / "fa-kes" / "FA-KES-Dataset.csv"
NO_DATELINE = 541
"""A row that begins with a day of its story."""

pytestmark = pytest.mark.skipif(
    not ARTICLES.exists(), reason=f"the corpus is not there: {ARTICLES}"
)


def test_every_article_has_its_publisher_its_true_date_and_its_exact_words(
    tokenizer: Tokenizer,
) -> None:
    options = ReadOptions(text_column="article_content", publisher_column="source")
    reading = read(Source(str(ARTICLES), ARTICLES.read_bytes(), options))
    with ARTICLES.open(encoding="utf-8", newline="") as file:
        cells = [row["article_content"] for row in csv.DictReader(file)]
    assert [document.text for document in reading.documents] == cells
    assert len(reading.documents) == 804
    assert all(document.publisher and document.dates for document in reading.documents)
    origins = Counter(document.dates[0].origin for document in reading.documents)
    assert origins["text"] >= 787
    for number, document in enumerate(reading.documents):
        day = opening_day(document.text) if number != NO_DATELINE else None
        assert day is None or document.dates[0].value[:10] == day.isoformat(), number
        assert number not in READ or document.dates[0].value[:10] == READ[number]
    flagged = [d for d in reading.documents if "date_conflict" in d.flags]
    assert len(flagged) == 216
    assert {document.language for document in reading.documents} == {"en"}
    named = [span for d in reading.documents for span in d.spans if span.kind == "date"]
    assert len(named) > 3_000
    assert all("2011" <= document.dates[0].value[:4] <= "2018" for document in reading.documents)
    assert any("month/day/year" in note for note in reading.notes)
    for document in reading.documents[::40]:
        for passage in split(document, tokenizer=tokenizer):
            assert document.text[passage.start : passage.end] == passage.text
            assert passage.text in cells[reading.documents.index(document)]


def test_the_whole_corpus_goes_in_and_a_second_time_costs_nothing(
    ledger: Ledger, tokenizer: Tokenizer
) -> None:
    paths = [CORPUS / "seeds", ARTICLES]
    for wanted in ("added", "unchanged"):
        began = time.perf_counter()
        counts: Counter[str] = Counter()
        for outcome in add(ledger, paths, tokenizer=tokenizer):
            counts[outcome.outcome] += outcome.documents
        assert counts == {wanted: 807}
    assert time.perf_counter() - began < 2
