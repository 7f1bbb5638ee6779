"""Broken and hostile office files: each gives text or a reason, within time and memory."""

from __future__ import annotations

import random
import time

import pytest

from ingest.parse import Limits, Parsers
from ingest.readers import Source, suffix_of
from rag.errors import UnreadableFile
from tests.ingest.office_files import bombs, mutants

LIMITS = Limits(seconds=30, memory_mb=512)


def outcome(parsers: Parsers, name: str, data: bytes) -> str:
    """Return the text of a file, or why it cannot be read; fail where that says nothing."""
    try:
        reading = parsers.parse(Source(f"/f/{name}", data), suffix_of(name))
    except UnreadableFile as error:
        assert len(error.message) > 20, (name, error.message)
        for fault in ("Traceback", "could not be parsed", "crashed", "seconds to parse"):
            assert fault not in error.message, (name, error.message)
        return f"! {error.message}"
    for document in reading.documents:
        assert document.text.strip(), name
        assert "\x00" not in document.text
        document.text.encode()
        for span in document.spans:
            assert 0 <= span.start < span.end <= len(document.text), (name, span)
    return " ".join(document.text for document in reading.documents)


class TestMutants:
    def test_a_few_of_each(self) -> None:
        with Parsers(LIMITS) as parsers:
            found = [outcome(parsers, *each) for each in mutants(random.Random(1), 1)]
        read = sum("died" in text or "Varna" in text for text in found)
        assert len(found) > 80
        assert read > len(found) // 4  # what can be read is read

    @pytest.mark.slow
    @pytest.mark.parametrize("seed", range(4))
    def test_a_campaign(self, seed: int) -> None:
        slowest = 0.0
        with Parsers(LIMITS) as parsers:
            for name, data in mutants(random.Random(100 + seed), 6):
                began = time.monotonic()
                outcome(parsers, name, data)
                slowest = max(slowest, time.monotonic() - began)
        assert slowest < 30

    @pytest.mark.slow
    def test_bombs(self) -> None:
        with Parsers(LIMITS) as parsers:
            for name, data in bombs():
                assert len(data) < 20_000_000
                outcome(parsers, name, data)
