"""Sentences that hold one quotation: who is said to have said it may differ. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.types import Candidate

_QUOTED = re.compile(r"[\"\u201c]([^\"\u201c\u201d]+)[\"\u201d]")
_FEWEST = 4
"""Words of a quotation that is known again; fewer are a term."""


def quotations(text: str) -> frozenset[str]:
    """Return the quotations of a sentence, in small letters without marks.

    >>> sorted(quotations('"The old pump did not work," said Brack, of the "old pump".'))
    ['the old pump did not work']
    """
    found = (re.findall(r"\w+", quoted.lower()) for quoted in _QUOTED.findall(text))
    return frozenset(" ".join(words) for words in found if len(words) >= _FEWEST)


def with_same_words(kept: Sequence[Candidate], candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the kept sentences and, after them, those that hold a quotation of one of them.

    Two sentences that put the same words into different mouths belong together, however much less
    one of them is believed.
    """
    held = frozenset[str]().union(*(quotations(one.text) for one in kept))
    there = {(one.hit.document.id, one.start) for one in kept}
    further = [
        one
        for one in candidates
        if held & quotations(one.text) and (one.hit.document.id, one.start) not in there
    ]
    return [*kept, *further]
