"""What the pages of the chat share: how an event answers, and a place for our own HTML."""

from __future__ import annotations

from typing import Any

import gradio as gr

Updates = dict[Any, Any]
QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


def markup(value: str = "", **options: Any) -> gr.Markdown:
    """Return a place for our own HTML; Gradio sanitizes it again and finds no Markdown in it."""
    return gr.Markdown(value, latex_delimiters=[], sanitize_html=True, **options)
