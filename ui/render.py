"""Answers in the forms that people see: terminal, HTML for the chat, Markdown for export.

Pure functions over the values of ``rag.types``; nothing here reads a file or asks a model.
"""

from __future__ import annotations

from ui.render_cards import citation_panel_html, partial_panel_html, reader_html
from ui.render_html import (
    Partial,
    accounts_html,
    answer_html,
    error_html,
    partial_html,
    stopped_html,
)
from ui.render_markdown import answer_markdown, escape_markdown
from ui.render_terminal import (
    answer_tail_terminal,
    answer_terminal,
    hits_terminal,
    removed_terminal,
    sentence_terminal,
    step_terminal,
)
from ui.render_words import accounts_line, coverage_line, reason_line
from ui.terminal import printable

__all__ = [
    "Partial",
    "accounts_html",
    "accounts_line",
    "answer_html",
    "answer_markdown",
    "answer_tail_terminal",
    "answer_terminal",
    "citation_panel_html",
    "coverage_line",
    "error_html",
    "escape_markdown",
    "hits_terminal",
    "partial_html",
    "partial_panel_html",
    "printable",
    "reader_html",
    "reason_line",
    "removed_terminal",
    "sentence_terminal",
    "step_terminal",
    "stopped_html",
]
