"""Citations are slices of their document; marks are numbered once; places are said for people."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.citations import AnswerText, broken_citations, cite, place_of
from rag.contract import citation_to_json
from rag.types import Check, Document, DraftSentence, Span
from tests.fakes import make_answer
from tests.rag.sources import citation, report

TEXT = "A barge sank. Its cargo was salt. \u0130stanbul had waited for it."
SUPPORTED = Check("supported", 1.0)


@given(st.integers(0, 40), st.integers(0, len(TEXT)), st.integers(0, len(TEXT)))
def test_a_citation_is_the_slice_of_its_passage(lead, first, last):
    hit = report(TEXT, lead=lead)
    document_text = "x" * lead + TEXT
    start, end = lead + first, lead + last
    if first < last:
        made = cite(hit, start, end)
        assert document_text[made.start : made.end] == made.quote
        assert made.document_id == hit.document.id
    else:
        with pytest.raises(ValueError, match="not inside"):
            cite(hit, start, end)


@pytest.mark.parametrize(("start", "end"), [(9, 20), (10, 10 + len(TEXT) + 1), (15, 15), (20, 12)])
def test_a_citation_may_not_leave_its_passage(start, end):
    with pytest.raises(ValueError, match="not inside"):
        cite(report(TEXT, lead=10), start, end)


def document(*spans, text="0123456789\nabcdefghij\nABCDEFGHIJ"):
    return Document("d", "", "T", text, "t.pdf", spans=spans)


PAGES = (
    Span(0, 11, "page", "ii", {"page": 2}),
    Span(11, 22, "page", "1", {"page": 3}),
    Span(22, 32, "page", "2", {"page": 4}),
)


@pytest.mark.parametrize(
    ("spans", "start", "end", "label", "page", "page_label"),
    [
        (PAGES, 12, 15, "p. 1", 3, "1"),
        (PAGES, 0, 5, "p. ii", 2, "ii"),
        (PAGES, 8, 15, "pp. ii\u20131", 2, "ii"),
        (PAGES, 8, 11, "p. ii", 2, "ii"),
        ((Span(0, 32, "row", "row 7", {}),), 5, 9, "row 7", None, None),
        (
            (
                Span(0, 32, "heading", "Methods", {}),
                Span(11, 22, "heading", "Methods > Sample", {}),
            ),
            13,
            15,
            "Methods > Sample",
            None,
            None,
        ),
        (
            (*PAGES, Span(11, 22, "heading", "Sample", {})),
            13,
            15,
            "p. 1, Sample",
            3,
            "1",
        ),
        ((Span(11, 22, "line", "line 40", {}),), 13, 15, "line 40", None, None),
        ((), 0, 3, "line 1", None, None),
        ((), 13, 15, "line 2", None, None),
    ],
)
def test_place(spans, start, end, label, page, page_label):
    place = place_of(document(*spans), start, end)
    assert (place.label, place.page, place.page_label) == (label, page, page_label)


def test_place_holds_the_characters_around_the_quote():
    text = "a" * 100 + "QUOTE" + "b" * 100
    place = place_of(document(text=text), 100, 105)
    assert (place.prefix, place.suffix) == ("a" * 40, "b" * 40)
    assert place_of(document(text=text), 0, 105).prefix == ""


def test_marks_stand_where_the_text_says_and_number_each_quote_once():
    salt = citation("The barge carried salt.")
    again = citation("The barge carried salt.")
    flour = citation("The barge carried flour.", publisher="Elva Post")
    grown = AnswerText()
    grown.append(DraftSentence("The barge carried salt.", (salt, flour)), [SUPPORTED, SUPPORTED])
    grown.append(DraftSentence("It was salt [1].", (again,)), [Check("partial", 0.7)])
    assert [citation.document.publisher for citation in grown.citations] == [
        "Dunmark Courier", "Elva Post",
    ]  # fmt: skip
    assert grown.text == "The barge carried salt. [1][2] It was salt [1]. [1]"
    assert [grown.text[mark.start : mark.end] for mark in grown.marks] == ["[1]", "[2]", "[1]"]
    assert grown.marks[-1].end == len(grown.text)
    for sentence in grown.sentences:
        assert grown.text[sentence.start : sentence.end].startswith(sentence.text)
    assert grown.sentences[1].verdict == "partial"
    assert [(mark.n, mark.support) for mark in grown.sentences[1].citations] == [(1, 0.7)]


def test_the_same_words_at_another_place_are_another_citation():
    text = "It was salt. It was salt."
    hit = report(text)
    grown = AnswerText()
    first, second = cite(hit, 0, 12), cite(hit, 13, 25)
    assert (grown.number(first), grown.number(second), grown.number(first)) == (1, 2, 1)


def test_lines_of_a_list_stand_on_their_own_and_the_lead_has_no_marks():
    one, two = citation("It killed 14."), citation("It killed 9.", publisher="Elva Post")
    grown = AnswerText()
    grown.append(DraftSentence("They differ:", (one, two), "lead"), [SUPPORTED, SUPPORTED])
    grown.append(DraftSentence("14", (one,), "account"), [SUPPORTED])
    grown.append(DraftSentence("9", (two,), "account"), [SUPPORTED])
    grown.append(DraftSentence("It was raining.", (one,)), [SUPPORTED])
    assert grown.text.splitlines() == [
        "They differ:", "- 14 [1]", "- 9 [2]", "It was raining. [1]",
    ]  # fmt: skip
    assert [mark.n for mark in grown.sentences[0].citations] == [1, 2]


def test_a_broken_citation_is_named():
    good, bad = citation("It killed 14."), citation("It killed 9.", publisher="Elva Post")
    answer = make_answer("?", [("It killed 14.", [1]), ("It killed 9.", [2])], [good, bad])
    texts = {good.document_id: "It killed 14.", bad.document_id: "It killed 9 ."}
    assert broken_citations(answer, texts) == [2]
    assert broken_citations(answer, {}) == [1, 2]
    texts[bad.document_id] = "It killed 9."
    assert broken_citations(answer, texts) == []


@pytest.mark.parametrize(
    ("spans", "start", "end", "label"),
    [
        ((Span(0, 10, "row", "row 1"), Span(11, 32, "row", "row 3")), 0, 32, "rows 1\u20133"),
        ((Span(0, 10, "row", "S row 1"), Span(11, 32, "row", "S row 2")), 4, 12, "S rows 1\u20132"),
        ((Span(0, 10, "row", "rows 1-2"), Span(11, 32, "row", "rows 3-4")), 0, 12, "rows 1\u20134"),
        (
            (Span(0, 10, "slide", "slide 2"), Span(11, 32, "slide", "slide 3")),
            0,
            12,
            "slides 2\u20133",
        ),
        ((Span(0, 10, "sheet", "May"), Span(11, 32, "sheet", "June")), 0, 12, "May \u2013 June"),
        ((Span(0, 10, "row", "row 1"), Span(11, 32, "row", "row 3")), 0, 10, "row 1"),
        ((), 0, 20, "lines 1\u20132"),
        ((), 11, 20, "line 2"),
    ],
)
def test_a_place_of_several_rows_slides_or_lines_names_all(spans, start, end, label):
    assert place_of(document(*spans), start, end).label == label


def test_only_a_quote_that_is_hidden_carries_the_flag_of_hidden_text():
    hidden = Span(11, 21, "hidden", "white text")
    hit = report("0123456789")
    quoted = cite(hit, hit.passage.start, hit.passage.start + 4)
    flagged = replace(quoted, document=replace(quoted.document, flags=("hidden_text", "ocr")))
    flags = [
        citation_to_json(1, flagged, place_of(document(hidden), *where))["flags"]
        for where in ((0, 5), (12, 18))
    ]
    assert flags == [["ocr"], ["hidden_text", "ocr"]]
