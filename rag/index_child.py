"""Running a piece of index work in a process of its own, where a crash costs nothing but the work.

Started anew (never forked: a forked Chroma hangs) and told what to do by its arguments, it answers
with a line of JSON on its standard output. It ends by itself when the process that started it is
gone, because its standard input ends then.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SLOWER = 5  # niceness: questions come before the index
TICK = 0.1  # seconds between looks at whether to stop
_PROGRAM = "from rag.index import child; child()"


class ChildDied(Exception):
    """The work did not end well; the message says how."""


def run_child(job: Mapping[str, Any], stop: threading.Event) -> dict[str, Any] | None:
    """Do a job of ``rag.index`` in a child process; return its result, None when stopped.

    Raises:
        ChildDied: it crashed, was killed, or gave no result.
    """
    package = str(Path(__file__).resolve().parent.parent)
    paths = [package, os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        child = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, json.dumps(dict(job))],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=errors,
            env=environment,
            cwd="/",
        )
        try:
            while child.poll() is None:
                if stop.wait(TICK):
                    return None
        finally:
            _end(child)
        output.seek(0)
        lines = output.read().splitlines()
        if child.returncode == 0 and lines:
            return dict(json.loads(lines[-1]))
        errors.seek(0)
        said = errors.read()[-2000:].decode("utf-8", "replace").strip().splitlines()
    code = child.returncode
    how = signal.Signals(-code).name if code < 0 else f"exit status {code}"
    raise ChildDied(f"{how}: {said[-1] if said else 'no message'}")


def _end(child: subprocess.Popen[bytes]) -> None:
    """End a child that still runs."""
    if child.poll() is None:
        child.kill()
        child.wait()
    if child.stdin is not None:
        child.stdin.close()


def end_with_parent() -> None:
    """Let this process end as soon as the one that started it has ended."""
    os.nice(SLOWER)

    def wait() -> None:
        # Raw: a killed thread of the interpreter must not hold the lock of a buffered stream.
        while os.read(0, 4096):
            pass
        os._exit(1)

    threading.Thread(target=wait, name="vouch-index-parent", daemon=True).start()
