"""What one short call tells of a chat model: reachable, streams, how fast, how much it reads."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rag.chat.model_stream import ModelStream, Piece
from rag.errors import VouchError

_ASKED = "Count from one to twenty in words, separated by commas, and write nothing else."
_CONTEXT_FIELDS = (
    "max_model_len", "context_length", "max_context_length", "context_window", "n_ctx",
    "n_ctx_train",
)  # fmt: skip
_LIST_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class ModelReport:
    """What a model answered to one call.

    ``streams`` is whether its answer came in several pieces; ``first_ms`` and ``total_ms`` are the
    milliseconds to the first and the last of them, ``load_ms`` those that loading its package took
    before. ``context_tokens`` is what it can read, None where nobody says.
    """

    name: str
    reachable: bool
    problem: str = ""
    hint: str = ""
    streams: bool = False
    thinks: bool = False
    pieces: int = 0
    load_ms: float = 0.0
    first_ms: float = 0.0
    total_ms: float = 0.0
    context_tokens: int | None = None


def check_model(
    stream: ModelStream, *, base_url: str | None = None, key: str | None = None
) -> ModelReport:
    """Ask a model one thing and return what was found; a model that fails is a finding.

    Args:
        stream: the model, behind its limits.
        base_url: an OpenAI-compatible server's address, asked for its list of models.
        key: the server's key.
    """
    from langchain_core.messages import HumanMessage

    begun = time.perf_counter()
    first = 0.0
    pieces: list[Piece] = []
    try:
        model = stream.model
        loaded = time.perf_counter()
        for piece in stream.pieces([HumanMessage(_ASKED)]):
            if isinstance(piece, Piece):
                first = first or time.perf_counter()
                pieces.append(piece)
    except VouchError as error:
        return ModelReport(stream.name, False, error.message, error.hint)
    ended = time.perf_counter()
    told = (getattr(model, "profile", None) or {}).get("max_input_tokens")
    return ModelReport(
        stream.name,
        True,
        streams=len(pieces) > 1,
        thinks=any(piece.thought for piece in pieces),
        pieces=len(pieces),
        load_ms=(loaded - begun) * 1000,
        first_ms=(first - loaded) * 1000,
        total_ms=(ended - loaded) * 1000,
        context_tokens=_listed(base_url, key, stream.name.partition(":")[2]) or told,
    )


def _listed(base_url: str | None, key: str | None, model: str) -> int | None:
    """Return the context length that a server's list of models gives, as vLLM and others do."""
    if not base_url:
        return None
    import httpx

    headers = {"authorization": f"Bearer {key}"} if key else {}
    try:
        found = httpx.get(
            f"{base_url.rstrip('/')}/models", headers=headers, timeout=_LIST_SECONDS
        ).json()
    except (httpx.HTTPError, ValueError):
        return None
    return context_length(found, model)


def context_length(listed: Any, model: str) -> int | None:
    """Return the context length of a model in what ``GET /v1/models`` answers, None for none.

    >>> context_length({"data": [{"id": "a", "max_model_len": 8192}]}, "a")
    8192
    >>> context_length({"data": [{"id": "a", "meta": {"n_ctx_train": 4096}}]}, "a")
    4096
    """
    rows = listed.get("data") if isinstance(listed, Mapping) else None
    for row in rows if isinstance(rows, list) else ():
        if not isinstance(row, Mapping) or row.get("id") not in (model, None):
            continue
        meta = row.get("meta")
        for place in (row, meta if isinstance(meta, Mapping) else {}):
            for name in _CONTEXT_FIELDS:
                if isinstance(place.get(name), int):
                    return int(place[name])
    return None
