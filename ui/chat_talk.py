"""A conversation of the chat: its turns, and how a question becomes one.

Knows nothing of Gradio: ``answer`` yields what the page shows, as HTML, each time that it changes.
"""

from __future__ import annotations

import json
import logging
import time
import uuid
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from rag.contract import answer_to_json, check_question
from rag.errors import Cancelled, VouchError
from rag.stale import AnswerCheck, check_to_json
from rag.types import (
    Answer,
    Answerer,
    Event,
    Filters,
    Question,
    SentenceRemoved,
    SentenceShown,
    Step,
    Thought,
    Turn,
)
from ui.conversations import now
from ui.render import (
    Partial,
    answer_html,
    answer_markdown,
    citation_panel_html,
    error_html,
    partial_html,
    partial_panel_html,
    stopped_html,
)
from ui.wire import unexpected
from ui.work import Work

_LOG = logging.getLogger("vouch.chat")
REMEMBERED = 6
"""Earlier turns that go with a question."""
KEPT = 40
"""Turns that stay on the page."""
_THOUGHTS_EVERY = 0.3
"""Seconds between two looks at a model that only thinks."""


@dataclass(slots=True)
class TalkTurn:
    """One question and what came of it, as the page shows it."""

    key: str
    question: str
    filters: Filters
    titles: tuple[str, ...] = ()
    answer: Answer | None = None
    partial: Partial | None = None
    shown: str = ""
    panel: str = ""
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    asked: str = field(default_factory=now)
    stopped: Partial | None = None
    error: VouchError | None = None
    json: Mapping[str, Any] | None = None
    replaces: tuple[str, ...] = ()
    is_kept: bool = False

    @property
    def is_busy(self) -> bool:
        """Whether its answer is still on its way."""
        return self.partial is not None


@dataclass(slots=True)
class Talk:
    """A conversation: its turns, oldest first. One page has one."""

    turns: list[TalkTurn] = field(default_factory=list)
    asked: int = 0
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    is_kept: bool = False

    @property
    def past(self) -> str:
        """The HTML of every turn but the newest."""
        return "".join(turn.shown for turn in self.turns[:-1])

    @property
    def past_panels(self) -> str:
        """The HTML of the panels of every turn but the newest."""
        return "".join(turn.panel for turn in self.turns[:-1])

    @property
    def newest(self) -> TalkTurn | None:
        """The turn that was asked last."""
        return self.turns[-1] if self.turns else None

    def begin(self, question: str, filters: Filters, titles: tuple[str, ...] = ()) -> TalkTurn:
        """Add a turn for a question and return it."""
        self.asked += 1
        turn = TalkTurn(f"t{self.asked}", question, filters, titles)
        self.turns = [*self.turns[-(KEPT - 1) :], turn]
        return turn

    def number(self, key: str) -> int:
        """Return the place of a turn, from 1; 0 when there is none with that key."""
        return next((n for n, turn in enumerate(self.turns, 1) if turn.key == key), 0)

    def cut(self, key: str) -> list[TalkTurn]:
        """Take a turn and all after it away, and return them."""
        n = self.number(key)
        if not n:
            return []
        gone, self.turns = self.turns[n - 1 :], self.turns[: n - 1]
        return gone

    def history(self) -> tuple[Turn, ...]:
        """Return the latest answered turns, each answer with its JSON, for a follow-up question."""
        answered = [turn for turn in self.turns if turn.answer is not None][-REMEMBERED:]
        found: list[Turn] = []
        for turn in answered:
            assert turn.answer is not None
            found.append(Turn("user", turn.question))
            found.append(Turn("assistant", turn.answer.text, answer_to_json(turn.answer)))
        return tuple(found)

    def answer_of(self, key: str) -> Answer | None:
        """Return the answer of a turn by its key."""
        turn = self.turn(key)
        return turn.answer if turn is not None else None

    def turn(self, key: str) -> TalkTurn | None:
        """Return a turn by its key."""
        return next((turn for turn in self.turns if turn.key == key), None)


async def answer(
    talk: Talk,
    text: str,
    filters: Filters,
    *,
    answerer: Answerer,
    work: Work,
    collection: str,
    max_chars: int,
    titles: tuple[str, ...] = (),
    instead_of: str = "",
) -> AsyncGenerator[TalkTurn, None]:
    """Ask a question and yield its turn each time that there is more of it to show.

    Leaving early frees the worker. The last turn that is yielded holds an answer or an error. With
    ``instead_of``, the key of a turn, that one and all after it give way; where there is an error
    in place of an answer, they come back.
    """
    gone = talk.cut(instead_of)
    history = talk.history()
    turn = talk.begin(text.strip(), filters, titles)
    turn.replaces = tuple(one.id for one in gone)
    try:
        async for shown in _asked(turn, history, answerer, work, collection, talk.id, max_chars):
            yield shown
    except VouchError as error:
        if gone and not isinstance(error, Cancelled):
            talk.turns[-1:] = [*gone, turn]
            turn.replaces = ()
        yield show_error(turn, error)


async def _asked(
    turn: TalkTurn,
    history: tuple[Turn, ...],
    answerer: Answerer,
    work: Work,
    collection: str,
    talk_id: str,
    max_chars: int,
) -> AsyncGenerator[TalkTurn, None]:
    """Yield a turn while it is answered.

    Raises:
        VouchError: it was not answered.
    """
    filters = turn.filters
    partial = Partial(turn.question, filters)
    told = 0.0
    try:
        check_question(turn.question, max_chars)
        question = Question(turn.question, history, filters, collection, talk_id)
        task = work.start(lambda: answerer.stream(question))
        try:
            yield _show_partial(turn, partial)
            async for event in task.stream():
                if isinstance(event, Answer):
                    yield show_answer(turn, event)
                    continue
                partial = turn.partial = grown(partial, event)
                # A model thinks in many small pieces; the page is sent whole each time.
                if isinstance(event, Thought) and time.monotonic() - told < _THOUGHTS_EVERY:
                    continue
                told = time.monotonic()
                yield _show_partial(turn, partial)
        finally:
            task.cancel("The question was stopped.")
    except VouchError:
        raise
    except Exception as error:
        _LOG.exception("A question of the chat ended in an unexpected error")
        raise unexpected() from error


def refuse(talk: Talk, text: str, error: VouchError) -> TalkTurn:
    """Add a turn that shows an error in place of an answer, and return it."""
    return show_error(talk.begin(text.strip(), Filters()), error)


def grown(partial: Partial, event: Event) -> Partial:
    """Return what has been shown so far with one more event of the stream.

    A step of the same name as the one before takes its place.
    """
    if isinstance(event, Step):
        same = partial.steps and partial.steps[-1].name == event.name
        return replace(partial, steps=(*(partial.steps[:-1] if same else partial.steps), event))
    if isinstance(event, Thought):
        return replace(partial, thinking=partial.thinking + event.text)
    if isinstance(event, SentenceRemoved):
        return replace(partial, removed=(*partial.removed, event))
    if isinstance(event, SentenceShown):
        citations = {**partial.citations, **dict(event.citations)}
        return replace(partial, sentences=(*partial.sentences, event.sentence), citations=citations)
    return partial


def stop(talk: Talk) -> TalkTurn | None:
    """Leave the newest turn as it was when it was stopped, and return it."""
    turn = talk.newest
    if turn is not None and turn.partial is not None:
        show_stopped(turn, turn.partial)
    return turn


def _show_partial(turn: TalkTurn, partial: Partial) -> TalkTurn:
    turn.partial = partial
    turn.shown = str(partial_html(partial, turn.key, turn.titles))
    turn.panel = str(partial_panel_html(partial, turn.key))
    return turn


def show_answer(turn: TalkTurn, found: Answer, check: AnswerCheck | None = None) -> TalkTurn:
    """Make a turn show its answer, and what became of its quotations where that is known."""
    turn.answer, turn.partial = found, None
    turn.shown = str(answer_html(found, turn.key, turn.titles, check))
    turn.panel = str(citation_panel_html(found, turn.key, check))
    return turn


def show_stopped(turn: TalkTurn, partial: Partial) -> TalkTurn:
    """Make a turn show what there was of its answer when it was stopped."""
    turn.stopped, turn.partial = partial, None
    turn.shown = str(stopped_html(partial, turn.key, turn.titles))
    turn.panel = str(partial_panel_html(partial, turn.key)) if partial.citations else ""
    return turn


def show_error(turn: TalkTurn, error: VouchError) -> TalkTurn:
    """Make a turn show an error in place of an answer; one that was stopped shows what it had."""
    if isinstance(error, Cancelled) and turn.partial is not None:
        return show_stopped(turn, turn.partial)
    turn.partial, turn.error = None, error
    turn.shown = str(error_html(turn.question[:500], error, turn.key))
    turn.panel = ""
    return turn


EXPORTS: Mapping[str, str] = {
    "copy": "md",
    "markdown": "md",
    "json": "json",
    "all-markdown": "md",
    "all-json": "json",
}
"""What can be made of an answer, or of the whole conversation, and the ending of its file."""


def export(found: Answer, kind: str, check: AnswerCheck | None = None) -> str:
    """Return an answer with its evidence, as Markdown or as the JSON of the contract.

    What became of its quotations is part of it where they no longer stand as they did.
    """
    if EXPORTS[kind] == "json":
        value = answer_to_json(found)
        if check is not None and check.state != "current":
            value["check"] = check_to_json(check)
        return json.dumps(value, ensure_ascii=False, indent=2)
    return answer_markdown(found, check)
