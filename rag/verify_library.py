"""Whether a whole library is sound: its file, its words, its vectors, its index, and what lies by.

It reads everything and changes nothing, also beside a running server: the vector index is looked
at in a copy.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.index_child import ChildDied, run_child
from rag.index_files import CLEAN, CURRENT, LOCK, WIPED, IndexFiles, manifest
from rag.purge import INDEX
from rag.purge_files import UPLOADS, upload_leftovers
from rag.store.matrix import FOLDER as CACHE
from rag.store.matrix import VectorMatrix
from rag.store.store import FILE_NAME
from rag.store.write import ORIGINALS

if TYPE_CHECKING:
    from rag.ledger import Ledger

_SETTLED = "index_metadata.pickle"
_SHOWN = 5
_BLOCK = 1 << 22


@dataclass(slots=True)
class Verified:
    """What a look at the whole library has found.

    ``faults`` are what must not be; ``leftovers`` are files that belong to nothing. ``remains`` is
    what the library's file may still hold of what was deleted, which a purge wipes.
    """

    checked: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    leftovers: list[str] = field(default_factory=list)
    remains: dict[str, Any] = field(default_factory=dict)

    @property
    def sound(self) -> bool:
        """Whether there is no fault."""
        return not self.faults

    @property
    def clean(self) -> bool:
        """Whether nothing of deleted documents can be left in the library's files.

        Free pages and the log hold only what was written since the last purge.
        """
        deleted = any(self.remains[name] for name in ("deleted_passages", "words", "unfinished"))
        return not deleted and not self.leftovers

    def look(self, what: str, faults: Sequence[str]) -> None:
        """Note that something was looked at, and what was wrong with it."""
        self.checked.append(what)
        more = len(faults) - _SHOWN
        self.faults += [*faults[:_SHOWN], *([f"and {more} more of this kind"] if more > 0 else [])]


def verify_library(
    ledger: Ledger, model_id: str, dimensions: int, *, url: str | None = None
) -> Verified:
    """Look at everything that a library holds.

    Args:
        ledger: the library.
        model_id: the embedding model whose vectors it should hold.
        dimensions: of these vectors.
        url: the Chroma server that holds the index, where one does.
    """
    found = Verified()
    found.remains = ledger.remains()
    found.look("the library's file", ledger.file_faults())
    found.look("the full-text index", ledger.words_faults())
    found.look("documents, passages and changes", ledger.table_faults())
    wrong = Counter(ledger.slice_faults())
    slices = [f"{n} passages of document {one} are not in its text" for one, n in wrong.items()]
    found.look("every passage in its document's text", slices)
    records = ledger.unreadable_records()
    damaged = [f"{records} conversations or jobs cannot be read"] if records else []
    found.look("conversations and jobs", damaged)
    found.look("vectors", ledger.vector_faults(model_id, dimensions))
    found.look("the vector index", index_faults(ledger, model_id, url))
    found.look("kept uploads", _original_faults(ledger))
    found.leftovers = [str(path.relative_to(ledger.directory)) for path in leftovers(ledger)]
    return found


def index_faults(ledger: Ledger, model_id: str, url: str | None) -> list[str]:
    """Return what is wrong with the vector index; that there is none yet is no fault."""
    files = IndexFiles(ledger.directory / INDEX)
    generation = files.current()
    if generation is None:
        return []
    if generation.uid != ledger.get_meta("uid"):
        return ["the vector index belongs to another library"]
    if generation.model_id != model_id:
        return []  # the next server builds it anew
    with tempfile.TemporaryDirectory(prefix="vouch-verify-") as place:
        if not url:
            copy = Path(place) / generation.name
            try:
                shutil.copytree(files.path(generation.name), copy)
            except OSError as error:
                # Its owner has put another in its place meanwhile: look at that one.
                if files.current() != generation:
                    return index_faults(ledger, model_id, url)
                return [f"the vector index cannot be read: {error}"]
            # What was never settled into files of its own, Chroma writes anew at each opening.
            settled = any(name.endswith(_SETTLED) for name in generation.files)
            if settled and manifest(copy) != dict(generation.files):
                return ["the vector index's files are not those that were written"]
        job = {
            "kind": "check",
            "library": str(ledger.directory),
            "index": place,
            "url": url,
            "name": generation.name,
            "base": None,
            "after": generation.applied_seq,
            "deleted": generation.deleted,
            "model_id": model_id,
            "batch": 64,
        }
        try:
            health = run_child(job, threading.Event())
        except ChildDied as error:
            return [f"the vector index crashes: {error}"]
    if health is None or health["ok"]:
        return []
    return [f"the vector index is not right: {health['reason']}"]


def _original_faults(ledger: Ledger) -> list[str]:
    kept = ledger.directory / ORIGINALS
    missing = [one for one in sorted(ledger.kept_hashes()) if not (kept / one).is_file()]
    return [f"the bytes of upload {one[:12]} are missing" for one in missing]


def leftovers(ledger: Ledger) -> Iterator[Path]:
    """Yield the files and folders of a library that belong to nothing it knows."""
    directory = ledger.directory
    files = IndexFiles(directory / INDEX)
    current = files.current()
    expected = {
        directory: {FILE_NAME, f"{FILE_NAME}-wal", f"{FILE_NAME}-shm", "index", "cache", "runs"}
        | {ORIGINALS, UPLOADS, "measure"},
        directory / INDEX: {LOCK, CURRENT, CLEAN, WIPED, current.name if current else ""},
        directory / ORIGINALS: ledger.kept_hashes(),
        directory / CACHE: {VectorMatrix(ledger, one).path.name for one in ledger.model_ids()},
    }
    for folder, names in expected.items():
        if folder.is_dir():
            yield from (one for one in sorted(folder.iterdir()) if one.name not in names)
    yield from upload_leftovers(ledger)


def holding(directory: Path, patterns: Sequence[bytes]) -> dict[bytes, list[str]]:
    """Return in which files of a directory each pattern of bytes stands, by the pattern.

    A file or a folder that goes meanwhile holds none: a server may be wiping its index.
    """
    found: dict[bytes, list[str]] = {}
    longest = max((len(pattern) for pattern in patterns), default=1)
    walked = os.walk(directory)  # it passes over folders that have gone, which rglob does not
    for path in sorted(Path(folder, name) for folder, _, names in walked for name in names):
        if not path.is_file():
            continue
        left, tail = list(patterns), b""
        with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
            while left and (block := file.read(_BLOCK)):
                block = tail + block
                for pattern in [one for one in left if one in block]:
                    left.remove(pattern)
                    found.setdefault(pattern, []).append(str(path.relative_to(directory)))
                tail = block[-(longest - 1) :] if longest > 1 else b""
    return found


__all__ = ["Verified", "holding", "index_faults", "leftovers", "verify_library"]
