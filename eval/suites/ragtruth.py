"""RAGTruth's question answering: responses of six models, with the characters that are made up.

Niu et al. 2024, "RAGTruth: A Hallucination Corpus for Developing Trustworthy Retrieval-Augmented
Language Models". Two shapes are read: rows with context ``d1`` and response ``d2``, and the
published pair of response.jsonl and source_info.jsonl, of which only question answering is taken.

As in the paper, a response with any marked span is hallucinated, and one with none is supported.
The column ``label`` of the first shape says something else (it calls some responses with a marked
span entailed), so it is kept as ``label`` and decides nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from eval.cases import Claim, Source, Suite
from eval.suites.fields import Fault, Line, identity, loose, require_id, tables, text, whole
from eval.suites.format import LATENCY, Format, Options, count
from eval.suites.reading import find_file, read_rows
from rag.errors import NotFound

_FILES = "RAGTruth's response.jsonl beside source_info.jsonl, or one file with `d1` and `d2`"
_EXPECTED = "rows with `d1`, `d2` and `labels`, or with `response`, `source_id` and `labels`"
_PASSAGE = re.compile(r"^passage \d+:", re.MULTILINE)


def _load(data: Path, options: Options) -> Suite:
    path = find_file(data, ("response.jsonl", "*qa*.json*", "*.json*"), _FILES)
    lines = read_rows(path, ("d2", "response"), _EXPECTED)
    files = [path]
    notes: list[str] = []
    if not any("d2" in line.row for line in lines):
        sources = path.with_name("source_info.jsonl")
        files.append(sources)
        lines, notes = _published(lines, sources, options.split)
    rows = []
    for line in lines:
        id_ = identity(line.row, "id", line.name)
        try:
            claim = _claim(line, id_)
        except Fault as fault:
            problem, words = line.say(fault), loose(line.row, "d2")
            question = loose(line.row, "query")
            claim = Claim(id_, words, (), False, question=question, problem=problem)
        rows.append(claim)
    return FORMAT.suite(rows, files, notes=notes)


def _published(lines: list[Line], path: Path, split: str | None) -> tuple[list[Line], list[str]]:
    """Return the rows of question answering in the shape with ``d1`` and ``d2``.

    A row that cannot be told from those of other tasks, or of other splits, is kept.
    """
    contexts = {
        identity(one.row, "source_id", ""): one.row
        for one in read_rows(path, ("source_info",), "JSON Lines with `source_id`, `source_info`")
    }
    splits = {loose(line.row, "split") for line in lines} - {""}
    wanted = split or ("test" if "test" in splits else None)
    if wanted and wanted not in splits | {"all"}:
        raise NotFound(f"No response is of the split {wanted!r}.", f"There is {sorted(splits)}.")
    found: list[Line] = []
    others = 0
    for line in lines:
        context = contexts.get(identity(line.row, "source_id", ""), {})
        task, part = loose(context, "task_type"), loose(line.row, "split")
        if (task and task != "QA") or (wanted not in (None, "all") and part not in ("", wanted)):
            others += 1
            continue
        info = context.get("source_info")
        row = dict(line.row)
        if "response" in row:
            row["d2"] = row["response"]
        if isinstance(info, dict):
            row |= {"d1": info.get("passages"), "query": info.get("question")}
        problem = line.problem
        if not problem and not context:
            problem = f"{line.name}: no context with the source_id of the row in {path.name}"
        found.append(Line(line.name, line.number, row, problem))
    if not found:
        raise NotFound(f"No response of {path.parent} is about a question.", f"Give {_FILES}.")
    said = count(
        others, "response of other tasks or splits is", "responses of other tasks or splits are"
    )
    return found, [f"{said} left out."] if others else []


def passages(context: str, name: str) -> tuple[Source, ...]:
    r"""Return the passages of a context that marks them as "passage 1:" and so on.

    >>> [one.text for one in passages("passage 1:It rains.\n\npassage 2:It snows.\n\n", "7")]
    ['It rains.', 'It snows.']
    """
    parts = [one.strip() for one in _PASSAGE.split(context)]
    return tuple(Source(f"{name}/{n}", one) for n, one in enumerate(parts) if one)


def _claim(line: Line, id_: str) -> Claim:
    row = line.fields()
    require_id(row, "id")
    words = text(row, "d2")
    name = identity(row, "source_id", id_)
    marks = tables(row, "labels")
    spans = [(whole(one, "start"), whole(one, "end")) for one in marks]
    held = [
        (start, end)
        for one, (start, end) in zip(marks, spans, strict=True)
        if 0 <= start < end <= len(words) and words[start:end] == one.get("text", words[start:end])
    ]
    return Claim(
        id=id_,
        text=words,
        sources=passages(text(row, "d1"), name),
        supported=not marks,
        unsupported=tuple(sorted(set(held))),
        question=loose(row, "query"),
        label=loose(row, "label") or ("hallucinated" if marks else "supported"),
        tags=_tags(row, marks, len(held) < len(marks)),
        group=name,
    )


def _tags(row: Mapping[str, Any], marks: list[dict[str, Any]], lost: bool) -> tuple[str, ...]:
    tags = [loose(row, "model"), *sorted({loose(one, "label_type") for one in marks})]
    if marks and all(one.get("implicit_true") is True for one in marks):
        tags.append("true but not in the context")
    if loose(row, "quality") not in ("", "good"):
        tags.append(loose(row, "quality"))
    if lost:
        tags.append("span not where it should be")
    return tuple(one for one in tags if one)


FORMAT = Format(
    name="ragtruth-qa",
    task="verify",
    about="RAGTruth, question answering: responses with the characters that people found made up.",
    metrics=(
        "f1",
        "balanced_accuracy",
        "auc",
        "span_f1",
        "precision",
        "recall",
        "accuracy",
        "span_precision",
        "span_recall",
        "ece",
        *LATENCY,
    ),
    files=_FILES,
    load=_load,
    options=("split",),
    grouped_by="question",
)
