"""What somebody wrote, told out of their message in its own order. English, pure functions."""

from __future__ import annotations

from collections.abc import Sequence

from rag.english.question import Asked
from rag.features import lines_of
from rag.read_order import asks_message, theirs
from rag.types import Candidate, Hit

_MOST = 8
"""Sentences of messages at most."""
_SHORTEST = 5
"""Words of a sentence that tells something: a greeting and a signature have fewer."""


def message_asked(asked: Asked, hits: Sequence[Hit]) -> list[Candidate]:
    """Return what stands in the messages of the sender, and day, that a question asks for.

    The older message first; nothing for other questions, or where no such message was found.

    Args:
        asked: The question.
        hits: The passages that were read.
    """
    if not asks_message(asked):
        return []
    lines = lines_of(hits)
    own = [line for line, gain in zip(lines, theirs(asked, lines), strict=True) if gain]
    told = [line for line in own if len(line.text.split()) >= _SHORTEST]
    told.sort(key=lambda line: (line.hit.document.published or "", line.start))
    return [
        Candidate(one.hit, one.start, one.end, one.text, 0.0, 1.0, one.start, one.start)
        for one in told[:_MOST]
    ]
