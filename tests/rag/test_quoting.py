"""The quotation for a sentence: exact, short, and the part of the passage that bears on it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.quoting import quote_for
from tests.rag.sources import report

TEXT = (
    "The Elva dam burst on Tuesday night. At least 14 people were killed, Lantern Watch said. "
    "Thirty goats were found alive on the hill above Sallow. The council had put off the repair "
    "twice. Mira Solberg, who led the inquiry, said that the bolts had been loose for a year. "
    "The railway was not damaged."
)


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        (
            "Fourteen lives were lost: at least 14 people, says Lantern Watch.",
            "At least 14 people were killed, Lantern Watch said.",
        ),
        (
            "30 goats survived; they were found on the hill near Sallow.",
            "Thirty goats were found alive on the hill above Sallow.",
        ),
        (
            "According to Solberg the bolts were loose.",
            "Mira Solberg, who led the inquiry, said that the bolts had been loose for a year.",
        ),
        (
            "When the dam burst on Tuesday, at least 14 people were killed.",
            "The Elva dam burst on Tuesday night. At least 14 people were killed, Lantern Watch "
            "said.",
        ),
    ],
)
def test_the_quote_is_the_part_that_bears_on_the_sentence(sentence, quote):
    assert quote_for(sentence, report(TEXT)).quote == quote


@given(st.text(max_size=60), st.text(min_size=1, max_size=300))
def test_a_quote_is_exact_whatever_the_texts_are(sentence, text):
    hit = report(text)
    citation = quote_for(sentence, hit)
    assert hit.passage.start <= citation.start < citation.end <= hit.passage.end
    assert citation.quote == text[citation.start : citation.end]
    assert citation.document_id == hit.passage.document_id


def test_no_more_than_three_sentences_are_quoted():
    assert len(quote_for(TEXT, report(TEXT)).quote) < len(TEXT)


def test_a_long_passage_is_quoted_in_no_time():
    hit = report(" ".join(f"{n} {TEXT}" for n in range(6)))
    quote_for("Mira Solberg found loose bolts.", hit)
    started = time.perf_counter()
    for n in range(50):
        quote_for(f"Mira Solberg found {n} loose bolts on the Elva dam at Sallow.", hit)
    assert (time.perf_counter() - started) / 50 < 0.02
