"""What comparing runs gives: metric by metric, run by run, with the rows that changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from eval.cases import Task


@dataclass(frozen=True, slots=True)
class Run:
    """One of the runs compared; ``letter`` is how the rest speaks of it, A for the first."""

    letter: str
    path: str
    system: str
    rows: int
    outcomes: Mapping[str, int]
    commit: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A row whose score or outcome is not the same in both runs.

    ``a`` and ``b`` are numbers, or what the metric read off the row where it is no mean of rows.
    """

    id: str
    text: str
    a: float | tuple[float, ...]
    b: float | tuple[float, ...]
    outcome_a: str
    outcome_b: str


@dataclass(frozen=True, slots=True)
class Contrast:
    """One metric in two runs, on the rows that have it in both.

    ``difference`` is b - a, ``ci`` its interval, ``p`` the test's and ``p_holm`` corrected for all
    runs compared on this metric. ``wins`` are rows on which b is better; None, as ``losses`` and
    ``ties``, where a row has no score of its own. ``groups`` are what was resampled. ``only_in_a``
    and ``only_in_b`` are shared rows that have this metric in one run alone. Biggest change first
    in ``changed``.
    """

    metric: str
    a: float
    b: float
    difference: float
    ci: tuple[float, float]
    p: float
    p_holm: float
    exact: bool
    wins: int | None
    losses: int | None
    ties: int | None
    n: int
    groups: int
    only_in_a: tuple[str, ...]
    only_in_b: tuple[str, ...]
    changed: tuple[Change, ...]
    better: str
    unit: str
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """The first run and another one: which rows they share, and every metric on those.

    ``outcomes`` counts rows by both outcomes, such as ``"answered -> refused"``. ``settings`` are
    those that differ, with both values.
    """

    run: str
    shared: int
    only_in_a: tuple[str, ...]
    only_in_b: tuple[str, ...]
    outcomes: Mapping[str, int]
    settings: Mapping[str, tuple[Any, Any]]
    contrasts: tuple[Contrast, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The first run against every other."""

    suite: str
    task: Task
    level: float
    correction: str
    grouped_by: str
    runs: tuple[Run, ...]
    pairs: tuple[Pair, ...]
    notes: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return all of it, every changed row included; what is not known is None."""
        from eval.compare_text import plain

        value: dict[str, Any] = plain(asdict(self))
        return value

    def to_text(self, width: int = 100, limit: int = 20) -> str:
        """Return it for a terminal: a table, the verdicts, and ``limit`` changed rows a run."""
        from eval.compare_text import text_lines

        return "\n".join(text_lines(self, width, limit)) + "\n"

    def to_markdown(self, limit: int = 20) -> str:
        """Return the same as Markdown."""
        from eval.compare_text import markdown_lines

        return "\n".join(markdown_lines(self, limit)) + "\n"
