"""The chat in the browser: Gradio blocks for a library that is open.

The page needs no evaluation of text as code: no ``gr.HTML``, no ``js=``. What documents, files and
questions hold is escaped in ``ui.render*``, sanitized again by Gradio's Markdown component, and
kept from loading anything by the page's policy (``ui.chat_mount``).
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import gradio as gr

from rag.config import Settings
from rag.errors import VouchError
from rag.ledger import Ledger
from rag.types import Answerer
from ui.chat_ask_page import AskPage
from ui.chat_library import Jobs, Shelves, filters_of
from ui.chat_library_page import LibraryPage
from ui.chat_look import ASSETS, mount_options
from ui.chat_measure import Measures
from ui.chat_measure_page import MeasurePage
from ui.chat_parts import QUIET, Updates, markup
from ui.chat_talk import EXPORTS, Talk
from ui.measure_jobs import MeasureJobs
from ui.work import Work

__all__ = ["ASSETS", "create_chat", "mount_options"]
_AT_ONCE = 16
_WAITING = 512
_CACHE = (600, 3600)
"""Every ten minutes, files that Gradio has kept for an hour are deleted."""
_BUILDING = threading.Lock()
"""Held while a chat is built: Gradio keeps what is being built in one place for the whole process,
so of two chats that are built at once, one loses its parts to the other."""


class Opened(Protocol):
    """What the chat needs of an open library (``rag.build.Library``)."""

    @property
    def ledger(self) -> Ledger:
        """The record."""
        ...

    @property
    def assistant(self) -> Answerer:
        """Answers questions."""
        ...


def create_chat(
    library: Opened,
    settings: Settings,
    work: Work,
    jobs: Jobs | None = None,
    measure: MeasureJobs | None = None,
) -> gr.Blocks:
    """Return the chat, ready to be mounted with ``mount_options()``.

    Args:
        library: an open library; it stays the caller's to close.
        settings: the collection that is asked, and the longest question.
        work: where questions wait and run.
        jobs: takes uploads; None leaves uploading out.
        measure: checks and runs cases; None leaves the page of measuring out.
    """
    uploads = Path(gr.utils.get_upload_folder())
    shelves = Shelves(library.ledger, settings.collection, jobs, uploads, embeds=True)
    with (
        _BUILDING,
        gr.Blocks(
            title="Vouch", analytics_enabled=False, delete_cache=_CACHE, fill_width=True
        ) as chat,
    ):
        with gr.Column(elem_id="v-page"):
            markup("<header><h1>Vouch<span>.</span></h1></header>", elem_id="v-top")
            with gr.Tabs(elem_id="v-tabs", selected="ask") as tabs:
                with gr.Tab("Ask", id="ask"):
                    ask = AskPage(
                        shelves, lambda: library.assistant, work, settings, library.ledger
                    )
                with gr.Tab("Documents", id="documents") as documents:
                    shelf = LibraryPage(
                        shelves,
                        can_add=jobs is not None,
                        talk=ask.talk,
                        changed=ask.library_changed,
                        also=ask.on_load,
                    )
                if measure is not None:
                    with gr.Tab("Measure", id="measure") as tab:
                        page = MeasurePage(Measures(settings, measure, uploads))
                    page.wire(chat.load, tab.select)
        _wire(chat, tabs, documents, ask, shelf)
    blocks: gr.Blocks = chat
    blocks.queue(default_concurrency_limit=_AT_ONCE, max_size=_WAITING, api_open=False)
    return blocks


def _wire(
    blocks: gr.Blocks, tabs: gr.Tabs, documents: gr.Tab, ask: AskPage, shelf: LibraryPage
) -> None:
    action = gr.Textbox(visible="hidden", elem_id="v-act", label="Action")
    exported = markup(elem_id="v-export", visible="hidden")
    blocks.load(lambda: {**ask.loaded(), **shelf.listed()}, None, [*ask.on_load, *shelf.shelf],
                **QUIET)  # fmt: skip
    documents.select(shelf.listed, [shelf.search, shelf.chosen], shelf.shelf, **QUIET)
    shelf.wire(documents.select)
    # Not `input`, which Gradio tells only of keys that were pressed.
    action.change(
        partial(_act, tabs, ask, shelf, exported),
        [action, ask.talk, ask.known, shelf.search, *ask.filters],
        [tabs, exported, *ask.shown, *ask.filters, *shelf.shelf, *shelf.opened],
        trigger_mode="multiple",
        **QUIET,
    )
    shelf.only.click(
        partial(_only, tabs, ask), [shelf.chosen, *ask.filters], [tabs, *ask.filters], **QUIET
    )


def _only(tabs: gr.Tabs, ask: AskPage, chosen: str, *fields: Any) -> Updates:
    return {tabs: gr.update(selected="ask"), **ask.fields.only(chosen, _filters(fields))}


def _act(
    tabs: gr.Tabs,
    ask: AskPage,
    shelf: LibraryPage,
    exported: gr.Markdown,
    message: str,
    talk: Talk | None,
    known: tuple[str, ...] | None,
    query: str,
    *fields: Any,
) -> Updates:
    """Do what a button in our own HTML asks for; whatever is not known is ignored."""
    try:
        asked = json.loads(message or "{}")
        name, value, number = str(asked["do"]), str(asked["value"]), int(asked["count"])
    except (ValueError, KeyError, TypeError):
        return {tabs: gr.update()}
    if name in EXPORTS:
        return {exported: ask.exported(talk, name, value, number)}
    if name == "add":
        return {tabs: gr.update(selected="documents")}
    if name == "open":
        return {tabs: gr.update(selected="documents"), **shelf.open(value, query)}
    talks: dict[str, Callable[[], Updates]] = {
        "resume": lambda: ask.resume(value, talk),
        "talk": lambda: ask.open_talk(value, known),
        "forget": lambda: ask.forget(value, known),
        "edit": lambda: ask.edit(value, talk),
        "keep": ask.keep,
        "undo": lambda: ask.undo(talk, known),
    }
    if name in talks:
        return talks[name]()
    change: dict[str, Callable[..., Updates]] = {"drop": ask.fields.drop, "only": ask.fields.only}
    if name in change:
        return {tabs: gr.update(selected="ask"), **change[name](value, _filters(fields))}
    return {tabs: gr.update()}


def _filters(fields: Sequence[Any]) -> Any:
    """Return the filters of the fields; where a day is wrong, those without the days."""
    try:
        return filters_of(*fields)
    except VouchError:
        return filters_of(fields[0], None, None, fields[3])
