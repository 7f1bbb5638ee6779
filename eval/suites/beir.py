"""BEIR: a corpus, queries, and graded judgements of which documents are relevant.

Thakur et al. 2021, "BEIR: A Heterogeneous Benchmark for Zero-shot Evaluation of Information
Retrieval Models". A folder, or the zip archive in which BEIR publishes it, with corpus.jsonl,
queries.jsonl and qrels/SPLIT.tsv. Queries that the split does not judge are not asked. Judgements
below 0 are grade 0. A judged document that the corpus lacks stays among the relevant ones, as in
trec_eval: nobody can find it, and that is said.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from eval.cases import Case, Source, Suite
from eval.suites.fields import Fault, Line, identity, require_id, text
from eval.suites.format import OF_RANKINGS, Format, Options, count, refuse_cut
from eval.suites.reading import json_lines
from eval.suites.tree import Tree
from rag.errors import NotFound, UnreadableFile

_FILES = "a BEIR folder or zip archive with corpus.jsonl, queries.jsonl and qrels/"
_QRELS = "a query, a document and a grade (BEIR), or a query, 0, a document and a grade (TREC)"
_QUERY = {"query-id", "query_id", "queryid", "qid", "query"}
_DOCUMENT = {"corpus-id", "corpus_id", "doc-id", "doc_id", "docid", "docno", "document"}
_GRADE = {"score", "rel", "relevance", "label", "grade"}

Judgements = dict[str, dict[str, float]]
"""Grades of documents, by query."""


def _load(data: Path, options: Options) -> Suite:
    # Any file of the folder stands for the folder.
    path = data if data.is_dir() or data.suffix.lower() == ".zip" or not data.exists() else None
    if path is None:
        path = data.parent.parent if data.parent.name == "qrels" else data.parent
    tree = Tree(path, "corpus.jsonl", _FILES)
    split = options.split or "test"
    name = _qrels_name(tree, split)
    judged = qrels(tree.lines(name), f"{name} in {path}")
    sources, repeated = _corpus(tree)
    questions, broken = _queries(tree)
    known = {one.id for one in sources}
    rows = [_case(id_, grades, questions.get(id_)) for id_, grades in judged.items()]
    notes = [f"Judgements of the split {split}."]
    if repeated:
        notes.append(f"{count(repeated, 'document')} repeated an id and are left out.")
    if unjudged := len(questions.keys() - judged.keys()):
        notes.append(f"{count(unjudged, 'query', 'queries')} without judgements are not asked.")
    if broken:
        notes.append(f"queries.jsonl is damaged: {broken[0]}; lines of this kind: {len(broken)}.")
    named = {one for grades in judged.values() for one in grades}
    if lost := len(named - known):
        refuse_cut(lost, len(named), path)
        notes.append(f"{count(lost, 'judged document')} not in the corpus, so never found.")
    return FORMAT.suite(rows, [path], sources, notes)


def _qrels_name(tree: Tree, split: str) -> str:
    every = [one for one in tree.names if one.startswith("qrels/")]
    found = [one for one in every if PurePosixPath(one).stem == split]
    if not found:
        splits = ", ".join(PurePosixPath(one).stem for one in every) or "none"
        raise NotFound(
            f"There is no qrels/{split}.tsv in {tree.path}.", f"Its splits: {splits}; name one."
        )
    return found[0]


def _columns(cells: list[str]) -> tuple[int, int, int] | None:
    """Return the places of query, document and grade in a header; None for a line that is none."""
    names = [one.strip().lower() for one in cells]
    places = [
        [place for place, one in enumerate(names) if one in wanted]
        for wanted in (_QUERY, _DOCUMENT, _GRADE)
    ]
    return (places[0][0], places[1][0], places[2][0]) if all(places) else None


def _cells(data: bytes, where: str) -> list[str]:
    try:
        words = data.decode("utf-8-sig").strip("\r\n")
    except UnicodeDecodeError as error:
        raise UnreadableFile(f"{where} is not UTF-8 text.", f"Expected {_QRELS}.") from error
    return words.split("\t") if "\t" in words else words.split()


def qrels(lines: Iterator[bytes], name: str) -> Judgements:
    r"""Return the grades by query, read by the header's names, or by position without one.

    >>> qrels(iter([b"query-id\tcorpus-id\tscore\r\n", b"q1\td1\t2\r\n"]), "test.tsv")
    {'q1': {'d1': 2.0}}
    >>> qrels(iter([b"q1 0 d1 1\n", b"q1 0 d2 -1\n"]), "test.tsv")
    {'q1': {'d1': 1.0, 'd2': 0.0}}

    Raises:
        UnreadableFile: a line has other columns or a grade that is no number, or there is none.
    """
    found: Judgements = {}
    places: tuple[int, int, int] | None = None
    width = 0
    for number, data in enumerate(lines, 1):
        if not data.strip():
            continue
        where = f"{name}, line {number}"
        cells = _cells(data, where)
        if places is None:
            places, width = _columns(cells), len(cells)
            if places is not None:
                continue
            places = (0, 2, 3) if width == 4 else (0, 1, 2)
        if len(cells) != width or width < 3:
            raise UnreadableFile(
                f"{where} has {count(len(cells), 'column')}: {data[:80]!r}.", f"Expected {_QRELS}."
            )
        query, document, grade = (cells[place].strip() for place in places)
        value = _grade(grade, where)
        grades = found.setdefault(query, {})
        grades[document] = max(value, grades.get(document, 0.0))
    if not found:
        raise UnreadableFile(f"{name} holds no judgement.", f"Expected {_QRELS}.")
    return found


def _grade(words: str, where: str) -> float:
    try:
        value = float(words)
    except ValueError as error:
        said = f"{where} has the grade {words!r}, which is no number."
        raise UnreadableFile(said, f"Expected {_QRELS}.") from error
    if not math.isfinite(value):
        raise UnreadableFile(f"{where} has the grade {words}.", f"Expected {_QRELS}.")
    return value


def _document(line: Line) -> Source:
    row = line.fields()
    require_id(row, "_id")
    title = "" if row.get("title") is None else text(row, "title", blank=True)
    return Source(identity(row, "_id", ""), text(row, "text", blank=True), title)


def _corpus(tree: Tree) -> tuple[list[Source], int]:
    """Return the documents, and how many were left out because an earlier one has their id."""
    found: dict[str, Source] = {}
    repeated = 0
    for line in json_lines(tree.lines("corpus.jsonl")):
        try:
            one = _document(line)
        except Fault as fault:
            # A corpus with a hole in it would give figures that mean something else.
            raise UnreadableFile(
                f"corpus.jsonl in {tree.path}, {line.say(fault)}.",
                "Expected JSON Lines with `_id`, `title` and `text`. Fetch the file again.",
            ) from fault
        repeated += one.id in found
        found.setdefault(one.id, one)
    return list(found.values()), repeated


def _queries(tree: Tree) -> tuple[dict[str, str], list[str]]:
    """Return the queries, and what is wrong with lines that hold none."""
    found: dict[str, str] = {}
    broken: list[str] = []
    for line in json_lines(tree.lines("queries.jsonl")):
        try:
            row = line.fields()
            require_id(row, "_id")
            found.setdefault(identity(row, "_id", ""), text(row, "text"))
        except Fault as fault:
            broken.append(line.say(fault))
    if not found:
        raise UnreadableFile(
            f"queries.jsonl in {tree.path} holds no query: {broken[0] if broken else 'no line'}.",
            "Expected JSON Lines with `_id` and `text`.",
        )
    return found, broken


def _case(id_: str, grades: Mapping[str, float], question: str | None) -> Case:
    problem = ""
    if question is None:
        problem = f"queries.jsonl has no query {id_}, which the judgements name"
    elif not any(grades.values()):
        problem = "no relevant document"
    return Case(id_, question or "", relevance=grades, problem=problem)


FORMAT = Format(
    name="beir",
    task="retrieve",
    about="A corpus in BEIR's format, with graded judgements.",
    metrics=OF_RANKINGS,
    files=_FILES,
    load=_load,
    options=("split",),
    grouped_by="query",
)
