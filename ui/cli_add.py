"""``vouch add``: one line per file, a summary, and the vectors afterwards."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import VouchError
from rag.ledger import Ledger
from rag.types import FileOutcome
from ui.terminal import Bar, interruptible, note, one_line, say

if TYPE_CHECKING:
    from rag.config import Settings

_ORDER = ("added", "updated", "unchanged", "removed", "skipped", "failed")


class NothingRead(VouchError):
    """Not one of the files could be read."""

    code = "nothing_read"


def add_paths(
    settings: Settings,
    paths: Sequence[Path],
    *,
    columns: Mapping[str, str | None],
    keep_missing: bool,
    embed: bool,
    if_empty: bool,
    quiet: bool,
) -> None:
    """Add files and folders, saying what became of each.

    Raises:
        NothingRead: files failed, and none could be read.
        Interrupted: Ctrl-C; what was added until then is kept.
    """
    with Ledger(settings.library) as ledger:
        if if_empty and ledger.counts(settings.collection).documents:
            note(f"The library in {settings.library} holds documents: nothing added.")
        else:
            with interruptible() as stop:
                found = _read(ledger, settings, paths, columns, keep_missing, quiet, stop)
            if found["failed"] and not any(
                found[kind] for kind in ("added", "updated", "unchanged")
            ):
                raise NothingRead("No file could be read.", "The reasons stand beside each file.")
        if embed:
            embed_all(ledger, settings)


def _read(
    ledger: Ledger,
    settings: Settings,
    paths: Sequence[Path],
    columns: Mapping[str, str | None],
    keep_missing: bool,
    quiet: bool,
    stop: threading.Event,
) -> Counter[str]:
    """Read the files; return the documents (files, where there are none) by what became of them."""
    from ingest.folder import AddOptions, add

    counted: Counter[str] = Counter()
    options = AddOptions.of(settings, keep_missing=keep_missing, **columns)
    with Bar("Reading", "files") as bar:
        outcomes = add(
            ledger,
            paths,
            collection=settings.collection,
            options=options,
            progress=bar,
            stop=stop,
        )
        for outcome in outcomes:
            counted[outcome.outcome] += outcome.documents or 1
            if not quiet or outcome.outcome == "failed":
                say(outcome_line(outcome))
    say(summary_line(counted))
    return counted


def outcome_line(outcome: FileOutcome) -> str:
    """Return one line on what became of a file.

    >>> outcome_line(FileOutcome("/a/b.csv", "added", 804, 2100))
    'added      /a/b.csv  (804 documents, 2,100 passages)'
    """
    line = f"{outcome.outcome:<10} {one_line(outcome.source)}"
    if outcome.documents > 1 or outcome.passages:
        many = "document" if outcome.documents == 1 else "documents"
        counts = f"{outcome.documents:,} {many}"
        if outcome.passages:
            counts += f", {outcome.passages:,} passage" + ("" if outcome.passages == 1 else "s")
        line += f"  ({counts})"
    for remark in (outcome.why, outcome.hint, *outcome.notes):
        if remark:
            line += f"\n           {one_line(remark)}"
    return line


def summary_line(counted: Mapping[str, int]) -> str:
    """Return the sum of an add in words.

    >>> summary_line({"added": 3, "unchanged": 800})
    '803 documents: 3 added, 800 unchanged, 0 failed'
    """
    documents = sum(counted.get(kind, 0) for kind in ("added", "updated", "unchanged"))
    named = [f"{counted.get(kind, 0):,} {kind}" for kind in _ORDER if counted.get(kind)]
    if not counted.get("failed"):
        named.append("0 failed")
    return f"{documents:,} document{'' if documents == 1 else 's'}: {', '.join(named)}"


def embed_all(ledger: Ledger, settings: Settings) -> int:
    """Embed what has no vectors yet, whoever added it; return how many passages that were.

    Nothing of the model is loaded when nothing is pending.
    """
    from rag.embed import identify

    model_id, _ = identify(settings.embedding_model)
    if not ledger.pending_count(model_id):
        return 0
    from rag.build import open_library

    note("Loading the embedding model")
    with (
        open_library(settings) as library,
        interruptible() as stop,
        Bar("Embedding", "passages") as bar,
    ):
        return library.embed(progress=bar, stop=stop)
