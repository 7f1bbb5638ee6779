"""SQuAD 2.0: questions about a paragraph, half of which it does not answer.

Rajpurkar, Jia & Liang 2018, "Know What You Don't Know". A file of SQuAD 1.1, which has no
``is_impossible``, is read as one in which every question has an answer. The plausible answers to
impossible questions are not read: refusing is what is right there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from eval.cases import Case, Expect, GoldSpan, Source, Suite
from eval.suites.fields import (
    Fault,
    distinct,
    identity,
    kind,
    loose,
    oddity,
    require_id,
    tables,
    text,
    whole,
)
from eval.suites.format import ANSWER_TAIL, Format, Options
from eval.suites.reading import find_file, read_json
from rag.errors import UnreadableFile

_FILES = "a SQuAD file (.json), or the folder that holds it"
_EXPECTED = 'a SQuAD file: {"data": [{"title", "paragraphs": [{"context", "qas"}]}]}'


def _articles(path: Path) -> list[Any]:
    whole_file = read_json(path, _EXPECTED)
    data = whole_file.get("data") if isinstance(whole_file, dict) else None
    if not isinstance(data, list) or not any(isinstance(one, dict) for one in data):
        seen = kind(whole_file) if data is None else f"`data` is {kind(data)} without articles"
        raise UnreadableFile(f"{path} is no SQuAD file: it holds {seen}.", f"Expected {_EXPECTED}.")
    if not any(isinstance(one, dict) and "paragraphs" in one for one in data):
        raise UnreadableFile(
            f"{path} is no SQuAD file: no article has `paragraphs`.", f"Expected {_EXPECTED}."
        )
    return data


def _load(data: Path, _options: Options) -> Suite:
    path = find_file(data, ("*squad*.json", "*dev*.json", "*.json"), _FILES)
    rows: list[Case] = []
    sources: list[Source] = []
    titles: dict[str, int] = {}
    for number, article in enumerate(_articles(path), 1):
        name = f"article {number}"
        fields = article if isinstance(article, dict) else {}
        title = loose(fields, "title") or name
        titles[title] = titles.get(title, 0) + 1
        prefix = title if titles[title] == 1 else f"{title}#{titles[title]}"
        try:
            paragraphs = tables(fields, "paragraphs")
        except Fault as fault:
            rows.append(Case(name, "", problem=f"{name}: {fault}", group=title))
            continue
        for place, paragraph in enumerate(paragraphs):
            source = Source(f"{prefix}/{place}", _context(paragraph), title.replace("_", " "))
            sources.append(source)
            rows += _cases(paragraph, source, source.id)
    return FORMAT.suite(rows, [path], [one for one in sources if one.text])


def _context(paragraph: Mapping[str, Any]) -> str:
    try:
        return "" if oddity(paragraph.get("context")) else text(paragraph, "context")
    except Fault:
        return ""


def _cases(paragraph: Mapping[str, Any], source: Source, group: str) -> Iterator[Case]:
    where = f"paragraph {source.id}"
    try:
        questions = tables(paragraph, "qas")
    except Fault as fault:
        yield Case(source.id, "", problem=f"{where}: {fault}", group=group)
        return
    for number, qa in enumerate(questions, 1):
        id_, question = identity(qa, "id", f"{source.id}/{number}"), loose(qa, "question")
        try:
            if not source.text:
                raise Fault("there is no text in `context`")
            yield _case(qa, id_, source, group)
        except Fault as fault:
            # What is known of it decides in which figures it counts as failed.
            impossible = qa.get("is_impossible", False)
            known = isinstance(impossible, bool)
            yield Case(
                id_,
                question,
                answerable=not impossible if known else None,
                tags=(("unanswerable" if impossible else "answerable"),) if known else (),
                problem=f"question {number} of {where}: {fault}",
                group=group,
            )


def _case(qa: Mapping[str, Any], id_: str, source: Source, group: str) -> Case:
    if odd := oddity(qa):
        raise Fault(f"it holds {odd}")
    require_id(qa, "id")
    question = text(qa, "question")
    impossible = qa.get("is_impossible", False)
    if not isinstance(impossible, bool):
        raise Fault(f"`is_impossible` is {kind(impossible)} where true or false was expected")
    # Some versions of 2.0 leave `answers` out where there are none.
    found = [] if impossible and "answers" not in qa else tables(qa, "answers")
    answers = distinct([text(one, "text", blank=True) for one in found])
    if impossible and answers:
        raise Fault("it is marked as impossible, and has an answer")
    if not impossible and not answers:
        raise Fault("no gold answer")
    spans = dict.fromkeys(
        GoldSpan(source.id, start, start + len(one["text"]))
        for one in found
        if (start := whole(one, "answer_start")) >= 0 and source.text.startswith(one["text"], start)
    )
    there = {source.text[one.start : one.end] for one in spans}
    tags = ["unanswerable" if impossible else "answerable"]
    if set(answers) - there:
        tags.append("span not where it should be")
    return Case(
        id=id_,
        question=question,
        expect=Expect(answers=answers),
        answerable=not impossible,
        spans=tuple(one for one in spans if one.end > one.start),
        tags=tuple(tags),
        scope=(source.id,),
        group=group,
    )


FORMAT = Format(
    name="squad2",
    task="answer",
    about="SQuAD 2.0 (or 1.1): questions about one paragraph, with and without an answer.",
    metrics=(
        "f1",
        "exact_match",
        "f1_answerable",
        "exact_match_answerable",
        "f1_forced",
        "correct_refusals",
        "wrong_refusals",
        "abstention_accuracy",
        "span_cited",
        "aurc",
        "selective_accuracy",
        "ece",
        "brier",
        *ANSWER_TAIL,
    ),
    files=_FILES,
    load=_load,
    grouped_by="paragraph",
)
