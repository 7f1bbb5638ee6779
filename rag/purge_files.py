"""The files beside the ledger that may hold what was purged: uploads, runs, cases, cached answers.

The folders are those of ``ui`` and ``eval``; what is in them is JSON that is read here as such.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.redact import Gone, record_without, without
from rag.store.gone import tokens
from rag.store.store import NEW

if TYPE_CHECKING:
    from rag.ledger import Ledger

UPLOADS, STAGING = "uploads", ".jobs"
_ABANDONED_SECONDS = 600.0


def drop_files(folder: Path, dead: Callable[[Path], bool]) -> int:
    """Remove the files of a folder that are dead, and those half written; return how many.

    A file that is being written belongs to somebody for as long as ten minutes.
    """
    dropped = 0
    for path in sorted(folder.glob("*")) + sorted(folder.glob(f"{NEW}*")):
        if not path.is_file() or (path.name.startswith(NEW) and not _abandoned(path)):
            continue
        if dead(path):
            path.unlink(missing_ok=True)
            dropped += 1
    return dropped


def _abandoned(path: Path) -> bool:
    try:
        return time.time() - path.stat().st_mtime > _ABANDONED_SECONDS
    except OSError:
        return False


def upload_leftovers(ledger: Ledger) -> Iterator[Path]:
    """Yield the uploads of removed files, and what jobs have left that are done or unknown.

    What waits for a job, also for one that was cancelled or failed and may be resumed, is not
    among them, nor is an upload that no document came from.
    """
    folder = ledger.directory / UPLOADS
    jobs = dict(ledger.all_jobs())
    waiting = {
        str(one.get("name"))
        for job in jobs.values()
        if job.get("state") != "done"
        for one in job.get("files", ())
    }
    idle = _is_free(folder / ".lock")
    for staging in sorted((folder / STAGING).glob("*")):
        state = jobs[staging.name].get("state") if staging.name in jobs else None
        # An upload is on the disk before its job is known.
        if state == "done" or (state is None and (idle or _abandoned(staging))):
            yield staging
    for path in sorted(map(Path, ledger.gone_paths())):
        inside = path.is_relative_to(folder) or path.is_relative_to(os.path.realpath(folder))
        if inside and path.name not in waiting and path.is_file():
            yield path


def _is_free(lock: Path) -> bool:
    """Whether no server holds a lock."""
    try:
        with lock.open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return not lock.parent.exists()
    return True


class RunFiles:
    """Redacts the folders of runs.

    Args:
        gone: what is gone.
        report: rewrites a folder's report from its records; None removes the report.
    """

    def __init__(self, gone: Gone, report: Callable[[Path], None] | None) -> None:
        self._gone = gone
        self._report = report
        self.redacted = 0

    def redact(self, folder: Path) -> str:
        """Strike what is gone from a run; return why that cannot be done now, else nothing."""
        if not _is_free(folder / ".lock"):
            return f"{folder.name} is being measured; purge again when it has ended"
        changed = False
        for path in sorted(folder.iterdir()):
            if path.suffix == ".jsonl":
                changed |= _rewritten(path, self._line)
            elif path.suffix == ".json":
                changed |= self._whole(path)
        for path in sorted(folder.iterdir()):
            if path.suffix == ".new" or (path.name == "report.html" and changed):
                path.unlink(missing_ok=True)
            elif path.suffix not in (".json", ".jsonl") and path.name != ".lock":
                changed |= self._other(path)
        if changed:
            self.redacted += 1
            if self._report is not None and (folder / "summary.json").is_file():
                self._report(folder)
        return ""

    def _line(self, value: dict[str, Any]) -> dict[str, Any] | None:
        if set(value) == {"key", "output"}:
            return None if touches(value, self._gone) else value
        redacted = record_without(value, self._gone)
        return value if redacted is None else redacted

    def _whole(self, path: Path) -> bool:
        try:
            value = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            return False
        struck = without(value, self._gone)
        if struck == value:
            return False
        _replace(path, json.dumps(struck, indent=1, ensure_ascii=False) + "\n")
        return True

    def _other(self, path: Path) -> bool:
        if not path.is_file() or not self._gone.named(path.read_bytes().decode("utf-8", "replace")):
            return False
        path.unlink(missing_ok=True)
        return True

    def drop_cases(self, folder: Path) -> int:
        """Remove files of cases that hold what is gone; return how many."""
        dropped = 0
        for path in sorted(folder.glob("*/*")):
            if not path.is_file():
                continue
            said = path.read_bytes().decode("utf-8", "replace")
            if self._gone.named(said) or any(
                touches(line, self._gone) for line in map(_parsed, said.splitlines()) if line
            ):
                shutil.rmtree(path.parent, ignore_errors=True)
                dropped += 1
        return dropped


def touches(value: Any, gone: Gone) -> bool:
    """Whether a value quotes or names what is gone."""
    return gone.quoted(value, strict=False) or gone.named(value)


def drop_cached(folder: Path, gone: Gone) -> int:
    """Take answers that hold what is gone out of a folder of caches; return how many files."""
    dropped = 0
    for path in sorted(folder.glob("*.jsonl")):
        with path.open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # as those take it who add to it
            dropped += _rewritten(path, lambda value: None if touches(value, gone) else value)
    return dropped


def _parsed(line: str) -> dict[str, Any] | None:
    try:
        value = json.loads(line)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _rewritten(path: Path, change: Callable[[dict[str, Any]], dict[str, Any] | None]) -> bool:
    """Write a file of lines of JSON anew where a line changes; whether it was."""
    new = path.with_name(f"{path.name}.new")
    changed = False
    with (
        path.open(encoding="utf-8", errors="replace") as old,
        new.open("w", encoding="utf-8") as to,
    ):
        for line in old:
            value = _parsed(line)
            if value is None:
                # The rest of a line that was cut off cannot be looked through.
                changed |= bool(tokens(line))
                continue
            kept = change(value)
            if kept is value:
                to.write(line)
                continue
            changed = True
            if kept is not None:
                to.write(json.dumps(kept, ensure_ascii=False) + "\n")
        to.flush()
        os.fsync(to.fileno())
    if changed:
        new.replace(path)
    else:
        new.unlink()
    return changed


def _replace(path: Path, text: str) -> None:
    new = path.with_name(f"{path.name}.new")
    new.write_text(text, encoding="utf-8")
    new.replace(path)
