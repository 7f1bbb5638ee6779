"""Hostile files and folders: nothing but the file is read, and everything has an outcome."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.folder import add
from ingest.parse import Limits, Parsers
from ingest.readers import Format, Source
from ingest.split import Tokenizer, split
from ingest.walk import Found, LeftOut, walk
from rag.citations import place_of
from rag.english.words import index_text
from rag.ledger import Ledger
from rag.types import Document, FileOutcome

CANARY = "xyzzyplughcanary"
STORY = "A ferry sank off Varna. At least nine people died, the harbour office said. " * 3

PROBE = """
import ctypes, os, socket, subprocess
from ingest.readers import Reading
from rag.types import Document

C = ctypes.CDLL(None, use_errno=True)

def refused(act):
    try:
        return act() == -1
    except Exception:
        return True

def read(source):
    secret, folder = source.data.decode().split("\\n")
    name = secret.encode()
    tried = {
        "open": lambda: open(secret).read(),
        "open in C": lambda: C.open(name, 0),
        "list": lambda: os.listdir(folder),
        "scan": lambda: list(os.scandir(folder)),
        "write": lambda: open(secret + ".new", "w"),
        "write in C": lambda: C.open(name + b".new", os.O_CREAT | os.O_RDWR, 0o600),
        "append in C": lambda: C.open(name, os.O_APPEND | os.O_WRONLY),
        "remove in C": lambda: C.unlink(name),
        "rename in C": lambda: C.rename(name, name + b".new"),
        "folder in C": lambda: C.mkdir(name + b".new", 0o700),
        "link in C": lambda: C.symlink(name, name + b".new"),
        "socket": lambda: socket.socket(),
        "socket in C": lambda: C.socket(2, 1, 0),
        "run": lambda: subprocess.run(["true"]),
        "environment of another": lambda: open(f"/proc/{os.getppid()}/environ").read(),
        "its own memory": lambda: open("/proc/self/mem", "rb").read(1),
    }
    done = [what for what, act in tried.items() if not refused(act)]
    assert open(os.__file__).read(), "Python's own files can be read"
    return Reading((Document("", "", "done", ", ".join(done) or "nothing", "s"),))
"""


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "home" / "secret.txt"
    path.parent.mkdir()
    path.write_text(f"{CANARY} is the password.")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "docs"
    path.mkdir()
    return path


def has_landlock() -> bool:
    import ctypes

    return os.uname().sysname == "Linux" and ctypes.CDLL(None).syscall(444, None, 0, 1) > 0


def test_a_parser_reaches_its_own_file_alone(
    secret: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modules = tmp_path / "modules"
    modules.mkdir()
    (modules / "probe_reader_for_tests.py").write_text(PROBE)
    monkeypatch.syspath_prepend(str(modules))
    with Parsers(Limits(), {".probe": Format("probe_reader_for_tests")}) as parsers:
        asked = f"{secret}\n{secret.parent}".encode()
        reading = parsers.parse(Source("s", asked), ".probe")
    done = {*reading.documents[0].text.split(", ")} - {"nothing"}
    in_c = {what for what in done if what.endswith("in C")}
    assert not done - in_c
    if has_landlock():
        assert not in_c
    assert CANARY in secret.read_text()
    assert [*secret.parent.iterdir()] == [secret]


def package(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def entity(secret: Path) -> str:
    return f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'


def word(document: str) -> bytes:
    kinds = "http://schemas.openxmlformats.org/package/2006"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    return package(
        {
            "[Content_Types].xml": f'<Types xmlns="{kinds}/content-types"><Default Extension="rels"'
            ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override'
            f' PartName="/word/document.xml" ContentType="{main}"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{kinds}/relationships"><Relationship Id="r1"'
            f' Type="{office}" Target="word/document.xml"/></Relationships>',
            "word/document.xml": document,
        }
    )


def paragraphs(*texts: str) -> str:
    name = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in texts)
    return f'<w:document xmlns:w="{name}"><w:body>{body}</w:body></w:document>'


def content(*texts: str) -> str:
    body = "".join(f"<text:p>{text}</text:p>" for text in texts)
    office = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
    text = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
    return (
        f'<office:document-content xmlns:office="{office}" xmlns:text="{text}"><office:body>'
        f"<office:text>{body}</office:text></office:body></office:document-content>"
    )


def everything(ledger: Ledger) -> Iterator[Document]:
    for row in ledger.origins("default").values():
        for one in row.document_ids:
            document = ledger.document(one)
            assert document is not None
            yield document


def by_name(outcomes: list[FileOutcome]) -> dict[str, FileOutcome]:
    return {Path(one.source).name: one for one in outcomes}


def test_no_document_draws_another_file_in(
    ledger: Ledger, folder: Path, secret: Path, tokenizer: Tokenizer
) -> None:
    doctype = entity(secret)
    (folder / "a.docx").write_bytes(word(doctype + paragraphs(STORY, "&x;")))
    mimetype = "application/vnd.oasis.opendocument.text"
    (folder / "b.odt").write_bytes(
        package({"mimetype": mimetype, "content.xml": doctype + content(STORY, "&x;")})
    )
    (folder / "c.rst").write_text(
        f"Title\n=====\n\n{STORY}\n\n.. include:: {secret}\n\n.. raw:: html\n   :file: {secret}\n\n"
        f".. csv-table:: T\n   :file: {secret}\n\n.. literalinclude:: {secret}\n\n{STORY}\n"
    )
    (folder / "d.html").write_text(
        f"{doctype}<html><body><h1>T</h1><p>{STORY}&x;</p><iframe src='{secret.as_uri()}'></iframe>"
        f"<!--#include file='{secret}' --><object data='{secret.as_uri()}'></object></body></html>"
    )
    (folder / "e.xhtml").write_text(
        f"{doctype}<html xmlns='http://www.w3.org/1999/xhtml'><body><p>{STORY}&x;</p></body></html>"
    )
    (folder / "f.md").write_text(
        f"# T\n\n{STORY}\n\n![x]({secret.as_uri()})\n\n{{{{< {secret} >}}}}"
    )
    (folder / "g.svg").write_text(f"{doctype}<svg><text>{STORY}&x;</text></svg>")
    (folder / "h.rtf").write_text(
        r"{\rtf1 " + STORY + r"{\field{\*\fldinst INCLUDETEXT " + str(secret) + "}}}"
    )
    outcomes = by_name(list(add(ledger, [folder], tokenizer=tokenizer)))
    assert len(outcomes) == 8
    assert sum(one.outcome == "added" for one in outcomes.values()) >= 5
    for document in everything(ledger):
        assert CANARY not in document.text, document.source
        assert CANARY not in str(document.metadata), document.source


def test_entities_do_not_grow(ledger: Ledger, folder: Path, tokenizer: Tokenizer) -> None:
    laughs = '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "ha ha ha ha ">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
    )
    (folder / "a.docx").write_bytes(word(f"{laughs}]>{paragraphs('&j;')}"))
    mimetype = "application/vnd.oasis.opendocument.text"
    (folder / "b.odt").write_bytes(
        package({"mimetype": mimetype, "content.xml": f"{laughs}]>{content('&j;')}"})
    )
    (folder / "c.xhtml").write_text(f"{laughs}]><html><body><p>&j;</p></body></html>")
    (folder / "d.txt").write_text(STORY)
    outcomes = by_name(list(add(ledger, [folder], tokenizer=tokenizer)))
    assert len(outcomes) == 4
    assert outcomes["d.txt"].outcome == "added"
    for document in everything(ledger):
        assert len(document.text) < 100_000


def test_strange_folders_are_walked_to_the_end(folder: Path) -> None:
    deep = folder
    handle = os.open(deep, os.O_RDONLY)
    for _ in range(2_100):  # far longer than a path may be
        os.mkdir("d", dir_fd=handle)
        below = os.open("d", os.O_RDONLY, dir_fd=handle)
        os.close(handle)
        handle = below
    os.close(handle)
    (folder / "loop").symlink_to(folder)
    (folder / "self").symlink_to(folder / "self")
    (folder / "Twin.txt").write_text("one")
    (folder / "twin.TXT").write_text("two")
    for number in range(30):
        (folder / f".hidden{number}").write_text("x")
    found = list(walk(folder))
    files = [one.path for one in found if isinstance(one, Found)]
    assert files == [str(folder / "Twin.txt"), str(folder / "twin.TXT")]
    left = [one for one in found if isinstance(one, LeftOut)]
    assert [one.why for one in left if "hidden" in one.why] == ["30 hidden files and folders in it"]
    (too_deep,) = [one for one in left if one.failed]
    assert "too long" in too_deep.why
    assert len(left) == 4
    subprocess.run(["rm", "-rf", str(folder)], check=True)  # too deep for shutil


def test_a_file_that_vanishes_or_grows_has_an_outcome(
    ledger: Ledger, folder: Path, tokenizer: Tokenizer
) -> None:
    for name in "abc":
        (folder / f"{name}.txt").write_text(f"Report {name}\n\n{STORY}")
    found = {}
    for one in add(ledger, [folder], tokenizer=tokenizer, progress=lambda *_: None):
        found[Path(one.source).name] = one
        if len(found) == 1:
            (folder / "c.txt").unlink(missing_ok=True)
    assert found["a.txt"].outcome == "added"
    # It was opened before, or it is gone: both are true outcomes.
    assert found["c.txt"].outcome in {"added", "skipped"}
    grown = folder / "grows.txt"
    grown.write_text(STORY)
    stop = threading.Event()

    def write() -> None:
        with open(grown, "a", encoding="utf-8") as file:
            while not stop.wait(0.001):
                file.write("More came in. " * 50)
                file.flush()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        outcomes = by_name(list(add(ledger, [folder], tokenizer=tokenizer)))
    finally:
        stop.set()
        writer.join()
    assert outcomes["grows.txt"].outcome == "added"
    outcomes = by_name(list(add(ledger, [folder], tokenizer=tokenizer)))
    assert outcomes["grows.txt"].outcome == "updated"
    (text,) = [one.text for one in everything(ledger) if one.source == str(grown)]
    assert text == grown.read_text()


def test_files_without_an_ending_are_text_or_nothing(
    ledger: Ledger, folder: Path, tokenizer: Tokenizer
) -> None:
    (folder / "README").write_text(STORY)
    (folder / "program").write_bytes(b"\x7fELF\x00\x01" * 1000)
    (folder / "latin").write_bytes("Möwe ".encode("latin-1") * 50)
    for _ in range(2):
        outcomes = by_name(list(add(ledger, [folder], tokenizer=tokenizer)))
        assert outcomes["program"].outcome == outcomes["latin"].outcome == "skipped"
        assert "no text in UTF-8" in outcomes["program"].why
    assert outcomes["README"].outcome == "unchanged"


def test_a_large_file_is_sent_to_its_child_in_pieces(
    ledger: Ledger, folder: Path, tokenizer: Tokenizer
) -> None:
    page = folder / "a.html"
    page.write_text(
        f"<html><body><h1>T</h1><!-- {'-x' * 5_000_000} --><p>{STORY}</p></body></html>"
    )
    assert by_name(list(add(ledger, [folder], tokenizer=tokenizer)))["a.html"].outcome == "added"
    row = ledger.origins("default")[str(page)]
    assert row.file_sha256 == hashlib.sha256(page.read_bytes()).hexdigest()
    os.utime(page, ns=(1, 1))
    again = by_name(list(add(ledger, [folder], tokenizer=tokenizer)))
    assert again["a.html"].outcome == "unchanged"
    page.rename(folder / "a.pdf")
    assert "is a web page" in by_name(list(add(ledger, [folder])))["a.pdf"].why


@pytest.mark.parametrize(
    "unit", ["a", "😀", "北", " \u2003" * 40 + "x", "e\u0301", "\u200b", "word\n" * 30, "A. "]
)
def test_no_passage_grows_without_bound(unit: str, tokenizer: Tokenizer) -> None:
    text = (unit * 100_000)[:100_000] + " The end."
    document = Document("d", "", "T", text, "s")
    passages = split(document, tokenizer=tokenizer)
    assert passages[-1].text.endswith("The end.")
    assert max(len(one.text) for one in passages) < 40_000
    for one in passages:
        assert text[one.start : one.end] == one.text


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("The fer\u200bry sank.", "ferry"),
        ("The fer\u00adry sank.", "ferry"),
        ("The f\u2060e\ufeffrry sank.", "ferry"),
        ("The fer\U000e0041ry sank.", "ferry"),
        ("There were 1\u200b00 people.", "100"),
        ("The \u202eyrref\u202c or ferry sank.", "ferry"),
    ],
)
def test_words_with_invisible_characters_are_found_and_flagged(
    ledger: Ledger, folder: Path, tokenizer: Tokenizer, words: str, found: str
) -> None:
    (folder / "a.txt").write_text(f"{words} {STORY.replace('ferry', 'ship')}")
    list(add(ledger, [folder], tokenizer=tokenizer))
    (document,) = everything(ledger)
    assert words in document.text
    assert "invisible_characters" in document.flags
    assert place_of(document, 0, len(words)).hidden == "invisible characters"
    assert place_of(document, len(words) + 1, len(document.text)).hidden == ""
    assert len(ledger.word_hits([index_text(found).split()], "default", None, 10)) == 1
