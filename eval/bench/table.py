"""The rows of the benchmark's table, for a terminal and for a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

HEAD = ("what", "Vouch", "measured against", "ratio", "aim")


@dataclass(frozen=True, slots=True)
class Row:
    """Something measured: Vouch's figure, what it is measured against, and their ratio."""

    what: str
    ours: str
    other: str = ""
    ratio: float | None = None
    aim: str = ""

    def cells(self) -> tuple[str, ...]:
        """Return the row's cells as text."""
        ratio = "" if self.ratio is None else f"{self.ratio:.{2 if self.ratio >= 0.1 else 4}f}"
        return (self.what, self.ours, self.other, ratio, self.aim)

    def values(self) -> dict[str, Any]:
        """Return the row for JSON."""
        return asdict(self)


def terminal(rows: Sequence[Row]) -> str:
    """Return the rows in columns.

    >>> print(terminal([Row("re-add", "1 s", "20 s", 0.05)]))
    what    Vouch  measured against  ratio  aim
    re-add  1 s    20 s              0.05
    """
    cells = [HEAD, *(tuple(cell.replace("`", "") for cell in row.cells()) for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(HEAD))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    )


def markdown(rows: Sequence[Row], about: Mapping[str, Any]) -> str:
    """Return the rows as a Markdown table, under the command, the date and the machine."""
    machine = ", ".join(f"{name} {value}" for name, value in about["machine"].items())
    lines = [
        "# Benchmark",
        "",
        f"`{about['command']}` on {about['date']}, {about['seconds']} seconds. {machine}.",
        "",
        f"| {' | '.join(HEAD)} |",
        f"|{'---|' * len(HEAD)}",
        *(f"| {' | '.join(row.cells())} |" for row in rows),
        "",
    ]
    return "\n".join(lines)
