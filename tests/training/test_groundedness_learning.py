"""How pairs become tensors and losses, what the loop writes, and how figures are made."""

import json
from pathlib import Path
from random import Random

import pytest

np = pytest.importorskip("numpy")
torch = pytest.importorskip("torch")

from rag.networks.model_files import minilm_path  # noqa: E402
from training.groundedness.evaluate import Scored, figures, platt, support_of  # noqa: E402
from training.groundedness.pairs import Pair  # noqa: E402
from training.groundedness.train import batches, losses_of  # noqa: E402
from training.loop import learn  # noqa: E402

PAIRS = [
    Pair("The dam broke on Monday.", "It broke on Tuesday.", "contradicted", "day", ((12, 19),)),
    Pair("The dam broke on Monday.", "It broke on Monday.", "supported", "true", ()),
    Pair("The dam broke on Monday.", "It was old.", "unsupported", "name", None),
]


@pytest.fixture(scope="module")
def tokens() -> object:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(minilm_path())


def test_wrong_characters_become_wrong_tokens(tokens) -> None:
    ids, types, _, right, wrong, known = next(batches(tokens, PAIRS, 4, Random(1)))
    texts = [tokens.decode(row) for row in ids]
    day = next(n for n, text in enumerate(texts) if "tuesday" in text)
    same = next(n for n, text in enumerate(texts) if text.count("monday") == 2)
    old = next(n for n, text in enumerate(texts) if "old" in text)
    assert tokens.decode(ids[day][wrong[day] == 1]) == "tuesday"
    assert tokens.decode(ids[day][known[day]]) == "it broke on tuesday."
    assert not wrong[same].any()
    assert known[same].any()
    assert not known[old].any()
    assert right[day].tolist() == [False, True, False]
    assert right[same].tolist() == [True, False, False]
    assert right[old].tolist() == [False, True, True]
    assert not types[known].any()
    assert types[0].any()


def test_a_label_of_two_verdicts_is_learnt_as_both_together() -> None:
    scores = torch.tensor([[1.0, 0.5, 0.0]])
    right = torch.tensor([[False, True, True]])
    nothing = torch.zeros(1, 2)
    batch = [nothing, nothing, nothing, right, nothing, nothing.bool()]

    def network(*_: object) -> object:
        return scores, nothing

    found = losses_of(network, batch)  # type: ignore[arg-type]
    chances = torch.softmax(scores, 1)[0]
    assert float(found["verdict"]) == pytest.approx(-float((chances[1] + chances[2]).log()))
    assert float(found["tokens"]) == 0.0


def test_tokens_count_only_where_it_is_known_which_are_wrong() -> None:
    scores = torch.zeros(2, 3)
    right = torch.tensor([[True, False, False]] * 2)
    ids = torch.zeros(2, 2)
    wrong = torch.tensor([[0.0, 1.0], [0.0, 0.0]])
    known = torch.tensor([[True, True], [False, False]])

    def loss(marks: object) -> float:
        found = losses_of(lambda *_: (scores, marks), [ids, ids, ids, right, wrong, known])  # type: ignore[arg-type]
        return float(found["tokens"])

    good = torch.tensor([[-9.0, 9.0], [9.0, 9.0]])
    assert loss(good) < 0.01
    assert loss(-good) > 1.0


def test_the_loop_learns_and_writes_weights_and_log(tmp_path: Path) -> None:
    torch.manual_seed(1)
    network = torch.nn.Linear(2, 1)
    inputs = torch.randn(8, 2)
    wanted = inputs.sum(1, keepdim=True)

    def losses(model: object, batch: list[object]) -> dict[str, object]:
        return {"square": ((model(batch[0]) - batch[1]) ** 2).mean()}  # type: ignore[operator]

    out = tmp_path / "made.pt"
    steps = 300
    some = ([inputs, wanted] for _ in range(steps))
    learn(network, some, losses, steps=steps, rate=0.05, out=out, about={"seed": 1})
    rows = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert rows[0]["seed"] == 1
    assert [row["step"] for row in rows[1:]] == [100, 200, 300]
    assert rows[-1]["square"] < rows[1]["square"] / 2
    assert set(torch.load(out, weights_only=True)) == {"weight", "bias"}


def test_support_is_against_both_other_verdicts() -> None:
    assert support_of(np.zeros((1, 3)))[0] == pytest.approx(-np.log(2))


def test_platt_finds_the_slope_that_a_probability_was_made_with() -> None:
    draw = np.random.default_rng(1)
    support = draw.normal(0, 3, 4000)
    right = draw.random(4000) < 1 / (1 + np.exp(-(0.5 * support + 1)))
    slope, offset = platt(support, right)
    assert slope == pytest.approx(0.5, abs=0.06)
    assert offset == pytest.approx(1.0, abs=0.15)


def test_figures_of_a_set_that_is_told_apart_and_of_one_that_is_not() -> None:
    right = np.array([True, False] * 40)
    groups = [str(n // 2) for n in range(80)]
    told = figures(Scored(np.where(right, 3.0, -3.0), right, groups))
    assert told["auc"] == told["balanced_accuracy_crossed"] == told["f1_unsupported_crossed"] == 1
    draw = np.random.default_rng(2)
    random = figures(Scored(draw.normal(size=80), right, groups))
    assert random["balanced_accuracy_crossed"] < random["balanced_accuracy"] < 0.75
    assert 0.3 < random["auc"] < 0.7
