"""Counts, rates and the time left of an add, by a clock of its own."""

from __future__ import annotations

from rag.types import FileOutcome
from ui.tally import Tally


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_no_rate_and_no_time_left_before_there_is_something_to_go_by() -> None:
    clock = Clock()
    tally = Tally(clock=clock, embeds=True)
    tally.files(1, 10)
    tally.add(FileOutcome("a", "added", 1, 50))
    tally.vectors(0, 50)
    clock.now = 1.0
    assert (tally.passages_per_second, tally.embedded_per_second) == (None, None)
    assert tally.seconds_left is None
    assert "left" not in tally.line()
    assert "second" not in tally.line()


def test_time_left_is_that_of_the_slower_of_reading_and_embedding() -> None:
    clock = Clock()
    tally = Tally(clock=clock, embeds=True)
    tally.vectors(64, 100)
    clock.now = 10.0
    tally.files(50, 100)
    tally.add(FileOutcome("a", "added", 50, 500))
    tally.vectors(164, 500)
    # 100 came in 10 s; of 1,000 that are to be expected 836 are left: longer than reading's 10 s.
    assert tally.embedded_per_second == 10.0
    assert tally.seconds_left == 83.6
    assert tally.line() == (
        "Reading: 50 of 100 files, 50 documents, 500 passages (50 a second);"
        " 164 of 500 embedded; 1 min left"
    )
    tally.vectors(500, 500)
    clock.now = 10.0
    tally.end_reading()
    assert tally.seconds_left == 0.0


def test_a_rate_is_that_of_the_last_group_and_does_not_fade_until_the_next() -> None:
    clock = Clock()
    tally = Tally(clock=clock, embeds=True)
    tally.end_reading()
    tally.vectors(64, 400)
    clock.now = 4.0
    tally.vectors(192, 400)
    clock.now = 7.0
    tally.vectors(192, 400)
    assert tally.embedded_per_second == 32.0
    assert tally.line() == "Embedding: 192 of 400 passages (32 a second); 6 s left"


def test_outcomes_count_documents_and_passages_of_what_is_new() -> None:
    tally = Tally(clock=Clock())
    for kind, documents, passages in (("added", 3, 9), ("unchanged", 5, 0), ("failed", 0, 0)):
        tally.add(FileOutcome("f", kind, documents, passages))  # type: ignore[arg-type]
    assert dict(tally.outcomes) == {"added": 3, "unchanged": 5, "failed": 1}
    assert (tally.documents, tally.passages) == (3, 9)
