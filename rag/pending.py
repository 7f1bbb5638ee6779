"""Vectors for every passage that has none yet, written as they come."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Protocol, Self

from rag.errors import VouchError
from rag.types import Encoder, Vectors

GROUP = 64  # passages whose vectors are written together
WINDOW = 4096  # passages that are sorted by length together
_LOOK_SECONDS = 0.5


class _Pending(Protocol):
    """The part of the ledger that hands out texts and takes vectors."""

    def pending_texts(
        self, model_id: str, limit: int, collection: str | None = None, after: int = 0
    ) -> list[tuple[int, str]]: ...

    def pending_count(self, model_id: str) -> int: ...

    def still_pending(self, model_id: str, keys: Sequence[int]) -> set[int]: ...

    def newest_key(self) -> int: ...

    def put_vectors(self, model_id: str, keys: Sequence[int], vectors: Vectors) -> int: ...


def embed_pending(
    ledger: _Pending,
    encoder: Encoder,
    *,
    progress: Callable[[int, int], None] | None = None,
    stop: threading.Event | None = None,
    batch: int = GROUP,
    collection: str | None = None,
    shortest_first: bool = False,
) -> int:
    """Embed every passage of the ledger that has no vector yet; return how many were embedded.

    Longest first, so that batches waste nothing on padding and the estimate of the time left errs
    on the safe side. Vectors are written ``batch`` at a time: what is done stays done when ``stop``
    is set or the process ends. ``progress`` is given (done, all) after each write. Two processes
    that embed one library meet in the middle when one of them goes ``shortest_first``; what the
    other has done is left out.
    """
    total, done, after = ledger.pending_count(encoder.model_id), 0, 0
    while True:
        window = ledger.pending_texts(encoder.model_id, WINDOW, collection, after)
        if not window:
            return done
        after = window[-1][0]
        for some in _groups(window, batch, shortest_first):
            if stop is not None and stop.is_set():
                return done
            done += _embed_group(ledger, encoder, some)
            if progress is not None:
                progress(done, max(total, done))


def _groups(
    window: Sequence[tuple[int, str]], batch: int, shortest_first: bool = False
) -> list[list[tuple[int, str]]]:
    ordered = sorted(window, key=lambda pair: -len(pair[1]))
    groups = [ordered[at : at + batch] for at in range(0, len(ordered), batch)]
    return groups[::-1] if shortest_first else groups


def _embed_group(ledger: _Pending, encoder: Encoder, some: Sequence[tuple[int, str]]) -> int:
    """Embed what of a group still needs it; return the size of the group: it is done."""
    needed = ledger.still_pending(encoder.model_id, [key for key, _ in some])
    left = [pair for pair in some if pair[0] in needed]
    if left:
        vectors = encoder.encode([text for _, text in left])
        ledger.put_vectors(encoder.model_id, [key for key, _ in left], vectors)
    return len(some)


class EmbeddingAlong:
    """Embeds in a thread of its own what is added meanwhile, and the rest when no more comes.

        with EmbeddingAlong(ledger, model_id, load) as embedding:
            for outcome in add(ledger, paths):
                ...
            embedding.finish()

    The model is loaded when there is something to embed: an add that changes nothing loads none.
    Leaving it without ``finish`` ends the work after the group at hand. ``embedded`` counts up.

    Args:
        ledger: where texts come from and vectors go.
        model_id: the model whose vectors are wanted.
        load: returns the model.
        stop: ends the work after the group at hand.
    """

    def __init__(
        self,
        ledger: _Pending,
        model_id: str,
        load: Callable[[], Encoder],
        *,
        stop: threading.Event | None = None,
    ) -> None:
        self.embedded = 0
        self._ledger = ledger
        self._model_id = model_id
        self._load = load
        self._asked_to_stop = stop or threading.Event()
        self._left = threading.Event()  # the caller has gone
        self._all_there = threading.Event()
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name="vouch-embedding", daemon=True)
        self._error: BaseException | None = None
        self._after: int | None = None
        self._in_window = 0
        self._looked = False

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._left.set()
        self._wake.set()
        # Whoever presses Ctrl-C twice does not wait for the group at hand.
        if not isinstance(error, KeyboardInterrupt):
            self._thread.join()

    def look(self) -> None:
        """Look now, not half a second later, whether there is anything: loading takes seconds."""
        if not self._looked:
            self._wake.set()

    @property
    def known(self) -> int:
        """How many passages are embedded here or wait for it, as far as they have been read."""
        if self._after is None:
            return 0
        beyond = max(0, self._ledger.newest_key() - self._after)
        return self.embedded + self._in_window + beyond

    def finish(self) -> int:
        """Embed the rest, now that no more comes; return how many passages were embedded in all.

        Raises:
            VouchError: the model could not be loaded, or the vectors not be kept.
        """
        self._all_there.set()
        self._wake.set()
        while self._thread.is_alive():
            self._thread.join(_LOOK_SECONDS)  # in steps, so that a signal is handled
        if self._error is not None:
            raise self._error
        return self.embedded

    def _stopped(self) -> bool:
        return self._left.is_set() or self._asked_to_stop.is_set()

    def _run(self) -> None:
        try:
            self._follow()
        except VouchError as error:
            self._error = error  # raised by finish: the files must be read all the same
        except BaseException as error:
            if not self._left.is_set():  # a ledger that was closed meanwhile is no news
                self._error = error
                raise

    def _follow(self) -> None:
        encoder: Encoder | None = None
        while not self._stopped():
            last = self._all_there.is_set()
            newest = self._ledger.newest_key()
            window = self._ledger.pending_texts(self._model_id, WINDOW, after=self._after or 0)
            if not window and last:
                return
            if window and encoder is None:
                self._looked = True
                encoder = self._load()  # takes seconds, in which more arrives
                continue
            if len(window) < GROUP and not last:
                # Few texts make poor batches. What lies before them need not be looked at again.
                self._after = window[0][0] - 1 if window else newest
                self._wake.wait(_LOOK_SECONDS)
                self._wake.clear()
                continue
            self._after, self._in_window = window[-1][0], len(window)
            assert encoder is not None
            for some in _groups(window, GROUP):
                if self._stopped():
                    return
                count = _embed_group(self._ledger, encoder, some)
                self._in_window -= count
                self.embedded += count
