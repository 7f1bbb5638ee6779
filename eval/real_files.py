"""Real and hostile files through ``vouch add``: what became of each, how long it took, how large.

    python -m eval.real_files --from /usr/share/doc --from DIR --each 40

Files are drawn by their endings from the folders named (documentation that a system has installed,
one's own documents), office files are written by the real libraries out of texts found there, and
hostile ones are made (``eval.hostile_files``). The command adds the folder with ``vouch add``,
watches the time between outcomes and the memory of each process, and says which rules were broken:
every file has an outcome, none takes over 30 seconds (a member, where it is an archive) or 512 MB,
nothing is added without passages, the command ends by itself. Add ``--only DIR`` to run one's own
folder instead.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from eval.hostile_files import write_hostile
from ingest.readers import formats, suffix_of

_MOST_SECONDS, _MOST_MB = 30.0, 512.0
_LARGEST = 30_000_000
_SEED = 20261127
_LOOK_SECONDS = 0.05


@dataclass(slots=True)
class Run:
    """What one ``vouch add`` did."""

    outcomes: list[dict[str, Any]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    """The time since the outcome before, one for each outcome."""
    peak_mb: dict[str, float] = field(default_factory=dict)
    """The peak memory of the largest process of each kind: the command, and its parsers."""
    code: int = 0
    total_seconds: float = 0.0
    errors: str = ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Assemble the files, add them, print and keep the figures; 1 when a rule was broken."""
    parser = argparse.ArgumentParser(prog="python -m eval.real_files", description=__doc__)
    parser.add_argument("--from", dest="roots", action="append", type=Path, default=[])
    parser.add_argument("--only", type=Path, help="add this folder as it is, make nothing")
    parser.add_argument("--each", type=int, default=40, help="real files of each ending")
    parser.add_argument("--damaged", type=int, default=40, help="real files to damage three ways")
    parser.add_argument("--seed", type=int, default=_SEED)
    parser.add_argument("--out", type=Path, help="write OUT.json and OUT.md")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="vouch-files-") as work:
        folder = given.only or Path(work) / "files"
        if given.only is None:
            folder.mkdir()
            assemble(folder, given.roots or [Path("/usr/share/doc")], given)
        run = add(folder, Path(work) / "library")
        files = _files(folder)
        report = summary(run, files, folder)
    text = markdown(report)
    print(text)  # noqa: T201
    if given.out:
        command = " ".join(["python -m eval.real_files", *(arguments or sys.argv[1:])])
        made = {"command": command, "date": datetime.now(UTC).date().isoformat()}
        machine = f"{platform.machine()}, {os.cpu_count()} cores"
        given.out.with_suffix(".json").write_text(
            json.dumps({**made, "machine": machine, **report}, indent=1) + "\n", encoding="utf-8"
        )
        given.out.with_suffix(".md").write_text(
            f"# Real and hostile files\n\n`{command}`, {made['date']}, {machine}\n\n{text}\n",
            encoding="utf-8",
        )
    return 1 if report["broken"] else 0


def assemble(folder: Path, roots: Iterable[Path], given: argparse.Namespace) -> None:
    """Fill a folder: real files drawn by ending, office files of their texts, hostile ones."""
    from eval.office_files import write_office

    draw = random.Random(given.seed)
    by_suffix: dict[str, list[Path]] = defaultdict(list)
    for root in roots:
        for file in sorted(root.rglob("*")):
            suffix = suffix_of(str(file))
            plain = file.is_file() and not file.is_symlink() and not file.name.startswith(".")
            if plain and suffix in formats() and 0 < file.stat().st_size < _LARGEST:
                by_suffix[suffix].append(file)
    drawn: list[Path] = []
    for suffix, found in sorted(by_suffix.items()):
        for number, file in enumerate(draw.sample(found, min(given.each, len(found)))):
            target = folder / "real" / suffix[1:] / f"{number}-{file.name}"
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
            drawn.append(target)
    texts = [file for file in drawn if file.suffix in {".txt", ".rst", ".md"}]
    drawn += write_office(folder / "office", texts, draw)
    some = draw.sample(drawn, min(given.damaged, len(drawn)))
    small = [file for file in some if file.stat().st_size < 3_000_000]
    write_hostile(folder / "hostile", sorted(formats()), small, given.seed)


def add(folder: Path, library: Path) -> Run:
    """Run ``vouch add --json`` on a folder and watch it."""
    run = Run()
    begun = last = time.monotonic()
    environment = {**os.environ, "VOUCH_LIBRARY": str(library)}
    command = [sys.executable, "-m", "ui.cli", "add", str(folder), "--json", "--no-embed"]
    with tempfile.TemporaryFile() as errors:
        child = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=errors, env=environment, text=True
        )
        done = threading.Event()
        watcher = threading.Thread(target=_watch, args=(child.pid, run.peak_mb, done))
        watcher.start()
        assert child.stdout is not None
        for line in child.stdout:
            value = json.loads(line)
            if "outcome" in value:
                run.outcomes.append(value)
                run.seconds.append(time.monotonic() - last)
                last = time.monotonic()
        run.code = child.wait()
        done.set()
        watcher.join()
        errors.seek(0)
        run.errors = errors.read()[-2_000:].decode("utf-8", "replace")
    run.total_seconds = time.monotonic() - begun
    return run


def _watch(pid: int, peaks: dict[str, float], done: threading.Event) -> None:
    """Keep the peak memory of a process and of its children until it is done."""
    while not done.wait(_LOOK_SECONDS):
        for kind, process in [("command", pid), *(("parser", one) for one in _children(pid))]:
            try:
                status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
            except OSError:
                continue
            for line in status.splitlines():
                if line.startswith("VmHWM:"):
                    peaks[kind] = max(peaks.get(kind, 0.0), int(line.split()[1]) / 1_000)


def _children(pid: int) -> list[int]:
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        return [
            int(one)
            for thread in threads
            for one in (thread / "children").read_text(encoding="ascii").split()
        ]
    except OSError:
        return []


def _files(folder: Path) -> list[str]:
    """Return every name below a folder that is no folder itself, as the outcomes spell it."""
    found = []
    for where, folders, files in os.walk(folder):
        links = [name for name in folders if os.path.islink(os.path.join(where, name))]
        found += [os.path.join(where, name) for name in (*files, *links)]
    return [path.encode("utf-8", "backslashreplace").decode("utf-8") for path in found]


def summary(run: Run, files: Sequence[str], folder: Path) -> dict[str, Any]:
    """Return the figures of a run, and under ``broken`` every rule that did not hold."""
    told = {row["source"].split("!/")[0] for row in run.outcomes}
    missing = [path for path in files if path not in told]
    hidden = [path for path in missing if "/." in path[len(str(folder)) :]]
    slow = [
        (row["source"], round(seconds, 1))
        for row, seconds in zip(run.outcomes, run.seconds, strict=True)
        if seconds > _MOST_SECONDS * max(1, row.get("documents", 1))
    ]
    empty = [
        row["source"]
        for row in run.outcomes
        if row["outcome"] in {"added", "updated"} and not row["passages"]
    ]
    broken = [f"no outcome: {path}" for path in missing if path not in hidden]
    broken += [f"{seconds} s: {path}" for path, seconds in slow]
    broken += [f"added without passages: {path}" for path in empty]
    broken += [f"the {kind} took {mb:.0f} MB" for kind, mb in run.peak_mb.items() if mb > _MOST_MB]
    if run.code not in (0, 1):
        broken.append(f"the command ended with {run.code}: {run.errors[-300:]}")
    table: dict[str, Counter[str]] = defaultdict(Counter)
    for row in run.outcomes:
        table[_kind(row["source"], folder)][row["outcome"]] += 1
    return {
        "files": len(files),
        "outcomes": len(run.outcomes),
        "passages": sum(row["passages"] for row in run.outcomes),
        "seconds": round(run.total_seconds, 1),
        "slowest": sorted(
            (
                (round(seconds, 2), row["source"][len(str(folder)) :])
                for row, seconds in zip(run.outcomes, run.seconds, strict=True)
            ),
            reverse=True,
        )[:10],
        "peak_mb": {kind: round(mb) for kind, mb in sorted(run.peak_mb.items())},
        "by_kind": {kind: dict(counts) for kind, counts in sorted(table.items())},
        "reasons": Counter(
            row["why"][:80] for row in run.outcomes if row["outcome"] == "failed"
        ).most_common(40),
        "broken": broken,
    }


def _kind(source: str, folder: Path) -> str:
    """Return the part of the folder that a file lies in and the reader it is for."""
    part = source[len(str(folder)) :].strip("/").partition("/")[0]
    known = formats().get(suffix_of(source))
    reader = known.module.rpartition(".")[2] if known else "(no reader)"
    return f"{part}: {reader}" if part in {"real", "office", "hostile"} else reader


def markdown(report: dict[str, Any]) -> str:
    """Return the figures as a table for people."""
    peaks = ", ".join(f"{kind} {mb} MB" for kind, mb in report["peak_mb"].items())
    lines = [
        f"{report['files']} files, {report['outcomes']} outcomes, {report['passages']} passages,"
        f" {report['seconds']} s; peak memory: {peaks}. A member of an archive has a row of its own"
        " only where it was not read.",
        "",
        "| kind | added | skipped | failed |",
        "|---|---:|---:|---:|",
    ]
    for kind, counts in report["by_kind"].items():
        lines.append(
            f"| {kind} | {counts.get('added', 0)} | {counts.get('skipped', 0)}"
            f" | {counts.get('failed', 0)} |"
        )
    lines += ["", "Slowest: " + "; ".join(f"{s} s {name}" for s, name in report["slowest"][:5])]
    lines += ["", "Rules broken: " + ("none" if not report["broken"] else "")]
    return "\n".join(lines + [f"- {one}" for one in report["broken"]])


if __name__ == "__main__":
    sys.exit(main())
