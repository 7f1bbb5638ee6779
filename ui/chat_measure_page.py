"""The page of measuring: start a suite on the library, watch it, open its report, compare runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any

import gradio as gr

from rag.errors import BadRequest, VouchError
from ui.chat_ask_page import QUIET, Updates, markup
from ui.chat_library import readable
from ui.chat_measure import Measures
from ui.measure_jobs import Measuring
from ui.render_measure import comparison_html, file_html, job_html, runs_html
from ui.render_safe import html, plain
from ui.render_words import count

_DRAFTS = (10, 30, 100, 200)


class MeasurePage:
    """The components of the page and what they do.

    Args:
        measures: the runs, and the jobs that make them.
    """

    def __init__(self, measures: Measures) -> None:
        self._measures = measures
        with gr.Column(elem_id="v-measure"):
            markup(_about())
            with gr.Row(elem_id="v-measures"):
                with gr.Column(scale=5, min_width=300):
                    self._start_column()
                with gr.Column(scale=6, min_width=300):
                    self._runs_column()
        self.file_id = gr.State("")
        self._wire()

    def _start_column(self) -> None:
        kinds = (
            "A file of cases is JSONL: one question a line, with what its answer must hold. It is"
            " checked before anything is run."
        )
        markup(
            str(html('<h2 class="v-shelf-head">Start a run</h2><p class="v-about">{}</p>', kinds))
        )
        self.upload = gr.File(
            label="Upload cases", type="filepath", height=112, elem_id="v-cases-upload"
        )
        with gr.Row(elem_id="v-draft-row"):
            self.most = gr.Dropdown(
                label="Drafts at most",
                choices=[(f"at most {n}", n) for n in _DRAFTS],
                value=_DRAFTS[1],
                show_label=False,
                container=False,
                filterable=False,
                elem_id="v-most",
            )
            self.draft = gr.Button("Draft cases from the library", size="sm", elem_id="v-draft")
        self.said = markup(elem_id="v-measure-said", visible=False)
        self.job = markup(elem_id="v-measure-job", visible=False)
        self.stop = gr.Button("Stop", size="sm", visible=False, elem_id="v-run-stop")
        self.cases = markup(elem_id="v-measure-cases", visible=False)
        self.run = gr.Button("Run", size="sm", variant="primary", visible=False, elem_id="v-run")

    def _runs_column(self) -> None:
        markup('<h2 class="v-shelf-head">Runs</h2>')
        self.list = markup(elem_id="v-run-list")
        with gr.Column(elem_id="v-compare", visible=False) as self.comparing:
            markup('<h2 class="v-shelf-head">Compare two runs</h2>')
            with gr.Row():
                self.first, self.second = (
                    gr.Dropdown(
                        label=label,
                        choices=[],
                        # Else a run whose folder is gone meanwhile would be an error of Gradio's.
                        allow_custom_value=True,
                        elem_id=f"v-{name}",
                        min_width=220,
                    )
                    for label, name in (("A, before", "first"), ("B, after", "second"))
                )
            self.compare = gr.Button("Compare", size="sm", elem_id="v-compare-go")
            self.compared = markup(elem_id="v-compared")

    @property
    def outputs(self) -> list[Any]:
        """The components that what runs sets."""
        return [
            self.said, self.job, self.stop, self.cases, self.run, self.draft, self.upload,
            self.file_id,
            self.list, self.comparing, self.first, self.second, self.compared,
        ]  # fmt: skip

    def _wire(self) -> None:
        self._on(self.upload.upload, self._check, [self.upload])
        self._on(self.draft.click, self._draft, [self.most])
        self._on(self.run.click, self._run, [self.file_id])
        self.stop.click(self._measures.jobs.stop, None, None, **QUIET)
        self.compare.click(
            self._compare, [self.first, self.second], [self.compared], concurrency_limit=1, **QUIET
        )

    def _on(
        self, event: Callable[..., Any], do: Callable[..., Any], inputs: list[Any] | None
    ) -> None:
        event(do, inputs, self.outputs, concurrency_limit=None, **QUIET)

    def wire(self, opened: Callable[..., Any], chosen: Callable[..., Any]) -> None:
        """Follow what runs from when the page is opened, and from when its tab is chosen."""
        self._on(opened, partial(self._follow, choose=True), None)
        self._on(chosen, self._follow, None)

    async def _follow(self, *, choose: bool = False) -> AsyncIterator[Updates]:
        """Yield the page as it is, then what changes until no job runs.

        With ``choose`` the two newest runs are those to compare, as they are after a run.
        """
        yield await asyncio.to_thread(self._listed, choose)
        busy = made = False
        async for now in self._measures.follow():
            busy = busy or now.busy
            made = now.job is not None and bool(now.job.run)
            yield self._shown(now)
        if busy:
            yield await asyncio.to_thread(self._listed, made)

    async def _check(self, path: str | None) -> AsyncIterator[Updates]:
        async for update in self._started(partial(self._measures.check, str(path))):
            yield {self.upload: None, **update}

    async def _draft(self, most: Any) -> AsyncIterator[Updates]:
        number = most if isinstance(most, int) else 0
        async for update in self._started(partial(self._measures.jobs.draft, number)):
            yield update

    async def _run(self, file_id: Any) -> AsyncIterator[Updates]:
        async for update in self._started(partial(self._measures.jobs.run, str(file_id))):
            yield update

    async def _started(self, start: Callable[[], Any]) -> AsyncIterator[Updates]:
        """Start a job and follow it; what keeps it from starting is said."""
        said = ""
        try:
            await asyncio.to_thread(start)
        except VouchError as error:
            said = str(html('<p class="v-warning">{}</p>', readable(error)))
        async for update in self._follow():
            yield {self.said: _place(said), **update}

    def _shown(self, now: Measuring) -> Updates:
        file = now.file
        can_run = file is not None and file.can_run and not now.busy
        found = file.found if file is not None else None
        cases = int(found["cases"]) if found else 0
        return {
            self.job: _place(job_html(now.job) if now.job is not None else ""),
            self.cases: _place(file_html(file, found) if file is not None and found else ""),
            self.run: gr.update(visible=can_run, value=f"Run {count(cases, 'case')}"),
            self.stop: gr.update(
                visible=now.busy, interactive=now.job is not None and now.job.state == "running"
            ),
            self.draft: gr.update(interactive=not now.busy),
            self.file_id: file.id if file is not None else "",
        }

    def _listed(self, choose: bool) -> Updates:
        rows, more = self._measures.rows()
        choices = [(plain(row.label), row.name) for row in rows if not row.problem]
        found: Updates = {
            self.list: str(runs_html(rows, more)),
            self.comparing: gr.update(visible=len(choices) > 1),
        }
        if choose and len(choices) > 1:
            found[self.first] = gr.update(choices=choices, value=choices[1][1])
            found[self.second] = gr.update(choices=choices, value=choices[0][1])
            found[self.compared] = ""
        else:
            found[self.first] = found[self.second] = gr.update(choices=choices)
        return found

    def _compare(self, first: Any, second: Any) -> str:
        try:
            if not isinstance(first, str) or not isinstance(second, str):
                raise BadRequest("Two runs are needed.", "Choose both.")
            return str(comparison_html(self._measures.compare(first, second)))
        except VouchError as error:
            return str(html('<p class="v-warning">{}</p>', readable(error)))


def _place(words: str) -> Any:
    """Return the update of a place for our HTML, which takes no room while it is empty."""
    return gr.update(value=str(words), visible=bool(words))


def _about() -> str:
    words = (
        "How good are the answers from your own documents? Ask questions whose answers you know,"
        " and count. No language model judges, and nothing leaves this machine."
    )
    return str(html('<p class="v-measure-about">{}</p>', words))
