"""Vectors that come while documents are still added; a real ledger, an encoder that notes."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from rag.errors import ModelError
from rag.ledger import Ledger
from rag.pending import GROUP, EmbeddingAlong, embed_pending
from rag.types import Vectors
from tests.rag.shelf import document, origin

SECONDS = 30


class Noting:
    """An encoder that notes what it is given, and says when it has been given something."""

    model_id, dimensions = "noting", 4

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.given = threading.Event()

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.texts += texts
        self.given.set()
        return np.full((len(texts), self.dimensions), 0.5, dtype=np.float32)


def put(ledger: Ledger, name: str, count: int) -> None:
    rows = [
        document(f"{name} {'word ' * (n * 7 % 50)}number {n}", part=str(n)) for n in range(count)
    ]
    ledger.put_file("default", origin(name), rows)


def test_embedding_begins_while_files_are_added_and_ends_with_the_last(tmp_path: Path) -> None:
    encoder = Noting()
    with Ledger(tmp_path) as ledger, EmbeddingAlong(ledger, "noting", lambda: encoder) as along:
        put(ledger, "first", GROUP + 5)
        assert encoder.given.wait(SECONDS), "nothing was embedded before the end"
        put(ledger, "second", 3)
        put(ledger, "third", GROUP)
        done = along.finish()
        assert done == along.embedded == along.known == 2 * GROUP + 8
        assert ledger.pending_count("noting") == 0
    assert len(encoder.texts) == len(set(encoder.texts)) == done


def test_few_texts_wait_for_more(tmp_path: Path) -> None:
    encoder = Noting()
    with Ledger(tmp_path) as ledger:
        put(ledger, "few", 3)
        with EmbeddingAlong(ledger, "noting", lambda: encoder) as along:
            put(ledger, "more", 2)
            assert along.finish() == 5


def test_no_model_is_loaded_where_nothing_is_pending(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        put(ledger, "t", 4)
        embed_pending(ledger, Noting())
        loaded: list[int] = []
        with EmbeddingAlong(ledger, "noting", lambda: loaded.append(1)) as along:  # type: ignore[arg-type, return-value, func-returns-value]
            assert along.finish() == 0
        assert loaded == []


def test_a_model_that_cannot_be_loaded_is_said_at_the_end(tmp_path: Path) -> None:
    def load() -> Noting:
        raise ModelError("The weights are missing.")

    with Ledger(tmp_path) as ledger, EmbeddingAlong(ledger, "noting", load) as along:
        put(ledger, "t", GROUP)
        with pytest.raises(ModelError, match="weights are missing"):
            along.finish()
        assert ledger.counts("default").documents == GROUP


def test_a_stop_ends_it_after_the_group_at_hand(tmp_path: Path) -> None:
    stop = threading.Event()

    class Stopping(Noting):
        def encode(self, texts: Sequence[str]) -> Vectors:
            stop.set()
            return super().encode(texts)

    with Ledger(tmp_path) as ledger:
        put(ledger, "t", 3 * GROUP)
        with EmbeddingAlong(ledger, "noting", Stopping, stop=stop) as along:
            assert along.finish() == GROUP
        assert ledger.pending_count("noting") == 2 * GROUP


def test_leaving_without_finish_ends_it(tmp_path: Path) -> None:
    encoder = Noting()
    with Ledger(tmp_path) as ledger:
        put(ledger, "t", 2)
        with EmbeddingAlong(ledger, "noting", lambda: encoder) as along:
            pass
        assert not along._thread.is_alive()


def test_ctrl_c_twice_does_not_wait_for_the_group_at_hand(tmp_path: Path) -> None:
    go_on = threading.Event()

    class Slow(Noting):
        def encode(self, texts: Sequence[str]) -> Vectors:
            self.given.set()
            assert go_on.wait(SECONDS)
            return super().encode(texts)

    encoder = Slow()
    with Ledger(tmp_path) as ledger:
        put(ledger, "t", GROUP)
        along = EmbeddingAlong(ledger, "noting", lambda: encoder)
        with pytest.raises(KeyboardInterrupt), along:
            assert encoder.given.wait(SECONDS)
            raise KeyboardInterrupt
        assert along._thread.is_alive()
        go_on.set()
        along._thread.join(SECONDS)
        assert not along._thread.is_alive()


def test_two_that_embed_one_library_share_the_work(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        put(ledger, "t", 6 * GROUP)
        back, front = Noting(), Noting()

        class Meeting(Noting):
            """Lets the other one work from the other end after its second group."""

            def encode(self, texts: Sequence[str]) -> Vectors:
                if len(self.texts) == 2 * GROUP:
                    embed_pending(ledger, back, shortest_first=True)
                return super().encode(texts)

        front = Meeting()
        embed_pending(ledger, front)
        assert ledger.pending_count("noting") == 0
        # The group that the first had in hand is all that both have done.
        assert len(set(front.texts) & set(back.texts)) == GROUP
        assert len(front.texts) + len(back.texts) == 7 * GROUP
        assert min(map(len, front.texts[:GROUP])) >= max(map(len, back.texts[:GROUP]))


def test_pending_texts_go_on_after_a_key(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        put(ledger, "t", 10)
        everything = ledger.pending_texts("noting", 100)
        assert ledger.pending_texts("noting", 3, after=everything[3][0]) == everything[4:7]
        assert ledger.pending_texts("noting", 3, after=ledger.newest_key()) == []
        ledger.put_vectors("noting", [everything[5][0]], np.ones((1, 4), dtype=np.float32))
        left = [everything[4], *everything[6:8]]
        assert ledger.pending_texts("noting", 3, after=everything[3][0]) == left
        keys = [key for key, _ in everything]
        assert ledger.still_pending("noting", [*keys, 10**6]) == {*keys} - {everything[5][0]}
