"""The Makefile and ``.ci/run``: what they run, and what they say when something is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The files that decide what is installed, and no ``.venv``."""
    for name in ("Makefile", "constraints.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def script(path: Path, text: str) -> str:
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def make(checkout: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    unset = {"MAKEFLAGS", "MAKELEVEL", "MFLAGS", "DOCS", "PORT", "TORCH_INDEX"}
    kept = {name: value for name, value in os.environ.items() if name not in unset}
    return subprocess.run(
        ["make", *arguments],
        cwd=checkout,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def installed(checkout: Path, *extras: str) -> None:
    """Make the stamps of an installation whose ``vouch`` and ``python`` say how they were run."""
    folder = checkout / ".venv" / "bin"
    folder.mkdir(parents=True)
    for name in ("vouch", "python"):
        script(folder / name, f'echo "{name} $*"')
    for name in (".made", ".installed", *(f".installed-{extra}" for extra in extras)):
        (checkout / ".venv" / name).touch()


def test_without_python_it_says_what_to_install(checkout: Path) -> None:
    done = make(checkout, "install", "PYTHON=python-of-nowhere")
    assert done.returncode != 0
    assert "there is no python-of-nowhere" in done.stderr
    assert "apt-get install python3 python3-venv" in done.stderr


def test_an_old_python_is_refused(checkout: Path) -> None:
    old = script(checkout / "old", 'case "$1" in --version) echo Python 3.9.2;; *) exit 1;; esac')
    done = make(checkout, "install", f"PYTHON={old}")
    assert done.returncode != 0
    assert "needs Python 3.11 or newer" in done.stderr
    assert "Python 3.9.2" in done.stderr


def test_without_venv_it_says_what_to_install(checkout: Path) -> None:
    bare = script(checkout / "bare", 'case "$2" in *ensurepip*) exit 1;; esac')
    done = make(checkout, "install", f"PYTHON={bare}")
    assert done.returncode != 0
    assert "apt-get install python3-venv" in done.stderr
    assert not (checkout / ".venv").exists()


def test_an_installation_is_torch_first_and_pinned(checkout: Path) -> None:
    planned = make(checkout, "-n", "install", "TORCH_INDEX=https://example.org/cpu").stdout
    steps = [line for line in planned.splitlines() if "pip" in line and " install " in line]
    assert len(steps) == 2
    assert "torch==" in steps[0]
    assert "--index-url https://example.org/cpu" in steps[0]
    assert "--index-url" not in steps[1]
    assert all("-c constraints.txt" in step for step in steps)


def test_a_second_chat_installs_nothing(checkout: Path) -> None:
    installed(checkout)
    done = make(checkout, "chat")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "vouch add --if-empty examples/larkhaven\nvouch serve\n"


def test_chat_adds_the_folder_that_is_named_and_takes_a_port(checkout: Path) -> None:
    installed(checkout)
    done = make(checkout, "chat", "DOCS=/my reports", "PORT=8080")
    assert "vouch add /my reports" in done.stdout
    assert "larkhaven" not in done.stdout
    assert done.stdout.endswith("vouch serve --port 8080\n")


def test_a_changed_pin_installs_again(checkout: Path) -> None:
    installed(checkout, "test")
    assert "pip" not in make(checkout, "-n", "test").stdout
    later = (checkout / ".venv" / ".installed").stat().st_mtime + 5
    os.utime(checkout / "constraints.txt", (later, later))
    assert "pip" in make(checkout, "-n", "test").stdout


def test_test_runs_the_suite_and_nothing_else(checkout: Path) -> None:
    installed(checkout, "test")
    assert make(checkout, "test").stdout == "python -m pytest -n 2 --dist loadfile\n"


@pytest.mark.parametrize(
    ("there", "installed"),
    [
        (("chromium", "tesseract"), ""),
        (("tesseract",), "chromium"),
        (("chromium",), "tesseract-ocr"),
        ((), "chromium tesseract-ocr"),
    ],
)
def test_ci_runs_make_test_and_installs_only_what_is_not_there(
    tmp_path: Path, there: tuple[str, ...], installed: str
) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("make", "apt-get"):
        script(folder / name, f'echo "{name} $*"')
    script(folder / "id", "echo 0")
    for name in ("sh", "dirname", "env"):
        (folder / name).symlink_to(shutil.which(name) or "")
    for name in there:
        script(folder / name, "true")
    done = subprocess.run(
        [ROOT / ".ci" / "run"],
        env={"PATH": str(folder)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    lines = done.stdout.splitlines()
    assert lines[-1] == "make test"
    install = f"apt-get install -y -qq --no-install-recommends {installed}"
    assert [line for line in lines if line.startswith("apt-get")] == (
        ["apt-get update -qq", install] if installed else []
    )
