"""Exact spans: questions with the very characters that answer them, however a corpus is cut.

Smith & Troynikov 2024, "Evaluating Chunking Strategies for Retrieval" (Chroma). questions.csv
names for every question a corpus and its references; corpora/ holds the texts. Questions share no
group: there are only as many corpora as fingers, too few to resample.
"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from eval.cases import Case, GoldSpan, Source, Suite
from eval.suites.fields import Fault, kind, oddity, tables, text, whole
from eval.suites.format import LATENCY, Format, Options
from eval.suites.reading import find_file, read_text
from rag.errors import NotFound, UnreadableFile

_FILES = "the folder with questions.csv and corpora/, or one of its files"
_COLUMNS = ("question", "references", "corpus_id")
_EXPECTED = f"a CSV file with the columns {', '.join(_COLUMNS)}"
_SUFFIXES = (".md", ".txt")


def _load(data: Path, _options: Options) -> Suite:
    if data.is_file() and data.suffix.lower() in _SUFFIXES:
        data = data.parent.parent if data.parent.name == "corpora" else data.parent
    path = find_file(data, ("questions*.csv", "*.csv"), _FILES)
    found = _rows(path)
    files = _corpora(path.parent)
    names = {name for row in found if (name := row.get("corpus_id") or "")}
    if not names & files.keys():
        raise NotFound(
            f"None of the corpora {', '.join(sorted(names)[:8])} is in {path.parent / 'corpora'}.",
            f"Give {_FILES}.",
        )
    used = {name: files[name] for name in sorted(names & files.keys())}
    texts = {
        name: settled_text(read_text(file, "a text"), _references(found, name))
        for name, file in used.items()
    }
    rows = []
    for number, row in enumerate(found, 1):
        try:
            case = _case(row, str(number), texts)
        except Fault as fault:
            question = row.get("question") or ""
            case = Case(str(number), question, problem=f"row {number} of {path.name}: {fault}")
        rows.append(case)
    sources = [Source(name, words, name.replace("_", " ")) for name, words in texts.items()]
    return FORMAT.suite(rows, [path, *used.values()], sources)


def _rows(path: Path) -> list[dict[str, str | None]]:
    words = read_text(path, _EXPECTED)
    # References to a whole chapter are longer than the module's own limit.
    csv.field_size_limit(max(csv.field_size_limit(), len(words) + 1))
    reader = csv.DictReader(io.StringIO(words, newline=""))
    if not set(_COLUMNS) <= set(reader.fieldnames or ()):
        seen = ", ".join(reader.fieldnames or ())[:200]
        raise UnreadableFile(f"{path}, line 1 has the columns {seen}.", f"Expected {_EXPECTED}.")
    try:
        found = [{name: row.get(name) for name in _COLUMNS} for row in reader]
    except csv.Error as error:
        said = f"{path}, line {reader.line_num} cannot be read: {error}."
        raise UnreadableFile(said, f"Expected {_EXPECTED}.") from error
    if not found:
        raise UnreadableFile(f"{path} holds no question.", f"Expected {_EXPECTED}.")
    return found


def _corpora(folder: Path) -> dict[str, Path]:
    places = [one for one in (folder, folder / "corpora") if one.is_dir()]
    every = [file for place in places for file in sorted(place.iterdir())]
    return {one.stem: one for one in every if one.suffix.lower() in _SUFFIXES and one.is_file()}


def _parsed(row: dict[str, str | None]) -> list[tuple[int, int, str]]:
    """Return the references of a row as start, end and content."""
    words = row.get("references")
    if not words:
        raise Fault("no gold answer: `references` is empty")
    try:
        value = json.loads(words)
    except (ValueError, RecursionError) as error:
        raise Fault(f"`references` is not valid JSON: {error}") from error
    if not isinstance(value, list):
        raise Fault(f"`references` is {kind(value)} where a list was expected")
    if odd := oddity(value):
        raise Fault(f"`references` holds {odd}")
    return [
        (whole(one, "start_index"), whole(one, "end_index"), text(one, "content"))
        for one in tables({"references": value}, "references")
    ]


def _references(rows: list[dict[str, str | None]], name: str) -> list[tuple[int, int, str]]:
    found: list[tuple[int, int, str]] = []
    for row in rows:
        if row.get("corpus_id") == name:
            try:
                found += _parsed(row)
            except Fault:
                continue
    return found


def settled_text(words: str, references: list[tuple[int, int, str]]) -> str:
    r"""Return a corpus as its offsets count it: exact, or with every line end one character.

    A corpus with Windows' line ends may have been counted through Python's text files.

    >>> settled_text("a\r\nbc", [(2, 4, "bc")]), settled_text("a\r\nbc", [(3, 5, "bc")])
    ('a\nbc', 'a\r\nbc')
    """
    if "\r" not in words:
        return words

    def fitting(text: str) -> int:
        return sum(text[start:end] == content for start, end, content in references)

    joined = words.replace("\r\n", "\n").replace("\r", "\n")
    return joined if fitting(joined) > fitting(words) else words


def _case(row: dict[str, str | None], id_: str, texts: dict[str, str]) -> Case:
    question, name = row.get("question") or "", row.get("corpus_id") or ""
    if not question.strip():
        raise Fault("`question` is empty")
    if name not in texts:
        raise Fault(f"there is no corpus {name!r}")
    references = _parsed(row)
    if not references:
        raise Fault("no gold answer: `references` is empty")
    words = texts[name]
    spans = dict.fromkeys(
        GoldSpan(name, start, end)
        for start, end, content in references
        if 0 <= start < end and words[start:end] == content
    )
    if not spans:
        raise Fault(f"no reference stands in {name} where it should be")
    tags = [name]
    if len(spans) < len(set(references)):
        tags.append("span not where it should be")
    return Case(id_, question, spans=tuple(spans), tags=tuple(tags), scope=(name,))


FORMAT = Format(
    name="exact-spans",
    task="retrieve",
    about="Questions with the exact characters that answer them: what passages hold of those.",
    metrics=(
        "span_recall@5",
        "span_precision@5",
        "span_iou@5",
        "span_recall@10",
        *LATENCY,
    ),
    files=_FILES,
    load=_load,
    grouped_by="question",
)
