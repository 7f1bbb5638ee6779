"""The page where one asks: conversation, composer with filters, and the panel of sources."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from typing import Any

import gradio as gr
from markupsafe import escape

from rag.config import Settings
from rag.errors import BadRequest, VouchError
from rag.types import Answerer, Filters
from ui.chat_library import Shelves, filters_of, readable, without
from ui.chat_talk import EXPORTS, Talk, TalkTurn, answer, export, refuse, stop
from ui.render_library import filters_html, welcome_html
from ui.render_safe import html, plain
from ui.work import Work

Updates = dict[Any, Any]
_EXAMPLES = 4
QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


def markup(value: str = "", **options: Any) -> gr.Markdown:
    """Return a place for our own HTML; Gradio sanitizes it again and finds no Markdown in it."""
    return gr.Markdown(value, latex_delimiters=[], sanitize_html=True, **options)


class AskPage:
    """The components of the page and what they do.

    Args:
        shelves: the documents to ask.
        answerer: answers.
        work: where questions wait and run.
        settings: the collection, and the longest question.
    """

    def __init__(
        self, shelves: Shelves, answerer: Callable[[], Answerer], work: Work, settings: Settings
    ) -> None:
        self._shelves = shelves
        self._answerer = answerer
        self._work = work
        self._settings = settings
        with gr.Row(elem_id="v-ask"):
            with gr.Column(elem_id="v-talk"):
                self._talk_column()
            with gr.Column(elem_id="v-side"):
                self.side_past = markup(elem_id="v-side-past")
                self.side_now = markup(_no_sources(), elem_id="v-side-now")
        # None until the first question: Gradio would send a first value to the browser.
        self.talk = gr.State(None, time_to_live=24 * 3600)
        self._wire()

    def _talk_column(self) -> None:
        self.welcome = markup(elem_id="v-welcome")
        with gr.Row(elem_id="v-examples", visible=False) as self.examples_row:
            self.examples = [gr.Button("", visible=False) for _ in range(_EXAMPLES)]
        self.past = markup(elem_id="v-past")
        self.now = markup(elem_id="v-now")
        with gr.Column(elem_id="v-composer"):
            with gr.Column(elem_id="v-filter-box", visible=False) as self.filter_box:
                self._filter_fields()
            self.chips = markup(elem_id="v-chips")
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

    def _filter_fields(self) -> None:
        self.publisher = gr.Dropdown(
            label="Publisher",
            choices=[],
            value=[],
            multiselect=True,
            allow_custom_value=True,
            elem_id="v-publisher",
        )
        with gr.Row():
            self.first = gr.DateTime(
                label="Published from", include_time=False, type="string", elem_id="v-from"
            )
            self.last = gr.DateTime(
                label="Published until", include_time=False, type="string", elem_id="v-until"
            )
        self.documents = gr.Dropdown(
            label="Documents",
            choices=[],
            value=[],
            multiselect=True,
            # Else a document that was removed meanwhile would make the next question fail.
            allow_custom_value=True,
            elem_id="v-only",
        )

    @property
    def filters(self) -> list[Any]:
        """The fields that hold the filters of the next question."""
        return [self.publisher, self.first, self.last, self.documents]

    def _wire(self) -> None:
        shown = [
            self.box, self.past, self.now, self.side_past, self.side_now, self.welcome,
            self.examples_row, self.send, self.stop, self.new, self.talk,
        ]  # fmt: skip
        asked: dict[str, Any] = {
            "fn": self._ask,
            "inputs": [self.box, *self.filters, self.talk],
            "outputs": shown,
            "concurrency_limit": None,
            **QUIET,
        }
        events = [gr.on([self.send.click, self.box.submit], **asked)]
        for button in self.examples:
            chosen = button.click(lambda words: words, [button], [self.box], **QUIET)
            events.append(chosen.then(**asked))
        self.stop.click(self._stop, [self.talk], shown, cancels=events, **QUIET)
        self.new.click(self._begin_anew, None, [*shown, *self.examples], cancels=events, **QUIET)
        self.filter_is_open = gr.State(False)
        self.filter_button.click(
            self._toggle_filters, [self.filter_is_open], [self.filter_box, self.filter_is_open],
            **QUIET,
        )  # fmt: skip
        # One at a time: fields that change together tell it one by one, and the last must win.
        gr.on(
            [field.change for field in self.filters], self._chips, self.filters, [self.chips],
            trigger_mode="always_last", concurrency_limit=1, **QUIET,
        )  # fmt: skip

    def loaded(self) -> Updates:
        """Return what the page shows when it is opened, or when the library has changed."""
        counts = self._shelves.counts()
        return {
            self.welcome: str(welcome_html(counts)),
            self.publisher: gr.update(choices=self._shelves.publishers()),
            self.documents: gr.update(choices=self._shelves.choices()),
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
            self.welcome, self.publisher, self.documents, self.examples_row, *self.examples
        ]  # fmt: skip

    def _examples(self) -> Updates:
        words = [plain(one) for one in self._shelves.examples()]
        found: Updates = {self.examples_row: gr.update(visible=bool(words))}
        for n, button in enumerate(self.examples):
            there = n < len(words)
            found[button] = gr.update(value=words[n] if there else "", visible=there)
        return found

    async def _ask(
        self,
        text: str,
        publisher: Sequence[str],
        first: str | None,
        last: str | None,
        documents: Sequence[str],
        talk: Talk | None,
    ) -> AsyncIterator[Updates]:
        """Yield what changes on the page while a question is answered."""
        if not (text or "").strip():
            yield {self.box: ""}
            return
        talk = talk or Talk()
        try:
            filters = self._filters(publisher, first, last, documents)
        except BadRequest as error:
            yield {**self._frame(talk, refuse(talk, text, error)), **self._idle(talk), self.box: ""}
            return
        titles = tuple(self._shelves.titles(filters.document_ids).values())
        turns = answer(
            talk, text, filters, answerer=self._answerer(), work=self._work,
            collection=self._settings.collection, titles=titles,
            max_chars=self._settings.max_question_chars,
        )  # fmt: skip
        begun = False
        try:
            async for turn in turns:
                update: Updates = {self.now: turn.shown, self.side_now: turn.panel or _no_sources()}
                if not begun:
                    begun = True
                    update = {**self._frame(talk, turn), **self._busy(talk), self.box: ""}
                yield update
            yield self._idle(talk)
        finally:
            await turns.aclose()

    def _frame(self, talk: Talk, turn: TalkTurn) -> Updates:
        return {
            self.past: talk.past,
            self.now: turn.shown,
            self.side_past: talk.past_panels,
            self.side_now: turn.panel or _no_sources(),
            self.welcome: gr.update(visible=False),
            self.examples_row: gr.update(visible=False),
        }

    def _busy(self, talk: Talk) -> Updates:
        return {
            self.send: gr.update(visible=False),
            self.stop: gr.update(visible=True),
            self.new: gr.update(visible=False),
            self.talk: talk,
        }

    def _idle(self, talk: Talk) -> Updates:
        return {
            self.send: gr.update(visible=True),
            self.stop: gr.update(visible=False),
            self.new: gr.update(visible=bool(talk.turns)),
            self.talk: talk,
        }

    def _stop(self, talk: Talk | None) -> Updates:
        talk = talk or Talk()
        turn = stop(talk)
        return {**self._idle(talk), **({self.now: turn.shown} if turn else {})}

    def _begin_anew(self) -> Updates:
        talk = Talk()
        welcome = gr.update(value=str(welcome_html(self._shelves.counts())), visible=True)
        empty = {self.past: "", self.now: "", self.side_past: "", self.side_now: _no_sources()}
        return {
            **empty, **self._idle(talk), **self._examples(), self.welcome: welcome, self.box: "",
        }  # fmt: skip

    def _toggle_filters(self, is_open: bool) -> Updates:
        return {self.filter_box: gr.update(visible=not is_open), self.filter_is_open: not is_open}

    def _chips(
        self,
        publisher: Sequence[str],
        first: str | None,
        last: str | None,
        documents: Sequence[str],
    ) -> str:
        try:
            filters = self._filters(publisher, first, last, documents)
        except VouchError as error:
            return str(html('<p class="v-warning">{}</p>', readable(error)))
        return str(filters_html(filters, self._shelves.titles(filters.document_ids)))

    def _filters(
        self,
        publisher: Sequence[str],
        first: str | None,
        last: str | None,
        documents: Sequence[str],
    ) -> Filters:
        """Return the filters of the fields, without documents that are not there (any more)."""
        filters = filters_of(publisher, first, last, documents)
        known = self._shelves.titles(filters.document_ids)
        kept = tuple(one for one in filters.document_ids if one in known)
        return replace(filters, document_ids=kept)

    def drop(self, chip: str, filters: Filters) -> Updates:
        """Return the filter fields without the chip that was taken off."""
        return self._changed(filters, without(filters, chip))

    def only(self, document_id: str, filters: Filters) -> Updates:
        """Return the filter fields with one more document to ask."""
        ids = tuple(dict.fromkeys([*filters.document_ids, document_id]))
        known = self._shelves.titles(ids)
        kept = tuple(one for one in ids if one in known)
        return self._changed(filters, replace(filters, document_ids=kept))

    def _changed(self, before: Filters, after: Filters) -> Updates:
        """Return the fields that change, and no other.

        Each field that is set tells of it by a request of its own, with what all of them hold at
        that moment; requests may overtake one another, so one that says nothing new may undo.
        """
        found: Updates = {}
        if before.publisher != after.publisher:
            found[self.publisher] = list(after.publisher)
        if before.published_from != after.published_from:
            found[self.first] = after.published_from
        if before.published_to != after.published_to:
            found[self.last] = after.published_to
        if before.document_ids != after.document_ids:
            ids = list(after.document_ids)
            found[self.documents] = gr.update(choices=self._shelves.choices(ids), value=ids)
        return found


def _no_sources() -> str:
    words = "The exact words behind each sentence of an answer appear here."
    return str(
        html(
            '<section class="v-sources"><header class="v-panel-head"><h3>Sources</h3></header>'
            '<p class="v-none">{}</p></section>',
            words,
        )
    )


def export_html(talk: Talk | None, kind: str, key: str, count: int) -> str:
    """Return an answer for the browser to copy or save; empty when there is no such answer."""
    found = talk.answer_of(key) if talk is not None else None
    if kind not in EXPORTS or found is None:
        return ""
    return str(
        html(
            '<pre id="x{count}" class="{kind}" title="{name}">{}</pre>',
            escape(export(found, kind)),
            count=count,
            kind=kind,
            name=f"vouch-{key}.{EXPORTS[kind]}",
        )
    )
