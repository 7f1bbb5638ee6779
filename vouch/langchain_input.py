"""What LangChain's users hand to a runnable, as a question: text, messages, or a dictionary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, convert_to_messages
from langchain_core.prompt_values import PromptValue

from rag.contract import filters_from_json, question_from_json
from rag.errors import BadRequest
from rag.types import Filters, Question

Asked = str | BaseMessage | PromptValue | Sequence[Any] | Mapping[str, Any]
"""A question, a message, a prompt, a list of messages, or a dictionary with one of ``QUESTION``."""

QUESTION = ("question", "input", "query")
HISTORY = ("history", "chat_history")
_HOW = (
    'Send a string, messages, or {"question": "...", "history": [...], "filters": {...}};'
    ' {"messages": [...]} works too.'
)


def question_of(asked: Any, fixed: Filters, collection: str, max_chars: int) -> Question:
    """Return the question of a runnable's input.

    Args:
        asked: what came in, see ``Asked``.
        fixed: filters that hold for every question; the input's own can only add to them.
        collection: where to look.
        max_chars: the longest question.

    Raises:
        BadRequest: there is no question in it, or a filter would undo a fixed one.
    """
    request: dict[str, Any] = {}
    if isinstance(asked, Mapping):
        request, asked = _taken_apart(asked)
    own = request.pop("filters", None)
    if isinstance(asked, PromptValue):
        asked = asked.to_messages()
    if isinstance(asked, str):
        text, turns = asked, turns_of(request.get("history") or [])
    elif isinstance(asked, BaseMessage):
        text, turns = asked.text, turns_of(request.get("history") or [])
    elif isinstance(asked, Sequence):
        *before, last = turns_of(asked) or [{"role": "", "content": ""}]
        if last["role"] != "user":
            raise BadRequest("The last message is not a question of the user.", _HOW)
        text, turns = last["content"], before
    else:
        raise BadRequest(f"There is no question in a {type(asked).__name__}.", _HOW)
    question = question_from_json(
        {**request, "question": text, "history": turns},
        collection=collection,
        max_chars=max_chars,
    )
    asked_filters = own if isinstance(own, Filters) else filters_from_json(own)
    return replace(question, filters=narrowed(fixed, asked_filters), collection=collection)


def _taken_apart(asked: Mapping[str, Any]) -> tuple[dict[str, Any], Any]:
    """Return the fields that bear on a question, and what holds the question itself."""
    request = {name: asked[name] for name in ("filters", "conversation_id") if name in asked}
    for name in HISTORY:
        if asked.get(name):
            request["history"] = asked[name]
    for name in (*QUESTION, "messages"):
        if asked.get(name):
            return request, asked[name]
    names = ", ".join(map(repr, asked)) or "nothing"
    raise BadRequest(f"There is no question in the dictionary: it holds {names}.", _HOW)


def turns_of(history: Any) -> list[dict[str, Any]]:
    """Return earlier messages as the turns of a request.

    Messages of the system and of tools are left out, and so are those without words. An answer of
    Vouch's own keeps what it carries, from which a follow-up question is understood.

    Raises:
        BadRequest: something that is no message.
    """
    if isinstance(history, str) or not isinstance(history, Iterable):
        raise BadRequest(f"A history cannot be a {type(history).__name__}.", _HOW)
    turns: list[dict[str, Any]] = []
    for one in history:
        if isinstance(one, Mapping) and isinstance(one.get("answer"), Mapping):
            turns.append(dict(one))
            continue
        turn = _turn_of(_message_of(one))
        if turn is not None:
            turns.append(turn)
    return turns


def _message_of(value: Any) -> BaseMessage:
    try:
        (message,) = convert_to_messages([value])
    except (ValueError, NotImplementedError, KeyError, TypeError) as error:
        raise BadRequest(f"A {type(value).__name__} is no message: {error}", _HOW) from error
    return message


def _turn_of(message: BaseMessage) -> dict[str, Any] | None:
    text = str(message.text).strip()
    if not text or not isinstance(message, HumanMessage | AIMessage):
        return None
    if isinstance(message, HumanMessage):
        return {"role": "user", "content": text}
    answer = message.response_metadata.get("answer")
    ours = isinstance(answer, Mapping) and "contract" in answer
    return {"role": "assistant", "content": text, "answer": answer if ours else None}


def narrowed(fixed: Filters, asked: Filters) -> Filters:
    """Return the filters that hold where some are fixed and more are asked for.

    Raises:
        BadRequest: a fixed one is asked for with another value.

    >>> both = narrowed(Filters(publisher=("Reuters",)), Filters(published_from="2017-01-01"))
    >>> both.publisher, both.published_from
    (('Reuters',), '2017-01-01')
    """
    values: dict[str, Any] = {}
    for name in (field.name for field in fields(Filters)):
        one, other = getattr(fixed, name), getattr(asked, name)
        if name == "metadata":
            values[name] = {**other, **one}
            changed = any(other[key] != one[key] for key in one if key in other)
        else:
            values[name] = one or other
            changed = bool(one and other and one != other)
        if changed:
            raise BadRequest(
                f"The filter {name!r} is fixed here and cannot be {other!r}.", "Leave it out."
            )
    return Filters(**values)
