"""Markdown as it reads: marks rendered away, headings and tables with their places."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from ingest.dates import from_value
from ingest.readers import Reading, Source
from ingest.readers.canvas import HIDDEN, Canvas
from ingest.readers.dom import flat, write
from ingest.readers.encoding import decode
from ingest.readers.head import Facts, describe_file
from ingest.readers.text import lines
from ingest.readers.unseen import take_out
from ingest.readers.web import parse_markup, with_hidden
from rag.errors import UnreadableFile

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT = re.compile(r"\A---[^\S\n]*\n(?P<body>.*?)\n(?:---|\.\.\.)[^\S\n]*(?:\n|\Z)", re.DOTALL)
_FIELD = re.compile(
    r"^(?P<key>[A-Za-z][\w -]{0,40}):[^\S\n]*(?P<value>\S.*?)[^\S\n]*$", re.MULTILINE
)
_ITEMS = re.compile(
    r"^(?P<key>[A-Za-z][\w -]{0,40}):[^\S\n]*\n(?P<items>(?:[^\S\n]*-[^\S\n]+[^\n]*(?:\n|\Z))+)",
    re.MULTILINE,
)
_STYLED = re.compile(r"style|hidden|<font|<noscript", re.IGNORECASE)
_TAG = re.compile(r"<!--.*?(?:-->|\Z)|<[^<>]*>", re.DOTALL)
_BIGGEST = 2_500_000
"""A longer text is read as plain text: it takes more time and memory to parse than a file may."""

_DEEPEST = 100

_DATE_KEYS = ("date", "published", "publication date", "pubdate", "created")
_PUBLISHER_KEYS = ("publisher", "source", "outlet", "site", "site_name")


def read(source: Source) -> Reading:
    """Return one document with the text that the file shows when it is rendered."""
    raw, note = decode(source.data)
    raw = raw.replace("\r\n", "\n").replace("\r", "\n")
    front = _FRONT.match(raw)
    fields = _fields(front["body"]) if front else {}
    body = raw[front.end() :] if front else raw
    first_line = raw.count("\n", 0, front.end()) if front else 0
    canvas = Canvas()
    hidden = write_markdown(body, canvas, first_line) if len(raw) <= _BIGGEST else []
    text, spans = canvas.finish()
    text, spans, is_hidden = with_hidden(text, spans, hidden)
    if not text.strip() and _TAG.sub("", body).strip():
        # Too long, or nested so deeply that nothing of it is shown.
        text, spans = raw, tuple(lines(raw))
        note = ", ".join(words for words in (note, "read as plain text") if words)
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
        flags=(HIDDEN,) if is_hidden else (),
    )
    document = describe_file(
        source,
        text=text,
        spans=spans,
        facts=facts,
    )
    return Reading((document,), (note,) if note else ())


def write_markdown(
    text: str, canvas: Canvas, first_line: int | None = None
) -> list[tuple[str, str]]:
    """Write what a text in Markdown shows, and return what it hides and how.

    Args:
        text: the Markdown.
        canvas: where it is written.
        first_line: how many lines stand above it in its file; None for no lines as places.
    """
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"maxNesting": _DEEPEST})
    writer = _Writer(canvas, first_line)
    writer.write(parser.enable(["table", "strikethrough"]).parse(text))
    return writer.hidden


def _fields(body: str) -> dict[str, str]:
    """Return the plain ``key: value`` lines of a front matter, keys in lower case."""
    fields: dict[str, str] = {}
    for match in _FIELD.finditer(_ITEMS.sub(_on_one_line, body[:10_000])):
        value = match["value"]
        if value[:1] == "[" and value[-1:] == "]":
            value = ", ".join(part.strip(" \"'") for part in value[1:-1].split(","))
        fields.setdefault(match["key"].lower(), value.strip("\"'"))
    return fields


def _on_one_line(match: re.Match[str]) -> str:
    """Return a key with its items, each on a line of its own in YAML, as one line."""
    items = [line.strip().removeprefix("-").strip(" \"'") for line in match["items"].splitlines()]
    return f"{match['key']}: {', '.join(item for item in items if item)}\n"


class _Writer:
    """Writes a stream of Markdown tokens to a canvas."""

    def __init__(self, canvas: Canvas, first_line: int | None) -> None:
        self.hidden: list[tuple[str, str]] = []
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
                self._inline(self._plain(token), heading, token)
                heading = 0
            elif token.type in {"fence", "code_block"}:
                self._place(self._canvas.block(token.content, keep_lines=True), token)
            elif token.type == "html_block":
                self._html(token)
            else:
                self._structure(token.type)

    def _html(self, token: Token) -> None:
        """Write the words of a block of HTML; what it hides is kept apart."""
        try:
            page = parse_markup(f"<div>{token.content}</div>")  # a comment alone is no page
            self.hidden += take_out(page)[0]
            begin = self._canvas.length
            write(page, self._canvas)
            self._place((begin + 2 if begin else 0, self._canvas.length), token)
        except UnreadableFile:
            self._place(self._canvas.block(_TAG.sub(" ", token.content)), token)

    def _plain(self, token: Token) -> str:
        """Return the words of an inline token; what markup in it hides is kept apart."""
        children = token.children or ()
        if not any(
            child.type == "html_inline" and _STYLED.search(child.content) for child in children
        ):
            return _plain(token)
        markup = "".join(
            child.content if child.type == "html_inline" else escape(_plain_child(child))
            for child in children
        )
        try:
            page = parse_markup(f"<p>{markup}</p>")
        except UnreadableFile:  # thousands of tags within each other
            return _plain(token)
        self.hidden += take_out(page)[0]
        return flat(page)

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
        if token.map and self._first_line is not None:
            line = self._first_line + token.map[0] + 1
            self._canvas.span(*stretch, "line", f"line {line}", {"line": line})


def _plain(token: Token) -> str:
    """Return the words of an inline token, without marks, link targets and HTML tags."""
    return "".join(_plain_child(child) for child in token.children or ())


def _plain_child(child: Token) -> str:
    if child.type in {"softbreak", "hardbreak"}:
        return " "
    return child.content if child.type in {"text", "code_inline", "image"} else ""
