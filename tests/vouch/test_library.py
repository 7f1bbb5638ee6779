"""The public face for Python, on the examples."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import vouch
from vouch import Filters, Library, NotFound, Turn, VouchError, answer_to_json

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "larkhaven"


def test_everything_that_is_exported_exists() -> None:
    assert [name for name in vouch.__all__ if not hasattr(vouch, name)] == []


def test_importing_vouch_loads_no_langchain() -> None:
    code = (
        "import sys, vouch\n"
        "print(any(name.startswith('langchain') for name in sys.modules))\n"
        "vouch.VouchRetriever\n"
        "print('langchain_core' in sys.modules, 'langchain' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=60
    )
    assert done.stdout.split() == ["False", "True", "False"], done.stderr


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="VouchRetreiver"):
        vouch.VouchRetreiver  # noqa: B018


def test_the_example_of_the_readme(library: Library) -> None:
    answer = library.ask("How many people were killed?")
    assert answer.declined is None
    assert answer.citations
    for citation in answer.citations:
        assert library.text(citation.document_id)[citation.start : citation.end] == citation.quote
    assert answer_to_json(answer)["contract"] == 1


def test_adding_again_changes_nothing(library: Library) -> None:
    assert {outcome.outcome for outcome in library.add(str(EXAMPLES))} == {"unchanged"}


def test_search_and_filters(library: Library) -> None:
    hits = library.search("dead", filters=Filters(publisher=("Estuary Watch",)), limit=3)
    assert {hit.document.publisher for hit in hits} == {"Estuary Watch"}
    asked = "How many people were killed in the explosion?"
    answer = library.ask(asked, filters=Filters(published_to="2023-03-14"))
    assert {citation.document.published for citation in answer.citations} == {"2023-03-14"}


def test_a_stream_ends_with_its_answer_and_follows_up(library: Library) -> None:
    first = library.ask("How large is the relief fund?")
    history = [
        Turn("user", first.question),
        Turn("assistant", first.text, answer_to_json(first)),
    ]
    *steps, last = library.stream("Who voted for it?", history=history)
    assert steps
    assert isinstance(last, vouch.Answer)
    assert last.question == "Who voted for it?"


def test_errors_are_of_one_family(library: Library, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="nowhere"):
        library.add(tmp_path / "nowhere")
    with pytest.raises(NotFound, match="no-such-id"):
        library.text("no-such-id")
    with pytest.raises(VouchError, match="colour"):
        library.add(EXAMPLES, colour="red")
    with pytest.raises(VouchError, match="empty"):
        library.ask("  ")
    with pytest.raises(VouchError, match="colour"):
        Library.open(tmp_path, colour="red")
