"""Conversations that the server keeps, for clients that name one and send no history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rag.ledger import Ledger
from rag.types import Question, Turn

MOST_TURNS = 40
_NEEDED = ("id", "text", "standalone_question", "declined", "answers", "citations", "accounts")
"""What of an earlier answer a follow-up question can refer to."""


def with_history(ledger: Ledger, question: Question) -> Question:
    """Return the question with the kept turns of its conversation, unless it brings its own."""
    if question.conversation_id is None or question.history:
        return question
    kept = ledger.conversation(question.conversation_id) or {}
    turns = tuple(Turn(t["role"], t["content"], t.get("answer")) for t in kept.get("turns", ()))
    return replace(question, history=turns)


def remember(ledger: Ledger, question: Question, answer: Mapping[str, Any]) -> None:
    """Add a question and its answer's JSON to the conversation, if the question names one."""
    if question.conversation_id is None:
        return
    kept = ledger.conversation(question.conversation_id) or {}
    needed = {name: answer[name] for name in _NEEDED}
    turns = [
        *kept.get("turns", ()),
        {"role": "user", "content": question.text},
        {"role": "assistant", "content": answer["text"], "answer": needed},
    ]
    ledger.put_conversation(question.conversation_id, {"turns": turns[-MOST_TURNS:]})
