"""A sentence laid beside the ones of its source that it repeats: where the two differ. English.

Words are compared by their stems, signs are passed over. What differs stands between words that
agree, so that it is known what stands for what. Pure functions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from rag.checks.facts import Words

_ALIKE = 0.5
"""Share of a sentence's content words that one of the source must hold to be laid beside it."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Where two texts differ: the words of each, by their places, with how many agree around them.

    ``opens`` and ``closes`` tell that the sentence begins or ends with it.
    """

    mine: tuple[int, ...]
    theirs: tuple[int, ...]
    before: int
    after: int
    opens: bool
    closes: bool

    @property
    def longest(self) -> int:
        """Words of the longer side."""
        return max(len(self.mine), len(self.theirs))


@dataclass(frozen=True, slots=True)
class Beside:
    """A sentence beside one of the source, ``number``: how many words agree, and what differs.

    ``share`` is how much of the sentence's content words the other holds, in whatever order.
    """

    number: int
    share: float
    same: int
    gaps: tuple[Gap, ...]


def laid_beside(sentence: Words, source: Words) -> Iterator[Beside]:
    """Yield a sentence beside each of the source that holds half of its content words.

    >>> from rag.checks.facts import words_of
    >>> source = words_of("It rained. The mill at Elva burned down in 1962.")
    >>> [found] = laid_beside(words_of("The mill burned down in 1971."), source)
    >>> found.same, [(gap.mine, gap.theirs) for gap in found.gaps]
    (5, [((), (4, 5)), ((5,), (9,))])
    """
    own = frozenset().union(*sentence.terms)
    mine = _words(sentence)
    for number, terms in enumerate(source.terms):
        if not own or len(own & terms) < _ALIKE * len(own):
            continue
        theirs = _words(source, number)
        match = SequenceMatcher(
            None,
            [sentence.stems[n] for n in mine],
            [source.stems[n] for n in theirs],
            autojunk=False,
        )
        codes = match.get_opcodes()
        same = sum(b - a for tag, a, b, _, _ in codes if tag == "equal")
        gaps = tuple(
            Gap(
                tuple(mine[a:b]),
                tuple(theirs[c:d]),
                _equal(codes, k - 1),
                _equal(codes, k + 1),
                a == 0,
                b == len(mine),
            )
            for k, (tag, a, b, c, d) in enumerate(codes)
            if tag != "equal"
        )
        yield Beside(number, len(own & terms) / len(own), same, gaps)


def _words(words: Words, number: int | None = None) -> list[int]:
    """Return the places of a text's words, or of those of one of its sentences."""
    return [
        n
        for n, token in enumerate(words.tokens)
        if token.text[0].isalnum() and number in (None, words.sentence[n])
    ]


def _equal(codes: Sequence[tuple[str, int, int, int, int]], k: int) -> int:
    """Return how many words agree in a stretch; none where it differs, or there is none."""
    if not 0 <= k < len(codes) or codes[k][0] != "equal":
        return 0
    return codes[k][2] - codes[k][1]
