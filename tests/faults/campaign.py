"""Starting programs, killing them at a random moment, and looking at what is left."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120.0
ORPHANS_END = 30.0  # seconds; on a busy machine it takes a while
# Read now: a test's own environment holds no setting of Vouch.
SHARE = float(os.environ.get("VOUCH_FAULT_SHARE", "1"))
LOG = os.environ.get("VOUCH_FAULT_LOG", "")


def start(*arguments: object) -> subprocess.Popen[str]:
    """Start the interpreter with arguments, in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def run(*arguments: object) -> str:
    """Run to the end; return what was printed."""
    child = start(*arguments)
    said, _ = child.communicate(timeout=600)
    assert child.returncode == 0, said
    return said


def kill(child: subprocess.Popen[str], *, group: bool) -> bool:
    """Kill -9 a process, or its whole group; return whether it was still running."""
    running = child.poll() is None
    if running:
        if group:
            os.killpg(child.pid, signal.SIGKILL)
        else:
            child.kill()
    # Its children hold the pipe: it is closed, not read to its end.
    if child.stdout is not None:
        child.stdout.close()
    child.wait()
    assert_no_orphans(child.pid)
    return running


def assert_no_orphans(group: int) -> None:
    """What a killed process had started ends by itself."""
    deadline = time.monotonic() + ORPHANS_END
    while members := group_members(group):
        assert time.monotonic() < deadline, f"still running: {members}"
        time.sleep(0.05)


def group_members(group: int) -> list[str]:
    """Return the command lines of a group's live processes."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            if fields[2] == str(group) and fields[0] != "Z":
                found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()[:200])
        except (OSError, IndexError):
            continue
    return found


def wait_for_line(child: subprocess.Popen[str], line: str) -> None:
    """Wait until a program has printed a line."""
    assert child.stdout is not None
    timer = threading.Timer(PATIENCE, child.kill)
    timer.start()
    seen: list[str] = []
    try:
        for said in child.stdout:
            seen.append(said)
            if said.strip() == line:
                return
    finally:
        timer.cancel()
    raise AssertionError(f"it ended without saying {line!r}: {''.join(seen)}")


def write_folder(folder: Path, files: int, rows: int) -> int:
    """Write text files and a table, all different; return how many documents they hold."""
    folder.mkdir(parents=True)
    sentence = "The committee met on day {0} and heard witness number {0} about matter {1}. "
    for n in range(files):
        paragraphs = ["".join(sentence.format(n, m) * 2 for m in range(12)), f"End of report {n}."]
        (folder / f"report-{n}.txt").write_text(f"Report {n}\n\n" + "\n\n".join(paragraphs))
    lines = [
        f'{n},"Row {n}","{"".join(sentence.format(n, m) for m in range(6))}"' for n in range(rows)
    ]
    (folder / "table.csv").write_text("id,title,text\n" + "\n".join(lines) + "\n")
    return files + rows


def write_containers(folder: Path, members: int) -> int:
    """Write an archive, one inside another, and a mailbox; return how many documents they hold."""
    import io
    import mailbox
    import tarfile
    import zipfile
    from email.message import EmailMessage

    text = "Member {0} of the archive {1} tells of the committee, witness {0} and matter {2}. "
    inner = io.BytesIO()
    with tarfile.open(fileobj=inner, mode="w:gz") as tar:
        for n in range(members):
            data = (text.format(n, "inner", n * 3) * 6).encode()
            info = tarfile.TarInfo(f"inside/{n}.txt")
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    with zipfile.ZipFile(folder / "papers.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(members):
            archive.writestr(f"papers/{n}.txt", text.format(n, "outer", n * 7) * 6)
        archive.writestr("papers/inner.tar.gz", inner.getvalue())
    box = mailbox.mbox(folder / "letters.mbox")
    for n in range(members):
        letter = EmailMessage()
        letter["From"], letter["To"] = "ann@example.org", "ben@example.org"
        letter["Subject"] = f"Letter {n}"
        letter["Message-ID"] = f"<{n}@example.org>"
        letter.set_content(f"Witness {n} was heard in the committee on matter {n * 5}.\n")
        box.add(letter)
    box.close()
    return 3 * members


def rounds(full: int) -> int:
    """Return how many rounds of a campaign are run: all, or the share VOUCH_FAULT_SHARE of them."""
    return max(2, round(full * SHARE))


def record(test: str, **counts: object) -> None:
    """Keep what a campaign has counted, as a line of JSON in the file VOUCH_FAULT_LOG."""
    print(test, counts)
    if LOG:
        with Path(LOG).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"test": test, **counts}) + "\n")


def moments(rounds: int, longest: float, seed: int) -> Sequence[float]:
    """Return random moments, spread evenly so that few rounds meet every stage too."""
    import random

    chance = random.Random(seed)
    return [longest * (n + chance.random()) / rounds for n in range(rounds)]
