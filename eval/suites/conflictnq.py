"""ConflictNQ: a Natural Question with a real passage and five that were made up to contradict it.

Both short answers should be reported. Many of them are whole sentences; those rows are tagged
"long answers". What a file calls ``summary`` (an article's title, or what a made-up passage is
about) is the title of the passage.
"""

from __future__ import annotations

from pathlib import Path

from eval.cases import Case, Expect, Source, Suite
from eval.metrics.text import LONG_VALUE, normalise
from eval.suites.fields import Fault, Line, identity, loose, require_id, tables, text
from eval.suites.format import ANSWER_TAIL, Format, Options, literal
from eval.suites.reading import find_file, read_rows

_FILES = "a ConflictNQ file (.jsonl), or the folder that holds it"
_EXPECTED = (
    "JSON Lines with `id`, `question`, `real_short_answer`, `real_passages`, `fake_short_answer`,"
    " `fake_passages`"
)


def _load(data: Path, _options: Options) -> Suite:
    path = find_file(data, ("*conflict*.json*", "*.jsonl", "*.json"), _FILES)
    rows: list[Case] = []
    sources: list[Source] = []
    for line in read_rows(path, ("real_passages", "fake_passages"), _EXPECTED):
        id_ = identity(line.row, "id", line.name)
        try:
            case, found = _case(line, id_)
            sources += found
        except Fault as fault:
            question = loose(line.row, "cleaned_question", "question")
            case = Case(id_, question, problem=line.say(fault))
        rows.append(case)
    return FORMAT.suite(rows, [path], sources)


def _case(line: Line, id_: str) -> tuple[Case, list[Source]]:
    row = line.fields()
    require_id(row, "id")
    question = loose(row, "cleaned_question") or text(row, "question")
    real, fake = (text(row, f"{one}_short_answer").strip() for one in ("real", "fake"))
    sources = [
        Source(f"{id_}/{one}/{number}", text(passage, "passage"), loose(passage, "summary"))
        for one in ("real", "fake")
        for number, passage in enumerate(tables(row, f"{one}_passages"))
    ]
    if not row["real_passages"] or not row["fake_passages"]:
        raise Fault("it lacks the passages of one side")
    longest = max(len(normalise(one).split()) for one in (real, fake))
    case = Case(
        id=id_,
        question=question,
        expect=Expect(values=(literal(real), literal(fake))),
        answerable=True,
        tags=("long answers" if longest > LONG_VALUE else "short answers",),
        scope=tuple(one.id for one in sources),
    )
    return case, sources


FORMAT = Format(
    name="conflictnq",
    task="answer",
    about="ConflictNQ: a real and a made-up answer to one question, both to be reported.",
    metrics=(
        "conflict_coverage",
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
