"""What a folder's documents come to when files are moved, barred, interrupted or unreadable now."""

from __future__ import annotations

import errno
import os
import subprocess
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ingest import containers, opening
from ingest.containers import Container
from ingest.folder import AddOptions, add
from ingest.limits import ContainerLimits, Limits
from ingest.opening import Content
from ingest.parse import Parsers
from ingest.readers import Format, Member, Reading, Source, formats
from ingest.split import Tokenizer
from rag.errors import UnreadableFile
from rag.ledger import Ledger
from rag.store.values import Origin, OriginRow
from rag.types import Document, FileOutcome, Passage
from tests.ingest.test_containers import packed

STORY = "A ferry sank off Varna. At least nine people died, the harbour office said."
Adder = Callable[..., dict[str, FileOutcome]]


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """A folder with two texts that have settled."""
    folder = tmp_path / "docs"
    folder.mkdir()
    for name in ("a.txt", "stays.txt"):
        settled(folder / name, f"{STORY} It is told in {name}.")
    return folder


def settled(path: Path, text: str) -> None:
    """Write a file whose last change lies long behind."""
    path.write_text(text)
    os.utime(path, (1e9, 1e9))


@pytest.fixture
def adding(ledger: Ledger, docs: Path, tokenizer: Tokenizer) -> Adder:
    def run(*tops: Path, **options: Any) -> dict[str, FileOutcome]:
        found = add(ledger, tops or [docs], options=AddOptions(**options), tokenizer=tokenizer)
        return {one.source.removeprefix(f"{docs}/"): one for one in found}

    return run


def breaking(monkeypatch: pytest.MonkeyPatch, name: str, number: int) -> None:
    """Have the system refuse to open the files of a name."""
    real = os.open

    def refuse(path: Any, *rest: Any, **more: Any) -> int:
        if str(path).endswith(name):
            raise OSError(number, os.strerror(number), path)
        return real(path, *rest, **more)

    monkeypatch.setattr(opening, "os", SimpleNamespace(**{**vars(os), "open": refuse}))


def test_a_renamed_file_that_cannot_be_read_keeps_its_documents(
    adding: Adder, docs: Path, ledger: Ledger
) -> None:
    settled(docs / "old.csv", f'text,other\n"{STORY}",x\n')
    adding(text_column="text")
    before = ledger.origins("default")[str(docs / "old.csv")].document_ids
    (docs / "old.csv").rename(docs / "new.csv")
    outcomes = adding(text_column="missing")
    assert "old.csv" not in outcomes
    assert outcomes["new.csv"].outcome == "failed"
    assert outcomes["new.csv"].notes == (
        f"renamed from {docs / 'old.csv'}",
        "the earlier version is kept",
    )
    assert ledger.origins("default")[str(docs / "new.csv")].document_ids == before
    assert adding(text_column="text")["new.csv"].documents == 1
    assert ledger.origins("default")[str(docs / "new.csv")].document_ids == before
    assert ledger.counts("default").unread == 0


def test_a_renamed_file_that_cannot_be_opened_keeps_its_documents(
    adding: Adder, docs: Path, ledger: Ledger
) -> None:
    adding()
    before = ledger.origins("default")[str(docs / "a.txt")].document_ids
    (docs / "a.txt").rename(docs / "b.txt")
    with pytest.MonkeyPatch.context() as patch:
        breaking(patch, "b.txt", errno.EIO)
        for _ in range(2):
            outcomes = adding()
            assert outcomes["b.txt"].outcome == "failed"
            assert outcomes["a.txt"].outcome == "skipped"
            assert ledger.counts("default").documents == 2
    outcomes = adding()
    assert outcomes["b.txt"].notes == (f"renamed from {docs / 'a.txt'}",)
    rows = ledger.origins("default")
    assert rows[str(docs / "b.txt")].document_ids == before
    assert str(docs / "a.txt") not in rows


@pytest.mark.parametrize("number", [errno.EIO, errno.EACCES, errno.EMFILE])
def test_a_trouble_of_the_system_is_not_the_files(adding: Adder, number: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        breaking(patch, "a.txt", number)
        for _ in range(3):
            failed = adding()["a.txt"]
            assert (failed.outcome, "tried again" in failed.notes[-1]) == ("failed", True)
    assert adding()["a.txt"].outcome == "added"


def test_a_reader_or_a_parser_that_is_there_again_is_used(
    adding: Adder, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled(docs / "p.html", f"<h1>Ferry</h1><p>{STORY}</p>")
    settled(docs / "n.note", STORY)
    known = formats()
    assert isinstance(known, dict)
    monkeypatch.setitem(known, ".note", Format("no_such_reader", plain=True))
    with pytest.MonkeyPatch.context() as patch:

        def refuse(*_: Any, **__: Any) -> None:
            raise OSError(errno.EAGAIN, "Resource temporarily unavailable")

        patch.setattr(subprocess, "Popen", refuse)
        outcomes = adding()
        assert "No parser can be started" in outcomes["p.html"].why
        assert "cannot be loaded" in outcomes["n.note"].why
    monkeypatch.setitem(known, ".note", Format("ingest.readers.text", plain=True))
    outcomes = adding()
    assert (outcomes["p.html"].outcome, outcomes["n.note"].outcome) == ("added", "added")


def test_what_took_too_long_gets_a_second_try_and_no_third(
    adding: Adder, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ingest.passing import DoubtfulTrouble

    tries: list[str] = []
    settled(docs / "slow.html", "<p>Slow.</p>")
    real = Parsers.parse

    def parse(self: Parsers, source: Source, *rest: Any, **more: Any) -> Reading:
        if not source.path.endswith(".html"):
            return real(self, source, *rest, **more)
        tries.append(source.path)
        raise DoubtfulTrouble("It took more than 25 seconds to parse.")

    monkeypatch.setattr(Parsers, "parse", parse)
    for expected in (1, 2, 2, 2):
        assert adding()["slow.html"].outcome == "failed"
        assert len(tries) == expected
    settled(docs / "slow.html", "<p>Slow, and other.</p>")
    adding()
    assert len(tries) == 3


def test_a_file_is_marked_when_a_link_or_a_device_takes_its_place(
    adding: Adder, docs: Path, tmp_path: Path, ledger: Ledger
) -> None:
    (docs / "sub").mkdir()
    settled(docs / "sub" / "c.txt", f"{STORY} In the folder below.")
    settled(docs / "d.txt", f"{STORY} Behind a pipe.")
    adding()
    for name in ("a.txt", "d.txt", "sub"):
        (docs / name).rename(tmp_path / name)
    (docs / "a.txt").symlink_to(tmp_path / "a.txt")
    (docs / "sub").symlink_to(tmp_path / "sub")
    os.mkfifo(docs / "d.txt")
    for _ in range(2):
        outcomes = adding()
        for name, why in (
            ("a.txt", "a link out of the folder"),
            ("d.txt", "not a file but a pipe"),
            ("sub/c.txt", "a link out of the folder"),
        ):
            assert outcomes[name].outcome == "failed", name
            assert why in outcomes[name].why
            assert outcomes[name].notes == ("the earlier version is kept",)
        counts = ledger.counts("default")
        assert (counts.documents, counts.unread) == (4, 3)
        seq = ledger.seq
    adding()
    assert ledger.seq == seq
    for name in ("a.txt", "d.txt", "sub"):
        (docs / name).unlink()
        (tmp_path / name).rename(docs / name)
    assert {one.outcome for one in adding().values()} == {"unchanged"}
    assert ledger.counts("default").unread == 0


def test_a_file_that_left_a_link_behind_is_renamed(adding: Adder, docs: Path) -> None:
    adding()
    (docs / "a.txt").rename(docs / "moved.txt")
    (docs / "a.txt").symlink_to(docs / "moved.txt")
    outcomes = adding()
    assert outcomes["moved.txt"].notes == (f"renamed from {docs / 'a.txt'}",)
    assert outcomes["a.txt"].outcome == "skipped"


def test_a_folder_in_the_place_of_a_file_ends_it(adding: Adder, docs: Path) -> None:
    adding()
    (docs / "a.txt").unlink()
    (docs / "a.txt").mkdir()
    assert adding()["a.txt"].outcome == "removed"


def test_a_library_in_the_folder_is_not_read(docs: Path, tokenizer: Tokenizer) -> None:
    with Ledger(docs / "lib") as ledger:
        ledger.keep_original(STORY.encode(), "upload.txt")
        for name in ("runs/one", "uploads/default"):
            (docs / "lib" / name).mkdir(parents=True)
            (docs / "lib" / name / "x.txt").write_text(STORY)
        (docs / "lib" / "mine.txt").write_text(f"{STORY} It lies beside the library.")
        (docs / "runs").mkdir()
        (docs / "runs" / "y.txt").write_text(f"{STORY} It lies in a folder of that name.")
        found = list(add(ledger, [docs], tokenizer=tokenizer))
        added = {Path(one.source).name for one in found if one.outcome == "added"}
        assert added == {"a.txt", "stays.txt", "mine.txt", "y.txt"}
        whys = {one.source: one.why for one in found if one.outcome == "skipped"}
        assert "library" in whys[str(docs / "lib" / "originals")]
        (upload,) = add(ledger, [docs / "lib" / "uploads" / "default"], tokenizer=tokenizer)
        assert upload.outcome == "added"
        assert "failed" not in {one.outcome for one in add(ledger, [docs], tokenizer=tokenizer)}


def test_what_an_interrupted_file_holds_is_not_called_a_version(
    adding: Adder, docs: Path, ledger: Ledger
) -> None:
    path = str(docs / "a.txt")

    def broken_off() -> Any:
        for number in range(501):
            text = f"Row {number}"
            document = Document("", "", text, text, path, part=str(number))
            yield document, [Passage("", 0, len(text), text, "")]
        raise RuntimeError("the power failed")

    with pytest.raises(RuntimeError):
        ledger.put_file("default", Origin(path, str(docs), "x", 1, 1), broken_off())
    (unread,) = ledger.counts("default").failed
    assert (unread.path, unread.why) == (path, "Its reading was interrupted.")
    (docs / "a.txt").write_text("")
    for _ in range(2):
        failed = adding()["a.txt"]
        assert failed.notes[0] == "what was read of it is kept"
        assert "interrupted" in failed.why
    settled(docs / "a.txt", STORY)
    adding()
    (docs / "a.txt").write_text("")
    assert adding()["a.txt"].notes[0] == "the earlier version is kept"


def test_notes_of_files_in_an_archive_are_told(adding: Adder, docs: Path) -> None:
    (docs / "t.csv").write_text(f'title,text\nA,"{STORY} {STORY}"\nB,\nC,"{STORY}",more\n')
    (docs / "a.zip").write_bytes(packed([("in.csv", (docs / "t.csv").read_bytes())]))
    outcomes = adding()
    assert outcomes["t.csv"].notes
    assert outcomes["a.zip"].notes == tuple(f"in.csv: {one}" for one in outcomes["t.csv"].notes)


class Clock:
    """Time that passes only when something is said to take it."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now


class Timed(Parsers):
    """Parsers for members whose text says how long they take, and whether they can be read."""

    def __init__(self, clock: Clock, members: Sequence[tuple[str, float, float]]) -> None:
        super().__init__(Limits(seconds=5.0))
        self._clock, self._given = clock, members

    def unpack(self, *_: Any, patience: Callable[[], float], **__: Any) -> Any:
        self._clock.now += 100.0  # a busy machine starts a child, and sends it the container
        for number, (suffix, unpacking, parsing) in enumerate(self._given):
            assert patience() > 0
            self._clock.now += unpacking
            yield Member(f"{number}{suffix}", str(parsing).encode())

    def parse(self, source: Source, *_: Any, **__: Any) -> Reading:
        seconds = float(source.data)
        self._clock.now += abs(seconds)
        if seconds < 0:
            raise UnreadableFile("It is broken.")
        return Reading((Document("", "", "t", "text", source.path),))


class AtOnce(ThreadPoolExecutor):
    """Does what it is given before it goes on."""

    def submit(self, what: Callable[..., Any], /, *given: Any, **more: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(what(*given, **more))
        return done


def contained(
    monkeypatch: pytest.MonkeyPatch, members: Sequence[tuple[str, float, float]]
) -> tuple[int, Container]:
    """Return how many documents a container of such members gives, and the container."""
    clock = Clock()
    monkeypatch.setattr(containers, "time", clock)
    content = Content(Source("/a.zip", b"x"), ".zip", 1, 1, "")
    with Timed(clock, members) as parsers, AtOnce(1) as threads:
        box = Container(content, parsers, threads, ContainerLimits(), lambda one: one.result())
        return len(list(box.documents())), box


def test_a_container_is_read_on_while_something_comes_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    good, passed_over = (".txt", 0.0, 0.0), (".mp4", 0.4, 0.0)
    many, box = contained(monkeypatch, [good, *[passed_over] * 8] * 20)
    assert (many, box.findings.unread) == (20, [])
    many, box = contained(monkeypatch, [good, *[passed_over] * 20, good])
    assert (many, "nothing in it could be read" in box.findings.unread[0].why) == (1, True)


def test_slow_members_that_cannot_be_read_are_bounded_in_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    many, box = contained(monkeypatch, [(".txt", 0.0, 0.0), (".txt", 0.0, -4.0)] * 40)
    assert 10 < many < 20
    assert [one for one in box.findings.unread if "cannot be read took" in one.why]
    many, _ = contained(monkeypatch, [(".txt", 0.0, 0.0), (".txt", 0.0, -0.5)] * 200)
    assert many == 200


def test_a_container_with_a_trouble_that_passes_is_opened_again(
    adding: Adder, docs: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ingest.passing import DoubtfulTrouble, PassingTrouble

    trouble: list[UnreadableFile | None] = []
    tries: list[str] = []
    real = Parsers.parse

    def unpack(*_: Any, **__: Any) -> Any:
        yield Member("good.txt", STORY.encode())
        yield Member("bad.txt", f"{STORY} Once more.".encode())

    def parse(self: Parsers, source: Source, *rest: Any, **more: Any) -> Reading:
        if source.path.endswith("bad.txt"):
            tries.append(source.path)
            if trouble[0] is not None:
                raise trouble[0]
        return real(self, source, *rest, **more)

    monkeypatch.setattr(Parsers, "unpack", unpack)
    monkeypatch.setattr(Parsers, "parse", parse)
    (docs / "a.zip").write_bytes(packed([("x.txt", "x")]))
    os.utime(docs / "a.zip", (1e9, 1e9))
    trouble[:] = [PassingTrouble("The disk is ill.")]
    for _ in range(3):
        assert adding()["a.zip!/bad.txt"].outcome == "failed"
    assert len(tries) == 3
    trouble[:] = [DoubtfulTrouble("It took more than 25 seconds to parse.")]
    for expected in (4, 5, 5):
        adding()
        assert len(tries) == expected
    assert ledger.counts("default").unread == 1


def test_a_rename_that_was_interrupted_is_read_under_the_new_settings(
    docs: Path, ledger: Ledger, tokenizer: Tokenizer
) -> None:
    table = f'name,text\nThe ferry,"{STORY}"\n'
    settled(docs / "old.csv", table)

    def run(stop: threading.Event | None = None, **options: Any) -> list[FileOutcome]:
        given = AddOptions(text_column="text", **options)
        return list(add(ledger, [docs], options=given, tokenizer=tokenizer, stop=stop))

    run()
    (docs / "old.csv").rename(docs / "new.csv")
    real = ledger.put_file
    with pytest.MonkeyPatch.context() as patch:

        def die(*given: Any) -> Any:
            if given[1].path.endswith("new.csv"):
                raise KeyboardInterrupt
            return real(*given)

        patch.setattr(ledger, "put_file", die)
        with pytest.raises(KeyboardInterrupt):
            run(title_column="name")
    assert ledger.counts("default").unread == 1
    run(title_column="name")
    (one,) = ledger.origins("default")[str(docs / "new.csv")].document_ids
    document = ledger.document(one)
    assert document is not None
    assert document.title == "The ferry"


class Counted(str):
    """A path that counts how often it is compared with a folder."""

    compared = 0

    def startswith(self, *given: Any) -> bool:
        Counted.compared += 1
        return super().startswith(*given)


def test_work_does_not_grow_with_folders_times_files(
    docs: Path, ledger: Ledger, tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    tops = []
    for number in range(40):
        tops.append(docs / str(number))
        tops[-1].mkdir()
    known = {
        (path := Counted(f"/elsewhere/{number}.txt")): OriginRow(
            *(path, "/elsewhere", "", 1, 1, "", "complete", "", "", ())
        )
        for number in range(500)
    }
    monkeypatch.setattr(ledger, "origins", lambda *_, **__: dict(known))
    Counted.compared = 0
    list(add(ledger, tops, tokenizer=tokenizer))
    assert Counted.compared < 10 * len(known)


def test_for_one_file_the_others_are_not_loaded(
    adding: Adder, docs: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    adding()
    loaded: list[str] = []
    real = ledger.origins

    def origins(*given: Any, **more: Any) -> dict[str, OriginRow]:
        rows = real(*given, **more)
        loaded.extend(rows)
        return rows

    monkeypatch.setattr(ledger, "origins", origins)
    assert adding(docs / "a.txt")["a.txt"].outcome == "unchanged"
    assert loaded == [str(docs / "a.txt")]


def test_files_share_the_text_of_their_settings(adding: Adder, docs: Path, ledger: Ledger) -> None:
    adding()
    rows = list(ledger.origins("default").values())
    assert len({id(row.settings) for row in rows}) == len({id(row.root) for row in rows}) == 1
