"""The assistant as a LangChain runnable, on the examples."""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from langchain_core.callbacks import AsyncCallbackHandler, BaseCallbackHandler
from langchain_core.language_models import FakeListChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import Runnable, RunnableLambda, RunnableParallel
from langchain_core.runnables.config import get_callback_manager_for_config

from rag.build import open_library
from rag.types import DraftSentence, Material, Step, Thought, Writer
from vouch import Library, VouchAssistant, VouchError

KILLED = "How many people were killed in the explosion at Larkhaven?"
UNKNOWN = "What was the name of the ship that brought the nitrate?"


@pytest.fixture(scope="module")
def assistant(library: Library) -> VouchAssistant:
    return library.as_runnable()


@pytest.fixture(scope="module")
def message(assistant: VouchAssistant) -> AIMessage:
    return assistant.invoke(KILLED)


def citations_in(message: AIMessage) -> list[dict[str, Any]]:
    return [
        annotation
        for block in message.content_blocks
        if block["type"] == "text"
        for annotation in block.get("annotations", [])
    ]


def summed(chunks: list[AIMessageChunk]) -> AIMessageChunk:
    whole = chunks[0]
    for chunk in chunks[1:]:
        whole = whole + chunk
    return whole


def test_an_answer_is_a_message_with_standard_citations(
    library: Library, message: AIMessage
) -> None:
    answer = library.ask(KILLED)
    assert message.text == answer.text
    (block,) = message.content_blocks
    assert block["type"] == "text"
    found = citations_in(message)
    assert len(found) == sum(len(sentence.citations) for sentence in answer.sentences) > 6
    for citation in found:
        assert citation["type"] == "citation"
        extras = citation["extras"]
        text = library.text(extras["document_id"])
        assert text[extras["start"] : extras["end"]] == citation["cited_text"]
        assert text.startswith(extras["prefix"], extras["start"] - len(extras["prefix"]))
        sentence = message.text[citation["start_index"] : citation["end_index"]]
        assert f"[{extras['n']}]" in sentence or sentence == answer.sentences[0].text
        assert extras["support"] > 0.5
        assert (extras["verdict"], extras["status"]) == ("supported", "kept")
    quoted = [one for one in found if one["cited_text"] in message.text[one["start_index"] :]]
    assert len(quoted) >= 5
    assert json.loads(json.dumps(message.content)) == message.content


def test_a_citation_names_its_page_and_a_file_that_is_there(message: AIMessage) -> None:
    report = next(one for one in citations_in(message) if "08-safety" in one["url"])
    assert report["url"].startswith("file:///")
    assert report["url"].endswith(f"08-safety-office-report.pdf#page={report['extras']['page']}")
    assert report["extras"]["page_label"] in report["extras"]["place"]
    assert report["title"]
    assert report["extras"]["publisher"] == "Federal Chemical Safety Office"


def test_the_whole_answer_travels_with_the_message(library: Library, message: AIMessage) -> None:
    answer = message.response_metadata["answer"]
    assert answer["contract"] == 1
    assert (answer["text"], answer["id"]) == (message.text, message.id)
    assert [one["quote"] for one in answer["citations"]] == [
        citation.quote for citation in library.ask(KILLED).citations
    ]
    assert message.response_metadata["declined"] is None
    assert message.response_metadata["complete"] is True
    assert json.loads(json.dumps(message.response_metadata)) == message.response_metadata


def test_a_refusal_is_a_message_without_citations(assistant: VouchAssistant) -> None:
    message = assistant.invoke(UNKNOWN)
    declined = message.response_metadata["declined"]
    assert message.text == declined["message"]
    assert citations_in(message) == []
    nearest = [message.response_metadata["answer"]["citations"][n - 1] for n in declined["nearest"]]
    assert nearest
    assert summed(list(assistant.stream(UNKNOWN))).content == message.content


@pytest.mark.parametrize(
    "asked",
    [KILLED, "When did the explosion happen?", "What happened at Larkhaven?"],
)
def test_the_chunks_add_up_to_the_message(assistant: VouchAssistant, asked: str) -> None:
    message = assistant.invoke(asked)
    chunks = list(assistant.stream(asked))
    sentences = message.response_metadata["answer"]["sentences"]
    assert all(isinstance(chunk, AIMessageChunk) for chunk in chunks)
    assert len(chunks) == len(sentences) + 1 > 3
    for chunk, sentence in zip(chunks, sentences, strict=False):
        assert chunk.text.strip() == message.text[sentence["start"] : sentence["end"]]
        assert len(citations_in(chunk)) == len(sentence["citations"])
    whole = summed(chunks)
    assert whole.content == message.content
    assert whole.response_metadata.keys() == message.response_metadata.keys()
    assert whole.response_metadata["answer"]["text"] == message.text
    assert whole.chunk_position == "last"


def test_async_gives_the_same(assistant: VouchAssistant, message: AIMessage) -> None:
    async def both() -> tuple[AIMessage, AIMessageChunk]:
        chunks = [chunk async for chunk in assistant.astream({"question": KILLED})]
        return await assistant.ainvoke([HumanMessage(KILLED)]), summed(chunks)

    one, other = asyncio.run(both())
    assert one.content == message.content
    assert other.content == message.content


def test_it_composes(library: Library, assistant: VouchAssistant, message: AIMessage) -> None:
    assert isinstance(assistant, Runnable)
    prompt = ChatPromptTemplate([("system", "Be brief."), ("user", "{question}")])
    chain = prompt | assistant | StrOutputParser()
    assert chain.invoke({"question": KILLED}) == message.text
    assert "".join(chain.stream({"question": KILLED})) == message.text
    both = RunnableParallel(answer=assistant, passages=library.as_retriever(k=2))
    found = both.invoke(KILLED)
    assert found["answer"].content == message.content
    assert len(found["passages"]) == 2
    spoken = RunnableLambda(lambda it: it["spoken"]) | assistant
    assert spoken.invoke({"spoken": KILLED}).content == message.content
    assert assistant.get_input_jsonschema()
    assert assistant.get_output_jsonschema()["title"] == "AIMessage"


def test_a_batch_answers_each_and_keeps_errors_apart(assistant: VouchAssistant) -> None:
    asked = [KILLED, "", "How large is the relief fund?", UNKNOWN]
    found = assistant.batch(asked, {"max_concurrency": 3}, return_exceptions=True)
    assert isinstance(found[1], VouchError)
    for question, one in zip(asked, found, strict=True):
        if question:
            assert one.content == assistant.invoke(question).content
    with pytest.raises(VouchError, match="empty"):
        asyncio.run(assistant.abatch(asked))


def test_filters_hold_for_every_question(library: Library) -> None:
    only = library.as_runnable(filters={"published_to": "2023-03-14"})
    answer = only.invoke(KILLED).response_metadata["answer"]
    assert {one["published"] for one in answer["citations"]} == {"2023-03-14"}
    narrow = {"question": KILLED, "filters": {"publisher": ["Interior Ministry"]}}
    assert citations_in(only.invoke(narrow)) == []
    assert citations_in(library.as_runnable().invoke(narrow))
    with pytest.raises(VouchError, match="is fixed here"):
        only.invoke({"question": KILLED, "filters": {"published_to": "2024-01-01"}})


def test_a_follow_up_is_understood_from_messages(assistant: VouchAssistant) -> None:
    first = assistant.invoke("How large is the relief fund?")
    talk = [HumanMessage("How large is the relief fund?"), first, HumanMessage("Who voted for it?")]
    answer = assistant.invoke({"messages": talk}).response_metadata["answer"]
    assert answer["question"] == "Who voted for it?"
    assert "fund" in answer["standalone_question"]


class Heard(BaseCallbackHandler):
    """Notes runs as they begin and end, each with the name of the one around it."""

    def __init__(self) -> None:
        self.told: list[tuple[str, Any]] = []
        self.names: dict[Any, str] = {}
        self.handlers: list[Any] = []

    def _begin(self, what: str, run_id: Any, parent: Any, name: str) -> None:
        self.names[run_id] = name
        self.told.append((what, (name, self.names.get(parent))))

    def on_chain_start(self, *_: Any, run_id: Any, parent_run_id: Any = None, **rest: Any) -> None:
        self._begin("chain", run_id, parent_run_id, rest["name"])

    def on_chain_end(self, outputs: Any, *, run_id: Any, **rest: Any) -> None:
        self.told.append(("chain_end", outputs))

    def on_chain_error(self, error: BaseException, **rest: Any) -> None:
        self.told.append(("chain_error", error))

    def on_retriever_start(
        self, *_: Any, run_id: Any, parent_run_id: Any = None, **rest: Any
    ) -> None:
        self._begin("search", run_id, parent_run_id, rest["name"])

    def on_retriever_end(self, documents: Any, **rest: Any) -> None:
        self.told.append(("search_end", documents))

    def on_chat_model_start(self, *_: Any, parent_run_id: Any = None, **rest: Any) -> None:
        self.told.append(("model", self.names.get(parent_run_id)))

    def on_custom_event(self, name: str, data: Any, **rest: Any) -> None:
        self.told.append((name, data))


@pytest.mark.parametrize("way", ["invoke", "stream", "ainvoke", "astream"])
def test_callbacks_see_the_answer_and_its_search(
    assistant: VouchAssistant, message: AIMessage, way: str
) -> None:
    heard = Heard()

    async def collected() -> None:
        if way == "ainvoke":
            await assistant.ainvoke(KILLED, {"callbacks": [heard]})
        else:
            _ = [one async for one in assistant.astream(KILLED, {"callbacks": [heard]})]

    if way.startswith("a"):
        asyncio.run(collected())
    elif way == "invoke":
        assistant.invoke(KILLED, {"callbacks": [heard]})
    else:
        list(assistant.stream(KILLED, {"callbacks": [heard]}))
    assert heard.told[0] == ("chain", ("VouchAssistant", None))
    assert heard.told[1] == ("search", ("VouchRetriever", "VouchAssistant"))
    name, documents = heard.told[2]
    assert name == "search_end"
    cited = {one["extras"]["passage_id"] for one in citations_in(message)}
    assert cited <= {document.id for document in documents}
    steps = [data["name"] for name, data in heard.told if name == "vouch_step"]
    assert steps[:2] == ["retrieve", "read"]
    assert heard.told[-1][0] == "chain_end"
    assert heard.told[-1][1].content == message.content


def test_callbacks_see_an_error(assistant: VouchAssistant) -> None:
    heard = Heard()
    with pytest.raises(VouchError):
        assistant.invoke("", {"callbacks": [heard]})
    assert [name for name, _ in heard.told] == ["chain", "chain_error"]


class HeardAsync(AsyncCallbackHandler):
    def __init__(self) -> None:
        self.told: list[str] = []

    async def on_chain_start(self, *_: Any, **rest: Any) -> None:
        self.told.append("chain")

    async def on_retriever_end(self, documents: Any, **rest: Any) -> None:
        self.told.append("search_end")


def test_async_callbacks_and_events_work(assistant: VouchAssistant) -> None:
    heard = HeardAsync()

    async def events() -> list[tuple[str, str]]:
        await assistant.ainvoke(KILLED, {"callbacks": [heard]})
        found = assistant.astream_events(KILLED, version="v2")
        return [(event["event"], event["name"]) async for event in found]

    named = asyncio.run(events())
    assert heard.told == ["chain", "search_end"]
    assert ("on_retriever_end", "VouchRetriever") in named
    assert ("on_custom_event", "vouch_step") in named
    assert named.count(("on_chain_stream", "VouchAssistant")) > 3


class Listening:
    """Hears of every connection that Python opens in this process, while it is on."""

    on = False
    heard: list[tuple[str, Any]]

    def __call__(self, event: str, arguments: Any) -> None:
        if self.on and event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
            self.heard.append((event, arguments[1:] or arguments))


def test_nothing_is_traced_and_nothing_is_sent(
    library: Library, assistant: VouchAssistant, no_tracing: None
) -> None:
    listening = Listening()
    listening.heard = []
    sys.addaudithook(listening)
    listening.on = True
    try:
        with pytest.raises(OSError), __import__("socket").socket() as probe:
            probe.connect(("127.0.0.1", 9))
        assistant.invoke(KILLED)
        list(assistant.stream(KILLED))
        asyncio.run(assistant.ainvoke(KILLED))
        library.as_retriever().invoke(KILLED)
        assistant.as_tool().invoke({"question": KILLED})
    finally:
        listening.on = False
    assert [event for event, _ in listening.heard] == ["socket.connect"], "the probe is heard"
    assert get_callback_manager_for_config({}).handlers == []


def test_tracing_is_on_only_where_the_user_turns_it_on(
    no_tracing: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the test above rests on: with that variable LangChain adds its tracer by itself."""
    from langsmith.utils import get_env_var, tracing_is_enabled

    assert not tracing_is_enabled()
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    get_env_var.cache_clear()
    assert tracing_is_enabled()
    monkeypatch.undo()
    get_env_var.cache_clear()


class Scripted:
    """A writer that thinks, says one thing that is so and one that is not."""

    name = "scripted"

    def write(self, material: Material) -> Iterator[DraftSentence | Thought | Step]:
        yield Thought("Let me ")
        yield Thought("see.")
        account = material.accounts[0].candidates[0]
        from rag.citations import cite

        citation = cite(account.hit, account.start, account.end)
        yield DraftSentence(account.text, (citation,), "written")
        yield DraftSentence("The moon fell on 999 penguins in Paris.", (citation,), "written")


def test_thinking_is_kept_apart_and_what_was_removed_is_not_shown(
    written_by: Callable[[Writer], Library],
) -> None:
    heard = Heard()
    assistant = written_by(Scripted()).as_runnable()
    message = assistant.invoke(KILLED)
    assert [block["type"] for block in message.content_blocks] == ["reasoning", "text"]
    assert message.content_blocks[0]["reasoning"] == "Let me see."
    assert "penguins" not in message.text
    assert "Let me see" not in message.text
    assert len(citations_in(message)) == 1
    assert summed(list(assistant.stream(KILLED, {"callbacks": [heard]}))).content == message.content
    assert [data["text"] for name, data in heard.told if name == "vouch_removed"] == [
        "The moon fell on 999 penguins in Paris."
    ]


def test_a_model_that_writes_is_a_part_of_the_run(library: Library) -> None:
    settings = library._opened.settings
    talk = FakeListChatModel(responses=["<think>Hm.</think>It fell from the sky."])
    heard = Heard()
    with Library(open_library(settings, model=talk)) as written:
        assistant = written.as_runnable()
        message = assistant.invoke(KILLED, {"callbacks": [heard]})
        whole = summed(list(assistant.stream(KILLED)))
    assert ("model", "VouchAssistant") in heard.told
    warnings = [one["code"] for one in message.response_metadata["answer"]["warnings"]]
    assert "writer_failed" in warnings
    assert message.text == library.ask(KILLED).text
    assert "Hm." in message.content_blocks[0]["reasoning"]
    assert whole.content == message.content


class Stalling:
    """A writer that waits after its first sentence, and says when it is stopped."""

    name = "stalling"

    def __init__(self) -> None:
        self.begun, self.go, self.stopped = (threading.Event() for _ in range(3))
        self.finished = False

    def write(self, material: Material) -> Iterator[DraftSentence | Thought | Step]:
        from rag.citations import cite

        account = material.accounts[0].candidates[0]
        draft = DraftSentence(account.text, (cite(account.hit, account.start, account.end),))
        try:
            self.begun.set()
            yield draft
            assert self.go.wait(20)
            yield draft
            self.finished = True
        finally:
            self.stopped.set()


def test_who_leaves_a_stream_stops_the_work(written_by: Callable[[Writer], Library]) -> None:
    writer = Stalling()
    chunks = written_by(writer).as_runnable().stream(KILLED)
    assert next(chunks).text
    chunks.close()  # type: ignore[attr-defined]
    assert writer.stopped.is_set()
    assert not writer.finished


@pytest.mark.parametrize("way", ["astream", "ainvoke"])
def test_who_leaves_an_async_answer_stops_the_work(
    written_by: Callable[[Writer], Library], way: str
) -> None:
    writer = Stalling()
    assistant = written_by(writer).as_runnable()

    async def leave() -> None:
        if way == "ainvoke":
            task = asyncio.create_task(assistant.ainvoke(KILLED))
            assert await asyncio.to_thread(writer.begun.wait, 20)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        else:
            chunks = assistant.astream(KILLED)
            assert (await anext(chunks)).text
            await chunks.aclose()  # type: ignore[attr-defined]
        writer.go.set()
        await asyncio.to_thread(writer.stopped.wait, 20)

    asyncio.run(leave())
    assert writer.stopped.is_set()
    assert not writer.finished
