"""How the chat looks: theme, style sheet, script. Everything is served by Vouch itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

ASSETS = Path(__file__).parent / "static"
"""The folder that the server offers under ``/ui-static``."""


def mount_options() -> dict[str, Any]:
    """Return the options of ``gradio.mount_gradio_app`` that make the look."""
    return {
        "theme": _theme(),
        "css_paths": [ASSETS / "chat.css"],
        "head": '<meta name="color-scheme" content="light dark">'
        '<link rel="stylesheet" href="/ui-static/page.css">'
        '<script src="/ui-static/chat.js" defer></script>',
        "footer_links": [],
        "run_history": False,
        "ssr_mode": False,
    }


def _theme() -> Any:
    import gradio as gr

    # Gradio's own files hold the regular weights whole; the others come with chat.css.
    theme = gr.themes.Base(
        primary_hue=gr.themes.colors.cyan,
        neutral_hue=gr.themes.colors.stone,
        radius_size=gr.themes.sizes.radius_md,
        font=(
            gr.themes.LocalFont("IBM Plex Sans", (400,)),
            "system-ui",
            "sans-serif",
        ),
        font_mono=(gr.themes.LocalFont("IBM Plex Mono", (400,)), "ui-monospace", "monospace"),
    )
    pairs = {
        "body_background_fill": "var(--v-paper)",
        "body_text_color": "var(--v-ink)",
        "body_text_color_subdued": "var(--v-soft)",
        "block_background_fill": "var(--v-sheet)",
        "block_border_color": "var(--v-line)",
        "border_color_primary": "var(--v-line)",
        "background_fill_primary": "var(--v-sheet)",
        "background_fill_secondary": "var(--v-faint)",
        "block_label_background_fill": "var(--v-sheet)",
        "block_label_text_color": "var(--v-soft)",
        "block_title_text_color": "var(--v-soft)",
        "input_background_fill": "var(--v-sheet)",
        "input_border_color": "var(--v-line)",
        "input_border_color_focus": "var(--v-accent)",
        "color_accent": "var(--v-accent)",
        "color_accent_soft": "var(--v-accent-soft)",
        "button_primary_background_fill": "var(--v-accent)",
        "button_primary_background_fill_hover": "var(--v-accent)",
        "button_primary_text_color": "var(--v-sheet)",
        "button_secondary_background_fill": "var(--v-sheet)",
        "button_secondary_background_fill_hover": "var(--v-faint)",
        "button_secondary_border_color": "var(--v-line)",
        "button_secondary_text_color": "var(--v-ink)",
        "link_text_color": "var(--v-accent)",
    }
    both = {**pairs, **{f"{name}_dark": value for name, value in pairs.items()}}
    known = {name: value for name, value in both.items() if hasattr(theme, name)}
    return theme.set(
        **known,
        block_border_width="1px",
        block_shadow="none",
        shadow_drop="none",
        button_primary_shadow="none",
        button_secondary_shadow="none",
        block_label_text_size="*text_sm",
    )
