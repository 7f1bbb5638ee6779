"""The command as a person runs it: a real process, its own library, settings and home."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "larkhaven"


class Vouch:
    """Runs ``vouch`` with a library of its own and nothing of the person's settings."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.library = folder / "library"
        folder.mkdir(parents=True, exist_ok=True)

    def environment(self, **more: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("VOUCH_")}
        return {
            **kept,
            "VOUCH_LIBRARY": str(self.library),
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "XDG_DATA_HOME": str(self.folder / "data"),
            "PYTHONUTF8": "1",
            **more,
        }

    def command(self, *arguments: str | Path) -> list[str]:
        return [sys.executable, "-m", "ui.cli", *map(str, arguments)]

    def __call__(
        self,
        *arguments: str | Path,
        typed: str = "",
        python: Sequence[str] = (),
        **environment: str,
    ) -> subprocess.CompletedProcess[str]:
        command = self.command(*arguments)
        return subprocess.run(
            [command[0], *python, *command[1:]],
            input=typed,
            capture_output=True,
            encoding="utf-8",
            cwd=ROOT,
            env=self.environment(**environment),
            timeout=180,
            check=False,
        )

    def start(self, *arguments: str | Path, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command(*arguments),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            cwd=ROOT,
            env=self.environment(**environment),
        )


def failed(done: subprocess.CompletedProcess[str], code: int = 1) -> str:
    """Return what an error said, after checking that it looks as every error does."""
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    assert done.stderr.startswith("error: "), done.stderr
    assert "hint: " in done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def worked(done: subprocess.CompletedProcess[str]) -> str:
    """Return what a command printed, after checking that it went well."""
    assert done.returncode == 0, (done.returncode, done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    return done.stdout
