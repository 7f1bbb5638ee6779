"""What the tests of ingest share: the model's own tokenizer, and a ledger in a fresh folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.folder import load_tokenizer
from ingest.split import Tokenizer
from rag.ledger import Ledger


@pytest.fixture(scope="session")
def tokenizer() -> Tokenizer:
    return load_tokenizer()


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path / "library") as opened:
        yield opened
