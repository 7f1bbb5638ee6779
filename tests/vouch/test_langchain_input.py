"""What a runnable takes for a question."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.prompts import ChatPromptTemplate, PromptTemplate

from rag.errors import BadRequest
from rag.types import Filters
from vouch.langchain_input import narrowed, question_of

ANSWER = {"contract": 1, "text": "Twelve. [1]", "standalone_question": "How many died?"}
EARLIER = [
    SystemMessage("Be brief."),
    HumanMessage("How many died?"),
    AIMessage("", tool_calls=[{"name": "t", "args": {}, "id": "1"}]),
    ToolMessage("12", tool_call_id="1"),
    AIMessage(
        content_blocks=[{"type": "text", "text": "Twelve. [1]"}],
        response_metadata={"answer": ANSWER},
    ),
]
TURNS = [("user", "How many died?", None), ("assistant", "Twelve. [1]", ANSWER)]
PLAIN = [("user", "How many died?", None), ("assistant", "Twelve.", None)]


def read(asked: Any, fixed: Filters | None = None) -> Any:
    return question_of(asked, fixed or Filters(), "default", 200)


@pytest.mark.parametrize(
    "asked",
    [
        " And hurt? ",
        {"question": "And hurt?"},
        {"input": "And hurt?", "unknown": object(), "chat_history": []},
        {"query": "And hurt?", "history": None},
        HumanMessage("And hurt?"),
        AIMessage("And hurt?"),
        [HumanMessage("And hurt?")],
        [("user", "And hurt?")],
        [{"role": "user", "content": "And hurt?"}],
        {"messages": [SystemMessage("Be brief."), HumanMessage("And hurt?")]},
        {"question": HumanMessage([{"type": "text", "text": "And hurt?"}])},
        ChatPromptTemplate([("system", "Be brief."), ("user", "{it}")]).invoke({"it": "And hurt?"}),
        PromptTemplate.from_template("And {it}?").invoke({"it": "hurt"}),
    ],
)
def test_a_question_comes_in_many_shapes(asked: Any) -> None:
    question = read(asked)
    assert (question.text, question.history) == ("And hurt?", ())
    assert question.collection == "default"


@pytest.mark.parametrize(
    ("asked", "turns"),
    [
        ([*EARLIER, HumanMessage("And hurt?")], TURNS),
        ({"messages": [*EARLIER, ("user", "And hurt?")]}, TURNS),
        ({"question": "And hurt?", "chat_history": EARLIER}, TURNS),
        (
            {
                "question": "And hurt?",
                "history": [
                    {"role": "user", "content": "How many died?"},
                    {"role": "assistant", "content": "Twelve. [1]", "answer": ANSWER},
                ],
            },
            TURNS,
        ),
        (
            {"input": "And hurt?", "history": [("human", "How many died?"), ("ai", "Twelve.")]},
            PLAIN,
        ),
        (
            [
                HumanMessage("How many died?"),
                AIMessage("Twelve.", response_metadata={"answer": {"of": "another model"}}),
                HumanMessage("And hurt?"),
            ],
            PLAIN,
        ),
    ],
)
def test_earlier_messages_are_turns(asked: Any, turns: Any) -> None:
    question = read(asked)
    assert question.text == "And hurt?"
    assert [(turn.role, turn.content, turn.answer) for turn in question.history] == turns


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("", "empty"),
        ("?!", "empty"),
        ("x" * 201, "at most 200"),
        (None, "NoneType"),
        (7, "no question in a int"),
        ([], "not a question of the user"),
        ([HumanMessage("How many?"), AIMessage("Twelve.")], "not a question of the user"),
        ([object()], "no message"),
        ({}, "it holds nothing"),
        ({"prompt": "How many?"}, "'prompt'"),
        ({"question": "How many?", "history": "before"}, "cannot be a str"),
        ({"question": "How many?", "history": [{"role": "judge", "content": "x"}]}, "no message"),
        ({"question": "How many?", "filters": {"author": "x"}}, "no filter 'author'"),
        ({"question": "How many?", "conversation_id": 7}, "must be strings"),
    ],
)
def test_what_is_no_question_is_said(asked: Any, said: str) -> None:
    with pytest.raises(BadRequest, match=said):
        read(asked)


def test_filters_of_a_question_add_to_the_fixed_ones() -> None:
    fixed = Filters(publisher=("Reuters",), metadata={"team": "a"})
    question = read({"question": "How many?", "filters": {"published_to": "2017-01-01"}}, fixed)
    assert question.filters.publisher == ("Reuters",)
    assert question.filters.published_to == "2017-01-01"
    assert question.filters.metadata == {"team": "a"}
    same = read({"question": "How many?", "filters": Filters(publisher=("Reuters",))}, fixed)
    assert same.filters == fixed


@pytest.mark.parametrize(
    "own",
    [
        {"publisher": ["SANA"]},
        {"publisher": ["Reuters", "SANA"]},
        {"metadata": {"team": "b"}},
        {"metadata": {"team": ["a", "b"]}},
    ],
)
def test_a_question_cannot_undo_a_fixed_filter(own: dict[str, Any]) -> None:
    fixed = Filters(publisher=("Reuters",), metadata={"team": "a"})
    with pytest.raises(BadRequest, match="is fixed here"):
        read({"question": "How many?", "filters": own}, fixed)


def test_the_collection_is_not_the_questions_to_choose() -> None:
    assert read({"question": "How many?", "collection": "secret"}).collection == "default"


def test_no_filters_stay_none() -> None:
    assert not narrowed(Filters(), Filters())
