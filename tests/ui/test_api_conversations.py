"""Conversations over real HTTP: kept, listed, read, taken back, exported, and re-checked."""

import json
import threading
from dataclasses import replace

import httpx
import pytest
from markdown_it import MarkdownIt

from rag.ledger import Origin
from tests.fakes import (
    WIRE,
    FakeAnswerer,
    ThinkingAnswerer,
    make_answer,
    make_citation,
    sample_answer,
    sample_documents,
    sample_passages,
    text_hash,
    written_answer,
)
from tests.ui.api_server import api, error_of, events_of
from tests.ui.evil import EVIL
from ui.conversation_bodies import (
    CheckReport,
    ConversationBody,
    ConversationExport,
    ConversationList,
)
from ui.conversations import KEPT

QUOTE = "Fire chief Ilse Maron told reporters that 60 people had been taken to hospital."


def cited(library, quote=QUOTE):
    """Return an answer that quotes the library's own wire report."""
    info = next(one for one in library.ledger.find_infos("default")[0] if one.source == "wire.txt")
    document = replace(sample_documents()[0], id=info.id)
    citation = replace(make_citation(document, quote, document_id=info.id), document=info)
    return make_answer("Who?", [(quote, [1])], [citation])


def put_wire(library, text):
    """Change the library's wire report."""
    document = replace(sample_documents()[0], text=text, text_sha256=text_hash(text))
    origin = Origin("/reports/wire.txt", "/reports", text_hash(text), 1, 1)
    library.ledger.put_file("default", origin, [(document, sample_passages(document))])


@pytest.fixture
def served(tmp_path):
    with api(tmp_path / "library") as (client, library):
        library.assistant = FakeAnswerer([cited(library)])
        yield client, library


def ask(client, question, conversation="c", **more):
    body = {"question": question, "conversation_id": conversation, **more}
    response = client.post("/v1/ask", json=body)
    assert response.status_code == 200, response.text
    return response.json()


def questions(client, conversation="c"):
    turns = client.get(f"/v1/conversations/{conversation}").json()["turns"]
    assert [turn["n"] for turn in turns] == list(range(1, len(turns) + 1))
    return [turn["question"] for turn in turns]


def test_a_conversation_is_given_back_with_its_answers(served):
    client, _ = served
    answers = [ask(client, text, include=["hits"]) for text in ("First?", "Second?")]
    body = client.get("/v1/conversations/c").json()
    ConversationBody.model_validate(body, extra="forbid")
    assert (body["id"], body["title"], body["state"]) == ("c", "First?", "current")
    for turn, answer in zip(body["turns"], answers, strict=True):
        del answer["hits"]
        assert turn["answer"] == answer
        assert turn["check"]["citations"][0]["state"] == "current"
    assert error_of(client.get("/v1/conversations/none"))["code"] == "not_found"


def test_conversations_are_listed_page_by_page(served):
    client, _ = served
    for n in range(3):
        ask(client, f"Q{n}?", f"c{n}")
    ask(client, "And?", "c0")
    first = client.get("/v1/conversations", params={"limit": 2}).json()
    ConversationList.model_validate(first, extra="forbid")
    rest = client.get("/v1/conversations", params={"cursor": first["next_cursor"]}).json()
    rows = first["conversations"] + rest["conversations"]
    assert [(row["id"], row["title"], row["questions"]) for row in rows] == [
        ("c2", "Q2?", 1), ("c1", "Q1?", 1), ("c0", "Q0?", 2)
    ]  # fmt: skip
    assert rest["next_cursor"] is None
    assert client.get("/v1/conversations", params={"cursor": "x"}).status_code == 422


def test_an_edit_replaces_the_question_and_all_that_follows(served):
    client, library = served
    for text in ("One?", "Two?", "Three?"):
        ask(client, text)
    ask(client, "Two, better?", replace_from=2)
    assert questions(client) == ["One?", "Two, better?"]
    history = library.assistant.questions[-1].history
    assert [turn.content for turn in history if turn.role == "user"] == ["One?"]
    ask(client, "One, better?", replace_from=1)
    assert questions(client) == ["One, better?"]
    assert client.get("/v1/conversations/c").json()["title"] == "One, better?"


@pytest.mark.parametrize(
    ("more", "status", "names"),
    [
        ({"replace_from": 2}, 400, "There is no turn 2: the conversation has 1"),
        ({"replace_from": 0}, 422, "replace_from"),
        ({"replace_from": "1"}, 422, "replace_from"),
        ({"replace_from": 1, "conversation_id": None}, 400, "needs a conversation"),
    ],
)
def test_a_turn_that_is_not_there_cannot_be_replaced(served, more, status, names):
    client, library = served
    ask(client, "One?")
    body = {"question": "Two?", "conversation_id": "c", **more}
    response = client.post("/v1/ask", json=body)
    assert response.status_code == status
    assert names in error_of(response)["message"]
    assert len(library.assistant.questions) == 1
    assert questions(client) == ["One?"]


def test_an_edit_that_fails_loses_nothing(served):
    client, library = served
    ask(client, "One?")
    library.assistant = FakeAnswerer(error=RuntimeError("broken"))
    body = {"question": "Better?", "conversation_id": "c", "replace_from": 1}
    assert client.post("/v1/ask", json=body).status_code == 500
    assert questions(client) == ["One?"]


def test_turns_are_taken_back(served):
    client, _ = served
    for text in ("One?", "Two?", "Three?"):
        ask(client, text)
    gone = client.delete("/v1/conversations/c/turns/2").json()
    assert gone == {"id": "c", "deleted": False, "questions": 1}
    assert questions(client) == ["One?"]
    assert error_of(client.delete("/v1/conversations/c/turns/2"))["code"] == "bad_request"
    assert client.delete("/v1/conversations/c/turns/1").json()["deleted"] is True
    assert client.get("/v1/conversations/c").status_code == 404


def test_a_conversation_is_deleted_and_does_not_come_back_with_a_late_answer(tmp_path):
    gate = threading.Event()
    with api(tmp_path) as (client, library):
        ask(client, "One?")
        library.assistant = FakeAnswerer([sample_answer()], gate=gate)
        late = threading.Thread(target=ask, args=(client, "Two?"))
        late.start()
        assert library.assistant.started.wait(10)
        gone = client.delete("/v1/conversations/c").json()
        assert gone == {"id": "c", "deleted": True, "questions": 0}
        gate.set()
        late.join(20)
        assert client.get("/v1/conversations/c").status_code == 404
        assert error_of(client.delete("/v1/conversations/c"))["code"] == "not_found"


def test_questions_of_one_conversation_at_once_lose_no_turn(tmp_path):
    """One is edited while another is added: what was added meanwhile stays."""
    gate = threading.Event()
    with api(tmp_path, workers=4) as (client, library):
        for text in ("One?", "Two?"):
            ask(client, text)
        held = library.assistant = FakeAnswerer([sample_answer()], gate=gate)

        def one(text, **more):
            with httpx.Client(base_url=client.base_url, timeout=30) as other:
                ask(other, text, **more)

        edits = threading.Thread(target=one, args=("Two, better?",), kwargs={"replace_from": 2})
        edits.start()
        assert held.started.wait(10)
        library.assistant = FakeAnswerer([sample_answer()])
        adding = [threading.Thread(target=one, args=(f"Also {n}?",)) for n in range(3)]
        for thread in adding:
            thread.start()
        for thread in adding:
            thread.join(20)
        gate.set()
        edits.join(20)
        kept = questions(client)
    assert kept[:2] == ["One?", "Two, better?"]
    assert sorted(kept[2:]) == ["Also 0?", "Also 1?", "Also 2?"]


def test_only_the_newest_questions_are_kept(served):
    client, library = served
    value = {"turns": [{"id": str(n), "question": f"Q{n}?"} for n in range(KEPT)], "title": "Q0?"}
    library.ledger.put_conversation("c", value)
    ask(client, "Newest?")
    body = client.get("/v1/conversations/c").json()
    assert len(body["turns"]) == KEPT
    assert body["turns"][0]["question"] == "Q1?"
    assert body["title"] == "Q0?"


def test_a_conversation_of_an_earlier_version_is_read_and_goes_on(served):
    client, library = served
    answer = {"text": "He [1].", "citations": [], "standalone_question": "Who?"}
    turns = [
        {"role": "user", "content": "Who?"},
        {"role": "assistant", "content": "He [1].", "answer": answer},
    ]
    library.ledger.put_conversation("old", {"turns": turns})
    ask(client, "And then?", "old")
    history = library.assistant.questions[-1].history
    assert [turn.content for turn in history] == ["Who?", "He [1]."]
    assert questions(client, "old") == ["Who?", "And then?"]
    shown = client.get("/v1/conversations/old/export", params={"format": "markdown"}).text
    assert "earlier version" in shown


def test_a_changed_source_marks_the_answer_stale_everywhere(served):
    client, library = served
    ask(client, "Who?")
    put_wire(library, f"CORRECTED.\n\n{WIRE}")
    body = client.get("/v1/conversations/c").json()
    (quote,) = body["turns"][0]["check"]["citations"]
    assert (body["state"], quote["state"], quote["why"]) == ("stale", "stale", "moved")
    text = client.get(f"/v1/documents/{quote['document_id']}").json()["text"]
    assert text[quote["start"] : quote["end"]] == QUOTE
    exported = client.get("/v1/conversations/c/export").json()
    assert exported["turns"][0]["check"]["state"] == "stale"
    shown = client.get("/v1/conversations/c/export", params={"format": "markdown"}).text
    assert "Stale" in shown
    library.ledger.remove_documents([quote["document_id"]])
    (quote,) = client.get("/v1/conversations/c").json()["turns"][0]["check"]["citations"]
    assert quote["why"] == "document_gone"


def test_an_export_carries_its_evidence_and_can_be_checked_again(served):
    client, library = served
    for text in ("Who?", "And why?"):
        answer = ask(client, text)
    response = client.get("/v1/conversations/c/export")
    assert "attachment" in response.headers["content-disposition"]
    exported = response.json()
    ConversationExport.model_validate(exported, extra="forbid")
    assert (exported["vouch"], exported["kind"]) == (1, "conversation")
    for value, kind in ((exported, "conversation"), (answer, "answer")):
        report = client.post("/v1/conversations/check", json=value).json()
        CheckReport.model_validate(report, extra="forbid")
        assert (report["kind"], report["state"]) == (kind, "current")
    assert report["quotations"] == {"current": 1, "stale": 0, "damaged": 0}
    forged = json.loads(json.dumps(exported))
    forged["turns"][1]["answer"]["citations"][0]["quote"] = QUOTE.replace("60", "90")
    report = client.post("/v1/conversations/check", json=forged).json()
    assert [one["state"] for one in report["answers"]] == ["current", "damaged"]
    put_wire(library, WIRE.replace("60 people", "61 people"))
    report = client.post("/v1/conversations/check", json=exported).json()
    assert report["quotations"] == {"current": 0, "stale": 2, "damaged": 0}
    assert report["library_seq"] == library.ledger.seq


def test_a_markdown_export_is_readable_and_nothing_in_it_is_markup(served):
    client, library = served
    library.assistant = FakeAnswerer([written_answer()])
    for text in EVIL:
        ask(client, f"Question {text}")
    response = client.get("/v1/conversations/c/export", params={"format": "markdown"})
    assert response.headers["content-type"] == "text/markdown; charset=utf-8"
    assert response.headers["x-content-type-options"] == "nosniff"
    shown = response.text
    assert "text sha256" in shown
    assert "1 sentence removed: no source says this" in shown
    assert "Written by openai\\:gpt\\-5\\-mini, checked by Vouch." in shown
    page = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(shown)
    for part in ("<script", "<img", "<a ", "<b>", "<svg", "<iframe", "<form", "<style", "<code>m"):
        assert part not in page, part
    wrong = client.get("/v1/conversations/c/export", params={"format": "pdf"})
    assert "format" in error_of(wrong)["message"]


HOSTILE = [
    ({}, "neither"),
    ({"vouch": 2, "kind": "conversation", "turns": []}, "vouch must be 1"),
    ({"vouch": True, "kind": "conversation", "turns": []}, "vouch must be 1"),
    ({"vouch": 1, "kind": "conversation"}, "turns must be a list"),
    ({"vouch": 1, "kind": "conversation", "turns": {"<script>": 1}}, "turns must be a list"),
    ({"vouch": 1, "kind": "conversation", "turns": [[]] * 3}, "turns[0].question"),
    ({"vouch": 1, "kind": "conversation", "turns": [{"question": 3}]}, "turns[0].question"),
    ({"vouch": 1, "kind": "conversation", "turns": [{}] * 501}, "at most 500"),
    (
        {"vouch": 1, "kind": "conversation", "turns": [{"question": "?", "answer": []}]},
        "[0].answer",
    ),
    ({"contract": "<img src=x onerror=alert(1)>"}, "contract"),
    ({"contract": 1}, "citations"),
]


@pytest.mark.parametrize(("body", "names"), HOSTILE)
def test_what_is_no_export_is_refused_by_name(served, body, names):
    client, _ = served
    response = client.post("/v1/conversations/check", json=body)
    assert response.status_code == 400
    error = error_of(response)
    assert names in error["message"]
    assert error["hint"]


def test_hostile_bytes_get_a_clear_error(served):
    client, _ = served
    headers = {"content-type": "application/json"}
    for body in (b"PDF", b"[" * 10_000, b'{"contract": NaN}', b'{"a":' * 200 + b"1" + b"}" * 200):
        response = client.post("/v1/conversations/check", content=body, headers=headers)
        assert error_of(response)["code"] in ("bad_request", "invalid_field"), body[:20]
    response = client.post("/v1/conversations/check", content=b" " * (9 << 20), headers=headers)
    assert response.status_code == 413


def test_too_many_citations_are_refused(served):
    client, _ = served
    answer = ask(client, "Who?")
    many = [{**answer["citations"][0], "n": n} for n in range(1, 901)]
    turns = [{"question": "?", "answer": {**answer, "citations": many}}] * 6
    body = {"vouch": 1, "kind": "conversation", "turns": turns}
    response = client.post("/v1/conversations/check", json=body)
    assert "5,000 citations" in error_of(response)["message"]


def test_thoughts_are_streamed_apart_from_the_answer(tmp_path):
    from rag.types import Step, Thought

    events = [Thought("Sixty, "), Thought("I think."), Step("write", "Waiting, 1 s")]
    answerer = ThinkingAnswerer([written_answer()], events=events)
    body = {"question": "Who?", "stream": True, "conversation_id": "c"}
    with (
        api(tmp_path, answerer=answerer) as (client, _),
        client.stream("POST", "/v1/ask", json=body) as response,
    ):
        found = list(events_of(response.iter_lines()))
        kept = client.get("/v1/conversations/c").json()["turns"][0]["answer"]
    thoughts = [data for name, data in found if name == "thought"]
    assert thoughts == [{"text": "Sixty, "}, {"text": "I think."}]
    name, answer = found[-1]
    assert (name, answer["thinking"]) == ("answer", written_answer().thinking)
    assert answer["sentences"][1]["status"] == "removed"
    assert kept == answer
