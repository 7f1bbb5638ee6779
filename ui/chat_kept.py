"""Conversations of the chat that outlive their page: kept turn by turn, shown again, listed.

Knows nothing of Gradio. The browser remembers the ids of its conversations and nothing else.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from rag.contract import (
    answer_to_json,
    citation_to_json,
    filters_from_json,
    filters_to_json,
    sentence_to_json,
)
from rag.contract_read import answer_from_json, citation_from_json, sentence_from_json
from rag.errors import VouchError
from rag.ledger import Ledger
from rag.stale import AnswerCheck, SeenDocuments, recheck
from rag.store.records import ConversationRow
from rag.types import Filters, Passage, Place
from ui.chat_talk import Talk, TalkTurn, show_answer, show_error, show_stopped
from ui.conversations import Begun, Conversation, KeptTurn, conversation, forget, keep
from ui.exchange import export_json, export_markdown
from ui.render import Partial
from ui.render_safe import NOTHING, html, together
from ui.render_words import count, day

_LOG = logging.getLogger("vouch.chat")
_LISTED = 30
_LONGEST_ID = 200


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a browser remembers: the conversation of its page, and all of its conversations."""

    current: str = ""
    ids: tuple[str, ...] = ()


def remembered(value: str) -> Remembered:
    """Return what a browser says that it remembers; what makes no sense is left out.

    >>> remembered('{"current": "a", "ids": ["a", 5]}')
    Remembered(current='a', ids=('a',))
    """
    try:
        said = json.loads(value)
        current, ids = said["current"], said["ids"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return Remembered()
    known = [one for one in ids if is_id(one)] if isinstance(ids, list) else []
    return Remembered(current if is_id(current) else "", tuple(known[:_LISTED]))


def is_id(value: object) -> bool:
    """Tell whether a value can name a conversation."""
    return isinstance(value, str) and 0 < len(value) <= _LONGEST_ID


def kept_turn(turn: TalkTurn) -> KeptTurn:
    """Return a turn of the page as it is kept."""
    stopped = None
    if turn.answer is None and turn.error is None:
        partial = turn.stopped or Partial(turn.question)
        numbers = sorted(partial.citations)
        stopped = {
            "sentences": [sentence_to_json(one) for one in partial.sentences],
            "citations": [citation_to_json(n, partial.citations[n], Place("")) for n in numbers],
        }
    error = None
    if turn.error is not None:
        error = {"message": turn.error.message, "hint": turn.error.hint}
    return KeptTurn(
        question=turn.question,
        id=turn.id,
        asked=turn.asked,
        answer=turn.json or (answer_to_json(turn.answer) if turn.answer is not None else None),
        stopped=stopped,
        error=error,
        filters=filters_to_json(turn.filters),
        titles=list(turn.titles),
    )


def keep_turn(ledger: Ledger, talk: Talk, turn: TalkTurn) -> str:
    """Keep a turn; return what a person is told where that fails, else nothing.

    One whose answer is still on its way stands as stopped, beside those that it will replace: a
    page that is left meanwhile loses nothing.
    """
    replaces = frozenset() if turn.is_busy else frozenset(turn.replaces)
    begun = Begun(talk.id, replaces, existed=talk.is_kept, again=turn.is_kept)
    try:
        keep(ledger, begun, kept_turn(turn))
    except VouchError as error:
        _LOG.warning("A turn of the chat could not be kept: %s", error)
        return f"This turn is not kept: {error}"
    talk.is_kept = turn.is_kept = True
    return ""


def forget_turns(ledger: Ledger, talk: Talk, turns: Collection[TalkTurn]) -> str:
    """Take turns out of what is kept; return what a person is told where that fails."""
    try:
        forget(ledger, talk.id, {turn.id for turn in turns})
    except VouchError as error:
        _LOG.warning("A turn of the chat could not be taken back: %s", error)
        return f"The kept conversation still holds it: {error}"
    talk.is_kept = talk.is_kept and bool(talk.turns)
    return ""


def kept_conversation(talk: Talk) -> Conversation:
    """Return the conversation of the page, to be exported."""
    turns = tuple(kept_turn(turn) for turn in talk.turns)
    return Conversation(
        talk.id, turns[0].question if turns else "", turns[0].asked if turns else "", turns
    )


def export_talk(talk: Talk, ledger: Ledger, kind: str) -> str:
    """Return the whole conversation with its evidence, as "markdown" or as "json"."""
    found = kept_conversation(talk)
    if kind == "markdown":
        return export_markdown(found, ledger)
    return json.dumps(export_json(found, ledger), ensure_ascii=False, indent=2)


@dataclass(slots=True)
class _Restoring:
    """A conversation on its way back to the page."""

    ledger: Ledger
    documents: SeenDocuments
    passages: dict[str, Passage] = field(default_factory=dict)

    def look_up(self, turns: Sequence[KeptTurn]) -> None:
        cited = [
            one
            for turn in turns
            for found in (turn.answer, turn.stopped)
            if found is not None
            for one in found.get("citations", ())
        ]
        ids = {str(one.get("passage_id", "")) for one in cited}
        self.passages = self.ledger.passages(ids)

    def show(self, turn: TalkTurn, kept: KeptTurn) -> None:
        """Make a turn of the page show what was kept of it."""
        try:
            if kept.answer is not None:
                turn.json = kept.answer
                found = answer_from_json(kept.answer, self.passages)
                show_answer(turn, found, recheck(kept.answer, self.documents))
            elif kept.error is not None:
                show_error(turn, VouchError(str(kept.error["message"]), str(kept.error["hint"])))
            else:
                show_stopped(turn, self.partial(turn, kept))
        except VouchError:
            text = str((kept.answer or {}).get("text", ""))
            why = "This answer was kept by another version of Vouch, without all of its evidence."
            show_error(turn, VouchError(why, text))

    def partial(self, turn: TalkTurn, kept: KeptTurn) -> Partial:
        shown = kept.stopped or {"sentences": [], "citations": []}
        cited = {
            int(one["n"]): citation_from_json(one, int(one["n"]), self.passages)[0]
            for one in shown["citations"]
        }
        most = max(cited, default=0)
        sentences = tuple(sentence_from_json(one, most) for one in shown["sentences"])
        return Partial(turn.question, turn.filters, (), sentences, cited)


def restored(ledger: Ledger, conversation_id: str) -> Talk | None:
    """Return a kept conversation as the page shows it, its quotations looked up again, or None."""
    found = conversation(ledger, conversation_id)
    if found is None or not found.turns:
        return None
    talk = Talk(id=found.id, is_kept=True)
    restoring = _Restoring(ledger, SeenDocuments(ledger))
    restoring.look_up(found.turns)
    for kept in found.turns:
        turn = talk.begin(kept.question, _filters(kept), tuple(kept.titles))
        turn.id, turn.asked, turn.is_kept = kept.id, kept.asked, True
        restoring.show(turn, kept)
    return talk


def _filters(kept: KeptTurn) -> Filters:
    try:
        return filters_from_json(kept.filters)
    except VouchError:
        return Filters()


def earlier_html(rows: Sequence[ConversationRow]) -> Markup:
    """Return the earlier conversations of a browser, each to be opened or deleted."""
    if not rows:
        return NOTHING
    items = together(
        html(
            '<li><button type="button" class="v-act v-earlier-open" name="talk" value="{id}">'
            '<span class="v-doc-title" dir="auto">{}</span><span class="v-about">{}</span></button>'
            '<details class="v-delete"><summary title="Delete this conversation">Delete'
            '<span class="v-sr"> {}</span></summary><button type="button" class="v-act"'
            ' name="forget" value="{id}">Delete for good</button></details></li>',
            row.title,
            f"{day(row.updated[:10])} · {count(row.questions, 'question')}",
            row.title[:60],
            id=row.id,
        )
        for row in rows
    )
    return html(
        '<section class="v-earlier"><h3>Earlier conversations</h3><ul>{}</ul></section>', items
    )


def check_of(turn: TalkTurn, ledger: Ledger) -> AnswerCheck | None:
    """Return what became of the quotations of a turn's answer by now."""
    if turn.answer is None:
        return None
    return recheck(turn.json or answer_to_json(turn.answer), ledger)
