"""A reader that another installed package brings along, found through its entry point."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.folder import add
from ingest.limits import Limits
from ingest.parse import Parsers
from ingest.readers import Source, formats
from ingest.split import Tokenizer
from rag.errors import UnreadableFile
from rag.ledger import Ledger

READER = '''
"""Reads .xyz files: lines of upper case."""

import os

from ingest.readers import Reading
from ingest.readers.head import describe
from rag.errors import UnreadableFile


def read(source):
    text = source.data.decode().lower()
    if text.startswith("no"):
        raise UnreadableFile("The file says no.", "Ask it again.")
    document = describe(source=source.path, stem=str(os.getpid()), text=text)
    return Reading((document,))
'''


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on the path in which a distribution with two readers is installed."""
    site = tmp_path / "site"
    about = site / "vouch_xyz-1.0.dist-info"
    about.mkdir(parents=True)
    (site / "vouch_xyz_reader.py").write_text(READER)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: vouch-xyz\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(
        "[vouch.readers]\n.xyz = vouch_xyz_reader\n.gone = vouch_xyz_that_is_not_there\n"
        ".pdf = vouch_xyz_reader\nnodot = vouch_xyz_reader\n"
    )
    monkeypatch.syspath_prepend(str(site))
    importlib.invalidate_caches()
    formats.cache_clear()
    yield site
    formats.cache_clear()


def test_it_reads_its_files_in_the_parsing_child(installed: Path) -> None:
    assert formats()[".xyz"].module == "vouch_xyz_reader"
    assert formats()[".pdf"].module == "ingest.readers.pdf"
    assert "nodot" not in formats()
    with Parsers(Limits()) as parsers:
        (document,) = parsers.parse(Source("/f/a.xyz", b"A FERRY SANK."), ".xyz").documents
        assert document.text == "a ferry sank."
        with pytest.raises(UnreadableFile, match="The file says no"):
            parsers.parse(Source("/f/b.xyz", b"no"), ".xyz")
        with pytest.raises(UnreadableFile, match="vouch_xyz_that_is_not_there"):
            parsers.parse(Source("/f/c.gone", b"x"), ".gone")
        assert parsers.parse(Source("/f/d.xyz", b"MORE."), ".xyz").documents


def test_a_folder_with_its_files_is_added(
    installed: Path, tmp_path: Path, ledger: Ledger, tokenizer: Tokenizer
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.xyz").write_text("A FERRY SANK OFF VARNA.")
    (folder / "b.gone").write_text("x")
    outcomes = {Path(one.source).name: one for one in add(ledger, [folder], tokenizer=tokenizer)}
    assert outcomes["a.xyz"].outcome == "added"
    assert outcomes["b.gone"].outcome == "failed"
    assert "cannot be loaded" in outcomes["b.gone"].why
