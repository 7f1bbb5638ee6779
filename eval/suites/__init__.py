"""Loaders of published formats: files as they are published -> a suite."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from eval.cases import Suite
from eval.suites import (
    begin,
    beir,
    clapnq,
    conflictnq,
    exact_spans,
    mtrag,
    ragtruth,
    ramdocs,
    rgb,
    smart,
    squad,
    wice,
)
from eval.suites.format import Format, Options, first_rows
from rag.errors import BadRequest

__all__ = ["SUITES", "Format", "Options", "load_suite"]

SUITES: Mapping[str, Format] = MappingProxyType(
    {
        one.name: one
        for one in (
            squad.FORMAT,
            ramdocs.FORMAT,
            rgb.FORMAT,
            conflictnq.FORMAT,
            ragtruth.FORMAT,
            wice.FORMAT,
            begin.FORMAT,
            beir.FORMAT,
            smart.FORMAT,
            exact_spans.FORMAT,
            mtrag.FORMAT,
            clapnq.FORMAT,
        )
    }
)
"""Every published format that can be run, by name. Our own, ``cases``, is ``eval.case_file``'s."""


def load_suite(
    name: str, data: Path, *, limit: int | None = None, split: str | None = None
) -> Suite:
    """Return the suite of a published format.

    Args:
        name: one of ``SUITES``.
        data: the file, or the folder that holds it; for a format of several files any of them.
        limit: how many rows to keep, from the first; None for all.
        split: which part, for a format that has several in one place.

    Raises:
        BadRequest: no such suite, a limit below 1, or a split for a format that has none.
        NotFound: the file, or the split, is not there.
        UnreadableFile: a file is empty, damaged or of another format.
    """
    if name not in SUITES:
        close = difflib.get_close_matches(name.lower(), SUITES, 1, 0.4)
        guess = f"Did you mean {close[0]}? " if close else ""
        raise BadRequest(f"There is no suite {name!r}.", f"{guess}There are: {', '.join(SUITES)}.")
    if limit is not None and limit < 1:
        raise BadRequest(f"A limit of {limit} rows leaves nothing.", "Give 1 or more.")
    form = SUITES[name]
    if split is not None and "split" not in form.options:
        raise BadRequest(f"{name} has no splits, so {split!r} is none.", "Name the file instead.")
    suite = form.load(Path(data), Options(split))
    return suite if limit is None else first_rows(suite, limit)
