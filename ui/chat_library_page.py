"""The page of the library: add files, see what came of them, look into documents, remove them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import gradio as gr

from rag.errors import VouchError
from ui.chat_library import OpenDocument, Shelves, readable
from ui.chat_parts import QUIET, Updates, markup
from ui.chat_talk import Talk
from ui.render_cards import reader_html
from ui.render_library import KINDS, document_html, documents_html, job_html, library_html
from ui.render_safe import html, plain

_ENDED = ("done", "cancelled", "failed")


class LibraryPage:
    """The components of the page and what they do.

    Args:
        shelves: the documents.
        can_add: whether files can be uploaded here.
        talk: the conversation's state, which tells whether the ask page shows its welcome.
        changed: returns what else changes on the page when documents come or go.
        also: the components that ``changed`` sets.
    """

    def __init__(
        self,
        shelves: Shelves,
        *,
        can_add: bool,
        talk: gr.State,
        changed: Callable[[Talk | None], Updates],
        also: Sequence[Any],
    ) -> None:
        self._shelves = shelves
        self._talk = talk
        self._changed = changed
        self._also = list(also)
        with gr.Column(elem_id="v-library"):
            self.summary = markup(elem_id="v-summary")
            with gr.Row(elem_id="v-shelves"):
                with gr.Column(scale=5, min_width=300):
                    self._list_column(can_add)
                with gr.Column(scale=6, min_width=300, elem_id="v-reading"):
                    self._document_column()
        self.job_id = gr.State("")
        self.chosen = gr.State("")
        self._wire()

    def _list_column(self, can_add: bool) -> None:
        kinds = f"{KINDS}. They stay on this machine."
        markup(
            str(
                html('<h2 class="v-shelf-head">Add documents</h2><p class="v-about">{}</p>', kinds)
            ),
            visible=can_add,
        )
        self.upload = gr.File(
            label="Add documents",
            file_count="multiple",
            type="filepath",
            height=112,
            elem_id="v-upload",
            visible=can_add,
        )
        self.job = markup(elem_id="v-job")
        self.cancel = gr.Button("Stop adding", size="sm", visible=False, elem_id="v-cancel")
        self.resume = gr.Button("Go on adding", size="sm", visible=False, elem_id="v-resume")
        markup('<h2 class="v-shelf-head">In the library</h2>')
        self.search = gr.Textbox(
            label="Search",
            show_label=False,
            container=False,
            placeholder="Search titles, publishers and files",
            elem_id="v-search",
            max_lines=1,
        )
        self.list = markup(elem_id="v-list")

    def _document_column(self) -> None:
        self.about = markup(_nothing_chosen(), elem_id="v-about-document")
        with gr.Row(elem_id="v-doc-actions", visible=False) as self.actions:
            self.only = gr.Button("Ask only this document", size="sm", elem_id="v-ask-only")
            self.remove = gr.Button("Remove", size="sm", elem_id="v-remove")
        with gr.Row(elem_id="v-confirm", visible=False) as self.confirm:
            self.sure = markup(elem_id="v-sure")
            self.yes = gr.Button("Remove it", size="sm", elem_id="v-remove-yes")
            self.no = gr.Button("Keep it", size="sm", elem_id="v-remove-no")
        self.reader = markup(elem_id="v-reader")

    @property
    def shelf(self) -> list[Any]:
        """The components that show the list of documents."""
        return [self.summary, self.list]

    @property
    def opened(self) -> list[Any]:
        """The components that show one document."""
        return [self.about, self.actions, self.confirm, self.reader, self.chosen]

    def _wire(self) -> None:
        all_of_it = [*self.shelf, *self.opened, self.job, *self._also]
        self.search.change(
            self.listed,
            [self.search, self.chosen],
            self.shelf,
            trigger_mode="always_last",
            **QUIET,
        )
        self.upload.upload(
            self._upload,
            [self.upload, self.search, self._talk],
            [self.upload, *self._adding],
            concurrency_limit=4,
            **QUIET,
        )
        self.resume.click(
            self._resume,
            [self.job_id, self.search, self._talk],
            self._adding,
            concurrency_limit=4,
            **QUIET,
        )
        self.cancel.click(self._shelves.cancel, [self.job_id], None, **QUIET)
        self.remove.click(self._ask_whether, [self.chosen], [self.confirm, self.sure], **QUIET)
        self.no.click(lambda: gr.update(visible=False), None, [self.confirm], **QUIET)
        self.yes.click(self._remove, [self.chosen, self.search, self._talk], all_of_it, **QUIET)

    @property
    def _adding(self) -> list[Any]:
        """The components that an upload changes."""
        return [self.job, self.cancel, self.resume, self.job_id, *self.shelf, *self._also]

    def wire(self, selected: Callable[..., Any]) -> None:
        """Show an upload that is not done whenever the page is opened."""
        selected(
            self._unfinished,
            [self.job_id, self.search, self._talk],
            self._adding,
            concurrency_limit=8,
            trigger_mode="once",
            **QUIET,
        )

    def listed(self, query: str = "", chosen: str = "") -> Updates:
        """Return the library's line and its list of documents."""
        rows, more = self._shelves.rows(query or "")
        return {
            self.summary: str(library_html(self._shelves.counts())),
            self.list: str(documents_html(rows, more=more, query=query or "", chosen=chosen)),
        }

    def open(self, where: str, query: str = "") -> Updates:
        """Return the page with a document opened at a place."""
        try:
            opened = self._shelves.open(where)
        except VouchError as error:
            return {**self.closed(_said(error)), **self.listed(query)}
        return {**self._shown(opened), **self.listed(query, opened.info.id)}

    def _shown(self, opened: OpenDocument) -> Updates:
        return {
            self.about: str(document_html(opened.info, opened.passages, opened.copies)),
            self.actions: gr.update(visible=True),
            self.confirm: gr.update(visible=False),
            self.reader: str(reader_html(opened.document, opened.start, opened.end)),
            self.chosen: opened.info.id,
        }

    def closed(self, words: str = "") -> Updates:
        """Return the page with no document opened."""
        return {
            self.about: words or _nothing_chosen(),
            self.actions: gr.update(visible=False),
            self.confirm: gr.update(visible=False),
            self.reader: "",
            self.chosen: "",
        }

    def _ask_whether(self, chosen: str) -> Updates:
        title = self._shelves.titles([chosen]).get(chosen, "this document")
        words = html(
            "<p>Remove <b>{}</b>? It leaves every search and answer at once.</p>", plain(title)
        )
        return {self.confirm: gr.update(visible=True), self.sure: str(words)}

    def _remove(self, chosen: str, query: str, talk: Talk | None) -> Updates:
        try:
            title = self._shelves.remove(chosen)
        except VouchError as error:
            words = _said(error)
        else:
            words = str(html('<p class="v-none">{} was removed.</p>', title))
        return {**self.closed(words), **self.listed(query), **self._changed(talk)}

    async def _upload(
        self, paths: Sequence[str] | None, query: str, talk: Talk | None
    ) -> AsyncIterator[Updates]:
        """Yield how far the ingest of uploaded files is, and the library as it is then."""
        yield {self.upload: None}
        async for update in self._followed(self._shelves.upload(list(paths or ())), query, talk):
            yield update

    async def _resume(self, job_id: str, query: str, talk: Talk | None) -> AsyncIterator[Updates]:
        """Go on with an upload that was stopped."""
        async for update in self._followed(self._shelves.resume(job_id), query, talk):
            yield update

    async def _unfinished(
        self, job_id: str, query: str, talk: Talk | None
    ) -> AsyncIterator[Updates]:
        """Show the upload that an earlier visit has left, where this one has none."""
        left = "" if job_id else self._shelves.unfinished()
        if not left:
            yield {self.job_id: job_id}
            return
        async for update in self._followed(self._shelves.follow(left), query, talk):
            yield update

    async def _followed(
        self, jobs: AsyncIterator[dict[str, Any]], query: str, talk: Talk | None
    ) -> AsyncIterator[Updates]:
        """Yield how far an upload is; when its files are read, what else that changes."""
        told = False
        try:
            async for job in jobs:
                update = {
                    self.job: str(job_html(job)),
                    self.cancel: gr.update(visible=job["state"] in ("queued", "running")),
                    self.resume: gr.update(visible=bool(job["resumable"])),
                    self.job_id: job["id"],
                }
                if job["state"] in _ENDED:
                    changed = {} if told else self._changed(talk)
                    update, told = {**update, **self.listed(query), **changed}, True
                yield update
        except VouchError as error:
            yield {
                self.job: _said(error),
                self.cancel: gr.update(visible=False),
                **self.listed(query),
            }


def _nothing_chosen() -> str:
    return str(html('<p class="v-none">{}</p>', "Choose a document to read it."))


def _said(error: VouchError) -> str:
    return str(html('<p class="v-warning">{}</p>', readable(error)))
