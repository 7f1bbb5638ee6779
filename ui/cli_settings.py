"""``vouch config``: every setting, its value and where that comes from; and a try of the model."""

from __future__ import annotations

import json
import os
import re
import tomllib
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from rag.config import ENV_PREFIX, Settings, default_config_file
from ui.terminal import note, one_line, say

if TYPE_CHECKING:
    from rag.chat.model_check import ModelReport
    from ui.cli import Chosen


_USER_INFO = re.compile(r"(\w://)[^/@\s]+@")


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


def check_config(settings: Settings, *, as_json: bool) -> bool:
    """Call the model that writes once and print what was found; return whether it can be used.

    Raises:
        UnknownSetting: the model's name, its package or the prompts are not as they must be.
    """
    from rag.build_chat import chat_stream
    from rag.chat.model_check import check_model
    from rag.prompts import load_prompts

    prompts = load_prompts(settings.prompts)
    if settings.llm is None:
        found = {"llm": None, "prompts": prompts.version}
        say(
            json.dumps(found)
            if as_json
            else "No model is set: answers are made of the sources' own words. To have one write,"
            " set llm, such as VOUCH_LLM=ollama:llama3.2."
        )
        return True
    note(f"Asking {settings.llm}, for at most {settings.llm_seconds:g} s ...")
    key = settings.llm_key.get_secret_value() if settings.llm_key else None
    report = check_model(chat_stream(settings), base_url=settings.llm_base_url, key=key)
    if as_json:
        say(json.dumps({"llm": settings.llm, "prompts": prompts.version, **asdict(report)}))
    else:
        for label, found_out in report_rows(report, settings, prompts.version):
            say(f"{label:<10}  {one_line(found_out)}")
    return report.reachable


def report_rows(report: ModelReport, settings: Settings, prompts: str) -> list[tuple[str, str]]:
    """Return what was found of a model, each as a label and words."""
    where = shown(settings.llm_base_url) if settings.llm_base_url else "the provider's own server"
    rows = [("model", f"{report.name} at {where}")]
    if not report.reachable:
        return [*rows, ("reachable", f"no: {report.problem}"), ("hint", report.hint)]
    rows += [
        ("reachable", "yes"),
        (
            "streams",
            f"yes, in {report.pieces} pieces" if report.streams else "no, it came in one piece",
        ),
        (
            "time",
            f"first words after {report.first_ms:.0f} ms, all after {report.total_ms:.0f} ms;"
            f" its package took {report.load_ms:.0f} ms to load",
        ),
    ]
    if report.thinks:
        rows.append(("thinks", "yes: its thoughts are shown apart"))
    needed = settings.llm_context_tokens + settings.llm_answer_tokens
    if report.context_tokens is None:
        rows.append(("context", f"not told by the server; Vouch uses up to {needed:,} tokens"))
    else:
        rows.append(("context", f"{report.context_tokens:,} tokens; Vouch uses up to {needed:,}"))
        if needed > report.context_tokens:
            rows.append(("hint", "Lower llm_context_tokens, or passages will be cut off."))
    return [*rows, ("prompts", f"version {prompts}"), ("checks", settings.checks)]


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
    >>> shown("http://bob:secret@host/v1")
    'http://********@host/v1'
    """
    if isinstance(value, SecretStr):
        return "********"
    if isinstance(value, str):
        value = _USER_INFO.sub(r"\1********@", value)
    return "-" if value in (None, "") else str(value)


def settings_table() -> str:
    """Return every setting as a Markdown table, as the README shows it."""
    lines = ["| setting | default | what it is |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = "`~/.local/share/vouch`" if name == "library" else f"`{shown(field.default)}`"
        lines.append(f"| `{name}` | {default.replace('`-`', 'none')} | {field.description} |")
    return "\n".join(lines)
