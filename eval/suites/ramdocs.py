"""RAMDocs: questions whose documents disagree, some rightly (homonyms), some by misinformation.

Wang et al. 2025, "Retrieval-Augmented Generation with Conflicting Evidence". An answer is right
when every gold answer is in it and no wrong one. A wrong answer that is a gold one once both are
normalised is not asked to be absent: no answer could do both.
"""

from __future__ import annotations

from pathlib import Path

from eval.cases import Case, Expect, Source, Suite
from eval.metrics.text import normalise
from eval.suites.fields import Fault, Line, loose, tables, text, texts
from eval.suites.format import ANSWER_TAIL, Format, Options, count, literal
from eval.suites.reading import find_file, read_rows

_FILES = "a RAMDocs file (.jsonl), or the folder that holds it"
_EXPECTED = "JSON Lines with `question`, `documents`, `gold_answers`, `wrong_answers`"


def _load(data: Path, _options: Options) -> Suite:
    path = find_file(data, ("*ramdocs*.json*", "*.jsonl", "*.json"), _FILES)
    rows: list[Case] = []
    sources: list[Source] = []
    for line in read_rows(path, ("documents", "gold_answers"), _EXPECTED):
        try:
            case, found = _case(line)
            sources += found
        except Fault as fault:
            case = Case(str(line.number), loose(line.row, "question"), problem=line.say(fault))
        rows.append(case)
    return FORMAT.suite(rows, [path], sources)


def values(answers: list[str]) -> tuple[str, ...]:
    """Return the answers that differ once normalised, each in its first spelling.

    >>> values(["The UK", "UK", "France "])
    ('The UK', 'France')
    """
    found: dict[str, str] = {}
    for one in answers:
        if one.strip():
            found.setdefault(normalise(one) or one.strip(), one.strip())
    return tuple(found.values())


def _case(line: Line) -> tuple[Case, list[Source]]:
    row, id_ = line.fields(), str(line.number)
    question = text(row, "question")
    golds = values(texts(row, "gold_answers"))
    if not golds:
        raise Fault("no gold answer")
    documents = tables(row, "documents")
    if not documents:
        raise Fault("no documents")
    sources = [
        Source(f"{id_}/{number}", text(one, "text", blank=True))
        for number, one in enumerate(documents)
    ]
    every = values([*golds, *texts(row, "wrong_answers")])
    tags = [count(len(golds), "gold")]
    tags += sorted({text(one, "type") for one in documents} & {"misinfo", "noise"})
    if {normalise(one) for one in golds} & {normalise(one) for one in row["wrong_answers"]}:
        tags.append("gold also called wrong")
    case = Case(
        id=id_,
        question=question,
        expect=Expect(
            values=tuple(literal(one) for one in golds),
            wrong=tuple(literal(one) for one in every[len(golds) :]),
        ),
        answerable=True,
        tags=tuple(tags),
        scope=tuple(one.id for one in sources),
    )
    return case, sources


FORMAT = Format(
    name="ramdocs",
    task="answer",
    about="RAMDocs: every right value of documents that conflict, and no wrong one.",
    metrics=(
        "ramdocs_exact_match",
        "conflict_coverage",
        "wrong_asserted",
        "correct",
        "wrong_refusals",
        "aurc",
        "selective_accuracy",
        "ece",
        *ANSWER_TAIL,
    ),
    files=_FILES,
    load=_load,
    grouped_by="question",
)
