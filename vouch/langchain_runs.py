"""What callbacks see of an answer, and answers beside an event loop."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from typing import Any, TypeVar

from langchain_core.callbacks import CallbackManagerForChainRun

from rag.build import Library as OpenLibrary
from rag.types import Filters, Hit
from vouch.langchain_documents import documents_of

T = TypeVar("T")


def tell(run: CallbackManagerForChainRun, name: str, data: dict[str, Any]) -> None:
    """Send a custom event of a run to the callbacks that listen to it."""
    if _heard(run):
        run.get_child().on_custom_event(name, data, run_id=run.run_id)


def _heard(run: CallbackManagerForChainRun) -> bool:
    return bool(run.handlers or run.inheritable_handlers)


class Watched:
    """A Retriever whose searches are runs of their own, with the passages as documents.

    Args:
        opened: whose retriever searches.
        run: the run that a search is a part of.
    """

    def __init__(self, opened: OpenLibrary, run: CallbackManagerForChainRun) -> None:
        self._opened = opened
        self._run = run

    def retrieve(
        self, question: str, *, filters: Filters, collection: str, limit: int
    ) -> list[Hit]:
        """Return at most ``limit`` hits, best first."""
        search = self._opened.retriever.retrieve
        if not _heard(self._run):
            return search(question, filters=filters, collection=collection, limit=limit)
        run = self._run.get_child("search").on_retriever_start(
            None, question, name="VouchRetriever"
        )
        try:
            hits = search(question, filters=filters, collection=collection, limit=limit)
            documents = documents_of(hits, self._opened.ledger)
        except Exception as error:
            run.on_retriever_error(error)
            raise
        run.on_retriever_end(documents)
        return hits


async def in_thread(iterate: Callable[[], Iterator[T]]) -> AsyncGenerator[T, None]:
    """Yield what an iterator yields that runs in one thread beside the event loop.

    All of it runs in the same thread, for a generator must not move between threads while it holds
    what belongs to one. When the caller leaves, the iterator is closed at its next item.
    """
    loop = asyncio.get_running_loop()
    items: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
    left = threading.Event()

    def put(kind: str, value: Any) -> bool:
        if not left.is_set():
            loop.call_soon_threadsafe(items.put_nowait, (kind, value))
        return not left.is_set()

    context = contextvars.copy_context()
    loop.run_in_executor(None, context.run, _pump, iterate, put)
    try:
        while (item := await items.get())[0] == "item":
            yield item[1]
        if item[0] == "error":
            raise item[1]
    finally:
        left.set()


def _pump(iterate: Callable[[], Iterator[T]], put: Callable[[str, Any], bool]) -> None:
    """Put every item of an iterator, then how it ended; stop where nobody takes them."""
    iterator = iterate()
    try:
        for item in iterator:
            if not put("item", item):
                break
        put("end", None)
    except Exception as error:  # noqa: BLE001 - it is raised where the items are awaited
        put("error", error)
    finally:
        if isinstance(iterator, Generator):
            iterator.close()
