"""Rich text: headings, lists and tables, and apart its notes, comments and hidden words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from ingest.readers import Reading, Source
from ingest.readers.canvas import one_line
from ingest.readers.office import Page, Rows, Words, finished
from ingest.readers.rtf_head import (
    ASIDES,
    INFO,
    KNOWN,
    SKIPPED,
    TABLES,
    TIMES,
    Head,
    State,
)
from ingest.readers.rtf_tokens import MARKS, Token, code_page, joined, symbol_text, tokens
from rag.errors import UnreadableFile

_START = re.compile(rb"[\s\x00\xef\xbb\xbf]{0,64}\{\\rtf")
_DEEPEST = 10_000
_LONGEST_HEADING = 300
_BULLET = re.compile("[\u2022\u00b7\u25aa\u25cf\u2013\ue000-\uf8ff-]\\s+")
_HEADING = re.compile(r"(?:heading|überschrift|titre|título|titolo) (\d)", re.IGNORECASE)


@dataclass(slots=True)
class _Flow:
    """A run of paragraphs: the text itself, or that of a note."""

    kind: str = ""
    words: Words = field(default_factory=Words)
    depth: int = 0
    lines: list[str] = field(default_factory=list)
    endnote: bool = False


def read(source: Source) -> Reading:
    """Return one document with the text of a rich text file.

    Raises:
        UnreadableFile: it is no rich text, or it is nested beyond reason.

    """
    start = _START.match(source.data)
    if start is None:
        raise UnreadableFile(
            "The file is no rich text: it does not begin with {\\rtf.",
            "Open it in a word processor, save it again and add it anew.",
        )
    text = _Text()
    for token in tokens(source.data[start.end() - 5 :]):
        text.take(token)
        if text.over:
            break  # what follows the outermost group is not part of the text
    text.end()
    return finished(source, text.page, text.head.properties(), title=text.title, notes=text.notes)


class _Text:
    """A rich text on its way to a page."""

    def __init__(self) -> None:
        self.page = Page()
        self.title = ""
        self.notes: list[str] = []
        self.over = False
        self._state = State()
        self._stack: list[State] = []
        self._bytes = bytearray()
        self._skip = 0
        self._starred = False
        self._flows = [_Flow()]
        self.head = Head()
        self._font = 0
        self._style = 0
        self._author = ""
        self._counts = {"footnote": 0, "endnote": 0}
        self._headers: list[tuple[str, str]] = []
        self._level: int | None = None
        self._listed = False
        self._in_table = False
        self._cells: list[str] = []
        self._inner: list[list[str]] = []
        self._inner_cells: list[str] = []
        self._rows: Rows | None = None

    def take(self, token: Token) -> None:
        """Take the next token of the file."""
        kind, word, number, data = token
        if kind == "text" or kind == "byte":
            self._plain(data)
            return
        if kind == "word" and word == "u":
            self._unicode(number or 0)
            return
        if self._bytes:
            self._flush()
        if kind == "word":
            self._word(word, number)
        elif kind == "open":
            self._open()
        elif kind == "close":
            self._close()
        elif word == "*":
            self._starred = True
        else:
            self._symbol(symbol_text(word))

    def end(self) -> None:
        """Finish the last paragraph, and add page headers and footers after the text."""
        self._flush()
        if self._stack and not self.over:
            self.notes.append("the file breaks off: it may lack its end")
        while len(self._flows) > 1:
            self._end_flow()
        self._paragraph()
        for label, text in dict.fromkeys(self._headers):
            self.page.aside(label, text, "")

    def _plain(self, data: bytes) -> None:
        if self._skip:
            taken = min(self._skip, len(data))
            self._skip -= taken
            data = data[taken:]
        if self._state.into != "skip":
            self._bytes += data

    def _unicode(self, number: int) -> None:
        self._flush()
        if self._state.into != "skip":
            self._put(chr(number % 65_536))
        self._skip = self._state.wide

    def _symbol(self, text: str) -> None:
        if self._skip:
            self._skip -= 1
        elif text == "\\par":
            self._word("par", None)
        elif text and self._state.into != "skip":
            self._put(text)

    def _flush(self) -> None:
        """Decode the bytes so far and put them where words go now."""
        if not self._bytes:
            return
        text = self._bytes.decode(self._state.codec, "replace")
        self._bytes.clear()
        self._put(text)

    def _put(self, text: str) -> None:
        into = self._state.into
        if into == "text":
            self._flows[-1].words.add(text, self._state.why())
        elif into == "atnauthor":
            self._author += text
        else:
            self.head.put(into, text)

    def _open(self) -> None:
        self._skip = 0
        if len(self._stack) >= _DEEPEST:
            raise UnreadableFile(
                f"The file nests more than {_DEEPEST} groups.",
                "It may be made to do harm; open it in a word processor and save it anew.",
            )
        self._stack.append(self._state)
        self._state = self._state.copy()
        self._starred = False

    def _close(self) -> None:
        self._skip = 0
        self._starred = False
        if self._state.into == "styles":
            self.head.end_style(self._style)
        if len(self._flows) > 1 and self._flows[-1].depth == len(self._stack):
            self._end_flow()
        if self._stack:
            self._state = self._stack.pop()
        self.over = not self._stack

    def _word(self, word: str, number: int | None) -> None:
        self._skip = 0
        starred, self._starred = self._starred, False
        state = self._state
        if state.into == "skip" and word != "ud":
            return
        if self._destination(word, starred):
            return
        handler = _HANDLERS.get(word)
        if handler is not None:
            handler(self, number)
        elif word in MARKS:
            self._put(MARKS[word])
        else:
            self.head.word(state.into, word, number)

    def _destination(self, word: str, starred: bool) -> bool:  # noqa: FBT001
        """Turn words elsewhere where a control word opens such a group; say whether it did."""
        state = self._state
        if word in ASIDES:
            state.into = "text"
            state.hidden = state.deleted = state.white = False
            self._flows.append(_Flow(ASIDES[word], depth=len(self._stack)))
        elif word in SKIPPED:
            state.into = "skip"
        elif word in INFO or word in TIMES or word == "atnauthor":
            state.into = word
            if word == "atnauthor":
                self._author = ""
        elif word in TABLES:
            state.into = TABLES[word]
        elif word == "ud":
            state.into = self._stack[-2].into if len(self._stack) > 1 else "text"
        elif starred and word not in KNOWN and word not in _HANDLERS:
            state.into = "skip"
        else:
            return False
        return True

    def _end_flow(self) -> None:
        """Keep the note, comment or page header that ends here for the end of the text."""
        flow = self._flows.pop()
        flow.lines.append(self._said(flow.words))
        text = one_line(" ".join(flow.lines))
        if flow.kind == "footnote":
            kind = "endnote" if flow.endnote else "footnote"
            if text:
                self._counts[kind] += 1
            self.page.aside(f"{kind} {self._counts[kind]}", text)
        elif flow.kind == "comment":
            author = one_line(joined(self._author)) or "unknown"
            self.page.aside(f"comment by {author}", text)
        elif len(text) > 3:
            self._headers.append((flow.kind, text))

    def _said(self, words: Words) -> str:
        """Return the words that are seen, and put the hidden ones by."""
        for why, parts in words.hidden:
            if why:
                self.page.hide(why, joined("".join(parts)))
        return one_line(joined("".join(words.seen)))

    def _paragraph(self) -> None:
        """End a paragraph."""
        flow = self._flows[-1]
        words, flow.words = flow.words, Words()
        text = self._said(words)
        if len(self._flows) > 1:
            flow.lines.append(text)
        elif self._in_table:
            self._cells[-1:] = [f"{self._cells[-1]} {text}".strip()] if self._cells else [text]
        elif text:
            self._rows = None
            self._block(text)
        self._listed = False

    def _block(self, text: str) -> None:
        named = self.head.styles.get(self._style, "")
        match = _HEADING.match(named)
        level = self._level
        if named.lower() == "title":
            level = 0
        elif match:
            level = int(match[1])
        if level is not None and len(text) <= _LONGEST_HEADING:
            if level == 0 or (level == 1 and not self.page.canvas.length):
                self.title = self.title or text
            self.page.heading(text, level)
        elif self._listed:
            self.page.item(_BULLET.sub("", text))
        else:
            self.page.block(text)

    def _cell(self, _: int | None) -> None:
        flow = self._flows[-1]
        words, flow.words = flow.words, Words()
        text = self._said(words)
        if len(self._flows) > 1:
            flow.lines.append(text)
            return
        if not self._cells:
            self._cells.append("")
        self._cells[-1] = f"{self._cells[-1]} {text}".strip()
        self._cells.append("")

    def _row(self, _: int | None) -> None:
        if len(self._flows) > 1:
            return
        self._rows = self._rows or Rows(self.page)
        self._rows.add(self._cells)
        self._cells = []
        if self._inner:
            inner, self._inner = self._inner, []
            rows = Rows(self.page)
            for cells in inner:
                rows.add(cells)
            self._rows.broken()

    def _inner_cell(self, _: int | None) -> None:
        """End a cell of a table inside a cell: it follows the row that it stands in."""
        flow = self._flows[-1]
        words, flow.words = flow.words, Words()
        self._inner_cells.append(self._said(words))

    def _inner_row(self, _: int | None) -> None:
        self._inner.append(self._inner_cells)
        self._inner_cells = []

    def _par(self, _: int | None) -> None:
        if self._state.into == "text":
            self._paragraph()

    def _pard(self, _: int | None) -> None:
        self._in_table = False
        self._level = None
        self._listed = False
        self._style = 0

    def _plain_look(self, _: int | None) -> None:
        state = self._state
        state.hidden = state.deleted = state.white = state.shaded = False
        state.size = 24
        self._set_font(self.head.default_font)

    def _set_font(self, number: int | None) -> None:
        self._font = number or 0
        if self._state.into != "fonts":
            self._state.codec = self.head.fonts.get(self._font, self.head.codec)

    def _set_code_page(self, number: int | None) -> None:
        self.head.codec = self._state.codec = code_page(number)

    def _set_charset(self, number: int | None) -> None:
        if self._state.into == "fonts":
            self.head.set_charset(self._font, number or 0)

    def _set_color(self, number: int | None) -> None:
        self._state.white = self.head.is_white(number or 0)

    def _set_style(self, number: int | None) -> None:
        self._style = number or 0

    def _set_level(self, number: int | None) -> None:
        self._level = number + 1 if number is not None and 0 <= number < 9 else None

    def _set_table(self, _: int | None) -> None:
        self._in_table = True

    def _set_list(self, _: int | None) -> None:
        self._listed = True

    def _set_endnote(self, _: int | None) -> None:
        self._flows[-1].endnote = True

    def _set_hidden(self, number: int | None) -> None:
        self._state.hidden = number != 0

    def _set_deleted(self, number: int | None) -> None:
        self._state.deleted = number != 0

    def _set_size(self, number: int | None) -> None:
        self._state.size = 24 if number is None else number

    def _set_wide(self, number: int | None) -> None:
        self._state.wide = max(0, min(number or 0, 16))

    def _set_ground(self, number: int | None) -> None:
        self._state.shaded = self._state.shaded or self.head.is_ground(number or 0)

    def _set_default_font(self, number: int | None) -> None:
        self.head.default_font = number if number is not None else -1


_HANDLERS: dict[str, Callable[[_Text, int | None], None]] = {
    "par": _Text._par,
    "sect": _Text._par,
    "page": _Text._par,
    "column": _Text._par,
    "cell": _Text._cell,
    "nestcell": _Text._inner_cell,
    "row": _Text._row,
    "nestrow": _Text._inner_row,
    "pard": _Text._pard,
    "plain": _Text._plain_look,
    "f": _Text._set_font,
    "ansicpg": _Text._set_code_page,
    "deff": _Text._set_default_font,
    "fcharset": _Text._set_charset,
    "cf": _Text._set_color,
    "s": _Text._set_style,
    "outlinelevel": _Text._set_level,
    "intbl": _Text._set_table,
    "listtext": _Text._set_list,
    "pntext": _Text._set_list,
    "ls": _Text._set_list,
    "ftnalt": _Text._set_endnote,
    "v": _Text._set_hidden,
    "deleted": _Text._set_deleted,
    "fs": _Text._set_size,
    "uc": _Text._set_wide,
    "highlight": _Text._set_ground,
    "cb": _Text._set_ground,
    "chcbpat": _Text._set_ground,
    "cbpat": _Text._set_ground,
    "clcbpat": _Text._set_ground,
}
