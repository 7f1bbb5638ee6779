"""A sentence that was made wrong, and what may be put into one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from training.groundedness.pairs import Label, Spans


@dataclass(frozen=True, slots=True)
class Changed:
    """A sentence that was made wrong, and the characters that are."""

    text: str
    wrong: Spans
    label: Label = "contradicted"


@dataclass(frozen=True, slots=True)
class Others:
    """What stands in other texts of the same kind: names and speakers, each with its word before.

    ``sentences`` are sentences of near texts, which the passage does not say.
    """

    names: Sequence[tuple[str, str]] = ()
    speakers: Sequence[str] = ()
    sentences: Sequence[str] = ()


Change = Callable[[str, str, Random, Others], Changed | None]


def put(text: str, start: int, end: int, now: str, label: Label = "contradicted") -> Changed:
    """Return a text with other words at ``text[start:end]``, which are marked."""
    if start == 0:
        now = now[:1].upper() + now[1:]
    return Changed(text[:start] + now + text[end:], ((start, start + len(now)),), label)
