"""``report.html`` of a run: one file that asks for nothing else, for a person to read.

Figures, plots and the words around them are written here; the table of rows is built by the page's
own script out of embedded JSON. Texts of documents are hostile: they are escaped here, and set as
text there. The page's policy lets that one script run and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TextIO

from markupsafe import Markup

from eval import report_page as page
from eval.report_rows import Index, Line, blocks, by_row, to_json
from eval.report_text import UNSEEN_IN_JS, html

_STATIC = Path(__file__).parent / "static"
_NAME = "report.html"


@cache
def _static(name: str) -> str:
    return (_STATIC / name).read_text("utf-8")


def _script() -> str:
    parts = (_static("report_row.js"), _static("report.js"))
    return '"use strict";\n(() => {\n' + "\n".join(parts) + "})();\n"


def policy() -> str:
    """Return the content security policy of every report, which stands in its head.

    A server that sends reports may send it as a header too.

    >>> policy().startswith("default-src 'none'; script-src 'sha256-")
    True
    """
    digest = base64.b64encode(hashlib.sha256(_script().encode("utf-8")).digest()).decode("ascii")
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def write_report(
    folder: Path,
    summary: Mapping[str, Any],
    records: Iterable[Line],
    baselines: Iterable[Line] = (),
) -> Path:
    """Write ``report.html`` into a run's folder and return its path.

    Args:
        folder: where the file goes; it is there whole or not at all.
        summary: ``summary.json``.
        records: lines of ``records.jsonl``, read once and never held all at a time.
        baselines: lines of ``baselines.jsonl``, of which what a person reads beside a row is held.
    """
    path = folder / _NAME
    new = path.with_suffix(".new")
    try:
        with new.open("w", encoding="utf-8", newline="\n") as file:
            _write(file, summary, records, baselines)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
    return path


def _write(
    file: TextIO, summary: Mapping[str, Any], records: Iterable[Line], baselines: Iterable[Line]
) -> None:
    title = page.title(summary)
    file.write(
        html(
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            '<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            '<meta name="color-scheme" content="light dark">\n'
            # Without it a browser would ask the server for one.
            '<link rel="icon" href="data:,">\n<title>{title}</title>\n<style>\n{}</style>\n'
            "</head>\n<body>\n{}",
            Markup(_static("report.css")),
            page.body(summary),
            policy=policy(),
            title=title,
        )
    )
    index = Index(summary.get("metrics") or {})
    for block in blocks(records, by_row(baselines), index):
        file.write(f'<script type="text/plain" class="block">{block}</script>\n')
    about = {"unseen": UNSEEN_IN_JS, **page.about(summary)}
    file.write(f'<script type="application/json" id="about">{to_json(about)}</script>\n')
    file.write(f'<script type="application/json" id="index">{index.to_json()}</script>\n')
    file.write(f"<script>{_script()}</script>\n</body>\n</html>\n")
