"""The page where one asks: conversation, composer with filters, and the panel of sources."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import gradio as gr
from markupsafe import escape

from rag.config import Settings
from rag.errors import BadRequest
from rag.ledger import Ledger
from rag.types import Answerer, Filters
from ui.chat_filters import FilterFields
from ui.chat_kept import (
    check_of,
    earlier_html,
    export_talk,
    forget_turns,
    is_id,
    keep_turn,
    remembered,
    restored,
)
from ui.chat_library import Shelves
from ui.chat_parts import QUIET, Updates, markup
from ui.chat_talk import EXPORTS, Talk, TalkTurn, answer, export, refuse, stop
from ui.render_library import welcome_html
from ui.render_safe import html, plain
from ui.render_words import count
from ui.work import Work

__all__ = ["QUIET", "AskPage", "Updates", "export_html", "markup"]
_EXAMPLES = 4


class AskPage:
    """The components of the page and what they do.

    Args:
        shelves: the documents to ask.
        answerer: answers.
        work: where questions wait and run.
        settings: the collection, and the longest question.
        ledger: keeps the conversations, and says whether their quotations still stand.
    """

    def __init__(
        self,
        shelves: Shelves,
        answerer: Callable[[], Answerer],
        work: Work,
        settings: Settings,
        ledger: Ledger,
    ) -> None:
        self._shelves = shelves
        self._answerer = answerer
        self._work = work
        self._settings = settings
        self._ledger = ledger
        with gr.Row(elem_id="v-ask"):
            with gr.Column(elem_id="v-talk"):
                self._talk_column()
            with gr.Column(elem_id="v-side"):
                self.side_past = markup(elem_id="v-side-past")
                self.side_now = markup(_no_sources(), elem_id="v-side-now")
        # None until the first question: Gradio would send a first value to the browser.
        self.talk = gr.State(None, time_to_live=24 * 3600)
        self.editing = gr.State("")
        self.known = gr.State(None)
        # How the browser learns which conversation this is; it remembers that and nothing else.
        self.kept = markup(elem_id="v-kept", visible="hidden")
        self._wire()

    def _talk_column(self) -> None:
        self.welcome = markup(elem_id="v-welcome")
        with gr.Row(elem_id="v-examples", visible=False) as self.examples_row:
            self.examples = [gr.Button("", visible=False) for _ in range(_EXAMPLES)]
        self.earlier = markup(elem_id="v-earlier")
        self.past = markup(elem_id="v-past")
        self.now = markup(elem_id="v-now")
        with gr.Column(elem_id="v-composer"):
            self.fields = FilterFields(self._shelves)
            self.edit_note = markup(elem_id="v-edit-note")
            with gr.Row(elem_id="v-bar"):
                self.box = gr.Textbox(
                    elem_id="v-box",
                    show_label=False,
                    label="Question",
                    container=False,
                    lines=1,
                    max_lines=8,
                    placeholder="Ask a question",
                    max_length=None,
                    autofocus=True,
                )
                self.filter_button = gr.Button("Filters", elem_id="v-filter-button")
                self.new = gr.Button("New", elem_id="v-new", visible=False)
                self.send = gr.Button("Ask", elem_id="v-send", variant="primary")
                self.stop = gr.Button("Stop", elem_id="v-stop", visible=False)
                # Pressed by the button of the same name in the newest turn.
                self.again = gr.Button("Ask again", elem_id="v-again", visible="hidden")

    @property
    def filters(self) -> list[Any]:
        """The fields that hold the filters of the next question."""
        return self.fields.fields

    @property
    def shown(self) -> list[Any]:
        """The components that change with the conversation."""
        return [
            self.box, self.past, self.now, self.side_past, self.side_now, self.welcome,
            self.earlier, self.examples_row, *self.examples, self.send, self.stop, self.new,
            self.talk, self.editing, self.edit_note, self.kept, self.known,
        ]  # fmt: skip

    def _wire(self) -> None:
        asking: dict[str, Any] = {"outputs": self.shown, "concurrency_limit": None, **QUIET}
        asked: dict[str, Any] = {
            "fn": self._ask, "inputs": [self.box, *self.filters, self.talk, self.editing],
            **asking,
        }  # fmt: skip
        events = [
            gr.on([self.send.click, self.box.submit], **asked),
            self.again.click(self._ask_again, [self.talk], **asking),
        ]
        for button in self.examples:
            chosen = button.click(lambda words: words, [button], [self.box], **QUIET)
            events.append(chosen.then(**asked))
        for event in events:
            # The browser drops a question while it holds another one for unfinished, which it does
            # until it has read the end of its stream, or the answer to its request to cancel. So
            # the button comes back with what the browser itself does after that, and not before.
            for ended in (event.then, event.failure):
                ended(self._ended, [self.talk], [self.send, self.stop, self.new], **QUIET)
        self.stop.click(self._stop, [self.talk], self.shown, cancels=events, **QUIET)
        self.new.click(
            self._begin_anew, [self.known, self.talk], self.shown, cancels=events, **QUIET
        )
        self.fields.wire(self.filter_button)

    def loaded(self) -> Updates:
        """Return what the page shows when it is opened, or when the library has changed."""
        counts = self._shelves.counts()
        return {
            self.welcome: str(welcome_html(counts)),
            self.fields.publisher: gr.update(choices=self._shelves.publishers()),
            self.fields.documents: gr.update(choices=self._shelves.choices()),
            **self._examples(),
        }

    def library_changed(self, talk: Talk | None) -> Updates:
        """Return the page's new state after documents came or went; a conversation stays."""
        found = self.loaded()
        if talk is not None and talk.turns:
            found[self.examples_row] = gr.update(visible=False)
        return found

    @property
    def on_load(self) -> list[Any]:
        """The components that ``loaded`` sets."""
        return [
            self.welcome, self.fields.publisher, self.fields.documents, self.examples_row,
            *self.examples,
        ]  # fmt: skip

    def _examples(self) -> Updates:
        words = [plain(one) for one in self._shelves.examples()]
        found: Updates = {self.examples_row: gr.update(visible=bool(words))}
        for n, button in enumerate(self.examples):
            there = n < len(words)
            found[button] = gr.update(value=words[n] if there else "", visible=there)
        return found

    async def _ask(self, text: str, *rest: Any) -> AsyncIterator[Updates]:
        """Yield what changes on the page while a question is answered.

        After the question come what the filter fields hold, the conversation, and the key of the
        turn that is edited.
        """
        if not (text or "").strip():
            yield {self.box: ""}
            return
        *fields, talk, editing = rest
        talk = talk or Talk()
        try:
            filters = self.fields.read(*fields)
        except BadRequest as error:
            yield {**self._frame(talk, refuse(talk, text, error)), self.talk: talk, self.box: ""}
            return
        titles = tuple(self._shelves.titles(filters.document_ids).values())
        async for update in self._answered(talk, text, filters, titles, str(editing or "")):
            yield update

    async def _ask_again(self, talk: Talk | None) -> AsyncIterator[Updates]:
        """Ask the newest question once more, in place of its answer."""
        turn = talk.newest if talk is not None else None
        if talk is None or turn is None or turn.is_busy:
            yield {self.talk: talk}
            return
        words = turn.question, turn.filters, turn.titles, turn.key
        async for update in self._answered(talk, *words):
            yield update

    async def _answered(
        self, talk: Talk, text: str, filters: Filters, titles: tuple[str, ...], instead_of: str
    ) -> AsyncIterator[Updates]:
        turns = answer(
            talk, text, filters, answerer=self._answerer(), work=self._work,
            collection=self._settings.collection, titles=titles,
            max_chars=self._settings.max_question_chars, instead_of=instead_of,
        )  # fmt: skip
        newest: TalkTurn | None = None
        try:
            async for turn in turns:
                update: Updates = {self.now: turn.shown, self.side_now: turn.panel or _no_sources()}
                if newest is None:
                    update = {**self._frame(talk, turn), **self._busy(talk), self.box: ""}
                begun, newest = newest is None, turn
                yield update
                if begun and turn.is_busy:
                    _tell(await asyncio.to_thread(keep_turn, self._ledger, talk, turn))
            if newest is not None:
                _tell(await asyncio.to_thread(keep_turn, self._ledger, talk, newest))
                # Turns that were to give way are back where there was an error.
                yield {**(self._frame(talk, newest) if newest.error else {}), self.talk: talk}
        finally:
            await turns.aclose()
            if newest is not None and newest.is_busy:  # stopped, or the page was left
                stop(talk)
                loop = asyncio.get_running_loop()
                loop.run_in_executor(None, keep_turn, self._ledger, talk, newest)

    def _frame(self, talk: Talk, turn: TalkTurn) -> Updates:
        return {
            self.past: talk.past,
            self.now: turn.shown,
            self.side_past: talk.past_panels,
            self.side_now: turn.panel or _no_sources(),
            self.welcome: gr.update(visible=False),
            self.earlier: "",
            self.examples_row: gr.update(visible=False),
            self.editing: "",
            self.edit_note: "",
            self.kept: str(html('<b class="v-id" title="{id}"></b>', id=talk.id)),
        }

    def _busy(self, talk: Talk) -> Updates:
        return {
            self.send: gr.update(visible=False),
            self.stop: gr.update(visible=True),
            self.new: gr.update(visible=False),
            self.talk: talk,
        }

    def _idle(self, talk: Talk) -> Updates:
        return {**self._buttons(talk), self.talk: talk}

    def _buttons(self, talk: Talk) -> Updates:
        return {
            self.send: gr.update(visible=True),
            self.stop: gr.update(visible=False),
            self.new: gr.update(visible=bool(talk.turns)),
        }

    def _stop(self, talk: Talk | None) -> Updates:
        turn = stop(talk) if talk is not None else None
        if talk is None or turn is None:
            return {self.talk: talk}
        _tell(keep_turn(self._ledger, talk, turn))
        return {
            self.talk: talk,
            self.now: turn.shown,
            self.side_now: turn.panel or _no_sources(),
        }

    def _ended(self, talk: Talk | None) -> Updates:
        """Make room for the next question, unless it has come already."""
        if talk is not None and talk.newest is not None and talk.newest.is_busy:
            return {self.stop: gr.update()}
        return self._buttons(talk or Talk())

    def _begin_anew(self, known: Sequence[str] | None, talk: Talk | None) -> Updates:
        ids = tuple(dict.fromkeys([*([talk.id] if talk else []), *(known or ())]))
        talk = Talk()
        welcome = gr.update(value=str(welcome_html(self._shelves.counts())), visible=True)
        return {
            self.past: "", self.now: "", self.side_past: "", self.side_now: _no_sources(),
            **self._idle(talk), **self._examples(), **self._earlier(ids), self.welcome: welcome,
            self.box: "", self.editing: "", self.edit_note: "", self.kept: _NO_TALK,
        }  # fmt: skip

    def _earlier(self, ids: Sequence[str]) -> Updates:
        rows = self._ledger.conversation_rows(ids)
        return {self.earlier: str(earlier_html(rows)), self.known: tuple(ids)}

    def resume(self, value: str, talk: Talk | None) -> Updates:
        """Show what the browser remembers: its page's conversation, else the list of earlier ones.

        A question that was asked before this came is left alone.
        """
        said = remembered(value)
        if talk is not None and talk.turns:
            return {self.known: said.ids}
        found = restored(self._ledger, said.current) if said.current else None
        if found is None:
            return {**self._earlier(said.ids), self.kept: _NO_TALK}
        return {**self._opened(found), self.known: said.ids}

    def open_talk(self, conversation_id: str, known: Sequence[str] | None) -> Updates:
        """Show an earlier conversation."""
        found = restored(self._ledger, conversation_id) if is_id(conversation_id) else None
        if found is None:
            _tell("This conversation is no longer kept.")
            return self._earlier([one for one in known or () if one != conversation_id])
        return self._opened(found)

    def _opened(self, talk: Talk) -> Updates:
        assert talk.newest is not None
        return {**self._frame(talk, talk.newest), **self._idle(talk)}

    def forget(self, conversation_id: str, known: Sequence[str] | None) -> Updates:
        """Remove an earlier conversation for good."""
        self._ledger.remove_conversation(conversation_id)
        return self._earlier([one for one in known or () if one != conversation_id])

    def edit(self, key: str, talk: Talk | None) -> Updates:
        """Put a question that was asked back into the composer, to be asked in another way."""
        turn = talk.turn(key) if talk is not None else None
        if talk is None or turn is None or (talk.newest is not None and talk.newest.is_busy):
            return {self.editing: ""}
        n, after = talk.number(key), len(talk.turns) - talk.number(key)
        gone = "its answer" + (f" and the {count(after, 'turn')} after it" if after else "")
        note = html(
            '<p class="v-editing"><span>{}</span> <button type="button" class="v-act" name="keep"'
            ' value="">Cancel</button></p>',
            f"You are editing question {n}. Asking it replaces {gone}.",
        )
        return {self.box: turn.question, self.editing: key, self.edit_note: str(note)}

    def keep(self) -> Updates:
        """Leave the question that was edited as it is."""
        return {self.box: "", self.editing: "", self.edit_note: ""}

    def undo(self, talk: Talk | None, known: Sequence[str] | None) -> Updates:
        """Take the newest question and its answer away."""
        if talk is None or talk.newest is None or talk.newest.is_busy:
            return {self.talk: talk}
        gone = talk.cut(talk.newest.key)
        _tell(forget_turns(self._ledger, talk, gone))
        if talk.newest is None:
            return self._begin_anew(known, None)
        return self._opened(talk)

    def exported(self, talk: Talk | None, kind: str, key: str, number: int) -> str:
        """Return an answer or the conversation for the browser to copy or save; else nothing."""
        turn = talk.turn(key) if talk is not None else None
        if kind not in EXPORTS or talk is None or turn is None:
            return ""
        if kind.startswith("all-"):
            text, name = export_talk(talk, self._ledger, kind.removeprefix("all-")), "conversation"
        elif turn.answer is not None:
            text, name = export(turn.answer, kind, check_of(turn, self._ledger)), key
        else:
            return ""
        return export_html(text, kind.removeprefix("all-"), f"vouch-{name}.{EXPORTS[kind]}", number)


_NO_TALK = '<b class="v-id" title=""></b>'


def _tell(words: str) -> None:
    """Show a passing remark on the page, where there is one to make."""
    if words:
        gr.Warning(plain(words))


def _no_sources() -> str:
    words = "The exact words behind each sentence of an answer appear here."
    return str(
        html(
            '<section class="v-sources"><header class="v-panel-head"><h3>Sources</h3></header>'
            '<p class="v-none">{}</p></section>',
            words,
        )
    )


def export_html(text: str, kind: str, name: str, number: int) -> str:
    """Return a text for the browser to copy or to save under a name."""
    return str(
        html(
            '<pre id="x{number}" class="{kind}" title="{name}">{}</pre>',
            escape(text),
            number=number,
            kind=kind,
            name=name,
        )
    )
