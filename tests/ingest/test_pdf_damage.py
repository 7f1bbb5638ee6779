"""Damaged and hostile PDFs: each becomes text or a reason, within the limits, in the child."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.limits import Limits
from ingest.parse import Parsers
from ingest.readers import ReadOptions, Source
from rag.errors import UnreadableFile
from rag.types import Document
from tests.ingest.pdf_files import WORDS, drawn, evil, mutants, page, written

REPORT = Path(__file__).parents[2] / "examples" / "larkhaven" / "08-safety-office-report.pdf"
DOCUMENTATION = Path("/usr/share/doc")
EVIL = dict(evil())

STILL_READ = (
    *(
        "no xref",
        "no end",
        "only pages",
        "wrong startxref",
        "garbage before",
        "garbage far before",
        "no head",
    ),
    *("negative count", "page tree loop", "missing page"),
    *("missing font", "huge page", "flat page", "broken page box", "odd rotation"),
    *("labels broken", "outline loop", "form of itself", "deep dictionaries"),
    *("deep graphics states", "wrong length", "metadata garbage", "no encryption there"),
    *("huge picture over white words", "field of itself", "many notes", "script"),
)
SLOW = ("flate bomb", "flate bomb of bombs", "the same page often")

ELSEWHERE = (*SLOW, "a million pages claimed", "labels of themselves")


@pytest.fixture(scope="module")
def parsers() -> Iterator[Parsers]:
    with Parsers(Limits()) as opened:
        yield opened


def outcome(parsers: Parsers, data: bytes) -> tuple[Document | None, str]:
    """Return a document or a reason; a document has text, and its spans lie in it."""
    began = time.monotonic()
    try:
        reading = parsers.parse(Source("/f/a.pdf", data, ReadOptions(ocr=False)), ".pdf")
    except UnreadableFile as error:
        assert error.message
        return None, error.message
    finally:
        assert time.monotonic() - began < 30
    (document,) = reading.documents
    assert document.text.strip()
    for span in document.spans:
        assert 0 <= span.start < span.end <= len(document.text)
    return document, ""


@pytest.mark.parametrize("name", [name for name in EVIL if name not in ELSEWHERE])
def test_what_is_built_to_break_a_reader(parsers: Parsers, name: str) -> None:
    document, why = outcome(parsers, EVIL[name])
    if name in STILL_READ:
        assert document is not None, why
        assert document.text.startswith(WORDS)


def test_a_million_claimed_pages_are_not_all_looked_for(parsers: Parsers) -> None:
    reading = parsers.parse(Source("/f/a.pdf", EVIL["a million pages claimed"]), ".pdf")
    assert reading.documents[0].text == WORDS
    assert "of 1000000 pages were read" in reading.notes[-1]
    assert "not_read_to_the_end" in reading.documents[0].flags


def test_the_next_file_is_read_after_one_that_killed_the_parser(parsers: Parsers) -> None:
    document, why = outcome(parsers, EVIL["labels of themselves"])
    assert document is None and "crashed" in why
    document, _ = outcome(parsers, written(page()))
    assert document is not None and document.text == WORDS


@pytest.mark.slow
@pytest.mark.parametrize("name", SLOW)
def test_bombs(parsers: Parsers, name: str) -> None:
    outcome(parsers, EVIL[name])


def sources() -> list[bytes]:
    def draw(canvas: object) -> None:
        for number in range(3):
            canvas.drawString(72, 700, f"{WORDS} This is page {number}.")  # type: ignore[attr-defined]
            canvas.showPage()  # type: ignore[attr-defined]

    return [REPORT.read_bytes(), drawn(draw), drawn(draw, pageCompression=0), written(page())]


def test_some_damage_of_every_kind(parsers: Parsers) -> None:
    files = sources()
    seen = set()
    for seed, data in enumerate(files):
        for mutant in mutants(data, files, 10, seed):
            document, _ = outcome(parsers, mutant)
            seen.add(document is not None)
    assert seen == {True, False}


@pytest.mark.slow
def test_much_damage(parsers: Parsers) -> None:
    """Half a thousand damaged copies of what is here: the crashed parsers are few, and replaced."""
    found = [path for path in sorted(DOCUMENTATION.rglob("*.pdf")) if path.stat().st_size < 500_000]
    files = [*sources(), *(path.read_bytes() for path in found[:20])]
    each = -(-500 // len(files))
    crashed = 0
    for seed, data in enumerate(files):
        for mutant in mutants(data, files, each, 1000 + seed):
            _, why = outcome(parsers, mutant)
            crashed += "crashed" in why
    assert crashed <= 5
