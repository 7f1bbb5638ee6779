"""Conversations played: each question asked in its conversation, as understood in one of four ways.

The answers of the earlier turns are Vouch's own, with their JSON, as in the chat; or the texts that
the case was written with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Literal, get_args

from eval.cases import Case
from eval.records import Output
from rag.errors import VouchError
from rag.types import Turn

Mode = Literal["raw", "concatenated", "resolved", "standalone"]
MODES: tuple[Mode, ...] = get_args(Mode)
"""The last question alone; all questions joined; the resolver's; as a person would write it."""

Rewrite = Callable[[str, Sequence[Turn]], str]
Ask = Callable[[str, Sequence[Turn]], Output]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a conversation as it was understood, and what was answered."""

    case: Case
    understood: str
    output: Output


def concatenated(case: Case) -> str:
    """Return all questions of a case's conversation, the last one last.

    >>> concatenated(Case("1", "Why?", (Turn("user", "Who left?"), Turn("assistant", "Ann."))))
    'Who left? Why?'
    """
    return " ".join([*_questions(case.history), case.question])


def _questions(history: Sequence[Turn]) -> list[str]:
    return [turn.content for turn in history if turn.role == "user"]


class Player:
    """Plays conversations against one library. Safe to share between threads.

    Args:
        ask: answers a question in its conversation, or one that stands alone with none.
        resolve: makes a follow-up question stand alone.
        alone: the question as a person would write it, by the case's id.
        given: whether the earlier answers are those of the case rather than Vouch's own.
    """

    def __init__(
        self,
        ask: Ask,
        resolve: Rewrite,
        alone: Mapping[str, str] | None = None,
        *,
        given: bool = False,
    ) -> None:
        self._ask, self._resolve, self._alone = ask, resolve, alone or {}
        self._given = given
        self._answered: dict[tuple[str, ...], Output] = {}

    def play(self, cases: Sequence[Case], mode: Mode, workers: int = 1) -> list[Asked]:
        """Return what came of every case, in the order of the cases; a conversation at a time."""
        groups = [list(some) for _, some in groupby(cases, lambda case: case.group or case.id)]
        with ThreadPoolExecutor(max(1, workers), "conversations") as pool:
            played = list(pool.map(lambda some: [self.ask(one, mode) for one in some], groups))
        return [asked for some in played for asked in some]

    def ask(self, case: Case, mode: Mode) -> Asked:
        """Return what comes of one case."""
        if case.problem:
            return Asked(case, case.question, Output(error=case.problem))
        try:
            history = self._history(case) if mode == "resolved" else ()
            understood = self.understood(case, mode, history)
            asked = case.question if mode == "resolved" else understood
            return Asked(case, understood, self._answer(asked, history))
        except VouchError as error:
            return Asked(case, case.question, Output(error=str(error)))

    def understood(self, case: Case, mode: Mode, history: Sequence[Turn] | None = None) -> str:
        """Return the question that is searched for."""
        if mode == "concatenated":
            return concatenated(case)
        if mode == "standalone":
            return self._alone.get(case.id, case.question)
        if mode == "resolved":
            known = self._history(case) if history is None else history
            return self._resolve(case.question, known)
        return case.question

    def _history(self, case: Case) -> Sequence[Turn]:
        """Return a case's conversation: as it was written, or played."""
        return case.history if self._given else self._played(_questions(case.history))

    def _played(self, questions: Sequence[str]) -> list[Turn]:
        """Return the conversation that these questions make, answered by Vouch itself."""
        history: list[Turn] = []
        for question in questions:
            understood = self._resolve(question, history)
            answer = dict(self._answer(question, history).answer or {})
            answer |= {"question": question, "standalone_question": understood}
            history.append(Turn("user", question))
            history.append(Turn("assistant", str(answer.get("text") or ""), answer))
        return history

    def _answer(self, question: str, history: Sequence[Turn]) -> Output:
        # The same words in the same conversation get the same answer.
        key = (question, *(turn.content for turn in history))
        if key not in self._answered:
            self._answered[key] = self._ask(question, history)
        return self._answered[key]


def row_of(asked: Asked, mode: str, right: float | None) -> dict[str, Any]:
    """Return one row for reading: what was asked, understood and said."""
    answer = asked.output.answer or {}
    return {
        "id": asked.case.id,
        "mode": mode,
        "question": asked.case.question,
        "understood": asked.understood,
        "right": right,
        "refused": asked.output.outcome == "refused",
        "error": asked.output.error,
        "text": answer.get("text", ""),
        "tags": list(asked.case.tags),
    }


def without_history(case: Case, understood: str) -> Case:
    """Return a case that asks the question as it was understood, outside its conversation."""
    return replace(case, question=understood, history=())
