"""The mean of the weights of several rounds."""

from pathlib import Path

import pytest
import torch

from training.average import averaged, main


def test_the_mean_of_two_rounds_is_written(tmp_path: Path) -> None:
    places = torch.arange(2)
    torch.save({"w": torch.tensor([1.0, 3.0]), "n": places}, tmp_path / "a.pt")
    torch.save({"w": torch.tensor([3.0, 3.0]), "n": places}, tmp_path / "b.pt")
    main([str(tmp_path / "a.pt"), str(tmp_path / "b.pt"), "--out", str(tmp_path / "mean.pt")])
    mean = torch.load(tmp_path / "mean.pt", weights_only=True)
    assert mean["w"].tolist() == [2.0, 3.0]
    assert mean["n"].tolist() == [0, 1]


def test_weights_of_different_networks_are_refused() -> None:
    with pytest.raises(ValueError, match="different networks"):
        averaged([{"w": torch.zeros(1)}, {"v": torch.zeros(1)}])
