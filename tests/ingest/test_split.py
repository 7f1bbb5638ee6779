"""Passages: exact offsets, within the budget, nothing lost, with the context of their place."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.split import Tokenizer, split
from rag.english.sentences import sentences
from rag.types import Document, Passage, Span

AWKWARD = (
    "İIıß ﬁ ﬃ e\u0301 n\u0303 😀👩\u200d👩\u200d👧 中文。한국 日本！ עברית عربي؟ \r\n\r\n\t. .! ? "
    "\u00ad\u200b\u2028 3,500.75 U.S. Mr. x"
)
TEXTS = st.lists(
    st.one_of(
        st.sampled_from(AWKWARD.split(" ")),
        st.sampled_from(
            ["The", "army", "moved.", "Homs,", "24", "\n\n", "\n", " ", "a" * 120, "/-"]
        ),
        st.text(max_size=12).filter(lambda text: text.isprintable() or not text),
    ),
    max_size=300,
).map(" ".join)


def document(text: str, title: str = "A title", spans: Sequence[Span] = ()) -> Document:
    return Document("d", "", title, text, "file", spans=tuple(spans))


def check(found: list[Passage], given: Document, tokenizer: Tokenizer, tokens: int) -> None:
    covered = 0
    for passage in found:
        assert given.text[passage.start : passage.end] == passage.text
        assert passage.text.strip() == passage.text != ""
        embedded = f"{passage.context}\n{passage.text}" if passage.context else passage.text
        assert len(tokenizer.token_offsets(embedded)) + 2 <= tokens
        assert not given.text[covered : passage.start].strip() or passage.start <= covered
        covered = max(covered, passage.end)
    assert not given.text[covered:].strip()
    starts = [passage.start for passage in found]
    assert starts == sorted(set(starts))


@given(text=TEXTS, title=st.sampled_from(["", "Short", "long title " * 40]))
@settings(max_examples=150, deadline=None)
@pytest.mark.parametrize("tokens", [32, 256])
def test_every_passage_is_exact_and_fits(
    tokenizer: Tokenizer, tokens: int, text: str, title: str
) -> None:
    given_document = document(text, title)
    found = split(given_document, tokens=tokens, overlap=tokens // 5, tokenizer=tokenizer)
    check(found, given_document, tokenizer, tokens)


def test_passages_begin_and_end_at_sentences_and_share_some(tokenizer: Tokenizer) -> None:
    text = " ".join(
        f"The monitor number {n} said that {n} people had died in Homs." for n in range(60)
    )
    found = split(document(text), tokenizer=tokenizer)
    bounds = sentences(text)
    assert {passage.start for passage in found} <= {start for start, _ in bounds}
    assert {passage.end for passage in found} <= {end for _, end in bounds}
    assert all(after.start < before.end for before, after in zip(found, found[1:], strict=False))
    sizes = [len(passage.text) for passage in found]
    assert min(sizes) > 0.6 * max(sizes)  # no tiny last passage


def test_a_long_sentence_is_cut_at_clauses_never_inside_a_number(tokenizer: Tokenizer) -> None:
    text = "The list holds " + ", ".join(f"item {n} of 3,500 pieces" for n in range(200)) + "."
    found = split(document(text), tokenizer=tokenizer)
    check(found, document(text), tokenizer, 256)
    assert len(found) > 4
    assert all(passage.text.endswith((",", ".")) for passage in found)


def test_context_is_title_and_heading_path_and_passages_keep_to_their_section(
    tokenizer: Tokenizer,
) -> None:
    first = "Methods\n\n" + "We counted every report by hand. " * 8
    second = "Results\n\n" + "There were twenty four of them. " * 8
    text = first + "\n\n" + second
    cut = len(first) + 2
    spans = [
        Span(0, cut, "heading", "Report > Methods"),
        Span(cut, len(text), "heading", "Report > Results"),
    ]
    found = split(document(text, "Report", spans), tokenizer=tokenizer)
    assert [passage.context for passage in found] == ["Report\nMethods", "Report\nResults"]
    assert found[0].end <= cut == found[1].start


def test_rows_of_a_table_carry_its_header(tokenizer: Tokenizer) -> None:
    rows = ["town\tkilled", *(f"town number {n}\t{n}" for n in range(200))]
    text = "\n".join(rows)
    spans = []
    position = 0
    for number, row in enumerate(rows, 1):
        data = {"header": "town | killed"} if number > 1 else {}
        spans.append(Span(position, position + len(row), "row", f"row {number}", data))
        position += len(row) + 1
    found = split(document(text, "Toll", spans), tokenizer=tokenizer)
    assert {passage.context for passage in found} == {"Toll\ntown | killed"}
    assert all(passage.text.splitlines()[0] in rows for passage in found)
    assert all(passage.text.splitlines()[-1] in rows for passage in found)


def test_a_header_of_a_table_is_no_passage_unless_there_is_nothing_else(
    tokenizer: Tokenizer,
) -> None:
    above = "The council counted again, town by town, what the flood of that spring had cost them."
    rows = "town\tkilled\nVarna\t9\nBurgas\t2"
    text, at = f"{above}\n\n{rows}", len(above) + 2
    spans = [
        Span(at, at + 11, "row", "row 1", {"is_header": True}),
        Span(at + 12, at + 19, "row", "row 2", {"header": "town | killed"}),
        Span(at + 20, at + 28, "row", "row 3", {"header": "town | killed"}),
    ]
    found = split(document(text, "Toll", spans), tokenizer=tokenizer)
    assert not any("town\tkilled" in passage.text for passage in found)
    with_rows = [passage for passage in found if "Varna" in passage.text]
    assert [passage.context for passage in with_rows] == ["Toll\ntown | killed"]
    header = [Span(0, 11, "row", "row 1", {"is_header": True})]
    alone = split(document(rows[:11], "Toll", header), tokenizer=tokenizer)
    assert [passage.text for passage in alone] == ["town\tkilled"]


def test_no_passage_has_more_than_a_few_thousand_characters(tokenizer: Tokenizer) -> None:
    run = "QUJDRUZHSElKS0xNTk9Q" * 1_000
    for text in (run, f"A line. {run} And more.", "\u4e00 " + "\x01" * 20_000 + " end"):
        given_one = document(text, title="T")
        found = split(given_one, tokens=256, overlap=48, tokenizer=tokenizer)
        check(found, given_one, tokenizer, 256)
        assert max(len(passage.text) for passage in found) <= 16 * 256


def test_a_text_of_white_space_has_no_passages(tokenizer: Tokenizer) -> None:
    assert split(document(" \r\n\t "), tokenizer=tokenizer) == []
