"""Parsing in children: what one file does, it does to itself alone."""

from __future__ import annotations

import os
import socket
import threading
import time
from pathlib import Path

import pytest

from ingest.parse import Limits, Parsers, check_content, is_plain
from ingest.parse_process import Child
from ingest.passing import DoubtfulTrouble, PassingTrouble
from ingest.readers import FORMATS, Format, Source
from rag.errors import Cancelled, UnreadableFile

GOOD = b"<html><body><h1>Title</h1><p>A ferry sank off the port of Varna.</p></body></html>"

FAULTY = r"""
import ctypes, os, socket, struct, subprocess, sys, time
from ingest.readers import Reading
from rag.types import Document

def read(source):
    what = source.data.decode()
    if what == "hang":
        time.sleep(600)
    if what == "spin":
        while True:
            pass
    if what == "crash":
        ctypes.string_at(0)
    if what == "signal":
        os.kill(os.getpid(), 11)
    if what == "exit":
        os._exit(0)
    if what == "error":
        raise ValueError("no such thing")
    if what == "memory":
        kept = [bytearray(10_000_000) for _ in range(200)]
    if what == "deep":
        def down(n): return down(n + 1)
        down(0)
    if what == "flood":
        return Reading((Document("", "", "t", "x" * 5_000_000, "s"),))
    if what == "print":
        os.write(1, b"noise" * 1000)
        print("noise")
    if what == "write":
        with open(os.environ.get("TMPDIR", "/tmp") + "/vouch-parser-wrote", "w") as file:
            file.write("x" * 100_000)
    if what.startswith("connect"):
        socket.create_connection(("127.0.0.1", int(what.split()[1])), timeout=5)
    if what == "run":
        subprocess.run(["true"])
    if what == "fork":
        os.fork()
    if what == "thousand forks":
        pid = ctypes.CDLL(None).fork()
        if pid == 0:
            time.sleep(600)
        return Reading((Document("", "", "fine", str(pid), "s"),))
    if what == "gigabyte":
        return Reading((Document("", "", "t", "x" * 1_000_000_000, "s"),))
    if what == "noise":
        for handle in range(1, 30):
            try:
                os.write(handle, struct.pack(">Q", 1 << 40) + b"noise" * 1000)
            except OSError:
                pass
    if what == "nonsense":
        for handle in range(3, 30):
            try:
                os.write(handle, struct.pack(">Q", 12) + b"{'no': json}")
            except OSError:
                pass
    if what == "handles":
        kept = [os.dup(0) for _ in range(10_000)]
    if what == "unwritable":
        return Reading((Document("", "", "a\x00b\ud800", "c\x00d\ud800", "s"),), ("e\ud800",))
    if what == "environment":
        return Reading((Document("", "", "fine", " ".join(sorted(os.environ)), "s"),))
    return Reading((Document("", "", "fine", what, "s"),))
"""


@pytest.fixture
def faulty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Format]:
    """The formats with one more, whose reader does what a file tells it to."""
    (tmp_path / "faulty_reader_for_tests.py").write_text(FAULTY)
    monkeypatch.syspath_prepend(str(tmp_path))
    return {".faulty": Format("faulty_reader_for_tests")}


LIMITS = Limits(seconds=1.5, memory_mb=300, characters=1_000_000)


@pytest.mark.parametrize(
    ("what", "why"),
    [
        ("hang", "more than 1.5 seconds"),
        ("spin", "more than 1.5 seconds"),
        ("crash", "crashed"),
        ("exit", "ended early"),
        ("error", "ValueError: no such thing"),
        ("memory", "300 MB of memory"),
        ("deep", "nested too deeply"),
        ("flood", "5.0 million characters"),
        ("write", "PermissionError"),
        ("run", "Forbidden"),
        ("fork", "Forbidden"),
        ("signal", "Forbidden"),
        ("gigabyte", "300 MB of memory"),
        ("noise", "more than may come out"),
        ("nonsense", "makes no sense"),
        ("handles", "Too many open files"),
    ],
)
def test_a_fault_costs_its_own_file(faulty: dict[str, Format], what: str, why: str) -> None:
    with Parsers(LIMITS, faulty) as parsers:
        began = time.monotonic()
        with pytest.raises(UnreadableFile, match=why):
            parsers.parse(Source("bad", what.encode()), ".faulty")
        assert time.monotonic() - began < 30
        after = parsers.parse(Source("good", b"all is well"), ".faulty")
        assert after.documents[0].text == "all is well"


@pytest.mark.parametrize(("what", "kind"), [("hang", DoubtfulTrouble), ("error", UnreadableFile)])
def test_what_may_be_the_machines_fault_is_told_apart(
    faulty: dict[str, Format], what: str, kind: type[UnreadableFile]
) -> None:
    with Parsers(Limits(seconds=0.3), faulty) as parsers, pytest.raises(UnreadableFile) as caught:
        parsers.parse(Source("bad", what.encode()), ".faulty")
    assert type(caught.value) is kind


def test_a_reader_that_cannot_be_loaded_passes(faulty: dict[str, Format]) -> None:
    missing = {".faulty": Format("no_such_reader_for_tests")}
    with Parsers(LIMITS, missing) as parsers, pytest.raises(PassingTrouble, match="be loaded"):
        parsers.parse(Source("bad", b"x"), ".faulty")


def test_the_time_for_a_member_recovers(monkeypatch: pytest.MonkeyPatch) -> None:
    import io
    import zipfile

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(3):
            archive.writestr(f"{number}.txt", "x")
    given: list[float] = []
    real = Child._head

    def head(self: Child, seconds: float, deadline: float) -> dict[str, object]:
        given.append(seconds)
        return real(self, seconds, deadline)

    monkeypatch.setattr(Child, "_head", head)
    patience = iter([20.0, 5.0, 20.0, 90.0])
    with Parsers(Limits(seconds=25)) as parsers:
        source = Source("/a.zip", buffer.getvalue())
        assert len(list(parsers.unpack(source, ".zip", patience=lambda: next(patience)))) == 3
    assert given == [20.0, 5.0, 20.0, 25.0]


def test_what_a_parser_started_ends_with_it(faulty: dict[str, Format]) -> None:
    with Parsers(LIMITS, faulty) as parsers:
        pid = int(parsers.parse(Source("s", b"thousand forks"), ".faulty").documents[0].text)
        assert pid > 0
        os.kill(pid, 0)
    deadline = time.monotonic() + 20
    while _runs(pid) and time.monotonic() < deadline:
        threading.Event().wait(0.02)
    assert not _runs(pid)


def _runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"  # dead, and waiting for whoever adopted it


def test_no_text_comes_out_that_cannot_be_stored(faulty: dict[str, Format]) -> None:
    with Parsers(LIMITS, faulty) as parsers:
        reading = parsers.parse(Source("s", b"unwritable"), ".faulty")
    document = reading.documents[0]
    for text in (document.title, document.text, *reading.notes):
        assert "\x00" not in text
        assert text.encode()


def test_a_parser_sees_nothing_of_the_environment(
    faulty: dict[str, Format], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    monkeypatch.setenv("VOUCH_KEY", "secret")
    with Parsers(LIMITS, faulty) as parsers:
        names = parsers.parse(Source("s", b"environment"), ".faulty").documents[0].text.split()
    assert "PATH" in names
    assert not {"OPENAI_API_KEY", "VOUCH_KEY", "HOME", "USER"} & {*names}


def test_stop_ends_the_waiting(faulty: dict[str, Format]) -> None:
    stop = threading.Event()
    with Parsers(Limits(seconds=300), faulty, stop) as parsers:
        parsers.parse(Source("s", b"warm"), ".faulty")
        threading.Timer(0.2, stop.set).start()
        with pytest.raises(Cancelled):
            parsers.parse(Source("s", b"hang"), ".faulty")
        stop.clear()
        # The child that was at work is not asked again: its answer would be the old one.
        assert parsers.parse(Source("s", b"new"), ".faulty").documents[0].text == "new"


def test_what_a_parser_prints_is_no_answer(faulty: dict[str, Format]) -> None:
    with Parsers(LIMITS, faulty) as parsers:
        assert parsers.parse(Source("s", b"print"), ".faulty").documents[0].title == "fine"


def test_no_parser_reaches_the_network(faulty: dict[str, Format]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as sink, Parsers(LIMITS, faulty) as parsers:
        port = sink.getsockname()[1]
        with pytest.raises(UnreadableFile, match="Forbidden"):
            parsers.parse(Source("s", f"connect {port}".encode()), ".faulty")
        sink.setblocking(False)
        with pytest.raises(BlockingIOError):
            sink.accept()


def test_a_child_serves_many_files() -> None:
    with Parsers(Limits()) as parsers:
        parsers.parse(Source("/f/0.html", GOOD), ".html")
        began = time.monotonic()
        for number in range(40):
            reading = parsers.parse(Source(f"/f/{number}.html", GOOD), ".html")
            assert reading.documents[0].source == f"/f/{number}.html"
        assert time.monotonic() - began < 10


def test_closing_stops_a_parser_at_work(faulty: dict[str, Format]) -> None:
    parsers = Parsers(Limits(seconds=300), faulty)
    parsers.parse(Source("s", b"warm"), ".faulty")
    stopped = threading.Event()

    def work() -> None:
        with pytest.raises(Cancelled):
            parsers.parse(Source("s", b"hang"), ".faulty")
        stopped.set()

    thread = threading.Thread(target=work)
    thread.start()
    parsers.close()
    assert stopped.wait(20)
    thread.join()
    with pytest.raises(Cancelled):
        parsers.parse(Source("s", b"more"), ".faulty")


def test_plain_files_need_no_child() -> None:
    assert is_plain(b"caf\xc3\xa9", FORMATS[".txt"])
    assert is_plain(b"a,b", FORMATS[".csv"])
    assert not is_plain(b"caf\xe9", FORMATS[".txt"])
    assert not is_plain(b"a\x00b", FORMATS[".txt"])
    assert not is_plain(GOOD, FORMATS[".html"])


@pytest.mark.parametrize(
    ("data", "suffix", "what"),
    [
        (b"%PDF-1.7", ".txt", "a PDF"),
        (b"PK\x03\x04", ".pdf", "a zip archive"),
        (b"\x89PNG\r\n", ".md", "an image"),
        (b"SQLite format 3\x00", ".csv", "a database"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(
    data: bytes, suffix: str, what: str
) -> None:
    with pytest.raises(UnreadableFile, match=what):
        check_content(data, suffix)


def test_a_file_that_is_what_its_name_says_passes() -> None:
    check_content(b"%PDF-1.7", ".pdf")
    check_content(b"PK\x03\x04", ".docx")
    check_content(b"plain", ".txt")
