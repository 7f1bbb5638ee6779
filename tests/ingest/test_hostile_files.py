"""A campaign: real files, broken in many ways, and each has an outcome in time and memory."""

from __future__ import annotations

import gzip
import io
import random
import resource
import tarfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.folder import add
from ingest.split import Tokenizer
from rag.ledger import Ledger

STORY = "A ferry sank off Varna. At least nine people died, the harbour office said. " * 20
SECONDS, MEGABYTES = 30, 512


def word() -> bytes:
    import docx

    document = docx.Document()
    document.add_heading("The ferry", 1)
    document.add_paragraph(STORY)
    document.add_table(2, 2).cell(0, 0).text = "Nine"
    return saved(document.save)


def slides() -> bytes:
    import pptx

    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text, slide.placeholders[1].text = "The ferry", STORY
    return saved(deck.save)


def sheets() -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    for row in range(30):
        book.active.append([row, "ferry", STORY[:80]])
    return saved(book.save)


def pdf() -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    for line in range(30):
        canvas.drawString(50, 800 - 20 * line, STORY[line : line + 80])
    canvas.save()
    return buffer.getvalue()


def archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in (("a.txt", STORY.encode()), ("b.pdf", pdf()), ("c.docx", word())):
            made.writestr(name, data)
    return buffer.getvalue()


def tape() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as made:
        for name, data in (("a.txt", STORY.encode()), ("b.html", f"<p>{STORY}</p>".encode())):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            made.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def saved(save: Callable[[io.BytesIO], None]) -> bytes:
    buffer = io.BytesIO()
    save(buffer)
    return buffer.getvalue()


MAKERS: dict[str, Callable[[], bytes]] = {
    ".docx": word,
    ".pptx": slides,
    ".xlsx": sheets,
    ".pdf": pdf,
    ".zip": archive,
    ".tar.gz": tape,
    ".txt.gz": lambda: gzip.compress(STORY.encode()),
    ".html": lambda: f"<html><body><h1>T</h1><p>{STORY}</p></body></html>".encode(),
    ".csv": lambda: f'id,text\n1,"{STORY}"\n2,"{STORY}"\n'.encode(),
    ".txt": STORY.encode,
    ".eml": lambda: f"From: a@b.example\nSubject: The ferry\n\n{STORY}".encode(),
    ".rtf": lambda: rf"{{\rtf1\ansi {STORY}}}".encode(),
    ".ipynb": lambda: b'{"cells": [{"cell_type": "markdown", "source": ["# T"]}], "nbformat": 4}',
}


def broken(data: bytes, chance: random.Random) -> bytes:
    """Return the data with something wrong: cut, turned, doubled, emptied or put together anew."""
    made = bytearray(data)
    match chance.randrange(6):
        case 0:
            del made[chance.randrange(len(made)) :]
        case 1:
            for _ in range(1 + len(made) // 500):
                made[chance.randrange(len(made))] = chance.randrange(256)
        case 2:
            at = chance.randrange(len(made))
            made[at:at] = made[: chance.randrange(len(made))]
        case 3:
            at = chance.randrange(len(made))
            made[at : at + 1000] = bytes(min(1000, len(made) - at))
        case 4:
            for _ in range(5):
                at = chance.randrange(max(1, len(made) - 4))
                made[at : at + 4] = chance.choice(
                    [b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff"]
                )
        case 5:
            del made[: chance.randrange(len(made))]
    return bytes(made)


@pytest.mark.slow
@pytest.mark.parametrize("suffix", sorted(MAKERS))
def test_every_broken_file_has_an_outcome(
    suffix: str, ledger: Ledger, tmp_path: Path, tokenizer: Tokenizer
) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    chance = random.Random(suffix)
    whole = MAKERS[suffix]()
    (folder / f"whole{suffix}").write_bytes(whole)
    for number in range(30):
        (folder / f"broken{number}{suffix}").write_bytes(broken(whole, chance))
    seen = set()
    began = time.monotonic()
    for outcome in add(ledger, [folder], tokenizer=tokenizer):
        assert time.monotonic() - began < SECONDS, outcome
        began = time.monotonic()
        seen.add(outcome.source.partition("!/")[0])
        if outcome.outcome == "added":
            assert outcome.documents
            assert outcome.passages
        else:
            assert outcome.why, outcome
    assert len(seen) == 31
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    assert children * 1024 < MEGABYTES * 1_000_000
