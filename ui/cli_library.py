"""The commands on the library itself: remove, list, status, rebuild, backup."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import BadRequest, Busy, LibraryError, NotFound
from rag.ledger import Ledger
from rag.types import DocumentInfo, Filters
from ui.terminal import interruptible, note, one_line, say

if TYPE_CHECKING:
    from rag.config import Settings
    from rag.verify_library import Verified

_PAGE = 200
_TITLE = 60


def open_existing(settings: Settings) -> Ledger:
    """Return the ledger of a library that is there.

    Raises:
        NotFound: there is none; a command that only reads makes no library.
    """
    if not (settings.library / "library.db").exists():
        raise NotFound(
            f"There is no library in {settings.library}.",
            "Add documents first: vouch add FOLDER. Or name another one: --library DIR.",
        )
    return Ledger(settings.library)


def remove_names(settings: Settings, names: Sequence[str]) -> None:
    """Remove files, all files under folders, and documents by id.

    Raises:
        NotFound: one of the names is nothing that the library holds; nothing was removed.
    """
    with open_existing(settings) as ledger:
        paths, ids, unknown = found_names(ledger, settings.collection, names)
        if unknown:
            raise NotFound(
                f"The library holds no document, file or folder {unknown[0]!r}.",
                "Nothing was removed. `vouch list` shows ids and files.",
            )
        removed = ledger.remove_files(settings.collection, paths) if paths else 0
        removed += ledger.remove_documents(ids) if ids else 0
    say(f"removed {removed:,} document{'' if removed == 1 else 's'}")


def found_names(
    ledger: Ledger, collection: str, names: Sequence[str]
) -> tuple[list[str], list[str], list[str]]:
    """Return the files that names stand for, the document ids, and the names that are neither.

    A name is the path of a file or of a folder, for all files under it, or the id of a document.
    """
    origins = ledger.origins(collection)
    paths: list[str] = []
    ids: list[str] = []
    unknown: list[str] = []
    for name in names:
        path = os.path.abspath(name)
        under = [known for known in origins if known == path or known.startswith(path + os.sep)]
        if under:
            paths += under
        elif name in origins:
            paths.append(name)
        elif ledger.infos([name]):
            ids.append(name)
        else:
            unknown.append(name)
    return paths, ids, unknown


def show_documents(
    settings: Settings, words: str | None, filters: Filters, *, limit: int, as_json: bool
) -> None:
    """Print a line per document, or JSON lines."""
    from rag.contract import document_to_json

    with open_existing(settings) as ledger:
        cursor = None
        left = limit
        while left:
            infos, cursor = ledger.find_infos(
                settings.collection,
                filters=filters,
                limit=min(left, _PAGE),
                cursor=cursor,
                query=words,
            )
            for info in infos:
                say(json.dumps(document_to_json(info)) if as_json else document_line(info))
            left -= len(infos)
            if cursor is None:
                return
    note(f"There are more than {limit:,}: --limit shows more.")


def document_line(info: DocumentInfo) -> str:
    """Return a document on one line: id, day, publisher, title, source."""
    from ui.render_words import copy_word

    day = (info.published or "")[:10]
    copy = f"  ({kind})" if (kind := copy_word(info)) else ""
    return (
        f"{one_line(info.id)}  {day:<10}  {one_line(info.publisher or '-', 24):<24}  "
        f"{one_line(info.title, _TITLE)}{copy}  [{one_line(info.source)}]"
    )


def show_status(settings: Settings, *, as_json: bool, verify: bool = False) -> bool:
    """Print what the library holds, what could not be read, and how far vectors and index are.

    With ``verify`` everything is read and checked; whether it is sound is returned.
    """
    checked: Verified | None = None
    with open_existing(settings) as ledger:
        facts = _facts(ledger, settings)
        if verify:
            checked = _verified(ledger, settings)
    if as_json:
        more = {} if checked is None else {"verified": _verified_json(checked)}
        say(json.dumps({**facts, **more}, indent=2))
    else:
        _say_facts(facts)
        if checked is not None:
            _say_verified(checked)
    return checked is None or checked.sound


def _say_facts(facts: Mapping[str, Any]) -> None:
    for name, value in facts.items():
        if name not in ("unread_files", "unread"):
            say(f"{name.replace('_', ' '):<16} {one_line(str(value))}")
    say(f"{'unread files':<16} {facts['unread']}")
    for row in facts["unread_files"]:
        why, hint = one_line(row["why"]), one_line(row["hint"])
        say(f"  {one_line(row['path'])}\n    {why.rstrip('.')}.{f' {hint}' if hint else ''}")


def _verified(ledger: Ledger, settings: Settings) -> Verified:
    from rag.embed import identify
    from rag.verify_library import verify_library

    note("Reading the whole library")
    model_id, dimensions = identify(settings.embedding_model)
    return verify_library(ledger, model_id, dimensions, url=settings.chroma_url)


def _verified_json(found: Verified) -> dict[str, Any]:
    return {"sound": found.sound, "clean": found.clean, **asdict(found)}


def _say_verified(found: Verified) -> None:
    """Print what a look at the whole library has found, a line each."""
    say()
    for what in found.checked:
        say(f"{'checked':<16} {what}")
    for fault in found.faults:
        say(f"{'FAULT':<16} {one_line(fault)}")
    say(f"{'sound':<16} {'yes' if found.sound else 'no'}")
    for path in found.leftovers:
        say(f"{'leftover':<16} {one_line(path)}")
    remains = found.remains
    if found.clean:
        when = f"; the last purge was at {remains['purged']}" if remains["purged"] else ""
        say(f"{'deleted text':<16} no file of the library holds any{when}")
        say(f"{'':<16} {remains['free_pages']:,} free pages, {remains['log_bytes']:,} bytes of log")
        return
    told = [
        (remains["unfinished"], "a purge was begun and not finished"),
        (remains["deleted_passages"], f"{remains['deleted_passages']:,} passages were deleted"),
        (remains["words"], f"{remains['words']:,} words of removed text are kept"),
        (found.leftovers, f"{len(found.leftovers):,} files belong to nothing"),
    ]
    why = "; ".join(text for is_so, text in told if is_so)
    say(f"{'deleted text':<16} some may be left in files ({why}): `vouch purge` wipes it")


def _facts(ledger: Ledger, settings: Settings) -> dict[str, Any]:
    from rag.embed import identify

    model_id, _ = identify(settings.embedding_model)
    counts = ledger.counts(settings.collection, model_id)
    return {
        "library": str(settings.library),
        "collection": settings.collection,
        "documents": counts.documents,
        "copies": counts.copies,
        "near_copies": counts.near_copies,
        "passages": counts.passages,
        "vectors": f"{counts.embedded} of {counts.passages} ({counts.embedded_share:.0%})",
        "published": " to ".join(
            (day or "unknown")[:10] for day in (counts.published_from, counts.published_to)
        ),
        "change_number": ledger.seq,
        "index": _index_state(settings, ledger, model_id),
        "size_mb": round((settings.library / "library.db").stat().st_size / 1e6, 1),
        "unread": counts.unread,
        "unread_files": [asdict(row) for row in counts.failed],
    }


def _index_state(settings: Settings, ledger: Ledger, model_id: str) -> str:
    """Return how far the vector index is, without opening it."""
    from rag.index import FOLDER
    from rag.index_files import IndexFiles

    generation = IndexFiles(settings.library / FOLDER).current()
    if generation is None:
        return "none yet; `vouch serve` builds it, and other commands search exactly without it"
    behind = ledger.lag(model_id, generation.applied_seq)
    return f"{generation.count} vectors" + (f", {behind} changes behind" if behind else "")


def rebuild_index(settings: Settings, *, embeddings: bool) -> None:
    """Build the vector index again; with ``embeddings`` also every vector it is made of.

    Raises:
        Busy: a running server owns the index.
    """
    from rag.embed import identify
    from rag.index import VectorIndex
    from ui.cli_add import embed_all

    model_id, dimensions = identify(settings.embedding_model)
    with open_existing(settings) as ledger:
        index = VectorIndex.acquire(
            settings.library, ledger, model_id, dimensions, url=settings.chroma_url
        )
        if index is None:
            raise Busy(
                "Another process keeps the vector index.",
                "Stop the server first; while it runs it keeps the index in order itself.",
            )
        try:
            if ledger.words_outdated:
                words = ledger.reindex_words()
                say(f"analysed the words of {words:,} passages anew")
            if embeddings:
                ledger.drop_model(model_id)
            embedded = embed_all(ledger, settings)
            with interruptible() as stop:
                built = index.rebuild(stop)
        finally:
            index.close()
    if not built:
        raise LibraryError("The index could not be built.", index.reason or "Try again.")
    say(f"rebuilt the index; {embedded:,} passages embedded")


def back_up(settings: Settings, target: Path) -> None:
    """Copy the library to ``target``.

    Raises:
        BadRequest: the target holds something.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise BadRequest(f"{target} is not an empty folder.", "Name one that does not exist yet.")
    with open_existing(settings) as ledger:
        ledger.backup(target)
        documents = ledger.counts(settings.collection).documents
    say(f"copied the library ({documents:,} documents) to {one_line(str(target))}")
    note(f"Use it with: vouch --library {target} status")
