"""MTRAG: the last question of a conversation, with the passages that its reference answer rests on.

Katsis et al. 2025, "MTRAG: A Multi-Turn Conversational Benchmark for Evaluating RAG Systems", the
generation tasks with reference passages. The passages of all tasks are searched together, so that
finding the right ones is part of the task. ANSWERABLE and PARTIAL should be answered, UNANSWERABLE
refused; for UNDERSPECIFIED and CONVERSATIONAL neither is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from eval.cases import Case, Expect, Source, Suite
from eval.suites.fields import (
    Fault,
    Line,
    identity,
    kind,
    loose,
    require,
    require_id,
    tables,
    text,
)
from eval.suites.format import ANSWER_TAIL, Format, Options
from eval.suites.reading import find_file, read_rows
from rag.types import Turn

_FILES = "MTRAG's reference tasks (reference.jsonl), or the folder that holds them"
_EXPECTED = "JSON Lines with `task_id`, `input`, `contexts`, `targets` and `answerability`"
_ANSWERABLE = {
    "ANSWERABLE": True,
    "PARTIAL": True,
    "UNANSWERABLE": False,
    "UNDERSPECIFIED": None,
    "CONVERSATIONAL": None,
}
_TITLE = 120


def _load(data: Path, _options: Options) -> Suite:
    path = find_file(data, ("reference*.jsonl", "*.jsonl", "*.json"), _FILES)
    rows: list[Case] = []
    pool: dict[str, Source] = {}
    for line in read_rows(path, ("contexts", "targets"), _EXPECTED):
        id_ = identity(line.row, "task_id", line.name)
        group = identity(line.row, "conversation_id", id_)
        try:
            case = _case(line, id_, group, pool)
        except Fault as fault:
            case = Case(id_, _asked(line.row), group=group, problem=line.say(fault))
        rows.append(case)
    return FORMAT.suite(rows, [path], list(pool.values()))


def _asked(row: Mapping[str, Any]) -> str:
    turns = row.get("input")
    last = turns[-1] if isinstance(turns, list) and turns else None
    return loose(last, "text") if isinstance(last, dict) else ""


def title_of(context: Mapping[str, Any]) -> str:
    r"""Return a passage's title: the one it names, else its first line if that looks like one.

    >>> title_of({"text": "Atom\nThe number of protons is fixed ."}), title_of({"text": "\nIt is."})
    ('Atom', '')
    """
    if named := loose(context, "title").strip():
        return named
    first, _, rest = str(context.get("text", "")).partition("\n")
    first = first.strip()
    looks = rest.strip() and len(first) <= _TITLE and not first.endswith((".", "!", ":", ";", ","))
    return first if looks else ""


def _pooled(contexts: list[dict[str, Any]], pool: dict[str, Source]) -> list[str]:
    names = []
    for one in contexts:
        require_id(one, "document_id")
        name, words = identity(one, "document_id", ""), text(one, "text")
        # One id with another text is another passage: neither must stand for the other.
        number = 1
        key = name
        while key in pool and pool[key].text != words:
            number += 1
            key = f"{name}#{number}"
        pool.setdefault(key, Source(key, words, title_of(one)))
        names.append(key)
    return list(dict.fromkeys(names))


def _words(row: Mapping[str, Any], name: str) -> list[str]:
    value = row.get(name, [])
    found = value if isinstance(value, list) else [value]
    return [one for one in found if isinstance(one, str) and one]


def _turns(row: Mapping[str, Any]) -> list[Turn]:
    found = []
    for one in tables(row, "input"):
        speaker = text(one, "speaker")
        if speaker not in ("user", "agent"):
            raise Fault(f"`speaker` is {speaker!r} where 'user' or 'agent' was expected")
        found.append(Turn("user" if speaker == "user" else "assistant", text(one, "text")))
    if not found or found[-1].role != "user":
        raise Fault("`input` does not end in a question of the user")
    return found


def _case(line: Line, id_: str, group: str, pool: dict[str, Source]) -> Case:
    row = line.fields()
    require_id(row, "task_id")
    turns = _turns(row)
    labels = _words(row, "answerability")
    if not labels or labels[0] not in _ANSWERABLE:
        seen = repr(labels[0]) if labels else kind(require(row, "answerability"))
        raise Fault(f"`answerability` is {seen} where {', '.join(_ANSWERABLE)} was expected")
    contexts = tables(row, "contexts")
    targets = [text(one, "text") for one in tables(row, "targets")]
    if not targets:
        raise Fault("no gold answer: `targets` is empty")
    names = _pooled(contexts, pool)
    turn = [one for one in _words(row, "Multi-Turn") if one != "N/A"]
    tags = [labels[0].lower(), *_words(row, "Collection"), *_words(row, "Question Type"), *turn]
    tags.append("later turn" if len(turns) > 1 else "first turn")
    return Case(
        id=id_,
        question=turns[-1].content,
        history=tuple(turns[:-1]),
        expect=Expect(text=targets[0]),
        answerable=_ANSWERABLE[labels[0]],
        sources=tuple(names),
        relevance=dict.fromkeys(names, 1.0),
        tags=tuple(dict.fromkeys(tags)),
        group=group,
    )


FORMAT = Format(
    name="mtrag",
    task="answer",
    about="MTRAG: the last question of a conversation, over the passages of all conversations.",
    metrics=(
        "recall@5",
        "recall@10",
        "ndcg@5",
        "ndcg@10",
        "source_cited",
        "rouge_l",
        "correct_refusals",
        "wrong_refusals",
        "abstention_accuracy",
        *ANSWER_TAIL,
    ),
    files=_FILES,
    load=_load,
    grouped_by="conversation",
)
