"""What the bytes of a file say it is, and whether that is what its name says."""

from __future__ import annotations

import re

_PDF_REACH = 1024
"""Viewers accept a PDF whose header stands so many bytes into the file."""

_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a zip archive"),
    (b"PK\x05\x06", "a zip archive"),
    (b"PK\x07\x08", "a zip archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office file"),
    (b"{\\rtf", "a rich text file"),
    (b"\x1f\x8b", "a compressed file"),
    (b"\xfd7zXZ\x00", "a compressed file"),
    (b"\x28\xb5\x2f\xfd", "a file compressed with zstd"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"SQLite format 3\x00", "a database"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF87a", "an image"),
    (b"GIF89a", "an image"),
    (b"II*\x00", "an image"),
    (b"MM\x00*", "an image"),
    (b"\x00\x00\x01\x00", "an image"),
    (b"8BPS", "an image"),
    (b"AT&TFORM", "a DjVu file"),
    (b"ITSF\x03\x00", "a help file"),
    (b"\x7fELF", "a program"),
    (b"\xfe\xed\xfa\xce", "a program"),
    (b"\xfe\xed\xfa\xcf", "a program"),
    (b"\xce\xfa\xed\xfe", "a program"),
    (b"\xcf\xfa\xed\xfe", "a program"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"\x00asm", "a program"),
    (b"ID3\x02", "a sound"),
    (b"ID3\x03", "a sound"),
    (b"ID3\x04", "a sound"),
    (b"OggS\x00", "a sound or film"),
    (b"fLaC\x00", "a sound"),
    (b"\x1aE\xdf\xa3", "a film"),
    (b"wOFF", "a font"),
    (b"wOF2", "a font"),
    (b"OTTO\x00", "a font"),
    (b"\x00\x01\x00\x00\x00", "a font"),
    (b"\x78\x9f\x3e\x22", "Outlook's own packing (winmail.dat)"),
)
_RIFF = {b"WEBP": "an image", b"WAVE": "a sound", b"AVI ": "a film"}
_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,400}?-->\s*)*"
    rb"<(?:!doctype\s+html|html|head|body)[\s>]",
    re.IGNORECASE | re.DOTALL,
)
_PACKAGE = re.compile(
    rb"\[Content_Types\]\.xml|_rels/|docProps/|word/|xl/|ppt/|customXml/|mimetype|META-INF/"
)
_IN_PACKAGE: tuple[tuple[bytes, str], ...] = (
    (b"word/document", "a Word file (.docx)"),
    (b"xl/workbook", "an Excel workbook (.xlsx)"),
    (b"ppt/presentation", "a PowerPoint file (.pptx)"),
)
_MIMETYPES: tuple[tuple[bytes, str], ...] = (
    (b"application/epub+zip", "an e-book (.epub)"),
    (b"application/vnd.oasis.opendocument.text", "an OpenDocument text (.odt)"),
    (b"application/vnd.oasis.opendocument.spreadsheet", "an OpenDocument sheet (.ods)"),
    (b"application/vnd.oasis.opendocument.presentation", "an OpenDocument presentation (.odp)"),
)
_TAIL = 1_000_000

_ZIP = "a zip archive"
_OLD = "an old Office file"
_GZIP = "a compressed file"
_TAR = "a tar archive"
_WEB = "a web page"
# A locked modern Office file is an old one outside: its reader says which of the two it is.
_EXPECTED: dict[str, tuple[str, ...]] = {
    **dict.fromkeys((".docx", ".docm"), (_ZIP, _OLD, "a Word file (.docx)")),
    **dict.fromkeys((".xlsx", ".xlsm"), (_ZIP, _OLD, "an Excel workbook (.xlsx)")),
    **dict.fromkeys((".pptx", ".pptm"), (_ZIP, _OLD, "a PowerPoint file (.pptx)")),
    ".odt": (_ZIP, "an OpenDocument text (.odt)"),
    ".ods": (_ZIP, "an OpenDocument sheet (.ods)"),
    ".odp": (_ZIP, "an OpenDocument presentation (.odp)"),
    ".epub": (_ZIP, "an e-book (.epub)"),
    ".zip": (_ZIP,),
    **dict.fromkeys((".gz", ".tgz", ".tar.gz", ".xz", ".tar.xz", ".txz"), (_GZIP,)),
    **dict.fromkeys((".bz2", ".tar.bz2", ".tbz2"), (_GZIP,)),
    ".tar": (_TAR,),
    ".pdf": ("a PDF",),
    ".rtf": ("a rich text file",),
}
_PAGES = frozenset((".html", ".htm", ".xhtml"))
_NOT_PAGES = frozenset((".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".ipynb", ".eml", ".mbox"))
_OWN_WORD = frozenset((".doc", ".dot", ".xls", ".xlt", ".ppt", ".pps", ".msg"))
"""Their reader reads none of them; it says what the file is and what to do."""


def sniff(data: bytes) -> str:
    r"""Return what a file is by its first bytes, as words, or "" where they do not say.

    >>> sniff(b"%PDF-1.7"), sniff(b"GIF89a"), sniff(b" <!DOCTYPE html><p>"), sniff(b"hello")
    ('a PDF', 'an image', 'a web page', '')
    """
    head = data[:_PDF_REACH]
    for start, name in _STARTS:
        if head.startswith(start):
            return _package(data) if name == _ZIP else name
    if head[:4] == b"RIFF" and head[8:12] in _RIFF:
        return _RIFF[head[8:12]]
    if head[4:8] == b"ftyp" and head[:3] == b"\x00\x00\x00":
        return "an image" if head[8:12] in {b"heic", b"heix", b"mif1", b"avif"} else "a film"
    if head.startswith(b"BZh") and head[4:10] in {b"1AY&SY", b"\x17\x72\x45\x38\x50\x90"}:
        return _GZIP
    if head[257:262] == b"ustar":
        return _TAR
    if head[:2] == b"MZ" and b"\x00" in head[2:64]:
        return "a program"
    if head[60:68] == b"BOOKMOBI":
        return "a Kindle book"
    return _WEB if _HTML.match(head) else ""


def mismatch(data: bytes, suffix: str) -> tuple[str, str] | None:
    """Return why a file is not what its name says and what to do, or None where it may be.

    >>> mismatch(b"%PDF-1.7", ".docx")
    ('The file is called .docx but is a PDF.', 'Give it the ending that fits it.')
    """
    if suffix in _OWN_WORD:
        return None
    if suffix == ".pdf" and b"%PDF-" in data[:_PDF_REACH]:
        return None
    found = sniff(data)
    expected = _EXPECTED.get(suffix, ())
    if not found or found in expected:
        return None
    if found == _WEB and not expected and suffix not in _NOT_PAGES:
        return None  # markup is text as well
    hint = "Give it the ending that fits it."
    if found == _WEB:
        hint = "Give it the ending .html, or save what it was meant to be: it may be an error page."
    if not suffix:
        return f"The file is {found}.", hint
    return f"The file is called {suffix} but is {found}.", hint


def _package(data: bytes) -> str:
    """Return what a zip archive holds where its first name says that it is one document.

    The list of names at its end is searched and not parsed: this runs outside the parsing child.
    """
    length = int.from_bytes(data[26:28], "little")
    name = data[30 : 30 + length]
    if not _PACKAGE.match(name):
        return _ZIP
    if name == b"mimetype":
        extra = int.from_bytes(data[28:30], "little")
        said = data[30 + length + extra : 30 + length + extra + 80]
        # The longest that fits, since one name may begin another.
        fits = [(len(kind), words) for kind, words in _MIMETYPES if said.startswith(kind)]
        return max(fits)[1] if fits else _ZIP
    tail = data[-_TAIL:]
    found = [words for part, words in _IN_PACKAGE if part in tail]
    return found[0] if len(found) == 1 else _ZIP


_CONTENT_TYPES: dict[str, str] = {
    "text/plain": ".txt",
    "text/html": ".html",
    "application/xhtml+xml": ".xhtml",
    "multipart/related": ".mhtml",
    "text/markdown": ".md",
    "text/x-markdown": ".md",
    "text/x-rst": ".rst",
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/jsonl": ".jsonl",
    "application/x-ndjson": ".jsonl",
    "application/json": ".json",
    "application/xml": ".xml",
    "text/xml": ".xml",
    "text/css": ".css",
    "text/javascript": ".js",
    "application/javascript": ".js",
    "text/x-python": ".py",
    "application/yaml": ".yaml",
    "application/toml": ".toml",
    "application/sql": ".sql",
    "application/x-sh": ".sh",
    "application/x-tex": ".tex",
    "application/x-ipynb+json": ".ipynb",
    "application/pdf": ".pdf",
    "application/x-pdf": ".pdf",
    "application/rtf": ".rtf",
    "text/rtf": ".rtf",
    "application/epub+zip": ".epub",
    "application/msword": ".doc",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.ms-powerpoint": ".ppt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/vnd.ms-word.document.macroenabled.12": ".docm",
    "application/vnd.ms-excel.sheet.macroenabled.12": ".xlsm",
    "application/vnd.ms-powerpoint.presentation.macroenabled.12": ".pptm",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "application/vnd.oasis.opendocument.presentation": ".odp",
    "message/rfc822": ".eml",
    "application/mbox": ".mbox",
    "application/vnd.ms-outlook": ".msg",
    "application/zip": ".zip",
    "application/x-zip-compressed": ".zip",
    "application/x-tar": ".tar",
    "application/gzip": ".gz",
    "application/x-gzip": ".gz",
    "application/x-bzip2": ".bz2",
    "application/x-xz": ".xz",
}


def content_suffix(content_type: str) -> str:
    """Return the suffix that stands for a content type, "" for one that says nothing.

    >>> content_suffix("Text/HTML; charset=utf-8"), content_suffix("application/octet-stream")
    ('.html', '')
    """
    return _CONTENT_TYPES.get(content_type.partition(";")[0].strip().lower(), "")
