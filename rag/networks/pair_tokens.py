"""Pairs of texts to the tokens that a network reads: windows over the passage, offsets kept.

A pair is ``[CLS] first [SEP] second [SEP]``. One of its texts is the passage, which may be of any
length: where the pair is too long for the network, the passage is read in overlapping windows.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rag.networks.model_files import encodable, read_tokenizer

Side = Literal[0, 1]
Pair = tuple[str, str]

_MARKS = 3
_OVERLAP = 64
"""Tokens that neighbouring windows share, so that few answers lie across an edge of both."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A text's token numbers ``(t,)`` and the characters of each, ``(t, 2)``."""

    ids: NDArray[np.int64]
    spans: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Window:
    """What a network reads at a time of one pair: ``s`` tokens.

    ``sides`` says of each token to which text it belongs, 0 or 1, and -1 of a mark; ``spans`` are
    its characters in that text, ``(0, 0)`` for a mark.
    """

    pair: int
    ids: NDArray[np.int64]
    sides: NDArray[np.int8]
    spans: NDArray[np.int32]
    cut: bool
    """Whether the text beside the passage is too long as well, so that its end is not read."""

    @property
    def types(self) -> NDArray[np.int64]:
        """The segment of each token: a text's closing mark belongs to it."""
        closes_first = np.flatnonzero(self.sides == -1)[1]
        types: NDArray[np.int64] = (np.arange(len(self.ids)) > closes_first).astype(np.int64)
        return types


class PairTokens:
    """Cuts pairs into windows of tokens; it can be used by several threads.

    Args:
        path: the model's ``tokenizer.json``.
        longest: tokens of a window, its three marks included.
        passage: which text of a pair is the passage, 0 or 1.

    Raises:
        ModelError: there is no such file, or it is not a tokenizer.
    """

    def __init__(self, path: Path, longest: int, passage: Side) -> None:
        self._tokenizer = read_tokenizer(path)
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._room = longest - _MARKS
        self._passage = passage
        self._first = int(self._tokenizer.token_to_id("[CLS]"))
        self._between = int(self._tokenizer.token_to_id("[SEP]"))

    def __call__(self, pairs: Sequence[Pair]) -> list[Window]:
        """Return the windows of all pairs in their order, at least one for each.

        Of the text beside the passage at most half a window is read.
        """
        known = self._cut(list(dict.fromkeys(text for pair in pairs for text in pair)))
        return [
            window
            for number, pair in enumerate(pairs)
            for window in self._windows(number, known[pair[0]], known[pair[1]])
        ]

    def _cut(self, texts: Sequence[str]) -> dict[str, Cut]:
        """Return the tokens of each text; a text of many pairs, such as a question, is cut once."""
        found = self._tokenizer.encode_batch(
            [encodable(text) for text in texts], add_special_tokens=False
        )
        return {
            text: Cut(
                np.array(one.ids, dtype=np.int64),
                np.array(one.offsets, dtype=np.int32).reshape(-1, 2),
            )
            for text, one in zip(texts, found, strict=True)
        }

    def _windows(self, number: int, first: Cut, second: Cut) -> Iterator[Window]:
        passage, other = (second, first) if self._passage else (first, second)
        beside = self._room - len(passage.ids)
        most = max(beside, self._room // 2)
        cut = len(other.ids) > most
        if cut:
            other = Cut(other.ids[:most], other.spans[:most])
        room = self._room - len(other.ids)
        for start, end in windows_of(len(passage.ids), room, min(_OVERLAP, room // 3)):
            part = Cut(passage.ids[start:end], passage.spans[start:end])
            yield self._window(number, (other, part) if self._passage else (part, other), cut)

    def _window(self, number: int, texts: tuple[Cut, Cut], cut: bool) -> Window:
        sizes = [1, len(texts[0].ids), 1, len(texts[1].ids), 1]
        mark = np.zeros((1, 2), dtype=np.int32)
        first, between = np.array([self._first]), np.array([self._between])
        return Window(
            number,
            np.concatenate([first, texts[0].ids, between, texts[1].ids, between]),
            np.repeat(np.array([-1, 0, -1, 1, -1], dtype=np.int8), sizes),
            np.concatenate([mark, texts[0].spans, mark, texts[1].spans, mark]),
            cut,
        )


def windows_of(length: int, room: int, overlap: int) -> list[tuple[int, int]]:
    """Return the windows of at most ``room`` that cover a length, evenly set, and overlap.

    >>> windows_of(10, 6, 2), windows_of(5, 6, 2), windows_of(0, 6, 2)
    ([(0, 6), (4, 10)], [(0, 5)], [(0, 0)])
    """
    if length <= room:
        return [(0, length)]
    count = math.ceil((length - overlap) / (room - overlap))
    starts = [round(n * (length - room) / (count - 1)) for n in range(count)]
    return [(start, start + room) for start in starts]
