"""What the chat knows of the library: its documents, the filters, uploads. Without Gradio."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from rag.contract import filters_from_json
from rag.errors import BadRequest, NotFound, VouchError
from rag.ledger import Ledger
from rag.store.values import Counts
from rag.types import Document, DocumentInfo, Filters

PAGE = 50
"""Documents on one page of the list."""
_FACETS = 5000
"""Documents that are looked through for publishers."""
_POLL_SECONDS = 0.3
_VECTOR_POLL_SECONDS, _MOST_IDLE_POLLS = 1.0, 60
_ENDED = ("done", "cancelled", "failed")
_WRONG = ("failed", "skipped")
_MOST_WRONG = 200
_LARKHAVEN = (
    "How many people were killed in the explosion at Larkhaven?",
    "Who was responsible for the explosion?",
    "Who said that the sprinklers in Hall 3 did not work?",
    "What was the name of the ship that brought the nitrate?",
)


class Jobs(Protocol):
    """What the chat needs of ``ui.jobs.IngestJobs``."""

    def submit(
        self,
        files: Sequence[tuple[str, BinaryIO]],
        *,
        collection: str,
        options: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Queue an upload and return its job."""
        ...

    def get(self, job_id: str) -> dict[str, Any]:
        """Return a job as it stands."""
        ...

    def cancel(self, job_id: str) -> dict[str, Any]:
        """Stop a job."""
        ...

    def resume(self, job_id: str) -> dict[str, Any]:
        """Go on with a job that was stopped."""
        ...

    def page(self, cursor: str | None, limit: int) -> tuple[list[dict[str, Any]], str | None]:
        """Return a page of jobs, newest first."""
        ...

    def outcomes(
        self, job_id: str, cursor: str | None, limit: int, kinds: Sequence[str] = ()
    ) -> tuple[list[dict[str, Any]], str | None]:
        """Return a page of what became of a job's files."""
        ...

    def forget_file(self, collection: str, path: str) -> None:
        """Remove an uploaded file whose documents were removed."""
        ...


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """A document that is being looked at, with the place that is asked for."""

    info: DocumentInfo
    document: Document
    passages: int
    copies: tuple[DocumentInfo, ...] = ()
    start: int = 0
    end: int = 0


class Shelves:
    """One collection of the library, as the chat shows it.

    Args:
        ledger: the open library.
        collection: the collection that is shown.
        jobs: runs uploads; None where nothing can be uploaded.
        uploads: the folder in which the browser's files arrive; no other file is taken.
        embeds: whether vectors follow in the background, so that an upload waits for them.
    """

    def __init__(
        self,
        ledger: Ledger,
        collection: str,
        jobs: Jobs | None,
        uploads: Path | None = None,
        *,
        embeds: bool = False,
    ) -> None:
        self._embeds = embeds
        self._uploads = uploads
        self._ledger = ledger
        self._collection = collection
        self._jobs = jobs
        self._facets: tuple[int, list[str]] = (-1, [])

    def counts(self) -> Counts:
        """Return how much the collection holds."""
        return self._ledger.counts(self._collection)

    def publishers(self) -> list[str]:
        """Return the publishers in the collection, by name; looked up again when it changes."""
        seq = self._ledger.seq
        if self._facets[0] != seq:
            found: dict[str, str] = {}
            cursor: str | None = None
            for _ in range(_FACETS // 500):
                page, cursor = self._ledger.find_infos(self._collection, limit=500, cursor=cursor)
                for info in page:
                    if info.publisher:
                        found.setdefault(info.publisher.lower(), info.publisher)
                if cursor is None:
                    break
            self._facets = (seq, sorted(found.values(), key=str.lower))
        return self._facets[1]

    def choices(self, chosen: Sequence[str] = ()) -> list[tuple[str, str]]:
        """Return ``(title, id)`` of documents to choose from: the chosen ones, then a page."""
        infos = list(self._ledger.infos(chosen).values())
        page, _ = self._ledger.find_infos(self._collection, limit=500)
        by_id = {info.id: info for info in [*infos, *page]}
        return [(_label(info), info.id) for info in by_id.values()]

    def titles(self, ids: Sequence[str]) -> dict[str, str]:
        """Return the titles of documents by id."""
        return {one: _label(info) for one, info in self._ledger.infos(ids).items()}

    def rows(self, query: str = "") -> tuple[list[tuple[DocumentInfo, int]], bool]:
        """Return a page of documents with their numbers of passages, and whether there are more."""
        page, following = self._ledger.find_infos(
            self._collection, limit=PAGE, query=query.strip()[:200] or None
        )
        rows = [(info, len(self._ledger.passages_of(info.id))) for info in page]
        return rows, following is not None

    def open(self, where: str) -> OpenDocument:
        """Return the document that a button names as ``id|start|end``.

        Raises:
            NotFound: there is no such document, or no longer.
        """
        document_id, start, end = ([*where.split("|"), "", ""])[:3]
        info = self._ledger.infos([document_id]).get(document_id)
        document = self._ledger.document(document_id)
        if info is None or document is None or info.collection != self._collection:
            raise NotFound(
                "This document is not in the library any more.", "It was removed meanwhile."
            )
        copies = [one for one, _ in self._ledger.copies_of(info.id)]
        first, last = (int(part) if part.isdecimal() else 0 for part in (start[:12], end[:12]))
        passages = len(self._ledger.passages_of(document_id))
        return OpenDocument(info, document, passages, tuple(copies), first, last)

    def remove(self, document_id: str) -> str:
        """Remove a document from every search and answer; return its title.

        Raises:
            NotFound: there is no such document.
        """
        info = self.open(document_id).info
        paths = [
            origin.path
            for origin in self._ledger.origins(self._collection).values()
            if origin.document_ids == (document_id,)
        ]
        self._ledger.remove_documents([document_id])
        if self._jobs is not None:
            for path in paths:
                self._jobs.forget_file(self._collection, path)
        return _label(info)

    async def upload(self, paths: Sequence[str]) -> AsyncIterator[dict[str, Any]]:
        """Hand files to the ingest and yield the job each time that it has moved on.

        Raises:
            BadRequest: nothing can be uploaded here, or a path that no upload made.
        """
        if self._jobs is None:
            raise BadRequest("Nothing can be uploaded here.", "Use `vouch add` instead.")
        arrived = [Path(path).resolve() for path in paths]
        for path in arrived:
            if self._uploads is None or not path.is_relative_to(self._uploads.resolve()):
                raise BadRequest("This file was not uploaded.", "Choose it in the browser again.")
        with contextlib.ExitStack() as opened:
            files: list[tuple[str, BinaryIO]] = []
            for path in arrived:
                files.append((path.name, opened.enter_context(path.open("rb"))))
            taken = await asyncio.to_thread(self._jobs.submit, files, collection=self._collection)
        for path in arrived:
            path.unlink(missing_ok=True)
        yield taken
        async for job in self.follow(str(taken["id"])):
            yield job

    async def follow(self, job_id: str) -> AsyncIterator[dict[str, Any]]:
        """Yield a job now, while it runs, and while its vectors come.

        Raises:
            NotFound: there is no such job.
        """
        embedded, idle = -1, 0
        while self._jobs is not None:
            job = await asyncio.to_thread(self._job, job_id)
            yield job
            if job["state"] not in _ENDED:
                await asyncio.sleep(_POLL_SECONDS)
                continue
            idle = idle + 1 if job["embedded"] == embedded else 0
            embedded = job["embedded"]
            waiting = self._embeds and job["state"] == "done" and embedded < job["passages"]
            if not waiting or idle > _MOST_IDLE_POLLS:
                return
            await asyncio.sleep(_VECTOR_POLL_SECONDS)

    def _job(self, job_id: str) -> dict[str, Any]:
        """Return a job; of a long one, the outcomes that went wrong come first."""
        assert self._jobs is not None
        job = self._jobs.get(job_id)
        if job["outcomes_total"] > len(job["outcomes"]):
            wrong, _ = self._jobs.outcomes(job_id, None, _MOST_WRONG, _WRONG)
            fine = [one for one in job["outcomes"] if one["outcome"] not in _WRONG]
            job["outcomes"] = [*wrong, *fine]
        return job

    async def resume(self, job_id: str) -> AsyncIterator[dict[str, Any]]:
        """Go on with a job that was stopped, and yield it as it moves on.

        Raises:
            BadRequest: it cannot be gone on with.
            NotFound: there is no such job.
        """
        if self._jobs is None or not job_id:
            raise BadRequest("There is nothing to go on with.", "Choose the files again.")
        yield await asyncio.to_thread(self._jobs.resume, job_id)
        async for job in self.follow(job_id):
            yield job

    def unfinished(self) -> str:
        """Return the id of the newest upload if it is not done, else nothing."""
        if self._jobs is None:
            return ""
        page, _ = self._jobs.page(None, 20)
        newest = next((job for job in page if job["collection"] == self._collection), None)
        if newest is None or (newest["state"] in _ENDED and not newest["resumable"]):
            return ""
        return str(newest["id"])

    def cancel(self, job_id: str) -> None:
        """Stop an upload at the end of the file that is being read."""
        if self._jobs is not None and job_id:
            self._jobs.cancel(job_id)

    def examples(self) -> list[str]:
        """Return at most four questions that the documents may answer."""
        page, _ = self._ledger.find_infos(self._collection, limit=40)
        if sum("larkhaven" in f"{info.title} {info.source}".lower() for info in page) >= 3:
            return list(_LARKHAVEN)
        titles = [_topic(info.title) for info in page if info.title and not info.copy_of]
        return [f"What is said about “{title}”?" for title in dict.fromkeys(filter(None, titles))][
            :4
        ]


def _label(info: DocumentInfo) -> str:
    return info.title or info.source


def _topic(title: str) -> str:
    """Return a title as it can stand in a question: one line, no file ending, not too long."""
    words = re.sub(r"\.\w{2,4}$", "", " ".join(title.split()))
    return words if len(words) <= 80 else words[:79].rsplit(" ", 1)[0] + "…"


def filters_of(
    publishers: Sequence[str] | None,
    first: str | None,
    last: str | None,
    documents: Sequence[str] | None,
) -> Filters:
    """Return the filters that the fields of the page hold.

    Raises:
        BadRequest: a day that is not one, or a first day after the last.
    """
    return filters_from_json(
        {
            "publisher": list(publishers or ()),
            "published_from": (first or "").strip()[:10] or None,
            "published_to": (last or "").strip()[:10] or None,
            "document_ids": list(documents or ()),
        }
    )


def without(filters: Filters, chip: str) -> Filters:
    """Return the filters without the one that a chip names as ``kind|value``."""
    kind, _, value = chip.partition("|")
    if kind == "publisher":
        return replace(filters, publisher=tuple(p for p in filters.publisher if p != value))
    if kind == "document":
        left = tuple(one for one in filters.document_ids if one != value)
        return replace(filters, document_ids=left)
    if kind == "from":
        return replace(filters, published_from=None)
    if kind == "to":
        return replace(filters, published_to=None)
    return filters


def readable(error: VouchError) -> str:
    """Return an error as one line for a person."""
    return f"{error.message} {error.hint}".strip()
