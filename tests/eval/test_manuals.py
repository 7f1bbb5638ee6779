"""The handbooks that cases ask about: gathered whole, or not at all."""

from __future__ import annotations

import gzip

from eval.manuals import main, pages


def _share(root):
    """Return a folder like /usr/share with the pages of the packages, each holding its name."""
    doc = root / "doc"
    for page in (doc / "debian" / "FAQ" / "a.en.html", doc / "maint-guide" / "html" / "b.en.html"):
        page.parent.mkdir(parents=True)
        page.write_text(page.name)
    for page, _ in pages(root):
        page.parent.mkdir(parents=True, exist_ok=True)
        packed = gzip.compress(page.name.encode())
        page.write_bytes(packed if page.suffix == ".gz" else page.name.encode())
    return root


def test_pages_are_gathered_and_unpacked(tmp_path, capsys):
    share, folder = _share(tmp_path / "share"), tmp_path / "pages"
    assert main([str(folder), "--from", str(share)]) == 0
    assert (folder / "faq" / "a.en.html").read_text() == "a.en.html"
    assert (folder / "policy.pdf").read_text() == "policy.pdf.gz"
    count = sum(path.is_file() for path in folder.rglob("*"))
    assert capsys.readouterr().out == f"{count} pages in {folder}\n"


def test_a_missing_package_is_named_and_nothing_copied(tmp_path, capsys):
    share, folder = _share(tmp_path / "share"), tmp_path / "pages"
    (share / "doc" / "sqlite3" / "wal.html").unlink()
    assert main([str(folder), "--from", str(share)]) == 2
    error = capsys.readouterr().err
    assert "wal.html" in error and "--help" in error and not folder.exists()
