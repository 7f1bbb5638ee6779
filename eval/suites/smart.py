"""SMART collections: Cranfield, MED and CISI, as Glasgow's archive of test collections has them.

Documents and queries stand in sections (``.I`` number, ``.T`` title, ``.W`` words; ``.A``, ``.B``,
``.X`` and others are not searched). A section that comes twice in a document is joined.

Judgements are lines of numbers, told apart by their shape:

- ``query document code`` (Cranfield). Cleverdon's codes count down: 1 is a complete answer, 2 of a
  high degree, 3 useful, 4 of minimum interest, 5 of none. Grades count up, so a code c of 1 to 4 is
  the grade 5 - c. Every query has one line with -1, which the published legend does not explain; as
  in trec_eval, where a judgement below 1 is not relevant, it is the grade 0. (Collections that
  count all 1,837 lines as relevant, 8.2 a query, count these too.) For recall and MAP a document is
  relevant when its grade is above 0.
- ``query 0 document 1`` (MED) and ``query document 0 0.0`` (CISI): every line is the grade 1.

Cranfield's judgements number the queries 1 to 225 in the order of the file, not by the number
printed after ``.I``; those of MED and CISI use the printed ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from eval.cases import Case, Source, Suite
from eval.suites.format import OF_RANKINGS, Format, Options, count, refuse_cut
from eval.suites.reading import read_bytes
from rag.errors import NotFound, UnreadableFile

_FILES = (
    "the folder with the documents (.ALL), queries (.QRY) and judgements (.REL), or one of them"
)
_KINDS = {
    "documents": re.compile(r"^(\w+?)\.all(\.\d+)?$", re.IGNORECASE),
    "queries": re.compile(r"^(\w+?)\.qry$", re.IGNORECASE),
    "judgements": re.compile(r"^(\w+?)(?:\.rel|\.?qrel)(?:\.txt)?$", re.IGNORECASE),
}
_ITEM = re.compile(r"^\.I[ \t]+(\d+)[ \t]*$", re.MULTILINE)
_SECTION = re.compile(r"^\.([A-Z])[ \t]*$", re.MULTILINE)
_CODES = 5


def _files(data: Path) -> dict[str, Path]:
    """Return the three files by kind."""
    folder = data if data.is_dir() else data.parent
    if not data.exists():
        raise NotFound(f"There is no {data}.", f"Give {_FILES}.")
    found: dict[str, dict[str, Path]] = {}
    for path in sorted(one for one in folder.iterdir() if one.is_file()):
        for kind, pattern in _KINDS.items():
            if match := pattern.match(path.name):
                found.setdefault(match[1].lower(), {})[kind] = path
    if data.is_file():
        own = [one for one in found.values() if data in one.values()]
        if not own:
            raise NotFound(f"{data.name} is no file of a SMART collection.", f"Give {_FILES}.")
        (files,) = own
    else:
        whole = {name: one for name, one in found.items() if len(one) == len(_KINDS)}
        if len(whole) > 1:
            raise NotFound(
                f"{data} holds several collections: {', '.join(whole)}.", "Name one of the files."
            )
        files = next(iter(whole.values()), max(found.values(), key=len, default={}))
    if lacking := [kind for kind in _KINDS if kind not in files]:
        raise NotFound(
            f"There is no file of {' or '.join(lacking)} in {folder}.", f"Give {_FILES}."
        )
    return files


def _read(path: Path) -> str:
    data = read_bytes(path, "a file of a SMART collection")
    try:
        words = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # The collections are older than UTF-8; every byte is a character in this one.
        words = data.decode("latin-1")
    return words.replace("\r\n", "\n")


def entries(words: str) -> Iterator[tuple[str, dict[str, str]]]:
    r"""Yield the number of each entry as it is printed, with its sections by letter.

    >>> list(entries(".I 007\n.T\nWings .\n.W\nHow wings lift .\n"))
    [('007', {'T': 'Wings .', 'W': 'How wings lift .'})]
    """
    parts = _ITEM.split(words)
    for number, body in zip(parts[1::2], parts[2::2], strict=True):
        pieces = _SECTION.split(body)
        found: dict[str, str] = {}
        for letter, text in zip(pieces[1::2], pieces[2::2], strict=True):
            before = f"{found[letter]}\n" if found.get(letter) else ""
            found[letter] = before + text.strip("\n")
        yield number, found


def _entries(path: Path) -> list[tuple[str, dict[str, str]]]:
    found = list(entries(_read(path)))
    if not any("W" in sections for _, sections in found):
        raise UnreadableFile(f"{path} holds no entry.", "Expected .I, .T and .W at line starts.")
    if "W" not in found[-1][1]:
        raise UnreadableFile(
            f"{path} ends within entry .I {found[-1][0]}, before its .W.", "Fetch it again."
        )
    return found


def _source(number: str, sections: dict[str, str]) -> Source:
    title = " ".join(sections.get("T", "").split())
    words = sections.get("W", "")
    # In Cranfield the words begin with the title already.
    if title and not " ".join(words.split()).startswith(title):
        words = f"{sections['T']}\n{words}"
    return Source(str(int(number)), words, title)


def judgements(words: str, name: str) -> dict[int, dict[str, float]]:
    r"""Return the grades of documents by the number of the query.

    >>> judgements("1 184 2 \n1 29 -1\n", "cranqrel")
    {1: {'184': 3.0, '29': 0.0}}
    >>> judgements("1 0 13 1\n", "MED.REL"), judgements("  1   28\t0\t0.000000\n", "CISI.REL")
    ({1: {'13': 1.0}}, {1: {'28': 1.0}})

    Raises:
        UnreadableFile: a line is of another shape, or there is none.
    """
    expected = "Expected `query document code`, `query 0 document 1` or `query document 0 0.0`."
    lines = [(n, one.split()) for n, one in enumerate(words.split("\n"), 1) if one.strip()]
    width = len(lines[0][1]) if lines else 0
    third = width == 4 and all(cells[1:2] == ["0"] for _, cells in lines)
    found: dict[int, dict[str, float]] = {}
    for number, cells in lines:
        try:
            if len(cells) != width or width not in (3, 4):
                raise ValueError(count(len(cells), "column"))
            query, document = int(cells[0]), int(cells[2] if third else cells[1])
            code = int(cells[2]) if width == 3 else _CODES - 1
        except ValueError as error:
            said = f"{name}, line {number} cannot be read: {error}."
            raise UnreadableFile(said, expected) from error
        grade = float(_CODES - code) if 1 <= code <= _CODES else 0.0
        grades = found.setdefault(query, {})
        grades[str(document)] = max(grade, grades.get(str(document), 0.0))
    if not found:
        raise UnreadableFile(f"{name} holds no judgement.", expected)
    return found


def in_file_order(printed: list[int], judged: list[int], name: str) -> bool:
    """Return whether judgements number queries by their place in the file.

    >>> in_file_order([1, 2, 4], [1, 3], "x.qry"), in_file_order([1, 2, 3], [1, 3], "MED.QRY")
    (True, False)
    """
    if name.lower().startswith("cran"):
        return True
    return not set(judged) <= set(printed) and max(judged) <= len(printed)


def _load(data: Path, _options: Options) -> Suite:
    files = _files(data)
    sources = [_source(number, sections) for number, sections in _entries(files["documents"])]
    queries = _entries(files["queries"])
    judged = judgements(_read(files["judgements"]), files["judgements"].name)
    printed = [int(number) for number, _ in queries]
    ordered = in_file_order(printed, list(judged), files["queries"].name)
    numbers = list(range(1, len(queries) + 1)) if ordered else printed
    known = {one.id for one in sources}
    rows: list[Case] = []
    for number, (_, sections) in zip(numbers, queries, strict=True):
        if number in judged:
            rows.append(_case(number, judged[number], sections))
    for number in judged.keys() - set(numbers):
        problem = f"{files['queries'].name} has no query {number}, which the judgements name"
        rows.append(Case(str(number), "", relevance=judged[number], problem=problem))
    notes = [files["documents"].name.split(".")[0].upper() + "."]
    if unjudged := len(set(numbers) - judged.keys()):
        notes.append(f"{count(unjudged, 'query', 'queries')} without judgements are not asked.")
    named = {one for grades in judged.values() for one in grades}
    if lost := len(named - known):
        refuse_cut(lost, len(named), files["documents"])
        notes.append(f"{count(lost, 'judged document')} not in the collection, so never found.")
    return FORMAT.suite(rows, list(files.values()), sources, notes)


def _case(number: int, grades: dict[str, float], sections: dict[str, str]) -> Case:
    words = " ".join(f"{sections.get('T', '')} {sections.get('W', '')}".split())
    problem = "" if words else "the query is empty"
    if not any(grades.values()):
        problem = problem or "no relevant document"
    return Case(str(number), words, relevance=grades, problem=problem)


FORMAT = Format(
    name="smart",
    task="retrieve",
    about="A collection in SMART's format (Cranfield, MED, CISI).",
    metrics=OF_RANKINGS,
    files=_FILES,
    load=_load,
    grouped_by="query",
)
