"""The assistant as a tool of an agent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from langchain_core.messages import AIMessage
from langchain_core.runnables import RunnableConfig
from langchain_core.tools import BaseTool, StructuredTool, ToolException
from pydantic import BaseModel, Field, create_model

from rag.errors import BadRequest

if TYPE_CHECKING:
    from vouch.langchain import VouchAssistant

_NAME = "ask_documents"
_DESCRIPTION = (
    "Answers a question from the user's documents. Every sentence of the answer is checked against"
    " the sources that its marks [n] stand for; they are listed below it. Where sources disagree,"
    " each account is given. When the documents do not answer, it says so."
)


class AskDocuments(BaseModel):
    """What a model fills in to ask the documents."""

    question: str = Field(description="a whole question that stands alone, in plain words")


def answering_tool(
    assistant: VouchAssistant,
    args_schema: type[BaseModel] | None,
    name: str | None,
    description: str | None,
    arg_types: dict[str, type] | None,
) -> BaseTool:
    """Return the tool; see ``VouchAssistant.as_tool``."""
    if arg_types:
        args_schema = create_model("Arguments", **{k: (v, ...) for k, v in arg_types.items()})  # type: ignore[call-overload]

    def ask(*said: str, config: RunnableConfig, **arguments: Any) -> tuple[str, dict[str, Any]]:
        try:
            return _told(assistant.invoke(_asked(said, arguments), config))
        except BadRequest as error:  # the model can ask again, and better
            raise ToolException(str(error)) from error

    async def aask(
        *said: str, config: RunnableConfig, **arguments: Any
    ) -> tuple[str, dict[str, Any]]:
        try:
            return _told(await assistant.ainvoke(_asked(said, arguments), config))
        except BadRequest as error:
            raise ToolException(str(error)) from error

    return StructuredTool.from_function(
        func=ask,
        coroutine=aask,
        name=name or _NAME,
        description=description or _DESCRIPTION,
        args_schema=args_schema or AskDocuments,
        response_format="content_and_artifact",
        handle_tool_error=True,
    )


def _asked(said: tuple[str, ...], arguments: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments; a tool of one argument may be given that alone, as a string."""
    return {"question": said[0], **arguments} if said else arguments


def _told(message: AIMessage) -> tuple[str, dict[str, Any]]:
    """Return the answer with its sources, for a model to read, and its JSON."""
    answer = cast("dict[str, Any]", message.response_metadata["answer"])
    lines = [source_line(citation) for citation in answer["citations"]]
    if not lines:
        return str(message.text), answer
    head = "Nearest passages:" if answer["declined"] else "Sources:"
    return "\n".join([str(message.text), "", head, *lines]), answer


def source_line(citation: dict[str, Any]) -> str:
    """Return a source as a line of a list.

    >>> source_line({"n": 1, "title": "Report", "publisher": None, "published": "2023-03-24",
    ...              "place": "p. 3", "quote": "It fell."})
    '[1] Report, 2023-03-24, p. 3: "It fell."'
    """
    parts = (citation[name] for name in ("title", "publisher", "published", "place"))
    where = ", ".join(" ".join(str(part).split()) for part in parts if part)
    return f'[{citation["n"]}] {where}: "{" ".join(str(citation["quote"]).split())}"'
