"""Runs a shipped network over pairs of texts: question and passage, or sentence and passage.

It computes in onnxruntime, from the rows of the installed MiniLM's word embeddings.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.embed import onnx_session
from rag.errors import ModelError
from rag.networks.minilm import ONNX_TOKENS_AT_ONCE, batches, padded, word_embeddings
from rag.networks.model_files import minilm_path, shortened
from rag.networks.pair_files import INPUTS, MODELS, Name, PairFile, checked_network, pair_file
from rag.networks.pair_tokens import Pair, PairTokens, Side, Window

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class PairScores:
    """What a network says of one pair, or of one window of it.

    ``outputs`` are by name: of the whole ``()`` or ``(k,)``, or of each token ``(s,)`` or
    ``(s, k)``. ``sides`` says of each token to which text it belongs, 0 or 1, -1 of a mark;
    ``spans`` are its characters in that text, ``(s, 2)``.
    """

    outputs: Mapping[str, Scores]
    sides: NDArray[np.int8]
    spans: NDArray[np.int32]
    cut: bool
    """Whether the text beside the passage was too long, so that its end was not read."""

    def of(self, side: Side) -> NDArray[np.intp]:
        """Return the positions of the tokens of one text, in order; none where it has no words."""
        return np.flatnonzero(self.sides == side)


class PairModel:
    """A shipped network; it can be used by several threads.

    Args:
        file: what is known of it.
        session: what runs it.
        tokens: cuts the pairs.
    """

    def __init__(self, file: PairFile, session: Any, tokens: PairTokens) -> None:
        self.file = file
        self._session = session
        self._tokens = tokens
        self._table = word_embeddings()
        shapes = {one.name: one.shape for one in session.get_outputs()}
        inputs = {one.name for one in session.get_inputs()}
        if not set(file.outputs) <= set(shapes) or inputs != set(INPUTS):
            raise ModelError(
                f"{file.path} reads {sorted(inputs)} and gives {sorted(shapes)}, other than its"
                " record says.",
                "Make it anew as training/README.md says.",
            )
        self._of_tokens = {name for name in file.outputs if "s" in shapes[name]}

    @classmethod
    def open(cls, file: PairFile, *, threads: int = 0) -> PairModel:
        """Return the network, its files checked.

        Raises:
            ModelError: a file is missing, changed or no network.
        """
        data = checked_network(file)
        try:
            session = onnx_session(data, threads)
        except (ImportError, ModelError) as error:
            why = error.message if isinstance(error, ModelError) else shortened(error)
            raise ModelError(
                f"{file.path} cannot be run: {why}", "Reinstall onnxruntime."
            ) from error
        tokens = PairTokens(minilm_path() / "tokenizer.json", file.tokens, file.passage)
        return cls(file, session, tokens)

    def __call__(self, pairs: Sequence[Pair]) -> list[list[PairScores]]:
        """Return what the network says of each pair, in their order.

        A pair has one entry for each window of its passage: one, unless the passage is too long to
        be read at once. Any text can be read, an empty one as well.
        """
        found: list[list[PairScores]] = [[] for _ in pairs]
        if not pairs:
            return found
        windows = self._tokens(pairs)
        scores: list[PairScores | None] = [None] * len(windows)
        for batch in batches([len(window.ids) for window in windows], ONNX_TOKENS_AT_ONCE):
            some = [windows[at] for at in batch]
            for at, outputs in zip(batch, self._run(some), strict=True):
                window = windows[at]
                scores[at] = PairScores(outputs, window.sides, window.spans, window.cut)
        for window, score in zip(windows, scores, strict=True):
            assert score is not None
            found[window.pair].append(score)
        return found

    def _run(self, windows: Sequence[Window]) -> list[dict[str, Scores]]:
        ids, mask = padded([window.ids for window in windows])
        types = np.zeros_like(ids)
        for row, window in zip(types, windows, strict=True):
            row[: len(window.ids)] = window.types
        given = dict(zip(INPUTS, (self._table[ids], types, mask), strict=True))
        outputs = dict(
            zip(self.file.outputs, self._session.run(self.file.outputs, given), strict=True)
        )
        return [
            {
                # A copy, so that a kept score does not keep its whole batch.
                name: (value[row, : len(window.ids)] if name in self._of_tokens else value[row])
                + np.float32(0)
                for name, value in outputs.items()
            }
            for row, window in enumerate(windows)
        ]


_LOADED: dict[tuple[Path, Name, int], PairModel] = {}
_LOADING = threading.Lock()


def load_pair_model(name: Name, *, threads: int = 0, models: Path = MODELS) -> PairModel:
    """Return a shipped network, loaded at the first call and shared by the whole process.

    Raises:
        ModelError: its files are missing or changed.
    """
    key = (models, name, threads)
    with _LOADING:
        if key not in _LOADED:
            _LOADED[key] = PairModel.open(pair_file(name, models), threads=threads)
        return _LOADED[key]
