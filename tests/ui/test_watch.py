"""``vouch watch`` as a person runs it: a real process, real files, and a library beside it."""

from __future__ import annotations

import queue
import shutil
import signal
import sqlite3
import threading
from pathlib import Path

import pytest
import watchfiles

from ingest.watch import Watch
from rag.ledger import Ledger
from tests.rag.shelf import assert_sound
from tests.ui.cli import Vouch, worked
from ui.cli import main

PATIENCE = 60.0


class Watching:
    """A running ``vouch watch``, whose lines are waited for."""

    def __init__(self, vouch: Vouch, *arguments: object) -> None:
        self.process = vouch.start("watch", "--no-embed", *map(str, arguments))
        self.said: list[str] = []
        self._passed: list[str] = []
        self._lines: queue.Queue[str | None] = queue.Queue()
        for stream in (self.process.stdout, self.process.stderr):
            threading.Thread(target=self._read, args=(stream,), daemon=True).start()

    def _read(self, stream) -> None:
        for line in stream:
            self._lines.put(line.rstrip("\n"))

    def wait_for(self, *words: str) -> str:
        """Return the next line that holds all the words, of those that were not returned yet."""
        # What is said on one stream may come before what was said earlier on the other.
        for line in self._passed:
            if all(word in line for word in words):
                self._passed.remove(line)
                return line
        while True:
            try:
                line = self._lines.get(timeout=PATIENCE)
            except queue.Empty:
                raise AssertionError(f"{words} was not said: {self.said}") from None
            assert line is not None
            self.said.append(line)
            if all(word in line for word in words):
                return line
            self._passed.append(line)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(PATIENCE)
        self.process.stdin.close()
        return code


@pytest.fixture
def vouch(tmp_path):
    return Vouch(tmp_path / "vouch")


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "a.txt").write_text("The harbour was closed on Monday.")
    return folder


@pytest.fixture
def watching(vouch, folder):
    running: list[Watching] = []

    def begin(*arguments: object) -> Watching:
        running.append(Watching(vouch, *(arguments or (folder,))))
        return running[-1]

    yield begin
    for one in running:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()


def texts(vouch: Vouch) -> dict[str, str]:
    """Return the text of every document by its file's name."""
    with Ledger(vouch.library) as ledger:
        assert_sound(ledger)
        rows = ledger.origins("default")
        return {
            Path(path).name: ledger.document(row.document_ids[0]).text
            for path, row in rows.items()
            if row.document_ids
        }


def test_what_happens_in_a_folder_happens_in_the_library(vouch, folder, watching):
    watch = watching()
    watch.wait_for("added", "a.txt")
    watch.wait_for("Watching", str(folder))
    (folder / "b.txt").write_text("The mayor resigned.")
    watch.wait_for("added", "b.txt")
    (folder / "b.txt").write_text("The mayor stayed.")
    watch.wait_for("updated", "b.txt")
    assert texts(vouch)["b.txt"] == "The mayor stayed."
    (folder / "b.txt").rename(folder / "c.txt")
    watch.wait_for("renamed from", "b.txt")
    (folder / "a.txt").unlink()
    watch.wait_for("removed", "a.txt")
    assert texts(vouch) == {"c.txt": "The mayor stayed."}
    # The last file goes, or the disk is unmounted: neither empties the library.
    (folder / "c.txt").unlink()
    watch.wait_for("nothing was removed")
    shutil.rmtree(folder)
    folder.mkdir()
    (folder / "d.txt").write_text("Another disk stands here now.")
    watch.wait_for("added", "d.txt")
    assert watch.stop() == 0
    watch.wait_for("Stopped watching")
    assert set(texts(vouch)) >= {"d.txt"}


@pytest.mark.slow
def test_a_file_that_is_being_written_is_read_when_it_has_settled(vouch, folder, watching):
    watch = watching()
    watch.wait_for("Watching")
    with (folder / "long.txt").open("w") as file:
        file.write("The first part. ")
        file.flush()
        watch.wait_for("added", "long.txt")
        file.write("The last part.")
    watch.wait_for("updated", "long.txt")
    assert watch.stop() == 0
    assert texts(vouch)["long.txt"] == "The first part. The last part."


@pytest.mark.slow
def test_a_library_that_cannot_be_written_is_said_and_tried_again(vouch, folder, watching):
    worked(vouch("add", "--no-embed", folder))
    watch = watching()
    watch.wait_for("Watching")
    # A trigger is how one process makes the writes of another fail.
    db = sqlite3.connect(vouch.library / "library.db", isolation_level=None)
    db.execute(
        "CREATE TRIGGER full BEFORE INSERT ON origins BEGIN SELECT raise(ABORT, 'full'); END"
    )
    (folder / "b.txt").write_text("The mayor resigned.")
    watch.wait_for("error:", "full")
    watch.wait_for("tried again")
    db.execute("DROP TRIGGER full")
    db.close()
    watch.wait_for("added", "b.txt")
    assert watch.stop() == 0
    assert texts(vouch)["b.txt"] == "The mayor resigned."


@pytest.mark.slow
def test_polling_finds_the_same(vouch, folder, watching):
    watch = watching("--poll", folder)
    watch.wait_for("Watching")
    (folder / "b.txt").write_text("The mayor resigned.")
    watch.wait_for("added", "b.txt")
    (folder / "b.txt").unlink()
    watch.wait_for("removed", "b.txt")
    assert watch.stop() == 0


@pytest.mark.slow
def test_it_works_beside_another_add_and_what_is_missing_is_refused(
    vouch, folder, watching, tmp_path
):
    watch = watching()
    watch.wait_for("Watching")
    other = tmp_path / "other"
    other.mkdir()
    for n in range(5):
        (other / f"{n}.txt").write_text(f"Report {n} of the other folder.")
        (folder / f"new-{n}.txt").write_text(f"New report {n}.")
    worked(vouch("add", "--no-embed", other))
    for n in range(5):
        watch.wait_for("added", f"new-{n}.txt")
    assert watch.stop() == 0
    assert len(texts(vouch)) == 11
    done = vouch("watch", tmp_path / "missing")
    assert done.returncode == 1
    assert "There is no file or folder" in done.stderr


@pytest.fixture
def watcher(monkeypatch):
    """The real watcher, which first fails with the errors of a list."""
    errors: list[Exception] = []
    real = watchfiles.watch

    def watch(*paths, **options):
        if errors and (isinstance(errors[0], FileNotFoundError) or not options["force_polling"]):
            raise errors.pop(0)
        return real(*paths, **options)

    monkeypatch.setattr(watchfiles, "watch", watch)
    monkeypatch.setattr("ingest.watch._RETRY", 0.01)
    return errors


@pytest.mark.parametrize(
    ("error", "polls"),
    [
        (OSError(28, "OS file watch limit reached"), True),
        (RuntimeError("error in underlying watcher"), True),
        (FileNotFoundError("No path was found."), False),
    ],
)
def test_a_watcher_that_fails_does_not_end_the_watching(folder, watcher, error, polls):
    watcher.append(error)
    stop, told = threading.Event(), []
    watch = Watch([folder], stop=stop, polling=False, settled=0.01, told=told.append)
    for due in watch.rounds():
        assert due == [folder]
        watch.done(again=False)
        stop.set()
    assert watcher == []
    assert len(told) == polls
    assert watch.first


def test_watch_takes_passwords(tmp_path, folder, monkeypatch):
    given = []
    monkeypatch.setattr("ui.cli_watch.watch_folders", lambda *_, **kw: given.append(kw))
    file = tmp_path / "passwords"
    file.write_text("open sesame\n")
    assert main(["watch", str(folder), "--password-file", str(file)]) == 0
    assert given[0]["passwords"] == ("open sesame",)
