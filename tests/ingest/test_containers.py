"""Files inside files: each is read, or has an outcome of its own, and none costs another."""

from __future__ import annotations

import io
import os
import tarfile
import zipfile
from collections.abc import Iterator, Sequence
from email.message import EmailMessage
from pathlib import Path

import pytest

from ingest.folder import AddOptions, add
from ingest.readers import Format, formats
from ingest.split import Tokenizer
from rag.ledger import Ledger
from rag.types import Document, FileOutcome

STORY = "A ferry sank off Varna. At least nine people died, the harbour office said. " * 3
BROKEN = b"%PDF-1.7 and nothing else"


def packed(files: Sequence[tuple[str, str | bytes]]) -> bytes:
    """Return a zip archive of these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return buffer.getvalue()


def story(number: int) -> str:
    return f"Ferry {number}\n\n{STORY} It was ferry number {number}."


class Library:
    def __init__(self, ledger: Ledger, folder: Path, tokenizer: Tokenizer) -> None:
        self.ledger, self.folder, self.tokenizer = ledger, folder, tokenizer

    def add(self, **options: object) -> dict[str, FileOutcome]:
        """Add the folder; return the outcomes by what comes after it in their source."""
        given = AddOptions(**options)  # type: ignore[arg-type]
        found = add(self.ledger, [self.folder], options=given, tokenizer=self.tokenizer)
        return {one.source.removeprefix(f"{self.folder}/"): one for one in found}

    def documents(self) -> dict[str, Document]:
        found = {}
        for row in self.ledger.origins("default").values():
            for one in row.document_ids:
                document = self.ledger.document(one)
                assert document is not None
                assert self.ledger.passages_of(one), document.part
                found[document.source.removeprefix(f"{self.folder}/")] = document
        return found


@pytest.fixture
def library(ledger: Ledger, tmp_path: Path, tokenizer: Tokenizer) -> Library:
    folder = tmp_path / "docs"
    folder.mkdir()
    return Library(ledger, folder, tokenizer)


def test_every_file_of_an_archive_is_a_document_or_has_a_reason(library: Library) -> None:
    inner = packed([("x.txt", story(3)), ("broken.pdf", BROKEN)])
    rows = f'id,text\n1,"{story(4)}"\n2,"{story(5)}"\n'
    (library.folder / "a.zip").write_bytes(
        packed(
            [
                ("sub/b.txt", story(1)),
                ("page.html", f"<h1>Two</h1><p>{story(2)}</p>"),
                ("inner.zip", inner),
                ("t.csv", rows),
                ("film.mp4", "x"),
                ("empty.txt", ""),
                ("README", story(6)),
            ]
        )
    )
    outcomes = library.add()
    assert (outcomes["a.zip"].outcome, outcomes["a.zip"].documents) == ("added", 6)
    found = library.documents()
    assert {source: document.part for source, document in found.items()} == {
        "a.zip!/sub/b.txt": "sub/b.txt",
        "a.zip!/page.html": "page.html",
        "a.zip!/inner.zip!/x.txt": "inner.zip!/x.txt",
        "a.zip!/t.csv": found["a.zip!/t.csv"].part,
        "a.zip!/README": "README",
    }
    assert found["a.zip!/t.csv"].part.startswith("t.csv#")
    assert outcomes["a.zip!/inner.zip!/broken.pdf"].outcome == "failed"
    assert outcomes["a.zip!/film.mp4"].why == "no reader for .mp4"
    assert outcomes["a.zip!/empty.txt"].why == "it is empty"
    again = library.add()
    assert (again["a.zip"].outcome, again["a.zip"].documents) == ("unchanged", 6)
    assert again["a.zip!/inner.zip!/broken.pdf"].outcome == "failed"
    assert library.documents() == found


def test_what_cannot_be_read_is_counted_and_forgotten_when_it_can(library: Library) -> None:
    archive = library.folder / "a.zip"
    archive.write_bytes(packed([("good.txt", story(1)), ("later.html", story(2))]))
    library.add()
    first = library.documents()
    archive.write_bytes(packed([("good.txt", story(1)), ("later.html", BROKEN)]))
    outcomes = library.add()
    assert outcomes["a.zip!/later.html"].outcome == "failed"
    counts = library.ledger.counts("default")
    assert counts.unread == 1
    assert [one.path for one in counts.failed] == [f"{archive}!/later.html"]
    # What was read of it before is kept, as for a file of the folder.
    assert library.documents() == first
    archive.write_bytes(packed([("good.txt", story(1)), ("later.html", story(3))]))
    outcomes = library.add()
    assert [*outcomes] == ["a.zip"]
    assert library.ledger.counts("default").unread == 0
    now = library.documents()
    assert now["a.zip!/later.html"].id == first["a.zip!/later.html"].id
    archive.write_bytes(packed([("good.txt", story(1))]))
    library.add()
    assert [*library.documents()] == ["a.zip!/good.txt"]
    archive.write_bytes(packed([("good.txt", story(1)), ("bad.html", BROKEN)]))
    library.add()
    archive.unlink()
    (library.folder / "b.txt").write_text(story(9))
    library.add()
    assert library.ledger.counts("default").unread == 0


def test_nothing_is_added_of_an_archive_without_a_text(library: Library) -> None:
    for name, files in {
        "films.zip": [("a.mp4", "x"), ("b.mp4", "x")],
        "empty.zip": [],
        "broken.zip": [("a.pdf", BROKEN)],
        "blank.zip": [("a.txt", " \n\t"), ("b.html", "<p> </p>")],
    }.items():
        (library.folder / name).write_bytes(packed(files))
    (library.folder / "no.zip").write_bytes(b"PK\x03\x04 is no archive")
    for outcomes in (library.add(), library.add()):
        kinds = {name: outcomes[name].outcome for name in outcomes if "!/" not in name}
        assert kinds == {
            "films.zip": "skipped",
            "empty.zip": "skipped",
            "blank.zip": "skipped",
            "broken.zip": "failed",
            "no.zip": "failed",
        }
        assert all(one.why for one in outcomes.values())
    counts = library.ledger.counts("default")
    assert (counts.documents, counts.unread) == (0, 2)


def test_archives_are_opened_three_deep(library: Library) -> None:
    data = packed([("deepest.txt", story(9))])
    for depth in (3, 2, 1):
        data = packed([(f"{depth}.txt", story(depth)), ("in.zip", data)])
    (library.folder / "a.zip").write_bytes(data)
    outcomes = library.add()
    assert outcomes["a.zip"].documents == 3
    assert "more than 3 deep" in outcomes["a.zip!/in.zip!/in.zip!/in.zip"].why


def test_an_archive_in_itself_ends(library: Library) -> None:
    """A zip whose entry is a zip with the same entry, as the quine archives are."""
    data = packed([("note.txt", story(1))])
    for _ in range(40):
        data = packed([("r.zip", data)])
    (library.folder / "r.zip").write_bytes(data)
    outcomes = library.add()
    assert outcomes["r.zip"].outcome == "failed"


def test_the_limits_of_a_container(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    (library.folder / "a.zip").write_bytes(packed([(f"{n}.txt", story(n)) for n in range(5)]))
    outcomes = library.add(max_members=3)
    assert outcomes["a.zip"].documents == 3
    assert "more than 3 files" in outcomes["a.zip!/*"].why
    # Other limits, and it is read again, what it holds beyond them as well.
    (library.folder / "a.zip").touch()
    assert library.add()["a.zip"].documents in (2, 3)
    assert len(library.documents()) == 5
    (library.folder / "big.zip").write_bytes(
        packed([(f"{n}.txt", STORY * 4000 + str(n)) for n in range(3)])
    )
    outcomes = library.add(max_unpacked_mb=2)
    assert outcomes["big.zip"].documents == 2
    assert "more than 2 MB" in outcomes["big.zip!/*"].why


def test_a_renamed_archive_keeps_its_documents(library: Library) -> None:
    (library.folder / "a.zip").write_bytes(packed([("x.txt", story(1)), ("y.txt", story(2))]))
    library.add()
    before = library.documents()
    (library.folder / "a.zip").rename(library.folder / "b.zip")
    outcomes = library.add()
    assert outcomes["b.zip"].notes[0].startswith("renamed from")
    after = library.documents()
    assert [*after] == ["b.zip!/x.txt", "b.zip!/y.txt"]
    assert {one.id for one in after.values()} == {one.id for one in before.values()}


def test_names_inside_an_archive_open_nothing(library: Library) -> None:
    names = ["../../up.txt", "/etc/passwd.txt", "a\u202etxt.exe.txt", "new\nline.txt", "x" * 3000]
    with tarfile.open(library.folder / "a.tar", "w") as archive:
        for number, name in enumerate(names):
            data = story(number).encode()
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        link = tarfile.TarInfo("link.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/hostname"
        archive.addfile(link)
    before = {*library.folder.parent.rglob("*")}
    outcomes = library.add()
    assert outcomes["a.tar"].outcome == "added"
    assert all(one.why for name, one in outcomes.items() if name != "a.tar")
    made = {*library.folder.parent.rglob("*")} - before
    assert not [path for path in made if "library" not in path.parts]
    for document in library.documents().values():
        assert document.source.startswith(f"{library.folder}/a.tar!/")


def test_a_message_is_read_with_what_is_attached(library: Library) -> None:
    message = EmailMessage()
    message["From"], message["To"] = "Harbour Office <office@harbour.example>", "press@news.example"
    message["Subject"], message["Date"] = "The ferry", "Tue, 04 Apr 2017 10:00:00 +0000"
    message.set_content(story(1))
    message.add_attachment(story(2).encode(), "text", "plain", filename="list.txt")
    message.add_attachment(BROKEN, "application", "pdf", filename="map.pdf")
    (library.folder / "m.eml").write_bytes(message.as_bytes())
    (library.folder / "mails.zip").write_bytes(packed([("in/m.eml", message.as_bytes())]))
    outcomes = library.add()
    assert outcomes["m.eml"].documents == 2
    assert outcomes["m.eml!/map.pdf"].outcome == "failed"
    assert outcomes["mails.zip!/in/m.eml!/map.pdf"].outcome == "failed"
    assert {*library.documents()} == {
        "m.eml",
        "m.eml!/list.txt",
        "mails.zip!/in/m.eml",
        "mails.zip!/in/m.eml!/list.txt",
    }


FAULTY = """
import ctypes, time
from ingest.readers import Member, Reading
from rag.types import Document

def read(source):
    if source.data == b"crash":
        ctypes.string_at(0)
    if source.data == b"hang":
        time.sleep(600)
    text = source.data.decode()
    return Reading((Document("", "", "t", text, source.path),))

def unpack(source):
    for number, word in enumerate(source.data.decode().split()):
        if word == "die":
            ctypes.string_at(0)
        yield Member(f"{number}.faulty", word.encode())
"""


@pytest.fixture
def faulty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two formats more: one whose reader does what a file says, and a container of such files."""
    (tmp_path / "faulty_members_for_tests.py").write_text(FAULTY)
    monkeypatch.syspath_prepend(str(tmp_path))
    known = formats()
    assert isinstance(known, dict)
    monkeypatch.setitem(known, ".faulty", Format("faulty_members_for_tests"))
    form = Format("faulty_members_for_tests", reads=False, unpacks=True)
    monkeypatch.setitem(known, ".box", form)
    yield


@pytest.mark.usefixtures("faulty")
def test_a_crash_costs_one_member(library: Library) -> None:
    (library.folder / "a.box").write_text("one crash two crash three")
    outcomes = library.add()
    assert outcomes["a.box"].documents == 3
    assert {name for name, one in outcomes.items() if "crashed" in one.why} == {
        "a.box!/1.faulty",
        "a.box!/3.faulty",
    }


@pytest.mark.usefixtures("faulty")
def test_what_came_before_a_crash_of_the_container_stays(library: Library) -> None:
    (library.folder / "a.box").write_text("one two die three")
    outcomes = library.add()
    assert outcomes["a.box"].documents == 2
    assert "crashed" in outcomes["a.box!/*"].why
    (library.folder / "b.box").write_text("die")
    outcomes = library.add()
    assert (outcomes["b.box"].outcome, outcomes["a.box"].outcome) == ("failed", "unchanged")


@pytest.mark.usefixtures("faulty")
def test_members_that_hang_cannot_hold_up_the_rest_without_end(library: Library) -> None:
    (library.folder / "a.box").write_text("one " + "hang " * 50 + "two")
    outcomes = library.add(parse_seconds=1.5)
    assert outcomes["a.box"].documents == 1
    assert "nothing in it could be read" in outcomes["a.box!/*"].why
    assert len(outcomes) < 12


@pytest.mark.slow
def test_memory_is_flat_in_the_size_of_an_archive(library: Library, tmp_path: Path) -> None:
    """Twenty times the members take at most a little more memory, in a process of its own."""
    import subprocess
    import sys

    peaks = []
    for many in (3, 60):
        folder = tmp_path / f"of-{many}"
        folder.mkdir()
        with zipfile.ZipFile(folder / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(many):
                comment = os.urandom(500_000).hex()
                archive.writestr(f"{number}.html", f"<!-- {comment} --><p>{story(number)}</p>")
        code = (
            "import resource\nfrom pathlib import Path\nfrom ingest.folder import add\n"
            "from rag.ledger import Ledger\n"
            f"ledger = Ledger(Path({str(folder / 'library')!r}))\n"
            f"found = list(add(ledger, [Path({str(folder / 'a.zip')!r})]))\n"
            f"assert found[0].documents == {many}, found\n"
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
        peaks.append(int(done.stdout))
    assert peaks[1] < peaks[0] + 60_000
