"""``vouch add`` as a real process: what it embeds, prints and how it stops."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import numpy as np
import pytest

from rag.ledger import Ledger
from rag.networks.model_files import MINILM_DIMENSIONS, MINILM_ID
from tests.ui.cli import Vouch, worked
from tests.ui.test_cli import HEAVY
from ui.terminal import Interrupted, interruptible


@pytest.fixture
def vouch(tmp_path: Path) -> Vouch:
    return Vouch(tmp_path / "home")


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """A folder of 60 small files."""
    folder = tmp_path / "many"
    folder.mkdir()
    for n in range(60):
        text = f"Report {n} says that {n} boats were counted in the harbour.\n" * 20
        (folder / f"{n:03}.txt").write_text(text, encoding="utf-8")
    return folder


def embed_by_hand(library: Path) -> None:
    """Give every passage a vector without the model."""
    with Ledger(library) as ledger:
        keys = [key for key, _ in ledger.pending_texts(MINILM_ID, 10**6)]
        ledger.put_vectors(MINILM_ID, keys, np.ones((len(keys), MINILM_DIMENSIONS), np.float32))


def test_an_add_that_changes_nothing_loads_no_model_though_it_embeds(
    vouch: Vouch, many: Path
) -> None:
    for path in sorted(many.iterdir())[9:]:
        path.unlink()
    worked(vouch("add", many, "--no-embed", "--quiet"))
    embed_by_hand(vouch.library)
    done = vouch("add", many, "--quiet", python=("-X", "importtime"))
    assert worked(done) == "9 documents: 9 unchanged, 0 failed\n"
    imported = {line.rsplit("|", 1)[-1].strip() for line in done.stderr.splitlines()}
    assert "rag.pending" in imported
    # The whole command is to take less than a hundredth of the add before it.
    assert imported.isdisjoint((*HEAVY, "numpy", "rag.english.words"))


def test_json_is_one_line_for_each_outcome_and_the_sum(vouch: Vouch, many: Path) -> None:
    for path in sorted(many.iterdir())[3:]:
        path.unlink()
    (many / "empty.txt").touch()
    lines = [
        json.loads(line) for line in worked(vouch("add", many, "--no-embed", "--json")).splitlines()
    ]
    *outcomes, last = lines
    assert {Path(one["source"]).name: one["outcome"] for one in outcomes} == {
        "000.txt": "added", "001.txt": "added", "002.txt": "added", "empty.txt": "skipped",
    }  # fmt: skip
    assert [one["why"] for one in outcomes if one["outcome"] == "skipped"] == ["it is empty"]
    summary = last["summary"]
    assert summary["outcomes"]["added"] == summary["documents"] == 3
    assert summary["passages"] == sum(one["passages"] for one in outcomes) > 0
    assert summary["files"] == {"done": 4, "total": 4}
    assert not summary["stopped"]


def test_sigterm_ends_an_add_at_a_file_and_the_next_goes_on(vouch: Vouch, many: Path) -> None:
    process = vouch.start("add", many, "--no-embed", "--json")
    assert process.stdout is not None
    assert json.loads(process.stdout.readline())["outcome"] == "added"
    process.send_signal(signal.SIGTERM)
    shown, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in said
    summary = json.loads(shown.splitlines()[-1])["summary"]
    assert summary["stopped"]
    with Ledger(vouch.library) as ledger:
        kept = ledger.counts("default").documents
    assert summary["documents"] == kept
    assert 1 <= kept < 60
    again = worked(vouch("add", many, "--no-embed", "--quiet"))
    assert again == f"60 documents: {60 - kept} added, {kept} unchanged, 0 failed\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_second_signal_does_not_wait(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with pytest.raises(KeyboardInterrupt), interruptible() as stop:
        os.kill(os.getpid(), number)
        assert stop.is_set()
        os.kill(os.getpid(), number)
    assert signal.getsignal(number) is before
    with pytest.raises(Interrupted, match="Stopped"), interruptible():
        os.kill(os.getpid(), number)
