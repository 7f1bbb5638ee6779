"""In which order the reader's lines stand: what their logits gain or lose by what kind they are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rag.english.question import Asked
from rag.features import Line
from rag.senders import day_terms, sent_on, wrote
from rag.table_rows import header_of

_THEIRS = 3.0
"""What a sentence of a message gains whose sender's words are asked for, on the day if one is."""


def asks_message(asked: Asked) -> bool:
    """Return whether a question asks what somebody wrote at all, and not on some matter.

    >>> from rag.english.question import analyse
    >>> [asks_message(analyse(text)) for text in (
    ...     "What did Odd Berg write on 6 May?", "What did Odd Berg write about the crane?")]
    [True, False]
    """
    matter = set(asked.terms) - asked.name_terms - day_terms(asked.text) - {asked.verb}
    return asked.kind == "said" and bool(asked.speaker) and not matter


def theirs(asked: Asked, lines: Sequence[Line]) -> NDArray[np.float64]:
    """Return what lines gain of the messages whose sender's words are asked for: ``(lines,)``."""
    own = [
        not line.quoted
        and wrote(asked.speaker, line.hit.document)
        and sent_on(asked, line.hit.document.published)
        for line in lines
    ]
    return _THEIRS * np.array(own, dtype=np.float64)


def with_vague_rows_back(
    logits: NDArray[np.float64],
    lines: Sequence[Line],
    covered: NDArray[np.float64],
    sharper: float,
) -> NDArray[np.float64]:
    """Return the logits, shape ``(lines,)``, with rows that leave out most of the question behind.

    They are sharpened as sentences are that a network has read: they are no surer than those.

    Args:
        logits: Of each line.
        lines: Sentences and rows.
        covered: What rows gain that answer for themselves; 0 for the vague ones.
        sharper: By how much sentences are sharpened, 1 for not at all.
    """
    vague = np.array([bool(line.told) for line in lines]) & (covered == 0)
    return np.where(vague, np.minimum(logits, logits * sharper), logits)


def in_order(
    logits: NDArray[np.float64], lines: Sequence[Line], other: frozenset[int]
) -> NDArray[np.intp]:
    """Return the places of the lines, the best first.

    Without headers behind a better line, and without the rows at the places ``other`` where any
    other line is left.
    """
    order = np.argsort(-logits, kind="stable")
    # The first of two cells may be no header: "Pilot, Mira Sol".
    left = [i for i in order if int(i) not in other and not (other and _heads_columns(lines[i]))]
    order = np.array(left, dtype=np.intp) if left else order
    if lines[order[0]].heads:
        return order
    return np.array([i for i in order if not lines[i].heads], dtype=np.intp)


def _heads_columns(line: Line) -> bool:
    """Return whether a line is surely the header of a table: it names three columns or more."""
    return line.heads and len(header_of(line.hit.passage, line.hit.document.title)) > 2
