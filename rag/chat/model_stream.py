"""What a chat model says, piece by piece, within a time that is kept whatever the model does.

The call runs as a task of an event loop in a thread of its own: a task can be cancelled at once,
also while it waits for a server that says nothing, and a cancelled one closes its connection.
"""

from __future__ import annotations

import asyncio
import contextvars
import queue
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, aclosing, closing, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from rag.chat.model_faults import Fault, fault_of
from rag.errors import WriterFailed
from rag.types import Step

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage, BaseMessageChunk

_TELL_EVERY = 1.0
"""Seconds after which a silent model is reported, and whoever has gone is noticed."""
_MOST_CHARS_A_TOKEN = 8
_SAY_WHY_THEY_END = ("openai-chat", "azure-openai-chat", "anthropic-chat")
"""Kinds of model whose last piece always says why it ended: without it the answer was cut."""
_BLOCKING = ("huggingface-chat-wrapper",)
"""Kinds of model that know no asynchronous calls; they are asked in a thread of their own."""
_SILENCES = 3
_NOTHING = object()
_WHOLE = ("stop", "end_turn", "stop_sequence", "eos", "eos_token", "STOP")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of what a model says: of its answer, or of what it thinks before."""

    text: str = ""
    thought: str = ""


class _Loop:
    """An event loop in a daemon thread, started at first use.

    There is one for the process: the providers' packages share their connections, and those belong
    to the loop that opened them.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None

    def get(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                run = self._loop.run_forever
                threading.Thread(target=run, name="vouch-model", daemon=True).start()
            return self._loop


_LOOP = _Loop()


class ModelStream:
    """A chat model behind a limit on time, size and attempts.

    Args:
        load: gives the model; called at first use, in the thread of the one who asks.
        name: what the model is called in messages, as ``provider:model``.
        seconds: time for one answer, retries included.
        stall_seconds: time without a piece after which the model is given up.
        retries: times it is asked again when it could not be reached and has said nothing yet.
        rest_seconds: time that the model is left alone when it was silent three times in a row.
        answer_tokens: an answer of many more characters than this allows is cut off.
        tracing: whether LangChain's own tracing may run.
        callbacks: LangChain callbacks that see each call.
    """

    def __init__(
        self,
        load: Callable[[], BaseChatModel],
        *,
        name: str,
        seconds: float = 30.0,
        stall_seconds: float = 10.0,
        retries: int = 1,
        rest_seconds: float = 0.0,
        answer_tokens: int = 1500,
        tracing: bool = False,
        callbacks: Sequence[Any] = (),
    ) -> None:
        self._load, self.name = load, name
        self._seconds, self._stall_seconds, self._retries = seconds, stall_seconds, retries
        self._most_chars = answer_tokens * _MOST_CHARS_A_TOKEN
        self._tracing, self._callbacks = tracing, list(callbacks)
        self._rest_seconds, self._silences, self._rest_until = rest_seconds, 0, 0.0
        self._lock = threading.Lock()
        self._model: BaseChatModel | None = None

    @property
    def model(self) -> BaseChatModel:
        """The model, loaded at first use.

        Raises:
            WriterFailed: it cannot be made; the hint says what is missing.
        """
        with self._lock:
            if self._model is None:
                self._model = self._load()
            return self._model

    def pieces(
        self, messages: Sequence[BaseMessage], *, seconds: float | None = None
    ) -> Generator[Piece | Step, None, None]:
        """Yield what the model says, and steps that tell of waiting and of further attempts.

        Leaving early cancels the call.

        Raises:
            WriterFailed: the model could not be reached, fell silent, took too long, said too
                much, or broke off; the message says which.
        """
        self._check_rest()
        model = self.model  # to load it is no part of its answer
        allowed = seconds or self._seconds
        until = time.monotonic() + allowed
        for attempt in range(self._retries + 1):
            begun = False
            try:
                with closing(self._attempt(model, messages, until, allowed)) as said:
                    for piece in said:
                        begun = begun or isinstance(piece, Piece)
                        yield piece
                self._silences = 0
                return
            except Fault as fault:
                wait = fault.wait_before(attempt + 1)
                left = until - time.monotonic()
                if begun or not fault.passing or attempt == self._retries or wait >= left:
                    self._count(fault, begun)
                    raise WriterFailed(fault.told(messages), fault.hint) from fault
                again = f"Asking again ({attempt + 1} of {self._retries})"
                yield Step("write", f"{fault.told(messages)} {again} in {wait:.0f} s.")
                yield from _pause(wait)

    def _check_rest(self) -> None:
        """Refuse to ask a model that has been silent again and again.

        Everybody who asks would wait for it in vain, and those behind them as well.

        Raises:
            WriterFailed: it is left alone for a while.
        """
        left = self._rest_until - time.monotonic()
        if left > 0:
            raise WriterFailed(
                f"The model {self.name} was silent {_SILENCES} times in a row; it is asked again in"
                f" {left:.0f} s.",
                "Is its server busy? `vouch config check` tries it.",
            )

    def _count(self, fault: Fault, begun: bool) -> None:
        self._silences = self._silences + 1 if fault.silent and not begun else 0
        if self._silences >= _SILENCES:
            self._silences, self._rest_until = 0, time.monotonic() + self._rest_seconds

    def _attempt(
        self, model: BaseChatModel, messages: Sequence[BaseMessage], until: float, allowed: float
    ) -> Generator[Piece | Step, None, None]:
        said: queue.SimpleQueue[Any] = queue.SimpleQueue()
        left = threading.Event()
        pump = self._pump(model, messages, said.put, left)
        task = _Call(_LOOP.get(), pump, contextvars.copy_context())
        try:
            yield from self._received(model, said, until, allowed)
        finally:
            left.set()
            task.cancel()

    async def _pump(
        self,
        model: BaseChatModel,
        messages: Sequence[BaseMessage],
        put: Callable[[Any], None],
        left: threading.Event,
    ) -> None:
        config: Any = {"callbacks": self._callbacks} if self._callbacks else None
        try:
            with self._traced():
                if model._llm_type in _BLOCKING:
                    stream = partial(model.stream, list(messages), config=config)
                    await asyncio.to_thread(_put_each, stream, put, left)
                    return
                chunks: Any = model.astream(list(messages), config=config)
                async with aclosing(chunks):
                    async for chunk in chunks:
                        # A wait_for of Python 3.11 that gets its result may swallow a cancel.
                        if left.is_set():
                            return
                        put(chunk)
        except asyncio.CancelledError:
            raise
        except BaseException as error:  # noqa: BLE001 - foreign code; the reader tells its fault
            put(error)
        else:
            put(None)

    def _traced(self) -> AbstractContextManager[Any]:
        try:
            from langsmith.run_helpers import tracing_context
        except ImportError:
            return nullcontext()
        # Nothing leaves the machine because a variable of another program is set.
        return tracing_context(enabled=self._tracing)

    def _received(
        self, model: BaseChatModel, said: queue.SimpleQueue[Any], until: float, allowed: float
    ) -> Iterator[Piece | Step]:
        started = heard = time.monotonic()
        left, finish = self._most_chars, ""
        while True:
            item = _next(said, min(until, heard + self._stall_seconds))
            if item is _NOTHING:
                now = time.monotonic()
                self._check_time(now, heard, until, allowed)
                waited = now - started
                yield Step("write", f"Waiting for {self.name}, {waited:.0f} s", {"seconds": waited})
                continue
            if item is None:
                break
            if isinstance(item, BaseException):
                raise fault_of(item, self.name) from item
            self._check_time(time.monotonic(), time.monotonic(), until, allowed)
            finish = _finish_of(item) or finish
            for piece in _pieces_of(item):
                left -= len(piece.text) + len(piece.thought)
                yield piece if left >= 0 else Piece(piece.text[:left], piece.thought[:left])
                # Whoever reads may take its time: that is no silence of the model.
                heard = time.monotonic()
                if left < 0:
                    raise Fault(
                        f"The model {self.name} did not end its answer; it was cut at"
                        f" {self._most_chars:,} characters.",
                        "Raise llm_answer_tokens, or use another model.",
                    )
        self._check_end(model, finish, left < self._most_chars)

    def _check_time(self, now: float, heard: float, until: float, allowed: float) -> None:
        """Give up a model that takes too long, or is silent for too long.

        Raises:
            Fault: it is.
        """
        if now >= until:
            raise Fault(
                f"The model {self.name} took longer than {allowed:g} s.",
                "Raise llm_seconds, or use a faster model.",
            )
        if now >= heard + self._stall_seconds:
            raise Fault(
                f"The model {self.name} said nothing for {self._stall_seconds:g} s.",
                "Is its server busy? Raise llm_stall_seconds where it needs longer to begin.",
                silent=True,
            )

    def _check_end(self, model: BaseChatModel, finish: str, spoke: bool) -> None:
        """Refuse an answer that is empty or was cut.

        Raises:
            Fault: it is.
        """
        if finish and finish not in _WHOLE:
            raise Fault(
                f"The model {self.name} stopped before its end ({finish}).",
                "Raise llm_answer_tokens." if finish == "length" else "Ask in other words.",
            )
        if not finish and model._llm_type in _SAY_WHY_THEY_END:
            raise Fault(
                f"The answer of {self.name} broke off.", "Look at the log of its server.", True
            )
        if not spoke:
            raise Fault(f"The model {self.name} said nothing.", "Try another model.", True)


class _Call:
    """A coroutine on its way in another thread's loop."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, work: Any, context: contextvars.Context
    ) -> None:
        self._loop = loop
        self._task: asyncio.Task[None] | None = None
        self._cancelled = False
        loop.call_soon_threadsafe(self._start, work, context)

    def _start(self, work: Any, context: contextvars.Context) -> None:
        if self._cancelled:
            work.close()
            return
        # The caller's context goes along: callbacks of a chain that Vouch is a part of stand in it.
        self._task = self._loop.create_task(work, context=context)

    def cancel(self) -> None:
        def stop() -> None:
            self._cancelled = True
            if self._task is not None:
                self._task.cancel()

        self._loop.call_soon_threadsafe(stop)


def _next(said: queue.SimpleQueue[Any], until: float) -> Any:
    """Return what came next, or ``_NOTHING`` where a while, at most until then, brought nothing."""
    try:
        return said.get_nowait()
    except queue.Empty:
        pass
    try:
        return said.get(timeout=max(0.0, min(until - time.monotonic(), _TELL_EVERY)))
    except queue.Empty:
        return _NOTHING


def _put_each(
    stream: Callable[[], Iterator[BaseMessageChunk]],
    put: Callable[[Any], None],
    left: threading.Event,
) -> None:
    """Put what a blocking stream gives, until it ends or the caller has left."""
    for chunk in stream():
        if left.is_set():
            return
        put(chunk)
    put(None)


def _pause(seconds: float) -> Iterator[Step]:
    """Wait, with a step every second: whoever has gone is noticed there."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        time.sleep(min(left, _TELL_EVERY))
        left = max(0.0, until - time.monotonic())
        yield Step("write", f"Asking again in {left:.0f} s", {"seconds": left})


def _finish_of(chunk: Any) -> str:
    """Return why the model ended, as its last piece says it; empty elsewhere."""
    about = getattr(chunk, "response_metadata", None) or {}
    for name in ("finish_reason", "stop_reason", "done_reason"):
        if about.get(name):
            return str(about[name])
    return ""


def _pieces_of(chunk: Any) -> Iterator[Piece]:
    """Yield the text and the thoughts of a chunk, whichever way its provider writes them."""
    content = chunk.content
    thought = (getattr(chunk, "additional_kwargs", None) or {}).get("reasoning_content")
    if isinstance(thought, str) and thought:
        yield Piece(thought=thought)
    if isinstance(content, str):
        if content:
            yield Piece(text=content)
        return
    for block in chunk.content_blocks:
        if block.get("type") == "text" and block.get("text"):
            yield Piece(text=str(block["text"]))
        elif block.get("type") == "reasoning" and block.get("reasoning"):
            yield Piece(thought=str(block["reasoning"]))
