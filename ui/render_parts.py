"""Parts of a turn in the chat beside its answer: its buttons, thoughts, struck sentences, notes."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from ui.render_safe import NOTHING, html, together
from ui.render_state import removed_line

_LONGEST_THOUGHT = 40_000
"""Characters of a model's thinking that the page shows, the last ones."""


def cut(text: str, most: int) -> str:
    """Return words on one line, the first ``most`` characters of them."""
    words = " ".join(text.split())
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def turn_tools(key: str, question: str) -> Markup:
    """Return what can be done with a turn; the page shows all of it on the newest turn only."""
    return html(
        '<div class="v-tools v-turn-tools"><button type="button" class="v-act" name="edit"'
        ' value="{key}" title="Its answer and all turns after it are replaced">Edit question'
        '<span class="v-sr"> {}</span></button>'
        '<button type="button" class="v-act v-newest" name="retry" value="{key}"'
        ' title="The answer is replaced">Ask again</button>'
        '<button type="button" class="v-act v-newest" name="undo" value="{key}"'
        ' title="This question and its answer are taken away">Undo</button>'
        '<details class="v-whole v-newest"><summary>Whole conversation</summary>'
        '<button type="button" class="v-act" name="all-markdown" value="{key}">Save all as'
        ' Markdown</button><button type="button" class="v-act" name="all-json" value="{key}">Save'
        " all as JSON</button></details></div>",
        cut(question, 60),
        key=key,
    )


def thinking_html(thinking: str, key: str) -> Markup:
    """Return what a model thought, folded away and as plain text; empty when it thought nothing."""
    if not thinking.strip():
        return NOTHING
    shown = thinking[-_LONGEST_THOUGHT:]
    if len(shown) < len(thinking):
        shown = f"… {shown}"
    return html(
        '<details class="v-thinking" id="{key}think"><summary>Thinking</summary>'
        '<p class="v-about">{}</p><div class="v-thought" dir="auto">{}</div></details>',
        "What the model thought before it answered: not checked, and no part of the answer.",
        shown,
        key=key,
    )


def warning(words: str) -> Markup:
    """Return a note that a reader must not miss."""
    return html('<p class="v-warning"><span class="v-sr">Note: </span>{}</p>', words)


def removed_html(removed: Sequence[tuple[str, Sequence[str]]]) -> Markup:
    """Return the sentences that were taken out, folded, each with what is wrong with it."""
    if not removed:
        return NOTHING
    items = together(
        html("<li><s>{}</s> <span>{}</span></li>", text, "; ".join(why) or "no source says this")
        for text, why in removed
    )
    return html(
        '<details class="v-removed"><summary>{}</summary><ul>{}</ul></details>',
        removed_line(len(removed)),
        items,
    )
