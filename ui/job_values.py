"""What a job looks like: as it is kept, and as it is shown."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from rag.store.jobs import RESUMABLE

_COUNTED: dict[str, Any] = {
    "passages": None,
    "passages_per_second": None,
    "embedded": None,
    "seconds_left": None,
}


def now() -> str:
    """Return the time of day in UTC, ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def new_job(collection: str, files: int, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return a job that has not begun; its files are named once they are kept."""
    return {
        "id": uuid.uuid4().hex,
        "state": "queued",
        "collection": collection,
        "created": now(),
        "started": None,
        "finished": None,
        "files": [],
        "progress": {"done": 0, "total": files},
        "counts": {},
        "documents": 0,
        **_COUNTED,
        "resumable": False,
        "outcomes": [],
        "outcomes_total": 0,
        "error": None,
        "options": dict(options),
    }


def shown_job(job: Mapping[str, Any], *, files_there: bool, cancelling: bool) -> dict[str, Any]:
    """Return a job as it is shown: with every field that jobs have, and no other.

    >>> old = {"state": "failed", "outcomes": [], "reading_seconds_left": 3.0}
    >>> job = shown_job(old, files_there=True, cancelling=False)
    >>> job["resumable"], job["embedded"], "reading_seconds_left" in job
    (True, None, False)
    """
    shown = {
        **_COUNTED,
        "outcomes_total": len(job["outcomes"]),
        **job,
        "resumable": job["state"] in RESUMABLE and files_there,
    }
    shown.pop("reading_seconds_left", None)
    if cancelling and job["state"] in ("queued", "running"):
        shown["state"] = "cancelling"
    return shown


def old_outcomes(
    job: Mapping[str, Any], cursor: str | None, limit: int, kinds: tuple[str, ...]
) -> tuple[list[dict[str, Any]], str | None]:
    """Return outcomes of a job from before they were kept in pages, and the next cursor."""
    at = int(cursor or 0)
    chosen = [row for row in job["outcomes"] if not kinds or row["outcome"] in kinds]
    return chosen[at : at + limit], str(at + limit) if at + limit < len(chosen) else None
