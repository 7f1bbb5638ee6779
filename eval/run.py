"""Asking a system every row: in parallel within limits, each row bounded in time, none ever lost.

Whatever goes wrong with a row is that row's outcome and nobody else's. What was given before comes
from the cache.
"""

from __future__ import annotations

import json
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace

from eval.cache import OutputCache
from eval.cases import Row
from eval.record_file import output_to_json
from eval.records import Output
from eval.shape import fault_of
from eval.systems import System
from rag.errors import Cancelled, VouchError

_LOOK_UP_SECONDS = 0.2
_MOST_ABANDONED = 64
"""Threads that may hang in a system before it is asked nothing more."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How many rows are asked at a time, and how long one may take."""

    workers: int = 1
    seconds: float = 60.0


def outputs(
    system: System,
    rows: Sequence[Row],
    *,
    limits: Limits | None = None,
    cache: OutputCache | None = None,
    progress: Callable[[int, int], None] | None = None,
    stop: threading.Event | None = None,
) -> list[Output]:
    """Return the output of every row, in the order of the rows.

    Args:
        system: what is asked.
        rows: a row with a ``problem`` is not asked: its output is that failure.
        limits: at a time, and in time.
        cache: what is known already; new outputs are added as they come.
        progress: given the rows done and all there are.
        stop: ends the asking; what was given until then is in the cache.

    Raises:
        Cancelled: ``stop`` was set.
    """
    limits, stop = limits or Limits(), stop or threading.Event()
    cache = cache if cache is not None else OutputCache(None)
    found: list[Output | None] = [_known(row, cache) for row in rows]
    left = [n for n, output in enumerate(found) if output is None]
    done = len(rows) - len(left)
    told = progress or _tell_nobody
    told(done, len(rows))
    for n, output in _asked(system, rows, left, limits, stop):
        found[n] = output
        cache.put(rows[n], output)
        done += 1
        told(done, len(rows))
    if stop.is_set() and any(output is None for output in found):
        raise Cancelled(
            f"The run was stopped after {done:,} of {len(rows):,} rows.",
            "What was answered is kept: the same command goes on from there.",
        )
    return [output if output is not None else Output(error="It was not asked.") for output in found]


def _tell_nobody(done: int, total: int) -> None:
    del done, total


def _known(row: Row, cache: OutputCache) -> Output | None:
    return Output(error=row.problem) if row.problem else cache.get(row)


def _asked(
    system: System, rows: Sequence[Row], left: Sequence[int], limits: Limits, stop: threading.Event
) -> Iterator[tuple[int, Output]]:
    """Yield (number of the row, output) as they come, a few rows at a time."""
    if not left:
        return
    patience = _Patience(system, limits.seconds)
    waiting: dict[Future[Output], int] = {}
    numbers = iter(left)
    with ThreadPoolExecutor(max(1, limits.workers), "vouch-eval") as pool, patience:
        while not stop.is_set():
            while len(waiting) < limits.workers:
                n = next(numbers, None)
                if n is None:
                    break
                waiting[pool.submit(patience.run, rows[n])] = n
            if not waiting:
                return
            finished, _ = wait(waiting, timeout=_LOOK_UP_SECONDS, return_when=FIRST_COMPLETED)
            for future in finished:
                yield waiting.pop(future), future.result()
        for future, n in waiting.items():
            if future.done():
                yield n, future.result()


class _Patience:
    """Runs rows in threads that can be left behind when they take too long.

    A thread is used again for the next row, so that what a system keeps for each thread (such as a
    database connection) is made a few times and not for every row.
    """

    def __init__(self, system: System, seconds: float) -> None:
        self._system, self._seconds = system, seconds
        self._idle: queue.LifoQueue[_Thread] = queue.LifoQueue()
        self._abandoned: list[_Thread] = []
        self._counting = threading.Lock()
        self._over = threading.Event()

    def run(self, row: Row) -> Output:
        if self._over.is_set():
            return Output(error="The run was stopped.")
        hanging = self._hanging()
        if hanging >= _MOST_ABANDONED:
            return Output(error=f"Not asked: {hanging} earlier rows hang to this moment.")
        try:
            thread = self._idle.get_nowait()
        except queue.Empty:
            thread = _Thread(self._system)
        began = time.monotonic()
        thread.give(row)
        while True:
            left = self._seconds - (time.monotonic() - began)
            output = thread.take(max(0.0, min(left, _LOOK_UP_SECONDS)))
            if output is not None:
                thread.give(None) if self._over.is_set() else self._idle.put(thread)
                return output
            if left <= 0 or self._over.is_set():
                with self._counting:
                    self._abandoned.append(thread)
                thread.give(None)
                why = f"No answer within {self._seconds:g} s."
                return Output(error=why, seconds=time.monotonic() - began)

    def _hanging(self) -> int:
        """Return how many rows that were given up are still being worked on."""
        with self._counting:
            self._abandoned = [one for one in self._abandoned if one.at_work]
            return len(self._abandoned)

    def __enter__(self) -> _Patience:
        return self

    def __exit__(self, *exc: object) -> None:
        """Wait for nothing any more, and let the threads end that are not at work."""
        self._over.set()
        while not self._idle.empty():
            self._idle.get().give(None)


class _Thread:
    """A daemon thread that runs one row at a time."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._rows: queue.SimpleQueue[Row | None] = queue.SimpleQueue()
        self._outputs: queue.SimpleQueue[Output] = queue.SimpleQueue()
        threading.Thread(target=self._work, name="vouch-eval-row", daemon=True).start()

    def give(self, row: Row | None) -> None:
        """Hand over the next row; None ends the thread."""
        self._rows.put(row)

    @property
    def at_work(self) -> bool:
        """Whether the row that it was given has no output yet."""
        return self._outputs.empty()

    def take(self, seconds: float) -> Output | None:
        try:
            return self._outputs.get(timeout=seconds)
        except queue.Empty:
            return None

    def _work(self) -> None:
        while (row := self._rows.get()) is not None:
            self._outputs.put(attempt(self._system, row))


def _unkeepable(output: Output) -> str:
    """Return why an output cannot be written down, or the empty string.

    Raises:
        VouchError: it holds what is no number.
    """
    value = output_to_json(output)
    fault = "" if output.answer is None else fault_of(output.answer)
    if fault:
        return f"The answer has not the shape of one: {fault}."
    try:
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8")
    except UnicodeEncodeError:
        return "The output holds half a character (a lone surrogate)."
    except (TypeError, ValueError) as error:
        return f"The output is not JSON: {error}."
    return ""


def attempt(system: System, row: Row) -> Output:
    """Return what a system gives for a row, whatever it is, as an output that can be kept."""
    began = time.perf_counter()
    try:
        output = system.run(row)
        fault = _unkeepable(output)
        if fault:
            return Output(error=fault, seconds=time.perf_counter() - began)
    except VouchError as error:
        return Output(error=str(error), seconds=time.perf_counter() - began)
    except BaseException as error:  # noqa: BLE001 - anybody's code runs here, and may even exit
        why = f"{type(error).__name__}: {error}".rstrip(": ")
        return Output(error=why, seconds=time.perf_counter() - began)
    if not output.seconds:
        return replace(output, seconds=time.perf_counter() - began)
    return output
