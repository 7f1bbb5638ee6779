"""Vouch inside an agent of LangChain: its search and its answers as tools."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage
from langchain_core.tools import BaseTool, create_retriever_tool
from pydantic import BaseModel, Field

from vouch import Library, VouchError

KILLED = "How many people were killed in the explosion at Larkhaven?"


class Calling(GenericFakeChatModel):
    """A model that calls a tool and then answers; it keeps what it was given to read."""

    offered: list[Any] = Field(default_factory=list)
    read: list[list[BaseMessage]] = Field(default_factory=list)

    def bind_tools(self, tools: Sequence[Any], **_: Any) -> Any:
        self.offered.extend(tools)
        return self

    def _generate(self, messages: list[BaseMessage], *rest: Any, **more: Any) -> Any:
        self.read.append(list(messages))
        return super()._generate(messages, *rest, **more)


def calling(name: str, **arguments: Any) -> Calling:
    def replies() -> Iterator[AIMessage]:
        yield AIMessage("", tool_calls=[{"name": name, "args": arguments, "id": "call-1"}])
        yield AIMessage("There are several accounts.")

    return Calling(messages=replies())


def told(model: Calling, tool: BaseTool, *, wait: bool = False) -> ToolMessage:
    """Run an agent and return what the tool told its model."""
    agent = create_agent(model, tools=[tool])
    asked = {"messages": [HumanMessage(KILLED)]}
    state = asyncio.run(agent.ainvoke(asked)) if wait else agent.invoke(asked)
    assert state["messages"][-1].content == "There are several accounts."
    assert {one.name for one in model.offered} == {tool.name}
    message = model.read[-1][-1]
    assert isinstance(message, ToolMessage)
    return message


@pytest.mark.parametrize("wait", [False, True])
def test_an_agent_searches(library: Library, wait: bool) -> None:
    retriever = library.as_retriever(k=3)
    tool = create_retriever_tool(
        retriever, "search", "Searches.", response_format="content_and_artifact"
    )
    message = told(calling("search", query=KILLED), tool, wait=wait)
    assert message.artifact == retriever.invoke(KILLED)
    assert message.content == "\n\n".join(one.page_content for one in message.artifact)


@pytest.mark.parametrize("wait", [False, True])
def test_an_agent_asks(library: Library, wait: bool) -> None:
    tool = library.as_runnable().as_tool()
    message = told(calling("ask_documents", question=KILLED), tool, wait=wait)
    answer = library.ask(KILLED)
    text, sources = message.content.split("\n\nSources:\n")
    assert text == answer.text
    assert len(sources.splitlines()) == len(answer.citations)
    assert sources.startswith("[1] ")
    assert "Federal Chemical Safety Office, 2023-03-24, p. 3" in sources
    assert message.artifact["contract"] == 1
    assert message.artifact["text"] == answer.text
    assert message.status == "success"


def test_an_agent_hears_that_there_is_no_answer(library: Library) -> None:
    model = calling("ask_documents", question="What was the name of the ship?")
    message = told(model, library.as_runnable().as_tool())
    assert message.artifact["declined"]
    assert message.content.startswith(message.artifact["declined"]["message"])
    assert "Sources:" not in message.content
    assert "\n\nNearest passages:\n[1] " in message.content


def test_a_question_that_makes_no_sense_goes_back_to_the_model(library: Library) -> None:
    message = told(calling("ask_documents", question="?"), library.as_runnable().as_tool())
    assert message.status == "error"
    assert "The question is empty. Ask something in words." in message.content


def test_other_errors_are_the_callers(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> Any:
        raise VouchError("The library is damaged.", "Run `vouch check`.")

    monkeypatch.setattr(library._opened.retriever, "retrieve", fail)
    with pytest.raises(VouchError, match="damaged"):
        told(calling("ask_documents", question=KILLED), library.as_runnable().as_tool())


class Wanted(BaseModel):
    query: str
    filters: dict[str, Any]


def test_a_tool_can_have_arguments_of_its_own(library: Library) -> None:
    assistant = library.as_runnable()
    tool = assistant.as_tool(Wanted, name="ask", description="Asks.")
    assert (tool.name, tool.description) == ("ask", "Asks.")
    only = {"publisher": ["Interior Ministry"]}
    found = tool.invoke({"query": KILLED, "filters": only})
    assert "Interior Minister Aldo Brennick" in found
    assert "Safety Office" not in found
    typed = assistant.as_tool(arg_types={"query": str})
    assert typed.args == {"query": {"title": "Query", "type": "string"}}
    assert typed.invoke({"query": KILLED}).startswith(library.ask(KILLED).text)


def test_an_agent_streams_with_the_tool(library: Library) -> None:
    model = calling("ask_documents", question=KILLED)
    agent = create_agent(model, tools=[library.as_runnable().as_tool()])
    updates = list(agent.stream({"messages": [HumanMessage(KILLED)]}, stream_mode="updates"))
    assert [next(iter(update)) for update in updates] == ["model", "tools", "model"]


def test_an_answer_can_stand_in_the_history_of_an_agent(library: Library) -> None:
    earlier = [HumanMessage(KILLED), library.as_runnable().invoke(KILLED)]
    model = calling("ask_documents", question=KILLED)
    agent = create_agent(model, tools=[library.as_runnable().as_tool()])
    state = agent.invoke({"messages": [*earlier, HumanMessage("And hurt?")]})
    assert state["messages"][1].content == earlier[1].content
