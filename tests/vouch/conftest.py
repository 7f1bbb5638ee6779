"""The example collection in a library of its own, and libraries whose answers others write."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rag.build import open_library
from rag.config import load_settings
from rag.types import Material, Writer
from vouch import Library

EXAMPLES = Path(__file__).parents[2] / "examples" / "larkhaven"


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("public") / "library") as opened:
        outcomes = opened.add(EXAMPLES)
        assert {outcome.outcome for outcome in outcomes} == {"added"}
        yield opened


class Lent:
    """A writer whose part another one plays."""

    name = "lent"
    part: Writer

    def write(self, material: Material) -> Any:
        return self.part.write(material)


@pytest.fixture(scope="session")
def lent(library: Library) -> Iterator[tuple[Lent, Library]]:
    writer, folder = Lent(), library._opened.settings.library
    with Library(open_library(load_settings(library=folder), writer=writer)) as opened:
        yield writer, opened


@pytest.fixture
def written_by(lent: tuple[Lent, Library]) -> Callable[[Writer], Library]:
    """Return the example library with another writer."""

    def write_by(part: Writer) -> Library:
        lent[0].part = part
        return lent[1]

    return write_by


@pytest.fixture
def no_tracing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what the person set for LangChain out of a test."""
    import os

    from langsmith.utils import get_env_var

    for name in list(os.environ):
        if name.startswith(("LANGSMITH_", "LANGCHAIN_")):
            monkeypatch.delenv(name)
    get_env_var.cache_clear()
