"""BEGIN: responses of dialogue models, judged against the knowledge they were given.

Dziri et al. 2022, "Evaluating Attribution in Dialogue Systems: The BEGIN Benchmark". Fully
attributable is supported; not fully attributable and generic responses are not. The published
files do not quote: a quotation mark is a character like any other. A file that was written again by
a program that quotes is told by its doubled quotation marks, and unquoted.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

from eval.cases import Claim, Source, Suite
from eval.suites.fields import Fault, Line, loose, text
from eval.suites.format import OF_CLAIMS, Format, Options
from eval.suites.reading import find_files, read_text
from rag.errors import UnreadableFile

_FILES = "a BEGIN file (.tsv), or a folder of them"
_COLUMNS = ("model_name", "data_source", "knowledge", "message", "response", "begin_label")
_EXPECTED = f"tab-separated columns {', '.join(_COLUMNS)}"
_LABELS = ("Fully attributable", "Not fully attributable", "Generic")


def _load(data: Path, _options: Options) -> Suite:
    paths = find_files(data, ("begin*.tsv", "*.tsv"), _FILES)
    rows = []
    for path in paths:
        for line in _lines(path):
            id_ = f"{path.stem}/{line.number}"
            try:
                claim = _claim(line, id_)
            except Fault as fault:
                words = loose(line.row, "response")
                claim = Claim(id_, words, (), False, problem=f"{path.name}, {line.say(fault)}")
            rows.append(claim)
    return FORMAT.suite(rows, paths)


def is_quoted(table: str) -> bool:
    r"""Return whether a program that quotes fields wrote this table.

    >>> is_quoted('a\the said "no"\n'), is_quoted('a\t"he said ""no"" twice"\n')
    (False, True)
    """
    cells = (one for row in table.split("\n") for one in row.rstrip("\r").split("\t"))
    marked = [one for one in cells if '"' in one]
    bare = [one.replace('""', "") for one in marked]
    # Such a program puts a mark at the ends of a field that holds one, and nowhere else.
    if any('"' in one.removeprefix('"').removesuffix('"') for one in bare):
        return False
    return any('""' in one[1:-1] for one in marked)


def _lines(path: Path) -> Iterator[Line]:
    words = read_text(path, _EXPECTED)
    if is_quoted(words):
        found = list(csv.reader(io.StringIO(words, newline=""), delimiter="\t"))
    else:
        found = [line.rstrip("\r").split("\t") for line in words.split("\n")]
    names = found[0]
    if not set(_COLUMNS) <= set(names):
        seen = ", ".join(names[:7])[:200]
        raise UnreadableFile(f"{path}, line 1 has the columns {seen}.", f"Expected {_EXPECTED}.")
    for number, values in enumerate(found[1:], 1):
        if any(value.strip() for value in values):
            odd = len(values) != len(names)
            problem = f"{len(values)} columns where {len(names)} were expected" if odd else ""
            row = dict(zip(names, values, strict=False))
            yield Line(f"row {number}", number, row, problem)


def _claim(line: Line, id_: str) -> Claim:
    row = line.fields()
    words, knowledge = text(row, "response"), text(row, "knowledge")
    label = text(row, "begin_label").strip()
    if label not in _LABELS:
        raise Fault(f"`begin_label` is {label!r} where {', '.join(_LABELS)} was expected")
    # The same knowledge was given to several models: its digest tells which rows share one.
    digest = hashlib.sha256(knowledge.encode()).hexdigest()[:12]
    return Claim(
        id=id_,
        text=words,
        sources=(Source(f"{id_}/knowledge", knowledge),),
        supported=label == _LABELS[0],
        question=row["message"],
        label=label,
        tags=tuple(one for one in (row["model_name"], row["data_source"], label) if one),
        group=digest,
    )


FORMAT = Format(
    name="begin",
    task="verify",
    about="BEGIN: responses of dialogue models against the knowledge they were given.",
    metrics=OF_CLAIMS,
    files=_FILES,
    load=_load,
    grouped_by="knowledge",
)
