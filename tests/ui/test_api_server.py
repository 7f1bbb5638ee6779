"""The server as a process: when it says it is there, and how it goes away."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from rag.config import Settings
from rag.errors import BadRequest, LibraryError
from tests.ui.api_server import KEY
from ui.api import bind, serve, url_of

ROOT = Path(__file__).parents[2]
REAL = """
import sys
from pathlib import Path
from rag.config import Settings
from ui.api import serve
serve(Settings(library=Path(sys.argv[1]), port=0), announce=lambda url: print(url, flush=True))
print("closed", flush=True)
"""
SMALL = """
import sys
from pathlib import Path
from rag.config import Settings
from tests.fakes import FakeAnswerer
from tests.ui.api_server import FakeLibrary
from ui.api import bind, create_app, run
import threading
library = FakeLibrary(Path(sys.argv[1]), FakeAnswerer(gate=threading.Event()))
app = create_app(library, Settings(library=Path(sys.argv[1])), chat=None)
run(app, bind("127.0.0.1", 0), lambda url: print(url, flush=True))
library.close()
print("closed", flush=True)
"""


def start(script: str, library: Path) -> tuple[subprocess.Popen, str]:
    """Return the process and the URL that it printed."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(library)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=ROOT,
    )
    url = process.stdout.readline().strip()
    if not url:
        raise AssertionError(process.communicate()[1])
    return process, url


def stop(process: subprocess.Popen, how: signal.Signals) -> tuple[str, str, float]:
    """Return what it still said, and how long it took to end."""
    begun = time.monotonic()
    process.send_signal(how)
    try:
        said, complained = process.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    return said, complained, time.monotonic() - begun


def test_real_server_answers_at_once_and_closes_cleanly(tmp_path):
    process, url = start(REAL, tmp_path / "library")
    try:
        # The URL is printed when it can be opened, and not after the chat has been loaded.
        assert httpx.get(f"{url}/healthz", timeout=30).json()["status"] == "ok"
        page = httpx.get(url, timeout=30)
        assert page.status_code in (200, 503)
        if page.status_code == 503:
            assert "starting" in page.text
            assert page.headers["retry-after"]
        assert httpx.get(f"{url}/v1/documents", timeout=30).json()["documents"] == []
        answer = httpx.post(f"{url}/v1/ask", json={"question": "Who was killed?"}, timeout=60)
        assert answer.json()["declined"]["reason"] == "nothing_found"
    finally:
        said, complained, took = stop(process, signal.SIGTERM)
    assert process.returncode == 0, complained
    assert said == "closed\n"
    assert "Traceback" not in complained
    assert took < 15


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_open_streams_do_not_delay_the_end(tmp_path, how):
    process, url = start(SMALL, tmp_path)
    body = {"question": "Who?", "stream": True}
    with httpx.stream("POST", f"{url}/v1/ask", json=body, timeout=30) as response:
        lines = response.iter_lines()
        assert next(lines) == "event: step"
        said, complained, took = stop(process, how)
        rest = list(lines)
    assert process.returncode == 0, complained
    assert said == "closed\n"
    assert complained == ""
    assert "event: error" in rest
    assert took < 10


def test_taken_port_is_said_with_a_hint(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(BadRequest) as refused:
            serve(Settings(library=tmp_path / "library", port=port))
    assert str(port) in refused.value.message
    assert "--port" in refused.value.hint
    assert not (tmp_path / "library").exists()  # said before anything else was done


@pytest.mark.parametrize("host", ["203.0.113.7", "no.such.host.invalid", "not an address"])
def test_address_that_is_not_ours_is_said_with_a_hint(tmp_path, host):
    with pytest.raises(BadRequest) as refused:
        serve(Settings(library=tmp_path, host=host, port=0, key=KEY))
    assert refused.value.hint


def test_library_that_cannot_be_opened_frees_the_port(tmp_path):
    (tmp_path / "library.db").write_text("not a library " * 100)
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
    with pytest.raises(LibraryError):
        serve(Settings(library=tmp_path, port=port))
    bind("127.0.0.1", port).close()


def test_urls_can_be_opened_from_here():
    for host, start_ in (("127.0.0.1", "http://127.0.0.1:"), ("0.0.0.0", "http://127.0.0.1:")):
        listening = bind(host, 0)
        assert url_of(listening).startswith(start_)
        listening.close()
