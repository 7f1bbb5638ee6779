"""reStructuredText as it reads: headings, lists, tables and code with the lines they stand on.

No directive reads a file, runs anything or passes markup through. Directives and roles that only
Sphinx knows lose their marks and keep their words.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from ingest.readers import Reading, Source
from ingest.readers.canvas import HIDDEN, Canvas, one_line
from ingest.readers.columns import surely_has_header
from ingest.readers.encoding import decode
from ingest.readers.head import Facts, describe_file
from ingest.readers.text import lines
from ingest.readers.unseen import prose
from ingest.readers.web import with_hidden

if TYPE_CHECKING:
    from docutils import nodes

_BIGGEST = 1_500_000
"""A longer text is read as plain text: docutils would take longer than a file may."""

_DIRECTIVE = re.compile(
    r"^[^\S\n]*\.\. (?:\|[^|\n]{1,80}\| )?([A-Za-z][\w:.+-]{0,60}?)::(?:\s|$)", re.M
)
_TEXT = re.compile(r"^[^.\s].{0,200}\w", re.M)
_SPHINX = re.compile(
    r"^[^\S\n]*\.\. (?:py:)?(?:function|method|attribute|module|toctree|versionadded)::", re.M
)
_ROLE = re.compile(r"(?<![\w`]):([A-Za-z][\w:.+-]{0,60}):`|`:([A-Za-z][\w:.+-]{0,60}):")
_TARGET = re.compile(r"\A(?P<title>.+?)\s*<[^<>]+>\Z", re.DOTALL)
_SILENT = frozenset(
    ("toctree", "index", "highlight", "currentmodule", "module", "py:currentmodule", "py:module")
    + ("automodule", "autoclass", "autofunction", "automethod", "autosummary", "tabularcolumns")
    + ("meta", "plot", "literalinclude", "doctest-skip")
)
_KEYS = {"author": "author", "authors": "author", "date": "date", "title": "title"}
_KEYS |= {"organization": "publisher", "publisher": "publisher"}


def read(source: Source) -> Reading:
    """Return one document with the text that the file shows when it is rendered.

    A file that docutils cannot parse is read as plain text, with a note.

    Raises:
        UnreadableFile: the file is no text.

    """
    raw, note = decode(source.data)
    raw = raw.replace("\r\n", "\n").replace("\r", "\n")
    if not raw.strip():
        return Reading(())
    notes = [note] if note else []
    canvas = Canvas()
    writer = _Writer(canvas, raw)
    try:
        if len(raw) > _BIGGEST:
            raise ValueError("it is too long")
        writer.write(_parse(raw), 0)
        text, spans = canvas.finish()
        text, spans, is_hidden = with_hidden(text, spans, writer.hidden)
        if not text.strip() and _TEXT.search(raw):
            raise ValueError("nothing of it would be shown")
    except Exception as error:  # noqa: BLE001  docutils raises whatever its many parsers do
        said = " ".join(str(error).split())[:100] or type(error).__name__
        notes.append(f"read as plain text: docutils cannot parse it ({said})")
        text, spans, is_hidden = raw, tuple(lines(raw)), False
    if not text.strip():
        return Reading((), tuple(notes))
    top = next((span.label for span in spans if span.kind == "heading"), "")
    fields = writer.fields
    document = describe_file(
        source,
        text=text,
        spans=spans,
        facts=Facts(
            title=fields.get("title") or top.split(" > ")[0],
            publisher=fields.get("publisher", ""),
            metadata={"author": fields["author"]} if "author" in fields else {},
            flags=(HIDDEN,) if is_hidden else (),
        ),
    )
    return Reading((document,), tuple(notes))


def _parse(raw: str) -> nodes.document:
    from docutils.core import publish_doctree

    _learn(raw)
    return publish_doctree(
        raw,
        settings_overrides={
            "file_insertion_enabled": False,
            "raw_enabled": False,
            "_disable_config": True,
            "input_encoding": "unicode",
            "report_level": 5,
            "halt_level": 5,
            "exit_status_level": 5,
            "warning_stream": False,
            "syntax_highlight": "none",
            "smart_quotes": False,
            "doctitle_xform": False,
            "docinfo_xform": False,
            "sectnum_xform": False,
            "toc_backlinks": False,
            "line_length_limit": 100_000,
        },
    )


def _learn(raw: str) -> None:
    """Make docutils take directives and roles that it does not know for plain words."""
    from docutils import nodes
    from docutils.parsers.rst import Directive, directives, roles

    class Unknown(Directive):
        """Keeps the words of a directive: its argument, and what stands under it."""

        has_content = True
        optional_arguments = 1
        final_argument_whitespace = True
        option_spec = _AnyOption()

        def run(self) -> list[nodes.Node]:
            """Return the words as a block."""
            if self.name.lower() in _SILENT:
                return []
            block = nodes.container()
            if self.arguments:
                words, _ = self.state.inline_text(self.arguments[0], self.lineno)
                block += nodes.paragraph("", "", *words)
            self.state.nested_parse(self.content, self.content_offset, block)
            return [block]

    def unknown(
        name: str,  # noqa: ARG001
        rawtext: str,  # noqa: ARG001
        text: str,
        *rest: object,  # noqa: ARG001
        **named: object,  # noqa: ARG001
    ) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        match = _TARGET.match(text)
        short = text.rpartition(".")[2] if text.startswith("~") else text.lstrip("!")
        words = match["title"] if match else short
        return [nodes.inline(words, words.replace("\x00", ""))], []

    known = {*vars(directives)["_directive_registry"], "code-block", "sourcecode"}
    added = vars(directives)["_directives"]
    added.pop("class", None)
    if _SPHINX.search(raw):
        directives.register_directive("class", Unknown)  # the signature of a class, not a style
    for name in {match[1].lower() for match in _DIRECTIVE.finditer(raw)} - known:
        directives.register_directive(name, Unknown)
    standard = {*vars(roles)["_role_registry"], "sub", "sup", "t", "title"}
    for name in {(match[1] or match[2]).lower() for match in _ROLE.finditer(raw)} - standard:
        roles.register_local_role(name, cast(Any, unknown))


class _AnyOption(dict[str, Any]):
    """The options of a directive that nobody knows: any name, any value."""

    def __missing__(self, name: str) -> Any:
        return str

    def __bool__(self) -> bool:
        return True


class _Writer:
    """Writes a tree of docutils to a canvas."""

    def __init__(self, canvas: Canvas, raw: str) -> None:
        self._canvas = canvas
        self._source = raw.split("\n")
        self._own: dict[str, Callable[[Any, int], None]] = {
            "section": self._section,
            "title": self._title,
            "bullet_list": self._items,
            "enumerated_list": self._items,
            "table": self._table,
            "comment": self._comment,
            "field": self._field,
            "footnote": self._whole,
            "citation": self._whole,
        }
        self.fields: dict[str, str] = {}
        self.hidden: list[tuple[str, str]] = []

    def write(self, node: Any, depth: int) -> None:
        """Write what stands under a node, one block after another."""
        for child in node.children:
            self._block(child, depth)

    def _block(self, node: Any, depth: int) -> None:
        kind = type(node).__name__
        if kind in _SKIPPED:
            return
        own = self._own.get(kind)
        if own:
            own(node, depth)
        elif kind in _PRINTED:
            self._place(self._canvas.block(_lines(node), keep_lines=True), node)
        elif any(type(child).__name__ in _INNER for child in node.children):
            self.write(node, depth)
        else:
            self._place(self._canvas.block(_words(node)), node)

    def _section(self, node: Any, depth: int) -> None:
        self.write(node, depth + 1)

    def _title(self, node: Any, depth: int) -> None:
        self._place(self._canvas.heading(_words(node), max(1, depth)), node)

    def _comment(self, node: Any, depth: int) -> None:  # noqa: ARG002
        if words := prose(node.astext()):
            self.hidden.append(("comment in the markup", words))

    def _whole(self, node: Any, depth: int) -> None:  # noqa: ARG002
        self._place(self._canvas.block(_words(node)), node)

    def _items(self, node: Any, depth: int) -> None:
        """Write the items of a list, the first paragraph of each as a line."""
        for item in node.children:
            for number, child in enumerate(item.children):
                if not number and type(child).__name__ == "paragraph":
                    self._place(self._canvas.line(_words(child)), child)
                else:
                    self._block(child, depth)

    def _table(self, node: Any, depth: int) -> None:  # noqa: ARG002
        rows = []
        for child in node.children:
            if type(child).__name__ == "title":
                self._canvas.block(_words(child))
        for row in node.findall(lambda each: type(each).__name__ == "row"):
            rows.append([_words(entry) for entry in row.children])
        headed = any(True for _ in node.findall(lambda each: type(each).__name__ == "thead"))
        self._canvas.table(rows, headed=headed or surely_has_header(rows))

    def _field(self, node: Any, depth: int) -> None:
        name, body = one_line(node.children[0].astext()), node.children[-1]
        words = _words(body)
        key = _KEYS.get(name.casefold())
        if key and depth == 0:
            self.fields.setdefault(key, words)
        self._place(self._canvas.line(f"{name}: {words}" if words else name), node)

    def _place(self, stretch: tuple[int, int], node: Any) -> None:
        line = node.line or (node.parent.line if node.parent is not None else 0)
        if not line:
            return
        # docutils counts a heading by the line under it, and some blocks by their last line.
        first = _WORD.search(node.astext())
        for earlier in range(line, max(0, line - 4), -1):
            if first and earlier <= len(self._source) and first[0] in self._source[earlier - 1]:
                line = earlier
                break
        self._canvas.span(*stretch, "line", f"line {line}", {"line": line})


_WORD = re.compile(r"\w+")
_PRINTED = frozenset(("literal_block", "doctest_block", "math_block", "line_block", "address"))
_SKIPPED = frozenset(
    ("system_message", "substitution_definition", "target", "pending", "image", "raw", "meta")
    + ("transition", "decoration")
)
_INNER = frozenset(
    ("paragraph", "bullet_list", "enumerated_list", "definition_list", "definition_list_item")
    + ("definition", "term", "section", "title", "table", "literal_block", "block_quote", "caption")
    + (
        "field_list",
        "field",
        "option_list",
        "option_list_item",
        "line_block",
        "container",
        "rubric",
    )
    + ("description", "option_group", "attribution", "label", "doctest_block", "admonition", "note")
    + ("math_block", "compound", "figure", "legend", "list_item", "footnote", "citation", "topic")
)


def _words(node: Any) -> str:
    """Return the words under a node; blocks under it are parted by a blank."""
    parts = []
    for leaf in node.findall():
        kind = type(leaf).__name__
        if kind == "Text":
            parts.append(str(leaf))
        elif kind in _INNER and leaf is not node:
            parts.append(" ")
    return "".join(parts).replace("\x00", "")


def _lines(node: Any) -> str:
    """Return the text of a node whose lines matter."""
    if type(node).__name__ != "line_block":
        return str(node.astext())
    found = []
    for child in node.children:
        found.append(_lines(child) if type(child).__name__ == "line_block" else _words(child))
    return "\n".join(found)
