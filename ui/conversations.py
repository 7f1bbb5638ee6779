"""Conversations that the ledger keeps: of the chat, and of clients of the API that name one.

A kept conversation is JSON: ``{"title", "created", "questions", "turns": [...]}``, each turn a
``KeptTurn``. What was kept by earlier versions (a list of messages) is read too.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from rag.errors import BadRequest, NotFound
from rag.ledger import Ledger
from rag.redact import HINT, MESSAGE
from rag.types import Question, Turn

MOST_TURNS = 40
"""Earlier messages that go with a question at most."""
KEPT = 40
"""Questions of a conversation that are kept, the newest."""
_NEEDED = ("id", "text", "standalone_question", "declined", "answers", "citations", "accounts")
"""What of an earlier answer a follow-up question can refer to."""


def now() -> str:
    """Return the time as conversations keep it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """A question and what came of it.

    ``answer`` is the contract's JSON. Where there is none, ``stopped`` holds the sentences and
    citations that had been shown when it was stopped, or ``error`` what went wrong.
    """

    question: str
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    asked: str = field(default_factory=now)
    answer: Mapping[str, Any] | None = None
    stopped: Mapping[str, Any] | None = None
    error: Mapping[str, str] | None = None
    filters: Mapping[str, Any] = field(default_factory=dict)
    titles: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Conversation:
    """A kept conversation, its turns oldest first."""

    id: str
    title: str
    created: str
    turns: tuple[KeptTurn, ...]


@dataclass(frozen=True, slots=True)
class Begun:
    """Where a question stands in its conversation: what it replaces, and what there was before.

    ``existed`` says that the conversation was kept already, ``again`` that the turn itself was.
    """

    conversation_id: str
    replaces: frozenset[str] = frozenset()
    existed: bool = False
    again: bool = False


def turns_of(value: Mapping[str, Any]) -> tuple[KeptTurn, ...]:
    """Return the turns of a kept conversation, of whatever version."""
    found: list[KeptTurn] = []
    for n, turn in enumerate(value.get("turns", ())):
        if "question" in turn:
            known = {name: turn[name] for name in KeptTurn.__dataclass_fields__ if name in turn}
            found.append(KeptTurn(**known))
        elif turn.get("role") == "user":
            found.append(KeptTurn(str(turn.get("content", "")), id=f"m{n}", asked=""))
        elif found and found[-1].answer is None:
            # Messages held of an answer what follow-ups need, and no more.
            found[-1] = replace(found[-1], answer=turn.get("answer") or {"text": turn["content"]})
    return tuple(found)


def conversation(ledger: Ledger, conversation_id: str) -> Conversation | None:
    """Return a kept conversation, or None."""
    kept = ledger.conversation(conversation_id)
    if kept is None:
        return None
    turns = turns_of(kept)
    title = kept.get("title") or (turns[0].question if turns else "")
    return Conversation(conversation_id, str(title), str(kept.get("created", "")), turns)


def found_conversation(ledger: Ledger, conversation_id: str) -> Conversation:
    """Return a kept conversation.

    Raises:
        NotFound: there is none with that id.
    """
    found = conversation(ledger, conversation_id)
    if found is None:
        raise NotFound(
            f"There is no conversation {conversation_id[:100]!r}.",
            "GET /v1/conversations lists those there are.",
        )
    return found


def history_of(turns: Sequence[KeptTurn]) -> tuple[Turn, ...]:
    """Return the answered turns as a follow-up question needs them."""
    found: list[Turn] = []
    for turn in turns:
        if turn.answer is not None:
            needed = {name: turn.answer[name] for name in _NEEDED if name in turn.answer}
            found.append(Turn("user", turn.question))
            found.append(Turn("assistant", str(turn.answer.get("text", "")), needed))
    return tuple(found[-MOST_TURNS:])


def begin(
    ledger: Ledger, question: Question, replace_from: int | None = None
) -> tuple[Question, Begun | None]:
    """Return the question with its conversation's turns, unless it brings its own, and its place.

    Args:
        ledger: the record.
        question: names the conversation, or none.
        replace_from: the number, from 1, of the turn that the question replaces together with all
            turns after it; None adds it at the end.

    Raises:
        BadRequest: there is no such turn.
    """
    if question.conversation_id is None:
        if replace_from is not None:
            raise BadRequest(
                "replace_from needs a conversation.", "Send the conversation_id it is about."
            )
        return question, None
    found = conversation(ledger, question.conversation_id)
    turns = found.turns if found else ()
    replaces: frozenset[str] = frozenset()
    if replace_from is not None:
        if not 1 <= replace_from <= len(turns):
            raise _no_turn(replace_from, len(turns))
        replaces = frozenset(turn.id for turn in turns[replace_from - 1 :])
        turns = turns[: replace_from - 1]
    begun = Begun(question.conversation_id, replaces, found is not None)
    if question.history:
        return question, begun
    return replace(question, history=history_of(turns)), begun


def _unless_purged(ledger: Ledger, turn: KeptTurn) -> KeptTurn:
    """Return a turn without its answer where that quotes what was purged while it was made."""
    said = turn.answer or turn.stopped
    if said is None or int(said.get("library_seq") or 0) >= ledger.purged_seq:
        return turn
    cited = {str(one.get("document_id", "")) for one in said.get("citations", ())}
    if cited <= ledger.infos(cited).keys():
        return turn
    return replace(turn, answer=None, stopped=None, error={"message": MESSAGE, "hint": HINT})


def keep(ledger: Ledger, begun: Begun, whole: KeptTurn) -> None:
    """Keep a turn in place of those that it replaces, else at the end.

    What others have added meanwhile stays. A conversation that was deleted meanwhile does not come
    back, nor does a turn that was kept before and taken away meanwhile, nor what was purged.
    """

    def change(kept: dict[str, Any] | None) -> dict[str, Any] | None:
        if kept is None and begun.existed:
            return None
        turn = _unless_purged(ledger, whole)
        turns = list(turns_of(kept or {}))
        if begun.again and all(one.id != turn.id for one in turns):
            return None
        gone = begun.replaces | {turn.id}
        at = next((n for n, one in enumerate(turns) if one.id in gone), len(turns))
        turns = [one for one in turns if one.id not in gone]
        turns.insert(min(at, len(turns)), turn)
        return _kept(kept or {}, turns)

    ledger.update_conversation(begun.conversation_id, change)


def remember(
    ledger: Ledger, begun: Begun | None, question: Question, answer: Mapping[str, Any]
) -> None:
    """Keep a question and its answer's JSON, if the question named a conversation."""
    if begun is not None:
        bare = {name: value for name, value in answer.items() if name not in ("hits", "trace")}
        keep(ledger, begun, KeptTurn(question.text, answer=bare))


def forget(ledger: Ledger, conversation_id: str, turn_ids: Collection[str]) -> None:
    """Take turns out of a conversation; one that holds no more is removed."""

    def change(kept: dict[str, Any] | None) -> dict[str, Any] | None:
        if kept is None:
            return None
        return _kept(kept, [turn for turn in turns_of(kept) if turn.id not in turn_ids])

    ledger.update_conversation(conversation_id, change)


def undo_from(ledger: Ledger, conversation_id: str, n: int) -> Conversation:
    """Take turn ``n`` (from 1) and all after it away; return what is left.

    Raises:
        NotFound: there is no such conversation.
        BadRequest: it has no such turn.
    """
    found = found_conversation(ledger, conversation_id)
    if not 1 <= n <= len(found.turns):
        raise _no_turn(n, len(found.turns))
    forget(ledger, conversation_id, {turn.id for turn in found.turns[n - 1 :]})
    return replace(found, turns=found.turns[: n - 1])


def _no_turn(n: int, there: int) -> BadRequest:
    return BadRequest(
        f"There is no turn {n}: the conversation has {there}.",
        "Turns count from 1; GET /v1/conversations/{id} shows them.",
    )


def _kept(kept: Mapping[str, Any], turns: Sequence[KeptTurn]) -> dict[str, Any]:
    if not turns:
        return {}
    # The first question names the conversation, also when it is no longer kept.
    shortened = bool(kept.get("shortened"))
    title = kept["title"] if shortened and kept.get("title") else turns[0].question
    newest = turns[-KEPT:]
    return {
        "title": str(title)[:200],
        "created": kept.get("created") or now(),
        "questions": len(newest),
        "shortened": shortened or len(turns) > KEPT,
        "turns": [_turn_to_json(turn) for turn in newest],
    }


def _turn_to_json(turn: KeptTurn) -> dict[str, Any]:
    return {name: value for name, value in asdict(turn).items() if value not in (None, {}, ())}
