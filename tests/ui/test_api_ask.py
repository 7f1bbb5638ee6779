"""Questions and searches over real HTTP."""

import httpx
import pytest

from rag.errors import LibraryError
from rag.types import SentenceRemoved
from tests.fakes import FakeAnswerer, declined_answer, disagreeing_answer, sample_answer
from tests.ui.api_server import api, error_of, events_of
from ui.bodies import AnswerBody, SearchResult
from ui.conversations import MOST_TURNS


@pytest.fixture
def served(tmp_path):
    answerer = FakeAnswerer([disagreeing_answer()])
    with api(tmp_path / "library", answerer=answerer) as (client, library):
        yield client, library


def test_answer_has_the_shape_of_the_contract(served):
    client, library = served
    response = client.post("/v1/ask", json={"question": "How many?", "include": ["hits", "trace"]})
    assert response.status_code == 200
    body = response.json()
    assert body["question"] == "How many?"
    assert [c["n"] for c in body["citations"]] == [1, 2]
    for mark in body["marks"]:
        assert body["text"][mark["start"] : mark["end"]] == f"[{mark['n']}]"
    strict = AnswerBody.model_validate(body, extra="forbid", strict=True)
    assert strict.model_dump(exclude_unset=True)["accounts"] == body["accounts"]
    assert len(body["hits"]) == 2
    # Every documented field is really there: nothing is documented that is never sent.
    assert set(AnswerBody.model_fields) == set(body)


def test_hits_come_only_when_asked_for(served):
    client, _ = served
    body = client.post("/v1/ask", json={"question": "How many?"}).json()
    assert "hits" not in body
    assert "trace" not in body


def test_refusal_is_200(tmp_path):
    with api(tmp_path, answerer=FakeAnswerer([declined_answer()])) as (client, _):
        response = client.post("/v1/ask", json={"question": "Boiling point?"})
    assert response.status_code == 200
    assert response.json()["declined"]["reason"] == "nothing_found"


def test_request_reaches_the_assistant_whole(served):
    client, library = served
    client.post(
        "/v1/ask",
        json={
            "question": "  And then?  ",
            "history": [
                {"role": "user", "content": "Who?"},
                {"role": "assistant", "content": "He.", "answer": {"id": "x"}},
            ],
            "filters": {
                "publisher": "Northern Wire",
                "published_from": "2023-03-14",
                "metadata": {"labels": ["1", "2"]},
                "document_ids": ["a"],
            },
            "collection": "other",
            "temperature": 0.3,
            "user": {"unknown": ["fields", "are", "ignored"]},
        },
    )
    (question,) = library.assistant.questions
    assert question.text == "And then?"
    assert [turn.content for turn in question.history] == ["Who?", "He."]
    assert question.history[1].answer["id"] == "x"
    assert question.filters.publisher == ("Northern Wire",)
    assert question.filters.published_from == "2023-03-14"
    assert question.filters.metadata == {"labels": ["1", "2"]}
    assert question.filters.document_ids == ("a",)
    assert question.collection == "other"


def test_stream_sends_steps_sentences_removed_and_the_answer(tmp_path):
    removed = SentenceRemoved("Forty died.", ("the number is not in the source",))
    answerer = FakeAnswerer([sample_answer()], removed=removed)
    with (
        api(tmp_path, answerer=answerer) as (client, _),
        client.stream("POST", "/v1/ask", json={"question": "Who?", "stream": True}) as response,
    ):
        assert response.headers["content-type"].startswith("text/event-stream")
        events = list(events_of(response.iter_lines()))
        plain = client.post("/v1/ask", json={"question": "Who?"}).json()
    assert [name for name, _ in events] == ["step", "step", "sentence", "removed", "answer"]
    assert events[2][1]["new_citations"][0]["quote"] == plain["citations"][0]["quote"]
    assert events[3][1]["problems"] == ["the number is not in the source"]
    assert events[-1][1] == plain


def test_error_in_a_stream_is_its_last_event(tmp_path):
    answerer = FakeAnswerer(error=LibraryError("The disk is gone.", "Plug it in."))
    with (
        api(tmp_path, answerer=answerer) as (client, _),
        client.stream("POST", "/v1/ask", json={"question": "Who?", "stream": True}) as response,
    ):
        events = list(events_of(response.iter_lines()))
        name, data = events[-1]
        assert name == "error"
        assert data["error"]["hint"] == "Plug it in."
        assert data["error"]["request_id"] == response.headers["x-request-id"]
        assert error_of(client.post("/v1/ask", json={"question": "Who?"}))["code"] == "library"


def test_unforeseen_error_is_500_and_says_nothing_of_the_inside(tmp_path):
    answerer = FakeAnswerer(error=RuntimeError("secret path /home/someone"))
    with api(tmp_path, answerer=answerer) as (client, _):
        response = client.post("/v1/ask", json={"question": "Who?"})
        assert response.status_code == 500
        assert error_of(response)["code"] == "internal"
        assert "secret" not in response.text
        assert response.headers["x-content-type-options"] == "nosniff"
        with client.stream("POST", "/v1/ask", json={"question": "?a", "stream": True}) as stream:
            name, data = list(events_of(stream.iter_lines()))[-1]
        assert (name, data["error"]["code"]) == ("error", "internal")
        # The worker has outlived both.
        assert client.get("/healthz").json()["status"] == "ok"


BAD = [
    ({}, 422, "question"),
    ({"question": None}, 422, "question"),
    ({"question": 5}, 422, "question"),
    ({"question": ["a"]}, 422, "question"),
    ({"question": ""}, 400, "empty"),
    ({"question": " \n\t "}, 400, "empty"),
    ({"question": "?!"}, 400, "empty"),
    ({"question": "a" * 100_000}, 400, "100,000"),
    ({"question": "a", "stream": "yes"}, 422, "stream"),
    ({"question": "a", "stream": 1}, 422, "stream"),
    ({"question": "a", "history": {}}, 422, "history"),
    ({"question": "a", "history": [{"role": "system", "content": "x"}]}, 422, "history.0.role"),
    ({"question": "a", "history": [{"role": "user", "content": 1}]}, 422, "history.0.content"),
    (
        {"question": "a", "history": [{"role": "user", "content": "b", "answer": []}]},
        422,
        "history.0.answer",
    ),
    ({"question": "a", "include": ["everything"]}, 422, "include.0"),
    ({"question": "a", "include": "hits"}, 422, "include"),
    ({"question": "a", "conversation_id": 7}, 422, "conversation_id"),
    ({"question": "a", "collection": []}, 422, "collection"),
    ({"question": "a", "filters": []}, 422, "filters"),
    ({"question": "a", "filters": {"document_ids": "x"}}, 422, "filters.document_ids"),
    ({"question": "a", "filters": {"published_from": 2023}}, 422, "filters.published_from"),
    ({"question": "a", "filters": {"published_from": "soon"}}, 400, "filters.published_from"),
    ({"question": "a", "filters": {"published_to": "2023-02-30"}}, 400, "filters.published_to"),
    (
        {
            "question": "a",
            "filters": {"published_from": "2023-02-02", "published_to": "2023-02-01"},
        },
        400,
        "is after",
    ),
    ({"question": "a", "filters": {"publisher": [1]}}, 422, "filters.publisher"),
    ({"question": "a", "filters": {"metadata": "x"}}, 422, "filters.metadata"),
    # A filter that does not exist must not be ignored: the answer would not be filtered.
    ({"question": "a", "filters": {"publishers": ["x"]}}, 400, "publishers"),
]


@pytest.mark.parametrize(("body", "status", "names"), BAD)
def test_wrong_field_is_named(shared, body, status, names):
    response = shared.post("/v1/ask", json=body)
    assert response.status_code == status
    error = error_of(response)
    assert names in error["message"]
    assert error["hint"]


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    with api(tmp_path_factory.mktemp("library")) as (client, _):
        yield client


NOT_JSON = [
    b"",
    b"{",
    b'{"question": "a"',
    b'{"question": NaN}',
    b'{"question": "a", "filters": {"metadata": {"x": Infinity}}}',
    b'{"question": "a", "filters": {"metadata": {"x": 1e999}}}',
    b'{"question": "a", "x": ' + b"9" * 5000 + b"}",
    b'{"question": "\xff"}',
    b'{"question": "\\ud800 half"}',
    b'{"question": "a", "filters": {"metadata": {"\\udfff": 1}}}',
    b"[" * 100_000,
    b"[" * 500 + b"]" * 500,
    b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    b"null",
    b'"text"',
    b"[]",
    b"123",
    b"\x00",
    b"\xef\xbb\xbf{}",
]


@pytest.mark.parametrize("body", NOT_JSON, ids=lambda body: repr(body[:30]))
def test_what_is_not_a_json_object_is_refused(shared, body):
    for route in ("/v1/ask", "/v1/search"):
        response = shared.post(route, content=body, headers={"content-type": "application/json"})
        assert 400 <= response.status_code < 500, response.text
        assert error_of(response)["hint"]


def test_json_without_its_content_type_is_refused(shared):
    # A form of another site can send text/plain without asking; it must not be read as JSON.
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        response = shared.post(
            "/v1/ask", content=b'{"question": "a"}', headers={"content-type": kind}
        )
        assert response.status_code in (400, 422)
        assert "application/json" in error_of(response)["hint"]


def test_conversation_is_kept_when_it_is_named(served):
    client, library = served
    for text in ("First?", "Second?"):
        client.post("/v1/ask", json={"question": text, "conversation_id": "c 1"})
    client.post("/v1/ask", json={"question": "Elsewhere?", "conversation_id": "c 2"})
    client.post("/v1/ask", json={"question": "Nowhere?"})
    first, second, elsewhere, nowhere = library.assistant.questions
    assert first.history == ()
    assert [turn.role for turn in second.history] == ["user", "assistant"]
    assert second.history[0].content == "First?"
    assert second.history[1].answer["accounts"][0]["claimant"] == "Estuary Watch"
    assert elsewhere.history == ()
    assert nowhere.history == ()


def test_own_history_beats_the_kept_one_and_streams_are_kept_too(served):
    client, library = served
    body = {"question": "First?", "conversation_id": "c", "stream": True}
    assert client.post("/v1/ask", json=body).status_code == 200
    client.post("/v1/ask", json={"question": "Second?", "conversation_id": "c"})
    own = [{"role": "user", "content": "Mine."}]
    client.post("/v1/ask", json={"question": "Third?", "conversation_id": "c", "history": own})
    _, second, third = library.assistant.questions
    assert second.history[0].content == "First?"
    assert [turn.content for turn in third.history] == ["Mine."]


def test_search_gives_passages(served):
    client, library = served
    response = client.post(
        "/v1/search",
        json={"query": " explosion ", "limit": 2, "filters": {"published_from": "2023-03-14"}},
    )
    assert response.status_code == 200
    body = response.json()
    SearchResult.model_validate(body, extra="forbid")
    assert len(body["hits"]) == 2
    assert body["library_seq"] == library.ledger.seq
    for hit in body["hits"]:
        text = client.get(f"/v1/documents/{hit['document_id']}").json()["text"]
        assert text[hit["start"] : hit["end"]] == hit["text"]
    ((query, filters, collection, limit),) = library.retriever.asked
    assert (query, filters.published_from, collection, limit) == (
        "explosion",
        "2023-03-14",
        "default",
        2,
    )


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ({}, "query"),
        ({"query": ""}, "empty"),
        ({"query": "a" * 100_000}, "100,000"),
        ({"query": "a", "limit": 0}, "limit"),
        ({"query": "a", "limit": 101}, "limit"),
        ({"query": "a", "limit": "5"}, "limit"),
        ({"query": "a", "limit": True}, "limit"),
        ({"query": "a", "filters": {"x": 1}}, "'x'"),
    ],
)
def test_wrong_search_is_refused(shared, body, names):
    response = shared.post("/v1/search", json=body)
    assert response.status_code in (400, 422)
    assert names in error_of(response)["message"]


def test_two_requests_on_one_connection(served):
    client, _ = served
    limits = httpx.Limits(max_connections=1)
    with httpx.Client(base_url=client.base_url, limits=limits) as one:
        answers = [one.post("/v1/ask", json={"question": q}).json() for q in ("A?", "B?")]
    assert [answer["question"] for answer in answers] == ["A?", "B?"]


def test_only_the_last_turns_of_a_long_history_are_used(served):
    client, library = served
    history = [{"role": "user", "content": f"Question {n}?"} for n in range(500)]
    client.post("/v1/ask", json={"question": "And?", "history": history})
    (question,) = library.assistant.questions
    assert len(question.history) == MOST_TURNS
    assert question.history[-1].content == "Question 499?"
