"""How often a word occurs in a passage, written so that FTS5 can say it fast.

FTS5 gives the passages that hold a word about ten times faster than how often each holds it. So
the full-text table is given each word of a passage once, and once more with a mark for every
further time that it occurs: "she said he said" becomes "she said he said²". The passages that hold
``said²`` are then those with the word at least twice, and no positions need to be stored.
"""

from __future__ import annotations

import re
from collections import Counter

MOST = 8
"""Counts stop here; under BM25 a word that occurs more often weighs at most a tenth more."""

# Private use, which the tokenizer keeps as part of a word; rag.english.words has others of it.
_MARK = 0xF8F0
_MARKS = re.compile(f"[{chr(_MARK)}-{chr(_MARK + MOST)}\x00]")


def marked(word: str, times: int) -> str:
    """Return the word under which the passages are found that hold it at least ``times`` times."""
    return word if times == 1 else word + chr(_MARK + times)


def bag(analysed: str) -> tuple[str, int]:
    r"""Return the text that the full-text table is given for a passage, and its length in words.

    >>> text, length = bag("she said he said")
    >>> [word.replace("\uf8f2", "²") for word in text.split()], length
    (['she', 'said', 'he', 'said²'], 4)
    """
    words = _MARKS.sub(" ", analysed).split()
    counts = Counter(words)
    parts = list(counts)
    if len(parts) < len(words):
        repeated = ((word, min(most, MOST)) for word, most in counts.items() if most > 1)
        parts += [marked(word, times) for word, most in repeated for times in range(2, most + 1)]
    return " ".join(parts), len(words)


def match(word: str, times: int) -> str | None:
    """Return the FTS5 query for the passages that hold a word so often; None for no word at all."""
    whole = _MARKS.sub(" ", word).split()
    if len(whole) != 1:
        return None
    return '"' + marked(whole[0], times).replace('"', '""') + '"'
