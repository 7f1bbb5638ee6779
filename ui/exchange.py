"""Conversations and answers that leave Vouch with their evidence, and come back to be re-checked.

An export is ``{"vouch": 1, "kind": "conversation", "exported", "turns": [{"question", "answer"}]}``
or the contract's JSON of one answer. What comes back may come from anybody.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rag.contract_read import answer_from_json
from rag.errors import BadRequest, TooLarge, VouchError
from rag.ledger import Ledger
from rag.stale import AnswerCheck, SeenDocuments, check_to_json, recheck, worst
from rag.types import Answer
from ui.conversations import Conversation, KeptTurn, now
from ui.render_markdown import conversation_markdown
from ui.strict_json import parse_json

MOST_BYTES = 8 * 1024 * 1024
MOST_ANSWERS = 500
MOST_CITATIONS = 5000
FORMAT = 1
_HINT = "Take a file that Vouch has saved as JSON, unchanged."


@dataclass(frozen=True, slots=True)
class Exported:
    """A question of an export with its answer, read and as it stood in the file."""

    question: str
    answer: Answer
    json: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Checked:
    """An exported answer, and what became of its quotations."""

    exported: Exported
    check: AnswerCheck


def checks_of(ledger: Ledger, turns: Sequence[KeptTurn]) -> dict[str, AnswerCheck]:
    """Return what became of the quotations of every answered turn, by the turn's id."""
    seen = SeenDocuments(ledger)
    return {turn.id: recheck(turn.answer, seen) for turn in turns if turn.answer is not None}


def turn_to_json(n: int, turn: KeptTurn, check: AnswerCheck | None) -> dict[str, Any]:
    """Return turn ``n`` of a conversation for the API and for exports."""
    return {
        "n": n,
        "id": turn.id,
        "question": turn.question,
        "asked": turn.asked or None,
        "answer": turn.answer,
        "stopped": turn.stopped,
        "error": turn.error,
        "check": None if check is None else check_to_json(check),
    }


def conversation_to_json(found: Conversation, ledger: Ledger) -> dict[str, Any]:
    """Return a kept conversation; its quotations are checked against the library as it is now."""
    checks = checks_of(ledger, found.turns)
    turns = [turn_to_json(n, one, checks.get(one.id)) for n, one in enumerate(found.turns, 1)]
    state = worst(check.state for check in checks.values())
    return {
        "id": found.id,
        "title": found.title,
        "created": found.created or None,
        "state": state,
        "turns": turns,
    }


def export_json(found: Conversation, ledger: Ledger) -> dict[str, Any]:
    """Return a whole conversation as it is exported."""
    return {"vouch": FORMAT, "kind": "conversation", "exported": now(),
            **conversation_to_json(found, ledger)}  # fmt: skip


def export_markdown(found: Conversation, ledger: Ledger) -> str:
    """Return a whole conversation as Markdown with its evidence."""
    checks = checks_of(ledger, found.turns)
    shown: list[tuple[str, Answer | None, AnswerCheck | None, Sequence[str]]] = []
    for turn in found.turns:
        answer, why = readable(turn)
        shown.append((turn.question, answer, checks.get(turn.id), why))
    return conversation_markdown(found.title, shown, now())


def readable(turn: KeptTurn) -> tuple[Answer | None, list[str]]:
    """Return a kept turn's answer, or None and why there is none to show, in lines."""
    if turn.answer is None:
        return None, _without_answer(turn)
    try:
        return answer_from_json(turn.answer), []
    except VouchError:
        text = str(turn.answer.get("text", ""))
        return None, [f"Kept by an earlier version of Vouch, without its evidence: {text}"]


def _without_answer(turn: KeptTurn) -> list[str]:
    if turn.error:
        return [f"{turn.error.get('message', '')} {turn.error.get('hint', '')}".strip()]
    shown = turn.stopped or {}
    if not shown.get("sentences"):
        return ["Stopped before it was answered."]
    lines = ["Stopped. Shown until then:"]
    for sentence in shown["sentences"]:
        numbers = "".join(f" [{mark['n']}]" for mark in sentence["citations"])
        lines.append(f"{sentence['text']}{numbers}")
    lines += [
        f"[{one['n']}] {one['title'] or one['source']}: \u201c{one['quote']}\u201d, characters"
        f" {one['start']} to {one['end']}, text sha256 {one['text_sha256']}"
        for one in shown.get("citations", ())
    ]
    return lines


def read_export(data: bytes) -> tuple[str, list[Exported]]:
    """Return the kind ("answer" or "conversation") and the answers of an exported file.

    Raises:
        TooLarge: it is larger than any export.
        BadRequest: it is no export, or something in it is not as it must be.
    """
    if len(data) > MOST_BYTES:
        raise TooLarge(
            f"The file has {len(data) / 1024 / 1024:.1f} MB;"
            f" {MOST_BYTES // 1024 // 1024} MB are the limit for an export.",
            _HINT,
        )
    try:
        value = parse_json(data)
    except json.JSONDecodeError as error:
        raise BadRequest(f"The file is not JSON: {error.msg}.", _HINT) from error
    return exported(value)


def exported(value: object) -> tuple[str, list[Exported]]:
    """Return the kind and the answers of an export; turns without an answer are left out.

    Raises:
        BadRequest: it is no export, or something in it is not as it must be.
    """
    if isinstance(value, Mapping) and "contract" in value:
        answer = answer_from_json(value)
        return "answer", [Exported(answer.question, answer, value)]
    if not isinstance(value, Mapping) or value.get("kind") != "conversation":
        raise BadRequest("This is neither an exported answer nor a conversation.", _HINT)
    if value.get("vouch") != FORMAT or isinstance(value.get("vouch"), bool):
        raise BadRequest(f"vouch must be {FORMAT}, the format of exports.", _HINT)
    turns = value.get("turns")
    if not isinstance(turns, list) or len(turns) > MOST_ANSWERS:
        raise BadRequest(f"turns must be a list of at most {MOST_ANSWERS}.", _HINT)
    found: list[Exported] = []
    for n, turn in enumerate(turns):
        if not isinstance(turn, Mapping) or not isinstance(turn.get("question"), str):
            raise BadRequest(f"turns[{n}].question must be a string.", _HINT)
        if turn.get("answer") is None:
            continue
        answer = answer_from_json(turn["answer"], where=f"turns[{n}].answer")
        found.append(Exported(turn["question"], answer, turn["answer"]))
    if sum(len(one.answer.citations) for one in found) > MOST_CITATIONS:
        raise BadRequest(f"There are more than {MOST_CITATIONS:,} citations in it.", _HINT)
    return "conversation", found


def checked(answers: Sequence[Exported], ledger: Ledger) -> list[Checked]:
    """Return the answers with what became of their quotations."""
    seen = SeenDocuments(ledger)
    return [Checked(one, recheck(one.json, seen)) for one in answers]


def report_to_json(kind: str, found: Sequence[Checked], library_seq: int) -> dict[str, Any]:
    """Return what a re-check has found."""
    return {
        "kind": kind,
        "state": worst(one.check.state for one in found),
        "library_seq": library_seq,
        "quotations": {
            state: sum(one.check.count(state) for one in found)
            for state in ("current", "stale", "damaged")
        },
        "answers": [
            {"n": n, "question": one.exported.question, "id": one.exported.answer.id,
             **check_to_json(one.check)}
            for n, one in enumerate(found, start=1)
        ],
    }  # fmt: skip
