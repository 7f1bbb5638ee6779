"""A pair becomes the tokens that its network was trained on, and no word of a passage is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.networks.model_files import encodable, minilm_path
from rag.networks.pair_tokens import PairTokens, windows_of

PATH = minilm_path() / "tokenizer.json"
PAIRS = [
    ("Who vetoed it?", "Two members vetoed it on 4 April 2017."),
    ("北京 İstanbul ﬁre", "1,541 S-300 caf\u0301e\r\nb \U0001f600"),
    ("", ""),
    ("Who?", " \n\t"),
    ("caf\ud800", "\udfff lone"),
]


@pytest.mark.parametrize("passage", [0, 1])
def test_a_pair_is_cut_as_transformers_cuts_it(passage: int) -> None:
    from transformers import AutoTokenizer

    theirs = AutoTokenizer.from_pretrained(minilm_path())
    ours = PairTokens(PATH, 64, 1 if passage else 0)
    firsts, seconds = zip(*PAIRS, strict=True)
    coded = theirs(
        [encodable(text) for text in firsts],
        [encodable(text) for text in seconds],
        return_offsets_mapping=True,
    )
    for n, window in enumerate(ours(PAIRS)):
        assert window.ids.tolist() == coded["input_ids"][n]
        assert window.types.tolist() == coded["token_type_ids"][n]
        assert window.spans.tolist() == [list(span) for span in coded["offset_mapping"][n]]
        assert [None if side < 0 else side for side in window.sides] == coded.sequence_ids(n)
        assert not window.cut


def test_spans_are_characters_of_the_text_itself() -> None:
    question, passage = "Who left?", "İstanbul: the minister—Ann—left 😀 at 5."
    window = PairTokens(PATH, 64, 1)([(question, passage)])[0]
    words = [
        passage[a:b] for (a, b), side in zip(window.spans, window.sides, strict=True) if side == 1
    ]
    assert words[:3] == ["İstanbul", ":", "the"]
    assert "😀" in words
    assert "Ann" in words


@pytest.mark.parametrize("passage", [0, 1])
def test_a_long_passage_is_read_in_windows_that_overlap(passage: int) -> None:
    question, text = "Who was there?", " ".join(f"word{n}" for n in range(300))
    pair = (question, text) if passage else (text, question)
    windows = PairTokens(PATH, 64, 1 if passage else 0)([("a", "b"), pair, ("c", "d")])
    assert [windows[0].pair, windows[-1].pair] == [0, 2]
    mine = windows[1:-1]
    assert {window.pair for window in mine} == {1}
    assert all(len(window.ids) == 64 and not window.cut for window in mine)
    covered: set[int] = set()
    for window in mine:
        inside = window.spans[window.sides == passage]
        assert not covered or int(inside[0][0]) in covered, "neighbours share nothing"
        covered |= {at for start, end in inside for at in range(start, end)}
        asked = window.spans[window.sides == 1 - passage]
        assert asked[-1][1] == len(question)
    assert covered == {at for at, mark in enumerate(text) if mark != " "}


def test_a_question_that_is_too_long_gives_room_to_the_passage_and_says_so() -> None:
    long = "who was there " * 200
    tokens = PairTokens(PATH, 64, 1)
    window = tokens([(long, "A short passage.")])[0]
    assert window.cut
    assert len(window.ids) == 64
    assert (window.sides == 1).sum() == 4
    both = tokens([(long, "word " * 300)])
    assert len(both) > 1
    assert all(window.cut and (window.sides == 1).sum() == 31 for window in both)
    # Beside an empty passage nothing but the end of the window limits it.
    assert (tokens([(long, "")])[0].sides == 0).sum() == 61


@given(st.lists(st.tuples(st.text(max_size=200), st.text(max_size=200)), max_size=4))
def test_any_texts_have_windows(pairs: list[tuple[str, str]]) -> None:
    windows = PairTokens(PATH, 32, 1)(pairs)
    assert sorted({window.pair for window in windows}) == list(range(len(pairs)))
    for window in windows:
        assert len(window.ids) <= 32
        assert (window.sides == -1).sum() == 3
        for side in (0, 1):
            inside = window.spans[window.sides == side]
            assert (inside[:, 1] <= len(pairs[window.pair][side])).all()


@given(st.integers(0, 900), st.integers(2, 90))
def test_windows_cover_everything_and_are_no_longer_than_the_room(length: int, room: int) -> None:
    found = windows_of(length, room, room // 3)
    assert found[0][0] == 0
    assert found[-1][1] == length
    assert all(end - start <= room for start, end in found)
    assert all(b[0] <= a[1] and a[0] < b[0] for a, b in zip(found, found[1:], strict=False))
