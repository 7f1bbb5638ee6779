"""The words and controls of rich text (RTF 1.9), with the character sets of its fonts decoded."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,40})(-?[0-9]{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|([^\\{}\r\n]+)"
)

_HALF = re.compile("[\ud800-\udfff]")

# The code page of a font by its \fcharset.
CHARACTER_SETS = {
    0: "cp1252",
    77: "mac_roman",
    128: "cp932",
    129: "cp949",
    130: "johab",
    134: "gbk",
    136: "cp950",
    161: "cp1253",
    162: "cp1254",
    163: "cp1258",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
    254: "cp437",
    255: "cp850",
}
MARKS = {
    "emdash": "\u2014",
    "endash": "\u2013",
    "lquote": "\u2018",
    "rquote": "\u2019",
    "ldblquote": "\u201c",
    "rdblquote": "\u201d",
    "bullet": "\u2022",
    "emspace": " ",
    "enspace": " ",
    "qmspace": " ",
    "tab": " ",
    "line": " ",
    "lbr": " ",
}
_SYMBOLS = {"~": "\u00a0", "_": "-", "{": "{", "}": "}", "\\": "\\", "\n": "\\par", "\r": "\\par"}


Token = tuple[str, str, int | None, bytes]
"""What it is ("word", "symbol", "open", "close", "text" or "byte"), its name, number and bytes."""

_OPEN: Token = ("open", "", None, b"")
_CLOSE: Token = ("close", "", None, b"")


def tokens(data: bytes) -> Iterator[Token]:
    r"""Yield the tokens of a file; what ``\bin`` announces is jumped over.

    >>> [token[0] for token in tokens(rb"{\b0 a\'e9\~}")]
    ['open', 'word', 'text', 'byte', 'symbol', 'close']
    """
    position = 0
    while match := _TOKEN.search(data, position):
        position = match.end()
        word, number, byte, symbol, brace, text = match.groups()
        if word is not None:
            name = word.decode("ascii")
            value = int(number) if number is not None else None
            if name == "bin" and value and value > 0:
                position += value
                continue
            yield "word", name, value, b""
        elif text is not None:
            yield "text", "", None, text
        elif byte is not None:
            yield "byte", "", None, bytes.fromhex(byte.decode("ascii"))
        elif brace is not None:
            yield _OPEN if brace == b"{" else _CLOSE
        elif symbol is not None:
            yield "symbol", symbol.decode("latin-1"), None, b""


def symbol_text(symbol: str) -> str:
    r"""Return what a control symbol stands for, ``\par`` for a new paragraph, "" for nothing."""
    return _SYMBOLS.get(symbol, "")


def code_page(number: int | None) -> str:
    """Return the codec of a code page.

    >>> code_page(1251), code_page(65001), code_page(99999)
    ('cp1251', 'utf-8', 'cp1252')
    """
    import codecs

    names = {65001: "utf-8", 10000: "mac_roman", 936: "gbk", 0: "cp1252", 1361: "johab"}
    name = names.get(number or 0, f"cp{number}")
    try:
        codecs.lookup(name)
    except LookupError:
        return "cp1252"
    return name


def joined(text: str) -> str:
    r"""Return a text whose halves of characters beyond the first plane are put together.

    >>> joined("\ud83d\ude00 \ud83d") == "\U0001f600 \ufffd"
    True
    """
    if not _HALF.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
