"""How far an add is, in real counts, and how long it still takes where that can be known."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from rag.types import FileOutcome

_ENOUGH_FILES = 5
_ENOUGH_SECONDS = 2.0
_ENOUGH_EMBEDDED = 128
"""Before these, a rate is chance."""


@dataclass(slots=True)
class Tally:
    """The counts of one add; ``clock`` is in seconds.

    ``known`` counts the passages that are embedded or wait for it, ``embedded`` those that are
    done; both stay 0 where nothing is embedded.
    """

    clock: Callable[[], float] = time.monotonic
    outcomes: Counter[str] = field(default_factory=Counter)
    files_done: int = 0
    files_total: int = 0
    documents: int = 0
    passages: int = 0
    embedded: int = 0
    known: int = 0
    embeds: bool = False
    began: float = field(init=False)
    _read_seconds: float | None = None
    _embedding_began: tuple[float, int] | None = None
    _embedded_last: tuple[float, int] = (0.0, 0)

    def __post_init__(self) -> None:
        """Start the clock."""
        self.began = self.clock()

    def add(self, outcome: FileOutcome) -> None:
        """Count an outcome: its documents, or the file where there are none."""
        self.outcomes[outcome.outcome] += outcome.documents or 1
        if outcome.outcome in ("added", "updated"):
            self.documents += outcome.documents
            self.passages += outcome.passages

    def files(self, done: int, total: int) -> None:
        """Note how many of the files are done."""
        self.files_done, self.files_total = done, total

    def vectors(self, embedded: int, known: int) -> None:
        """Note how many passages are embedded, of how many that are known."""
        if embedded and self._embedding_began is None:
            self._embedding_began = (self.clock(), embedded)
        if embedded != self.embedded:  # they come many at a time: between, nothing is known
            self._embedded_last = (self.clock(), embedded)
        self.embedded, self.known = embedded, max(known, embedded)

    def end_reading(self) -> None:
        """Note that every file has been read."""
        self._read_seconds = self.seconds

    @property
    def reading(self) -> bool:
        """Whether files are still read."""
        return self._read_seconds is None

    @property
    def seconds(self) -> float:
        """Seconds since it began."""
        return self.clock() - self.began

    @property
    def passages_per_second(self) -> float | None:
        """Passages read in a second of reading; None while that is chance."""
        seconds = self.seconds if self._read_seconds is None else self._read_seconds
        return self.passages / seconds if self.passages and seconds >= _ENOUGH_SECONDS else None

    @property
    def embedded_per_second(self) -> float | None:
        """Passages embedded in a second since the first were; None while that is chance."""
        if self._embedding_began is None or self.embedded < _ENOUGH_EMBEDDED:
            return None
        (since, first), (until, last) = self._embedding_began, self._embedded_last
        return (last - first) / (until - since) if until - since >= _ENOUGH_SECONDS else None

    @property
    def seconds_left(self) -> float | None:
        """Seconds until everything is read and embedded, by the rates so far.

        None where they are not known. The files that are still to come count as large as those that
        have been.
        """
        reading, share = 0.0, 1.0
        if self.reading:
            if self.files_done < _ENOUGH_FILES or self.seconds < _ENOUGH_SECONDS:
                return None
            share = self.files_done / max(1, self.files_total)
            reading = self.seconds * (1 - share) / share
        if not self.embeds:
            return reading
        rate = self.embedded_per_second
        left = self.known / share - self.embedded
        if left <= 0:
            return reading
        return max(reading, left / rate) if rate else None

    def line(self) -> str:
        """Return the counts in words, the rates and the time left where they are known.

        >>> tally = Tally(clock=lambda: 0.0)
        >>> tally.files(3, 1204)
        >>> tally.add(FileOutcome("a.txt", "added", 1, 12))
        >>> tally.line()
        'Reading: 3 of 1,204 files, 1 document, 12 passages'
        """
        if self.reading:
            documents = f"{self.documents:,} document{'' if self.documents == 1 else 's'}"
            passages = f"{self.passages:,} passage{'' if self.passages == 1 else 's'}"
            line = f"Reading: {self.files_done:,} of {self.files_total:,} files, {documents},"
            line += f" {passages}{_rate(self.passages_per_second)}"
            if self.known:
                line += f"; {self.embedded:,} of {self.known:,} embedded"
        else:
            line = f"Embedding: {self.embedded:,} of {self.known:,} passages"
            line += _rate(self.embedded_per_second)
        left = self.seconds_left
        return line if left is None or left < 1 else f"{line}; {in_words(left)} left"


def _rate(rate: float | None) -> str:
    if rate is None:
        return ""
    return f" ({rate:,.0f} a second)" if rate >= 10 else f" ({rate:.1f} a second)"


def in_words(seconds: float) -> str:
    """Return a length of time, as exact as an estimate can be.

    >>> in_words(12), in_words(95), in_words(3 * 3600 + 200)
    ('12 s', '2 min', '3 h 3 min')
    """
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min" if minutes < 2880 else f"{minutes // 1440} days"
