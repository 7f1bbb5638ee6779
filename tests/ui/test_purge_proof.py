"""What ``vouch purge`` says it has proven: what lives may hold a purged word, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.config import Settings
from rag.errors import LibraryError
from rag.ledger import Ledger, Origin
from rag.verify_library import holding
from tests.rag.shelf import document, origin
from ui import cli_purge

SECRET = "The Zebrafax was kept under the stairs."


@pytest.fixture
def settings(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return Settings(library=tmp_path / "library")


@pytest.fixture
def rebuilt(monkeypatch):
    """What is done in place of building the vector index again."""
    done: list[str] = []
    monkeypatch.setattr(cli_purge, "_rebuild", lambda open_index: done.append("built"))
    return done


def fill(library: Path, *texts: str, **fields: str) -> None:
    with Ledger(library) as ledger:
        ledger.put_file("default", origin("/secret.txt", SECRET), [document(SECRET)])
        for n, text in enumerate(texts):
            ledger.put_file("default", origin(f"/{n}.txt", text), [document(text, **fields)])
    (library / "index").mkdir()
    (library / "index/current.json").write_text("{}")


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("Two zebrafaxes stood in the hall.", {}),
        ("Two ZEBRAFAXES stood in the hall.", {}),
        ("Two machines stood in the hall.", {"title": "zebrafax", "publisher": "zebrafaxology"}),
        ("Two machines stood in the hall.", {"source": "/zebrafax/0.txt"}),
    ],
)
def test_a_word_that_stands_inside_what_lives_is_no_failure(
    settings, rebuilt, capsys, text, fields
):
    fill(settings.library, text, **fields)
    with Ledger(settings.library) as ledger:
        talk = {"title": "How many?", "turns": [{"role": "user", "content": "2 zebrafaxes"}]}
        ledger.put_conversation("talk", talk)
    cli_purge.purge_names(settings, ["/secret.txt"], [], yes=True)
    said = capsys.readouterr().out
    assert "proof: " in said
    assert "other documents hold too stays" in said
    assert rebuilt == ["built"]
    with Ledger(settings.library) as ledger:
        assert ledger.conversation("talk") == talk
        assert len(ledger.find_infos("default")[0]) == 1


def test_an_upload_that_lives_may_hold_a_word_beside_its_text(settings, rebuilt):
    fill(settings.library)
    upload = settings.library / "uploads/default/page.html"
    upload.parent.mkdir(parents=True)
    upload.write_text("<!-- zebrafax --><p>Two machines.")
    with Ledger(settings.library) as ledger:
        kept = ledger.keep_original(upload.read_bytes(), upload.name)
        row = Origin(str(upload.resolve()), str(upload.parent), kept.name, 1, 1)
        ledger.put_file("default", row, [document("Two machines.")])
    cli_purge.purge_names(settings, ["/secret.txt"], [], yes=True)
    assert kept.exists()


def test_what_is_written_meanwhile_is_found_and_the_index_is_built_all_the_same(
    settings, rebuilt, monkeypatch
):
    fill(settings.library, "Two machines stood in the hall.")
    purged = cli_purge._purged

    def and_kept(ledger, open_index):
        done = purged(ledger, open_index)
        turns = [{"role": "user", "content": "zebrafaxes, and the zebrafax itself"}]
        ledger.put_conversation("late", {"turns": turns})
        return done

    monkeypatch.setattr(cli_purge, "_purged", and_kept)
    with pytest.raises(LibraryError, match=r"still stands in library\.db"):
        cli_purge.purge_names(settings, ["/secret.txt"], [], yes=True)
    assert rebuilt == ["built"]


def test_a_sentence_in_an_answer_is_never_excused(settings, rebuilt, monkeypatch):
    fill(settings.library)
    purged = cli_purge._purged

    def and_kept(ledger, open_index):
        done = purged(ledger, open_index)
        ledger.put_conversation("late", {"turns": [{"role": "user", "content": SECRET}]})
        return done

    monkeypatch.setattr(cli_purge, "_purged", and_kept)
    monkeypatch.setattr(cli_purge, "_odd_words", lambda ledger: [])
    with pytest.raises(LibraryError, match="still stands"):
        cli_purge.purge_names(settings, ["/secret.txt"], [], yes=True)


def test_a_file_that_goes_while_it_is_looked_for_holds_nothing(tmp_path, monkeypatch):
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(b"needle")
    is_file = Path.is_file

    def and_gone(path):
        there = is_file(path)
        if path.name == "a":
            path.unlink()
        return there

    monkeypatch.setattr(Path, "is_file", and_gone)
    assert holding(tmp_path, [b"needle"]) == {b"needle": ["b"]}
