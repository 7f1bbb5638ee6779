"""Markdown as it reads: marks rendered away, headings and tables with their places."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ingest.dates import from_value
from ingest.readers import Reading, Source
from ingest.readers.canvas import Canvas
from ingest.readers.encoding import decode
from ingest.readers.head import Facts, describe

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT = re.compile(r"\A---[^\S\n]*\n(?P<body>.*?)\n(?:---|\.\.\.)[^\S\n]*(?:\n|\Z)", re.DOTALL)
_FIELD = re.compile(
    r"^(?P<key>[A-Za-z][\w -]{0,40}):[^\S\n]*(?P<value>\S.*?)[^\S\n]*$", re.MULTILINE
)
_TAG = re.compile(r"<!--.*?(?:-->|\Z)|<[^<>]*>", re.DOTALL)
_DATE_KEYS = ("date", "published", "publication date", "pubdate", "created")
_PUBLISHER_KEYS = ("publisher", "source", "outlet", "site", "site_name")


def read(source: Source) -> Reading:
    """Return one document with the text that the file shows when it is rendered."""
    from markdown_it import MarkdownIt

    raw, note = decode(source.data)
    raw = raw.replace("\r\n", "\n").replace("\r", "\n")
    front = _FRONT.match(raw)
    fields = _fields(front["body"]) if front else {}
    body = raw[front.end() :] if front else raw
    first_line = raw.count("\n", 0, front.end()) if front else 0
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(body)
    canvas = Canvas()
    _Writer(canvas, first_line).write(tokens)
    text, spans = canvas.finish()
    if not text.strip():
        return Reading(())
    top = next((span.label for span in spans if span.kind == "heading" and span.start == 0), "")
    metadata = {
        key: value
        for key, value in fields.items()
        if key not in {"title", "language", "lang", *_DATE_KEYS, *_PUBLISHER_KEYS}
    }
    facts = Facts(
        title=fields.get("title") or top.split(" > ")[0],
        publisher=next((fields[key] for key in _PUBLISHER_KEYS if key in fields), ""),
        language=fields.get("language") or fields.get("lang", ""),
        dates=tuple(
            from_value(fields[key], "metadata", source.options.date_order)
            for key in _DATE_KEYS
            if key in fields
        ),
        metadata=metadata,
    )
    document = describe(
        source=source.path,
        stem=source.stem,
        text=text,
        spans=spans,
        facts=facts,
        order=source.options.date_order,
    )
    return Reading((document,), (note,) if note else ())


def _fields(body: str) -> dict[str, str]:
    """Return the plain ``key: value`` lines of a front matter, keys in lower case."""
    return {
        match["key"].lower(): match["value"].strip("\"'")
        for match in _FIELD.finditer(body[:10_000])
    }


class _Writer:
    """Writes a stream of Markdown tokens to a canvas."""

    def __init__(self, canvas: Canvas, first_line: int) -> None:
        self._canvas = canvas
        self._first_line = first_line
        self._in_list = 0
        self._item_begins = False
        self._rows: list[list[str]] | None = None

    def write(self, tokens: Sequence[Token]) -> None:
        """Write all tokens."""
        heading = 0
        for token in tokens:
            if token.type == "heading_open":
                heading = int(token.tag[1:])
            elif token.type == "inline":
                self._inline(_plain(token), heading, token)
                heading = 0
            elif token.type in {"fence", "code_block"}:
                self._place(self._canvas.block(token.content, keep_lines=True), token)
            elif token.type == "html_block":
                self._place(self._canvas.block(_TAG.sub(" ", token.content)), token)
            else:
                self._structure(token.type)

    def _structure(self, kind: str) -> None:
        """Note where lists and tables begin and end."""
        if kind in {"bullet_list_open", "ordered_list_open"}:
            self._in_list += 1
        elif kind in {"bullet_list_close", "ordered_list_close"}:
            self._in_list -= 1
        elif kind == "list_item_open":
            self._item_begins = True
        elif kind == "table_open":
            self._rows = []
        elif kind == "table_close":
            self._canvas.table(self._rows or [])
            self._rows = None
        elif kind == "tr_open" and self._rows is not None:
            self._rows.append([])

    def _inline(self, text: str, heading: int, token: Token) -> None:
        if self._rows is not None:
            if self._rows:
                self._rows[-1].append(text)
        elif heading:
            self._place(self._canvas.heading(text, heading), token)
        elif self._in_list and self._item_begins:
            self._place(self._canvas.line(text), token)
            self._item_begins = False
        else:
            self._place(self._canvas.block(text), token)

    def _place(self, stretch: tuple[int, int], token: Token) -> None:
        if token.map:
            line = self._first_line + token.map[0] + 1
            self._canvas.span(*stretch, "line", f"line {line}", {"line": line})


def _plain(token: Token) -> str:
    """Return the words of an inline token, without marks, link targets and HTML tags."""
    parts = []
    for child in token.children or ():
        if child.type in {"text", "code_inline"}:
            parts.append(child.content)
        elif child.type in {"softbreak", "hardbreak"}:
            parts.append(" ")
        elif child.type == "image":
            parts.append(child.content)
    return "".join(parts)
