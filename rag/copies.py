"""By what near-copies of a text are found: shingles, MinHash signatures and their bands.

A reprint under another title, with another first line, a cut last paragraph or small edits shares
most runs of five words with the text that it was made from; different reports on one event share
few. Signatures find texts that may share many; the shingles themselves decide.
Broder 1997, "On the resemblance and containment of documents"; Leskovec, Rajaraman and Ullman,
"Mining of massive datasets", section 3.4.
"""

from __future__ import annotations

import hashlib
import re
import sys
import threading
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
else:
    from rag.on_demand import numpy as np

WIDTH = 5
"""Words of a shingle."""
LEAST_WORDS = 40
"""Words from which a text can be a near-copy; a shorter one can only be an exact copy."""
CONTAINED = 0.6
"""Least share of the shorter text's shingles that a near-copy holds."""
RESEMBLANCE = 0.2
"""Least share of both texts' shingles that is common: a quotation in a long text is no copy."""
PERMUTATIONS = 64
_ROWS = 2
_AT_A_TIME = 4096
_SEED = 1
# Odd, so that no bit of a word is lost when hashes are multiplied modulo 2 ** 64.
_BASE = 0x9E3779B97F4A7C15
_MIX = 0xBF58476D1CE4E5B9
# Characters of words without spaces between them: each is a word of its own here.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
)
_WORD = re.compile(f"[{_UNSPACED}]|[^\\W_{_UNSPACED}]+")

Shingles: TypeAlias = "NDArray[np.uint64]"
"""Hashes of a text's distinct shingles, in order."""
Signature: TypeAlias = "NDArray[np.uint32]"
"""Shape ``(PERMUTATIONS,)``."""


def shingles(text: str) -> Shingles:
    """Return the hashes of a text's runs of five words; none where it is too short.

    Case, punctuation and white space make no difference.

    >>> one = " ".join(f"Word{n}" for n in range(40))
    >>> len(shingles(one)), len(shingles(one[:50])), shared(shingles(one), shingles(one.upper()))
    (36, 0, 36)
    """
    words = _WORD.findall(unicodedata.normalize("NFKC", text).casefold())
    if len(words) < LEAST_WORDS:
        return np.empty(0, dtype=np.uint64)
    known = {word: _word_hash(word) for word in set(words)}
    hashes = np.array([known[word] for word in words], dtype=np.uint64)
    found = np.zeros(len(words) - WIDTH + 1, dtype=np.uint64)
    for at in range(WIDTH):
        found = found * np.uint64(_BASE) + hashes[at : at + len(found)]
    found = (found ^ (found >> np.uint64(31))) * np.uint64(_MIX)
    return np.unique(found ^ (found >> np.uint64(29)))


def is_short(text: str) -> bool:
    """Return whether a text is at once seen to be too short to be a near-copy."""
    return len(text) < 20 * LEAST_WORDS and len(_WORD.findall(text)) < LEAST_WORDS


def shared(one: Shingles, other: Shingles) -> int:
    """Return how many shingles two texts have in common."""
    return len(np.intersect1d(one, other, assume_unique=True))


def are_near(one: int, other: int, common: int) -> bool:
    """Return whether texts of so many shingles, so many of them common, are near-copies.

    >>> are_near(300, 400, 280), are_near(400, 200, 180), are_near(400, 380, 150)
    (True, True, False)
    >>> are_near(4000, 100, 100)
    False
    """
    least = min(one, other)
    if not least or common < CONTAINED * least:
        return False
    return common >= RESEMBLANCE * (one + other - common)


def may_be_near(one: int, other: int, alike: float) -> bool:
    """Return whether texts of so many shingles may be near-copies, by how alike signatures are.

    The share of equal values estimates the share of common shingles, here with a standard error of
    0.06, so two errors are allowed for.
    """
    resemblance = alike + 2 * 0.5 / PERMUTATIONS**0.5
    common = resemblance / (1 + resemblance) * (one + other)
    return are_near(one, other, min(int(common) + 1, one, other))


def signature(found: Shingles) -> Signature:
    """Return the MinHash signature of shingles: their least values under 64 permutations."""
    sketch = _empty_sketch().copy()
    halves = (found >> np.uint64(32)).astype(np.uint32)
    for at in range(0, len(halves), _AT_A_TIME):  # a whole book would fill the memory
        sketch.update_batch(halves[at : at + _AT_A_TIME].tolist())
    values: Signature = np.asarray(sketch.hashvalues, dtype=np.uint32)
    return values


def alikeness(one: Signature, others: Sequence[bytes]) -> list[float]:
    """Return the share of values that a signature has in common with each stored one, 0 to 1."""
    known = np.frombuffer(b"".join(others), dtype="<u4").reshape(-1, PERMUTATIONS)
    shares: list[float] = (known == one).mean(axis=1).tolist()
    return shares


def bands(values: Signature, collection: int) -> list[int]:
    """Return the hashes under which a signature is kept: near-copies are likely to share one.

    Of two texts with a share ``j`` of common shingles, one in ``(1 - j ** 2) ** 32`` is missed:
    1 in 8,000 at 0.5, 1 in 20 at 0.3.
    """
    raw = values.astype("<u4").tobytes()
    step = 4 * _ROWS
    return [
        _hash(f"{collection}/{at}/".encode() + raw[at : at + step], 6)
        for at in range(0, len(raw), step)
    ]


def to_bytes(values: Signature) -> bytes:
    """Return a signature as it is stored."""
    return values.astype("<u4").tobytes()


def from_bytes(raw: bytes) -> Signature:
    """Return a stored signature."""
    return np.frombuffer(raw, dtype="<u4").astype(np.uint32)


_LOADING = threading.Lock()
"""Held while MinHash is loaded: another thread would find the package without its contents."""


@lru_cache(maxsize=1)
def _empty_sketch() -> Any:
    with _LOADING:
        kind = _min_hash()
    return kind(PERMUTATIONS, seed=_SEED, scheme="affine32", hashfunc=int)


def _min_hash() -> Any:
    """Return datasketch's MinHash by its own module alone.

    What the package loads beside it, scipy's integrals among it, takes half a second and is for
    what is not used here.
    """
    found = find_spec("datasketch")
    if "datasketch" in sys.modules or found is None or not found.submodule_search_locations:
        from datasketch import MinHash  # type: ignore[import-untyped]

        return MinHash
    bare = ModuleType("datasketch")
    bare.__path__ = found.submodule_search_locations
    sys.modules["datasketch"] = bare
    try:
        return import_module("datasketch.minhash").MinHash
    finally:
        del sys.modules["datasketch"]


@lru_cache(maxsize=65_536)
def _word_hash(word: str) -> int:
    return _hash(word.encode("utf-8", "replace"), 8)


def _hash(raw: bytes, size: int) -> int:
    return int.from_bytes(hashlib.blake2b(raw, digest_size=size).digest(), "big")
