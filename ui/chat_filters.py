"""The filters of the next question: their fields, and the chips that show what they let through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import gradio as gr

from rag.errors import VouchError
from rag.types import Filters
from ui.chat_library import Shelves, filters_of, readable, without
from ui.chat_parts import QUIET, Updates, markup
from ui.render_library import filters_html
from ui.render_safe import html


class FilterFields:
    """The fields, folded away until they are asked for; ``show_chips`` tells what they hold.

    Args:
        shelves: the documents to ask.
    """

    def __init__(self, shelves: Shelves) -> None:
        self._shelves = shelves
        with gr.Column(elem_id="v-filter-box", visible=False) as self.box:
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
        self.chips = markup(elem_id="v-chips")

    @property
    def fields(self) -> list[Any]:
        """The components that hold the filters of the next question."""
        return [self.publisher, self.first, self.last, self.documents]

    def wire(self, button: gr.Button) -> None:
        """Let a button open the fields, and the chips follow them."""
        is_open = gr.State(False)
        button.click(self._toggle, [is_open], [self.box, is_open], **QUIET)
        self._is_open = is_open
        # One at a time: fields that change together tell it one by one, and the last must win.
        gr.on(
            [field.change for field in self.fields], self._chips, self.fields, [self.chips],
            trigger_mode="always_last", concurrency_limit=1, **QUIET,
        )  # fmt: skip

    def _toggle(self, is_open: bool) -> Updates:
        return {self.box: gr.update(visible=not is_open), self._is_open: not is_open}

    def _chips(self, *fields: Any) -> str:
        try:
            filters = self.read(*fields)
        except VouchError as error:
            return str(html('<p class="v-warning">{}</p>', readable(error)))
        return str(filters_html(filters, self._shelves.titles(filters.document_ids)))

    def read(
        self,
        publisher: Sequence[str],
        first: str | None,
        last: str | None,
        documents: Sequence[str],
    ) -> Filters:
        """Return the filters of the fields, without documents that are not there (any more).

        Raises:
            BadRequest: a day is none, or the first is after the last.
        """
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
