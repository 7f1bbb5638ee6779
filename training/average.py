"""Average the weights of one network after several rounds of training.

``python -m training.average FIRST.pt SECOND.pt --out MEAN.pt``

Rounds that go on from each other end at different places of one wide valley, and its middle serves
texts that none of them has seen better than either end: Izmailov et al. 2018, "Averaging Weights
Leads to Wider Optima and Better Generalization".
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch


def averaged(states: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the mean of each weight; what is no fraction, such as an index, is the first's.

    Raises:
        ValueError: the weights are of different networks.
    """
    first = states[0]
    if any(one.keys() != first.keys() for one in states):
        raise ValueError("These are weights of different networks.")
    return {
        name: torch.stack([one[name].float() for one in states]).mean(0).to(value.dtype)
        if value.is_floating_point()
        else value
        for name, value in first.items()
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the mean of the weights of several files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path, nargs="+", help="what rounds of a training wrote")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args(arguments)
    states = [torch.load(one, map_location="cpu", weights_only=True) for one in given.weights]
    torch.save(averaged(states), given.out)


if __name__ == "__main__":
    main()
