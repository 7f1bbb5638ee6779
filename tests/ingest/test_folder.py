"""Folders and the ledger: every file has an outcome, and the ledger holds what the folder holds."""

from __future__ import annotations

import gzip
import os
import socket
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest

from ingest.folder import AddOptions, add
from ingest.split import Tokenizer
from rag.errors import NotFound
from rag.ledger import Ledger
from rag.types import FileOutcome

STORY = "A ferry sank off Varna. At least nine people died, the harbour office said. " * 3


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "docs"
    path.mkdir()
    (path / "a.txt").write_text(f"First title\n\n{STORY}")
    (path / "sub").mkdir()
    (path / "sub" / "b.md").write_text(f"# Second title\n\n{STORY}")
    (path / "t.csv").write_text(f'id,text\n1,"{STORY} One."\n2,"{STORY} Two."\n')
    return path


class Adder:
    def __init__(self, ledger: Ledger, folder: Path, tokenizer: Tokenizer) -> None:
        self.ledger, self.folder, self.tokenizer = ledger, folder, tokenizer

    def __call__(self, *paths: Path, **options: object) -> list[FileOutcome]:
        given = AddOptions(**options)  # type: ignore[arg-type]
        found = add(self.ledger, paths or [self.folder], options=given, tokenizer=self.tokenizer)
        return list(found)

    def counts(self, *paths: Path, **options: object) -> dict[str, int]:
        counted: Counter[str] = Counter()
        for outcome in self(*paths, **options):
            counted[outcome.outcome] += outcome.documents
        return dict(counted)

    def texts(self) -> list[str]:
        rows = self.ledger.origins("default").values()
        found = [self.ledger.document(one) for row in rows for one in row.document_ids]
        return sorted(document.text for document in found if document)


@pytest.fixture
def adder(ledger: Ledger, folder: Path, tokenizer: Tokenizer) -> Adder:
    return Adder(ledger, folder, tokenizer)


def outcome(outcomes: list[FileOutcome], name: str) -> FileOutcome:
    (found,) = [one for one in outcomes if one.source.endswith(name)]
    return found


def test_adding_again_changes_nothing(adder: Adder) -> None:
    assert adder.counts() == {"added": 4}
    seq = adder.ledger.seq
    assert adder.counts() == {"unchanged": 4}
    os.utime(adder.folder / "a.txt", ns=(1, 1))  # another time, the same bytes
    assert adder.counts() == {"unchanged": 4}
    assert adder.ledger.seq == seq


def test_an_unchanged_folder_is_not_opened_and_imports_no_model_and_no_parser(
    adder: Adder, folder: Path, tmp_path: Path
) -> None:
    for file in folder.rglob("*.*"):
        os.utime(file, ns=(10**18, 10**18))
    adder()
    for file in folder.rglob("*.*"):
        file.chmod(0)  # reading would fail, for all but root
    code = (
        "import sys; from pathlib import Path; from rag.ledger import Ledger\n"
        "from ingest.folder import add\n"
        f"found = list(add(Ledger(Path({str(tmp_path / 'library')!r})), [Path({str(folder)!r})]))\n"
        "assert [one.outcome for one in found] == ['unchanged'] * 3, found\n"
        "heavy = {'torch', 'chromadb', 'sentence_transformers', 'tokenizers', 'trafilatura',"
        " 'lxml', 'docx', 'pypdfium2', 'ingest.parse', 'ingest.split', 'dateparser'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_change_delete_and_rename(adder: Adder, folder: Path) -> None:
    adder()
    before = adder.ledger.origins("default")[str(folder / "sub" / "b.md")].document_ids
    (folder / "a.txt").write_text("First title\n\nIt was raised again.")
    (folder / "sub" / "b.md").rename(folder / "c.md")
    (folder / "t.csv").write_text(f'id,text\n2,"{STORY} Two."\n3,"{STORY} Three."\n')
    outcomes = adder()
    assert outcome(outcomes, "a.txt").outcome == "updated"
    renamed = outcome(outcomes, "c.md")
    assert renamed.notes[0].startswith("renamed from")
    after = adder.ledger.origins("default")
    assert after[str(folder / "c.md")].document_ids == before
    assert str(folder / "sub" / "b.md") not in after
    table = {one.outcome: one.documents for one in outcomes if one.source.endswith("t.csv")}
    assert table == {"added": 1, "updated": 1, "removed": 1}  # row 3 is row 2 now
    (folder / "a.txt").unlink()
    assert outcome(adder(keep_missing=True), "c.md").outcome == "unchanged"
    assert len(adder.texts()) == 4
    assert outcome(adder(), "a.txt").outcome == "removed"
    assert len(adder.texts()) == 3


def test_a_missing_or_emptied_folder_removes_nothing(adder: Adder, folder: Path) -> None:
    adder()
    moved = folder.with_name("elsewhere")
    folder.rename(moved)
    with pytest.raises(NotFound, match="docs"):
        adder()
    folder.mkdir()
    (outcome_of_root,) = adder()
    assert outcome_of_root.outcome == "skipped"
    assert "nothing was removed" in outcome_of_root.why
    assert len(adder.texts()) == 4


def test_only_what_lies_under_the_folder_is_removed(
    adder: Adder, folder: Path, tmp_path: Path
) -> None:
    other = tmp_path / "docs2"
    other.mkdir()
    (other / "x.txt").write_text("Another title\n\nAnother text.")
    adder(folder, other)
    (other / "x.txt").unlink()
    (other / "y.txt").write_text("y is here.")
    assert "removed" not in adder.counts(folder)
    assert adder.counts(other) == {"added": 1, "removed": 1}


def test_a_broken_change_keeps_the_old_version(adder: Adder, folder: Path) -> None:
    adder()
    for broken in (b"%PDF-1.7", b"", b"\x00\x01\x02\x03" * 100):
        (folder / "a.txt").write_bytes(broken)
        failed = outcome(adder(), "a.txt")
        assert failed.outcome == "failed"
        assert failed.notes == ("the earlier version is kept",)
        assert outcome(adder(), "a.txt").outcome == "failed"
        assert len(adder.texts()) == 4
        assert adder.ledger.counts("default").unread == 1
    (folder / "a.txt").write_text(f"First title\n\n{STORY}")
    assert outcome(adder(), "a.txt").outcome == "unchanged"
    assert adder.ledger.counts("default").unread == 0


def test_what_is_left_out_has_a_reason(adder: Adder, folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "secret.txt"
    outside.write_text("Not for you.")
    (folder / "out.txt").symlink_to(outside)
    (folder / "in.txt").symlink_to(folder / "a.txt")
    (folder / ".hidden").write_text("x")
    (folder / ".git").mkdir()
    (folder / ".git" / "inside.txt").write_text("x")
    (folder / "film.mp4").write_bytes(b"x")
    (folder / "empty.txt").write_text("")
    (folder / "blank.md").write_text(" \n ")
    (folder / "~$report.docx").write_bytes(b"\x05Lee" + b" " * 158)
    (folder / "dots.txt").write_text("... --- ???\n\n!!!")
    (folder / "film.mp4.gz").write_bytes(gzip.compress(b"\x00film"))
    os.mkfifo(folder / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "s.txt"))
        reasons = {Path(one.source).name: one.why for one in adder() if one.outcome == "skipped"}
    assert reasons.keys() == {
        *("out.txt", "in.txt", ".hidden", ".git", "film.mp4", "empty.txt", "blank.md"),
        *("pipe.txt", "s.txt", "~$report.docx", "dots.txt", "film.mp4.gz"),
    }
    assert "lock file" in reasons["~$report.docx"]
    assert reasons["dots.txt"] == "it holds no words"
    assert reasons["film.mp4.gz"] == "film.mp4: no reader for .mp4"
    assert "out of the folder" in reasons["out.txt"]
    assert "no reader for .mp4" in reasons["film.mp4"]
    assert "pipe" in reasons["pipe.txt"]
    assert "socket" in reasons["s.txt"]
    assert "empty" in reasons["empty.txt"]
    assert all("Not for you" not in text for text in adder.texts())


def test_awkward_names(adder: Adder, folder: Path) -> None:
    (folder / "new\nline.txt").write_text("Here it is.")
    (folder / "rtl\u202etxt.txt").write_text("Here too.")
    with open(os.fsencode(folder) + b"/bad\xff.txt", "wb") as file:
        file.write(b"Not to be named.")
    outcomes = adder()
    assert outcome(outcomes, "line.txt").outcome == "added"
    assert outcome(outcomes, "rtl\u202etxt.txt").outcome == "added"
    bad = outcome(outcomes, "bad\\udcff.txt")
    assert (bad.outcome, "name" in bad.why) == ("skipped", True)


def test_the_same_file_by_several_ways_is_read_once(adder: Adder, folder: Path) -> None:
    link = folder.with_name("link")
    link.symlink_to(folder)
    counts = adder.counts(folder, folder / "sub", folder / "a.txt", link, folder)
    assert counts == {"added": 4}


def test_limits_on_size(adder: Adder, folder: Path) -> None:
    (folder / "big.txt").write_text("word " * 300_000)
    failed = outcome(adder(max_file_mb=1), "big.txt")
    assert (failed.outcome, "limit is 1 MB" in failed.why) == ("failed", True)
    assert outcome(adder(max_file_mb=2), "big.txt").outcome == "added"


def test_a_table_keeps_the_columns_it_was_added_with(adder: Adder, folder: Path) -> None:
    (folder / "t.csv").write_text(f'a,b\nshort,"{STORY}"\n')
    adder(text_column="a")
    assert "short" in adder.texts()
    (folder / "t.csv").write_text(f'a,b\nother,"{STORY}"\n')
    adder()
    assert "other" in adder.texts()
    adder(text_column="b")
    assert "other" not in adder.texts()
    failed = outcome(adder(text_column="none"), "t.csv")
    assert 'no column "none"' in failed.why


def test_progress_counts_files_and_stop_ends_between_them(
    ledger: Ledger, folder: Path, tokenizer: Tokenizer
) -> None:
    seen: list[tuple[int, int]] = []
    stop = threading.Event()
    outcomes = []
    for one in add(
        ledger,
        [folder],
        tokenizer=tokenizer,
        stop=stop,
        progress=lambda done, total: seen.append((done, total)),
    ):
        outcomes.append(one)
        stop.set()
    assert len(outcomes) == 1
    assert list(add(ledger, [folder], tokenizer=tokenizer))[0].outcome == "unchanged"
    assert seen[0] == (1, 3)
    assert ledger.counts("default").documents == 4


def test_passages_in_the_ledger_are_the_documents_own_words(adder: Adder) -> None:
    adder()
    checked = 0
    for row in adder.ledger.origins("default").values():
        for document_id in row.document_ids:
            document = adder.ledger.document(document_id)
            assert document is not None
            for passage in adder.ledger.passages_of(document_id):
                assert document.text[passage.start : passage.end] == passage.text
                checked += 1
    assert checked >= 4


def test_adds_side_by_side_lose_nothing(adder: Adder, folder: Path, tokenizer: Tokenizer) -> None:
    for number in range(30):
        (folder / f"n{number}.txt").write_text(f"Title {number}\n\n{STORY} Number {number}.")
    threads = [threading.Thread(target=adder) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(adder.texts()) == 34
    assert adder.counts() == {"unchanged": 34}


def test_an_interrupt_ends_cleanly_and_the_next_add_goes_on(
    adder: Adder, folder: Path, tmp_path: Path
) -> None:
    for number in range(60):
        (folder / f"n{number}.html").write_text(f"<h1>Title {number}</h1><p>{STORY} {number}</p>")
    code = (
        "import os, signal, sys, threading; from pathlib import Path\n"
        "from ingest.folder import add; from rag.ledger import Ledger\n"
        "stop = lambda: os.kill(os.getpid(), signal.SIGINT)\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        f"library, folder = Path({str(tmp_path / 'library')!r}), Path({str(folder)!r})\n"
        "try:\n"
        "    for number, one in enumerate(add(Ledger(library), [folder]), 1):\n"
        "        print(one.source, flush=True)\n"
        "        if number == 5:\n"
        "            threading.Thread(target=stop).start()\n"
        "except KeyboardInterrupt:\n"
        "    sys.exit(3)\n"
    )
    # Its own thread interrupts it, as a busy machine may wake another process too late; and what
    # runs in a shell's background starts with interrupts ignored.
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as process:
        assert process.stdout is not None
        for _ in range(5):
            assert process.stdout.readline()
        process.communicate(timeout=60)
        assert process.returncode == 3
    assert 0 < len(adder.texts()) < 64
    assert adder.counts().keys() <= {"added", "unchanged"}
    assert len(adder.texts()) == 64
