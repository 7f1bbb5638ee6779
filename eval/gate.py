"""Holding a run to figures that it must reach, for CI."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rag.errors import BadRequest


def failures(
    summary: Mapping[str, Any], least: Sequence[str] = (), most: Sequence[str] = ()
) -> list[str]:
    """Return what a summary falls short of, in words; empty when it holds.

    ``failed``, ``refused`` and ``answered`` are counts of rows, and may be bounded too.

    Args:
        summary: the content of ``summary.json``.
        least: ``metric=value`` that the figure must reach.
        most: ``metric=value`` that the figure must not exceed.

    Raises:
        BadRequest: a bound that is not ``metric=value``.

    >>> failures({"metrics": {"f1": {"value": 0.5, "n": 9, "failed": 0}}}, ["f1=0.6"])
    ['f1 is 0.5, below 0.6 (n = 9, failed 0).']
    """
    found = []
    for bound, below in [(one, True) for one in least] + [(one, False) for one in most]:
        name, value = _bound(bound)
        measured = summary.get("metrics", {}).get(name)
        outcomes = summary.get("outcomes", {})
        if measured is None and name in outcomes:
            # How many rows failed, refused or answered can be bounded like a figure.
            measured = {"value": outcomes[name], "n": summary["rows"], "failed": outcomes["failed"]}
        if measured is None or measured["value"] is None:
            # A figure that was not measured has reached nothing.
            known = ", ".join(summary.get("metrics", {})) or "none"
            found.append(f"{name} was not measured; the run has: {known}.")
            continue
        reached = measured["value"]
        if reached < value if below else reached > value:
            side = "below" if below else "above"
            counted = f"n = {measured['n']}, failed {measured['failed']}"
            found.append(f"{name} is {reached:g}, {side} {value:g} ({counted}).")
    return found


def _bound(text: str) -> tuple[str, float]:
    name, equals, value = text.rpartition("=")
    try:
        number = float(value)
    except ValueError:
        number = float("nan")
    if not equals or not name or number != number:
        raise BadRequest(f"{text!r} is no bound.", "Write metric=value, such as f1=0.6.")
    return name, number
