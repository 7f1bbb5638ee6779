"""A grid of settings over one suite: every combination run, and one table that compares them.

Libraries, vectors and outputs are kept by what decides them, so that two points that cut passages
alike share both, and a grid that was stopped goes on.

    [suite]
    name = "exact-spans"
    data = "exact_spans"

    [grid]
    passage_tokens = [128, 256]
    dense_share = [0.0, 0.55, 1.0]
"""

from __future__ import annotations

import difflib
import itertools
import threading
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from eval.evaluate import Plan, evaluate
from eval.library import Progress, silent
from eval.runs import RunFolder
from rag.config import Settings, load_settings
from rag.errors import BadRequest, NotFound

SETTINGS = (
    "passage_tokens",
    "passage_overlap",
    "dense_share",
    "hits",
    "caution",
    "embedding_model",
    "embedding_dtype",
)
PARTS = ("reranker", "writer", "answerer")
_MOST = 200


@dataclass(frozen=True, slots=True)
class Grid:
    """A suite and the values to try of each axis, in the order of the file."""

    suite: str
    data: Path
    axes: Mapping[str, Sequence[Any]]
    options: Mapping[str, Any]

    def points(self) -> list[dict[str, Any]]:
        """Return every combination; the first one is what the others are compared with.

        >>> Grid("x", Path("y"), {"hits": [8, 16], "caution": ["low"]}, {}).points()
        [{'hits': 8, 'caution': 'low'}, {'hits': 16, 'caution': 'low'}]
        """
        return [
            dict(zip(self.axes, values, strict=True))
            for values in itertools.product(*self.axes.values())
        ]


def read_grid(path: Path) -> Grid:
    """Return the grid of a TOML file; a relative ``data`` is beside it.

    Raises:
        NotFound: there is no such file.
        BadRequest: it is no TOML, or names something that cannot be varied.
    """
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise NotFound(f"There is no file {path}.", "Write one: [suite] and [grid].") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadRequest(
            f"{path} is not valid TOML: {error}.", "See `vouch eval sweep --help`."
        ) from error
    suite, grid = found.get("suite") or {}, found.get("grid") or {}
    if not isinstance(suite.get("name"), str) or not isinstance(suite.get("data"), str):
        raise BadRequest(
            f"{path} names no suite.", 'Write [suite] with name = "..." and data = "...".'
        )
    known = (*SETTINGS, *PARTS)
    for axis, values in grid.items():
        if axis not in known:
            near = difflib.get_close_matches(axis, known, 1)
            guess = f"Did you mean {near[0]!r}? " if near else ""
            raise BadRequest(
                f"{axis!r} cannot be varied.", f"{guess}There are: {', '.join(known)}."
            )
        if not isinstance(values, list) or not values:
            raise BadRequest(f"{axis} needs a list of values, not {values!r}.", f"{axis} = [1, 2]")
    if not grid:
        raise BadRequest(f"{path} varies nothing.", "Write [grid] with a list for each axis.")
    made = Grid(
        suite["name"],
        path.parent / suite["data"],
        grid,
        {name: value for name, value in suite.items() if name not in ("name", "data")},
    )
    if len(made.points()) > _MOST:
        raise BadRequest(
            f"{path} has {len(made.points()):,} points; at most {_MOST}.", "Try fewer."
        )
    return made


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a grid that was run."""

    values: Mapping[str, Any]
    run: RunFolder


def sweep(
    grid: Grid,
    plan: Plan,
    *,
    settings_of: Callable[[Mapping[str, Any]], Settings] | None = None,
    progress: Progress = silent,
    stop: threading.Event | None = None,
) -> list[Point]:
    """Run every point and return them in order.

    Args:
        grid: what is varied.
        plan: everything else; its settings are those of a point that varies nothing.
        settings_of: makes settings of the values of a point; by default they replace the plan's.
        progress: told with the point's number before what is being done.
        stop: ends the sweep at the next row.

    Raises:
        UnknownSetting: a value that a setting does not take; nothing was run.
        Cancelled: it was stopped; the same sweep goes on from there.
    """
    points = grid.points()
    made = settings_of or (lambda values: _settings(plan.settings, values))
    chosen = [
        made({name: value for name, value in point.items() if name in SETTINGS}) for point in points
    ]
    found = []
    for n, (point, settings) in enumerate(zip(points, chosen, strict=True)):

        def tell(what: str, done: int, total: int, n: int = n) -> None:
            progress(f"{n + 1} of {len(points)}: {what}", done, total)

        parts: dict[str, Any] = {name: str(value) for name, value in point.items() if name in PARTS}
        command = f"{plan.command} # {described(point)}".strip()
        run = evaluate(
            replace(plan, settings=settings, folder=None, command=command, **parts),
            progress=tell,
            stop=stop,
        )
        found.append(Point(point, run))
    return found


def _settings(base: Settings, values: Mapping[str, Any]) -> Settings:
    given = base.model_dump(exclude_unset=True)
    return load_settings(**{**given, **values})


def described(values: Mapping[str, Any]) -> str:
    """Return a point in words.

    >>> described({"hits": 8, "caution": "low"})
    'hits=8 caution=low'
    """
    return " ".join(f"{name}={value}" for name, value in values.items())


def table(points: Sequence[Point], metrics: Sequence[str] = ()) -> str:
    """Return one line a point in Markdown: its values, and its figures with their intervals."""
    axes = list(points[0].values)
    first = points[0].run.summary["metrics"]
    names = list(metrics) or list(first)[:4]
    lines = [
        "| " + " | ".join([*axes, *names, "failed"]) + " |",
        "|" + "---|" * (len(axes) + len(names) + 1),
    ]
    for point in points:
        summary = point.run.summary
        cells = [str(point.values[axis]) for axis in axes]
        cells += [_cell(summary["metrics"].get(name)) for name in names]
        lines.append("| " + " | ".join([*cells, str(summary["outcomes"]["failed"])]) + " |")
    return "\n".join(lines)


def _cell(figure: Mapping[str, Any] | None) -> str:
    if figure is None or figure["value"] is None:
        return "not measured"
    unit = f" {figure['unit']}" if figure.get("unit") else ""
    if not figure["ci"]:
        return f"{figure['value']:.3f}{unit}"
    low, high = figure["ci"]
    return f"{figure['value']:.3f}{unit} ({low:.3f} to {high:.3f})"
