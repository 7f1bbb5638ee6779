"""Bytes -> text: UTF-8 and marked encodings at once, others detected and said."""

from __future__ import annotations

import codecs
import re

from ingest.readers.canvas import storable
from rag.errors import UnreadableFile

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NAMED = re.compile(
    r"(?:iso|windows|cp|koi|big5|gb|euc|shift|sjis|ms|mac|tis|latin|x-|ks|l\d|us-ascii|ascii)",
    re.IGNORECASE,
)
"""The names that are believed: neither UTF-8 nor 16, which show themselves, nor no encoding."""

_AS_BROWSERS_READ = {
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "sjis": "cp932",
    "euc-kr": "cp949",
    "ks-c-5601-1987": "cp949",
    "x-mac-roman": "mac_roman",
    "x-gbk": "gb18030",
}
_MAINFRAMES = ["cp037", "cp273", "cp424", "cp500", "cp875", "cp1026", "cp1140"]
"""Where letters stand elsewhere than in ASCII: no file of today, and a wild guess for any."""

_SAMPLE = 200_000
_COMMON = "cp1252"
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\x1b"))


def decode(data: bytes) -> tuple[str, str]:
    r"""Return the text of a file without its byte order mark, and a note where it was a guess.

    Nothing else is changed, line ends included, but that NUL and lone surrogates become U+FFFD.

    Raises:
        UnreadableFile: the bytes are no text in any encoding.

    >>> decode(b"caf\xc3\xa9\r\n")
    ('café\r\n', '')

    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return storable(data[len(mark) :].decode(name, "replace")), ""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _guess(data)
    if text.count("\x00") * 20 > len(text):
        return _guess(data)
    return storable(text), ""


def decode_named(data: bytes, name: str) -> tuple[str, str]:
    r"""Return the text of bytes that come with the name of their encoding, which may be wrong.

    UTF-8 comes first, since what is valid UTF-8 is hardly ever anything else.

    Raises:
        UnreadableFile: the bytes are no text in any encoding.

    >>> decode_named(b"caf\xe9", "ISO-8859-1"), decode_named(b"caf\xc3\xa9", "windows-1252")
    (('café', ''), ('café', ''))
    """
    if any(data.startswith(mark) for mark, _ in _MARKS) or not _NAMED.match(name.strip()):
        return decode(data)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        # Pure seven-bit bytes may still be Japanese or Korean with escapes.
        if "2022" not in name and text.count("\x00") * 20 <= len(text):
            return storable(text), ""
    folded = name.strip().lower().replace("_", "-")
    codec = _AS_BROWSERS_READ.get(folded, folded)
    try:
        text = data.decode(codec, "replace")
    except (LookupError, UnicodeError):
        return decode(data)
    if text.count("\ufffd") * 50 > len(text):
        return decode(data)
    return storable(text), ""


def is_plain(data: bytes) -> bool:
    """Say whether bytes are UTF-8 text, which needs no guess and takes no time."""
    try:
        return b"\x00" not in data and bool(data.decode("utf-8") or not data)
    except UnicodeDecodeError:
        return False


def _guess(data: bytes) -> tuple[str, str]:
    """Return the text in the most plausible encoding, and say which one."""
    wide = _wide(data)
    if wide:
        return storable(data.decode(wide, "replace")), f"read as {wide.upper()}: no mark says so"
    head = data[:_SAMPLE]
    if (len(head) - len(head.translate(None, _CONTROLS))) * 50 > len(head):
        raise UnreadableFile(
            "The file holds no text but binary data.", "Convert it to a format that Vouch reads."
        )
    replaced = data.decode("utf-8", "replace")
    broken = replaced.count("\ufffd") - data.count("\ufffd".encode())
    beyond_ascii = sum(1 for char in replaced if char > "\x7f") - replaced.count("\ufffd")
    if broken * 10 <= beyond_ascii:
        return storable(replaced), f"read as UTF-8; {broken} broken bytes became U+FFFD"
    name = _detect(head)
    if not name:
        if broken * 50 > len(replaced):
            raise UnreadableFile(
                "The file is no text in any known encoding.", "Save it as UTF-8 and add it again."
            )
        return storable(replaced), f"read as UTF-8; {broken} broken bytes became U+FFFD"
    text = data.decode(name, "replace")
    return storable(text), f"read as {name}: the file is not UTF-8 and does not say what it is"


def _wide(data: bytes) -> str:
    """Return the name of an unmarked UTF-16, by where the zero bytes of Latin letters stand."""
    head = data[: _SAMPLE // 2 * 2]
    if len(head) < 4:
        return ""
    even, odd = head[0::2].count(0) / len(head), head[1::2].count(0) / len(head)
    if odd > 0.35 and even < 0.02:
        return "utf-16-le"
    return "utf-16-be" if even > 0.35 and odd < 0.02 else ""


def _detect(sample: bytes) -> str:
    """Return the encoding that charset-normalizer finds most plausible, "" where none is."""
    from charset_normalizer import from_bytes

    matches = from_bytes(sample, cp_exclusion=_MAINFRAMES)
    best = matches.best()
    if best is None:
        return ""
    # Several code pages often explain the bytes equally well: then it is the most common one.
    equal = any(
        match.encoding == _COMMON and (match.chaos, match.coherence) == (best.chaos, best.coherence)
        for match in matches
    )
    if equal or sample.decode(_COMMON, "replace") == sample.decode(best.encoding, "replace"):
        return _COMMON
    return best.encoding
