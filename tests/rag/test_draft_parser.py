"""A model's characters become sentences with tags, whatever the chunks they come in."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.chat.draft_marks import TAG, Parsed, parse
from rag.chat.draft_parser import DraftParser, Nothing, Thinking

A, B = "b3x9zd", "k7q2mx"
TAGS = {A, B}
NOBODYS = "zz9zz9"


def parsed(text, size=1000, tags=TAGS):
    parser = DraftParser(tags)
    found = [one for at in range(0, len(text), size) for one in parser.feed(text[at : at + size])]
    return [*found, *parser.finish()]


def told(text, size=1000):
    return [(one.text, one.tags) for one in parsed(text, size) if isinstance(one, Parsed)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"It fell [{A}]. It rose [{B}].", [("It fell.", (A,)), ("It rose.", (B,))]),
        (f"It fell. [{A}] It rose. [{B}]", [("It fell.", (A,)), ("It rose.", (B,))]),
        (f"It fell. [{A}][{B}] It rose.", [("It fell.", (A, B)), ("It rose.", ())]),
        (f"It fell. [{A}] and it rose. [{B}]", [("It fell.", (A,)), ("and it rose.", (B,))]),
        (f"It fell [{A}, {B}]. So", [("It fell.", (A, B)), ("So", ())]),
        (f"It fell\u3010{A}\u3011. It rose ({B}).", [("It fell.", (A,)), ("It rose.", (B,))]),
        (f"It fell [[{A}]]. It rose [{A} [{B}]].", [("It fell.", (A,)), ("It rose.", (A, B))]),
        (f"It fell `[{A}]`. It rose <{B}>.", [("It fell.", (A,)), ("It rose.", (B,))]),
        (f"It fell [{A}][{A}] [{A}].", [("It fell.", (A,))]),
        (f"It fell [{NOBODYS}]. It rose [{A}].", [("It fell.", ()), ("It rose.", (A,))]),
        ("It fell [1][2]. It rose \u30103\u3011. It sank (4).",
         [("It fell.", ()), ("It rose.", ()), ("It sank.", ())]),
        (f"It fell [{A.upper()}].", [("It fell.", (A,))]),
        (f"It fell [tag: {A}] (see {B}).", [("It fell.", (A, B))]),
        (f"**It fell** [{A}].\n\n- It _rose_ [{B}]\n2. It sank", [
            ("It fell.", (A,)), ("It _rose_", (B,)), ("It sank", ())]),
        (f"```python\nit = 1 [{A}]\n```\nDone [{B}].", [("it = 1", (A,)), ("Done.", (B,))]),
        (f"Mr. Smith of the U.S. said no at 3.5 km [{A}]. No. 5 fell.",
         [("Mr. Smith of the U.S. said no at 3.5 km.", (A,)), ("No. 5 fell.", ())]),
        (f'"We fell," he said. "It rose." [{A}] He left.',
         [('"We fell," he said.', ()), ('"It rose."', (A,)), ("He left.", ())]),
        (f"According to [{A}], it fell [{B}].", [("It fell.", (A, B))]),
        (f"\u4ed6\u6b7b\u4e86\u3002[{A}]\u4ed6\u8d70\u4e86\u3002[{B}]",
         [("\u4ed6\u6b7b\u4e86\u3002", (A,)), ("\u4ed6\u8d70\u4e86\u3002", (B,))]),
        (f"It fell.\n[{A}]\nIt rose.", [("It fell.", (A,)), ("It rose.", ())]),
        (f"It fell.\u3010][{A}][1]. \u3011", [("It fell.", (A,))]),
        (f"It fell in 2016 (2016) [{A}].", [("It fell in 2016 (2016).", (A,))]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("size", [1, 2, 5, 1000])
def test_sentences_come_with_their_tags(text, expected, size):
    assert told(text, size) == expected


def test_a_sentence_comes_as_soon_as_the_next_has_begun_and_not_before():
    parser = DraftParser(TAGS)
    came = {}
    text = f"It fell [{A}]. It rose. [{B}] Then"
    for at, character in enumerate(text):
        for one in parser.feed(character):
            came[one.text] = at
    assert came["It fell."] == text.index("It rose")
    assert came["It rose."] == text.index("Then")


def test_clauses_keep_the_tags_that_stood_behind_them():
    (one,) = parsed(f"The ministry said 12 [{A}], while the office counted 24 [{B}].")
    assert one.text == "The ministry said 12, while the office counted 24."
    assert one.clauses == (
        ("The ministry said 12", (A,)),
        (", while the office counted 24.", (B,)),
    )


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_thinking_is_kept_apart(size):
    found = parsed(f"<think>Is it [{A}]? No.</think>It fell [{B}].", size)
    assert "".join(one.text for one in found if isinstance(one, Thinking)) == f"Is it [{A}]? No."
    assert [one.text for one in found if isinstance(one, Parsed)] == ["It fell."]


def test_thinking_that_began_in_the_prompt_and_thinking_that_never_ends():
    found = parsed(f"Is it so?</think>It fell [{A}].")
    assert [type(one) for one in found] == [Thinking, Parsed]
    assert [type(one) for one in parsed("<thinking>It fell. It rose.")] == [Thinking]
    assert told("A <b and 3 < 4 fell.") == [("A 3 < 4 fell.", ())] or told("3 < 4 fell.")


def test_links_images_and_markup_leave_no_trace_but_words():
    text = (
        "![x](http://sink.example/?d=1) See [this report](http://sink.example/a) now. "
        "<img src=http://sink.example/b> It fell <http://sink.example/c>. "
        f"![x][r] It rose [here]({A}) [{A}](http://sink.example/d).\n[r]: http://sink.example/e\n"
    )
    found = parsed(text)
    said = " ".join(one.text for one in found if isinstance(one, Parsed))
    for piece in ("http", "sink", "<", ">", "](", "!["):
        assert piece not in said
    assert "See this report now." in said
    assert found[-1].tags == (A,)


@pytest.mark.parametrize(
    "piece",
    ['"', "'", "\"'`", '"`', "[", "(", "<", "see ", "in ", "and, ", ", ", "; ", "[^", f"{A} ",
     f"{A},", f'"{A}" ', "<a b=c ", "<a ", "[1, ", "![a](", "a*", "_"],
)  # fmt: skip
def test_no_run_of_characters_takes_long(piece):
    """The time of a regular expression is time that no limit on a model can end."""
    began = time.process_time()
    parse((piece * 1200)[:1200], TAGS)
    parsed((piece * 12_000)[:12_000], 40)
    assert time.process_time() - began < 2


@pytest.mark.parametrize("size", [1, 2, 1000])
def test_footnotes_days_and_signs_are_read_as_what_they_are(size):
    assert told(f"Nine died [^{A}].[^{B}] Ten hurt.", size) == [
        ("Nine died.", (A, B)),
        ("Ten hurt.", ()),
    ]
    day = f"14. M\u00e4rz 2023 geschah es [{A}]. Am 3. Mai endete es [{B}]."
    assert [text for text, _ in told(day, size)] == [
        "14. M\u00e4rz 2023 geschah es.",
        "Am 3. Mai endete es.",
    ]
    assert told("It opens at p<pmax and if a<b and c>d.", size)[0][0].endswith("if a<b and c>d.")
    assert told("The U.S. Army said so. See No. Five.", size) == [
        ("The U.S. Army said so.", ()),
        ("See No.", ()),
        ("Five.", ()),
    ]


def test_characters_that_nobody_sees_go():
    (one,) = parsed(f"It \x1b[31mfell\u200b\u202e in \U000e00412016 [{A}].")
    assert one.text == "It [31mfell in 2016."


def test_a_model_that_finds_nothing_says_so():
    assert [type(one) for one in parsed("[none]")] == [Nothing]
    assert [type(one) for one in parsed("[NONE]\n")] == [Nothing]


def test_a_sentence_without_an_end_is_cut():
    found = parsed("word " * 3000, 50)
    assert len(found) > 4
    assert all(len(one.text) <= 3000 for one in found)


def test_headings_and_lines_that_announce_are_told_apart():
    found = [one for one in parsed(f"## Victims\nSources differ:\nIt fell: all of it [{A}].")]
    assert [one.heading for one in found] == [True, True, False]


PIECES = st.sampled_from(
    [f"[{A}]", f"[{B}", "]", "[", "[1]", f"[{NOBODYS}]", "\u3010", "\u3011", "(", ")", "<think>",
     "<think>so</think>", "<", ". ", "! ", "\n", "\n\n", "It fell", " killed 12", "Mr.", "```\n",
     "**", "![a](http://x.example)", "\u3002", " ", f"{A}", "- ", "# "]
)  # fmt: skip


# A lone "</think>" takes back what was not shown yet, and so depends on the chunks: left out here.
@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=30), st.integers(1, 9))
def test_chunks_change_nothing_and_no_tag_is_ever_shown(pieces, size):
    text = "".join(pieces)
    found = [one for one in parsed(text, size) if isinstance(one, Parsed)]
    for one in found:
        assert not TAG.search(one.text), (text, one)
        assert set(one.tags) <= TAGS
        assert "http" not in one.text
    whole = [one for one in parsed(text) if isinstance(one, Parsed)]
    words = [re.findall(r"\w+", one.text) for one in found]
    assert sum(words, []) == sum((re.findall(r"\w+", one.text) for one in whole), [])


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_parsed(text):
    parse(text, TAGS)
    parsed(text, 7)
