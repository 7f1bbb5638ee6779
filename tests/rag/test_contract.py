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

NUMBER = (int, float)
TEXT_OR_NONE = (str, type(None))
NUMBER_OR_NONE = (int, float, type(None))

# The contract as it was first published. A field may be added to the code; none here may go.
ANSWER = {
    "id": str, "contract": int, "library_seq": int, "settings_hash": str, "question": str,
    "standalone_question": str, "filters": dict, "text": str, "marks": list, "complete": bool,
    "declined": (dict, type(None)), "answers": list, "sentences": list, "citations": list,
    "accounts": list, "coverage": dict, "warnings": list, "writer": str, "timing_ms": dict,
}  # fmt: skip
MARK = {"start": int, "end": int, "n": int}
DECLINED = {"reason": str, "message": str, "nearest": list}
BARE = {"text": str, "probability": NUMBER, "citations": list}
SENTENCE = {
    "text": str, "start": int, "end": int, "status": str, "verdict": str, "citations": list,
}  # fmt: skip
SUPPORT = {"n": int, "support": NUMBER}
CITATION = {
    "n": int, "document_id": str, "text_sha256": str, "passage_id": str,
    "external_id": TEXT_OR_NONE, "title": str, "source": str, "publisher": TEXT_OR_NONE,
    "published": TEXT_OR_NONE, "place": str, "page": (int, type(None)),
    "page_label": TEXT_OR_NONE, "start": int, "end": int, "quote": str, "prefix": str,
    "suffix": str, "retrieval_score": NUMBER,
}  # fmt: skip
ACCOUNT = {
    "quantity": str, "value": str, "number": NUMBER_OR_NONE, "low": NUMBER_OR_NONE,
    "high": NUMBER_OR_NONE, "unit": str, "hedge": str, "claimant": str, "stance": str,
    "event_date": TEXT_OR_NONE, "stated": TEXT_OR_NONE, "relation": str,
    "independent_sources": int, "relays": list, "citations": list,
}  # fmt: skip
COVERAGE = {
    "documents": int, "unread": int, "searched": int, "mentioning": int, "cited": int,
    "published_from": TEXT_OR_NONE, "published_to": TEXT_OR_NONE,
}  # fmt: skip
WARNING = {"code": str, "message": str}
# What has been added since: these, and nothing that is not written down here.
ADDED = {
    "sentences": {"kind", "problems"},
    "citations": {"flags", "also_in"},
    "coverage": {"embedded"},
}


def conforms(value, shape, added=()):
    assert set(value) == set(shape) | set(added)
    for name, kind in shape.items():
        assert isinstance(value[name], kind), (name, value[name])
        assert kind is int or not isinstance(value[name], bool) or kind is bool, name


def assert_contract(found):
    """The whole of an answer's JSON has the fields and kinds of the contract."""
    conforms(found, ANSWER)
    assert found["contract"] == 1
    for mark in found["marks"]:
        conforms(mark, MARK)
        assert found["text"][mark["start"] : mark["end"]] == f"[{mark['n']}]"
    if found["declined"] is not None:
        conforms(found["declined"], DECLINED)
        reasons = ("nothing_found", "only_related", "not_supported", "contradicted")
        assert found["declined"]["reason"] in reasons
    for bare in found["answers"]:
        conforms(bare, BARE)
        assert 0 <= bare["probability"] <= 1
    for sentence in found["sentences"]:
        conforms(sentence, SENTENCE, ADDED["sentences"])
        assert sentence["status"] in ("kept", "marked", "removed")
        assert sentence["verdict"] in ("supported", "partial", "unsupported", "contradicted")
        for mark in sentence["citations"]:
            conforms(mark, SUPPORT)
            assert 0 <= mark["support"] <= 1
    for n, citation in enumerate(found["citations"], start=1):
        conforms(citation, CITATION, ADDED["citations"])
        assert citation["n"] == n
    for account in found["accounts"]:
        conforms(account, ACCOUNT)
        relations = ("agrees", "update", "disagrees", "other_quantity", "part_of")
        assert account["relation"] in relations
    conforms(found["coverage"], COVERAGE, ADDED["coverage"])
    for warning in found["warnings"]:
        conforms(warning, WARNING)
    known = range(1, len(found["citations"]) + 1)
    named = [n for one in (*found["answers"], *found["accounts"]) for n in one["citations"]]
    named += [mark["n"] for one in found["sentences"] for mark in one["citations"]]
    named += (found["declined"] or {}).get("nearest", [])
    assert set(named) <= set(known)


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
