"""What a library needs as it grows: points that were measured, and the line through the last two.

The line is what it says: nothing at a million passages was measured unless a point says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from eval.bench.table import Row

TARGET = 1_000_000


@dataclass(frozen=True, slots=True)
class Point:
    """What was measured at one size; bytes, seconds and MB."""

    passages: int
    disk: int
    grow_per_second: float
    grow_mb: float
    search_mb: float
    first_seconds: float
    start_seconds: float
    p50: float
    p95: float
    index_seconds: float | None = None
    index_mb: float | None = None
    index_disk: int | None = None

    def with_index(self, seconds: float, mb: float, disk: int) -> Point:
        """Return the point with what building the vector index took."""
        return replace(self, index_seconds=seconds, index_mb=mb, index_disk=disk)

    def values(self) -> dict[str, Any]:
        """Return the point for JSON."""
        return asdict(self)


def at(points: Sequence[tuple[float, float]], wanted: float) -> float | None:
    """Return the value at ``wanted`` on the line through the last two of ``points``.

    None where there is no such line: of one point, or where the value did not grow.

    >>> at([(10, 1.0), (100, 10.0)], 1000)
    100.0
    >>> at([(10, 5.0), (100, 4.0)], 1000) is None
    True
    """
    if len(points) < 2:
        return None
    (x0, y0), (x1, y1) = points[-2:]
    return y1 + (y1 - y0) / (x1 - x0) * (wanted - x1) if y1 > y0 else None


def growth_rows(points: Sequence[Point]) -> list[Row]:
    """Return a row for each thing that grows: as measured at each size, and at a million."""

    def line(name: str, value: Callable[[Point], float | None], form: str) -> Row | None:
        known = [(one.passages, found) for one in points if (found := value(one)) is not None]
        if not known:
            return None
        measured = "; ".join(f"{size:,}: {form.format(found)}" for size, found in known)
        if known[-1][0] >= TARGET:
            return Row(name, measured, "measured at a million")
        there = at(known, TARGET)
        if there is None:
            why = "measured at one size alone" if len(known) == 1 else "did not grow"
            return Row(name, measured, f"not extrapolated: {why}")
        return Row(name, measured, f"{TARGET:,}: {form.format(there)} (line through the last two)")

    rows = (
        line("library on disk, without the index", lambda one: one.disk / 1e9, "{:.2f} GB"),
        line("bytes on disk a passage", lambda one: one.disk / one.passages, "{:,.0f}"),
        line("writing 1,000 passages", lambda one: 1000 / one.grow_per_second, "{:.1f} s"),
        line("memory of writing", lambda one: one.grow_mb, "{:,.0f} MB"),
        line("first search ever, in a new process", lambda one: one.first_seconds, "{:.2f} s"),
        line("start and first search after that", lambda one: one.start_seconds, "{:.2f} s"),
        line("exact search, p50", lambda one: one.p50 * 1000, "{:.0f} ms"),
        line("exact search, p95", lambda one: one.p95 * 1000, "{:.0f} ms"),
        line("memory of searching exactly", lambda one: one.search_mb, "{:,.0f} MB"),
        line("building the vector index", lambda one: one.index_seconds, "{:,.0f} s"),
        line("memory of building it", lambda one: one.index_mb, "{:,.0f} MB"),
        line(
            "the index on disk",
            lambda one: None if one.index_disk is None else one.index_disk / 1e9,
            "{:.2f} GB",
        ),
    )
    return [row for row in rows if row is not None]
