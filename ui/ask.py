"""``POST /v1/ask`` and ``POST /v1/search``: the routes that need a model, and so a worker."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, StreamingResponse

from rag.citations import placed
from rag.contract import (
    answer_to_json,
    check_question,
    event_to_json,
    filters_from_json,
    filters_to_json,
    hit_to_json,
    question_from_json,
)
from rag.errors import BadRequest, VouchError
from rag.types import Answer, Event, Hit, Question
from ui.bodies import AnswerBody, AskBody, SearchBody, SearchResult
from ui.conversations import MOST_TURNS, Begun, begin, remember
from ui.parts import ERRORS, Parts, PartsOf, request_id
from ui.strict_json import StrictRoute
from ui.wire import error_body, unexpected
from ui.work import Task

_LOG = logging.getLogger("vouch.http")
router = APIRouter(prefix="/v1", tags=["questions"], route_class=StrictRoute, responses=ERRORS)

_STREAM = """event: step
data: {"name": "retrieve", "message": "Found 16 passages in 7 documents", "data": {...}}

event: thought
data: {"text": "The wire report gives a lower bound, the monitor a total. "}

event: sentence
data: {"text": "...", "status": "kept", "citations": [{"n": 1, "support": 0.97}], ...}

event: answer
data: {"id": "...", "contract": 1, ...}
"""


@router.post(
    "/ask",
    response_model=None,
    responses={
        200: {
            "model": AnswerBody,
            "description": "The answer; a refusal is one too, with `declined` set."
            " With `stream: true`, Server-Sent Events.",
            "content": {"text/event-stream": {"example": _STREAM}},
        }
    },
)
async def ask(body: AskBody, request: Request, parts: PartsOf) -> Response:
    """Answer a question with checked quotations.

    With `"stream": true` the answer comes as Server-Sent Events: `step` (one of the same name as
    the one before replaces it), `thought` (a piece of what a model thinks: unchecked, and no part
    of the answer), `sentence` (sent once it has been verified), `removed`, and at last `answer`
    (the whole JSON) or `error`.

    With a `conversation_id` the question and its answer are kept; `replace_from` puts them in place
    of that turn and of all after it, which edits a question, or asks it again.
    """
    include = list(body.include or ())
    question, begun = await run_in_threadpool(_question, parts, body)
    task = parts.work.start(lambda: _events(parts, question, "hits" in include))
    if body.stream:
        return StreamingResponse(
            _sent(parts, task, question, begun, include, request_id(request)),
            media_type="text/event-stream",
            headers={"cache-control": "no-store", "x-accel-buffering": "no"},
        )
    async with _ends_with(request, task):
        answer = await task.wait()
    assert isinstance(answer, Answer)
    found = answer_to_json(answer, include)
    await run_in_threadpool(remember, parts.library.ledger, begun, question, found)
    return JSONResponse(found, headers={"cache-control": "no-store"})


def _events(parts: Parts, question: Question, with_hits: bool) -> Iterator[Event]:
    """Yield the events of an answer, its hits with their places where they are asked for."""
    for event in parts.library.assistant.stream(question):
        if with_hits and isinstance(event, Answer):
            event = replace(event, hits=tuple(placed(event.hits, parts.library.ledger.document)))
        yield event


@router.post("/search", response_model=None, responses={200: {"model": SearchResult}})
async def search(body: SearchBody, request: Request, parts: PartsOf) -> Response:
    """Find passages by words and meaning, best first, without an answer."""
    if not body.query.strip():
        raise BadRequest("The query is empty.", 'Send {"query": "..."} with words in it.')
    check_question(body.query, parts.settings.max_question_chars)
    filters = filters_from_json(body.filters.model_dump() if body.filters else None)
    collection = body.collection or parts.settings.collection

    def produce() -> Iterator[list[Hit]]:
        hits = parts.library.retriever.retrieve(
            body.query.strip(), filters=filters, collection=collection, limit=body.limit
        )
        yield placed(hits, parts.library.ledger.document)

    task = parts.work.start(produce)
    async with _ends_with(request, task):
        hits = await task.wait()
    found = {
        "query": body.query,
        "collection": collection,
        "filters": filters_to_json(filters),
        "library_seq": await run_in_threadpool(lambda: parts.library.ledger.seq),
        "hits": [hit_to_json(hit) for hit in hits],
    }
    return JSONResponse(found, headers={"cache-control": "no-store"})


def _question(parts: Parts, body: AskBody) -> tuple[Question, Begun | None]:
    question = question_from_json(
        body.model_dump(),
        collection=parts.settings.collection,
        max_chars=parts.settings.max_question_chars,
    )
    # Follow-ups refer to what was said last; older turns only cost time.
    question = replace(question, history=question.history[-MOST_TURNS:])
    return begin(parts.library.ledger, question, body.replace_from)


@asynccontextmanager
async def _ends_with(request: Request, task: Task[Any]) -> AsyncIterator[None]:
    """Cancel the task when the client goes away."""

    async def watch() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        task.cancel("The client has gone.")

    watcher = asyncio.create_task(watch())
    try:
        yield
    finally:
        watcher.cancel()


async def _sent(
    parts: Parts,
    task: Task[Event],
    question: Question,
    begun: Begun | None,
    include: Sequence[str],
    asked: str,
) -> AsyncIterator[bytes]:
    """Yield the events as Server-Sent Events; an error is the last of them."""
    try:
        async for event in task.stream():
            name, data = event_to_json(event, include)
            if isinstance(event, Answer):
                await run_in_threadpool(remember, parts.library.ledger, begun, question, data)
            yield _sse(name, data)
    except VouchError as error:
        yield _sse("error", error_body(error, asked))
    except Exception:  # noqa: BLE001 - the boundary: the stream's end must say what happened
        _LOG.exception("The stream of request %s ended in an unexpected error", asked)
        yield _sse("error", error_body(unexpected(), asked))
    finally:
        task.cancel("The client has gone.")


def _sse(name: str, data: Any) -> bytes:
    text = json.dumps(data, ensure_ascii=False, allow_nan=False)
    return f"event: {name}\ndata: {text}\n\n".encode()
