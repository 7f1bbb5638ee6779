"""What the kernel keeps from a parsing process that the hook in Python does not see."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from ingest.parse import Limits, Parsers
from ingest.readers import Format, Source
from tests.ingest.test_safety import CANARY, has_landlock


def reads(source: str) -> str:
    """Return a reader's module that tells which files of those it is asked for can be read in C."""
    return f"""
import ctypes
from ingest.readers import Reading
from rag.types import Document
{source}
C = ctypes.CDLL(None)

def read(source):
    names = source.data.decode().split("\\n")
    found = [name for name in names if C.open(name.encode(), 0) >= 0]
    return Reading((Document("", "", "done", "\\n".join(found) or "nothing", "s"),))
"""


@pytest.mark.skipif(not has_landlock(), reason="the kernel has no Landlock")
def test_what_lies_beside_modules_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "path"
    for name, text in {
        "secret.txt": CANARY,
        "diary/secret.txt": CANARY,
        "diary/script.py": "X = 1",
        ".git/config": CANARY,
        "helper_for_tests/__init__.py": "from plain_for_tests.one import X",
        "helper_for_tests/table.json": "{}",
        "plain_for_tests/one.py": "X = 1",
        "reader_for_tests.py": reads("import helper_for_tests"),
    }.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(text)
    monkeypatch.syspath_prepend(str(path))
    root = Path(__file__).parents[2]
    asked = sorted(str(one) for one in path.rglob("*") if one.is_file())
    asked += [str(root / "pyproject.toml"), str(root / "README.md"), str(Path.home() / ".bashrc")]
    with Parsers(Limits(), {".probe": Format("reader_for_tests")}) as parsers:
        reading = parsers.parse(Source("s", "\n".join(asked).encode()), ".probe")
    seen = {Path(one).name for one in reading.documents[0].text.split("\n")}
    assert seen == {"script.py", "__init__.py", "table.json", "one.py", "reader_for_tests.py"}


CALLS = """
import ctypes, mmap, sys
from ingest.sandbox import shut_in
def call(code):
    memory = mmap.mmap(-1, len(code), prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    memory.write(code)
    return ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(memory)))()
# mov eax, number; int 0x80 or syscall; ret
number = lambda n: b"\\xb8" + n.to_bytes(4, "little")
old = number(20) + b"\\xcd\\x80\\xc3"
third = number(0x40000000 + 39) + b"\\x0f\\x05\\xc3"
if sys.argv[1] == "shut":
    shut_in(["/"])
print(call(old if sys.argv[2] == "old" else third))
"""


@pytest.mark.skipif(platform.machine() != "x86_64" or os.name != "posix", reason="code of x86-64")
@pytest.mark.parametrize("calls", ["old", "third"])
def test_calls_by_the_numbers_of_another_architecture_are_refused(calls: str) -> None:
    def run(shut: str) -> str:
        command = [sys.executable, "-c", CALLS, shut, calls]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.stdout.strip()

    open_ = run("open")
    if not open_ or int(open_) < 0:
        pytest.skip("this system has no such calls")
    assert run("shut") == "-1"
