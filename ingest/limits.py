"""What reading one file may take, and what one container may hold."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.readers import Reading
from rag.errors import UnreadableFile


@dataclass(frozen=True, slots=True)
class Limits:
    """What parsing one file may take: seconds of waiting, memory in all, characters of text."""

    seconds: float = 25.0
    memory_mb: int = 480
    characters: int = 100_000_000
    document_characters: int = 10_000_000
    member_mb: int = 200


@dataclass(frozen=True, slots=True)
class ContainerLimits:
    """What one archive or mailbox may hold, that of the archives inside it included.

    ``ratio`` bounds how many times its own size it unpacks to, beyond ``ratio_floor`` bytes.
    """

    members: int = 100_000
    unpacked_mb: int = 2_000
    ratio: int = 200
    ratio_floor: int = 20_000_000


def fault(error: Exception) -> str:
    """Return what is said of a file whose reader did not expect it.

    >>> fault(ValueError("no such thing"))
    'It could not be parsed (ValueError: no such thing).'
    """
    words = " ".join(str(error).split())[:200]
    return f"It could not be parsed ({type(error).__name__}: {words})."


def check_characters(reading: Reading, in_all: int, in_one: int) -> None:
    """Refuse a reading of more text than a library can hold, search and show.

    Raises:
        UnreadableFile: it has more.

    """
    lengths = [len(document.text) for document in reading.documents]
    longest = max(lengths, default=0)
    if longest > in_one or sum(lengths) > in_all:
        many, limit = (longest, in_one) if longest > in_one else (sum(lengths), in_all)
        raise UnreadableFile(
            f"It holds {many / 1e6:.1f} million characters of text; the limit is"
            f" {limit / 1e6:g} million.",
            "Split it into several files.",
        )
