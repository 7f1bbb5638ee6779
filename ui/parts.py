"""What the routes work with, and the one way in which errors leave."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Annotated, Any, Protocol, cast

from fastapi import Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from rag.config import Settings
from rag.errors import Busy, VouchError
from rag.ledger import Ledger
from rag.types import Answerer, Retriever
from ui.bodies import ErrorBody
from ui.jobs import IngestJobs
from ui.measure_jobs import MeasureJobs
from ui.wire import error_body
from ui.work import Work

_LOG = logging.getLogger("vouch.http")
_CODES = {400: "bad_request", 404: "not_found", 405: "method_not_allowed", 413: "too_large"}
_STATUSES = (400, 401, 403, 404, 405, 413, 422, 500, 503, 504)
ERRORS: dict[int | str, dict[str, Any]] = {status: {"model": ErrorBody} for status in _STATUSES}


class Opened(Protocol):
    """What the faces need of an open library (``rag.build.Library``)."""

    @property
    def ledger(self) -> Ledger:
        """The record."""
        ...

    @property
    def retriever(self) -> Retriever:
        """Finds passages."""
        ...

    @property
    def assistant(self) -> Answerer:
        """Answers questions."""
        ...

    def close(self) -> None:
        """Close what is open."""
        ...


@dataclass(frozen=True, slots=True)
class Parts:
    """An open library and what serves it."""

    library: Opened
    settings: Settings
    work: Work
    jobs: IngestJobs
    measure: MeasureJobs


def _parts(request: Request) -> Parts:
    return cast(Parts, request.app.state.parts)


PartsOf = Annotated[Parts, Depends(_parts)]


def request_id(request: Request) -> str:
    """Return the id that the guard gave the request."""
    return str(request.scope.get("state", {}).get("request_id", ""))


def _error(request: Request, error: VouchError, headers: dict[str, str]) -> JSONResponse:
    if error.status >= 500 and not isinstance(error, Busy):
        _LOG.error("Request %s: %s: %s", request_id(request), error.code, error.message)
    return JSONResponse(error_body(error, request_id(request)), error.status, headers)


def _named(code: str, status: int, message: str, hint: str) -> VouchError:
    error = VouchError(message, hint)
    error.code, error.status = code, status
    return error


def _from_validation(error: RequestValidationError) -> VouchError:
    """Return the first complaint with the name of the field it is about."""
    first = error.errors()[0]
    where = [str(part) for part in first["loc"][1:]]
    if first["type"] == "json_invalid":
        why = first.get("ctx", {}).get("error", first["msg"])
        return _named("bad_request", 400, f"The body is not valid JSON: {why}.", "Send JSON.")
    if not where:
        return _named(
            "bad_request",
            400,
            "The body must be a JSON object.",
            "Send one with the header `Content-Type: application/json`.",
        )
    name = ".".join(where)
    field = first["loc"][0] if first["loc"][0] in ("query", "path") else "body"
    return _named(
        "invalid_field",
        422,
        f"{name[:200]} is not as it must be: {first['msg']}.",
        f"It is a field of the {field}; /docs shows what it takes.",
    )


def add_error_handlers(app: FastAPI) -> None:
    """Make every error of the app leave in the one shape; the guard sees to the unexpected ones."""

    async def vouch_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, VouchError)
        wait = _parts(request).work.retry_after
        return _error(request, error, {"retry-after": str(wait)} if error.status == 503 else {})

    async def validation_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return _error(request, _from_validation(error), {})

    app.add_exception_handler(VouchError, vouch_error)
    app.add_exception_handler(RequestValidationError, validation_error)
    app.add_exception_handler(HTTPException, http_error)


async def http_error(request: Request, error: Exception) -> Response:
    """Return what FastAPI and Starlette refuse by themselves, in the one shape."""
    assert isinstance(error, HTTPException)
    status = error.status_code
    message = str(error.detail)
    if status == 404:
        message = f"There is nothing at {request.url.path[:200]}."
    elif status == 405:
        message = f"{request.url.path[:200]} does not take {request.method[:20]}."
    hint = "/docs lists the routes and what they take."
    refusal = _named(_CODES.get(status, "error"), status, message, hint)
    return _error(request, refusal, dict(error.headers or {}))
