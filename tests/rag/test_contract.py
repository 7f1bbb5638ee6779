"""The JSON contract: exactly these fields, and requests that are refused with a reason."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.contract import (
    answer_to_json,
    check_question,
    event_to_json,
    filters_from_json,
    filters_to_json,
    question_from_json,
)
from rag.errors import BadRequest
from rag.types import Filters, Place, SentenceRemoved, SentenceShown, Step, Warn
from tests.fakes import (
    declined_answer,
    disagreeing_answer,
    make_answer,
    make_citation,
    sample_answer,
    sample_documents,
)
from tests.rag.contract import assert_contract

SAMPLES = [
    sample_answer(),
    disagreeing_answer(),
    declined_answer(),
    declined_answer(reason="only_related"),
    replace(sample_answer(), warnings=(Warn("unread", "1 file could not be read."),)),
    replace(sample_answer(), filters=Filters(publisher=("Northern Wire",))),
]


@pytest.mark.parametrize("answer", SAMPLES)
def test_every_answer_has_the_contracts_fields_and_survives_json(answer):
    found = answer_to_json(answer)
    assert_contract(found)
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_the_values_are_the_answers_own():
    answer = disagreeing_answer()
    found = answer_to_json(answer)
    assert found["text"] == answer.text
    assert [c["quote"] for c in found["citations"]] == [c.quote for c in answer.citations]
    first = found["accounts"][0]
    assert (first["claimant"], first["number"], first["citations"]) == ("Estuary Watch", 17, [1])
    second = found["accounts"][1]
    assert (second["hedge"], second["low"], second["high"]) == ("at least", 9, None)


def test_hits_and_trace_come_only_when_asked_for():
    answer = sample_answer()
    assert not {"hits", "trace"} & set(answer_to_json(answer))
    found = answer_to_json(answer, ("hits", "trace"))
    assert found["hits"][0]["text"] == answer.hits[0].passage.text
    assert found["trace"]["hits"] == len(answer.hits)


def test_naughty_text_survives_json():
    evil = '"\\\u2028<script>\x00\U0001f600\u0130'
    document = sample_documents()[0]
    document = replace(document, text=evil, title=evil, publisher=evil)
    found = answer_to_json(make_answer(evil, [(evil, [1])], [make_citation(document, evil)]))
    assert json.loads(json.dumps(found)) == found
    assert found["citations"][0]["quote"] == evil


def test_events_have_their_names_and_the_last_is_the_answer():
    answer = sample_answer()
    shown = SentenceShown(answer.sentences[0], ((1, answer.citations[0]),))
    assert event_to_json(Step("read", "Read 3", {"n": 3})) == (
        "step", {"name": "read", "message": "Read 3", "data": {"n": 3}},
    )  # fmt: skip
    name, data = event_to_json(shown)
    assert (name, data["text"]) == ("sentence", answer.sentences[0].text)
    assert [citation["quote"] for citation in data["new_citations"]] == [answer.citations[0].quote]
    removed = event_to_json(SentenceRemoved("No.", ("Nobody said so.",)))
    assert removed == ("removed", {"text": "No.", "problems": ["Nobody said so."]})
    assert event_to_json(answer) == ("answer", answer_to_json(answer))


FILTERS = st.builds(
    Filters,
    document_ids=st.lists(st.text(min_size=1), max_size=3).map(tuple),
    publisher=st.lists(st.text(min_size=1), max_size=3).map(tuple),
    published_from=st.none() | st.dates().map(str),
    metadata=st.dictionaries(st.text(), st.text(), max_size=2),
)


@given(FILTERS)
def test_filters_come_back_as_they_went(filters):
    assert filters_from_json(json.loads(json.dumps(filters_to_json(filters)))) == filters


def test_one_publisher_may_be_a_plain_string():
    assert filters_from_json({"publisher": "Elva Post"}) == Filters(publisher=("Elva Post",))
    assert not filters_from_json(None)


@pytest.mark.parametrize(
    ("filters", "says"),
    [
        ({"colour": "red"}, "colour"),
        ({"publisher": 3}, "publisher"),
        ({"document_ids": [1]}, "document_ids"),
        ({"published_from": "yesterday"}, "yesterday"),
        ({"published_to": "2021-02-30"}, "2021-02-30"),
        ({"published_from": 20210616}, "published_from"),
        ({"published_from": "2021-06-16", "published_to": "2021-06-15"}, "after"),
        ({"metadata": ["x"]}, "metadata"),
    ],
)
def test_filters_that_make_no_sense_are_refused(filters, says):
    with pytest.raises(BadRequest, match=says) as raised:
        filters_from_json(filters)
    assert raised.value.hint


def test_a_request_becomes_a_question():
    question = question_from_json(
        {
            "question": "  How many boats sank? ",
            "history": [{"role": "user", "content": "Hello", "answer": {"text": "Hi"}}],
            "filters": {"publisher": ["Elva Post"]},
            "conversation_id": "c1",
            "unknown": 1,
        },
        collection="reports",
    )
    assert question.text == "How many boats sank?"
    assert (question.collection, question.conversation_id) == ("reports", "c1")
    assert question.filters == Filters(publisher=("Elva Post",))
    assert question.history[0].answer == {"text": "Hi"}


@pytest.mark.parametrize(
    "request_body",
    [
        {},
        {"question": ""},
        {"question": " \n\t"},
        {"question": None},
        {"question": 7},
        {"question": ["who"]},
        {"question": "?!..."},
        {"question": "\u200b\u200b"},
        {"question": "who", "history": "x"},
        {"question": "who", "history": [1]},
        {"question": "who", "history": [{"role": "system", "content": "x"}]},
        {"question": "who", "history": [{"role": "user", "content": None}]},
        {"question": "who", "history": [{"role": "user", "content": "x", "answer": "y"}]},
        {"question": "who", "collection": 3},
        {"question": "who", "conversation_id": 3},
        {"question": "who", "filters": {"x": 1}},
    ],
)
def test_requests_that_make_no_sense_are_refused_with_a_hint(request_body):
    with pytest.raises(BadRequest) as raised:
        question_from_json(request_body)
    assert raised.value.message
    assert raised.value.hint
    assert raised.value.status == 400


def test_a_question_that_is_too_long_is_refused_with_both_counts():
    with pytest.raises(BadRequest, match="100,000 characters; at most 4,000"):
        question_from_json({"question": "a" * 100_000})
    check_question("a" * 4000, 4000)
    with pytest.raises(BadRequest):
        check_question("a" * 4001, 4000)


@pytest.mark.parametrize("text", ["who", "7", "\u4f55\u4eba", "\u0130"])
def test_words_of_any_script_are_a_question(text):
    check_question(text, 10)


def test_places_and_citations_go_together():
    answer = replace(sample_answer(), places=(Place("p. 3", 3, "iii", "before", "after"),))
    citation = answer_to_json(answer)["citations"][0]
    assert (citation["place"], citation["page"], citation["page_label"]) == ("p. 3", 3, "iii")
    assert (citation["prefix"], citation["suffix"]) == ("before", "after")
