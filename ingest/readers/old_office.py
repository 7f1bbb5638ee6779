"""Old Office files, which are not read: what such a file really is, and what to do about it."""

from __future__ import annotations

from typing import NoReturn

from ingest.readers import Reading, Source, sniff, suffix_of
from ingest.readers.encoding import is_plain
from rag.errors import UnreadableFile

_OLD = "an old Office file"
_NEW = {
    ".doc": ("Word's old format", "Open it in a word processor and save it as .docx."),
    ".dot": ("Word's old format", "Open it in a word processor and save it as .docx."),
    ".xls": ("Excel's old format", "Open it in a spreadsheet program and save it as .xlsx."),
    ".xlt": ("Excel's old format", "Open it in a spreadsheet program and save it as .xlsx."),
    ".ppt": ("PowerPoint's old format", "Open it in a presentation program and save it as .pptx."),
    ".pps": ("PowerPoint's old format", "Open it in a presentation program and save it as .pptx."),
    ".msg": ("Outlook's own format", "Open it in a mail program and save it as .eml."),
}
_ENDINGS = {
    "a web page": ".html",
    "a rich text file": ".rtf",
    "a PDF": ".pdf",
    "a Word file (.docx)": ".docx",
    "an Excel workbook (.xlsx)": ".xlsx",
    "a PowerPoint file (.pptx)": ".pptx",
    "an OpenDocument text (.odt)": ".odt",
    "an OpenDocument sheet (.ods)": ".ods",
    "an OpenDocument presentation (.odp)": ".odp",
}
_XML = (
    (b"urn:schemas-microsoft-com:office:spreadsheet", "an XML sheet of Excel 2003"),
    (b"schemas.microsoft.com/office/word/2003", "an XML document of Word 2003"),
    (b"schemas.microsoft.com/office/2006/xmlPackage", "an XML document of Word"),
)


def read(source: Source) -> Reading:
    """Refuse the file, and say what it is.

    Raises:
        UnreadableFile: always.

    """
    _refuse(source.data, suffix_of(source.path) or ".doc")


def _refuse(data: bytes, suffix: str) -> NoReturn:
    what, hint = _NEW.get(suffix, _NEW[".doc"])
    found = sniff(data)
    if found == _OLD:
        raise UnreadableFile(f"The file is in {what}, which Vouch does not read.", hint)
    if found in _ENDINGS:
        raise UnreadableFile(
            f"The file is called {suffix} but is {found}.", f"Give it the ending {_ENDINGS[found]}."
        )
    if found:
        raise UnreadableFile(f"The file is called {suffix} but is {found}.", hint)
    for name, words in _XML:
        if name in data[:4096]:
            raise UnreadableFile(f"The file is called {suffix} but is {words}.", hint)
    if data.startswith(b"From: ") or b"MIME-Version: 1.0" in data[:1000]:
        raise UnreadableFile(
            f"The file is called {suffix} but is a web page saved in one file.",
            "Give it the ending .mhtml.",
        )
    if is_plain(data[:10_000]):
        ending = ".tsv" if suffix in {".xls", ".xlt"} and b"\t" in data[:1000] else ".txt"
        raise UnreadableFile(
            f"The file is called {suffix} but is plain text.", f"Give it the ending {ending}."
        )
    raise UnreadableFile(f"The file is called {suffix} but is in another format.", hint)
