"""The example program for LangChain runs and says what it promises."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "langchain_chain.py"


def test_the_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(EXAMPLE), run_name="__main__")
    said = capsys.readouterr().out
    assert "2,400" in said
    assert "760" in said
    assert said.count(" <- ") >= 4
    assert "  ask_documents(question): " in said
