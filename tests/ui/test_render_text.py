"""Answers for a terminal and as Markdown: the words stay, nothing in them acts."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from rag.types import Coverage, SentenceRemoved, Step
from tests.fakes import declined_answer, disagreeing_answer, make_hit, sample_answer
from tests.ui.evil import EVIL
from tests.ui.test_render_html import evil_answer, labelled_answer
from ui.render import (
    answer_html,
    answer_markdown,
    answer_tail_terminal,
    answer_terminal,
    coverage_line,
    escape_markdown,
    hits_terminal,
    removed_terminal,
    sentence_terminal,
    step_terminal,
)
from ui.render_words import accounts_line, file_name, shown_accounts

CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def test_terminal_gives_sentences_sources_and_coverage():
    text = answer_terminal(sample_answer())
    assert "been taken to hospital. [1]" in " ".join(text.split())
    assert "[1] Explosion at fertiliser works" in text
    assert "Northern Wire · 14 March 2023 · line 1" in text
    assert text.endswith("2 mention\nthis, 1 cited.")
    assert "\x1b" not in text


def test_terminal_shows_label_answer_and_cut():
    (sentence,) = labelled_answer().sentences
    plain = " ".join(sentence_terminal(sentence).split())
    assert plain == f"[The harbour ministry:] {sentence.text} \u2026 [1]"
    bold = re.findall("\x1b\\[1m(.*?)\x1b\\[0m", sentence_terminal(sentence, color=True))
    assert bold == ["60 people"]


@pytest.mark.parametrize("width", [20, 40, 72])
def test_terminal_emphasises_the_answer_wherever_its_line_is_broken(width):
    (sentence,) = labelled_answer("60 people:").sentences
    shown = sentence_terminal(sentence, color=True, width=width)
    bold = re.findall("\x1b\\[1m(.*?)\x1b\\[0m", shown)
    assert " ".join(bold) == "60 people"
    assert shown.index("60 people:]") < shown.index("\x1b[1m")
    assert re.sub("\x1b\\[\\d+m", "", shown) == sentence_terminal(sentence, width=width)


def test_markdown_shows_label_answer_and_cut():
    answer = labelled_answer()
    tokens = MarkdownIt().parse(answer_markdown(answer))
    lines = [one for one in tokens if one.type == "inline" and "harbour" in one.content]
    (line,) = lines
    text = "".join(part.content for part in line.children)
    assert text.startswith(f"[The harbour ministry:] {answer.sentences[0].text} \u2026")
    at = [part.type for part in line.children].index("strong_open")
    assert line.children[at + 1].content == "60 people"


@pytest.mark.parametrize("text", EVIL)
def test_markdown_label_of_a_document_is_no_markup(text):
    inert(answer_markdown(labelled_answer(text, emphasis=())))


def test_terminal_lists_who_says_what():
    text = answer_terminal(disagreeing_answer())
    assert "2 sources give 2 different values, from 9 to 17." in text
    assert "  * 17 — Estuary Watch, 15 March 2023 (event of 14 March 2023) [1]" in text
    assert "  * at least nine — the fire service, 14 March 2023 [2]" in text


def test_hedge_of_a_value_is_never_lost():
    answer = disagreeing_answer()
    bare = tuple(
        replace(one, account=replace(one.account, value=one.account.value.split()[-1]))
        for one in answer.accounts
    )
    bare_answer = replace(answer, accounts=bare)
    assert "* at least nine — the fire service" in answer_terminal(bare_answer)
    assert "| at least nine |" in answer_markdown(bare_answer)
    assert "at least nine" in answer_html(bare_answer).split('class="v-value"')[2]


def test_terminal_does_not_list_the_accounts_twice():
    answer = disagreeing_answer()
    listed = tuple(
        replace(one, kind="account") if one.citations else one for one in answer.sentences
    )
    text = answer_terminal(replace(answer, sentences=listed))
    assert "  * " not in text
    assert "from 9 to 17" in text
    assert text.count("  - ") == 2


def test_terminal_refusal_says_why_and_what_is_near():
    text = answer_terminal(declined_answer(reason="only_related"))
    assert text.startswith("The documents come near this and do not answer it.")
    assert "Nearest passages" in text
    assert "Sources" not in text


def test_streamed_sentences_and_tail_make_the_whole_answer():
    answer = sample_answer()
    streamed = "\n".join(sentence_terminal(one) for one in answer.sentences)
    assert streamed + "\n\n" + answer_tail_terminal(answer) == answer_terminal(answer)


def test_colour_only_where_it_is_asked_for():
    coloured = answer_terminal(sample_answer(), color=True)
    assert "\x1b[1m" in coloured
    assert re.sub("\x1b\\[\\d+m", "", coloured) == answer_terminal(sample_answer())


@pytest.mark.parametrize("text", [*EVIL, "a\x1b]0;title\x07b\rc\x9b31m"])
def test_nothing_of_a_document_moves_the_cursor(text):
    answer = evil_answer(text)
    removed = replace(answer.sentences[0], status="marked", problems=(text,))
    for shown in (
        answer_terminal(answer),
        answer_terminal(replace(answer, sentences=(removed,))),
        hits_terminal([make_hit(answer.citations[0])]),
        step_terminal(Step("read", text)),
        removed_terminal(SentenceRemoved(text, (text,))),
    ):
        assert not CONTROLS.search(shown.replace("\n", "")), shown


def inert(markdown: str) -> list:
    """Return the tokens of Markdown, which must hold no link, image or HTML."""
    parser = MarkdownIt("gfm-like", {"linkify": False})
    tokens = parser.parse(markdown)
    kinds = {child.type for token in tokens for child in [token, *(token.children or [])]}
    assert not kinds & {"link_open", "image", "html_inline", "html_block", "fence", "code_block"}
    return tokens


@pytest.mark.parametrize("text", EVIL)
def test_exported_markdown_holds_no_markup_of_a_document(text):
    inert(answer_markdown(evil_answer(text, question=text)))


@given(st.text(alphabet=st.characters(exclude_categories=("Cc", "Cs")), max_size=120))
def test_escaped_markdown_shows_the_same_words(text):
    (*_, inline, _) = inert("x " + escape_markdown(text))
    shown = "".join(child.content for child in inline.children)
    plain = escape_markdown(text)
    unescaped = re.sub(r"\\([\\`*_{}\[\]<>()#+\-!|~$&:@=^/.)])", r"\1", plain)
    assert shown.split() == ("x " + unescaped).split()


@pytest.mark.parametrize(
    "text", ["1. one", "# head", "- item", "> quote", "    code", "---", "www.a.b"]
)
def test_line_of_a_document_starts_no_block(text):
    tokens = inert(escape_markdown(text))
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    assert tokens[1].children[0].content.replace("\\", "") == text.strip()


def test_exported_markdown_carries_its_evidence():
    answer = sample_answer()
    text = answer_markdown(answer)
    assert "> Fire chief Ilse Maron told reporters" in text
    assert answer.citations[0].document.text_sha256 in text
    citation = answer.citations[0]
    assert f"characters {citation.start} to {citation.end}" in text
    assert "Searched 3 of 3 documents" in text


def test_exported_markdown_tables_the_accounts():
    text = answer_markdown(disagreeing_answer())
    assert "| 17 | Estuary Watch | 15 March 2023 |" in text
    table = [token for token in inert(text) if token.type == "table_open"]
    assert len(table) == 1


@pytest.mark.parametrize(
    ("coverage", "line"),
    [
        (
            Coverage(214, 2, 212, 9, 3, "2017-04-05", "2018-01-02"),
            "Searched 212 of 214 documents (2 unread), published from 5 April 2017 to"
            " 2 January 2018; 9 mention this, 3 cited.",
        ),
        (
            Coverage(1, 0, 1, 1, 0, None, None),
            "Searched 1 of 1 document; 1 mentions this, 0 cited.",
        ),
        (Coverage(0, 0, 0, 0, 0, None, None), "The library is empty: nothing was searched."),
        (
            Coverage(10, 0, 10, 2, 1, None, None, 0.5),
            "Searched 10 of 10 documents; 2 mention this, 1 cited. 50% are searched by meaning"
            " too, the rest by words.",
        ),
    ],
)
def test_coverage_in_words(coverage, line):
    assert coverage_line(coverage) == line


def test_update_is_no_disagreement():
    answer = disagreeing_answer()
    accounts = tuple(
        replace(one, account=replace(one.account, relation="update")) for one in answer.accounts
    )
    found = shown_accounts(replace(answer, accounts=accounts))
    assert accounts_line(found) == (
        "The figure changed over time: 2 values from 2 sources, from 9 to 17."
    )
    assert accounts_line(found[:1]) == ""


def test_one_figure_with_and_without_a_hedge_is_no_two_values():
    answer = disagreeing_answer()
    figures = [("at least 16", 16.0), ("16", 16.0)]
    accounts = tuple(
        replace(one, account=replace(one.account, relation="disagrees", value=value, number=number))
        for one, (value, number) in zip(answer.accounts, figures, strict=True)
    )
    line = accounts_line(shown_accounts(replace(answer, accounts=accounts)))
    assert line == ""


def test_file_name_without_folders():
    assert file_name(r"C:\reports\a.pdf") == "a.pdf"
    assert file_name("a.csv") == "a.csv"


@pytest.mark.parametrize("face", [answer_terminal, answer_markdown])
def test_invisible_characters_are_shown_as_marks(face):
    answer = sample_answer()
    hidden = replace(answer.citations[0], quote="1\u200b7 people, fer\u00adry")
    shown = face(replace(answer, citations=(hidden,)))
    assert "1\u25ab7 people" in shown.replace("\\", "")
    assert not {"\u200b", "\u00ad"} & set(shown)
