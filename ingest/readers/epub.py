"""E-books (EPUB): the chapters in reading order under the names of the table of contents."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from ingest.dates import from_value
from ingest.readers import Reading, Source
from ingest.readers.canvas import HIDDEN, Canvas, one_line
from ingest.readers.dom import flat, name_of, write
from ingest.readers.head import Facts, describe_file
from ingest.readers.package import Package
from ingest.readers.unseen import take_out
from ingest.readers.web import decode_markup, parse_markup, with_hidden
from rag.errors import UnreadableFile

_PAGES = frozenset(("application/xhtml+xml", "text/html", "application/x-dtbook+xml"))
_FONTS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_MOST_CHAPTERS = 20_000
_HEADING = re.compile(r"h[1-6]\Z")
_ABOVE = 0


@dataclass(slots=True)
class _Book:
    """What the book says of itself."""

    folder: str
    facts: dict[str, list[str]] = field(default_factory=dict)
    items: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    spine: list[str] = field(default_factory=list)
    contents: str = ""

    def fact(self, name: str) -> str:
        """Return the first value of a kind of metadata, "" for none."""
        return next(iter(self.facts.get(name, ())), "")


def read(source: Source) -> Reading:
    """Return one document with the text of a book.

    Raises:
        UnreadableFile: it is no book, it is damaged, or it is locked to a device or an account.

    """
    package = Package(source.data, "e-book (EPUB)")
    book = _book(package)
    _refuse_locked(package, book)
    names = _contents(package, book)
    canvas = Canvas()
    hidden: list[tuple[str, str]] = []
    notes: list[str] = []
    for name in _chapters(book):
        try:
            hidden += _write_chapter(package.read(name), names.get(name.lower(), ""), canvas)
        except UnreadableFile as error:
            notes.append(f"{name} was left out: {error.message}")
    text, spans = canvas.finish()
    text, spans, is_hidden = with_hidden(text, spans, hidden)
    if not text.strip():
        if notes:
            raise UnreadableFile(f"No chapter of the book can be read: {notes[0]}")
        return Reading((), tuple(package.notes))
    metadata: dict[str, object] = {}
    if creators := book.facts.get("creator"):
        metadata["author"] = ", ".join(creators[:20])
    for name in ("subject", "description", "identifier"):
        if book.fact(name):
            metadata[name] = book.fact(name)[:1000]
    document = describe_file(
        source,
        text=text,
        spans=spans,
        facts=Facts(
            title=book.fact("title"),
            publisher=book.fact("publisher"),
            language=book.fact("language"),
            dates=tuple(from_value(date, "metadata") for date in book.facts.get("date", ())[:1]),
            metadata=metadata,
            flags=(HIDDEN,) if is_hidden else (),
        ),
    )
    return Reading((document,), (*package.notes, *notes))


def _book(package: Package) -> _Book:
    """Return what the package document lists."""
    container = package.xml("META-INF/container.xml")
    paths = [root.get("full-path") or "" for root in container.iter("{*}rootfile")]
    path = next((unquote(found) for found in paths if found), "")
    if not path:
        raise UnreadableFile("The file is no e-book: it names no contents.")
    book = _Book(posixpath.dirname(path))
    root = package.xml(path)
    for element in root.iter():
        tag = name_of(element)
        if tag == "item":
            target = _resolved(book.folder, element.get("href") or "")
            kind = (element.get("media-type") or "").lower()
            book.items[element.get("id") or ""] = (
                target,
                kind,
                element.get("properties") or "",
            )
        elif tag == "itemref" and len(book.spine) < _MOST_CHAPTERS:
            book.spine.append(element.get("idref") or "")
        elif tag == "spine":
            book.contents = element.get("toc") or ""
        elif str(element.tag).startswith("{http://purl.org/dc/elements/1.1/}"):
            value = flat(element)
            if value and (tag != "date" or (element.get(f"{_OPF}event") or "publication") in _MADE):
                book.facts.setdefault(tag, []).append(value)
    return book


_OPF = "{http://www.idpf.org/2007/opf}"
_MADE = frozenset(("publication", "original-publication", "creation"))


def _resolved(folder: str, reference: str) -> str:
    """Return the name of the part that a reference in ``folder`` means.

    >>> _resolved("OEBPS/text", "../ch%201.xhtml#start")
    'OEBPS/ch 1.xhtml'
    """
    path = unquote(reference.partition("#")[0])
    return posixpath.normpath(posixpath.join(folder, path)).lstrip("/") if path else ""


def _chapters(book: _Book) -> Iterator[str]:
    """Yield the names of the pages in reading order, each once, without the table of contents."""
    order = [book.items[key] for key in book.spine if key in book.items]
    seen = set()
    for name, kind, properties in order or book.items.values():
        is_page = kind in _PAGES or name.lower().endswith((".xhtml", ".html", ".htm"))
        if is_page and "nav" not in properties.split() and name and name not in seen:
            seen.add(name)
            yield name


def _refuse_locked(package: Package, book: _Book) -> None:
    """Refuse a book whose pages are encrypted; scrambled fonts do not matter.

    Raises:
        UnreadableFile: they are.

    """
    if "META-INF/encryption.xml" not in package:
        return
    root = package.optional("META-INF/encryption.xml")
    pages = {name.lower() for name in _chapters(book)}
    for data in () if root is None else root.iter("{*}EncryptedData"):
        method = next((each.get("Algorithm") for each in data.iter("{*}EncryptionMethod")), "")
        names = [unquote(each.get("URI") or "") for each in data.iter("{*}CipherReference")]
        if method not in _FONTS and any(name.lower() in pages for name in names):
            raise UnreadableFile(
                "The book is locked to a device or an account (DRM).",
                "Ask the seller for a copy without the lock.",
            )


def _contents(package: Package, book: _Book) -> Mapping[str, str]:
    """Return the name that the table of contents gives each page, by the page's name."""
    found: dict[str, str] = {}
    for name, kind, properties in book.items.values():
        if "nav" in properties.split():
            _read_nav(package, name, found)
        elif kind == "application/x-dtbncx+xml":
            _read_ncx(package, name, found)
    return found


def _read_ncx(package: Package, name: str, found: dict[str, str]) -> None:
    root = package.optional(name) if name else None
    for point in () if root is None else root.iter("{*}navPoint"):
        words = next((flat(each) for each in point.iter("{*}text")), "")
        target = next((each.get("src") or "" for each in point.iter("{*}content")), "")
        _note(name, target, words, found)


def _read_nav(package: Package, name: str, found: dict[str, str]) -> None:
    try:
        page = parse_markup(decode_markup(package.read(name))[0])
    except UnreadableFile:
        return
    for nav in page.iter("nav"):
        kind = nav.get("epub:type") or nav.get("type") or "toc"
        for link in nav.iter("a") if kind == "toc" else ():
            _note(name, link.get("href") or "", flat(link), found)


def _note(base: str, target: str, words: str, found: dict[str, str]) -> None:
    path = _resolved(posixpath.dirname(base), target)
    if path and words:
        found.setdefault(path.lower(), words)


def _write_chapter(data: bytes, name: str, canvas: Canvas) -> list[tuple[str, str]]:
    """Write one page under the name of its chapter; return what it hides."""
    page: Any = parse_markup(decode_markup(data)[0] or "<p></p>")
    hidden, _ = take_out(page)
    heading = next((flat(each) for each in page.iter() if _HEADING.match(name_of(each))), "")
    # "1. Scope" and "Scope" are the same headline.
    if name and one_line(name).casefold() not in one_line(heading).casefold():
        # Nothing is added to the text: the name stands in the table of contents alone.
        canvas.open_heading(one_line(name), _ABOVE, canvas.length + (2 if canvas.length else 0))
    else:
        canvas.end_sections()
    body = page.find("body")
    write(page if body is None else body, canvas)
    return hidden
