"""Documents, jobs, reports and health over HTTP."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, JSONResponse
from fastapi.routing import iter_route_contexts
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.routing import Match

from rag.contract import document_to_json, filters_from_json
from rag.errors import BadRequest, LibraryError, NotFound
from ui.bodies import (
    Deleted,
    DocumentList,
    Health,
    JobBody,
    JobList,
    OutcomeKind,
    OutcomeList,
    WholeDocumentBody,
)
from ui.chat_measure import report_of, report_policy
from ui.parts import ERRORS, Parts, PartsOf
from ui.strict_json import StrictRoute

documents = APIRouter(prefix="/v1", tags=["documents"], route_class=StrictRoute, responses=ERRORS)
jobs = APIRouter(prefix="/v1/jobs", tags=["jobs"], route_class=StrictRoute, responses=ERRORS)
health = APIRouter(tags=["server"])
measure = APIRouter(prefix="/measure", include_in_schema=False)
rest = APIRouter(include_in_schema=False)

DocumentId = Annotated[str, Path(description="id of a document", max_length=200)]
JobId = Annotated[str, Path(description="id of a job", max_length=200)]
Cursor = Annotated[
    str | None,
    Query(pattern=r"^[0-9]{1,18}$", description="`next_cursor` of the page before, unchanged"),
]
Limit = Annotated[int, Query(ge=1, le=500, description="how many at most")]
Collection = Annotated[str | None, Query(min_length=1, max_length=200)]
_TEXT_FIELDS = (
    "text_column",
    "title_column",
    "published_column",
    "publisher_column",
    "id_column",
    "date_order",
)
_DATE_ORDERS = ("auto", "dmy", "mdy", "ymd")
_MOST_FILES = 100

_UPLOAD = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {
                            "type": "array",
                            "items": {"type": "string", "format": "binary"},
                            "description": f"one file or more, at most {_MOST_FILES}",
                        },
                        "collection": {"type": "string"},
                        "password": {
                            "type": "array",
                            "items": {"type": "string"},
                            "description": "passwords of encrypted files; never kept",
                        },
                        **{name: {"type": "string"} for name in _TEXT_FIELDS[:-1]},
                        "date_order": {"type": "string", "enum": list(_DATE_ORDERS)},
                    },
                }
            }
        },
    }
}


@documents.get("/documents", response_model=None, responses={200: {"model": DocumentList}})
def list_documents(
    parts: PartsOf,
    cursor: Cursor = None,
    limit: Limit = 50,
    query: Annotated[
        str | None, Query(max_length=1000, description="words of title, source or publisher")
    ] = None,
    collection: Collection = None,
    publisher: Annotated[list[str] | None, Query(description="may be given again")] = None,
    published_from: Annotated[str | None, Query(description="YYYY-MM-DD, inclusive")] = None,
    published_to: Annotated[str | None, Query(description="YYYY-MM-DD, inclusive")] = None,
) -> Response:
    """List documents in the order they were added, a page at a time."""
    filters = filters_from_json(
        {
            "publisher": publisher,
            "published_from": published_from,
            "published_to": published_to,
        }
    )
    found, following = parts.library.ledger.find_infos(
        collection or parts.settings.collection,
        filters=filters,
        limit=limit,
        cursor=cursor,
        query=query,
    )
    return _json(
        {"documents": [document_to_json(info) for info in found], "next_cursor": following}
    )


@documents.post(
    "/documents",
    status_code=202,
    response_model=None,
    responses={202: {"model": JobBody, "description": "Kept; the job reads them."}},
    openapi_extra=_UPLOAD,
)
async def add_documents(request: Request, parts: PartsOf) -> Response:
    """Upload files. They are kept at once and read by a job.

    A file of a name that was uploaded before is a new version of it. The fields with `_column` say
    what the columns of a table hold.
    """
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise BadRequest(
            "An upload must be multipart/form-data.",
            "Such as: curl -F file=@report.pdf http://127.0.0.1:7860/v1/documents",
        )
    try:
        async with request.form(
            max_files=_MOST_FILES, max_fields=20, max_part_size=16 * 1024
        ) as form:
            job = await run_in_threadpool(_submit, parts, form)
    except OSError as error:
        raise LibraryError(
            f"The upload could not be received: {error.strerror}.",
            "Free some space on the disk of temporary files, then try again.",
        ) from error
    return _json(job, 202, {"location": f"/v1/jobs/{job['id']}"})


@documents.get(
    "/documents/{document_id}",
    response_model=None,
    responses={200: {"model": WholeDocumentBody}},
)
def get_document(
    parts: PartsOf,
    document_id: DocumentId,
    spans: Annotated[bool, Query(description="also pages, headings, rows")] = False,
) -> Response:
    """Give a document with its canonical text: `text[start:end]` is a citation's quote.

    Offsets count Unicode code points.
    """
    ledger = parts.library.ledger
    info = ledger.infos([document_id]).get(document_id)
    document = ledger.document(document_id)
    if info is None or document is None:
        raise _no_document(document_id)
    found = {**document_to_json(info), "text": document.text}
    if spans:
        found["spans"] = [asdict(span) for span in document.spans]
    return _json(found)


@documents.delete(
    "/documents/{document_id}", response_model=None, responses={200: {"model": Deleted}}
)
def delete_document(parts: PartsOf, document_id: DocumentId) -> Response:
    """Remove a document from every search and answer, and its upload if it was one."""
    ledger = parts.library.ledger
    info = ledger.infos([document_id]).get(document_id)
    if info is None:
        raise _no_document(document_id)
    paths = [
        origin.path
        for origin in ledger.origins(info.collection).values()
        if origin.document_ids == (document_id,)
    ]
    if not ledger.remove_documents([document_id]):
        raise _no_document(document_id)
    for path in paths:
        parts.jobs.forget_file(info.collection, path)
    return _json({"id": document_id, "deleted": True, "library_seq": ledger.seq})


@jobs.get("", response_model=None, responses={200: {"model": JobList}})
def list_jobs(parts: PartsOf, cursor: Cursor = None, limit: Limit = 50) -> Response:
    """List ingest jobs, newest first."""
    found, following = parts.jobs.page(cursor, limit)
    return _json({"jobs": found, "next_cursor": following})


@jobs.get("/{job_id}", response_model=None, responses={200: {"model": JobBody}})
def get_job(parts: PartsOf, job_id: JobId) -> Response:
    """Tell how far a job is and what became of each file."""
    return _json(parts.jobs.get(job_id))


@jobs.delete("/{job_id}", response_model=None, responses={200: {"model": JobBody}})
def cancel_job(parts: PartsOf, job_id: JobId) -> Response:
    """Stop a job; what it has added stays. A job that has ended is left as it is."""
    return _json(parts.jobs.cancel(job_id))


@jobs.post("/{job_id}/resume", response_model=None, responses={200: {"model": JobBody}})
def resume_job(parts: PartsOf, job_id: JobId) -> Response:
    """Go on with a job that was cancelled or has failed, where it stopped.

    What it has added stays. A job that waits or runs is left as it is.
    """
    return _json(parts.jobs.resume(job_id))


@jobs.get("/{job_id}/outcomes", response_model=None, responses={200: {"model": OutcomeList}})
def list_outcomes(
    parts: PartsOf,
    job_id: JobId,
    cursor: Cursor = None,
    limit: Limit = 200,
    outcome: Annotated[
        list[OutcomeKind] | None, Query(description="only these; may be given again")
    ] = None,
) -> Response:
    """List what became of every file of a job, a page at a time; also while it runs.

    At most 100,000 are kept of one job; its `counts` count all of them.
    """
    found, following = parts.jobs.outcomes(job_id, cursor, limit, outcome or ())
    return _json({"outcomes": found, "next_cursor": following})


@measure.get("/runs/{name}/report")
def get_report(parts: PartsOf, name: str) -> Response:
    """Show the report of a run."""
    report = report_of(parts.settings, name)
    headers = {"content-security-policy": report_policy(report), "cache-control": "no-store"}
    return FileResponse(report, media_type="text/html", headers=headers)


@measure.get("/cases/{file_id}")
def get_cases(parts: PartsOf, file_id: str) -> Response:
    """Give the file of cases that is kept, to be edited."""
    path = parts.measure.file(file_id).path
    return FileResponse(
        path,
        media_type="application/jsonl",
        filename=path.name,
        headers={"cache-control": "no-store"},
    )


@health.get("/healthz")
async def healthz(request: Request) -> Health:
    """Say that the server is up. Needs no key."""
    return Health(status="ok", chat=request.app.state.chat_state())


@rest.api_route(
    "/v1/{path:path}", methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
)
async def nothing_here(request: Request) -> Response:
    """Answer what no other route takes, before the chat does."""
    allowed: set[str] = set()
    for route in iter_route_contexts(request.app.routes):
        match, _ = route.matches(request.scope)
        if match is Match.PARTIAL:
            allowed |= route.methods or set()
    if allowed:
        raise HTTPException(405, headers={"allow": ", ".join(sorted(allowed))})
    raise HTTPException(404)


def _submit(parts: Parts, form: FormData) -> dict[str, Any]:
    files = [value for value in form.getlist("file") if isinstance(value, UploadFile)]
    files += [value for value in form.getlist("files") if isinstance(value, UploadFile)]
    if not files:
        raise BadRequest(
            "There is no file in the upload.",
            "Send at least one field `file`, such as: curl -F file=@report.pdf ...",
        )
    options = {name: value for name in _TEXT_FIELDS if (value := _text(form, name)) is not None}
    if options.get("date_order", "auto") not in _DATE_ORDERS:
        raise BadRequest(
            f"date_order cannot be {options['date_order'][:40]!r}.",
            f"It is one of {', '.join(_DATE_ORDERS)}.",
        )
    return parts.jobs.submit(
        [(file.filename or "", file.file) for file in files],
        collection=_text(form, "collection") or parts.settings.collection,
        options=options,
        passwords=[value for value in form.getlist("password") if isinstance(value, str) and value],
    )


def _text(form: FormData, name: str) -> str | None:
    value = form.get(name)
    if isinstance(value, UploadFile):
        raise BadRequest(f"{name} must be text, not a file.", "Files are sent as `file`.")
    if value is not None and len(value) > 200:
        raise BadRequest(f"{name} has {len(value)} characters; 200 are the limit.", "Shorten it.")
    return value or None


def _no_document(document_id: str) -> NotFound:
    return NotFound(
        f"There is no document {document_id[:100]!r}.", "GET /v1/documents lists those there are."
    )


def _json(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse(value, status, {"cache-control": "no-store", **(headers or {})})
