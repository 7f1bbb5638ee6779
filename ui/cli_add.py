"""``vouch add``: one line per file, the vectors meanwhile, and a sum."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import VouchError
from rag.ledger import Ledger
from rag.types import Encoder, FileOutcome
from ui.add_progress import AddProgress
from ui.tally import Tally
from ui.terminal import interruptible, note, one_line, say

if TYPE_CHECKING:
    from rag.config import Settings
    from rag.pending import EmbeddingAlong

_ORDER = ("added", "updated", "unchanged", "removed", "skipped", "failed")
_READ = ("added", "updated", "unchanged")


class NothingRead(VouchError):
    """Not one of the files could be read."""

    code = "nothing_read"


def add_paths(
    settings: Settings,
    paths: Sequence[Path],
    *,
    columns: Mapping[str, str | None],
    passwords: tuple[str, ...] = (),
    keep_missing: bool,
    embed: bool,
    if_empty: bool,
    quiet: bool,
    as_json: bool = False,
) -> None:
    """Add files and folders, saying what became of each; what is new is embedded meanwhile.

    With ``as_json`` every outcome is a line of JSON, and ``{"summary": ...}`` the last one.

    Raises:
        NothingRead: files failed, and none could be read.
        Interrupted: Ctrl-C or SIGTERM; what was added until then is kept.
    """
    from ingest.folder import AddOptions

    with Ledger(settings.library) as ledger:
        if if_empty and ledger.counts(settings.collection).documents:
            note(f"The library in {settings.library} holds documents: nothing added.")
            paths = ()
        options = AddOptions.of(settings, keep_missing=keep_missing, passwords=passwords, **columns)
        with interruptible() as stop:
            run = _Add(ledger, settings, stop, quiet=quiet, as_json=as_json)
            with embedding_along(ledger, settings, stop) if embed else nullcontext() as embedding:
                run.all(paths, options, embedding)


class _Add:
    """One run of ``vouch add``: what it says, and how far it is."""

    def __init__(
        self,
        ledger: Ledger,
        settings: Settings,
        stop: threading.Event,
        *,
        quiet: bool,
        as_json: bool,
    ) -> None:
        self._ledger = ledger
        self._collection = settings.collection
        self._stop = stop
        self._quiet = quiet
        self._as_json = as_json
        self._tally = Tally()

    def all(self, paths: Sequence[Path], options: Any, embedding: EmbeddingAlong | None) -> None:
        """Read the files, then wait for the vectors."""
        tally = self._tally
        tally.embeds = embedding is not None

        def refresh() -> None:
            if embedding is not None:
                tally.vectors(embedding.embedded, embedding.known)

        try:
            with AddProgress(tally, refresh):
                if paths:
                    self._read(paths, options, embedding)
                if embedding is not None and not self._stop.is_set():
                    embedding.finish()
                refresh()
        finally:
            if self._as_json:
                say(json.dumps(summary_of(tally, stopped=self._stop.is_set())))

    def _read(self, paths: Sequence[Path], options: Any, embedding: EmbeddingAlong | None) -> None:
        from ingest.folder import add

        tally = self._tally
        for outcome in add(
            self._ledger,
            paths,
            collection=self._collection,
            options=options,
            progress=tally.files,
            stop=self._stop,
        ):
            tally.add(outcome)
            if embedding is not None and outcome.outcome in ("added", "updated"):
                embedding.look()
            if self._as_json:
                say(json.dumps(outcome_to_json(outcome), ensure_ascii=False))
            elif not self._quiet or outcome.outcome == "failed":
                say(outcome_line(outcome))
        tally.end_reading()
        if not self._as_json:
            say(summary_line(tally.outcomes))
        if tally.outcomes["failed"] and not any(tally.outcomes[kind] for kind in _READ):
            raise NothingRead("No file could be read.", "The reasons stand beside each file.")


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


def outcome_to_json(outcome: FileOutcome) -> dict[str, Any]:
    """Return an outcome for JSON, as ``vouch add --json`` prints it.

    >>> outcome_to_json(FileOutcome("/a/b.txt", "added", 1, 2))["passages"]
    2
    """
    return {**asdict(outcome), "notes": list(outcome.notes)}


def summary_line(counted: Mapping[str, int]) -> str:
    """Return the sum of an add in words.

    >>> summary_line({"added": 3, "unchanged": 800})
    '803 documents: 3 added, 800 unchanged, 0 failed'
    """
    documents = sum(counted.get(kind, 0) for kind in _READ)
    named = [f"{counted.get(kind, 0):,} {kind}" for kind in _ORDER if counted.get(kind)]
    if not counted.get("failed"):
        named.append("0 failed")
    return f"{documents:,} document{'' if documents == 1 else 's'}: {', '.join(named)}"


def summary_of(tally: Tally, *, stopped: bool) -> dict[str, Any]:
    """Return the sum of an add for JSON; ``outcomes`` counts documents, or files without any."""
    return {
        "summary": {
            "outcomes": {kind: tally.outcomes[kind] for kind in _ORDER},
            "files": {"done": tally.files_done, "total": tally.files_total},
            "documents": tally.documents,
            "passages": tally.passages,
            "embedded": tally.embedded,
            "waiting": tally.known - tally.embedded,
            "seconds": round(tally.seconds, 2),
            "stopped": stopped,
        }
    }


def embedding_along(ledger: Ledger, settings: Settings, stop: threading.Event) -> EmbeddingAlong:
    """Return what embeds all that has no vectors yet, whoever added it, in the background.

    Nothing of the model is loaded when nothing is pending.
    """
    from rag.networks.model_files import known_model
    from rag.pending import EmbeddingAlong

    def load() -> Encoder:
        from rag.build import bulk_encoder

        return bulk_encoder(ledger, settings)

    known = known_model(settings.embedding_model)
    if known is None:
        from rag.embed import identify

        known = identify(settings.embedding_model)
    model_id, _ = known
    return EmbeddingAlong(ledger, model_id, load, stop=stop)


def embed_all(ledger: Ledger, settings: Settings) -> int:
    """Embed what has no vectors yet, whoever added it; return how many passages that were."""
    tally = Tally(embeds=True)
    tally.end_reading()
    with interruptible() as stop, embedding_along(ledger, settings, stop) as embedding:

        def refresh() -> None:
            tally.vectors(embedding.embedded, embedding.known)

        with AddProgress(tally, refresh):
            return embedding.finish()
