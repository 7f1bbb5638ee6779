"""Notebooks (.ipynb): Markdown as it reads, code, and what the code printed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from ingest.readers import Reading, Source
from ingest.readers.canvas import Canvas
from ingest.readers.encoding import decode
from ingest.readers.head import Facts, describe_file
from ingest.readers.markdown import write_markdown
from rag.errors import UnreadableFile

_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_LONGEST_OUTPUT = 200_000


def read(source: Source) -> Reading:
    """Return one document with the cells of a notebook in order; images are passed over.

    Raises:
        UnreadableFile: the file is no notebook.

    """
    raw, note = decode(source.data)
    if not raw.strip():
        return Reading(())
    value = _parse(raw)
    canvas = Canvas()
    hidden: list[tuple[str, str]] = []
    cut = 0
    for number, cell in enumerate(_cells(value), 1):
        begin = canvas.length
        kind = cell.get("cell_type")
        words = _joined(cell.get("source", cell.get("input")))
        if kind == "markdown" and len(words) < _LONGEST_OUTPUT:
            hidden += write_markdown(words, canvas)
        elif kind == "heading":  # before version 4 of the format
            level = cell.get("level")
            canvas.heading(words, level if isinstance(level, int) and 0 < level < 7 else 1)
        else:
            canvas.block(words, keep_lines=True)
        for output in _outputs(cell):
            cut += len(output) > _LONGEST_OUTPUT
            canvas.block(_ESCAPES.sub("", output[:_LONGEST_OUTPUT]), keep_lines=True)
        # What was added begins after the blank line that parts it from the text before.
        start = begin + 2 if begin else 0
        canvas.span(start, canvas.length, "cell", f"cell {number}", {"cell": number})
    from ingest.readers.web import with_hidden

    text, spans = canvas.finish()
    text, spans, is_hidden = with_hidden(text, spans, hidden)
    if not text.strip():
        return Reading(())
    top = next((span.label for span in spans if span.kind == "heading"), "")
    language = _language(value)
    document = describe_file(
        source,
        text=text,
        spans=spans,
        facts=Facts(
            title=_title(value) or top.split(" > ")[0] or source.stem,
            metadata={"programming_language": language} if language else {},
            flags=("hidden_text",) if is_hidden else (),
        ),
    )
    said = f"{cut} outputs were longer than {_LONGEST_OUTPUT:,} characters and were cut"
    return Reading((document,), tuple(words for words in (note, said if cut else "") if words))


def _parse(raw: str) -> dict[str, Any]:
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(
            f"The file is no notebook, or it is damaged ({' '.join(str(error).split())[:120]}).",
            "Open it in Jupyter and save it anew.",
        ) from error
    if not isinstance(value, dict) or not ("cells" in value or "worksheets" in value):
        raise UnreadableFile("The file is no notebook: it has no cells.", "Name it .json.")
    return value


def _cells(value: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the cells, of older notebooks sheet by sheet."""
    groups = [value.get("cells")]
    sheets = value.get("worksheets")
    if isinstance(sheets, list):
        groups += [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
    for cells in groups:
        if isinstance(cells, list):
            yield from (cell for cell in cells if isinstance(cell, dict))


def _outputs(cell: dict[str, Any]) -> Iterator[str]:
    """Yield the texts that running a cell gave."""
    outputs = cell.get("outputs")
    for output in outputs if isinstance(outputs, list) else ():
        if not isinstance(output, dict):
            continue
        if output.get("output_type") in {"error", "pyerr"}:
            yield f"{_joined(output.get('ename'))}: {_joined(output.get('evalue'))}"
            continue
        data = output.get("data")
        shown = data.get("text/plain") if isinstance(data, dict) else output.get("text")
        yield _joined(shown)


def _joined(value: object) -> str:
    """Return a text that may be stored as a list of lines."""
    if isinstance(value, list):
        return "".join(part for part in value if isinstance(part, str))
    return value if isinstance(value, str) else ""


def _language(value: dict[str, Any]) -> str:
    about = value.get("metadata")
    for name in ("language_info", "kernelspec"):
        part = about.get(name) if isinstance(about, dict) else None
        if isinstance(part, dict):
            found = part.get("name" if name == "language_info" else "language")
            if isinstance(found, str):
                return found[:40]
    return ""


def _title(value: dict[str, Any]) -> str:
    about = value.get("metadata")
    title = about.get("title") if isinstance(about, dict) else None
    return title if isinstance(title, str) else ""
