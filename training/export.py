"""Make the files that Vouch ships of a trained network.

``python -m training.export reader --weights DIR/reader.pt --out rag/models/reader`` writes
``model.onnx`` and ``model.json``. The graph starts at the word embeddings, which the installed
MiniLM has, and holds the other weights in 16 bits; onnxruntime widens them when it loads it.
"""

from __future__ import annotations

import argparse
import copy
import json
import os
import tempfile
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch

from rag.embed import quiet_onnxruntime
from rag.networks.minilm import joined_weights, layers, padded, word_embeddings
from rag.networks.model_files import MINILM_SHA256, minilm_path, sha256_of
from rag.networks.pair_files import FORMAT, INPUTS, Name
from rag.networks.pair_tokens import PairTokens, Side

SAME = 0.02
"""Most by which a score may differ once the weights have 16 bits."""
PROBES = (
    ("Who vetoed the resolution?", "The resolution was vetoed by two members on 4 April."),
    ("How many were killed?", "At least 24 people were killed, a monitoring group said. " * 12),
    ("北京 İstanbul?", "1,541 S-300"),
    ("", ""),
)
_READER_TOKENS = 384
_HALF = 65504.0
_LARGE = 256
"""Numbers of a tensor from which it is worth 16 bits."""


class Network(Protocol):
    """A network that can be shipped: MiniLM as ``encoder``, and heads over its hidden states.

    ``OUTPUTS`` names what ``heads(hidden, types, mask)`` returns, each ``(n, s)`` or ``(n, ...)``.
    """

    OUTPUTS: tuple[str, ...]
    encoder: Any

    def heads(self, hidden: Any, types: Any, mask: Any) -> tuple[Any, ...]:
        """Return the scores of hidden states ``(n, s, 384)``."""
        ...

    def requires_grad_(self, requires_grad: bool) -> Network:
        """As a torch module."""
        ...

    def eval(self) -> Network:  # noqa: A003
        """As a torch module."""
        ...


def export(
    network: Network,
    directory: Path,
    *,
    name: str,
    tokens: int,
    passage: Side,
    calibration: Mapping[str, Any] | None = None,
    most: float = SAME,
) -> Path:
    """Write ``model.onnx`` and ``model.json`` of a network, and return the directory.

    Args:
        network: the trained network, on the CPU.
        directory: where the files appear, both or none.
        name: what it is called.
        tokens: the longest window that it was trained for.
        passage: which text of a pair is the passage, 0 or 1.
        calibration: what turns its scores into probabilities, kept as it is given.
        most: by how much a score of the probes may differ from the network's own.

    Raises:
        ValueError: the network has word embeddings of its own, or the file's scores are not the
            network's.
    """
    own = network.encoder.state_dict()["embeddings.word_embeddings.weight"]
    if not np.array_equal(own.numpy(), word_embeddings()):
        raise ValueError("The network's word embeddings are not those of the installed MiniLM.")
    network = copy.deepcopy(network).requires_grad_(False).eval()
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=directory, prefix=".new-") as made:
        new = Path(made) / "model.onnx"
        _write_graph(network, new)
        _halve(new)
        furthest = difference(network, new, tokens, passage)
        if not furthest <= most:
            raise ValueError(f"The scores of the file differ by {furthest:.4f}, more than {most}.")
        record = {
            "format": FORMAT,
            "name": name,
            "sha256": sha256_of(new),
            "size": new.stat().st_size,
            "inputs": list(INPUTS),
            "outputs": list(network.OUTPUTS),
            "tokens": tokens,
            "passage": passage,
            "calibration": dict(calibration or {}),
            "base_sha256": MINILM_SHA256,
            "furthest": round(furthest, 6),
        }
        about = new.with_suffix(".json")
        about.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
        os.replace(new, directory / new.name)
        os.replace(about, directory / about.name)
    return directory


def difference(network: Network, path: Path, tokens: int, passage: Side) -> float:
    """Return by how much a file's scores differ at most from the network's own, over the probes."""
    cut = PairTokens(minilm_path() / "tokenizer.json", tokens, passage)
    pairs = [pair if passage else pair[::-1] for pair in PROBES]
    windows = cut(pairs)
    ids, mask = padded([window.ids for window in windows])
    types = np.zeros_like(ids)
    for row, window in zip(types, windows, strict=True):
        row[: len(window.ids)] = window.types
    own = _scores(network)(
        *(torch.from_numpy(one) for one in (word_embeddings()[ids], types, mask))
    )
    session = quiet_onnxruntime().InferenceSession(str(path), providers=["CPUExecutionProvider"])
    given = dict(zip(INPUTS, (word_embeddings()[ids], types, mask), strict=True))
    found = session.run(list(network.OUTPUTS), given)
    return max(
        float(np.abs(one.numpy() - other).max()) for one, other in zip(own, found, strict=True)
    )


def _scores(network: Network) -> Callable[[Any, Any, Any], tuple[Any, ...]]:
    """Return the network as a function of word embeddings, segments and mask."""
    weights = joined_weights(torch, network.encoder.state_dict())

    def scores(embeds: Any, types: Any, mask: Any) -> tuple[Any, ...]:
        with torch.inference_mode():
            hidden = layers(torch, weights, embeds, types, mask)
            return network.heads(hidden, types, mask.long())

    return scores


def _write_graph(network: Network, path: Path) -> None:
    """Write the network as ONNX with 32 bits; axes are ``n`` pairs and ``s`` tokens."""
    scores = _scores(network)

    class Graph(torch.nn.Module):
        def forward(self, embeds: Any, types: Any, mask: Any) -> Any:
            return scores(embeds, types, mask)

    ids, mask = padded([[101, 2040, 102, 2053, 102], [101, 102, 2053, 102]])
    types = np.array([[0, 0, 0, 1, 1], [0, 0, 1, 1, 0]])
    given = tuple(torch.from_numpy(one) for one in (word_embeddings()[ids], types, mask))
    axes = {one: {0: "n", 1: "s"} for one in INPUTS}
    for output, value in zip(network.OUTPUTS, scores(*given), strict=True):
        of_tokens = value.dim() > 1 and value.shape[1] == ids.shape[1]
        axes[output] = {0: "n", 1: "s"} if of_tokens else {0: "n"}
    with warnings.catch_warnings(), torch.inference_mode():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Graph(),
            given,
            str(path),
            input_names=list(INPUTS),
            output_names=list(network.OUTPUTS),
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )


def _halve(path: Path) -> None:
    """Store the large weights of an ONNX file in 16 bits, widened where they are used."""
    import onnx
    from onnx import numpy_helper

    model = onnx.load(str(path))
    graph = model.graph
    kept, casts = [], []
    found = {one.name: one for one in graph.initializer}
    for node in graph.node:
        value = node.attribute[0].t if node.op_type == "Constant" else None
        if value is None or not node.attribute[0].HasField("t"):
            kept.append(node)
        else:
            value.name = node.output[0]
            found[value.name] = value
    del graph.initializer[:]
    for name, tensor in found.items():
        numbers = numpy_helper.to_array(tensor)
        if numbers.dtype != np.float32 or numbers.size < _LARGE:
            graph.initializer.append(numpy_helper.from_array(numbers, name))
            continue
        if np.abs(numbers).max() > _HALF:
            raise ValueError(f"A weight of {name} is too large for 16 bits.")
        half = f"{name}_half"
        graph.initializer.append(numpy_helper.from_array(numbers.astype(np.float16), half))
        casts.append(onnx.helper.make_node("Cast", [half], [name], to=onnx.TensorProto.FLOAT))
    del graph.node[:]
    graph.node.extend([*casts, *kept])
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def load_network(name: Name, weights: Path) -> tuple[Network, int, Side]:
    """Return a trained network, its tokens at a time and which text of a pair is the passage."""
    network: Any
    if name == "reader":
        from training.reader.network import ReaderNetwork

        network, tokens = ReaderNetwork(minilm_path()), _READER_TOKENS
    else:
        from training.groundedness.network import TOKENS, GroundednessNetwork

        network, tokens = GroundednessNetwork(minilm_path()), TOKENS
    network.load_state_dict(torch.load(weights, map_location="cpu", weights_only=True))
    return network.eval(), tokens, 1


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the files of one trained network."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=("reader", "groundedness"))
    parser.add_argument("--weights", type=Path, required=True, help="what the training wrote")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--calibration", type=Path, help="a JSON file of its parameters")
    given = parser.parse_args(arguments)
    network, tokens, passage = load_network(given.name, given.weights)
    calibration = json.loads(given.calibration.read_text()) if given.calibration else {}
    export(
        network,
        given.out,
        name=given.name,
        tokens=tokens,
        passage=passage,
        calibration=calibration,
    )


if __name__ == "__main__":
    main()
