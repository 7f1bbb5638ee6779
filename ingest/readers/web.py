"""Web pages: the main content with headings, lists and tables, and what the page says of itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from lxml import etree, html

from ingest.readers import Reading, Source
from ingest.readers.canvas import HIDDEN, Canvas, one_line
from ingest.readers.dom import words, write
from ingest.readers.encoding import decode_named
from ingest.readers.head import Facts, describe_file
from ingest.readers.main_content import drop_furniture, drop_marks, main_part
from ingest.readers.page_dates import stated_date
from ingest.readers.unseen import DEEPEST, take_out
from rag.errors import UnreadableFile
from rag.types import Document, Span

_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_SMALL_PAGE = 4_000
_LEAST_HIDDEN = 20
# What pages hide for those who hear them, and in menus that are closed.
_LABEL = re.compile(
    r"(?:skip|jump|go|back|return)(?: to)?(?: the)?(?: main)?(?: content| navigation| top| home)?"
    r"|(?:toggle|open|close|show|hide|main|quick|site)? ?(?:menu|navigation|search|sidebar|nav)"
    r"|loading[.…]*|close|open|more|read more|next|prev(?:ious)?|home|top|share|print|edit|submit"
    r"|expand|collapse|show|hide|clear|ok|cancel|log ?in|sign ?in|new|beta|menü|suche|schließen"
    r"|fermer|rechercher|buscar|cerrar",
    re.IGNORECASE,
)
_BIGGEST = 24_000_000
"""A page of more characters has a tree that takes more memory than a file may."""

_BIGGEST_FOR_MAIN = 3_000_000
"""The main content of a larger page is not searched for, which takes too long: it is all read."""

_LETTER = re.compile(r"\w")
_ANY_TAG = re.compile(r"<[^<>]*>")
_TITLE_KEYS = ("og:title", "citation_title", "dc.title", "twitter:title")
_SITE_KEYS = ("og:site_name", "citation_publisher", "dc.publisher", "application-name", "publisher")
_AUTHOR_KEYS = ("author", "article:author", "citation_author", "dc.creator")


def read(source: Source) -> Reading:
    """Return one document with the main content of a page, and what the page hides after it.

    Raises:
        UnreadableFile: the file holds no markup, or too much of it.

    """
    markup, note = decode_markup(source.data)
    document = page_document(markup, source)
    notes = (note,) if note else ()
    return Reading((document,) if document else (), notes)


def page_document(markup: str, source: Source) -> Document | None:
    """Return the document of a page, None where it shows no words.

    Raises:
        UnreadableFile: the markup cannot be parsed, or there is too much of it.

    """
    if not markup.strip():
        return None
    page = parse_markup(markup)
    hidden, depth = take_out(page)
    drop_marks(page)
    facts = _facts(page, markup)
    canvas = Canvas()
    body = page.find("body")
    body = page if body is None else body
    if depth > DEEPEST or len(markup) > _BIGGEST_FOR_MAIN:
        drop_furniture(body)
        write(body, canvas)
    else:
        _write_main(page, body, canvas)
    text, spans = canvas.finish()
    text, spans, is_hidden = with_hidden(text, spans, hidden)
    if not text.strip():
        return None
    return describe_file(
        source,
        text=text,
        spans=spans,
        facts=replace(facts, flags=(HIDDEN,) if is_hidden else ()),
    )


def with_hidden(
    text: str, spans: tuple[Span, ...], hidden: Sequence[tuple[str, str]]
) -> tuple[str, tuple[Span, ...], bool]:
    """Return a text with hidden words in blocks of their own after it, and whether there are any.

    A lone label hidden for the layout of a page ("Menu") is no text and is left out.
    """
    if sum(len(unseen) for _, unseen in hidden) < _LEAST_HIDDEN:
        hidden = [each for each in hidden if not _LABEL.fullmatch(one_line(each[1]))]
    if not hidden:
        return text, spans, False
    canvas = Canvas()
    if text:
        canvas.block("x")  # stands for the text above, so that a blank line parts the two
    added = []
    for label, unseen in hidden:
        start, end = canvas.block(unseen, keep_lines=True)
        added.append((start, end, label))
    below = canvas.finish()[0][1 if text else 0 :]
    shift = len(text) - (1 if text else 0)
    more = tuple(Span(start + shift, end + shift, "hidden", label) for start, end, label in added)
    return text + below, spans + tuple(span for span in more if span.start < span.end), True


def decode_markup(data: bytes) -> tuple[str, str]:
    """Return the markup, in the encoding that the page names where it is not UTF-8."""
    named = _CHARSET.search(data[:4096])
    return decode_named(data, named[1].decode("ascii", "replace") if named else "")


def parse_markup(markup: str) -> Any:
    """Return the tree of a page.

    Raises:
        UnreadableFile: it cannot be parsed, or is too large or nested too deeply.

    """
    if len(markup) > _BIGGEST:
        raise UnreadableFile(
            f"The page has {len(markup) / 1e6:.0f} million characters; "
            f"the limit is {_BIGGEST // 1_000_000}.",
            "Split it into several pages.",
        )
    parser = html.HTMLParser(no_network=True, remove_pis=True, huge_tree=True)
    try:
        page = html.document_fromstring(_DECLARATION.sub("", markup), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        if not _LETTER.search(_ANY_TAG.sub(" ", markup)):
            return html.document_fromstring("<p></p>")
        raise UnreadableFile(
            f"The page cannot be read ({error}).", "Save it again as HTML."
        ) from error
    if any("xcessive depth" in entry.message for entry in parser.error_log):
        raise UnreadableFile(
            "The page is nested more than 2,000 levels deep, and text would be lost.",
            "Save it again from a browser.",
        )
    return page


def _facts(page: Any, markup: str) -> Facts:
    """Return what the page's head and its linked data say of it."""
    meta: dict[str, str] = {}
    for element in page.iter("meta"):
        key = element.get("property") or element.get("name") or element.get("itemprop") or ""
        if element.get("content"):
            meta.setdefault(key.lower(), one_line(element.get("content")))
    linked = next(_linked(page), {})
    headings = [one_line(found.text_content()).rstrip("¶# ") for found in page.iter("h1")]
    heading = headings[0] if headings else ""
    title = one_line(page.findtext(".//title") or "")
    if len(headings) > 1 and title:
        heading = ""  # each heads a part of the page
    author = _first(meta, _AUTHOR_KEYS) or _name(linked.get("author"))
    canonical = (
        found.get("href") for found in page.iter("link") if found.get("rel") == "canonical"
    )
    address = meta.get("og:url") or one_line(next(canonical, None) or "")
    return Facts(
        title=_first(meta, _TITLE_KEYS) or heading or title,
        publisher=_first(meta, _SITE_KEYS) or _name(linked.get("publisher")),
        language=page.get("lang") or meta.get("og:locale", ""),
        dates=(stated_date(page, markup, meta, linked),),
        metadata={key: value for key, value in (("author", author), ("url", address)) if value},
    )


def _name(said: object) -> str:
    """Return the names in a value of linked data: a name, an object with one, or several.

    >>> _name([{"@type": "Person", "name": "I. Petrova"}, "U. Weber"]), _name(None)
    ('I. Petrova, U. Weber', '')
    """
    if isinstance(said, list):
        return ", ".join(name for one in said[:20] if (name := _name(one)))
    if isinstance(said, dict):
        said = said.get("name")
    return one_line(said) if isinstance(said, str) else ""


def _first(meta: dict[str, str], keys: tuple[str, ...]) -> str:
    return next((meta[key] for key in keys if meta.get(key)), "")


def _linked(page: Any) -> Iterator[dict[str, Any]]:
    """Yield the linked-data objects of the page that state a publication date."""
    for element in page.iter("script"):
        if (element.get("type") or "").lower() != "application/ld+json":
            continue
        try:
            value = json.loads(element.text or "")
        except (ValueError, RecursionError):
            continue
        nodes = value if isinstance(value, list) else [value]
        for node in nodes:
            graph = node.get("@graph") if isinstance(node, dict) else None
            for item in graph if isinstance(graph, list) else [node]:
                if isinstance(item, dict) and item.get("datePublished"):
                    yield item


def _write_main(page: Any, body: Any, canvas: Canvas) -> None:
    """Write the main content; a small page that would lose most of its words is written whole."""
    drop_furniture(body)
    root, kept, headline = main_part(page, body)
    if root is None or _is_short(body, kept):
        write(body, canvas)
        return
    canvas.heading(headline, 1)
    write(root, canvas)


def _is_short(body: Any, kept: int) -> bool:
    """Say whether a page is small and what was found of it is little."""
    if kept >= _SMALL_PAGE / 2:
        return False
    whole = len(one_line(words(body)))
    return whole < _SMALL_PAGE and kept < 0.5 * whole
