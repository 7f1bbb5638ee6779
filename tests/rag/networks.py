"""Networks with random heads, made once for all tests of a run by the exporter that ships them."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from rag.networks.model_files import minilm_path
from rag.networks.pair_model import PairModel, load_pair_model

TOKENS = 96
CALIBRATION = {"slope": 1.5, "offset": -0.25}


class FakeGroundedness:
    """A Groundedness that gives one answer to everything, and keeps what it was asked."""

    def __init__(self, *answers):
        self.answers, self.asked = answers, []

    def score(self, pairs):
        """Return the answers in turn, the last one again and again."""
        self.asked.append(list(pairs))
        return [self.answers[min(n, len(self.answers) - 1)] for n in range(len(pairs))]


@cache
def random_network(name: str) -> Any:
    """Return a network whose heads have random weights that tell inputs apart."""
    import torch

    torch.manual_seed(3)
    if name == "reader":
        from training.reader.network import ReaderNetwork as Network
    else:
        from training.groundedness.network import GroundednessNetwork as Network
    network = Network(minilm_path()).eval()
    with torch.no_grad():
        for key, parameter in network.named_parameters():
            if not key.startswith("encoder.") and parameter.dim() > 1:
                parameter.normal_(0, 0.2)
    return network


@cache
def models() -> Path:
    """Return a folder that is laid out as ``rag/models``; it goes with the process."""
    from training.export import export

    directory = Path(tempfile.mkdtemp(prefix="vouch-networks-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    for name in ("reader", "groundedness"):
        export(
            random_network(name),
            directory / name,
            name=name,
            tokens=TOKENS,
            passage=1,
            calibration=CALIBRATION,
            most=0.1,
        )
    return directory


def reader() -> PairModel:
    return load_pair_model("reader", threads=1, models=models())


def groundedness() -> PairModel:
    return load_pair_model("groundedness", threads=1, models=models())
