"""Outputs that were computed before: a line of JSON each, added as they come.

A run that was cut off goes on from what is here, and a run over the same rows, library, settings
and code asks nothing twice. What failed is not kept: it is tried again.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import threading
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from eval.cases import Row
from eval.record_file import output_from_json, output_to_json, row_to_json
from eval.records import Output


def key_of(row: Row) -> str:
    """Return a hash of what a system is asked: everything of the row but what is expected.

    >>> from eval.cases import Case, Expect
    >>> one, same = Case("1", "Who?"), Case("1", "Who?", expect=Expect(any=("Ann",)))
    >>> key_of(one) == key_of(same) != key_of(Case("1", "When?"))
    True
    """
    asked = row_to_json(row)
    # Of what is expected a system sees one thing: whether it is asked for its best guess.
    guess = bool(asked.get("expect", {}).get("answers"))
    for name in ("expect", "tags", "group", "draft", "label", "answerable", "sources", "spans"):
        if name != "sources" or "question" in asked:
            asked.pop(name, None)
    for name in ("relevance", "unsupported", "supported"):
        asked.pop(name, None)
    return hash_of({**asked, "guess": guess})


def hash_of(*values: Any) -> str:
    """Return a short hash of values that JSON can hold."""
    text = json.dumps(values, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:24]


@lru_cache(maxsize=1)
def code_version() -> str:
    """Return a hash of what decides answers: each module of ``rag``, ``ingest``, each network."""
    import ingest
    import rag

    digest = hashlib.sha256()
    for package in (rag, ingest):
        root = Path(package.__path__[0])
        for file in sorted([*root.rglob("*.py"), *root.rglob("model.json")]):
            digest.update(file.relative_to(root).as_posix().encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


class OutputCache:
    """The outputs of one system under one library, settings and code, by row.

    Args:
        path: the file; None keeps nothing beyond this object.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._known: dict[str, Mapping[str, Any]] = {}
        if path is not None and path.is_file():
            self._read(path)

    def _read(self, path: Path) -> None:
        for line in path.read_bytes().splitlines():
            try:
                kept = json.loads(line)
                self._known[kept["key"]] = kept["output"]
            except (ValueError, KeyError, TypeError):
                # The last line of a process that was killed while it wrote.
                continue

    def __len__(self) -> int:
        return len(self._known)

    def get(self, row: Row) -> Output | None:
        """Return the output that is kept for a row, or None."""
        with self._lock:
            kept = self._known.get(key_of(row))
        return None if kept is None else output_from_json(kept)

    def put(self, row: Row, output: Output) -> None:
        """Keep an output, unless it failed."""
        if output.error:
            return
        key, value = key_of(row), output_to_json(output)
        line = json.dumps({"key": key, "output": value}, ensure_ascii=False) + "\n"
        with self._lock:
            self._known[key] = value
            if self._path is None:
                return
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("ab") as file:
                # Another process may be adding to the same file.
                fcntl.flock(file, fcntl.LOCK_EX)
                data = line.encode("utf-8", "backslashreplace")
                # A line that was cut off before must not swallow this one.
                file.write((b"\n" if _torn(self._path) else b"") + data)


def _torn(path: Path) -> bool:
    with path.open("rb") as file:
        size = file.seek(0, 2)
        if not size:
            return False
        file.seek(size - 1)
        return file.read(1) != b"\n"
