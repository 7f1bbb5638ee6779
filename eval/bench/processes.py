"""Processes that are timed, with the most memory each of them took."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.bench.corpus import ROOT

VOUCH = "import sys; from ui.cli import main; sys.exit(main(sys.argv[1:]))"


@dataclass(frozen=True, slots=True)
class Timed:
    """What a process wrote, how long it took, the processor time it used, and its peak memory."""

    output: str
    seconds: float
    cpu_seconds: float
    peak_mb: float


def timed(arguments: Sequence[str], environment: Mapping[str, str]) -> Timed:
    """Run Python with these arguments from the project's folder.

    Raises:
        SystemExit: it failed; what it wrote to stderr is passed on.
    """
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=None if os.environ.get("BENCH_SHOW") else subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.stdout.close()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(
            f"This part of the benchmark failed with code {process.returncode}:"
            f" {' '.join(arguments)[:300]}"
        )
    return Timed(output, seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def vouch(arguments: Sequence[str], environment: Mapping[str, str]) -> Timed:
    """Run the command ``vouch``."""
    return timed(["-c", VOUCH, *arguments], environment)


def part(
    name: str,
    values: Mapping[str, Any],
    environment: Mapping[str, str],
    module: str = "eval.bench.parts",
) -> tuple[dict[str, Any], Timed]:
    """Run a function of a module of parts in a process of its own; return what it measured."""
    done = timed(["-m", module, name, json.dumps(dict(values))], environment)
    measured: dict[str, Any] = json.loads(done.output.strip().splitlines()[-1])
    return measured, done


def folder_mb(directory: Path) -> float:
    """Return the size of everything in a directory."""
    return sum(file.stat().st_size for file in directory.rglob("*") if file.is_file()) / 2**20
