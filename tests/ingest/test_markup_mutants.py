"""Damaged files under every ending that Vouch reads: text, or the reason why there is none.

``mutants`` makes them from small whole files: bytes flipped, cut, doubled, spliced with files of
other formats, and noise. A few run always, the campaign is slow.
"""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import random
import resource
import tarfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from email.message import EmailMessage

import docx
import openpyxl
import pptx
import pytest
from reportlab.pdfgen.canvas import Canvas as PdfCanvas

from ingest.limits import Limits
from ingest.parse import Parsers
from ingest.readers import FORMATS, Member, Reading, Source
from rag.errors import UnreadableFile

STORY = "A ferry sank off Varna on Tuesday, and at least nine people died. " * 4


def seeds() -> dict[str, bytes]:
    """Return a small whole file for each family of formats, by its ending."""
    page = (
        f'<html lang="en"><head><meta charset="utf-8"><style>.a{{display:none}}</style></head>'
        f'<body><h1>Ferry é</h1><!-- c --><p>{STORY}</p><p class="a">{STORY}</p><table><tr>'
        "<th>Town</th><th>Dead</th></tr><tr><td>Varna</td><td>9</td></tr></table></body></html>"
    )
    message = EmailMessage()
    message["From"], message["Subject"], message["Date"] = "a@b.org", "Ferry – é", "5 Apr 2017"
    message.set_content(STORY + "é")
    message.add_alternative(page, subtype="html")
    message.add_attachment(page, subtype="html", filename="é.html")
    cells = [{"cell_type": "markdown", "source": "# T"}, {"cell_type": "code", "source": "x"}]
    out = {name: io.BytesIO() for name in ("docx", "xlsx", "pptx", "pdf", "zip", "epub")}
    word = docx.Document()
    word.add_paragraph(STORY)
    word.save(out["docx"])
    sheets = openpyxl.Workbook()
    sheets.active.append(["Town", "Dead"])  # type: ignore[union-attr]
    sheets.save(out["xlsx"])
    slides = pptx.Presentation()
    slides.slides.add_slide(slides.slide_layouts[5]).shapes.title.text = STORY  # type: ignore[union-attr]
    slides.save(out["pptx"])  # type: ignore[arg-type]
    canvas = PdfCanvas(out["pdf"])
    canvas.drawString(72, 700, STORY[:80])
    canvas.save()
    with zipfile.ZipFile(out["zip"], "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/é.html", page)
        archive.writestr("b.txt", STORY)
    with zipfile.ZipFile(out["epub"], "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        archive.writestr(
            "META-INF/container.xml", '<container><rootfile full-path="b.opf"/></container>'
        )
        archive.writestr(
            "b.opf",
            '<package><manifest><item id="a" href="a.xhtml" media-type="text/html"/></manifest>'
            '<spine><itemref idref="a"/></spine></package>',
        )
        archive.writestr("a.xhtml", page)
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as archive:
        info = tarfile.TarInfo("a.txt")
        info.size = len(STORY)
        archive.addfile(info, io.BytesIO(STORY.encode()))
    odt = io.BytesIO()
    with zipfile.ZipFile(odt, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr(
            "content.xml",
            '<o:document-content xmlns:o="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
            f'xmlns:t="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><o:body><o:text><t:p>{STORY}</t:p>'
            "</o:text></o:body></o:document-content>",
        )
    mail = message.as_bytes()
    made: dict[str, bytes] = {
        ".txt": f"Ferry é\n\n{STORY}".encode(),
        ".md": f"---\ntitle: T\n---\n# T\n\n{STORY}\n\n| a | b |\n|---|---|\n| 1 | 2 |\n".encode(),
        ".rst": f"T\n=\n\n{STORY}\n\n.. note:: x\n\n- b :ref:`c`\n\n== ==\na  b\n== ==\n".encode(),
        ".html": page.encode(),
        ".csv": f'title,text\nFerry,"{STORY}"\n'.encode(),
        ".jsonl": f'{{"text": "{STORY}", "n": 1}}\n{{"text": "{STORY}"}}\n'.encode(),
        ".ipynb": json.dumps({"cells": cells}).encode(),
        ".py": b"def f():\n    return 1\n",
        ".rtf": b"{\\rtf1\\ansi\\b Ferry\\b0\\par A ferry sank.\\par}",
        ".eml": mail,
        ".mhtml": mail,
        ".mbox": b"From a Wed Apr  5 10:00:00 2017\n" + mail + b"\n",
        ".tar": tar.getvalue(),
        ".gz": gzip.compress(STORY.encode()),
        ".tar.gz": gzip.compress(tar.getvalue()),
        ".bz2": bz2.compress(STORY.encode()),
        ".xz": lzma.compress(STORY.encode()),
        ".odt": odt.getvalue(),
        ".doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500),
    }
    return made | {f".{name}": file.getvalue() for name, file in out.items()}


def mutants(count: int, seed: int = 0) -> Iterator[tuple[str, bytes]]:
    """Yield damaged files, each with an ending; every ending of the table comes in turn."""
    dice = random.Random(seed)  # noqa: S311
    whole = seeds()
    endings = sorted(FORMATS)
    by_module = {FORMATS[suffix].module: data for suffix, data in whole.items()}
    for number in range(count):
        suffix = endings[number % len(endings)]
        own = whole.get(suffix) or by_module[FORMATS[suffix].module]
        if dice.random() < 0.1:
            own = whole[dice.choice(sorted(whole))]
        kind = dice.randrange(6)
        data = bytearray(own)
        if kind == 0:
            for _ in range(dice.randint(1, 30)):
                data[dice.randrange(len(data))] = dice.randrange(256)
        elif kind == 1:
            data = data[: dice.randrange(len(data))]
        elif kind == 2:
            other = whole[dice.choice(sorted(whole))]
            data = data[: dice.randrange(len(data))] + other[dice.randrange(len(other)) :]
        elif kind == 3:
            data = bytearray(dice.randbytes(dice.randint(1, 3000)))
        elif kind == 4:
            at, length = dice.randrange(len(data)), dice.randint(1, 200)
            data[at:at] = data[at : at + length] * dice.randint(1, 2000)
        else:
            at = dice.randrange(len(data))
            del data[at : at + dice.randint(1, 60)]
        yield suffix, bytes(data)


def check(reading: Reading) -> str:
    """Return what a reading gave, and hold it to what every reading must keep."""
    for document in reading.documents:
        document.text.encode()
        assert "\x00" not in document.text
        assert document.title.strip()
        for span in document.spans:
            assert 0 <= span.start < span.end <= len(document.text)
    return "text" if any(document.text.strip() for document in reading.documents) else "nothing"


def run(parsers: Parsers, suffix: str, data: bytes) -> Counter[str]:
    """Return how often a file gave text, nothing, or a reason why not, and its members as well."""
    outcomes: Counter[str] = Counter()
    form = FORMATS[suffix]
    source = Source(f"/f/a{suffix}", data)
    try:
        if form.reads:
            outcomes[check(parsers.parse(source, suffix))] += 1
        if form.unpacks:
            for member in parsers.unpack(source, suffix):
                assert isinstance(member, Member)
                assert member.data or member.why or not member.data
                outcomes["left out" if member.why else "member"] += 1
    except UnreadableFile as error:
        assert error.message
        outcomes[reason(error.message)] += 1
    return outcomes


def reason(message: str) -> str:
    """Return the kind of a reason: one that a reader gives, or one for what it did not foresee."""
    for words in ("It could not be parsed", "The parser", "It took more than", "cannot be loaded"):
        if words in message:
            return message
    return "refused"


def unforeseen(outcomes: Counter[str]) -> list[str]:
    known = {"text", "nothing", "member", "left out", "refused"}
    return [words for words in outcomes if words not in known]


def test_some_mutants_give_text_or_a_reason() -> None:
    outcomes: Counter[str] = Counter()
    with Parsers(Limits()) as parsers:
        for suffix, data in mutants(len(FORMATS), seed=1):
            outcomes += run(parsers, suffix, data)
    assert outcomes["text"] > 10
    assert outcomes["refused"] > 10
    assert [words for words in unforeseen(outcomes) if "loaded" not in words] == []


@pytest.mark.slow
def test_a_campaign_of_mutants_within_time_and_memory() -> None:
    outcomes: Counter[str] = Counter()
    longest = (0.0, "")
    with Parsers(Limits()) as parsers:
        for number, (suffix, data) in enumerate(mutants(1200, seed=7)):
            began = time.monotonic()
            outcomes += run(parsers, suffix, data)
            longest = max(longest, (time.monotonic() - began, f"{number} {suffix} {len(data)}"))
    assert longest[0] < 30, longest
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 512_000, "kB in one child"
    assert [words for words in unforeseen(outcomes) if "loaded" not in words] == []
