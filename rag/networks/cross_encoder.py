"""Any sentence-transformers ``CrossEncoder``, by name or path, in place of a shipped network.

It reads a pair of texts together: question and passage (``VOUCH_RERANKER``), or passage and
sentence (``VOUCH_VERIFIER``). Nothing is loaded before the first pairs come.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from rag.embed import patient_torch
from rag.errors import ModelError
from rag.networks.model_files import encodable, shortened

Pair = tuple[str, str]
Setting = Literal["reranker", "verifier"]
Scores = NDArray[np.float32]

VERDICTS = ("supported", "contradicted", "neither")
"""What the columns of ``probabilities`` stand for."""

_BATCH = 16
_PROBE = ("Who was there?", "Nobody was there.")
# Denials before what they deny: "not_entailment" holds "entailment".
_LABELS = (
    (
        "neither",
        re.compile(r"neutral|neither|not.?enough|no.?info|^not?.?entail|^(not|un).?support"),
    ),
    ("contradicted", re.compile(r"contradict|refute|hallucinat|inconsistent|unfaithful")),
    ("supported", re.compile(r"entail|support|consistent|faithful|grounded")),
)


class SentenceCrossEncoder:
    """A cross-encoder of sentence-transformers, loaded at its first use, for any thread.

    Args:
        model: its name on Hugging Face, or the path of its directory.
        setting: what it serves. A reranker has one label; a verifier has one (how sure it is that
            the first text supports the second) or two or three whose names say what they mean.
        threads: threads of torch; 0 takes every core.
    """

    def __init__(self, model: str, setting: Setting, *, threads: int = 0) -> None:
        self.model = model
        self.setting = setting
        self._threads = threads
        self._lock = threading.Lock()
        self._loaded: Any = None
        self._columns: tuple[str, ...] = ()

    def load(self) -> None:
        """Load the model, where that has not been done.

        Raises:
            ModelError: it is not in reach, or it does not score pairs in the way that is needed.
        """
        with self._lock:
            self._ready()

    def score(self, pairs: Sequence[Pair]) -> Scores:
        """Return the model's own scores, shape ``(n,)``, higher is better, in the pairs' order.

        They are not put between 0 and 1. Texts that are too long together are cut by the model.

        Raises:
            ModelError: as ``load``; or the model has more than one label.
        """
        logits = self._logits(pairs)
        if logits.shape[1] != 1:
            raise self._unfit(f"it has {logits.shape[1]} labels, and an order needs one")
        return logits[:, 0]

    def probabilities(self, pairs: Sequence[Pair]) -> Scores:
        """Return how sure it is of each of ``VERDICTS``, shape ``(n, 3)``, rows that sum to 1.

        The first text of a pair is the passage, the second the sentence. One label counts as
        support, and what is not supported as "neither".

        Raises:
            ModelError: as ``load``.
        """
        logits = self._logits(pairs)
        found = np.zeros((len(logits), len(VERDICTS)), dtype=np.float32)
        if logits.shape[1] == 1:
            found[:, 0] = 1 / (1 + np.exp(-np.clip(logits[:, 0], -60, 60)))
            found[:, 2] = 1 - found[:, 0]
            return found
        raised = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares = raised / raised.sum(axis=1, keepdims=True)
        for column, verdict in enumerate(self._columns):
            found[:, VERDICTS.index(verdict)] += shares[:, column]
        return found

    def _logits(self, pairs: Sequence[Pair]) -> Scores:
        """Return the model's outputs, shape ``(n, labels)``."""
        with self._lock:  # its tokenizer cannot be used by two threads at a time
            model = self._ready()
            if not pairs:
                return np.zeros((0, model.num_labels), dtype=np.float32)
            return self._run(model, pairs)

    def _run(self, model: Any, pairs: Sequence[Pair]) -> Scores:
        torch = patient_torch(None)

        texts = [(encodable(first), encodable(second)) for first, second in pairs]
        try:
            outputs = model.predict(
                texts,
                batch_size=_BATCH,
                show_progress_bar=False,
                activation_fn=torch.nn.Identity(),
            )
        except (RuntimeError, ValueError, IndexError, KeyError, TypeError, AttributeError) as error:
            raise self._unfit(f"it does not score a pair of texts ({shortened(error)})") from error
        logits = np.asarray(outputs, dtype=np.float32).reshape(len(texts), -1)
        if logits.shape[1] != model.num_labels or not np.isfinite(logits).all():
            raise self._unfit("its scores are not one finite number for each label")
        return logits

    def _ready(self) -> Any:
        if self._loaded is None:
            model = self._read()
            labels = int(model.num_labels)
            if self.setting == "reranker" and labels != 1:
                raise self._unfit(f"it has {labels} labels, and an order needs one")
            if self.setting == "verifier" and labels > 1:
                names = getattr(model.config, "id2label", None) or {}
                self._columns = self._meant(names, labels)
            self._run(model, [_PROBE])
            self._loaded = model
        return self._loaded

    def _read(self) -> Any:
        from pickle import UnpicklingError

        patient_torch(self._threads)
        from safetensors import SafetensorError
        from sentence_transformers import CrossEncoder

        faults = (OSError, ValueError, RuntimeError, LookupError, TypeError, ImportError)
        try:
            model = CrossEncoder(self.model)
        # What the libraries raise for a directory or a name that is no such model is not agreed on.
        except (*faults, SafetensorError, UnpicklingError) as error:
            raise ModelError(
                f"The {self.setting} {self.model!r} cannot be loaded: {shortened(error)}",
                f"{self._hint()} A name is fetched from Hugging Face at its first use, and needs"
                " the network then.",
            ) from error
        transformer = model.transformers_model
        kinds = getattr(getattr(transformer, "config", None), "architectures", None) or []
        if not any("SequenceClassification" in kind or "CausalLM" in kind for kind in kinds):
            # The library would put random numbers where the scoring layer is missing.
            raise self._unfit("it has no layer that scores pairs")
        return model

    def _meant(self, names: Mapping[Any, str], labels: int) -> tuple[str, ...]:
        found = tuple(verdict_of(str(names.get(n, names.get(str(n), "")))) for n in range(labels))
        if "supported" not in found or "" in found or len(set(found)) != labels:
            raise self._unfit(
                f"its labels {[str(name) for name in names.values()]} do not say which of them"
                " means that the passage supports the sentence"
            )
        return found

    def _unfit(self, why: str) -> ModelError:
        return ModelError(
            f"{self.model!r} cannot serve as the {self.setting}: {why}.", self._hint()
        )

    def _hint(self) -> str:
        return (
            f"Set VOUCH_{self.setting.upper()} to the name or path of a sentence-transformers"
            " CrossEncoder; leave it empty for Vouch's own, or set it to off."
        )


def verdict_of(label: str) -> str:
    """Return which of ``VERDICTS`` the name of a label means, "" where it says nothing.

    >>> [verdict_of(name) for name in ("ENTAILMENT", "not_entailment", "Refutes", "LABEL_1")]
    ['supported', 'neither', 'contradicted', '']
    """
    name = label.lower()
    return next((verdict for verdict, known in _LABELS if known.search(name)), "")
