"""Model work in a few threads behind a bounded queue: close, cancel and deadlines act at once.

A worker runs a generator. Whoever waits for it is never held up by it: a deadline or a cancel ends
the waiting there and then, and the worker is free again at the generator's next event.
"""

from __future__ import annotations

import asyncio
import logging
import math
import statistics
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, Generic, TypeVar

from rag.errors import Busy, Cancelled, TimedOut, VouchError

T = TypeVar("T")
_MEASURED = 9
_LOG = logging.getLogger("vouch.work")


class Task(Generic[T]):
    """Work that waits or runs, and the events that it has given so far.

    It is read by one reader, from a thread (``for event in task``) or from an event loop
    (``async for event in task.stream()``).
    """

    def __init__(self, work: Work, produce: Callable[[], Iterator[T]], seconds: float) -> None:
        self._work = work
        self._produce = produce
        self._seconds = seconds
        self._deadline = time.monotonic() + seconds
        self._events: deque[T] = deque()
        self._error: BaseException | None = None
        self._ended = False
        self._changed = threading.Condition()
        self._wake: Callable[[], None] | None = None

    def cancel(self, why: str = "The question was cancelled.") -> None:
        """Stop waiting for the events; the worker stops at its next one. Safe to call twice."""
        self._finish(Cancelled(why, "Ask it again."))
        self._work._forget(self)

    def last(self) -> T:
        """Return the last event, when the work is done.

        Raises:
            TimedOut, Cancelled, or the error that ended the work.
        """
        return _last(list(self))

    async def wait(self) -> T:
        """Return the last event, as ``last`` does, without holding up the event loop."""
        return _last([event async for event in self.stream()])

    def __iter__(self) -> Iterator[T]:
        """Yield the events as they come; leaving early cancels the work."""
        try:
            while True:
                with self._changed:
                    self._changed.wait_for(self._is_ready, max(0.0, self._left()))
                events, ended = self._take()
                yield from events
                if ended:
                    return
        finally:
            self.cancel()

    async def stream(self) -> AsyncIterator[T]:
        """Yield the events as they come; leaving early cancels the work."""
        loop = asyncio.get_running_loop()
        ready = asyncio.Event()

        def wake() -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(ready.set)

        self._wake = wake
        try:
            while True:
                ready.clear()
                events, ended = self._take()
                for event in events:
                    yield event
                if ended:
                    return
                if events:
                    continue  # more may have come, and been announced, while they were read
                try:
                    await asyncio.wait_for(ready.wait(), max(0.0, self._left()))
                except TimeoutError:
                    continue  # _take() says what that means
        finally:
            self._wake = None
            self.cancel()

    def _left(self) -> float:
        return self._deadline - time.monotonic()

    def _is_ready(self) -> bool:
        return bool(self._events) or self._ended

    def _take(self) -> tuple[list[T], bool]:
        """Return the events that have come, and whether they are all; raise what ended the work."""
        if self._left() <= 0:
            self._finish(self._late())
            self._work._forget(self)
        with self._changed:
            events = list(self._events)
            self._events.clear()
            if events or not self._ended:
                # What went wrong is said after the events that came before it.
                return events, self._ended and self._error is None
            if self._error is not None:
                raise self._error
            return events, True

    def _late(self) -> TimedOut:
        return TimedOut(
            f"There was no answer within {self._seconds:g} seconds.",
            "Ask again later, ask about fewer documents with a filter,"
            " or raise the setting deadline_seconds.",
        )

    def _finish(self, error: BaseException | None) -> None:
        with self._changed:
            if not self._ended:
                self._ended, self._error = True, error
            self._changed.notify_all()
        self._tell()

    def _tell(self) -> None:
        wake = self._wake
        if wake is not None:
            try:
                wake()
            except RuntimeError:
                # The loop was closed in between: nobody reads any more.
                self._wake = None

    def _run(self) -> None:
        """Run the generator in the worker's thread until it ends or nobody waits for it."""
        if self._left() <= 0:
            self._finish(self._late())
        if self._ended:
            return
        try:
            events = self._produce()
            for event in events:
                with self._changed:
                    if self._ended:
                        break
                    self._events.append(event)
                    self._changed.notify_all()
                self._tell()
                if self._left() <= 0:
                    self._finish(self._late())
                    break
            _close(events)
        except VouchError as error:
            self._finish(error)
        except Exception as error:  # noqa: BLE001 - the boundary: a worker outlives any question
            _LOG.exception("A question ended in an unexpected error")
            self._finish(error)
        else:
            self._finish(None)


def _close(events: Iterator[Any]) -> None:
    close = getattr(events, "close", None)
    if close is not None:
        close()


def _last(events: list[T]) -> T:
    if not events:
        raise Cancelled("The work gave nothing.", "Ask it again.")
    return events[-1]


class Work:
    """Worker threads and the queue in front of them.

    Args:
        workers: questions that are worked on at a time.
        queue: questions that may wait beside those.
        deadline_seconds: time that one may take, waiting included.
    """

    def __init__(self, *, workers: int, queue: int, deadline_seconds: float) -> None:
        self._workers = workers
        self._queue = queue
        self._deadline_seconds = deadline_seconds
        self._waiting: deque[Task[Any]] = deque()
        self._running: set[Task[Any]] = set()
        self._closed = False
        self._changed = threading.Condition()
        self._took: deque[float] = deque(maxlen=_MEASURED)
        self._threads = [
            threading.Thread(target=self._work, name=f"vouch-work-{n}", daemon=True)
            for n in range(workers)
        ]
        for thread in self._threads:
            thread.start()

    def start(
        self, produce: Callable[[], Iterator[T]], *, deadline_seconds: float | None = None
    ) -> Task[T]:
        """Queue the generator that ``produce`` makes; it is made in the worker.

        Raises:
            Busy: every worker has work and the queue is full, or too long for the deadline.
        """
        seconds = deadline_seconds or self._deadline_seconds
        task = Task(self, produce, seconds)
        with self._changed:
            if self._closed:
                raise Busy("The server is shutting down.", "Ask again when it is back.")
            idle = self._workers - len(self._running)
            # One that would only be reached after its deadline is better told so now.
            hopeless = self._usual_seconds() * len(self._waiting) / self._workers > seconds
            if len(self._waiting) >= self._queue + max(0, idle) or hopeless:
                raise Busy(
                    f"{len(self._running)} questions are being answered and"
                    f" {len(self._waiting)} wait; no more can wait.",
                    "Ask again in a few seconds.",
                )
            self._waiting.append(task)
            self._changed.notify()
        return task

    @property
    def running(self) -> int:
        """The number of questions that are being worked on."""
        return len(self._running)

    @property
    def waiting(self) -> int:
        """The number of questions that wait for a worker."""
        return len(self._waiting)

    @property
    def retry_after(self) -> int:
        """Seconds, at least 1, after which the queue has probably moved on."""
        rounds = (len(self._waiting) + 1) / self._workers
        return max(1, min(60, math.ceil(rounds * self._usual_seconds())))

    def close(self, wait_seconds: float = 1.0) -> None:
        """End all waiting at once; workers get a moment to stop at their next event."""
        with self._changed:
            self._closed = True
            tasks = [*self._waiting, *self._running]
            self._changed.notify_all()
        for task in tasks:
            task.cancel("The server is shutting down.")
        until = time.monotonic() + wait_seconds
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))

    def _usual_seconds(self) -> float:
        """Return what one question takes; 0 before enough have been measured to say so."""
        return statistics.median(self._took) if len(self._took) == _MEASURED else 0.0

    def _forget(self, task: Task[Any]) -> None:
        """Free the place of a task that waits; one that runs leaves by itself."""
        with self._changed:
            if task in self._waiting:
                self._waiting.remove(task)

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or bool(self._waiting))
                if self._closed:
                    return
                task = self._waiting.popleft()
                self._running.add(task)
            begun = time.monotonic()
            task._run()
            with self._changed:
                self._running.discard(task)
                self._took.append(time.monotonic() - begun)
                self._changed.notify_all()
