"""Markup -> blocks of text: headings, lists, tables and lines as a browser would part them."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence
from typing import Any

from lxml import etree

from ingest.readers.canvas import Canvas, one_line
from ingest.readers.columns import surely_has_header

NOT_TEXT = frozenset(
    ("script", "style", "template", "noscript", "svg", "head", "iframe", "object", "select")
    + ("math", "audio", "video", "canvas", "datalist", "frameset")
)
"""Elements whose words a browser does not set as text."""

_BLOCKS = frozenset(
    ("p", "div", "section", "article", "main", "header", "footer", "blockquote", "figcaption")
    + ("address", "dd", "dt", "dl", "figure", "form", "fieldset", "aside", "nav", "td", "th")
    + ("body", "caption", "center", "details", "summary", "legend", "ul", "ol", "menu", "tr")
    + ("table", "tbody", "thead", "tfoot", "hr", "button", "option", "title")
)
_HEADING = re.compile(r"h[1-6]\Z")
_MOST_CELLS = 200_000
_MOST_REACH = 1_000
_LONGEST_REPEATED = 100
"""A longer cell that reaches over several rows stands in the first of them alone."""


def name_of(element: Any) -> str:
    """Return an element's tag without its namespace, "" for a comment.

    >>> name_of(etree.fromstring('<p xmlns="http://www.w3.org/1999/xhtml"/>'))
    'p'
    """
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def write(root: Any, canvas: Canvas) -> None:
    """Write every word under an element in order, block by block."""
    _Blocks(canvas).walk(root)


def words(root: Any) -> str:
    """Return the text under an element, a line for each block."""
    canvas = Canvas()
    write(root, canvas)
    return re.sub(r"\n{2,}", "\n", canvas.finish()[0])


class _Blocks:
    """Gathers the words of a block and writes it where it ends."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._waiting: list[str] = []
        self._under = False
        self._heading = 0
        self._kept = 0

    def walk(self, root: Any) -> None:
        walker = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
        for event, element in walker:
            if event in {"comment", "pi"}:
                self._waiting.append(element.tail or "" if element is not root else "")
                continue
            tag = name_of(element)
            if event == "start":
                if tag in NOT_TEXT and element is not root:
                    walker.skip_subtree()
                elif tag == "table" and (rows := _data_rows(element)):
                    self._flush()
                    _write_table(element, rows, self._canvas)
                    walker.skip_subtree()
                else:
                    self._begin(tag)
                    self._waiting.append(element.text or "")
            else:
                self._finish(tag)
                self._waiting.append((element.tail or "") if element is not root else "")
        self._flush()

    def _begin(self, tag: str) -> None:
        if _HEADING.match(tag):
            self._flush()
            self._heading = int(tag[1])
        elif tag == "li":
            self._flush()
            self._under = True
        elif tag == "br":
            self._break()
        elif tag in {"pre", "textarea"}:
            self._flush()
            self._kept += 1
        elif tag in _BLOCKS and not self._heading:
            self._flush()

    def _finish(self, tag: str) -> None:
        if _HEADING.match(tag):
            self._flush()
            self._heading = 0
        elif tag in {"pre", "textarea"}:
            self._flush()
            self._kept = max(0, self._kept - 1)
        elif (tag in _BLOCKS or tag == "li") and not self._heading:
            # "<li><p>" opens an item with a paragraph that ends only with its own end.
            self._flush()

    def _break(self) -> None:
        if self._kept:
            self._waiting.append("\n")
        elif self._heading:
            self._waiting.append(" ")
        elif "".join(self._waiting).strip():
            self._flush()
            self._under = True
        else:
            self._under = False  # two breaks part paragraphs

    def _flush(self) -> None:
        text = "".join(self._waiting)
        self._waiting.clear()
        if not text.strip():
            return
        if self._heading:
            self._canvas.heading(text, self._heading)
        elif self._kept:
            self._canvas.block(text, keep_lines=True)
        elif self._under:
            self._canvas.line(text)
        else:
            self._canvas.block(text)
        self._under = False


def _data_rows(table: Any) -> list[list[Any]]:
    """Return the cells of a table of data, none for one that only lays out a page."""
    rows: list[list[Any]] = []
    cells = 0
    for element in table.iter("{*}tr", "{*}table", "{*}td", "{*}th", "{*}h1", "{*}h2", "{*}h3"):
        tag = name_of(element)
        if tag == "tr":
            rows.append([])
        elif tag in {"td", "th"}:
            cells += 1
            if not rows or cells > _MOST_CELLS:
                return []
            rows[-1].append(element)
        elif element is not table:
            return []  # a table or a headline in a cell: a layout
    rows = [row for row in rows if row]
    return rows if len(rows) > 1 and sum(len(row) > 1 for row in rows) * 2 >= len(rows) else []


def _write_table(table: Any, rows: Sequence[Sequence[Any]], canvas: Canvas) -> None:
    """Write a table of data, its caption above it."""
    for caption in table.iter("{*}caption"):
        canvas.block(flat(caption))
    texts, cells = _grid(rows)
    beside = [row for row in rows if len(row) > 1]
    if beside and all(_names(row[0]) and not any(map(_names, row[1:])) for row in beside):
        # Only the first cell of each row is a heading: the first row heads no columns.
        for number, line in enumerate(texts, 1):
            start, end = (canvas.line if number > 1 else canvas.block)(" ".join(line))
            canvas.span(start, end, "row", f"row {number}", {"row": number})
        return
    # A row of one cell above the columns' names is a title.
    first = next((at for at, line in enumerate(texts) if sum(map(bool, line)) > 1), 0)
    for line in texts[:first]:
        canvas.block(" ".join(line))
    head = cells[first]
    named = any(map(_names, head[1:])) or all(map(_stands_out, head))
    canvas.table(texts[first:], headed=named or surely_has_header(texts[first:]))


def _names(cell: Any) -> bool:
    return name_of(cell) == "th"


def _grid(rows: Sequence[Sequence[Any]]) -> tuple[list[list[str]], list[list[Any]]]:
    """Return the texts of the rows column by column, and the cells of each.

    A cell that reaches over several rows says what it says in each of them.
    """
    texts: list[list[str]] = []
    cells: list[list[Any]] = []
    reaching: dict[int, tuple[int, str, Any]] = {}
    filled = 0
    for row in rows:
        waiting = deque(row)
        line: list[str] = []
        held: list[Any] = []
        while waiting or len(line) in reaching:
            at = len(line)
            if at in reaching:
                left, text, cell = reaching.pop(at)
                if left > 1:
                    reaching[at] = (left - 1, text, cell)
                line.append(text)
                held.append(cell)
                continue
            cell = waiting.popleft()
            text = flat(cell)
            down = reach_of(cell, "rowspan") - 1
            across = reach_of(cell, "colspan")
            filled += across * (down + 1)
            if filled > _MOST_CELLS:
                across, down = 1, 0
            repeated = text if len(text) <= _LONGEST_REPEATED else ""
            for column in range(across):
                line.append("" if column else text)
                held.append(cell)
                if down:
                    reaching[at + column] = (down, "" if column else repeated, cell)
        texts.append(line)
        cells.append(held)
    return texts, cells


def reach_of(cell: Any, name: str) -> int:
    """Return over how many rows or columns a cell reaches."""
    said = (cell.get(name) or "").strip()
    return max(1, min(int(said), _MOST_REACH)) if re.fullmatch(r"[0-9]{1,6}", said) else 1


def _stands_out(cell: Any) -> bool:
    """Say whether a cell is a heading: ``th``, in a ``thead``, or all in bold."""
    row = cell.getparent()
    group = row.getparent() if row is not None else None
    if _names(cell) or (group is not None and name_of(group) == "thead"):
        return True
    bold = "".join(str(text) for each in cell.iter("{*}b", "{*}strong") for text in each.itertext())
    return bool(bold.strip()) and bold.strip() == "".join(map(str, cell.itertext())).strip()


def flat(element: Any) -> str:
    """Return the words of a cell or an item on one line; its blocks are parted by blanks."""
    parts: list[str] = [element.text or ""]
    walker = etree.iterwalk(element, events=("start", "end", "comment", "pi"))
    for event, child in walker:
        if child is element:
            continue
        tag = name_of(child)
        apart = " " if tag in _BLOCKS or tag in _APART or _HEADING.match(tag) else ""
        if event == "start":
            if tag in NOT_TEXT - {"head"}:
                walker.skip_subtree()
            else:
                parts += [apart, child.text or ""]
        else:
            parts += [apart, child.tail or ""]
    return one_line("".join(parts))


# HTML's and trafilatura's names for what stands on a line of its own.
_APART = frozenset(("li", "br", "pre", "lb", "head", "list", "item", "row", "cell", "quote"))
