"""The weights that a conversation has in the order of sentences are fitted on conversations."""

import json
from pathlib import Path

import numpy as np
import pytest

from eval.case_file import read_cases
from eval.follow_ranks import Read, figures, first_right, fitted, main
from rag.follow_traits import TRAITS

CASES = "eval/cases/conversations_dev.jsonl"


def read(file, trait, right, *, lines=3, worst=True):
    """Return a follow-up whose line number ``right`` alone has a trait, and answers worst, or best.

    By itself the first line would be taken where the right one answers worst.
    """
    traits = np.zeros((lines, len(TRAITS)))
    traits[right, TRAITS.index(trait)] = 1.0
    logits = np.where(np.arange(lines) == right, -1.0 if worst else 2.0, 0.5)
    return Read(file, logits, traits, np.arange(lines) == right)


READS = [read(f"file {n % 2}", "after", n % 3, worst=n % 5 == 0) for n in range(40)]


def test_what_right_lines_have_weighs_and_nothing_else():
    weights, sharp = fitted(READS)
    after = TRAITS.index("after")
    assert weights[after] > 1.5 and sharp > 0
    assert np.abs(np.delete(weights, after)).max() < 1e-3


def test_a_follow_up_that_no_line_answers_teaches_nothing():
    nothing = Read("file 0", np.array([0.0, 9.0]), np.ones((2, len(TRAITS))), np.zeros(2, bool))
    assert np.allclose(fitted([*READS, nothing])[0], fitted(READS)[0])


def test_the_first_sentence_is_counted_by_itself_and_with_what_it_gains():
    gained = [one.traits[:, TRAITS.index("after")] * 9 for one in READS]
    assert first_right(READS, [0 * one for one in gained]) == 32
    assert first_right(READS, gained) == len(READS)


def test_each_file_is_judged_by_weights_of_the_others():
    found = figures(READS)
    assert set(found["weights"]) == set(TRAITS)
    assert found["files"]["file 0"]["first, held out"] == 20
    assert found["all"] == {
        "follow-ups": 40,
        "with a right line": 40,
        "first, by itself": 32,
        "first, as it stands": found["all"]["first, as it stands"],
        "first, held out": 40,
    }


def test_conversations_are_played_and_weighed(tmp_path, capsys):
    groups = [one.group for one in read_cases(CASES) if "larkhaven" in one.tags][:1]
    lines = Path(CASES).read_text(encoding="utf-8").splitlines()
    some = [line for line in lines if json.loads(line)["group"] in groups]
    path = tmp_path / "some.jsonl"
    path.write_text("\n".join(some), encoding="utf-8")
    assert main([str(path), "--write", str(tmp_path / "ranks")]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["all"]["follow-ups"] == len(some) > 1
    assert found["all"]["first, as it stands"] >= 1
    assert json.loads((tmp_path / "ranks.json").read_text()) == found


@pytest.mark.parametrize("text", ["", "{"])
def test_files_that_hold_no_conversation_are_no_crash(tmp_path, capsys, text):
    path = tmp_path / "none.jsonl"
    path.write_text(text, encoding="utf-8")
    assert main([str(path)]) == 1
    assert capsys.readouterr().err
