"""The networks that Vouch ships: where their files lie, what they say of themselves, their hashes.

A network is a folder ``rag/models/NAME`` with ``model.onnx``, ``model.json`` and ``card.md``. The
word embeddings are not in it: they are the installed MiniLM's. Nothing here loads a model library.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from rag.errors import ModelError
from rag.networks.model_files import MINILM_SHA256

Name = Literal["reader", "groundedness"]

MODELS = Path(__file__).parent.parent / "models"
FORMAT = 1
INPUTS = ("embeds", "types", "mask")

_HINT = "It is part of Vouch: reinstall it, or make it anew as training/README.md says."


@dataclass(frozen=True, slots=True)
class PairFile:
    """What ``model.json`` says of the network beside it.

    ``passage`` is which text of a pair is the passage, 0 or 1; ``tokens`` the longest window that
    it was trained for; ``calibration`` what turns its scores into probabilities, as its reader
    defines it.
    """

    path: Path
    name: str
    sha256: str
    size: int
    outputs: tuple[str, ...]
    tokens: int
    passage: Literal[0, 1]
    calibration: Mapping[str, Any]


def is_shipped(name: Name, models: Path = MODELS) -> bool:
    """Return whether a network's folder is there."""
    return (models / name / "model.json").is_file()


def pair_file(name: Name, models: Path = MODELS) -> PairFile:
    """Return what a shipped network says of itself, without reading the network.

    Raises:
        ModelError: it is missing, cannot be read, or was made for another Vouch or MiniLM.
    """
    path = models / name / "model.json"
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        if value["format"] != FORMAT:
            raise ModelError(f"{path} is of format {value['format']}, not {FORMAT}.", _HINT)
        found = PairFile(
            path.with_name("model.onnx"),
            str(value["name"]),
            str(value["sha256"]),
            int(value["size"]),
            tuple(value["outputs"]),
            int(value["tokens"]),
            1 if value["passage"] else 0,
            dict(value["calibration"]),
        )
        base = value["base_sha256"]
    except OSError as error:
        reason = error.strerror or "it is not readable"
        raise ModelError(f"The {name} network is missing: {path}: {reason}.", _HINT) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"{path} is not the record of a network: {error!r}.", _HINT) from error
    if base != MINILM_SHA256:
        raise ModelError(
            f"{path} rests on other word embeddings than MiniLM's: {str(base)[:16]}…,"
            f" not {MINILM_SHA256[:16]}….",
            _HINT,
        )
    return found


def checked_network(file: PairFile) -> bytes:
    """Return the bytes of a network, after comparing their SHA-256 with the recorded one.

    Raises:
        ModelError: they are missing or changed.
    """
    try:
        data = file.path.read_bytes()
    except OSError as error:
        raise ModelError(f"{file.path} cannot be read: {error.strerror}.", _HINT) from error
    found = hashlib.sha256(data).hexdigest()
    if found != file.sha256:
        raise ModelError(
            f"{file.path} has changed since it was made: SHA-256 {found[:16]}…,"
            f" not {file.sha256[:16]}….",
            _HINT,
        )
    return data
