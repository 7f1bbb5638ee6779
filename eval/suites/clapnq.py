"""CLAPnq: long answers from one passage, and questions that their passage does not answer.

Rosenthal et al. 2025, "CLAPnq: Cohesive Long-form Answers from Passages in Natural Questions".
Annotators may differ: the first answer that is not empty is the reference, the sentences that any
of them selected are the spans, and a question that any of them answered is answerable.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from eval.cases import Case, Expect, GoldSpan, Source, Suite
from eval.suites.fields import Fault, Line, identity, loose, require_id, tables, text, texts
from eval.suites.format import ANSWER_TAIL, Format, Options, count
from eval.suites.reading import find_files, read_rows

_FILES = "a CLAPnq file of annotated data (.jsonl), or the folder with both"
_EXPECTED = "JSON Lines with `id`, `input`, `passages` and `output`"


def _load(data: Path, _options: Options) -> Suite:
    paths = find_files(data, ("*answerable*.jsonl", "*clapnq*.jsonl", "*.jsonl"), _FILES)
    rows: list[Case] = []
    sources: list[Source] = []
    lost = 0
    for path in paths:
        for line in read_rows(path, ("passages", "input"), _EXPECTED):
            id_ = identity(line.row, "id", f"{path.stem}, {line.name}")
            try:
                case, found, missing = _case(line, id_)
                sources += found
                lost += missing
            except Fault as fault:
                problem = f"{path.name}, {line.say(fault)}"
                case = Case(id_, loose(line.row, "input"), problem=problem)
            rows.append(case)
    notes = []
    if lost:
        said = count(lost, "selected sentence")
        notes = [f"{said} could not be found in the passage, and count in no span."]
    return FORMAT.suite(rows, paths, sources, notes)


def located(sentences: list[str], passages: list[Source]) -> tuple[list[GoldSpan], int]:
    """Return where sentences stand, looked for from the left, and how many are nowhere.

    >>> located(["No.", "No."], [Source("a", "No. Yes. No.")])
    ([GoldSpan(source='a', start=0, end=3), GoldSpan(source='a', start=9, end=12)], 0)
    """
    found: list[GoldSpan] = []
    reached = {one.id: 0 for one in passages}
    lost = 0
    for sentence in sentences:
        wanted = sentence.strip()
        # After the sentence before it, else anywhere: annotators may select out of order.
        places = [(one.id, one.text.find(wanted, reached[one.id])) for one in passages]
        places += [(one.id, one.text.find(wanted)) for one in passages]
        name, start = next((place for place in places if wanted and place[1] >= 0), ("", -1))
        if start < 0:
            lost += 1
            continue
        reached[name] = start + len(wanted)
        found.append(GoldSpan(name, start, reached[name]))
    return found, lost


def _case(line: Line, id_: str) -> tuple[Case, list[Source], int]:
    row = line.fields()
    require_id(row, "id")
    question = text(row, "input")
    sources = [
        Source(f"{id_}/{number}", text(one, "text"), loose(one, "title"))
        for number, one in enumerate(tables(row, "passages"))
    ]
    if not sources:
        raise Fault("no passage")
    given = _answers(row)
    spans: dict[GoldSpan, None] = {}
    lost = 0
    for one in given:
        found, missing = located(texts(one, "selected_sentences"), sources)
        spans.update(dict.fromkeys(found))
        lost += missing
    tags = ["answerable" if given else "unanswerable"]
    if given and len(given) < len(row["output"]):
        tags.append("annotators disagree")
    if lost:
        tags.append("span not found")
    case = Case(
        id=id_,
        question=question,
        expect=Expect(text=given[0]["answer"] if given else ""),
        answerable=bool(given),
        spans=tuple(sorted(spans, key=lambda one: (one.source, one.start, one.end))),
        tags=tuple(tags),
        scope=tuple(one.id for one in sources),
        group=sources[0].title,
    )
    return case, sources, lost


def _answers(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    every = tables(row, "output")
    if not every:
        raise Fault("no gold answer: `output` is empty")
    return [one for one in every if text(one, "answer", blank=True).strip()]


FORMAT = Format(
    name="clapnq",
    task="answer",
    about="CLAPnq: long answers from sentences of one passage, and passages without an answer.",
    metrics=(
        "span_cited",
        "rouge_l",
        "correct_refusals",
        "wrong_refusals",
        "abstention_accuracy",
        *ANSWER_TAIL,
    ),
    files=_FILES,
    load=_load,
    grouped_by="article",
)
