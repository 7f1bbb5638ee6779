"""The example collection in a library of its own, built once for all tests of a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest.folder import add
from rag.build import Library, open_library
from rag.config import Settings
from rag.pending import embed_pending
from rag.types import Answer, Filters, Question, Turn

EXAMPLES = Path(__file__).parents[2] / "examples" / "larkhaven"

Ask = Callable[..., Answer]


@pytest.fixture(scope="session")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Return an open library of the examples, every passage with its vector."""
    settings = Settings(library=tmp_path_factory.mktemp("examples") / "library", threads=1)
    with open_library(settings) as library:
        outcomes = list(add(library.ledger, [EXAMPLES]))
        assert {outcome.outcome for outcome in outcomes} == {"added"}
        # The model for questions embeds these few passages sooner than the one for bulk loads.
        embed_pending(library.ledger, library.encoder())
        yield library


@pytest.fixture(scope="session")
def ask(examples: Library) -> Ask:
    """Return a function that asks the examples; the same question is answered once."""
    known: dict[str, Answer] = {}

    def ask_once(text: str, *history: Turn, filters: Filters | None = None) -> Answer:
        question = Question(text, history, filters or Filters())
        key = repr(question)
        if key not in known:
            known[key] = examples.assistant.ask(question)
        return known[key]

    return ask_once
