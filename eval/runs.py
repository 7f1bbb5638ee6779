"""The folders of runs: where they are, which are finished, and what they were made with."""

from __future__ import annotations

import fcntl
import json
import os
import platform
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import IO, Any

from rag.config import Settings
from rag.errors import Busy, NotFound, VouchError

SUMMARY, REPORT, BEGUN, LOCK = "summary.json", "report.html", "run.json", ".lock"
OUTPUTS = "outputs.jsonl"
"""What a system gave until now, for a run of code whose outputs are kept nowhere else."""
_SHOWN = (
    "embedding_model",
    "embedding_dtype",
    "passage_tokens",
    "passage_overlap",
    "hits",
    "caution",
    "dense_share",
)
"""Settings that a summary tells: those that decide answers, and nothing that is a secret."""


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The folder of one run."""

    path: Path

    @property
    def summary(self) -> Mapping[str, Any]:
        """What the run found.

        Raises:
            NotFound: the run was not finished.
            VouchError: its summary was damaged.
        """
        try:
            found: Mapping[str, Any] = json.loads((self.path / SUMMARY).read_text("utf-8"))
        except FileNotFoundError as error:
            raise NotFound(
                f"{self.path} holds no finished run.", "`vouch eval runs` lists those that are."
            ) from error
        except ValueError as error:
            raise VouchError(
                f"{self.path / SUMMARY} is damaged: {error}.", "Run the suite again."
            ) from error
        return found

    @property
    def report(self) -> Path:
        """The page for people."""
        return self.path / REPORT

    @property
    def begun(self) -> str:
        """When the run was begun, as ISO 8601; empty where nothing says so."""
        return _about(self.path).get("begun", "")

    @classmethod
    def begin(
        cls, runs: Path, suite: str, system: str, context: str, folder: Path | None
    ) -> RunLock:
        """Return the folder to write to: one named, one begun and not finished, or a new one.

        It is locked until it is closed, so that two runs of the same never share a folder.

        Raises:
            VouchError: the folder that was named holds another run, or something else.
        """
        if folder is not None:
            _refuse_other(folder, context)
            return cls._begun(folder, suite, system, context)
        for path in sorted(runs.glob("*/"), reverse=True):
            if not (path / SUMMARY).is_file() and _about(path).get("context") == context:
                lock = RunLock.take(cls(path))
                if lock is not None and not (path / SUMMARY).is_file():
                    return lock
        stamp = datetime.now(UTC).strftime("%Y-%m-%d-%H%M%S")
        name = re.sub(r"[^\w.-]+", "-", f"{stamp}-{suite}-{system}")[:120]
        path, again = runs / name, 1
        runs.mkdir(parents=True, exist_ok=True)
        while True:
            try:
                path.mkdir()
            except FileExistsError:
                again += 1
                path = runs / f"{name}-{again}"
            else:
                return cls._begun(path, suite, system, context)

    @classmethod
    def _begun(cls, path: Path, suite: str, system: str, context: str) -> RunLock:
        path.mkdir(parents=True, exist_ok=True)
        lock = RunLock.take(cls(path))
        if lock is None:
            raise Busy(f"Another run writes to {path} now.", "Wait, or name another folder.")
        if _about(path).get("context") != context or (path / SUMMARY).is_file():
            about = {"name": suite, "system": system, "context": context, "begun": _now()}
            (path / BEGUN).write_text(json.dumps(about) + "\n", encoding="utf-8")
            (path / OUTPUTS).unlink(missing_ok=True)
        (path / SUMMARY).unlink(missing_ok=True)
        return lock

    def write_summary(self, summary: Mapping[str, Any]) -> None:
        """Write what was found; from then on the run counts as finished."""
        new = self.path / f"{SUMMARY}.new"
        text = json.dumps(summary, indent=1, ensure_ascii=False, allow_nan=False)
        new.write_text(text + "\n", encoding="utf-8")
        new.replace(self.path / SUMMARY)


def _refuse_other(folder: Path, context: str) -> None:
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    if not folder.is_dir() or not (folder / BEGUN).is_file():
        raise VouchError(
            f"{folder} holds something else than a run.", "Name a folder that is not there yet."
        )
    if _about(folder).get("context") != context:
        raise VouchError(
            f"{folder} holds a run of another suite, library, setting or code.",
            "Name another folder, or leave --out away.",
        )


@dataclass(frozen=True, slots=True)
class RunLock:
    """A run's folder that nobody else writes to until this is closed."""

    run: RunFolder
    file: IO[bytes]

    @classmethod
    def take(cls, run: RunFolder) -> RunLock | None:
        """Return the lock of a folder, or None where another run holds it."""
        file = (run.path / LOCK).open("ab")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return None
        return cls(run, file)

    def close(self) -> None:
        """Let others write to the folder."""
        self.file.close()

    def __enter__(self) -> RunFolder:
        return self.run

    def __exit__(self, *exc: object) -> None:
        self.close()


def _about(path: Path) -> dict[str, str]:
    try:
        found = json.loads((path / BEGUN).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def list_runs(runs: Path) -> list[RunFolder]:
    """Return the finished runs of a folder, newest first."""
    found = [path for path in runs.glob("*/") if (path / SUMMARY).is_file()]
    return [RunFolder(path) for path in sorted(found, key=lambda path: path.name, reverse=True)]


def find_run(name: str, runs: Path) -> RunFolder:
    """Return a run by its folder, the path of a file in it, or its name among the runs.

    Raises:
        NotFound: there is no such run.
    """
    for path in (Path(name), runs / name):
        folder = path.parent if path.is_file() else path
        if (folder / SUMMARY).is_file():
            return RunFolder(folder)
    raise NotFound(f"There is no run {name!r}.", "`vouch eval runs` lists those that are.")


def provenance(settings: Settings, library: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what a figure must be told with: settings, library, commit, machine and date."""
    values = settings.model_dump(mode="json")
    return {
        "settings": {name: values[name] for name in _SHOWN if name in values},
        "settings_hash": settings.answer_hash,
        "library": dict(library) if library else None,
        "commit": commit(),
        "date": _now(),
        "machine": machine(),
    }


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def commit() -> str:
    """Return the commit of the code, with a plus where files differ from it; else the version."""
    here = Path(__file__).parent
    try:
        found = [
            subprocess.run(
                ["git", "-C", str(here), *words],
                capture_output=True,
                text=True,
                timeout=10,
                check=True,
            ).stdout.strip()
            for words in (
                ("rev-parse", "--short=12", "HEAD"),
                ("status", "--porcelain", "--untracked-files=no", "--", "../rag", "../ingest", "."),
            )
        ]
    except (OSError, subprocess.SubprocessError):
        return f"version {metadata.version('vouch')}"
    return found[0] + ("+" if found[1] else "")


def machine() -> dict[str, str]:
    """Return what the figures of time depend on."""
    model = ""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        lines = cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines()
        model = next((line.split(":", 1)[1].strip() for line in lines if "model name" in line), "")
    return {
        "processor": model or platform.processor(),
        "cores": str(len(os.sched_getaffinity(0))),
        "python": platform.python_version(),
    }
