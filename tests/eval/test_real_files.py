"""The campaign of files: it sees what became of each, and says which rule was broken."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from eval.hostile_files import write_hostile
from eval.office_files import write_office
from eval.real_files import Run, main, summary

STORY = "The harbour office counted 24 ships on Monday.\n\nTwo left before the storm came.\n"


def outcome(path: Path, kind: str = "added", passages: int = 1) -> dict[str, Any]:
    return {"source": str(path), "outcome": kind, "passages": passages, "why": ""}


def test_a_folder_is_added_and_every_file_is_accounted_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "story.txt").write_text(STORY, encoding="utf-8")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing more")
    (folder / "empty.txt").write_bytes(b"")
    assert main(["--only", str(folder), "--out", str(tmp_path / "figures")]) == 0
    kept = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert (kept["files"], kept["broken"]) == (3, [])
    assert kept["by_kind"] == {"pdf": {"failed": 1}, "text": {"added": 1, "skipped": 1}}
    assert 20 < kept["peak_mb"]["command"] < 512
    assert "Rules broken: none" in capsys.readouterr().out


def test_each_rule_can_be_broken(tmp_path: Path) -> None:
    slow, silent, hollow = tmp_path / "slow.txt", tmp_path / "silent.txt", tmp_path / "hollow.txt"
    run = Run([outcome(slow), outcome(hollow, passages=0)], [31.0, 0.1], {"parser": 600.0}, -9)
    broken = summary(run, [str(slow), str(silent), str(hollow)], tmp_path)["broken"]
    assert broken == [
        f"no outcome: {silent}",
        f"31.0 s: {slow}",
        f"added without passages: {hollow}",
        "the parser took 600 MB",
        "the command ended with -9: ",
    ]
    fine = Run([outcome(slow), outcome(silent), outcome(hollow, "skipped", 0)], [1.0, 1.0, 1.0])
    assert summary(fine, [str(slow), str(silent), str(hollow)], tmp_path)["broken"] == []


def test_the_files_are_made(tmp_path: Path) -> None:
    text = tmp_path / "story.txt"
    text.write_text(STORY, encoding="utf-8")
    made = write_office(tmp_path / "office", [text], random.Random(1))
    assert {"".join(path.suffixes[-1:]) for path in made} >= {".docx", ".pptx", ".odt", ".mbox"}
    count = write_hostile(tmp_path / "hostile", [".pdf"], made[:2], seed=1)
    names = {path.name for path in (tmp_path / "hostile").iterdir()}
    assert count >= 60 and {"pages.pdf", "nested.zip", "pipe.txt", "empty.pdf"} <= names
