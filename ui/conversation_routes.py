"""Conversations over HTTP: listed, read, taken back, exported, and exports re-checked."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Path, Query, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from ui.conversation_bodies import (
    CheckReport,
    ConversationBody,
    ConversationExport,
    ConversationGone,
    ConversationList,
)
from ui.conversations import Conversation, found_conversation, undo_from
from ui.exchange import (
    checked,
    conversation_to_json,
    export_json,
    export_markdown,
    exported,
    report_to_json,
)
from ui.parts import ERRORS, Parts, PartsOf
from ui.routes import Cursor, Limit
from ui.strict_json import StrictRoute

router = APIRouter(
    prefix="/v1/conversations",
    tags=["conversations"],
    route_class=StrictRoute,
    responses=ERRORS,
)
ConversationId = Annotated[str, Path(description="name of a conversation", max_length=200)]
_MARKDOWN = "text/markdown; charset=utf-8"


@router.get("", response_model=None, responses={200: {"model": ConversationList}})
def list_conversations(parts: PartsOf, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """List the kept conversations, the one begun last first: those of the chat and of the API."""
    rows, following = parts.library.ledger.conversation_page(cursor, limit)
    listed = [
        {
            "id": row.id,
            "title": row.title,
            "created": row.created,
            "updated": row.updated,
            "questions": row.questions,
        }
        for row in rows
    ]
    return _json({"conversations": listed, "next_cursor": following})


@router.post("/check", response_model=None, responses={200: {"model": CheckReport}})
async def check_export(
    parts: PartsOf,
    body: Annotated[dict[str, Any], Body(description="an exported answer or conversation")],
) -> Response:
    """Check every quotation of an exported answer or conversation against the library as it is now.

    `current`: the words stand where they stood. `stale`: the source has changed or is gone; where
    the words stand somewhere else now, `start` and `end` say where. `damaged`: the text has not
    changed, and the words are not in that place. What the sentences say of their quotations is not
    checked again. Nothing is kept.
    """

    def report() -> dict[str, Any]:
        ledger = parts.library.ledger
        kind, answers = exported(body)
        return report_to_json(kind, checked(answers, ledger), ledger.seq)

    return _json(await run_in_threadpool(report))


@router.get("/{conversation_id}", response_model=None, responses={200: {"model": ConversationBody}})
def get_conversation(parts: PartsOf, conversation_id: ConversationId) -> Response:
    """Give a conversation: its questions and answers, each with a check of its quotations."""
    ledger = parts.library.ledger
    return _json(conversation_to_json(found_conversation(ledger, conversation_id), ledger))


@router.delete(
    "/{conversation_id}", response_model=None, responses={200: {"model": ConversationGone}}
)
def delete_conversation(parts: PartsOf, conversation_id: ConversationId) -> Response:
    """Remove a conversation with all its answers."""
    found = found_conversation(parts.library.ledger, conversation_id)
    parts.library.ledger.remove_conversation(found.id)
    return _json({"id": found.id, "deleted": True, "questions": 0})


@router.delete(
    "/{conversation_id}/turns/{n}",
    response_model=None,
    responses={200: {"model": ConversationGone}},
)
def undo(parts: PartsOf, conversation_id: ConversationId, n: int) -> Response:
    """Take turn `n`, from 1, and all after it out of a conversation."""
    left = undo_from(parts.library.ledger, conversation_id, n)
    return _json({"id": left.id, "deleted": not left.turns, "questions": len(left.turns)})


@router.get(
    "/{conversation_id}/export",
    response_model=None,
    responses={
        200: {
            "model": ConversationExport,
            "description": "With `format=markdown`, a text that carries every quotation.",
            "content": {"text/markdown": {"example": "# How many people were killed?\n"}},
        }
    },
)
def export(
    parts: PartsOf,
    conversation_id: ConversationId,
    format: Annotated[  # noqa: A002 - the name that people write
        Literal["json", "markdown"], Query(description="json can be checked again later")
    ] = "json",
) -> Response:
    """Export a conversation with every quotation, its place and the hash of its text."""
    found = found_conversation(parts.library.ledger, conversation_id)
    return _exported(parts, found, format)


def _exported(parts: Parts, found: Conversation, kind: str) -> Response:
    ending = "md" if kind == "markdown" else "json"
    # The name is ours: a conversation's own could be anything.
    headers = {"content-disposition": f'attachment; filename="vouch-conversation.{ending}"'}
    if kind == "json":
        return _json(export_json(found, parts.library.ledger), headers)
    text = export_markdown(found, parts.library.ledger)
    return Response(text, media_type=_MARKDOWN, headers={"cache-control": "no-store", **headers})


def _json(value: Any, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse(value, headers={"cache-control": "no-store", **(headers or {})})
