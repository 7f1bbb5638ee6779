"""``vouch config``: every setting, its value, and where that comes from."""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from rag.config import ENV_PREFIX, Settings, default_config_file
from ui.terminal import one_line, say

if TYPE_CHECKING:
    from ui.cli import Chosen


def show_path(named: Path | None) -> None:
    """Print where the settings file is looked for."""
    path = named or default_config_file()
    say(f"{path}" + ("" if path.is_file() else "  (does not exist)"))


def show_settings(chosen: Chosen, *, as_json: bool) -> None:
    """Print the settings; keys are never shown."""
    settings = chosen.settings()
    rows = setting_rows(settings, chosen)
    if as_json:
        say(json.dumps({name: {"value": value, "from": origin} for name, value, origin in rows}))
        return
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    for name, value, origin in rows:
        say(f"{name:<{widths[0]}}  {one_line(value):<{widths[1]}}  {origin}")


def setting_rows(settings: Settings, chosen: Chosen) -> list[tuple[str, str, str]]:
    """Return name, value and origin of every setting."""
    path = chosen.file or default_config_file()
    in_file = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    flags = {"library": chosen.library, "collection": chosen.collection}
    rows = []
    for name in Settings.model_fields:
        variable = f"{ENV_PREFIX}{name.upper()}"
        if flags.get(name) is not None:
            origin = "flag"
        elif variable in os.environ:
            origin = variable
        elif name in in_file:
            origin = str(path)
        else:
            origin = "default"
        rows.append((name, shown(getattr(settings, name)), origin))
    return rows


def shown(value: Any) -> str:
    """Return a setting's value for a person; secrets are masked.

    >>> shown(SecretStr("abc")), shown(None), shown(16)
    ('********', '-', '16')
    """
    if isinstance(value, SecretStr):
        return "********"
    return "-" if value in (None, "") else str(value)


def settings_table() -> str:
    """Return every setting as a Markdown table, as the README shows it."""
    lines = ["| setting | default | what it is |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = "`~/.local/share/vouch`" if name == "library" else f"`{shown(field.default)}`"
        lines.append(f"| `{name}` | {default.replace('`-`', 'none')} | {field.description} |")
    return "\n".join(lines)
