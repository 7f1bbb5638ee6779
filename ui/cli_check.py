"""``vouch check``: whether the quotations of an exported answer or conversation still stand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import NotFound
from ui.cli_library import open_existing
from ui.exchange import MOST_BYTES, Checked, checked, read_export, report_to_json
from ui.render_terminal import check_terminal
from ui.terminal import has_color, say, width

if TYPE_CHECKING:
    from rag.config import Settings


def check_file(settings: Settings, path: Path, *, as_json: bool) -> bool:
    """Print what became of every quotation in a file; tell whether all of them still stand.

    Raises:
        NotFound: the file is not there, or there is no library.
        BadRequest, TooLarge: it is no export.
    """
    with open_existing(settings) as ledger:
        kind, answers = read_export(_bytes(path))
        found = checked(answers, ledger)
        report = report_to_json(kind, found, ledger.seq)
    if as_json:
        say(json.dumps(report, indent=2))
    else:
        say(_shown(found))
    return str(report["state"]) == "current"


def _shown(found: list[Checked]) -> str:
    if not found:
        return "There is no answer in it."
    blocks = [
        check_terminal(one.exported.answer, one.check, color=has_color(), width=width())
        for one in found
    ]
    return "\n\n".join(blocks)


def _bytes(path: Path) -> bytes:
    """Return a file's bytes, and of one that is too long no more than it takes to see that."""
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise NotFound(
            f"{path} cannot be read: {error.strerror}.", "Name a file that Vouch has saved as JSON."
        ) from error
