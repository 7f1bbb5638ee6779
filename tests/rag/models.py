"""The real model, exported once for all tests of a run, and a ledger filled with it."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from rag.embed import embed_pending, load_encoder
from rag.ledger import Ledger
from rag.types import Encoder
from tests.rag.shelf import document, origin


@cache
def model_cache() -> Path:
    """Return a directory for the exported model, which goes with the process."""
    directory = Path(tempfile.mkdtemp(prefix="vouch-models-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    return directory


@cache
def query_encoder() -> Encoder:
    return load_encoder(cache_dir=model_cache(), threads=1)


def library(directory: Path, *texts: str, embedded: bool = True) -> Ledger:
    """Return a ledger with one document a text, each with the real model's vector."""
    ledger = Ledger(directory)
    for number, text in enumerate(texts):
        put(ledger, f"{number}.txt", text)
    if embedded:
        embed_pending(ledger, query_encoder())
    return ledger


def put(ledger: Ledger, name: str, *paragraphs: str, **fields: object) -> str:
    """Put one document and return its id."""
    values = {"title": name, "source": name, **fields}
    changes = ledger.put_file(
        "default", origin(name, "".join(paragraphs)), [document(*paragraphs, **values)]
    )
    return changes[0].document_id
