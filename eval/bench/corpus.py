"""The documents that are measured: the news corpus where it is there, else the examples."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
NEWS = ROOT.parent / "shared" / "data" / "corpus"
EXAMPLES = ROOT / "examples" / "larkhaven"
QUICK_ROWS = 150
COLUMNS = {
    "--text-column": "article_content",
    "--title-column": "article_title",
    "--published-column": "date",
    "--publisher-column": "source",
}


@dataclass(frozen=True, slots=True)
class Corpus:
    """Files that both Vouch and the stock pipeline read."""

    name: str
    texts: Path
    table: Path | None

    def add_arguments(self) -> list[str]:
        """Return the arguments of the ``vouch add`` that reads the whole corpus."""
        if self.table is None:
            return [str(self.texts)]
        options = [word for pair in COLUMNS.items() for word in pair]
        return [str(self.texts), str(self.table), *options]

    def plain_texts(self) -> list[str]:
        """Return what a simple loader makes of the files: whole texts, and rows."""
        found = [
            path.read_text(encoding="utf-8", errors="replace")
            for path in sorted(self.texts.rglob("*"))
            if path.suffix in (".txt", ".md")
        ]
        if self.table is not None:
            with self.table.open(encoding="utf-8", errors="replace", newline="") as file:
                found += [row[COLUMNS["--text-column"]] for row in csv.DictReader(file)]
        return found


def find_corpus(work: Path, *, quick: bool) -> Corpus:
    """Return the corpus; with ``quick`` the first rows of its table, written under ``work``."""
    table = NEWS / "fa-kes" / "FA-KES-Dataset.csv"
    if not table.is_file():
        return Corpus("examples", EXAMPLES, None)
    if not quick:
        return Corpus("news reports (FA-KES and seeds)", NEWS / "seeds", table)
    with table.open(encoding="utf-8", errors="replace", newline="") as file:
        rows = [row for row, _ in zip(csv.reader(file), range(QUICK_ROWS + 1), strict=False)]
    short = work / "news.csv"
    with short.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return Corpus(f"news reports (first {QUICK_ROWS} rows and seeds)", NEWS / "seeds", short)
