"""A conversation of the chat: its turns, and how a question becomes one.

Knows nothing of Gradio: ``answer`` yields what the page shows, as HTML, each time that it changes.
"""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field

from rag.contract import answer_to_json, check_question
from rag.errors import Cancelled, VouchError
from rag.types import (
    Answer,
    Answerer,
    Event,
    Filters,
    Question,
    SentenceRemoved,
    SentenceShown,
    Step,
    Turn,
)
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


@dataclass(slots=True)
class Talk:
    """A conversation: its turns, oldest first. One page has one."""

    turns: list[TalkTurn] = field(default_factory=list)
    asked: int = 0
    id: str = field(default_factory=lambda: uuid.uuid4().hex)

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
        return next((turn.answer for turn in self.turns if turn.key == key), None)


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
) -> AsyncGenerator[TalkTurn, None]:
    """Ask a question and yield its turn each time that there is more of it to show.

    Leaving early frees the worker. The last turn that is yielded holds an answer or an error.
    """
    history = talk.history()
    turn = talk.begin(text.strip(), filters, titles)
    partial = Partial(turn.question, filters)
    try:
        check_question(text, max_chars)
        question = Question(turn.question, history, filters, collection, talk.id)
        task = work.start(lambda: answerer.stream(question))
        try:
            yield _show_partial(turn, partial)
            async for event in task.stream():
                if isinstance(event, Answer):
                    yield _show_answer(turn, event)
                else:
                    partial = grown(partial, event)
                    yield _show_partial(turn, partial)
        finally:
            task.cancel("The question was stopped.")
    except VouchError as error:
        yield _show_error(turn, error)
    except Exception:  # noqa: BLE001 - the boundary: the page must say that something went wrong
        _LOG.exception("A question of the chat ended in an unexpected error")
        yield _show_error(turn, unexpected())


def refuse(talk: Talk, text: str, error: VouchError) -> TalkTurn:
    """Add a turn that shows an error in place of an answer, and return it."""
    return _show_error(talk.begin(text.strip(), Filters()), error)


def grown(partial: Partial, event: Event) -> Partial:
    """Return what has been shown so far with one more event of the stream."""
    steps, sentences = partial.steps, partial.sentences
    citations, removed = dict(partial.citations), partial.removed
    if isinstance(event, Step):
        steps = (*steps, event)
    elif isinstance(event, SentenceShown):
        sentences = (*sentences, event.sentence)
        citations.update(event.citations)
    elif isinstance(event, SentenceRemoved):
        removed = (*removed, event)
    return Partial(partial.question, partial.filters, steps, sentences, citations, removed)


def stop(talk: Talk) -> TalkTurn | None:
    """Leave the newest turn as it was when it was stopped, and return it."""
    turn = talk.newest
    if turn is not None and turn.partial is not None:
        turn.shown = str(stopped_html(turn.partial, turn.key, turn.titles))
        turn.partial = None
    return turn


def _show_partial(turn: TalkTurn, partial: Partial) -> TalkTurn:
    turn.partial = partial
    turn.shown = str(partial_html(partial, turn.key, turn.titles))
    turn.panel = str(partial_panel_html(partial, turn.key))
    return turn


def _show_answer(turn: TalkTurn, found: Answer) -> TalkTurn:
    turn.answer, turn.partial = found, None
    turn.shown = str(answer_html(found, turn.key, turn.titles))
    turn.panel = str(citation_panel_html(found, turn.key))
    return turn


def _show_error(turn: TalkTurn, error: VouchError) -> TalkTurn:
    if isinstance(error, Cancelled) and turn.partial is not None:
        turn.shown = str(stopped_html(turn.partial, turn.key, turn.titles))
        turn.partial = None
        return turn
    turn.partial = None
    turn.shown = str(error_html(turn.question[:500], error, turn.key))
    turn.panel = ""
    return turn


EXPORTS: Mapping[str, str] = {"copy": "md", "markdown": "md", "json": "json"}
"""What can be made of an answer, and the ending of its file."""


def export(found: Answer, kind: str) -> str:
    """Return an answer with its evidence, as Markdown or as the JSON of the contract."""
    if EXPORTS[kind] == "json":
        return json.dumps(answer_to_json(found), ensure_ascii=False, indent=2)
    return answer_markdown(found)
