"""The contract's JSON read back: nothing is lost, and nothing that is wrong gets through."""

from __future__ import annotations

import copy
import json
from dataclasses import replace

import pytest

from rag.contract import answer_to_json
from rag.contract_read import MOST_ITEMS, answer_from_json
from rag.errors import BadRequest
from rag.types import Filters
from tests.fakes import (
    declined_answer,
    disagreeing_answer,
    sample_answer,
    sample_documents,
    sample_passages,
    written_answer,
)

ANSWERS = {
    "quoted": sample_answer(),
    "disagreeing": disagreeing_answer(),
    "refused": declined_answer(),
    "nearest": declined_answer(reason="only_related"),
    "written": written_answer(),
    "filtered": replace(
        sample_answer(), filters=Filters(("d1",), ("A",), "2023-01-01", None, {"k": ["1"]})
    ),
}


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_an_answer_comes_back_whole(name):
    value = json.loads(json.dumps(answer_to_json(ANSWERS[name])))
    assert answer_to_json(answer_from_json(value)) == value


def test_an_answer_of_the_first_release_is_read_too():
    value = json.loads(json.dumps(answer_to_json(disagreeing_answer())))
    del value["thinking"], value["coverage"]["embedded"]
    for sentence in value["sentences"]:
        del sentence["kind"], sentence["problems"]
    for cited in value["citations"]:
        del cited["flags"], cited["also_in"]
    assert answer_from_json(value).text == value["text"]


def test_the_words_around_a_quote_come_from_its_passage_if_that_still_says_so():
    value = answer_to_json(sample_answer())
    document = replace(sample_documents()[0], id="d1")
    (passage,) = (p for p in sample_passages(document) if "hospital" in p.text)
    known = {value["citations"][0]["passage_id"]: passage}
    assert answer_from_json(value, known).citations[0].passage is passage
    changed = replace(passage, text=passage.text.replace("60", "61"))
    for other in ({}, {value["citations"][0]["passage_id"]: changed}):
        cited = answer_from_json(value, other).citations[0]
        assert cited.passage.text == cited.quote


def at(value, path):
    for step in path[:-1]:
        value = value[step]
    return value, path[-1]


def paths(value, path=()):
    """Yield the path of every value in a JSON."""
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in items:
        if isinstance(inner, dict | list):
            yield from paths(inner, (*path, key))
        else:
            yield (*path, key)


WHOLE = json.loads(json.dumps(answer_to_json(disagreeing_answer())))
FREE = {"metadata", "filters", "timing_ms"}


@pytest.mark.parametrize("wrong", [{"<b>": 1}, [["x"]], True, float("nan"), -1, 2**70, "<script>"])
def test_a_value_of_the_wrong_kind_is_refused_or_kept_as_it_is(wrong):
    """Every field in turn: what is not refused is text in the place of text, and so on."""
    for path in paths(WHOLE):
        value = copy.deepcopy(WHOLE)
        inside, last = at(value, path)
        before = inside[last]
        inside[last] = wrong
        try:
            back = answer_to_json(answer_from_json(value))
        except BadRequest as error:
            assert error.hint
            continue
        assert last in FREE or isinstance(wrong, type(before) | str | int | float), path
        assert json.dumps(back, allow_nan=False)


@pytest.mark.parametrize("name", sorted(set(WHOLE) - {"thinking"}))
def test_a_field_that_is_missing_is_named(name):
    value = {key: one for key, one in WHOLE.items() if key != name}
    with pytest.raises(BadRequest, match=name):
        answer_from_json(value)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"contract": 2}, "contract"),
        ({"marks": [{"start": 0, "end": 3, "n": 1}]}, "marks"),
        ({"marks": [{"start": 0, "end": 3, "n": 99}]}, "marks"),
        ({"citations": []}, r"marks\[0\]"),
        ({"answers": [{"text": "x", "probability": 1, "citations": [9]}]}, "citations"),
        ({"warnings": [{"code": "a", "message": "b"}] * (MOST_ITEMS + 1)}, "1,001 items"),
    ],
)
def test_what_does_not_hang_together_is_refused(change, named):
    with pytest.raises(BadRequest, match=named):
        answer_from_json({**WHOLE, **change})


def test_a_quote_is_as_long_as_its_place():
    value = copy.deepcopy(WHOLE)
    value["citations"][0]["end"] += 1
    with pytest.raises(BadRequest, match="quote"):
        answer_from_json(value)
